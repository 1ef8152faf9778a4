package algebra

import "slices"

// key names a divisor: two factors of a product, or two terms of a sum without their common factors and up to a coefficient.
// Cubes stand in it as sums of hashes, of which a common cube can be taken away.
type key struct{ a, b, r uint64 }

// The marks of products, in the place where sums have the ratio of their coefficients.
const (
	pairOfFactors    = 1
	factorAndContent = 2 // a coefficient and a factor
)

// divisor is a candidate for a variable of its own.
type divisor struct {
	save   float64 // by its occurrences
	cost   float64 // of computing it once
	where  []int32 // sums, once for each occurrence
	queued bool
}

// table has all divisors of the live sums, and those that would save something in a queue.
type table struct {
	divisors map[key]*divisor
	hot      []candidate // a heap
	serial   int
	refused  map[key]bool // occurrences overlap, so that nothing is saved
}

type candidate struct {
	key      key
	priority float64
	serial   int
}

func (t *table) init() { t.divisors, t.refused = map[key]*divisor{}, map[key]bool{} }

// maxPairs bounds the terms of one sum and the factors of one product that are paired with all others; longer ones are paired with
// neighbours.
const maxPairs = 48

// epsilon is what the sums of costs may be off by.
const epsilon = 1e-6

func (t *table) add(n *Net, v int) {
	n.divisors(v, func(k key, save, cost float64, _, _ int) bool {
		d := t.divisors[k]
		if d == nil {
			d = &divisor{}
			t.divisors[k] = d
		}
		d.save += save
		d.cost = cost
		d.where = append(d.where, int32(v))
		if !d.queued && d.save-d.cost > epsilon {
			t.push(n, k, d)
		}
		return true
	})
}

func (t *table) remove(n *Net, v int) {
	n.divisors(v, func(k key, save, _ float64, _, _ int) bool {
		d := t.divisors[k]
		d.save -= save
		for i := len(d.where) - 1; i >= 0; i-- {
			if d.where[i] == int32(v) {
				d.where[i] = d.where[len(d.where)-1]
				d.where = d.where[:len(d.where)-1]
				break
			}
		}
		if len(d.where) == 0 {
			delete(t.divisors, k)
		}
		return true
	})
}

// push queues the divisor. Ties, and in a random search also near ties, are broken at random.
func (t *table) push(n *Net, k key, d *divisor) {
	d.queued = true
	t.serial++
	t.hot = append(t.hot, candidate{k, d.save - d.cost + n.rng.noise(), t.serial})
	i := len(t.hot) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !t.hot[i].before(t.hot[up]) {
			break
		}
		t.hot[i], t.hot[up] = t.hot[up], t.hot[i]
		i = up
	}
}

func (c candidate) before(d candidate) bool {
	return c.priority > d.priority || c.priority == d.priority && c.serial < d.serial
}

// pop takes the candidate of the highest priority out.
func (t *table) pop() candidate {
	top := t.hot[0]
	last := len(t.hot) - 1
	t.hot[0] = t.hot[last]
	t.hot = t.hot[:last]
	i := 0
	for {
		next := 2*i + 1
		if next >= last {
			return top
		}
		if next+1 < last && t.hot[next+1].before(t.hot[next]) {
			next++
		}
		if !t.hot[next].before(t.hot[i]) {
			return top
		}
		t.hot[i], t.hot[next] = t.hot[next], t.hot[i]
		i = next
	}
}

// divisors visits all divisors of the sum v: of the term i, or of the terms i and j, until visit declines.
func (n *Net) divisors(v int, visit func(k key, save, cost float64, i, j int) bool) {
	terms := n.defs[v].terms
	for i := range terms {
		if !n.ofProduct(terms, i, visit) {
			return
		}
	}
	reach := len(terms)
	if reach > maxPairs {
		reach = 4
	}
	for i := range terms {
		for j := i + 1; j < min(len(terms), i+reach); j++ {
			if !n.ofSum(terms, i, j, visit) {
				return
			}
		}
	}
}

