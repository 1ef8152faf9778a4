package ir

// The constructors of this file fold what is plain to see: constants, neutral
// elements, signs and indicator functions. They are what differentiation builds
// with. Apply and Reduce build exactly what is written.

// Add is a + b.
func (g *Graph) Add(a, b *Node) *Node {
	switch {
	case a.IsConst(0):
		return b
	case b.IsConst(0):
		return a
	case b.Is(OpNeg):
		return g.Sub(a, b.Args[0])
	case a.Is(OpNeg):
		return g.Sub(b, a.Args[0])
	case gated(b) && b.Args[1].Is(OpNeg):
		return g.Sub(a, g.Select(b.Args[0], b.Args[1].Args[0], b.Args[2]))
	case gated(a) && a.Args[1].Is(OpNeg):
		return g.Sub(b, g.Select(a.Args[0], a.Args[1].Args[0], a.Args[2]))
	}
	return g.Fold(OpAdd, a, b)
}

// Sub is a − b.
func (g *Graph) Sub(a, b *Node) *Node {
	switch {
	case b.IsConst(0):
		return a
	case a.IsConst(0):
		return g.Neg(b)
	case b.Is(OpNeg):
		return g.Add(a, b.Args[0])
	}
	return g.Fold(OpSub, a, b)
}

// Mul is a·b. Zero times anything is zero: adjoints that vanish do so everywhere.
func (g *Graph) Mul(a, b *Node) *Node {
	switch {
	case a.IsConst(0) || b.IsConst(0):
		return g.Const(0)
	case a.IsConst(1):
		return b
	case b.IsConst(1):
		return a
	case a.IsConst(-1):
		return g.Neg(b)
	case b.IsConst(-1):
		return g.Neg(a)
	case a.Is(OpNeg):
		return g.Neg(g.Mul(a.Args[0], b))
	case b.Is(OpNeg):
		return g.Neg(g.Mul(a, b.Args[0]))
	case gated(a):
		return g.Select(a.Args[0], g.Mul(a.Args[1], b), g.Const(0))
	case gated(b):
		return g.Select(b.Args[0], g.Mul(a, b.Args[1]), g.Const(0))
	}
	return g.Fold(OpMul, a, b)
}

// gated tells whether n is [c]·x, a selection between something and zero. Its factors
// move into the branch, so that they need not be finite where c does not hold.
func gated(n *Node) bool { return n.Is(OpSelect) && n.Args[2].IsConst(0) }

// Div is a/b.
func (g *Graph) Div(a, b *Node) *Node {
	switch {
	case a.IsConst(0) || b.IsConst(1):
		return a
	case a.Is(OpNeg):
		return g.Neg(g.Div(a.Args[0], b))
	case gated(a):
		return g.Select(a.Args[0], g.Div(a.Args[1], b), g.Const(0))
	}
	return g.Fold(OpDiv, a, b)
}

// Neg is −a.
func (g *Graph) Neg(a *Node) *Node {
	switch {
	case a.Is(OpNeg):
		return a.Args[0]
	case a.Is(OpSub):
		return g.Sub(a.Args[1], a.Args[0])
	case gated(a):
		return g.Select(a.Args[0], g.Neg(a.Args[1]), g.Const(0))
	}
	return g.Fold(OpNeg, a)
}

// Sq is a².
func (g *Graph) Sq(a *Node) *Node { return g.Mul(a, a) }

// Pow is a^b.
func (g *Graph) Pow(a, b *Node) *Node {
	switch {
	case b.IsConst(0):
		return g.Const(1)
	case b.IsConst(1):
		return a
	case b.IsConst(2):
		return g.Sq(a)
	}
	return g.Fold(OpPow, a, b)
}

// Call is the primitive op of a.
func (g *Graph) Call(op Op, a *Node) *Node { return g.Fold(op, a) }

// Select is a where cond holds, else b.
func (g *Graph) Select(cond, a, b *Node) *Node {
	switch {
	case cond.Kind == Const:
		if cond.Value != 0 {
			return a
		}
		return b
	case a == b:
		return a
	case a.IsConst(0) && !b.IsConst(0):
		return g.Select(g.Not(cond), b, a)
	case gated(a) && b.IsConst(0):
		return g.Select(g.And(cond, a.Args[0]), a.Args[1], b)
	}
	return g.Apply(OpSelect, cond, a, b)
}

