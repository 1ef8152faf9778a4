package parser

import (
	"fmt"
	"math"
	"strconv"

	"github.com/adgen-go/adgen/ir"
)

// constants of the language.
var constants = map[string]float64{"pi": math.Pi, "π": math.Pi}

// maxNodes bounds the graph of one definition.
const maxNodes = 4_000_000

// expr elaborates an expression. Chains of operators to the left, a + b + c, are walked by a loop.
func (b *builder) expr(s *scope, x Expr) value {
	if b.g.Len() > maxNodes {
		b.failHelp(x.Where(), "write it with arrays and sums", "%s is made of more than %d operations", b.f.Name, maxNodes)
	}
	switch x := x.(type) {
	case *Num:
		return b.number(x, 1)
	case *Ident:
		return b.name(s, x)
	case *Paren:
		return b.expr(s, x.X)
	case *Unary:
		return b.unary(s, x)
	case *Binary:
		return b.chain(s, x)
	case *Call:
		return b.apply(s, x)
	case *Index:
		return b.element(s, x)
	case *If:
		return b.conditional(s, x)
	case *Reduce:
		return b.reduction(s, x)
	case *List:
		return b.list(s, x)
	case *Tuple:
		b.failHelp(x.Span, "a vector is written [a, b]", "a pair has no meaning here")
	case *Range:
		b.failHelp(x.Where(), "a reduction binds one: sum("+FormatExpr(x)+": …)", "a range stands on the left of an equation alone")
	}
	panic("internal error: an unknown kind of expression")
}

// number elaborates a literal.
func (b *builder) number(x *Num, sign float64) value {
	v, err := strconv.ParseFloat(x.Text, 64)
	if err != nil {
		b.failHelp(x.At, "the largest number is about 1.8e308", "the number %s is out of range", x.Text)
	}
	return value{node: b.g.Const(sign * v)}
}

func (b *builder) name(s *scope, x *Ident) value {
	if low := s.lowest(x.Name); low != nil {
		b.failHelp(x.At, fmt.Sprintf("index it, or add an equation: %s[0] = …", x.Name), "%s has no equation for its first places, up to %v", x.Name, low)
	}
	return b.named(s, x)
}

// named is what a name stands for.
func (b *builder) named(s *scope, x *Ident) value {
	if v, ok := s.find(x.Name); ok {
		return v.sound()
	}
	if n := s.sizes[x.Name]; n != nil {
		return value{node: n}
	}
	if c, ok := constants[x.Name]; ok {
		return value{node: b.g.Const(c)}
	}
	d := &Diagnostic{At: x.At, Message: "there is no " + strconv.Quote(x.Name) + " here"}
	if _, ok := ir.Lookup(x.Name); ok || composites[x.Name] != nil || b.funcs[x.Name] != nil {
		d.Message = x.Name + " is a function"
		d.Help = "call it: " + x.Name + "(…)"
	} else if near := b.nearest(s, x.Name); near != "" {
		d.Help = "did you mean " + near + "?"
	} else if x.Name == "e" {
		d.Help = "for Euler's number write exp(1)"
	}
	panic(failure{d})
}

// nearest is a visible name that differs in one letter.
func (b *builder) nearest(s *scope, name string) string {
	best := ""
	see := func(n string) {
		if oneEdit(name, n) && (best == "" || n < best) {
			best = n
		}
	}
	for c := s; c != nil; c = c.outer {
		for n := range c.values {
			see(n)
		}
	}
	for n := range s.sizes {
		see(n)
	}
	return best
}

// oneEdit tells whether a becomes c by changing, adding or dropping one rune, or by swapping two neighbours.
func oneEdit(a, c string) bool {
	x, y := []rune(a), []rune(c)
	if len(x) < len(y) {
		x, y = y, x
	}
	i := 0
	for i < len(y) && x[i] == y[i] {
		i++
	}
	switch {
	case len(x) == len(y):
		return len(x) > 1 && i < len(x) && (string(x[i+1:]) == string(y[i+1:]) || swapped(x[i:], y[i:]))
	case len(x) == len(y)+1:
		return len(y) > 0 && string(x[i+1:]) == string(y[i:])
	}
	return false
}

// swapped tells whether the two differ in the order of their first two letters.
func swapped(x, y []rune) bool {
	return len(x) > 1 && x[0] == y[1] && x[1] == y[0] && string(x[2:]) == string(y[2:])
}

// real is v as a real number: integers are converted, conditions refused.
func (b *builder) real(at Span, v value) value {
	switch v.node.Type {
	case ir.Int:
		return value{v.index, b.g.ToReal(v.node)}
	case ir.Bool:
		b.failHelp(at, "write if … then 1 else 0", "a condition stands where a number is needed")
	}
	return v
}

