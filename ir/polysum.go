package ir

import "math/big"

// Coefficients writes p as Σ c[k]·name^k.
func (p Poly) Coefficients(name string) []Poly {
	var c []Poly
	for _, t := range p.terms {
		exp, rest := 0, make([]factor, 0, len(t.powers))
		for _, f := range t.powers {
			if f.name == name {
				exp = f.exp
			} else {
				rest = append(rest, f)
			}
		}
		for len(c) <= exp {
			c = append(c, Poly{})
		}
		c[exp] = c[exp].Add(Poly{[]term{{keyOf(rest), rest, t.coef}}})
	}
	return c
}

// Subst is p with q put in for the variable name, by Horner's rule.
func (p Poly) Subst(name string, q Poly) Poly {
	c := p.Coefficients(name)
	var value Poly
	for k := len(c) - 1; k >= 0; k-- {
		value = value.Mul(q).Add(c[k])
	}
	return value
}

// SumOver is Σ p for name = lo, …, hi − 1, by Faulhaber's formula,
//
//	Σ_{v=0}^{x−1} v^k = 1/(k+1) · Σ_j C(k+1, j)·B_j·x^(k+1−j),
//
// with the Bernoulli numbers B₁ = −1/2 (Knuth, Concrete Mathematics, 6.78). It is the
// sum wherever lo ≤ hi; the bounds must not mention name.
func (p Poly) SumOver(name string, lo, hi Poly) Poly {
	c := p.Coefficients(name)
	b := bernoulli(len(c))
	var sum Poly
	for k, ck := range c {
		if ck.IsZero() {
			continue
		}
		const x = "" // no variable has this name
		s := faulhaber(k, b, x)
		sum = sum.Add(ck.Mul(s.Subst(x, hi).Sub(s.Subst(x, lo))))
	}
	return sum
}

// faulhaber is Σ_{v=0}^{x−1} v^k as a polynomial in x.
func faulhaber(k int, b []*big.Rat, x string) Poly {
	var sum Poly
	power := PolyVar(x)
	for j := k; j >= 0; j-- {
		c := new(big.Rat).SetInt(new(big.Int).Binomial(int64(k+1), int64(j)))
		c.Mul(c, b[j])
		c.Quo(c, big.NewRat(int64(k+1), 1))
		sum = sum.Add(power.Mul(polyRat(c)))
		power = power.Mul(PolyVar(x))
	}
	return sum
}

// bernoulli lists the first n Bernoulli numbers from Σ_{j≤m} C(m+1, j)·B_j = 0.
func bernoulli(n int) []*big.Rat {
	b := make([]*big.Rat, n)
	for m := range b {
		sum := new(big.Rat)
		if m == 0 {
			sum.SetInt64(-1)
		}
		for j := range m {
			c := new(big.Rat).SetInt(new(big.Int).Binomial(int64(m+1), int64(j)))
			sum.Add(sum, c.Mul(c, b[j]))
		}
		b[m] = sum.Quo(sum.Neg(sum), big.NewRat(int64(m+1), 1))
	}
	return b
}

// maxGrid bounds the points at which Integral looks.
const maxGrid = 1 << 12

// Integral tells whether p is a whole number wherever its variables are. A polynomial of
// degree d in a variable is, if it is at d+1 consecutive values (Pólya 1915); beyond maxGrid points
// the answer is false.
func (p Poly) Integral() bool {
	vars := p.Vars()
	degree := make([]int, len(vars))
	points := 1
	for i, v := range vars {
		degree[i] = len(p.Coefficients(v)) - 1
		if points *= degree[i] + 1; points > maxGrid {
			return false
		}
	}
	for n := range points {
		at := map[string]int{}
		for i, v := range vars {
			at[v] = n % (degree[i] + 1)
			n /= degree[i] + 1
		}
		if !p.Eval(at).IsInt() {
			return false
		}
	}
	return true
}

// NonNegative tells whether p can be seen not to be negative where all
// variables are at least 1: p at 1 + y has no negative coefficient.
func (p Poly) NonNegative() bool {
	for _, v := range p.Vars() {
		p = p.Subst(v, PolyVar(v).Add(PolyConst(1)))
	}
	for _, t := range p.terms {
		if t.coef.Sign() < 0 {
			return false
		}
	}
	return true
}

// ExtentPoly is the closed Int node n as a polynomial in the sizes. It is exact where no
// division of n is rounded; else it is an upper bound, for positive operands.
func ExtentPoly(n *Node) (p Poly, exact bool) {
	exact = true
	value := map[*Node]Poly{}
	for _, m := range Reachable(n) {
		switch m.Kind {
		case Const:
			value[m] = PolyConst(int(m.Value))
		case Size:
			value[m] = PolyVar(m.Name)
		case Affine:
			sum := PolyConst(int(m.Value))
			for i, a := range m.Args {
				sum = sum.Add(value[a].Scale(int64(m.Coef[i]), 1))
			}
			value[m] = sum
		case Apply:
			if m.Is(OpSlots) { // no polynomial of the steps, so a variable of its own
				value[m] = PolyVar("slots")
				continue
			}
			q, ok := intQuotient(m, value)
			value[m], exact = q, exact && ok
		}
	}
	return value[n], exact
}

// intQuotient is a product, or a quotient by a constant; other divisors are taken to be 1.
func intQuotient(m *Node, value map[*Node]Poly) (Poly, bool) {
	a, b := m.Args[0], m.Args[1]
	switch {
	case m.Is(OpIntMul):
		return value[a].Mul(value[b]), true
	case b.Kind == Const && b.Value > 0:
		q := value[a].Scale(1, int64(b.Value))
		return q, q.Integral()
	}
	return value[a], false
}
