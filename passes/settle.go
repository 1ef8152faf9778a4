package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// settler decides conditions that follow from the loops and branches around them, leaves out branches that are not taken or do nothing, and makes
// one branch of neighbours under the same condition.
type settler struct {
	f      *ir.Func
	values map[*ir.Local]*ir.Node // of the variables of the loops around
	holds  []*ir.Expr             // conditions that hold, of what does not change
	rooms  []room                 // Ints that are known not to be negative
	taken  *bool                  // set where it is known which branch is taken
}

// room is the Int base + least, which is known not to be negative.
type room struct {
	base  *ir.Node
	least int
}

// roomOf takes the Int n apart.
func roomOf(g *ir.Graph, n *ir.Node) room {
	if n.Kind != ir.Affine || n.Value == 0 {
		return room{n, 0}
	}
	return room{g.IntSub(n, g.Int(int(n.Value))), int(n.Value)}
}

// settle is the statements of a program for f with its branches settled.
func settle(f *ir.Func, stmts []ir.Stmt) []ir.Stmt {
	s := &settler{f: f, values: map[*ir.Local]*ir.Node{}, taken: new(bool)}
	return s.all(stmts)
}

// all is statements that nothing stands around but loops.
func (s *settler) all(stmts []ir.Stmt) []ir.Stmt {
	if stmts = s.block(stmts); *s.taken {
		return tidy(stmts)
	}
	return stmts
}

// settled is the loop, inside of those of path, with the branches in it settled.
func (l limiter) settled(f *ir.For) *ir.For {
	s := &settler{f: l.b.f, values: map[*ir.Local]*ir.Node{}, taken: new(bool)}
	for _, p := range l.path {
		s.values[p.local] = p.index
	}
	s.enter(f)
	f.Body = s.all(f.Body)
	return f
}

func (s *settler) block(stmts []ir.Stmt) []ir.Stmt {
	var list []ir.Stmt
	for _, t := range stmts {
		for _, u := range s.stmt(t) {
			list = appended(list, u)
		}
	}
	return list
}

func (s *settler) stmt(t ir.Stmt) []ir.Stmt {
	switch t := t.(type) {
	case *ir.Assign:
		if t.Value != nil {
			t.Value = s.value(t.Value)
		}
	case *ir.Store:
		t.Value = s.value(t.Value)
	case *ir.If:
		return s.branch(t)
	case *ir.For:
		known := *s
		s.enter(t)
		t.Body = s.block(t.Body)
		*s = known
		if len(t.Body) == 0 {
			return nil
		}
	default:
		for _, b := range ir.Blocks(t) {
			*b = s.block(*b)
		}
	}
	return []ir.Stmt{t}
}

// value is what is assigned, a condition simplified.
func (s *settler) value(e *ir.Expr) *ir.Expr {
	if e.Type == ir.Bool {
		return s.cond(e)
	}
	return e
}

// branch is the branch that is taken where that is known.
func (s *settler) branch(t *ir.If) []ir.Stmt {
	cond := s.cond(t.Cond)
	if v, ok := cond.Constant(); ok {
		*s.taken = true
		if v != 0 {
			return s.block(t.Then)
		}
		return s.block(t.Else)
	}
	inside := func(cond *ir.Expr, stmts []ir.Stmt) []ir.Stmt {
		known := *s
		s.learn(cond)
		stmts = s.block(stmts)
		*s = known
		return stmts
	}
	b := &ir.If{Cond: cond, Then: inside(cond, t.Then), Else: inside(negated(cond), t.Else)}
	if len(b.Then) == 0 || len(b.Else) > 0 && cond.Kind == ir.ExprPrim && cond.Prim.Op == ir.OpNot {
		b = &ir.If{Cond: negated(cond), Then: b.Else, Else: b.Then}
	}
	if len(b.Then) == 0 {
		return nil
	}
	return []ir.Stmt{joined(b)}
}