func (b *builder) unary(s *scope, x *Unary) value {
	switch x.Op {
	case "not":
		return value{node: b.condition(s, x)}
	case "'":
		v := b.expr(s, x.X)
		switch v.rank() {
		case 0, 1:
			return v
		case 2:
			return value{[]*ir.Node{v.index[1], v.index[0]}, v.node}
		}
		b.fail(x.At, "only a matrix can be transposed, this is %s", shape(v.dims()))
	}
	if n, ok := x.X.(*Num); ok {
		return b.number(n, -1)
	}
	return b.mapped([]Span{x.X.Where()}, ir.OpNeg, b.real(x.X.Where(), b.expr(s, x.X)))
}

var arithmetic = map[string]ir.Op{"+": ir.OpAdd, "-": ir.OpSub, "*": ir.OpMul, "/": ir.OpDiv, "^": ir.OpPow}

// chain elaborates x and the operators down its left side.
func (b *builder) chain(s *scope, x *Binary) value {
	if _, ok := arithmetic[x.Op]; !ok && x.Op != "@" {
		return value{node: b.condition(s, x)}
	}
	var spine []*Binary
	var left Expr = x
	for {
		n, ok := left.(*Binary)
		if _, arith := arithmetic[opOf(n)]; !ok || !arith && n.Op != "@" {
			break
		}
		spine = append(spine, n)
		left = n.X
	}
	v := b.expr(s, left)
	at := left.Where()
	for i := len(spine) - 1; i >= 0; i-- {
		n := spine[i]
		y := b.expr(s, n.Y)
		v = b.binary(n, at, v, y)
		at = n.Span
	}
	return v
}

func opOf(n *Binary) string {
	if n == nil {
		return ""
	}
	return n.Op
}

// binary applies one arithmetic operator.
func (b *builder) binary(x *Binary, at Span, v, w value) value {
	right := x.Y.Where()
	v, w = b.real(at, v), b.real(right, w)
	if x.Op == "@" {
		return b.product(x, at, v, w)
	}
	if x.Op == "/" && w.node.IsConst(0) {
		b.failHelp(right, "restrict the function to where it is finite", "division by zero")
	}
	return b.mapped([]Span{at, right}, arithmetic[x.Op], v, w)
}

// product is the matrix product: the last dimension of v against the first of w, or, for w with two
// or more, its last but one.
func (b *builder) product(x *Binary, at Span, v, w value) value {
	right := x.Y.Where()
	if v.rank() == 0 || w.rank() == 0 || v.rank() > 2 || w.rank() > 2 {
		b.failHelp(x.At, "for a multiple write *", "@ multiplies matrices and vectors, not %s and %s", shape(v.dims()), shape(w.dims()))
	}
	inner, outer := v.index[v.rank()-1], w.index[0]
	if inner.Extent != outer.Extent {
		panic(failure{&Diagnostic{At: x.At, Message: "the shapes " + shape(v.dims()) + " @ " + shape(w.dims()) + " do not fit: " + inner.Extent.Text() + " is not " + outer.Extent.Text(),
			Notes: []Note{{at, "this has the shape " + shape(v.dims())}, {right, "this has the shape " + shape(w.dims())}}}})
	}
	w = b.fresh(w)
	term := b.g.Apply(ir.OpMul, v.node, b.g.Rename(w.node, w.index[0], inner))
	index := append(append([]*ir.Node(nil), v.index[:v.rank()-1]...), w.index[1:]...)
	return value{index, b.g.Reduce(ir.Sum, inner, term)}
}

var comparisons = map[string]ir.Op{"<": ir.OpLt, "<=": ir.OpLe, "==": ir.OpEq, "!=": ir.OpNe}

// condition elaborates a comparison or what joins comparisons.
func (b *builder) condition(s *scope, x Expr) *ir.Node {
	switch n := x.(type) {
	case *Paren:
		return b.condition(s, n.X)
	case *Unary:
		if n.Op == "not" {
			return b.g.Apply(ir.OpNot, b.condition(s, n.X))
		}
	case *Binary:
		if n.Op == "and" || n.Op == "or" {
			return b.joined(s, n)
		}
		left, right := n.X, n.Y
		op := n.Op
		switch op {
		case ">":
			op, left, right = "<", right, left
		case ">=":
			op, left, right = "<=", right, left
		}
		if c, ok := comparisons[op]; ok {
			return b.compare(s, n, c, left, right)
		}
	}
	b.failHelp(x.Where(), "compare it with something: x > 0", "a number stands where a condition is needed")
	return nil
}

