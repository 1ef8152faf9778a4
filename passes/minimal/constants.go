package minimal

import (
	"cmp"
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// constants is the constants that programs may use, without their signs, as each stands for its negative too: 1 and 2, those of the program d, and the
// coefficients of its results multiplied out. What is added is 1, 2, what d adds, and the constant terms of the results; factors and divisors are 2, those of d, and the
// other coefficients.
func constants(d *ir.Func, order []*ir.Node) []number {
	c := &collection{}
	c.note(1, true, false)
	c.note(2, true, true)
	for _, n := range order {
		for _, a := range n.Args {
			if a.Kind == ir.Const {
				sum := n.Is(ir.OpAdd) || n.Is(ir.OpSub)
				c.note(a.Value, sum, !sum && !n.Is(ir.OpPow))
			}
		}
	}
	e := expansion{atoms: map[*ir.Node]int{}, sums: map[*ir.Node]sum{}}
	for _, r := range d.Results {
		terms, _ := e.expand(order, r.Value)
		for _, t := range terms {
			c.note(t.coef, t.power == [maxAtoms]int8{}, t.power != [maxAtoms]int8{})
		}
	}
	slices.SortFunc(c.list, func(a, b number) int { return cmp.Compare(a.value, b.value) })
	return c.list
}

// collection is a set of constants.
type collection struct{ list []number }

// note adds a constant, as what is added or as a factor. Of a number and one over it, and of opposite ones, one is enough, as there are subtraction and division.
func (c *collection) note(v float64, added, factor bool) {
	v = math.Abs(v)
	if v == 0 || v-v != 0 {
		return
	}
	if factor && v < 1 && 1/v == math.Trunc(1/v) {
		c.note(1/v, false, true)
		factor = false
	}
	factor = factor && v != 1
	if !added && !factor && v != 1 {
		return
	}
	at := slices.IndexFunc(c.list, func(n number) bool { return near(n.value, v, 1e-12) }) // but for rounding
	if at < 0 {
		at = len(c.list)
		c.list = append(c.list, number{value: v})
	}
	c.list[at].added = c.list[at].added || added
	c.list[at].factor = c.list[at].factor || factor
}

// maxAtoms and maxTerms bound what is multiplied out.
const (
	maxAtoms = 12
	maxTerms = 60
)

// term is a product of powers of atoms with a coefficient.
type term struct {
	coef  float64
	power [maxAtoms]int8
}

type sum []term

// expansion multiplies expressions out to sums of products of inputs, calls, and sums below a line.
type expansion struct {
	atoms map[*ir.Node]int
	sums  map[*ir.Node]sum
}

// expand is n multiplied out; it reports false if that is too long.
func (e *expansion) expand(order []*ir.Node, n *ir.Node) (sum, bool) {
	for _, m := range order {
		if _, ok := e.sums[m]; !ok {
			e.sums[m] = e.node(m)
		}
	}
	s := e.sums[n]
	return s, s != nil
}

// node is n in terms of what its operands are; nil if that is too long.
func (e *expansion) node(n *ir.Node) sum {
	args := make([]sum, len(n.Args))
	for i, a := range n.Args {
		if args[i] = e.sums[a]; args[i] == nil {
			return nil
		}
	}
	switch {
	case n.Kind == ir.Const:
		return sum{{coef: n.Value}}
	case n.Is(ir.OpAdd):
		return args[0].plus(args[1], 1)
	case n.Is(ir.OpSub):
		return args[0].plus(args[1], -1)
	case n.Is(ir.OpNeg):
		return sum{}.plus(args[0], -1)
	case n.Is(ir.OpMul):
		return args[0].times(args[1])
	case n.Is(ir.OpDiv):
		if len(args[1]) == 1 {
			return args[0].times(sum{args[1][0].inverse()})
		}
		return args[0].times(e.atom(n.Args[1], -1))
	}
	if p, ok := power(n); ok && !p.Root && !p.Inverse && p.Whole > 0 {
		s := args[0]
		for range p.Whole - 1 {
			s = s.times(args[0])
		}
		return s
	}
	return e.atom(n, 1)
}

// atom is a power of n, which is not looked into.
func (e *expansion) atom(n *ir.Node, power int8) sum {
	at, ok := e.atoms[n]
	if !ok {
		at = len(e.atoms)
		if at == maxAtoms {
			return nil
		}
		e.atoms[n] = at
	}
	t := term{coef: 1}
	t.power[at] = power
	return sum{t}
}

func (t term) inverse() term {
	t.coef = 1 / t.coef
	for i := range t.power {
		t.power[i] = -t.power[i]
	}
	return t
}

// plus is s + c·r.
func (s sum) plus(r sum, c float64) sum {
	s = slices.Clone(s)
	for _, t := range r {
		t.coef *= c
		s = s.add(t)
	}
	return s.short()
}

// times is s·r.
func (s sum) times(r sum) sum {
	if r == nil {
		return nil
	}
	p := sum{}
	for _, t := range s {
		for _, u := range r {
			v := term{coef: t.coef * u.coef}
			for i := range v.power {
				v.power[i] = t.power[i] + u.power[i]
			}
			if p = p.add(v); p.short() == nil {
				return nil
			}
		}
	}
	return p.short()
}

// add is the sum with one more term.
func (s sum) add(t term) sum {
	at := slices.IndexFunc(s, func(u term) bool { return u.power == t.power })
	if at < 0 {
		return append(s, t)
	}
	s[at].coef += t.coef
	if s[at].coef == 0 {
		return slices.Delete(s, at, at+1)
	}
	return s
}

// short is the sum, if it is not too long.
func (s sum) short() sum {
	if len(s) > maxTerms {
		return nil
	}
	if s == nil {
		return sum{}
	}
	return s
}
