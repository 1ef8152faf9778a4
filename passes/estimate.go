package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// nominalExtent stands for every extent that is not known at compile time when
// costs are compared.
const nominalExtent = 64

// maxCounted is the size up to which the operations of a straight-line program are counted as it is emitted.
const maxCounted = 2000

// cost is what Simplify makes small: the operations of the emitted program where that is short and straight, else
// their estimate.
func cost(f *ir.Func) float64 {
	arrays := slices.ContainsFunc(f.Inputs, func(in *ir.Input) bool { return len(in.Dims) > 0 })
	if arrays || len(f.Sizes) > 0 || f.Graph.Len() > maxCounted {
		return estimate(f)
	}
	ops, _ := countEmitted(f)
	n, _ := ops.Total().Eval(nil).Float64()
	return n
}

// estimate is the number of operations of f's results with every node computed once,
// all run-time extents being nominalExtent.
func estimate(f *ir.Func) float64 {
	total := 0.0
	for _, n := range ir.Reachable(f.Roots()...) {
		total += operationsOf(n)
	}
	return total
}

// operationsOf is the number of operations of n alone, for all values of its indices.
func operationsOf(n *ir.Node) float64 {
	ops := 0
	times := 1.0
	switch {
	case n.Kind == ir.Apply:
		ops = n.Ops().Total()
	case n.Kind == ir.Reduce:
		ops = 1
		times = extentOf(n.Bound[0])
	}
	return float64(ops) * times * valuesAbout(n.Free())
}

func extentOf(index *ir.Node) float64 {
	if e := index.Extent; e.Kind == ir.Const {
		return e.Value
	}
	return nominalExtent
}
