package minimal

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// The search takes values up to their signs. What it finds is a set of values, of which realize makes a program with signs, if there is one of no more operations: a value
// may be needed with both signs, so that one is negated, or it may be there with the wrong one only.

// signed is a value with one of the two signs: 2·i, or 2·i + 1 for its negative.
type signed int

// derivation is an operation on values with signs, for a value with a sign.
type derivation struct {
	to    signed
	kind  kind
	i, j  signed
	isNeg bool
}

// realization is the search for signs.
type realization struct {
	*search
	ways   [][]derivation // of what is to be computed
	wanted []signed       // the targets
	seen   map[uint64]bool
	steps  []derivation
}

// realize is a program of at most so many operations that computes the values that the search stands at; nil if there is none.
func (s *search) realize(operations int) *ir.Func {
	r := &realization{search: s, seen: map[uint64]bool{}, ways: make([][]derivation, 2*len(s.values))}
	have := uint64(0)
	for i, v := range s.values {
		if v.given {
			have |= 1 << (2 * i)
		}
		if i < len(s.constants) {
			have |= 2 << (2 * i)
		}
	}
	for _, v := range s.outputs {
		up, _ := v.positive()
		i := slices.IndexFunc(s.values, func(w value) bool { return (w.target || w.given) && w.vector.same(up) })
		r.wanted = append(r.wanted, signed(2*i+b2i(v[0] < 0)))
	}
	r.derive()
	if !r.extend(have, operations) {
		return nil
	}
	return r.program()
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// signed is a value with a sign.
func (s *search) signed(v signed) vector {
	w := s.values[v/2].vector
	if v%2 == 1 {
		for k := range w {
			w[k] = -w[k]
		}
	}
	return w
}

// derive lists all operations on the values that make one of them, those first that do not lose accuracy.
func (r *realization) derive() {
	n := signed(2 * len(r.values))
	for i := range n {
		for k := range r.calls {
			r.note(derivation{kind: call + kind(k), i: i})
		}
	}
	for _, k := range []kind{times, over, plus, minus} {
		for i := range n {
			for j := range n {
				if i <= j || k == minus || k == over {
					r.note(derivation{kind: k, i: i, j: j})
				}
			}
		}
	}
	for i := range n {
		r.ways[i] = append(r.ways[i], derivation{to: i, i: i ^ 1, isNeg: true})
	}
}

// note adds the derivation to those of the value that it makes, if it is one of them.
func (r *realization) note(d derivation) {
	if !r.allowed(d) {
		return
	}
	x, y := r.signed(d.i), r.signed(d.j)
	v := apply(d.kind, &x, &y, r.calls)
	p, ok := v.positive()
	if !ok {
		return
	}
	for i := range r.values {
		w := &r.values[i]
		if !w.given && p.is(&w.vector) && (w.target && p.serves(&w.vector) || !w.target && p.alike(&w.vector, r.large)) {
			d.to = signed(2*i + b2i(v[0] < 0))
			r.ways[d.to] = append(r.ways[d.to], d)
		}
	}
}

// allowed tells whether the operands may be used so.
func (r *realization) allowed(d derivation) bool {
	if max(d.i, d.j) < signed(2*len(r.constants)) {
		return false
	}
	x, y := r.values[d.i/2].operand, r.values[d.j/2].operand
	switch d.kind {
	case plus, minus:
		return x.add && y.add
	case times:
		return x.mul && y.mul
	case over:
		return x.divide && y.div
	}
	return true
}

// extend computes what is missing of what there is.
func (r *realization) extend(have uint64, left int) bool {
	missing := 0
	for _, t := range r.wanted {
		missing += b2i(have>>t&1 == 0)
	}
	if missing == 0 {
		return true
	}
	if missing > left || r.seen[have] {
		return false
	}
	r.seen[have] = true // with the same values there are as many operations left
	for v := range signed(2 * len(r.values)) {
		if have>>v&1 != 0 {
			continue
		}
		at := slices.IndexFunc(r.ways[v], func(d derivation) bool { return have>>d.i&1 != 0 && (d.kind >= call || d.isNeg || have>>d.j&1 != 0) })
		if at < 0 {
			continue
		}
		r.steps = append(r.steps, r.ways[v][at])
		if r.extend(have|1<<v, left-1) {
			return true
		}
		r.steps = r.steps[:len(r.steps)-1]
	}
	return false
}
