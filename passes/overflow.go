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
//
// The function computes something else where it takes other branches, so that each choice of them has a polytope of its own.
type hunt struct {
	f        *ir.Func
	derived  *trace
	ordinary witness
	points   []witness
	starts   []start // of directions
}

// start is a point from which directions start, and the hull of what the function computes where it takes the same branches.
type start struct {
	env  ir.Env
	hull *polytope
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
	e := newExplorer(f, derived, rand.New(rand.NewPCG(7, 8)), h.ordinary.env)
	for _, s := range h.spread(maxHunted / (len(derived.order) * len(e.args))) {
		e.move(s.env)
		derived.run(e.env)
		derived.powers(e, func(degrees []float64) { s.hull.insert(degrees) })
		h.starts = append(h.starts, s)
	}
	return h
}

// spread chooses starts, at most so many: of the points at which the function takes the same branches formsAt, one of each kind after the other.
func (h *hunt) spread(most int) []start {
	var kinds [][]ir.Env
	number := map[string]int{}
	for _, p := range h.points {
		h.derived.run(p.env)
		b := h.derived.branches()
		if _, ok := number[b]; !ok {
			number[b] = len(kinds)
			kinds = append(kinds, nil)
		}
		kinds[number[b]] = append(kinds[number[b]], p.env)
	}
	hulls := make([]*polytope, len(kinds))
	for i := range hulls {
		hulls[i] = newPolytope()
	}
	var list []start
	for k := range formsAt {
		for i, envs := range kinds {
			if n := min(formsAt, len(envs)); k < n && len(list) < most {
				list = append(list, start{envs[k*len(envs)/n], hulls[i]})
			}
		}
	}
	return list
}

// overflow looks for a point within the range of the function at which the program of the trace t is not finite.
func (h *hunt) overflow(t *trace) (witness, bool) {
	for _, p := range h.points {
		if t.run(p.env); !p.finite(t) {
			return p, true
		}
	}
	leaps := min(maxLeaps, maxHunted/halvings/(1+len(h.derived.order)))
	if len(h.points) == 0 {
		return witness{}, false
	}
	work := maxLooks
	tried := map[*polytope]*polytope{}
	e := newExplorer(h.f, h.derived.clone(), rand.New(rand.NewPCG(7, 8)), h.ordinary.env)
	for _, s := range h.starts {
		if tried[s.hull] == nil {
			tried[s.hull] = newPolytope()
		}
		e.move(s.env)
		t.run(e.env)
		var directions [][]float64
		t.powers(e, func(degrees []float64) {
			if work < 0 || s.hull.has(degrees) || !tried[s.hull].insert(degrees) {
				return
			}
			d, looks := s.hull.beyond(degrees)
			if work -= looks; d != nil {
				directions = append(directions, d)
			}
		})
		for _, d := range directions {
			if leaps--; leaps < 0 {
				return witness{}, false
			}
			if !e.leap(s.env, d) {
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
	maxFound     = 16
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
