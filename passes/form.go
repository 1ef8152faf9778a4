package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// form is the differential of a node as a linear form Σ [guard]·value·d(leaf) over the elements of parameters that it depends on, each of which
// is an access: its leaves. A leaf may have indices that are not free in the node; the term is then there for all their values. So a form has
// a term for each way in which elements are reached, and what it has no term for is structurally zero. Guards are conditions on indices and
// integer data; values are complete only under them.
type form struct {
	terms []formTerm
	at    map[*ir.Node]int // by leaf
}

type formTerm struct {
	leaf *ir.Node
	adjoint
}

// add adds a term; with another of the same leaf it becomes one.
func (x *form) add(g *ir.Graph, t formTerm) {
	if t.value.IsConst(0) || t.guard.IsConst(0) {
		return
	}
	if x.at == nil {
		x.at = map[*ir.Node]int{}
	}
	i, ok := x.at[t.leaf]
	if !ok {
		x.at[t.leaf] = len(x.terms)
		x.terms = append(x.terms, t)
		return
	}
	if x.terms[i].adjoint = either(g, x.terms[i].adjoint, t.adjoint); x.terms[i].value.IsConst(0) {
		x.terms = slices.Delete(x.terms, i, i+1)
		delete(x.at, t.leaf)
		for k := i; k < len(x.terms); k++ {
			x.at[x.terms[k].leaf] = k
		}
	}
}

// either is the sum of two values, each of which is 0 where its guard does not hold.
func either(g *ir.Graph, a, b adjoint) adjoint {
	if a.guard == b.guard {
		return adjoint{a.guard, g.Add(a.value, b.value)}
	}
	return adjoint{g.Or(a.guard, b.guard), g.Add(a.masked(g), b.masked(g))}
}

// of is the term of the leaf, 0 if there is none.
func (x form) of(g *ir.Graph, leaf *ir.Node) adjoint {
	if i, ok := x.at[leaf]; ok {
		return x.terms[i].adjoint
	}
	return adjoint{g.Bool(false), g.Const(0)}
}

// maxForms bounds the terms of all forms of a sweep.
const maxForms = 1_000_000

// formsOf is the differentials of the roots, by one forward sweep over leaves. It reports false where they would be too many.
func formsOf(f *ir.Func, roots []*ir.Node) ([]form, bool) {
	order := ir.Reachable(roots...)
	active, _ := activity(f, order, nil)
	s := &formSweep{f: f, g: f.Graph, active: active, of: map[*ir.Node]form{}}
	count := 0
	for _, n := range order {
		if s.active[n] {
			s.of[n] = s.node(n)
			if count += len(s.of[n].terms); count > maxForms {
				return nil, false
			}
		}
	}
	list := make([]form, len(roots))
	for i, r := range roots {
		list[i] = s.of[r]
	}
	return list, true
}

// formSweep is one sweep.
type formSweep struct {
	f      *ir.Func
	g      *ir.Graph
	active map[*ir.Node]bool
	of     map[*ir.Node]form
}

// node is the form of the active node n from those of its operands.
func (s *formSweep) node(n *ir.Node) (x form) {
	g := s.g
	switch {
	case n.Kind == ir.Access:
		x.add(g, formTerm{n, adjoint{g.Bool(true), g.Const(1)}})
	case n.Kind == ir.At:
		for _, t := range s.of[n.Args[0]].terms {
			at := func(m *ir.Node) *ir.Node { return g.Subst(m, n.Bound, n.Args[1:]) }
			x.add(g, formTerm{at(t.leaf), adjoint{at(t.guard), g.At(t.masked(g), n.Bound, n.Args[1:])}})
		}
	case n.Kind == ir.Reduce:
		s.reduce(n, &x)
	case n.Is(ir.OpSelect):
		s.choose(n, &x)
	default:
		for i, a := range n.Args {
			if p := n.Prim.Partials[i]; p != nil && s.active[a] {
				partial := p(g, n.Args, n)
				for _, t := range s.of[a].terms {
					x.add(g, formTerm{t.leaf, adjoint{t.guard, g.Mul(partial, t.value)}})
				}
			}
		}
	}
	return x
}

// reduce is the form of a reduction. A leaf that depends on the bound index stays a leaf for all its values, under a name that is free
// everywhere; the terms of another are added up.
func (s *formSweep) reduce(n *ir.Node, x *form) {
	g, k := s.g, n.Bound[0]
	open := g.NewIndex(k.Extent)
	for _, t := range s.of[n.Args[0]].terms {
		switch n.Red {
		case ir.Prod:
			t.value = g.Mul(t.value, otherFactors(g, n))
		case ir.Max, ir.Min:
			t.value = g.Select(g.Apply(ir.OpEq, k, extremum(g, n)), t.value, g.Const(0))
		}
		if t.leaf.Depends(k) {
			name := func(m *ir.Node) *ir.Node { return g.Rename(m, k, open) }
			x.add(g, formTerm{name(t.leaf), adjoint{name(t.guard), name(t.value)}})
			continue
		}
		a := adjoint{g.Bool(true), s.f.Total(k, t.masked(g))}
		if v := a.value; gated(v) {
			a = settled(g, adjoint{v.Args[0], v.Args[1]})
		}
		x.add(g, formTerm{t.leaf, a})
	}
}

// gated tells whether n is [c]·x.
func gated(n *ir.Node) bool { return n.Is(ir.OpSelect) && n.Args[2].IsConst(0) }

// choose is the form of a selection. What its condition says of indices and integer data joins the guards; the rest is part of the values.
func (s *formSweep) choose(n *ir.Node, x *form) {
	g, c := s.g, n.Args[0]
	a, b := s.of[n.Args[1]], s.of[n.Args[2]]
	for _, t := range a.terms {
		if other := b.of(g, t.leaf); !other.value.IsConst(0) && other.guard == t.guard {
			x.add(g, formTerm{t.leaf, adjoint{t.guard, g.Select(c, t.value, other.value)}})
			continue
		}
		x.add(g, formTerm{t.leaf, settled(g, adjoint{g.And(t.guard, c), t.value})})
	}
	for _, t := range b.terms {
		if other := a.of(g, t.leaf); other.value.IsConst(0) || other.guard != t.guard {
			x.add(g, formTerm{t.leaf, settled(g, adjoint{g.And(t.guard, g.Not(c)), t.value})})
		}
	}
}
