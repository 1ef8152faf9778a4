package passes

import (
	"iter"
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// trace is the straight-line program for a function, operands first, which can be run at many points.
type trace struct {
	order    []*ir.Node
	place    []int32   // in order, by ID
	steps    []step    // in order
	elements [][]int32 // of each result, by their places
	value    []float64 // in order
	inputs   []*ir.Input
	data     []ir.Tensor        // of the inputs, at the point where it runs
	errors   [][samples]float64 // in order
	need     []bool             // in order, see needed
	branched bool               // some values may not be needed
	loops    bool               // it cannot be run
}

// step computes one value.
type step struct {
	do   action
	a, b int32   // the places of the first two operands
	args []int32 // of all
	from int32   // of what is read, the number of its input
}

// action is what a step does. What programs have most of has actions of its own.
type action uint8

const (
	doNothing action = iota // a constant, which is there
	doAdd
	doSub
	doMul
	doDiv
	doNeg
	doApply
	doRead
	doAffine
	doSize
)

// actions are those of primitives that have one of their own.
var actions = map[ir.Op]action{ir.OpAdd: doAdd, ir.OpSub: doSub, ir.OpMul: doMul, ir.OpDiv: doDiv, ir.OpNeg: doNeg}

func newTrace(f *ir.Func) *trace {
	var all []*ir.Node
	elements := make([][]*ir.Node, len(f.Results))
	for i, r := range f.Results {
		elements[i] = elementsOf(r.Value)
		all = append(all, elements[i]...)
	}
	t := traceOf(all)
	t.elements = make([][]int32, len(elements))
	for i, list := range elements {
		t.elements[i] = t.places(list)
	}
	return t
}

// traceOf is the straight-line program for the nodes.
func traceOf(nodes []*ir.Node) *trace {
	t := &trace{order: ir.Reachable(nodes...)}
	t.value = make([]float64, len(t.order))
	t.steps = make([]step, len(t.order))
	if len(t.order) > 0 {
		t.place = make([]int32, t.order[len(t.order)-1].ID+1)
	}
	for i, n := range t.order {
		t.place[n.ID] = int32(i)
		t.steps[i] = t.step(n)
		if n.Kind == ir.Const {
			t.value[i] = n.Value
		}
	}
	return t
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

// places is where the nodes stand.
func (t *trace) places(nodes []*ir.Node) []int32 {
	return each(nodes, func(n *ir.Node) int32 { return t.place[n.ID] })
}

// step is how n, whose operands have their places, is computed.
func (t *trace) step(n *ir.Node) step {
	s := step{args: t.places(n.Args)}
	if len(s.args) > 0 {
		s.a, s.b = s.args[0], s.args[len(s.args)-1]
	}
	switch {
	case n.Kind == ir.Const:
	case !n.Closed() || n.Kind == ir.Access && n.Input.Defined:
		t.loops = true
	case n.Kind == ir.Size:
		s.do = doSize
	case n.Kind == ir.Access:
		s.do, s.from = doRead, t.number(n.Input)
	case n.Kind == ir.Affine:
		s.do = doAffine
	case n.Kind == ir.Apply:
		s.do = doApply
		if a, ok := actions[n.Prim.Op]; ok && n.Type == ir.Real {
			s.do = a
		}
		t.branched = t.branched || n.Is(ir.OpSelect)
	default:
		t.loops = true
	}
	return s
}

// number is that of the input.
func (t *trace) number(in *ir.Input) int32 {
	i := slices.Index(t.inputs, in)
	if i < 0 {
		i = len(t.inputs)
		t.inputs = append(t.inputs, in)
	}
	return int32(i)
}

// run evaluates the program; it reports false for programs with loops.
func (t *trace) run(env ir.Env) bool {
	if t.loops {
		return false
	}
	t.data = t.data[:0]
	for _, in := range t.inputs {
		t.data = append(t.data, env.Inputs[in.Name])
	}
	v := t.value
	for i := range t.steps {
		s := &t.steps[i]
		switch s.do {
		case doAdd:
			v[i] = v[s.a] + v[s.b]
		case doSub:
			v[i] = v[s.a] - v[s.b]
		case doMul:
			v[i] = v[s.a] * v[s.b]
		case doDiv:
			v[i] = v[s.a] / v[s.b]
		case doNeg:
			v[i] = -v[s.a]
		case doNothing:
		default:
			v[i] = t.compute(i, env)
		}
	}
	return true
}

// maxOperands is as many operands as most primitives and accesses have.
const maxOperands = 4

// compute is the value in place i, of what is no arithmetic. What is read from where there is nothing, under a condition that does not hold, is no number.
func (t *trace) compute(i int, env ir.Env) float64 {
	var list [maxOperands]float64
	n, x := t.order[i], t.operands(i, list[:0])
	switch t.steps[i].do {
	case doApply:
		return applied(n.Prim, x)
	case doRead:
		return element(t.data[t.steps[i].from], x)
	case doAffine:
		total := n.Value
		for k, x := range x {
			total += float64(n.Coef[k]) * x
		}
		return total
	}
	return float64(env.Sizes[n.Name])
}

// operands appends the values of the operands of what is in place i to x.
func (t *trace) operands(i int, x []float64) []float64 {
	for _, a := range t.steps[i].args {
		x = append(x, t.value[a])
	}
	return x
}

// of is the value of a node of the program.
func (t *trace) of(n *ir.Node) float64 { return t.value[t.place[n.ID]] }

// element is the element of x at the subscripts, or no number if it is not there.
func element(x ir.Tensor, index []float64) float64 {
	at := offset(x, index)
	if at < 0 || at >= len(x.Data) {
		return math.NaN()
	}
	return x.Data[at]
}

// offset is where the element of x at the subscripts stands.
func offset(x ir.Tensor, index []float64) int {
	at := 0
	for d, i := range index {
		at = at*x.Dims[d] + int(i)
	}
	return at
}

// finite tells whether all results are finite at the point where the program has been run.
func (t *trace) finite() bool {
	for _, elements := range t.elements {
		for _, at := range elements {
			if v := t.value[at]; v-v != 0 {
				return false
			}
		}
	}
	return true
}

// results is the results at the point where the program has been run.
func (t *trace) results() []ir.Tensor {
	list := make([]ir.Tensor, len(t.elements))
	for i, elements := range t.elements {
		list[i].Data = each(elements, func(at int32) float64 { return t.value[at] })
	}
	return list
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
		if t.branched {
			t.mark()
		}
		for i := range slices.Backward(t.order) {
			if (!t.branched || t.need[i]) && !yield(i) {
				return
			}
		}
	}
}

// mark notes what is needed.
func (t *trace) mark() {
	t.need = slices.Grow(t.need[:0], len(t.order))[:len(t.order)]
	clear(t.need)
	for _, elements := range t.elements {
		for _, at := range elements {
			t.need[at] = true
		}
	}
	for i, n := range slices.Backward(t.order) {
		if !t.need[i] {
			continue
		}
		args := t.steps[i].args
		for k, a := range args {
			if n.Is(ir.OpSelect) && k > 0 && (k == 1) != (t.value[args[0]] != 0) {
				continue
			}
			t.need[a] = true
		}
	}
}

// branches tells which branches are taken at the point where the program has been run, as a key.
func (t *trace) branches() string {
	if !t.branched {
		return ""
	}
	var b []byte
	for i := range t.needed() {
		if t.order[i].Is(ir.OpSelect) {
			b = append(b, byte('0'+t.value[t.steps[i].a]))
		}
	}
	return string(b)
}

// clone is the program with values of its own.
func (t *trace) clone() *trace {
	c := *t
	c.value, c.data, c.errors, c.need = slices.Clone(t.value), nil, nil, nil
	return &c
}