// ofProduct visits the pairs of factors of a term. A pair that stands in it twice is visited twice.
func (n *Net) ofProduct(terms []Term, at int, visit func(k key, save, cost float64, i, j int) bool) bool {
	t := &terms[at]
	lits := t.Lits
	count := len(lits)
	if !t.Coef.unit() && count > 0 {
		count++
	}
	if count < 2 {
		return true
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
			if !visit(key{t.Coef.Abs().hash(), uint64(lits[i]), factorAndContent}, w, w, at, -1) {
				return false
			}
		}
		for range many / 2 {
			w := n.weights[d] * n.model.Mul
			if !visit(key{uint64(lits[i]), uint64(lits[i]), pairOfFactors}, w, w, at, -1) {
				return false
			}
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
			for range min(many, other) {
				if !visit(key{uint64(lits[i]), uint64(lits[j]), pairOfFactors}, save*w, cost*w, at, -1) {
					return false
				}
			}
			j += other
		}
		i += many
	}
	return true
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
func (n *Net) ofSum(terms []Term, i, j int, visit func(k key, save, cost float64, i, j int) bool) bool {
	s, t := &terms[i], &terms[j]
	if s.hash > t.hash {
		s, t = t, s
	}
	common, hash := commonFactors(s.Lits, t.Lits)
	a, b := s.hash-hash, t.hash-hash
	if a == 0 || b != 0 && a > b { // a constant stands last
		a, b = b, a
		s, t = t, s
	}
	ratio := t.Coef.Div(s.Coef)
	if !ratio.Usable() {
		return true
	}
	restS, restT := without(s.Lits, common), without(t.Lits, common)
	w := n.weights[n.union(n.domOfLits(restS), n.domOfLits(restT))]
	cost := n.termCost(One, restS) + n.termCost(ratio, restT) + w*n.model.Add
	all := n.weights[n.union(n.domOfLits(s.Lits), n.domOfLits(t.Lits))]
	save := n.termCost(s.Coef, s.Lits) + n.termCost(t.Coef, t.Lits) + all*n.model.Add - min(n.quotientCost(s.Coef, common, w), n.quotientCost(t.Coef, common, w))
	return visit(key{a, b, ratio.hash()}, save, cost, i, j)
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

// commonFactors is the factors that a and b share, with the sum of their hashes.
func commonFactors(a, b []Lit) ([]Lit, uint64) {
	var list []Lit
	var h uint64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			list = append(list, a[i])
			h += mix(uint64(a[i]))
			i++
			j++
		}
	}
	return list, h
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

// extract makes the divisor k a variable, if that saves something; it tells whether it does.
func (n *Net) extract(k key) bool {
	d := n.table.divisors[k]
	if d == nil || d.save-d.cost <= epsilon {
		return false
	}
	where := slices.Clone(d.where)
	slices.Sort(where)
	where = slices.Compact(where)
	// One of the sums may be the divisor itself.
	v := -1
	for _, u := range where {
		if n.isDivisor(int(u), k) {
			v = int(u)
			break
		}
	}
	fresh := v < 0
	if fresh {
		terms := n.makeDivisor(int(where[0]), k)
		v = n.Sum(terms...)
		n.defs[v].keep = true // while it has no users yet
	}
	for _, u := range where {
		if int(u) != v {
			n.divideOut(int(u), v, k)
		}
	}
	if fresh {
		n.defs[v].keep = false
		n.release(v)
	}
	return true
}

// find is the first occurrence of the divisor in the sum u.
func (n *Net) find(u int, k key) (i, j int, ok bool) {
	if n.defs[u].kind != sum {
		return 0, 0, false
	}
	n.divisors(u, func(other key, _, _ float64, at, with int) bool {
		if other == k {
			i, j, ok = at, with, true
		}
		return !ok
	})
	return i, j, ok
}

