package algebra

import "slices"

// key names a divisor: two factors of a product, or two terms of a sum without their common factors and up to a coefficient.
// Products stand in it as their values.
type key struct{ a, b, r uint64 }

// The marks of products, in the place where sums have the ratio of their coefficients.
const (
	pairOfFactors    = 1 // its value, and that of one over it; it may stand below the line
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
	unused   []*divisor
	buffer   []occurrence
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

// occurrence is a divisor of a sum.
type occurrence struct {
	key
	save, cost float64
	divisor    *divisor // while the sum is in the table
}

// add enters the divisors of v, which are looked for only if they are not known.
func (t *table) add(n *Net, v int) {
	d := &n.defs[v]
	n.work += pairs(d.terms)
	if d.divisors == nil {
		list := t.buffer[:0]
		n.divisors(v, func(k key, save, cost float64, _, _ int) bool {
			list = append(list, occurrence{key: k, save: save, cost: cost})
			return true
		})
		t.buffer = list
		d.divisors = append([]occurrence{}, list...)
	}
	for i := range d.divisors {
		o := &d.divisors[i]
		d := t.divisors[o.key]
		if d == nil {
			d = t.spare()
			t.divisors[o.key] = d
		}
		o.divisor = d
		d.save += o.save
		d.cost = o.cost
		d.where = append(d.where, int32(v))
		if !d.queued && d.save-d.cost > epsilon {
			t.push(n, o.key, d)
		}
	}
}

func (t *table) remove(n *Net, v int) {
	n.work += pairs(n.defs[v].terms)
	for _, o := range n.defs[v].divisors {
		d := o.divisor
		d.save -= o.save
		for i := len(d.where) - 1; i >= 0; i-- {
			if d.where[i] == int32(v) {
				d.where[i] = d.where[len(d.where)-1]
				d.where = d.where[:len(d.where)-1]
				break
			}
		}
		if len(d.where) == 0 {
			delete(t.divisors, o.key)
			t.unused = append(t.unused, d)
		}
	}
}

// spare is an empty divisor.
func (t *table) spare() *divisor {
	if last := len(t.unused) - 1; last >= 0 {
		d := t.unused[last]
		t.unused = t.unused[:last]
		*d = divisor{where: d.where[:0]}
		return d
	}
	return &divisor{}
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

// pairs is the work of looking for the divisors of a sum.
func pairs(terms []Term) int { return len(terms) * (len(terms) + 1) }

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
			if !visit(key{t.Coef.Abs().hash(), n.factor(lits[i]), factorAndContent}, w, w, at, -1) {
				return false
			}
		}
		for range many / 2 {
			w := n.weights[d] * n.model.Mul
			if !visit(n.pairKey(lits[i], lits[i]), w, w, at, -1) {
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
			pair := n.pairKey(lits[i], lits[j])
			for range min(many, other) {
				if !visit(pair, save*w, cost*w, at, -1) {
					return false
				}
			}
			j += other
		}
		i += many
	}
	return true
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
func (n *Net) ofSum(terms []Term, i, j int, visit func(k key, save, cost float64, i, j int) bool) bool {
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
		return true
	}
	w := n.weights[n.union(n.domOfLits(restS), n.domOfLits(restT))]
	cost := n.termCost(One, restS) + n.termCost(ratio, restT) + w*n.model.Add
	all := n.weights[n.union(n.domOfLits(s.Lits), n.domOfLits(t.Lits))]
	save := n.termCost(s.Coef, s.Lits) + n.termCost(t.Coef, t.Lits) + all*n.model.Add - min(n.quotientCost(s.Coef, common, w), n.quotientCost(t.Coef, common, w))
	return visit(key{a, b, ratio.hash()}, save, cost, i, j)
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

// extract makes the divisor k a variable, if that saves something; it tells whether it does.
func (n *Net) extract(k key) bool {
	d := n.table.divisors[k]
	if d == nil || d.save-d.cost <= epsilon {
		return false
	}
	where := slices.Clone(d.where)
	slices.Sort(where)
	where = slices.Compact(where)
	// A variable may be the divisor already, one of the sums or another.
	v, by := -1, One
	var terms []Term
	for _, u := range where {
		if n.isDivisor(int(u), k) {
			v, terms = int(u), n.defs[u].terms
			break
		}
	}
	if v < 0 {
		if terms = n.makeDivisor(int(where[0]), k); !fits(terms) {
			return false
		}
		terms = n.normal(terms)
		val, _ := n.sumValue(terms)
		if w, negative, ok := n.same(val); ok {
			v = w
			if negative {
				by = by.Neg()
			}
		}
	}
	if v < 0 {
		val, over := n.sumValue(terms)
		v = n.insert(def{kind: sum, terms: terms, val: val, over: over})
	}
	n.held(v, func() {
		for _, u := range where {
			if int(u) != v && !n.dependsOn(v, int(u)) {
				n.divideOut(int(u), v, by, terms, k)
			}
		}
	})
	return true
}

// dependsOn tells whether v is computed from u.
func (n *Net) dependsOn(v, u int) bool {
	n.stamp++
	level := n.defs[u].level
	stack := append(n.stack[:0], int32(v))
	found := false
	push := func(w int) {
		if d := &n.defs[w]; d.stamp != n.stamp && (d.level > level || w == u) {
			n.work++
			d.stamp = n.stamp
			found = found || w == u
			stack = append(stack, int32(w))
		}
	}
	for len(stack) > 0 && !found {
		d := &n.defs[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		for _, t := range d.terms {
			for _, l := range t.Lits {
				push(l.Index())
			}
		}
		for _, a := range d.args {
			push(int(a))
		}
	}
	n.stack = stack
	return found
}

// find is the first occurrence of the divisor in the sum u: two terms, or one and in it one or two factors.
func (n *Net) find(u int, k key) (i, j int, ok bool) {
	if n.defs[u].kind != sum {
		return 0, 0, false
	}
	n.work += pairs(n.defs[u].terms)
	n.divisors(u, func(other key, _, _ float64, at, with int) bool {
		if other == k {
			i, j, ok = at, with, true
		}
		return !ok
	})
	return i, j, ok
}

// pair is the factors of the product that the divisor stands for.
func (n *Net) pair(lits []Lit, k key) []Lit {
	for i, l := range lits {
		if k.r == factorAndContent {
			if n.factor(l) == k.b {
				return []Lit{l}
			}
			continue
		}
		for _, m := range lits[i+1:] {
			if n.pairKey(l, m) == k {
				return []Lit{l, m}
			}
		}
	}
	return nil
}

// isDivisor tells whether the whole sum u is the divisor k, with coefficient 1.
func (n *Net) isDivisor(u int, k key) bool {
	t := n.defs[u].terms
	switch k.r {
	case pairOfFactors:
		return len(t) == 1 && len(t[0].Lits) == 2 && t[0].Coef == One && dens(t[0].Lits) < 2
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
	common := commonFactors(t[i].Lits, t[j].Lits)
	return len(common) == 0 && scale(t[i], t[j], common).unit()
}

// makeDivisor is the divisor k as it stands in the sum u.
func (n *Net) makeDivisor(u int, k key) []Term {
	i, j, _ := n.find(u, k)
	t := n.defs[u].terms
	switch k.r {
	case pairOfFactors:
		lits := n.pair(t[i].Lits, k)
		if dens(lits) == 2 {
			return []Term{NewTerm(One, lits[0].Inverse(), lits[1].Inverse())}
		}
		return []Term{NewTerm(One, lits...)}
	case factorAndContent:
		return []Term{NewTerm(t[i].Coef.Abs(), n.pair(t[i].Lits, k)...)}
	}
	s, r := t[i], t[j]
	common := commonFactors(s.Lits, r.Lits)
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

// divideOut writes u with by·v in the place of the divisor k, whose terms these are, wherever it stands.
func (n *Net) divideOut(u, v int, by Coef, divisor []Term, k key) {
	for {
		i, j, ok := n.find(u, k)
		if !ok {
			return
		}
		old := n.defs[u].terms
		var t Term
		switch k.r {
		case pairOfFactors:
			l, pair := Var(v), n.pair(old[i].Lits, k)
			if dens(pair) == 2 {
				if l = Over(v); by != One || n.defs[v].over != k.b {
					return
				}
			}
			rest := without(old[i].Lits, pair)
			t = NewTerm(old[i].Coef.Mul(by), append(slices.Clone(rest), l)...)
		case factorAndContent:
			c := by
			if old[i].Coef.p < 0 {
				c = c.Neg()
			}
			rest := without(old[i].Lits, n.pair(old[i].Lits, k))
			t = NewTerm(c, append(slices.Clone(rest), Var(v))...)
		default:
			common := commonFactors(old[i].Lits, old[j].Lits)
			c, ok := n.quotient(old[i], old[j], divisor, common)
			if !ok {
				return
			}
			t = NewTerm(c.Mul(by), append(slices.Clone(common), Var(v))...)
		}
		if !t.Coef.Usable() {
			return
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
		n.define(u, terms)
		if n.defs[u].kind != sum {
			return
		}
	}
}

// quotient is what the divisor has to be multiplied by, but for the common factors, to give s + r.
func (n *Net) quotient(s, r Term, divisor []Term, common []Lit) (Coef, bool) {
	for _, x := range []Term{s, r} {
		v := n.product(without(x.Lits, common))
		for _, t := range divisor {
			if t.val == v {
				return x.Coef.Div(t.Coef), true
			}
		}
	}
	return One, false
}
