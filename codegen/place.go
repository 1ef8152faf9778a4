package codegen

import (
	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// independents are what the program differentiates by.
func (d Derived) independents() []*ir.Input { return d.Func.Independents() }

// bindNames emits the locals that the body uses: sizes, data, views of parameters, results and scratch.
func (m *method) bindNames(tail methodTail) {
	m.readData()
	m.readParams()
	extra := m.d.Func.Inputs[len(m.f.Func.Inputs):]
	switch m.d.Kind {
	case JVP, HVP:
		m.readTangents(extra)
	case VJP:
		m.readCotangents(extra)
	}
	m.readPlaces()
	m.outputs(tail)
	for _, a := range m.d.Program.Scratch {
		if n := m.w.arrays[a]; m.w.used[n] {
			m.let([]Code{Id(n)}, []Code{Id("f").Dot(m.scratch[a])})
		}
	}
}

// readData binds the sizes and the data.
func (m *method) readData() {
	var left, right []Code
	for _, s := range m.f.Func.Sizes {
		if n := m.w.sizes[s]; m.w.used[n] {
			left, right = append(left, Id(n)), append(right, Id("f").Dot("sizes").Dot(m.sizes[s]))
		}
	}
	m.let(left, right)
	left, right = nil, nil
	for _, in := range m.f.Func.Data() {
		if n := m.w.inputs[in]; m.w.used[n] {
			left, right = append(left, Id(n)), append(right, Id("f").Dot(m.data[in]))
		}
	}
	m.let(left, right)
}

// let emits left := right.
func (m *method) let(left, right []Code) {
	if len(left) > 0 {
		m.prologue = append(m.prologue, List(left...).Op(":=").List(right...))
	}
}

// readParams binds the parameters to the fields of the views into theta.
func (m *method) readParams() {
	var left, right []Code
	for _, in := range m.f.Func.Params() {
		if n := m.w.inputs[in]; m.w.used[n] {
			left, right = append(left, Id(n)), append(right, m.view("v", in))
		}
	}
	if len(left) > 0 {
		m.let([]Code{Id("v")}, []Code{Id("f").Dot("Params").Call(Id("theta"))})
		m.let(left, right)
	}
}

// readTangents binds the seeds of forward mode.
func (m *method) readTangents(inputs []*ir.Input) {
	var left, right []Code
	for i, in := range inputs {
		if n := m.w.inputs[in]; m.w.used[n] {
			left, right = append(left, Id(n)), append(right, m.piece("tangent", i))
		}
	}
	if len(left) > 0 {
		m.viewsInto("tangent")
		m.let(left, right)
	}
}

// readCotangents binds the seeds of a VJP.
func (m *method) readCotangents(inputs []*ir.Input) {
	for i, in := range inputs {
		n := m.w.inputs[in]
		switch {
		case !m.w.used[n]:
		case m.scalarResult():
			m.let([]Code{Id(n)}, []Code{Id("cotangent")})
		default:
			m.let([]Code{Id(n)}, []Code{element(Id("cotangent").Dot(m.results[i]), len(in.Dims))})
		}
	}
}

// element is the field itself or, where that points to a number, the number.
func element(field *Statement, dims int) *Statement {
	if dims == 0 {
		return Op("*").Add(field)
	}
	return field
}

// view is the parameter in views into a vector of all parameters.
func (m *method) view(views string, in *ir.Input) *Statement {
	return element(Id(views).Dot(m.params[in]), len(in.Dims))
}

// viewNames are the names of the views into the flat vectors.
var viewNames = map[string]string{"grad": "dv", "tangent": "tv", "product": "hv"}

// viewsInto emits the views into a vector over all parameters.
func (m *method) viewsInto(vector string) {
	if m.d.By == nil {
		m.let([]Code{Id(viewNames[vector])}, []Code{Id("f").Dot("Params").Call(Id(vector))})
	}
}

// piece is the part of a flat vector that belongs to the k-th of what is differentiated by.
func (m *method) piece(vector string, k int) *Statement {
	by := m.d.independents()
	if m.d.By == nil {
		return m.view(viewNames[vector], by[k])
	}
	from := m.lengthOf(by[:k])
	switch {
	case len(by[k].Dims) == 0:
		return Id(vector).Index(from)
	case len(by) == 1:
		return Id(vector)
	case k == 0:
		return Id(vector).Index(Empty(), m.lengthOf(by[:1]))
	case k == len(by)-1:
		return Id(vector).Index(from, Empty())
	}
	return Id(vector).Index(from, m.lengthOf(by[:k+1]))
}

// lengthOf is the number of elements of all inputs.
func (m *method) lengthOf(inputs []*ir.Input) *Statement {
	w := m.sizeWriter("f.sizes")
	var sum *Statement
	numbers := 0
	for _, in := range inputs {
		switch {
		case len(in.Dims) == 0:
			numbers++
		case sum == nil:
			sum = w.product(in.Dims)
		default:
			sum.Op("+").Add(w.product(in.Dims))
		}
	}
	switch {
	case sum == nil:
		return Lit(numbers)
	case numbers > 0:
		return sum.Op("+").Lit(numbers)
	}
	return sum
}

// factor is lengthOf as an operand of a product.
func (m *method) factor(inputs []*ir.Input) *Statement {
	for _, in := range inputs {
		if len(in.Dims) > 0 {
			return Parens(m.lengthOf(inputs))
		}
	}
	return m.lengthOf(inputs)
}

// count is the number of elements of all that is differentiated by.
func (m *method) count() *Statement {
	if m.d.By == nil {
		return Id("f").Dot("NumParams").Call()
	}
	return m.lengthOf(m.d.By)
}

// side is count as an operand of a product: the number of rows of a matrix over all that is differentiated by.
func (m *method) side() *Statement {
	if m.d.By == nil {
		return m.count()
	}
	return m.factor(m.d.By)
}

// outputs binds the result arrays, and writes scalar results where they belong at the end.
func (m *method) outputs(tail methodTail) {
	before := m.prologue
	m.prologue = nil
	for _, vector := range []string{"grad", "product"} {
		if m.takes(vector) && !(m.d.flat != "" && vector == "product") {
			m.viewsInto(vector)
		}
	}
	for _, whole := range []string{"product", "hess"} {
		if m.takes(whole) && m.d.leaves() {
			m.prologue = append(m.prologue, Clear(Id(whole)))
		}
	}
	m.prologue = append(m.prologue, before...)
	for i, a := range m.d.results() {
		if m.d.left(i) {
			continue
		}
		n := m.w.arrays[a]
		target := m.target(i)
		if len(a.Dims) > 0 {
			if m.w.used[n] {
				m.let([]Code{Id(n)}, []Code{target})
			}
			continue
		}
		value, atEnd := tail.values[a]
		if !atEnd {
			if m.d.Kind != JVP || !m.scalarResult() {
				m.prologue = append(m.prologue, Var().Id(n).Id(m.float))
			}
			value = Id(n)
			tail.values[a] = value
		}
		if target != nil {
			m.epilogue = append(m.epilogue, target.Op("=").Add(value))
		}
	}
	if m.takes("hess") {
		m.matrix()
	}
}

// target is where result i is written, nil for a value that is returned.
func (m *method) target(i int) *Statement {
	n := len(m.d.independents())
	dims := len(m.d.Program.Results[i].Dims)
	switch k := i - len(m.f.Func.Results); {
	case m.scalarResult() && (k < 0 || m.d.Kind == JVP):
		return nil
	case k < 0:
		return element(Id("out").Dot(m.results[i]), dims)
	case m.d.Kind == JVP:
		return element(Id("dot").Dot(m.results[k]), dims)
	case m.d.Kind == Jacobian:
		return element(Id("derivatives").Dot(m.derivatives(m.d, k)), dims)
	case k < n:
		return m.piece("grad", k)
	case m.d.Kind == HVP:
		return m.piece("product", k-n)
	}
	return m.block(i)
}

// returned lists the scalars that the method returns.
func (m *method) returned(tail methodTail) []Code {
	var values []Code
	for i, a := range m.d.results() {
		if !m.d.left(i) && m.target(i) == nil {
			values = append(values, tail.values[a])
		}
	}
	return values
}
