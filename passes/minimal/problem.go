package minimal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// problem is what programs are searched for.
type problem struct {
	function  *ir.Func
	inputs    []vector
	constants []number
	targets   []vector // what is to be computed, up to its sign; each once, and no input or constant
	outputs   []vector // the results, with their signs, each once, without constants
	results   []vector // all of them
	of        []int    // for each result the output, or −1 if it is constant
	calls     []*ir.Prim
	inverse   []func(float64) float64 // of calls; nil where there is none
	region    []int                   // the arguments between which no divisor is 0
	large     int                     // the first argument that is large
	points    int                     // the number of arguments
}

// number is a constant.
type number struct {
	value         float64
	added, factor bool // what it may be used as
}

// Refusal says why a function is out of scope.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// newProblem is the problem to compute the results of d.
func newProblem(d *ir.Func) (*problem, error) {
	if !d.Scalar() {
		return nil, Refusal("it has arrays")
	}
	if len(d.Inputs) > maxInputs {
		return nil, Refusal(fmt.Sprintf("it has more than %d inputs", maxInputs))
	}
	p := &problem{function: d}
	order := ir.Reachable(d.Roots()...)
	if err := p.operations(order); err != nil {
		return nil, err
	}
	p.constants = constants(d, order)
	values := p.evaluate(order)
	for _, r := range d.Results {
		if err := p.result(values[r.Value]); err != nil {
			return nil, err
		}
	}
	switch {
	case len(p.targets) > maxTargets:
		return nil, Refusal(fmt.Sprintf("it has more than %d results", maxTargets))
	case len(p.constants) > maxConstants:
		return nil, Refusal(fmt.Sprintf("it has more than %d constants", maxConstants))
	}
	return p, nil
}

// These bound what is searched.
const (
	maxInputs    = 4
	maxTargets   = 8
	maxConstants = 10

	maxOperations = 18 // so that two bits for each value fit in a word
)

// operations collects the functions that are called, and refuses what is not straight-line arithmetic.
func (p *problem) operations(order []*ir.Node) error {
	for _, n := range order {
		switch {
		case n.Type != ir.Real || n.Kind != ir.Const && n.Kind != ir.Access && n.Kind != ir.Apply:
			return Refusal("it is not straight-line arithmetic of numbers")
		case n.Kind != ir.Apply || n.Is(ir.OpAdd) || n.Is(ir.OpSub) || n.Is(ir.OpMul) || n.Is(ir.OpDiv) || n.Is(ir.OpNeg):
		case n.Is(ir.OpSigmoid):
			p.call(ir.PrimOf(ir.OpExp))
		case n.Is(ir.OpPow):
			plan, ok := ir.PlanPower(n.Args[1])
			if !ok {
				return Refusal("it has a power whose exponent is no multiple of one half")
			}
			if plan.Root {
				p.call(ir.PrimOf(ir.OpSqrt))
			}
		case n.Prim.Arity == 1 && n.Prim.Eval != nil && n.Ops().Total() == 1:
			p.call(n.Prim)
		default:
			return Refusal(n.Prim.Name + " is no operation of those that are tried")
		}
	}
	return nil
}

func (p *problem) call(f *ir.Prim) {
	if !slices.Contains(p.calls, f) {
		p.calls, p.inverse = append(p.calls, f), append(p.inverse, inverses[f.Op])
	}
}

// result adds a result to what is to be computed, if something is to be done for it.
func (p *problem) result(v vector) error {
	p.results = append(p.results, v)
	if isConstant(v) {
		p.of = append(p.of, -1)
		return nil
	}
	if !v.comparable() {
		return Refusal("a result is 0 or not finite at random arguments")
	}
	up, _ := v.positive()
	at := slices.IndexFunc(p.outputs, v.same)
	if at < 0 {
		at = len(p.outputs)
		p.outputs = append(p.outputs, v)
	}
	p.of = append(p.of, at)
	if !slices.ContainsFunc(p.inputs, up.same) && !slices.ContainsFunc(p.targets, up.same) {
		p.targets = append(p.targets, up)
	}
	return nil
}

// computed is the number of outputs that are no inputs: each takes an operation.
func (p *problem) computed() int {
	n := 0
	for _, v := range p.outputs {
		n += b2i(!slices.ContainsFunc(p.inputs, v.same))
	}
	return n
}

func isConstant(v vector) bool {
	for _, x := range v[:generic+6] {
		if x != v[0] {
			return false
		}
	}
	return true
}

// evaluate draws arguments at which all results can be compared, and is all values at them.
func (p *problem) evaluate(order []*ir.Node) map[*ir.Node]vector {
	var values map[*ir.Node]vector
	region := regionOf(order)
	for seed := range uint64(maxDraws) {
		p.arguments(region, seed)
		values = p.values(order)
		if !slices.ContainsFunc(p.function.Results, func(r ir.Result) bool { v := values[r.Value]; return !v.comparable() }) {
			break
		}
	}
	return values
}

// maxDraws bounds how often arguments are drawn.
const maxDraws = 100

// comparable tells whether v is finite, and not 0, where values are compared.
func (v *vector) comparable() bool {
	for _, x := range v[:generic] {
		if x-x != 0 || x == 0 {
			return false
		}
	}
	return true
}

// values is all nodes at the arguments.
func (p *problem) values(order []*ir.Node) map[*ir.Node]vector {
	values := map[*ir.Node]vector{}
	for _, n := range order {
		var v vector
		switch n.Kind {
		case ir.Const:
			v = constant(n.Value)
		case ir.Access:
			v = p.inputs[slices.Index(p.function.Inputs, n.Input)]
		default:
			x := make([]float64, len(n.Args))
			for k := range v {
				for i, a := range n.Args {
					x[i] = values[a][k]
				}
				v[k] = n.Prim.Eval(x)
			}
		}
		values[n] = v
	}
	return values
}

// arguments draws the arguments, and sets the region. First stand those at which values are compared, positive; then some of the region, or
// anywhere; then zeros and ones; then large ones.
func (p *problem) arguments(r region, seed uint64) {
	n := len(p.function.Inputs)
	random := rand.New(rand.NewPCG(1, seed))
	draw := func(signs bool) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Exp(2*random.Float64() - 1)
			if signs && random.IntN(2) == 0 {
				x[i] = -x[i]
			}
		}
		return x
	}
	same := func(v float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = v
		}
		return x
	}
	var at [][]float64
	for range generic {
		at = append(at, draw(false))
	}
	for range 6 {
		at = append(at, draw(r == everywhere))
	}
	inside := len(at)
	at = append(at, same(0), same(1))
	for i := range n {
		x := draw(r == everywhere)
		x[i] = 0
		at = append(at, x)
	}
	switch r {
	case everywhere:
		inside = len(at)
	case nowhere:
		inside = 0
	}
	p.large = len(at)
	for _, scale := range []float64{800, -800, 40, -40} {
		for _, other := range []float64{1, -1} {
			x := make([]float64, n)
			for i := range x {
				x[i] = scale * (1 - float64(i)/16)
				scale *= other
			}
			at = append(at, x)
		}
	}
	p.points, p.region = len(at), nil
	for k := range inside {
		p.region = append(p.region, k)
	}
	for len(at) < maxPoints {
		at = append(at, at[0])
	}
	p.inputs = make([]vector, n)
	for k, x := range at {
		for i := range x {
			p.inputs[i][k] = x[i]
		}
	}
}
