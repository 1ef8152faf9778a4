package algebra

import (
"fmt"
"os"
"math"
)

// Precise is a point at which what is wanted has to be accurate.
type Precise struct {
	Hot    bool                                                  // a network was not accurate there
	Given  func(v int) float64                                   // what the variable of the caller, which is no sum, is there
	Slopes func(list []float64, v int, args []float64) []float64 // appends the partial derivatives of a call
	Call   func(v int, args []float64) float64
	Most   map[int]float64 // the error that each of what is wanted may have, in the root of the mean square
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
		n.work += len(n.defs) * samples / (4*valuesPerWork)
		if !n.guard.accurate(n, p) {
			count++
			p.Hot = true
		}
	}
	return count
}

// rounding is what a network is computed as in all samples.
type rounding struct {
	*Guard
	p      *Precise
	value  []float64
	errors [][samples]float64
	rng    rng
}

// accurate tells whether the errors of what is wanted are as small as they should be: those of all operations are carried along, to first order.
func (g *Guard) accurate(n *Net, p *Precise) bool {
	r := rounding{Guard: g, p: p, value: make([]float64, len(n.defs)), errors: make([][samples]float64, len(n.defs)), rng: rng{state: 1}}
	for _, level := range g.levels {
		for _, v := range level {
			r.run(n, int(v))
		}
	}
	for v, most := range p.Most {
		square := 0.0
		for _, e := range &r.errors[v] {
			square += e * e
		}
		if !(square <= samples*most*most) {
			return false
		}
	}
	return true
}

// run computes the variable v, where those that it is computed from are known.
func (r *rounding) run(n *Net, v int) {
	d := &n.defs[v]
	switch d.kind {
	case atom:
		r.value[v] = r.p.Given(v)
	case call:
		var args, slopes []float64
		for _, a := range d.args {
			args = append(args, r.value[a])
		}
		r.value[v] = r.p.Call(v, args)
		for i, slope := range r.p.Slopes(slopes, v, args) {
			add(&r.errors[v], slope, &r.errors[d.args[i]])
		}
		r.round(v, r.value[v])
	case sum:
		for i := range d.terms {
			r.add(v, &d.terms[i])
			if i > 0 {
				r.round(v, r.value[v])
			}
		}
	}
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
	for range operations {
		r.round(v, x)
	}
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

// round rounds the result x of an operation on the way to v: by a number of up to half a unit in the last place, which evenly spread has this deviation.
func (r *rounding) round(v int, x float64) {
	by := x / math.Sqrt(3) * 0x1p-53
	for s, signs := 0, r.rng.next(); s < samples; s, signs = s+1, signs>>1 {
		if signs&1 != 0 {
			r.errors[v][s] -= by
		} else {
			r.errors[v][s] += by
		}
	}
}

// add adds c·y to x.
func add(x *[samples]float64, c float64, y *[samples]float64) {
	for s, e := range y {
		x[s] += c * e
	}
}

func (n *Net) DbgPrecise() (out []float64) {
	g := n.guard
	if g == nil {
		return
	}
	g.sort(n)
	for i := range g.Precise {
		p := &g.Precise[i]
		r := rounding{Guard: g, p: p, value: make([]float64, len(n.defs)), errors: make([][samples]float64, len(n.defs)), rng: rng{state: 1}}
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
		out = append(out, worst)
	}
	return
}

func (n *Net) DbgFail() {
	g := n.guard
	g.sort(n)
	for k := range g.Points {
		if len(g.failures(n, []int{k})) == 0 {
			continue
		}
		fmt.Fprint(os.Stderr, "    fails ", n.cost, " at ", k, " of ", g.Points)
		for _, level := range g.levels {
			for _, v := range level {
				fmt.Fprintf(os.Stderr, " %d=", v)
				for _, t := range n.defs[v].terms {
					fmt.Fprint(os.Stderr, t.Coef.Float())
					for _, l := range t.Lits {
						if l.Divides() {
							fmt.Fprint(os.Stderr, "/", l.Index())
						} else {
							fmt.Fprint(os.Stderr, "*", l.Index())
						}
					}
					fmt.Fprint(os.Stderr, "+")
				}
				fmt.Fprint(os.Stderr, n.defs[v].args)
				fmt.Fprintf(os.Stderr, ":%.3g ", g.of(int(v)))
			}
		}
		fmt.Fprintln(os.Stderr)
	}
}
