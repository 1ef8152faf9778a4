package passes

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// laurent is a polynomial in nodes, which may also stand below the line: Σ coef·∏ base^exp. No two terms have the same powers.
type laurent []laurentTerm

type laurentTerm struct {
	coef   algebra.Coef
	powers []power // by ID of their bases, exponents not 0
}

type power struct {
	base *ir.Node
	exp  int
}

func number(c algebra.Coef) laurent { return collected([]laurentTerm{{coef: c}}) }

func variable(n *ir.Node, exp int) laurent {
	return laurent{{algebra.One, []power{{n, exp}}}}
}

// collected is the sum of the terms.
func collected(terms []laurentTerm) laurent {
	at := make(map[string]int, len(terms))
	sum := make(laurent, 0, len(terms))
	for _, t := range terms {
		var key []byte
		for _, p := range t.powers {
			key = binary.AppendVarint(binary.AppendUvarint(key, uint64(p.base.ID)), int64(p.exp))
		}
		if i, ok := at[string(key)]; ok {
			sum[i].coef = sum[i].coef.Add(t.coef)
			continue
		}
		at[string(key)] = len(sum)
		sum = append(sum, t)
	}
	return slices.DeleteFunc(sum, func(t laurentTerm) bool { p, _ := t.coef.Fraction(); return p == 0 })
}

// plus is p + c·q.
func (p laurent) plus(q laurent, c algebra.Coef) laurent {
	terms := slices.Clone(p)
	for _, t := range q {
		terms = append(terms, laurentTerm{t.coef.Mul(c), t.powers})
	}
	return collected(terms)
}

func (p laurent) times(q laurent) laurent {
	var terms []laurentTerm
	for _, s := range p {
		for _, t := range q {
			terms = append(terms, s.times(t))
		}
	}
	return collected(terms)
}

func (t laurentTerm) times(u laurentTerm) laurentTerm {
	powers := make([]power, 0, len(t.powers)+len(u.powers))
	i, j := 0, 0
	for i < len(t.powers) && j < len(u.powers) {
		a, b := t.powers[i], u.powers[j]
		switch c := cmp.Compare(a.base.ID, b.base.ID); {
		case c < 0:
			powers = append(powers, a)
			i++
		case c > 0:
			powers = append(powers, b)
			j++
		default:
			if a.exp += b.exp; a.exp != 0 {
				powers = append(powers, a)
			}
			i++
			j++
		}
	}
	powers = append(append(powers, t.powers[i:]...), u.powers[j:]...)
	return laurentTerm{t.coef.Mul(u.coef), powers}
}

// inverse is one over the term.
func (t laurentTerm) inverse() laurentTerm {
	u := laurentTerm{coef: algebra.One.Div(t.coef)}
	for _, p := range t.powers {
		u.powers = append(u.powers, power{p.base, -p.exp})
	}
	return u
}

// exponent is that of the base, 0 if it does not occur.
func (t laurentTerm) exponent(base *ir.Node) int {
	for _, p := range t.powers {
		if p.base == base {
			return p.exp
		}
	}
	return 0
}

// split is the powers of those bases that are inside, and the others.
func (t laurentTerm) split(inside func(*ir.Node) bool) (in, out laurentTerm) {
	in.coef, out.coef = t.coef, algebra.One
	for _, p := range t.powers {
		if inside(p.base) {
			in.powers = append(in.powers, p)
		} else {
			out.powers = append(out.powers, p)
		}
	}
	return in, out
}

// shared is the powers that all terms have, of several exponents of the same sign the one that is nearest to 0.
func (p laurent) shared() laurentTerm {
	s := laurentTerm{coef: algebra.One}
	for _, q := range p[0].powers {
		exp := q.exp
		for _, t := range p[1:] {
			switch e := t.exponent(q.base); {
			case exp > 0:
				exp = max(min(exp, e), 0)
			case exp < 0:
				exp = min(max(exp, e), 0)
			}
		}
		if exp != 0 {
			s.powers = append(s.powers, power{q.base, exp})
		}
	}
	return s
}
