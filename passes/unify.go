package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A sweep names what it makes as it comes to it: where a gradient sums over the queries of an attention what the value sums over the keys, it asks for Pᵢⱼ and
// for Pⱼᵢ, which are one array. Here each such value is computed once, in one set of names. What is made of it is renamed with it, up to a sum or
// a result, whose names are free to choose; only where two names meet in one expression is one of them looked up in an array.

// unified is f with what is the same but for the names of its indices once. It reports false if that can save no more operations than the least that is worth it.
func unified(f *ir.Func, least float64) (*ir.Func, bool) {
	order := ir.Reachable(f.All()...)
	if all(order, func(n *ir.Node) bool { return n.Closed() || isFree(n) }) {
		return f, false
	}
	u := &unifier{f: f, g: f.Graph, modulo: newModulo(order), heavy: map[*ir.Node]bool{}, safe: map[*ir.Node]bool{}, shared: map[*ir.Node]bool{}, memo: map[*ir.Node][]guise{}, fixed: map[*ir.Node]bool{}, forms: map[*ir.Node]guise{}}
	for _, n := range order {
		u.heavy[n] = !isFree(n) || slices.ContainsFunc(n.Args, func(a *ir.Node) bool { return u.heavy[a] })
		u.fixed[n] = n.Kind == ir.Access && n.Input.Defined || n.Kind == ir.Pick || slices.ContainsFunc(n.Args, func(a *ir.Node) bool { return u.fixed[a] })
	}
	if u.again(order) <= least {
		return f, false
	}
	for _, class := range u.list {
		u.name(class)
	}
	return u.results(), true
}

// again is the number of operations of what is the same as something else but for names.
func (u *unifier) again(order []*ir.Node) float64 {
	sum := 0.0
	for _, n := range order {
		if u.several(n) && n != u.list[u.class[n]][0] {
			sum += operationsOf(n)
		}
	}
	return sum
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
