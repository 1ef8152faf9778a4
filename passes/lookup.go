package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

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
// to it that i > 0, which n may not say.
func (u *unifier) everywhere(n *ir.Node) bool {
	safe, known := u.safe[n]
	if !known {
		safe = u.within(n)
		u.safe[n] = safe
	}
	return safe
}

// within tells whether n can be computed for all values of its indices at which the conditions hold.
func (u *unifier) within(n *ir.Node, given ...*ir.Node) bool {
	if len(given) > 0 && u.everywhere(n) {
		return true
	}
	switch {
	case n.Is(ir.OpSelect) && ir.Static(n.Args[0]):
		holds := func(c *ir.Node) []*ir.Node { return slices.Concat(given, conditions(c)) }
		return u.within(n.Args[1], holds(n.Args[0])...) && u.within(n.Args[2], holds(u.g.Not(n.Args[0]))...)
	case n.Kind == ir.Access:
		return !n.Input.Defined && u.reads(n, given)
	}
	return all(n.Args, func(a *ir.Node) bool { return u.within(a, given...) })
}

// reads tells whether the access n is to an element that is there, where the conditions hold.
func (u *unifier) reads(n *ir.Node, given []*ir.Node) bool {
	for d, i := range n.Args {
		own := i.Kind == ir.Index && i.Extent == n.Input.Dims[d]
		if !own && (i.Kind == ir.Access || !u.f.InRange(i, n.Input.Dims[d], given...).IsConst(1)) {
			return false
		}
	}
	return true
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
