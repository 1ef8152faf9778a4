package parser

import (
	"fmt"

	"github.com/adgen-go/adgen/ir"
)

// variable is an index variable while its range is being found.
type variable struct {
	name   Name
	temp   *ir.Node // stands for it in subscripts
	strong []limits // from subscripts that are always evaluated
	weak   []limits // from subscripts under a condition on the variable
}

// limits is what one subscript says of a variable: lo ≤ variable < hi.
type limits struct {
	lo, hi *ir.Node
	at     Span
	text   string // the array and its dimension
}

// unknown is the extent of a variable whose range is being found.
const unknown = "?"

// infer finds the ranges of variables from the subscripts in the expressions that they stand in. conditional
// tells that those are under a condition on them.
func (b *builder) infer(s *scope, names []Name, exprs []Expr, conditional bool) []limits {
	in := s.inner()
	vars := make([]*variable, len(names))
	for i, n := range names {
		vars[i] = &variable{name: n, temp: b.g.NewIndex(b.g.Size(unknown))}
		in.values[n.Text] = value{node: vars[i].temp}
	}
	for _, x := range exprs {
		b.collect(in, vars, x, conditional)
	}
	found := make([]limits, len(vars))
	for i, v := range vars {
		found[i] = b.meet(v)
	}
	return found
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
		case *Unary:
			push(top.s, top.weak, x.X)
		case *Binary:
			push(top.s, top.weak, x.X, x.Y)
		case *Paren:
			push(top.s, top.weak, x.X)
		case *Call:
			push(top.s, top.weak, x.Args...)
		case *Index:
			b.subscripts(top.s, vars, x, top.weak)
			push(top.s, top.weak, append([]Expr{x.X}, x.Args...)...)
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
		}
	}
}

