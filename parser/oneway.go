package parser

import (
	"fmt"
	"slices"
)

// shifted is a read of the member of by the general equation of the member in, a number of places further on.
type shifted struct {
	in, of, by int
	at         Span
}

// oneWay refuses equations of which circles lead both to steps before and to steps behind, as h[t] = f(h[t-1], g[t]) beside g[t] = h[t+1], unless another of their
// indices goes one way.
func (g *group) oneWay() {
	var both *Diagnostic
	for d := range g.members[0].general().left {
		reads := g.shifts(d)
		before, behind := g.circles(reads, -1), g.circles(reads, 1)
		if before != behind {
			return
		}
		if before && both == nil {
			both = g.bothWays(reads)
		}
	}
	if both != nil {
		panic(failure{both})
	}
}

// shifts lists, in order of place, what the general equations read of the group's arrays in dimension dim, at places that their own indices tell.
func (g *group) shifts(dim int) []shifted {
	var list []shifted
	for i, m := range g.members {
		own := m.general().left
		stack := []Expr{m.general().Value}
		for len(stack) > 0 {
			x := stack[len(stack)-1]
			stack = append(stack[:len(stack)-1], Operands(x)...)
			n, ok := x.(*Index)
			if !ok {
				continue
			}
			id, ok := n.X.(*Ident)
			if !ok {
				continue
			}
			of := slices.IndexFunc(g.members, func(o *member) bool { return o.name == id.Name })
			if of < 0 {
				continue
			}
			for _, a := range n.Args {
				var l left
				if !g.try(func() { l = g.leftOf(a) }) {
					continue
				}
				d := slices.IndexFunc(own, func(o left) bool { return o.fixed == nil && l.fixed == nil && o.name.Text == l.name.Text })
				if d == dim {
					list = append(list, shifted{i, of, l.shift - own[d].shift, a.Where()})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(x, y shifted) int { return x.at.Start.Offset - y.at.Start.Offset })
	return list
}

// circles tells whether a circle of reads leads to places further on, for sign 1, or further back, for -1: whether the way to some member can be made longer
// again and again.
func (g *group) circles(reads []shifted, sign int) bool {
	far := make([]int, len(g.members))
	for range len(g.members) + 1 {
		longer := false
		for _, r := range reads {
			if n := far[r.in] + sign*r.by; n > far[r.of] {
				far[r.of], longer = n, true
			}
		}
		if !longer {
			return false
		}
	}
	return true
}

// upwards tells whether no circle leads to steps behind, where the last place would be the start, to be defined and not to be left out.
func (g *group) upwards() bool {
	for d := range g.members[0].general().left {
		if g.circles(g.shifts(d), 1) {
			return false
		}
	}
	return true
}

// bothWays names a read at steps behind and one at steps before.
func (g *group) bothWays(reads []shifted) *Diagnostic {
	behind := reads[slices.IndexFunc(reads, func(r shifted) bool { return r.by > 0 })]
	before := reads[slices.IndexFunc(reads, func(r shifted) bool { return r.by < 0 })]
	name := func(i int) string { return g.members[i].name }
	d := &Diagnostic{At: behind.at, Help: "a recurrence goes one way"}
	if behind.in == before.in && behind.of == before.of {
		d.Message = fmt.Sprintf("%s reads %s at steps behind and at steps before", name(behind.in), name(behind.of))
		return d
	}
	d.Message = fmt.Sprintf("%s reads %s at steps behind, and %s reads %s at steps before", name(behind.in), name(behind.of), name(before.in), name(before.of))
	d.Notes = []Note{{before.at, "at steps before"}}
	return d
}

// fromBehind points at what makes steps in dimension d start at the last place, which a reader of h[0] = … may not expect.
func (g *group) fromBehind(d int) []Note {
	reads := g.shifts(d)
	if !g.circles(reads, 1) || g.circles(reads, -1) {
		return nil
	}
	behind := reads[slices.IndexFunc(reads, func(r shifted) bool { return r.by > 0 })]
	return []Note{{behind.at, "this is behind, so that steps go from the last place to the first"}}
}
