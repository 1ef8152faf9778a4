package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// rewrite puts rings in the place of the arrays and the sweeps of a plan in the place of the loops.
func (c *checkpointer) rewrite() {
	p := c.program
	ring := &copier{locals: map[*ir.Local]*ir.Local{}, rings: c.rows}
	plan := c.plan()
	first := append(c.anew(c.ahead.Var, func(r *rows) bool { return r.ahead }), ring.block(c.ahead.Body)...)
	wiped := func() []ir.Stmt { return c.anew(c.back.Var, func(r *rows) bool { return r.back }) }
	var ahead, back ir.Stmt
	switch {
	case c.back == nil:
		ahead = loopWith(c.ahead, first)
	case len(plan.Kept) == 0: // all states are results, and so at hand
		steps := append(ring.block(c.back.Body), wiped()...)
		back = loopWith(c.back, append(c.again(first, steps, c.back.Var), steps...))
		ahead = loopWith(c.ahead, useful(first, nil, func(a *ir.Array) bool { return c.isRing(a) }))
	default:
		steps := append(ring.block(c.back.Body), wiped()...)
		again := &ir.Local{Name: c.ahead.Var.Name, Type: ir.Int}
		back = &ir.Unwind{Plan: plan, AgainVar: again, Step: c.back.Var, Again: c.again(first, steps, again), Back: steps}
		ahead = &ir.Sweep{Plan: plan, Var: c.ahead.Var, Body: first}
	}
	for i, s := range p.Body {
		switch s {
		case ir.Stmt(c.ahead):
			p.Body[i] = ahead
		case ir.Stmt(c.back):
			p.Body[i] = back
		default:
			p.Body[i] = ring.block([]ir.Stmt{s})[0]
		}
	}
	if c.back != nil && len(plan.Kept) > 0 {
		p.Scratch = append(p.Scratch, plan.Table, plan.Saved)
	}
}

// plan makes the rings, and the plan with the state that is made of rows of them.
func (c *checkpointer) plan() *ir.Checkpoints {
	slots := c.graph.Apply(ir.OpSlots, c.steps)
	width := c.graph.Int(0)
	plan := &ir.Checkpoints{Steps: c.steps, Down: c.ahead.Down}
	for i, a := range c.program.Scratch {
		r := c.rows[a]
		if r == nil {
			continue
		}
		r.ring = &ir.Array{Name: a.Name, Type: a.Type, Dims: slices.Clone(a.Dims)}
		r.ring.Dims = slices.Insert(slices.Delete(r.ring.Dims, r.dim, r.dim+1), 0, c.graph.Int(r.last-r.first+1))
		c.program.Scratch[i] = r.ring
		if r.state() {
			plan.Kept = append(plan.Kept, ir.Kept{Array: r.ring, Rows: -r.first})
			for range -r.first {
				width = c.graph.IntAdd(width, rowLength(c.graph, r.ring))
			}
		}
	}
	plan.Table = &ir.Array{Name: "plan", Type: ir.Int, Dims: []*ir.Node{c.graph.IntAdd(slots, c.graph.Int(planHead))}}
	plan.Saved = &ir.Array{Name: "saved", Dims: []*ir.Node{slots, width}}
	return plan
}

// loopWith is the loop with another body.
func loopWith(f *ir.For, body []ir.Stmt) *ir.For {
	return &ir.For{Var: f.Var, Lo: f.Lo, Hi: f.Hi, Down: f.Down, Body: body}
}

// isRing tells whether the array is one of the rings.
func (c *checkpointer) isRing(a *ir.Array) bool {
	for _, r := range c.rows {
		if r.ring == a {
			return true
		}
	}
	return false
}

// planHead is what a plan is longer than it has slots, as runtime.CheckpointPlan has it.
const planHead = 4

// rowLength is the number of elements of a row of the array.
func rowLength(g *ir.Graph, a *ir.Array) *ir.Node {
	n := g.Int(1)
	for _, d := range a.Dims[1:] {
		n = g.IntMul(n, d)
	}
	return n
}

