package passes

import (
	"math/rand/v2"
	"sync"

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
		if h.derived.branched {
			h.derived.run(p.env)
		}
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
	if len(h.points) == 0 {
		return witness{}, false
	}
	leaps := min(maxLeaps, maxHunted/halvings/(1+len(h.derived.order)))
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
			if !e.leap(s.env, ordinary, d) {
				continue
			}
			if t.run(e.env); !t.finite() {
				return witness{env: cloned(e.env), results: e.t.results()}, true
			}
		}
	}
	return witness{}, false
}

// Before a program is emitted so many points more are tried at random, which of large programs are fewer, so that no more than so many operations are
// evaluated. As much as maxFollowed is spent on directions. No more points are kept than are of use.
const (
	confirming   = 4096
	maxConfirmed = 300_000
	maxFollowed  = 150_000
	maxFound     = 4
)

// confirm looks for points within the range of the function at which the program of the trace t is not finite: from each point along the directions
// in which it computes something larger than the function does at that very point, and then among many at random.
func (h *hunt) confirm(t *trace) []witness {
	if len(h.points) == 0 {
		return nil
	}
	along, around := h.confirmation(t), h.confirmation(t.clone())
	var all sync.WaitGroup
	all.Go(along.follow)
	all.Go(around.scatter)
	all.Wait()
	found := append(along.found, around.found...)
	return found[:min(len(found), maxFound)]
}

// confirmation is a part of the last trial of a program.
type confirmation struct {
	*hunt
	t     *trace // of the program
	e     *explorer
	found []witness
}

func (h *hunt) confirmation(t *trace) *confirmation {
	return &confirmation{hunt: h, t: t, e: newExplorer(h.f, h.derived.clone(), rand.New(rand.NewPCG(9, 10)), h.ordinary.env)}
}

// full tells whether enough has been found.
func (c *confirmation) full() bool { return len(c.found) >= maxFound }

// note keeps the point where the explorer is, if the program is not finite there.
func (c *confirmation) note() {
	if c.t.run(c.e.env); !c.t.finite() && !c.full() {
		c.found = append(c.found, witness{env: cloned(c.e.env), results: c.e.t.results()})
	}
}

// follow leads the program along directions.
func (c *confirmation) follow() {
	work := maxFollowed
	for _, p := range c.points {
		c.e.move(p.env)
		c.e.t.run(p.env)
		hull, tried := newPolytope(), newPolytope()
		if work -= (len(c.derived.order) + len(c.t.order)) * len(c.e.args); work < 0 {
			return
		}
		c.e.t.powers(c.e, func(degrees []float64) { hull.insert(degrees) })
		c.t.run(p.env)
		var directions [][]float64
		c.t.powers(c.e, func(degrees []float64) {
			if hull.has(degrees) || !tried.insert(degrees) {
				return
			}
			d, looks := hull.beyond(degrees)
			if work -= looks; d != nil {
				directions = append(directions, d)
			}
		})
		for _, d := range directions {
			for _, size := range []float64{1, ordinary} {
				if work -= halvings * len(c.derived.order); c.e.leap(p.env, size, d) {
					c.note()
				}
			}
			if c.full() || work < 0 {
				return
			}
		}
	}
}

// scatter tries points at random.
func (c *confirmation) scatter() {
	for range min(confirming, maxConfirmed/(len(c.t.order)+len(c.derived.order))) {
		c.e.move(c.ordinary.env)
		if c.e.jump() {
			c.note()
		}
	}
}
