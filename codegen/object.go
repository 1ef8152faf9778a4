package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// object emits the type of a function with arrays.
type object struct {
	*emitter
	f       Function
	name    string            // of the type
	sizes   map[string]string // field names of the sizes
	data    map[*ir.Input]string
	params  map[*ir.Input]string // field names of the parameter views
	results []string             // field names of the result views
	scratch map[*ir.Array]string
}

func (e *emitter) object(f Function) {
	o := &object{emitter: e, f: f, name: Exported(f.Func.Name), sizes: map[string]string{}, data: map[*ir.Input]string{},
		params: map[*ir.Input]string{}, scratch: map[*ir.Array]string{}}
	exported := newScope()
	for _, s := range f.Func.Sizes {
		o.sizes[s] = exported.name(Exported(s))
	}
	private := newScope(methodNames...)
	for _, in := range f.Func.Data() {
		o.data[in] = private.name(unexported(in.Name))
	}
	views := newScope()
	for _, in := range f.Func.Params() {
		o.params[in] = views.name(Exported(in.Name))
	}
	outs := newScope()
	for _, r := range f.Func.Results {
		o.results = append(o.results, outs.name(Exported(r.Name)))
	}
	o.nameScratch(private)
	o.typeDecl()
	o.sizesDecl()
	o.constructor()
	if len(f.Func.Data()) > 0 {
		o.bind()
	}
	o.paramsDecl()
	if !o.scalarResult() {
		o.outDecl()
	}
	for _, d := range f.Programs {
		o.method(d)
	}
}

// methodNames are what else the type has: no field for data may have these names.
var methodNames = []string{"sizes", "bound", "check", "Bind", "Params", "NumParams", "Value", "Grad", "JVP", "VJP"}

// scalarResult tells whether the function has one scalar as its result.
func (o *object) scalarResult() bool {
	return len(o.f.Func.Results) == 1 && len(o.f.Func.Results[0].Index) == 0
}

// nameScratch gives every scratch array a field. Programs run one at a time, so that those of the same
// shape could share; each keeps its own, which reads better.
func (o *object) nameScratch(private *scope) {
	for _, d := range o.f.Programs {
		for i, a := range d.Program.Scratch {
			wish := fmt.Sprintf("%s%d", strings.ToLower(string(d.Kind)), i)
			if a.Name != "" {
				wish = unexported(a.Name) + string(d.Kind)
			}
			o.scratch[a] = private.name(wish)
		}
	}
}

func (o *object) typeDecl() {
	f := o.f.Func
	lines := append([]string{fmt.Sprintf("%s evaluates", o.name)}, quoted(f.Text)...)
	lines = append(lines, "", "Its methods allocate nothing. An object serves one goroutine at a time.")
	fields := []Code{Id("sizes").Id(o.name + "Sizes")}
	for _, in := range f.Data() {
		fields = append(fields, Id(o.data[in]).Add(o.goType(in)))
	}
	if len(f.Data()) > 0 {
		fields = append(fields, Id("bound").Bool())
	}
	for _, d := range o.f.Programs {
		for _, a := range d.Program.Scratch {
			fields = append(fields, Id(o.scratch[a]).Index().Id(o.elementType(a.Type)))
		}
	}
	o.file.Comment(doc(lines...))
	o.file.Type().Id(o.name).Struct(fields...)
	o.file.Line()
}

// goType is the Go type of an input: a slice or a scalar.
func (e *emitter) goType(in *ir.Input) *Statement {
	t := Id(e.float)
	if in.Type == ir.Int {
		t = Int()
	}
	if len(in.Dims) > 0 {
		return Index().Add(t)
	}
	return t
}

func (o *object) sizesDecl() {
	var fields []Code
	for _, s := range o.f.Func.Sizes {
		fields = append(fields, Id(o.sizes[s]).Int())
	}
	o.file.Comment(doc(fmt.Sprintf("%sSizes are the sizes %s of %s, each at least 1.", o.name, strings.Join(o.f.Func.Sizes, ", "), o.name)))
	o.file.Type().Id(o.name + "Sizes").Struct(fields...)
	o.file.Line()
}

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
	if d.Kind == ir.Affine && (d.Value < 0 || slices.Min(d.Coef) < 0) {
		return Id("max").Call(w.closed(d), Lit(0))
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
	code = append(code, o.limits(w)...)
	for _, c := range o.f.Func.Checks {
		if c.Data == nil {
			code = append(code, If(w.closed(c.Value).Op("<").Lit(c.AtLeast)).Block(
				Return(Nil(), Qual("errors", "New").Call(Lit(o.f.Func.Name+": "+c.Message)))))
		}
	}
	fields := Dict{Id("sizes"): Id("s")}
	code = append(code, Id("f").Op(":=").Op("&").Id(o.name).Values(fields))
	code = append(code, o.allocate(w)...)
	code = append(code, Return(Id("f"), Nil()))
	o.file.Comment(doc(fmt.Sprintf("New%s makes a %s for the given sizes, with all the memory that its methods need.", o.name, o.name)))
	o.file.Func().Id("New"+o.name).Params(Id("s").Id(o.name+"Sizes")).Params(Op("*").Id(o.name), Error()).Block(code...)
	o.file.Line()
}

// maxBits bounds the number of elements of an array of an emitted object, as a power of two.
const maxBits = 40

