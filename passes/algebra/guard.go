package algebra

import (
	"math"
	"slices"
)

// Guard keeps a search away from programs that are not finite at some points, or not accurate at others: a network is the dearer the more of them there are at
// which what the caller wants of it is not. It looks at all points where a network would be the best so far, and in each step at those at which one failed. Where
// the search starts from a network that fails nowhere it stays among those; else it looks for one nearby.
type Guard struct {
	Points  int
	First   int                                 // from it on points are those at which others failed
	Given   func(v, point int) float64          // what the variable of the caller, which is given, is at a point
	Call    func(v int, args []float64) float64 // what the call is for the arguments
	Wanted  []Wanted
	Precise []Precise
	Good    bool // the network that is given fails nowhere

	hot    []int     // the points of each step, the latest last
	list   []int     // the points at which the network is evaluated
	levels [][]int32 // variables, all of which are computed from those of levels before
	value  []float64 // of each variable at the points of the list
	term   []float64 // of a product at them
	args   []float64
	rounding
}

// Wanted is a variable that has to be finite at some of the points.
type Wanted struct {
	Variable int
	At       []bool // by point
}

// maxHot bounds the points of each step.
const maxHot = 16

// penalty is by how much a network is dearer for each point at which it fails: by more than heat makes up for.
const penalty = 4

// Watch sets a guard.
func (n *Net) Watch(g *Guard) {
	n.guard = g
	for k := max(g.First, g.Points-maxHot); k < g.Points; k++ {
		g.hot = append(g.hot, k)
	}
}

// price is the cost of the network with what it is the dearer for where it fails.
func (n *Net) price() float64 { return n.cost + n.alarm }

// alert finds at how many points of those of each step the network fails; it tells whether there are any.
func (n *Net) alert() bool {
	if n.guard == nil || len(n.guard.hot)+len(n.guard.Precise) == 0 {
		return false
	}
	n.alarm = 0
	n.guard.sort(n)
	if len(n.guard.hot) > 0 {
		n.work += len(n.defs) * len(n.guard.hot) / valuesPerWork
		n.alarm += penalty * float64(len(n.guard.failures(n, n.guard.hot)))
	}
	n.alarm += penalty * float64(n.doubts(true))
	return n.alarm > 0
}

// valuesPerWork is how many sums are evaluated in the time in which a divisor is looked at.
const valuesPerWork = 2

// alarmed finds whether the network, which would be the best, fails at any other point; those are then points of each step.
func (n *Net) alarmed() bool {
	g := n.guard
	if g == nil {
		return false
	}
	g.sort(n)
	failed := g.failures(n, g.cold())
	n.alarm += penalty * float64(len(failed)+n.doubts(false))
	g.hot = append(g.hot, failed[max(len(failed)-maxHot/4, 0):]...)
	g.hot = g.hot[max(len(g.hot)-maxHot, 0):]
	return n.alarm > 0
}

// trust leaves out the points at which the network, which is known to be good, seems to fail, as it has to be computed in another order there.
func (n *Net) trust() {
	g := n.guard
	if g == nil || !g.Good {
		return
	}
	g.sort(n)
	for range maxHot {
		failed := append(g.failures(n, g.hot), g.failures(n, g.cold())...)
		if len(failed) == 0 {
			break
		}
		for _, k := range failed {
			for _, w := range g.Wanted {
				w.At[k] = false
			}
			g.hot = slices.DeleteFunc(g.hot, func(h int) bool { return h == k })
		}
	}
	for i := range g.Precise {
		g.Precise[i].own = g.error(n, &g.Precise[i])
	}
}

// cold is the points that are not those of each step.
func (g *Guard) cold() []int {
	var list []int
	for k := range g.Points {
		if !slices.Contains(g.hot, k) {
			list = append(list, k)
		}
	}
	return list
}

// inspect finds at how many of all points the network fails.
func (n *Net) inspect() {
	n.alarm = 0
	if !n.alert() {
		n.alarmed()
	}
}