// mentions tells whether x names one of the variables.
func mentions(x Expr, vars []*variable) bool {
	stack := []Expr{x}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch x := x.(type) {
		case *Ident:
			for _, v := range vars {
				if v.name.Text == x.Name {
					return true
				}
			}
		case *Unary:
			stack = append(stack, x.X)
		case *Binary:
			stack = append(stack, x.X, x.Y)
		case *Paren:
			stack = append(stack, x.X)
		case *Call:
			stack = append(stack, x.Args...)
		case *Index:
			stack = append(append(stack, x.X), x.Args...)
		case *If:
			stack = append(stack, x.Cond, x.Then, x.Else)
		}
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
	for d, a := range x.Args {
		e := b.tryInteger(s, a)
		if e == nil {
			continue
		}
		for _, v := range vars {
			coef, rest, ok := b.g.Linear(e, v.temp)
			if !ok || !rest.Closed() || coef != 1 && coef != -1 {
				continue
			}
			l := limits{at: a.Where(), text: fmt.Sprintf("%s has %s elements there", b.text(x.X.Where()), dims[d].Text())}
			if coef == 1 {
				l.lo, l.hi = b.g.IntSub(b.g.Int(0), rest), b.g.IntSub(dims[d], rest)
			} else {
				l.lo, l.hi = b.g.IntAdd(b.g.IntSub(rest, dims[d]), b.g.Int(1)), b.g.IntAdd(rest, b.g.Int(1))
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
	list := v.strong
	if len(list) == 0 {
		for _, l := range v.weak {
			if l.lo.IsConst(0) {
				list = append(list, l)
			}
		}
	}
	if len(list) == 0 {
		list = v.weak
	}
	if len(list) == 0 {
		b.failHelp(v.name.At, fmt.Sprintf("write the range: %s in 0..n", v.name.Text), "the range of %s cannot be inferred: it indexes no array directly", v.name.Text)
	}
	m := list[0]
	for _, l := range list[1:] {
		m.lo = b.larger(v, m, l, m.lo, l.lo, false)
		m.hi = b.larger(v, m, l, m.hi, l.hi, true)
	}
	return m
}

// larger is the larger (or, for upper bounds, the smaller) of two bounds, which must be comparable for all
// sizes.
func (b *builder) larger(v *variable, m, l limits, x, y *ir.Node, upper bool) *ir.Node {
	if x == y {
		return x
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
	what   string // the array
	from   *Call  // the outermost call that the subscript comes from, if any
}

// notes point at the call that a subscript comes from.
func (a access) notes() []Note {
	if a.from == nil {
		return nil
	}
	return []Note{{a.from.Where(), "in this call of " + a.from.Name.Text}}
}

// proveAll proves that all subscripts are in range: from the ranges of indices, the conditions around, by checks of sizes
// when an object is made and of integer data when they are bound.
func (b *builder) proveAll() {
	for _, a := range b.pending {
		b.catch(func() {
			b.prove(a, a.index, "is negative")
			b.prove(a, b.g.IntSub(b.g.IntSub(a.extent, b.g.Int(1)), a.index), fmt.Sprintf("runs beyond the end: %s has %s elements there", a.what, a.extent.Text()))
		})
	}
}

// prove proves e ≥ 0.
func (b *builder) prove(a access, e *ir.Node, wrong string) {
	if b.f.NonNegative(e) || b.implied(e, a.guards) {
		return
	}
	if b.checkData(a, e) {
		return
	}
	low, ok := b.f.Least(e)
	if !ok {
		b.failHelp(a.at, "index with one element of an integer array plus a constant", "the range of this index of %s cannot be checked", a.what)
	}
	if b.f.NonNegative(b.g.IntSub(b.g.Int(-1), low)) { // for all sizes, so that no check of them could ever pass
		if len(a.guards) > 0 {
			wrong += ", as far as the conditions around it tell"
		}
		panic(failure{&Diagnostic{At: a.at, Message: "the index " + wrong, Notes: a.notes(), Help: "restrict the range: i in lo..hi"}})
	}
	message := fmt.Sprintf("the index in %q %s", b.text(a.at), wrong)
	for _, c := range b.f.Checks {
		if c.Data == nil && c.Value == low && c.AtLeast == 0 {
			return
		}
	}
	b.f.Checks = append(b.f.Checks, ir.Check{Value: low, Message: message})
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

func (b *builder) text(at Span) string { return b.file.Source.Text[at.Start.Offset:at.End.Offset] }

// implied tells whether e ≥ 0 follows from one or two of the conditions that hold.
func (b *builder) implied(e *ir.Node, guards []*ir.Node) bool {
	var facts []*ir.Node // that are ≥ 0
	for _, c := range guards {
		facts = append(facts, b.facts(c, true)...)
	}
	for i, x := range facts {
		rest := b.g.IntSub(e, x)
		if b.f.NonNegative(rest) {
			return true
		}
		for _, y := range facts[i+1:] {
			if b.f.NonNegative(b.g.IntSub(rest, y)) {
				return true
			}
		}
	}
	return false
}

// facts lists Ints that are not negative where c holds, or does not.
func (b *builder) facts(c *ir.Node, holds bool) []*ir.Node {
	g := b.g
	if c.Kind != ir.Apply {
		return nil
	}
	switch {
	case c.Is(ir.OpNot):
		return b.facts(c.Args[0], !holds)
	case c.Is(ir.OpAnd) && holds, c.Is(ir.OpOr) && !holds:
		return append(b.facts(c.Args[0], holds), b.facts(c.Args[1], holds)...)
	}
	if len(c.Args) != 2 || c.Args[0].Type != ir.Int || c.Args[1].Type != ir.Int {
		return nil
	}
	x, y := c.Args[0], c.Args[1]
	less := func(x, y *ir.Node) *ir.Node { return g.IntSub(g.IntSub(y, x), g.Int(1)) }
	switch {
	case c.Is(ir.OpLt) && holds:
		return []*ir.Node{less(x, y)}
	case c.Is(ir.OpLt):
		return []*ir.Node{g.IntSub(x, y)}
	case c.Is(ir.OpLe) && holds:
		return []*ir.Node{g.IntSub(y, x)}
	case c.Is(ir.OpLe):
		return []*ir.Node{less(y, x)}
	case c.Is(ir.OpEq) && holds, c.Is(ir.OpNe) && !holds:
		return []*ir.Node{g.IntSub(x, y), g.IntSub(y, x)}
	}
	return nil
}

// checkData makes e ≥ 0 a condition on integer data, where e is one element of it plus or minus what is closed.
func (b *builder) checkData(a access, e *ir.Node) bool {
	for _, n := range ir.Reachable(a.index) {
		if n.Kind != ir.Access {
			continue
		}
		coef, rest, ok := b.g.Linear(a.index, n)
		if !ok || coef != 1 || rest.Kind != ir.Const {
			continue
		}
		low := int(-rest.Value)
		below := b.g.IntSub(a.extent, rest)
		for i, c := range b.f.Checks {
			if c.Data == n.Input {
				if c.AtLeast == low && c.Below == below {
					return true
				}
				if b.f.NonNegative(b.g.IntSub(c.Below, below)) {
					b.f.Checks[i].AtLeast, b.f.Checks[i].Below = max(low, c.AtLeast), below
					return true
				}
			}
		}
		b.f.Checks = append(b.f.Checks, ir.Check{Data: n.Input, AtLeast: low, Below: below})
		return true
	}
	return false
}
