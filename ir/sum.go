package ir

import (
	"math"
	"slices"
)

// Total is the sum of body over index, with what can be said without a loop: a
// body that does not mention the index is multiplied by the extent, signs move out, and an
// Iverson bracket [index = e] is solved by putting e in for the index.
func (f *Func) Total(index, body *Node) *Node {
	g := f.Graph
	switch {
	case body.IsConst(0):
		return body
	case !body.Depends(index):
		return g.Mul(g.ToReal(index.Extent), body)
	case body.Is(OpNeg) && len(body.free) == 1: // else s −= x is cheaper
		return g.Neg(f.Total(index, body.Args[0]))
	case gated(body):
		return f.gatedTotal(index, body)
	}
	return g.Reduce(Sum, index, body)
}

// gatedTotal is the sum over index of select(cond, x, 0). A place that is a constant is not put in for an index that runs to a size: x is likely
// computed for the other places too, and the sum takes what is there.
func (f *Func) gatedTotal(index, body *Node) *Node {
	g := f.Graph
	conds, x := conjuncts(body.Args[0], math.MaxInt), body.Args[1]
	for i, c := range conds {
		e, ok := g.solve(c, index)
		if !ok || e.Kind == Const && index.Extent.Kind != Const {
			continue
		}
		others := slices.Delete(slices.Clone(conds), i, i+1)
		for k, d := range others {
			others[k] = g.At(d, []*Node{index}, []*Node{e})
		}
		rest := f.InRange(e, index.Extent, others...)
		for _, d := range others {
			rest = g.And(rest, d)
		}
		return g.Select(rest, g.At(x, []*Node{index}, []*Node{e}), g.Const(0))
	}
	outer, inner := g.Bool(true), g.Bool(true)
	for _, c := range conds {
		if c.Depends(index) {
			inner = g.And(inner, c)
		} else {
			outer = g.And(outer, c)
		}
	}
	if outer.IsConst(1) {
		return g.Reduce(Sum, index, body)
	}
	return g.Select(outer, f.Total(index, g.Select(inner, x, g.Const(0))), g.Const(0))
}

// conjuncts lists the conditions that c joins by and; nothing if they are more than most.
func conjuncts(c *Node, most int) []*Node {
	var list []*Node
	stack := []*Node{c}
	for len(stack) > 0 {
		if len(list)+len(stack) > most {
			return nil
		}
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top.Is(OpAnd) {
			stack = append(stack, top.Args[1], top.Args[0])
		} else {
			list = append(list, top)
		}
	}
	return list
}

// solve finds e such that the condition c says index = e, where e is an index, data or fixed.
func (g *Graph) solve(c, index *Node) (*Node, bool) {
	if !c.Is(OpEq) || c.Args[0].Type != Int {
		return nil, false
	}
	coef, rest, ok := g.Linear(g.IntSub(c.Args[0], c.Args[1]), index)
	switch {
	case !ok:
		return nil, false
	case coef == 1:
		rest = g.IntSub(g.Int(0), rest)
	case coef != -1:
		return nil, false
	}
	// A shift, and an index of another range, stay: to scatter to i+1 costs one addition, to put i−1 in for i computes
	// the whole term once more, in another loop.
	switch {
	case rest.Kind == Index:
		return rest, rest.Extent == index.Extent
	case rest.Kind == Affine:
		return rest, rest.Closed()
	}
	return rest, true
}
