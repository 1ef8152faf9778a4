package parser

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file finds what the steps of a recurrence read of each other, and which of it is computed before.

// read is an access to an array of a group in the equations of one of its members.
type read struct {
	in, of int // members
	node   *ir.Node
	given  []*ir.Node // the conditions that hold there
	prove  bool       // where it goes may follow from them
}

// reads lists what the members read of each other.
func (g *group) reads() []read {
	var reads []read
	for i, m := range g.members {
		for _, n := range ir.Reachable(m.body) {
			if k := slices.IndexFunc(g.members, func(o *member) bool { return o.array == n.Input }); k >= 0 && n.Kind == ir.Access {
				reads = append(reads, read{in: i, of: k, node: n})
			}
		}
	}
	return reads
}

// apart lists the reads once for each place where they stand, with the conditions that hold there; where those contradict each other nothing is read.
func (g *group) apart(reads []read) []read {
	var list []read
	holding := make([]map[*ir.Node][][]*ir.Node, len(g.members))
	for _, r := range reads {
		if holding[r.in] == nil {
			holding[r.in] = g.g.Holding(g.members[r.in].body)
		}
		for _, given := range holding[r.in][r.node] {
			if g.impossible(g.members[r.in], given) {
				continue
			}
			list = append(list, read{r.in, r.of, r.node, given, true})
		}
	}
	return list
}

// impossible tells whether the conditions contradict each other: an index of m would be beyond its end.
func (g *group) impossible(m *member, given []*ir.Node) bool {
	return len(given) > 1 && slices.ContainsFunc(m.index, func(i *ir.Node) bool { return g.f.NonNegative(g.g.IntSub(i, i.Extent), given...) })
}

// course is where an element that is read stands along a dimension of the steps, as seen from the step that reads it.
type course int

const (
	untold course = iota
	here
	before
	behind
	given // by integer data, which are checked
)

// course finds where the read goes: the subscript is the step's own index, a whole number before or behind that, given by integer data, or
// proved to be less, or greater, as an index of a sum over all steps before is.
func (g *group) course(r read, sub, own *ir.Node) course {
	coef, rest, ok := g.g.Linear(sub, own)
	switch {
	case ok && coef == 1 && rest.IsConst(0):
		return here
	case g.g.GivenBy(sub, own) != nil:
		return given
	case ok && coef == 1 && rest.Kind == ir.Const && rest.Value < 0:
		return before
	case ok && coef == 1 && rest.Kind == ir.Const:
		return behind
	}
	if !r.prove {
		return untold
	}
	gap := g.g.IntSub(g.g.IntSub(own, sub), g.g.Int(1))
	switch {
	case g.f.NonNegative(gap, r.given...):
		return before
	case g.f.NonNegative(g.g.IntSub(g.g.Int(-2), gap), r.given...):
		return behind
	}
	return untold
}

// along tells whether subscript d of the read leads along dimension e of the member that reads.
func (g *group) along(r read, d, e int) bool {
	sub, own := r.node.Args[d], g.members[r.in].index[e]
	return sub.Depends(own) || g.course(r, sub, own) != untold
}