// joined elaborates c and d and …, walking down the left side. What stands behind counts only where what stands before holds, or, behind an or, does not, and
// so may read what is there only then.
func (b *builder) joined(s *scope, x *Binary) *ir.Node {
	var spine []*Binary
	var left Expr = x
	for {
		n, ok := left.(*Binary)
		if !ok || n.Op != x.Op {
			break
		}
		spine = append(spine, n)
		left = n.X
	}
	c := b.condition(s, left)
	op := ir.OpAnd
	if x.Op == "or" {
		op = ir.OpOr
	}
	for i := len(spine) - 1; i >= 0; i-- {
		c = b.g.Apply(op, c, b.behind(s, op, c, spine[i].Y))
	}
	return c
}

// behind elaborates the condition x that stands behind c and the operator.
func (b *builder) behind(s *scope, op ir.Op, c *ir.Node, x Expr) *ir.Node {
	if op == ir.OpOr {
		c = b.g.Not(c)
	}
	defer b.under(c)()
	return b.condition(s, x)
}

func (b *builder) compare(s *scope, n *Binary, op ir.Op, left, right Expr) *ir.Node {
	v, w := b.expr(s, left), b.expr(s, right)
	if v.rank() > 0 || w.rank() > 0 {
		b.failHelp(n.At, "compare elements: x[i] > 0", "arrays cannot be compared")
	}
	x, y := b.whole(v.node), b.whole(w.node)
	if x == nil || y == nil || v.node.Kind == ir.Const && w.node.Kind == ir.Const {
		x, y = b.real(left.Where(), v).node, b.real(right.Where(), w).node
	}
	return b.g.Apply(op, x, y)
}

// whole is n as an Int, if it is made of whole numbers, indices and sizes by + - and *; else nil. So i < n - 1 compares
// indices, and bounds loops.
func (b *builder) whole(n *ir.Node) *ir.Node {
	done := map[*ir.Node]*ir.Node{}
	stack := []*ir.Node{n}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		ready := len(done) < maxTerms
		switch {
		case !ready:
			return nil
		case top.Type == ir.Int:
			done[top] = top
		case top.Is(ir.OpReal):
			done[top] = top.Args[0]
		case top.Kind == ir.Const && top.Type == ir.Real && top.Value == math.Trunc(top.Value) && math.Abs(top.Value) < 1<<40:
			done[top] = b.g.Int(int(top.Value))
		case top.Is(ir.OpAdd) || top.Is(ir.OpSub) || top.Is(ir.OpMul) || top.Is(ir.OpNeg):
			for _, a := range top.Args {
				if done[a] == nil {
					stack, ready = append(stack, a), false
				}
			}
			if ready {
				done[top] = b.wholeOperation(top, done)
				if exceeds(done[top]) {
					return nil
				}
			}
		default:
			return nil
		}
		if ready {
			stack = stack[:len(stack)-1]
		}
	}
	return done[n]
}

func (b *builder) wholeOperation(n *ir.Node, of map[*ir.Node]*ir.Node) *ir.Node {
	x, y := of[n.Args[0]], of[n.Args[len(n.Args)-1]]
	switch n.Prim.Op {
	case ir.OpAdd:
		return b.g.IntAdd(x, y)
	case ir.OpSub:
		return b.g.IntSub(x, y)
	case ir.OpMul:
		return b.g.IntMul(x, y)
	}
	return b.g.IntSub(b.g.Int(0), x)
}

// conditional elaborates if c then a else b.
func (b *builder) conditional(s *scope, x *If) value {
	c := b.condition(s, x.Cond)
	branch := func(c *ir.Node, e Expr) value {
		defer b.under(c)()
		return b.real(e.Where(), b.expr(s, e))
	}
	then := branch(c, x.Then)
	other := branch(b.g.Apply(ir.OpNot, c), x.Else)
	return b.mapped([]Span{x.Cond.Where(), x.Then.Where(), x.Else.Where()}, ir.OpSelect, value{node: c}, then, other)
}

// element elaborates X[i, j], or, with fewer subscripts than dimensions, a row.
func (b *builder) element(s *scope, x *Index) value {
	var v value
	var low []int
	if id, ok := x.X.(*Ident); ok {
		v, low = b.named(s, id), s.lowest(id.Name)
	} else {
		v = b.expr(s, x.X)
	}
	b.checkRank(x, v.rank(), v.dims())
	if v.rank() == 0 {
		return v
	}
	to := make([]*ir.Node, len(x.Args))
	for i, a := range x.Args {
		to[i] = b.integer(s, a)
		extent := v.index[i].Extent
		p := access{index: to[i], extent: extent, at: a.Where(), what: b.text(x.X.Where()), dim: i, made: a.Where() == x.Where()}
		if id, ok := x.X.(*Ident); ok {
			p.array = id.Name
		}
		b.oblige(p)
		if i < len(low) && low[i] > 0 {
			first := b.g.Int(low[i])
			p.index, p.extent = b.g.IntSub(to[i], first), b.g.IntSub(extent, first)
			b.oblige(p)
		}
	}
	n := b.g.At(v.node, v.index[:len(to)], to)
	if n.Kind == ir.Access && n.Input.Defined {
		b.spans[n] = x.Where()
	}
	return value{v.index[len(to):], n}
}

