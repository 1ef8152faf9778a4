package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// literal is a condition that holds, or, negated, does not.
type literal struct {
	cond *ir.Node
	not  bool
}

// order compares literals by the age of their conditions.
func (l literal) order(m literal) int {
	if l.cond != m.cond {
		return l.cond.ID - m.cond.ID
	}
	return l.sign() - m.sign()
}

func (l literal) sign() int {
	if l.not {
		return 1
	}
	return 0
}

// complements tells whether the literals say the same of Ints in two ways, that i < n does not hold, and n ≤ i.
func (l literal) complements(m literal) bool {
	if l.not == m.not || l.cond.Kind != ir.Apply || m.cond.Kind != ir.Apply || len(l.cond.Args) != 2 || l.cond.Args[0].Type != ir.Int {
		return false
	}
	x, y := l.cond, m.cond
	switch {
	case x.Is(ir.OpLt) && y.Is(ir.OpLe), x.Is(ir.OpLe) && y.Is(ir.OpLt):
		return x.Args[0] == y.Args[1] && x.Args[1] == y.Args[0]
	case x.Is(ir.OpEq) && y.Is(ir.OpNe), x.Is(ir.OpNe) && y.Is(ir.OpEq):
		return slices.Equal(x.Args, y.Args)
	}
	return false
}

// same tells whether the literals say the same of Ints, as 0 < i and 1 ≤ i do.
func (p *planner) same(l, m literal) bool {
	if !l.cond.Is(ir.OpLt) && !l.cond.Is(ir.OpLe) || !m.cond.Is(ir.OpLt) && !m.cond.Is(ir.OpLe) {
		return false
	}
	facts := p.g.Facts(l.cond, !l.not)
	return len(facts) > 0 && slices.Equal(facts, p.g.Facts(m.cond, !m.not))
}

// whole is the literal as a condition.
func (l literal) whole(g *ir.Graph) *ir.Node {
	if l.not {
		return g.Not(l.cond)
	}
	return l.cond
}

// literals lists, in their order, what is known where c holds (or does not hold).
func literals(c *ir.Node, holds bool) []literal {
	var list []literal
	stack := []literal{{c, !holds}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x := top.cond
		switch {
		case x.Is(ir.OpNot):
			stack = append(stack, literal{x.Args[0], !top.not})
		case x.Is(ir.OpAnd) && !top.not, x.Is(ir.OpOr) && top.not:
			stack = append(stack, literal{x.Args[0], top.not}, literal{x.Args[1], top.not})
		default:
			list = append(list, top)
			if x.Is(ir.OpOr) || x.Is(ir.OpAnd) { // what both sides say is known too
				list = append(list, intersection(literals(x.Args[0], !top.not), literals(x.Args[1], !top.not))...)
			}
		}
	}
	slices.SortFunc(list, literal.order)
	return slices.Compact(list)
}

// union merges two sorted lists.
func union(a, b []literal) []literal {
	all := make([]literal, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].order(b[0]) < 0:
			all, a = append(all, a[0]), a[1:]
		case len(a) == 0 || a[0] != b[0]:
			all, b = append(all, b[0]), b[1:]
		default:
			a = a[1:]
		}
	}
	return all
}

// intersection keeps what stands in both sorted lists.
func intersection(a, b []literal) []literal {
	var both []literal
	for len(a) > 0 && len(b) > 0 {
		switch c := a[0].order(b[0]); {
		case c < 0:
			a = a[1:]
		case c > 0:
			b = b[1:]
		default:
			both, a, b = append(both, a[0]), a[1:], b[1:]
		}
	}
	return both
}

