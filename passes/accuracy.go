package passes

import (
	"math"
	"math/rand/v2"

	"github.com/adgen-go/adgen/ir"
)

// Roundoff estimates how accurate the program for f is at a point: the error of a result, in units in the last place of the largest result, if every
// operation rounds by a random error of up to half a unit, √(Σᵥ (∂r/∂v · v/2)²/3) over the values v of the program, to
// first order (Wilkinson, Rounding Errors in Algebraic Processes, 1963; Higham, Accuracy and Stability of Numerical Algorithms, 2.8). It is the
// worst of all results, each measured against the largest of its elements, but those from joint on against the largest of them all. It
// reports false for programs with loops.
func Roundoff(f *ir.Func, joint int, env ir.Env) (float64, bool) {
	var elements []*ir.Node
	var group []int
	for i, r := range f.Results {
		stack := []*ir.Node{r.Value}
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if n.Kind == ir.Pick {
				stack = append(stack, n.Args[1:]...)
				continue
			}
			elements, group = append(elements, n), append(group, min(i, joint))
		}
	}
	order := ir.Reachable(elements...)
	place := make(map[*ir.Node]int, len(order))
	value := make([]float64, len(order))
	for i, n := range order {
		place[n] = i
		v, ok := valueAt(n, value, place, env)
		if !ok {
			return 0, false
		}
		value[i] = v
	}
	scale := make([]float64, len(f.Results))
	for i, n := range elements {
		scale[group[i]] = max(scale[group[i]], math.Abs(value[place[n]]))
	}
	slopes := make([][]float64, len(order))
	for i, n := range order {
		slopes[i] = slopesAt(n, value, place)
	}
	worst := 0.0
	adjoint := make([]float64, len(order))
	for i, n := range elements {
		clear(adjoint)
		adjoint[place[n]] = 1
		variance := 0.0
		for k := place[n]; k >= 0; k-- {
			if adjoint[k] == 0 {
				continue
			}
			if m := order[k]; m.Kind == ir.Apply && m.Type == ir.Real {
				e := adjoint[k] * value[k]
				variance += e * e
			}
			for a, s := range slopes[k] {
				adjoint[place[order[k].Args[a]]] += adjoint[k] * s
			}
		}
		// Half a unit in the last place is 2⁻⁵³ of the value or less.
		worst = max(worst, ULP(math.Sqrt(variance/3)*0x1p-53, 0, scale[group[i]], 53))
	}
	return worst, true
}

// valueAt is the value of n from those of its operands.
func valueAt(n *ir.Node, value []float64, place map[*ir.Node]int, env ir.Env) (float64, bool) {
	switch {
	case n.Kind == ir.Const:
		return n.Value, true
	case !n.Closed() || n.Kind == ir.Access && n.Input.Defined:
		return 0, false
	case n.Kind == ir.Size:
		return float64(env.Sizes[n.Name]), true
	case n.Kind == ir.Access:
		t := env.Inputs[n.Input.Name]
		offset := 0
		for d, a := range n.Args {
			offset = offset*t.Dims[d] + int(value[place[a]])
		}
		if offset < 0 || offset >= len(t.Data) {
			return 0, false
		}
		return t.Data[offset], true
	case n.Kind != ir.Apply || n.Prim.Eval == nil:
		return 0, false
	}
	x := make([]float64, len(n.Args))
	for i, a := range n.Args {
		x[i] = value[place[a]]
	}
	return n.Prim.Eval(x), true
}

// slopesAt is the partial derivatives of n by its real operands, by differences where it is no arithmetic.
func slopesAt(n *ir.Node, value []float64, place map[*ir.Node]int) []float64 {
	if n.Kind != ir.Apply || n.Type != ir.Real {
		return nil
	}
	x := make([]float64, len(n.Args))
	for i, a := range n.Args {
		x[i] = value[place[a]]
	}
	switch n.Prim.Op {
	case ir.OpAdd:
		return []float64{1, 1}
	case ir.OpSub:
		return []float64{1, -1}
	case ir.OpNeg:
		return []float64{-1}
	case ir.OpMul:
		return []float64{x[1], x[0]}
	case ir.OpDiv:
		return []float64{1 / x[1], -x[0] / (x[1] * x[1])}
	}
	slopes := make([]float64, len(x))
	for i, a := range n.Args {
		if a.Type != ir.Real || n.Is(ir.OpSelect) && (i == 1) != (x[0] != 0) {
			continue
		}
		h := max(math.Abs(x[i])*1e-6, 1e-12)
		at := x[i]
		x[i] = at + h
		above := n.Prim.Eval(x)
		x[i] = at - h
		below := n.Prim.Eval(x)
		x[i] = at
		slopes[i] = (above - below) / (2 * h)
		if slopes[i]-slopes[i] != 0 {
			slopes[i] = 0
		}
	}
	return slopes
}

// accuracyPoints is the number of random points at which the accuracy of programs is compared.
const accuracyPoints = 4

// A program is as accurate as another if its expected error is at most so many units in the last place, or so many times, above that.
const (
	maxLoss  = 0.5
	maxRatio = 1.5
)

// judge compares the accuracy of programs with that of a function as it was derived.
type judge struct {
	points []ir.Env
	before []float64
}

// newJudge draws the points. Where there are none, or the program has loops, the judge lets everything pass.
func newJudge(f *ir.Func) *judge {
	j := &judge{}
	if loops(f) {
		return j
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range accuracyPoints {
		env, err := RandomPoint(f, f, r)
		if err != nil {
			break
		}
		if e, ok := Roundoff(f, len(f.Results), env); ok && e-e == 0 {
			j.points, j.before = append(j.points, env), append(j.before, e)
		}
	}
	return j
}

// accepts tells whether the program for f is about as accurate as it was.
func (j *judge) accepts(f *ir.Func) bool {
	for i, env := range j.points {
		if e, ok := Roundoff(f, len(f.Results), env); ok && !(e <= max(j.before[i]+maxLoss, j.before[i]*maxRatio)) {
			return false
		}
	}
	return true
}
