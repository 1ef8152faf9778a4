package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// The bounds of what is unrolled: a reduction, and the nodes of a whole function.
const (
	maxUnrolled      = 128
	maxUnrolledNodes = 50_000
)

// Unroll writes out what runs over indices of small constant extents: reductions become sums and products of their terms, results
// lists of their elements, conditions on the indices are decided. So elements that are equal, as of a symmetric matrix, are one, and algebra
// sees all of them. It reports false where there is nothing to unroll, or too much, or an array of values is looked up by data.
func Unroll(f *ir.Func) (*ir.Func, bool) { return unroll(f, nil) }

// unroll is Unroll for the sizes, or for all if there are none.
func unroll(f *ir.Func, sizes map[string]int) (*ir.Func, bool) {
	if f.Scalar() && !loops(f) {
		return nil, false
	}
	u := newUnroller(f.Graph)
	u.sizes = sizes
	d := f.Derived()
	for i, r := range f.Results {
		d.Results[i].Value = u.elements(r, r.Index, nil)
		if u.failed {
			return nil, false
		}
	}
	return d, u.unrolled
}

// unrolling remembers what functions are when they are unrolled.
type unrolling map[*ir.Func]unrolled

type unrolled struct {
	f  *ir.Func
	ok bool
}

// of is Unroll.
func (m unrolling) of(f *ir.Func) (*ir.Func, bool) {
	u, known := m[f]
	if !known {
		u.f, u.ok = Unroll(f)
		m[f] = u
	}
	return u.f, u.ok
}

type unroller struct {
	g        *ir.Graph
	sizes    map[string]int
	listings *listings // that alone are to be written out, nil for all that is small
	places   map[[2]int]int
	memo     map[[2]int]*ir.Node // by place and the value of the last index
	few      [][]*ir.Node        // what depends on few values of small indices, by ID, and by 1 + the value of each index
	count    int
	unrolled bool
	failed   bool
}

func newUnroller(g *ir.Graph) *unroller {
	return &unroller{g: g, places: map[[2]int]int{}, memo: map[[2]int]*ir.Node{}, few: make([][]*ir.Node, g.Len())}
}

// setting is the values of some indices, the last of an index counts.
type setting []struct {
	index *ir.Node
	value int
}

func (s setting) with(index *ir.Node, value int) setting {
	return append(s[:len(s):len(s)], struct {
		index *ir.Node
		value int
	}{index, value})
}

func (s setting) of(index *ir.Node) (int, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].index == index {
			return s[i].value, s[i].value >= 0
		}
	}
	return 0, false
}

// unset is the value of an index that hides another of its name.
const unset = -1

// small is the extent of the index if it is known and to be unrolled.
func (u *unroller) small(index *ir.Node) (int, bool) {
	e := index.Extent
	if u.listings != nil {
		return int(e.Value), e.Kind == ir.Const && e.Value > maxUnrolled && e.Value <= maxListed
	}
	if u.sizes == nil && e.Kind != ir.Const {
		return 0, false
	}
	n := ir.Env{Sizes: u.sizes}.Extent(e)
	return n, n >= 1 && n <= maxUnrolled
}

// writes tells whether n is to be written out over the small index.
func (u *unroller) writes(n, index *ir.Node) bool {
	return u.listings == nil || u.listings.along(n, index)
}

// elements is a result with its elements over the small indices; those that are not wanted are 0.
func (u *unroller) elements(r ir.Result, index []*ir.Node, s setting) *ir.Node {
	for len(index) > 0 {
		if extent, ok := u.small(index[0]); ok && u.writes(r.Value, index[0]) {
			u.unrolled = true
			list := make([]*ir.Node, extent)
			for k := range list {
				list[k] = u.elements(r, index[1:], s.with(index[0], k))
			}
			return u.g.Pick(index[0], list)
		}
		index = index[1:]
	}
	if r.Where != nil && u.at(r.Where, s).IsConst(0) {
		return u.g.Const(0)
	}
	return u.at(r.Value, s)
}

// at is n where indices have the values of s.
func (u *unroller) at(n *ir.Node, s setting) *ir.Node {
	if u.listings != nil {
		if e := u.listings.at(n, s); e != nil {
			n = e
		}
	}
	if known, ok := u.row(n, s); ok {
		if *known == nil {
			v := u.make(n, s) // which may move rows, but not what is in them
			if u.failed {
				return v
			}
			*known = v
		}
		return *known
	}
	place := u.place(n, s)
	if v, ok := u.memo[place]; ok {
		return v
	}
	v := u.make(n, s)
	if !u.failed {
		u.memo[place] = v
	}
	return v
}

// maxRow bounds the values of a node that have a place each before they are there.
const maxRow = 1 << 14

// row is where the value of n is noted, if it depends on small indices alone, and not on many.
func (u *unroller) row(n *ir.Node, s setting) (**ir.Node, bool) {
	count, at := 1, 0
	for _, i := range n.Free() {
		extent, ok := u.small(i)
		if count *= extent + 1; !ok || count > maxRow {
			return nil, false
		}
		at *= extent + 1
		if v, ok := s.of(i); ok && v < extent {
			at += 1 + v
		} else if ok {
			return nil, false // out of range, under a condition
		}
	}
	if n.ID >= len(u.few) { // it has been made since
		u.few = slices.Grow(u.few, u.g.Len()-len(u.few))[:u.g.Len()]
	}
	if u.few[n.ID] == nil {
		u.few[n.ID] = make([]*ir.Node, count)
	}
	return &u.few[n.ID][at], true
}

