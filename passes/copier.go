package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// tidy copies statements without locals that only have the value of another, or of a constant, or that nothing reads, and without additions of
// zero: what is left of branches.
func tidy(stmts []ir.Stmt) []ir.Stmt {
	c := &copier{locals: map[*ir.Local]*ir.Local{}, values: map[*ir.Local]*ir.Expr{}, sets: usesIn(stmts).sets}
	stmts = c.block(stmts)
	stmts = passOn(stmts, usesIn(stmts)) // which reads a local where it read those that had its value
	for u := usesIn(stmts); u.unread(); u = usesIn(stmts) {
		stmts = u.drop(stmts)
	}
	return stmts
}

// passOn leaves out locals whose value is only stored, by the next statement.
func passOn(stmts []ir.Stmt, u localUses) []ir.Stmt {
	var list []ir.Stmt
	for i, s := range stmts {
		for _, b := range ir.Blocks(s) {
			*b = passOn(*b, u)
		}
		if a, ok := s.(*ir.Assign); ok && a.Declare && u.sets[a.Dst] == 1 && u.reads[a.Dst] == 1 && i+1 < len(stmts) {
			if next, ok := stmts[i+1].(*ir.Store); ok && next.Value.Local == a.Dst {
				next.Value = a.Value
				continue
			}
		}
		list = append(list, s)
	}
	return list
}

// fixed tells whether e is made of sizes, constants and the variables of the loops around.
func (l limiter) fixed(e *ir.Expr) bool {
	switch e.Kind {
	case ir.ExprConst, ir.ExprSize:
		return true
	case ir.ExprLocal:
		return slices.ContainsFunc(l.path, func(o *loop) bool { return o.local == e.Local })
	case ir.ExprPrim:
		return !slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return !l.fixed(a) })
	}
	return false
}

// specialise copies statements for a loop in which the condition is known. What they know as from is its variable.
func specialise(stmts []ir.Stmt, f *ir.For, cond *ir.Expr, holds bool, from *ir.Local) []ir.Stmt {
	c := &copier{cond: cond, holds: holds, of: from, lo: f.Lo, locals: map[*ir.Local]*ir.Local{from: f.Var}, fresh: from != f.Var}
	return tidy(c.block(stmts))
}

// copier copies statements; with fresh, the locals that they declare become others.
type copier struct {
	cond   *ir.Expr // known, if not nil
	holds  bool
	of     *ir.Local // is at least lo, and has the value at, if that is not nil
	lo, at *ir.Expr
	fresh  bool
	locals map[*ir.Local]*ir.Local
	values map[*ir.Local]*ir.Expr // of locals that are left out
	sets   map[*ir.Local]int      // how often each is assigned
	rings  map[*ir.Array]*rows    // in the place of arrays with a row for each step
}

func (c *copier) block(stmts []ir.Stmt) []ir.Stmt {
	var list []ir.Stmt
	for _, s := range stmts {
		list = append(list, c.stmt(s)...)
	}
	return initialised(list)
}

// initialised lets an assignment to a local be its declaration, where it stands in the same block and nothing mentions the local before: what the local
// had before is not needed.
func initialised(stmts []ir.Stmt) []ir.Stmt {
	var list []ir.Stmt
	next := nextTouch(stmts)
	for i, s := range stmts {
		if a, ok := s.(*ir.Assign); ok && a.Declare && next[i] != nil {
			if set, ok := next[i].(*ir.Assign); ok && set.Dst == a.Dst && set.Op == ir.Set && !mentions(set.Value, a.Dst) {
				set.Declare = true
				continue
			}
		}
		list = append(list, s)
	}
	return list
}

// nextTouch is, for each assignment to a local in a block, the first statement behind it that assigns or reads the local, at any depth. It is found from the
// end, for all in one pass: a block may have thousands.
func nextTouch(stmts []ir.Stmt) []ir.Stmt {
	next := make([]ir.Stmt, len(stmts))
	first := map[any]ir.Stmt{} // from here on
	for i, s := range slices.Backward(stmts) {
		if a, ok := s.(*ir.Assign); ok {
			next[i] = first[a.Dst]
		}
		for _, w := range written(s) {
			first[w] = s
		}
		for _, r := range readIn(s) {
			first[r] = s
		}
	}
	return next
}

func (c *copier) declare(l *ir.Local) *ir.Local {
	if c.fresh {
		c.locals[l] = &ir.Local{Name: l.Name, Type: l.Type}
	}
	return c.local(l)
}

func (c *copier) local(l *ir.Local) *ir.Local {
	if m := c.locals[l]; m != nil {
		return m
	}
	return l
}

func (c *copier) stmt(s ir.Stmt) []ir.Stmt {
	switch s := s.(type) {
	case *ir.Assign:
		a := *s
		if s.Value != nil {
			a.Value = c.expr(s.Value)
		}
		if c.values != nil && s.Declare && c.sets[s.Dst] == 1 && c.fixed(a.Value) {
			if a.Value == nil {
				a.Value = &ir.Expr{Kind: ir.ExprConst, Type: s.Dst.Type}
			}
			c.values[s.Dst] = a.Value
			return nil
		}
		if c.values != nil && addsZero(s.Op, a.Value) {
			return nil
		}
		if s.Declare {
			a.Dst = c.declare(s.Dst)
		} else {
			a.Dst = c.local(s.Dst)
		}
		return []ir.Stmt{&a}
	case *ir.Store:
		t := *s
		t.Dst, t.Index = c.element(s.Dst, c.exprs(s.Index))
		t.Value = c.expr(s.Value)
		if c.values != nil && addsZero(s.Op, t.Value) {
			return nil
		}
		return []ir.Stmt{&t}
	case *ir.Fill:
		f := *s
		f.Dst, _ = c.element(s.Dst, nil)
		return []ir.Stmt{&f}
	case *ir.For:
		f := *s
		f.Lo, f.Hi = c.expr(s.Lo), c.expr(s.Hi)
		f.Var = c.declare(s.Var)
		if f.Body = c.block(s.Body); len(f.Body) == 0 {
			return nil
		}
		return []ir.Stmt{&f}
	case *ir.If:
		return c.branch(s)
	}
	return []ir.Stmt{s}
}

