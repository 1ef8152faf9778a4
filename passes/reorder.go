package passes

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// reordered is the straight-line program f with the factors and divisors of each product in an order in which what is computed on the way stays
// nearest to 1 at the points, in as many operations. So a product overflows, or vanishes, no sooner than it must.
func reordered(f *ir.Func, points []*witness) *ir.Func {
	r := &reorderer{g: f.Graph}
	order := ir.Reachable(f.Roots()...)
	place := places(order)
	r.chain, _ = chains(order, f.Roots(), place)
	r.done = newByNode[*ir.Node](place, len(order))
	r.size = newByNode[[]float64](place, len(order))
	for n := range vanishing(f, points) {
		*r.chain.at(n) = alone
	}
	r.sizes(f, points)
	for _, n := range order {
		switch r.chain.of(n) {
		case inner:
			if !r.opened(n) {
				*r.done.at(n) = r.copy(n)
			}
		case product:
			*r.done.at(n) = r.product(n)
		default:
			*r.done.at(n) = r.copy(n)
		}
	}
	return f.WithRoots(each(f.Roots(), r.done.of))
}

type reorderer struct {
	g     *ir.Graph
	chain byNode[role]
	size  byNode[[]float64] // the binary logarithms of what it is at the points
	done  byNode[*ir.Node]
}

// sizes finds the logarithms.
func (r *reorderer) sizes(f *ir.Func, points []*witness) {
	t := newTrace(f)
	all := make([]float64, len(t.order)*len(points))
	for i, n := range t.order {
		*r.size.at(n) = all[i*len(points):][:len(points)]
	}
	for k, p := range points {
		t.run(p.env)
		for i := range t.order {
			size := min(max(math.Log2(math.Abs(t.value[i])), -2*maxSize), 2*maxSize)
			if size != size {
				size = 2 * maxSize
			}
			all[i*len(points)+k] = size
		}
	}
}

// maxSize is about the logarithm of the largest number.
const maxSize = 1024

// copy is n of the new operands.
func (r *reorderer) copy(n *ir.Node) *ir.Node {
	return r.g.With(n, each(n.Args, func(a *ir.Node) *ir.Node {
		done := r.done.at(a)
		if *done == nil {
			*done = r.copy(a)
		}
		return *done
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
	size := make([]float64, len(r.size.of(n)))
	var v *ir.Node
	for len(num)+len(den) > 0 {
		i, divide := r.next(size, num, den, v == nil)
		if divide {
			addTo(size, -1, r.size.of(den[i]))
			v, den = r.g.Div(v, r.done.of(den[i])), slices.Delete(den, i, i+1)
			continue
		}
		addTo(size, 1, r.size.of(num[i]))
		v, num = times(r.g, v, r.done.of(num[i])), slices.Delete(num, i, i+1)
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
			for k, s := range r.size.of(n) {
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
