package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// branch is a term of a sum that counts only where all of some conditions hold, of which not all are on indices.
type branch struct {
	at    int // in the sum
	conds []*ir.Node
	value *ir.Node
}

// maxBranches bounds the terms under conditions that are joined.
const maxBranches = 64

// joinBranches makes one branch of terms under conditions that have one in common, or its contrary, where that saves selections: [c]·x + [c]·y + [¬c]·z
// is x + y where c holds and z where it does not, and so [c∧d]·x + [c∧¬d]·y + [¬c]·z, as x and y are then joined by d. Conditions on indices, which become
// bounds of loops, stay.
func (s *simplifier) joinBranches(terms []monomial) []monomial {
	for {
		list := branches(terms)
		if len(list) < 2 || len(list) > maxBranches {
			return terms
		}
		split := s.split(list)
		if split == nil {
			return terms
		}
		terms = s.joined(terms, list, split)
	}
}

// branches finds the terms under conditions on data.
func branches(terms []monomial) []branch {
	var list []branch
	for i, t := range terms {
		if cond, x, ok := conditional(t); ok {
			list = append(list, branch{i, conditions(cond), x})
		}
	}
	return list
}

// conditional takes the term coef·[cond]·x apart, of a condition on data.
func conditional(t monomial) (cond, x *ir.Node, ok bool) {
	if len(t.num) != 1 || len(t.den) > 0 || t.num[0].exp != 1 || !gated(t.num[0].base) || ir.Static(t.num[0].base.Args[0]) {
		return nil, nil, false
	}
	return t.num[0].base.Args[0], t.num[0].base.Args[1], true
}

// split is the conditions, one or all of a branch, by which most selections are saved, or nil: each branch that has no other conditions is one without a
// selection of its own, and there is one more for all.
func (s *simplifier) split(list []branch) []*ir.Node {
	var best []*ir.Node
	most := 1
	try := func(conds []*ir.Node) {
		saved := 0
		for _, b := range list {
			if rest, _, ok := s.under(b, conds); ok && len(rest) == 0 {
				saved++
			}
		}
		if saved > most || saved == most && best == nil && s.bothSides(list, conds) {
			best, most = conds, saved
		}
	}
	for _, b := range list {
		try(b.conds)
		for i, c := range b.conds {
			if len(b.conds) > 1 && !ir.Static(c) {
				try(b.conds[i : i+1])
			}
		}
	}
	return best
}

// bothSides tells whether there are branches where the conditions hold, and where they do not.
func (s *simplifier) bothSides(list []branch, conds []*ir.Node) bool {
	var side [2]bool
	for _, b := range list {
		if _, not, ok := s.under(b, conds); ok {
			side[map[bool]int{true: 1}[not]] = true
		}
	}
	return side[0] && side[1]
}

// under tells whether the branch counts only where the conditions hold, or only where they do not, and under which further conditions.
func (s *simplifier) under(b branch, conds []*ir.Node) (rest []*ir.Node, not, ok bool) {
	rest = slices.DeleteFunc(slices.Clone(b.conds), func(c *ir.Node) bool { return slices.Contains(conds, c) })
	if len(rest)+len(conds) == len(b.conds) {
		return rest, false, true
	}
	contrary := s.g.Not(s.all(conds))
	at := slices.Index(b.conds, contrary)
	if at < 0 {
		return nil, false, false
	}
	return slices.Delete(slices.Clone(b.conds), at, at+1), true, true
}

// all holds where all conditions hold.
func (s *simplifier) all(conds []*ir.Node) *ir.Node {
	c := s.g.Bool(true)
	for _, d := range conds {
		c = s.g.And(c, d)
	}
	return c
}

// joined is the sum with the branches that the conditions decide about as one selection, in the place of the first of them.
func (s *simplifier) joined(terms []monomial, list []branch, conds []*ir.Node) []monomial {
	var sides [2][]monomial
	terms = slices.Clone(terms)
	first := -1
	for _, b := range list {
		rest, not, ok := s.under(b, conds)
		if !ok {
			continue
		}
		m := s.gate(rest, b.value)
		m.coef.Mul(m.coef, terms[b.at].coef)
		side := &sides[0]
		if not {
			side = &sides[1]
		}
		*side = append(*side, m)
		if terms[b.at] = one(); first < 0 {
			first = b.at
		}
		terms[b.at].coef.SetInt64(0)
	}
	terms[first] = one()
	terms[first].multiply(s.either(s.all(conds), sides), 1)
	return slices.DeleteFunc(terms, func(t monomial) bool { return t.coef.Sign() == 0 })
}

// gate is the value where the conditions hold.
func (s *simplifier) gate(conds []*ir.Node, value *ir.Node) monomial {
	if len(conds) == 0 {
		return s.product(value)
	}
	m := one()
	m.multiply(s.g.Select(s.all(conds), value, s.g.Const(0)), 1)
	return m
}

// either is one sum where the condition holds, and the other where it does not.
func (s *simplifier) either(cond *ir.Node, sides [2][]monomial) *ir.Node {
	then, other := s.buildProduct(s.sum(sides[0])), s.buildProduct(s.sum(sides[1]))
	if cond.Is(ir.OpNot) && len(sides[1]) > 0 {
		return s.g.Select(s.g.Not(cond), other, then)
	}
	return s.g.Select(cond, then, other)
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
