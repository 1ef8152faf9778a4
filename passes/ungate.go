package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// ungated is f with x·y for [x ≠ 0]·x·y, as in the derivative of a power by its exponent, where y is finite wherever any value that f computes, of which it is a derivative, is: 0
// times y is 0. So it is where x is not 0 wherever such a value is finite. What is left asks for the longest product that it can, so that several are one: x^a·y^b has both
// logarithms in its derivatives, and may have one selection.
func ungated(f *ir.Func) *ir.Func {
	order := ir.Reachable(f.Roots()...)
	if !slices.ContainsFunc(order, func(n *ir.Node) bool { _, ok := asked(n); return ok }) {
		return f
	}
	u := newUngate(f, order)
	changed := map[*ir.Node]*ir.Node{}
	for _, n := range order {
		operands := each(n.Args, func(a *ir.Node) *ir.Node { return changed[a] })
		if x, ok := asked(n); ok {
			if u.needless(n, x) {
				changed[n] = operands[1]
				continue
			}
			if h := u.longest(n.Args[1], x); h != x {
				operands[0] = u.g.Not(u.g.Apply(ir.OpEq, changed[h], u.g.Const(0)))
			}
		}
		changed[n] = u.g.With(n, operands)
	}
	return f.WithRoots(each(f.Roots(), func(n *ir.Node) *ir.Node { return changed[n] }))
}

type ungate struct {
	g      *ir.Graph
	order  []*ir.Node // of the values
	values []known
}

// known is what follows from a value being finite: what is finite, too, and what is not 0. Overflow is left to the judge.
type known struct{ finite, not0 map[*ir.Node]bool }

// maxValues bounds the values of which all must be finite, each on its own.
const maxValues = 64

// newUngate is for f, whose nodes are in order. It looks at the values one by one: a derivative of one is to be finite also where another is not.
func newUngate(f *ir.Func, order []*ir.Node) *ungate {
	u := &ungate{g: f.Graph}
	var values []*ir.Node
	for _, r := range f.Own() {
		values = append(values, elementsOf(r.Value)...)
	}
	u.order = ir.Reachable(values...)
	if len(values) > maxValues {
		u.values = []known{{}}
		return u
	}
	for _, v := range values {
		one := f.Derived()
		one.Results = []ir.Result{{Value: v}}
		_, reach := reaching(one)
		k := known{reach, nonzero(one)}
		k.follow(order)
		u.values = append(u.values, k)
	}
	return u
}

// asked is the x of a selection [x ≠ 0]·y.
func asked(n *ir.Node) (x *ir.Node, ok bool) {
	if !gated(n) || !n.Args[0].Is(ir.OpNot) || !n.Args[0].Args[0].Is(ir.OpEq) || !n.Args[0].Args[0].Args[1].IsConst(0) {
		return nil, false
	}
	return n.Args[0].Args[0].Args[0], true
}

// needless tells whether n is [x ≠ 0]·x·y with such a y, or x is not 0, wherever a value is finite.
func (u *ungate) needless(n, x *ir.Node) bool {
	return all(u.values, func(k known) bool { return k.not0[x] || k.vanishes(n.Args[1], x) })
}

// maxFactors bounds the factors of products that are held against each other.
const maxFactors = 32

// longest is the longest product that the values are made of with the factor x that y is a multiple of, by nothing but logarithms and constants: where it is 0, so is y.
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
func (k known) vanishes(n, x *ir.Node) bool {
	seen := map[*ir.Node]bool{}
	stack := []*ir.Node{n}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == x {
			return true
		}
		if seen[n] {
			continue
		}
		seen[n] = true
		switch {
		case n.Is(ir.OpNeg), n.Is(ir.OpDiv) && k.divides(n.Args[1]):
			stack = append(stack, n.Args[0])
		case n.Is(ir.OpMul):
			for i, a := range n.Args {
				if k.finite[n.Args[1-i]] {
					stack = append(stack, a)
				}
			}
		}
	}
	return false
}

// follow finds which nodes, of which operands come first, are finite wherever the value is.
func (k known) follow(order []*ir.Node) {
	finite := func(a *ir.Node) bool { return k.finite[a] }
	for _, n := range order {
		switch {
		case k.finite[n]:
		case n.Kind == ir.Const, n.Kind == ir.Access && !n.Input.Defined:
			k.finite[n] = true
		case n.Is(ir.OpAdd), n.Is(ir.OpSub), n.Is(ir.OpMul), n.Is(ir.OpNeg):
			k.finite[n] = all(n.Args, finite)
		case n.Is(ir.OpDiv):
			k.finite[n] = finite(n.Args[0]) && k.divides(n.Args[1])
		}
	}
}

// divides tells whether n is not 0 wherever the value is finite.
func (k known) divides(n *ir.Node) bool { return k.not0[n] || n.Kind == ir.Const && n.Value != 0 }
