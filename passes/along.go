package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// What is read of a recurrence with checkpoints should be read while its steps run, as afterwards only few are left. alongSteps lets sums over some of
// the places run over all steps, under a condition; atSteps lets what is read of a single place be picked up when its step has
// been computed.

// along says how the steps of a recurrence run in one of its arrays: along which dimension.
type along struct {
	recur *ir.Recurrence
	dim   int
}

// index is the index of the steps, the outermost.
func (s along) index() *ir.Node { return s.recur.Steps[0] }

// trailing is the use s of the array of q, in the indices of p's steps and outer indices, if it reads a number of steps before a step of p, of which few are
// kept.
func trailing(g *ir.Graph, p *ir.Recurrence, q ir.Equation, s site) (site, bool) {
	var from, to []*ir.Node
	behind := false
	for d, i := range q.At {
		step := slices.Contains(p.Steps, i)
		if !step && !slices.Contains(p.Outer, i) {
			continue
		}
		free := s.access.Args[d].Free()
		if len(free) != 1 || free[0].Extent != i.Extent || slices.Contains(from, free[0]) {
			return s, false
		}
		from, to = append(from, free[0]), append(to, i)
		shift, ok := along{p, d}.shift(g, s.access, free[0])
		if !ok || !step && shift != 0 {
			return s, false
		}
		behind = behind || i == p.Steps[0] && (along{p, d}).behind(shift)
	}
	if !p.Sparing || !behind || len(from) < len(p.Loops()) {
		return s, false
	}
	return site{g.Subst(s.access, from, to), adjoint{g.Subst(s.guard, from, to), g.Subst(s.value, from, to)}}, true
}

// sparedSteps is the arrays of the recurrences of f that have checkpoints.
func sparedSteps(f *ir.Func) map[*ir.Input]along {
	spared := map[*ir.Input]along{}
	for _, r := range f.Recurs {
		for _, q := range r.Equations {
			if d := slices.Index(q.At, r.Steps[0]); r.Sparing && d >= 0 {
				spared[q.Array] = along{r, d}
			}
		}
	}
	return spared
}

// shift is c where the access reads the array at the place i + c.
func (s along) shift(g *ir.Graph, access, i *ir.Node) (c int, ok bool) {
	coef, rest, ok := g.Linear(access.Args[s.dim], i)
	return int(rest.Value), ok && coef == 1 && rest.Kind == ir.Const
}

// behind tells whether the shift leads to steps before.
func (s along) behind(shift int) bool { return shift != 0 && (shift > 0) == s.recur.Down[0] }

// wasteful is f without checkpoints.
func wasteful(f *ir.Func) *ir.Func {
	f = f.Derived()
	for i, r := range f.Recurs {
		s := *r
		s.Sparing = false
		f.Recurs[i] = &s
	}
	return f
}

// alongSteps is f with sums of which the terms read such an array at places i + c, where i does not run over all steps, as sums over the
// steps.
func alongSteps(f *ir.Func) *ir.Func {
	spared := sparedSteps(f)
	if len(spared) == 0 {
		return f
	}
	g := f.Graph
	return f.WithRoots(g.Replace(f.Roots(), func(n *ir.Node, args []*ir.Node) *ir.Node {
		if n.Kind != ir.Reduce || n.Red != ir.Sum {
			return nil
		}
		i := n.Bound[0]
		step, place := placeAt(f, spared, args[0], i)
		if step == nil {
			return nil
		}
		return f.Total(step, g.Select(f.InRange(place, i.Extent), g.Subst(args[0], []*ir.Node{i}, []*ir.Node{place}), g.Const(0)))
	}))
}

// placeAt is i in terms of an index of the steps, if the term reads such arrays at places i + c, and i does not run over all steps: the last of these places is the
// step. Else both are nil.
func placeAt(f *ir.Func, spared map[*ir.Input]along, term, i *ir.Node) (step, place *ir.Node) {
	g := f.Graph
	extent, shift, ok := lastRead(g, spared, term, i)
	if !ok || extent == i.Extent || !f.InRange(g.IntAdd(i, g.Int(shift)), extent).IsConst(1) {
		return nil, nil
	}
	step = g.NewIndex(extent)
	if !term.Depends(g.Index(extent, 0)) {
		step = g.Index(extent, 0) // the one that the recurrence has
	}
	return step, g.IntSub(step, g.Int(shift))
}

// lastRead finds the reads of such arrays at places i + c in a term: the number of steps, and the c of the one that is computed last.
func lastRead(g *ir.Graph, spared map[*ir.Input]along, term, i *ir.Node) (extent *ir.Node, shift int, found bool) {
	for _, n := range ir.Reachable(term) {
		s, is := spared[n.Input]
		if n.Kind != ir.Access || !is {
			continue
		}
		c, ok := s.shift(g, n, i)
		if ok && (!found || s.behind(shift-c)) {
			extent, shift, found = s.index().Extent, c, true
		}
	}
	return extent, shift, found
}

// atSteps is f with what it reads of such arrays at a single place as a sum over the steps of which one has a term: picked up at that step. Where the first
// equation says that it is an argument, that is read. A recurrence itself does not read what it computes there.
func atSteps(f *ir.Func) *ir.Func {
	g := f.Graph
	spared := sparedSteps(f)
	return f.WithRoots(g.Replace(f.Roots(), func(n *ir.Node, args []*ir.Node) *ir.Node {
		s, is := spared[n.Input]
		if n.Kind != ir.Access || !is || !args[s.dim].Closed() {
			return nil
		}
		if v := s.argument(g, n.Input, args); v != nil {
			return v
		}
		step := g.NewIndex(s.index().Extent)
		at := slices.Clone(args)
		at[s.dim] = step
		return g.Reduce(ir.Sum, step, g.Select(g.Apply(ir.OpEq, step, args[s.dim]), g.Access(n.Input, at...), g.Const(0)))
	}))
}

// argument is the element of a recurrence's array if that is an argument of the function or a constant, else nil.
func (s along) argument(g *ir.Graph, in *ir.Input, at []*ir.Node) *ir.Node {
	for _, q := range s.recur.Equations {
		if q.Array != in || q.Pushes() {
			continue
		}
		v := g.Subst(q.Body, q.At, at)
		if v.Kind == ir.Const || v.Kind == ir.Access && !v.Input.Defined {
			return v
		}
	}
	return nil
}
