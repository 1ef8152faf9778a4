package passes

import (
	"math/big"
	"slices"
	"sort"
	"strconv"

	"github.com/adgen-go/adgen/ir"
)

// terms takes the sum n apart into monomials, of which like ones are joined. They
// stand in the order in which they are written.
func (s *simplifier) terms(n *ir.Node) []monomial {
	var g gathering
	type item struct {
		n    *ir.Node
		sign int
	}
	stack := []item{{n, 1}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x := top.n
		if x == n || s.chain.of(x) == inner {
			switch {
			case x.Is(ir.OpAdd):
				stack = append(stack, item{x.Args[1], top.sign}, item{x.Args[0], top.sign})
				continue
			case x.Is(ir.OpSub):
				stack = append(stack, item{x.Args[1], -top.sign}, item{x.Args[0], top.sign})
				continue
			case x.Is(ir.OpNeg):
				stack = append(stack, item{x.Args[0], -top.sign})
				continue
			}
		}
		m := s.open(x)
		if top.sign < 0 {
			m.coef.Neg(m.coef)
		}
		g.add(m)
	}
	return slices.DeleteFunc(g.list, func(m monomial) bool { return m.coef.Sign() == 0 })
}

// gathering is a sum of monomials that differ in more than their coefficients.
type gathering struct {
	list []monomial
	seen map[string]int // by key, of long sums
}

// short is the number of monomials up to which like ones are found by comparing them all.
const short = 12

func (g *gathering) add(m monomial) {
	if i := g.find(m); i >= 0 {
		g.list[i].coef.Add(g.list[i].coef, m.coef)
		return
	}
	g.list = append(g.list, m)
	switch {
	case len(g.list) == short:
		g.seen = map[string]int{}
		for i, o := range g.list {
			g.seen[o.key()] = i
		}
	case len(g.list) > short:
		g.seen[m.key()] = len(g.list) - 1
	}
}

// find is the place of what is like m, or −1.
func (g *gathering) find(m monomial) int {
	if g.seen == nil {
		return slices.IndexFunc(g.list, m.like)
	}
	if i, ok := g.seen[m.key()]; ok {
		return i
	}
	return -1
}

// like tells whether the monomials are the same but for their coefficients.
func (m monomial) like(o monomial) bool {
	return sameFactors(m.num, o.num) && sameFactors(m.den, o.den)
}

func sameFactors(list, other []factor) bool {
	return len(list) == len(other) && all(list, func(f factor) bool { return slices.Contains(other, f) })
}

// key identifies the monomial but for its coefficient.
func (m monomial) key() string {
	key := make([]byte, 0, 64)
	for _, list := range [][]factor{m.num, m.den} {
		list = slices.Clone(list)
		sortFactors(list)
		for _, f := range list {
			key = strconv.AppendInt(key, int64(f.base.ID), 10)
			key = append(key, '^')
			key = strconv.AppendInt(key, int64(f.exp), 10)
			key = append(key, ' ')
		}
		key = append(key, '/')
	}
	return string(key)
}

// sum is the sum of the terms as a product: common factors are pulled out, and the
// rest is one sum. In it terms that depend on the same indices come together, those of
// the fewest indices first.
func (s *simplifier) sum(terms []monomial) monomial {
	terms = s.complement(s.joinBranches(terms))
	for rounds := 0; rounds < maxFactorings && len(terms) > 1; rounds++ {
		f, ok := commonFactor(terms)
		if !ok {
			break
		}
		terms = s.pullOut(terms, f)
	}
	m := one()
	switch len(terms) {
	case 0:
		m.coef.SetInt64(0)
		return m
	case 1:
		return terms[0]
	}
	if c := commonCoefficient(terms); c != nil {
		for _, t := range terms {
			t.coef.Quo(t.coef, c)
		}
		m.coef = c
	}
	m.multiply(s.addUp(terms), 1)
	return m
}

// maxFactorings bounds the common factors that are pulled out of one sum.
const maxFactorings = 64

// common is a factor of several terms, of their numerators or of their denominators.
type common struct {
	base *ir.Node
	den  bool
}

// rank is higher for what has been made later, and above the line.
func (c common) rank() int {
	if c.den {
		return 2 * c.base.ID
	}
	return 2*c.base.ID + 1
}

