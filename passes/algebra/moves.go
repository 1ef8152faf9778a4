package algebra

import (
	"math"
	"slices"
)

// maxTerms bounds the sums that putting variables back makes, and the factors of their products.
const maxTerms = 48

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

// multipliedOut appends t with the definition of the sum in the place of its factor l.
func (n *Net) multipliedOut(list []Term, t Term, l Lit) []Term {
	at := slices.Index(t.Lits, l)
	for _, s := range n.defs[l.Index()].terms {
		lits := n.lits.list(len(t.Lits) - 1 + len(s.Lits))[:0]
		lits = append(append(lits, t.Lits[:at]...), t.Lits[at+1:]...)
		c := t.Coef
		if l.Divides() {
			c = c.Div(s.Coef)
			for _, m := range s.Lits {
				lits = append(lits, m.Inverse())
			}
		} else {
			c = c.Mul(s.Coef)
			lits = append(lits, s.Lits...)
		}
		list = append(list, termOf(c, lits))
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

// opened is the sum with one variable of each term put back, where choose agrees, valid until the next change; it reports false if there is none,
// or too much comes of it.
func (n *Net) opened(sum []Term, choose func() bool) ([]Term, bool) {
	n.work += len(sum)
	if len(sum) > maxTerms {
		return nil, false
	}
	terms := n.made[:0]
	some := false
	for _, t := range sum {
		i := slices.IndexFunc(t.Lits, func(l Lit) bool { return n.opens(t, l) && choose() })
		if i < 0 {
			terms = append(terms, t)
			continue
		}
		some = true
		terms = n.multipliedOut(terms, t, t.Lits[i])
	}
	n.made = terms
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
	terms := n.made[:0]
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
		terms = n.multipliedOut(terms, t, l)
	}
	n.made = terms
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
		if !n.scales(int(u), v, c) {
			return false
		}
	}
	terms = n.normal(terms)
	val, over := mulmod(d.val, c.value()), mulmod(d.over, n.inverse(c.value()))
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

// scales tells whether the coefficients of the sum u can be used where v is c times what it was.
func (n *Net) scales(u, v int, c Coef) bool {
	n.work += len(n.defs[u].terms)
	for _, t := range n.defs[u].terms {
		if len(t.Lits) > maxTerms || !divided(t, v, c).Usable() {
			return false
		}
	}
	return true
}

// divided is the coefficient of t where v is c times what it was.
func divided(t Term, v int, c Coef) Coef {
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
	return by
}

// scaled is the sum u with w in the place of v, where w is the c-fold of v, valid until the next change.
func (n *Net) scaled(u, v, w int, c Coef) []Term {
	list := n.made[:0]
	n.work += len(n.defs[u].terms)
	for _, t := range n.defs[u].terms {
		by := divided(t, v, c)
		t = t.with(v, w, false)
		t.Coef = by
		list = append(list, t)
	}
	n.made = list
	return list
}

// compact is the distinct elements of the list, in order of their first appearance.
func compact(list []int32) []int32 {
	distinct := make([]int32, 0, len(list))
	for _, x := range list {
		if !slices.Contains(distinct, x) {
			distinct = append(distinct, x)
		}
	}
	return distinct
}