// enter notes what is known in the body of the loop: its variable lies between the bounds.
func (s *settler) enter(t *ir.For) {
	g := s.f.Graph
	lows, highs := s.bounds(t.Lo, ir.OpMax), s.bounds(t.Hi, ir.OpMin)
	if len(lows) == 0 || len(highs) == 0 {
		return
	}
	v := g.IntAdd(lows[0], g.NewIndex(g.IntSub(highs[0], lows[0])))
	s.values[t.Var] = v
	for _, lo := range lows {
		s.give(g.IntSub(v, lo))
	}
	for _, hi := range highs {
		s.give(g.IntSub(g.IntSub(hi, v), g.Int(1)))
	}
}

// bounds lists, of what a bound is the greatest or least, that which is made of loop variables and sizes.
func (s *settler) bounds(e *ir.Expr, op ir.Op) []*ir.Node {
	if e.Kind == ir.ExprPrim && e.Prim.Op == op {
		return append(s.bounds(e.Args[0], op), s.bounds(e.Args[1], op)...)
	}
	if n := s.integer(e); n != nil {
		return []*ir.Node{n}
	}
	return nil
}

func (s *settler) integer(e *ir.Expr) *ir.Node {
	return integerOf(s.f.Graph, e, func(l *ir.Local) *ir.Node { return s.values[l] })
}

// learn notes that the condition holds, as far as it cannot change.
func (s *settler) learn(c *ir.Expr) {
	if isJunction(c, ir.OpAnd) {
		s.learn(c.Args[0])
		s.learn(c.Args[1])
		return
	}
	if !s.lasting(c) {
		return
	}
	s.holds = append(slices.Clip(s.holds), c)
	x, y, ok := s.compared(c)
	if !ok {
		return
	}
	g := s.f.Graph
	d, one := g.IntSub(y, x), g.Int(1)
	back := g.IntSub(x, y)
	switch c.Prim.Op {
	case ir.OpLt:
		s.give(g.IntSub(d, one))
	case ir.OpLe:
		s.give(d)
	case ir.OpEq:
		s.give(d)
		s.give(back)
	case ir.OpNe: // what is not the end of a range lies before or behind it
		if s.nonNegative(d) {
			s.give(g.IntSub(d, one))
		} else if s.nonNegative(back) {
			s.give(g.IntSub(back, one))
		}
	}
}

// lasting tells whether e is made of constants, sizes, variables of loops and inputs.
func (s *settler) lasting(e *ir.Expr) bool {
	switch e.Kind {
	case ir.ExprArray:
		return false
	case ir.ExprLocal:
		return s.values[e.Local] != nil
	}
	return !slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return !s.lasting(a) })
}

// compared is the Ints that c compares, if it does and they are made of loop variables and sizes.
func (s *settler) compared(c *ir.Expr) (x, y *ir.Node, ok bool) {
	if c.Kind != ir.ExprPrim || len(c.Args) != 2 || c.Args[0].Type != ir.Int {
		return nil, nil, false
	}
	x, y = s.integer(c.Args[0]), s.integer(c.Args[1])
	return x, y, x != nil && y != nil
}

// nonNegative tells whether the Int n is known not to be negative.
func (s *settler) nonNegative(n *ir.Node) bool {
	if n.Kind == ir.Const {
		return n.Value >= 0
	}
	x := roomOf(s.f.Graph, n)
	return slices.ContainsFunc(s.rooms, func(r room) bool { return r.base == x.base && r.least <= x.least }) || s.f.NonNegative(n)
}

// give notes that the Int n is not negative.
func (s *settler) give(n *ir.Node) { s.rooms = append(slices.Clip(s.rooms), roomOf(s.f.Graph, n)) }

