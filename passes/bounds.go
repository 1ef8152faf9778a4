package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// limiter makes bounds of loops of the conditions in them, in the loops of path.
type limiter struct {
	b    *builder
	path []*loop
}

// bounded makes bounds of the conditions that the whole body of the loop stands under: for i {if
// i < e {…}} ends at e. A body of several branches, each under such a condition and of its own storage, becomes as many loops.
func (l limiter) bounded(f *ir.For) []ir.Stmt {
	if len(f.Body) > 1 && !(l.inSteps(f) && independent(f.Body)) {
		return []ir.Stmt{f}
	}
	var loops []ir.Stmt
	for _, s := range f.Body {
		loops = append(loops, l.tightened(&ir.For{Var: f.Var, Lo: f.Lo, Hi: f.Hi, Down: f.Down, Body: []ir.Stmt{s}}))
	}
	return loops
}

// inSteps tells whether all statements of the body of the loop stand under conditions that bound it.
func (l limiter) inSteps(f *ir.For) bool {
	for _, s := range f.Body {
		branch, ok := s.(*ir.If)
		trial := *f
		if !ok || len(branch.Else) > 0 || l.tightenAll(&trial, branch.Cond) == branch.Cond {
			return false
		}
	}
	return true
}

// independent tells whether no statement writes what another one reads or writes.
func independent(stmts []ir.Stmt) bool {
	writer := map[any]int{} // by local or array
	for i, s := range stmts {
		for _, d := range written(s) {
			if w, ok := writer[d]; ok && w != i {
				return false
			}
			writer[d] = i
		}
	}
	for i, s := range stmts {
		for _, d := range readIn(s) {
			if w, ok := writer[d]; ok && w != i {
				return false
			}
		}
	}
	return true
}

// written lists the locals and arrays that s assigns to, at any depth.
func written(s ir.Stmt) []any {
	var list []any
	switch s := s.(type) {
	case *ir.Assign:
		list = append(list, s.Dst)
	case *ir.Store:
		list = append(list, s.Dst)
	case *ir.Fill:
		list = append(list, s.Dst)
	}
	for _, block := range ir.Blocks(s) {
		for _, t := range *block {
			list = append(list, written(t)...)
		}
	}
	return list
}

// readIn lists the locals and arrays that s reads, at any depth.
func readIn(s ir.Stmt) []any {
	var list []any
	var visit func(e *ir.Expr)
	visit = func(e *ir.Expr) {
		switch e.Kind {
		case ir.ExprLocal:
			list = append(list, e.Local)
		case ir.ExprArray:
			list = append(list, e.Array)
		}
		for _, a := range e.Args {
			visit(a)
		}
	}
	ir.Exprs(s, visit)
	for _, block := range ir.Blocks(s) {
		for _, t := range *block {
			list = append(list, readIn(t)...)
		}
	}
	return list
}

