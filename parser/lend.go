package parser

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file lends dimensions to arrays of fewer ones than others of their recurrence, so that all go along the same steps: of s[i], which reads H[i-1,m-1], and is read by
// H[i,j] beside H[i,j-1], an element belongs to the first step of a row, and is read there by all others. The D of an LDLᵀ factor comes at the last.

// lending is a way to lend: the members that get a further dimension, whose step each belongs to, and whether others read it at that step as what stands there itself.
type lending struct {
	extent *ir.Node
	to     []int
	last   []bool
	here   bool
}

// maxLent bounds the members that dimensions are lent to.
const maxLent = 3

// lend is the group with dimensions lent to some of its members so that there are steps; it reports false if there is no such way.
func (g *group) lend() (*group, bool) {
	for _, way := range g.lendings() {
		h := g.lent(way)
		if _, _, why := h.chooseSteps(h.reads()); why == nil {
			return h, true
		}
	}
	return nil, false
}

// lendings lists the ways to lend: to those members that have fewer dimensions of an extent than another has.
func (g *group) lendings() []lending {
	var list []lending
	for _, e := range g.extents() {
		most := 0
		for _, m := range g.members {
			most = max(most, m.count(e))
		}
		var to []int
		for i, m := range g.members {
			if m.count(e) < most {
				to = append(to, i)
			}
		}
		if len(to) == 0 || len(to) > maxLent {
			continue
		}
		for _, here := range []bool{false, true} {
			for bits := range 1 << len(to) {
				way := lending{extent: e, to: to, here: here}
				for k := range to {
					way.last = append(way.last, bits>>k&1 == 1)
				}
				list = append(list, way)
			}
		}
	}
	return list
}

// extents lists those of the members' dimensions, each once.
func (g *group) extents() []*ir.Node {
	var list []*ir.Node
	for _, m := range g.members {
		for _, e := range m.dims {
			if !slices.Contains(list, e) {
				list = append(list, e)
			}
		}
	}
	return list
}

// count is how many dimensions of m have the extent.
func (m *member) count(extent *ir.Node) int {
	n := 0
	for _, e := range m.dims {
		if e == extent {
			n++
		}
	}
	return n
}

// lent is the group where dimensions are lent.
func (g *group) lent(way lending) *group {
	h := *g
	h.members = slices.Clone(g.members)
	for i, m := range h.members {
		c := *m
		h.members[i] = &c
	}
	other := map[*ir.Input]*member{}
	for k, i := range way.to {
		m := h.members[i]
		m.lent = g.g.Int(0)
		if way.last[k] {
			m.lent = g.g.IntSub(way.extent, g.g.Int(1))
		}
		other[m.array] = m
		m.dims = append(m.dims[:len(m.dims):len(m.dims)], way.extent)
		m.index = append(m.index[:len(m.index):len(m.index)], g.g.NewIndex(way.extent))
		m.array = &ir.Input{Name: m.name, Defined: true, Dims: m.dims}
	}
	for _, m := range h.members {
		h.readLent(m, way, other)
	}
	return &h
}

// readLent lets m read the members that have got a dimension, at the step that they belong to. A member that has got one itself is 0 at other steps, and reads what
// stands at its own.
func (g *group) readLent(m *member, way lending, other map[*ir.Input]*member) {
	own := m.alongExtent(way.extent)
	m.body = g.g.Replace([]*ir.Node{m.body}, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if n.Kind != ir.Access {
			return nil
		}
		o := other[n.Input]
		if o == nil {
			if m.lent == nil || !slices.ContainsFunc(g.members, func(o *member) bool { return o.array == n.Input }) {
				return nil
			}
			for d, a := range args {
				if a == m.lent && n.Input.Dims[d] == way.extent {
					args[d] = own
				}
			}
			return g.g.Access(n.Input, args...)
		}
		there := g.g.Access(o.array, append(args[:len(args):len(args)], o.lent)...)
		if own == nil || !way.here && m.lent != o.lent {
			return there
		}
		here := g.g.Access(o.array, append(args[:len(args):len(args)], own)...)
		if m.lent == o.lent {
			return here
		}
		return g.g.Select(g.g.Apply(ir.OpEq, own, o.lent), here, there)
	})[0]
	if m.lent != nil {
		m.body = g.g.Select(g.g.Apply(ir.OpEq, own, m.lent), m.body, g.g.Const(0))
	}
}

// alongExtent is the last index of m that has the extent, nil if none has.
func (m *member) alongExtent(extent *ir.Node) *ir.Node {
	for d, e := range slices.Backward(m.dims) {
		if e == extent {
			return m.index[d]
		}
	}
	return nil
}
