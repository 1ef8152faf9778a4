package parser

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// place makes the indices and the array that stand for m.
func (g *group) place(m *member) {
	if len(m.dims) > maxIndices {
		g.fail(m.general().NameAt, "%s has %d dimensions, more than %d", m.name, len(m.dims), maxIndices)
	}
	for _, e := range m.dims {
		m.index = append(m.index, g.g.NewIndex(e))
		g.needPlace(e, fmt.Sprintf("the size %s of %s", e.Text(), m.name))
	}
	m.array = &ir.Input{Name: m.name, Dims: m.dims, Defined: true}
}

// visible is a scope in which the members can be read.
func (g *group) visible(s *scope) *scope {
	in := s.inner()
	for _, m := range g.members {
		g.show(in, m, func(index []*ir.Node) *ir.Node { return g.g.Access(m.array, index...) })
	}
	return in
}

// show enters m into a scope, as the array of the given elements.
func (g *group) show(s *scope, m *member, element func(index []*ir.Node) *ir.Node) {
	v := value{}
	for _, e := range m.dims {
		v.index = append(v.index, g.g.NewIndex(e))
	}
	v.node = element(v.index)
	s.values[m.name] = v
	if low := m.general().low; len(m.rules) == 1 && slices.ContainsFunc(low, func(l int) bool { return l > 0 }) {
		s.low[m.name] = low
	}
}

// elaborate is what m is at its indices.
func (g *group) elaborate(s *scope, m *member) *ir.Node {
	body := g.rule(s, m, *m.general())
	g.g.SetName(body, m.name)
	other := g.g.Const(0)        // read by nothing
	cases, last := m.cases(), -1 // the last diagonal
	values := make([]*ir.Node, len(cases))
	for i, c := range cases {
		if c.isDiagonal() {
			last = i
		}
	}
	for i, c := range slices.Backward(cases) {
		v := g.rule(s, m, c)
		values[i] = v
		if i == len(cases)-1 && last < 0 && !m.triangular() && m.everywhere(c) {
			other = v // where it reads something that is there, as in all places that are left
		} else {
			other = g.g.Select(g.all(g.holds(m, c)), v, other)
		}
	}
	all := g.g.Select(g.all(g.holds(m, *m.general())), body, other)
	for i := last; i >= 0; i-- { // before the general equation, which has these places too
		all = g.g.Select(g.all(g.holds(m, cases[i])), values[i], all)
	}
	return all
}

// triangular tells whether the range of an index of an equation depends on another: elsewhere the array is 0.
func (m *member) triangular() bool {
	return slices.ContainsFunc(m.rules, func(r rule) bool {
		return slices.ContainsFunc(r.left, func(l left) bool { return l.given != nil && r.mentions(l.given) })
	})
}

// mentions tells whether the range speaks of a variable of r.
func (r rule) mentions(x *Range) bool {
	return slices.ContainsFunc(slices.Concat(idents(x.Lo), idents(x.Hi)), func(name string) bool {
		return slices.ContainsFunc(r.left, func(l left) bool { return l.fixed == nil && l.name.Text == name })
	})
}

// everywhere tells whether r holds for all values of its variables.
func (m *member) everywhere(r rule) bool {
	for d := range r.left {
		if r.low[d] > 0 || r.top[d] != m.dims[d] {
			return false
		}
	}
	return true
}

// holds is the conditions under which the equation r of m holds.
func (g *group) holds(m *member, r rule) []*ir.Node {
	var conds []*ir.Node
	for d, l := range r.left {
		if l.given != nil && r.mentions(l.given) {
			in := g.bind(g.s, m, r)
			at := g.g.IntSub(m.index[d], g.g.Int(l.shift))
			conds = append(conds, g.g.Apply(ir.OpLt, at, g.integer(in, l.given.Hi)))
			if lo := g.integer(in, l.given.Lo); !lo.IsConst(0) {
				conds = append(conds, g.g.Apply(ir.OpLe, lo, at))
			}
		}
		switch {
		case l.again:
			conds = append(conds, g.g.Apply(ir.OpEq, m.index[r.first(d)], m.index[d]))
			continue
		case l.fixed != nil:
			conds = append(conds, g.g.Apply(ir.OpEq, m.index[d], l.fixed))
			continue
		case r.low[d] > 0:
			conds = append(conds, g.g.Apply(ir.OpLe, g.g.Int(r.low[d]), m.index[d]))
		}
		if r.top[d] != m.dims[d] {
			conds = append(conds, g.g.Apply(ir.OpLt, m.index[d], r.top[d]))
		}
	}
	return conds
}

func (g *group) all(conds []*ir.Node) *ir.Node {
	c := g.g.Bool(true)
	for _, x := range conds {
		c = g.g.And(c, x)
	}
	return c
}

// finish enters the members into the scope: as plain values where they only have cases, else as a recurrence.
func (g *group) finish() {
	g.unnest()
	reads := g.reads()
	element := make([]func([]*ir.Node) *ir.Node, len(g.members))
	if len(reads) == 0 {
		g.unspared()
		for i, m := range g.members {
			element[i] = func(index []*ir.Node) *ir.Node { return g.g.Subst(m.body, m.index, index) }
		}
	} else {
		element = g.stepped(reads)
	}
	for i, m := range g.members {
		g.show(g.s, m, element[i])
		g.s.where[m.name] = m.general().NameAt
	}
}

// stepped makes a recurrence of the members, and gives what each is at given indices.
func (g *group) stepped(reads []read) []func([]*ir.Node) *ir.Node {
	s, reads, why := g.chooseSteps(reads)
	if why == nil {
		g.checkOrder(reads, s)
		return g.define(s)
	}
	h, ok := g.lend()
	if !ok {
		panic(failure{why})
	}
	element := h.stepped(h.reads())
	for i, m := range h.members {
		if all := element[i]; m.lent != nil {
			element[i] = func(index []*ir.Node) *ir.Node { return all(append(index[:len(index):len(index)], m.lent)) }
		}
	}
	return element
}