// again is what of a step ahead is computed again: without sums over all steps, results, what is read at single places, and what only they need.
func (c *checkpointer) again(first, back []ir.Stmt, v *ir.Local) []ir.Stmt {
	copied := (&copier{fresh: true, locals: map[*ir.Local]*ir.Local{c.ahead.Var: v}}).block(first)
	u := usesIn(copied)
	var drop func(stmts []ir.Stmt) []ir.Stmt
	drop = func(stmts []ir.Stmt) []ir.Stmt {
		var list []ir.Stmt
		for _, s := range stmts {
			switch s := s.(type) {
			case *ir.Assign:
				if !slices.Contains(u.declared, s.Dst) {
					continue
				}
			case *ir.Store:
				if s.Op != ir.Set && !c.stepwise(s.Dst) || c.picked[s.Dst] || slices.Contains(c.program.Results, s.Dst) {
					continue
				}
			}
			inner := 0
			for _, b := range ir.Blocks(s) {
				*b = drop(*b)
				inner += len(*b)
			}
			if inner > 0 || len(ir.Blocks(s)) == 0 {
				list = append(list, s)
			}
		}
		return list
	}
	return useful(drop(copied), back, func(*ir.Array) bool { return true })
}

// useful is the statements without what they store in such arrays that neither they nor the others read, and what only that needs.
func useful(stmts, others []ir.Stmt, such func(*ir.Array) bool) []ir.Stmt {
	for {
		u := usesIn(stmts)
		u.unwanted = map[*ir.Array]bool{}
		needed := usesIn(append(slices.Clone(stmts), others...)).arrays
		see := func(a *ir.Array) {
			if such(a) && !needed[a] {
				u.unwanted[a] = true
			}
		}
		eachStmt(stmts, func(s ir.Stmt) {
			switch s := s.(type) {
			case *ir.Store:
				see(s.Dst)
			case *ir.Fill:
				see(s.Dst)
			}
		})
		if !u.unread() && len(u.unwanted) == 0 {
			return stmts
		}
		stmts = u.drop(stmts)
	}
}

// anew sets the row of a step to what all elements are at first, in such rings of which something is: before the step ahead, and after it has been taken
// back, as later steps add to rows before.
func (c *checkpointer) anew(v *ir.Local, such func(*rows) bool) []ir.Stmt {
	var list []ir.Stmt
	for _, a := range c.program.Scratch {
		for _, r := range c.rows {
			if r.ring == a && r.fill != nil && such(r) {
				list = append(list, fillRow(a, turned(&ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: v}, a), r.fill.Value))
			}
		}
	}
	return list
}

// fillRow sets the elements of a row.
func fillRow(a *ir.Array, row *ir.Expr, value float64) ir.Stmt {
	index := []*ir.Expr{row}
	var loops []*ir.For
	for d := 1; d < len(a.Dims); d++ {
		f := &ir.For{Var: &ir.Local{Name: loopName(d), Type: ir.Int}, Lo: integer(0), Hi: closedExpr(a.Dims[d])}
		loops = append(loops, f)
		index = append(index, &ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: f.Var})
	}
	var s ir.Stmt = &ir.Store{Dst: a, Index: index, Value: &ir.Expr{Kind: ir.ExprConst, Type: a.Type, Value: value}}
	for _, f := range slices.Backward(loops) {
		f.Body = []ir.Stmt{s}
		s = f
	}
	return s
}

// turned is the row of a ring for the step e: e mod its number of rows.
func turned(e *ir.Expr, ring *ir.Array) *ir.Expr {
	n := integer(int(ring.Dims[0].Value))
	if n.Value == 1 {
		return integer(0)
	}
	return intPrim(ir.OpSub, e, intPrim(ir.OpIntMul, intPrim(ir.OpIntDiv, e, n), n))
}

// closedExpr is a closed Int node as an expression.
func closedExpr(n *ir.Node) *ir.Expr { return (&builder{planner: &planner{}}).closed(n) }
