package passes

import "github.com/adgen-go/adgen/ir"

// fewer is statements without loops that never run, with the bodies of those that run once in their place, and with bounds that are not the least or greatest
// of values of which it is known: when an inner loop was cut, the one around it was still whole.
func (l limiter) fewer(stmts []ir.Stmt) []ir.Stmt {
	var list []ir.Stmt
	for _, s := range stmts {
		f, ok := s.(*ir.For)
		if !ok {
			for _, b := range ir.Blocks(s) {
				*b = l.fewer(*b)
			}
			list = append(list, s)
			continue
		}
		list = append(list, l.run(f)...)
	}
	return list
}

// run is what is left of the loop.
func (l limiter) run(f *ir.For) []ir.Stmt {
	f.Lo, f.Hi = l.tight(f.Lo), l.tight(f.Hi)
	if plain(f) {
		f.Body = l.inside(f).fewer(f.Body)
		return []ir.Stmt{f}
	}
	next := intPrim(ir.OpAdd, f.Lo, integer(1))
	switch {
	case l.atMost(f.Hi, f.Lo):
		return nil
	case l.atMost(f.Hi, next) && l.atMost(next, f.Hi):
		c := &copier{locals: map[*ir.Local]*ir.Local{}, of: f.Var, at: f.Lo}
		return l.fewer(tidy(c.block(f.Body)))
	}
	f.Body = l.inside(f).fewer(f.Body)
	if len(f.Body) == 0 {
		return nil
	}
	return []ir.Stmt{f}
}

// plain tells whether the loop runs over all of a dimension.
func plain(f *ir.For) bool { return f.Lo.Kind == ir.ExprConst && f.Hi.Kind == ir.ExprSize }

// tight is the bound e, of min and max only what is needed.
func (l limiter) tight(e *ir.Expr) *ir.Expr {
	if e.Kind != ir.ExprPrim || e.Prim.Op != ir.OpMin && e.Prim.Op != ir.OpMax {
		return e
	}
	x, y := l.tight(e.Args[0]), l.tight(e.Args[1])
	if e.Prim.Op == ir.OpMin {
		return l.least(x, y)
	}
	return l.greatest(x, y)
}

// inside knows, beside what l knows, the range of the loop's variable, of which a bound that is one of several says the first.
func (l limiter) inside(f *ir.For) limiter {
	lo, hi := l.first(f.Lo, ir.OpMax), l.first(f.Hi, ir.OpMin)
	if lo == nil || hi == nil {
		return l
	}
	g := l.b.g
	v := &loop{index: g.IntAdd(lo, g.NewIndex(g.IntSub(hi, lo))), local: f.Var}
	return limiter{l.b, append(l.path[:len(l.path):len(l.path)], v)}
}

// first is, of the values of which e is the least or greatest, one that is made of loop variables and sizes.
func (l limiter) first(e *ir.Expr, op ir.Op) *ir.Node {
	if e.Kind != ir.ExprPrim || e.Prim.Op != op {
		return l.integer(e)
	}
	if n := l.first(e.Args[0], op); n != nil {
		return n
	}
	return l.first(e.Args[1], op)
}
