package passes

import (
	"slices"
	"strconv"

	"github.com/adgen-go/adgen/ir"
)

// Count counts the operations of the loop program p, statically: both arms of a branch count, though what stands under i = e in a loop over i counts once, and
// a branch on real numbers counts one selection; every v += x is one addition, v *= x
// one multiplication, v = max(v, x) one comparison. Loop bounds are taken as polynomials in
// the sizes and the outer loop variables. A loop that would run backwards for the first or last values of a variable around does not run there. That the sizes are
// too small for a loop, as 1 for one over 1..n-1, a polynomial cannot tell: counts are for sizes that let all of them run.
func Count(p *ir.Program) Flops {
	c := &counter{vars: map[*ir.Local]loopVar{}}
	return c.block(p.Body)
}

// countEmitted is Count of what is emitted for f, and whether that keeps all steps of recurrences that have checkpoints. Where it has neither loops nor
// branches, the count is what the nodes say, each computed once.
func countEmitted(f *ir.Func) (n Flops, whole bool) {
	nodes, ok := straight(f)
	if !ok {
		p := Schedule(f)
		return Count(p), p.Whole
	}
	t := newTally()
	for _, n := range nodes {
		if n.Kind == ir.Apply && n.Type != ir.Int {
			t.apply(n.Prim, ir.Operands(n.Args))
		}
	}
	return t.flops(), false
}

// straight lists the nodes of f, if its program is a straight line.
func straight(f *ir.Func) ([]*ir.Node, bool) {
	nodes := ir.Reachable(f.Roots()...)
	loops := func(n *ir.Node) bool {
		return n.Type == ir.Bool || n.Kind == ir.Reduce || n.Kind == ir.At || n.Kind != ir.Index && n.Kind != ir.Pick && !n.Closed()
	}
	whole := func(r ir.Result) bool { return r.Where == nil && r.Puts == nil }
	if len(f.Recurs) > 0 || slices.ContainsFunc(nodes, loops) || !all(f.Results, whole) {
		return nil, false
	}
	return nodes, true
}

// all tells whether all elements of the list are such.
func all[T any](list []T, such func(T) bool) bool {
	return !slices.ContainsFunc(list, func(x T) bool { return !such(x) })
}

// loopVar is a loop variable as a variable of the polynomials, with its bounds.
type loopVar struct {
	name   string
	lo, hi ir.Poly // lo ≤ variable < hi
}

// counter knows the loops around the statement that is counted, outermost first.
type counter struct {
	vars    map[*ir.Local]loopVar
	loops   []loopVar
	pinned  Flops   // what runs once in all of the innermost loop
	amended []amend // what is to be added for single values of the variables of loops around
}

// block counts stmts, in the variables of the loops around them.
func (c *counter) block(stmts []ir.Stmt) Flops {
	t := newTally()
	var nested Flops
	for _, s := range stmts {
		ir.Exprs(s, t.expr)
		switch s := s.(type) {
		case *ir.Assign:
			t.accumulate(s.Op, s.Dst.Type)
		case *ir.Store:
			t.accumulate(s.Op, s.Dst.Type)
		case *ir.If:
			if !staticExpr(s.Cond) {
				t.apply(ir.PrimOf(ir.OpSelect), nil)
			}
			nested = nested.Plus(c.block(s.Else))
			if then := c.block(s.Then); !c.pin(s.Cond, then) {
				nested = nested.Plus(then)
			}
		case *ir.For:
			nested = nested.Plus(c.loop(s))
		case *ir.Sweep:
			nested = nested.Plus(c.loop(&ir.For{Var: s.Var, Lo: integer(0), Hi: closedExpr(s.Plan.Steps), Body: s.Body}))
		case *ir.Unwind:
			nested = nested.Plus(c.unwind(s))
		}
	}
	return t.flops().Plus(nested)
}

// divided is the branch that the body of a loop over v up to hi is, if it is one between a few values of v at one end and the others, and where those begin
// or end.
func (c *counter) divided(body []ir.Stmt, v *ir.Local, hi *ir.Expr) (branch *ir.If, at *ir.Expr) {
	if len(body) != 1 {
		return nil, nil
	}
	s, ok := body[0].(*ir.If)
	if !ok || len(s.Else) == 0 || s.Cond.Kind != ir.ExprPrim || s.Cond.Prim.Op != ir.OpLt || s.Cond.Args[0].Local != v {
		return nil, nil
	}
	at = s.Cond.Args[1]
	if at.Kind == ir.ExprConst {
		return s, at
	}
	end, okEnd := c.bound(hi)
	from, okFrom := c.bound(at)
	if left := end.Sub(from); okEnd && okFrom && len(left.Vars()) == 0 {
		return s, at
	}
	return nil, nil
}

// again is how many steps are computed again on the way back through a plan, which is no polynomial of their number.
const again = "again"

