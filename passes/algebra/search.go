package algebra

import (
	"math"
	"slices"
)

// rng is a small generator of random numbers, so that every run finds the same program.
type rng struct {
	state uint64
	level float64 // of the noise
}

func (r *rng) next() uint64 {
	r.state++
	return mix(r.state)
}

// below is a random number from 0 to n − 1.
func (r *rng) below(n int) int { return int(r.next() % uint64(n)) }

// float is a random number in [0, 1).
func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func (r *rng) noise() float64 {
	if r.level == 0 {
		return 0
	}
	return r.level * r.float()
}

// Factor makes divisors variables, the most rewarding first, until none saves anything.
func (n *Net) Factor() {
	clear(n.table.refused)
	for len(n.table.hot) > 0 {
		c := n.table.pop()
		d := n.table.divisors[c.key]
		if d == nil {
			continue
		}
		d.queued = false
		if n.table.refused[c.key] {
			continue
		}
		mark, before := len(n.log), n.cost
		if n.extract(c.key) && n.cost > before-epsilon {
			n.undo(mark)
			n.table.refused[c.key] = true
		}
	}
	n.turn(len(n.log), func(i int) int { return int(n.log[i].v) })
}

// turn changes the signs of variables where that saves negations: of those that stand in a sum that has to be negated, of which it looks at
// count.
func (n *Net) turn(count int, at func(int) int) {
	for i := range count {
		v := at(i)
		if n.defs[v].kind != sum || !allNegative(n.defs[v].terms) {
			continue
		}
		if w, _, ok := alias(n.defs[v].terms); ok && len(n.defs[w].users) == 1 && !n.defs[w].keep && n.open(v, w) && !allNegative(n.defs[v].terms) {
			continue
		}
		for _, l := range slices.Clone(n.defs[v].terms[0].Lits) {
			mark, before := len(n.log), n.cost
			if n.rescale(l.Index(), One.Neg()) && n.cost < before-epsilon {
				break
			}
			n.undo(mark)
		}
	}
	n.drain()
}

// maxTerms bounds the sums that putting variables back makes, and the factors of their products.
const maxTerms = 48

// An annealing starts hot, accepting a network that is dearer by hot operations with probability 1/e, and ends cold
// (Kirkpatrick, Gelatt & Vecchi, Optimization by simulated annealing, 1983). Several follow each other, each from the best network so far.
const (
	hot        = 0.6
	cold       = 0.1
	annealings = 4
)

// maxAnnealed is the number of variables above which no network that is dearer is accepted, as it would take too long to go back.
const maxAnnealed = 2000

// Search looks for a cheaper network: each step puts variables back into sums that use them, or scales a variable, and factors anew.
// It ends when it has looked at so many divisors, so that its time is bounded, and the same seed always gives the same network.
func (n *Net) Search(work int, seed uint64) {
	n.given = len(n.defs)
	n.rng = rng{state: seed << 32}
	n.Factor()
	n.log = n.log[:0]
	n.rng.level = 0.9
	n.work = 0
	if len(n.defs) > maxAnnealed {
		for n.work < work && n.step(0) {
		}
	} else {
		n.anneal(work)
	}
	n.rng.level = 0
}

// anneal searches with a falling temperature.
func (n *Net) anneal(work int) {
	n.past = nil
	n.remember()
	for round := range annealings {
		if n.cost > n.least()+epsilon {
			n.restore(n.past[len(n.past)-1])
		}
		start := n.work
		span := work*(round+1)/annealings - start
		for n.work-start < span {
			heat := hot * math.Pow(cold/hot, float64(n.work-start)/float64(span))
			if !n.step(heat) {
				return
			}
			if n.cost < n.least()+epsilon && n.rng.below(8) == 0 {
				sums := slices.Clone(n.sums)
				n.turn(len(sums), func(i int) int { return int(sums[i]) })
				n.log = n.log[:0]
			}
			if n.cost < n.least()-epsilon {
				n.remember()
			}
		}
	}
	if n.cost > n.least()+epsilon {
		n.restore(n.past[len(n.past)-1])
	}
}

// maxPast is the number of networks that a search remembers.
const maxPast = 12