// limits refuses sizes whose arrays no memory holds, before anything multiplies them.
func (o *object) limits(w *writer) []Code {
	if len(o.f.Func.Sizes) == 0 {
		return nil
	}
	var names []Code
	for _, s := range o.f.Func.Sizes {
		names = append(names, Id("s").Dot(o.sizes[s]))
	}
	deepest := 1
	see := func(n int) { deepest = max(deepest, n) }
	for _, in := range o.f.Func.Inputs {
		see(degree(in.Dims))
	}
	for _, d := range o.f.Programs {
		for _, a := range d.Program.Scratch {
			see(degree(a.Dims))
		}
	}
	if deepest == 1 {
		return nil
	}
	limit := 1 << (maxBits / deepest)
	return []Code{For(List(Id("_"), Id("n")).Op(":=").Range().Index().Int().Values(names...)).Block(
		If(Id("n").Op(">").Lit(limit)).Block(
			Return(Nil(), Qual("fmt", "Errorf").Call(Lit(o.f.Func.Name+": a size of %d is too large, the most is %d"), Id("n"), Lit(limit)))))}
}

// degree is how many sizes the number of elements of an array multiplies at most.
func degree(dims []*ir.Node) int {
	d := 0
	for _, n := range dims {
		deepest := 1
		for _, a := range append([]*ir.Node{n}, n.Args...) {
			factors := 1
			for a.Is(ir.OpIntMul) {
				factors++
				a = a.Args[0]
			}
			deepest = max(deepest, factors)
		}
		d += deepest
	}
	return d
}

// elementType is the Go type of a value.
func (e *emitter) elementType(t ir.Type) string {
	return [...]string{ir.Real: e.float, ir.Int: "int", ir.Bool: "bool"}[t]
}

// allocate makes one slice for all real scratch and cuts it up.
func (o *object) allocate(w *writer) []Code {
	var code, cuts []Code
	total := (*Statement)(nil)
	for _, d := range o.f.Programs {
		for _, a := range d.Program.Scratch {
			field := Id("f").Dot(o.scratch[a])
			if a.Type != ir.Real {
				code = append(code, field.Op("=").Make(Index().Id(o.elementType(a.Type)), w.product(a.Dims)))
				continue
			}
			if total == nil {
				total = w.product(a.Dims)
			} else {
				total.Op("+").Add(w.product(a.Dims))
			}
			cuts = append(cuts, List(field, Id("scratch")).Op("=").List(Id("scratch").Index(Empty(), w.product(a.Dims)), Id("scratch").Index(w.product(a.Dims), Empty())))
		}
	}
	if total == nil {
		return code
	}
	if len(cuts) == 1 {
		for _, d := range o.f.Programs {
			for _, a := range d.Program.Scratch {
				if a.Type == ir.Real {
					return append(code, Id("f").Dot(o.scratch[a]).Op("=").Make(Index().Id(o.float), total))
				}
			}
		}
	}
	code = append(code, Id("scratch").Op(":=").Make(Index().Id(o.float), total))
	// The last cut leaves nothing over.
	last := o.lastScratch()
	cuts[len(cuts)-1] = Id("f").Dot(o.scratch[last]).Op("=").Id("scratch")
	return append(code, cuts...)
}

func (o *object) lastScratch() *ir.Array {
	var last *ir.Array
	for _, d := range o.f.Programs {
		for _, a := range d.Program.Scratch {
			if a.Type == ir.Real {
				last = a
			}
		}
	}
	return last
}

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

// shape prints an input with its dimensions, X[n,p].
func shape(in *ir.Input) string {
	if len(in.Dims) == 0 {
		return in.Name
	}
	dims := make([]string, len(in.Dims))
	for i, d := range in.Dims {
		dims[i] = d.Text()
	}
	return in.Name + "[" + strings.Join(dims, ",") + "]"
}

// paramsDecl emits the views of a flat parameter vector.
func (o *object) paramsDecl() {
	f := o.f.Func
	w := o.sizeWriter("s")
	var fields, code []Code
	var shapes []string
	total := Lit(0)
	for i, in := range f.Params() {
		shapes = append(shapes, shape(in))
		fields = append(fields, Id(o.params[in]).Add(o.viewType(in.Dims)))
		if i == 0 {
			total = w.product(in.Dims)
		} else {
			total.Op("+").Add(w.product(in.Dims))
		}
		code = append(code, o.cut("v", o.params[in], in.Dims, w)...)
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
		// What is left after the last view is empty.
		body = append(body, Id("_").Op("=").Id("theta"), Return(Id("v")))
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

// cut takes a view off the front of theta.
func (o *object) cut(v, field string, dims []*ir.Node, w *writer) []Code {
	if len(dims) == 0 {
		return []Code{List(Id(v).Dot(field), Id("theta")).Op("=").List(Op("&").Id("theta").Index(Lit(0)), Id("theta").Index(Lit(1), Empty()))}
	}
	n := w.product(dims)
	return []Code{List(Id(v).Dot(field), Id("theta")).Op("=").List(Id("theta").Index(Empty(), n.Clone(), n.Clone()), Id("theta").Index(n, Empty()))}
}

// checkDecl emits the check of lengths that all methods begin with.
func (o *object) checkDecl() {
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("check").Params(Id("what").String(), List(Id("got"), Id("want")).Int()).Block(
		If(Id("got").Op("!=").Id("want")).Block(
			Panic(Qual("fmt", "Sprintf").Call(Lit(o.f.Func.Name+": %s has %d elements, want %d"), Id("what"), Id("got"), Id("want")))))
	o.file.Line()
}

// outDecl emits the struct that array results are written to.
func (o *object) outDecl() {
	var fields []Code
	var shapes []string
	for i, r := range o.f.Func.Results {
		dims := extents(r.Index)
		fields = append(fields, Id(o.results[i]).Add(o.viewType(dims)))
		shapes = append(shapes, shape(&ir.Input{Name: r.Name, Dims: dims}))
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
