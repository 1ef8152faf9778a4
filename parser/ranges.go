package parser

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// variable is an index variable while its range is being found.
type variable struct {
	name   Name
	temp   *ir.Node // stands for it in subscripts
	strong []limits // from subscripts that are always evaluated
	weak   []limits // from subscripts under a condition on the variable
}

// limits is what one subscript says of a variable: lo ≤ variable < hi, as far as they are known.
type limits struct {
	lo, hi *ir.Node
	at     Span
	text   string // the array and its dimension
}

// open is the limits that are left where the extent is not known yet, and the variable stands in the subscript with the coefficient.
func (l limits) open(coef int) limits {
	if coef == 1 {
		l.hi = nil
	} else {
		l.lo = nil
	}
	return l
}

// unknown is the extent of a variable whose range is being found.
const unknown = "?"

// infer finds the ranges of variables from the subscripts in the expressions that they stand in. conditional
// tells that those are under a condition on them.
func (b *builder) infer(s *scope, names []Name, exprs []Expr, conditional bool) []limits {
	found := make([]limits, len(names))
	for i, v := range b.look(s, names, exprs, conditional) {
		found[i] = b.meet(v)
	}
	return found
}

// look collects what the expressions say of the variables.
func (b *builder) look(s *scope, names []Name, exprs []Expr, conditional bool) []*variable {
	in := s.inner()
	vars := make([]*variable, len(names))
	for i, n := range names {
		vars[i] = &variable{name: n, temp: b.g.NewIndex(b.g.Size(unknown))}
		in.values[n.Text] = value{node: vars[i].temp}
	}
	for _, x := range exprs {
		b.collect(in, vars, x, conditional)
	}
	return vars
}

// collect notes what the subscripts in x say of the variables.
func (b *builder) collect(s *scope, vars []*variable, x Expr, weak bool) {
	type item struct {
		x    Expr
		s    *scope
		weak bool
	}
	stack := []item{{x, s, weak}}
	push := func(s *scope, weak bool, list ...Expr) {
		for i := len(list) - 1; i >= 0; i-- {
			stack = append(stack, item{list[i], s, weak})
		}
	}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch x := top.x.(type) {
		case *Index:
			b.subscripts(top.s, vars, x, top.weak)
			push(top.s, top.weak, Operands(x)...)
		case *If:
			push(top.s, top.weak, x.Cond)
			push(top.s, top.weak || mentions(x.Cond, vars), x.Then, x.Else)
		case *Reduce:
			in := top.s.inner()
			for _, v := range x.Vars {
				in.values[v.Name.Text] = value{node: b.g.NewIndex(b.g.Size(unknown))}
			}
			weak := top.weak
			if x.Cond != nil {
				push(in, weak, x.Cond)
				weak = weak || mentions(x.Cond, vars)
			}
			push(in, weak, x.Body)
		case *Binary:
			push(top.s, top.weak || (x.Op == "and" || x.Op == "or") && mentions(x.X, vars), x.Y)
			push(top.s, top.weak, x.X)
		default:
			push(top.s, top.weak, Operands(x)...)
		}
	}
}

// mentions tells whether x names one of the variables.
func mentions(x Expr, vars []*variable) bool {
	stack := []Expr{x}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if id, ok := x.(*Ident); ok && slices.ContainsFunc(vars, func(v *variable) bool { return v.name.Text == id.Name }) {
			return true
		}
		stack = append(stack, Operands(x)...)
	}
	return false
}

// subscripts notes what one X[…] says. What cannot be elaborated yet says nothing.
func (b *builder) subscripts(s *scope, vars []*variable, x *Index, weak bool) {
	dims, ok := b.tryDims(s, x.X)
	if !ok {
		return
	}
	b.checkRank(x, len(dims), dims)
	for d, a := range x.Args[:min(len(x.Args), len(dims))] {
		e := b.tryInteger(s, a)
		if e == nil {
			continue
		}
		for _, v := range vars {
			coef, rest, ok := b.g.Linear(e, v.temp)
			if !ok || !rest.Closed() || ir.ReadsData(rest) || coef != 1 && coef != -1 {
				continue
			}
			l := limits{at: a.Where(), text: fmt.Sprintf("%s has %s elements there", b.text(x.X.Where()), dims[d].Text())}
			if coef == 1 {
				l.lo, l.hi = b.g.IntSub(b.g.Int(0), rest), b.g.IntSub(dims[d], rest)
			} else {
				l.lo, l.hi = b.g.IntAdd(b.g.IntSub(rest, dims[d]), b.g.Int(1)), b.g.IntAdd(rest, b.g.Int(1))
			}
			if dims[d] == b.g.Size(unknown) {
				l = l.open(coef)
			}
			if weak {
				v.weak = append(v.weak, l)
			} else {
				v.strong = append(v.strong, l)
			}
		}
	}
}

