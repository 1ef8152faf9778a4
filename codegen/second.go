package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// firstBlock is the result of a Hessian's program from which on blocks of second derivatives stand, behind the value and the gradient.
func (d Derived) firstBlock() int { return 1 + len(d.Func.Params()) }

// scratch lists the arrays that the program needs beside its arguments and results: its own, and, where there are several parameters, the
// blocks of second derivatives before they stand in their matrix.
func (d Derived) scratch() []*ir.Array {
	if d.Kind != Hessian || d.params() == 1 {
		return d.Program.Scratch
	}
	blocks := slices.Clone(d.Program.Results[d.firstBlock():])
	blocks = slices.DeleteFunc(blocks, func(a *ir.Array) bool { return len(a.Dims) == 0 })
	return append(d.Program.Scratch[:len(d.Program.Scratch):len(d.Program.Scratch)], blocks...)
}

func (d Derived) params() int { return len(d.Func.Params()) }

// inGrad tells whether result i is part of a gradient.
func (m *method) inGrad(i int) bool {
	k := i - len(m.f.Func.Results)
	switch m.d.Kind {
	case Grad, VJP, HVP, Hessian:
		return 0 <= k && k < len(m.f.Func.Params())
	}
	return false
}

// block is the number of the block of second derivatives that result i is, negative if it is none.
func (m *method) block(i int) int {
	if m.d.Kind != Hessian {
		return -1
	}
	return max(i-m.d.firstBlock(), -1)
}

// spread emits that result i, a block of second derivatives, is written to its place in the matrix.
func (m *method) spread(i int, number *Statement) Code {
	params := m.f.Func.Params()
	p, q := 0, m.block(i)
	for ; q >= len(params)-p; p++ {
		q -= len(params) - p
	}
	q += p
	w := m.sizeWriter("f.sizes")
	offset := func(to int) *Statement {
		if to == 0 {
			return Lit(0)
		}
		s := w.product(params[0].Dims)
		for _, in := range params[1:to] {
			s.Op("+").Add(w.product(in.Dims))
		}
		return s
	}
	var block Code = Index().Id(m.float).Values(number)
	if len(m.d.Program.Results[i].Dims) > 0 {
		block = m.target(i, len(m.f.Func.Results))
	}
	return Id("f").Dot("spread").Call(Id("hess"), block, offset(p), offset(q), w.product(params[q].Dims))
}

// spreadDecl emits the method that writes blocks of second derivatives.
func (o *object) spreadDecl() {
	vector := Index().Id(o.float)
	o.file.Comment(doc("spread writes a block of second derivatives, rows of so many columns, to hess at a row and a column, and its mirror image to the other", "side of the diagonal."))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("spread").Params(List(Id("hess"), Id("block")).Add(vector), List(Id("row"), Id("column"), Id("columns")).Int()).Block(
		Id("n").Op(":=").Id("f").Dot("NumParams").Call(),
		For(Empty(), Len(Id("block")).Op(">").Lit(0), Id("row").Op("++")).Block(
			For(List(Id("j"), Id("v")).Op(":=").Range().Id("block").Index(Empty(), Id("columns"))).Block(
				Id("hess").Index(Id("row").Op("*").Id("n").Op("+").Id("column").Op("+").Id("j")).Op("=").Id("v"),
				Id("hess").Index(Parens(Id("column").Op("+").Id("j")).Op("*").Id("n").Op("+").Id("row")).Op("=").Id("v"),
			),
			Id("block").Op("=").Id("block").Index(Id("columns"), Empty()),
		))
	o.file.Line()
}

// derivatives is the field for the k-th array of derivatives of a Jacobian.
func (o *object) derivatives(k int) string {
	names := newScope()
	params := o.f.Func.Params()
	for i := range k {
		names.name(o.derivative(i/len(params), params[i%len(params)]))
	}
	return names.name(o.derivative(k/len(params), params[k%len(params)]))
}

func (o *object) derivative(result int, p *ir.Input) string {
	return "D" + unexportedFirst(o.results[result]) + "D" + unexportedFirst(o.params[p])
}

// derivativesDecl emits the struct that a Jacobian is written to.
func (o *object) derivativesDecl(d Derived) {
	var fields []Code
	var shapes []string
	for k, r := range d.Func.Results[len(o.f.Func.Results):] {
		dims := extents(r.Index)
		fields = append(fields, Id(o.derivatives(k)).Add(o.viewType(dims)))
		shapes = append(shapes, shape(&ir.Input{Name: o.derivatives(k), Dims: dims}))
	}
	o.file.Comment(doc(fmt.Sprintf("%sDerivatives is where a Jacobian is written: %s, row by row.", o.name, strings.Join(shapes, ", ")),
		"Pointers and slices that are not given are not allowed."))
	o.file.Type().Id(o.name + "Derivatives").Struct(fields...)
	o.file.Line()
}
