package algebra

import "math"

// Precise is a point at which what is wanted has to be accurate.
type Precise struct {
	Hot    bool                                                  // a network was not accurate there
	Given  func(v int) float64                                   // what the variable of the caller, which is no sum, is there
	Slopes func(list []float64, v int, args []float64) []float64 // appends the partial derivatives of a call
	Call   func(v int, args []float64) float64
	Most   map[int]float64 // the error that each of what is wanted may have, in the root of the mean square
	own    float64         // the error of a network that is good
}

// samples is the number of random roundings from which errors are estimated.
const samples = 64

// doubts counts the points at which the network is not accurate: of those at which one was not before, or of the others, which then are of them, too.
func (n *Net) doubts(hot bool) int {
	count := 0
	for i := range n.guard.Precise {
		p := &n.guard.Precise[i]
		if p.Hot != hot {
			continue
		}
		n.work += len(n.defs) * samples / (4 * valuesPerWork)
		if !(n.guard.error(n, p) <= max(p.own, 1)) {
			count++
			p.Hot = true
		}
	}
	return count
}

// rounding is what a network is computed as in all samples.
type rounding struct {
	p      *Precise
	value  []float64
	errors [][samples]float64
	slopes []float64
	rng    rng
}

// error is how many times as large as it may be the error of what is wanted is: those of all operations are carried along, to first order.
func (g *Guard) error(n *Net, p *Precise) float64 {
	r := &g.rounding
	if len(r.value) < len(n.defs) {
		r.value, r.errors = make([]float64, 2*len(n.defs)), make([][samples]float64, 2*len(n.defs))
	}
	r.p, r.rng = p, rng{state: 1}
	for _, level := range g.levels {
		for _, v := range level {
			r.run(n, int(v))
		}
	}
	worst := 0.0
	for v, most := range p.Most {
		square := 0.0
		for _, e := range &r.errors[v] {
			square += e * e
		}
		worst = max(worst, math.Sqrt(square/samples)/most)
	}
	return worst
}

// run computes the variable v, where those that it is computed from are known.
func (r *rounding) run(n *Net, v int) {
	d := &n.defs[v]
	r.value[v], r.errors[v] = 0, [samples]float64{}
	switch d.kind {
	case atom:
		r.value[v] = r.p.Given(v)
	case call:
		r.call(v, d.args)
	case sum:
		for i := range d.terms {
			r.add(v, &d.terms[i])
			if i > 0 {
				r.round(v, r.value[v], 1)
			}
		}
	}
}

// call computes a call.
func (r *rounding) call(v int, from []int32) {
	args := make([]float64, len(from))
	for i, a := range from {
		args[i] = r.value[a]
	}
	r.value[v] = r.p.Call(v, args)
	r.slopes = r.p.Slopes(r.slopes[:0], v, args)
	for i, slope := range r.slopes {
		add(&r.errors[v], slope, &r.errors[from[i]])
	}
	r.round(v, r.value[v], 1)
}

// add adds a product to the sum v.
func (r *rounding) add(v int, t *Term) {
	x := t.Coef.Float()
	for _, l := range t.Lits {
		if y := r.value[l.Index()]; l.Divides() {
			x /= y
		} else {
			x *= y
		}
	}
	r.value[v] += x
	operations := len(t.Lits) - 1
	if !t.Coef.unit() {
		operations++
	}
	r.round(v, x, operations)
	for _, l := range t.Lits {
		by := x / r.value[l.Index()]
		if l.Divides() {
			by = -by
		}
		if by-by == 0 {
			add(&r.errors[v], by, &r.errors[l.Index()])
		}
	}
}

// round rounds the results x of operations on the way to v: by numbers of up to half a unit in the last place, which evenly spread have this deviation.
func (r *rounding) round(v int, x float64, operations int) {
	by := [2]float64{x / math.Sqrt(3) * 0x1p-53}
	by[1] = -by[0]
	for range operations {
		signs := r.rng.next()
		for s := range samples {
			r.errors[v][s] += by[signs>>s&1]
		}
	}
}

// add adds c·y to x.
func add(x *[samples]float64, c float64, y *[samples]float64) {
	for s, e := range y {
		x[s] += c * e
	}
}
