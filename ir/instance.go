package ir

// Instance is body, an expression of another graph with the same primitives over the scalar inputs args, with the nodes x of g in the place
// of those. Its bound indices are new in g, so that they capture nothing in x.
func (g *Graph) Instance(body *Node, args []*Input, x []*Node) *Node {
	of := map[*Node]*Node{}
	at := func(list []*Node) []*Node {
		nodes := make([]*Node, len(list))
		for i, n := range list {
			nodes[i] = of[n]
		}
		return nodes
	}
	for _, n := range Reachable(body) {
		switch n.Kind {
		case Index: // its extent is a number, as there are no sizes
			of[n] = g.NewIndex(g.Int(int(n.Extent.Value)))
		case Access:
			for i, in := range args {
				if in == n.Input {
					of[n] = x[i]
				}
			}
		case Apply:
			of[n] = g.With(&Node{Kind: Apply, Prim: g.Prim(n.Prim.Op)}, at(n.Args))
		case Reduce:
			of[n] = g.Reduce(n.Red, g.bound(of, n.Bound[0]), of[n.Args[0]])
		case At:
			bound := make([]*Node, len(n.Bound))
			for i, b := range n.Bound {
				bound[i] = g.bound(of, b)
			}
			of[n] = g.At(of[n.Args[0]], bound, at(n.Args[1:]))
		case Affine:
			of[n] = g.With(n, at(n.Args))
		case Const:
			of[n] = g.intern(Node{Kind: Const, Type: n.Type, Value: n.Value})
		}
	}
	return of[body]
}

// bound is what stands for a bound index, also where its body does not mention it.
func (g *Graph) bound(of map[*Node]*Node, index *Node) *Node {
	if of[index] == nil {
		of[index] = g.NewIndex(g.Int(int(index.Extent.Value)))
	}
	return of[index]
}
