package passes

import (
	"math/big"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// factor is base^exp, exp ≥ 1.
type factor struct {
	base *ir.Node
	exp  int
}

// monomial is coef·∏num/∏den. Bases are distinct within num and within den, but may
// stand in both: x/x is not 1 where x is 0.
type monomial struct {
	coef     *big.Rat
	num, den []factor
}

func one() monomial { return monomial{coef: new(big.Rat).SetInt64(1)} }

// isOne tells whether r is 1, which most coefficients are.
func isOne(r *big.Rat) bool {
	return r.IsInt() && r.Num().IsInt64() && r.Num().Int64() == 1
}

// isUnitRat tells whether r is 1 or −1.
func isUnitRat(r *big.Rat) bool {
	return r.IsInt() && r.Num().IsInt64() && (r.Num().Int64() == 1 || r.Num().Int64() == -1)
}

// factors takes the product n apart.
func (s *simplifier) factors(n *ir.Node) monomial {
	m := one()
	type item struct {
		n   *ir.Node
		exp int // may be negative
	}
	stack := []item{{n, 1}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x := top.n
		if x != n && s.chain.of(x) != inner {
			m.times(s.open(x), top.exp)
			continue
		}
		switch {
		case x.Is(ir.OpNeg):
			if top.exp%2 != 0 {
				m.coef.Neg(m.coef)
			}
			stack = append(stack, item{x.Args[0], top.exp})
		case x.Is(ir.OpMul):
			stack = append(stack, item{x.Args[1], top.exp}, item{x.Args[0], top.exp})
		case x.Is(ir.OpDiv):
			stack = append(stack, item{x.Args[1], -top.exp}, item{x.Args[0], top.exp})
		default: // a whole power
			stack = append(stack, item{x.Args[0], top.exp * int(x.Args[1].Value)})
		}
	}
	return m
}

// open is the rewritten x as a product: its factors where x is a sum or product
// that is used nowhere else, else the node itself.
func (s *simplifier) open(x *ir.Node) monomial {
	if m := s.parts.of(x); m.coef != nil && s.single.of(x) {
		return m.clone()
	}
	m := one()
	m.multiply(s.done.of(x), 1)
	return m
}

func (m monomial) clone() monomial {
	return monomial{new(big.Rat).Set(m.coef), slices.Clone(m.num), slices.Clone(m.den)}
}

// times multiplies m by the exp-th power of x.
func (m *monomial) times(x monomial, exp int) {
	for range max(exp, -exp) {
		if isOne(x.coef) {
			break
		}
		if exp > 0 || x.coef.Sign() == 0 {
			m.coef = new(big.Rat).Mul(m.coef, x.coef)
		} else {
			m.coef = new(big.Rat).Quo(m.coef, x.coef)
		}
	}
	for _, f := range x.num {
		m.multiply(f.base, f.exp*exp)
	}
	for _, f := range x.den {
		m.multiply(f.base, -f.exp*exp)
	}
}

// multiply takes x^exp into the product. Constants go into the coefficient, as
// does the sign of a negation.
func (m *monomial) multiply(x *ir.Node, exp int) {
	if x.Is(ir.OpNeg) {
		if exp%2 != 0 {
			m.coef.Neg(m.coef)
		}
		x = x.Args[0]
	}
	if x.Kind == ir.Const && m.scale(x.Value, exp) {
		return
	}
	if exp > 0 {
		m.num = raiseFactor(m.num, x, exp)
	} else if exp < 0 {
		m.den = raiseFactor(m.den, x, -exp)
	}
}

// maxBits bounds the exact rational coefficients.
const maxBits = 512

// scale multiplies the coefficient by v^exp. It declines what has no exact or no finite result.
func (m *monomial) scale(v float64, exp int) bool {
	c := new(big.Rat).SetFloat64(v)
	if c == nil || exp < 0 && c.Sign() == 0 || max(exp, -exp) > ir.MaxChain {
		return false
	}
	if exp < 0 {
		c.Inv(c)
		exp = -exp
	}
	p := new(big.Rat).Set(m.coef)
	for range exp {
		p.Mul(p, c)
		if p.Num().BitLen() > maxBits || p.Denom().BitLen() > maxBits {
			return false
		}
	}
	if f, _ := p.Float64(); f-f != 0 || f == 0 && p.Sign() != 0 {
		return false
	}
	m.coef = p
	return true
}

func raiseFactor(list []factor, x *ir.Node, exp int) []factor {
	for i := range list {
		if list[i].base == x {
			list[i].exp += exp
			return list
		}
	}
	return append(list, factor{x, exp})
}

// buildProduct makes a node of m. Factors that depend on the same indices come together, those
// of the fewest indices first, so that nothing is multiplied in a loop that it does not depend on.
func (s *simplifier) buildProduct(m monomial) *ir.Node {
	if m.coef.Sign() == 0 {
		return s.g.Const(0)
	}
	if len(m.num) == 1 && len(m.den) == 0 && m.num[0].exp == 1 && m.num[0].base.Is(ir.OpSub) && m.coef.Sign() < 0 {
		m.num[0].base = s.g.Neg(m.num[0].base)
		m.coef.Neg(m.coef)
	}
	groups := m.groups(s.g)
	coef := m.coef
	negative := coef.Sign() < 0 && !absorbsSign(m)
	if negative {
		coef = new(big.Rat).Neg(coef)
	}
	var v *ir.Node
	for i, gr := range groups {
		if i == 0 {
			gr.coef = coef
		}
		v = s.multiplyGroup(v, gr)
	}
	if v == nil {
		return s.g.Const(float(coef))
	}
	if negative {
		return s.g.Neg(v)
	}
	return v
}

// absorbsSign tells whether the sign of the product takes no operation, as there is a constant that takes it.
func absorbsSign(m monomial) bool {
	return len(m.num) == 0 || !isUnitRat(m.coef)
}

// groups sorts the factors by the indices that they depend on.
func (m monomial) groups(g *ir.Graph) []monomial {
	var groups []monomial
	find := func(free []*ir.Node) *monomial {
		for i := range groups {
			if slices.Equal(groups[i].free(), free) {
				return &groups[i]
			}
		}
		groups = append(groups, one())
		return &groups[len(groups)-1]
	}
	for _, f := range m.num {
		gr := find(f.base.Free())
		gr.num = append(gr.num, f)
	}
	for _, f := range m.den {
		gr := find(f.base.Free())
		gr.den = append(gr.den, f)
	}
	slices.SortStableFunc(groups, func(m, n monomial) int { return len(m.free()) - len(n.free()) })
	for i := range groups {
		sortFactors(groups[i].num)
		sortFactors(groups[i].den)
	}
	return groups
}

func sortFactors(list []factor) {
	slices.SortStableFunc(list, func(f, g factor) int { return f.base.ID - g.base.ID })
}

// free is the indices that all factors of a group depend on.
func (m monomial) free() []*ir.Node {
	if len(m.num) > 0 {
		return m.num[0].base.Free()
	}
	return m.den[0].base.Free()
}

// multiplyGroup is v·coef·∏num/∏den; v is nil for 1.
func (s *simplifier) multiplyGroup(v *ir.Node, m monomial) *ir.Node {
	g := s.g
	num, den := v, (*ir.Node)(nil)
	divideBy := 0.0
	if !isOne(m.coef) {
		c := float(m.coef)
		inverse := float(new(big.Rat).Inv(m.coef))
		switch {
		case len(m.den) > 0 && num == nil && len(m.num) == 0:
			num = g.Const(c)
		case exact(m.coef) || !exact(new(big.Rat).Inv(m.coef)):
			num = times(g, num, g.Const(c))
		default:
			divideBy = inverse
		}
	}
	for _, f := range m.num {
		num = times(g, num, s.raise(f.base, f.exp))
	}
	for _, f := range m.den {
		den = times(g, den, s.raise(f.base, f.exp))
	}
	if divideBy != 0 {
		den = times(g, g.Const(divideBy), den)
	}
	switch {
	case den == nil:
		return num
	case num == nil:
		return g.Div(g.Const(1), den)
	case num.Is(ir.OpNeg):
		return g.Fold(ir.OpDiv, num, den)
	}
	return g.Div(num, den)
}

// times is a·b, where nil stands for 1.
func times(g *ir.Graph, a, b *ir.Node) *ir.Node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.Is(ir.OpNeg) || b.Is(ir.OpNeg): // which others use, or it would stand in the coefficient
		return g.Fold(ir.OpMul, a, b)
	}
	return g.Mul(a, b)
}

// exact tells whether r is a float64.
func exact(r *big.Rat) bool {
	_, ok := r.Float64()
	return ok
}

func float(r *big.Rat) float64 {
	v, _ := r.Float64()
	return v
}