// commonFactor is the factor that the most terms share, the latest made of several.
func commonFactor(terms []monomial) (common, bool) {
	count := 0
	for _, t := range terms {
		count += len(t.num) + len(t.den)
	}
	seen := make([]common, 0, count)
	for _, t := range terms {
		for _, f := range t.num {
			seen = append(seen, common{f.base, false})
		}
		for _, f := range t.den {
			seen = append(seen, common{f.base, true})
		}
	}
	slices.SortFunc(seen, func(c, d common) int { return d.rank() - c.rank() })
	best, most := common{}, 1
	for i := 0; i < len(seen); {
		j := i + 1
		for j < len(seen) && seen[j] == seen[i] {
			j++
		}
		if j-i > most {
			best, most = seen[i], j-i
		}
		i = j
	}
	return best, most > 1
}

// pullOut replaces the terms that have the factor by one: the factor times their sum.
func (s *simplifier) pullOut(terms []monomial, c common) []monomial {
	var with, rest []monomial
	least := 0
	place := -1
	for _, t := range terms {
		list := t.num
		if c.den {
			list = t.den
		}
		i := slices.IndexFunc(list, func(f factor) bool { return f.base == c.base })
		if i < 0 {
			rest = append(rest, t)
			continue
		}
		if place < 0 {
			place = len(rest)
			rest = append(rest, monomial{})
		}
		if least == 0 || list[i].exp < least {
			least = list[i].exp
		}
		with = append(with, t)
	}
	for i := range with {
		with[i] = with[i].without(c, least)
	}
	m := s.sum(with)
	exp := least
	if c.den {
		exp = -least
	}
	m.multiply(c.base, exp)
	rest[place] = m
	return rest
}

// without is the monomial divided by the exp-th power of the factor c.
func (m monomial) without(c common, exp int) monomial {
	reduce := func(list []factor) []factor {
		list = slices.Clone(list)
		for i := range list {
			if list[i].base == c.base {
				list[i].exp -= exp
			}
		}
		return slices.DeleteFunc(list, func(f factor) bool { return f.exp == 0 })
	}
	if c.den {
		m.den = reduce(m.den)
	} else {
		m.num = reduce(m.num)
	}
	return m
}

// commonCoefficient is the absolute value of all coefficients if they have the same, other
// than 1, or nil.
func commonCoefficient(terms []monomial) *big.Rat {
	c := new(big.Rat).Abs(terms[0].coef)
	if isOne(c) {
		return nil
	}
	for _, t := range terms[1:] {
		if c.Cmp(new(big.Rat).Abs(t.coef)) != 0 {
			return nil
		}
	}
	return c
}

// addUp adds the terms. In each group the first positive term leads, so that
// signs become subtractions.
func (s *simplifier) addUp(terms []monomial) *ir.Node {
	type signed struct {
		n        *ir.Node
		negative bool
	}
	var groups [][]signed
	lead := leadingTerm(terms)
	for at, t := range terms {
		negative := t.coef.Sign() < 0 && at != lead
		if negative {
			t.coef = new(big.Rat).Neg(t.coef)
		}
		x := signed{s.buildProduct(t), negative}
		i := slices.IndexFunc(groups, func(gr []signed) bool { return slices.Equal(gr[0].n.Free(), x.n.Free()) })
		if i < 0 {
			groups = append(groups, []signed{x})
		} else {
			groups[i] = append(groups[i], x)
		}
	}
	sort.SliceStable(groups, func(i, j int) bool { return len(groups[i][0].n.Free()) < len(groups[j][0].n.Free()) })
	var total signed
	for _, gr := range groups {
		if i := slices.IndexFunc(gr, func(x signed) bool { return !x.negative }); i > 0 {
			lead := gr[i]
			copy(gr[1:i+1], gr[:i])
			gr[0] = lead
		}
		part := gr[0]
		for _, x := range gr[1:] {
			if x.negative == part.negative {
				part.n = s.g.Add(part.n, x.n)
			} else {
				part.n = s.g.Sub(part.n, x.n)
			}
		}
		switch {
		case total.n == nil:
			total = part
		case part.negative == total.negative:
			total.n = s.g.Add(part.n, total.n)
		case total.negative:
			total = signed{s.g.Sub(part.n, total.n), false}
		default:
			total.n = s.g.Sub(total.n, part.n)
		}
	}
	if total.negative {
		return s.g.Neg(total.n)
	}
	return total.n
}

