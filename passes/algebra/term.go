package algebra

import "slices"

// Lit is a factor of a product: a variable, or one over it.
type Lit int32

// Var is the factor v.
func Var(v int) Lit { return Lit(v << 1) }

// Over is the factor 1/v.
func Over(v int) Lit { return Lit(v<<1 | 1) }

// Index is the number of the variable.
func (l Lit) Index() int { return int(l >> 1) }

// Divides tells whether the factor is one over the variable.
func (l Lit) Divides() bool { return l&1 != 0 }

// Inverse is one over the factor.
func (l Lit) Inverse() Lit { return l ^ 1 }

// Term is a product, Coef times the factors Lits. A power stands as repeated factors; x and 1/x may both stand in
// one term, as x/x is not 1 where x is 0.
type Term struct {
	Coef Coef
	Lits []Lit  // sorted
	val  uint64 // of the product of the factors, in the field; 0 if it is not known yet
}

// NewTerm is c times the factors.
func NewTerm(c Coef, lits ...Lit) Term { return termOf(c, slices.Clone(lits)) }

// termOf is NewTerm of factors that nobody else has.
func termOf(c Coef, lits []Lit) Term {
	for i := 1; i < len(lits); i++ { // mostly sorted, and few
		for j := i; j > 0 && lits[j] < lits[j-1]; j-- {
			lits[j], lits[j-1] = lits[j-1], lits[j]
		}
	}
	return Term{Coef: c, Lits: cancelled(lits)}
}

// cancelled takes x away against a higher power of x that divides: x/x² is 1/x, and neither is finite where x is 0.
func cancelled(lits []Lit) []Lit {
	for i := 0; i < len(lits); {
		above := run(lits, i)
		next := i + above
		if !lits[i].Divides() && next < len(lits) && lits[next] == lits[i].Inverse() {
			below := run(lits, next)
			if below > above {
				lits = slices.Delete(lits, i, next+above)
				next = i + below - above
			} else {
				next += below
			}
		}
		i = next
	}
	return lits
}

// alias tells whether the sum is just ±v.
func alias(sum []Term) (v int, negative, ok bool) {
	if len(sum) != 1 || len(sum[0].Lits) != 1 || sum[0].Lits[0].Divides() || !sum[0].Coef.unit() {
		return 0, false, false
	}
	return sum[0].Lits[0].Index(), sum[0].Coef.p < 0, true
}

func uses(terms []Term, v int) bool {
	for _, t := range terms {
		for _, l := range t.Lits {
			if l.Index() == v {
				return true
			}
		}
	}
	return false
}

// with is t with ±w for v.
func (t Term) with(v, w int, negative bool) Term {
	if !slices.ContainsFunc(t.Lits, func(l Lit) bool { return l.Index() == v }) {
		return t
	}
	lits := slices.Clone(t.Lits)
	c := t.Coef
	for i, l := range lits {
		if l.Index() == v {
			lits[i] = Lit(w<<1) | l&1
			if negative {
				c = c.Neg()
			}
		}
	}
	return termOf(c, lits)
}
