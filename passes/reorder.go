package passes

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// reordered is the straight-line program f with the factors and divisors of each product in an order in which what is computed on the way stays
// nearest to 1 at the points, in as many operations. So a product overflows, or vanishes, no sooner than it must.
func reordered(f *ir.Func, points []*witness) *ir.Func {
	r := &reorderer{g: f.Graph, done: map[*ir.Node]*ir.Node{}}
	order := ir.Reachable(f.Roots()...)
	r.chain, _ = chains(order, f.Roots(), places(order))
	for n := range vanishing(f, points) {
		*r.chain.at(n) = alone
	}
	r.sizes(f, points)
	for _, n := range order {
		switch r.chain.of(n) {
		case inner:
			if !r.opened(n) {
				r.done[n] = r.copy(n)
			}
		case product:
			r.done[n] = r.product(n)
		default:
			r.done[n] = r.copy(n)
		}
	}
	return f.WithRoots(each(f.Roots(), func(n *ir.Node) *ir.Node { return r.done[n] }))
}

type reorderer struct {
	g     *ir.Graph
	chain byNode[role]
	size  map[*ir.Node][]float64 // the binary logarithms of what it is at the points
	done  map[*ir.Node]*ir.Node
}

// sizes finds the logarithms.
func (r *reorderer) sizes(f *ir.Func, points []*witness) {
	r.size = map[*ir.Node][]float64{}
	t := newTrace(f)
	for _, p := range points {
		t.run(p.env)
		for i, n := range t.order {
			size := min(max(math.Log2(math.Abs(t.value[i])), -2*maxSize), 2*maxSize)
			if size != size {
				size = 2 * maxSize
			}
			r.size[n] = append(r.size[n], size)
		}
	}
}

// maxSize is about the logarithm of the largest number.
const maxSize = 1024

// copy is n of the new operands.
func (r *reorderer) copy(n *ir.Node) *ir.Node {
	return r.g.With(n, each(n.Args, func(a *ir.Node) *ir.Node {
		if r.done[a] == nil {
			r.done[a] = r.copy(a)
		}
		return r.done[a]
	}))
}

// opened tells whether the inner node n of a product is taken apart.
func (r *reorderer) opened(n *ir.Node) bool {
	return n.Is(ir.OpMul) || n.Is(ir.OpDiv) || n.Is(ir.OpNeg)
}

// product is the product n in a better order.
func (r *reorderer) product(n *ir.Node) *ir.Node {
	num, den, negative := r.factors(n)
	if len(num)+len(den) < 3 || len(num) == 0 {
		return r.copy(n)
	}
	size := make([]float64, len(r.size[n]))
	var v *ir.Node
	for len(num)+len(den) > 0 {
		i, divide := r.next(size, num, den, v == nil)
		if divide {
			addTo(size, -1, r.size[den[i]])
			v, den = r.g.Div(v, r.done[den[i]]), slices.Delete(den, i, i+1)
			continue
		}
		addTo(size, 1, r.size[num[i]])
		v, num = times(r.g, v, r.done[num[i]]), slices.Delete(num, i, i+1)
	}
	if negative {
		return r.g.Neg(v)
	}
	return v
}

// factors takes the product n apart.
func (r *reorderer) factors(n *ir.Node) (num, den []*ir.Node, negative bool) {
	type item struct {
		n      *ir.Node
		divide bool
	}
	stack := []item{{n, false}}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch inside := x.n == n || r.chain.of(x.n) == inner; {
		case inside && x.n.Is(ir.OpNeg):
			negative = !negative
			stack = append(stack, item{x.n.Args[0], x.divide})
		case inside && x.n.Is(ir.OpMul):
			stack = append(stack, item{x.n.Args[1], x.divide}, item{x.n.Args[0], x.divide})
		case inside && x.n.Is(ir.OpDiv):
			stack = append(stack, item{x.n.Args[1], !x.divide}, item{x.n.Args[0], x.divide})
		case x.divide:
			den = append(den, x.n)
		default:
			num = append(num, x.n)
		}
	}
	return num, den, negative
}

// next is the factor, or divisor, that leaves a product of the given size nearest to 1. The first is a factor.
func (r *reorderer) next(size []float64, num, den []*ir.Node, first bool) (at int, divide bool) {
	least := math.Inf(1)
	look := func(list []*ir.Node, sign float64, by bool) {
		for i, n := range list {
			worst := 0.0
			for k, s := range r.size[n] {
				worst = max(worst, math.Abs(size[k]+sign*s))
			}
			if worst < least {
				least, at, divide = worst, i, by
			}
		}
	}
	look(num, 1, false)
	if !first {
		look(den, -1, true)
	}
	return at, divide
}
