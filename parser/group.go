package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// This file elaborates arrays that have several equations, by cases, or that depend on themselves: recurrences.
//
//	h[0] = h0
//	h[t] = tanh(U @ h[t-1] + x[t])

// left is a subscript on the left of an equation: a variable plus a shift, or a fixed place.
type left struct {
	name  Name
	shift int
	given *Range   // the variable's range, if it is written
	fixed *ir.Node // closed, nil for a variable
	at    Span
}

// rule is an equation of a member, taken apart.
type rule struct {
	*Equation
	left []left
	low  []int      // the first place in each dimension
	top  []*ir.Node // the place behind the last
}

// isCase tells whether r is for a fixed place in some dimension.
func (r rule) isCase() bool {
	return slices.ContainsFunc(r.left, func(l left) bool { return l.fixed != nil })
}

// samePlaces tells whether the left sides say the same, but for the names of variables.
func (r rule) samePlaces(o rule) bool {
	return slices.EqualFunc(r.left, o.left, func(a, b left) bool {
		return a.fixed == b.fixed && a.shift == b.shift && a.given == nil && b.given == nil
	})
}

// member is one array of a group.
type member struct {
	name  string
	rules []rule
	shape []*ir.Node // declared, or nil
	rows  []*ir.Node // the dimensions that follow those on the left, once known
	known bool
	dims  []*ir.Node // all dimensions
	index []*ir.Node // stand for the dimensions while the equations are elaborated
	array *ir.Input  // stands for the member while the equations are elaborated
	body  *ir.Node
}

// general is the equation of m for all places that have no other, nil if there is none.
func (m *member) general() *rule {
	for i := range m.rules {
		if !m.rules[i].isCase() {
			return &m.rules[i]
		}
	}
	return nil
}

// cases lists the equations for fixed places.
func (m *member) cases() []rule {
	return slices.DeleteFunc(slices.Clone(m.rules), func(r rule) bool { return !r.isCase() })
}

// group is arrays whose equations are elaborated together.
type group struct {
	*builder
	s       *scope
	members []*member
	sparing *Equation // one of which few steps are to be saved, nil if there is none
}

// recurrence elaborates a group of equations with index variables.
func (b *builder) recurrence(s *scope, eqs []*Equation) {
	g := &group{builder: b, s: s}
	for _, q := range eqs {
		if q.Sparing {
			g.sparing = q
		}
		if q.Index == nil {
			b.fail(q.NameAt, "%s depends on itself: only an array with indices can, at other places", q.Name)
		}
		g.enter(q)
	}
	for _, m := range g.members {
		if m.general() == nil {
			b.failHelp(m.rules[0].NameAt, fmt.Sprintf("add one: %s[…] = …", m.name), "%s has equations for single places only, and none for all others", m.name)
		}
	}
	shapes, calls := b.shapes, b.calls
	b.shapes, b.calls = map[shapeKey][]*ir.Node{}, map[string][]value{}
	g.findShapes()
	g.findRanges()
	b.shapes, b.calls = shapes, calls
	for _, m := range g.members {
		g.place(m)
	}
	in := g.visible(s)
	first := len(g.pending)
	for _, m := range g.members {
		m.body = g.elaborate(in, m)
	}
	g.wantStarts(g.pending[first:])
	g.finish()
}

// wantStarts lets errors about negative subscripts of arrays that have no first place of their own ask for one.
func (g *group) wantStarts(list []access) {
	for i, a := range list {
		if slices.ContainsFunc(g.members, func(m *member) bool { return m.name == a.what && len(m.rules) == 1 }) {
			list[i].help = fmt.Sprintf("say where %s starts: %s[0] = …", a.what, a.what)
		}
	}
}

