package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

const (
	jamBy     = 4  // iterations that are run at once
	jamBodies = 12 // statements of a loop that is jammed, at most
)

// Jam runs four iterations of a loop around innermost loops at once where those share what they load, or add up in a variable: in
//
//	for i { s := 0; for j { s += A[i,j]·x[j] }; y[i] = s }
//
// each x[j] is loaded for four rows, whose sums do not wait for each other. Every element is added to in the same order as
// before, so that results are the same to the bit, and the operations are the same. It is the last pass, after counting.
// (Unroll and jam: Callahan, Carr, Kennedy, Improving Register Allocation for Subscripted Variables, 1990; Allen & Kennedy, Optimizing
// Compilers for Modern Architectures, 8.4.)
func Jam(p *ir.Program) { p.Body = jamAll(p.Body) }

// jamAll jams the loops in the statements, inner ones first.
func jamAll(stmts []ir.Stmt) []ir.Stmt {
	var list []ir.Stmt
	for _, s := range stmts {
		for _, b := range ir.Blocks(s) {
			*b = jamAll(*b)
		}
		if f, ok := s.(*ir.For); ok && gains(f) && allowed(f) {
			if j, ok := newJam(f); ok {
				list = append(list, j.loops()...)
				continue
			}
		}
		list = append(list, s)
	}
	return list
}

// gains tells whether the loop is short, stands around innermost loops, and one of those adds up, in a variable of its iteration or with elements
// that are the same in all iterations.
func gains(f *ir.For) bool {
	own := declaredIn(f.Body)
	gain, size := false, 0
	for _, s := range f.Body {
		inner, ok := s.(*ir.For)
		size++
		if !ok {
			if len(ir.Blocks(s)) > 0 {
				return false
			}
			continue
		}
		size += len(inner.Body)
		if inner.Down || inner.Step > 1 || slices.ContainsFunc(inner.Body, func(t ir.Stmt) bool { return len(ir.Blocks(t)) > 0 }) {
			return false
		}
		gain = gain || addsUp(inner, f.Var, own)
	}
	trips := minusConst(f.Hi, f.Lo)
	return gain && !f.Down && size <= jamBodies && (trips < 0 || trips >= jamBy)
}

// minusConst is x − y where that is a constant that is not negative, else −1.
func minusConst(x, y *ir.Expr) int {
	if d, ok := gap(x, y); ok && d >= 0 {
		return d
	}
	return -1
}

// addsUp tells whether the innermost loop adds to a local among own, or to elements of which some operand or they themselves do not depend on v.
func addsUp(inner *ir.For, v *ir.Local, own map[*ir.Local]bool) bool {
	adds, shares := false, false
	look := func(e *ir.Expr) {
		shares = shares || (e.Kind == ir.ExprInput || e.Kind == ir.ExprArray) && mentions(e, inner.Var) && !mentions(e, v)
	}
	for _, s := range inner.Body {
		switch s := s.(type) {
		case *ir.Assign:
			if s.Op == ir.AddTo || s.Op == ir.SubTo {
				if own[s.Dst] {
					return true
				}
			}
		case *ir.Store:
			adds = adds || s.Op == ir.AddTo || s.Op == ir.SubTo
			look(&ir.Expr{Kind: ir.ExprArray, Array: s.Dst, Args: s.Index})
		}
		ir.Exprs(s, func(e *ir.Expr) { eachExpr(e, look) })
	}
	return adds && shares
}

// eachExpr visits e and its operands.
func eachExpr(e *ir.Expr, visit func(*ir.Expr)) {
	visit(e)
	for _, a := range e.Args {
		eachExpr(a, visit)
	}
}

// declaredIn is the locals that the statements declare, with the variables of their loops.
func declaredIn(stmts []ir.Stmt) map[*ir.Local]bool {
	own := map[*ir.Local]bool{}
	var scan func([]ir.Stmt)
	scan = func(stmts []ir.Stmt) {
		for _, s := range stmts {
			switch s := s.(type) {
			case *ir.Assign:
				if s.Declare {
					own[s.Dst] = true
				}
			case *ir.For:
				own[s.Var] = true
			}
			for _, b := range ir.Blocks(s) {
				scan(*b)
			}
		}
	}
	scan(stmts)
	return own
}

