package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file has what conditions of loop programs are made of and taken apart by.

// junctionOf joins the conditions.
func junctionOf(op ir.Op, list []*ir.Expr) *ir.Expr {
	if len(list) == 0 {
		return truth(op == ir.OpAnd)
	}
	all := list[0]
	for _, p := range list[1:] {
		all = &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: ir.PrimOf(op), Args: []*ir.Expr{all, p}}
	}
	return all
}

// parted lists what the conjunction or disjunction c joins.
func parted(c *ir.Expr, op ir.Op) []*ir.Expr {
	if !isJunction(c, op) {
		return []*ir.Expr{c}
	}
	return append(parted(c.Args[0], op), parted(c.Args[1], op)...)
}

func isJunction(c *ir.Expr, op ir.Op) bool { return c.Kind == ir.ExprPrim && c.Prim.Op == op }

func truth(b bool) *ir.Expr {
	v := &ir.Expr{Kind: ir.ExprConst, Type: ir.Bool}
	if b {
		v.Value = 1
	}
	return v
}

// negated is the contrary of c, without a negation where there is a comparison that says it.
func negated(c *ir.Expr) *ir.Expr {
	if v, ok := c.Constant(); ok {
		return truth(v == 0)
	}
	not := &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: ir.PrimOf(ir.OpNot), Args: []*ir.Expr{c}}
	if c.Kind != ir.ExprPrim {
		return not
	}
	x := c.Args
	apply := func(op ir.Op, args ...*ir.Expr) *ir.Expr {
		return &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: ir.PrimOf(op), Args: args}
	}
	switch op := c.Prim.Op; {
	case op == ir.OpNot:
		return x[0]
	case op == ir.OpEq:
		return apply(ir.OpNe, x...)
	case op == ir.OpNe:
		return apply(ir.OpEq, x...)
	case op == ir.OpLt && x[0].Type == ir.Int:
		return apply(ir.OpLe, x[1], x[0])
	case op == ir.OpLe && x[0].Type == ir.Int:
		return apply(ir.OpLt, x[1], x[0])
	case op == ir.OpAnd && plainly(c):
		return apply(ir.OpOr, negated(x[0]), negated(x[1]))
	case op == ir.OpOr && plainly(c):
		return apply(ir.OpAnd, negated(x[0]), negated(x[1]))
	}
	return not
}

// plainly tells whether the contrary of c is said without a negation.
func plainly(c *ir.Expr) bool {
	if c.Kind != ir.ExprPrim {
		return c.Kind == ir.ExprConst
	}
	switch c.Prim.Op {
	case ir.OpNot, ir.OpEq, ir.OpNe:
		return true
	case ir.OpLt, ir.OpLe:
		return c.Args[0].Type == ir.Int
	case ir.OpAnd, ir.OpOr:
		return plainly(c.Args[0]) && plainly(c.Args[1])
	}
	return false
}

// sameParts tells whether two conditions are the same but for the order of what they join.
func sameParts(a, b *ir.Expr) bool {
	if !isJunction(a, ir.OpAnd) && !isJunction(a, ir.OpOr) || !isJunction(b, a.Prim.Op) {
		return a.Same(b)
	}
	x, y := parted(a, a.Prim.Op), parted(b, a.Prim.Op)
	return len(x) == len(y) && !slices.ContainsFunc(x, func(p *ir.Expr) bool { return !slices.ContainsFunc(y, p.Same) })
}
