package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// JVP is f with the product of the Jacobian and a tangent (Griewank & Walther,
// Evaluating Derivatives, 3.1): for every parameter there is a further input, the tangent t of the
// parameter's name and shape, and for every result a further result,
// Σ ∂result/∂parameter·t.
func JVP(f *ir.Func) (*ir.Func, error) {
	d := f.Derived()
	d.Way = "forward"
	var tangents []*ir.Input
	for _, p := range f.Independents() {
		tangents = append(tangents, &ir.Input{Name: "t" + p.Name, Dims: p.Dims})
	}
	d.Inputs = append(d.Inputs, tangents...)
	for i, dot := range pushforward(d, f.Results, seeds(f, tangents), nil) {
		r := f.Results[i]
		name := r.Name + "_tangent"
		if len(f.Results) == 1 {
			name = "tangent"
		}
		d.Results = append(d.Results, ir.Result{Name: name, Index: r.Index, Value: dot})
	}
	return d, nil
}

// seeds is the tangents for what f is differentiated by.
func seeds(f *ir.Func, tangents []*ir.Input) map[*ir.Input]func(...*ir.Node) adjoint {
	seed := map[*ir.Input]func(...*ir.Node) adjoint{}
	for i, p := range f.Independents() {
		seed[p] = func(index ...*ir.Node) adjoint {
			return adjoint{f.Graph.Bool(true), f.Graph.Access(tangents[i], index...)}
		}
	}
	return seed
}

// pushforward gives the tangents of the results of f that are listed, for the given tangents of the parameters' elements. Those may depend
// on further indices, which are open: the tangents depend on them too. The tangents of f's recurrences are recurrences that
// run alike, and are added to those of f.
func pushforward(f *ir.Func, results []ir.Result, seed map[*ir.Input]func(index ...*ir.Node) adjoint, open []*ir.Node) []*ir.Node {
	only := f.Derived()
	only.Results = results
	recurs := only.Needed()
	order := ir.Reachable(only.Roots()...)
	s := &forward{f: f, g: f.Graph, dot: map[*ir.Node]tangent{}, seed: seed}
	var defined map[*ir.Input]bool
	s.active, defined = activity(f, order, recurs)
	arrays := s.declare(recurs, defined, open)
	for _, n := range order {
		if s.active[n] {
			s.dot[n] = s.tangent(n)
		}
	}
	for _, p := range recurs {
		if q := s.alongside(p, arrays, open); len(q.Equations) > 0 {
			f.Recurs = append(f.Recurs, q)
		}
	}
	tangents := make([]*ir.Node, len(results))
	for i, r := range results {
		tangents[i] = s.dot[r.Value].whole(s.g)
	}
	return tangents
}

// tangent is a sum of values that each are 0 where their guard does not hold. The guards say where a unit vector is not 0, and stay apart,
// so that of a sparse Jacobian only entries are computed that may be other than 0.
type tangent []adjoint

// maxApart bounds the values that are kept apart.
const maxApart = 8

// whole is the tangent as one expression.
func (t tangent) whole(g *ir.Graph) *ir.Node {
	sum := g.Const(0)
	for _, a := range t {
		sum = g.Add(sum, a.masked(g))
	}
	return sum
}

// plus adds a, to a value with the same guard if there is one.
func (t tangent) plus(g *ir.Graph, a adjoint) tangent {
	if a.value.IsConst(0) || a.guard.IsConst(0) {
		return t
	}
	for i, b := range t {
		if b.guard == a.guard {
			if t[i].value = g.Add(b.value, a.value); t[i].value.IsConst(0) {
				return append(t[:i], t[i+1:]...)
			}
			return t
		}
	}
	t = append(t, a)
	if len(t) > maxApart {
		return tangent{{g.Bool(true), t.whole(g)}}
	}
	return t
}

// at is the value with the guard.
func (t tangent) at(g *ir.Graph, guard *ir.Node) *ir.Node {
	for _, a := range t {
		if a.guard == guard {
			return a.value
		}
	}
	return g.Const(0)
}

// forward is one forward sweep.
type forward struct {
	f      *ir.Func
	g      *ir.Graph
	active map[*ir.Node]bool
	dot    map[*ir.Node]tangent
	seed   map[*ir.Input]func(...*ir.Node) adjoint
}

// tangent is the tangent of the active node n from those of its operands.
func (s *forward) tangent(n *ir.Node) (t tangent) {
	g := s.g
	one := func(v *ir.Node) tangent { return tangent(nil).plus(g, adjoint{g.Bool(true), v}) }
	switch {
	case n.Kind == ir.Access:
		return t.plus(g, s.seed[n.Input](n.Args...))
	case n.Kind == ir.At:
		return one(g.At(s.dot[n.Args[0]].whole(g), n.Bound, n.Args[1:]))
	case n.Kind == ir.Reduce && n.Red == ir.Prod:
		return one(s.f.Total(n.Bound[0], g.Mul(s.dot[n.Args[0]].whole(g), otherFactors(g, n))))
	case n.Kind == ir.Reduce && n.Red != ir.Sum:
		return one(g.At(s.dot[n.Args[0]].whole(g), n.Bound[:1], []*ir.Node{extremum(g, n)}))
	case n.Kind == ir.Reduce:
		for _, a := range s.dot[n.Args[0]] {
			if a.guard.Depends(n.Bound[0]) {
				a = adjoint{g.Bool(true), a.masked(g)}
			}
			t = t.plus(g, adjoint{a.guard, s.f.Total(n.Bound[0], a.value)})
		}
		return t
	case n.Is(ir.OpSelect):
		x, y := s.dot[n.Args[1]], s.dot[n.Args[2]]
		for _, a := range x {
			t = t.plus(g, adjoint{a.guard, g.Select(n.Args[0], a.value, y.at(g, a.guard))})
		}
		for _, a := range y {
			if !slices.ContainsFunc(x, func(b adjoint) bool { return b.guard == a.guard }) {
				t = t.plus(g, adjoint{a.guard, g.Select(n.Args[0], g.Const(0), a.value)})
			}
		}
		return t
	}
	for i, x := range n.Args {
		if p := n.Prim.Partials[i]; p != nil && s.active[x] {
			for _, a := range s.dot[x] {
				t = t.plus(g, adjoint{a.guard, g.Mul(p(g, n.Args, n), a.value)})
			}
		}
	}
	return t
}
