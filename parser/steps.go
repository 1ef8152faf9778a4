package parser

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// steps is the dimensions of the members over which a recurrence goes step by step, the same number for each.
type steps struct {
	dims [][]int // by member
	down []bool  // by step: from the last place to the first
}

// chooseSteps finds the steps of a recurrence: as few dimensions as do, such that everything that is read has been computed
// at steps before, or at the same step by equations that can be put into an order. It gives the reads too, told apart by conditions where need be, or
// why there are no such steps.
func (g *group) chooseSteps(reads []read) (steps, []read, *Diagnostic) {
	var why *Diagnostic
	none := steps{dims: make([][]int, len(g.members))}
	s, ok := g.nextStep(reads, reads, none, &why)
	if !ok {
		reads = g.apart(reads)
		s, ok = g.nextStep(reads, reads, none, &why)
	}
	if ok {
		why = nil
	}
	return s, reads, why
}

// nextStep adds a dimension to the steps for the reads that the steps so far leave at the same step. why is what stands in the way of
// the first dimension that was tried.
func (g *group) nextStep(all, open []read, s steps, why **Diagnostic) (steps, bool) {
	if cycle := g.sameStep(open); cycle == nil {
		return s, true
	} else if *why == nil {
		*why = &Diagnostic{At: g.members[cycle[0]].general().NameAt, Message: g.members[cycle[0]].name + " is defined by itself",
			Help: "a recurrence reads steps before: " + g.members[cycle[0]].name + "[t-1]"}
		if len(cycle) > 1 {
			(*why).Message = fmt.Sprintf("%s are defined by each other", g.names())
		}
	}
	for d := range g.members[0].dims {
		if slices.Contains(s.dims[0], d) {
			continue
		}
		for _, dims := range g.follow(all, d, s) {
			same, down, bad := g.advance(open, dims)
			if bad != nil {
				*why = bad
				continue
			}
			if len(same) == len(open) {
				continue
			}
			t := steps{down: append(slices.Clone(s.down), down)}
			for i := range s.dims {
				t.dims = append(t.dims, append(slices.Clone(s.dims[i]), dims[i]))
			}
			if u, ok := g.nextStep(all, same, t, why); ok {
				return u, true
			}
		}
	}
	return s, false
}

// sameStep gives the members of a circle of reads, if there is one.
func (g *group) sameStep(reads []read) []int {
	needs := func(i int) []int {
		var list []int
		for _, r := range reads {
			if r.in == i {
				list = append(list, r.of)
			}
		}
		return list
	}
	for _, c := range ir.Components(len(g.members), needs) {
		if len(c) > 1 || slices.Contains(needs(c[0]), c[0]) {
			return c
		}
	}
	return nil
}

// advance looks at how the reads go along the dimensions, and gives those that stay at the same step, and whether the steps go down there.
func (g *group) advance(reads []read, dims []int) (same []read, down bool, bad *Diagnostic) {
	up, back, data := read{in: -1}, read{in: -1}, read{in: -1}
	for _, r := range reads {
		sub, own := r.node.Args[dims[r.of]], g.members[r.in].index[dims[r.in]]
		switch g.course(r, sub, own) {
		case here:
			same = append(same, r)
		case given:
			data = r
		case before:
			up = r
		case behind:
			back = r
		default:
			return nil, false, g.untold(r)
		}
	}
	if up.in >= 0 && back.in >= 0 {
		return nil, false, g.explain(back, "%s reads %s at steps behind and at steps before", "a recurrence goes one way")
	}
	if data.in >= 0 && up.in < 0 && back.in < 0 { // the way that leads away from the places that are given first
		return same, g.fromEnd(data.in, dims[data.in]), nil
	}
	return same, back.in >= 0, nil
}

// fromEnd tells whether the equations of the member begin at the end of dimension d, and not at the beginning.
func (g *group) fromEnd(in, d int) bool {
	m := g.members[in]
	r := m.general()
	return d < len(r.left) && r.low[d] == 0 && r.top[d] != m.dims[d]
}

// untold says that the read may lead anywhere.
func (g *group) untold(r read) *Diagnostic {
	return g.explain(r, "%s reads %s at a place of which it cannot be told whether it is computed before",
		"read the step before, [t-1], steps before in a sum, sum(j in 0..t: …), or one that integer data give, [parent[t]] or [t-lag[t]]")
}

