package minimal

import "github.com/adgen-go/adgen/ir"

// region is where all operations of a program are finite and continuous, but for overflow.
type region int

const (
	nowhere region = iota // that can be seen
	orthant               // where all arguments are positive
	everywhere
)

// regionOf finds the region of a program by the signs of its values.
func regionOf(order []*ir.Node) region {
	for _, r := range []region{everywhere, orthant} {
		if (&signs{positive: r == orthant, of: map[*ir.Node]sign{}}).continuous(order) {
			return r
		}
	}
	return nowhere
}

// sign is what is known of a value.
type sign int

const (
	unknown sign = iota
	notNegative
	positive
)

// signs derives signs of values, of positive arguments or of any.
type signs struct {
	positive bool
	of       map[*ir.Node]sign
}

// continuous tells whether all quotients, roots and logarithms are of values that cannot be 0, and no function has poles elsewhere.
func (s *signs) continuous(order []*ir.Node) bool {
	for _, n := range order {
		s.of[n] = s.derive(n)
		switch {
		case n.Kind != ir.Apply, n.Is(ir.OpAdd), n.Is(ir.OpSub), n.Is(ir.OpMul), n.Is(ir.OpNeg), n.Is(ir.OpSigmoid):
		case n.Is(ir.OpDiv):
			if s.of[n.Args[1]] != positive && n.Args[1].Kind != ir.Const {
				return false
			}
		case n.Is(ir.OpSqrt), n.Is(ir.OpLog), n.Is(ir.OpPow):
			if plan, _ := power(n); s.of[n.Args[0]] != positive && (!n.Is(ir.OpPow) || plan.Root || plan.Inverse) {
				return false
			}
		default:
			if !entire[n.Prim.Op] {
				return false
			}
		}
	}
	return true
}

// power is the plan of a power with a constant exponent.
func power(n *ir.Node) (ir.Power, bool) {
	if !n.Is(ir.OpPow) {
		return ir.Power{}, false
	}
	return ir.PlanPower(n.Args[1])
}

// entire are functions that are continuous everywhere.
var entire = map[ir.Op]bool{
	ir.OpExp: true, ir.OpExp2: true, ir.OpExpm1: true, ir.OpSin: true, ir.OpCos: true, ir.OpAtan: true, ir.OpSinh: true, ir.OpCosh: true, ir.OpTanh: true,
	ir.OpAsinh: true, ir.OpErf: true, ir.OpErfc: true, ir.OpCbrt: true, ir.OpSoftplus: true,
}

func (s *signs) derive(n *ir.Node) sign {
	both := func() (a, b sign) { return s.of[n.Args[0]], s.of[n.Args[1]] }
	switch {
	case n.Kind == ir.Const:
		return signOf(n.Value)
	case n.Kind == ir.Access:
		if s.positive {
			return positive
		}
	case n.Is(ir.OpExp), n.Is(ir.OpExp2), n.Is(ir.OpSigmoid), n.Is(ir.OpCosh), n.Is(ir.OpErfc):
		return positive
	case n.Is(ir.OpSqrt):
		return max(s.of[n.Args[0]], notNegative)
	case n.Is(ir.OpAdd):
		if a, b := both(); min(a, b) > unknown {
			return max(a, b)
		}
	case n.Is(ir.OpMul), n.Is(ir.OpDiv):
		a, b := both()
		if n.Is(ir.OpMul) && n.Args[0] == n.Args[1] {
			return max(a, notNegative)
		}
		return min(a, b)
	case n.Is(ir.OpPow):
		if plan, ok := power(n); ok && !plan.Root && plan.Whole%2 == 0 {
			return max(s.of[n.Args[0]], notNegative)
		}
		return s.of[n.Args[0]]
	}
	return unknown
}

func signOf(v float64) sign {
	switch {
	case v > 0:
		return positive
	case v == 0:
		return notNegative
	}
	return unknown
}
