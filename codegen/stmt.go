package codegen

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// writer prints the body of one Go function.
type writer struct {
	float      string // float64 or float32
	names      *scope
	locals     map[*ir.Local]string
	sizes      map[string]string // Go expressions of the sizes
	inputs     map[*ir.Input]string
	arrays     map[*ir.Array]string
	standalone func(function string) string // the local copy of a runtime function, or nil
	used       map[string]bool              // the names that occur, where that is asked
	slot       func(*ir.Local) *Statement   // where another part keeps the local, or nil
	rows       []row                        // slices that stand for rows in the loops around
}

// row is a slice of an array at fixed leading subscripts.
type row struct {
	name  string
	expr  *ir.Expr  // an element of the row
	index *ir.Local // the last subscript; nil if name is the element itself
}

// mark notes that a name occurs.
func (w *writer) mark(name string) string {
	if w.used != nil {
		w.used[name] = true
	}
	return name
}

func (w *writer) size(name string) string   { return w.mark(w.sizes[name]) }
func (w *writer) input(in *ir.Input) string { return w.mark(w.inputs[in]) }
func (w *writer) array(a *ir.Array) string  { return w.mark(w.arrays[a]) }

func (w *writer) local(l *ir.Local) string {
	n, ok := w.locals[l]
	if !ok {
		wish := ""
		if l.Name != "" {
			wish = unexported(l.Name)
		}
		n = w.names.name(wish)
		w.locals[l] = n
	}
	return n
}

// variable is a local as it is read or assigned.
func (w *writer) variable(l *ir.Local) *Statement {
	if w.slot != nil {
		if s := w.slot(l); s != nil {
			return s
		}
	}
	return Id(w.local(l))
}

// block prints statements.
func (w *writer) block(stmts []ir.Stmt) []Code {
	var list []Code
	for _, s := range stmts {
		list = append(list, w.stmt(s)...)
	}
	return list
}

func (w *writer) stmt(s ir.Stmt) []Code {
	switch s := s.(type) {
	case *ir.Assign:
		return []Code{w.assign(s)}
	case *ir.Store:
		return []Code{w.store(s)}
	case *ir.Fill:
		return []Code{w.fill(s)}
	case *ir.If:
		return []Code{w.branch(s)}
	case *ir.For:
		return w.loop(s)
	}
	panic("internal error: an unknown statement")
}

func (w *writer) goType(t ir.Type) string {
	return [...]string{ir.Real: w.float, ir.Int: "int", ir.Bool: "bool"}[t]
}

func (w *writer) assign(s *ir.Assign) Code {
	if s.Declare && s.Value == nil {
		return Var().Id(w.local(s.Dst)).Id(w.goType(s.Dst.Type))
	}
	value := folded(s.Value)
	if !s.Declare {
		return w.update(w.variable(s.Dst), s.Op, w.print(value))
	}
	v := w.initial(value)
	if v == nil {
		return Var().Id(w.local(s.Dst)).Id(w.goType(s.Dst.Type))
	}
	return Id(w.local(s.Dst)).Op(":=").Add(v)
}

// update prints dst op= v.
func (w *writer) update(dst *Statement, op ir.AssignOp, v code) Code {
	switch op {
	case ir.MaxTo:
		return dst.Clone().Op("=").Id("max").Call(dst, v)
	case ir.MinTo:
		return dst.Clone().Op("=").Id("min").Call(dst, v)
	}
	return dst.Op([...]string{ir.Set: "=", ir.AddTo: "+=", ir.SubTo: "-=", ir.MulTo: "*="}[op]).Add(v)
}

func (w *writer) store(s *ir.Store) Code {
	e := &ir.Expr{Kind: ir.ExprArray, Array: s.Dst, Args: s.Index}
	v := w.expr(s.Value)
	return w.update(w.element(w.array(s.Dst), e).Statement, s.Op, v)
}

func (w *writer) fill(s *ir.Fill) Code {
	if s.Value == 0 {
		return Id("clear").Call(Id(w.array(s.Dst)))
	}
	return For(Id("i").Op(":=").Range().Id(w.array(s.Dst))).Block(
		Id(w.array(s.Dst)).Index(Id("i")).Op("=").Add(w.constant(&ir.Expr{Value: s.Value})))
}

func (w *writer) branch(s *ir.If) Code {
	c := If(w.expr(s.Cond)).Block(w.block(s.Then)...)
	if len(s.Else) > 0 {
		c.Else().Block(w.block(s.Else)...)
	}
	return c
}

// loop prints a loop, and before it the slices of the rows that its accesses stay in.
func (w *writer) loop(s *ir.For) []Code {
	outer := len(w.rows)
	defer func() { w.rows = w.rows[:outer] }()
	var list []Code
	if innermost(s) && s.Lo.Kind == ir.ExprConst && s.Lo.Value == 0 && !readsLocals(s.Hi) {
		for _, e := range fixedReads(s) { // first, as they may be subscripts of rows
			list = append(list, w.hoistValue(e))
		}
		for _, e := range w.rowAccesses(s) {
			list = append(list, w.hoist(e, s))
		}
	}
	v := w.loopVar(s.Var)
	body := w.block(s.Body)
	used := slices.ContainsFunc(s.Body, func(b ir.Stmt) bool { return usesLocal(b, s.Var) })
	switch {
	case s.Lo.Kind == ir.ExprConst && s.Lo.Value == 0 && !used:
		return append(list, For(Range().Add(w.expr(s.Hi))).Block(body...))
	case s.Lo.Kind == ir.ExprConst && s.Lo.Value == 0:
		return append(list, For(Id(v).Op(":=").Range().Add(w.expr(s.Hi))).Block(body...))
	}
	return append(list, For(Id(v).Op(":=").Add(w.expr(s.Lo)), Id(v).Op("<").Add(w.expr(s.Hi)), Id(v).Op("++")).Block(body...))
}