// jam is a loop whose iterations are run four at once.
type jam struct {
	loop   *ir.For
	copies []*copier // the statements of the iterations
	ranges map[*ir.For]shape
}

// shape is how the range of an inner loop moves from one iteration to the next: not, or at its beginning or at its end by one.
type shape uint8

const (
	same shape = iota
	startMoves
	endMoves
)

// newJam plans to run the loop four iterations at once; it reports false where the ranges of inner loops move otherwise than by one, depend on what an
// iteration computes, or may have nothing in common.
func newJam(f *ir.For) (*jam, bool) {
	own := declaredIn(f.Body)
	j := &jam{loop: f, ranges: map[*ir.For]shape{}}
	for q := range jamBy {
		j.copies = append(j.copies, &copier{of: f.Var, at: later(f.Var, q), fresh: true, locals: map[*ir.Local]*ir.Local{}})
	}
	for _, s := range f.Body {
		inner, ok := s.(*ir.For)
		if !ok {
			continue
		}
		start, okStart := moves(inner.Lo, f.Var)
		end, okEnd := moves(inner.Hi, f.Var)
		if !okStart || !okEnd || start && end || reads(inner.Lo, own) || reads(inner.Hi, own) {
			return nil, false
		}
		switch {
		case start: // the last iteration begins where or before the loop ends
			last := j.copies[jamBy-1].expr(inner.Lo)
			if d, ok := gap(inner.Hi, replaced(last, f.Var, intPrim(ir.OpSub, f.Hi, integer(jamBy)))); !ok || d < 0 {
				return nil, false
			}
			j.ranges[inner] = startMoves
		case end: // the first iteration ends where or behind the loop begins
			if d, ok := gap(replaced(inner.Hi, f.Var, f.Lo), inner.Lo); !ok || d < 0 {
				return nil, false
			}
			j.ranges[inner] = endMoves
		}
	}
	return j, true
}

// reads tells whether e reads one of the locals.
func reads(e *ir.Expr, locals map[*ir.Local]bool) bool {
	found := false
	eachExpr(e, func(x *ir.Expr) { found = found || locals[x.Local] })
	return found
}

// later is v + q.
func later(v *ir.Local, q int) *ir.Expr {
	e := &ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: v}
	if q == 0 {
		return e
	}
	return intPrim(ir.OpAdd, e, integer(q))
}

// moves tells whether the bound grows by one with v; it reports false where it changes otherwise.
func moves(bound *ir.Expr, v *ir.Local) (moves, ok bool) {
	if !mentions(bound, v) {
		return false, true
	}
	terms, _, ok := affineTerms(bound)
	return true, ok && terms[v] == 1
}

// loops is the loop over fours, and one over the rest where there may be one.
func (j *jam) loops() []ir.Stmt {
	f := j.loop
	fours := &ir.For{Var: f.Var, Lo: f.Lo, Hi: f.Hi, Step: jamBy, Body: j.body()}
	trips, ok := gap(f.Hi, f.Lo)
	if ok && trips%jamBy == 0 {
		return []ir.Stmt{fours}
	}
	count := f.Hi
	if v, ok := f.Lo.Constant(); !ok || v != 0 {
		count = intPrim(ir.OpSub, f.Hi, f.Lo)
	}
	done := intPrim(ir.OpIntMul, intPrim(ir.OpIntDiv, count, integer(jamBy)), integer(jamBy))
	if count != f.Hi {
		done = intPrim(ir.OpAdd, f.Lo, done)
	}
	v := &ir.Local{Name: f.Var.Name, Type: ir.Int}
	c := &copier{fresh: true, locals: map[*ir.Local]*ir.Local{f.Var: v}}
	return []ir.Stmt{fours, &ir.For{Var: v, Lo: done, Hi: f.Hi, Body: c.block(f.Body)}}
}

