package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// ungated is f with x·y for [x ≠ 0]·x·y, as in the derivative of a power by its exponent, where y is finite wherever the first result of f, its value, is: 0
// times y is 0. So it is where x is not 0 wherever the value is finite. What is left asks for the longest product that it can, so that several are one: x^a·y^b has both
// logarithms in its derivatives, and may have one selection.
func ungated(f *ir.Func) *ir.Func {
	value := f.Derived()
	value.Results = f.Results[:1]
	u := &ungate{g: f.Graph, not0: nonzero(value)}
	u.order, u.reach = reaching(value)
	changed := map[*ir.Node]*ir.Node{}
	some := false
	for _, n := range ir.Reachable(f.Roots()...) {
		x, ok := asked(n)
		switch {
		case !ok:
		case u.needless(n, x):
			changed[n], some = changed[n.Args[1]], true
			continue
		default:
			if h := u.longest(n.Args[1], x); h != x {
				changed[n], some = u.g.Select(u.g.Not(u.g.Apply(ir.OpEq, changed[h], u.g.Const(0))), changed[n.Args[1]], n.Args[2]), true
				continue
			}
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
	order       []*ir.Node // of the value
	reach, not0 map[*ir.Node]bool
}

// asked is the x of a selection [x ≠ 0]·y.
func asked(n *ir.Node) (x *ir.Node, ok bool) {
	if !gated(n) || !n.Args[0].Is(ir.OpNot) || !n.Args[0].Args[0].Is(ir.OpEq) || !n.Args[0].Args[0].Args[1].IsConst(0) {
		return nil, false
	}
	return n.Args[0].Args[0].Args[0], true
}

// needless tells whether n is [x ≠ 0]·x·y with such a y, or x is not 0 wherever the value is finite.
func (u *ungate) needless(n, x *ir.Node) bool { return u.not0[x] || u.vanishes(n.Args[1], x) }

// maxFactors bounds the factors of products that are held against each other.
const maxFactors = 32

// longest is the longest product that the value is made of with the factor x that y is a multiple of, by nothing but logarithms and constants: where it is 0, so is y.
func (u *ungate) longest(y, x *ir.Node) *ir.Node {
	best, most := x, 0
	all := multiplied(y)
	for _, n := range u.order {
		if !n.Is(ir.OpMul) || len(all) > maxFactors {
			continue
		}
		list := multiplied(n)
		if len(list) <= most || len(list) > len(all) || !slices.Contains(list, x) || slices.ContainsFunc(list, isLog) {
			continue
		}
		rest := slices.Clone(all)
		for _, f := range list {
			if at := slices.Index(rest, f); at >= 0 {
				rest = slices.Delete(rest, at, at+1)
			}
		}
		few := !slices.ContainsFunc(rest, func(f *ir.Node) bool { return !isLog(f) && f.Kind != ir.Const })
		if few && len(rest) == len(all)-len(list) {
			best, most = n, len(list)
		}
	}
	return best
}

func isLog(n *ir.Node) bool { return n.Is(ir.OpLog) }

// multiplied is the factors of a product of products, or one more than maxFactors of them.
func multiplied(n *ir.Node) []*ir.Node {
	var list []*ir.Node
	stack := []*ir.Node{n}
	for len(stack) > 0 && len(list) <= maxFactors {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if x.Is(ir.OpMul) || x.Is(ir.OpNeg) {
			stack = append(stack, x.Args...)
		} else {
			list = append(list, x)
		}
	}
	return list
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
