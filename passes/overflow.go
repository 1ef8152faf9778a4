package passes

import (
	"math/rand/v2"

	"github.com/adgen-go/adgen/ir"
)

// hunt looks for arguments within the range of a function at which a program for it is not finite.
//
// By orders of magnitude, what a node computes is a linear form a·e in the logarithms e of the arguments, as long as the same terms of sums are the largest.
// The node overflows where the function, whose nodes are of forms b, does not, if there are e for which a·e is larger than each b·e: if a lies outside of
// the convex hull of all b and 0, the Newton polytope of what the function computes. The direction from the nearest point of that hull to a is then where
// to go. A node whose a lies within the hull is, by orders of magnitude, as safe as the function.
type hunt struct {
	f        *ir.Func
	derived  *trace
	ordinary witness
	points   []witness
	hull     *polytope
	seen     int // the points at which what the function computes is in the hull
}

// The work of a hunt: the forms are those at so many points, and a program is led along so many directions, which of large programs are fewer, so that no
// more than so many numbers are computed, and no more than so many corners of polytopes are looked at.
const (
	formsAt   = 16
	maxLeaps  = 64
	maxHunted = 80_000
	maxLooks  = 80_000
)

// newHunt is for the function f, whose trace is derived, from points of arguments of ordinary size.
func newHunt(f *ir.Func, derived *trace, ordinary []witness) *hunt {
	h := &hunt{f: f, derived: derived, points: explore(f, derived, ordinary)}
	if len(h.points) == 0 {
		return h
	}
	h.ordinary = ordinary[0]
	e := h.at(0)
	h.hull = newPolytope()
	size := len(derived.order) * len(e.args)
	h.seen = min(formsAt, len(h.points), maxHunted/size)
	for k := range h.seen {
		e.move(h.start(k))
		derived.run(e.env)
		derived.powers(e, func(_ *ir.Node, degrees []float64) { h.hull.insert(degrees) })
	}
	return h
}

// at is an explorer at the k-th point from which directions start.
func (h *hunt) at(k int) *explorer {
	return newExplorer(h.f, h.derived.clone(), rand.New(rand.NewPCG(7, 8)), h.start(k))
}

// start is the k-th point from which directions start.
func (h *hunt) start(k int) ir.Env { return h.points[k*len(h.points)/formsAt].env }

// overflow looks for a point within the range of the function at which the program of the trace t is not finite.
func (h *hunt) overflow(t *trace) (witness, bool) {
	for _, p := range h.points {
		if t.run(p.env); !p.finite(t) {
			return p, true
		}
	}
	if len(h.points) == 0 {
		return witness{}, false
	}
	leaps := min(maxLeaps, maxHunted/halvings/(1+len(h.derived.order)))
	work := maxLooks
	tried := newPolytope()
	for k := range h.seen {
		e := h.at(k)
		t.run(e.env)
		var directions [][]float64
		t.powers(e, func(n *ir.Node, degrees []float64) {
			if work < 0 || n != nil && h.derived.has(n) || h.hull.has(degrees) || !tried.insert(degrees) {
				return
			}
			d, looks := h.hull.beyond(degrees)
			if work -= looks; d != nil {
				directions = append(directions, d)
			}
		})
		for _, d := range directions {
			if leaps--; leaps < 0 {
				return witness{}, false
			}
			if !e.leap(h.start(k), d) {
				continue
			}
			if t.run(e.env); !t.finite() {
				return witness{env: cloned(e.env), results: e.t.results()}, true
			}
		}
	}
	return witness{}, false
}

// Before a program is emitted so many points more are tried, which of large programs are fewer, so that no more than so many operations are evaluated.
const (
	confirming   = 4096
	maxConfirmed = 300_000
	maxFound     = 4
)

// confirm looks for points within the range of the function at which the program of the trace t is not finite, among many at random.
func (h *hunt) confirm(t *trace) []witness {
	if len(h.points) == 0 {
		return nil
	}
	var found []witness
	e := newExplorer(h.f, h.derived.clone(), rand.New(rand.NewPCG(9, 10)), h.ordinary.env)
	for range min(confirming, maxConfirmed/(len(t.order)+len(h.derived.order))) {
		e.move(h.ordinary.env)
		if !e.jump() {
			continue
		}
		if t.run(e.env); !t.finite() {
			if found = append(found, witness{env: cloned(e.env), results: e.t.results()}); len(found) == maxFound {
				break
			}
		}
	}
	return found
}
