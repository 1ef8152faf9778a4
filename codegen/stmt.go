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
	rows       []row                        // slices and values that stand for elements in the loops around
	blocks     []stretch                    // slices that stand for stretches in the iterations around
	shifts     map[*ir.Local]*ir.Expr       // where loops begin whose variables count from 0
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
	case *ir.Sweep:
		return w.sweep(s)
	case *ir.Unwind:
		return w.unwind(s)
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
	if len(s.Else) == 0 {
		return c
	}
	other := w.block(s.Else)
	if _, ok := s.Else[0].(*ir.If); ok && len(other) == 1 {
		return c.Else().Add(other[0])
	}
	return c.Else().Block(other...)
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
