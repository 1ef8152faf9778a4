package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// lower is f with sums over pairs i < j, which a sweep through what is needed at j < i leads to, as sums over pairs j < i: the names of both indices are free to
// choose, and what is symmetric in them, as a kernel Kᵢⱼ of which a factorisation reads one triangle, is then needed in that triangle alone. It reports
// false if there are none.
func lower(f *ir.Func) (*ir.Func, bool) {
	roots := f.Roots()
	uses := map[*ir.Node]int{}
	for _, n := range ir.Reachable(roots...) {
		for _, a := range n.Args {
			uses[a]++
		}
	}
	exchanges := false
	roots = f.Graph.Replace(roots, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if n.Kind != ir.Reduce || uses[n.Args[0]] > 1 {
			return nil
		}
		v := exchanged(f.Graph, n, args[0])
		exchanges = exchanges || v != nil
		return v
	})
	if !exchanges {
		return f, false
	}
	return f.WithRoots(squares(f.Graph, roots)), true
}

// exchanged is the sum n over pairs of the term, with the names of its two indices exchanged if the first is less than the second; else nil.
func exchanged(g *ir.Graph, n, term *ir.Node) *ir.Node {
	if n.Red != ir.Sum || term.Kind != ir.Reduce || term.Red != ir.Sum || !term.Args[0].Is(ir.OpSelect) {
		return nil
	}
	i, j, body := n.Bound[0], term.Bound[0], term.Args[0]
	upper := func(c *ir.Node) bool { return c.Is(ir.OpLt) && c.Args[0] == i && c.Args[1] == j }
	if i == j || i.Extent != j.Extent || !body.Args[2].IsConst(0) || !slices.ContainsFunc(conditions(body.Args[0]), upper) {
		return nil
	}
	return g.Reduce(ir.Sum, i, g.Reduce(ir.Sum, j, g.Subst(body, []*ir.Node{i, j}, []*ir.Node{j, i})))
}

// squares is the nodes with the squares of xᵢ − xⱼ and of xⱼ − xᵢ as one.
func squares(g *ir.Graph, roots []*ir.Node) []*ir.Node {
	return g.Replace(roots, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if !n.Is(ir.OpMul) || args[0] != args[1] || !args[0].Is(ir.OpSub) || args[0].Args[0].ID < args[0].Args[1].ID {
			return nil
		}
		x := g.Apply(ir.OpSub, args[0].Args[1], args[0].Args[0])
		return g.Mul(x, x)
	})
}