// leadingTerm is, where all terms are negative, the one whose sign takes no operation, or −1.
func leadingTerm(terms []monomial) int {
	lead := -1
	for i, t := range terms {
		if t.coef.Sign() > 0 {
			return -1
		}
		if lead < 0 && absorbsSign(t) {
			lead = i
		}
	}
	return lead
}

// total is the sum n over an index. Factors that do not depend on
// the index move out where they depend on all that the sum depends on: there they are
// multiplied least often. A sum of terms with different such factors becomes several.
func (s *simplifier) total(n *ir.Node) monomial {
	body := n.Args[0]
	if s.chain.of(body) == sum && s.single.of(body) {
		if parts, ok := s.distribute(n, s.terms(body)); ok {
			return s.sum(parts)
		}
	}
	in, out := s.moveOut(n, s.open(body))
	out.multiply(s.summed(n, in), 1)
	return out
}

// distribute is the sum n over the terms as several sums, of the terms that leave the same factors outside. It reports false if that is all of
// them.
func (s *simplifier) distribute(n *ir.Node, terms []monomial) ([]monomial, bool) {
	var outside []monomial
	var inside [][]monomial
	for _, t := range terms {
		in, out := s.moveOut(n, t)
		if in.coef.Sign() > 0 && out.coef.Sign() < 0 { // a sign is no reason
			in.coef, out.coef = new(big.Rat).Neg(in.coef), new(big.Rat).Neg(out.coef)
		}
		i := slices.IndexFunc(outside, func(o monomial) bool { return o.coef.Cmp(out.coef) == 0 && o.key() == out.key() })
		if i < 0 {
			i = len(outside)
			outside, inside = append(outside, out), append(inside, nil)
		}
		inside[i] = append(inside[i], in)
	}
	if len(outside) < 2 {
		return nil, false
	}
	for i := range outside {
		m := s.sum(inside[i])
		outside[i].multiply(s.summed(n, m), 1)
	}
	return outside, true
}

// moveOut divides the term m of the sum n into what stays in it and what moves out.
func (s *simplifier) moveOut(n *ir.Node, m monomial) (in, out monomial) {
	m = s.expanded(n, m)
	in, out = one(), one()
	inside := func(f factor) bool { return !movesOut(n, m, f) }
	for _, f := range m.num {
		if inside(f) {
			in.num = append(in.num, f)
		} else {
			out.num = append(out.num, f)
		}
	}
	for _, f := range m.den {
		if inside(f) {
			in.den = append(in.den, f)
		} else {
			out.den = append(out.den, f)
		}
	}
	if n.Closed() {
		out.coef = m.coef
		return in, out
	}
	in.coef = new(big.Rat).Abs(m.coef)
	if m.coef.Sign() < 0 {
		out.coef.SetInt64(-1)
	}
	return in, out
}

// movesOut tells whether the factor f of the term m of the sum n moves out of it: if it depends on all that the sum depends on, or
// if constant extents tell that it is multiplied no more often outside than inside.
func movesOut(n *ir.Node, m monomial, f factor) bool {
	if f.base.Depends(n.Bound[0]) {
		return false
	}
	if n.Within(f.base) {
		return true
	}
	outside, ok := valuesOver(n.Free())
	if !ok {
		return false
	}
	for _, list := range [][]factor{m.num, m.den} {
		for _, g := range list {
			if g.base.Depends(n.Bound[0]) {
				if inside, ok := valuesOver(g.base.Free()); !ok || inside < outside {
					return false
				}
			}
		}
	}
	return true
}

// valuesOver is the number of values over the indices, if it is constant.
func valuesOver(index []*ir.Node) (float64, bool) {
	v := 1.0
	for _, i := range index {
		if i.Extent.Kind != ir.Const {
			return 0, false
		}
		v *= i.Extent.Value
	}
	return v, true
}

// expanded is the term m of the sum n with those of its factors multiplied out that are products, used elsewhere too, of which a part can move
// out of the sum.
func (s *simplifier) expanded(n *ir.Node, m monomial) monomial {
	outside := func(f factor) bool { return movesOut(n, m, f) }
	x := one()
	x.coef = m.coef
	take := func(list []factor, sign int) {
		for _, f := range list {
			p, ok := s.products[f.base]
			if ok && (slices.ContainsFunc(p.num, outside) || slices.ContainsFunc(p.den, outside)) {
				x.times(p, sign*f.exp)
			} else {
				x.multiply(f.base, sign*f.exp)
			}
		}
	}
	take(m.num, 1)
	take(m.den, -1)
	return x
}
