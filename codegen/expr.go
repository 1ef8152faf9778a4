package codegen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"sync"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// precedence of Go's operators; atoms stand above all.
const atom = 7

// code is a Go expression with the precedence of its outermost operator.
type code struct {
	*Statement
	prec int
}

// templates holds the parsed Prim.Go of each primitive, by its text.
var templates sync.Map

func template(p *ir.Prim) ast.Expr {
	if t, ok := templates.Load(p.Go); ok {
		return t.(ast.Expr)
	}
	t, err := parser.ParseExpr(strings.ReplaceAll(p.Go, "$", "operand"))
	if err != nil {
		panic(fmt.Sprintf("internal error: the Go form %q of %s does not parse: %v", p.Go, p.Name, err))
	}
	templates.Store(p.Go, t)
	return t
}

// expr prints e.
func (w *writer) expr(e *ir.Expr) code { return w.print(folded(e)) }

// print prints e, in which no operator has constants alone.
func (w *writer) print(e *ir.Expr) code {
	switch e.Kind {
	case ir.ExprConst:
		return w.constant(e)
	case ir.ExprSize:
		return code{Id(w.size(e.Name)), atom}
	case ir.ExprLocal:
		if lo := w.shifts[e.Local]; lo != nil {
			p := token.ADD.Precedence()
			return code{w.within(w.expr(lo), p).Op("+").Add(w.variable(e.Local)), p}
		}
		return code{w.variable(e.Local), atom}
	case ir.ExprInput:
		return w.element(w.input(e.Input), e)
	case ir.ExprArray:
		return w.element(w.array(e.Array), e)
	}
	if e.Prim.Op == ir.OpReal {
		return code{Id(w.float).Call(w.print(e.Args[0])), atom}
	}
	return w.expand(template(e.Prim), e)
}

// expand prints the Go form of a primitive.
func (w *writer) expand(t ast.Expr, e *ir.Expr) code {
	switch t := t.(type) {
	case *ast.Ident:
		if k, ok := strings.CutPrefix(t.Name, "operand"); ok {
			i, _ := strconv.Atoi(k)
			return w.print(e.Args[i])
		}
		return code{Id(t.Name), atom}
	case *ast.BasicLit:
		return code{Op(t.Value), atom}
	case *ast.ParenExpr:
		x := w.expand(t.X, e)
		if x.prec == atom {
			return x
		}
		return code{Parens(x), atom}
	case *ast.UnaryExpr:
		return code{Op(t.Op.String()).Add(w.within(w.expand(t.X, e), 7)), 6}
	case *ast.BinaryExpr:
		p := t.Op.Precedence()
		return code{w.within(w.expand(t.X, e), p).Op(t.Op.String()).Add(w.within(w.expand(t.Y, e), p+1)), p}
	case *ast.CallExpr:
		return w.call(t, e)
	}
	panic(fmt.Sprintf("internal error: the Go form of %s has a %T", e.Prim.Name, t))
}

// within adds the parentheses that x needs as an operand of an operator of precedence p.
func (w *writer) within(x code, p int) *Statement {
	if x.prec < p {
		return Parens(x)
	}
	return x.Statement
}

// call prints a call of a function of package math, of package runtime, or of Go's own.
func (w *writer) call(t *ast.CallExpr, e *ir.Expr) code {
	args := make([]Code, len(t.Args))
	wide := false // takes and gives float64
	if _, ok := t.Fun.(*ast.SelectorExpr); ok || e.Prim.Import != "" {
		wide = w.float == "float32"
	}
	for i, a := range t.Args {
		x := w.expand(a, e)
		args[i] = x
		if wide && !(isOperand(a) && e.Args[operandIndex(a)].Type == ir.Int) {
			args[i] = Id("float64").Call(x)
		}
	}
	c := w.callee(t, e.Prim).Call(args...)
	if wide {
		c = Id("float32").Call(c)
	}
	return code{c, atom}
}

