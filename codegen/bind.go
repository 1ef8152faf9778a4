package codegen

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// bind emits Bind, which checks and keeps the data.
func (o *object) bind() {
	f := o.f.Func
	names := newScope("f", "s", "i", "v")
	w := o.sizeWriter("s")
	var params, code, keep []Code
	code = append(code, Id("s").Op(":=").Id("f").Dot("sizes"))
	var shapes []string
	for _, in := range f.Data() {
		n := names.name(unexported(in.Name))
		params = append(params, Id(n).Add(o.goType(in)))
		keep = append(keep, Id("f").Dot(o.data[in]).Op("=").Id(n))
		if len(in.Dims) > 0 {
			shapes = append(shapes, shape(in))
			code = append(code, If(Len(Id(n)).Op("!=").Add(w.product(in.Dims))).Block(
				Return(Qual("fmt", "Errorf").Call(Lit(fmt.Sprintf("%s: %s has %%d elements, want %%d for %s", f.Name, in.Name, shape(in))), Len(Id(n)), w.product(in.Dims)))))
		}
		for _, c := range f.Checks {
			if c.Data == in {
				code = append(code, o.checkRange(w, n, in, c))
			}
		}
	}
	if len(w.used) == 0 {
		code = code[1:]
	}
	code = append(code, keep...)
	code = append(code, Id("f").Dot("bound").Op("=").True(), Return(Nil()))
	about := fmt.Sprintf("Bind gives the data, which are kept and not copied: %s.", strings.Join(shapes, ", "))
	if len(shapes) == 0 {
		about = "Bind gives the data."
	}
	o.file.Comment(doc(about, "It refuses what does not fit the sizes, and integers that point outside of an array."))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("Bind").Params(params...).Error().Block(code...)
	o.file.Line()
}

// checkRange checks that integers lie in the range of what they index.
func (o *object) checkRange(w *writer, name string, in *ir.Input, c ir.Check) Code {
	bad := func(v *Statement) *Statement {
		return If(v.Clone().Op("<").Lit(c.AtLeast).Op("||").Add(v.Clone()).Op(">=").Add(w.extent(c.Below, 4)))
	}
	want := fmt.Sprintf("%d ≤ %s < %%d", c.AtLeast, in.Name)
	if len(in.Dims) == 0 {
		return bad(Id(name)).Block(Return(Qual("fmt", "Errorf").Call(
			Lit(fmt.Sprintf("%s: %s is %%d, want %s", o.f.Func.Name, in.Name, want)), Id(name), w.closed(c.Below))))
	}
	return For(List(Id("i"), Id("v")).Op(":=").Range().Id(name)).Block(bad(Id("v")).Block(Return(Qual("fmt", "Errorf").Call(
		Lit(fmt.Sprintf("%s: %s[%%d] is %%d, want %s", o.f.Func.Name, in.Name, want)), Id("i"), Id("v"), w.closed(c.Below)))))
}
