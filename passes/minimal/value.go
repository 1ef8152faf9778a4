package minimal

import (
	"math"

	"github.com/adgen-go/adgen/ir"
)

// maxPoints bounds the arguments at which values are taken.
const maxPoints = 24

// vector is what a value is at all arguments, up to its sign: where it is compared first it is positive.
type vector [maxPoints]float64

// constant is the vector of the constant c.
func constant(c float64) (v vector) {
	for k := range v {
		v[k] = c
	}
	return v
}

// generic is the number of arguments, the first, at which values are compared.
const generic = 2

// tolerance is what values that are the same may differ by, relatively.
const tolerance = 1e-10

func near(x, y, tolerance float64) bool {
	return math.Abs(x-y) <= tolerance*math.Abs(y) || x == y
}

// is tells whether the values are the same function, up to the sign.
func (v *vector) is(w *vector) bool {
	if !near(v[0], w[0], tolerance) {
		return false
	}
	for k := 1; k < generic; k++ {
		if !near(v[k], w[k], tolerance) {
			return false
		}
	}
	return true
}

// alike tells whether v and w, the same where values are compared, are so at all arguments, of which the last are large: finite or not, and about equal. What overflows
// elsewhere is kept apart, and |x| and x are; what only rounding tells apart is not.
func (v *vector) alike(w *vector, large int) bool {
	for k := generic; k < maxPoints; k++ {
		finite := v[k]-v[k] == 0
		if finite != (w[k]-w[k] == 0) {
			return false
		}
		tolerance := 1e-6
		if k >= large {
			tolerance = 0.1
		}
		if finite && math.Abs(v[k]-w[k]) > tolerance*max(math.Abs(v[k]), math.Abs(w[k]), 1e-3) {
			return false
		}
	}
	return true
}

// serves tells whether v can stand for w, up to the sign: it is w wherever that is finite.
func (v *vector) serves(w *vector) bool {
	if !v.is(w) {
		return false
	}
	for k := generic; k < maxPoints; k++ {
		if w[k]-w[k] == 0 && !near(v[k], w[k], 1e-6) {
			return false
		}
	}
	return true
}

// same tells whether v and w can stand for each other.
func (v *vector) same(w vector) bool { return v.serves(&w) && w.serves(v) }

// positive is v with the sign that it is compared in. Not all values have one: those that are 0, infinite or NaN at the first argument are of no use.
func (v vector) positive() (vector, bool) {
	if v[0] < 0 {
		for k := range v {
			v[k] = -v[k]
		}
	}
	return v, v[0] > 1e-300 && v[0] < 1e300
}

// An operation has a kind, and two operands, of which the second is 0 for calls. The operand of a call may be negated.
type kind uint8

const (
	plus kind = iota
	minus
	times
	over
	call          // of the function 0; the next are of the others
	negated = 128 // of a call
)

// operation is one instruction.
type operation struct {
	kind kind
	i, j int16 // values
}

// apply is the value of an operation, calls of which are listed.
func apply(k kind, v, w *vector, calls []*ir.Prim) (r vector) {
	switch k {
	case plus:
		for i := range r {
			r[i] = v[i] + w[i]
		}
	case minus:
		for i := range r {
			r[i] = v[i] - w[i]
		}
	case times:
		for i := range r {
			r[i] = v[i] * w[i]
		}
	case over:
		for i := range r {
			r[i] = v[i] / w[i]
		}
	default:
		eval, sign, x := calls[k&^negated-call].Eval, 1.0, make([]float64, 1)
		if k >= negated {
			sign = -1
		}
		for i := range r {
			x[0] = sign * v[i]
			r[i] = eval(x)
		}
	}
	return r
}
