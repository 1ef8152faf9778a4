package passes

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// maxIdle is the number of rounds without gain after which Simplify ends. A round sees the sums and products
// that the one before has made, so that a gain may come a round late.
const maxIdle = 2

// Simplify rewrites the results of f by exact algebra. Sums and products are brought into a normal
// form, coefficient times powers, in which constants meet and like terms join;
// common factors are pulled out of sums, factors out of reductions; and both are built
// again with the fewest operations, those that depend on the fewest indices first.
//
// It changes no value beyond rounding. A factor is never cancelled against a divisor, as it may be
// zero, and a shared subexpression stays one. Of several
// rounds the cheapest is kept, so the result never costs more than f. Linear in the size of f.
func Simplify(f *ir.Func) *ir.Func {
	best := rebuild(f, false)
	least := cost(best)
	last := best
	for idle := 0; idle < maxIdle; idle++ {
		next := rebuild(last, true)
		if next.SameRoots(last) {
			break
		}
		if c := cost(next); c <= least {
			if c < least {
				idle = -1
			}
			best, least = next, c
		}
		last = next
	}
	return best
}

// rebuild is one round: it writes all results anew, with constants folded and powers expanded, and, if algebra is set, with sums
// and products in normal form.
func rebuild(f *ir.Func, algebra bool) *ir.Func {
	roots := f.Roots()
	order := ir.Reachable(roots...)
	s := &simplifier{f: f, g: f.Graph, algebra: algebra, products: map[*ir.Node]monomial{}, shared: map[*ir.Node]bool{}, alone: map[*ir.Node]bool{}}
	place := places(order)
	s.parts, s.done = newByNode[monomial](place, len(order)), newByNode[*ir.Node](place, len(order))
	if algebra {
		s.chain, s.single = chains(order, roots, place)
	}
	s.reduces = slices.ContainsFunc(order, func(n *ir.Node) bool { return n.Kind == ir.Reduce })
	for _, n := range order {
		if s.chain.of(n) != inner {
			v := s.rewrite(n)
			*s.done.at(n) = v
			if v.Is(ir.OpErf) && s.single.of(n) {
				s.alone[v] = true
			}
			if s.reduces {
				s.shared[v] = s.shared[v] || !s.single.of(n)
			}
		}
	}
	for _, n := range order {
		if name := s.g.NameOf(n); name != "" && s.done.of(n) != nil {
			s.g.SetName(s.done.of(n), name)
		}
	}
	return f.WithRoots(each(roots, func(n *ir.Node) *ir.Node { return s.done.of(n) }))
}

// each is the nodes, or expressions, put through change.
func each[S, T any](nodes []S, change func(S) T) []T {
	list := make([]T, len(nodes))
	for i, n := range nodes {
		list[i] = change(n)
	}
	return list
}

// simplifier is one round.
type simplifier struct {
	f       *ir.Func
	g       *ir.Graph
	algebra bool
	reduces bool // there are reductions
	chain   byNode[role]
	single  byNode[bool]     // has one user
	parts   byNode[monomial] // the rewritten sums and products
	done    byNode[*ir.Node]

	alone    map[*ir.Node]bool     // error functions that have one user
	products map[*ir.Node]monomial // the same by what has become of them, if there are reductions
	shared   map[*ir.Node]bool     // those of what has become of nodes that have several users
}

// role is what a node is to the sum or product that it stands in.
type role uint8

const (
	alone   role = iota // neither a sum nor a product
	sum                 // the top of a sum, a ± b ± c
	product             // the top of a product, −a·b/c
	inner               // an inner node of the sum or product above it, used nowhere else
)

// chains finds the tops of sums and products. An inner node has a single user, so that taking it
// apart duplicates nothing.
func chains(order, roots []*ir.Node, place []int32) (chain byNode[role], single byNode[bool]) {
	uses, user := newByNode[int32](place, len(order)), newByNode[*ir.Node](place, len(order))
	for _, r := range roots {
		*uses.at(r) += 2
	}
	for _, n := range order {
		for _, a := range n.Args {
			*uses.at(a)++
			*user.at(a) = n
		}
	}
	kind := newByNode[role](place, len(order)) // sum or product, also of inner nodes
	chain, single = newByNode[role](place, len(order)), newByNode[bool](place, len(order))
	for _, n := range slices.Backward(order) {
		above := kind.of(user.of(n))
		alone := uses.of(n) == 1
		*single.at(n) = alone
		var k role
		switch {
		case n.Is(ir.OpAdd) || n.Is(ir.OpSub):
			k = sum
		case n.Is(ir.OpNeg) && alone && above == sum:
			k = sum
		case n.Is(ir.OpMul) || n.Is(ir.OpDiv) || n.Is(ir.OpNeg) || wholePower(n):
			k = product
		default:
			continue
		}
		*kind.at(n), *chain.at(n) = k, k
		if alone && above == k {
			*chain.at(n) = inner
		}
	}
	return chain, single
}

