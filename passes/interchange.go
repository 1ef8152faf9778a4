package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// summed is the sum n of the term in. A sum within it changes places where that leaves less to be summed up: in Σᵢ Σⱼ aⱼₖ bᵢⱼ, which takes
// a multiplication for each i, j and k, the inner sum of Σⱼ aⱼₖ Σᵢ bᵢⱼ depends on fewer indices than the whole.
func (s *simplifier) summed(n *ir.Node, in monomial) *ir.Node {
	if v, ok := s.interchanged(n, in); ok {
		in.num = []factor{{v, 1}}
		return s.buildProduct(in)
	}
	return s.f.Total(n.Bound[0], s.buildProduct(in))
}

// interchanged is the sum n over a term that is itself a sum, used nowhere else, with the two sums exchanged. It reports false where that gains
// nothing.
func (s *simplifier) interchanged(n *ir.Node, in monomial) (v *ir.Node, ok bool) {
	if len(in.num) != 1 || len(in.den) > 0 || in.num[0].exp != 1 {
		return nil, false
	}
	k, inner := n.Bound[0], in.num[0].base
	if inner.Kind != ir.Reduce || inner.Red != ir.Sum || s.shared[inner] || n.Depends(inner.Bound[0]) {
		return nil, false
	}
	cond, x := s.g.Bool(true), inner.Args[0]
	if x.Is(ir.OpSelect) && x.Args[2].IsConst(0) {
		cond, x = x.Args[0], x.Args[1]
	}
	inside, outside := s.apart(x, k)
	core := s.buildProduct(inside.clone())
	if cond.Depends(k) || len(outside.num) == 0 || !slices.ContainsFunc(n.Free(), func(i *ir.Node) bool { return !core.Depends(i) }) {
		return nil, false
	}
	outside.multiply(s.f.Total(k, core), 1)
	return s.f.Total(inner.Bound[0], s.g.Select(cond, s.buildProduct(outside), s.g.Const(0))), true
}

// apart divides the product x into the factors that depend on the index and the others, with the coefficient.
func (s *simplifier) apart(x, index *ir.Node) (inside, outside monomial) {
	m := s.product(x)
	inside, outside = one(), one()
	outside.coef = m.clone().coef
	divide := func(list []factor, sign int) {
		for _, f := range list {
			if f.base.Depends(index) {
				inside.multiply(f.base, sign*f.exp)
			} else {
				outside.multiply(f.base, sign*f.exp)
			}
		}
	}
	divide(m.num, 1)
	divide(m.den, -1)
	return inside, outside
}
