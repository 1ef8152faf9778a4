package passes

import (
	"maps"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// sweep is a loop over steps of which few are to be saved.
type sweep struct {
	loop *loop
	stmt *ir.For
}

// spare lets a sweep over steps and the one back through them keep few of them, where the program has one of each: arrays with a
// row for each step get one for each of those that are at hand together, and the sweep back computes again what it needs of a step. A sweep
// alone just keeps the rows at hand. It reports false, and changes nothing, where the program is of another kind, or some array needs all its rows.
func (b *builder) spare() bool {
	c := &checkpointer{graph: b.g, program: b.program, picked: b.picked, rows: map[*ir.Array]*rows{}}
	for i, s := range b.sweeps {
		switch {
		case i == 0:
			c.ahead, c.steps = s.stmt, s.loop.index.Extent
		case i == 1 && s.stmt.Down != c.ahead.Down && s.loop.index.Extent == c.steps:
			c.back = s.stmt
		default:
			return false
		}
	}
	if c.ahead == nil || !c.outermost(c.ahead) || c.back != nil && !c.outermost(c.back) || !c.findRows() || !c.repeatable() {
		return false
	}
	c.rewrite()
	return true
}

// rows is how an array with a row for each step is used: rows of steps from first to last, relative to the one at which they are.
type rows struct {
	dim         int // of the steps
	first, last int
	ahead, back bool     // the sweep writes them
	fill        *ir.Fill // what all elements are at first, and so those of a row before it is written, if something is
	whole       bool     // the array is used elsewhere too, or at other rows
	ring        *ir.Array
}

// state tells whether the rows of steps before are part of the state before a step.
func (r *rows) state() bool { return r.ahead && r.first < 0 }

type checkpointer struct {
	graph       *ir.Graph
	program     *ir.Program
	ahead, back *ir.For // back may be nil
	steps       *ir.Node
	picked      map[*ir.Array]bool // those that get what is read at single places
	rows        map[*ir.Array]*rows
}

// outermost tells whether the loop stands in no other.
func (c *checkpointer) outermost(loop *ir.For) bool {
	return slices.Contains(c.program.Body, ir.Stmt(loop))
}

// repeatable tells whether the steps ahead can be computed again: none reads what it adds up over all steps.
func (c *checkpointer) repeatable() bool {
	u := usesIn(c.ahead.Body)
	ok := true
	eachStmt(c.ahead.Body, func(s ir.Stmt) {
		if a, is := s.(*ir.Assign); is && !slices.Contains(u.declared, a.Dst) && u.reads[a.Dst] > 0 {
			ok = false
		}
		if st, is := s.(*ir.Store); is && st.Op != ir.Set && u.arrays[st.Dst] && !c.stepwise(st.Dst) {
			ok = false
		}
	})
	return ok
}

// stepwise tells whether each step ahead begins anew with the array, or with a row of it.
func (c *checkpointer) stepwise(a *ir.Array) bool {
	found := c.rows[a] != nil || c.isRing(a)
	eachStmt(c.ahead.Body, func(s ir.Stmt) {
		f, ok := s.(*ir.Fill)
		found = found || ok && f.Dst == a
	})
	return found
}

// eachStmt visits statements at any depth.
func eachStmt(stmts []ir.Stmt, visit func(ir.Stmt)) {
	for _, s := range stmts {
		visit(s)
		for _, b := range ir.Blocks(s) {
			eachStmt(*b, visit)
		}
	}
}

// findRows finds the scratch arrays with a row for each step that only the sweeps use, at rows near the step. It reports false if the sweeps make others.
func (c *checkpointer) findRows() bool {
	for _, a := range c.program.Scratch {
		if d := slices.Index(a.Dims, c.steps); d >= 0 {
			c.rows[a] = &rows{dim: d}
		}
	}
	var walk func(stmts []ir.Stmt, in *ir.For)
	walk = func(stmts []ir.Stmt, in *ir.For) {
		for _, s := range stmts {
			switch s := s.(type) {
			case *ir.Store:
				c.use(s.Dst, s.Index, in, true)
			case *ir.Fill:
				c.filled(s, in)
			}
			ir.Exprs(s, func(e *ir.Expr) { c.reads(e, in) })
			for _, b := range ir.Blocks(s) {
				if s == ir.Stmt(c.ahead) || s == ir.Stmt(c.back) {
					walk(*b, s.(*ir.For))
				} else {
					walk(*b, in)
				}
			}
		}
	}
	walk(c.program.Body, nil)
	maps.DeleteFunc(c.rows, func(_ *ir.Array, r *rows) bool { return r.whole && !r.ahead && !r.back })
	return !slices.ContainsFunc(slices.Collect(maps.Values(c.rows)), func(r *rows) bool { return r.whole || r.ahead && r.back })
}

func (c *checkpointer) reads(e *ir.Expr, in *ir.For) {
	if e.Kind == ir.ExprArray {
		c.use(e.Array, e.Args, in, false)
	}
	for _, a := range e.Args {
		c.reads(a, in)
	}
}

// filled notes what the elements of an array are at first.
func (c *checkpointer) filled(f *ir.Fill, in *ir.For) {
	if r := c.rows[f.Dst]; r != nil {
		r.whole = r.whole || in != nil || r.fill != nil
		r.fill = f
	}
}

// use notes a use of an element.
func (c *checkpointer) use(a *ir.Array, index []*ir.Expr, in *ir.For, writes bool) {
	r := c.rows[a]
	if r == nil {
		return
	}
	shift, ok := 0, false
	if in != nil {
		shift, ok = shiftOf(index[r.dim], in.Var)
		r.ahead = r.ahead || ok && writes && in == c.ahead
		r.back = r.back || ok && writes && in == c.back
	}
	if c.ahead.Down {
		shift = -shift
	}
	r.whole = r.whole || !ok || shift > 0 || in == c.ahead && writes && shift != 0
	r.first, r.last = min(r.first, shift), max(r.last, shift)
}

// shiftOf is c where e is v + c.
func shiftOf(e *ir.Expr, v *ir.Local) (int, bool) {
	if e.Local == v {
		return 0, true
	}
	if e.Kind != ir.ExprPrim || len(e.Args) != 2 || e.Args[0].Local != v || e.Args[1].Kind != ir.ExprConst {
		return 0, false
	}
	switch e.Prim.Op {
	case ir.OpAdd:
		return int(e.Args[1].Value), true
	case ir.OpSub:
		return -int(e.Args[1].Value), true
	}
	return 0, false
}

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
