package passes

import "github.com/adgen-go/adgen/ir"

// branches is the terms of a sum that count only where a condition on data holds, and those that count only where it does not.
type branches struct {
	cond        *ir.Node
	then, other []monomial
	place       int // of the first of them in the sum
}

// joinBranches makes one branch of the terms that stand under the same condition or its contrary: [c]·x + [c]·y + [¬c]·z is x + y where c holds and z
// where it does not. Conditions on indices, which become bounds of loops, stay.
func (s *simplifier) joinBranches(terms []monomial) []monomial {
	var list []*branches
	of := make([]*branches, len(terms))
	for i, t := range terms {
		cond, x, ok := conditional(t)
		if !ok {
			continue
		}
		contrary := s.g.Not(cond)
		var b *branches
		for _, o := range list {
			if o.cond == cond || o.cond == contrary || s.g.Not(o.cond) == cond {
				b = o
			}
		}
		if b == nil {
			b = &branches{cond: cond, place: i}
			list = append(list, b)
		}
		of[i] = b
		m := s.product(x)
		m.coef.Mul(m.coef, t.coef)
		if b.cond == cond {
			b.then = append(b.then, m)
		} else {
			b.other = append(b.other, m)
		}
	}
	var joined []monomial
	for i, t := range terms {
		switch b := of[i]; {
		case b == nil || len(b.then)+len(b.other) == 1:
			joined = append(joined, t)
		case b.place == i:
			m := one()
			m.multiply(s.either(b), 1)
			joined = append(joined, m)
		}
	}
	return joined
}

// either is the branches as a selection.
func (s *simplifier) either(b *branches) *ir.Node {
	then, other := s.buildProduct(s.sum(b.then)), s.buildProduct(s.sum(b.other))
	if b.cond.Is(ir.OpNot) && len(b.other) > 0 {
		return s.g.Select(s.g.Not(b.cond), other, then)
	}
	return s.g.Select(b.cond, then, other)
}

// conditional takes the term coef·[cond]·x apart, of a condition on data.
func conditional(t monomial) (cond, x *ir.Node, ok bool) {
	if len(t.num) != 1 || len(t.den) > 0 || t.num[0].exp != 1 || !gated(t.num[0].base) || ir.Static(t.num[0].base.Args[0]) {
		return nil, nil, false
	}
	return t.num[0].base.Args[0], t.num[0].base.Args[1], true
}

// product is what has become of a node, as a product.
func (s *simplifier) product(x *ir.Node) monomial {
	if m, ok := s.products[x]; ok {
		return m.clone()
	}
	m := one()
	m.multiply(x, 1)
	return m
}
