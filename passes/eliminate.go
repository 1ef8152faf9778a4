package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// edge is a partial derivative ∂to/∂from in the linearised graph: zero where its guard does not hold, whatever its value is there.
type edge struct {
	from, to int
	adjoint
}

// linearised is the graph of partial derivatives of a function of scalars: its vertices are the parameters, the values in between and the
// results, its edges the partial derivatives of what depends directly on each other. The derivative of a result by a parameter is the
// sum over all paths between them of the products of the edges (Bauer, Computational graphs and rounding error, 1974).
type linearised struct {
	g       *ir.Graph
	in, out [][]edge
	inner   []int            // vertices in between, operands first
	vertex  map[*ir.Node]int // also of the elements of parameters
	results []int
}

// whole is the derivative of a value by itself.
func whole(g *ir.Graph) adjoint { return adjoint{g.Bool(true), g.Const(1)} }

// linearise makes the graph of f; it reports false if f has arrays, be they used or not, or more than maxGuards branches.
func linearise(f *ir.Func) (*linearised, bool) {
	if !ofScalars(f) {
		return nil, false
	}
	return elementwise(f, f.Roots())
}

// ofScalars tells whether f has no arrays.
func ofScalars(f *ir.Func) bool {
	ofArray := func(p *ir.Input) bool { return len(p.Dims) > 0 }
	toArray := func(r ir.Result) bool { return len(r.Index) > 0 }
	if slices.ContainsFunc(f.Independents(), ofArray) || slices.ContainsFunc(f.Results, toArray) {
		return false
	}
	return !slices.ContainsFunc(ir.Reachable(f.Roots()...), func(n *ir.Node) bool { return !n.Closed() || n.Kind == ir.Access && len(n.Args) > 0 })
}

// elementwise makes the graph of the roots, expressions that depend element by element on elements of parameters: for all values of their
// indices it is the same. It reports false where a derivative goes through a reduction or a lookup, or there are more than maxGuards branches.
func elementwise(f *ir.Func, roots []*ir.Node) (*linearised, bool) {
	l := &linearised{g: f.Graph, vertex: map[*ir.Node]int{}}
	order := ir.Reachable(roots...)
	active, _ := activity(f, order, nil)
	needed := differentiated(order, roots, active)
	for _, n := range order {
		switch {
		case !needed[n]:
		case n.Kind == ir.Access:
			l.vertex[n] = l.add()
		case n.Kind != ir.Apply:
			return nil, false
		default:
			v := l.add()
			l.vertex[n] = v
			l.inner = append(l.inner, v)
			for i, p := range n.Prim.Partials {
				if p != nil && active[n.Args[i]] {
					l.connect(edge{l.vertex[n.Args[i]], v, whole(l.g).times(l.g, l.partial(n, i, p))})
				}
			}
		}
	}
	for _, r := range roots {
		v := l.add()
		l.results = append(l.results, v)
		if active[r] {
			l.connect(edge{l.vertex[r], v, whole(l.g)})
		}
	}
	return l, l.branches() <= maxGuards
}

// add makes a vertex.
func (l *linearised) add() int {
	l.in, l.out = append(l.in, nil), append(l.out, nil)
	return len(l.in) - 1
}

// insert makes a vertex in between that stands before all others.
func (l *linearised) insert() int {
	v := l.add()
	l.inner = slices.Insert(l.inner, 0, v)
	return v
}

// cut takes all edges to v away.
func (l *linearised) cut(v int) {
	for _, a := range l.in[v] {
		l.out[a.from] = slices.DeleteFunc(l.out[a.from], func(o edge) bool { return o.to == v })
	}
	l.in[v] = nil
}

// differentiated tells which of the active nodes the derivatives of the roots go through.
func differentiated(order, roots []*ir.Node, active map[*ir.Node]bool) map[*ir.Node]bool {
	needed := map[*ir.Node]bool{}
	for _, r := range roots {
		needed[r] = active[r]
	}
	for _, n := range slices.Backward(order) {
		for i, a := range n.Args {
			if needed[n] && active[a] && (n.Kind != ir.Apply || n.Prim.Partials[i] != nil) {
				needed[a] = true
			}
		}
	}
	return needed
}

// branches is the number of edges that are not everywhere.
func (l *linearised) branches() int {
	count := 0
	for _, out := range l.out {
		for _, e := range out {
			if !e.guard.IsConst(1) {
				count++
			}
		}
	}
	return count
}

