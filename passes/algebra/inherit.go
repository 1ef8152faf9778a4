package algebra

// heirs is room for finding the divisors of a sum of which those of another are known.
type heirs struct {
	from  []int32 // of each term, the same one of the other sum, or −1
	first []int32 // of each term of the other sum, the first of its divisors, and behind those of the last term their end
	pair  []int32 // of each two terms of the other sum, 1 + the place of their divisor, or 0
}

// inherited is the divisors of the sum of the terms, which takes the place of another with which it has most terms in common: those of the
// common terms are known. It is nil if that is not worth it.
func (n *Net) inherited(old *def, terms []Term) []occurrence {
	if old.kind != sum || len(terms) < 3 || len(terms) > maxPairs || len(old.terms) > maxPairs {
		return nil
	}
	h := &n.heirs
	if common := h.match(old.terms, terms); common < 2 {
		return nil
	}
	h.locate(old)
	list := n.table.buffer[:0]
	add := func(k key, save, cost float64, i, j int) {
		list = append(list, occurrence{key: k, save: save, cost: cost, i: int32(i), j: int32(j)})
	}
	for i := range terms {
		if f := h.from[i]; f < 0 {
			n.ofProduct(terms, i, add)
		} else {
			for _, o := range old.divisors[h.first[f]:h.first[f+1]] {
				o.i = int32(i)
				list = append(list, o)
			}
		}
	}
	for i, f := range h.from {
		for j := i + 1; j < len(terms); j++ {
			g := h.from[j]
			if f < 0 || g < f {
				n.ofSum(terms, i, j, add)
			} else if at := h.pair[int(f)*len(old.terms)+int(g)]; at > 0 {
				o := old.divisors[at-1]
				o.i, o.j = int32(i), int32(j)
				list = append(list, o)
			}
		}
	}
	n.table.buffer = list
	return n.occurrences.copied(list)
}

// match finds the terms among the old ones, and counts those that are there.
func (h *heirs) match(old, terms []Term) int {
	h.from = h.from[:0]
	common := 0
	for i := range terms {
		at := int32(-1)
		for j := range old {
			if terms[i].is(&old[j]) {
				at = int32(j)
				common++
				break
			}
		}
		h.from = append(h.from, at)
	}
	return common
}

// is tells whether t is u itself.
func (t *Term) is(u *Term) bool {
	return t.val == u.val && len(t.Lits) == len(u.Lits) && (len(t.Lits) == 0 || &t.Lits[0] == &u.Lits[0]) && t.Coef == u.Coef
}

// locate notes where the divisors of the terms and pairs of terms of the sum are.
func (h *heirs) locate(d *def) {
	count := len(d.terms)
	h.first, h.pair = h.first[:0], append(h.pair[:0], make([]int32, count*count)...)
	at := 0
	for i := range count {
		h.first = append(h.first, int32(at))
		for at < len(d.divisors) && d.divisors[at].j < 0 && d.divisors[at].i == int32(i) {
			at++
		}
	}
	h.first = append(h.first, int32(at))
	for ; at < len(d.divisors); at++ {
		o := &d.divisors[at]
		h.pair[int(o.i)*count+int(o.j)] = int32(at) + 1
	}
}