// remember notes the network as the best so far.
func (n *Net) remember() {
	if len(n.past) == maxPast {
		n.past = slices.Delete(n.past, 0, 1)
	}
	n.past = append(n.past, n.snapshot())
}

// least is the cost of the best network so far.
func (n *Net) least() float64 { return n.past[len(n.past)-1].cost }

// Back goes from the best network that the search has found to the one that was the best before; it reports false if there is none.
func (n *Net) Back() bool {
	if len(n.past) < 2 {
		return false
	}
	n.past = n.past[:len(n.past)-1]
	n.restore(n.past[len(n.past)-1])
	return true
}

// step makes a random change and factors. It takes both back if the network has become dearer, but for some if there is heat. It reports
// false if there is nothing to change.
func (n *Net) step(heat float64) bool {
	n.work += 10
	before := n.cost
	if len(n.sums) == 0 {
		return false
	}
	for ok := n.perturb(); ok && n.rng.below(4) == 0; {
		ok = n.perturb()
	}
	n.Factor()
	if n.cost > before+epsilon && (heat == 0 || n.rng.float() >= math.Exp((before-n.cost)/heat)) {
		n.undo(0)
		n.drain()
	}
	n.log = n.log[:0]
	return true
}

// drain empties the queue.
func (n *Net) drain() {
	for _, c := range n.table.hot {
		if d := n.table.divisors[c.key]; d != nil {
			d.queued = false
		}
	}
	n.table.hot = n.table.hot[:0]
}

// snapshot is the definitions of a network, without users.
type snapshot struct {
	defs []def
	cost float64
}

func (n *Net) snapshot() snapshot {
	s := slices.Clone(n.defs)
	for i := range s {
		s[i].users = nil
	}
	return snapshot{s, n.cost}
}

// restore brings a snapshot back.
func (n *Net) restore(s snapshot) {
	n.defs = slices.Clone(s.defs)
	n.cost = 0
	n.table.init()
	n.table.hot = nil
	n.log = n.log[:0]
	for v := range n.defs {
		n.link(v, &n.defs[v]) // the levels are those of the snapshot
		n.cost += n.defs[v].cost
	}
	n.sums, n.free = n.sums[:0], n.free[:0]
	clear(n.byValue)
	for v := range n.defs {
		if n.defs[v].kind != dead {
			n.byValue[min(n.defs[v].val, negmod(n.defs[v].val))] = int32(v)
		}
		switch n.defs[v].kind {
		case sum:
			n.table.add(n, v)
			n.defs[v].place = int32(len(n.sums))
			n.sums = append(n.sums, int32(v))
		case dead:
			n.free = append(n.free, int32(v))
		}
	}
	n.drain()
}

// perturb makes a random change that keeps the meaning; it reports false if it found none.
func (n *Net) perturb() bool {
	for range 20 {
		v := n.anySum()
		if v < 0 {
			return false
		}
		switch n.rng.below(7) {
		case 0, 1:
			if n.collapse(v) {
				return true
			}
		case 2, 3:
			if n.eliminate(v) {
				return true
			}
		case 4:
			if n.openOne(v) {
				return true
			}
		case 5:
			if n.expand(v) {
				return true
			}
		default:
			if n.rescaleSome(v) {
				return true
			}
		}
	}
	return false
}

// anySum is a random sum, or −1 if there is none.
func (n *Net) anySum() int {
	if len(n.sums) == 0 {
		return -1
	}
	return int(n.sums[n.rng.below(len(n.sums))])
}

// opens tells whether the sum v may be multiplied out in a term where it stands as the factor l, once.
// A sum of which two terms are exact is not: its cancellation is exact, that of the products would not be.
func (n *Net) opens(t Term, l Lit) bool {
	v := l.Index()
	d := &n.defs[v]
	if d.kind != sum || !d.usable() {
		return false
	}
	if len(d.terms) == 1 {
		if !l.Divides() {
			return true
		}
		_, over := n.sumValue(d.terms)
		return over == d.over
	}
	if l.Divides() {
		return false
	}
	count := 0
	for _, m := range t.Lits {
		if m == l {
			count++
		}
	}
	if count != 1 {
		return false
	}
	exact := 0
	for _, t := range d.terms {
		if n.isExact(t) {
			exact++
		}
	}
	return exact <= 1
}

