package passes

import "github.com/adgen-go/adgen/ir"

// bounded makes bounds of the conditions that the whole body of the loop stands under: for i {if
// i < e {…}} ends at e.
func bounded(f *ir.For) *ir.For {
	for len(f.Body) == 1 {
		branch, ok := f.Body[0].(*ir.If)
		if !ok || len(branch.Else) > 0 {
			return f
		}
		rest := tightenAll(f, branch.Cond)
		if rest == branch.Cond {
			return f
		}
		f.Body = branch.Then
		if rest != nil {
			f.Body = []ir.Stmt{&ir.If{Cond: rest, Then: branch.Then}}
		}
	}
	return f
}

// tightenAll takes what it can of the conjunction c into the bounds, and gives the rest, nil if nothing is left.
func tightenAll(f *ir.For, c *ir.Expr) *ir.Expr {
	if c.Kind != ir.ExprPrim || c.Prim.Op != ir.OpAnd {
		if tighten(f, c) {
			return nil
		}
		return c
	}
	x, y := tightenAll(f, c.Args[0]), tightenAll(f, c.Args[1])
	switch {
	case x == nil:
		return y
	case y == nil:
		return x
	case x == c.Args[0] && y == c.Args[1]:
		return c
	}
	return &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: c.Prim, Args: []*ir.Expr{x, y}}
}

// tighten takes the condition i < e, i <= e, e < i, e <= i or i == e, where e does not mention the loop variable i, into the
// bounds of the loop over i.
func tighten(f *ir.For, c *ir.Expr) bool {
	if c.Kind != ir.ExprPrim || len(c.Args) != 2 || c.Args[0].Type != ir.Int {
		return false
	}
	x, y := c.Args[0], c.Args[1]
	isVar := func(e *ir.Expr) bool { return e.Kind == ir.ExprLocal && e.Local == f.Var }
	next := func(e *ir.Expr) *ir.Expr {
		if e.Kind == ir.ExprConst {
			return integer(int(e.Value) + 1)
		}
		return intPrim(ir.OpAdd, e, integer(1))
	}
	below := isVar(x) && !mentions(y, f.Var)
	above := isVar(y) && !mentions(x, f.Var)
	switch {
	case below && c.Prim.Op == ir.OpLt:
		f.Hi = least(f.Hi, y)
	case below && c.Prim.Op == ir.OpLe:
		f.Hi = least(f.Hi, next(y))
	case above && c.Prim.Op == ir.OpLt:
		f.Lo = greatest(f.Lo, next(x))
	case above && c.Prim.Op == ir.OpLe:
		f.Lo = greatest(f.Lo, x)
	default:
		return false
	}
	return true
}

// least is min(hi, e).
func least(hi, e *ir.Expr) *ir.Expr { return intPrim(ir.OpMin, hi, e) }

// greatest is max(lo, e), which is e where lo is 0 and e is known not to be negative.
func greatest(lo, e *ir.Expr) *ir.Expr {
	if lo.Kind == ir.ExprConst && e.Kind == ir.ExprConst {
		return integer(int(max(lo.Value, e.Value)))
	}
	return intPrim(ir.OpMax, lo, e)
}

func mentions(e *ir.Expr, v *ir.Local) bool {
	if e.Local == v {
		return true
	}
	for _, a := range e.Args {
		if mentions(a, v) {
			return true
		}
	}
	return false
}
