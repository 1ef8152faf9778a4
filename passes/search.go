package passes

import (
	"cmp"
	"math/big"
	"math/bits"
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
// different ways. All are brought into normal form, and what they are is searched in rounds, each of which the better half survives.
func Optimize(goal Goal, candidates ...*ir.Func) *ir.Func {
	if goal.Model.Name == "" {
		goal = Usual
	}
	derived := candidates[0]
	if u, ok := Unroll(derived); ok {
		derived = u
	}
	j := newJudge(derived)
	list := goal.sorted(distinct(Alternatives(promising(candidates)...)))
	list = slices.DeleteFunc(list, func(p program) bool { return !j.accepts(p.Func) })
	if len(list) == 0 {
		list = goal.sorted([]*ir.Func{derived})
	}
	work := goal.Effort * min(workPerNode*arithmetic(list[0].Func), maxWork)
	if work == 0 {
		return list[0].Func
	}
	rounds := bits.Len(uint(len(list)))
	for round := range rounds - 1 {
		list = sorted(goal.search(list, work/rounds/len(list), round, j))
		list = list[:min(len(list), 1<<(rounds-round-2))]
	}
	if arithmetic(list[0].Func) < twice { // from two seeds, on as many processors
		list = append(list, list[0])
	}
	return sorted(goal.search(list, work/rounds/len(list), rounds-1, j))[0].Func
}

// Alternatives is what Optimize chooses from before it searches: the candidates in normal form, as they are and unrolled, each with the name of
// its Way.
func Alternatives(candidates ...*ir.Func) []*ir.Func {
	var list []*ir.Func
	for i, f := range candidates {
		f = Simplify(f)
		list = append(list, f)
		if u, ok := Unroll(f); ok {
			u.Way += ", unrolled"
			if i == 0 {
				list = append(list, u)
			}
			list = append(list, Simplify(u))
		}
	}
	return list
}

// maxCompared is the number of nodes above which not all ways to derive a function are brought into normal form.
const maxCompared = 8000

// promising is the candidates, or of large ones the one that is estimated to be the cheapest.
func promising(candidates []*ir.Func) []*ir.Func {
	if len(candidates) == 1 || len(ir.Reachable(candidates[0].Roots()...)) <= maxCompared {
		return candidates
	}
	return []*ir.Func{slices.MinFunc(candidates, func(f, g *ir.Func) int { return cmp.Compare(estimate(f), estimate(g)) })}
}

// distinct is the list with those that are the same but for their names once.
func distinct(list []*ir.Func) []*ir.Func {
	var once []*ir.Func
	for _, f := range list {
		if !slices.ContainsFunc(once, f.SameRoots) {
			once = append(once, f)
		}
	}
	return once
}

// program is a function with what the program for it costs.
type program struct {
	*ir.Func
	cost float64
}

func (goal Goal) program(f *ir.Func) program { return program{f, goal.Model.Cost(f)} }

// sorted is the programs for the functions, as sorted sorts them.
func (goal Goal) sorted(functions []*ir.Func) []program {
	list := make([]program, len(functions))
	for i, f := range functions {
		list[i] = goal.program(f)
	}
	return sorted(list)
}

// maxPrograms is more programs than are searched at once.
const maxPrograms = 64

// hopeless is how much dearer than the best a program is that is not searched for.
const hopeless = 1.5

// sorted is the programs in order of their cost, without those that cost too much more than the first to catch up. Of those that cost the
// same the earlier comes first.
func sorted(list []program) []program {
	slices.SortStableFunc(list, func(p, q program) int { return cmp.Compare(p.cost, q.cost) })
	if i := slices.IndexFunc(list, func(p program) bool { return p.cost > hopeless*list[0].cost }); i > 0 {
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

// search searches all programs, each with so much work, and gives for each the cheapest that was found, if that is cheaper and as
// accurate.
func (goal Goal) search(list []program, work, round int, j *judge) []program {
	found := slices.Clone(list)
	var all sync.WaitGroup
	nets := make([]*converter, len(list))
	for i, p := range list {
		nets[i] = newConverter(opened(p.Func), goal.Model.algebra, j.envs())
	}
	for i, c := range nets {
		all.Go(func() { c.net.Search(work, uint64(maxPrograms*round+i)+5) })
	}
	all.Wait()
	for i, c := range nets {
		least := list[i].cost
		if loops(list[i].Func) {
			least *= worthIt
		}
		for more := true; more; more = c.net.Back() {
			p := goal.program(c.rebuild())
			if p.cost >= least {
				break
			}
			if j.accepts(p.Func) {
				found[i] = p
				break
			}
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
	not0  map[*ir.Node]bool // see nonzero
	vars  map[*ir.Node]int
	nodes []*ir.Node // by variable, as far as they come from f
	built []*ir.Node // by variable
}

// newConverter makes the network for f, whose results are finite at the points.
func newConverter(f *ir.Func, m algebra.Model, points []ir.Env) *converter {
	c := &converter{net: algebra.New(m), signs: signs{}, not0: nonzero(f), vars: map[*ir.Node]int{}}
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
	related := map[*ir.Node]relation{}
	for _, r := range relations(f, points) {
		related[r.last] = r
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
