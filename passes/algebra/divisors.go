package algebra

// pairs is the work of looking for the divisors of a sum.
func pairs(terms []Term) int { return len(terms) * (len(terms) + 1) }

// divisors visits all divisors of the sum v: of the term i, or of the terms i and j.
func (n *Net) divisors(v int, visit func(k key, save, cost float64, i, j int)) {
	terms := n.defs[v].terms
	for i := range terms {
		n.ofProduct(terms, i, visit)
	}
	reach := len(terms)
	if reach > maxPairs {
		reach = 4
	}
	for i := range terms {
		for j := i + 1; j < min(len(terms), i+reach); j++ {
			n.ofSum(terms, i, j, visit)
		}
	}
}

// ofProduct visits the pairs of factors of a term. A pair that stands in it twice is visited twice.
func (n *Net) ofProduct(terms []Term, at int, visit func(k key, save, cost float64, i, j int)) {
	t := &terms[at]
	lits := t.Lits
	count := len(lits)
	if !t.Coef.unit() && count > 0 {
		count++
	}
	if count < 2 {
		return
	}
	reach := len(lits)
	if reach > maxPairs {
		reach = 4
	}
	for i := 0; i < len(lits); {
		many := run(lits, i)
		d := n.defs[lits[i].Index()].dom
		if !t.Coef.unit() && !(lits[i].Divides() && hasNumerator(lits)) {
			w := n.weights[d] * n.model.Mul
			if lits[i].Divides() {
				w = n.weights[d] * n.model.Div
			}
			visit(key{t.Coef.Abs().hash(), n.factor(lits[i]), factorAndContent}, w, w, at, -1)
		}
		for range many / 2 {
			w := n.weights[d] * n.model.Mul
			visit(n.pairKey(lits[i], lits[i]), w, w, at, -1)
		}
		for j := i + many; j < min(len(lits), i+many+reach); {
			other := run(lits, j)
			w := n.weights[n.union(d, n.defs[lits[j].Index()].dom)]
			save, cost := n.model.Mul, n.model.Mul
			if lits[i].Divides() != lits[j].Divides() {
				cost = n.model.Div
				if dens(lits) == 1 {
					save = n.model.Div
				}
			}
			pair := n.pairKey(lits[i], lits[j])
			for range min(many, other) {
				visit(pair, save*w, cost*w, at, -1)
			}
			j += other
		}
		i += many
	}
}

// pairKey is the key of two factors; what stands below the line is the same as above it.
func (n *Net) pairKey(a, b Lit) key {
	if a.Divides() && b.Divides() {
		a, b = a.Inverse(), b.Inverse()
	}
	return key{mulmod(n.factor(a), n.factor(b)), mulmod(n.factor(a.Inverse()), n.factor(b.Inverse())), pairOfFactors}
}

// run is how often the factor at i is repeated.
func run(lits []Lit, i int) int {
	j := i + 1
	for j < len(lits) && lits[j] == lits[i] {
		j++
	}
	return j - i
}

func dens(lits []Lit) int {
	n := 0
	for _, l := range lits {
		if l.Divides() {
			n++
		}
	}
	return n
}

func hasNumerator(lits []Lit) bool { return dens(lits) < len(lits) }

// ofSum visits the divisor of two terms.
func (n *Net) ofSum(terms []Term, i, j int, visit func(k key, save, cost float64, i, j int)) {
	s, t := &terms[i], &terms[j]
	common, restS, restT := n.divide(s.Lits, t.Lits)
	a, b := n.product(restS), n.product(restT)
	if len(restS) == 0 || len(restT) != 0 && a > b { // a constant stands last
		a, b = b, a
		s, t = t, s
		restS, restT = restT, restS
	}
	ratio := t.Coef.Div(s.Coef)
	if !ratio.Usable() {
		return
	}
	w := n.weights[n.union(n.domOfLits(restS), n.domOfLits(restT))]
	cost := n.termCost(One, restS) + n.termCost(ratio, restT) + w*n.model.Add
	all := n.weights[n.union(n.domOfLits(s.Lits), n.domOfLits(t.Lits))]
	save := n.termCost(s.Coef, s.Lits) + n.termCost(t.Coef, t.Lits) + all*n.model.Add - min(n.quotientCost(s.Coef, common, w), n.quotientCost(t.Coef, common, w))
	visit(key{a, b, ratio.hash()}, save, cost, i, j)
}

// divide is the common factors of a and b, and what is left of them, valid until the next call.
func (n *Net) divide(a, b []Lit) (common, restA, restB []Lit) {
	common, restA, restB = n.buffers[0][:0], n.buffers[1][:0], n.buffers[2][:0]
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			restA = append(restA, a[i])
			i++
		case a[i] > b[j]:
			restB = append(restB, b[j])
			j++
		default:
			common = append(common, a[i])
			i++
			j++
		}
	}
	restA, restB = append(restA, a[i:]...), append(restB, b[j:]...)
	n.buffers = [3][]Lit{common, restA, restB}
	return common, restA, restB
}

// quotientCost is the cost of c·∏common·D for a new variable D, of weight w.
func (n *Net) quotientCost(c Coef, common []Lit, w float64) float64 {
	var num, den float64
	if !c.unit() {
		num++
	}
	for _, l := range common {
		w = max(w, n.weights[n.defs[l.Index()].dom])
		if l.Divides() {
			den++
		} else {
			num++
		}
	}
	return w * n.productCost(num+1, den)
}

// commonFactors is the factors that a and b share.
func commonFactors(a, b []Lit) []Lit {
	var list []Lit
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			list = append(list, a[i])
			i++
			j++
		}
	}
	return list
}

// without is the sorted list without the factors, all of which it has.
func without(lits, factors []Lit) []Lit {
	if len(factors) == 0 {
		return lits
	}
	rest := make([]Lit, 0, len(lits)-len(factors))
	j := 0
	for _, l := range lits {
		if j < len(factors) && l == factors[j] {
			j++
		} else {
			rest = append(rest, l)
		}
	}
	return rest
}
