package ir

// InRange is the condition 0 ≤ e < extent, folded to true as far as that can be
// proved from the ranges of e's indices and from what Checks say of integer data. Sizes are at
// least 1.
func (f *Func) InRange(e, extent *Node) *Node {
	g := f.Graph
	cond := g.Bool(true)
	if !f.NonNegative(e) {
		cond = g.Apply(OpLe, g.Int(0), e)
	}
	if !f.NonNegative(g.IntSub(g.IntSub(extent, g.Int(1)), e)) {
		cond = g.And(cond, g.Apply(OpLt, e, extent))
	}
	return cond
}

// NonNegative tells whether the Int e can be proved to be at least 0: its least value must be a
// polynomial in the sizes that does not fall and is not negative where all are 1.
func (f *Func) NonNegative(e *Node) bool {
	low, ok := f.Least(e)
	if !ok {
		return false
	}
	l := asLinear(low)
	least := l.c
	for _, atom := range l.atoms() {
		k := l.terms[atom]
		if k < 0 || !ofSizes(atom) {
			return false
		}
		least += k
	}
	return least >= 0
}

// Least is the least value that e can have, a closed node: the bounds of indices and of checked
// data are put in for them. It reports false where something in e has no known bound.
func (f *Func) Least(e *Node) (*Node, bool) {
	g := f.Graph
	l := asLinear(e)
	low := g.Int(l.c)
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
	return low, low.Closed() && !readsData(low)
}

// readsData tells whether an Int depends on an input.
func readsData(n *Node) bool {
	for _, m := range Reachable(n) {
		if m.Kind == Access {
			return true
		}
	}
	return false
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
			if c.Data == n.Input {
				return g.Int(c.AtLeast), g.IntSub(c.Below, g.Int(1)), true
			}
		}
	}
	return nil, nil, false
}