// tryDims is the shape of x, if it can be found without the ranges that are being inferred.
func (b *builder) tryDims(s *scope, x Expr) (dims []*ir.Node, ok bool) {
	switch x := x.(type) {
	case *Ident:
		v, ok := s.find(x.Name)
		if !ok {
			return nil, false
		}
		return v.sound().dims(), true
	case *Index:
		dims, ok := b.tryDims(s, x.X)
		if ok && len(dims) == 0 && x.Of != nil {
			return dims, true
		}
		if !ok || len(x.Args) > len(dims) {
			return nil, false
		}
		return dims[len(x.Args):], true
	case *Paren:
		return b.tryDims(s, x.X)
	}
	key := shapeKey{x, s.root()}
	if dims, ok := b.shapes[key]; ok {
		return dims, true
	}
	if ok = b.try(func() { dims = b.expr(s, x).dims() }); ok {
		b.shapes[key] = dims
	}
	return dims, ok
}

// tryInteger is x as an Int, or nil.
func (b *builder) tryInteger(s *scope, x Expr) (n *ir.Node) {
	b.try(func() { n = b.integer(s, x) })
	return n
}

// meet is the intersection of what subscripts say of v: of those that are always evaluated if there are any, else of
// those with the plain variable, else of all.
func (b *builder) meet(v *variable) limits {
	m := b.known(v)
	if m.lo == nil && m.hi == nil {
		b.failHelp(v.name.At, fmt.Sprintf("write the range: %s in 0..n", v.name.Text), "the range of %s cannot be inferred: it indexes no array directly", v.name.Text)
	}
	if m.lo == nil || m.hi == nil {
		b.failHelp(v.name.At, fmt.Sprintf("write the range: %s in 0..n", v.name.Text), "the range of %s cannot be inferred: nothing bounds it on both sides", v.name.Text)
	}
	return m
}

// known is what is known of v: a bound that is always evaluated hides those under conditions.
func (b *builder) known(v *variable) limits {
	m := b.intersection(v, v.strong)
	if len(v.strong) > 0 && m.lo != nil && m.hi != nil {
		return m
	}
	var plain []limits
	for _, l := range v.weak {
		if l.lo != nil && l.lo.IsConst(0) {
			plain = append(plain, l)
		}
	}
	if len(plain) == 0 {
		plain = v.weak
	}
	w := b.intersection(v, plain)
	if m.lo == nil {
		m.lo = w.lo
	}
	if m.hi == nil {
		m.hi = w.hi
	}
	return m
}

// intersection is what all of the limits say together.
func (b *builder) intersection(v *variable, list []limits) limits {
	var m limits
	for i, l := range list {
		if i == 0 {
			m = l
			continue
		}
		m.lo = b.larger(v, m, l, m.lo, l.lo, false)
		m.hi = b.larger(v, m, l, m.hi, l.hi, true)
	}
	return m
}

// larger is the larger (or, for upper bounds, the smaller) of two bounds, which must be comparable for all
// sizes.
func (b *builder) larger(v *variable, m, l limits, x, y *ir.Node, upper bool) *ir.Node {
	switch {
	case x == y || y == nil:
		return x
	case x == nil:
		return y
	}
	big, small := x, y
	switch {
	case b.f.NonNegative(b.g.IntSub(x, y)):
	case b.f.NonNegative(b.g.IntSub(y, x)):
		big, small = y, x
	default:
		panic(failure{&Diagnostic{At: l.at, Message: fmt.Sprintf("the sizes do not agree: %s runs to %s here and to %s elsewhere", v.name.Text, l.hi.Text(), m.hi.Text()),
			Notes: []Note{{l.at, l.text}, {m.at, m.text}}, Help: fmt.Sprintf("give both the same size, or write the range: %s in 0..n", v.name.Text)}})
	}
	if upper {
		return small
	}
	return big
}

