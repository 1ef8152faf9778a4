package passes

import (
	"iter"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Roundoff estimates how accurate the program for f is at a point: the error of a result, in units in the last place of the largest result, if
// every operation rounds by a random error of up to half a unit, to first order (Wilkinson, Rounding Errors in Algebraic Processes, 1963;
// Higham, Accuracy and Stability of Numerical Algorithms, 2.8). It is the worst of all results, each measured against the largest of its
// elements, but those from joint on against the largest of them all. It reports false for programs with loops, and where a result is not finite.
func Roundoff(f *ir.Func, joint int, env ir.Env) (float64, bool) {
	t := newTrace(f)
	return t.roundoff(joint, env)
}

// trace is the straight-line program for a function, operands first.
type trace struct {
	order    []*ir.Node
	place    []int32 // in order, by ID
	elements [][]*ir.Node
	value    []float64          // in order
	errors   [][samples]float64 // in order
	need     []bool             // in order, see needed
}

func newTrace(f *ir.Func) *trace {
	t := &trace{elements: make([][]*ir.Node, len(f.Results))}
	var all []*ir.Node
	for i, r := range f.Results {
		t.elements[i] = elementsOf(r.Value)
		all = append(all, t.elements[i]...)
	}
	t.follow(all)
	return t
}

// traceOf is the straight-line program for the nodes.
func traceOf(nodes []*ir.Node) *trace {
	t := &trace{}
	t.follow(nodes)
	return t
}

// follow fills the trace with the nodes and all that they need.
func (t *trace) follow(nodes []*ir.Node) {
	t.order = ir.Reachable(nodes...)
	t.value = make([]float64, len(t.order))
	if len(t.order) > 0 {
		t.place = make([]int32, t.order[len(t.order)-1].ID+1)
	}
	for i, n := range t.order {
		t.place[n.ID] = int32(i)
	}
}

// elementsOf is the elements of an array of picks, or n itself.
func elementsOf(n *ir.Node) []*ir.Node {
	if n.Kind != ir.Pick {
		return []*ir.Node{n}
	}
	var list []*ir.Node
	for _, a := range n.Args[1:] {
		list = append(list, elementsOf(a)...)
	}
	return list
}

// run evaluates the program; it reports false for programs with loops.
func (t *trace) run(env ir.Env) bool {
	var x [maxOperands]float64
	for i, n := range t.order {
		args := t.operands(n, x[:0])
		switch {
		case n.Kind == ir.Const:
			t.value[i] = n.Value
		case !n.Closed() || n.Kind == ir.Access && n.Input.Defined:
			return false
		case n.Kind == ir.Size:
			t.value[i] = float64(env.Sizes[n.Name])
		case n.Kind == ir.Access:
			v, ok := element(env.Inputs[n.Input.Name], args)
			if !ok {
				return false
			}
			t.value[i] = v
		case n.Kind == ir.Affine:
			t.value[i] = n.Value
			for k, x := range args {
				t.value[i] += float64(n.Coef[k]) * x
			}
		case n.Kind == ir.Apply:
			t.value[i] = applied(n.Prim, args)
		default:
			return false
		}
	}
	return true
}

// finite tells whether all results are finite at the point where the program has been run.
func (t *trace) finite() bool {
	for _, elements := range t.elements {
		for _, n := range elements {
			if v := t.value[t.place[n.ID]]; v-v != 0 {
				return false
			}
		}
	}
	return true
}

// InRange tells whether all that f computes at the point is of moderate size, at most 1e300: there a program for it is to be finite too. It reports
// false for functions with loops.
func InRange(f *ir.Func, env ir.Env) bool {
	t := newTrace(f)
	return t.run(env) && t.within(widest)
}

// within tells whether all that matters at the point where the program has been run is at most so large: all real values but those of branches that
// are not taken.
func (t *trace) within(limit float64) bool {
	for i := range t.needed() {
		if v := t.value[i]; t.order[i].Type == ir.Real && !(math.Abs(v) <= limit) {
			return false
		}
	}
	return true
}

// needed is the places of what is computed at the point where the program has been run, users before operands: all but branches that are not taken.
func (t *trace) needed() iter.Seq[int] {
	return func(yield func(int) bool) {
		need := t.need[:0]
		for range t.order {
			need = append(need, false)
		}
		t.need = need
		for _, elements := range t.elements {
			for _, n := range elements {
				need[t.place[n.ID]] = true
			}
		}
		for i, n := range slices.Backward(t.order) {
			if !need[i] {
				continue
			}
			if !yield(i) {
				return
			}
			for k, a := range n.Args {
				if n.Is(ir.OpSelect) && k > 0 && (k == 1) != (t.value[t.place[n.Args[0].ID]] != 0) {
					continue
				}
				need[t.place[a.ID]] = true
			}
		}
	}
}

// has tells whether n is a node of the program.
func (t *trace) has(n *ir.Node) bool {
	return n.ID < len(t.place) && len(t.order) > 0 && t.order[t.place[n.ID]] == n
}

// clone is the program with values of its own.
func (t *trace) clone() *trace {
	return &trace{order: t.order, place: t.place, elements: t.elements, value: make([]float64, len(t.order))}
}

// results is the results at the point where the program has been run.
func (t *trace) results() []ir.Tensor {
	list := make([]ir.Tensor, len(t.elements))
	for i, elements := range t.elements {
		list[i].Data = make([]float64, len(elements))
		for k, n := range elements {
			list[i].Data[k] = t.value[t.place[n.ID]]
		}
	}
	return list
}

// maxOperands is as many operands as most primitives and accesses have.
const maxOperands = 4

// operands appends the values of n's operands to x.
func (t *trace) operands(n *ir.Node, x []float64) []float64 {
	for _, a := range n.Args {
		x = append(x, t.value[t.place[a.ID]])
	}
	return x
}

// element is the element of x at the subscripts, if it is there.
func element(x ir.Tensor, index []float64) (float64, bool) {
	at := offset(x, index)
	if at < 0 || at >= len(x.Data) {
		return 0, false
	}
	return x.Data[at], true
}

// offset is where the element of x at the subscripts stands.
func offset(x ir.Tensor, index []float64) int {
	at := 0
	for d, i := range index {
		at = at*x.Dims[d] + int(i)
	}
	return at
}

// samples is the number of random roundings of a program from which its error is estimated: the root of their mean square is within a tenth
// of what it would be of infinitely many. A word has as many signs.
const samples = 64

// roundoff is Roundoff: the errors of all values in all samples are carried along by the partial derivatives.
func (t *trace) roundoff(joint int, env ir.Env) (float64, bool) {
	if !t.run(env) || !t.finite() {
		return 0, false
	}
	var x, partials [maxOperands]float64
	if t.errors == nil {
		t.errors = make([][samples]float64, len(t.order))
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i, n := range t.order {
		e := &t.errors[i]
		*e = [samples]float64{}
		if n.Kind != ir.Apply || n.Type != ir.Real {
			continue
		}
		for a, slope := range slopes(partials[:0], n, t.operands(n, x[:0])) {
			if slope == 0 {
				continue
			}
			for s, v := range &t.errors[t.place[n.Args[a].ID]] {
				e[s] += slope * v
			}
		}
		// Half a unit in the last place is 2⁻⁵³ of the value or less; evenly spread it has this standard deviation.
		rounding := [2]float64{t.value[i] / math.Sqrt(3) * 0x1p-53}
		rounding[1] = -rounding[0]
		for s, signs := 0, r.Uint64(); s < samples; s, signs = s+1, bits.RotateLeft64(signs, 1) {
			e[s] += rounding[signs&1]
		}
	}
	scale := make([]float64, len(t.elements))
	for i, list := range t.elements {
		for _, n := range list {
			scale[min(i, joint)] = max(scale[min(i, joint)], math.Abs(t.value[t.place[n.ID]]))
		}
	}
	worst := 0.0
	for i, list := range t.elements {
		for _, n := range list {
			worst = max(worst, ULP(meanSquareRoot(&t.errors[t.place[n.ID]]), 0, scale[min(i, joint)], 53))
		}
	}
	return worst, true
}

func meanSquareRoot(x *[samples]float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / samples)
}

// slopes appends the partial derivatives of n by its real operands, which have the values x, by differences where it is no arithmetic.
func slopes(list []float64, n *ir.Node, x []float64) []float64 {
	switch n.Prim.Op {
	case ir.OpAdd:
		return append(list, 1, 1)
	case ir.OpSub:
		return append(list, 1, -1)
	case ir.OpNeg:
		return append(list, -1)
	case ir.OpMul:
		return append(list, x[1], x[0])
	case ir.OpDiv:
		return append(list, 1/x[1], -x[0]/(x[1]*x[1]))
	}
	for i, a := range n.Args {
		if a.Type != ir.Real || n.Is(ir.OpSelect) && (i == 1) != (x[0] != 0) {
			list = append(list, 0)
			continue
		}
		h := max(math.Abs(x[i])*1e-6, 1e-12)
		at := x[i]
		x[i] = at + h
		above := applied(n.Prim, x)
		x[i] = at - h
		below := applied(n.Prim, x)
		x[i] = at
		slope := (above - below) / (2 * h)
		if slope-slope != 0 {
			slope = 0
		}
		list = append(list, slope)
	}
	return list
}
