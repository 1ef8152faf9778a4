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
			size := min(math.Log2(math.Abs(t.value[i])), 2*maxSize)
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

// operand is a factor of a product, or a divisor.
type operand struct {
	n      *ir.Node
	divide bool
	size   []float64 // the binary logarithms of what the product is multiplied by at the points
}

// product is the product n in a better order.
func (r *reorderer) product(n *ir.Node) *ir.Node {
	list, negative := r.operands(n)
	if len(list) < 3 {
		return r.copy(n)
	}
	if len(list) <= maxPermuted {
		o := &ordering{least: math.Inf(1)}
		o.extend(list, nil, nil, 0)
		list = o.best
	} else {
		list = greedy(list)
	}
	var v *ir.Node
	for _, x := range list {
		if x.divide {
			v = r.g.Div(v, r.done.of(x.n))
		} else {
			v = times(r.g, v, r.done.of(x.n))
		}
	}
	if negative {
		return r.g.Neg(v)
	}
	return v
}

// operands takes the product n apart; it is empty if all divide.
func (r *reorderer) operands(n *ir.Node) (list []operand, negative bool) {
	factors := 0
	stack := []operand{{n: n}}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch inside := x.n == n || r.chain.of(x.n) == inner; {
		case inside && x.n.Is(ir.OpNeg):
			negative = !negative
			stack = append(stack, operand{n: x.n.Args[0], divide: x.divide})
		case inside && x.n.Is(ir.OpMul):
			stack = append(stack, operand{n: x.n.Args[1], divide: x.divide}, operand{n: x.n.Args[0], divide: x.divide})
		case inside && x.n.Is(ir.OpDiv):
			stack = append(stack, operand{n: x.n.Args[1], divide: !x.divide}, operand{n: x.n.Args[0], divide: x.divide})
		case x.divide:
			x.size = each(r.size.of(x.n), func(s float64) float64 { return min(-s, 2*maxSize) })
			list = append(list, x)
		default:
			x.size = r.size.of(x.n)
			list = append(list, x)
			factors++
		}
	}
	if factors == 0 {
		return nil, negative
	}
	return list, negative
}

// worst is how far from 1 a product of the size is at the worst point; one that is 0 stays so.
func worst(size []float64) float64 {
	most := 0.0
	for _, s := range size {
		if s > math.Inf(-1) {
			most = max(most, math.Abs(s))
		}
	}
	return most
}

// maxPermuted is up to how many operands of a product are tried in all orders.
const maxPermuted = 6

// ordering is a search for the order in which a product stays nearest to 1 on the way. The first is a factor.
type ordering struct {
	best  []operand
	least float64
}

// extend appends the rest to the product so far, which has been so far from 1, in all orders.
func (o *ordering) extend(rest, so []operand, size []float64, far float64) {
	if far >= o.least {
		return
	}
	if len(rest) == 0 {
		o.best, o.least = slices.Clone(so), far
		return
	}
	for i, x := range rest {
		if len(so) == 0 {
			if !x.divide {
				o.extend(slices.Delete(slices.Clone(rest), i, i+1), append(so, x), x.size, 0)
			}
			continue
		}
		next := slices.Clone(size)
		addTo(next, 1, x.size)
		o.extend(slices.Delete(slices.Clone(rest), i, i+1), append(so, x), next, max(far, worst(next)))
	}
}

// greedy takes the operand next that leaves the product nearest to 1.
func greedy(rest []operand) []operand {
	var list []operand
	size := make([]float64, len(rest[0].size))
	for len(rest) > 0 {
		at, least := 0, math.Inf(1)
		for i, x := range rest {
			next := slices.Clone(size)
			addTo(next, 1, x.size)
			if far := worst(next); far < least && (len(list) > 0 || !x.divide) {
				at, least = i, far
			}
		}
		addTo(size, 1, rest[at].size)
		list, rest = append(list, rest[at]), slices.Delete(rest, at, at+1)
	}
	return list
}
