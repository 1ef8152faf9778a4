package parser

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// function elaborates one definition; nil if it is wrong.
func (e *elaborator) function(f *Func) *ir.Func {
	g := ir.NewGraph(e.rows...)
	b := &builder{elaborator: e, g: g, memo: newMemo(), spans: map[*ir.Node]Span{},
		f: &ir.Func{Name: f.Name, Doc: f.Doc, Text: f.Text, Graph: g, At: f.NameAt.Place()}}
	s := &scope{fn: f, values: map[string]value{}, where: map[string]Span{}, low: map[string][]int{}, sizes: map[string]*ir.Node{}}
	before := len(e.errs)
	b.catch(func() {
		b.declare(s, f)
		results := b.body(s, f)
		for i, r := range results {
			index := g.Canonical(r.dims())
			name := "value"
			if len(f.Results) > 0 {
				name = f.Results[i].Name
			}
			if t := r.node.Type; t != ir.Real {
				r.node = b.real(f.Body.Span, r).node
			}
			b.f.Results = append(b.f.Results, ir.Result{Name: name, Index: index, Value: g.Subst(r.node, r.index, index)})
		}
		b.f.Values = len(b.f.Results)
	})
	b.proveAll()
	if len(e.errs) > before {
		return nil
	}
	return b.f
}

// declare enters sizes and inputs of a definition.
func (b *builder) declare(s *scope, f *Func) {
	for _, q := range append(append([]*Param(nil), f.Params...), f.Results...) {
		for _, d := range q.Dims {
			b.sizeNames(s, d)
		}
	}
	for _, q := range f.Params {
		if s.sizes[q.Name] != nil {
			b.fail(q.At, "%s is the name of a size and of an argument", q.Name)
		}
		in := &ir.Input{Name: q.Name, Param: !q.Data && f.Semi || !f.Semi}
		if q.Int {
			in.Type, in.Param = ir.Int, false
		}
		if len(q.Dims) > maxIndices {
			b.fail(q.Whole, "%s has %d dimensions, more than %d", q.Name, len(q.Dims), maxIndices)
		}
		v := value{}
		for _, d := range q.Dims {
			extent := b.dim(s, d)
			in.Dims = append(in.Dims, extent)
			v.index = append(v.index, b.g.NewIndex(extent))
		}
		v.node = b.g.Access(in, v.index...)
		b.f.Inputs = append(b.f.Inputs, in)
		s.values[q.Name] = v
		s.where[q.Name] = q.At
	}
}

// maxIndices bounds the dimensions of an array and the index variables around an expression.
const maxIndices = 16

// dim is an extent; a literal one must be positive.
func (b *builder) dim(s *scope, d Expr) *ir.Node {
	extent := b.integer(s, d)
	if !extent.Closed() {
		b.fail(d.Where(), "a size is made of sizes and whole numbers")
	}
	if extent.Kind == ir.Const && extent.Value < 1 {
		b.fail(d.Where(), "a size of %s: an array has at least one element", extent.Text())
	}
	b.needPlace(extent, "the size "+extent.Text())
	return extent
}

// needPlace sees to it that an extent made of sizes is at least 1, where it may be less.
func (b *builder) needPlace(extent *ir.Node, what string) {
	if extent.Kind != ir.Const && !b.f.NonNegative(b.g.IntSub(extent, b.g.Int(1))) {
		b.f.Checks = append(b.f.Checks, ir.Check{Value: extent, AtLeast: 1, Message: what + " must be at least 1"})
	}
}

// sizeNames introduces the sizes that a dimension mentions.
func (b *builder) sizeNames(s *scope, d Expr) {
	switch d := d.(type) {
	case *Ident:
		if s.sizes[d.Name] == nil {
			s.sizes[d.Name] = b.g.Size(d.Name)
			b.f.Sizes = append(b.f.Sizes, d.Name)
			s.where[d.Name] = d.At
		}
	case *Unary:
		b.sizeNames(s, d.X)
	case *Binary:
		b.sizeNames(s, d.X)
		b.sizeNames(s, d.Y)
	case *Paren:
		b.sizeNames(s, d.X)
	case *Num:
	default:
		b.fail(d.Where(), "a size is a name, a whole number, or made of them with + - * /")
	}
}

