package parser

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// maxPrimitives bounds the primitives that the files of one function declare.
const maxPrimitives = 1000

// goMath is the functions of package math of one and of two numbers, which the evaluator calls itself.
var (
	goMath1 = map[string]func(float64) float64{
		"Abs": math.Abs, "Acos": math.Acos, "Acosh": math.Acosh, "Asin": math.Asin, "Asinh": math.Asinh, "Atan": math.Atan, "Atanh": math.Atanh,
		"Cbrt": math.Cbrt, "Ceil": math.Ceil, "Cos": math.Cos, "Cosh": math.Cosh, "Erf": math.Erf, "Erfc": math.Erfc, "Erfcinv": math.Erfcinv,
		"Erfinv": math.Erfinv, "Exp": math.Exp, "Exp2": math.Exp2, "Expm1": math.Expm1, "Floor": math.Floor, "Gamma": math.Gamma, "J0": math.J0,
		"J1": math.J1, "Log": math.Log, "Log10": math.Log10, "Log1p": math.Log1p, "Log2": math.Log2, "Logb": math.Logb, "Round": math.Round,
		"RoundToEven": math.RoundToEven, "Sin": math.Sin, "Sinh": math.Sinh, "Sqrt": math.Sqrt, "Tan": math.Tan, "Tanh": math.Tanh, "Trunc": math.Trunc,
		"Y0": math.Y0, "Y1": math.Y1,
	}
	goMath2 = map[string]func(x, y float64) float64{
		"Atan2": math.Atan2, "Copysign": math.Copysign, "Dim": math.Dim, "Hypot": math.Hypot, "Max": math.Max, "Min": math.Min, "Mod": math.Mod,
		"Nextafter": math.Nextafter, "Pow": math.Pow, "Remainder": math.Remainder,
	}
)

// declare makes a row of the table of a primitive. Its derivatives follow when all names are known.
func (e *elaborator) declare(q *Primitive) {
	own, replaces := ir.Lookup(q.Name)
	switch {
	case builtin(q.Name) && (!replaces || own.Op == ir.OpMin || own.Op == ir.OpMax || own.Op == ir.OpStopGradient):
		e.report(&Diagnostic{At: q.NameAt, Message: fmt.Sprintf("%s is a function of the language and cannot be replaced", q.Name), Help: "give the primitive another name"})
	case len(e.rows) == maxPrimitives:
		e.report(&Diagnostic{At: q.NameAt, Message: fmt.Sprintf("there are more than %d primitives", maxPrimitives)})
	}
	eval, err := evaluation(q)
	if err != "" {
		e.report(&Diagnostic{At: q.Func.At, Message: err})
	}
	at := len(e.rows)
	row := ir.Prim{Name: q.Name, Arity: len(q.Params), Public: true, Import: q.Import, ImportAt: q.ImportAt.Place(), FuncAt: q.Func.At.Place(), Eval: eval,
		Cost:  func([]ir.Operand) ir.Ops { return ir.Ops{Call: q.Cost} },
		Go:    q.Func.Text + "(" + operandList(len(q.Params)) + ")",
		LaTeX: `\operatorname{` + strings.ReplaceAll(q.Name, "_", `\_`) + `}(` + operandList(len(q.Params)) + ")",
		Doc:   fmt.Sprintf("%s of Go's package %s.", q.Func.Text, q.Import)}
	for k, p := range q.Params {
		row.Args = append(row.Args, ir.Argument{Name: p.Name, Partial: q.Partials[k].Where().Place()})
		row.Partials = append(row.Partials, func(g *ir.Graph, x []*ir.Node, r *ir.Node) *ir.Node {
			t := e.templates[at][k]
			return g.Instance(t.Results[0].Value, t.Inputs, x)
		})
	}
	row.Written = func(k int) *ir.Func { return e.templates[at][k] }
	e.prims[q.Name] = ir.FirstOwn + ir.Op(at)
	e.rows = append(e.rows, row)
}

// operandList is $0, $1, ….
func operandList(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(i)
	}
	return strings.Join(list, ", ")
}

// evaluation is how the evaluator computes the primitive: it calls functions of package math; nil for those of other packages, which
// only compiled code can call.
func evaluation(q *Primitive) (eval func(x []float64) float64, err string) {
	if q.Import != "math" {
		return nil, ""
	}
	one, two := goMath1[q.Func.Text], goMath2[q.Func.Text]
	switch {
	case one != nil && len(q.Params) == 1:
		return func(x []float64) float64 { return one(x[0]) }, ""
	case two != nil && len(q.Params) == 2:
		return func(x []float64) float64 { return two(x[0], x[1]) }, ""
	case one != nil || two != nil:
		takes := 1
		if two != nil {
			takes = 2
		}
		return nil, fmt.Sprintf("%s of the Go package math is %s, and a primitive of %s wants %s", q.Func.Text, ir.GoSignature(takes), ir.Counted(len(q.Params), "number", "numbers"), ir.GoSignature(len(q.Params)))
	}
	return nil, fmt.Sprintf("the Go package math has no function %s of type %s", q.Func.Text, ir.GoSignature(len(q.Params)))
}

// partials elaborates the derivatives of the primitives.
func (e *elaborator) partials() {
	for _, part := range e.files() {
		for _, q := range part.Prims {
			var list []*ir.Func
			for _, x := range q.Partials {
				list = append(list, e.partial(q, x))
			}
			e.templates = append(e.templates, list)
		}
	}
}

// partial elaborates a derivative of the primitive q, as a function of its arguments.
func (e *elaborator) partial(q *Primitive, x Expr) *ir.Func {
	g := ir.NewGraph(e.rows...)
	t := &ir.Func{Name: q.Name, Graph: g, At: x.Where().Place()}
	b := &builder{elaborator: e, g: g, memo: newMemo(), f: t}
	s := &scope{fn: &Func{Name: q.Name}, values: map[string]value{}, where: map[string]Span{}, sizes: map[string]*ir.Node{}}
	b.catch(func() {
		for _, p := range q.Params {
			in := &ir.Input{Name: p.Name, Param: true}
			t.Inputs = append(t.Inputs, in)
			s.values[p.Name] = value{node: g.Access(in)}
			s.where[p.Name] = p.At
		}
		v := b.real(x.Where(), b.expr(s, x))
		if v.rank() > 0 {
			b.fail(x.Where(), "a derivative of %s is a number, this is %s", q.Name, shape(v.dims()))
		}
		t.Results = []ir.Result{{Value: v.node}}
	})
	b.proveAll()
	return t
}

// primitive elaborates a call of a primitive that a file declares, element by element.
func (b *builder) primitive(s *scope, op ir.Op, x *Call) value {
	p := b.g.Prim(op)
	b.arity(x, p.Arity, p.Arity)
	args := make([]value, len(x.Args))
	for i, a := range x.Args {
		args[i] = b.real(a.Where(), b.expr(s, a))
	}
	return b.mapped(spans(x), op, args...)
}
