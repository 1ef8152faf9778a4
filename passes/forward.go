package passes

import "github.com/adgen-go/adgen/ir"

// JVP is f with the product of the Jacobian and a tangent (Griewank & Walther,
// Evaluating Derivatives, 3.1): for every parameter there is a further input, the tangent t of the
// parameter's name and shape, and for every result a further result,
// Σ ∂result/∂parameter·t.
func JVP(f *ir.Func) (*ir.Func, error) {
	d := f.Derived()
	seed := map[*ir.Input]func(...*ir.Node) *ir.Node{}
	for _, p := range f.Params() {
		t := &ir.Input{Name: "t" + p.Name, Dims: p.Dims}
		d.Inputs = append(d.Inputs, t)
		seed[p] = func(index ...*ir.Node) *ir.Node { return f.Graph.Access(t, index...) }
	}
	for i, dot := range pushforward(f, seed) {
		r := f.Results[i]
		name := r.Name + "_tangent"
		if len(f.Results) == 1 {
			name = "tangent"
		}
		d.Results = append(d.Results, ir.Result{Name: name, Index: r.Index, Value: dot})
	}
	return d, nil
}

// pushforward gives the tangents of f's results for the given tangents of the
// parameters' elements.
func pushforward(f *ir.Func, seed map[*ir.Input]func(index ...*ir.Node) *ir.Node) []*ir.Node {
	roots := make([]*ir.Node, len(f.Results))
	for i, r := range f.Results {
		roots[i] = r.Value
	}
	order := ir.Reachable(roots...)
	active := activity(order)
	g := f.Graph
	dot := map[*ir.Node]*ir.Node{}
	for _, n := range order {
		if active[n] {
			dot[n] = tangent(f, n, dot, seed)
		}
	}
	tangents := make([]*ir.Node, len(roots))
	for i, r := range roots {
		tangents[i] = g.Const(0)
		if active[r] {
			tangents[i] = dot[r]
		}
	}
	return tangents
}

// tangent is the tangent of the active node n from those of its operands.
func tangent(f *ir.Func, n *ir.Node, dot map[*ir.Node]*ir.Node, seed map[*ir.Input]func(...*ir.Node) *ir.Node) *ir.Node {
	g := f.Graph
	switch n.Kind {
	case ir.Access:
		return seed[n.Input](n.Args...)
	case ir.At:
		return g.At(dot[n.Args[0]], n.Bound, n.Args[1:])
	case ir.Reduce:
		k, body := n.Bound[0], dot[n.Args[0]]
		switch n.Red {
		case ir.Prod:
			return f.Total(k, g.Mul(body, otherFactors(g, n)))
		case ir.Max, ir.Min:
			return g.At(body, []*ir.Node{k}, []*ir.Node{extremum(g, n)})
		}
		return f.Total(k, body)
	}
	if n.Is(ir.OpSelect) {
		branch := func(x *ir.Node) *ir.Node {
			if d := dot[x]; d != nil {
				return d
			}
			return g.Const(0)
		}
		return g.Select(n.Args[0], branch(n.Args[1]), branch(n.Args[2]))
	}
	sum := g.Const(0)
	for i, x := range n.Args {
		if p := n.Prim.Partials[i]; p != nil && dot[x] != nil {
			sum = g.Add(sum, g.Mul(p(g, n.Args, n), dot[x]))
		}
	}
	return sum
}
