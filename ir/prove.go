package ir

import (
	"slices"
	"strconv"
)

// prover proves that integer polynomials are not negative, from facts: polynomials that are not. Those are the ranges of what the
// polynomial is made of, what Checks say of sizes, and the conditions that hold.
type prover struct {
	f     *Func
	g     *Graph
	given []*Node // Ints that are not negative
}

// The bounds of a proof.
const (
	maxFacts      = 20
	maxProducts   = 400
	maxProofTerms = 64
)

func (f *Func) newProver(conds []*Node) *prover {
	p := &prover{f: f, g: f.Graph}
	for _, c := range conds {
		p.given = append(p.given, f.Graph.Facts(c, true)...)
	}
	for _, c := range f.Checks {
		if c.Data == nil {
			p.given = append(p.given, f.Graph.IntSub(c.Value, f.Graph.Int(c.AtLeast)))
		}
	}
	p.sharpen(conds)
	return p
}

// sharpen makes x < y of x ≤ y where it is given too that they differ.
func (p *prover) sharpen(conds []*Node) {
	g := p.g
	for _, c := range conds {
		unlike := c.Is(OpNe) || c.Is(OpNot) && c.Args[0].Is(OpEq)
		if c.Is(OpNot) {
			c = c.Args[0]
		}
		if !unlike || c.Args[0].Type != Int {
			continue
		}
		gap := g.IntSub(c.Args[0], c.Args[1])
		for _, d := range []*Node{gap, g.IntSub(g.Int(0), gap)} {
			if i := slices.Index(p.given, d); i >= 0 {
				p.given[i] = g.IntSub(d, g.Int(1))
			}
		}
	}
}

// worthwhile tells whether more is known of e than the ends of its ranges, or e is no plain sum.
func (p *prover) worthwhile(e *Node) bool {
	if slices.ContainsFunc(e.Args, isArithmetic) || isArithmetic(e) && e.Kind != Affine {
		return true
	}
	atoms := intAtoms(e)
	return slices.ContainsFunc(p.given, func(x *Node) bool {
		return slices.ContainsFunc(intAtoms(x), func(a *Node) bool { return slices.Contains(atoms, a) })
	})
}

// nonNegative tells whether e ≥ 0 follows from the facts.
func (p *prover) nonNegative(e *Node) bool { return p.follows(e, p.given, nil, nil) }

// follows tells whether e ≥ 0 follows from what is given and from the ranges of its atoms; of the atom except, only the facts
// own are known.
func (p *prover) follows(e *Node, given []*Node, except *Node, own []*Node) bool {
	if p.g.proving <= 0 {
		return false
	}
	t := &translation{p: p, except: except, value: map[*Node]Poly{}}
	goal, ok := t.poly(e)
	if !ok {
		return false
	}
	for _, x := range own {
		t.add(x)
	}
	t.relevant(given)
	return implies(t.facts, goal.Add(almostOne), &p.g.proving)
}

// almostOne is added to what is to be proved not to be negative: a whole number above −1 is.
var almostOne = PolyRat(59, 60)

// translation turns Ints into polynomials, and gathers the facts that are known of their atoms.
type translation struct {
	p      *prover
	except *Node
	value  map[*Node]Poly
	atoms  []*Node
	facts  []Poly
}

// poly is the Int n as a polynomial, in which a rounded quotient is a variable. It reports false if that has too many terms.
func (t *translation) poly(n *Node) (Poly, bool) {
	for _, m := range arithmetic(n) {
		if _, done := t.value[m]; done {
			continue
		}
		v, ok := t.operation(m)
		if !ok || len(v.terms) > maxProofTerms {
			return Poly{}, false
		}
		t.value[m] = v
	}
	return t.value[n], true
}

func (t *translation) operation(m *Node) (Poly, bool) {
	switch {
	case m.Kind == Const:
		return PolyConst(int(m.Value)), true
	case m.Kind == Affine:
		sum := PolyConst(int(m.Value))
		for i, a := range m.Args {
			sum = sum.Add(t.value[a].Scale(int64(m.Coef[i]), 1))
		}
		return sum, true
	case m.Is(OpIntMul):
		a, b := t.value[m.Args[0]], t.value[m.Args[1]]
		if len(a.terms)*len(b.terms) > 4*maxProofTerms {
			return Poly{}, false
		}
		return a.Mul(b), true
	case m.Is(OpIntDiv):
		return t.quotient(m), true
	}
	return t.variable(m), true
}

func (t *translation) variable(m *Node) Poly {
	t.atoms = append(t.atoms, m)
	return PolyVar("#" + strconv.Itoa(m.ID))
}

// quotient is a/b where that is exact, and else a variable q with q·b ≤ a ≤ q·b + b − 1, for a that is not negative and b from 1.
func (t *translation) quotient(m *Node) Poly {
	a, b := t.value[m.Args[0]], t.value[m.Args[1]]
	if d := m.Args[1]; d.Kind == Const && d.Value > 0 {
		if q := a.Scale(1, int64(d.Value)); q.Integral() {
			return q
		}
	}
	q := t.variable(m)
	f := t.p.f
	if t.p.plain(m.Args[0]) && f.NonNegative(f.Graph.IntSub(m.Args[1], f.Graph.Int(1))) {
		rest := a.Sub(q.Mul(b))
		t.facts = append(t.facts, q, rest, b.Sub(PolyConst(1)).Sub(rest))
	}
	return q
}

// plain tells whether n is not negative by the ranges of what it adds up.
func (p *prover) plain(n *Node) bool {
	low, ok := p.f.least(n)
	return ok && plainlyPositive(low)
}