func (d *def) usable() bool {
	for _, t := range d.terms {
		if !t.Coef.Usable() {
			return false
		}
	}
	return len(d.terms) > 0
}

// isExact tells whether the product is computed without rounding.
func (n *Net) isExact(t Term) bool {
	switch len(t.Lits) {
	case 0:
		return true
	case 1:
		return t.Coef.unit() && !t.Lits[0].Divides() && n.defs[t.Lits[0].Index()].exact
	}
	return false
}

// multipliedOut is t with the definition of the sum in the place of its factor l.
func (n *Net) multipliedOut(t Term, l Lit) []Term {
	d := &n.defs[l.Index()]
	var rest []Lit
	taken := false
	for _, m := range t.Lits {
		if m == l && !taken {
			taken = true
			continue
		}
		rest = append(rest, m)
	}
	list := make([]Term, len(d.terms))
	for i, s := range d.terms {
		c := t.Coef
		lits := append([]Lit(nil), rest...)
		if l.Divides() {
			c = c.Div(s.Coef)
			for _, m := range s.Lits {
				lits = append(lits, m.Inverse())
			}
		} else {
			c = c.Mul(s.Coef)
			lits = append(lits, s.Lits...)
		}
		list[i] = NewTerm(c, lits...)
	}
	return list
}

// fits tells whether the terms are within the bounds of what putting back may make.
func fits(terms []Term) bool {
	if len(terms) > maxTerms {
		return false
	}
	for _, t := range terms {
		if len(t.Lits) > maxTerms || !t.Coef.Usable() {
			return false
		}
	}
	return true
}

// collapse puts every variable that v uses, or a random half of them, back into v, once.
func (n *Net) collapse(v int) bool {
	half := n.rng.below(2) == 0
	terms, ok := n.opened(n.defs[v].terms, func() bool { return !half || n.rng.below(2) != 0 })
	if !ok {
		return false
	}
	n.define(v, terms)
	return true
}

// opened is the sum with one variable of each term put back, where choose agrees; it reports false if there is none, or too much comes of it.
func (n *Net) opened(sum []Term, choose func() bool) ([]Term, bool) {
	n.work += len(sum)
	if len(sum) > maxTerms {
		return nil, false
	}
	var terms []Term
	some := false
	for _, t := range sum {
		i := slices.IndexFunc(t.Lits, func(l Lit) bool { return n.opens(t, l) && choose() })
		if i < 0 {
			terms = append(terms, t)
			continue
		}
		some = true
		terms = append(terms, n.multipliedOut(t, t.Lits[i])...)
	}
	return terms, some && fits(terms)
}

// maxExpanded bounds how often variables are put back into a quotient.
const maxExpanded = 6

// expand puts variables back into v, which divides, until a factor is cancelled; it reports false if none is.
func (n *Net) expand(v int) bool {
	terms := n.defs[v].terms
	if len(terms) > 0 && !slices.ContainsFunc(terms, func(t Term) bool { return dens(t.Lits) > 0 }) {
		return false
	}
	before := n.cancelled
	for range maxExpanded {
		next, ok := n.opened(terms, func() bool { return true })
		if !ok {
			return false
		}
		n.work += pairs(next)
		if terms = n.normal(next); n.cancelled > before && fits(terms) {
			n.define(v, terms)
			return true
		}
	}
	return false
}

// define gives v the terms, and where that makes it another variable puts that in its place.
func (n *Net) define(v int, terms []Term) {
	n.set(v, terms)
	if w, negative, ok := alias(n.defs[v].terms); ok {
		n.substitute(v, w, negative)
		n.release(v)
	}
}

// eliminate puts v into all its users that can take it.
func (n *Net) eliminate(v int) bool {
	some := false
	users := append([]int32(nil), n.defs[v].users...)
	for _, u := range users {
		if n.defs[u].kind == sum && n.open(int(u), v) {
			some = true
		}
	}
	return some
}

// openOne puts v into one user.
func (n *Net) openOne(v int) bool {
	users := n.defs[v].users
	if len(users) == 0 {
		return false
	}
	u := users[n.rng.below(len(users))]
	return n.defs[u].kind == sum && n.open(int(u), v)
}

