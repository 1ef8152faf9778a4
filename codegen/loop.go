package codegen

import (
	"go/token"
	"slices"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// row stands for elements that a loop reads or writes: for those along which it runs a slice of them, of as many elements as the loop has
// iterations, so that the Go compiler need not check each subscript nor compute it anew; for one that it reads each time its value.
type row struct {
	name string
	expr *ir.Expr  // an element
	over *ir.Local // the variable of the loop; nil if name is the element itself
}

// loop prints a loop, and before it what stands for the elements that it touches. A loop that does not begin at 0 counts from there within its rows.
func (w *writer) loop(s *ir.For) []Code {
	outer := len(w.rows)
	defer func() { w.rows = w.rows[:outer] }()
	fixed := fixedIn(s)
	reads, runs := fixedReads(s, fixed), runsAlong(s, fixed)
	if s.Step > 1 {
		runs = nil
	}
	if len(reads)+len(runs) == 0 {
		return []Code{w.forLoop(s, w.expr(s.Hi))}
	}
	count, hi := w.expr(minus(s.Hi, s.Lo)), w.expr(s.Hi)
	guarded := mayBeEmpty(s)
	guard := ""
	if guarded {
		guard = w.names.name("")
		count = code{Id(guard), atom}
		if isZero(s.Lo) {
			hi = count
		}
	}
	var list []Code
	for _, e := range reads { // first, as they may be subscripts of rows
		list = append(list, w.hoistValue(e))
	}
	for _, r := range runs {
		list = append(list, w.hoistRow(r, s, count))
	}
	if len(runs) > 0 && !isZero(s.Lo) {
		w.shifts[s.Var] = s.Lo
		defer delete(w.shifts, s.Var)
		list = append(list, w.forLoop(&ir.For{Var: s.Var, Lo: whole(0), Down: s.Down, Body: s.Body}, count))
	} else {
		list = append(list, w.forLoop(s, hi))
	}
	if guarded {
		return []Code{If(Id(guard).Op(":=").Add(w.expr(minus(s.Hi, s.Lo))), Id(guard).Op(">").Lit(0)).Block(list...)}
	}
	return list
}

// forLoop prints the loop itself.
func (w *writer) forLoop(s *ir.For, hi code) Code {
	v := w.loopVar(s.Var)
	outer := len(w.blocks)
	defer func() { w.blocks = w.blocks[:outer] }()
	body := append(w.sliceStretches(s), w.block(s.Body)...)
	used := slices.ContainsFunc(s.Body, func(b ir.Stmt) bool { return usesLocal(b, s.Var) })
	switch {
	case s.Step > 1:
		last := w.expr(&ir.Expr{Kind: ir.ExprPrim, Type: ir.Int, Prim: ir.PrimOf(ir.OpAdd), Args: []*ir.Expr{{Kind: ir.ExprLocal, Type: ir.Int, Local: s.Var}, whole(s.Step)}})
		return For(Id(v).Op(":=").Add(w.expr(s.Lo)), last.Op("<=").Add(hi), Id(v).Op("+=").Lit(s.Step)).Block(body...)
	case s.Down:
		return For(Id(v).Op(":=").Add(w.within(hi, token.ADD.Precedence())).Op("-").Lit(1), Id(v).Op(">=").Add(w.expr(s.Lo)), Id(v).Op("--")).Block(body...)
	case isZero(s.Lo) && !used:
		return For(Range().Add(hi)).Block(body...)
	case isZero(s.Lo):
		return For(Id(v).Op(":=").Range().Add(hi)).Block(body...)
	}
	return For(Id(v).Op(":=").Add(w.expr(s.Lo)), Id(v).Op("<").Add(hi), Id(v).Op("++")).Block(body...)
}

// mayBeEmpty tells whether the loop may have no iteration, in which case what it touches may lie outside of arrays.
func mayBeEmpty(s *ir.For) bool {
	return !isZero(s.Lo) || s.Hi.Kind != ir.ExprSize && !(s.Hi.Kind == ir.ExprConst && s.Hi.Value > 0)
}

func whole(v int) *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Type: ir.Int, Value: float64(v)} }

// plus and minus are the sum and the difference of whole numbers.
func plus(x, y *ir.Expr) *ir.Expr {
	switch {
	case isZero(x):
		return y
	case isZero(y):
		return x
	}
	return &ir.Expr{Kind: ir.ExprPrim, Type: ir.Int, Prim: ir.PrimOf(ir.OpAdd), Args: []*ir.Expr{x, y}}
}

func minus(x, y *ir.Expr) *ir.Expr {
	if isZero(y) {
		return x
	}
	return &ir.Expr{Kind: ir.ExprPrim, Type: ir.Int, Prim: ir.PrimOf(ir.OpSub), Args: []*ir.Expr{x, y}}
}

// run is an access along whose last dimension a loop runs with stride 1, from rest on.
type run struct {
	access *ir.Expr
	rest   *ir.Expr
}

// runsAlong lists one access of each row that the loop runs along, of those outside of branches and inner loops.
func runsAlong(s *ir.For, fixed func(*ir.Expr) bool) []run {
	var list []run
	eachDirect(s, func(e *ir.Expr) bool {
		n := len(e.Args)
		if n == 0 || e.Kind != ir.ExprInput && e.Kind != ir.ExprArray || slices.ContainsFunc(e.Args[:n-1], func(a *ir.Expr) bool { return !fixed(a) }) {
			return true
		}
		rest, ok := besides(e.Args[n-1], s.Var, fixed)
		plain := ok && n == 1 && isZero(rest) && isZero(s.Lo) // is a row as it is
		if ok && !plain && !slices.ContainsFunc(list, func(r run) bool { return r.access.Same(e) }) {
			list = append(list, run{e, rest})
		}
		return true
	})
	return list
}

