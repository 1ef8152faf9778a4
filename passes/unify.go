package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A sweep names what it makes as it comes to it: where a gradient sums over the queries of an attention what the value sums over the keys, it asks for Pᵢⱼ and
// for Pⱼᵢ, which are one array. Here each such value is computed once, in one set of names. What is made of it is renamed with it, up to a sum or
// a result, whose names are free to choose; only where two names meet in one expression is one of them looked up in an array.

// unified is f with what is the same but for the names of its indices once. It reports false if there is nothing of the kind.
func unified(f *ir.Func) (*ir.Func, bool) {
	order := ir.Reachable(f.All()...)
	u := &unifier{f: f, g: f.Graph, modulo: newModulo(order), heavy: map[*ir.Node]bool{}, safe: map[*ir.Node]bool{}, shared: map[*ir.Node]bool{}, memo: map[*ir.Node][]guise{}, fixed: map[*ir.Node]bool{}, forms: map[*ir.Node]guise{}}
	several := false
	for _, n := range order {
		u.heavy[n] = !isFree(n) || slices.ContainsFunc(n.Args, func(a *ir.Node) bool { return u.heavy[a] })
		u.fixed[n] = n.Kind == ir.Access && n.Input.Defined || n.Kind == ir.Pick || slices.ContainsFunc(n.Args, func(a *ir.Node) bool { return u.fixed[a] })
		several = several || u.several(n)
	}
	if !several {
		return f, false
	}
	for _, class := range u.list {
		u.name(class)
	}
	return u.results(), true
}

type unifier struct {
	f *ir.Func
	g *ir.Graph
	*modulo
	heavy  map[*ir.Node]bool // takes operations
	safe   map[*ir.Node]bool // can be computed for all values of its indices
	fixed  map[*ir.Node]bool // is part of a recurrence, or a list of elements, and keeps its names
	shared map[*ir.Node]bool // stands for several nodes
	forms  map[*ir.Node]guise
	memo   map[*ir.Node][]guise // what nodes are in other names
}

// guise is a node in names of which it is another by renaming.
type guise struct {
	node *ir.Node
	renaming
}

// renaming gives indices names, each another one.
type renaming struct{ from, to []*ir.Node }

// of is the name of the index.
func (r renaming) of(i *ir.Node) *ir.Node {
	if k := slices.Index(r.from, i); k >= 0 {
		return r.to[k]
	}
	return i
}

// inverse takes the names back.
func (r renaming) inverse() renaming { return renaming{r.to, r.from} }

// then is the renaming of the indices by r, and of what they are then called by s.
func (r renaming) then(s renaming, index []*ir.Node) renaming {
	return renaming{index, each(index, func(i *ir.Node) *ir.Node { return s.of(r.of(i)) })}
}

// keeps tells whether r leaves the indices their names.
func (r renaming) keeps(index []*ir.Node) bool {
	return all(index, func(i *ir.Node) bool { return r.of(i) == i })
}

// whole is a renaming that does to the indices in r.from what r does, and to all others what leaves them apart: one whose name is taken has the first
// that is given up for that.
func (r renaming) whole(index []*ir.Node) renaming {
	s := renaming{slices.Clone(r.from), slices.Clone(r.to)}
	for _, i := range index {
		if slices.Contains(s.from, i) {
			continue
		}
		name := i
		for k := slices.Index(r.to, name); k >= 0; k = slices.Index(r.to, name) {
			name = r.from[k]
		}
		s.from, s.to = append(s.from, i), append(s.to, name)
	}
	return s
}

// several tells whether n takes operations, and stands in several names.
func (u *unifier) several(n *ir.Node) bool {
	return u.heavy[n] && !u.fixed[n] && n.Type != ir.Bool && len(u.list[u.class[n]]) > 1
}

// name finds the form of all nodes of a class: that of the one with the plainest names.
func (u *unifier) name(class []*ir.Node) {
	if !u.several(class[0]) {
		for _, n := range class {
			u.forms[n] = u.form(n)
		}
		return
	}
	first := slices.MinFunc(class, plainer)
	made := u.form(first)
	u.shared[made.node] = true
	for _, n := range class {
		u.forms[n] = guise{made.node, made.then(renaming{u.names[first], u.names[n]}, made.node.Free())}
	}
}

