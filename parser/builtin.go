package parser

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// composite is a function of the language that is made of others.
type composite struct {
	least, most int // arguments
	elementwise bool
	build       func(b *builder, x *Call, args []value) value
}

// composites are the functions that are not primitives of the table, with their formulas.
var composites = newComposites()

func newComposites() map[string]*composite {
	g := func(b *builder) *ir.Graph { return b.g }
	return map[string]*composite{
		// leaky_relu(x, a) = x for x > 0, else a·x; a = 0.01. Derivative a at 0.
		"leaky_relu": {1, 2, true, func(b *builder, x *Call, v []value) value {
			z := v[0].node
			a := optional(b, v, 0.01)
			return value{node: g(b).Apply(ir.OpSelect, b.positive(z), z, g(b).Apply(ir.OpMul, a, z))}
		}},
		// elu(x, a) = x for x > 0, else a·(e^x − 1); a = 1.
		"elu": {1, 2, true, func(b *builder, x *Call, v []value) value {
			z := v[0].node
			low := g(b).Apply(ir.OpExpm1, z)
			if len(v) == 2 {
				low = g(b).Apply(ir.OpMul, v[1].node, low)
			}
			return value{node: g(b).Apply(ir.OpSelect, b.positive(z), z, low)}
		}},
		// gelu(x) = ½x(1 + erf(x/√2)).
		"gelu": {1, 1, true, func(b *builder, x *Call, v []value) value {
			z := v[0].node
			erf := g(b).Apply(ir.OpErf, g(b).Apply(ir.OpMul, g(b).Const(math.Sqrt2/2), z))
			return value{node: g(b).Apply(ir.OpMul, g(b).Apply(ir.OpMul, g(b).Const(0.5), z), g(b).Apply(ir.OpAdd, g(b).Const(1), erf))}
		}},
		// silu(x) = x·sigmoid(x).
		"silu": {1, 1, true, func(b *builder, x *Call, v []value) value {
			return value{node: g(b).Apply(ir.OpMul, v[0].node, g(b).Apply(ir.OpSigmoid, v[0].node))}
		}},
		// clamp(x, lo, hi) = min(max(x, lo), hi).
		"clamp": {3, 3, true, func(b *builder, x *Call, v []value) value {
			return value{node: g(b).Apply(ir.OpMin, g(b).Apply(ir.OpMax, v[0].node, v[1].node), v[2].node)}
		}},
		// softmax(z)ᵢ = e^(zᵢ−m)/Σ e^(zⱼ−m), m = max z, along the last dimension.
		"softmax": {1, 1, false, func(b *builder, x *Call, v []value) value {
			b.needArray(x, v[0])
			m, sum := b.shifted(v[0], 1)
			e := g(b).Apply(ir.OpExpFTZ, g(b).Apply(ir.OpSub, v[0].node, m))
			return value{v[0].index, g(b).Apply(ir.OpDiv, e, sum)}
		}},
		// log_softmax(z)ᵢ = (zᵢ − m) − log Σ e^(zⱼ−m).
		"log_softmax": {1, 1, false, func(b *builder, x *Call, v []value) value {
			b.needArray(x, v[0])
			m, sum := b.shifted(v[0], 1)
			return value{v[0].index, g(b).Apply(ir.OpSub, g(b).Apply(ir.OpSub, v[0].node, m), g(b).Apply(ir.OpLog, sum))}
		}},
		// dot(a, b) = Σ aᵢbᵢ over all elements.
		"dot": {2, 2, false, func(b *builder, x *Call, v []value) value {
			p := b.mapped(spans(x), ir.OpMul, v...)
			return b.reduced(ir.Sum, p, p.rank())
		}},
		// outer(a, b)ᵢⱼ = aᵢbⱼ.
		"outer": {2, 2, false, func(b *builder, x *Call, v []value) value {
			b.needArray(x, v[0])
			b.needArray(x, v[1])
			w := b.fresh(v[1])
			all := value{append(append([]*ir.Node(nil), v[0].index...), w.index...), g(b).Apply(ir.OpMul, v[0].node, w.node)}
			b.checkDimensions(x.Where(), all)
			return all
		}},
		// cross(a, b)ᵢ = aⱼbₖ − aₖbⱼ, with i, j, k in cyclic order, for vectors of 3.
		"cross": {2, 2, false, (*builder).cross},
		// concat(a, b, …): the rows of a, then those of b.
		"concat": {1, maxElements, false, (*builder).concat},
	}
}

func spans(x *Call) []Span {
	at := make([]Span, len(x.Args))
	for i, a := range x.Args {
		at[i] = a.Where()
	}
	return at
}

// optional is the second argument or its default.
func optional(b *builder, v []value, otherwise float64) *ir.Node {
	if len(v) == 2 {
		return v[1].node
	}
	return b.g.Const(otherwise)
}

func (b *builder) positive(x *ir.Node) *ir.Node { return b.g.Apply(ir.OpLt, b.g.Const(0), x) }

func (b *builder) needArray(x *Call, v value) {
	if v.rank() == 0 {
		b.fail(x.Where(), "%s takes arrays, this is a number", x.Name.Text)
	}
}