// enter takes an equation apart.
func (g *group) enter(q *Equation) {
	r := rule{Equation: q}
	for _, x := range q.Index {
		l := g.leftOf(x)
		if l.fixed == nil {
			g.free(g.s, l.name)
		}
		if slices.ContainsFunc(r.left, func(o left) bool { return l.fixed == nil && o.name.Text == l.name.Text }) {
			g.fail(l.at, "the index %s is bound twice", l.name.Text)
		}
		r.left = append(r.left, l)
	}
	i := slices.IndexFunc(g.members, func(m *member) bool { return m.name == q.Name })
	if i < 0 {
		i = len(g.members)
		m := &member{name: q.Name}
		for _, d := range g.s.fn.Results {
			if d.Name == q.Name {
				for _, x := range d.Dims {
					m.shape = append(m.shape, g.dim(g.s, x))
				}
			}
		}
		g.members = append(g.members, m)
	}
	m := g.members[i]
	for _, o := range m.rules {
		if len(o.left) != len(r.left) {
			panic(failure{&Diagnostic{At: q.NameAt, Message: fmt.Sprintf("%s has %d indices here and %d in another equation", q.Name, len(r.left), len(o.left)), Notes: []Note{{o.NameAt, "it stands here"}}}})
		}
	}
	for _, o := range m.rules {
		if r.isCase() && r.samePlaces(o) {
			panic(failure{&Diagnostic{At: q.NameAt, Message: q.Name + " has two equations for the same place", Notes: []Note{{o.NameAt, "this is the other"}}, Help: "leave one of them out"}})
		}
	}
	if o := m.general(); o != nil && !r.isCase() {
		panic(failure{&Diagnostic{At: q.NameAt, Message: q.Name + " has two equations for all indices", Notes: []Note{{o.NameAt, "this is the other"}},
			Help: "give one of them a fixed place, as in " + q.Name + "[0] = …"}})
	}
	m.rules = append(m.rules, r)
	if m.shape != nil && len(r.left) > len(m.shape) {
		g.fail(q.NameAt, "%s is declared as %s and has %d indices here", q.Name, shape(m.shape), len(r.left))
	}
}

// leftOf takes a subscript on the left apart.
func (g *group) leftOf(x Expr) left {
	if r, ok := x.(*Range); ok {
		return left{name: r.Name, given: r, at: x.Where()}
	}
	var name *Ident
	stack := []Expr{x}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = append(stack[:len(stack)-1], Operands(x)...)
		if id, ok := x.(*Ident); ok && g.s.sizes[id.Name] == nil {
			if name != nil && name.Name != id.Name {
				g.fail(x.Where(), "a subscript on the left of an equation has one index variable")
			}
			name = id
		}
	}
	if name == nil {
		n := g.integer(g.s, x)
		return left{fixed: n, at: x.Where()}
	}
	in := g.s.inner()
	v := g.g.NewIndex(g.g.Size(unknown))
	in.values[name.Name] = value{node: v}
	coef, rest, ok := g.g.Linear(g.integer(in, x), v)
	if !ok || coef != 1 || rest.Kind != ir.Const {
		g.fail(x.Where(), "a subscript on the left of an equation is an index variable, plus or minus a whole number, or a fixed place")
	}
	return left{name: Name{name.Name, name.At}, shift: int(rest.Value), at: x.Where()}
}

// rule elaborates the right side of an equation of m. What it reads of the group at a fixed place that is its own, it reads at its index: at the
// same step.
func (g *group) rule(s *scope, m *member, r rule) *ir.Node {
	defer g.under(g.holds(m, r)...)()
	in := s.inner()
	if in.bound += len(r.left); in.bound > maxIndices {
		g.fail(r.NameAt, "%d index variables stand around this, more than %d", in.bound, maxIndices)
	}
	for d, l := range r.left {
		if l.fixed == nil {
			in.values[l.name.Text] = value{node: g.g.IntSub(m.index[d], g.g.Int(l.shift))}
			in.where[l.name.Text] = l.at
		}
	}
	v := g.real(r.Value.Where(), g.right(in, r.Equation))
	rows := m.index[len(r.left):]
	if !slices.Equal(v.dims(), m.rows) {
		g.fail(r.Value.Where(), "%s is %s at each index, but this is %s", m.name, shape(m.rows), shape(v.dims()))
	}
	return g.g.Replace([]*ir.Node{g.g.Subst(v.node, v.index, rows)}, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if n.Kind != ir.Access || !slices.ContainsFunc(g.members, func(o *member) bool { return o.array == n.Input }) {
			return nil
		}
		for d, l := range r.left {
			if d < len(args) && l.fixed != nil && args[d] == l.fixed {
				args[d] = m.index[d]
			}
		}
		return g.g.Access(n.Input, args...)
	})[0]
}

// unspared refuses checkpoints of what is no recurrence.
func (g *group) unspared() {
	if g.sparing != nil {
		g.failHelp(g.sparing.NameAt, "leave the word out, or read a step before: checkpoint h[t] = … h[t-1] …", "checkpoint is for a recurrence: %s is none", g.sparing.Name)
	}
}

// names lists the names of the members.
func (g *group) names() string {
	var list []string
	for _, m := range g.members {
		list = append(list, m.name)
	}
	return strings.Join(list, ", ")
}