// plainer compares nodes of one class by their names: those that results of their own brought along come last, then those that are not the first of their
// extent.
func plainer(n, m *ir.Node) int {
	rank := func(n *ir.Node) int {
		sum := 0
		for _, i := range n.Free() {
			if sum += i.Slot; i.Slot < 0 {
				sum += 1 << 20
			}
		}
		return sum
	}
	return rank(n) - rank(m)
}

// form is n made of its operands as they are named, in the names of the operand to which they matter most.
func (u *unifier) form(n *ir.Node) guise {
	own := guise{node: n}
	if !u.heavy[n] {
		return own
	}
	if n.Kind == ir.At {
		return u.lookedUp(n)
	}
	if !u.fixed[n] {
		if f, ok := u.made(n, u.leading(n)); ok {
			return f
		}
	}
	own, _ = u.made(n, renaming{})
	return own
}

// leading is the names of the operand of n that would be the largest array if it were looked up.
func (u *unifier) leading(n *ir.Node) renaming {
	var lead *guise
	for _, a := range n.Args {
		f := u.forms[a]
		if u.heavy[a] && a.Type == ir.Real && (lead == nil || u.larger(f, *lead)) {
			lead = &f
		}
	}
	if lead == nil {
		return renaming{}
	}
	return lead.inverse()
}

// larger tells whether f should rather keep its names than g.
func (u *unifier) larger(f, g guise) bool {
	if a, b := u.storable(f.node), u.storable(g.node); a != b {
		return b
	}
	if a, b := len(f.node.Free()), len(g.node.Free()); a != b {
		return a > b
	}
	return f.keeps(f.node.Free()) && !g.keeps(g.node.Free())
}

// made is n in other names. It reports false if n is a reduction that cannot have the name for its index.
func (u *unifier) made(n *ir.Node, names renaming) (guise, bool) {
	r := names.whole(slices.Concat(n.Free(), n.Bound))
	args := each(n.Args, func(a *ir.Node) *ir.Node {
		f := u.forms[a]
		return u.renamed(f.node, f.then(r, f.node.Free()))
	})
	if n.Kind != ir.Reduce {
		return guise{u.g.With(n, args), r.inverse()}, true
	}
	v := u.g.Reduce(n.Red, r.of(n.Bound[0]), args[0])
	return guise{v, r.inverse()}, v.Args[0] == args[0]
}

// lookedUp is the At node n, of what has been named.
func (u *unifier) lookedUp(n *ir.Node) guise {
	f := u.forms[n.Args[0]]
	args := each(n.Args[1:], func(a *ir.Node) *ir.Node { return u.renamed(u.forms[a].node, u.forms[a].renaming) })
	index := f.node.Free()
	at := renaming{n.Bound, args}
	return guise{node: u.g.Lookup(f.node, index, each(index, func(i *ir.Node) *ir.Node { return at.of(f.of(i)) }))}
}

// renamed is n with other names: looked up in an array where it has one in any case, or takes much to compute; else computed of renamed operands.
func (u *unifier) renamed(n *ir.Node, r renaming) *ir.Node {
	free := n.Free()
	to := each(free, r.of)
	switch {
	case r.keeps(free):
		return n
	case !u.takes(n):
		return u.g.Subst(n, free, to)
	case n.Kind == ir.At:
		return u.moved(n, r)
	case !isFree(n) && u.everywhere(n) && u.storable(n) && (n.Kind == ir.Reduce || u.shared[n] && !u.slight(n)):
		return u.g.Lookup(n, free, to)
	case n.Kind == ir.Reduce:
		return u.g.Subst(n, free, to)
	}
	for _, m := range u.memo[n] {
		if slices.Equal(m.to, to) {
			return m.node
		}
	}
	v := u.g.With(n, each(n.Args, func(a *ir.Node) *ir.Node { return u.renamed(a, r) }))
	u.memo[n] = append(u.memo[n], guise{v, renaming{free, to}})
	return v
}

// moved is the At node n with other names.
func (u *unifier) moved(n *ir.Node, r renaming) *ir.Node {
	at := renaming{n.Bound, each(n.Args[1:], func(a *ir.Node) *ir.Node { return u.renamed(a, r) })}
	body := n.Args[0]
	return u.g.Lookup(body, body.Free(), each(body.Free(), func(i *ir.Node) *ir.Node {
		if slices.Contains(n.Bound, i) {
			return at.of(i)
		}
		return r.of(i)
	}))
}