// unwind counts the steps back, and, so many times as the variable again says, what is computed again of a step: at most, where that differs
// from step to step.
func (c *counter) unwind(s *ir.Unwind) Flops {
	steps := closedExpr(s.Plan.Steps)
	back := c.loop(&ir.For{Var: s.Step, Lo: integer(0), Hi: steps, Body: s.Back})
	v := loopVar{"loop " + strconv.Itoa(len(c.loops)), ir.Poly{}, ir.Poly{}}
	v.hi, _ = c.bound(steps)
	c.vars[s.AgainVar] = v
	c.loops = append(c.loops, v)
	body, few := s.Again, false
	if branch, at := c.divided(body, s.AgainVar, steps); branch != nil { // the first steps are few
		if body, few = branch.Else, true; at.Kind != ir.ExprConst {
			body = branch.Then
		}
	}
	outer, around := c.pinned, c.amended
	c.pinned, c.amended = Flops{}, nil
	one := c.block(body).Plus(c.pinned)
	inside := c.amended
	c.pinned, c.amended = outer, around
	one.AtMost = one.AtMost || few
	c.loops = c.loops[:len(c.loops)-1]
	at := v.hi.Sub(ir.PolyConst(1)) // a step that is not among the first
	if s.Plan.Down {
		at = ir.Poly{}
	}
	often := func(n Flops) Flops {
		return n.each(func(p ir.Poly) ir.Poly { return p.Subst(v.name, at).Mul(ir.PolyVar(again)) })
	}
	for _, a := range inside {
		if a.name != v.name {
			c.amended = append(c.amended, amend{a.name, a.at, a.first, often(a.count)})
		}
	}
	return back.Plus(often(one))
}

func (c *counter) loop(s *ir.For) Flops {
	if branch, at := c.divided(s.Body, s.Var, s.Hi); branch != nil { // each arm for its own part
		below := c.loop(&ir.For{Var: s.Var, Lo: s.Lo, Hi: at, Body: branch.Then})
		return below.Plus(c.loop(&ir.For{Var: s.Var, Lo: at, Hi: s.Hi, Body: branch.Else}))
	}
	lo, okLo := c.bound(s.Lo)
	hi, okHi := c.bound(s.Hi)
	if trips, small := c.forSmall(hi.Sub(lo)); small {
		hi, okHi = lo.Add(trips), false
	}
	// A space keeps the name apart from those of sizes.
	v := loopVar{"loop " + strconv.Itoa(len(c.loops)), lo, hi}
	c.vars[s.Var] = v
	c.loops = append(c.loops, v)
	outer, around := c.pinned, c.amended
	c.pinned, c.amended = Flops{}, nil
	body := c.block(s.Body)
	once, inside := c.pinned, c.amended
	c.pinned, c.amended = outer, around
	c.loops = c.loops[:len(c.loops)-1]
	body.AtMost = body.AtMost || !okLo || !okHi
	n := body.each(func(p ir.Poly) ir.Poly { return p.SumOver(v.name, lo, hi) }).Plus(once)
	return c.ended(n, v, inside, hi.Sub(lo))
}

// pin notes that what is counted runs for one value of the innermost loop's variable alone, if the condition is that it has the value of something from outside.
func (c *counter) pin(cond *ir.Expr, n Flops) bool {
	if len(c.loops) == 0 || cond.Kind != ir.ExprPrim {
		return false
	}
	if cond.Prim.Op == ir.OpAnd {
		return c.pin(cond.Args[0], n) || c.pin(cond.Args[1], n)
	}
	if cond.Prim.Op != ir.OpEq || cond.Args[0].Type != ir.Int {
		return false
	}
	v := c.loops[len(c.loops)-1]
	for i, x := range cond.Args {
		own := x.Kind == ir.ExprLocal && c.vars[x.Local].name == v.name
		at, ok := c.bound(cond.Args[1-i])
		if !own || !ok || slices.Contains(at.Vars(), v.name) {
			continue
		}
		n = n.each(func(p ir.Poly) ir.Poly { return p.Subst(v.name, at) })
		n.AtMost = n.AtMost || !c.nonNegative(at.Sub(v.lo)) || !c.nonNegative(v.hi.Sub(at).Sub(ir.PolyConst(1)))
		c.pinned = c.pinned.Plus(n)
		return true
	}
	return false
}

func (c *counter) nonNegative(p ir.Poly) bool {
	least, ok := c.least(p)
	return ok && least.NonNegative()
}

// expr counts the operations of e.
func (t *tally) expr(e *ir.Expr) {
	stack := []*ir.Expr{e}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = append(stack[:len(stack)-1], e.Args...)
		if e.Kind != ir.ExprPrim || e.Type == ir.Int || e.Prim.Op == ir.OpSelect && staticExpr(e.Args[0]) {
			continue
		}
		x := make([]ir.Operand, len(e.Args))
		for i, a := range e.Args {
			x[i] = a
		}
		t.apply(e.Prim, x)
	}
}

// accumulate counts what an assignment does with the old value.
func (t *tally) accumulate(op ir.AssignOp, typ ir.Type) {
	if op == ir.Set || typ != ir.Real {
		return
	}
	prim := ir.PrimOf([...]ir.Op{ir.AddTo: ir.OpAdd, ir.SubTo: ir.OpSub, ir.MulTo: ir.OpMul, ir.MaxTo: ir.OpMax, ir.MinTo: ir.OpMin}[op])
	t.apply(prim, nil)
}