// wholePower tells whether n is x^k with a whole k ≠ 0 that is computed by multiplications.
func wholePower(n *ir.Node) bool {
	if !n.Is(ir.OpPow) {
		return false
	}
	p, ok := ir.PlanPower(n.Args[1])
	return ok && p.Whole > 0 && !p.Root
}

// rewrite gives the simple form of n, whose operands have theirs.
func (s *simplifier) rewrite(n *ir.Node) *ir.Node {
	switch {
	case s.chain.of(n) == sum:
		*s.parts.at(n) = s.sum(s.terms(n))
	case s.chain.of(n) == product:
		*s.parts.at(n) = s.factors(n)
	case s.algebra && n.Kind == ir.Reduce && n.Red == ir.Sum:
		*s.parts.at(n) = s.total(n)
	}
	if s.algebra && n.Is(ir.OpSqrt) && s.parts.of(n.Args[0]).coef != nil && s.single.of(n.Args[0]) {
		s.root(n)
	}
	if m := s.parts.of(n); m.coef != nil {
		v := s.buildProduct(m.clone())
		if s.reduces && v.Kind == ir.Apply {
			s.products[v] = m
		}
		return v
	}
	args := make([]*ir.Node, len(n.Args))
	for i, a := range n.Args {
		args[i] = s.done.of(a)
	}
	return s.with(n, args)
}

// with is n of other operands.
func (s *simplifier) with(n *ir.Node, args []*ir.Node) *ir.Node {
	switch {
	case n.Is(ir.OpSelect):
		return s.g.Select(args[0], args[1], args[2])
	case n.Is(ir.OpPow):
		return s.power(args[0], args[1])
	case n.Kind == ir.Apply && n.Type == ir.Bool && n.Prim.Operand == ir.Real && args[0].Kind == ir.Const && args[1].Kind == ir.Const:
		return s.g.Bool(n.Prim.Eval([]float64{args[0].Value, args[1].Value}) != 0)
	case n.Kind == ir.Apply && n.Type == ir.Real && n.Prim.Operand == ir.Real:
		return s.g.Fold(n.Prim.Op, args...)
	}
	return s.g.With(n, args)
}

// root takes a positive coefficient out of the square root n: √(c·x) = √c·√x.
func (s *simplifier) root(n *ir.Node) {
	m := s.parts.of(n.Args[0]).clone()
	if m.coef.Sign() <= 0 || isOne(m.coef) || len(m.num)+len(m.den) == 0 {
		return
	}
	root := one()
	root.scale(math.Sqrt(float(m.coef)), 1)
	m.coef.SetInt64(1)
	root.multiply(s.g.Call(ir.OpSqrt, s.buildProduct(m)), 1)
	*s.parts.at(n) = root
}

// power is x^c for the exponents that PlanPower knows, or the general power.
func (s *simplifier) power(x, c *ir.Node) *ir.Node {
	p, ok := ir.PlanPower(c)
	if !ok {
		return s.g.Fold(ir.OpPow, x, c)
	}
	v := s.g.Const(1)
	if p.Whole > 0 {
		v = s.raise(x, p.Whole)
	}
	if p.Root {
		v = s.g.Mul(v, s.g.Call(ir.OpSqrt, x))
	}
	if p.Inverse {
		v = s.g.Div(s.g.Const(1), v)
	}
	return v
}

// raise is x^k by a shortest chain of multiplications.
func (s *simplifier) raise(x *ir.Node, k int) *ir.Node {
	if k > ir.MaxChain { // by halves, down to what has a shortest chain
		half := s.raise(x, k/2)
		v := s.g.Mul(half, half)
		if k%2 != 0 {
			v = s.g.Mul(v, x)
		}
		return v
	}
	powers := map[int]*ir.Node{1: x}
	chain := ir.Chain(k)
	for i, e := range chain[1:] {
		powers[e] = s.g.Mul(powers[chain[i]], powers[e-chain[i]])
	}
	return powers[k]
}
