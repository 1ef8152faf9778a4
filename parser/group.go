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
	again bool     // the variable stands in a dimension before too, as on the diagonal L[i,i]
	row   bool     // not written: the equation is for whole rows, and another one for elements
	at    Span
}

// rule is an equation of a member, taken apart.
type rule struct {
	*Equation
	left []left
	rows []*ir.Node // the shape of the right side, of one for rows
	low  []int      // the first place in each dimension
	top  []*ir.Node // the place behind the last
}

// isCase tells whether r is for a fixed place in some dimension, or for a diagonal.
func (r rule) isCase() bool {
	return slices.ContainsFunc(r.left, func(l left) bool { return l.fixed != nil || l.again })
}

// isDiagonal tells whether r is for places at which indices are equal.
func (r rule) isDiagonal() bool {
	return slices.ContainsFunc(r.left, func(l left) bool { return l.again })
}

// first is the dimension in which the variable of dimension d stands first.
func (r rule) first(d int) int {
	if !r.left[d].again {
		return d
	}
	return slices.IndexFunc(r.left, func(o left) bool { return o.fixed == nil && o.name.Text == r.left[d].name.Text })
}

// samePlaces tells whether the left sides say the same, but for the names of variables.
func (r rule) samePlaces(o rule) bool {
	return slices.EqualFunc(r.left, o.left, func(a, b left) bool {
		return a.fixed == b.fixed && a.shift == b.shift && a.again == b.again && a.given == nil && b.given == nil
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
	lent  *ir.Node // the place to which m belongs in its last dimension, if that was lent to it
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
	whole   bool      // all equations of a block, only to be looked at
}

// circular refuses q, a value without indices that needs itself by way of others of the equations. A component is an element of its array, which needs itself where it reads more than
// single places of it.
func (b *builder) circular(q *Equation, eqs []*Equation) {
	way, help := "", ""
	if names := between(eqs, q.Name); len(names) > 0 {
		way = ", by way of " + strings.Join(names, ", ")
	}
	name := q.Name
	if q.Array != "" {
		name, way = "an element of "+q.Array, ""
		help = fmt.Sprintf("read single places of %s, with numbers for their subscripts: a row, or an element at an index, stands for all of it", q.Array)
	}
	b.failHelp(q.NameAt, help, "%s depends on itself%s: only an array with indices can, at other places", name, way)
}

// recurrence elaborates a group of equations with index variables.
func (b *builder) recurrence(s *scope, eqs []*Equation) {
	g := &group{builder: b, s: s}
	for _, q := range eqs {
		if q.Sparing {
			g.sparing = q
		}
		if q.Index == nil {
			b.circular(q, eqs)
		}
		g.enter(q)
	}
	for _, m := range g.members {
		if m.general() == nil {
			g.incomplete(m)
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
	for _, m := range g.members {
		first := len(g.pending)
		m.body = g.elaborate(in, m)
		g.wantStarts(m, g.pending[first:])
	}
	g.finish()
}

// wantStarts lets errors about negative subscripts, in the equations of m, of arrays that have no first place of their own ask for one; or for m to start where they do, if
// it reads them at its own place.
func (g *group) wantStarts(m *member, list []access) {
	for i, a := range list {
		k := slices.IndexFunc(g.members, func(m *member) bool { return m.name == a.array && len(m.rules) == 1 && a.dim < len(m.rules[0].Index) })
		if k >= 0 {
			start := g.members[k].rules[0]
			list[i].help = fmt.Sprintf("say where %s starts: %s = …", a.what, start.elementWith(a.dim, "0"))
			d := slices.IndexFunc(m.general().left, func(l left) bool { return l.fixed == nil && l.name.Text == g.text(a.at) })
			if d >= 0 && start.low[a.dim] > 0 {
				from := fmt.Sprintf("%s in %d..%s", g.text(a.at), start.low[a.dim], m.dims[d].Text())
				list[i].help += fmt.Sprintf("; or start there: %s = …", m.general().elementWith(d, from))
			}
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
		for _, o := range r.left {
			if l.fixed != nil || o.fixed != nil || o.name.Text != l.name.Text {
				continue
			}
			if l.shift != o.shift || l.given != nil {
				g.failHelp(l.at, fmt.Sprintf("the diagonal is written [%s,%s]", l.name.Text, l.name.Text), "the index %s is bound twice", l.name.Text)
			}
			l.again = true
		}
		r.left = append(r.left, l)
	}
	i := slices.IndexFunc(g.members, func(m *member) bool { return m.name == q.Name })
	if i < 0 {
		i = len(g.members)
		m := &member{name: q.Name}
		for _, x := range g.s.fn.declared(q) {
			m.shape = append(m.shape, g.dim(g.s, x))
		}
		g.members = append(g.members, m)
	}
	m := g.members[i]
	g.align(m, &r)
	for _, o := range m.rules {
		if r.isCase() && r.samePlaces(o) {
			panic(failure{&Diagnostic{At: q.NameAt, Message: q.element() + " has two equations", Notes: []Note{{o.NameAt, "this is the other"}}, Help: "leave one of them out"}})
		}
	}
	if o := m.general(); o != nil && !r.isCase() {
		panic(failure{&Diagnostic{At: q.NameAt, Message: q.Name + " has two equations for all indices", Notes: []Note{{o.NameAt, "this is the other"}},
			Help: "give one of them a fixed place, as in " + q.Name + "[0] = …"}})
	}
	m.rules = append(m.rules, r)
	if m.shape != nil && len(r.left) > len(m.shape) {
		g.fail(q.NameAt, "%s is declared as %s and has %s here", q.Name, shape(m.shape), ir.Counted(len(r.left), "index", "indices"))
	}
}

// align lets the equations of m have the same number of dimensions on the left: one with fewer than another is for whole rows.
func (g *group) align(m *member, r *rule) {
	rank := len(r.left)
	for _, o := range m.rules {
		rank = max(rank, len(o.left))
	}
	r.pad(rank)
	for i := range m.rules {
		m.rules[i].pad(rank)
	}
}

// pad adds dimensions that are not written.
func (r *rule) pad(rank int) {
	for d := len(r.left); d < rank; d++ {
		r.left = append(r.left, left{name: Name{Text: fmt.Sprint(" ", d), At: r.NameAt}, row: true, at: r.NameAt})
	}
}

// written is the number of dimensions that are written on the left.
func (r rule) written() int {
	n := slices.IndexFunc(r.left, func(l left) bool { return l.row })
	if n < 0 {
		return len(r.left)
	}
	return n
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
	in := g.bind(s, m, r)
	defer g.under(append(g.holds(m, r), g.elsewhere(m, r)...)...)()
	if in.bound += len(r.left); in.bound > maxIndices {
		g.fail(r.NameAt, "%d index variables stand around this, more than %d", in.bound, maxIndices)
	}
	v := g.real(r.Value.Where(), g.right(in, r.Equation))
	rows, dims := m.index[r.written():], m.dims[r.written():]
	if v.rank() == 0 { // a number for all elements of the row
		rows, dims = nil, nil
	}
	if !slices.Equal(v.dims(), dims) {
		g.fail(r.Value.Where(), "%s is %s at each index, but this is %s", m.name, shape(dims), shape(v.dims()))
	}
	body := g.equal(m, g.g.Subst(v.node, v.index, rows))
	return g.g.Replace([]*ir.Node{body}, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if n.Kind != ir.Access || !slices.ContainsFunc(g.members, func(o *member) bool { return o.array == n.Input }) {
			return nil
		}
		for d, l := range r.left {
			own := l.fixed
			if l.again {
				own = m.index[r.first(d)]
			}
			if d < len(args) && own != nil && args[d] == own {
				args[d] = m.index[d]
			}
		}
		return g.g.Access(n.Input, args...)
	})[0]
}

// bind is a scope in which the variables on the left of r stand for the indices of m.
func (g *group) bind(s *scope, m *member, r rule) *scope {
	in := s.inner()
	for d, l := range r.left {
		if l.fixed == nil && !l.again {
			in.values[l.name.Text] = value{node: g.g.IntSub(m.index[d], g.g.Int(l.shift))}
			in.where[l.name.Text] = l.at
		}
	}
	return in
}

// elsewhere is the conditions under which no diagonal takes the place of the general equation r.
func (g *group) elsewhere(m *member, r rule) []*ir.Node {
	var conds []*ir.Node
	for _, c := range m.cases() {
		if holds := g.holds(m, c); c.isDiagonal() && !r.isCase() && len(holds) == 1 {
			conds = append(conds, g.g.Not(holds[0]))
		}
	}
	return conds
}

// equal writes the earlier index of m for the later one in branches in which they are equal, as on the diagonal of a matrix: so what is read there in
// the row of the step itself has the index of that.
func (g *group) equal(m *member, body *ir.Node) *ir.Node {
	return g.g.Replace([]*ir.Node{body}, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if !n.Is(ir.OpSelect) {
			return nil
		}
		then := args[1]
		for d, late := range m.index {
			for _, early := range m.index[:d] {
				if late.Extent == early.Extent && g.g.Says(args[0], early, late) {
					then = g.g.Subst(then, []*ir.Node{late}, []*ir.Node{early})
				}
			}
		}
		return g.g.Apply(ir.OpSelect, args[0], then, args[2])
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