// cond is the condition as far as it is not known.
func (s *settler) cond(c *ir.Expr) *ir.Expr {
	switch {
	case c.Kind != ir.ExprPrim:
		return c
	case c.Prim.Op == ir.OpNot:
		return negated(s.cond(c.Args[0]))
	case c.Prim.Op == ir.OpAnd || c.Prim.Op == ir.OpOr:
		return s.junction(c)
	}
	if slices.ContainsFunc(s.holds, c.Same) {
		return truth(true)
	}
	if slices.ContainsFunc(s.holds, negated(c).Same) {
		return truth(false)
	}
	x, y, ok := s.compared(c)
	if !ok {
		return c
	}
	g := s.f.Graph
	d, back, one := g.IntSub(y, x), g.IntSub(x, y), g.Int(1)
	before := func() bool { return s.nonNegative(g.IntSub(d, one)) } // x < y
	behind := func() bool { return s.nonNegative(g.IntSub(back, one)) }
	decide := func(holds, fails bool) *ir.Expr {
		if holds || fails {
			return truth(holds)
		}
		return c
	}
	switch c.Prim.Op {
	case ir.OpLt:
		return decide(before(), s.nonNegative(back))
	case ir.OpLe:
		return decide(s.nonNegative(d), behind())
	case ir.OpEq:
		return decide(s.nonNegative(d) && s.nonNegative(back), before() || behind())
	case ir.OpNe:
		return decide(before() || behind(), s.nonNegative(d) && s.nonNegative(back))
	}
	return c
}

// junction is the conjunction or disjunction c. What stands behind is looked at only where what stands before it does not decide; comparisons of loop
// variables and sizes, which read nothing, come first.
func (s *settler) junction(c *ir.Expr) *ir.Expr {
	known := *s
	defer func() { *s = known }()
	op := c.Prim.Op
	parts := parted(c, op)
	slices.SortStableFunc(parts, func(a, b *ir.Expr) int { return s.later(a) - s.later(b) })
	var list []*ir.Expr
	for _, part := range parts {
		for _, p := range parted(s.cond(part), op) {
			if v, ok := p.Constant(); ok {
				if (v != 0) != (op == ir.OpAnd) {
					return p
				}
				continue
			}
			if slices.ContainsFunc(list, p.Same) {
				continue
			}
			if slices.ContainsFunc(list, negated(p).Same) {
				return truth(op == ir.OpOr)
			}
			list = append(list, p)
			if op == ir.OpAnd {
				s.learn(p)
			} else {
				s.learn(negated(p))
			}
		}
	}
	return junctionOf(op, list)
}

// later is 0 for what comes first in a junction.
func (s *settler) later(c *ir.Expr) int {
	if _, _, ok := s.compared(c); ok {
		return 0
	}
	return 1
}

// appended is the statements with one more, as part of the last where both are branches under one condition that the first does not change.
func appended(list []ir.Stmt, t ir.Stmt) []ir.Stmt {
	b, ok := t.(*ir.If)
	if !ok || len(list) == 0 {
		return append(list, t)
	}
	a, ok := list[len(list)-1].(*ir.If)
	if !ok || disturbs(a, b.Cond) {
		return append(list, t)
	}
	switch {
	case sameParts(a.Cond, b.Cond):
	case sameParts(a.Cond, negated(b.Cond)):
		b = &ir.If{Cond: a.Cond, Then: b.Else, Else: b.Then}
	default:
		return append(list, t)
	}
	both := func(first, second []ir.Stmt) []ir.Stmt {
		for _, u := range second {
			first = appended(first, u)
		}
		return first
	}
	list[len(list)-1] = &ir.If{Cond: a.Cond, Then: both(a.Then, b.Then), Else: both(a.Else, b.Else)}
	return list
}

// disturbs tells whether s writes what the condition reads.
func disturbs(s ir.Stmt, c *ir.Expr) bool {
	reads := readIn(&ir.If{Cond: c})
	return slices.ContainsFunc(written(s), func(w any) bool { return slices.Contains(reads, w) })
}