// body elaborates the equations of a definition and gives its results.
func (b *builder) body(s *scope, f *Func) []value {
	defined := map[string]bool{}
	for _, eqs := range ordered(f.Body.Eqs) {
		if b.inGroup(s, eqs) {
			b.attempt(s, eqs, func() { b.recurrence(s, eqs) })
		} else {
			for _, q := range eqs {
				b.attempt(s, []*Equation{q}, func() {
					b.unused(s, q)
					(&group{builder: b, sparing: sparing(q)}).unspared()
					b.equation(s, q)
				})
			}
		}
		for _, q := range eqs {
			defined[q.Name] = true
		}
	}
	return b.results(s, f, defined)
}

// inGroup tells whether the equations are to be elaborated together: by cases, or as a recurrence.
func (b *builder) inGroup(s *scope, group []*Equation) bool {
	for _, q := range group {
		if _, taken := s.where[q.Name]; taken {
			return false
		}
	}
	return circular(group) || len(group) > 1 && group[1].Index != nil || !plain(group[0].Index)
}

// plain tells whether all subscripts are index variables.
func plain(index []Expr) bool {
	return !slices.ContainsFunc(index, func(x Expr) bool {
		switch x.(type) {
		case *Ident, *Range:
			return false
		}
		return true
	})
}

// attempt elaborates equations. What is wrong in the definition itself is reported, and the names poisoned, so
// that what is wrong elsewhere is found as well. In a call it ends the call.
func (b *builder) attempt(s *scope, group []*Equation, elaborate func()) {
	if b.depth > 0 {
		elaborate()
		return
	}
	_, taken := s.where[group[0].Name]
	if b.catch(elaborate) || taken {
		return
	}
	for _, q := range group {
		s.values[q.Name] = value{}
		s.where[q.Name] = q.NameAt
	}
}

// unused refuses an equation whose name is not new.
func (b *builder) unused(s *scope, q *Equation) {
	at, taken := s.where[q.Name]
	if !taken {
		return
	}
	what := "is defined already"
	if s.sizes[q.Name] != nil {
		what = "is the name of a size"
	}
	panic(failure{&Diagnostic{At: q.NameAt, Message: fmt.Sprintf("%s %s", q.Name, what), Notes: []Note{{at, "it is introduced here"}}, Help: "give the equation another name"}})
}

// results gives the results of a definition: equations of their names, or the last expression.
func (b *builder) results(s *scope, f *Func, defined map[string]bool) []value {
	if len(f.Results) == 0 {
		return []value{b.expr(s, f.Body.Result)}
	}
	var results []value
	for i, r := range f.Results {
		var v value
		switch {
		case defined[r.Name]:
			v = s.values[r.Name].sound()
			if f.Body.Result != nil {
				b.fail(f.Body.Result.Where(), "the result %s has an equation, so that this expression is left over", r.Name)
			}
		case f.Body.Result != nil && len(f.Results) == 1 && i == 0:
			v = b.expr(s, f.Body.Result)
		default:
			b.failHelp(r.At, "add one: "+r.Name+" = …", "the result %s has no equation", r.Name)
		}
		b.checkResult(s, r, v)
		results = append(results, v)
	}
	return results
}

// checkResult compares the shape of a result with the declared one.
func (b *builder) checkResult(s *scope, r *Param, v value) {
	var dims []*ir.Node
	for _, d := range r.Dims {
		dims = append(dims, b.dim(s, d))
	}
	same := len(dims) == v.rank()
	for i := range dims {
		same = same && dims[i] == v.index[i].Extent
	}
	if !same {
		b.fail(r.Whole, "%s is declared as %s, but its value is %s", r.Name, shape(dims), shape(v.dims()))
	}
}

