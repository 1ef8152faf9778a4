package ir

import (
	"fmt"
	"math"
	"slices"
)

// Tensor is an array of values, row-major. A scalar has no Dims and one value. Ints and
// conditions are kept as float64, exact up to 2⁵³.
type Tensor struct {
	Dims []int
	Data []float64
}

// Env provides what a function is evaluated at.
type Env struct {
	Sizes  map[string]int
	Inputs map[string]Tensor // by the name of the input
}

// MaxTensor is the largest number of elements that Eval computes for one node.
const MaxTensor = 1 << 27

// Eval computes the results of f directly from their meaning: each node becomes the
// tensor of its values over its free indices, operands before users, with no
// scheduling, no sharing of loops and no algebra. It is the oracle that
// everything else is tested against. Reading beyond an input gives NaN, so that what stands in
// a branch that is not taken does no harm; CheckEnv tells whether inputs fit. Elements of results that are not wanted are 0.
func Eval(f *Func, env Env) ([]Tensor, error) {
	if err := f.evaluable(); err != nil {
		return nil, err
	}
	e := &evaluator{env: env, values: map[*Node][]float64{}, defined: map[*Input]Tensor{}}
	for _, r := range f.Needed() {
		if err := e.recur(r); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	roots := make([]*Node, len(f.Results))
	for i, r := range f.Results {
		roots[i] = r.Value
	}
	for _, r := range f.Results {
		if r.Where != nil {
			roots = append(roots, r.Where)
		}
	}
	order := Reachable(roots...)
	last := map[*Node]int{}
	for i, n := range order {
		for _, a := range n.Args {
			last[a] = i
		}
	}
	for _, r := range roots {
		last[r] = len(order)
	}
	for i, n := range order {
		v, err := e.node(n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		e.values[n] = v
		for _, a := range n.Args {
			if last[a] == i {
				delete(e.values, a)
			}
		}
	}
	results := make([]Tensor, len(f.Results))
	for i, r := range f.Results {
		results[i] = e.result(r)
	}
	return results, nil
}

// evaluable refuses functions with primitives that only compiled code can compute.
func (f *Func) evaluable() error {
	for _, n := range Reachable(f.Roots()...) {
		if n.Kind == Apply && n.Prim.Eval == nil {
			return fmt.Errorf("%s calls the primitive %s, a function of the Go package %s, which only compiled code can call (adgen check does)", f.Name, n.Prim.Name, n.Prim.Import)
		}
	}
	return nil
}

type evaluator struct {
	env     Env
	values  map[*Node][]float64
	defined map[*Input]Tensor   // the arrays of recurrences
	steps   []*Node             // of the recurrence that is being computed
	now     map[*Node][]float64 // values at its current step, over the other indices
}

// Extent is the value of a closed Int node, such as the extent of an index.
func (env Env) Extent(n *Node) int {
	switch n.Kind {
	case Const:
		return int(n.Value)
	case Size:
		return env.Sizes[n.Name]
	case Affine:
		v := int(n.Value)
		for i, a := range n.Args {
			v += n.Coef[i] * env.Extent(a)
		}
		return v
	}
	x := make([]float64, len(n.Args))
	for i, a := range n.Args {
		x[i] = float64(env.Extent(a))
	}
	return int(n.Prim.Eval(x))
}

func (e *evaluator) extents(index []*Node) []int {
	dims := make([]int, len(index))
	for i, x := range index {
		dims[i] = max(0, e.env.Extent(x.Extent))
	}
	return dims
}

// node computes the tensor of n over its free indices.
func (e *evaluator) node(n *Node) ([]float64, error) {
	p := newPoint(n.free, e.extents(n.free))
	if p.count < 0 || p.count > MaxTensor {
		return nil, fmt.Errorf("an intermediate of %v elements is too large to evaluate directly", p.dims)
	}
	v := make([]float64, p.count)
	for i := range v {
		v[i] = e.at(n, p)
		p.next()
	}
	return v, nil
}

// at is the value of n where the indices stand at p.
func (e *evaluator) at(n *Node, p *point) float64 {
	switch n.Kind {
	case Const:
		return n.Value
	case Size:
		return float64(e.env.Sizes[n.Name])
	case Index:
		return float64(p.value(n))
	case Affine:
		v := n.Value
		for i, a := range n.Args {
			v += float64(n.Coef[i]) * e.look(a, p)
		}
		return v
	case Access:
		return e.access(n, p)
	case Reduce:
		return e.reduce(n, p)
	case Pick:
		return e.look(n.Args[1+int(e.look(n.Args[0], p))], p)
	case At:
		index := make([]float64, len(n.Bound))
		for i := range n.Bound {
			index[i] = e.look(n.Args[i+1], p)
		}
		return e.look(n.Args[0], p.with(n.Bound, index))
	}
	x := make([]float64, len(n.Args))
	for i, a := range n.Args {
		x[i] = e.look(a, p)
	}
	return n.Prim.Eval(x)
}

// look finds the value of an operand at p, NaN where an index is out of its range.
func (e *evaluator) look(n *Node, p *point) float64 {
	values, ok := e.now[n]
	if !ok {
		values = e.values[n]
	}
	offset := 0
	for _, i := range n.free {
		if ok && slices.Contains(e.steps, i) {
			continue
		}
		extent, v := e.env.Extent(i.Extent), p.value(i)
		if v < 0 || v >= extent {
			return math.NaN()
		}
		offset = offset*extent + v
	}
	return values[offset]
}

func (e *evaluator) access(n *Node, p *point) float64 {
	in := e.env.Inputs[n.Input.Name]
	if n.Input.Defined {
		in = e.defined[n.Input]
	}
	if offset, ok := e.offset(in, n.Subscripts(), p); ok {
		return in.Data[offset]
	}
	return math.NaN()
}

// offset locates the element of t at the given subscripts, if there is one.
func (e *evaluator) offset(t Tensor, subscripts []*Node, p *point) (offset int, ok bool) {
	for d, a := range subscripts {
		v := e.look(a, p)
		if !(v >= 0 && v < float64(t.Dims[d])) {
			return 0, false
		}
		offset = offset*t.Dims[d] + int(v)
	}
	return offset, true
}

func (e *evaluator) reduce(n *Node, p *point) float64 {
	extent := e.env.Extent(n.Bound[0].Extent)
	value := [...]float64{Sum: 0, Prod: 1, Max: math.Inf(-1), Min: math.Inf(1), ArgMax: 0, ArgMin: 0}[n.Red]
	best := math.NaN()
	for k := range extent {
		x := e.look(n.Args[0], p.with(n.Bound, []float64{float64(k)}))
		switch n.Red {
		case Sum:
			value += x
		case Prod:
			value *= x
		case Max:
			value = max(value, x)
		case Min:
			value = min(value, x)
		case ArgMax, ArgMin:
			if k == 0 || n.Red == ArgMax && x > best || n.Red == ArgMin && x < best {
				best, value = x, float64(k)
			}
		}
	}
	return value
}

// result puts the value of r into the order of its indices.
func (e *evaluator) result(r Result) Tensor {
	p := newPoint(r.Index, e.extents(r.Index))
	t := Tensor{Dims: p.dims, Data: make([]float64, p.count)}
	for i := range t.Data {
		if r.Where == nil || e.look(r.Where, p) != 0 {
			t.Data[i] = e.look(r.Value, p)
		}
		p.next()
	}
	return t
}

// point is a place in the space of some indices.
type point struct {
	index []*Node
	dims  []int
	at    []int
	count int // of places in the whole space, -1 if that overflows
}

func newPoint(index []*Node, dims []int) *point {
	p := &point{index: index, dims: dims, at: make([]int, len(index)), count: 1}
	for _, d := range dims {
		if d != 0 && p.count > math.MaxInt/d {
			p.count = -1
			return p
		}
		p.count *= d
	}
	return p
}

// next moves to the next place in row-major order.
func (p *point) next() {
	for d := len(p.dims) - 1; d >= 0; d-- {
		p.at[d]++
		if p.at[d] < p.dims[d] {
			return
		}
		p.at[d] = 0
	}
}

func (p *point) value(index *Node) int {
	for i := len(p.index) - 1; i >= 0; i-- {
		if p.index[i] == index {
			return p.at[i]
		}
	}
	panic("ir: an index without a value")
}

// with is p with further indices, which hide those of the same name. What is not a whole number
// stands at -1, out of every range.
func (p *point) with(index []*Node, value []float64) *point {
	q := &point{index: append(append([]*Node(nil), p.index...), index...), at: append([]int(nil), p.at...)}
	for _, v := range value {
		if v != math.Trunc(v) || math.Abs(v) > 1<<52 {
			v = -1
		}
		q.at = append(q.at, int(v))
	}
	return q
}
