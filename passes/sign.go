package passes

import "github.com/adgen-go/adgen/ir"

// signs tells which values cannot be negative.
type signs map[*ir.Node]bool

// nonNegative tells whether n is seen to be ≥ 0, or NaN: squares, absolute values, exponentials, roots, and sums, products and quotients of such.
func (s signs) nonNegative(n *ir.Node) bool {
	if v, ok := s[n]; ok {
		return v
	}
	v := s.derive(n)
	s[n] = v
	return v
}

func (s signs) derive(n *ir.Node) bool {
	all := func() bool {
		for _, a := range n.Args {
			if !s.nonNegative(a) {
				return false
			}
		}
		return true
	}
	switch {
	case n.Kind == ir.Const:
		return n.Value >= 0
	case n.Kind == ir.Reduce:
		return (n.Red == ir.Sum || n.Red == ir.Prod || n.Red == ir.Min) && s.nonNegative(n.Args[0])
	case n.Is(ir.OpExp) || n.Is(ir.OpExpFTZ) || n.Is(ir.OpAbs) || n.Is(ir.OpSqrt) || n.Is(ir.OpSigmoid):
		return true
	case n.Is(ir.OpMul) && n.Args[0] == n.Args[1]:
		return true
	case n.Is(ir.OpAdd) || n.Is(ir.OpMul) || n.Is(ir.OpDiv):
		return all()
	case n.Is(ir.OpSelect):
		return s.nonNegative(n.Args[1]) && s.nonNegative(n.Args[2])
	}
	return false
}
