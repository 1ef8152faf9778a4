package codegen

import (
	"math"
	"strconv"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// constant prints a literal. A whole number needs no point: next to a variable it takes its type, and
// no operator ever has two literals.
func (w *writer) constant(e *ir.Expr) code {
	v := e.Value
	switch {
	case e.Type == ir.Int:
		return signed(strconv.Itoa(int(v)), v)
	case e.Type == ir.Bool:
		return code{Lit(v != 0), atom}
	}
	bits := 64
	if w.float == "float32" {
		bits, v = 32, float64(float32(v))
	}
	switch {
	case math.IsNaN(v):
		return code{w.convert(Qual("math", "NaN").Call()), atom}
	case math.IsInf(v, 0):
		return code{w.convert(Qual("math", "Inf").Call(Lit(int(math.Copysign(1, v))))), atom}
	case v == 0 && math.Signbit(v):
		return code{w.convert(Qual("math", "Copysign").Call(Lit(0), Op("-").Lit(1))), atom}
	}
	return signed(strconv.FormatFloat(v, 'g', -1, bits), v)
}

func signed(text string, v float64) code {
	if v < 0 {
		return code{Op(text), 6}
	}
	return code{Op(text), atom}
}

// convert makes what package math gives a value of the file's float type.
func (w *writer) convert(s *Statement) *Statement {
	if w.float == "float32" {
		return Id("float32").Call(s)
	}
	return s
}

// initial is a variable's first value, in a form that gives the variable its type. It is nil for the zero
// that variables have without.
func (w *writer) initial(e *ir.Expr) *Statement {
	v := w.print(e)
	x := e.Value
	switch {
	case e.Kind != ir.ExprConst || e.Type != ir.Real || math.IsInf(x, 0) || math.IsNaN(x):
		return v.Statement
	case x == 0 && !math.Signbit(x):
		return nil
	}
	return Id(w.float).Call(v)
}

// folded is e with its constant parts computed. Go computes those with other rules than variables: it
// divides literals as integers, knows no negative zero, and refuses what overflows.
func folded(e *ir.Expr) *ir.Expr {
	if e.Kind != ir.ExprPrim || len(e.Args) == 0 {
		return e
	}
	args := make([]*ir.Expr, len(e.Args))
	values := make([]float64, len(e.Args))
	constant, changed := true, false
	for i, a := range e.Args {
		args[i] = folded(a)
		values[i] = args[i].Value
		constant = constant && args[i].Kind == ir.ExprConst
		changed = changed || args[i] != a
	}
	switch {
	case constant && e.Prim.Eval != nil:
		return &ir.Expr{Kind: ir.ExprConst, Type: e.Type, Value: e.Prim.Eval(values)}
	case !changed:
		return e
	}
	c := *e
	c.Args = args
	return &c
}