// isDivisor tells whether the whole sum u is the divisor k, with coefficient 1.
func (n *Net) isDivisor(u int, k key) bool {
	t := n.defs[u].terms
	switch k.r {
	case pairOfFactors:
		return len(t) == 1 && len(t[0].Lits) == 2 && t[0].Coef == One && !(t[0].Lits[0].Divides() && t[0].Lits[1].Divides())
	case factorAndContent:
		return len(t) == 1 && len(t[0].Lits) == 1 && t[0].Coef.p > 0
	}
	if len(t) != 2 {
		return false
	}
	i, j, ok := n.find(u, k)
	if !ok {
		return false
	}
	common, _ := commonFactors(t[i].Lits, t[j].Lits)
	return len(common) == 0 && scale(t[i], t[j], common).unit()
}

// makeDivisor is the divisor k as it stands in the sum u.
func (n *Net) makeDivisor(u int, k key) []Term {
	i, j, _ := n.find(u, k)
	t := n.defs[u].terms
	switch k.r {
	case pairOfFactors:
		a, b := Lit(k.a), Lit(k.b)
		if a.Divides() && b.Divides() {
			a, b = a.Inverse(), b.Inverse()
		}
		return []Term{NewTerm(One, a, b)}
	case factorAndContent:
		return []Term{NewTerm(t[i].Coef.Abs(), Lit(k.b))}
	}
	s, r := t[i], t[j]
	common, _ := commonFactors(s.Lits, r.Lits)
	c := scale(s, r, common)
	return []Term{NewTerm(s.Coef.Div(c), without(s.Lits, common)...), NewTerm(r.Coef.Div(c), without(r.Lits, common)...)}
}

// scale is the coefficient that is taken out of s + r with the common factors: the one that leaves the fewest multiplications.
func scale(s, r Term, common []Lit) Coef {
	c := s.Coef
	switch ratio := r.Coef.Div(c); {
	case len(s.Lits) == len(common):
		c = r.Coef
	case len(r.Lits) == len(common) || ratio.unit():
	case len(common) == 0 || !c.Usable():
		return One
	case !c.unit() && r.Coef.unit():
		c = r.Coef
	}
	if s.Coef.p*r.Coef.p < 0 { // a difference either way
		c = c.Abs()
	}
	return c
}

// divideOut writes u with the variable v in the place of the divisor k, wherever that saves something.
func (n *Net) divideOut(u, v int, k key) {
	for {
		i, j, ok := n.find(u, k)
		if !ok {
			return
		}
		old := n.defs[u].terms
		var t Term
		switch k.r {
		case pairOfFactors:
			a, b := Lit(k.a), Lit(k.b)
			l := Var(v)
			if a.Divides() && b.Divides() {
				l = Over(v)
			}
			rest := without(without(old[i].Lits, []Lit{a}), []Lit{b})
			t = NewTerm(old[i].Coef, append(slices.Clone(rest), l)...)
		case factorAndContent:
			sign := One
			if old[i].Coef.p < 0 {
				sign = sign.Neg()
			}
			rest := without(old[i].Lits, []Lit{Lit(k.b)})
			t = NewTerm(sign, append(slices.Clone(rest), Var(v))...)
		default:
			common, hash := commonFactors(old[i].Lits, old[j].Lits)
			c := quotient(old[i], n.defs[v].terms, old[i].hash-hash)
			t = NewTerm(c, append(slices.Clone(common), Var(v))...)
		}
		terms := make([]Term, 0, len(old))
		for at := range old {
			switch at {
			case i:
				terms = append(terms, t)
			case j:
			default:
				terms = append(terms, old[at])
			}
		}
		n.set(u, terms)
		if w, negative, ok := alias(n.defs[u].terms); ok {
			n.substitute(u, w, negative)
			n.release(u)
			return
		}
		if n.defs[u].kind != sum {
			return
		}
	}
}

// quotient is the coefficient of t over that of the term of the divisor with t's remaining factors.
func quotient(t Term, divisor []Term, hash uint64) Coef {
	for _, s := range divisor {
		if s.hash == hash {
			return t.Coef.Div(s.Coef)
		}
	}
	return t.Coef
}
