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

// ordered puts the equations of a block into an order in which each stands behind those whose names it uses, otherwise as
// written. Those of one name, and those that use each other in a circle, form a group.
func ordered(eqs []*Equation) [][]*Equation {
	var names []string
	of := map[string][]int{}
	place := map[string]int{}
	for i, q := range eqs {
		if of[q.Name] == nil {
			place[q.Name] = len(names)
			names = append(names, q.Name)
		}
		of[q.Name] = append(of[q.Name], i)
	}
	needs := func(v int) []int {
		var list []int
		for _, i := range of[names[v]] {
			for _, n := range used(eqs[i]) {
				if w, ok := place[n]; ok {
					list = append(list, w)
				}
			}
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	var groups [][]*Equation
	for _, c := range ir.Components(len(names), needs) {
		var members []int
		for _, v := range c {
			members = append(members, of[names[v]]...)
		}
		slices.Sort(members)
		var group []*Equation
		for _, i := range members {
			group = append(group, eqs[i])
		}
		groups = append(groups, group)
	}
	return groups
}

// used lists the names that the right side of an equation mentions, but for those that it binds itself.
func used(q *Equation) []string {
	type item struct {
		x     Expr
		bound []string
	}
	var left []string
	for _, x := range q.Index {
		left = append(left, idents(x)...)
	}
	var list []string
	stack := []item{{q.Value, left}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch x := top.x.(type) {
		case *Ident:
			if !slices.Contains(top.bound, x.Name) {
				list = append(list, x.Name)
			}
		case *Reduce:
			for _, v := range x.Vars {
				top.bound = append(top.bound[:len(top.bound):len(top.bound)], v.Name.Text)
			}
		}
		for _, y := range Operands(top.x) {
			stack = append(stack, item{y, top.bound})
		}
	}
	return list
}

// idents lists the names in x.
func idents(x Expr) []string {
	var list []string
	stack := []Expr{x}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = append(stack[:len(stack)-1], Operands(x)...)
		switch x := x.(type) {
		case *Ident:
			list = append(list, x.Name)
		case *Range:
			list = append(list, x.Name.Text)
		}
	}
	return list
}

// circular tells whether the equations of a group depend on themselves.
func circular(group []*Equation) bool {
	for _, q := range group {
		for _, n := range used(q) {
			if slices.ContainsFunc(group, func(r *Equation) bool { return r.Name == n }) {
				return true
			}
		}
	}
	return false
}

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
	for _, m := range g.members {
		m.body = g.elaborate(in, m)
	}
	g.finish()
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

// blank is the member as an array whose dimensions on the left are not known yet, where they are not declared.
func (g *group) blank(m *member) value {
	in := &ir.Input{Name: m.name, Defined: true, Dims: m.dims}
	v := value{}
	if m.dims == nil {
		for i := range m.general().left {
			extent := g.g.Size(unknown)
			if m.shape != nil {
				extent = m.shape[i]
			}
			in.Dims = append(in.Dims, extent)
		}
		in.Dims = append(in.Dims, m.rows...)
	}
	for _, e := range in.Dims {
		v.index = append(v.index, g.g.NewIndex(e))
	}
	v.node = g.g.Access(in, v.index...)
	return v
}

// findShapes finds the dimensions that follow those on the left, from the right sides: first of those that do not depend on
// the group, then of others.
func (g *group) findShapes() {
	for _, m := range g.members {
		if m.shape != nil {
			m.rows, m.known = m.shape[len(m.general().left):], true
		}
	}
	for more := true; more; {
		more = false
		in := g.s.inner()
		for _, m := range g.members {
			if m.known {
				in.values[m.name] = g.blank(m)
			}
		}
		for _, m := range g.members {
			for _, r := range m.rules {
				if !m.known {
					m.rows, m.known = g.rowsOf(in, r)
					more = more || m.known
				}
			}
		}
	}
}

// rowsOf is the shape of the right side of r, if it can be found; of a selection either branch may tell.
func (g *group) rowsOf(s *scope, r rule) (dims []*ir.Node, ok bool) {
	in := s.inner()
	for _, l := range r.left {
		if l.fixed == nil {
			in.values[l.name.Text] = value{node: g.g.NewIndex(g.g.Size(unknown))}
		}
	}
	x := r.Value
	for {
		if ok := g.try(func() {
			if x == r.Value {
				dims = g.right(in, r.Equation).dims()
			} else {
				dims = g.expr(in, x).dims()
			}
		}); ok {
			return dims, true
		}
		c, isIf := x.(*If)
		if !isIf {
			return nil, false
		}
		if g.try(func() { dims = g.expr(in, c.Then).dims() }) {
			return dims, true
		}
		x = c.Else
	}
}

// findRanges finds the extents of the dimensions on the left, those first that do not follow from others of the group, and then where each
// equation holds.
func (g *group) findRanges() {
	for open := slices.Clone(g.members); len(open) > 0; {
		in := g.blanks()
		rest := slices.DeleteFunc(slices.Clone(open), func(m *member) bool { return g.try(func() { g.findExtents(in, m) }) })
		if len(rest) == len(open) {
			g.findExtents(in, open[0]) // says what is missing
		}
		open = rest
	}
	in := g.blanks()
	for _, m := range g.members {
		for k := range m.rules {
			g.findPlaces(in, m, &m.rules[k])
		}
	}
	for _, m := range g.members {
		for d := range m.general().left {
			g.cover(m, d)
		}
		for _, c := range m.cases() {
			g.coverCase(m, c)
		}
	}
}

// blanks is a scope in which the members have the dimensions that are known.
func (g *group) blanks() *scope {
	in := g.s.inner()
	for _, m := range g.members {
		in.values[m.name] = g.blank(m)
	}
	return in
}

// findExtents finds the extents of m: the largest that an equation reaches.
func (g *group) findExtents(s *scope, m *member) {
	var dims []*ir.Node
	for d, l := range m.general().left {
		var extent *ir.Node
		reach := func(at Span, n *ir.Node) {
			if extent == nil {
				extent = n
			} else if n != nil {
				extent = g.greater(at, extent, n)
			}
		}
		for _, r := range m.rules {
			switch f := r.left[d].fixed; {
			case f == nil:
				if hi := g.limits(s, r, d).hi; hi != nil {
					reach(r.left[d].at, g.g.IntAdd(hi, g.g.Int(r.left[d].shift)))
				}
			case f.Kind != ir.Const:
				reach(r.left[d].at, g.g.IntAdd(f, g.g.Int(1)))
			}
		}
		if m.shape != nil {
			extent = m.shape[d]
		}
		if extent == nil {
			g.failHelp(l.at, fmt.Sprintf("write the range: %s in 0..n", l.name.Text), "the range of %s cannot be inferred: nothing bounds it on both sides", l.name.Text)
		}
		dims = append(dims, extent)
	}
	m.dims = append(dims, m.rows...)
}

// limits is what is known of the variable in dimension d on the left of r.
func (g *group) limits(s *scope, r rule, d int) limits {
	l := r.left[d]
	if l.given != nil {
		lo, hi := g.integer(g.s, l.given.Lo), g.integer(g.s, l.given.Hi)
		if !lo.Closed() || !hi.Closed() {
			g.fail(l.at, "the range of %s depends on data or on other indices", l.name.Text)
		}
		return limits{lo: lo, hi: hi, at: l.at}
	}
	in := s.inner()
	for _, o := range r.left {
		if o.fixed == nil {
			in.values[o.name.Text] = value{node: g.g.NewIndex(g.g.Size(unknown))}
		}
	}
	return g.known(g.look(in, []Name{l.name}, []Expr{r.Value}, false)[0])
}

// findPlaces finds the places for which the equation r of m holds.
func (g *group) findPlaces(s *scope, m *member, r *rule) {
	for d, l := range r.left {
		if l.fixed != nil {
			if m.dims[d].Kind != ir.Const || l.fixed.Kind != ir.Const {
				g.oblige(access{index: l.fixed, extent: m.dims[d], at: l.at, what: m.name})
			}
			r.low, r.top = append(r.low, 0), append(r.top, m.dims[d])
			continue
		}
		found := g.limits(s, *r, d)
		shift := g.g.Int(l.shift)
		lo, hi := g.g.Int(0), m.dims[d]
		if found.lo != nil && !g.f.NonNegative(g.g.IntSub(g.g.Int(0), g.g.IntAdd(found.lo, shift))) {
			lo = g.g.IntAdd(found.lo, shift)
		}
		if found.hi != nil && !g.f.NonNegative(g.g.IntSub(g.g.IntAdd(found.hi, shift), hi)) {
			hi = g.g.IntAdd(found.hi, shift)
		}
		if lo.Kind != ir.Const {
			g.fail(l.at, "the first %s is not a plain number: it is %s", l.name.Text, lo.Text())
		}
		r.low, r.top = append(r.low, int(lo.Value)), append(r.top, hi)
	}
}

// oneWay refuses an equation that reads the group's arrays both at [t-1] and at [t+1].
func (g *group) oneWay(m *member) {
	before, behind := false, false
	stack := []Expr{m.general().Value}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = append(stack[:len(stack)-1], Operands(x)...)
		n, ok := x.(*Index)
		if !ok {
			continue
		}
		id, ok := n.X.(*Ident)
		if !ok || !slices.ContainsFunc(g.members, func(o *member) bool { return o.name == id.Name }) {
			continue
		}
		for _, a := range n.Args {
			var l left
			if !g.try(func() { l = g.leftOf(a) }) || !slices.ContainsFunc(m.general().left, func(o left) bool { return o.name.Text == l.name.Text }) {
				continue
			}
			before, behind = before || l.shift < 0, behind || l.shift > 0
			if before && behind {
				g.failHelp(a.Where(), "a recurrence goes one way", "%s reads %s at steps behind and at steps before", m.name, id.Name)
			}
		}
	}
}

