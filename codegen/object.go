package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
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
	tables  map[*passes.Sparse]string // the fields for patterns that are kept
	entries map[*passes.Sparse]string // the methods that list rows and columns
}

// newObject names the fields of the type.
func (e *emitter) newObject(f Function) *object {
	o := &object{emitter: e, f: f, name: Exported(f.Func.Name), sizes: map[string]string{}, data: map[*ir.Input]string{},
		params: map[*ir.Input]string{}, scratch: map[*ir.Array]string{}, tables: map[*passes.Sparse]string{}, entries: map[*passes.Sparse]string{}}
	exported := newScope()
	for _, s := range f.Func.Sizes {
		o.sizes[s] = exported.name(Exported(s))
	}
	private := newScope(methodNames...)
	for _, in := range f.Func.Data() {
		o.data[in] = private.name(unexportedFirst(unexported(in.Name)))
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
	o.namePatterns(private)
	return o
}

func (e *emitter) object(f Function) {
	o := e.newObject(f)
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
		if d.Kind == Jacobian {
			o.derivativesDecl(d)
		}
		o.method(d)
		if d.Sparse != nil {
			o.patternDecls(d)
		}
	}
	o.matrixDecls()
}

// methodNames are what else the type has: no field for data may have these names.
var methodNames = []string{"sizes", "bound", "check", "Bind", "Params", "NumParams", "Value", "Grad", "JVP", "VJP", "Jacobian", "Hessian", "HVP", "GaussNewton", "SparseJacobian", "SparseHessian", "SparseUpperHessian", "spread", "mirror"}

// scalarResult tells whether the function has one scalar as its result.
func (o *object) scalarResult() bool { return o.f.Func.IsNumber() }

// nameScratch gives every scratch array a field. Programs run one at a time, so that those of the same
// shape could share; each keeps its own, which reads better.
func (o *object) nameScratch(private *scope) {
	for _, d := range o.f.Programs {
		for i, a := range o.scratchOf(d) {
			wish := fmt.Sprintf("%s%d", strings.ToLower(d.name()), i)
			if a.Name != "" {
				wish = unexported(a.Name) + d.name()
			}
			o.scratch[a] = private.name(wish)
		}
	}
}

func (o *object) typeDecl() {
	f := o.f.Func
	lines := append([]string{fmt.Sprintf("%s evaluates", o.name)}, quoted(f.Text)...)
	but := ""
	if slices.ContainsFunc(o.f.Programs, func(d Derived) bool { return d.Sparse != nil }) {
		but = ", but for those that make the pattern of a sparse matrix"
	}
	lines = append(lines, "", "Its methods allocate nothing"+but+". An object serves one goroutine at a time.")
	fields := []Code{Id("sizes").Id(o.name + "Sizes")}
	for _, in := range f.Data() {
		fields = append(fields, Id(o.data[in]).Add(o.goType(in)))
	}
	if len(f.Data()) > 0 {
		fields = append(fields, Id("bound").Bool())
	}
	for _, d := range o.f.Programs {
		for _, a := range o.scratchOf(d) {
			fields = append(fields, Id(o.scratch[a]).Index().Id(o.elementType(a.Type)))
		}
		if table, ok := o.tables[d.Sparse]; ok {
			fields = append(fields, Id(table).Struct(List(Id("rowPtr"), Id("col"), Id("place")).Index().Int()))
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

// elementType is the Go type of a value.
func (e *emitter) elementType(t ir.Type) string {
	return [...]string{ir.Real: e.float, ir.Int: "int", ir.Bool: "bool"}[t]
}
