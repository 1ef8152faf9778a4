package ir

import (
	"slices"
	"sort"
)

// Int is the integer constant v.
func (g *Graph) Int(v int) *Node {
	return g.intern(Node{Kind: Const, Type: Int, Value: float64(v)})
}

// linear is an integer expression c + Σ coef·atom, where an atom is neither a
// constant nor a sum.
type linear struct {
	c     int
	terms map[*Node]int
}

func asLinear(n *Node) linear {
	switch n.Kind {
	case Const:
		return linear{c: int(n.Value)}
	case Affine:
		l := linear{c: int(n.Value), terms: map[*Node]int{}}
		for i, a := range n.Args {
			l.terms[a] = n.Coef[i]
		}
		return l
	}
	return linear{terms: map[*Node]int{n: 1}}
}

// Linear gives n as a constant and the coefficients of the given index, with the
// rest: n = coef·index + rest. It reports false where n depends on the index in
// another way than by a term of an affine sum.
func (g *Graph) Linear(n, index *Node) (coef int, rest *Node, ok bool) {
	l := asLinear(n)
	coef = l.terms[index]
	delete(l.terms, index)
	rest = g.fromLinear(l)
	return coef, rest, !rest.Depends(index)
}

// Quotient writes n = coef·atom + rest, where neither depends on the atom and coef is closed. It reports false where that cannot be done.
func (g *Graph) Quotient(n, atom *Node) (coef, rest *Node, ok bool) {
	l := asLinear(n)
	coef, rest = g.Int(0), g.Int(l.c)
	for _, a := range l.atoms() {
		term := g.Int(l.terms[a])
		factors := factorsOf(a)
		i := slices.Index(factors, atom)
		sum := &rest
		if i >= 0 {
			factors, sum = slices.Delete(factors, i, i+1), &coef
		}
		for _, f := range factors {
			term = g.IntMul(term, f)
		}
		*sum = g.IntAdd(*sum, term)
	}
	return coef, rest, coef.Closed() && !ReadsData(coef) && !slices.Contains(intAtoms(rest), atom)
}

// atoms lists the atoms with a coefficient other than 0 in order of ID.
func (l linear) atoms() []*Node {
	var atoms []*Node
	for a, k := range l.terms {
		if k != 0 {
			atoms = append(atoms, a)
		}
	}
	sort.Slice(atoms, func(i, j int) bool { return atoms[i].ID < atoms[j].ID })
	return atoms
}

func (g *Graph) fromLinear(l linear) *Node {
	atoms := l.atoms()
	if len(atoms) == 0 {
		return g.Int(l.c)
	}
	if len(atoms) == 1 && l.c == 0 && l.terms[atoms[0]] == 1 {
		return atoms[0]
	}
	coef := make([]int, len(atoms))
	for i, a := range atoms {
		coef[i] = l.terms[a]
	}
	return g.intern(Node{Kind: Affine, Type: Int, Value: float64(l.c), Coef: coef, Args: atoms})
}

// IntAdd is a + b in normal form.
func (g *Graph) IntAdd(a, b *Node) *Node {
	x, y := asLinear(a), asLinear(b)
	sum := linear{c: x.c + y.c, terms: map[*Node]int{}}
	for n, k := range x.terms {
		sum.terms[n] += k
	}
	for n, k := range y.terms {
		sum.terms[n] += k
	}
	return g.fromLinear(sum)
}

// IntSub is a − b in normal form.
func (g *Graph) IntSub(a, b *Node) *Node { return g.IntAdd(a, g.IntMul(g.Int(-1), b)) }

// IntMul is a·b, multiplied out, so that equal polynomials are the same node.
func (g *Graph) IntMul(a, b *Node) *Node {
	x, y := asLinear(a), asLinear(b)
	sum := linear{c: x.c * y.c, terms: map[*Node]int{}}
	for n, k := range x.terms {
		sum.terms[n] += k * y.c
	}
	for n, k := range y.terms {
		sum.terms[n] += k * x.c
	}
	for _, n := range x.atoms() {
		for _, m := range y.atoms() {
			sum.terms[g.monomial(n, m)] += x.terms[n] * y.terms[m]
		}
	}
	return g.fromLinear(sum)
}

// monomial is the product of two atoms, with its factors in order of ID.
func (g *Graph) monomial(a, b *Node) *Node {
	factors := append(factorsOf(a), factorsOf(b)...)
	sort.Slice(factors, func(i, j int) bool { return factors[i].ID < factors[j].ID })
	p := factors[0]
	for _, f := range factors[1:] {
		p = g.Apply(OpIntMul, p, f)
	}
	return p
}

func factorsOf(n *Node) []*Node {
	var factors []*Node
	for n.Is(OpIntMul) {
		factors = append(factors, n.Args[1])
		n = n.Args[0]
	}
	return append(factors, n)
}

// IntDiv is a divided by b, rounded towards zero as Go does; exact where that can be seen.
func (g *Graph) IntDiv(a, b *Node) *Node {
	if b.Kind == Const && b.Value != 0 {
		d := int(b.Value)
		l := asLinear(a)
		exact := l.c%d == 0
		for _, k := range l.terms {
			exact = exact && k%d == 0
		}
		if exact {
			q := linear{c: l.c / d, terms: map[*Node]int{}}
			for n, k := range l.terms {
				q.terms[n] = k / d
			}
			return g.fromLinear(q)
		}
		if a.Kind == Const {
			return g.Int(l.c / d)
		}
	}
	if q, ok := g.cancelled(a, b); ok {
		return q
	}
	return g.Apply(OpIntDiv, a, b)
}

// cancelled is a/b where every term of a has the factors of b, sizes, which are not 0.
func (g *Graph) cancelled(a, b *Node) (*Node, bool) {
	l := asLinear(a)
	if !ofSizes(b) || l.c != 0 {
		return nil, false
	}
	q := g.Int(0)
	for _, atom := range l.atoms() {
		factors := factorsOf(atom)
		for _, f := range factorsOf(b) {
			i := slices.Index(factors, f)
			if i < 0 {
				return nil, false
			}
			factors = slices.Delete(factors, i, i+1)
		}
		term := g.Int(l.terms[atom])
		for _, f := range factors {
			term = g.IntMul(term, f)
		}
		q = g.IntAdd(q, term)
	}
	return q, true
}
