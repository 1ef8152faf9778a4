package ir

import "math/big"

// implies tells whether goal ≥ 0 is found to follow from facts, polynomials that are not negative: whether goal is a sum of products of
// facts with coefficients that are not negative (Handelman, Representing polynomials by positive linear functions on compact convex
// polyhedra, 1988). Products are formed up to the highest degree that occurs. For linear facts and goals this is Farkas' lemma.
// It takes its work off the budget, without which it finds nothing.
func implies(facts []Poly, goal Poly, budget *int) bool {
	degree := goal.Degree()
	for _, f := range facts {
		degree = max(degree, min(f.Degree(), maxProofDegree))
	}
	if degree > maxProofDegree {
		return false
	}
	return combination(products(facts, degree), goal, budget)
}

// The bounds of the search for a proof: the degree of polynomials, and the multiplications for one goal and for all of a graph.
const (
	maxProofDegree = 4
	maxGoalWork    = 200_000
	maxGraphWork   = 5_000_000
	entryWork      = 10 // of an entry of the tableau, with the products that it comes from
)

// products lists 1 and the products of facts up to the degree, at most maxProducts, those of few factors first.
func products(facts []Poly, degree int) []Poly {
	type product struct {
		p    Poly
		last int
	}
	list := []product{{PolyConst(1), 0}}
	for i := 0; i < len(list); i++ {
		for k := list[i].last; k < len(facts) && len(list) < maxProducts; k++ {
			if f := facts[k]; f.Degree() > 0 && list[i].p.Degree()+f.Degree() <= degree {
				list = append(list, product{list[i].p.Mul(f), k})
			}
		}
	}
	polys := make([]Poly, len(list))
	for i, l := range list {
		polys[i] = l.p
	}
	return polys
}

// combination tells whether goal = Σ λᵢ·columnᵢ for some λ ≥ 0, by the first phase of the simplex method in exact arithmetic: with
// an artificial variable for each monomial, whose sum must come down to 0. Bland's rule ends it.
func combination(columns []Poly, goal Poly, budget *int) bool {
	t := newTableau(columns, goal)
	defer func() { *budget -= t.work }()
	for t.work < min(maxGoalWork, *budget) {
		if t.cost().Sign() == 0 {
			return true
		}
		c := t.entering()
		if c < 0 {
			return false
		}
		t.pivot(t.leaving(c), c)
	}
	return false
}

// tableau holds a row for each monomial: the coefficients of the columns, and last the right side, which is not negative. The
// last row of all is the sum of those rows whose basic variable is artificial.
type tableau struct {
	rows  [][]*big.Rat // nil is 0
	basis []int        // the column that is basic in the row, −1 for the artificial variable
	width int
	work  int // multiplications so far
}

func newTableau(columns []Poly, goal Poly) *tableau {
	t := &tableau{width: len(columns)}
	row := map[string]int{}
	enter := func(p Poly, c int) {
		for _, m := range p.terms {
			r, ok := row[m.key]
			if !ok {
				r = len(t.rows)
				row[m.key] = r
				t.rows = append(t.rows, make([]*big.Rat, t.width+1))
				t.basis = append(t.basis, -1)
			}
			t.rows[r][c] = m.coef
			t.work += entryWork
		}
	}
	enter(goal, t.width)
	for c, p := range columns {
		enter(p, c)
	}
	total := make([]*big.Rat, t.width+1)
	for _, r := range t.rows {
		if x := r[t.width]; x != nil && x.Sign() < 0 {
			for c, x := range r {
				if x != nil {
					r[c] = new(big.Rat).Neg(x)
				}
			}
		}
		for c, x := range r {
			if x != nil {
				total[c] = plus(total[c], x)
			}
		}
	}
	t.rows = append(t.rows, total)
	return t
}

func plus(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	s := new(big.Rat).Add(a, b)
	if s.Sign() == 0 {
		return nil
	}
	return s
}

// cost is the sum of the artificial variables.
func (t *tableau) cost() *big.Rat {
	if x := t.rows[len(t.rows)-1][t.width]; x != nil {
		return x
	}
	return new(big.Rat)
}

// entering is the first column that lowers the cost, or −1.
func (t *tableau) entering() int {
	for c, x := range t.rows[len(t.rows)-1][:t.width] {
		if x != nil && x.Sign() > 0 {
			return c
		}
	}
	return -1
}

// leaving is the row that first comes to 0 as column c grows; of several, that of the first basic variable. There is one, as
// the cost falls and is not negative.
func (t *tableau) leaving(c int) int {
	best := -1
	var least *big.Rat
	for r := range t.basis {
		x := t.rows[r][c]
		if x == nil || x.Sign() <= 0 {
			continue
		}
		q := new(big.Rat)
		if b := t.rows[r][t.width]; b != nil {
			q.Quo(b, x)
		}
		if best < 0 || q.Cmp(least) < 0 || q.Cmp(least) == 0 && t.basis[r] < t.basis[best] {
			best, least = r, q
		}
	}
	return best
}

// pivot makes column c basic in row r.
func (t *tableau) pivot(r, c int) {
	inverse := new(big.Rat).Inv(t.rows[r][c])
	for k, x := range t.rows[r] {
		if x != nil {
			t.rows[r][k] = new(big.Rat).Mul(x, inverse)
			t.work++
		}
	}
	for i, row := range t.rows {
		if i == r || row[c] == nil {
			continue
		}
		factor := new(big.Rat).Neg(row[c])
		for k, x := range t.rows[r] {
			if x != nil {
				row[k] = plus(row[k], new(big.Rat).Mul(factor, x))
				t.work++
			}
		}
	}
	t.basis[r] = c
}
