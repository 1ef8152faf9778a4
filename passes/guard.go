package passes

import (
	"slices"
	"sort"

	"github.com/adgen-go/adgen/ir"
)

// literal is a condition that holds, or, negated, does not.
type literal struct {
	cond *ir.Node
	not  bool
}

// literals lists what is known where c holds (or does not hold).
func literals(c *ir.Node, holds bool) []literal {
	switch {
	case c.Is(ir.OpNot):
		return literals(c.Args[0], !holds)
	case c.Is(ir.OpAnd) && holds, c.Is(ir.OpOr) && !holds:
		return append(literals(c.Args[0], holds), literals(c.Args[1], holds)...)
	}
	return []literal{{c, !holds}}
}

// union sorts the literals of both lists by the age of their conditions.
func union(a, b []literal) []literal {
	all := slices.Clone(a)
	for _, l := range b {
		if !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].cond != all[j].cond {
			return all[i].cond.ID < all[j].cond.ID
		}
		return !all[i].not && all[j].not
	})
	return all
}

func intersection(a, b []literal) []literal {
	var both []literal
	for _, l := range a {
		if slices.Contains(b, l) {
			both = append(both, l)
		}
	}
	return both
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
		p.references(u, func(v *unit, g []literal) {
			if known[v] {
				v.guard = intersection(v.guard, g)
			} else {
				known[v], v.guard = true, g
			}
		})
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

// references calls use for every unit that u refers to, with what holds at the reference.
func (p *planner) references(u *unit, use func(v *unit, guard []literal)) {
	visit := func(n *ir.Node, g []literal) {
		stack := []*ir.Node{n}
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if v := p.of[top]; v != nil {
				use(v, g)
				continue
			}
			stack = append(stack, top.Args...)
		}
	}
	// What stands behind and is evaluated only where what stands before it holds.
	var condition func(c *ir.Node, g []literal)
	condition = func(c *ir.Node, g []literal) {
		switch {
		case p.of[c] != nil:
			use(p.of[c], g)
		case c.Is(ir.OpAnd) || c.Is(ir.OpOr):
			condition(c.Args[0], g)
			condition(c.Args[1], union(g, literals(c.Args[0], c.Is(ir.OpAnd))))
		case c.Is(ir.OpNot):
			condition(c.Args[0], g)
		default:
			visit(c, g)
		}
	}
	if u.node != nil && u.node.Is(ir.OpSelect) {
		c := u.node.Args[0]
		condition(c, u.guard)
		visit(u.node.Args[1], union(u.guard, literals(c, true)))
		visit(u.node.Args[2], union(u.guard, literals(c, false)))
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
