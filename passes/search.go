package passes

import (
	"cmp"
	"math/big"
	"slices"
	"sync"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// Goal says what optimisation makes small, and how long it may look for it.
type Goal struct {
	Model  Model
	Effort int // the work of the search, as a multiple of the usual; 0 is no search
}

// Usual is the goal where nobody says another, the zero Goal: few operations, each of which counts 1.
var Usual = Goal{Model: UnitModel, Effort: 1}

// workPerNode and maxWork bound the usual search, in steps of package algebra, of which a processor does some million in a second.
const (
	workPerNode = 15_000
	maxWork     = 1_300_000
)

// twice is the number of sums and products below which a program is searched for twice.
const twice = 1000

// Optimize is the cheapest program for the results of the candidates, functions over one graph that have the same results derived in
// different ways: each, and the first also unrolled, is brought into normal form by Simplify, and the best of them are searched.
func Optimize(goal Goal, candidates ...*ir.Func) *ir.Func {
	if goal.Model.Name == "" {
		goal = Usual
	}
	list := goal.sorted(Alternatives(candidates...))
	derived := candidates[0]
	if u, ok := Unroll(derived); ok {
		derived = u
	}
	best := list[0]
	work := goal.Effort * min(workPerNode*arithmetic(best), maxWork)
	if work == 0 {
		return best
	}
	j := newJudge(derived)
	if len(list) > 1 {
		list = goal.sorted(goal.search(list, work/2/len(list), j))
		work /= 2
	}
	list = list[:1]
	if arithmetic(best) < twice { // from two seeds, on as many processors
		list, work = append(list, list[0]), work/2
	}
	return goal.sorted(goal.search(list, work, j))[0]
}

// Alternatives is what Optimize chooses from before it searches, each with the name of its Way.
func Alternatives(candidates ...*ir.Func) []*ir.Func {
	var list []*ir.Func
	for i, f := range candidates {
		f = Simplify(f)
		list = append(list, f)
		if u, ok := Unroll(f); i == 0 && ok {
			u.Way += ", unrolled"
			list = append(list, u, Simplify(u))
		}
	}
	return list
}

// hopeless is how much dearer than the best a program is that is not searched for.
const hopeless = 1.5

// sorted is the functions in order of their cost, without those that cost too much more than the first to catch up. Of those that cost the
// same the earlier comes first.
func (goal Goal) sorted(list []*ir.Func) []*ir.Func {
	if len(list) == 1 {
		return list
	}
	costs := map[*ir.Func]float64{}
	for _, f := range list {
		costs[f] = goal.Model.Cost(f)
	}
	slices.SortStableFunc(list, func(f, g *ir.Func) int { return cmp.Compare(costs[f], costs[g]) })
	i := slices.IndexFunc(list, func(f *ir.Func) bool { return costs[f] > hopeless*costs[list[0]] })
	if i > 0 {
		list = list[:i]
	}
	return list
}

// arithmetic is the number of sums and products of f.
func arithmetic(f *ir.Func) int {
	count := 0
	for _, n := range ir.Reachable(f.Roots()...) {
		if n.Is(ir.OpAdd) || n.Is(ir.OpSub) || n.Is(ir.OpMul) || n.Is(ir.OpDiv) || n.Is(ir.OpNeg) {
			count++
		}
	}
	return count
}

// worthIt is the part of the operations that a program with loops must come down to before its loops are arranged in another way: what
// moves between loops also takes memory, which the models do not count.
const worthIt = 0.99

// search searches all functions, each with so much work, and gives each the program that was found, if that is cheaper and as accurate.
func (goal Goal) search(list []*ir.Func, work int, j *judge) []*ir.Func {
	nets := make([]*converter, len(list))
	for i, f := range list {
		nets[i] = newConverter(opened(f), goal.Model.algebra)
	}
	var all sync.WaitGroup
	for i, c := range nets {
		all.Go(func() { c.net.Search(work, uint64(i)+5) })
	}
	all.Wait()
	found := slices.Clone(list)
	for i, c := range nets {
		least := goal.Model.Cost(list[i])
		if loops(list[i]) {
			least *= worthIt
		}
		if f := c.rebuild(); goal.Model.Cost(f) < least && j.accepts(f) {
			found[i] = f
		}
	}
	return found
}

// loops tells whether the program for f has loops.
func loops(f *ir.Func) bool {
	return slices.ContainsFunc(ir.Reachable(f.Roots()...), func(n *ir.Node) bool {
		return n.Kind == ir.Reduce || n.Kind != ir.Index && n.Kind != ir.Pick && len(n.Free()) > 0
	})
}

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
	vars  map[*ir.Node]int
	nodes []*ir.Node // by variable, as far as they come from f
	built []*ir.Node // by variable
}

func newConverter(f *ir.Func, m algebra.Model) *converter {
	c := &converter{net: algebra.New(m), signs: signs{}, vars: map[*ir.Node]int{}}
	order := ir.Reachable(f.Roots()...)
	c.simplifier = &simplifier{f: f, g: f.Graph}
	c.chain, c.single = chains(order, f.Roots())
	inSum := map[*ir.Node]bool{} // products that become terms of the only sum that uses them
	for _, n := range order {
		if r := c.chain[n]; (r == sum || r == inner) && !n.Is(ir.OpMul) && !n.Is(ir.OpDiv) {
			for _, a := range n.Args {
				inSum[a] = c.chain[a] == product && c.single[a]
			}
		}
	}
	for _, n := range order {
		switch {
		case isCoefficient(n) || c.chain[n] == inner || inSum[n]:
		case c.chain[n] == sum:
			c.bind(n, c.net.Sum(c.sumOf(n)...))
		case c.chain[n] == product:
			c.bind(n, c.net.Sum(c.productOf(n, algebra.One)))
		default:
			c.opaque(n)
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

func (c *converter) bind(n *ir.Node, v int) {
	c.vars[n] = v
	for len(c.nodes) <= v {
		c.nodes = append(c.nodes, nil)
	}
	c.nodes[v] = n
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
		case x.n != n && c.chain[x.n] != inner:
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
	case c.chain[x] == product && c.single[x]:
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
		inside := x.n == n || c.chain[x.n] == inner
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