// checkRank refuses more subscripts than dimensions.
func (b *builder) checkRank(x *Index, rank int, dims []*ir.Node) {
	switch n := len(x.Args); {
	case x.Of != nil:
		b.checkRow(x, dims)
	case n == 0:
		b.fail(x.Where(), "empty brackets: write an index")
	case rank == 0:
		b.fail(x.Where(), "%s is a number and takes no index", b.text(x.X.Where()))
	case n > rank:
		b.fail(x.Where(), "%s is %s and takes at most %s, not %d", b.text(x.X.Where()), shape(dims), ir.Counted(rank, "index", "indices"), n)
	}
}

// checkRow refuses a row that is longer or shorter than what is taken from it. A number stands for a row of its like.
func (b *builder) checkRow(x *Index, dims []*ir.Node) {
	fits := len(dims) >= len(x.Of) || len(dims) == 0
	for d := range min(len(dims), len(x.Of)) {
		fits = fits && dims[d].IsConst(float64(x.Of[d]))
	}
	if !fits {
		var want []*ir.Node
		for _, n := range x.Of {
			want = append(want, b.g.Int(n))
		}
		b.fail(x.X.Where(), "a row of %s is wanted, and this is %s", shape(want), shape(dims))
	}
}

// integer elaborates a subscript, a size, or a bound of a range.
func (b *builder) integer(s *scope, x Expr) *ir.Node {
	switch n := x.(type) {
	case *Num:
		v, err := strconv.ParseFloat(n.Text, 64)
		if err != nil || v != math.Trunc(v) || v > 1<<40 {
			b.fail(n.At, "an index or size is a whole number, not %s", n.Text)
		}
		return b.g.Int(int(v))
	case *Paren:
		return b.integer(s, n.X)
	case *Unary:
		if n.Op == "-" {
			return b.g.IntSub(b.g.Int(0), b.integer(s, n.X))
		}
	case *Binary:
		if _, ok := arithmetic[n.Op]; ok && n.Op != "^" {
			return b.integerChain(s, n)
		}
	case *Ident, *Index, *Range:
		v := b.expr(s, x)
		if v.rank() > 0 {
			b.fail(x.Where(), "an index is a single number, this is %s", shape(v.dims()))
		}
		if v.node.Type != ir.Int {
			b.failHelp(x.Where(), "declare integer data as k[n] int", "a real number cannot be an index")
		}
		return v.node
	}
	b.fail(x.Where(), "an index or size is made of whole numbers with + - * /")
	return nil
}

// integerChain walks down the left side of an operator.
func (b *builder) integerChain(s *scope, x *Binary) *ir.Node {
	var spine []*Binary
	var left Expr = x
	for {
		n, ok := left.(*Binary)
		if _, arith := arithmetic[opOf(n)]; !ok || !arith || n.Op == "^" {
			break
		}
		spine = append(spine, n)
		left = n.X
	}
	v := b.integer(s, left)
	for i := len(spine) - 1; i >= 0; i-- {
		n := spine[i]
		w := b.integer(s, n.Y)
		switch n.Op {
		case "+":
			v = b.g.IntAdd(v, w)
		case "-":
			v = b.g.IntSub(v, w)
		case "*":
			v = b.g.IntMul(v, w)
		default:
			if w.IsConst(0) {
				b.fail(n.Y.Where(), "division by zero")
			}
			v = b.g.IntDiv(v, w)
		}
		if exceeds(v) {
			b.fail(n.Span, "an index or size may have at most %d terms, and products of at most %d sizes and indices", maxTerms, maxDegree)
		}
	}
	return v
}

// The bounds of integer expressions, which are multiplied out.
const (
	maxTerms  = 200
	maxDegree = 8
)

// exceeds tells whether the integer n has more terms or factors than allowed.
func exceeds(n *ir.Node) bool { return len(n.Args) > maxTerms || degree(n) > maxDegree }

// degree is the number of factors of an integer product, or of the longest in a sum.
func degree(n *ir.Node) int {
	longest := 1
	for _, a := range append([]*ir.Node{n}, n.Args...) {
		d := 1
		for a.Is(ir.OpIntMul) {
			d++
			a = a.Args[0]
		}
		longest = max(longest, d)
	}
	return longest
}