// make is node, as often as that is not too much.
func (u *unroller) make(n *ir.Node, s setting) *ir.Node {
	if u.count++; u.count > maxUnrolledNodes {
		u.failed = true
	}
	if u.failed {
		return n
	}
	return u.node(n, s)
}

// place numbers a node and the values of its free indices, but for that of the last.
func (u *unroller) place(n *ir.Node, s setting) [2]int {
	step := [2]int{n.ID, 0}
	for k, i := range n.Free() {
		if k > 0 {
			at, ok := u.places[step]
			if !ok {
				at = -1 - len(u.places) // not the ID of a node
				u.places[step] = at
			}
			step[0] = at
		}
		v, ok := s.of(i)
		if !ok {
			v = unset
		}
		step[1] = v
	}
	return step
}

func (u *unroller) node(n *ir.Node, s setting) *ir.Node {
	switch n.Kind {
	case ir.Index:
		if v, ok := s.of(n); ok {
			return u.g.Int(v)
		}
		return n
	case ir.Size:
		if v, ok := u.sizes[n.Name]; ok {
			return u.g.Int(v)
		}
		return n
	case ir.Reduce:
		return u.reduce(n, s)
	case ir.At:
		return u.look(n, s)
	}
	args := make([]*ir.Node, len(n.Args))
	for i, a := range n.Args {
		args[i] = u.at(a, s)
	}
	return u.with(n, args)
}

// reduce writes the reduction out, if its index is small.
func (u *unroller) reduce(n *ir.Node, s setting) *ir.Node {
	k, body := n.Bound[0], n.Args[0]
	extent, ok := u.small(k)
	if !ok || n.Red >= ir.ArgMax || !u.writes(body, k) {
		return u.g.Reduce(n.Red, k, u.at(body, s.with(k, unset)))
	}
	u.unrolled = true
	total := u.at(body, s.with(k, 0))
	for i := 1; i < extent; i++ {
		term := u.at(body, s.with(k, i))
		switch n.Red {
		case ir.Sum:
			total = u.g.Add(total, term)
		case ir.Prod:
			total = u.g.Mul(total, term)
		case ir.Max:
			total = u.g.Fold(ir.OpMax, total, term)
		case ir.Min:
			total = u.g.Fold(ir.OpMin, total, term)
		}
	}
	return total
}

// look is what an At node looks up, if it is known where.
func (u *unroller) look(n *ir.Node, s setting) *ir.Node {
	inner, outer := s, s
	for i, b := range n.Bound {
		at := u.at(n.Args[i+1], s)
		if at.Kind != ir.Const {
			if _, ok := u.small(b); ok && u.listings == nil {
				u.failed = true // the array is needed
			}
			for _, b := range n.Bound {
				s = s.with(b, unset)
			}
			return u.g.With(n, append([]*ir.Node{u.at(n.Args[0], s)}, u.all(n.Args[1:], outer)...))
		}
		inner = inner.with(b, int(at.Value))
	}
	return u.at(n.Args[0], inner)
}

func (u *unroller) all(list []*ir.Node, s setting) []*ir.Node {
	out := make([]*ir.Node, len(list))
	for i, n := range list {
		out[i] = u.at(n, s)
	}
	return out
}

// with is n of other operands, folded: what a condition on indices leaves out has no cost.
func (u *unroller) with(n *ir.Node, args []*ir.Node) *ir.Node {
	g := u.g
	if n.Kind != ir.Apply {
		return g.With(n, args)
	}
	switch n.Prim.Op {
	case ir.OpAdd:
		return g.Add(args[0], args[1])
	case ir.OpSub:
		return g.Sub(args[0], args[1])
	case ir.OpMul:
		return g.Mul(args[0], args[1])
	case ir.OpDiv:
		return g.Div(args[0], args[1])
	case ir.OpNeg:
		return g.Neg(args[0])
	case ir.OpSelect:
		return g.Select(args[0], args[1], args[2])
	case ir.OpAnd:
		return g.And(args[0], args[1])
	case ir.OpOr:
		return g.Or(args[0], args[1])
	case ir.OpNot:
		return g.Not(args[0])
	}
	if n.Type == ir.Bool && args[0].Type == ir.Int {
		args = balanced(g, args)
	}
	values := make([]float64, len(args))
	for i, a := range args {
		if a.Kind != ir.Const {
			return g.With(n, args)
		}
		values[i] = a.Value
	}
	switch n.Type {
	case ir.Bool:
		return g.Bool(n.Prim.Eval(values) != 0)
	case ir.Int:
		return g.With(n, args)
	}
	return g.Fold(n.Prim.Op, args...)
}

// balanced is two Ints that are compared, the constants of both on the side of one that is a constant: 0 ≤ i − 1 is 1 ≤ i.
func balanced(g *ir.Graph, args []*ir.Node) []*ir.Node {
	for i, a := range args {
		if b := args[1-i]; a.Kind == ir.Const && b.Kind == ir.Affine && b.Value != 0 {
			list := slices.Clone(args)
			list[i], list[1-i] = g.Int(int(a.Value-b.Value)), g.IntSub(b, g.Int(int(b.Value)))
			return list
		}
	}
	return args
}
