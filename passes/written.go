package passes

import "github.com/adgen-go/adgen/ir"

// Written counts the operations of f as its formula is written, term by term: a
// subexpression that stands twice counts twice, a sum of m terms m − 1 additions, a product m − 1
// multiplications, an extreme value m − 1 comparisons; both branches of a selection count. An
// equation that the author gave a name is written once, and so counts once for each value
// of its free indices, however often the name is used.
func Written(f *ir.Func) Flops {
	w := newTree(f, f.Graph.NameOf)
	return w.results(f.Results).Plus(w.apart)
}

// tree counts expressions as trees, by dynamic programming over the shared graph: numbers
// may be exponential in its size, the work is not.
type tree struct {
	name  func(*ir.Node) string
	cost  map[*ir.Node]Flops // for one value of the free indices, until the last use
	apart Flops              // of the nodes that have a name
}

// newTree counts the trees of f's results. Nodes that have a name are counted apart.
func newTree(f *ir.Func, name func(*ir.Node) string) *tree {
	roots := f.Roots()
	order := ir.Reachable(roots...)
	last := map[*ir.Node]*ir.Node{}
	for _, n := range order {
		for _, a := range n.Args {
			last[a] = n
		}
	}
	for _, r := range roots {
		last[r] = nil
	}
	w := &tree{name: name, cost: map[*ir.Node]Flops{}}
	for _, n := range order {
		w.cost[n] = w.node(n)
		if name(n) != "" {
			w.apart = w.apart.Plus(over(w.cost[n], n.Free()))
		}
		for _, a := range n.Args {
			if last[a] == n {
				delete(w.cost, a)
			}
		}
	}
	return w
}

// node is the count of n's own operation and of its operands' trees.
func (w *tree) node(n *ir.Node) Flops {
	var count Flops
	if n.Kind == ir.Apply && n.Ops().Total() > 0 {
		x := make([]ir.Operand, len(n.Args))
		for i, a := range n.Args {
			x[i] = a
		}
		t := newTally()
		t.apply(n.Prim, x)
		count = t.flops()
	}
	for _, a := range n.Args {
		count = count.Plus(w.use(a))
	}
	if n.Kind == ir.Reduce {
		m, exact := ir.ExtentPoly(n.Bound[0].Extent)
		count = count.Times(m).Plus(simple(joins[n.Red]).Times(m.Sub(ir.PolyConst(1))))
		count.AtMost = count.AtMost || !exact
	}
	return count
}

// joins is the primitive that joins two terms of a reduction.
var joins = [...]ir.Op{
	ir.Sum: ir.OpAdd, ir.Prod: ir.OpMul, ir.Max: ir.OpMax, ir.Min: ir.OpMin,
	ir.ArgMax: ir.OpMax, ir.ArgMin: ir.OpMin,
}

// use is the count of n where it stands as an operand.
func (w *tree) use(n *ir.Node) Flops {
	if w.name(n) != "" {
		return Flops{}
	}
	return w.cost[n]
}

func (w *tree) results(results []ir.Result) Flops {
	var count Flops
	for _, r := range results {
		count = count.Plus(over(w.use(r.Value), r.Index))
	}
	return count
}

// over is the count for all values of the indices.
func over(count Flops, index []*ir.Node) Flops {
	for _, i := range index {
		m, exact := ir.ExtentPoly(i.Extent)
		count = count.Times(m)
		count.AtMost = count.AtMost || !exact
	}
	return count
}

// Naive counts value and derivatives as a computer algebra system prints them: f as
// written, and each partial derivative of grad, the gradient of f, simplified on its own and
// written out with nothing shared and nothing named.
func Naive(f, grad *ir.Func) Flops {
	count := Written(f)
	for _, r := range grad.Results[len(f.Results):] {
		alone := grad.Derived()
		alone.Results = []ir.Result{r}
		alone = Simplify(alone)
		count = count.Plus(newTree(alone, unnamed).results(alone.Results))
	}
	return count
}

// unnamed gives no node a name.
func unnamed(*ir.Node) string { return "" }
