package ir

import (
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Poly is a polynomial in named variables with rational coefficients: an exact
// operation count in the sizes of a function. Polys are values; the zero Poly is 0.
type Poly struct {
	terms []term // in order of key, no coefficient 0
}

// term is coef times the product of the powers.
type term struct {
	key    string // identifies powers
	powers []factor
	coef   *big.Rat
}

// factor is name^exp, exp ≥ 1. A term's factors are in order of name.
type factor struct {
	name string
	exp  int
}

// PolyConst is the constant k.
func PolyConst(k int) Poly { return polyRat(big.NewRat(int64(k), 1)) }

// PolyRat is the constant num/den.
func PolyRat(num, den int64) Poly { return polyRat(big.NewRat(num, den)) }

func polyRat(r *big.Rat) Poly {
	if r.Sign() == 0 {
		return Poly{}
	}
	return Poly{[]term{{coef: r}}}
}

// PolyVar is the variable called name.
func PolyVar(name string) Poly {
	powers := []factor{{name, 1}}
	return Poly{[]term{{keyOf(powers), powers, big.NewRat(1, 1)}}}
}

func keyOf(powers []factor) string {
	var b strings.Builder
	for _, f := range powers {
		b.WriteString(f.name)
		b.WriteByte('^')
		b.WriteString(strconv.Itoa(f.exp))
		b.WriteByte(' ')
	}
	return b.String()
}

// Add is p + q.
func (p Poly) Add(q Poly) Poly {
	switch {
	case p.IsZero():
		return q
	case q.IsZero():
		return p
	}
	sum := make([]term, 0, len(p.terms)+len(q.terms))
	i, j := 0, 0
	for i < len(p.terms) || j < len(q.terms) {
		switch {
		case j == len(q.terms) || i < len(p.terms) && p.terms[i].key < q.terms[j].key:
			sum = append(sum, p.terms[i])
			i++
		case i == len(p.terms) || q.terms[j].key < p.terms[i].key:
			sum = append(sum, q.terms[j])
			j++
		default:
			t := p.terms[i]
			t.coef = new(big.Rat).Add(t.coef, q.terms[j].coef)
			if t.coef.Sign() != 0 {
				sum = append(sum, t)
			}
			i, j = i+1, j+1
		}
	}
	return Poly{sum}
}

// Sub is p − q.
func (p Poly) Sub(q Poly) Poly { return p.Add(q.Scale(-1, 1)) }

// Scale is p·num/den.
func (p Poly) Scale(num, den int64) Poly { return p.times(term{coef: big.NewRat(num, den)}) }

// Mul is p·q.
func (p Poly) Mul(q Poly) Poly {
	if len(q.terms) > len(p.terms) {
		p, q = q, p
	}
	var product Poly
	for _, t := range q.terms {
		product = product.Add(p.times(t))
	}
	return product
}

// times is p·t.
func (p Poly) times(t term) Poly {
	if t.coef.Sign() == 0 {
		return Poly{}
	}
	product := make([]term, len(p.terms))
	for i, s := range p.terms {
		powers := mergePowers(s.powers, t.powers)
		product[i] = term{keyOf(powers), powers, new(big.Rat).Mul(s.coef, t.coef)}
	}
	sort.Slice(product, func(i, j int) bool { return product[i].key < product[j].key })
	return Poly{product}
}

func mergePowers(a, b []factor) []factor {
	merged := make([]factor, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].name < b[0].name:
			merged, a = append(merged, a[0]), a[1:]
		case b[0].name < a[0].name:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged = append(merged, factor{a[0].name, a[0].exp + b[0].exp})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}

// Equal tells whether p and q are the same polynomial.
func (p Poly) Equal(q Poly) bool {
	return slices.EqualFunc(p.terms, q.terms, func(s, t term) bool { return s.key == t.key && s.coef.Cmp(t.coef) == 0 })
}

// IsZero tells whether p is 0.
func (p Poly) IsZero() bool { return len(p.terms) == 0 }

// Degree is the total degree of p; that of 0 is -1.
func (p Poly) Degree() int {
	d := -1
	for _, t := range p.terms {
		d = max(d, t.degree())
	}
	return d
}

func (t term) degree() int {
	d := 0
	for _, f := range t.powers {
		d += f.exp
	}
	return d
}

// Leading is the sum of the terms of highest total degree.
func (p Poly) Leading() Poly {
	d := p.Degree()
	var lead []term
	for _, t := range p.terms {
		if t.degree() == d {
			lead = append(lead, t)
		}
	}
	return Poly{lead}
}

// Vars lists the variables of p in alphabetical order.
func (p Poly) Vars() []string {
	var names []string
	for _, t := range p.terms {
		for _, f := range t.powers {
			names = append(names, f.name)
		}
	}
	sort.Strings(names)
	return slices.Compact(names)
}

// Eval is the value of p where each variable has the given value; one that is not
// given is 0.
func (p Poly) Eval(at map[string]int) *big.Rat {
	sum := new(big.Rat)
	for _, t := range p.terms {
		v := new(big.Rat).Set(t.coef)
		for _, f := range t.powers {
			power := new(big.Int).Exp(big.NewInt(int64(at[f.name])), big.NewInt(int64(f.exp)), nil)
			v.Mul(v, new(big.Rat).SetInt(power))
		}
		sum.Add(sum, v)
	}
	return sum
}

// Quotient is c where p = c·q for a number c, and false where there is none.
func (p Poly) Quotient(q Poly) (*big.Rat, bool) {
	if q.IsZero() || len(p.terms) != len(q.terms) {
		return nil, false
	}
	c := new(big.Rat).Quo(p.terms[0].coef, q.terms[0].coef)
	return c, p.Equal(q.times(term{coef: c}))
}

// String is p in the notation of Format, sizes in alphabetical order, with · for times.
func (p Poly) String() string { return p.Format(nil, "·") }

// Format writes p with the given sign for multiplication, as 4·n·p·h + 1/2·n^2 − 3:
// by total degree from the highest, and within one degree by the powers of the
// variables, of which those of order come first, the others after them alphabetically.
func (p Poly) Format(order []string, times string) string {
	if p.IsZero() {
		return "0"
	}
	vars := slices.Clone(order)
	for _, v := range p.Vars() {
		if !slices.Contains(order, v) {
			vars = append(vars, v)
		}
	}
	rank := map[string]int{}
	for i, v := range vars {
		rank[v] = i
	}
	terms := make([]term, len(p.terms))
	for i, t := range p.terms {
		t.powers = slices.Clone(t.powers)
		slices.SortFunc(t.powers, func(a, b factor) int { return rank[a.name] - rank[b.name] })
		terms[i] = t
	}
	slices.SortFunc(terms, func(a, b term) int {
		if d := b.degree() - a.degree(); d != 0 {
			return d
		}
		return slices.CompareFunc(a.powers, b.powers, func(f, g factor) int {
			if f.name != g.name {
				return rank[f.name] - rank[g.name]
			}
			return g.exp - f.exp
		})
	})
	var b strings.Builder
	for i, t := range terms {
		t.write(&b, times, i == 0)
	}
	return b.String()
}

func (t term) write(b *strings.Builder, times string, first bool) {
	negative := t.coef.Sign() < 0
	switch {
	case first && negative:
		b.WriteString("-")
	case !first && negative:
		b.WriteString(" - ")
	case !first:
		b.WriteString(" + ")
	}
	var parts []string
	if c := new(big.Rat).Abs(t.coef); len(t.powers) == 0 || c.Cmp(big.NewRat(1, 1)) != 0 {
		parts = append(parts, c.RatString())
	}
	for _, f := range t.powers {
		s := f.name
		if f.exp > 1 {
			s += "^" + strconv.Itoa(f.exp)
		}
		parts = append(parts, s)
	}
	b.WriteString(strings.Join(parts, times))
}