// without is the sorted list a without what stands in the sorted list b.
func without(a, b []literal) []literal {
	var rest []literal
	for _, l := range a {
		for len(b) > 0 && b[0].order(l) < 0 {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != l {
			rest = append(rest, l)
		}
	}
	return rest
}

// telling is the literals without those that follow from others, as 1 ≤ t from s < t. Of what reads data nothing follows: it may be what allows to read them.
func (b *builder) telling(guard []literal) []literal {
	telling := slices.DeleteFunc(slices.Clone(guard), func(m literal) bool { return len(b.says(m)) == 0 || ir.ReadsData(m.cond) })
	for i := 0; i < len(guard) && len(telling) > 0; i++ {
		l := guard[i]
		if len(b.says(literal{l.cond, !l.not})) == 0 { // it is not on Ints
			continue
		}
		others := slices.DeleteFunc(slices.Clone(telling), func(m literal) bool { return m == l })
		if len(others) > 0 && contradictoryBy(b.f, append(slices.Clip(others), literal{l.cond, !l.not}), b.says) {
			guard, telling = slices.Delete(slices.Clone(guard), i, i+1), others
			i--
		}
	}
	return guard
}

// says is what the literal says of Ints, found once: deep in a chain of choices the same literals hold again and again.
func (b *builder) says(l literal) []*ir.Node {
	facts, known := b.facts[l]
	if !known {
		facts = b.g.Facts(l.cond, !l.not)
		b.facts[l] = facts
	}
	return facts
}

// guards finds for each unit the conditions under which alone it is needed: those that
// hold at all its uses. A branch that is not taken is not computed, and reads nothing. What
// the conditions need becomes an operand of the guarded units.
func (p *planner) guards() {
	known := map[*unit]bool{}
	for i := len(p.units) - 1; i >= 0; i-- {
		u := p.units[i]
		if u.node != nil {
			u.guard = slices.DeleteFunc(slices.Clone(u.guard), func(l literal) bool {
				return slices.ContainsFunc(l.cond.Free(), func(i *ir.Node) bool {
					return !slices.Contains(u.ctx, i) || slices.Contains(u.over, i)
				})
			})
		}
		p.inside(u)
		p.references(u, func(v *unit, g []literal) {
			if known[v] {
				v.guard = slices.DeleteFunc(slices.Clone(v.guard), func(l literal) bool {
					return !slices.ContainsFunc(g, func(m literal) bool { return l == m || l.complements(m) || p.same(l, m) })
				})
			} else {
				known[v], v.guard = true, g
			}
		}, nil)
	}
	for _, u := range p.units {
		for _, l := range u.guard {
			before := len(u.deps)
			p.need(u, l.cond)
			for _, d := range u.deps[before:] {
				d.unit.users = append(d.unit.users, u)
			}
		}
	}
}

// references calls use for every unit that u refers to, and read, unless it is nil, for every element of an input, or of what is looked up, that it reads itself, with what holds at the reference.
func (p *planner) references(u *unit, use func(v *unit, guard []literal), read func(n *ir.Node, guard []literal)) {
	type item struct {
		n *ir.Node
		g []literal
	}
	visit := func(n *ir.Node, g []literal) {
		stack := []item{{n, g}}
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if v := p.of[top.n]; v != nil {
				use(v, top.g)
				continue
			}
			if read != nil && (top.n.Kind == ir.Access || top.n.Kind == ir.At) {
				read(top.n, top.g)
			}
			for i, a := range top.n.Args {
				g := top.g
				if top.n.Kind == ir.At && i == 0 {
					g = elsewhere(g, top.n.Bound)
				}
				stack = append(stack, item{a, g})
			}
		}
	}
	// What stands behind and is evaluated only where what stands before it holds.
	var condition func(c *ir.Node, g []literal)
	both := func(c *ir.Node, g []literal) {
		condition(c.Args[0], g)
		if !c.Args[1].Closed() { // what has no index reads nothing out of range, and is cheap
			g = union(g, literals(c.Args[0], c.Is(ir.OpAnd)))
		}
		condition(c.Args[1], g)
	}
	condition = func(c *ir.Node, g []literal) {
		switch {
		case p.of[c] != nil:
			use(p.of[c], g)
		case c.Is(ir.OpAnd) || c.Is(ir.OpOr):
			both(c, g)
		case c.Is(ir.OpNot):
			condition(c.Args[0], g)
		default:
			visit(c, g)
		}
	}
	if u.total != nil {
		use(u.total, u.guard)
		return
	}
	if u.node != nil && u.node.Is(ir.OpSelect) {
		c := u.node.Args[0]
		condition(c, u.guard)
		visit(u.node.Args[1], union(u.guard, literals(c, true)))
		visit(u.node.Args[2], union(u.guard, literals(c, false)))
		return
	}
	if u.node != nil && (u.node.Is(ir.OpAnd) || u.node.Is(ir.OpOr)) {
		both(u.node, u.guard)
		return
	}
	inside := u.guard
	for _, c := range u.conds {
		condition(c, inside)
		inside = union(inside, literals(c, true))
	}
	for _, n := range u.operands() {
		if !slices.Contains(u.conds, n) {
			visit(n, inside)
		}
	}
}

// elsewhere is what of the literals still holds where the indices have other values.
func elsewhere(g []literal, index []*ir.Node) []literal {
	return slices.DeleteFunc(slices.Clone(g), func(l literal) bool { return slices.ContainsFunc(index, l.cond.Depends) })
}