// open puts v into the terms of u.
func (n *Net) open(u, v int) bool {
	n.work += len(n.defs[u].terms)
	if len(n.defs[u].terms)+len(n.defs[v].terms) > maxTerms {
		return false
	}
	some := false
	var terms []Term
	for _, t := range n.defs[u].terms {
		var l Lit = -1
		for _, m := range t.Lits {
			if m.Index() == v && n.opens(t, m) {
				l = m
				break
			}
		}
		if l < 0 {
			terms = append(terms, t)
			continue
		}
		some = true
		terms = append(terms, n.multipliedOut(t, l)...)
	}
	if !some || !fits(terms) {
		return false
	}
	n.define(u, terms)
	return true
}

// rescaleSome scales v, and then perhaps others alike, by −1, 2, ½ or a coefficient next to it.
func (n *Net) rescaleSome(v int) bool {
	c := Number(2)
	switch n.rng.below(6) {
	case 0, 1:
		c = One.Neg()
	case 2:
		c = One.Div(c)
	case 3:
		if d := n.defs[v]; len(d.terms) > 0 {
			c = One.Div(d.terms[n.rng.below(len(d.terms))].Coef.Abs())
		}
	case 4:
		if d := n.defs[v]; len(d.users) > 0 {
			for _, t := range n.defs[d.users[n.rng.below(len(d.users))]].terms {
				if uses([]Term{t}, v) {
					c = t.Coef.Abs()
				}
			}
		}
	}
	some := n.rescale(v, c)
	for some && n.rng.below(3) > 0 {
		n.rescale(n.anySum(), c)
	}
	return some
}

// maxScale bounds how far a variable may be from what it was, so that nothing overflows that did not before.
const maxScale = 1 << 10

// rescale makes v the c-fold of what it is, and divides it by c where it is used.
func (n *Net) rescale(v int, c Coef) bool {
	d := n.defs[v]
	if d.kind != sum || d.keep || len(d.users) == 0 {
		return false
	}
	for _, u := range d.users {
		if n.defs[u].kind != sum || len(n.defs[u].terms) > maxTerms {
			return false
		}
	}
	by := d.scale * math.Abs(c.Float())
	if by > maxScale || by < 1/maxScale {
		return false
	}
	if c.unit() && c.p > 0 || !c.Usable() {
		return false
	}
	terms := make([]Term, len(d.terms))
	for i, t := range d.terms {
		t.Coef = t.Coef.Mul(c)
		terms[i] = t
	}
	if !fits(terms) {
		return false
	}
	users := compact(d.users)
	for _, u := range users {
		if !fits(n.scaled(int(u), v, v, c)) {
			return false
		}
	}
	terms = n.normal(terms)
	val, over := mulmod(d.val, c.value()), mulmod(d.over, invmod(c.value()))
	w := n.insert(def{kind: sum, terms: terms, val: val, over: over, scale: by, not0: d.not0})
	n.held(w, func() {
		for _, u := range users {
			if n.defs[u].kind == sum && uses(n.defs[u].terms, v) {
				n.define(int(u), n.scaled(int(u), v, w, c))
			}
		}
	})
	return true
}

// held keeps v while do runs, although it may have no user for a while.
func (n *Net) held(v int, do func()) {
	keep := n.defs[v].keep
	n.defs[v].keep = true
	do()
	n.defs[v].keep = keep
	n.release(v)
}

// scaled is the sum u with w in the place of v, where w is the c-fold of v.
func (n *Net) scaled(u, v, w int, c Coef) []Term {
	list := make([]Term, len(n.defs[u].terms))
	n.work += len(list)
	for i, t := range n.defs[u].terms {
		by := t.Coef
		for _, l := range t.Lits {
			switch {
			case l.Index() != v:
			case l.Divides():
				by = by.Mul(c)
			default:
				by = by.Div(c)
			}
		}
		t = t.with(v, w, false)
		t.Coef = by
		list[i] = t
	}
	return list
}

// compact is the distinct elements of the list, in order of their first appearance.
func compact(list []int32) []int32 {
	var distinct []int32
	for _, x := range list {
		seen := false
		for _, y := range distinct {
			seen = seen || x == y
		}
		if !seen {
			distinct = append(distinct, x)
		}
	}
	return distinct
}
