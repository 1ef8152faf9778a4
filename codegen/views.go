package codegen

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// paramsDecl emits the views of a flat parameter vector.
func (o *object) paramsDecl() {
	f := o.f.Func
	w := o.sizeWriter("s")
	var fields, code []Code
	var shapes []string
	total := Lit(0)
	for i, in := range f.Params() {
		shapes = append(shapes, in.Shape())
		fields = append(fields, Id(o.params[in]).Add(o.viewType(in.Dims)))
		if i == 0 {
			total = w.product(in.Dims)
		} else {
			total.Op("+").Add(w.product(in.Dims))
		}
		code = append(code, o.cut(o.params[in], in.Dims, w, i == len(f.Params())-1))
	}
	view := o.name + "Params"
	o.file.Comment(doc(fmt.Sprintf("%s are views into one parameter vector, or gradient: %s, one behind the other, row by row.", view, strings.Join(shapes, ", "))))
	o.file.Type().Id(view).Struct(fields...)
	o.file.Line()
	o.file.Comment(doc("NumParams is the length of a parameter vector."))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("NumParams").Params().Int().Block(o.withSizes(len(w.used) > 0, Return(total))...)
	o.file.Line()
	o.file.Comment(doc("Params gives the views into theta, which must have NumParams elements."))
	body := append([]Code{Id("f").Dot("check").Call(Lit("theta"), Len(Id("theta")), Id("f").Dot("NumParams").Call())}, o.withSizes(len(w.used) > 0)...)
	body = append(body, Var().Id("v").Id(view))
	body = append(body, code...)
	if len(f.Params()) == 0 {
		body = []Code{Return(Id(view).Values())}
	} else {
		body = append(body, Return(Id("v")))
	}
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("Params").Params(Id("theta").Index().Id(o.float)).Id(view).Block(body...)
	o.file.Line()
	o.checkDecl()
}

// withSizes puts the local s for the sizes in front of code, where there are any.
func (o *object) withSizes(need bool, code ...Code) []Code {
	if !need {
		return code
	}
	return append([]Code{Id("s").Op(":=").Id("f").Dot("sizes")}, code...)
}

func (o *object) viewType(dims []*ir.Node) *Statement {
	if len(dims) == 0 {
		return Op("*").Id(o.float)
	}
	return Index().Id(o.float)
}

// cut takes a view off the front of theta; the last one leaves nothing.
func (o *object) cut(field string, dims []*ir.Node, w *writer, last bool) Code {
	view, rest := Op("&").Id("theta").Index(Lit(0)), Id("theta").Index(Lit(1), Empty())
	if len(dims) > 0 {
		n := w.product(dims)
		view, rest = Id("theta").Index(Empty(), n, n.Clone()), Id("theta").Index(n.Clone(), Empty())
	}
	if last {
		return Id("v").Dot(field).Op("=").Add(view)
	}
	return List(Id("v").Dot(field), Id("theta")).Op("=").List(view, rest)
}

// outDecl emits the struct that array results are written to.
func (o *object) outDecl() {
	var fields []Code
	var shapes []string
	for i, r := range o.f.Func.Results {
		dims := extents(r.Index)
		fields = append(fields, Id(o.results[i]).Add(o.viewType(dims)))
		shapes = append(shapes, (&ir.Input{Name: r.Name, Dims: dims}).Shape())
	}
	o.file.Comment(doc(fmt.Sprintf("%sOut is where results are written: %s, row by row. Pointers and slices that are not given are not allowed.", o.name, strings.Join(shapes, ", "))))
	o.file.Type().Id(o.name + "Out").Struct(fields...)
	o.file.Line()
}

func extents(index []*ir.Node) []*ir.Node {
	var dims []*ir.Node
	for _, i := range index {
		dims = append(dims, i.Extent)
	}
	return dims
}

// checkDecl emits the check of lengths that all methods begin with.
func (o *object) checkDecl() {
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("check").Params(Id("what").String(), List(Id("got"), Id("want")).Int()).Block(
		If(Id("got").Op("!=").Id("want")).Block(
			Panic(Qual("fmt", "Sprintf").Call(Lit(o.f.Func.Name+": %s has %d elements, want %d"), Id("what"), Id("got"), Id("want")))))
	o.file.Line()
}
