package passes

import "github.com/adgen-go/adgen/ir"

// nominalExtent stands for every extent that is not known at compile time when
// costs are compared.
const nominalExtent = 64

// estimate is the number of operations of f's results with every node computed once,
// all run-time extents being nominalExtent.
func estimate(f *ir.Func) float64 {
	roots := make([]*ir.Node, len(f.Results))
	for i, r := range f.Results {
		roots[i] = r.Value
	}
	total := 0.0
	for _, n := range ir.Reachable(roots...) {
		ops := 0
		times := 1.0
		switch {
		case n.Kind == ir.Apply:
			ops = n.Ops().Total()
		case n.Kind == ir.Reduce:
			ops = 1
			times = extentOf(n.Bound[0])
		}
		for _, i := range n.Free() {
			times *= extentOf(i)
		}
		total += float64(ops) * times
	}
	return total
}

func extentOf(index *ir.Node) float64 {
	if e := index.Extent; e.Kind == ir.Const {
		return e.Value
	}
	return nominalExtent
}
