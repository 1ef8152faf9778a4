package codegen

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// sizeWriter prints expressions of the sizes, which are fields of what, and notes whether there are any.
func (o *object) sizeWriter(what string) *writer {
	w := o.writer(Derived{})
	w.used = map[string]bool{}
	for s, field := range o.sizes {
		w.sizes[s] = what + "." + field
	}
	return w
}

// product is the number of elements of an array.
func (w *writer) product(dims []*ir.Node) *Statement {
	if len(dims) == 0 {
		return Lit(1)
	}
	if len(dims) == 1 {
		return w.length(dims[0], 0)
	}
	s := w.length(dims[0], 5)
	for _, d := range dims[1:] {
		s.Op("*").Add(w.length(d, 6))
	}
	return s
}

// length is an extent, which for an intermediate such as x[i+2] over small x may come out negative: then there is none.
func (w *writer) length(d *ir.Node, p int) *Statement {
	for _, n := range ir.Reachable(d) {
		if n.Kind == ir.Affine && (n.Value < 0 || slices.Min(n.Coef) < 0) {
			return Id("max").Call(w.closed(d), Lit(0))
		}
	}
	return w.extent(d, p)
}

// constructor checks the sizes and allocates the scratch.
func (o *object) constructor() {
	w := o.sizeWriter("s")
	var code []Code
	for _, s := range o.f.Func.Sizes {
		code = append(code, If(Id("s").Dot(o.sizes[s]).Op("<").Lit(1)).Block(
			Return(Nil(), Qual("fmt", "Errorf").Call(Lit(o.f.Func.Name+": size "+s+" is %d, want at least 1"), Id("s").Dot(o.sizes[s])))))
	}
	code = append(code, o.limits()...)
	for _, c := range o.f.Func.Checks {
		if c.Data == nil {
			code = append(code, If(o.tooSmall(w, c)).Block(
				Return(Nil(), Qual("errors", "New").Call(Lit(o.f.Func.Name+": "+c.Message)))))
		}
	}
	fields := Dict{Id("sizes"): Id("s")}
	code = append(code, Id("f").Op(":=").Op("&").Id(o.name).Values(fields))
	code = append(code, o.allocate(w)...)
	code = append(code, o.fixPatterns(false)...)
	code = append(code, Return(Id("f"), Nil()))
	o.file.Comment(doc(fmt.Sprintf("New%s makes a %s for the given sizes, with all the memory that its methods need.", o.name, o.name)))
	o.file.Func().Id("New"+o.name).Params(Id("s").Id(o.name+"Sizes")).Params(Op("*").Id(o.name), Error()).Block(code...)
	o.file.Line()
}

// maxElements bounds the elements of all arrays, so that nothing overflows that multiplies sizes: what no memory holds, or
// what no int counts.
func maxElements() *Statement {
	return Id("min").Call(Lit(1).Op("<<").Lit(40), Qual("math", "MaxInt").Op("/").Lit(8))
}

// floatWriter prints expressions of the sizes as floating-point numbers, which do not overflow.
func (o *object) floatWriter() *writer {
	w := o.writer(Derived{})
	w.used = map[string]bool{}
	for _, s := range o.f.Func.Sizes {
		w.sizes[s] = "float64(s." + o.sizes[s] + ")"
	}
	return w
}

// tooSmall is the condition that c does not hold. What multiplies sizes and is so far below 0 that it overflows is too small also.
func (o *object) tooSmall(w *writer, c ir.Check) *Statement {
	cond := w.closed(c.Value).Op("<").Lit(c.AtLeast)
	if p, _ := ir.ExtentPoly(c.Value); p.Degree() > 1 {
		cond.Op("||").Add(o.floatWriter().closed(c.Value)).Op("<").Lit(-1).Op("<<").Lit(60)
	}
	return cond
}

// limits refuses sizes whose arrays no memory holds, before anything multiplies them as integers.
func (o *object) limits() []Code {
	w := o.floatWriter()
	var total *Statement
	add := func(dims []*ir.Node) {
		switch {
		case len(dims) == 0:
		case total == nil:
			total = w.product(dims)
		default:
			total.Op("+").Add(w.product(dims))
		}
	}
	for _, in := range o.f.Func.Inputs {
		add(in.Dims)
	}
	for _, r := range o.f.Func.Results {
		add(extents(r.Index))
	}
	for _, a := range o.allScratch() {
		if !slices.ContainsFunc(a.Dims, func(n *ir.Node) bool { return slices.ContainsFunc(ir.Reachable(n), isSlots) }) { // which are few
			add(a.Dims)
		}
	}
	for _, d := range o.f.Programs {
		if d.Sparse != nil {
			add([]*ir.Node{d.Sparse.Slots})
		}
	}
	if len(w.used) == 0 {
		return nil
	}
	return []Code{If(Id("total").Op(":=").Add(total), Id("total").Op(">").Add(maxElements())).Block(
		Return(Nil(), Qual("fmt", "Errorf").Call(Lit(o.f.Func.Name+": these sizes need arrays of %.3g elements, more than memory holds"), Id("total"))))}
}

func isSlots(n *ir.Node) bool { return n.Is(ir.OpSlots) }

// allScratch lists the scratch arrays of all programs.
func (o *object) allScratch() []*ir.Array {
	var list []*ir.Array
	for _, d := range o.f.Programs {
		list = append(list, o.scratchOf(d)...)
	}
	return list
}

// allocate makes one slice for all real scratch and cuts it up.
func (o *object) allocate(w *writer) []Code {
	var code []Code
	var reals []*ir.Array
	for _, a := range o.allScratch() {
		if a.Type == ir.Real {
			reals = append(reals, a)
			continue
		}
		code = append(code, Id("f").Dot(o.scratch[a]).Op("=").Make(Index().Id(o.elementType(a.Type)), w.product(a.Dims)))
	}
	switch len(reals) {
	case 0:
		return code
	case 1:
		return append(code, Id("f").Dot(o.scratch[reals[0]]).Op("=").Make(Index().Id(o.float), w.product(reals[0].Dims)))
	}
	total := w.product(reals[0].Dims)
	for _, a := range reals[1:] {
		total.Op("+").Add(w.product(a.Dims))
	}
	code = append(code, Id("scratch").Op(":=").Make(Index().Id(o.float), total))
	for i, a := range reals {
		field, n := Id("f").Dot(o.scratch[a]), w.product(a.Dims)
		if i == len(reals)-1 { // nothing is left over
			code = append(code, field.Op("=").Id("scratch"))
			break
		}
		code = append(code, List(field, Id("scratch")).Op("=").List(Id("scratch").Index(Empty(), n), Id("scratch").Index(n.Clone(), Empty())))
	}
	return code
}
