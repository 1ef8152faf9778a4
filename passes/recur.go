package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A recurrence is differentiated by one of its own. Its tangents run along with it. Its adjoints run the other way (Griewank & Walther,
// Evaluating Derivatives, 4.3): the adjoint of an element, complete when its step comes, passes on to the elements that its equation
// reads. What goes to the same step is part of their equations; what goes to steps before is pushed there. So what a step
// computes on the way out is the same expression on the way back, and is stored in between rather than computed anew. Where few steps are kept, what else reads
// steps before pushes too, as otherwise the contributions to all steps would have to be kept.

// companion is an array with a further dimension for each of the open indices, for the tangents or adjoints of in.
func companion(prefix string, in *ir.Input, open []*ir.Node) *ir.Input {
	return &ir.Input{Name: prefix + in.Name, Dims: slices.Concat(extents(open), in.Dims), Defined: true}
}

// declare makes the tangents of the active arrays, and lets them be read.
func (s *forward) declare(recurs []*ir.Recurrence, active map[*ir.Input]bool, open []*ir.Node) map[*ir.Input]*ir.Input {
	arrays := map[*ir.Input]*ir.Input{}
	for _, p := range recurs {
		for _, q := range p.Equations {
			if !active[q.Array] || arrays[q.Array] != nil {
				continue
			}
			dot := companion("t", q.Array, open)
			arrays[q.Array] = dot
			s.seed[q.Array] = func(index ...*ir.Node) adjoint {
				return adjoint{s.g.Bool(true), s.g.Access(dot, slices.Concat(open, index)...)}
			}
		}
	}
	return arrays
}

// alongside is the recurrence of the tangents of p's arrays.
func (s *forward) alongside(p *ir.Recurrence, arrays map[*ir.Input]*ir.Input, open []*ir.Node) *ir.Recurrence {
	d := &ir.Recurrence{Steps: p.Steps, Down: p.Down, Sparing: p.Sparing, Outer: slices.Concat(open, p.Outer)}
	for _, q := range p.Equations {
		if dot := arrays[q.Array]; dot != nil {
			t := ir.Equation{Array: dot, At: slices.Concat(open, q.At), Body: s.dot[q.Body].whole(s.g)}
			if q.Pushes() {
				t.Push, t.Where = slices.Concat(open, q.Push), q.Where
			}
			d.Equations = append(d.Equations, t)
		}
	}
	return d
}

// declare makes the adjoints of the active arrays of p, and passes them to the bodies of its equations.
func (r *reverse) declare(p *ir.Recurrence, active map[*ir.Input]bool) {
	for _, q := range p.Equations {
		if !active[q.Array] {
			continue
		}
		if r.arrays[q.Array] == nil {
			r.arrays[q.Array] = companion("c", q.Array, r.open)
		}
		a := whole(r.g).times(r.g, r.g.AtStep(r.arrays[q.Array], slices.Concat(r.open, q.Place()), p.StepDims(q, len(r.open)), p.Steps))
		if q.Where != nil {
			a.guard = q.Where
		}
		r.add(q.Body, p.All(q), a)
		if !q.Pushes() {
			r.store(q.Body, stored{r.g.Access(q.Array, q.At...), nil})
		}
	}
}

// stored is the element that holds a value, where the conditions hold.
type stored struct {
	element *ir.Node
	where   []*ir.Node
}

// store notes where the elements that have the body n, or a branch of it, are stored.
func (r *reverse) store(n *ir.Node, s stored) {
	if !n.Is(ir.OpSelect) {
		r.stored[n] = s
		return
	}
	cond := n.Args[0]
	r.store(n.Args[1], stored{s.element, slices.Concat(s.where, conditions(cond))})
	r.store(n.Args[2], stored{s.element, slices.Concat(s.where, conditions(r.g.Not(cond)))})
}

// at is the value n where the guard holds: the element that holds it if there is one, so that partial derivatives that it is part of, as of tanh, need
// nothing else of the step.
func (r *reverse) at(n, guard *ir.Node) *ir.Node {
	s, ok := r.stored[n]
	given := conditions(guard)
	if !ok || !all(s.where, func(c *ir.Node) bool { return slices.Contains(given, c) }) {
		return n
	}
	return s.element
}

// turned is the recurrence of the adjoints of p's arrays.
func (r *reverse) turned(p *ir.Recurrence) *ir.Recurrence {
	g := r.g
	d := &ir.Recurrence{Steps: p.Steps, Down: each(p.Down, func(down bool) bool { return !down }), Sparing: p.Sparing, Outer: slices.Concat(r.open, p.Outer)}
	for _, q := range p.Equations {
		if a := r.arrays[q.Array]; a != nil && !d.Defines(a) {
			d.Equations = append(d.Equations, ir.Equation{Array: a, At: slices.Concat(r.open, q.At)})
		}
	}
	inside := r.inside(p, d)
	var pushes []ir.Equation
	for _, q := range p.Equations {
		k := slices.IndexFunc(d.Equations, func(e ir.Equation) bool { return e.Array == r.arrays[q.Array] && e.Body == nil })
		if k < 0 {
			continue
		}
		e := &d.Equations[k]
		var here, back []site
		for i, s := range r.sites[q.Array] {
			trails := inside[q.Array][i]
			if !trails {
				s, trails = trailing(g, p, q, s)
			}
			if !trails || p.SameStep(s.access, ir.Equation{At: q.At}) {
				here = append(here, s)
			} else {
				back = append(back, s)
			}
		}
		at := named(p, q, here)
		e.At = slices.Concat(r.open, at)
		sum, pushed := g.Const(0), (*ir.Input)(nil)
		for _, s := range here {
			sum = g.Add(sum, r.scatter(s, at))
		}
		for _, s := range back {
			if pushed == nil {
				pushed = companion("sum_", e.Array, nil)
				sum = g.Add(sum, g.Access(pushed, e.At...))
			}
			a := settled(g, s.adjoint)
			to := slices.Concat(r.open, s.access.Subscripts())
			pushes = append(pushes, ir.Equation{Array: pushed, At: e.At, Push: to, Where: within(r.f, pushed, to, a.guard), Body: a.value})
		}
		e.Body = sum
	}
	d.Equations = append(d.Equations, pushes...)
	if cycle := d.Sort(); cycle != nil {
		panic("internal error: the adjoints of " + cycle[0].Name + " depend on themselves at a step")
	}
	return d
}

// named is indices for the adjoints of the array of q: those of most of the sites in the step that they come from, so that what also goes to other arrays is one
// value by one name.
func named(p *ir.Recurrence, q ir.Equation, sites []site) []*ir.Node {
	sites = slices.DeleteFunc(slices.Clone(sites), func(s site) bool { return !p.SameStep(s.access, ir.Equation{At: q.At}) })
	best, most := q.At, 0
	for _, s := range sites {
		at, ok := namedBy(p, q, s)
		if !ok {
			continue
		}
		count := 0
		for _, o := range sites {
			if by, ok := namedBy(p, q, o); ok && slices.Equal(by, at) {
				count++
			}
		}
		if count > most {
			best, most = at, count
		}
	}
	return slices.Clone(best)
}

// namedBy is indices for the adjoints of the array of q as at the site; it reports false where it has others than one for each dimension.
func namedBy(p *ir.Recurrence, q ir.Equation, s site) ([]*ir.Node, bool) {
	at := slices.Clone(q.At)
	for d, i := range s.access.Subscripts() {
		if slices.Contains(p.Steps, q.At[d]) || slices.Contains(p.Outer, q.At[d]) {
			continue
		}
		if i.Kind != ir.Index || i.Extent != q.At[d].Extent {
			return nil, false
		}
		at[d] = i
	}
	for d, i := range at {
		if slices.Contains(at[:d], i) {
			return nil, false
		}
	}
	return at, true
}

// within is the condition where the place of the array is in range too.
func within(f *ir.Func, in *ir.Input, place []*ir.Node, where *ir.Node) *ir.Node {
	for d, i := range place {
		where = f.Graph.And(where, f.InRange(i, in.Dims[d], where))
	}
	return where
}

// inside tells which sites of p's arrays lie in p's own equations: the adjoint that arrives there comes from an array of d.
func (r *reverse) inside(p, d *ir.Recurrence) map[*ir.Input][]bool {
	var nodes []*ir.Node
	for _, q := range p.Equations {
		for _, s := range r.sites[q.Array] {
			nodes = append(nodes, s.guard, s.value)
		}
	}
	carries := d.Carries(ir.Reachable(nodes...))
	inside := map[*ir.Input][]bool{}
	for _, q := range p.Equations {
		if inside[q.Array] == nil {
			for _, s := range r.sites[q.Array] {
				inside[q.Array] = append(inside[q.Array], carries[s.value] || carries[s.guard])
			}
		}
	}
	return inside
}