func (l limiter) tightened(f *ir.For) *ir.For {
	for len(f.Body) == 1 {
		branch, ok := f.Body[0].(*ir.If)
		if !ok || len(branch.Else) > 0 {
			return f
		}
		rest := l.tightenAll(f, branch.Cond)
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
func (l limiter) tightenAll(f *ir.For, c *ir.Expr) *ir.Expr {
	if c.Kind != ir.ExprPrim || c.Prim.Op != ir.OpAnd {
		if l.tighten(f, c) {
			return nil
		}
		return c
	}
	x, y := l.tightenAll(f, c.Args[0]), c.Args[1]
	if x == nil || !readsInput(y) { // or else what is left may say that what y reads is there
		y = l.tightenAll(f, y)
	}
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

// tighten takes a comparison of the loop variable, i < e, i <= e, e < i or e <= i, where e does not mention i, into the bounds of the loop over i.
func (l limiter) tighten(f *ir.For, c *ir.Expr) bool {
	if c.Kind != ir.ExprPrim || len(c.Args) != 2 || c.Args[0].Type != ir.Int {
		return false
	}
	x, y, op := c.Args[0], c.Args[1], c.Prim.Op
	isVar := func(e *ir.Expr) bool { return e.Kind == ir.ExprLocal && e.Local == f.Var }
	switch {
	case op != ir.OpLt && op != ir.OpLe:
		return false
	case isVar(x) && !mentions(y, f.Var):
		if op == ir.OpLe {
			y = l.next(y)
		}
		f.Hi = l.least(f.Hi, y)
	case isVar(y) && !mentions(x, f.Var):
		if op == ir.OpLt {
			x = l.next(x)
		}
		f.Lo = l.greatest(f.Lo, x)
	default:
		return l.solve(f, x, y, op)
	}
	return true
}

// solve takes x < y or x <= y, in which the loop variable stands with others, as in i < j + 3, into the bounds.
func (l limiter) solve(f *ir.For, x, y *ir.Expr, op ir.Op) bool {
	g := l.b.g
	own := &loop{index: g.NewIndex(g.Int(1)), local: f.Var}
	inner := limiter{l.b, append(l.path[:len(l.path):len(l.path)], own)}
	m, n := inner.integer(x), inner.integer(y)
	if m == nil || n == nil {
		return false
	}
	room := g.IntSub(n, m)
	if op == ir.OpLt {
		room = g.IntSub(room, g.Int(1))
	}
	coef, rest, ok := g.Linear(room, own.index) // coef·i + rest ≥ 0
	if !ok || coef != 1 && coef != -1 {
		return false
	}
	if coef == 1 {
		f.Lo = l.greatest(f.Lo, l.expr(g.IntSub(g.Int(0), rest)))
	} else {
		f.Hi = l.least(f.Hi, l.expr(g.IntAdd(rest, g.Int(1))))
	}
	return true
}

func (l limiter) expr(n *ir.Node) *ir.Expr { return l.b.expr(n, &unit{path: l.path, result: -1}) }

// next is e + 1.
func (l limiter) next(e *ir.Expr) *ir.Expr {
	if n := l.integer(e); n != nil {
		return l.expr(l.b.g.IntAdd(n, l.b.g.Int(1)))
	}
	return intPrim(ir.OpAdd, e, integer(1))
}

// least is min(x, y), and greatest max(x, y), folded where it is known which one that is.
func (l limiter) least(x, y *ir.Expr) *ir.Expr {
	switch {
	case l.atMost(x, y):
		return x
	case l.atMost(y, x):
		return y
	}
	return intPrim(ir.OpMin, x, y)
}

func (l limiter) greatest(x, y *ir.Expr) *ir.Expr {
	switch {
	case l.atMost(x, y):
		return y
	case l.atMost(y, x):
		return x
	}
	return intPrim(ir.OpMax, x, y)
}

// atMost tells whether x ≤ y can be proved from the ranges of the loops around.
func (l limiter) atMost(x, y *ir.Expr) bool {
	is := func(e *ir.Expr, op ir.Op) bool { return e.Kind == ir.ExprPrim && e.Prim.Op == op }
	below := func(x *ir.Expr) bool { return l.atMost(x, y) }
	above := func(y *ir.Expr) bool { return l.atMost(x, y) }
	switch {
	case is(x, ir.OpMax):
		return all(x.Args, below)
	case is(y, ir.OpMin):
		return all(y.Args, above)
	case is(x, ir.OpMin):
		return slices.ContainsFunc(x.Args, below)
	case is(y, ir.OpMax):
		return slices.ContainsFunc(y.Args, above)
	}
	m, n := l.integer(x), l.integer(y)
	if m == nil || n == nil {
		return false
	}
	room := l.b.g.IntSub(n, m)
	if l.b.f.NonNegative(room) {
		return true
	}
	low, ok := l.b.f.Least(room) // ranges that depend on each other
	return ok && l.b.f.NonNegative(low)
}

// integer is an Int of the loop program as a node, nil if it is made of other things than indices and sizes.
func (l limiter) integer(e *ir.Expr) *ir.Node {
	return integerOf(l.b.g, e, func(v *ir.Local) *ir.Node {
		for _, p := range l.path {
			if p.local == v {
				return p.index
			}
		}
		return nil
	})
}

// integerOf is an Int of a loop program as a node, given the values of locals, nil if it is made of what has no value, or of other things than these and sizes.
func integerOf(g *ir.Graph, e *ir.Expr, value func(*ir.Local) *ir.Node) *ir.Node {
	switch e.Kind {
	case ir.ExprConst:
		return g.Int(int(e.Value))
	case ir.ExprSize:
		return g.Size(e.Name)
	case ir.ExprLocal:
		return value(e.Local)
	case ir.ExprPrim:
		return arithmeticOf(g, e, value)
	}
	return nil
}

func arithmeticOf(g *ir.Graph, e *ir.Expr, value func(*ir.Local) *ir.Node) *ir.Node {
	op, ok := map[ir.Op]func(x, y *ir.Node) *ir.Node{ir.OpAdd: g.IntAdd, ir.OpSub: g.IntSub, ir.OpIntMul: g.IntMul, ir.OpIntDiv: g.IntDiv}[e.Prim.Op]
	if !ok {
		return nil
	}
	x, y := integerOf(g, e.Args[0], value), integerOf(g, e.Args[1], value)
	if x == nil || y == nil {
		return nil
	}
	return op(x, y)
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

func readsInput(e *ir.Expr) bool {
	return e.Kind == ir.ExprInput || slices.ContainsFunc(e.Args, readsInput)
}
