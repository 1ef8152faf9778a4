package passes

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// maxDegree bounds the degree of a function that grows faster than any power.
const maxDegree = 8

// degrees finds by which powers of the arguments, which the explorer numbers, each value of the program grows where the program has been run: the
// partial derivatives of its logarithm by theirs, in order. A sum grows as its largest term does.
func (t *trace) degrees(e *explorer) [][]float64 {
	list := make([][]float64, len(t.order))
	all := make([]float64, len(t.order)*len(e.args))
	var x [maxOperands]float64
	for i, n := range t.order {
		list[i], all = all[:len(e.args):len(e.args)], all[len(e.args):]
		switch {
		case n.Kind == ir.Access:
			if a := e.argument(n, t.operands(i, x[:0])); a >= 0 {
				list[i][a] = 1
			}
		case n.Kind == ir.Apply && n.Type == ir.Real:
			for k, by := range growth(n, t.operands(i, x[:0]), t.value[i]) {
				if by != 0 {
					addTo(list[i], by, list[t.steps[i].args[k]])
				}
			}
		}
	}
	return list
}

// addTo adds c·y to x.
func addTo(x []float64, c float64, y []float64) {
	for i, v := range y {
		x[i] += c * v
	}
}

// growth is by which powers of its operands x, to first order, n grows, which has the value v.
func growth(n *ir.Node, x []float64, v float64) []float64 {
	switch {
	case n.Is(ir.OpMul):
		return []float64{1, 1}
	case n.Is(ir.OpDiv):
		return []float64{1, -1}
	case (n.Is(ir.OpAdd) || n.Is(ir.OpSub)) && math.Abs(x[1]) > math.Abs(x[0]):
		return []float64{0, 1}
	case n.Is(ir.OpAdd) || n.Is(ir.OpSub):
		return []float64{1, 0}
	case n.Is(ir.OpPow) && n.Args[1].Kind == ir.Const:
		return []float64{x[1], 0}
	}
	list := slopes(nil, n, x)
	for k, slope := range list {
		list[k] = min(max(slope*x[k]/v, -maxDegree), maxDegree)
		if list[k] != list[k] {
			list[k] = 0
		}
	}
	return list
}

// powers calls use for all that may overflow where the program has been run: the degrees of each number that matters, and of the inverse of what is
// divided by, or whose logarithm is taken.
func (t *trace) powers(e *explorer, use func(degrees []float64)) {
	list := t.degrees(e)
	for i := range t.needed() {
		n := t.order[i]
		if n.Kind != ir.Apply && n.Kind != ir.Access || n.Type != ir.Real || t.value[i] == 0 {
			continue
		}
		use(list[i])
		if k := slices.IndexFunc([]ir.Op{ir.OpLog, ir.OpDiv}, n.Is); k >= 0 {
			inverse := make([]float64, len(e.args))
			addTo(inverse, -1, list[t.steps[i].args[k]])
			use(inverse)
		}
	}
}