// body is four iterations of the loop.
func (j *jam) body() []ir.Stmt {
	var list []ir.Stmt
	for i := 0; i < len(j.loop.Body); {
		if inner, ok := j.loop.Body[i].(*ir.For); ok {
			list = append(list, j.inner(inner)...)
			i++
			continue
		}
		end := i
		for end < len(j.loop.Body) && len(ir.Blocks(j.loop.Body[end])) == 0 {
			end++
		}
		for _, c := range j.copies {
			list = append(list, c.block(j.loop.Body[i:end])...)
		}
		i = end
	}
	return list
}

// inner is the inner loop for four iterations at once, with what some of them have before or after the others.
func (j *jam) inner(f *ir.For) []ir.Stmt {
	v := &ir.Local{Name: f.Var.Name, Type: ir.Int}
	bodies := make([][]ir.Stmt, len(j.copies))
	for q, c := range j.copies {
		c.locals[f.Var] = v
		body := c.block(f.Body)
		bodies[q] = passOn(body, usesIn(body))
	}
	first, last := j.copies[0], j.copies[len(j.copies)-1]
	loop := &ir.For{Var: v, Lo: first.expr(f.Lo), Hi: first.expr(f.Hi)}
	var before, after []ir.Stmt
	at := func(from *ir.Expr, k int, bodies [][]ir.Stmt) []ir.Stmt {
		c := &copier{of: v, at: intPrim(ir.OpAdd, from, integer(k)), fresh: true, locals: map[*ir.Local]*ir.Local{}}
		return c.block(together(bodies))
	}
	switch n := len(bodies); j.ranges[f] {
	case startMoves:
		for k := range n - 1 {
			before = append(before, at(loop.Lo, k, bodies[:k+1])...)
		}
		loop.Lo = last.expr(f.Lo)
	case endMoves:
		for k := range n - 1 {
			after = append(after, at(loop.Hi, k, bodies[k+1:])...)
		}
	}
	loop.Body = together(bodies)
	return slices.Concat(before, []ir.Stmt{loop}, after)
}

// together is the bodies of several iterations of an inner loop, one after the other, but that what they add to the same element is added at
// once.
func together(bodies [][]ir.Stmt) []ir.Stmt {
	var list, sums []ir.Stmt
	for i, s := range bodies[0] {
		if sum, ok := s.(*ir.Store); ok && lone(sum, i, bodies) {
			sums = append(sums, sumOf(i, bodies))
		}
	}
	for _, body := range bodies {
		for i, s := range body {
			if sum, ok := s.(*ir.Store); ok && lone(sum, i, bodies) {
				continue
			}
			list = append(list, s)
		}
	}
	return append(list, sums...)
}

// lone tells whether the statement at i adds to an element that all iterations add to, and that is the only access to the array, and whether what it adds
// is the same at the end of the body.
func lone(s *ir.Store, i int, bodies [][]ir.Stmt) bool {
	if len(bodies) == 1 || s.Op != ir.AddTo && s.Op != ir.SubTo {
		return false
	}
	first := bodies[0][i].(*ir.Store)
	for _, body := range bodies {
		t := body[i].(*ir.Store)
		if !slices.EqualFunc(first.Index, t.Index, (*ir.Expr).Same) || usesArray([]*ir.Expr{t.Value}, t.Dst) {
			return false
		}
		for k, other := range body {
			if k != i && (slices.Contains(readIn(other), any(s.Dst)) || slices.ContainsFunc(written(other), func(d any) bool {
				return d == any(s.Dst) || k > i && slices.Contains(readIn(t), d)
			})) {
				return false
			}
		}
	}
	return true
}

// sumOf adds what the statements at i add, in their order.
func sumOf(i int, bodies [][]ir.Stmt) ir.Stmt {
	first := bodies[0][i].(*ir.Store)
	sum := &ir.Expr{Kind: ir.ExprArray, Type: first.Dst.Type, Array: first.Dst, Args: first.Index}
	op := map[ir.AssignOp]ir.Op{ir.AddTo: ir.OpAdd, ir.SubTo: ir.OpSub}[first.Op]
	for _, body := range bodies {
		sum = &ir.Expr{Kind: ir.ExprPrim, Type: first.Dst.Type, Prim: ir.PrimOf(op), Args: []*ir.Expr{sum, body[i].(*ir.Store).Value}}
	}
	return &ir.Store{Dst: first.Dst, Index: first.Index, Value: sum}
}
