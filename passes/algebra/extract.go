package algebra

import "slices"

// extract makes the divisor k a variable, if that saves something; it tells whether it does.
func (n *Net) extract(k key) bool {
	d := n.table.get(k)
	if d == nil || d.save-d.cost <= epsilon {
		return false
	}
	where := slices.Clone(d.where)
	slices.Sort(where)
	where = slices.Compact(where)
	// A variable may be the divisor already, one of the sums or another. Products of unlike factors can have the same value, and round and overflow unlike,
	// so that which of them is taken is left to chance.
	v, by := -1, One
	var terms []Term
	for _, u := range where {
		if n.isDivisor(int(u), k) {
			v, terms = int(u), n.defs[u].terms
			break
		}
	}
	if v < 0 {
		if terms = n.makeDivisor(int(where[n.rng.below(len(where))]), k); !fits(terms) {
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
	for at := range n.defs[u].divisors {
		if o := &n.defs[u].divisors[at]; o.key == k {
			return int(o.i), int(o.j), true
		}
	}
	return 0, 0, false
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
			t = termOf(old[i].Coef.Mul(by), n.joinedTo(rest, l))
		case factorAndContent:
			c := by
			if old[i].Coef.p < 0 {
				c = c.Neg()
			}
			rest := without(old[i].Lits, n.pair(old[i].Lits, k))
			t = termOf(c, n.joinedTo(rest, Var(v)))
		default:
			common := commonFactors(old[i].Lits, old[j].Lits)
			c, ok := n.quotient(old[i], old[j], divisor, common)
			if !ok {
				return
			}
			t = termOf(c.Mul(by), n.joinedTo(common, Var(v)))
		}
		if !t.Coef.Usable() {
			return
		}
		terms := n.made[:0]
		for at := range old {
			switch at {
			case i:
				terms = append(terms, t)
			case j:
			default:
				terms = append(terms, old[at])
			}
		}
		n.made = terms
		n.define(u, terms)
		if n.defs[u].kind != sum {
			return
		}
	}
}

// joinedTo is a new list of the factors and l.
func (n *Net) joinedTo(lits []Lit, l Lit) []Lit {
	return append(append(n.lits.list(len(lits) + 1)[:0], lits...), l)
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
