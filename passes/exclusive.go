package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// The bounds of what conditions are taken apart into: cases, and the facts of a case that are held against each other.
const (
	maxCases = 16
	maxFacts = 20
)

// exclusive tells whether the conditions cannot hold together, as what they say of Ints contradicts itself in all cases that they leave open.
func exclusive(f *ir.Func, conds ...*ir.Node) bool {
	cases := [][]literal{nil}
	for _, c := range conds {
		cases = crossed(cases, casesOf(literal{cond: c}))
	}
	return !slices.ContainsFunc(cases, func(l []literal) bool { return !contradictory(f, l) })
}

// casesOf lists the cases in which l holds: what holds together in each.
func casesOf(l literal) [][]literal {
	c := l.cond
	if c.Is(ir.OpNot) {
		return casesOf(literal{c.Args[0], !l.not})
	}
	if !c.Is(ir.OpAnd) && !c.Is(ir.OpOr) {
		return [][]literal{{l}}
	}
	a, b := casesOf(literal{c.Args[0], l.not}), casesOf(literal{c.Args[1], l.not})
	if c.Is(ir.OpAnd) != l.not {
		return crossed(a, b)
	}
	if len(a)+len(b) > maxCases {
		return [][]literal{nil} // of which nothing is known
	}
	return slices.Concat(a, b)
}

// crossed is the cases of two conditions together; of the second nothing is known where they would be too many.
func crossed(a, b [][]literal) [][]literal {
	if len(a)*len(b) > maxCases {
		return a
	}
	var list [][]literal
	for _, x := range a {
		for _, y := range b {
			list = append(list, slices.Concat(x, y))
		}
	}
	return list
}

// contradictory tells whether the literals cannot hold together, as two Ints that are not negative where they do add up to less than 0.
func contradictory(f *ir.Func, literals []literal) bool {
	return contradictoryBy(f, literals, func(l literal) []*ir.Node { return f.Graph.Facts(l.cond, !l.not) })
}

// contradictoryBy is contradictory, where says gives what a literal says of Ints.
func contradictoryBy(f *ir.Func, literals []literal, says func(literal) []*ir.Node) bool {
	g := f.Graph
	var facts []*ir.Node
	for _, l := range literals {
		if v, ok := l.cond.Constant(); ok && (v != 0) == l.not {
			return true
		}
		if len(facts) < maxFacts {
			facts = append(facts, says(l)...)
		}
	}
	facts = facts[:min(len(facts), maxFacts)]
	for i, x := range facts {
		for _, y := range facts[i:] {
			if n := g.IntSub(g.IntSub(g.Int(-1), x), y); n.Kind == ir.Const && n.Value >= 0 || n.Kind != ir.Const && f.NonNegative(n) {
				return true
			}
		}
	}
	return false
}

// maxBeside bounds the sums that are accumulated into one array of which it is asked whether they meet.
const maxBeside = 12

// alone finds, of sums that are accumulated into one array, those of which all terms go to elements of their own, where no other sum adds: they are
// stored there.
func (b *builder) alone(parts []part) {
	if len(parts) > maxBeside {
		return
	}
	for _, p := range parts {
		p.unit.alone = p.unit.single && !p.not && !slices.ContainsFunc(parts, func(o part) bool { return o.unit != p.unit && b.meet(p.unit, o.unit) })
	}
}

// meet tells whether terms of the sums u and v, over the same free indices, may go to one element.
func (b *builder) meet(u, v *unit) bool {
	g := b.g
	other := fresh(g, extents(v.over))
	for _, k := range u.node.Free() { // of the terms of v, those that go to the place of the one of u
		if j := slices.Index(v.over, v.goes(k)); j >= 0 {
			other[j] = u.goes(k)
		}
	}
	theirs := func(n *ir.Node) *ir.Node { return g.Subst(n, v.over, other) }
	conds := append(slices.Clone(u.conds), each(v.conds, theirs)...)
	for _, k := range u.node.Free() {
		if x, y := u.goes(k), theirs(v.goes(k)); x != y {
			conds = append(conds, g.Apply(ir.OpEq, x, y))
		}
	}
	return !exclusive(b.f, conds...)
}

// goes is the place along the free index k of the sum u that a term goes to.
func (u *unit) goes(k *ir.Node) *ir.Node {
	for _, w := range u.where {
		if w.index == k {
			return w.at
		}
	}
	return k
}

// maxZeros bounds the terms that are asked whether they are 0.
const maxZeros = 12

// zeroWhere tells whether n, a short sum of selections between something and zero, is 0 where the condition c holds.
func zeroWhere(f *ir.Func, n, c *ir.Node) bool {
	stack := []*ir.Node{n}
	for seen := 0; len(stack) > 0; seen++ {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch {
		case seen >= 2*maxZeros:
			return false
		case x.Is(ir.OpAdd) || x.Is(ir.OpSub):
			stack = append(stack, x.Args...)
		case !gated(x) || !exclusive(f, x.Args[0], c):
			return false
		}
	}
	return true
}
