package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// blocks lists the results that are blocks of a symmetric matrix, of which the program computes what stands on and above the diagonal: they
// follow the results of the function and the gradient. Those that are 0 are left out.
func (d Derived) blocks(f *ir.Func) []int {
	var list []int
	for i := len(f.Results) + len(d.independents()); i < len(d.Func.Results); i++ {
		if (d.Kind == Hessian || d.Kind == GaussNewton) && !d.left(i) {
			list = append(list, i)
		}
	}
	return list
}

// scratchOf lists the arrays that the program needs beside its arguments and results: its own, and the blocks of a matrix of several before they
// stand in it.
func (o *object) scratchOf(d Derived) []*ir.Array {
	list := slices.Clone(d.Program.Scratch)
	for _, i := range d.blocks(o.f.Func) {
		if a := d.Program.Results[i]; len(d.independents()) > 1 && len(a.Dims) > 0 {
			list = append(list, a)
		}
	}
	return list
}

// place is the row and the column of blocks in which result i stands.
func (m *method) place(i int) (p, q int) {
	n := len(m.d.independents())
	q = i - len(m.f.Func.Results) - n
	for ; q >= n-p; p++ {
		q -= n - p
	}
	return p, q + p
}

// block is where result i, a block of a matrix, is written by the program.
func (m *method) block(i int) *Statement {
	by := m.d.independents()
	a := m.d.Program.Results[i]
	switch {
	case len(a.Dims) > 0 && len(by) == 1:
		return Id("hess")
	case len(a.Dims) > 0:
		return Id("f").Dot(m.scratch[a])
	}
	p, q := m.place(i)
	if q == 0 {
		return Id("hess").Index(Lit(0))
	}
	column := m.lengthOf(by[:q])
	if p == 0 {
		return Id("hess").Index(column)
	}
	return Id("hess").Index(m.factor(by[:p]).Op("*").Add(m.side()).Op("+").Add(column))
}

// matrix emits that the blocks are written to their places in the matrix, and their mirror images below the diagonal.
func (m *method) matrix() {
	by := m.d.independents()
	blocks := m.d.blocks(m.f.Func)
	if len(blocks) == 0 || len(by) == 1 && len(by[0].Dims) == 0 {
		return
	}
	for _, i := range blocks {
		if a := m.d.Program.Results[i]; len(by) > 1 && len(a.Dims) > 0 {
			p, q := m.place(i)
			m.epilogue = append(m.epilogue, Id("f").Dot("spread").Call(Id("hess"), Id("f").Dot(m.scratch[a]), m.count(), m.lengthOf(by[:p]), m.lengthOf(by[:q]), m.lengthOf(by[q:q+1])))
		}
	}
	m.epilogue = append(m.epilogue, Id("f").Dot("mirror").Call(Id("hess"), m.count()))
}

// matrixDecls emits the methods that put a symmetric matrix together.
func (o *object) matrixDecls() {
	vector := Index().Id(o.float)
	spreads, mirrors := false, false
	for _, d := range o.f.Programs {
		for _, i := range d.blocks(o.f.Func) {
			array, several := len(d.Program.Results[i].Dims) > 0, len(d.independents()) > 1
			spreads = spreads || array && several
			mirrors = mirrors || array || several
		}
	}
	if spreads {
		o.file.Comment(doc("spread writes a block, rows of so many columns, to the n by n matrix hess at a row and a column."))
		o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("spread").Params(List(Id("hess"), Id("block")).Add(vector), List(Id("n"), Id("row"), Id("column"), Id("columns")).Int()).Block(
			For(Id("i").Op(":=").Range().Len(Id("block")).Op("/").Id("columns")).Block(
				Copy(Id("hess").Index(Parens(Id("row").Op("+").Id("i")).Op("*").Id("n").Op("+").Id("column"), Empty()), Id("block").Index(Id("i").Op("*").Id("columns"), Parens(Id("i").Op("+").Lit(1)).Op("*").Id("columns"))),
			))
		o.file.Line()
	}
	if mirrors {
		o.file.Comment(doc("mirror writes what stands above the diagonal of the n by n matrix hess also below it."))
		o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("mirror").Params(Id("hess").Add(vector), Id("n").Int()).Block(
			For(Id("i").Op(":=").Range().Id("n")).Block(
				For(Id("j").Op(":=").Range().Id("i")).Block(
					Id("hess").Index(Id("i").Op("*").Id("n").Op("+").Id("j")).Op("=").Id("hess").Index(Id("j").Op("*").Id("n").Op("+").Id("i")))))
		o.file.Line()
	}
}

// derivatives is the field for the k-th array of derivatives of the Jacobian d.
func (o *object) derivatives(d Derived, k int) string {
	names := newScope()
	by := d.independents()
	for i := range k {
		names.name(o.derivative(i/len(by), by[i%len(by)]))
	}
	return names.name(o.derivative(k/len(by), by[k%len(by)]))
}

func (o *object) derivative(result int, in *ir.Input) string {
	name := Exported(in.Name)
	if field, ok := o.params[in]; ok {
		name = field
	}
	return "D" + unexportedFirst(o.results[result]) + "D" + unexportedFirst(name)
}

// derivativesDecl emits the struct that a Jacobian is written to.
func (o *object) derivativesDecl(d Derived) {
	var fields []Code
	var shapes []string
	for k, r := range d.Func.Results[len(o.f.Func.Results):] {
		dims := extents(r.Index)
		fields = append(fields, Id(o.derivatives(d, k)).Add(o.viewType(dims)))
		shapes = append(shapes, (&ir.Input{Name: o.derivatives(d, k), Dims: dims}).Shape())
	}
	name := o.name + d.derivativesType()
	o.file.Comment(doc(fmt.Sprintf("%s is where a Jacobian is written: %s, row by row.", name, strings.Join(shapes, ", ")),
		"Pointers and slices that are not given are not allowed."))
	o.file.Type().Id(name).Struct(fields...)
	o.file.Line()
}
