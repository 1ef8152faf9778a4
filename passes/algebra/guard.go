package algebra

import "math"

// Guard keeps a search away from programs that are not finite at some points, or not accurate at others: a network is the dearer the more of them there are at
// which what the caller wants of it is not. Where the search starts from a network that fails nowhere it stays among those; else it looks for one nearby.
type Guard struct {
	Points  int                                 // at which what is wanted has to be finite
	Given   func(v, point int) float64          // what the variable of the caller, which is no sum, is at a point
	Call    func(v int, args []float64) float64 // what the call is for the arguments
	Precise []Precise

	levels [][]int32 // variables, all of which are computed from those of levels before
	value  []float64 // of variable v at point k, at v·Points + k
	args   []float64
	errors [][samples]float64
}

// penalty is by how much a network is dearer for each point at which it fails: by more than heat makes up for.
const penalty = 4

// Watch sets a guard.
func (n *Net) Watch(g *Guard) { n.guard = g }

// price is the cost of the network with what it is the dearer for where it fails.
func (n *Net) price() float64 { return n.cost + n.alarm }

// alert finds at how many points the network is not finite; it tells whether there are any.
func (n *Net) alert() bool {
	if n.guard == nil {
		return false
	}
	n.work += len(n.defs) * (n.guard.Points + samples*len(n.guard.Precise)) / valuesPerWork
	n.guard.sort(n)
	n.alarm = penalty * float64(n.guard.failures(n)+n.guard.doubts(n))
	return n.alarm > 0
}

// valuesPerWork is how many sums are evaluated in the time in which a divisor is looked at.
const valuesPerWork = 4

// failures counts the points at which what is wanted is not finite.
func (g *Guard) failures(n *Net) int {
	g.run(n)
	count := 0
	for k := range g.Points {
		for v := range n.defs {
			if x := g.value[v*g.Points+k]; n.defs[v].keep && x-x != 0 {
				count++
				break
			}
		}
	}
	return count
}

// run evaluates the network at all points.
func (g *Guard) run(n *Net) {
	if need := len(n.defs) * g.Points; len(g.value) < need {
		g.value = append(g.value, make([]float64, 2*need-len(g.value))...)
	}
	for _, level := range g.levels {
		for _, v := range level {
			for k := range g.Points {
				g.value[int(v)*g.Points+k] = g.at(n, int(v), k)
			}
		}
	}
}

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

// at is the variable v at a point, where those that it is computed from are known.
func (g *Guard) at(n *Net, v, k int) float64 {
	d := &n.defs[v]
	switch d.kind {
	case sum:
		x := 0.0
		for i := range d.terms {
			x += g.product(&d.terms[i], k)
		}
		return x
	case call:
		g.args = g.args[:0]
		for _, a := range d.args {
			g.args = append(g.args, g.value[int(a)*g.Points+k])
		}
		return g.Call(v, g.args)
	}
	return g.Given(v, k)
}

// product is a product at a point, multiplied in an order in which it overflows on the way only if it does in the end.
func (g *Guard) product(t *Term, k int) float64 {
	x := t.Coef.Float()
	for _, l := range t.Lits {
		if y := g.value[l.Index()*g.Points+k]; l.Divides() {
			x /= y
		} else {
			x *= y
		}
	}
	if a := math.Abs(x); a > vanishing && a < math.Inf(1) || len(t.Lits) < 2 {
		return x
	}
	mantissa, exp := math.Frexp(t.Coef.Float())
	for _, l := range t.Lits {
		m, e := math.Frexp(g.value[l.Index()*g.Points+k])
		if l.Divides() {
			m, e = 1/m, -e
		}
		mantissa, exp = mantissa*m, exp+e
	}
	return math.Ldexp(mantissa, exp)
}

// vanishing is a number so small that a product may have lost digits on the way to it.
const vanishing = 1e-290
