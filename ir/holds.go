package ir

import "slices"

// maxContexts bounds the places in which a node is told apart by the conditions that hold there.
const maxContexts = 16

// Holding gives, of root and all that it is made of, the conditions that hold where a node is looked at, for each place in which it
// is: those of the branches that it stands in, and what stands before it in a conjunction.
func (g *Graph) Holding(root *Node) map[*Node][][]*Node {
	holds := map[*Node][][]*Node{root: {nil}}
	for _, n := range slices.Backward(Reachable(root)) {
		for k, a := range n.Args {
			for _, given := range holds[n] {
				holds[a] = withContext(holds[a], g.holdingAt(n, k, given))
			}
		}
	}
	return holds
}

// withContext adds a place to those of a node; of too many only what holds in all of them is kept.
func withContext(list [][]*Node, here []*Node) [][]*Node {
	if slices.ContainsFunc(list, func(c []*Node) bool { return slices.Equal(c, here) }) {
		return list
	}
	if list = append(list, here); len(list) <= maxContexts {
		return list
	}
	all := list[0]
	for _, c := range list[1:] {
		all = slices.DeleteFunc(slices.Clone(all), func(x *Node) bool { return !slices.Contains(c, x) })
	}
	return [][]*Node{all}
}

// holdingAt is the conditions that hold at operand k of n, where those given hold at n.
func (g *Graph) holdingAt(n *Node, k int, given []*Node) []*Node {
	given = slices.Clip(given)
	switch {
	case n.Kind == Reduce || n.Kind == At && k == 0:
		return slices.DeleteFunc(slices.Clone(given), func(c *Node) bool { return slices.ContainsFunc(n.Bound, c.Depends) })
	case n.Is(OpSelect) && k == 1, n.Is(OpAnd) && k == 1:
		return append(given, g.parts(n.Args[0], true)...)
	case n.Is(OpSelect) && k == 2, n.Is(OpOr) && k == 1:
		return append(given, g.parts(n.Args[0], false)...)
	}
	return given
}

// Says tells whether x and y are equal where the condition c holds.
func (g *Graph) Says(c, x, y *Node) bool {
	return slices.ContainsFunc(g.parts(c, true), func(c *Node) bool {
		return c.Is(OpEq) && (c.Args[0] == x && c.Args[1] == y || c.Args[0] == y && c.Args[1] == x)
	})
}

// parts lists the conditions that all hold where c holds, or does not.
func (g *Graph) parts(c *Node, holds bool) []*Node {
	type item struct {
		c     *Node
		holds bool
	}
	var list []*Node
	stack := []item{{c, holds}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch c := top.c; {
		case c.Is(OpNot):
			stack = append(stack, item{c.Args[0], !top.holds})
		case c.Is(OpAnd) && top.holds, c.Is(OpOr) && !top.holds:
			stack = append(stack, item{c.Args[1], top.holds}, item{c.Args[0], top.holds})
		case top.holds:
			list = append(list, c)
		default:
			list = append(list, g.Not(c))
		}
	}
	return list
}