// greater is the larger of two extents, which must be comparable for all sizes.
func (g *group) greater(at Span, x, y *ir.Node) *ir.Node {
	switch {
	case g.f.NonNegative(g.g.IntSub(x, y)):
		return x
	case g.f.NonNegative(g.g.IntSub(y, x)):
		return y
	}
	g.fail(at, "it cannot be told which is larger, %s or %s", x.Text(), y.Text())
	return nil
}

// cover checks that dimension d of m has an equation for each place, at the end and, if there are cases at all, at the beginning; cases at
// either end take the place of the general equation.
func (g *group) cover(m *member, d int) {
	r := m.general()
	has := func(n *ir.Node) bool {
		return slices.ContainsFunc(m.cases(), func(c rule) bool { return c.left[d].fixed == n })
	}
	any := slices.ContainsFunc(m.cases(), func(c rule) bool { return c.left[d].fixed != nil })
	for has(g.g.Int(r.low[d])) {
		r.low[d]++
	}
	for k := range r.low[d] {
		if (any || m.shape != nil) && !has(g.g.Int(k)) {
			g.oneWay(m)
			g.failHelp(r.NameAt, fmt.Sprintf("add it: %s[%d] = …", m.name, k), "%s has no equation for the place %d: this one starts at %d", m.name, k, r.low[d])
		}
	}
	gap := g.g.IntSub(m.dims[d], r.top[d])
	if gap.Kind != ir.Const {
		g.fail(r.NameAt, "%s has %s elements, but this equation ends at %s", m.name, m.dims[d].Text(), r.top[d].Text())
	}
	for has(g.g.IntSub(r.top[d], g.g.Int(1))) {
		r.top[d] = g.g.IntSub(r.top[d], g.g.Int(1))
		gap = g.g.IntAdd(gap, g.g.Int(1))
	}
	for k := range int(gap.Value) {
		if at := g.g.IntAdd(r.top[d], g.g.Int(k)); !has(at) {
			g.oneWay(m)
			g.failHelp(r.NameAt, fmt.Sprintf("add it: %s[%s] = …", m.name, at.Text()), "%s has no equation for the place %s", m.name, at.Text())
		}
	}
}

