package passes

import "github.com/adgen-go/adgen/ir"

// ungated is f with x·y for [x ≠ 0]·x·y, as in the derivative of a power by its exponent, where y is finite wherever the first result of f, its value, is: 0
// times y is 0. So it is where x is not 0 wherever the value is finite.
func ungated(f *ir.Func) *ir.Func {
	value := f.Derived()
	value.Results = f.Results[:1]
	u := &ungate{g: f.Graph, not0: nonzero(value)}
	_, u.reach = reaching(value)
	changed := map[*ir.Node]*ir.Node{}
	some := false
	for _, n := range ir.Reachable(f.Roots()...) {
		if u.needless(n) {
			changed[n], some = changed[n.Args[1]], true
			continue
		}
		changed[n] = u.g.With(n, each(n.Args, func(a *ir.Node) *ir.Node { return changed[a] }))
	}
	if !some {
		return f
	}
	return f.WithRoots(each(f.Roots(), func(n *ir.Node) *ir.Node { return changed[n] }))
}

type ungate struct {
	g           *ir.Graph
	reach, not0 map[*ir.Node]bool
}

// needless tells whether n is [x ≠ 0]·x·y with such a y, or x is not 0 wherever the value is finite.
func (u *ungate) needless(n *ir.Node) bool {
	if !gated(n) || !n.Args[0].Is(ir.OpNot) || !n.Args[0].Args[0].Is(ir.OpEq) || !n.Args[0].Args[0].Args[1].IsConst(0) {
		return false
	}
	x := n.Args[0].Args[0].Args[0]
	return u.not0[x] || u.vanishes(n.Args[1], x)
}

// vanishes tells whether n is x times something finite.
func (u *ungate) vanishes(n, x *ir.Node) bool {
	switch {
	case n == x:
		return true
	case n.Is(ir.OpMul):
		return u.vanishes(n.Args[0], x) && u.finite(n.Args[1]) || u.vanishes(n.Args[1], x) && u.finite(n.Args[0])
	case n.Is(ir.OpDiv):
		return u.vanishes(n.Args[0], x) && u.divides(n.Args[1])
	case n.Is(ir.OpNeg):
		return u.vanishes(n.Args[0], x)
	}
	return false
}

// finite tells whether n is finite wherever the value is.
func (u *ungate) finite(n *ir.Node) bool {
	switch {
	case u.reach[n], n.Kind == ir.Const, n.Kind == ir.Access && !n.Input.Defined:
		return true
	case n.Is(ir.OpAdd), n.Is(ir.OpSub), n.Is(ir.OpMul), n.Is(ir.OpNeg):
		for _, a := range n.Args {
			if !u.finite(a) {
				return false
			}
		}
		return true
	case n.Is(ir.OpDiv):
		return u.finite(n.Args[0]) && u.divides(n.Args[1])
	}
	return false
}

// divides tells whether n is not 0 wherever the value is finite.
func (u *ungate) divides(n *ir.Node) bool { return u.not0[n] || n.Kind == ir.Const && n.Value != 0 }