// relevant adds the facts that concern the atoms, which may bring in further atoms.
func (t *translation) relevant(given []*Node) {
	f, g := t.p.f, t.p.g
	used := make([]bool, len(given))
	for next := 0; next < len(t.atoms) && len(t.facts) < maxFacts; next++ {
		a := t.atoms[next]
		if a != t.except {
			if lo, hi, ok := f.bounds(a); ok {
				t.add(g.IntSub(a, lo))
				t.add(g.IntSub(hi, a))
			} else if a.Kind == Size {
				t.add(g.IntSub(a, g.Int(1)))
			}
		}
		for i, x := range given {
			if !used[i] && slices.Contains(intAtoms(x), a) {
				used[i] = true
				t.add(x)
			}
		}
	}
}

// add notes that the Int x is not negative.
func (t *translation) add(x *Node) {
	if v, ok := t.poly(x); ok && len(t.facts) < maxFacts {
		t.facts = append(t.facts, v)
	}
}

// lower is e with one of the atoms at the end of its range at which e is least; nil if that is known for none of them. Ends that are given
// in other atoms, as j ≤ i, go first.
func (p *prover) lower(e *Node, atoms []*Node) *Node {
	for _, ends := range []func(a *Node, los, his []*Node) ([]*Node, []*Node){
		func(a *Node, los, his []*Node) ([]*Node, []*Node) { return los, his },
		func(a *Node, los, his []*Node) ([]*Node, []*Node) {
			lo, hi, _ := p.f.bounds(a)
			return []*Node{lo}, []*Node{hi}
		},
	} {
		for i := len(atoms) - 1; i >= 0; i-- {
			a := atoms[i]
			if _, _, ok := p.f.bounds(a); !ok {
				continue
			}
			los, his, others := p.about(a, atoms)
			los, his = ends(a, los, his)
			if next := p.toEnd(e, a, los, his, others); next != nil {
				return next
			}
		}
	}
	return nil
}

// toEnd is e with the atom a at the first of the ends below it towards which e is proved to fall, or of those above it.
func (p *prover) toEnd(e, a *Node, los, his, others []*Node) *Node {
	g := p.g
	lo, hi, _ := p.f.bounds(a)
	step := g.IntSub(g.put(e, a, g.IntAdd(a, g.Int(1))), e)
	for _, end := range los {
		if p.follows(step, others, a, []*Node{g.IntSub(a, end), g.IntSub(hi, a)}) {
			return g.put(e, a, end)
		}
	}
	for _, end := range his {
		if p.follows(g.IntSub(g.Int(0), step), others, a, []*Node{g.IntSub(a, lo), g.IntSub(end, a)}) {
			return g.put(e, a, end)
		}
	}
	return nil
}

// about lists what is given of the atom a: bounds below and above it, in the other atoms, and the facts that do not
// mention a.
func (p *prover) about(a *Node, atoms []*Node) (los, his, others []*Node) {
	g := p.g
	for _, x := range p.given {
		in := intAtoms(x)
		if !slices.Contains(in, a) {
			others = append(others, x)
			continue
		}
		known := !slices.ContainsFunc(in, func(b *Node) bool { return b.Kind != Size && !slices.Contains(atoms, b) })
		coef, rest, ok := g.Linear(x, a)
		if !ok || !known || slices.Contains(intAtoms(rest), a) {
			continue
		}
		switch coef {
		case 1:
			los = append(los, g.IntSub(g.Int(0), rest))
		case -1:
			his = append(his, rest)
		}
	}
	return los, his, others
}

// Facts lists Ints that are not negative where c holds, or does not.
func (g *Graph) Facts(c *Node, holds bool) []*Node {
	var list []*Node
	for _, c := range g.parts(c, holds) {
		if c.Kind == Apply && len(c.Args) == 2 && c.Args[0].Type == Int && c.Args[1].Type == Int {
			list = append(list, g.comparison(c)...)
		}
	}
	return list
}

// comparison lists the Ints that are not negative where the comparison of two Ints holds.
func (g *Graph) comparison(c *Node) []*Node {
	x, y := c.Args[0], c.Args[1]
	switch {
	case c.Is(OpLt):
		return []*Node{g.IntSub(g.IntSub(y, x), g.Int(1))}
	case c.Is(OpLe):
		return []*Node{g.IntSub(y, x)}
	case c.Is(OpEq):
		return []*Node{g.IntSub(x, y), g.IntSub(y, x)}
	case c.Is(OpNe):
		return g.unequal(x, y)
	}
	return nil
}

// unequal lists the Ints that are not negative where x is not y, but one is known not to be less: an index that is not at an end of its range lies between,
// and sizes that are not the least are more. What is not equal to itself is nowhere.
func (g *Graph) unequal(x, y *Node) []*Node {
	if x == y {
		return []*Node{g.Int(-1)}
	}
	for _, d := range []*Node{g.IntSub(x, y), g.IntSub(y, x)} {
		if d.Closed() && plainlyPositive(d) {
			return []*Node{g.IntSub(d, g.Int(1))}
		}
	}
	if x.Kind != Index {
		x, y = y, x
	}
	if x.Kind != Index {
		return nil
	}
	last := g.IntSub(x.Extent, g.Int(1))
	switch y {
	case g.Int(0):
		return []*Node{g.IntSub(x, g.Int(1))}
	case last:
		return []*Node{g.IntSub(g.IntSub(last, g.Int(1)), x)}
	}
	return nil
}
