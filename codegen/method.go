package codegen

import (
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// method is one method of an object while it is emitted.
type method struct {
	*object
	d        Derived
	w        *writer
	prologue []Code
	epilogue []Code
}

// method emits the method that runs the program d.
func (o *object) method(d Derived) {
	m := &method{object: o, d: d, w: o.writer(d)}
	for _, n := range []string{"f", "theta", "grad", "tangent", "cotangent", "out", "value", "dot", "v", "dv", "tv", "hv", "product", "hess", "derivatives", "values"} {
		m.w.names.used[n] = true
	}
	m.w.names.keep = "ijkl"
	m.w.used = map[string]bool{}
	f := o.f.Func
	for _, s := range f.Sizes {
		m.w.sizes[s] = m.w.names.name(unexported(s))
	}
	for _, in := range d.Func.Inputs {
		m.w.inputs[in] = m.w.names.name(unexported(in.Name))
	}
	for _, a := range d.results() {
		m.w.arrays[a] = m.w.names.name(unexported(a.Name))
	}
	for _, a := range d.shared() {
		m.w.arrays[a] = a.Name
	}
	if d.Kind == JVP && m.scalarResult() { // the named results of the signature
		m.w.arrays[d.Program.Results[0]], m.w.arrays[d.Program.Results[1]] = "value", "dot"
	}
	for _, a := range d.Program.Scratch {
		wish := "row"
		if a.Name != "" {
			wish = unexported(a.Name)
		}
		m.w.arrays[a] = m.w.names.name(wish)
	}
	params, results := m.signature()
	tail := m.tail()
	body := m.w.block(tail.body)
	for _, s := range tail.stores {
		tail.values[s.Dst] = m.w.expr(s.Value).Statement
	}
	m.bindNames(tail)
	code := append(m.checks(), m.prologue...)
	code = append(code, body...)
	code = append(code, m.epilogue...)
	if values := m.returned(tail); len(values) > 0 {
		code = append(code, Return(values...))
	}
	o.file.Comment(doc(m.about()...))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id(d.name()).Params(params...).Params(results...).Block(code...)
	o.file.Line()
}

// vectors are the flat vectors and the matrix, over what is differentiated by, that a method of the kind takes.
var vectors = map[Kind][]string{
	Grad: {"grad"}, JVP: {"tangent"}, VJP: {"grad"}, HVP: {"tangent", "grad", "product"}, Hessian: {"grad", "hess"}, GaussNewton: {"grad", "hess"},
	SparseJacobian: {"values"}, SparseHessian: {"grad", "values"}, SparseUpperHessian: {"grad", "values"},
}

// takes tells whether the method takes the vector.
func (m *method) takes(vector string) bool { return slices.Contains(vectors[m.d.Kind], vector) }

// outs are the structs of results that a method takes, of a function whose results are no single number.
func (m *method) outs() []string {
	switch {
	case m.scalarResult():
		return nil
	case m.d.Kind == VJP:
		return []string{"cotangent", "out"}
	case m.d.Kind == JVP:
		return []string{"out", "dot"}
	}
	return []string{"out"}
}

// signature is the parameters and results of the method.
func (m *method) signature() (params, results []Code) {
	vector := "[]" + m.float
	fields := []field{{"theta", vector}}
	if m.takes("tangent") {
		fields = append(fields, field{"tangent", vector})
	}
	if m.scalarResult() && m.d.Kind == VJP {
		fields = append(fields, field{"cotangent", m.float})
	}
	for _, out := range m.outs() {
		fields = append(fields, field{out, m.name + "Out"})
	}
	for _, v := range vectors[m.d.Kind] {
		if v != "tangent" {
			fields = append(fields, field{v, vector})
		}
	}
	if m.d.Kind == Jacobian {
		fields = append(fields, field{"derivatives", m.name + m.d.derivativesType()})
	}
	switch {
	case !m.scalarResult():
		return grouped(fields), nil
	case m.d.Kind == JVP:
		return grouped(fields), []Code{List(Id("value"), Id("dot")).Id(m.float)}
	}
	return grouped(fields), []Code{Id(m.float)}
}

// methodTail is the end of a program: the scalar results that it stores last.
type methodTail struct {
	body   []ir.Stmt
	stores []*ir.Store
	values map[*ir.Array]*Statement
}

func (m *method) tail() methodTail {
	body, stores := trailing(m.d.Program)
	t := methodTail{body: body, values: map[*ir.Array]*Statement{}}
	for _, a := range m.d.results() {
		if s, ok := stores[a]; ok {
			t.stores = append(t.stores, s)
		}
	}
	return t
}

// checks emits what a method refuses at once: lengths that do not fit, and data that are missing.
func (m *method) checks() []Code {
	check := func(name string, length, want Code) Code {
		return Id("f").Dot("check").Call(Lit(name), Len(length), want)
	}
	code := []Code{check("theta", Id("theta"), Id("f").Dot("NumParams").Call())}
	var values []Code // whose number may depend on data
	for _, v := range vectors[m.d.Kind] {
		switch v {
		case "hess":
			code = append(code, check(v, Id(v), m.side().Op("*").Add(m.side())))
		case "values":
			values = append(values, check(v, Id(v), Id("f").Dot(m.d.nonzeros()).Call()))
		default:
			code = append(code, check(v, Id(v), m.count()))
		}
	}
	if len(m.f.Func.Data()) > 0 {
		code = append(code, If(Op("!").Id("f").Dot("bound")).Block(Panic(Lit(m.f.Func.Name+": call Bind before "+m.d.name()))))
	}
	code = append(code, values...)
	w := m.sizeWriter("f.sizes")
	if m.d.Kind == Jacobian {
		for i, r := range m.d.Func.Results[len(m.f.Func.Results):] {
			if len(r.Index) > 0 {
				name := m.derivatives(m.d, i)
				code = append(code, check("derivatives."+name, Id("derivatives").Dot(name), w.product(extents(r.Index))))
			}
		}
	}
	for _, out := range m.outs() {
		for i, r := range m.f.Func.Results {
			if len(r.Index) > 0 {
				code = append(code, check(out+"."+m.results[i], Id(out).Dot(m.results[i]), w.product(extents(r.Index))))
			}
		}
	}
	return code
}

// about is the doc comment of the method.
func (m *method) about() []string {
	name := m.d.name()
	by := m.d.clause()
	var lines []string
	switch m.d.Kind {
	case Value:
		lines = []string{"Value evaluates " + m.f.Func.Name + " at the parameters theta."}
	case Grad:
		lines = []string{name + " is the value at the parameters theta; it overwrites grad with the gradient" + by + ". The two must not overlap."}
	case HVP:
		lines = []string{name + " is the value at the parameters theta; it overwrites grad with the gradient" + by + ", and product with the Hessian times the tangent.", "No two of the slices may overlap."}
	case Hessian:
		lines = []string{name + " is the value at the parameters theta; it overwrites grad with the gradient" + by + ", and hess with the symmetric matrix of second", "derivatives, " + m.rows() + ", row by row. No two of the slices may overlap."}
	case GaussNewton:
		lines = []string{name + " evaluates " + m.f.Func.Name + " at the parameters theta. With r for its results in one vector, and J for their Jacobian" + by + ", it overwrites",
			"grad with Jᵀr, and hess with the symmetric matrix JᵀJ, " + m.rows() + ", row by row. No two of the slices may overlap."}
	case Jacobian:
		lines = []string{name + " evaluates " + m.f.Func.Name + " and its derivatives" + by + " at the parameters theta, and writes all that derivatives points to."}
	case SparseJacobian, SparseHessian, SparseUpperHessian:
		lines = m.d.aboutSparse(m.f.Func)
	case JVP:
		lines = []string{name + " is the value at the parameters theta and its derivative along the tangent" + by + "."}
	case VJP:
		lines = []string{name + " overwrites grad with the cotangent times the Jacobian" + by + " at the parameters theta."}
	}
	if m.d.flat != "" {
		lines = append(lines, upperFirst(m.d.flat)+".")
	}
	if !m.scalarResult() && m.d.Kind != Grad {
		lines = append(lines, "It writes all that out points to.")
	}
	lines = append(lines, "It panics if a slice has the wrong length"+boundClause(m)+".")
	if m.d.Ops != "" {
		lines = append(lines, "", strings.TrimSpace(m.d.Ops))
	}
	return lines
}

// clause says what a derivative is by, where that was asked for.
func (d Derived) clause() string {
	if d.By == nil {
		return ""
	}
	var names []string
	for _, in := range d.By {
		names = append(names, in.Shape())
	}
	return " by " + strings.Join(names, ", ")
}

// rows says how many rows and columns a matrix has.
func (m *method) rows() string {
	if m.d.By == nil {
		return "NumParams by NumParams"
	}
	return "as long as grad on each side"
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func boundClause(m *method) string {
	if len(m.f.Func.Data()) > 0 {
		return " or Bind has not been called"
	}
	return ""
}
