package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
	. "github.com/dave/jennifer/jen"
)

// results lists the results of the program that have arrays of their own.
func (d Derived) results() []*ir.Array {
	n := slices.IndexFunc(d.Func.Results, func(r ir.Result) bool { return r.Puts != nil })
	if n < 0 {
		n = len(d.Program.Results)
	}
	return d.Program.Results[:n:n]
}

// shared lists the vectors that several results go into: the values of a sparse matrix.
func (d Derived) shared() []*ir.Array {
	if d.Sparse == nil {
		return nil
	}
	n := len(d.results())
	if n == len(d.Program.Results) { // a matrix without elements
		return []*ir.Array{{Name: "values", Dims: []*ir.Node{d.Sparse.Slots}}}
	}
	return d.Program.Results[n:len(d.Program.Results):len(d.Program.Results)]
}

// pattern and nonzeros are the names of what gives the pattern of a sparse matrix, and the number of its elements.
func (d Derived) pattern() string  { return strings.TrimPrefix(d.name(), "Sparse") + "Pattern" }
func (d Derived) nonzeros() string { return strings.TrimPrefix(d.name(), "Sparse") + "NNZ" }

// aboutSparse is the doc comment of a method.
func (d Derived) aboutSparse(f *ir.Func) []string {
	order := ", in the order of " + d.pattern() + "."
	number := d.name() + " is the value at the parameters theta; it overwrites"
	var lines []string
	switch d.Kind {
	case SparseJacobian:
		lines = []string{d.name() + " evaluates " + f.Name + " at the parameters theta. It overwrites values with the elements of the Jacobian" + d.clause() + " that may be other than 0" + order}
	case SparseHessian:
		lines = []string{number + " grad with the gradient" + d.clause() + ", and values with the second derivatives", "that may be other than 0" + order}
	case SparseUpperHessian:
		lines = []string{number + " grad with the gradient" + d.clause() + ", and values with the second derivatives", "on and above the diagonal that may be other than 0" + order}
	}
	switch {
	case d.Sparse.Full:
		lines = append(lines, "The matrix is full: no element of it is structurally zero.")
	case len(d.Sparse.Pattern.Results) == 0:
		lines = append(lines, "There are none: all are zero.")
	}
	return lines
}

// kept tells whether the places of the values are kept in a table.
func (d Derived) kept() bool { return d.Sparse != nil && d.Sparse.Place != nil }

// namePatterns gives the tables of places their fields.
func (o *object) namePatterns(private *scope) {
	for _, d := range o.f.Programs {
		if d.Sparse == nil {
			continue
		}
		if d.kept() {
			o.tables[d.Sparse] = private.name(unexportedFirst(d.pattern()))
		}
		o.entries[d.Sparse] = private.name(unexportedFirst(d.name()) + "Entries")
	}
}

// readPlaces binds the table of places.
func (m *method) readPlaces() {
	if !m.d.kept() {
		return
	}
	if n := m.w.inputs[m.d.Sparse.Place]; m.w.used[n] {
		m.let([]Code{Id(n)}, []Code{Id("f").Dot(m.tables[m.d.Sparse]).Dot("place")})
	}
}

// fixPatterns emits that the tables are filled which depend on data, or those which do not.
func (o *object) fixPatterns(data bool) []Code {
	var code []Code
	for _, d := range o.f.Programs {
		if d.kept() && d.Sparse.Data == data {
			code = append(code, Id("f").Dot("fix"+Exported(o.tables[d.Sparse])).Call())
		}
	}
	return code
}

