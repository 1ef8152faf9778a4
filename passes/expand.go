package passes

import (
	"cmp"
	"slices"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// maxExpanded bounds the terms of a value that is multiplied out.
const maxExpanded = 32

// expansion is the values that depend on some leaves as polynomials in the leaves, functions of them, and values that do not depend on them. They
// are reduced by sin² = 1 − cos², and by √(x² + y² + …)² = x² + y² + …, which is solved for one of the squares.
type expansion struct {
	g      *ir.Graph
	leaves []*ir.Node
	moved  map[*ir.Node]bool
	roots  map[*ir.Node]*ir.Node // by argument
	of     map[*ir.Node]laurent
	slopes map[slope]laurent
	rules  []rule
}

// slope is the derivative of a node by a leaf.
type slope struct{ n, leaf *ir.Node }

// rule says that the square of each of the bases is a polynomial.
type rule struct {
	bases []*ir.Node
	is    []laurent
}

// expand multiplies out what of the order depends on the leaves.
func expand(g *ir.Graph, order, leaves []*ir.Node) *expansion {
	x := &expansion{g: g, leaves: leaves, moved: map[*ir.Node]bool{}, roots: map[*ir.Node]*ir.Node{}, of: map[*ir.Node]laurent{}, slopes: map[slope]laurent{}}
	for _, n := range leaves {
		x.moved[n] = true
	}
	for _, n := range order {
		for _, a := range n.Args {
			x.moved[n] = x.moved[n] || x.moved[a]
		}
		if n.Is(ir.OpSqrt) && x.moved[n] {
			x.roots[n.Args[0]] = n
		}
	}
	for _, n := range order {
		if x.moved[n] {
			x.polynomial(n)
		}
	}
	for _, n := range order {
		if x.moved[n] {
			x.learn(n)
		}
	}
	return x
}

// polynomial is n multiplied out.
func (x *expansion) polynomial(n *ir.Node) laurent {
	p, ok := x.of[n]
	if !ok {
		if p = x.derive(n); len(p) > maxExpanded {
			p = variable(n, 1)
		}
		x.of[n] = p
	}
	return p
}

func (x *expansion) derive(n *ir.Node) laurent {
	if isCoefficient(n) {
		return number(algebra.Number(n.Value))
	}
	if n.Kind != ir.Apply || len(n.Args) == 0 || !x.depends(n) {
		return variable(n, 1)
	}
	of := func(i int) laurent { return x.polynomial(n.Args[i]) }
	switch {
	case n.Is(ir.OpAdd):
		return of(0).plus(of(1), algebra.One)
	case n.Is(ir.OpSub):
		return of(0).plus(of(1), algebra.One.Neg())
	case n.Is(ir.OpNeg):
		return laurent(nil).plus(of(0), algebra.One.Neg())
	case n.Is(ir.OpMul):
		return of(0).times(of(1))
	case n.Is(ir.OpDiv):
		return of(0).times(x.inverse(n.Args[1]))
	case wholePower(n) && n.Args[1].Value <= maxWhole:
		p := number(algebra.One)
		for range int(n.Args[1].Value) {
			p = p.times(of(0))
		}
		return p
	}
	return variable(n, 1)
}

// maxWhole is the highest power that is multiplied out.
const maxWhole = 4

// depends tells whether n depends on the leaves, also if it is new.
func (x *expansion) depends(n *ir.Node) bool {
	m, ok := x.moved[n]
	if !ok {
		for _, a := range n.Args {
			m = m || x.depends(a)
		}
		x.moved[n] = m
	}
	return m
}

// inverse is 1/n.
func (x *expansion) inverse(n *ir.Node) laurent {
	p := x.polynomial(n)
	if len(p) == 1 {
		return laurent{p[0].inverse()}
	}
	if root, ok := x.roots[n]; ok {
		return variable(root, -2)
	}
	return variable(n, -1)
}

// learn finds the rule that n brings.
func (x *expansion) learn(n *ir.Node) {
	switch {
	case n.Is(ir.OpSin):
		c := x.g.Call(ir.OpCos, n.Args[0])
		if _, ok := x.of[c]; ok {
			x.rules = append(x.rules, rule{[]*ir.Node{n}, []laurent{number(algebra.One).plus(variable(c, 2), algebra.One.Neg())}})
		}
	case n.Is(ir.OpSqrt):
		var r rule
		p := variable(n, 2).plus(x.polynomial(n.Args[0]), algebra.One.Neg())
		for _, t := range x.polynomial(n.Args[0]) {
			if len(t.powers) == 1 && t.powers[0].exp == 2 && t.coef == algebra.One {
				r.bases = append(r.bases, t.powers[0].base)
				r.is = append(r.is, p.plus(variable(t.powers[0].base, 2), algebra.One))
			}
		}
		if len(r.bases) > 0 {
			x.rules = append(x.rules, r)
		}
	}
}

// reduced is p by the rules, of which each is solved for its base with the number pivot, counted around.
func (x *expansion) reduced(p laurent, pivot int) laurent {
	for again := true; again; {
		again = false
		for _, r := range x.rules {
			k := pivot % len(r.bases)
			left := func(t laurentTerm) bool { return t.exponent(r.bases[k]) >= 2 }
			if !slices.ContainsFunc(p, left) {
				continue
			}
			again = true
			var next []laurentTerm
			for _, t := range p {
				if !left(t) {
					next = append(next, t)
					continue
				}
				next = append(next, laurent{t}.times(variable(r.bases[k], -2)).times(r.is[k])...)
			}
			p = collected(next)
		}
	}
	return p
}

// shortest is p reduced in the way that leaves the fewest terms.
func (x *expansion) shortest(p laurent) laurent {
	best := x.reduced(p, 0)
	for _, r := range x.rules {
		for pivot := 1; pivot < len(r.bases); pivot++ {
			if q := x.reduced(p, pivot); len(q) < len(best) {
				best = q
			}
		}
	}
	return best
}

// derivative is that of p by a leaf.
func (x *expansion) derivative(p laurent, leaf *ir.Node) laurent {
	var sum laurent
	for _, t := range p {
		for _, q := range t.powers {
			if x.depends(q.base) {
				rest := laurent{{t.coef.Mul(algebra.Number(float64(q.exp))), t.powers}}.times(variable(q.base, -1))
				sum = sum.plus(rest.times(x.slope(q.base, leaf)), algebra.One)
			}
		}
	}
	return sum
}

// slope is the derivative by a leaf of n, which stands in a polynomial.
func (x *expansion) slope(n, leaf *ir.Node) laurent {
	if n == leaf {
		return number(algebra.One)
	}
	s, ok := x.slopes[slope{n, leaf}]
	if !ok && n.Kind == ir.Apply {
		for i, partial := range n.Prim.Partials {
			if d := x.derivative(x.polynomial(n.Args[i]), leaf); partial != nil && len(d) > 0 {
				s = s.plus(x.polynomial(partial(x.g, n.Args, n)).times(d), algebra.One)
			}
		}
		x.slopes[slope{n, leaf}] = s
	}
	return s
}

// build is the polynomial as a node in which at stands for the nodes that it is made of: what belongs to the same product of leaves is one
// factor, so that functions of the leaves meet in few coefficients.
func (x *expansion) build(p laurent, at func(*ir.Node) *ir.Node) *ir.Node {
	function := func(n *ir.Node) bool { return n.Kind == ir.Apply }
	var groups []laurent
	var products []laurentTerm
	for _, t := range p {
		in, out := t.split(function)
		k := 0
		for k < len(products) && len(laurent{products[k]}.plus(laurent{out}, algebra.One.Neg())) > 0 {
			k++
		}
		if k == len(products) {
			products, groups = append(products, out), append(groups, nil)
		}
		groups[k] = append(groups[k], in)
	}
	sum := x.g.Const(0)
	for k, group := range groups {
		s := group.shared()
		slices.SortStableFunc(group, func(t, u laurentTerm) int { return cmp.Compare(len(t.powers), len(u.powers)) })
		if c, _ := group[0].coef.Fraction(); c < 0 { // 1 − c and c − 1 are one factor
			s.coef = s.coef.Neg()
		}
		factor := x.g.Const(0)
		for _, t := range group {
			factor = x.g.Add(factor, x.product(t.times(s.inverse()), x.g.Const(1), at))
		}
		sum = x.g.Add(sum, x.product(products[k], x.product(s, factor, at), at))
	}
	return sum
}

// product is the factor times the term.
func (x *expansion) product(t laurentTerm, factor *ir.Node, at func(*ir.Node) *ir.Node) *ir.Node {
	g := x.g
	above, below := g.Mul(g.Const(t.coef.Float()), factor), g.Const(1)
	for _, p := range t.powers {
		v := g.Const(1)
		base, exp := at(p.base), max(p.exp, -p.exp)
		if p.base.Is(ir.OpSqrt) {
			for range exp / 2 {
				v = g.Mul(v, base.Args[0])
			}
			exp %= 2
		}
		for range exp {
			v = g.Mul(v, base)
		}
		if p.exp > 0 {
			above = g.Mul(above, v)
		} else {
			below = g.Mul(below, v)
		}
	}
	return g.Div(above, below)
}
