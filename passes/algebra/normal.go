package algebra

import "slices"

// normal brings the factors of all terms into a normal form, and joins terms.
func (n *Net) normal(terms []Term) []Term {
	list := n.terms.list(len(terms))
	for i, t := range terms {
		list[i] = n.normalTerm(t)
	}
	list = joined(list)
	for i := 0; i < len(list) && len(list) > 1; {
		if t, ok := n.besidePole(list, i); ok {
			list[i] = n.normalTerm(t)
		} else {
			i++
		}
	}
	return joined(list)
}

func (n *Net) normalTerm(t Term) Term {
	for again := true; again; {
		t, again = n.reduced(t)
	}
	if t.val == 0 {
		t.val = n.product(t.Lits)
	}
	return t
}

// besidePole cancels all that divides the term i against its factors, if another term of the sum is divided by the same: where that is 0, the sum is
// infinite or NaN in either form. It reports false if that is not so.
func (n *Net) besidePole(list []Term, i int) (Term, bool) {
	lits := list[i].Lits
	some := false
	for _, l := range list[i].Lits {
		if !l.Divides() {
			continue
		}
		b := n.base(l.Index())
		num, den := n.powers(lits, b)
		if den == 0 {
			continue // already cancelled
		}
		beside := func(t Term) bool { return n.pole(t.Lits, b) }
		if num < den || !slices.ContainsFunc(list[:i], beside) && !slices.ContainsFunc(list[i+1:], beside) {
			return Term{}, false
		}
		lits, some = n.cancel(lits, b), true
	}
	if !some {
		return Term{}, false
	}
	n.cancelled++
	return NewTerm(list[i].Coef, lits...), true
}

// pole tells whether the product is infinite or NaN where b is 0: it is divided by b, or by a product that has it as a factor.
func (n *Net) pole(lits []Lit, b int) bool {
	num, den := n.powers(lits, b)
	for _, l := range lits {
		if d := &n.defs[l.Index()]; l.Divides() && d.kind == sum && len(d.terms) == 1 {
			above, below := n.powers(d.terms[0].Lits, b)
			num, den = num+below, den+above
		}
	}
	return den > num
}

// base is what v is a power of: its argument if it is a square root, or itself.
func (n *Net) base(v int) int {
	if n.defs[v].root {
		return int(n.defs[v].args[0])
	}
	return v
}

// powers counts the factors with the base b above and below the line, a root as one and b itself as two.
func (n *Net) powers(lits []Lit, b int) (num, den int) {
	for _, l := range lits {
		if n.base(l.Index()) != b {
			continue
		}
		halves := 1
		if l.Index() == b {
			halves = 2
		}
		if l.Divides() {
			den += halves
		} else {
			num += halves
		}
	}
	return num, den
}

// cancel is the factors without those below the line that have the base b, and as many of those above it, which are not fewer.
func (n *Net) cancel(lits []Lit, b int) []Lit {
	num, den := n.powers(lits, b)
	var rest []Lit
	root := b
	for _, l := range lits {
		if n.base(l.Index()) != b {
			rest = append(rest, l)
		} else if l.Index() != b {
			root = l.Index()
		}
	}
	left := num - den
	if left%2 != 0 {
		rest = append(rest, Var(root))
	}
	for range left / 2 {
		rest = append(rest, Var(b))
	}
	return rest
}

// reduced is t with one factor less, or one that another name stands for: powers of a variable are joined with those of its square root, a
// variable that is not 0 is cancelled, a constant goes into the coefficient, a product that is related to another becomes that. It reports false
// if there is nothing to do.
func (n *Net) reduced(t Term) (Term, bool) {
	for _, r := range n.relations {
		if rest, ok := withoutAll(t.Lits, r.from); ok && n.alive(r.to) {
			return NewTerm(t.Coef, append(rest, r.to...)...), true
		}
	}
	for i, l := range t.Lits {
		d := &n.defs[l.Index()]
		if d.root {
			if lits, ok := n.joinRoot(t.Lits, l.Index()); ok {
				return NewTerm(t.Coef, lits...), true
			}
		}
		if d.not0 && i+1 < len(t.Lits) && t.Lits[i+1] == l.Inverse() {
			return NewTerm(t.Coef, slices.Delete(slices.Clone(t.Lits), i, i+2)...), true
		}
		if d.kind != sum || len(d.terms) != 1 {
			continue
		}
		if len(d.terms[0].Lits) == 0 && !l.Divides() && t.Coef.Mul(d.terms[0].Coef).Usable() {
			return NewTerm(t.Coef.Mul(d.terms[0].Coef), without(t.Lits, []Lit{l})...), true
		}
		if w, negative, ok := alias(d.terms); ok && n.stands(l, w, negative) {
			return t.with(l.Index(), w, negative), true
		}
	}
	return t, false
}

// alive tells whether all factors are still there.
func (n *Net) alive(lits []Lit) bool {
	return !slices.ContainsFunc(lits, func(l Lit) bool { return n.defs[l.Index()].kind == dead })
}

// withoutAll is the sorted list without the sorted factors; it reports false if it has not all of them.
func withoutAll(lits, factors []Lit) ([]Lit, bool) {
	if common := commonFactors(lits, factors); len(common) < len(factors) {
		return nil, false
	}
	return slices.Clone(without(lits, factors)), true
}

// stands tells whether ±w can stand for the variable of l, which is equal to it: below the line only if one over it is known to be equal,
// too.
func (n *Net) stands(l Lit, w int, negative bool) bool {
	over := n.defs[w].over
	if negative {
		over = negmod(over)
	}
	return !l.Divides() || n.factor(l) == over
}

// joinRoot writes the factors with powers of s and r = √s as one power, s^k or s^k·r, above or below the line: r·r is s, and r/s is 1/r. A
// power is cancelled only against a higher one that divides. It reports false if there is nothing to join.
func (n *Net) joinRoot(lits []Lit, r int) ([]Lit, bool) {
	s := n.base(r)
	num, den := n.powers(lits, s)
	if num > 0 && den > 0 {
		if num >= den {
			return nil, false
		}
		num, den = 0, den-num
	}
	rest := make([]Lit, 0, len(lits))
	for _, l := range lits {
		if n.base(l.Index()) != s {
			rest = append(rest, l)
		}
	}
	others := len(rest)
	for k, over := num, Lit(0); ; k, over = den, 1 {
		for ; k >= 2; k -= 2 {
			rest = append(rest, Var(s)|over)
		}
		if k == 1 {
			rest = append(rest, Var(r)|over)
		}
		if over == 1 {
			break
		}
	}
	return rest, len(rest) < len(lits) && len(lits)-others > 1
}

// joined adds terms of the same value.
func joined(terms []Term) []Term {
	for i := 1; i < len(terms); i++ {
		for j := range i {
			if terms[i].val == terms[j].val {
				return joinedSlow(terms)
			}
		}
	}
	return terms
}

func joinedSlow(terms []Term) []Term {
	var list []Term
	for _, t := range terms {
		i := slices.IndexFunc(list, func(u Term) bool { return u.val == t.val })
		if i < 0 {
			list = append(list, t)
		} else {
			list[i].Coef = list[i].Coef.Add(t.Coef)
		}
	}
	return slices.DeleteFunc(list, func(t Term) bool { return t.Coef.p == 0 })
}
