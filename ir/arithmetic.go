package ir

import (
	"math"
	"slices"
)

// Arithmetic gives what stands for v, which n has computed of x: a primitive of its operands, or a sum or product of what it is so far and the next
// term or factor. Calls come in the same order in all evaluations of a function at the same sizes.
type Arithmetic func(n *Node, x []float64, v float64) float64

// as is v, which n has computed of x, in the arithmetic of e.
func (e *evaluator) as(n *Node, x []float64, v float64) float64 {
	if e.arithmetic == nil {
		return v
	}
	return e.arithmetic(n, x, v)
}

// Exact tells whether the primitive or reduction n computes v of x without rounding: it steps, it chooses among what is there, up to the sign, it adds 0,
// or all are whole numbers that float64 has.
func (n *Node) Exact(x []float64, v float64) bool {
	if n.Type != Real || n.Kind == Apply && (n.Prim.Operand != Real || n.steps()) {
		return true
	}
	adds := n.Adds()
	whole := math.Abs(v) < 1<<53 && v == math.Trunc(v)
	for _, a := range x {
		if adds && a == 0 || !adds && math.Abs(a) == math.Abs(v) {
			return true
		}
		whole = whole && a == math.Trunc(a)
	}
	return whole
}

// Adds tells whether n is a sum, a difference, or the step of a sum.
func (n *Node) Adds() bool {
	return n.Is(OpAdd) || n.Is(OpSub) || n.Kind == Reduce && n.Red == Sum
}

// steps tells whether the primitive of n is constant but for jumps.
func (n *Node) steps() bool {
	return !slices.ContainsFunc(n.Prim.Partials, func(p Partial) bool { return p != nil })
}
