package algebra

import "math"

// Coef is a rational coefficient p/q of float64 numbers, q > 0. It stays a fraction so that 1/3·3 is 1; where p/q is a float64, q is 1.
type Coef struct{ p, q float64 }

// One is the coefficient 1.
var One = Coef{1, 1}

// Number is the coefficient v.
func Number(v float64) Coef { return Coef{v, 1} }

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
	return reduced(c.p*d.p, c.q*d.q)
}

// Div is c/d.
func (c Coef) Div(d Coef) Coef {
	if d == One {
		return c
	}
	if d.p < 0 {
		return reduced(-c.p*d.q, -c.q*d.p)
	}
	return reduced(c.p*d.q, c.q*d.p)
}

// Add is c + d.
func (c Coef) Add(d Coef) Coef {
	if c.q == d.q {
		return reduced(c.p+d.p, c.q)
	}
	return reduced(c.p*d.q+d.p*c.q, c.q*d.q)
}

// Neg is −c.
func (c Coef) Neg() Coef { return Coef{-c.p, c.q} }

// Abs is |c|.
func (c Coef) Abs() Coef { return Coef{math.Abs(c.p), c.q} }

// unit tells whether c is 1 or −1, so that multiplying by it takes no multiplication.
func (c Coef) unit() bool { return c.q == 1 && (c.p == 1 || c.p == -1) }

// Usable tells whether c is far from overflow and underflow, so that it can be moved about.
func (c Coef) Usable() bool {
	a := math.Abs(c.Float())
	return c.p == 0 || a > tiny && a < 1/tiny && c.q < 1/tiny
}

const tiny = 1e-150

// reduced is p/q, q > 0, in lowest terms where they are whole, and without a denominator where the quotient is a float64.
func reduced(p, q float64) Coef {
	if q == 1 {
		return Coef{p, 1}
	}
	if r := p / q; math.FMA(r, q, -p) == 0 {
		return Coef{r, 1}
	}
	const exact = 1 << 53
	if a := math.Abs(p); a < exact && q < exact && a == math.Trunc(a) && q == math.Trunc(q) {
		for b := q; b != 0; {
			a, b = b, math.Mod(a, b)
		}
		p, q = p/a, q/a
	}
	return Coef{p, q}
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