// callee is the function that a Go form calls.
func (w *writer) callee(t *ast.CallExpr, p *ir.Prim) *Statement {
	switch fun := t.Fun.(type) {
	case *ast.SelectorExpr:
		return w.function(fun.X.(*ast.Ident).Name, fun.Sel.Name)
	case *ast.Ident:
		if p.Import != "" {
			return Qual(p.Import, fun.Name)
		}
		return Id(fun.Name)
	}
	panic("internal error: the Go form of " + p.Name + " calls no name")
}

func isOperand(a ast.Expr) bool {
	id, ok := a.(*ast.Ident)
	return ok && strings.HasPrefix(id.Name, "operand")
}

func operandIndex(a ast.Expr) int {
	i, _ := strconv.Atoi(strings.TrimPrefix(a.(*ast.Ident).Name, "operand"))
	return i
}

// function names a function of package math or of adgen's runtime.
func (w *writer) function(pkg, name string) *Statement {
	if pkg == "math" {
		return Qual("math", name)
	}
	if w.standalone != nil {
		return Id(w.standalone(name))
	}
	return Qual(runtimePath, name)
}

const runtimePath = "github.com/adgen-go/adgen/runtime"

// element prints an element of an array in row-major order, or the scalar itself.
func (w *writer) element(name string, e *ir.Expr) code {
	if len(e.Args) == 0 {
		return code{Id(name), atom}
	}
	if s := w.shown(e); s != nil {
		return code{s, atom}
	}
	return code{Id(name).Index(w.offset(dimsOf(e), e.Args)), atom}
}

func dimsOf(e *ir.Expr) []*ir.Node {
	if e.Kind == ir.ExprInput {
		return e.Input.Dims
	}
	return e.Array.Dims
}

// offset is the position of an element, ((i₀·n₁ + i₁)·n₂ + i₂)….
func (w *writer) offset(dims []*ir.Node, index []*ir.Expr) *Statement {
	first := 0
	for first < len(index)-1 && isZero(index[first]) {
		first++
	}
	sum := w.expr(index[first])
	for d := first + 1; d < len(dims); d++ {
		row := w.within(sum, token.MUL.Precedence()).Op("*").Add(w.extent(dims[d], token.MUL.Precedence()+1))
		if isZero(index[d]) {
			sum = code{row, token.MUL.Precedence()}
			continue
		}
		sum = code{row.Op("+").Add(w.within(w.expr(index[d]), token.ADD.Precedence())), token.ADD.Precedence()}
	}
	return sum.Statement
}

func isZero(e *ir.Expr) bool { return e.Kind == ir.ExprConst && e.Value == 0 }

// extent prints a closed Int node as an operand of an operator of precedence p.
func (w *writer) extent(n *ir.Node, p int) *Statement { return w.within(w.closed(n), p) }

// closed prints a closed Int node.
func (w *writer) closed(n *ir.Node) code {
	switch n.Kind {
	case ir.Const:
		return signed(strconv.Itoa(int(n.Value)), n.Value)
	case ir.Size:
		return code{Id(w.size(n.Name)), atom}
	case ir.Affine:
		return w.affine(n)
	}
	if n.Is(ir.OpSlots) {
		return code{w.function("adrt", "CheckpointSlots").Call(w.closed(n.Args[0])), atom}
	}
	op, p := "*", token.MUL.Precedence()
	if n.Is(ir.OpIntDiv) {
		op = "/"
	}
	return code{w.extent(n.Args[0], p).Op(op).Add(w.extent(n.Args[1], p+1)), p}
}

func (w *writer) affine(n *ir.Node) code {
	p := token.ADD.Precedence()
	var s *Statement
	add := func(k int, x *Statement) {
		switch {
		case s == nil && k < 0:
			s = Op("-").Add(x)
		case s == nil:
			s = x
		case k < 0:
			s.Op("-").Add(x)
		default:
			s.Op("+").Add(x)
		}
	}
	for i, a := range n.Args {
		k := n.Coef[i]
		x := w.extent(a, p+1)
		if k != 1 && k != -1 {
			x = Lit(max(k, -k)).Op("*").Add(x)
		}
		add(k, x)
	}
	if c := int(n.Value); c != 0 {
		add(c, Lit(max(c, -c)))
	}
	return code{s, p}
}
