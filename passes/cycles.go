package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// weight is the cost of a primitive in processor cycles.
type weight struct {
	op     ir.Op
	cycles int64
}

// cycles weighs each primitive by its throughput cost on a stream of independent operands in
// the first-level cache, with its loads and stores, rounded to whole cycles, at least one:
// the least of seven runs, on an AMD EPYC with Go 1.26.8 (linux/amd64), of
//
//	go test ./passes -run '^$' -bench Cycles -benchtime 1x
//
// Branches are well predicted there; a selection is measured with its comparison. On a machine that
// does other work at the same time, single figures come out up to twice as large.
var cycles = []weight{
	{ir.OpAdd, 2},
	{ir.OpSub, 2},
	{ir.OpMul, 2},
	{ir.OpDiv, 4},
	{ir.OpNeg, 2},
	{ir.OpPow, 222},
	{ir.OpMin, 2},
	{ir.OpMax, 3},
	{ir.OpLt, 3},
	{ir.OpLe, 3},
	{ir.OpEq, 3},
	{ir.OpNe, 2},
	{ir.OpSelect, 2},
	{ir.OpSqrt, 8},
	{ir.OpCbrt, 43},
	{ir.OpExp, 53},
	{ir.OpExp2, 58},
	{ir.OpExpm1, 35},
	{ir.OpLog, 39},
	{ir.OpLog2, 59},
	{ir.OpLog10, 42},
	{ir.OpLog1p, 40},
	{ir.OpSin, 31},
	{ir.OpCos, 33},
	{ir.OpTan, 35},
	{ir.OpAsin, 41},
	{ir.OpAcos, 42},
	{ir.OpAtan, 23},
	{ir.OpAtan2, 40},
	{ir.OpSinh, 44},
	{ir.OpCosh, 52},
	{ir.OpTanh, 43},
	{ir.OpAsinh, 76},
	{ir.OpAcosh, 63},
	{ir.OpAtanh, 65},
	{ir.OpHypot, 19},
	{ir.OpAbs, 2},
	{ir.OpSign, 1},
	{ir.OpFloor, 2},
	{ir.OpCeil, 2},
	{ir.OpTrunc, 2},
	{ir.OpRound, 4},
	{ir.OpMod, 40},
	{ir.OpErf, 23},
	{ir.OpErfc, 25},
	{ir.OpErfinv, 44},
	{ir.OpErfcinv, 49},
	{ir.OpGamma, 35},
	{ir.OpLgamma, 66},
	{ir.OpJ0, 19},
	{ir.OpJ1, 20},
	{ir.OpJn, 179},
	{ir.OpY0, 78},
	{ir.OpY1, 80},
	{ir.OpYn, 182},
	{ir.OpSigmoid, 48},
	{ir.OpSoftplus, 110},
	{ir.OpRelu, 3},
}

// assumed are weights that are not measured: exp_ftz is exp, and the others are summed from a recurrence and an
// asymptotic series with a logarithm or powers, and are taken to cost what lgamma does.
var assumed = []weight{
	{ir.OpExpFTZ, 53},
	{ir.OpDigamma, 66},
	{ir.OpTrigamma, 66},
	{ir.OpPolygamma, 66},
}

var cyclesOf = func() map[ir.Op]int64 {
	m := map[ir.Op]int64{}
	for _, w := range slices.Concat(cycles, assumed) {
		m[w.op] = w.cycles
	}
	return m
}()

// cyclesFor is the weight of op; a primitive that a source declares is taken for a function like gamma.
func cyclesFor(op ir.Op) int64 {
	if op >= ir.FirstOwn {
		return cyclesOf[ir.OpGamma]
	}
	return cyclesOf[op]
}

// Cycles weighs the count by the cost model: the number of processor cycles that its operations
// take, each primitive in the category that it counts most in. Loads, stores, and
// what the processor does at the same time are not modelled: it compares programs,
// it does not predict their time.
func (f Flops) Cycles() Flops {
	w := Flops{AtMost: f.AtMost}
	for _, p := range f.Prims {
		c := p.Count.Scale(cyclesFor(p.Op), 1)
		w.Prims = append(w.Prims, PrimCount{p.Op, c})
		into := w.category(p.Op)
		*into = into.Add(c)
	}
	return w
}

// category is the count that the cycles of op go to. Primitives that are made of several
// operations are calls.
func (f *Flops) category(op ir.Op) *ir.Poly {
	if op >= ir.FirstOwn {
		return &f.Call
	}
	unit := simple(op)
	if !unit.Total().Equal(ir.PolyConst(1)) {
		return &f.Call
	}
	for _, c := range []struct{ one, into *ir.Poly }{
		{&unit.Add, &f.Add}, {&unit.Mul, &f.Mul}, {&unit.Div, &f.Div},
		{&unit.Compare, &f.Compare}, {&unit.Select, &f.Select},
	} {
		if !c.one.IsZero() {
			return c.into
		}
	}
	return &f.Call
}

// Cycles is the report with every count weighed by the cost model.
func (r Report) Cycles() Report {
	r.Value = ValueCounts{r.Value.Written.Cycles(), r.Value.Emitted.Cycles()}
	if g := r.Gradient; g != nil {
		r.Gradient = &GradientCounts{g.Naive.Cycles(), g.Forward.Cycles(), g.Reverse.Cycles(), g.Emitted.Cycles()}
	}
	r.Kinds = slices.Clone(r.Kinds)
	for i, k := range r.Kinds {
		r.Kinds[i].Emitted = k.Emitted.Cycles()
		r.Kinds[i].Ways = slices.Clone(k.Ways)
		for j, w := range k.Ways {
			r.Kinds[i].Ways[j].Count = w.Count.Cycles()
		}
	}
	return r
}