// patternDecls emits what tells the pattern of a sparse matrix.
func (o *object) patternDecls(d Derived) {
	s := d.Sparse
	rowPtr, col, constant := s.Constant()
	literal := constant && len(rowPtr)+len(col) <= maxLiteral
	if d.kept() {
		o.entriesDecl(d)
		o.fixDecl(d)
	}
	recv := Id("f").Op("*").Id(o.name)
	ready := func(name string) (code []Code) {
		if s.Data {
			code = append(code, If(Op("!").Id("f").Dot("bound")).Block(Panic(Lit(o.f.Func.Name+": call Bind before "+name))))
		}
		return code
	}
	var body, count []Code
	switch {
	case literal:
		body = []Code{Return(ints(rowPtr), ints(col))}
		count = []Code{Return(Lit(len(col)))}
	case d.kept():
		table := Id("f").Dot(o.tables[s])
		clone := func(field string) *Statement {
			return Append(Index().Int().Call(Nil()), table.Clone().Dot(field).Op("..."))
		}
		body = append(ready(d.pattern()), Return(clone("rowPtr"), clone("col")))
		count = append(ready(d.nonzeros()), Return(Len(table.Clone().Dot("col"))))
	default:
		body = append(ready(d.pattern()), o.placed(d)...)
		count = []Code{Return(o.sizeWriter("f.sizes").closed(s.Slots))}
	}
	o.file.Comment(doc(d.aboutPattern("")...))
	o.file.Func().Params(recv.Clone()).Id(d.pattern()).Params().Params(List(Id("rowPtr"), Id("col")).Index().Int()).Block(body...)
	o.file.Line()
	o.file.Comment(doc(d.nonzeros() + " is the number of values that " + d.name() + " writes."))
	o.file.Func().Params(recv).Id(d.nonzeros()).Params().Int().Block(count...)
	o.file.Line()
}

// maxLiteral bounds the numbers of patterns that are written out.
const maxLiteral = 1000

// aboutPattern is the doc comment of the pattern; names begin with the prefix.
func (d Derived) aboutPattern(prefix string) []string {
	rows := "rows and columns are what is differentiated by"
	if d.Kind == SparseJacobian {
		rows = "rows are the elements of all results, behind each other, columns those of what is differentiated by"
	}
	lines := []string{
		fmt.Sprintf("%s is where the values of %s stand, in compressed rows: those of row i are values[rowPtr[i]:rowPtr[i+1]],", prefix+d.pattern(), prefix+d.name()),
		"in the columns col[rowPtr[i]:rowPtr[i+1]], ascending; " + rows + ".",
	}
	if d.Sparse.Data {
		lines = append(lines, "It is that of the data given by Bind. The slices are new.")
	}
	return lines
}

// csr is the call that makes a pattern of rows and columns.
func (o *object) csr(w *writer, s *passes.Sparse) *Statement {
	return w.function("runtime", "CSR").Call(w.closed(s.Rows), w.closed(s.Columns), Id("row"), Id("column"))
}

// fixDecl emits the method that fills the table of places.
func (o *object) fixDecl(d Derived) {
	table := o.tables[d.Sparse]
	name := "fix" + Exported(table)
	w := o.sizeWriter("f.sizes")
	o.file.Comment(doc(name + " finds where the values of " + d.name() + " stand."))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id(name).Params().Block(
		Id("p").Op(":=").Op("&").Id("f").Dot(table),
		List(Id("row"), Id("column")).Op(":=").Id("f").Dot(o.entries[d.Sparse]).Call(),
		List(Id("p").Dot("rowPtr"), Id("p").Dot("col"), Id("p").Dot("place")).Op("=").Add(o.csr(w, d.Sparse)))
	o.file.Line()
}

// entriesDecl emits the method that lists the rows and columns of a sparse matrix as its program comes by them.
func (o *object) entriesDecl(d Derived) {
	m, body := o.listing(d, passes.Schedule(d.Sparse.Pattern), map[string]string{"row": "row", "col": "column"})
	slots := m.w.closed(d.Sparse.Slots)
	m.readData()
	code := append(m.prologue,
		List(Id("row"), Id("column")).Op("=").List(Make(Index().Int(), slots), Make(Index().Int(), slots.Clone())),
		For(Id("k").Op(":=").Range().Id("row")).Block(Id("row").Index(Id("k")).Op("=").Lit(-1)))
	code = append(append(code, body...), Return(Id("row"), Id("column")))
	name := o.entries[d.Sparse]
	o.file.Comment(doc(name + " lists the rows and columns of the elements of " + strings.TrimPrefix(d.name(), "Sparse") + ", some of them more than once. A row is -1 where there is none."))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id(name).Params().Params(List(Id("row"), Id("column")).Index().Int()).Block(code...)
	o.file.Line()
}

