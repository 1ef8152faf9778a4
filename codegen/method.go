package codegen

import (
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
	for _, n := range []string{"f", "theta", "grad", "tangent", "cotangent", "out", "value", "dot", "v", "dv", "tv", "hv", "product", "hess", "derivatives"} {
		m.w.names.used[n] = true
	}
	m.w.used = map[string]bool{}
	f := o.f.Func
	for _, s := range f.Sizes {
		m.w.sizes[s] = m.w.names.name(unexported(s))
	}
	for _, in := range d.Func.Inputs {
		m.w.inputs[in] = m.w.names.name(unexported(in.Name))
	}
	for i, a := range d.Program.Results {
		m.w.arrays[a] = m.w.names.name(unexported(d.Func.Results[i].Name))
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
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id(string(d.Kind)).Params(params...).Params(results...).Block(code...)
	o.file.Line()
}

// signature is the parameters and results of the method.
func (m *method) signature() (params, results []Code) {
	slice := func() *Statement { return Index().Id(m.float) }
	one := Id(m.float)
	out := Id(m.name + "Out")
	if m.scalarResult() {
		switch m.d.Kind {
		case Grad:
			return []Code{List(Id("theta"), Id("grad")).Add(slice())}, []Code{one}
		case JVP:
			return []Code{List(Id("theta"), Id("tangent")).Add(slice())}, []Code{List(Id("value"), Id("dot")).Add(one)}
		case VJP:
			return []Code{Id("theta").Add(slice()), Id("cotangent").Add(one), Id("grad").Add(slice())}, []Code{one}
		case HVP:
			return []Code{List(Id("theta"), Id("tangent"), Id("grad"), Id("product")).Add(slice())}, []Code{one}
		case Hessian:
			return []Code{List(Id("theta"), Id("grad"), Id("hess")).Add(slice())}, []Code{one}
		}
		return []Code{Id("theta").Add(slice())}, []Code{one}
	}
	switch m.d.Kind {
	case JVP:
		return []Code{List(Id("theta"), Id("tangent")).Add(slice()), List(Id("out"), Id("dot")).Add(out)}, nil
	case VJP:
		return []Code{Id("theta").Add(slice()), List(Id("cotangent"), Id("out")).Add(out), Id("grad").Add(slice())}, nil
	}
	params = []Code{Id("theta").Add(slice()), Id("out").Add(out)}
	if m.d.Kind == Jacobian {
		params = append(params, Id("derivatives").Id(m.name+"Derivatives"))
	}
	return params, nil
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
	for _, a := range m.d.Program.Results {
		if s, ok := stores[a]; ok {
			t.stores = append(t.stores, s)
		}
	}
	return t
}

// checks emits what a method refuses at once: lengths that do not fit, and data that are missing.
func (m *method) checks() []Code {
	check := func(name string) Code {
		return Id("f").Dot("check").Call(Lit(name), Len(Id(name)), Id("f").Dot("NumParams").Call())
	}
	code := []Code{check("theta")}
	switch m.d.Kind {
	case Grad, VJP:
		code = append(code, check("grad"))
	case JVP:
		code = append(code, check("tangent"))
	case HVP:
		code = append(code, check("tangent"), check("grad"), check("product"))
	case Hessian:
		n := Id("f").Dot("NumParams").Call()
		code = append(code, check("grad"), Id("f").Dot("check").Call(Lit("hess"), Len(Id("hess")), n.Clone().Op("*").Add(n)))
	}
	if len(m.f.Func.Data()) > 0 {
		code = append(code, If(Op("!").Id("f").Dot("bound")).Block(Panic(Lit(m.f.Func.Name+": call Bind before "+string(m.d.Kind)))))
	}
	if !m.scalarResult() {
		w := m.sizeWriter("f.sizes")
		if m.d.Kind == Jacobian {
			for i, r := range m.d.Func.Results[len(m.f.Func.Results):] {
				if len(r.Index) > 0 {
					name := m.derivatives(i)
					code = append(code, Id("f").Dot("check").Call(Lit("derivatives."+name), Len(Id("derivatives").Dot(name)), w.product(extents(r.Index))))
				}
			}
		}
		outs := []string{"out"}
		switch m.d.Kind {
		case JVP:
			outs = append(outs, "dot")
		case VJP:
			outs = append(outs, "cotangent")
		}
		for _, out := range outs {
			for i, r := range m.f.Func.Results {
				if len(r.Index) > 0 {
					code = append(code, Id("f").Dot("check").Call(Lit(out+"."+m.results[i]), Len(Id(out).Dot(m.results[i])), w.product(extents(r.Index))))
				}
			}
		}
	}
	return code
}

// bindNames emits the locals that the body uses: sizes, data, views of parameters, results and scratch.
func (m *method) bindNames(tail methodTail) {
	used := m.w.used
	var left, right []Code
	for _, s := range m.f.Func.Sizes {
		if n := m.w.sizes[s]; used[n] {
			left, right = append(left, Id(n)), append(right, Id("f").Dot("sizes").Dot(m.sizes[s]))
		}
	}
	m.let(left, right)
	left, right = nil, nil
	for _, in := range m.f.Func.Data() {
		if n := m.w.inputs[in]; used[n] {
			left, right = append(left, Id(n)), append(right, Id("f").Dot(m.data[in]))
		}
	}
	m.let(left, right)
	m.views("v", "theta", m.f.Func.Params())
	extra := m.d.Func.Inputs[len(m.f.Func.Inputs):]
	switch m.d.Kind {
	case JVP, HVP:
		m.views("tv", "tangent", extra)
	case VJP:
		m.cotangents(extra)
	}
	m.outputs(tail)
	for _, a := range m.d.Program.Scratch {
		if n := m.w.arrays[a]; used[n] {
			m.let([]Code{Id(n)}, []Code{Id("f").Dot(m.scratch[a])})
		}
	}
}

// let emits left := right.
func (m *method) let(left, right []Code) {
	if len(left) > 0 {
		m.prologue = append(m.prologue, List(left...).Op(":=").List(right...))
	}
}

// views binds the inputs to the fields of the views into the flat vector.
func (m *method) views(v, vector string, inputs []*ir.Input) {
	var left, right []Code
	for i, in := range inputs {
		if n := m.w.inputs[in]; m.w.used[n] {
			field := Id(v).Dot(m.params[m.f.Func.Params()[i]])
			if len(in.Dims) == 0 {
				field = Op("*").Add(field)
			}
			left, right = append(left, Id(n)), append(right, field)
		}
	}
	if len(left) > 0 {
		m.let([]Code{Id(v)}, []Code{Id("f").Dot("Params").Call(Id(vector))})
		m.let(left, right)
	}
}

// cotangents binds the seeds of a VJP.
func (m *method) cotangents(inputs []*ir.Input) {
	for i, in := range inputs {
		n := m.w.inputs[in]
		switch {
		case !m.w.used[n]:
		case m.scalarResult():
			m.let([]Code{Id(n)}, []Code{Id("cotangent")})
		case len(in.Dims) == 0:
			m.let([]Code{Id(n)}, []Code{Op("*").Id("cotangent").Dot(m.results[i])})
		default:
			m.let([]Code{Id(n)}, []Code{Id("cotangent").Dot(m.results[i])})
		}
	}
}

// outputs binds the result arrays, and writes scalar results where they belong at the end.
func (m *method) outputs(tail methodTail) {
	base := len(m.f.Func.Results)
	gradViews, productViews := false, false
	for i, a := range m.d.Program.Results {
		n := m.w.arrays[a]
		target := m.target(i, base)
		value, atEnd := tail.values[a]
		if len(a.Dims) == 0 {
			if !atEnd {
				if m.d.Kind != JVP || !m.scalarResult() {
					m.prologue = append(m.prologue, Var().Id(n).Id(m.float))
				}
				value = Id(n)
				tail.values[a] = value
			}
			if target != nil && m.block(i) < 0 {
				m.epilogue = append(m.epilogue, Op("*").Add(target).Op("=").Add(value))
			}
		} else if m.w.used[n] {
			m.let([]Code{Id(n)}, []Code{target})
		}
		gradViews = gradViews || m.inGrad(i)
		productViews = productViews || i >= base && m.d.Kind == HVP && !m.inGrad(i)
		if m.block(i) >= 0 {
			m.epilogue = append(m.epilogue, m.spread(i, value))
		}
	}
	if productViews {
		m.prologue = append([]Code{Id("hv").Op(":=").Id("f").Dot("Params").Call(Id("product"))}, m.prologue...)
	}
	if gradViews {
		m.prologue = append([]Code{Id("dv").Op(":=").Id("f").Dot("Params").Call(Id("grad"))}, m.prologue...)
	}
}

// target is where result i is written, nil for a value that is returned.
func (m *method) target(i, base int) *Statement {
	switch {
	case m.inGrad(i):
		return Id("dv").Dot(m.params[m.f.Func.Params()[i-base]])
	case i >= base && m.d.Kind == HVP:
		return Id("hv").Dot(m.params[m.f.Func.Params()[i-base-len(m.f.Func.Params())]])
	case m.block(i) >= 0 && len(m.f.Func.Params()) == 1:
		return Id("hess")
	case m.block(i) >= 0:
		return Id("f").Dot(m.scratch[m.d.Program.Results[i]])
	case i >= base && m.d.Kind == Jacobian:
		return Id("derivatives").Dot(m.derivatives(i - base))
	case m.scalarResult():
		return nil
	case i >= base:
		return Id("dot").Dot(m.results[i-base])
	}
	return Id("out").Dot(m.results[i])
}

// returned lists the scalars that the method returns.
func (m *method) returned(tail methodTail) []Code {
	var values []Code
	for i, a := range m.d.Program.Results {
		if m.target(i, len(m.f.Func.Results)) == nil {
			values = append(values, tail.values[a])
		}
	}
	return values
}

// about is the doc comment of the method.
func (m *method) about() []string {
	var lines []string
	switch m.d.Kind {
	case Value:
		lines = []string{"Value evaluates " + m.f.Func.Name + " at the parameters theta."}
	case Grad:
		lines = []string{"Grad is the value at the parameters theta; it overwrites grad with the gradient. The two must not overlap."}
	case HVP:
		lines = []string{"HVP is the value at the parameters theta; it overwrites grad with the gradient, and product with the Hessian times the tangent.", "No two of the slices may overlap."}
	case Hessian:
		lines = []string{"Hessian is the value at the parameters theta; it overwrites grad with the gradient, and hess with the symmetric matrix of second", "derivatives, NumParams by NumParams, row by row. No two of the slices may overlap."}
	case Jacobian:
		lines = []string{"Jacobian evaluates " + m.f.Func.Name + " and its derivatives at the parameters theta, and writes all that derivatives points to."}
	case JVP:
		lines = []string{"JVP is the value at the parameters theta and its derivative along the tangent."}
	case VJP:
		lines = []string{"VJP overwrites grad with the cotangent times the Jacobian at the parameters theta."}
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

func boundClause(m *method) string {
	if len(m.f.Func.Data()) > 0 {
		return " or Bind has not been called"
	}
	return ""
}