// partial is the partial derivative p of n by its operand i; a selection has that of the branch taken.
func (l *linearised) partial(n *ir.Node, i int, p ir.Partial) *ir.Node {
	switch {
	case n.Is(ir.OpSelect) && i == 1:
		return l.g.Indicator(n.Args[0])
	case n.Is(ir.OpSelect):
		return l.g.Indicator(l.g.Not(n.Args[0]))
	}
	return p(l.g, n.Args, n)
}

// connect adds an edge, to another between the same vertices if there is one.
func (l *linearised) connect(e edge) {
	if e.value.IsConst(0) || e.guard.IsConst(0) {
		return
	}
	same := func(o edge) bool { return o.from == e.from && o.to == e.to }
	if i := slices.IndexFunc(l.out[e.from], same); i >= 0 {
		sum := total(l.g, []adjoint{l.out[e.from][i].adjoint, e.adjoint})
		l.out[e.from][i].adjoint = sum
		l.in[e.to][slices.IndexFunc(l.in[e.to], same)].adjoint = sum
		return
	}
	l.out[e.from] = append(l.out[e.from], e)
	l.in[e.to] = append(l.in[e.to], e)
}

// price is the number of operations that it takes to eliminate v now.
func (l *linearised) price(v int) int {
	ops := 0
	for _, b := range l.out[v] {
		for _, a := range l.in[v] {
			if !isUnit(a.value) && !isUnit(b.value) {
				ops++
			}
			if slices.ContainsFunc(l.out[a.from], func(o edge) bool { return o.to == b.to }) {
				ops++
			}
		}
	}
	return ops
}

func isUnit(n *ir.Node) bool { return n.IsConst(1) || n.IsConst(-1) }

// eliminate takes v out: every path a, b through it becomes an edge b·a (Griewank & Reese, On the calculation of Jacobian matrices by the
// Markowitz rule, 1991).
func (l *linearised) eliminate(v int) {
	in := l.in[v]
	l.cut(v)
	for _, b := range l.out[v] {
		l.in[b.to] = slices.DeleteFunc(l.in[b.to], func(o edge) bool { return o.from == v })
	}
	for _, b := range l.out[v] {
		for _, a := range in {
			l.connect(edge{a.from, b.to, adjoint{l.g.And(b.guard, a.guard), l.g.Mul(b.value, a.value)}})
		}
	}
	l.out[v] = nil
}

// cheapest is the vertex of the least price; of several the first or the last.
func (l *linearised) cheapest(left []int, last bool) int {
	best, least := -1, 0
	for i, v := range left {
		p := l.price(v)
		if best < 0 || p < least || p == least && last {
			best, least = i, p
		}
	}
	return best
}

// maxEliminated bounds the functions whose vertices are eliminated by price, which takes time that grows with the square of their number.
const maxEliminated = 1000

// byElimination is the derivatives of all results of f by all parameters, by eliminating always a vertex of the least price. Of several
// that is the first or the last. It reports false for functions of arrays and for large ones.
func byElimination(f *ir.Func, last bool) (*ir.Func, bool) {
	l, ok := linearise(f)
	if !ok || len(l.inner) > maxEliminated {
		return nil, false
	}
	l.eliminateAll(func(left []int) int { return l.cheapest(left, last) })
	return l.jacobian(f), true
}

// jacobian is f with the derivatives that are left.
func (l *linearised) jacobian(f *ir.Func) *ir.Func {
	rows := make([][]ir.Result, len(l.results))
	for i, r := range l.results {
		for _, p := range f.Independents() {
			v := f.Graph.Const(0)
			if len(p.Dims) == 0 {
				v = l.derivative(f.Graph.Access(p), r).masked(l.g)
			}
			rows[i] = append(rows[i], ir.Result{Value: v})
		}
	}
	return withJacobian(f, rows)
}

// eliminateAll eliminates all vertices, always the one of which next gives the place among those that are left.
func (l *linearised) eliminateAll(next func(left []int) int) {
	left := slices.Clone(l.inner)
	for len(left) > 0 {
		i := next(left)
		l.eliminate(left[i])
		left = slices.Delete(left, i, i+1)
	}
}

// derivative is the only edge from the leaf to the result that is left.
func (l *linearised) derivative(leaf *ir.Node, result int) adjoint {
	if v, ok := l.vertex[leaf]; ok {
		for _, e := range l.out[v] {
			if e.to == result {
				return e.adjoint
			}
		}
	}
	return adjoint{l.g.Bool(false), l.g.Const(0)}
}