// failures is the points of the list at which what is wanted is not finite.
func (g *Guard) failures(n *Net, list []int) []int {
	g.run(n, list)
	var failed []int
	for i, k := range list {
		if slices.ContainsFunc(g.Wanted, func(w Wanted) bool { x := g.of(w.Variable)[i]; return w.At[k] && x-x != 0 }) {
			failed = append(failed, k)
		}
	}
	return failed
}

// run evaluates the network at the points.
func (g *Guard) run(n *Net, list []int) {
	g.list = list
	if need := len(n.defs) * len(list); len(g.value) < need {
		g.value = append(g.value, make([]float64, 2*need-len(g.value))...)
	}
	for _, level := range g.levels {
		for _, v := range level {
			g.eval(n, int(v))
		}
	}
}

// of is the variable v at all points of the list.
func (g *Guard) of(v int) []float64 { return g.value[v*len(g.list) : (v+1)*len(g.list)] }

// sort brings the variables into levels.
func (g *Guard) sort(n *Net) {
	for i := range g.levels {
		g.levels[i] = g.levels[i][:0]
	}
	for v := range n.defs {
		if d := &n.defs[v]; d.kind != dead {
			for len(g.levels) <= int(d.level) {
				g.levels = append(g.levels, nil)
			}
			g.levels[d.level] = append(g.levels[d.level], int32(v))
		}
	}
}

// eval evaluates the variable v, where those that it is computed from are known.
func (g *Guard) eval(n *Net, v int) {
	d, value := &n.defs[v], g.of(v)
	if d.kind == sum {
		clear(value)
		for i := range d.terms {
			for k, x := range g.product(&d.terms[i]) {
				value[k] += x
			}
		}
		return
	}
	for k := range value {
		if d.kind != call {
			value[k] = g.Given(v, g.list[k])
			continue
		}
		g.args = g.args[:0]
		for _, a := range d.args {
			g.args = append(g.args, g.of(int(a))[k])
		}
		value[k] = g.Call(v, g.args)
	}
}

// product is a product at all points, in the order of its factors or, where that is not good, in the best; it is valid until the next call.
func (g *Guard) product(t *Term) []float64 {
	g.term = g.term[:0]
	c, good := t.Coef.Float(), true
	for range g.list {
		g.term = append(g.term, c)
	}
	for _, l := range t.Lits {
		multiply(g.term, g.of(l.Index()), l.Divides())
	}
	for _, x := range g.term {
		good = good && math.Abs(x) > vanishing && math.Abs(x) < math.Inf(1)
	}
	if !good && len(t.Lits) > 2 {
		g.inOrder(t)
	}
	return g.term
}

// vanishing is a number so small that a product may have lost digits on the way to it.
const vanishing = 1e-290

// multiply multiplies or divides x by y.
func multiply(x, y []float64, divide bool) {
	for k, v := range y {
		if divide {
			x[k] /= v
		} else {
			x[k] *= v
		}
	}
}

// inOrder multiplies so that the product stays nearest to 1 on the way at all points.
func (g *Guard) inOrder(t *Term) {
	for k := range g.term {
		g.term[k] = t.Coef.Float()
	}
	rest := slices.Clone(t.Lits)
	for len(rest) > 0 {
		at, least := 0, math.Inf(1)
		for i, l := range rest {
			if worst := g.furthest(l); worst < least && (len(rest) < len(t.Lits) || !l.Divides()) {
				at, least = i, worst
			}
		}
		multiply(g.term, g.of(rest[at].Index()), rest[at].Divides())
		rest = slices.Delete(rest, at, at+1)
	}
}

// furthest is how far from 1, by powers of two, the product so far would be with one more factor, at the worst point.
func (g *Guard) furthest(l Lit) float64 {
	worst := 0
	for k, y := range g.of(l.Index()) {
		_, size := math.Frexp(g.term[k])
		_, by := math.Frexp(y)
		if l.Divides() {
			by = -by
		}
		if g.term[k] != 0 && y != 0 {
			worst = max(worst, size+by, -size-by)
		}
	}
	return float64(worst)
}
