package codegen

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// scalar emits the plain functions of an all-scalar function.
func (e *emitter) scalar(f Function) {
	for _, d := range f.Programs {
		e.scalarFunc(f.Func, d)
		if d.Sparse != nil {
			e.scalarPattern(f.Func, d)
		}
	}
}

func (e *emitter) writer(d Derived) *writer {
	w := &writer{float: e.float, names: newScope(), locals: map[*ir.Local]string{}, shifts: map[*ir.Local]*ir.Expr{}, sizes: map[string]string{},
		inputs: map[*ir.Input]string{}, arrays: map[*ir.Array]string{}}
	if e.specials != nil {
		w.standalone = e.specials.use
	}
	return w
}

func (e *emitter) scalarFunc(f *ir.Func, d Derived) {
	w := e.writer(d)
	var params, results []field
	for _, in := range d.Func.Inputs {
		n := w.names.name(unexported(in.Name))
		w.inputs[in] = n
		t := e.float
		if in.Type == ir.Int {
			t = "int"
		}
		params = append(params, field{n, t})
	}
	for _, a := range d.results() {
		n := w.names.name(unexported(a.Name))
		w.arrays[a] = n
		results = append(results, field{n, e.float})
	}
	var code []Code
	for _, a := range d.shared() {
		n := w.names.name(a.Name)
		w.arrays[a] = n
		params = append(params, field{n, "[]" + e.float})
		code = append(code, e.scalarCheck(f, d, n))
	}
	code = append(code, e.scalarScratch(w, d)...)
	body, tail := trailing(d.Program)
	if blocks := split(w, d, body, tail); blocks != nil {
		code = append(code, blocks.emit(e, Exported(f.Name)+d.suffix())...)
	} else {
		if len(results) == 1 && len(tail) == 0 { // with several they have names in the signature
			code = append(code, Var().Id(results[0].name).Id(e.float))
		}
		code = append(code, w.block(body)...)
	}
	code = append(code, Return(w.scalarValues(d, tail)...))
	name := Exported(f.Name) + d.suffix()
	e.file.Comment(doc(scalarDoc(name, f, d)...))
	e.file.Func().Id(name).Params(grouped(params)...).Params(named(results)...).Block(code...)
	e.file.Line()
}

// scalarScratch declares the arrays that the program needs while it runs. Their lengths are constants, so that small
// ones lie on the stack.
func (e *emitter) scalarScratch(w *writer, d Derived) []Code {
	var code []Code
	for _, a := range d.Program.Scratch {
		wish := a.Name
		if wish == "" {
			wish = "row"
		}
		n := w.names.name(unexported(wish))
		w.arrays[a] = n
		code = append(code, Id(n).Op(":=").Make(Index().Id(e.elementType(a.Type)), w.product(a.Dims)))
	}
	return code
}

// scalarValues is what the function returns: what the program stores last, or the variables that it has stored before.
func (w *writer) scalarValues(d Derived, tail map[*ir.Array]*ir.Store) []Code {
	var values []Code
	for _, a := range d.results() {
		if s, ok := tail[a]; ok {
			values = append(values, w.expr(s.Value))
		} else {
			values = append(values, Id(w.arrays[a]))
		}
	}
	return values
}

// field is a parameter or result of a function.
type field struct{ name, typ string }

// grouped writes fields with their types, neighbours of one type together: x, y float64.
func grouped(fields []field) []Code {
	var list []Code
	for i := 0; i < len(fields); {
		var names []Code
		t := fields[i].typ
		for ; i < len(fields) && fields[i].typ == t; i++ {
			names = append(names, Id(fields[i].name))
		}
		list = append(list, List(names...).Id(t))
	}
	return list
}

// named leaves the name of a single result away.
func named(fields []field) []Code {
	if len(fields) == 1 {
		return []Code{Id(fields[0].typ)}
	}
	return grouped(fields)
}

// trailing splits off the stores of scalar results at the end of the program, which become the return
// statement.
func trailing(p *ir.Program) (body []ir.Stmt, tail map[*ir.Array]*ir.Store) {
	tail = map[*ir.Array]*ir.Store{}
	n := len(p.Body)
	for n > 0 {
		s, ok := p.Body[n-1].(*ir.Store)
		if !ok || len(s.Dst.Dims) > 0 || s.Op != ir.Set {
			break
		}
		tail[s.Dst] = s
		n--
	}
	return p.Body[:n], tail
}

// scalarDoc says what the function computes, with the definition and the operation count.
func scalarDoc(name string, f *ir.Func, d Derived) []string {
	by := d.clause()
	extra := strings.Join(inputNames(d.Func.Inputs[len(f.Inputs):]), ", ")
	stored := " that may be other than 0, in the order of " + Exported(f.Name) + d.pattern() + ", of"
	about := map[Kind]string{
		SparseJacobian:     "is the values, and overwrites values with the derivatives" + by + stored,
		SparseHessian:      "is the value and the gradient" + by + ", and overwrites values with the second derivatives" + stored,
		SparseUpperHessian: "is the value and the gradient" + by + ", and overwrites values with the second derivatives on and above the diagonal" + stored,

		Value:       "is",
		Grad:        "is the value and the gradient" + by + " of",
		JVP:         "is the value and the derivative along the tangent " + extra + " of",
		VJP:         "is the value and the gradient" + by + ", times the cotangent, of",
		Hessian:     "is the value, the gradient" + by + ", and the Hessian, its upper triangle row by row, of",
		HVP:         "is the value, the gradient" + by + ", and the product of the Hessian and " + extra + " of",
		Jacobian:    "is the values and the derivatives" + by + ", the Jacobian row by row, of",
		GaussNewton: "is the values r, and for their Jacobian J" + by + " Jᵀr and JᵀJ, its upper triangle row by row, of",
	}[d.Kind]
	lines := append([]string{fmt.Sprintf("%s %s", name, about)}, quoted(f.Text)...)
	if d.flat != "" {
		lines = append(lines, "", upperFirst(d.flat)+".")
	}
	if d.Ops != "" {
		lines = append(lines, "", d.Ops)
	}
	return lines
}

func inputNames(list []*ir.Input) []string {
	var names []string
	for _, in := range list {
		names = append(names, unexported(in.Name))
	}
	return names
}
