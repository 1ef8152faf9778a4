package passes

import (
	"math/big"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// opened is f with the primitives that are made of others written out.
func opened(f *ir.Func) *ir.Func {
	g := f.Graph
	done := map[*ir.Node]*ir.Node{}
	for _, n := range ir.Reachable(f.Roots()...) {
		args := make([]*ir.Node, len(n.Args))
		for i, a := range n.Args {
			args[i] = done[a]
		}
		if n.Kind == ir.Apply && n.Prim.Open != nil {
			done[n] = n.Prim.Open(g, args)
		} else {
			done[n] = g.With(n, args)
		}
		if name := g.NameOf(n); name != "" {
			g.SetName(done[n], name)
		}
	}
	return f.WithRoots(each(f.Roots(), func(n *ir.Node) *ir.Node { return done[n] }))
}

// converter takes a function to a network and back.
type converter struct {
	*simplifier
	net   *algebra.Net
	signs signs
	not0  map[*ir.Node]bool // see nonzero
	vars  map[*ir.Node]int
	nodes []*ir.Node // by variable, as far as they come from f
	built []*ir.Node // by variable
}

// newConverter makes the network for f, whose results are finite at the points. Nothing looks into the products that are to be kept as they are.
func newConverter(f *ir.Func, m algebra.Model, points []ir.Env, keep map[*ir.Node]bool) *converter {
	c := &converter{net: algebra.New(m), signs: signs{}, not0: nonzero(f), vars: map[*ir.Node]int{}}
	order := ir.Reachable(f.Roots()...)
	c.simplifier = &simplifier{f: f, g: f.Graph}
	c.chain, c.single = chains(order, f.Roots(), places(order))
	for n := range keep {
		*c.chain.at(n) = alone
	}
	inSum := map[*ir.Node]bool{} // products that become terms of the only sum that uses them
	for _, n := range order {
		if r := c.chain.of(n); (r == sum || r == inner) && !n.Is(ir.OpMul) && !n.Is(ir.OpDiv) {
			for _, a := range n.Args {
				inSum[a] = c.chain.of(a) == product && c.single.of(a)
			}
		}
	}
	related := map[*ir.Node]relation{}
	for _, r := range append(relations(f, points), powers(f)...) {
		related[r.last] = r
	}
	for _, n := range order {
		switch {
		case isCoefficient(n) || c.chain.of(n) == inner || inSum[n]:
		case c.chain.of(n) == sum:
			c.bind(n, c.net.Sum(c.sumOf(n)...))
		case c.chain.of(n) == product:
			c.bind(n, c.net.Sum(c.productOf(n, algebra.One)))
		default:
			c.opaque(n)
		}
		if r, ok := related[n]; ok {
			c.net.Relate(c.vars[n], c.literals(r.from), c.literals(r.to))
		}
	}
	for _, r := range f.Roots() {
		c.net.Keep(c.variable(r))
	}
	return c
}

// isCoefficient tells whether n is a constant that takes part in algebra.
func isCoefficient(n *ir.Node) bool {
	return n.Kind == ir.Const && n.Type == ir.Real && algebra.Number(n.Value).Usable()
}

// literals is the nodes as factors.
func (c *converter) literals(nodes []*ir.Node) []algebra.Lit {
	list := make([]algebra.Lit, len(nodes))
	for i, n := range nodes {
		list[i] = algebra.Var(c.variable(n))
	}
	return list
}

func (c *converter) bind(n *ir.Node, v int) {
	c.vars[n] = v
	for len(c.nodes) <= v {
		c.nodes = append(c.nodes, nil)
	}
	c.nodes[v] = n
	if c.not0[n] {
		c.net.Nonzero(v)
	}
}

// variable is the variable of n.
func (c *converter) variable(n *ir.Node) int {
	if _, ok := c.vars[n]; !ok {
		c.opaque(n)
	}
	return c.vars[n]
}

// opaque makes n a variable that no algebra looks into.
func (c *converter) opaque(n *ir.Node) {
	d := c.domain(n)
	if len(n.Args) == 0 || n.Kind == ir.Access {
		c.bind(n, c.net.Atom(d, n.Kind == ir.Access || n.Kind == ir.Const))
		return
	}
	args := make([]int, len(n.Args))
	for i, a := range n.Args {
		args[i] = c.variable(a)
	}
	v := c.net.Call(d, float64(n.Ops().Total()), args...)
	if n.Is(ir.OpSqrt) && c.signs.nonNegative(n.Args[0]) {
		c.net.Root(v)
	}
	c.bind(n, v)
}

// domain is the indices that n depends on.
func (c *converter) domain(n *ir.Node) algebra.Dom {
	var set []int
	weight := 1.0
	for _, i := range n.Free() {
		c.net.Domain([]int{i.ID}, extentOf(i))
		set = append(set, i.ID)
		weight *= extentOf(i)
	}
	return c.net.Domain(set, weight)
}

// sumOf is the sum n as terms, in the order in which they are written.
func (c *converter) sumOf(n *ir.Node) []algebra.Term {
	type item struct {
		n    *ir.Node
		sign algebra.Coef
	}
	var terms []algebra.Term
	stack := []item{{n, algebra.One}}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch {
		case x.n != n && c.chain.of(x.n) != inner:
			terms = append(terms, c.termOf(x.n, x.sign))
		case x.n.Is(ir.OpNeg):
			stack = append(stack, item{x.n.Args[0], x.sign.Neg()})
		case x.n.Is(ir.OpSub):
			stack = append(stack, item{x.n.Args[1], x.sign.Neg()}, item{x.n.Args[0], x.sign})
		default:
			stack = append(stack, item{x.n.Args[1], x.sign}, item{x.n.Args[0], x.sign})
		}
	}
	return terms
}

