package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// What stands under a condition on an index that it does not depend on, as x[i-1] where j < i, is computed outside of the loop over that index, where the
// condition cannot be asked. Then it needs one of its own, or it would read what is not there.

// inside adds to the guard of u, or to the conditions of the sum that it is, that the elements that it reads are there, where that does not follow from what holds where it reads
// them. What the guard itself reads is there wherever u is needed.
func (p *planner) inside(u *unit) {
	for _, l := range u.guard {
		if l.cond.Kind != ir.Apply || l.cond.Prim.Operand == ir.Bool { // of what it joins not all need be asked
			continue
		}
		for _, n := range p.reads(l) {
			p.require(u, missing(p.f, n, p.known(u.guard)...), nil)
		}
	}
	p.references(u, func(*unit, []literal) {}, func(n *ir.Node, holds []literal) {
		p.require(u, missing(p.f, n, p.known(holds)...), without(holds, u.guard))
	})
}

// reads lists the elements of inputs that are read to ask whether l holds.
func (p *planner) reads(l literal) []*ir.Node {
	if p.of[l.cond] != nil {
		return nil
	}
	return slices.DeleteFunc(ir.Reachable(l.cond), func(n *ir.Node) bool { return n.Kind != ir.Access })
}

// missing is what must hold, beside what is given, so that the element that n reads, of an input or of what is looked up, is there. Of arrays that recurrences define, and of
// subscripts made of integer data of which each has limits of its own, that is known.
func missing(f *ir.Func, n *ir.Node, given ...*ir.Node) *ir.Node {
	c := f.Graph.Bool(true)
	var subscripts, dims []*ir.Node
	switch {
	case n.Kind == ir.At:
		subscripts, dims = n.Args[1:], extents(n.Bound)
	case !n.Input.Defined:
		subscripts, dims = n.Subscripts(), n.Input.Dims
	}
	for d, sub := range subscripts {
		if sub.Kind == ir.Index && sub.Extent == dims[d] || limited(f, sub) {
			continue
		}
		c = f.Graph.And(c, f.InRange(sub, dims[d], given...))
	}
	return c
}

// limited tells whether the subscript is made of integer data that are checked one by one.
func limited(f *ir.Func, sub *ir.Node) bool {
	return slices.ContainsFunc(ir.Reachable(sub), func(k *ir.Node) bool {
		return k.Kind == ir.Access && slices.ContainsFunc(f.Checks, func(c ir.Check) bool { return c.Data == k.Input && !c.Whole() })
	})
}

// known is the literals as conditions.
func (p *planner) known(list []literal) []*ir.Node {
	conds := make([]*ir.Node, len(list))
	for i, l := range list {
		conds[i] = l.whole(p.g)
	}
	return conds
}

// require adds a condition to u, which is asked for only where the literals hold.
func (p *planner) require(u *unit, c *ir.Node, where []literal) {
	if c.IsConst(1) {
		return
	}
	for _, l := range where {
		own := slices.ContainsFunc(u.conds, func(d *ir.Node) bool { return slices.Contains(literals(d, true), l) })
		if !own && all(p.reads(l), func(n *ir.Node) bool { return missing(p.f, n).IsConst(1) }) {
			c = p.g.Or(c, p.g.Not(l.whole(p.g)))
		}
	}
	asked := func(i *ir.Node) bool { return slices.Contains(u.ctx, i) }
	switch free := c.Free(); {
	case all(free, func(i *ir.Node) bool { return asked(i) && !slices.Contains(u.over, i) }):
		u.guard = union(u.guard, literals(c, true))
	case u.node != nil && u.node.Kind == ir.Reduce && u.node.Red == ir.Sum && all(free, asked):
		u.conds = append(u.conds, conditions(c)...)
	}
}
