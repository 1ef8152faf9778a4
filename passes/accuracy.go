package passes

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/adgen-go/adgen/ir"
)

// Roundoff estimates how accurate the program for f is at a point: the error of a result, in units in the last place of the largest result, if
// every operation rounds by a random error of up to half a unit, to first order (Wilkinson, Rounding Errors in Algebraic Processes, 1963;
// Higham, Accuracy and Stability of Numerical Algorithms, 2.8). It is the worst of all results, each measured against the largest of its
// elements, but those from joint on against the largest of them all. It reports false for programs with loops, and where a result is not finite.
func Roundoff(f *ir.Func, joint int, env ir.Env) (float64, bool) {
	t := newTrace(f)
	return t.roundoff(joint, env)
}

// samples is the number of random roundings of a program from which its error is estimated: the root of their mean square is within a tenth
// of what it would be of infinitely many. A word has as many signs.
const samples = 64

// roundoff is Roundoff: the errors of all values in all samples are carried along by the partial derivatives.
func (t *trace) roundoff(joint int, env ir.Env) (float64, bool) {
	if !t.run(env) || !t.finite() {
		return 0, false
	}
	var x, partials [maxOperands]float64
	if t.errors == nil {
		t.errors = make([][samples]float64, len(t.order))
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i, n := range t.order {
		e := &t.errors[i]
		*e = [samples]float64{}
		if n.Kind != ir.Apply || n.Type != ir.Real {
			continue
		}
		for a, slope := range slopes(partials[:0], n, t.operands(i, x[:0])) {
			if slope == 0 {
				continue
			}
			for s, v := range &t.errors[t.steps[i].args[a]] {
				e[s] += slope * v
			}
		}
		// Half a unit in the last place is 2⁻⁵³ of the value or less; evenly spread it has this standard deviation.
		rounding := [2]float64{t.value[i] / math.Sqrt(3) * 0x1p-53}
		rounding[1] = -rounding[0]
		for s, signs := 0, r.Uint64(); s < samples; s, signs = s+1, bits.RotateLeft64(signs, 1) {
			e[s] += rounding[signs&1]
		}
	}
	scale := make([]float64, len(t.elements))
	for i, list := range t.elements {
		for _, at := range list {
			scale[min(i, joint)] = max(scale[min(i, joint)], math.Abs(t.value[at]))
		}
	}
	worst := 0.0
	for i, list := range t.elements {
		for _, at := range list {
			worst = max(worst, ULP(meanSquareRoot(&t.errors[at]), 0, scale[min(i, joint)], 53))
		}
	}
	return worst, true
}

func meanSquareRoot(x *[samples]float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / samples)
}

// slopes appends the partial derivatives of n by its real operands, which have the values x, by differences where it is no arithmetic.
func slopes(list []float64, n *ir.Node, x []float64) []float64 {
	switch n.Prim.Op {
	case ir.OpAdd:
		return append(list, 1, 1)
	case ir.OpSub:
		return append(list, 1, -1)
	case ir.OpNeg:
		return append(list, -1)
	case ir.OpMul:
		return append(list, x[1], x[0])
	case ir.OpDiv:
		return append(list, 1/x[1], -x[0]/(x[1]*x[1]))
	}
	for i, a := range n.Args {
		if a.Type != ir.Real || n.Is(ir.OpSelect) && (i == 1) != (x[0] != 0) {
			list = append(list, 0)
			continue
		}
		h := max(math.Abs(x[i])*1e-6, 1e-12)
		at := x[i]
		x[i] = at + h
		above := applied(n.Prim, x)
		x[i] = at - h
		below := applied(n.Prim, x)
		x[i] = at
		slope := (above - below) / (2 * h)
		if slope-slope != 0 {
			slope = 0
		}
		list = append(list, slope)
	}
	return list
}