// takes tells whether n, which may be new, takes operations.
func (u *unifier) takes(n *ir.Node) bool {
	heavy, known := u.heavy[n]
	if !known {
		heavy = !isFree(n) || slices.ContainsFunc(n.Args, u.takes)
		u.heavy[n] = heavy
	}
	return heavy
}

// everywhere tells whether n, which may be new, can be computed for all values of its indices, as what is looked up is: where the source asks for xᵢ₋₁, it has seen
// to it that i > 0.
func (u *unifier) everywhere(n *ir.Node) bool {
	safe, known := u.safe[n]
	if known {
		return safe
	}
	switch {
	case n.Is(ir.OpSelect):
		safe = u.everywhere(n.Args[0])
	case n.Kind == ir.Access:
		safe = !n.Input.Defined
		for d, i := range n.Args {
			own := i.Kind == ir.Index && i.Extent == n.Input.Dims[d]
			safe = safe && (own || i.Kind != ir.Access && u.f.InRange(i, n.Input.Dims[d]).IsConst(1))
		}
	default:
		safe = all(n.Args, u.everywhere)
	}
	u.safe[n] = safe
	return safe
}

// slight tells whether n takes no more than the operation itself, which costs no more than to read it.
func (u *unifier) slight(n *ir.Node) bool {
	ops := n.Ops()
	return ops.Total() <= 1 && ops.Call == 0 && ops.Div == 0 && !slices.ContainsFunc(n.Args, u.takes)
}

// storable tells whether an array over the indices of n is no larger than others are: if it has no two indices of one open extent, as Kᵢⱼ has, or there
// is an array of such a shape.
func (u *unifier) storable(n *ir.Node) bool {
	shape := extents(n.Free())
	if !repeats(shape) {
		return true
	}
	within := func(dims []*ir.Node) bool {
		rest := slices.Clone(dims)
		for _, e := range shape {
			k := slices.Index(rest, e)
			if k < 0 {
				return false
			}
			rest = slices.Delete(rest, k, k+1)
		}
		return true
	}
	return slices.ContainsFunc(u.f.Inputs, func(in *ir.Input) bool { return within(in.Dims) }) ||
		slices.ContainsFunc(u.f.Results, func(r ir.Result) bool { return within(extents(r.Index)) })
}

// repeats tells whether an open extent is there twice.
func repeats(shape []*ir.Node) bool {
	for k, e := range shape {
		if e.Kind != ir.Const && slices.Contains(shape[:k], e) {
			return true
		}
	}
	return false
}

// results is the function of the forms. A result takes the names of its value.
func (u *unifier) results() *ir.Func {
	d := u.f.WithRoots(each(u.f.Roots(), func(n *ir.Node) *ir.Node { return u.renamed(u.forms[n].node, u.forms[n].renaming) }))
	for i, r := range u.f.Results {
		f := u.forms[r.Value]
		if f.keeps(f.node.Free()) {
			continue
		}
		index := r.Index
		renamed := each(index, f.inverse().whole(index).of)
		put := func(n *ir.Node) *ir.Node {
			if n == nil {
				return nil
			}
			return u.g.Subst(n, index, renamed)
		}
		r.Value, r.Index, r.Where = f.node, renamed, put(r.Where)
		r.Puts = each(r.Puts, func(p ir.Put) ir.Put {
			p.At, p.Where = put(p.At), put(p.Where)
			return p
		})
		if len(r.Puts) == 0 {
			r.Puts = nil
		}
		d.Results[i] = r
	}
	return d
}

// leastOnce is the loop program for f, in which what is the same but for names is computed once, if that takes fewer operations.
func leastOnce(f *ir.Func) *ir.Program {
	best := build(f).program
	least := operations(f, best)
	try := func(d *ir.Func) {
		p := build(d).program
		if n := operations(f, p); n < worthIt*least {
			best, least = p, n
		}
	}
	if d, ok := unified(f); ok {
		try(d)
	}
	if l, ok := lower(f); ok {
		try(l)
		if d, ok := unified(l); ok {
			try(d)
		}
	}
	return best
}

// operations is the number of operations of the program, where all sizes are nominalExtent.
func operations(f *ir.Func, p *ir.Program) float64 {
	at := map[string]int{}
	for _, s := range f.Sizes {
		at[s] = nominalExtent
	}
	n, _ := Count(p).Total().Eval(at).Float64()
	return n
}
