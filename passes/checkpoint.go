package passes

import (
	"maps"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// spare lets a sweep over steps and the one back through them keep few of them, where the program has one of each: arrays with a
// row for each step get one for each of those that are at hand together, and the sweep back computes again what it needs of a step. A sweep
// alone just keeps the rows at hand.
func (b *builder) spare() {
	p := b.program
	var ahead, back *ir.For
	for _, l := range b.sweeps {
		at := slices.IndexFunc(p.Body, func(s ir.Stmt) bool { f, ok := s.(*ir.For); return ok && f.Var == l.local })
		switch {
		case at < 0:
			return
		case l.down && back == nil:
			back = p.Body[at].(*ir.For)
		case !l.down && ahead == nil:
			ahead = p.Body[at].(*ir.For)
		default:
			return
		}
	}
	if b.f.Scalar() || ahead == nil {
		return
	}
	c := &checkpointer{graph: b.g, program: p, ahead: ahead, back: back, steps: b.sweeps[0].index.Extent, rows: map[*ir.Array]*rows{}}
	if !c.repeatable() {
		return
	}
	c.findRows()
	c.rewrite()
}

// rows is how an array with a row for each step is used: rows from first to last, relative to the step at which they are, and those that
// the sweep ahead reads of steps before.
type rows struct {
	first, last int
	before      int
	adds        bool // the sweep back adds to rows of steps before
	ring        *ir.Array
}

type checkpointer struct {
	graph       *ir.Graph
	program     *ir.Program
	ahead, back *ir.For
	steps       *ir.Node
	rows        map[*ir.Array]*rows
}

// repeatable tells whether the steps ahead can be computed again: none reads what it adds up over all steps.
func (c *checkpointer) repeatable() bool {
	u := usesIn(c.ahead.Body)
	ok := true
	eachStmt(c.ahead.Body, func(s ir.Stmt) {
		if a, is := s.(*ir.Assign); is && !slices.Contains(u.declared, a.Dst) && u.reads[a.Dst] > 0 {
			ok = false
		}
		if st, is := s.(*ir.Store); is && st.Op != ir.Set && u.arrays[st.Dst] && !c.cleared(st.Dst) {
			ok = false
		}
	})
	return ok
}

// cleared tells whether each step ahead clears the array.
func (c *checkpointer) cleared(a *ir.Array) bool {
	found := false
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

// findRows finds the scratch arrays with a row for each step that only the sweeps use, at rows near the step.
func (c *checkpointer) findRows() {
	for _, a := range c.program.Scratch {
		if len(a.Dims) > 0 && a.Dims[0] == c.steps {
			c.rows[a] = &rows{}
		}
	}
	var walk func(stmts []ir.Stmt, in *ir.For)
	walk = func(stmts []ir.Stmt, in *ir.For) {
		for _, s := range stmts {
			if st, ok := s.(*ir.Store); ok {
				c.use(st.Dst, st.Index, in, st.Op == ir.Set, st.Op != ir.Set)
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
}

func (c *checkpointer) reads(e *ir.Expr, in *ir.For) {
	if e.Kind == ir.ExprArray {
		c.use(e.Array, e.Args, in, false, false)
	}
	for _, a := range e.Args {
		c.reads(a, in)
	}
}

// use notes a use of an element, which leaves an array out that is used elsewhere or at other rows.
func (c *checkpointer) use(a *ir.Array, index []*ir.Expr, in *ir.For, sets, adds bool) {
	r := c.rows[a]
	if r == nil {
		return
	}
	shift, ok := 0, false
	if in != nil {
		shift, ok = shiftOf(index[0], in.Var)
	}
	if !ok || shift > 0 || in == c.ahead && (adds && !c.cleared(a) || sets && shift != 0) {
		delete(c.rows, a)
		return
	}
	r.first, r.last = min(r.first, shift), max(r.last, shift)
	if in == c.ahead {
		r.before = max(r.before, -shift)
	}
	r.adds = r.adds || adds && in == c.back
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
	g := c.program
	plan := &ir.Checkpoints{Steps: c.steps}
	width := c.graph.Int(0)
	ring := &copier{locals: map[*ir.Local]*ir.Local{}, rings: c.rows}
	for i, a := range g.Scratch {
		if r := c.rows[a]; r != nil {
			r.ring = &ir.Array{Name: a.Name, Type: a.Type, Dims: slices.Clone(a.Dims)}
			r.ring.Dims[0] = c.graph.Int(r.last - r.first + 1)
			g.Scratch[i] = r.ring
			if r.before > 0 {
				plan.Kept = append(plan.Kept, ir.Kept{Array: r.ring, Rows: r.before})
				for range r.before {
					width = c.graph.IntAdd(width, rowLength(c.graph, a))
				}
			}
		}
	}
	at, to := slices.Index(g.Body, ir.Stmt(c.ahead)), -1
	if c.back != nil {
		to = slices.Index(g.Body, ir.Stmt(c.back))
	}
	body := slices.Clone(g.Body)
	for i, s := range body {
		if i != at && i != to {
			body[i] = ring.block([]ir.Stmt{s})[0]
		}
	}
	first := ring.block(c.ahead.Body)
	if c.back == nil {
		body[at] = &ir.For{Var: c.ahead.Var, Lo: c.ahead.Lo, Hi: c.ahead.Hi, Body: first}
		g.Body = body
		return
	}
	back := append(ring.block(c.back.Body), c.wiped()...)
	again := &ir.Local{Name: c.ahead.Var.Name, Type: ir.Int}
	body[at] = &ir.Sweep{Plan: plan, Var: c.ahead.Var, Body: first}
	body[to] = &ir.Unwind{Plan: plan, AgainVar: again, Step: c.back.Var, Again: c.again(first, back, again), Back: back}
	slots := c.graph.Apply(ir.OpSlots, c.steps)
	plan.Table = &ir.Array{Name: "plan", Type: ir.Int, Dims: []*ir.Node{c.graph.IntAdd(slots, c.graph.Int(planHead))}}
	plan.Saved = &ir.Array{Name: "saved", Dims: []*ir.Node{slots, width}}
	g.Body, g.Scratch = body, append(g.Scratch, plan.Table)
	if len(plan.Kept) > 0 {
		g.Scratch = append(g.Scratch, plan.Saved)
	}
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

// again is what of a step ahead is computed again: without sums over all steps, and what only they need.
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
				if s.Op != ir.Set && !c.cleared(s.Dst) {
					continue
				}
			}
			for _, b := range ir.Blocks(s) {
				*b = drop(*b)
			}
			list = append(list, s)
		}
		return list
	}
	copied = drop(copied)
	for {
		u = usesIn(copied)
		u.unwanted = map[*ir.Array]bool{}
		needed := usesIn(append(slices.Clone(copied), back...)).arrays
		eachStmt(copied, func(s ir.Stmt) {
			switch s := s.(type) {
			case *ir.Store:
				u.unwanted[s.Dst] = !needed[s.Dst] || u.unwanted[s.Dst]
			case *ir.Fill:
				u.unwanted[s.Dst] = !needed[s.Dst] || u.unwanted[s.Dst]
			}
		})
		if !u.unread() && !slices.Contains(slices.Collect(maps.Values(u.unwanted)), true) {
			return copied
		}
		copied = u.drop(copied)
	}
}

// wiped sets the row of a step to 0, after the step is taken back, in arrays that are added to.
func (c *checkpointer) wiped() []ir.Stmt {
	var list []ir.Stmt
	for _, a := range c.program.Scratch {
		for _, r := range c.rows {
			if r.ring != a || !r.adds {
				continue
			}
			row := turned(&ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: c.back.Var}, a)
			index := []*ir.Expr{row}
			var vars []*ir.For
			for d := 1; d < len(a.Dims); d++ {
				f := &ir.For{Var: &ir.Local{Name: loopName(d), Type: ir.Int}, Lo: integer(0), Hi: closedExpr(a.Dims[d])}
				vars = append(vars, f)
				index = append(index, &ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: f.Var})
			}
			var s ir.Stmt = &ir.Store{Dst: a, Index: index, Value: &ir.Expr{Kind: ir.ExprConst, Type: ir.Real}}
			for _, f := range slices.Backward(vars) {
				f.Body = []ir.Stmt{s}
				s = f
			}
			list = append(list, s)
		}
	}
	return list
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
