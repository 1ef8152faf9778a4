package algebra

import "math"

// Coef is a rational coefficient p/q of float64 numbers, q > 0. It stays a fraction so that 1/3·3 is 1; where p/q is a float64, q is 1.
type Coef struct {
	p, q    float64
	rounded int // operations on it that were not exact
}

// maxRounded bounds the roundings of a coefficient that is used.
const maxRounded = 2

// One is the coefficient 1.
var One = Number(1)

// Number is the coefficient v.
func Number(v float64) Coef { return Coef{v, 1, 0} }

// Fraction is the numerator and the denominator of c.
func (c Coef) Fraction() (p, q float64) { return c.p, c.q }

// Float is c, rounded.
func (c Coef) Float() float64 { return c.p / c.q }

// Mul is c·d.
func (c Coef) Mul(d Coef) Coef {
	if c == One {
		return d
	}
	if d == One {
		return c
	}
	return reduced(c.p, d.p, c.q, d.q, c.rounded+d.rounded)
}

// Div is c/d.
func (c Coef) Div(d Coef) Coef {
	if d == One {
		return c
	}
	if d.p < 0 {
		return reduced(-c.p, d.q, c.q, -d.p, c.rounded+d.rounded)
	}
	return reduced(c.p, d.q, c.q, d.p, c.rounded+d.rounded)
}

// Add is c + d.
func (c Coef) Add(d Coef) Coef {
	r := c.rounded + d.rounded
	x, y, q := c.p, d.p, c.q
	if c.q != d.q {
		x, y, q = c.p*d.q, d.p*c.q, c.q*d.q
		r += inexact(c.p, d.q) + inexact(d.p, c.q) + inexact(c.q, d.q)
	}
	p := x + y
	if z := p - x; x-(p-z) != 0 || y-z != 0 { // Knuth's TwoSum
		r++
	}
	return reduced(p, 1, q, 1, r)
}

// inexact is 1 if the product is rounded.
func inexact(a, b float64) int {
	if math.FMA(a, b, -a*b) != 0 {
		return 1
	}
	return 0
}

// Neg is −c.
func (c Coef) Neg() Coef { return Coef{-c.p, c.q, c.rounded} }

// Abs is |c|.
func (c Coef) Abs() Coef { return Coef{math.Abs(c.p), c.q, c.rounded} }

// unit tells whether c is 1 or −1, so that multiplying by it takes no multiplication.
func (c Coef) unit() bool { return c.q == 1 && (c.p == 1 || c.p == -1) }

// Usable tells whether c is accurate, and far from overflow and underflow, so that it can be moved about.
func (c Coef) Usable() bool {
	a := math.Abs(c.Float())
	return c.rounded <= maxRounded && (c.p == 0 || a > tiny && a < 1/tiny && c.q < 1/tiny)
}

const tiny = 1e-150

// reduced is p·x/(q·y), q and y > 0, after so many roundings, in lowest terms where they are whole, and without a denominator where the quotient
// is a float64.
func reduced(p, x, q, y float64, rounded int) Coef {
	rounded += inexact(p, x) + inexact(q, y)
	p, q = p*x, q*y
	if q == 1 {
		return Coef{p, 1, rounded}
	}
	if r := p / q; math.FMA(r, q, -p) == 0 {
		return Coef{r, 1, rounded}
	}
	const exact = 1 << 53
	if a := math.Abs(p); a < exact && q < exact && a == math.Trunc(a) && q == math.Trunc(q) {
		for b := q; b != 0; {
			a, b = b, math.Mod(a, b)
		}
		p, q = p/a, q/a
	}
	return Coef{p, q, rounded}
}

func (c Coef) hash() uint64 {
	return mix(math.Float64bits(c.p)) + 3*mix(math.Float64bits(c.q))
}

// mix spreads the bits of x (the finaliser of SplitMix64; Steele, Lea, Flood, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