// element is the element of an array, or of the ring in its place.
func (c *copier) element(a *ir.Array, index []*ir.Expr) (*ir.Array, []*ir.Expr) {
	r := c.rings[a]
	if r == nil {
		return a, index
	}
	if len(index) > 0 {
		rest := slices.Delete(slices.Clone(index), r.dim, r.dim+1)
		index = append([]*ir.Expr{turned(index[r.dim], r.ring)}, rest...)
	}
	return r.ring, index
}

// fixed tells whether e, the value of a local that is assigned once, is a constant or another such local.
func (c *copier) fixed(e *ir.Expr) bool {
	return e == nil || e.Kind == ir.ExprConst || e.Kind == ir.ExprLocal && c.sets[e.Local] <= 1
}

// addsZero tells whether an assignment changes nothing.
func addsZero(op ir.AssignOp, e *ir.Expr) bool {
	if e == nil || op != ir.AddTo && op != ir.SubTo {
		return false
	}
	v, ok := e.Constant()
	return ok && v == 0
}

// branch is the branch that is taken where that is known.
func (c *copier) branch(s *ir.If) []ir.Stmt {
	cond := c.expr(s.Cond)
	if v, ok := cond.Constant(); ok {
		if v != 0 {
			return c.block(s.Then)
		}
		return c.block(s.Else)
	}
	b := &ir.If{Cond: cond, Then: c.block(s.Then), Else: c.block(s.Else)}
	switch {
	case len(b.Then) == 0 && len(b.Else) == 0:
		return nil
	case len(b.Then) == 0:
		b.Cond = negated(cond)
		b.Then, b.Else = b.Else, nil
	}
	return []ir.Stmt{b}
}

func (c *copier) exprs(list []*ir.Expr) []*ir.Expr {
	out := make([]*ir.Expr, len(list))
	for i, e := range list {
		out[i] = c.expr(e)
	}
	return out
}

func (c *copier) expr(e *ir.Expr) *ir.Expr {
	if c.at != nil && e.Local == c.of {
		return c.at
	}
	if v := c.values[e.Local]; v != nil {
		return v
	}
	if c.cond != nil && e.Type == ir.Bool && e.Kind == ir.ExprPrim {
		if same, opposite := sameCondition(e, c.cond); same || opposite {
			return truth(c.holds != opposite)
		}
	}
	d := *e
	d.Args = c.exprs(e.Args)
	d.Local = c.local(e.Local)
	if e.Kind == ir.ExprArray {
		d.Array, d.Args = c.element(e.Array, d.Args)
	}
	if e.Kind != ir.ExprPrim {
		return &d
	}
	if v, ok := c.compare(&d); ok {
		return truth(v)
	}
	switch e.Prim.Op {
	case ir.OpAnd, ir.OpOr:
		for i, a := range d.Args {
			if v, ok := a.Constant(); ok && (v != 0) == (e.Prim.Op == ir.OpAnd) {
				return d.Args[1-i]
			} else if ok {
				return a
			}
		}
	case ir.OpNot:
		if v, ok := d.Args[0].Constant(); ok {
			return truth(v == 0)
		}
	case ir.OpSelect:
		if v, ok := d.Args[0].Constant(); ok {
			return d.Args[2-int(v)]
		}
	}
	return &d
}

// compare decides a comparison of constants, or of the loop variable with what is below its range.
func (c *copier) compare(e *ir.Expr) (holds, ok bool) {
	if e.Type != ir.Bool || len(e.Args) != 2 || e.Args[0].Type != ir.Int {
		return false, false
	}
	x, isX := e.Args[0].Constant()
	y, isY := e.Args[1].Constant()
	if isX && isY {
		return e.Prim.Eval([]float64{x, y}) != 0, true
	}
	if c.lo == nil {
		return false, false
	}
	lo, known := c.lo.Constant()
	variable := func(e *ir.Expr) bool { return e.Local != nil && e.Local == c.local(c.of) }
	switch op := e.Prim.Op; {
	case !known:
	case op == ir.OpEq || op == ir.OpNe:
		apart := isX && x < lo && variable(e.Args[1]) || isY && y < lo && variable(e.Args[0])
		return op == ir.OpNe, apart
	case isX && variable(e.Args[1]):
		return true, x < lo || op == ir.OpLe && x == lo
	case isY && variable(e.Args[0]):
		return false, y < lo || op == ir.OpLt && y == lo
	}
	return false, false
}

// sameCondition tells whether the comparison e says the same as c, or the contrary: i < e and e <= i, i == e and i != e.
func sameCondition(e, c *ir.Expr) (same, opposite bool) {
	if len(e.Args) != 2 {
		return false, false
	}
	straight := e.Args[0].Same(c.Args[0]) && e.Args[1].Same(c.Args[1])
	crossed := e.Args[0].Same(c.Args[1]) && e.Args[1].Same(c.Args[0])
	contrary := e.Prim.Op == ir.OpLt && c.Prim.Op == ir.OpLe || e.Prim.Op == ir.OpLe && c.Prim.Op == ir.OpLt
	unequal := e.Prim.Op == ir.OpEq && c.Prim.Op == ir.OpNe || e.Prim.Op == ir.OpNe && c.Prim.Op == ir.OpEq
	return straight && e.Prim == c.Prim, crossed && contrary || straight && unequal
}