// staticExpr tells whether the condition e depends on indices and integer data alone, as ir.Static
// does for nodes.
func staticExpr(e *ir.Expr) bool {
	stack := []*ir.Expr{e}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if e.Kind == ir.ExprLocal && e.Type == ir.Bool {
			return false
		}
		for _, a := range e.Args {
			if a.Type == ir.Real {
				return false
			}
			if a.Type == ir.Bool {
				stack = append(stack, a)
			}
		}
	}
	return true
}

// bound is the loop bound e as a polynomial. Bounds are extents, tightened by min and
// max: min(extent, e), max(0, e). It is exact unless the tighter operand cannot be told, or is data;
// then it is the one that is tighter for all but the smallest sizes, as n − 1 in max(1, n − 1), or else that which stands first.
func (c *counter) bound(e *ir.Expr) (p ir.Poly, exact bool) {
	switch e.Kind {
	case ir.ExprConst:
		return ir.PolyConst(int(e.Value)), true
	case ir.ExprSize:
		return ir.PolyVar(e.Name), true
	case ir.ExprLocal:
		v, ok := c.vars[e.Local]
		return ir.PolyVar(v.name), ok
	case ir.ExprPrim:
		if len(e.Args) == 2 {
			a, okA := c.bound(e.Args[0])
			b, okB := c.bound(e.Args[1])
			return c.combine(e, a, b, okA, okB)
		}
	}
	return ir.Poly{}, false
}

func (c *counter) combine(e *ir.Expr, a, b ir.Poly, okA, okB bool) (ir.Poly, bool) {
	both := okA && okB
	switch e.Prim.Op {
	case ir.OpAdd:
		return a.Add(b), both
	case ir.OpSub:
		return a.Sub(b), both
	case ir.OpMul, ir.OpIntMul:
		return a.Mul(b), both
	case ir.OpDiv, ir.OpIntDiv:
		if d, ok := e.Args[1].Constant(); ok && d > 0 {
			q := a.Scale(1, int64(d))
			return q, okA && q.Integral()
		}
	case ir.OpMin:
		return c.tighter(a, b, both, b.Sub(a))
	case ir.OpMax:
		return c.tighter(a, b, both, a.Sub(b))
	}
	return a, false
}

// tighter is a where excess ≥ 0 can be seen, b where excess ≤ 0 can be; else, inexactly, that of which it can be seen for sizes from 3 on, or a.
func (c *counter) tighter(a, b ir.Poly, known bool, excess ir.Poly) (ir.Poly, bool) {
	if !known {
		return a, false
	}
	least, okA := c.least(excess)
	most, okB := c.least(excess.Scale(-1, 1))
	switch {
	case okA && least.NonNegative():
		return a, true
	case okB && most.NonNegative():
		return b, true
	case okB && larger(most).NonNegative() && !(okA && larger(least).NonNegative()):
		return b, false
	}
	return a, false
}

// forSmall is how often a loop from lo up to hi = lo + room runs at most, if it is only for the smallest sizes that it runs, as from n − 1 up to 1, or only
// for some values of the variables around it, and then no more than a number of times, as from n − 1 up to i + 1.
func (c *counter) forSmall(room ir.Poly) (trips ir.Poly, small bool) {
	short, ok := c.least(room.Scale(-1, 1))
	least, known := c.least(room)
	if !ok || known && least.NonNegative() {
		return ir.Poly{}, false
	}
	if len(short.Vars()) > 0 && !larger(short).NonNegative() {
		return ir.Poly{}, false
	}
	most := 0
	for size := range 2 {
		at := map[string]int{}
		for _, v := range short.Vars() {
			at[v] = size + 1
		}
		missing, _ := short.Eval(at).Float64()
		most = max(most, -int(missing))
	}
	return ir.PolyConst(most), true
}

// larger is p, a polynomial in sizes, for sizes from 3 on.
func larger(p ir.Poly) ir.Poly {
	for _, v := range p.Vars() {
		p = p.Subst(v, ir.PolyVar(v).Add(ir.PolyConst(2)))
	}
	return p
}

// least is at most p, in the sizes alone: loop variables, the innermost
// first, are put at the bound where p, linear in them with a coefficient of known sign, is least.
func (c *counter) least(p ir.Poly) (ir.Poly, bool) {
	for i := len(c.loops) - 1; i >= 0; i-- {
		v := c.loops[i]
		k := p.Coefficients(v.name)
		switch {
		case len(k) < 2:
		case len(k) > 2:
			return ir.Poly{}, false
		case k[1].NonNegative():
			p = p.Subst(v.name, v.lo)
		case k[1].Scale(-1, 1).NonNegative():
			p = p.Subst(v.name, v.hi.Sub(ir.PolyConst(1)))
		default:
			return ir.Poly{}, false
		}
	}
	return p, true
}
