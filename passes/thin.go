package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A result that is zero at most of its elements, a[i,j] = [i = j]·v[i] + [i = j + 1]·w[i], as Jacobians are of functions that depend element by element on
// others, is cleared, and the loops run over what is left: not over all its elements, asking of each.

// thinned is f with such results as sums over the elements that are not zero, which the planner scatters.
func thinned(f *ir.Func) *ir.Func {
	d := f
	for i, r := range f.Results {
		t, ok := thinResult(f, r)
		if !ok {
			continue
		}
		if d == f {
			d = f.Derived()
		}
		d.Results[i] = t
	}
	return d
}

// maxThin bounds the terms that a thin result is made of.
const maxThin = 64

// thinResult is the result r as a sum over elements that are not zero, if each of its terms leaves an index no choice.
func thinResult(f *ir.Func, r ir.Result) (ir.Result, bool) {
	if r.Puts != nil || len(r.Index) == 0 {
		return r, false
	}
	g := f.Graph
	terms, ok := gatedTerms(g, r.Value)
	if !ok {
		return r, false
	}
	var list []scattered
	for _, t := range terms {
		s, ok := t.scatter(f, r.Index)
		if !ok {
			return r, false
		}
		if k := slices.IndexFunc(list, s.beside); k >= 0 {
			list[k].value = g.Add(list[k].value, s.value)
		} else {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return r, false
	}
	index := fresh(g, extents(r.Index))
	if r.Where != nil {
		r.Where = g.Subst(r.Where, r.Index, index)
	}
	r.Index, r.Value = index, g.Const(0)
	for _, s := range list {
		r.Value = g.Add(r.Value, s.sum(g, index))
	}
	return r, true
}

// gatedTerm is a term of a sum that is 0 unless all the conditions hold.
type gatedTerm struct {
	conds    []*ir.Node
	value    *ir.Node
	negative bool
}

// gatedTerms takes n apart into terms. It reports false where there are too many, or one stands under no condition.
func gatedTerms(g *ir.Graph, n *ir.Node) ([]gatedTerm, bool) {
	var list []gatedTerm
	stack := []gatedTerm{{value: n}}
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		with := func(cond, value *ir.Node, negative bool) {
			stack = append(stack, gatedTerm{slices.Concat(t.conds, conditions(cond)), value, t.negative != negative})
		}
		switch x := t.value; {
		case x.IsConst(0):
		case !hasGate(x):
			if len(t.conds) == 0 || len(list) == maxThin {
				return nil, false
			}
			if t.negative {
				t.value = g.Neg(x)
			}
			list = append(list, t)
		case x.Is(ir.OpSelect):
			with(g.Not(x.Args[0]), x.Args[2], false)
			with(x.Args[0], x.Args[1], false)
		case x.Is(ir.OpNeg):
			with(g.Bool(true), x.Args[0], true)
		default:
			with(g.Bool(true), x.Args[1], x.Is(ir.OpSub))
			with(g.Bool(true), x.Args[0], false)
		}
	}
	return list, true
}

// hasGate tells whether one of the terms of n is a selection.
func hasGate(n *ir.Node) bool {
	if n.Is(ir.OpAdd) || n.Is(ir.OpSub) || n.Is(ir.OpNeg) {
		return slices.ContainsFunc(n.Args, hasGate)
	}
	return n.Is(ir.OpSelect)
}

// scattered is the elements at, for all values of the indices over for which the conditions hold.
type scattered struct {
	at, over, conds []*ir.Node
	value           *ir.Node
}

// scatter is the term, over the elements at the indices, as one over those of them that its conditions leave open, at least one. It reports false where those
// are all.
func (t gatedTerm) scatter(f *ir.Func, indices []*ir.Node) (scattered, bool) {
	g := f.Graph
	s := scattered{at: slices.Clone(indices), over: slices.Clone(indices), value: t.value}
	for _, c := range t.conds {
		if !c.IsConst(1) {
			s.conds = append(s.conds, c)
		}
	}
	for len(s.over) > 1 {
		x, e, rest := s.determined(g)
		if x == nil {
			break
		}
		put := func(n *ir.Node) *ir.Node { return g.Subst(n, []*ir.Node{x}, []*ir.Node{e}) }
		s.conds = nil
		if in := f.InRange(e, x.Extent, rest...); !in.IsConst(1) {
			s.conds = conditions(in)
		}
		for _, c := range rest {
			s.conds = append(s.conds, put(c))
		}
		for d, n := range s.at {
			s.at[d] = put(n)
		}
		s.value = put(s.value)
		s.over = slices.DeleteFunc(s.over, func(i *ir.Node) bool { return i == x })
	}
	return s, len(s.over) < len(indices)
}

// determined finds a condition that says what one of the indices is, and the other conditions.
func (s scattered) determined(g *ir.Graph) (x, e *ir.Node, rest []*ir.Node) {
	for k, c := range s.conds {
		if !c.Is(ir.OpEq) || c.Args[0].Type != ir.Int {
			continue
		}
		for _, i := range slices.Backward(s.over) {
			if x, e := solved(g, g.IntSub(c.Args[0], c.Args[1]), []*ir.Node{i}); x != nil && !e.Depends(i) {
				return x, e, slices.Delete(slices.Clone(s.conds), k, k+1)
			}
		}
	}
	return nil, nil, nil
}

// beside tells whether s and u go to the same elements. A condition may stand twice among those of one of them.
func (s scattered) beside(u scattered) bool {
	within := func(a, b []*ir.Node) bool { return all(a, func(c *ir.Node) bool { return slices.Contains(b, c) }) }
	return slices.Equal(s.at, u.at) && within(s.conds, u.conds) && within(u.conds, s.conds)
}

// sum is s as an array over the indices.
func (s scattered) sum(g *ir.Graph, index []*ir.Node) *ir.Node {
	body := g.Select(g.All(s.conds), s.value, g.Const(0))
	for d, n := range s.at {
		body = g.Select(g.Apply(ir.OpEq, index[d], n), body, g.Const(0))
	}
	for _, i := range slices.Backward(s.over) {
		body = g.Reduce(ir.Sum, i, body)
	}
	return body
}