// readsLocals tells whether the loop bound e depends on another loop, so that the loop may be empty, and what its body
// reads out of range.
func readsLocals(e *ir.Expr) bool {
	return e.Kind == ir.ExprLocal || slices.ContainsFunc(e.Args, readsLocals)
}

// loopVar names a loop variable. Loops that do not enclose each other may share a name.
func (w *writer) loopVar(l *ir.Local) string {
	if n, ok := w.locals[l]; ok {
		return n
	}
	n := l.Name
	if w.names.used[n] && !w.names.loops[n] {
		n = w.names.name(n)
	}
	w.names.used[n] = true
	w.names.loops[n] = true
	w.locals[l] = n
	return n
}

func innermost(s *ir.For) bool {
	return !slices.ContainsFunc(s.Body, func(b ir.Stmt) bool { _, ok := b.(*ir.For); return ok })
}

func usesLocal(s ir.Stmt, l *ir.Local) bool {
	used := false
	var look func(e *ir.Expr)
	look = func(e *ir.Expr) {
		used = used || e.Local == l
		for _, a := range e.Args {
			look(a)
		}
	}
	ir.Exprs(s, look)
	for _, b := range ir.Blocks(s) {
		used = used || slices.ContainsFunc(*b, func(s ir.Stmt) bool { return usesLocal(s, l) })
	}
	return used
}

// rowAccesses lists one access of each row of a matrix that the loop runs along: elements outside of branches whose
// last subscript is the loop variable, while the others stay the same.
func (w *writer) rowAccesses(s *ir.For) []*ir.Expr {
	var list []*ir.Expr
	fixed := fixedIn(s)
	var look func(e *ir.Expr)
	look = func(e *ir.Expr) {
		if n := len(e.Args); n > 1 && (e.Kind == ir.ExprInput || e.Kind == ir.ExprArray) && e.Args[n-1].Local == s.Var &&
			!slices.ContainsFunc(e.Args[:n-1], func(a *ir.Expr) bool { return !fixed(a) }) &&
			!slices.ContainsFunc(list, func(o *ir.Expr) bool { return sameExpr(o, e) }) {
			list = append(list, e)
		}
		for _, a := range e.Args {
			look(a)
		}
	}
	for _, b := range s.Body {
		if _, ok := b.(*ir.If); ok {
			continue
		}
		ir.Exprs(b, look)
		if st, ok := b.(*ir.Store); ok {
			look(&ir.Expr{Kind: ir.ExprArray, Array: st.Dst, Args: st.Index})
		}
	}
	return list
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
func fixedReads(s *ir.For) []*ir.Expr {
	fixed := fixedIn(s)
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
	var look func(e *ir.Expr)
	look = func(e *ir.Expr) {
		if len(e.Args) > 0 && (e.Kind == ir.ExprInput || e.Kind == ir.ExprArray && !stored[e.Array]) &&
			!slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return !fixed(a) }) {
			if !slices.ContainsFunc(list, func(o *ir.Expr) bool { return sameExpr(o, e) }) {
				list = append(list, e)
			}
			return
		}
		for _, a := range e.Args {
			look(a)
		}
	}
	for _, b := range s.Body {
		if _, branch := b.(*ir.If); !branch {
			ir.Exprs(b, look)
		}
	}
	return list
}

// hoistValue reads the element e before a loop.
func (w *writer) hoistValue(e *ir.Expr) Code {
	value := w.element(w.element0(e), e)
	n := w.names.name("")
	w.rows = append(w.rows, row{name: n, expr: e})
	return Id(n).Op(":=").Add(value)
}

// hoist slices the row of e before the loop s.
func (w *writer) hoist(e *ir.Expr, s *ir.For) Code {
	name := w.element0(e)
	dims := dimsOf(e)
	last := len(dims) - 1
	start := w.offset(dims, append(slices.Clone(e.Args[:last]), &ir.Expr{Kind: ir.ExprConst, Type: ir.Int}))
	n := w.names.name(name + "Row")
	w.rows = append(w.rows, row{n, e, s.Var})
	return Id(n).Op(":=").Id(name).Index(start, Empty()).Index(Empty(), w.closed(dims[last]))
}

func (w *writer) element0(e *ir.Expr) string {
	if e.Kind == ir.ExprInput {
		return w.input(e.Input)
	}
	return w.array(e.Array)
}

// rowOf finds the row slice that e is an element of.
func (w *writer) rowOf(e *ir.Expr) (name string, last *ir.Expr, ok bool) {
	for _, r := range w.rows {
		if sameExpr(r.expr, e) {
			if r.index == nil {
				return r.name, nil, true
			}
			return r.name, e.Args[len(e.Args)-1], true
		}
	}
	return "", nil, false
}

// sameExpr tells whether two expressions are the same.
func sameExpr(a, b *ir.Expr) bool {
	return a.Kind == b.Kind && a.Type == b.Type && a.Value == b.Value && a.Name == b.Name && a.Local == b.Local &&
		a.Input == b.Input && a.Array == b.Array && a.Prim == b.Prim && slices.EqualFunc(a.Args, b.Args, sameExpr)
}