// apply elaborates a call: of a definition, a primitive, a composite, or a reduction of whole arrays.
func (b *builder) apply(s *scope, x *Call) value {
	if f := b.funcs[x.Name.Text]; f != nil {
		return b.single(s, f, x)
	}
	if op, ok := b.prims[x.Name.Text]; ok {
		return b.primitive(s, op, x)
	}
	if x.Name.Text == "eye" {
		return b.eye(s, x)
	}
	p, primitive := ir.Lookup(x.Name.Text)
	c := composites[x.Name.Text]
	_, reduces := reductions[x.Name.Text]
	if !primitive && c == nil && !reduces {
		b.unknownFunction(x)
	}
	if primitive && p.Partials[0] == nil && p.Arity == 2 && p.Op != ir.OpMod {
		return b.ofOrder(s, x, p)
	}
	args := make([]value, len(x.Args))
	for i, a := range x.Args {
		args[i] = b.real(a.Where(), b.expr(s, a))
	}
	if reduces && len(args) == 1 {
		b.needArray(x, args[0])
		return b.reduceBy(x.Name.Text, args[0], args[0].rank())
	}
	if primitive && (p.Op == ir.OpMin || p.Op == ir.OpMax) {
		b.arity(x, 2, maxElements)
		v := args[0]
		for _, w := range args[1:] {
			v = b.mapped(spans(x), p.Op, v, w)
		}
		return v
	}
	if primitive {
		b.arity(x, p.Arity, p.Arity)
		v := b.mapped(spans(x), p.Op, args...)
		if p.Why != "" {
			b.g.SetPlace(v.node, x.Where().Place())
		}
		return v
	}
	if c == nil {
		b.failHelp(x.Where(), fmt.Sprintf("write %s(i: …) or %s(A)", x.Name.Text, x.Name.Text), "%s takes one array, or index variables and a colon", x.Name.Text)
	}
	b.arity(x, c.least, c.most)
	if !c.elementwise {
		return c.build(b, x, args)
	}
	index := b.broadcast(spans(x), args)
	over := make([]value, len(args))
	for i, a := range args {
		over[i] = value{node: b.aligned(a, index)}
	}
	return value{index, c.build(b, x, over).node}
}

// arity checks the number of arguments.
func (b *builder) arity(x *Call, least, most int) {
	n := len(x.Args)
	if n >= least && n <= most {
		return
	}
	want := ir.Counted(least, "argument", "arguments")
	switch {
	case most == maxElements:
		want = fmt.Sprintf("%d or more arguments", least)
	case most > least:
		want = fmt.Sprintf("%d or %d arguments", least, most)
	}
	b.fail(x.Where(), "%s takes %s, here are %d", x.Name.Text, want, n)
}

// ofOrder elaborates a function whose first argument is a whole number, such as jn(n, x).
func (b *builder) ofOrder(s *scope, x *Call, p *ir.Prim) value {
	b.arity(x, 2, 2)
	order := b.integer(s, x.Args[0])
	v := b.real(x.Args[1].Where(), b.expr(s, x.Args[1]))
	return value{v.index, b.g.Apply(p.Op, order, v.node)}
}

// eye is the unit matrix of n rows.
func (b *builder) eye(s *scope, x *Call) value {
	b.arity(x, 1, 1)
	n := b.integer(s, x.Args[0])
	if !n.Closed() {
		b.fail(x.Args[0].Where(), "the size of a matrix is made of sizes and whole numbers")
	}
	i, j := b.g.NewIndex(n), b.g.NewIndex(n)
	return value{[]*ir.Node{i, j}, b.g.Apply(ir.OpSelect, b.g.Apply(ir.OpEq, i, j), b.g.Const(1), b.g.Const(0))}
}

// builtin tells whether the language has a function of the name.
func builtin(name string) bool {
	_, primitive := ir.Lookup(name)
	_, reduces := reductions[name]
	return primitive || reduces || composites[name] != nil || name == "eye"
}

// unknownFunction says what functions there are.
func (b *builder) unknownFunction(x *Call) {
	var near []string
	see := func(name string) {
		if oneEdit(x.Name.Text, name) || strings.EqualFold(x.Name.Text, name) {
			near = append(near, name)
		}
	}
	for _, p := range ir.Public() {
		see(p.Name)
	}
	for name := range composites {
		see(name)
	}
	for name := range b.funcs {
		see(name)
	}
	for name := range reductions {
		see(name)
	}
	for name := range b.prims {
		see(name)
	}
	sort.Strings(near)
	help := aliases[x.Name.Text]
	if help == "" && len(near) > 0 {
		help = "did you mean " + near[0] + "?"
	}
	if help == "" {
		help = "define it, as in " + x.Name.Text + "(x) = …, or write * for a product"
	}
	b.failHelp(x.Name.At, help, "there is no function %s", x.Name.Text)
}

// aliases are names of other languages.
var aliases = map[string]string{
	"ln": "the natural logarithm is log(x)", "arcsin": "write asin(x)", "arccos": "write acos(x)", "arctan": "write atan(x)",
	"logistic": "write sigmoid(x)", "fabs": "write abs(x)", "power": "write x^y", "sqr": "write x^2", "square": "write x^2",
	"swish": "write silu(x)", "einsum": "write sum(i, j: …)", "transpose": "write A'", "matmul": "write A @ B",
}
