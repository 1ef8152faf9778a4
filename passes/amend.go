package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A sum of a polynomial over lo..hi is a polynomial in lo and hi, which is right where hi is lo or more. Of a loop up to i − 1 in one over i from 0, the sum is wrong at
// i = 0: it has one body less than none. So for single values of the variables of loops around something is added to counts.

// amend is a count that is to be added for one value of the variable of a loop around.
type amend struct {
	name  string // of the variable
	at    ir.Poly
	first int // how many values the loop has at least where it has this one
	count Flops
}

// maxAmended bounds the values of a variable for which a loop would run backwards.
const maxAmended = 4

// vanish is what is to be added to a count, which stands in the loops around and is right where room ≥ 0, so that it is 0 elsewhere: for the first or the last values of the
// innermost variable that room rises or falls with. It reports false where that cannot be told.
func (c *counter) vanish(n Flops, room ir.Poly) (list []amend, ok bool) {
	for i := len(c.loops) - 1; i >= 0; i-- {
		u := c.loops[i]
		k := room.Coefficients(u.name)
		if len(k) < 2 {
			continue
		}
		step, ok := direction(k)
		if !ok {
			return nil, c.nonNegative(room)
		}
		end := u.lo
		if step < 0 {
			end = u.hi.Sub(ir.PolyConst(1))
		}
		short, ok := constant(room.Subst(u.name, end))
		if !ok || short < -maxAmended {
			return nil, c.nonNegative(room)
		}
		for j := range -short {
			list = append(list, amend{u.name, end.Add(ir.PolyConst(step * j)), j + 1, n.each(func(p ir.Poly) ir.Poly { return p.Scale(-1, 1) })})
		}
		return list, true
	}
	return nil, room.NonNegative()
}

// direction is the coefficient of a linear polynomial, if that is 1 or −1.
func direction(coefficients []ir.Poly) (step int, ok bool) {
	if len(coefficients) != 2 {
		return 0, false
	}
	step, ok = constant(coefficients[1])
	return step, ok && (step == 1 || step == -1)
}

// constant is the whole number that p is, if it is one.
func constant(p ir.Poly) (n int, ok bool) {
	if len(p.Vars()) > 0 || !p.Integral() {
		return 0, false
	}
	return int(p.Eval(nil).Num().Int64()), true
}

// ended is the count n of a loop over v, which ends and which runs room times, with what is to be added for values of v inside of it; what is to be added for values of
// variables around is summed up over v, but for those for which all of the loop vanishes.
func (c *counter) ended(n Flops, v loopVar, inside []amend, room ir.Poly) Flops {
	var rest []amend
	for _, a := range inside {
		if a.name != v.name {
			a.count = a.count.each(func(p ir.Poly) ir.Poly { return p.SumOver(v.name, v.lo, v.hi) })
			rest = append(rest, a)
			continue
		}
		once := a.count.each(func(p ir.Poly) ir.Poly { return p.Subst(v.name, a.at) })
		list, ok := c.vanish(once, room.Sub(ir.PolyConst(a.first)))
		once.AtMost = once.AtMost || !ok
		n, rest = n.Plus(once), append(rest, list...)
	}
	own, _ := c.vanish(n, room)
	rest = slices.DeleteFunc(rest, func(a amend) bool {
		return slices.ContainsFunc(own, func(o amend) bool { return a.name == o.name && a.at.Equal(o.at) })
	})
	c.amended = slices.Concat(c.amended, rest, own)
	return n
}