// explain is a diagnostic about a read.
func (g *group) explain(r read, format, help string) *Diagnostic {
	at, ok := g.spans[r.node]
	if !ok {
		at = g.members[r.in].general().NameAt
	}
	return &Diagnostic{At: at, Message: fmt.Sprintf(format, g.members[r.in].name, g.members[r.of].name), Help: help}
}

// checkOrder sees to it that steps that data give are steps before, when the data are bound.
func (g *group) checkOrder(reads []read, s steps) {
	for _, r := range reads {
		for k, d := range s.dims[r.in] {
			own, sub := g.members[r.in].index[d], r.node.Args[s.dims[r.of][k]]
			if data := g.g.GivenBy(sub, own); data != nil {
				g.checkStep(r, data, sub, g.stepsBefore(own, s.down[k]))
			}
		}
	}
}

// past is the steps from..to-1 before one, a number of them, beginning with the first.
type past struct {
	way                     string
	from, to, number, first *ir.Node
}

// stepsBefore is the past of the step own.
func (g *group) stepsBefore(own *ir.Node, down bool) past {
	zero, last := g.g.Int(0), g.g.IntSub(own.Extent, g.g.Int(1))
	if down {
		return past{"behind", g.g.IntAdd(own, g.g.Int(1)), own.Extent, g.g.IntSub(last, own), last}
	}
	return past{"before", zero, own, own, zero}
}

// checkStep makes checks of the data that give the subscript of r, wherever it is read, unless conditions on them stand around it.
func (g *group) checkStep(r read, data, sub *ir.Node, p past) {
	m, one := g.members[r.in], g.g.Int(1)
	for _, conds := range g.g.Holding(m.body)[r.node] {
		var checks []ir.Check
		for _, e := range []*ir.Node{g.g.IntSub(sub, p.from), g.g.IntSub(g.g.IntSub(p.to, one), sub)} {
			if g.f.NonNegative(e, conds...) {
				continue
			}
			c, ok := g.limit(e, data, conds)
			if !ok {
				panic(failure{g.untold(r)})
			}
			c.Message = fmt.Sprintf("%s reads what stands %s", m.name, p.way)
			checks = append(checks, g.placesOf(conds, data, c))
		}
		if len(checks) == 2 && !g.f.NonNegative(g.g.IntSub(p.number, one), conds...) {
			g.failHelp(m.general().NameAt, fmt.Sprintf("say where %s starts: %s[%s] = …", m.name, m.name, p.first.Text()),
				"%s reads what stands %s at all places, and there is none at the first step", m.name, p.way)
		}
		for _, c := range checks {
			g.requireData(c)
		}
	}
}

// define makes the recurrence, and gives what each member is at given indices.
func (g *group) define(s steps) []func([]*ir.Node) *ir.Node {
	g.spread(s)
	g.stamp(s)
	var extents []*ir.Node // of the steps
	for _, d := range s.dims[0] {
		extents = append(extents, g.members[0].array.Dims[d])
	}
	r := &ir.Recurrence{Down: s.down, Steps: g.g.Canonical(extents), Sparing: g.sparing != nil}
	var outer, from []*ir.Node
	for _, m := range g.members {
		from = append(from, m.index...)
	}
	for _, m := range g.members {
		for _, i := range m.body.Free() {
			if !slices.Contains(from, i) && !slices.Contains(outer, i) {
				outer = append(outer, i)
			}
		}
	}
	for _, i := range outer {
		r.Outer = append(r.Outer, g.g.NewIndex(i.Extent))
	}
	arrays := map[*ir.Input]*ir.Input{}
	for k, m := range g.members {
		at := g.indices(m, s.dims[k], r.Steps)
		m.body = g.g.Subst(m.body, slices.Concat(m.index, outer), slices.Concat(at, r.Outer))
		in := &ir.Input{Name: m.name, Defined: true}
		for _, i := range slices.Concat(r.Outer, at) {
			in.Dims = append(in.Dims, i.Extent)
		}
		arrays[m.array] = in
		r.Equations = append(r.Equations, ir.Equation{Array: in, At: slices.Concat(r.Outer, at), Body: m.body})
	}
	g.link(r, arrays)
	g.f.Recurs = append(g.f.Recurs, r)
	element := make([]func([]*ir.Node) *ir.Node, len(g.members))
	for i, m := range g.members {
		in := arrays[m.array]
		element[i] = func(index []*ir.Node) *ir.Node { return g.g.Access(in, slices.Concat(outer, index)...) }
	}
	return element
}