// termOf is sign·x as a term of a sum.
func (c *converter) termOf(x *ir.Node, sign algebra.Coef) algebra.Term {
	switch {
	case isCoefficient(x):
		return algebra.NewTerm(sign.Mul(algebra.Number(x.Value)))
	case c.chain.of(x) == product && c.single.of(x):
		return c.productOf(x, sign)
	}
	return algebra.NewTerm(sign, algebra.Var(c.variable(x)))
}

// productOf is sign times the product n.
func (c *converter) productOf(n *ir.Node, sign algebra.Coef) algebra.Term {
	type item struct {
		n      *ir.Node
		divide bool
	}
	coef := sign
	var lits []algebra.Lit
	stack := []item{{n, false}}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		inside := x.n == n || c.chain.of(x.n) == inner
		switch {
		case inside && x.n.Is(ir.OpNeg):
			coef = coef.Neg()
			stack = append(stack, item{x.n.Args[0], x.divide})
		case inside && x.n.Is(ir.OpMul):
			stack = append(stack, item{x.n.Args[1], x.divide}, item{x.n.Args[0], x.divide})
		case inside && x.n.Is(ir.OpDiv):
			stack = append(stack, item{x.n.Args[1], !x.divide}, item{x.n.Args[0], x.divide})
		case inside: // a whole power
			for range int(x.n.Args[1].Value) {
				stack = append(stack, item{x.n.Args[0], x.divide})
			}
		case isCoefficient(x.n) && x.divide && coef.Div(algebra.Number(x.n.Value)).Usable():
			coef = coef.Div(algebra.Number(x.n.Value))
		case isCoefficient(x.n) && !x.divide && coef.Mul(algebra.Number(x.n.Value)).Usable():
			coef = coef.Mul(algebra.Number(x.n.Value))
		case x.divide:
			lits = append(lits, algebra.Over(c.variable(x.n)))
		default:
			lits = append(lits, algebra.Var(c.variable(x.n)))
		}
	}
	return algebra.NewTerm(coef, lits...)
}

// rebuild is f with the results that the network has.
func (c *converter) rebuild() *ir.Func {
	c.built = make([]*ir.Node, c.net.Len())
	return c.f.WithRoots(each(c.f.Roots(), func(n *ir.Node) *ir.Node { return c.build(c.vars[n]) }))
}

// build is the variable v as a node.
func (c *converter) build(v int) *ir.Node {
	if c.built[v] != nil {
		return c.built[v]
	}
	var n *ir.Node
	if terms, ok := c.net.Terms(v); ok {
		list := make([]monomial, len(terms))
		for i, t := range terms {
			list[i] = c.monomial(t)
		}
		switch len(list) {
		case 0:
			n = c.g.Const(0)
		case 1:
			n = c.buildProduct(list[0])
		default:
			n = c.addUp(list)
		}
		if v < len(c.nodes) && c.nodes[v] != nil {
			if name := c.g.NameOf(c.nodes[v]); name != "" {
				c.g.SetName(n, name)
			}
		}
	} else if n = c.nodes[v]; len(c.net.Args(v)) > 0 {
		args := make([]*ir.Node, len(n.Args))
		for i, a := range c.net.Args(v) {
			args[i] = c.build(int(a))
		}
		n = c.with(n, args)
	}
	c.built[v] = n
	return n
}

func (c *converter) monomial(t algebra.Term) monomial {
	m := one()
	p, q := t.Coef.Fraction()
	m.coef.SetFloat64(p)
	m.coef.Quo(m.coef, new(big.Rat).SetFloat64(q))
	for _, l := range t.Lits {
		exp := 1
		if l.Divides() {
			exp = -1
		}
		switch n := c.build(l.Index()); {
		case n.Kind == ir.Const:
			m.multiply(n, exp)
		case exp > 0:
			m.num = raiseFactor(m.num, n, 1)
		default:
			m.den = raiseFactor(m.den, n, 1)
		}
	}
	return m
}
