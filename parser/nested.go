package parser

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file writes out recurrences that each step of another one takes as a whole, from what that one has computed: an integrator of five steps within a
// step of a simulation, Newton's method for each.

// maxWritten bounds the steps of a recurrence that are written out.
const maxWritten = 256

// unnest writes out the recurrences that read the members of g, in place of reading their arrays.
func (g *group) unnest() {
	w := &unnester{group: g, arrays: map[*ir.Input]*writtenOut{}}
	g.f.Recurs = slices.DeleteFunc(g.f.Recurs, func(r *ir.Recurrence) bool {
		m := w.readsGroup(r)
		if m == nil {
			return false
		}
		w.write(r, m)
		return true
	})
	if len(w.arrays) == 0 {
		return
	}
	for _, m := range g.members {
		m.body = w.put(m.body)
	}
}

// unnester knows the recurrences that are written out.
type unnester struct {
	*group
	arrays map[*ir.Input]*writtenOut
}

// writtenOut is the elements of an array of such a recurrence, by step, each an expression over the other indices.
type writtenOut struct {
	index []*ir.Node // the indices of the array, steps among them
	steps []int      // the dimensions that are steps
	order []string   // the steps that are done, as keys
	at    map[string][]*ir.Node
	value map[string]*ir.Node
}

// readsGroup is the member that the steps of r read, or read through recurrences that are written out, nil if there is none.
func (w *unnester) readsGroup(r *ir.Recurrence) *member {
	for _, q := range r.Equations {
		for _, n := range ir.Reachable(q.Body) {
			if n.Kind != ir.Access {
				continue
			}
			if w.arrays[n.Input] != nil {
				return w.members[0]
			}
			for _, m := range w.members {
				if n.Input == m.array {
					return m
				}
			}
		}
	}
	return nil
}

// write writes out the steps of r, which read the member m.
func (w *unnester) write(r *ir.Recurrence, m *member) {
	count := 1
	for _, i := range r.Steps {
		if i.Extent.Kind != ir.Const || count > maxWritten {
			count = maxWritten + 1
			break
		}
		count *= int(i.Extent.Value)
	}
	if count > maxWritten {
		w.failHelp(m.general().NameAt, fmt.Sprintf("give the inner steps a fixed number, up to %d, or let them not read %s", maxWritten, m.name),
			"each step of %s takes all steps of another recurrence, %s, that reads %s", w.names(), r.Equations[0].Array.Name, m.name)
	}
	for _, q := range r.Equations {
		w.arrays[q.Array] = &writtenOut{index: q.At, steps: r.StepDims(q, 0), at: map[string][]*ir.Node{}, value: map[string]*ir.Node{}}
	}
	for n := range count {
		at := w.stepAt(r, n)
		for _, q := range r.Equations {
			v := w.put(w.g.Subst(q.Body, r.Steps, at))
			a := w.arrays[q.Array]
			key := fmt.Sprint(placesIn(at))
			a.order, a.at[key], a.value[key] = append(a.order, key), at, v
		}
	}
}

// stepAt is the values of the steps of r the n-th time.
func (w *unnester) stepAt(r *ir.Recurrence, n int) []*ir.Node {
	at := make([]*ir.Node, len(r.Steps))
	for d := len(at) - 1; d >= 0; d-- {
		extent := int(r.Steps[d].Extent.Value)
		k := n % extent
		if r.Down[d] {
			k = extent - 1 - k
		}
		at[d], n = w.g.Int(k), n/extent
	}
	return at
}

func placesIn(at []*ir.Node) []float64 {
	list := make([]float64, len(at))
	for i, n := range at {
		list[i] = n.Value
	}
	return list
}

// put is n with the elements of arrays that are written out in place of reading them. What is read at a step that is not done stands in a branch that
// is not taken.
func (w *unnester) put(n *ir.Node) *ir.Node {
	g := w.g
	return g.Replace([]*ir.Node{n}, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if n.Is(ir.OpSelect) {
			return g.Select(args[0], args[1], args[2])
		}
		if n.Kind != ir.Access || w.arrays[n.Input] == nil {
			return nil
		}
		a := w.arrays[n.Input]
		var at []*ir.Node
		for _, d := range a.steps {
			at = append(at, args[d])
		}
		element := func(key string) *ir.Node {
			return g.Subst(a.value[key], a.index, args[:len(a.index)])
		}
		if !slices.ContainsFunc(at, func(x *ir.Node) bool { return x.Kind != ir.Const }) {
			if key := fmt.Sprint(placesIn(at)); a.value[key] != nil {
				return element(key)
			}
			return g.Const(0)
		}
		all := g.Const(0)
		for _, key := range slices.Backward(a.order) {
			here := g.Bool(true)
			for d, x := range a.at[key] {
				here = g.And(here, g.Apply(ir.OpEq, at[d], x))
			}
			all = g.Select(here, element(key), all)
		}
		return all
	})[0]
}
