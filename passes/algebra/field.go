package algebra

import (
	"math"
	"math/bits"
)

// Variables have a value in the field of the integers modulo a prime: atoms a random one, sums what they add up to. Two variables of
// the same value are the same polynomial of the atoms, but with negligible probability (Schwartz, Fast probabilistic algorithms for
// verification of polynomial identities, 1980; Zippel, 1979), however they are written. One over an atom has a random value
// of its own, so that x/x is not taken for 1.

// prime is 2⁶¹ − 31. In it 2 has a large order: powers of two, by which variables are scaled, have different values.
const (
	prime = 1<<61 - below
	below = 31
	mask  = 1<<61 - 1
)

func mulmod(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b) // 2⁶¹ is 31
	high, low := bits.Mul64(hi<<3|lo>>61, below)
	return addmod(addmod(lo&mask, low&mask), (high<<3|low>>61)*below)
}

// addmod is a + b, of which one may be up to 2⁶¹.
func addmod(a, b uint64) uint64 {
	s := a + b
	for s >= prime {
		s -= prime
	}
	return s
}

func negmod(a uint64) uint64 {
	if a == 0 {
		return 0
	}
	return prime - a
}

// powmod is aᵏ.
func powmod(a, k uint64) uint64 {
	p := uint64(1)
	for ; k > 0; k >>= 1 {
		if k&1 != 0 {
			p = mulmod(p, a)
		}
		a = mulmod(a, a)
	}
	return p
}

// invmod is 1/a, by Fermat's little theorem.
func invmod(a uint64) uint64 { return powmod(a, prime-2) }

// random is a value that x decides.
func random(x uint64) uint64 { return mix(x)%(prime-1) + 1 }

// value is the float64 v, a whole number times a power of two, in the field.
func value(v float64) uint64 {
	if v < 0 {
		return negmod(value(-v))
	}
	if v == math.Trunc(v) && v < 1<<60 {
		return uint64(v)
	}
	frac, exp := math.Frexp(v)
	exp -= 53
	m := uint64(math.Ldexp(frac, 53))
	if exp < 0 {
		return mulmod(m, powmod(half, uint64(-exp)))
	}
	return mulmod(m, powmod(2, uint64(exp)))
}

// half is 1/2.
const half = (prime + 1) / 2

// value is c in the field.
func (c Coef) value() uint64 {
	switch {
	case c.q != 1:
		return mulmod(value(c.p), invmod(value(c.q)))
	case c.p == 1:
		return 1
	case c.p == -1:
		return prime - 1
	}
	return value(c.p)
}

// product is the value of a product.
func (n *Net) product(lits []Lit) uint64 {
	v := uint64(1)
	for _, l := range lits {
		v = mulmod(v, n.factor(l))
	}
	return v
}

// inverse is 1/a for the value of a coefficient, of which there are few.
func (n *Net) inverse(a uint64) uint64 {
	if a == 1 || a == prime-1 {
		return a
	}
	v, ok := n.inverses[a]
	if !ok {
		v = invmod(a)
		n.inverses[a] = v
	}
	return v
}

func (n *Net) factor(l Lit) uint64 {
	if l.Divides() {
		return n.defs[l.Index()].over
	}
	return n.defs[l.Index()].val
}

// sumValue is the value of a sum, and that of one over it.
func (n *Net) sumValue(terms []Term) (val, over uint64) {
	for _, t := range terms {
		val = addmod(val, mulmod(t.Coef.value(), t.val))
	}
	switch len(terms) {
	case 0:
		return 0, 0
	case 1:
		over = n.inverse(terms[0].Coef.value())
		for _, l := range terms[0].Lits {
			over = mulmod(over, n.factor(l.Inverse()))
		}
		return val, over
	}
	first := n.inverse(terms[0].Coef.value())
	return val, mulmod(first, random(ofSums|mulmod(val, first)))
}

// ofSums keeps what is decided by the value of a sum, which may be a small number, apart from what is decided by the number of an atom.
const ofSums = 1 << 62

// same is the variable whose value is v or −v, if there is one.
func (n *Net) same(v uint64) (w int, negative, ok bool) {
	u, ok := n.byValue[min(v, negmod(v))]
	if !ok {
		return 0, false, false
	}
	w = int(u)
	if a, _, isAlias := alias(n.defs[w].terms); isAlias {
		w = a
	}
	return w, n.defs[w].val != v, true
}
