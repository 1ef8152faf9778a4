package ir

import "slices"

// InRange is the condition 0 ≤ e < extent, folded to true as far as that can be
// proved from the ranges of e's indices, from what Checks say of sizes and integer data, and from the
// conditions given, where it is looked at. Sizes are at least 1.
func (f *Func) InRange(e, extent *Node, given ...*Node) *Node {
	g := f.Graph
	cond := g.Bool(true)
	if !f.NonNegative(e, given...) {
		cond = g.apart(OpLe, g.Int(0), e)
	}
	if !f.NonNegative(g.IntSub(g.IntSub(extent, g.Int(1)), e), given...) {
		cond = g.And(cond, g.apart(OpLt, e, extent))
	}
	return cond
}

// apart is the comparison x < y or x ≤ y of Ints, with the constants on the side of what is closed: 1 ≤ i rather than 0 ≤ i − 1.
func (g *Graph) apart(op Op, x, y *Node) *Node {
	for _, n := range []*Node{x, y} {
		if n.Kind == Affine && !n.Closed() {
			c := g.Int(int(n.Value))
			x, y = g.IntSub(x, c), g.IntSub(y, c)
		}
	}
	return g.Apply(op, x, y)
}

// NonNegative tells whether the Int e can be proved to be at least 0 where the conditions given hold. A sum is looked at with its
// indices at the ends of their ranges; where that does not do, a proof is searched for.
func (f *Func) NonNegative(e *Node, given ...*Node) bool {
	if low, ok := f.least(e); ok && plainlyPositive(low) {
		return true
	}
	p := f.newProver(given)
	return p.worthwhile(e) && p.nonNegative(e)
}

// plainlyPositive tells whether the closed n is a sum of sizes, or of products of them, that is not negative where all are 1 and
// does not fall.
func plainlyPositive(n *Node) bool {
	l := asLinear(n)
	least := l.c
	for atom, k := range l.terms {
		if k < 0 || k > 0 && !ofSizes(atom) {
			return false
		}
		least += k
	}
	return least >= 0
}

// ofSizes tells whether n is a size or a product of sizes.
func ofSizes(n *Node) bool {
	for n.Is(OpIntMul) {
		if n.Args[1].Kind != Size {
			return false
		}
		n = n.Args[0]
	}
	return n.Kind == Size
}

// least is a sum with its indices at the ends of their ranges, where those are closed.
func (f *Func) least(e *Node) (low *Node, ok bool) {
	g := f.Graph
	l := asLinear(e)
	low = g.Int(l.c)
	for _, atom := range l.atoms() {
		k := l.terms[atom]
		bound := atom
		if lo, hi, ok := f.bounds(atom); ok {
			bound = lo
			if k < 0 {
				bound = hi
			}
		}
		low = g.IntAdd(low, g.IntMul(g.Int(k), bound))
	}
	return low, low.Closed() && !ReadsData(low)
}

// Least is a lower bound of e in the sizes alone, where the conditions given hold: one variable after the other is put at the end of
// its range towards which e is proved to fall. It reports false where that leads to nothing.
func (f *Func) Least(e *Node, given ...*Node) (*Node, bool) {
	if len(given) == 0 {
		if low, ok := f.least(e); ok {
			return low, true
		}
	}
	p := f.newProver(given)
	for {
		atoms := slices.DeleteFunc(intAtoms(e), func(a *Node) bool { return a.Kind == Size })
		if len(atoms) == 0 {
			return e, true
		}
		next := p.lower(e, atoms)
		if next == nil {
			return nil, false
		}
		e = next
	}
}

// ReadsData tells whether an Int depends on an input.
func ReadsData(n *Node) bool {
	return slices.ContainsFunc(intAtoms(n), func(a *Node) bool { return a.Kind == Access })
}

// intAtoms lists, in order of ID, what the arithmetic of the Int n is made of: sizes, indices, data.
func intAtoms(n *Node) []*Node {
	var atoms []*Node
	for _, m := range arithmetic(n) {
		if !isArithmetic(m) && m.Kind != Const {
			atoms = append(atoms, m)
		}
	}
	return atoms
}

func isArithmetic(n *Node) bool { return n.Kind == Affine || n.Is(OpIntMul) || n.Is(OpIntDiv) }

// arithmetic lists the nodes of the integer expression n in order of ID, down to its atoms.
func arithmetic(n *Node) []*Node {
	seen := map[*Node]bool{n: true}
	list := []*Node{n}
	for i := 0; i < len(list); i++ {
		if !isArithmetic(list[i]) {
			continue
		}
		for _, a := range list[i].Args {
			if !seen[a] {
				seen[a] = true
				list = append(list, a)
			}
		}
	}
	slices.SortFunc(list, func(a, b *Node) int { return a.ID - b.ID })
	return list
}

// put is the integer expression e with the atom replaced by to.
func (g *Graph) put(e, atom, to *Node) *Node {
	done := map[*Node]*Node{atom: to}
	for _, n := range arithmetic(e) {
		if done[n] != nil {
			continue
		}
		done[n] = n
		if isArithmetic(n) {
			args := make([]*Node, len(n.Args))
			for i, a := range n.Args {
				args[i] = done[a]
			}
			done[n] = g.With(n, args)
		}
	}
	return done[e]
}

// bounds gives the least and the greatest value of an index, an argmax, or checked data.
func (f *Func) bounds(n *Node) (lo, hi *Node, ok bool) {
	g := f.Graph
	switch {
	case n.Kind == Index:
		return g.Int(0), g.IntSub(n.Extent, g.Int(1)), true
	case n.Kind == Reduce:
		return g.Int(0), g.IntSub(n.Bound[0].Extent, g.Int(1)), true
	case n.Kind == Access:
		for _, c := range f.Checks {
			if c.Data == n.Input && c.Covers(CheckAt(n)) && c.Whole() {
				return c.Least, g.IntSub(c.Below, g.Int(1)), true
			}
		}
	}
	return nil, nil, false
}
