package passes

import (
	"maps"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// spare lets a sweep over steps and the one back through them keep few of them, where the program has one of each: arrays with a
// row for each step get one for each of those that are at hand together, and the sweep back computes again what it needs of a step. A sweep
// alone just keeps the rows at hand. It reports false, and changes nothing, where the program is of another kind, or some array needs all its rows.
func (b *builder) spare() bool {
	c := &checkpointer{graph: b.g, program: b.program, picked: b.picked, rows: map[*ir.Array]*rows{}}
	for i, l := range b.sweeps {
		f := c.outermost(l)
		switch {
		case f == nil:
			return false
		case i == 0:
			c.ahead, c.steps = f, l.index.Extent
		case i == 1 && f.Down != c.ahead.Down && l.index.Extent == c.steps:
			c.back = f
		default:
			return false
		}
	}
	if c.ahead == nil || !c.findRows() || !c.repeatable() {
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

// outermost is the statement of the loop, nil if that stands in another one.
func (c *checkpointer) outermost(l *loop) *ir.For {
	for _, s := range c.program.Body {
		if f, ok := s.(*ir.For); ok && f.Var == l.local {
			return f
		}
	}
	return nil
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
