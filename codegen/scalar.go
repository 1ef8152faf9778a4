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
	}
}

func (e *emitter) writer(d Derived) *writer {
	w := &writer{float: e.float, names: newScope(), locals: map[*ir.Local]string{}, sizes: map[string]string{},
		inputs: map[*ir.Input]string{}, arrays: map[*ir.Array]string{}}
	if e.specials != nil {
		w.standalone = e.specials.use
	}
	return w
}

func (e *emitter) scalarFunc(f *ir.Func, d Derived) {
	w := e.writer(d)
	var params, results []Code
	for _, in := range d.Func.Inputs {
		n := w.names.name(unexported(in.Name))
		w.inputs[in] = n
		params = append(params, Id(n))
		if in.Type == ir.Int {
			params[len(params)-1] = Id(n).Int()
		} else {
			params[len(params)-1] = Id(n).Id(e.float)
		}
	}
	for i, a := range d.Program.Results {
		n := w.names.name(unexported(d.Func.Results[i].Name))
		w.arrays[a] = n
		results = append(results, Id(n).Id(e.float))
	}
	if len(results) == 1 {
		results = []Code{Id(e.float)}
	}
	body, tail := trailing(d.Program)
	var code []Code
	blocks := split(w, d, body, tail)
	if blocks != nil {
		code = blocks.emit(e, Exported(f.Name)+suffix(d.Kind))
	} else {
		if len(body) > 0 && len(results) == 1 && storesResult(body) {
			code = append(code, Var().Id(w.arrays[d.Program.Results[0]]).Id(e.float))
		}
		code = append(code, w.block(body)...)
		var values []Code
		for _, a := range d.Program.Results {
			if s, ok := tail[a]; ok {
				values = append(values, w.expr(s.Value))
			} else {
				values = append(values, Id(w.arrays[a]))
			}
		}
		code = append(code, Return(values...))
	}
	name := Exported(f.Name) + suffix(d.Kind)
	e.file.Comment(doc(scalarDoc(name, f, d)...))
	e.file.Func().Id(name).Params(params...).Params(results...).Block(code...)
	e.file.Line()
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

func storesResult(body []ir.Stmt) bool {
	for _, s := range body {
		if _, ok := s.(*ir.Store); ok {
			return true
		}
	}
	return false
}

// scalarDoc says what the function computes, with the definition and the operation count.
func scalarDoc(name string, f *ir.Func, d Derived) []string {
	var about string
	switch d.Kind {
	case Value:
		about = "is"
	case Grad:
		about = "is the value and the gradient of"
	case JVP:
		about = "is the value and the derivative along the tangent " + strings.Join(inputNames(d.Func.Inputs[len(f.Inputs):]), ", ") + " of"
	case VJP:
		about = "is the value and the gradient, times the cotangent, of"
	}
	lines := append([]string{fmt.Sprintf("%s %s", name, about)}, quoted(f.Text)...)
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