// equation elaborates A = e or A[i,j] = e, where e is what stands at i, j: a number, or an array, whose dimensions follow.
func (b *builder) equation(s *scope, q *Equation) {
	in := s
	var vars []bound
	var within []*ir.Node
	if q.Index != nil {
		in = s.inner()
		vars, within = b.ranges(in, b.leftRanges(s, q), []Expr{q.Value}, nil)
	}
	v := b.rightWithin(in, q, within)
	index := make([]*ir.Node, len(vars), len(vars)+v.rank())
	for i, w := range vars {
		if w.at != w.index {
			b.failHelp(q.Index[i].Where(), b.startHelp(q, i, w), "the index %s does not start at 0", b.text(q.Index[i].Where()))
		}
		index[i] = w.index
	}
	v.index = append(index, v.index...)
	b.checkDimensions(q.Value.Where(), v)
	b.g.SetName(v.node, q.Name)
	s.values[q.Name] = v
	s.where[q.Name] = q.NameAt
}

// startHelp says what to do about the index i of q, over the range w, which does not start at 0: to define the places before, or to count from 0.
func (b *builder) startHelp(q *Equation, i int, w bound) string {
	name := idents(q.Index[i])[0]
	first := b.g.IntSub(w.at, w.index)
	shift := fmt.Sprintf("%s = …, with %s + %s for %s on the right", q.elementWith(i, name+" in 0.."+w.index.Extent.Text()), name, first.Text(), name)
	switch {
	case first.Kind != ir.Const:
		return "start at 0: " + shift
	case first.Value < 0:
		return fmt.Sprintf("write the range: %s = …", q.elementWith(i, name+" in 0.."+b.g.IntAdd(w.index.Extent, first).Text()))
	}
	return fmt.Sprintf("define what stands before too, %s = …, and what behind if there is more; or start at 0: %s", q.elementWith(i, "0"), shift)
}

// rightWithin is the right side of an equation where the conditions hold, as those of a range that depends on another index, and elsewhere 0.
func (b *builder) rightWithin(s *scope, q *Equation, conds []*ir.Node) value {
	defer b.under(conds...)()
	v := b.right(s, q)
	if len(conds) > 0 {
		v = b.real(q.Value.Where(), v)
	}
	for _, c := range conds {
		v.node = b.g.Select(c, v.node, b.g.Const(0))
	}
	return v
}

// leftRanges lists the index variables on the left of an equation.
func (b *builder) leftRanges(s *scope, q *Equation) []*Range {
	names := make([]*Range, len(q.Index))
	for i, x := range q.Index {
		switch x := x.(type) {
		case *Range:
			names[i] = x
		case *Ident:
			names[i] = &Range{Name: Name{x.Name, x.At}}
			b.declared(s, q, i, names[i])
		default:
			b.fail(x.Where(), "the left side of an equation has plain index variables; recurrences are not supported by this version")
		}
	}
	return names
}

// right elaborates the right side of an equation, or the one of its results that the equation is for.
func (b *builder) right(s *scope, q *Equation) value {
	if q.Of == 0 {
		return b.expr(s, q.Value)
	}
	x, ok := q.Value.(*Call)
	if !ok || b.funcs[x.Name.Text] == nil {
		b.fail(q.Value.Where(), "only a call of a definition with several results is taken apart")
	}
	f := b.funcs[x.Name.Text]
	results := b.call(s, f, x)
	if len(results) != q.Of {
		panic(failure{&Diagnostic{At: q.Value.Where(), Message: fmt.Sprintf("%s results in %s, and here are names for %d", f.Name, ir.Counted(len(results), "value", "values"), q.Of),
			Notes: []Note{{f.NameAt, f.Name + " is defined here"}}}})
	}
	return results[q.Part]
}

// declared takes the range of subscript i of an equation for a result from the result's declared shape.
func (b *builder) declared(s *scope, q *Equation, i int, r *Range) {
	if dims := s.fn.declared(q); i < len(dims) {
		r.Lo, r.Hi = &Num{Text: "0", At: r.Name.At}, dims[i]
	}
}

// sparing is the equation if it has the word checkpoint before it, else nil.
func sparing(q *Equation) *Equation {
	if q.Sparing {
		return q
	}
	return nil
}