// coverCase checks that where the equation c, for a place in some dimensions, does not reach the ends of the others, there is an equation for
// the corner.
func (g *group) coverCase(m *member, c rule) {
	for d, l := range c.left {
		if l.fixed != nil {
			continue
		}
		need := func(n *ir.Node) {
			for _, o := range m.cases() {
				corner := o.left[d].fixed == n
				for e, x := range c.left {
					corner = corner && (e == d || o.left[e].fixed == nil && o.low[e] == 0 && o.top[e] == m.dims[e] || o.left[e].fixed == x.fixed)
				}
				if corner {
					return
				}
			}
			g.fail(c.NameAt, "this equation of %s does not hold for the place %s of %s, and no other does", m.name, n.Text(), l.name.Text)
		}
		for k := range c.low[d] {
			need(g.g.Int(k))
		}
		gap := g.g.IntSub(m.dims[d], c.top[d])
		if gap.Kind != ir.Const {
			g.fail(c.NameAt, "%s has %s elements, but this equation ends at %s", m.name, m.dims[d].Text(), c.top[d].Text())
		}
		for k := range int(gap.Value) {
			need(g.g.IntAdd(c.top[d], g.g.Int(k)))
		}
	}
}

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

// rule elaborates the right side of an equation of m. What it reads of m at a fixed place that is its own, it reads at its index.
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
		if n.Kind != ir.Access || n.Input != m.array {
			return nil
		}
		for d, l := range r.left {
			if l.fixed != nil && args[d] == l.fixed {
				args[d] = m.index[d]
			}
		}
		return g.g.Access(m.array, args...)
	})[0]
}

// finish enters the members into the scope: as plain values where they only have cases, else as a recurrence.
func (g *group) finish() {
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
		g.spares(false)
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

// spares refuses checkpoints of what is no recurrence that goes upwards.
func (g *group) spares(up bool) {
	if g.sparing != nil && !up {
		g.failHelp(g.sparing.NameAt, "leave the word out", "checkpoint is for recurrences whose steps go upwards, and %s has none", g.sparing.Name)
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