// spread gives the dimensions of the steps the same extent in all members: the largest. What is beyond a member's own end is
// read by nothing.
func (g *group) spread(s steps) {
	for k := range s.dims[0] {
		extent := g.members[0].dims[s.dims[0][k]]
		for i, m := range g.members[1:] {
			extent = g.greater(m.general().NameAt, extent, m.dims[s.dims[i+1][k]])
		}
		for i, m := range g.members {
			d := s.dims[i][k]
			if m.dims[d] == extent {
				continue
			}
			if m.array.Dims[d] == m.dims[d] {
				m.array.Dims = slices.Clone(m.array.Dims)
			}
			m.array.Dims[d] = extent
			wide := g.g.NewIndex(extent)
			m.body = g.g.Select(g.g.Apply(ir.OpLt, wide, m.dims[d]), g.g.Rename(m.body, m.index[d], wide), g.g.Const(0))
			m.index[d] = wide
		}
	}
}

// stamp notes of all that is read at which steps that is.
func (g *group) stamp(s steps) {
	for k, m := range g.members {
		var steps []*ir.Node
		for _, d := range s.dims[k] {
			steps = append(steps, m.index[d])
		}
		m.body = g.g.Replace([]*ir.Node{m.body}, func(n *ir.Node, args []*ir.Node) *ir.Node {
			of := slices.IndexFunc(g.members, func(o *member) bool { return o.array == n.Input })
			if n.Kind != ir.Access || of < 0 {
				return nil
			}
			read := g.g.AtStep(n.Input, args, s.dims[of], steps)
			if g.sparing != nil && len(read.Args) > len(args) {
				g.failHelp(g.sparing.NameAt, "leave the word out", "checkpoint is for recurrences that read few steps before, and the steps of %s read any of %s", m.name, g.members[of].name)
			}
			return read
		})[0]
	}
}

// indices is the indices of the array of m: the steps, and canonical ones for the other dimensions.
func (g *group) indices(m *member, dims []int, steps []*ir.Node) []*ir.Node {
	var extents []*ir.Node
	for _, i := range steps {
		extents = append(extents, i.Extent)
	}
	for d, e := range m.array.Dims {
		if !slices.Contains(dims, d) {
			extents = append(extents, e)
		}
	}
	own := g.g.Canonical(extents)[len(steps):]
	at := make([]*ir.Node, len(m.array.Dims))
	for d := range at {
		if k := slices.Index(dims, d); k >= 0 {
			at[d] = steps[k]
		} else {
			at[d], own = own[0], own[1:]
		}
	}
	return at
}

// link lets the equations of r read its arrays, in place of those that stand for them. What an equation reads of its own step,
// at its own indices, is put in.
func (g *group) link(r *ir.Recurrence, arrays map[*ir.Input]*ir.Input) {
	replace := func(q *ir.Equation, change func(n *ir.Node, args []*ir.Node) *ir.Node) {
		q.Body = g.g.Replace([]*ir.Node{q.Body}, change)[0]
	}
	for k := range r.Equations {
		replace(&r.Equations[k], func(n *ir.Node, args []*ir.Node) *ir.Node {
			if in := arrays[n.Input]; n.Kind == ir.Access && in != nil {
				return g.g.Access(in, slices.Concat(r.Outer, args)...)
			}
			return nil
		})
	}
	if cycle := r.Sort(); cycle != nil {
		g.fail(g.members[0].general().NameAt, "%s depends on itself at a step", cycle[0].Name)
	}
	caseless := map[*ir.Input]bool{}
	for _, m := range g.members {
		caseless[arrays[m.array]] = len(m.rules) == 1
	}
	for k := range r.Equations {
		replace(&r.Equations[k], func(n *ir.Node, args []*ir.Node) *ir.Node {
			for _, q := range r.Equations[:k] {
				if n.Kind == ir.Access && n.Input == q.Array && slices.Equal(args, q.At) {
					return g.within(q, caseless[q.Array])
				}
			}
			return nil
		})
	}
}

// within is the body of an equation where it is read. An array that has no cases is read only where its general equation holds.
func (g *group) within(q ir.Equation, caseless bool) *ir.Node {
	if b := q.Body; caseless && b.Is(ir.OpSelect) && b.Args[2].IsConst(0) && g.g.NameOf(b.Args[1]) != "" {
		return b.Args[1]
	}
	return q.Body
}
