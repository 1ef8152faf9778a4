package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// nonzero finds values that are not 0 wherever all results of f are finite, because a logarithm of them, or what is divided by them, reaches a result: it is
// infinite or NaN there, and no sum, product, quotient, root or logarithm makes that finite again. So x/x, where x is one of them, is 1.
func nonzero(f *ir.Func) map[*ir.Node]bool {
	order, reach := reaching(f)
	not, finite := map[*ir.Node]bool{}, map[*ir.Node]bool{} // what has a logarithm is finite, too
	for _, n := range slices.Backward(order) {              // users before operands
		if reach[n] {
			switch {
			case n.Is(ir.OpLog):
				not[n.Args[0]], finite[n.Args[0]] = true, true
			case n.Is(ir.OpDiv):
				not[n.Args[1]] = true
			}
		}
		if not[n] {
			for k, a := range factorsOf(n) {
				if finite[n] || !n.Is(ir.OpDiv) || k == 0 {
					not[a], finite[a] = true, finite[n] || finite[a]
				}
			}
		}
	}
	return not
}

// reaching finds what makes a result of f infinite or NaN if it is infinite or NaN itself; it lists the nodes of the results.
func reaching(f *ir.Func) (order []*ir.Node, reach map[*ir.Node]bool) {
	var roots []*ir.Node
	reach = map[*ir.Node]bool{}
	for _, r := range f.Results {
		roots = append(roots, r.Value)
		reach[r.Value] = true
	}
	order = ir.Reachable(roots...)
	for _, n := range slices.Backward(order) {
		if reach[n] {
			for _, a := range carried(n) {
				reach[a] = true
			}
		}
	}
	return order, reach
}

// carried lists the operands of n that make it infinite or NaN if they are.
func carried(n *ir.Node) []*ir.Node {
	switch {
	case n.Kind == ir.Pick:
		return n.Args[1:]
	case n.Is(ir.OpDiv), n.Kind == ir.Reduce && (n.Red == ir.Sum || n.Red == ir.Prod) && inhabited(n.Bound[0]):
		return n.Args[:1]
	case n.Is(ir.OpAdd), n.Is(ir.OpSub), n.Is(ir.OpMul), n.Is(ir.OpNeg), n.Is(ir.OpSqrt), n.Is(ir.OpLog):
		return n.Args
	}
	return nil
}

// factorsOf lists the operands of n that make it 0, or if they are divisors infinite, if they are 0.
func factorsOf(n *ir.Node) []*ir.Node {
	switch {
	case n.Is(ir.OpMul), n.Is(ir.OpDiv), n.Is(ir.OpNeg), n.Is(ir.OpSqrt), n.Is(ir.OpAbs):
		return n.Args
	case wholePower(n):
		return n.Args[:1]
	}
	return nil
}

// inhabited tells whether the index certainly has a value: sizes are at least 1, what is made of them may be less.
func inhabited(index *ir.Node) bool {
	return index.Extent.Kind == ir.Size || index.Extent.Kind == ir.Const && index.Extent.Value >= 1
}