// access is a subscript that is to be proved in range.
type access struct {
	index  *ir.Node // the subscript
	extent *ir.Node
	guards []*ir.Node
	at     Span
	what   string // the array, as it is written
	array  string // its name, or that of its component
	dim    int    // the dimension of the array that the subscript is for
	from   *Call  // the outermost call that the subscript comes from, if any
	help   string // what to do where it is negative for all sizes, if more can be said than to restrict the range
	made   bool   // no subscript of the source, but of a component in the array that is made of them
}

// notes point at the call that a subscript comes from.
func (a access) notes() []Note {
	if a.from == nil {
		return nil
	}
	return []Note{{a.from.Where(), "in this call of " + a.from.Name.Text}}
}

// proveAll proves that all subscripts are in range: from the ranges of indices, the conditions around, by checks of sizes
// when an object is made and of integer data when they are bound. That a component does not reach all places of its array is said only where nothing is
// wrong with components themselves.
func (b *builder) proveAll() {
	right := true
	prove := func(made bool) {
		for _, a := range b.pending {
			if a.made != made {
				continue
			}
			ok := b.catch(func() {
				b.prove(a, a.index, "is negative")
				b.prove(a, b.g.IntSub(b.g.IntSub(a.extent, b.g.Int(1)), a.index), fmt.Sprintf("runs beyond the end: %s has %s elements there", a.what, a.extent.Text()))
			})
			right = right && ok
		}
	}
	if prove(false); right {
		prove(true)
	}
}

// prove proves e ≥ 0.
func (b *builder) prove(a access, e *ir.Node, wrong string) {
	if b.f.NonNegative(e, a.guards...) {
		return
	}
	if b.checkData(a, e) {
		return
	}
	low, ok := b.f.Least(e, a.guards...)
	if !ok {
		b.failHelp(a.at, "index with one element of an integer array, times and plus sizes, constants and indices of known range", "the range of this index of %s cannot be checked", a.what)
	}
	if b.f.NonNegative(b.g.IntSub(b.g.Int(-1), low)) { // for all sizes, so that no check of them could ever pass
		if len(a.guards) > 0 {
			wrong += ", as far as the conditions around it tell"
		}
		help := "restrict the range: i in lo..hi"
		if e == a.index {
			help = cmp.Or(a.help, help)
		}
		panic(failure{&Diagnostic{At: a.at, Message: "the index " + wrong, Notes: a.notes(), Help: help}})
	}
	message := fmt.Sprintf("%s, or the index in %q %s", b.demand(low), b.text(a.at), wrong)
	for _, c := range b.f.Checks {
		if c.Data == nil && c.Value == low && c.AtLeast == 0 {
			return
		}
	}
	b.f.Checks = append(b.f.Checks, ir.Check{Value: low, Message: message})
}

// demand says in words that the Int n, of sizes, must not be negative.
func (b *builder) demand(n *ir.Node) string {
	l := ir.Node{Args: []*ir.Node{n}, Coef: []int{1}}
	if n.Kind == ir.Affine {
		l = *n
	}
	signs := [2]*ir.Node{b.g.Int(0), b.g.Int(0)} // the terms that are added, and those that are subtracted
	factor := 0                                  // of a single term
	for i, x := range l.Args {
		k, side := l.Coef[i], 0
		if k < 0 {
			k, side = -k, 1
		}
		if factor = k; len(l.Args) > 1 {
			factor = 1
		}
		signs[side] = b.g.IntAdd(signs[side], b.g.IntMul(b.g.Int(k/factor), x))
	}
	c := int(l.Value)
	switch {
	case signs[0].IsConst(0):
		return fmt.Sprintf("%s must be at most %d", signs[1].Text(), c/factor)
	case signs[1].IsConst(0):
		return fmt.Sprintf("%s must be at least %d", signs[0].Text(), (factor-1-c)/factor)
	}
	least, most := b.g.IntAdd(signs[1], b.g.Int(max(-c, 0))), b.g.IntAdd(signs[0], b.g.Int(max(c, 0)))
	return fmt.Sprintf("%s must be at least %s", most.Text(), least.Text())
}

// oblige notes an access to be proved in range under the conditions that hold here, unless it is for all sizes.
func (b *builder) oblige(a access) {
	last := b.g.IntSub(a.extent, b.g.Int(1))
	if b.f.NonNegative(a.index) && b.f.NonNegative(b.g.IntSub(last, a.index)) {
		return
	}
	a.guards = append([]*ir.Node(nil), b.guards...)
	a.from = b.from
	b.pending = append(b.pending, a)
	b.obligations++
}

func (b *builder) text(at Span) string { return at.Start.Source.Text[at.Start.Offset:at.End.Offset] }