// listing prints the program that lists the elements of a sparse matrix, into arrays of these names.
func (o *object) listing(d Derived, program *ir.Program, arrays map[string]string) (m *method, body []Code) {
	pattern := d.Sparse.Pattern
	m = &method{object: o, d: Derived{Func: pattern, Program: program}, w: o.writer(d)}
	for _, n := range []string{"f", "row", "column", "rowPtr", "col", "k"} {
		m.w.names.used[n] = true
	}
	m.w.used = map[string]bool{}
	for _, s := range o.f.Func.Sizes {
		m.w.sizes[s] = m.w.names.name(unexported(s))
	}
	for _, in := range pattern.Inputs {
		m.w.inputs[in] = m.w.names.name(unexported(in.Name))
	}
	for _, a := range program.Results {
		m.w.arrays[a] = arrays[a.Name]
	}
	return m, m.w.block(program.Body)
}

// placed emits the pattern of a matrix whose values stand in its order, as places are computed: the columns as they come, and the numbers of elements in the rows,
// added up.
func (o *object) placed(d Derived) []Code {
	program := passes.Schedule(d.Sparse.Pattern)
	rowPtr := &ir.Array{Name: "rowPtr", Type: ir.Int, Dims: []*ir.Node{nil}}
	for i, a := range program.Results {
		if a.Name == "row" {
			program.Body = counted(program.Body, a, rowPtr)
			program.Results[i] = rowPtr
		}
	}
	m, body := o.listing(d, program, map[string]string{"rowPtr": "rowPtr", "col": "col"})
	g := o.f.Func.Graph
	makes := List(Id("rowPtr"), Id("col")).Op("=").List(
		Make(Index().Int(), m.w.closed(g.IntAdd(d.Sparse.Rows, g.Int(1)))), Make(Index().Int(), m.w.closed(d.Sparse.Slots)))
	m.readData()
	code := append(append(m.prologue, makes), body...)
	return append(code,
		For(Id("k").Op(":=").Range().Add(Len(Id("rowPtr"))).Op("-").Lit(1)).Block(Id("rowPtr").Index(Id("k").Op("+").Lit(1)).Op("+=").Id("rowPtr").Index(Id("k"))),
		Return(Id("rowPtr"), Id("col")))
}

// counted is the statements with stores of rows turned into counts, one up, of the elements in each row.
func counted(stmts []ir.Stmt, row, rowPtr *ir.Array) []ir.Stmt {
	var list []ir.Stmt
	for _, s := range stmts {
		for _, b := range ir.Blocks(s) {
			*b = counted(*b, row, rowPtr)
		}
		store, ok := s.(*ir.Store)
		if !ok || store.Dst != row {
			list = append(list, s)
			continue
		}
		index := []*ir.Expr{folded(plus(store.Value, whole(1)))}
		same := slices.IndexFunc(list, func(s ir.Stmt) bool {
			t, ok := s.(*ir.Store)
			return ok && t.Dst == rowPtr && t.Index[0].Same(index[0])
		})
		if same >= 0 {
			list[same].(*ir.Store).Value.Value++
			continue
		}
		list = append(list, &ir.Store{Dst: rowPtr, Index: index, Op: ir.AddTo, Value: whole(1)})
	}
	return list
}

// ints is a slice literal.
func ints(list []int) *Statement {
	values := make([]Code, len(list))
	for i, v := range list {
		values[i] = Lit(v)
	}
	return Index().Int().Values(values...)
}

// scalarPattern emits the pattern of a function of numbers, which is constant.
func (e *emitter) scalarPattern(f *ir.Func, d Derived) {
	rowPtr, col, ok := d.Sparse.Constant()
	if !ok {
		panic("internal error: the pattern of a function of numbers is not constant: " + f.Text)
	}
	name := Exported(f.Name)
	e.file.Comment(doc(d.aboutPattern(name)...))
	e.file.Func().Id(name + d.pattern()).Params().Params(List(Id("rowPtr"), Id("col")).Index().Int()).Block(Return(ints(rowPtr), ints(col)))
	e.file.Line()
	e.file.Comment(doc(fmt.Sprintf("%s is the number of values that %s writes.", name+d.nonzeros(), name+d.name())))
	e.file.Const().Id(name + d.nonzeros()).Op("=").Lit(len(col))
	e.file.Line()
}

// scalarCheck emits that a slice of values of the wrong length is refused.
func (e *emitter) scalarCheck(f *ir.Func, d Derived, values string) Code {
	want := Exported(f.Name) + d.nonzeros()
	return If(Len(Id(values)).Op("!=").Id(want)).Block(
		Panic(Qual("fmt", "Sprintf").Call(Lit(f.Name+": values has %d elements, want %d"), Len(Id(values)), Id(want))))
}
