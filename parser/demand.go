package parser

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file finds how far arrays reach that nothing of their own bounds, as the gains of a filter, whose equations read no data: from what else the
// block does with them.

// demanded gives extents to members that are still open, and tells whether it found any.
func (g *group) demanded(open []*member) bool {
	if g.whole {
		return false
	}
	all := g.block()
	all.findAll()
	found := false
	for _, m := range open {
		for _, o := range all.members {
			if o.name == m.name && o.dims != nil {
				m.dims = append(slices.Clone(o.dims[:len(m.general().left)]), m.rows...)
				found = true
			}
		}
	}
	return found
}

// block is a group of all equations with indices that are not elaborated yet.
func (g *group) block() *group {
	all := &group{builder: g.builder, s: g.s, whole: true}
	for _, q := range g.s.fn.Body.Eqs {
		if _, done := g.s.where[q.Name]; !done && q.Index != nil {
			g.try(func() { all.enter(q) })
		}
	}
	all.members = slices.DeleteFunc(all.members, func(m *member) bool { return m.general() == nil })
	return all
}

// findAll finds what extents there are: those that follow from the members' own equations first, and where none does any more, one that others ask for.
func (g *group) findAll() {
	if !g.try(g.findShapes) {
		return
	}
	for more := true; more; {
		more = false
		g.shapes = map[shapeKey][]*ir.Node{}
		in := g.blanks()
		for _, m := range g.members {
			if m.dims == nil && g.try(func() { g.findExtents(in, m) }) {
				more = true
			}
		}
		for _, fixed := range []bool{false, true} { // fixed places last: how far they reach says least
			for _, m := range g.members {
				if !more && m.dims == nil {
					more = g.try(func() { g.ask(m, fixed) }) && m.dims != nil
				}
			}
		}
	}
	g.shrink()
}

// ask gives m the extents that reach as far as it is read with variables, or also at fixed places.
func (g *group) ask(m *member, fixed bool) {
	var dims []*ir.Node
	for d := range m.general().left {
		extent := m.rowExtent(d)
		for _, u := range g.uses(m, d, fixed) {
			if extent == nil {
				extent = u
			} else {
				extent = g.greater(m.general().NameAt, extent, u)
			}
		}
		if extent == nil {
			return
		}
		dims = append(dims, extent)
	}
	m.dims = append(dims, m.rows...)
}

// uses lists how far dimension d of m is read, one for each place where that is known.
func (g *group) uses(m *member, d int, fixed bool) []*ir.Node {
	var list []*ir.Node
	for _, q := range g.s.fn.Body.Eqs {
		list = append(list, g.usesIn(q.Value, g.bindings(q), m, d, fixed)...)
	}
	if x := g.s.fn.Body.Result; x != nil {
		list = append(list, g.usesIn(x, g.s.inner(), m, d, fixed)...)
	}
	return list
}

// bindings is a scope with the variables on the left of q, as far as their ranges are known.
func (g *group) bindings(q *Equation) *scope {
	in := g.s.inner()
	for _, m := range g.members {
		for _, r := range m.rules {
			if r.Equation != q || m.dims == nil {
				continue
			}
			for d, l := range r.left {
				if l.fixed == nil && !l.row {
					in.values[l.name.Text] = value{node: g.g.NewIndex(g.g.IntSub(m.dims[d], g.g.Int(l.shift)))}
				}
			}
		}
	}
	return in
}

// usesIn lists how far dimension d of m is read in x.
func (g *group) usesIn(x Expr, s *scope, m *member, d int, fixed bool) []*ir.Node {
	type item struct {
		x Expr
		s *scope
	}
	var list []*ir.Node
	for stack := []item{{x, s}}; len(stack) > 0; {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if x, ok := top.x.(*Reduce); ok {
			top.s = g.written(top.s, x.Vars)
		}
		if x, ok := top.x.(*Index); ok && d < len(x.Args) {
			if id, ok := x.X.(*Ident); ok && id.Name == m.name {
				if n := g.tryInteger(top.s, x.Args[d]); n != nil && (fixed || !n.Closed()) {
					if low, ok := g.f.Least(g.g.IntSub(g.g.Int(0), n)); ok {
						list = append(list, g.g.IntSub(g.g.Int(1), low))
					}
				}
			}
		}
		for _, y := range Operands(top.x) {
			stack = append(stack, item{y, top.s})
		}
	}
	return list
}

// written is a scope with those variables of a reduction whose range is written.
func (g *group) written(s *scope, vars []*Range) *scope {
	in := s.inner()
	for _, v := range vars {
		in.values[v.Name.Text] = value{}
		if v.Hi == nil {
			continue
		}
		if hi := g.tryInteger(in, v.Hi); hi != nil && hi.Closed() {
			in.values[v.Name.Text] = value{node: g.g.NewIndex(hi)}
		}
	}
	return in
}
