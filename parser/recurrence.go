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
		if e.Kind != ir.Const && e.Kind != ir.Size {
			g.f.Checks = append(g.f.Checks, ir.Check{Value: e, AtLeast: 1, Message: fmt.Sprintf("the size %s of %s must be at least 1", e.Text(), m.name)})
		}
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
	other := g.g.Const(0) // read by nothing
	cases := m.cases()
	for i, c := range slices.Backward(cases) {
		v := g.rule(s, m, c)
		if i == len(cases)-1 && m.everywhere(c) {
			other = v // where it reads something that is there, as in all places that are left
		} else {
			other = g.g.Select(g.all(g.holds(m, c)), v, other)
		}
	}
	return g.g.Select(g.all(g.holds(m, *m.general())), body, other)
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
		switch {
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
	g.flat()
	var reads []read
	for i, m := range g.members {
		for _, n := range ir.Reachable(m.body) {
			if n.Kind != ir.Access {
				continue
			}
			if k := slices.IndexFunc(g.members, func(o *member) bool { return o.array == n.Input }); k >= 0 {
				reads = append(reads, read{i, k, n})
			}
		}
	}
	element := make([]func([]*ir.Node) *ir.Node, len(g.members))
	if len(reads) == 0 {
		g.unspared()
		for i, m := range g.members {
			element[i] = func(index []*ir.Node) *ir.Node { return g.g.Subst(m.body, m.index, index) }
		}
	} else {
		element = g.define(g.chooseSteps(reads))
	}
	for i, m := range g.members {
		g.show(g.s, m, element[i])
		g.s.where[m.name] = m.general().NameAt
	}
}
