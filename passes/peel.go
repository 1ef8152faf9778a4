package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// maxPeels bounds the pieces that one loop becomes.
const maxPeels = 8

// peel cuts loops where conditions in them on the loop variable change, such as t ≥ 1 at the first step of a recurrence, so that each
// piece runs without them (index-set splitting: Allen & Kennedy, Optimizing Compilers for Modern Architectures, 5.6). The code that
// the pieces share is written once for each.
func (l limiter) peel(loops []ir.Stmt) []ir.Stmt {
	for n := 0; n < len(loops) && len(loops) < maxPeels; {
		f, ok := loops[n].(*ir.For)
		if !ok {
			return loops
		}
		cond, at := l.cut(f.Body, f)
		if cond == nil {
			n++
			continue
		}
		low := &ir.For{Var: &ir.Local{Name: f.Var.Name, Type: ir.Int}, Lo: f.Lo, Hi: l.least(f.Hi, at), Down: f.Down}
		high := &ir.For{Var: f.Var, Lo: l.greatest(f.Lo, at), Hi: f.Hi, Down: f.Down}
		below := holdsBelow(cond, f, at)
		low.Body = specialise(f.Body, low, cond, below, f.Var)
		high.Body = specialise(f.Body, high, cond, !below, f.Var)
		pieces := []ir.Stmt{low, high}
		if f.Down {
			slices.Reverse(pieces)
		}
		pieces = slices.DeleteFunc(pieces, func(s ir.Stmt) bool { return l.idle(s.(*ir.For)) })
		loops = slices.Replace(loops, n, n+1, pieces...)
	}
	var list []ir.Stmt
	for _, s := range loops {
		list = append(list, once(s.(*ir.For))...)
	}
	return list
}

// maxBrief bounds the statements of a loop that is cut though it takes no steps of a recurrence.
const maxBrief = 16

// brief tells whether the loops have few statements, which may well be written several times.
func brief(loops []ir.Stmt) bool {
	n, stack := 0, slices.Clone(loops)
	for len(stack) > 0 && n <= maxBrief {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n++
		for _, b := range ir.Blocks(s) {
			stack = append(stack, *b...)
		}
	}
	return n <= maxBrief
}

// idle tells whether the loop does nothing.
func (l limiter) idle(f *ir.For) bool { return len(f.Body) == 0 || l.atMost(f.Hi, f.Lo) }

// holdsBelow tells whether the condition, which changes where the loop variable is at, holds below there.
func holdsBelow(cond *ir.Expr, f *ir.For, at *ir.Expr) bool {
	switch cond.Prim.Op {
	case ir.OpEq, ir.OpNe:
		last := cond.Args[0].Same(at) || cond.Args[1].Same(at) // the place itself begins the upper piece
		return (cond.Prim.Op == ir.OpEq) != last
	}
	return cond.Args[0].Local == f.Var
}

// branch cuts the body of a loop in two where peel would cut the loop.
func (l limiter) branch(f *ir.For) {
	cond, at := l.cut(f.Body, f)
	if cond == nil {
		return
	}
	below := holdsBelow(cond, f, at)
	own := map[*ir.Local]*ir.Local{f.Var: f.Var}
	low := &copier{cond: cond, holds: below, of: f.Var, lo: f.Lo, locals: own, fresh: true}
	high := &copier{cond: cond, holds: !below, of: f.Var, lo: l.greatest(f.Lo, at), locals: map[*ir.Local]*ir.Local{}}
	variable := &ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: f.Var}
	is := &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: ir.PrimOf(ir.OpLt), Args: []*ir.Expr{variable, at}}
	f.Body = []ir.Stmt{&ir.If{Cond: is, Then: tidy(low.block(f.Body)), Else: tidy(high.block(f.Body))}}
}

// once is the body of a loop that runs once, else the loop.
func once(f *ir.For) []ir.Stmt {
	if f.Lo.Kind != ir.ExprConst || f.Hi.Kind != ir.ExprConst || f.Hi.Value != f.Lo.Value+1 {
		return []ir.Stmt{f}
	}
	c := &copier{locals: map[*ir.Local]*ir.Local{}, at: f.Lo, of: f.Var}
	return tidy(c.block(f.Body))
}

// cut finds a condition in the statements that changes once while the loop runs, and the value of the loop variable from which on
// it is another.
func (l limiter) cut(stmts []ir.Stmt, f *ir.For) (cond, at *ir.Expr) {
	for _, s := range stmts {
		if branch, ok := s.(*ir.If); ok {
			if cond, at = l.change(branch.Cond, f); cond != nil {
				return cond, at
			}
		}
		for _, b := range ir.Blocks(s) {
			if cond, at = l.cut(*b, f); cond != nil {
				return cond, at
			}
		}
	}
	return nil, nil
}

// change finds such a condition in a conjunction or disjunction: i < e, e <= i, i <= e or e < i, where e is the same in all of the loop, or i == e or i != e
// where e is the first value or the last.
func (l limiter) change(c *ir.Expr, f *ir.For) (cond, at *ir.Expr) {
	if c.Kind == ir.ExprPrim && c.Prim.Op == ir.OpNot {
		return l.change(c.Args[0], f)
	}
	if c.Kind != ir.ExprPrim || len(c.Args) != 2 {
		return nil, nil
	}
	if c.Prim.Op == ir.OpAnd || c.Prim.Op == ir.OpOr {
		if cond, at = l.change(c.Args[0], f); cond != nil {
			return cond, at
		}
		return l.change(c.Args[1], f)
	}
	x, y := c.Args[0], c.Args[1]
	own := func(e *ir.Expr) bool { return e.Kind == ir.ExprLocal && e.Local == f.Var }
	switch {
	case c.Prim.Op == ir.OpLt && own(x) && l.fixed(y):
		return c, y
	case c.Prim.Op == ir.OpLe && own(y) && l.fixed(x):
		return c, x
	case c.Prim.Op == ir.OpLe && own(x) && l.fixed(y):
		return c, l.next(y)
	case c.Prim.Op == ir.OpLt && own(y) && l.fixed(x):
		return c, l.next(x)
	case (c.Prim.Op == ir.OpEq || c.Prim.Op == ir.OpNe) && own(x):
		return l.end(c, y, f)
	case (c.Prim.Op == ir.OpEq || c.Prim.Op == ir.OpNe) && own(y):
		return l.end(c, x, f)
	}
	return nil, nil
}

// end is where the comparison c of the loop variable with e changes, if e is the first or the last value.
func (l limiter) end(c, e *ir.Expr, f *ir.For) (cond, at *ir.Expr) {
	switch {
	case !l.fixed(e):
	case e.Same(f.Lo):
		return c, l.next(e)
	case l.atMost(l.next(e), f.Hi) && l.atMost(f.Hi, l.next(e)):
		return c, e
	}
	return nil, nil
}