// Indicator is 1 where cond holds, else 0: the Iverson bracket [cond].
func (g *Graph) Indicator(cond *Node) *Node { return g.Select(cond, g.Const(1), g.Const(0)) }

// And holds where both a and b hold.
func (g *Graph) And(a, b *Node) *Node {
	switch {
	case a.IsConst(0) || b.IsConst(1) || a == b:
		return a
	case a.IsConst(1) || b.IsConst(0):
		return b
	case conjuncts(a, maxOrdered) == nil || conjuncts(b, maxOrdered) == nil:
	case contradict(a, b):
		return g.Bool(false)
	case !onIndices(a):
		first, rest := g.split(a)
		second, others := g.split(b)
		if !second.IsConst(1) {
			return g.And(g.And(first, second), g.And(rest, others))
		}
	}
	return g.Apply(OpAnd, a, b)
}

// split takes a conjunction apart: what is said of indices and sizes alone, and the rest. The first stands in front, so that nothing is read where
// it does not hold.
func (g *Graph) split(c *Node) (first, rest *Node) {
	first, rest = g.Bool(true), g.Bool(true)
	for _, x := range conjuncts(c, maxOrdered) {
		if onIndices(x) {
			first = g.And(first, x)
		} else {
			rest = g.And(rest, x)
		}
	}
	return first, rest
}

// onIndices tells whether the condition or integer n depends on indices and sizes alone.
func onIndices(n *Node) bool {
	if n.Type == Real || n.Kind == Access || n.Kind == At || n.Kind == Reduce {
		return false
	}
	for _, a := range n.Args {
		if !onIndices(a) {
			return false
		}
	}
	return true
}

// maxOrdered bounds the conditions of a conjunction that are ordered and held against each other.
const maxOrdered = 16

// contradict tells whether a says the contrary of something that b says.
func contradict(a, b *Node) bool {
	for _, x := range conjuncts(a, maxOrdered) {
		for _, y := range conjuncts(b, maxOrdered) {
			if x.Is(OpNot) && x.Args[0] == y || y.Is(OpNot) && y.Args[0] == x {
				return true
			}
		}
	}
	return false
}

// Or holds where a or b holds.
func (g *Graph) Or(a, b *Node) *Node {
	switch {
	case a.IsConst(1) || b.IsConst(0) || a == b:
		return a
	case a.IsConst(0) || b.IsConst(1):
		return b
	case g.Not(a) == b:
		return g.Bool(true)
	case b.Is(OpAnd) && b.Args[0] == a:
		return a
	case a.Is(OpAnd) && a.Args[0] == b:
		return b
	case a.Is(OpAnd) && b.Is(OpAnd) && a.Args[0] == b.Args[0]:
		return g.And(a.Args[0], g.Or(a.Args[1], b.Args[1]))
	}
	return g.Apply(OpOr, a, b)
}

// Not holds where a does not.
func (g *Graph) Not(a *Node) *Node {
	switch {
	case a.Kind == Const:
		return g.Bool(a.Value == 0)
	case a.Is(OpNot):
		return a.Args[0]
	case a.Is(OpEq) && a.Args[0].Type == Int && a.Args[1].Type == Int:
		return g.Apply(OpNe, a.Args...)
	case a.Is(OpNe):
		return g.Apply(OpEq, a.Args...)
	case a.Is(OpLt) && a.Args[0].Type == Int && a.Args[1].Type == Int:
		return g.Apply(OpLe, a.Args[1], a.Args[0])
	case a.Is(OpLe) && a.Args[0].Type == Int && a.Args[1].Type == Int:
		return g.Apply(OpLt, a.Args[1], a.Args[0])
	}
	return g.Apply(OpNot, a)
}

// ToReal is the Int a as a real number.
func (g *Graph) ToReal(a *Node) *Node {
	if a.Kind == Const {
		return g.Const(a.Value)
	}
	return g.Apply(OpReal, a)
}

// Fold applies op, at once if all operands are constants and the result is finite.
func (g *Graph) Fold(op Op, args ...*Node) *Node {
	values := make([]float64, len(args))
	for i, a := range args {
		if a.Kind != Const {
			return g.Apply(op, args...)
		}
		values[i] = a.Value
	}
	eval := g.prims[op].Eval
	if eval == nil {
		return g.Apply(op, args...)
	}
	v := eval(values)
	if v-v != 0 {
		return g.Apply(op, args...)
	}
	return g.Const(v)
}