// eachDirect calls visit for the expressions in the statements of the loop's body outside of branches and inner loops, and for the elements that those
// store. It goes into the operands where visit says so.
func eachDirect(s *ir.For, visit func(*ir.Expr) bool) {
	var look func(e *ir.Expr)
	look = func(e *ir.Expr) {
		if visit(e) {
			for _, a := range e.Args {
				look(a)
			}
		}
	}
	for _, b := range s.Body {
		switch b := b.(type) {
		case *ir.Store:
			ir.Exprs(b, look)
			look(&ir.Expr{Kind: ir.ExprArray, Array: b.Dst, Args: b.Index})
		case *ir.Assign:
			ir.Exprs(b, look)
		}
	}
}

// besides writes the subscript e as v + rest, where rest is fixed.
func besides(e *ir.Expr, v *ir.Local, fixed func(*ir.Expr) bool) (rest *ir.Expr, ok bool) {
	if e.Local == v {
		return whole(0), true
	}
	if e.Kind != ir.ExprPrim || len(e.Args) != 2 {
		return nil, false
	}
	x, y := e.Args[0], e.Args[1]
	switch e.Prim.Op {
	case ir.OpAdd:
		if rest, ok := besides(x, v, fixed); ok && fixed(y) {
			return plus(rest, y), true
		}
		if rest, ok := besides(y, v, fixed); ok && fixed(x) {
			return plus(x, rest), true
		}
	case ir.OpSub:
		if rest, ok := besides(x, v, fixed); ok && fixed(y) {
			return minus(rest, y), true
		}
	}
	return nil, false
}

// fixedIn tells which subscripts stay the same while the loop runs: those that mention nothing that it
// assigns.
func fixedIn(s *ir.For) func(*ir.Expr) bool {
	assigned := map[*ir.Local]bool{s.Var: true}
	var scan func([]ir.Stmt)
	scan = func(stmts []ir.Stmt) {
		for _, b := range stmts {
			if a, ok := b.(*ir.Assign); ok {
				assigned[a.Dst] = true
			}
			for _, inner := range ir.Blocks(b) {
				scan(*inner)
			}
		}
	}
	scan(s.Body)
	var fixed func(e *ir.Expr) bool
	fixed = func(e *ir.Expr) bool {
		return !assigned[e.Local] && e.Kind != ir.ExprArray && !slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return !fixed(a) })
	}
	return fixed
}

// fixedReads lists the array elements that the loop reads each time, outside of branches, and that it does not change. The Go
// compiler cannot take them out of the loop, as it does not know that the arrays are apart.
func fixedReads(s *ir.For, fixed func(*ir.Expr) bool) []*ir.Expr {
	stored := map[*ir.Array]bool{}
	var scan func([]ir.Stmt)
	scan = func(stmts []ir.Stmt) {
		for _, b := range stmts {
			switch b := b.(type) {
			case *ir.Store:
				stored[b.Dst] = true
			case *ir.Fill:
				stored[b.Dst] = true
			}
			for _, inner := range ir.Blocks(b) {
				scan(*inner)
			}
		}
	}
	scan(s.Body)
	var list []*ir.Expr
	eachDirect(s, func(e *ir.Expr) bool {
		if len(e.Args) == 0 || e.Kind != ir.ExprInput && (e.Kind != ir.ExprArray || stored[e.Array]) ||
			slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return !fixed(a) }) {
			return true
		}
		if !slices.ContainsFunc(list, func(o *ir.Expr) bool { return o.Same(e) }) {
			list = append(list, e)
		}
		return false
	})
	return list
}

// hoistValue reads the element e before a loop.
func (w *writer) hoistValue(e *ir.Expr) Code {
	value := w.element(w.element0(e), e)
	n := w.names.name("")
	w.rows = append(w.rows, row{name: n, expr: e})
	return Id(n).Op(":=").Add(value)
}

// hoistRow slices the row of r, of count elements, before the loop s.
func (w *writer) hoistRow(r run, s *ir.For, count code) Code {
	name := w.element0(r.access)
	last := len(r.access.Args) - 1
	start := w.offset(dimsOf(r.access), append(slices.Clone(r.access.Args[:last]), plus(s.Lo, r.rest)))
	n := w.names.name(name + "Row")
	w.rows = append(w.rows, row{n, r.access, s.Var})
	return Id(n).Op(":=").Id(name).Index(start, Empty()).Index(Empty(), count)
}

func (w *writer) element0(e *ir.Expr) string {
	if e.Kind == ir.ExprInput {
		return w.input(e.Input)
	}
	return w.array(e.Array)
}

// shown is what stands for the element e, if anything does.
func (w *writer) shown(e *ir.Expr) *Statement {
	for _, r := range slices.Backward(w.rows) {
		if !r.expr.Same(e) {
			continue
		}
		if r.over == nil {
			return Id(r.name)
		}
		return Id(r.name).Index(Id(w.loopVar(r.over)))
	}
	return w.inStretch(e)
}
