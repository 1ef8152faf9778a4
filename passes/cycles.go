package passes

import "github.com/adgen-go/adgen/ir"

// weight is the cost of a primitive in processor cycles.
type weight struct {
	op     ir.Op
	cycles int64
}

// cycles weighs each primitive by its throughput cost on a stream of independent operands in
// the first-level cache, rounded to whole cycles, at least one. Measured on an
// AMD EPYC with Go 1.26 (linux/amd64) by
//
//	go test ./passes -run '^$' -bench Cycles -benchtime 1x
var cycles = []weight{
	{ir.OpAdd, 1},
	{ir.OpSub, 1},
	{ir.OpMul, 1},
	{ir.OpDiv, 1},
	{ir.OpNeg, 1},
	{ir.OpPow, 1},
	{ir.OpMin, 1},
	{ir.OpMax, 1},
	{ir.OpLt, 1},
	{ir.OpLe, 1},
	{ir.OpEq, 1},
	{ir.OpNe, 1},
	{ir.OpSelect, 1},
	{ir.OpSqrt, 1},
	{ir.OpCbrt, 1},
	{ir.OpExp, 1},
	{ir.OpExp2, 1},
	{ir.OpExpm1, 1},
	{ir.OpLog, 1},
	{ir.OpLog2, 1},
	{ir.OpLog10, 1},
	{ir.OpLog1p, 1},
	{ir.OpSin, 1},
	{ir.OpCos, 1},
	{ir.OpTan, 1},
	{ir.OpAsin, 1},
	{ir.OpAcos, 1},
	{ir.OpAtan, 1},
	{ir.OpAtan2, 1},
	{ir.OpSinh, 1},
	{ir.OpCosh, 1},
	{ir.OpTanh, 1},
	{ir.OpAsinh, 1},
	{ir.OpAcosh, 1},
	{ir.OpAtanh, 1},
	{ir.OpHypot, 1},
	{ir.OpAbs, 1},
	{ir.OpSign, 1},
	{ir.OpFloor, 1},
	{ir.OpCeil, 1},
	{ir.OpTrunc, 1},
	{ir.OpRound, 1},
	{ir.OpMod, 1},
	{ir.OpErf, 1},
	{ir.OpErfc, 1},
	{ir.OpErfinv, 1},
	{ir.OpErfcinv, 1},
	{ir.OpGamma, 1},
	{ir.OpLgamma, 1},
	{ir.OpDigamma, 1},
	{ir.OpTrigamma, 1},
	{ir.OpPolygamma, 1},
	{ir.OpJ0, 1},
	{ir.OpJ1, 1},
	{ir.OpJn, 1},
	{ir.OpY0, 1},
	{ir.OpY1, 1},
	{ir.OpYn, 1},
	{ir.OpSigmoid, 1},
	{ir.OpSoftplus, 1},
	{ir.OpRelu, 1},
}

var cyclesOf = func() map[ir.Op]int64 {
	m := map[ir.Op]int64{}
	for _, w := range cycles {
		m[w.op] = w.cycles
	}
	return m
}()

// Cycles weighs the count by the cost model: the number of processor cycles that its operations
// take, each primitive in the category that it counts most in. Loads, stores, and
// what the processor does at the same time are not modelled: it compares programs,
// it does not predict their time.
func (f Flops) Cycles() Flops {
	w := Flops{AtMost: f.AtMost}
	for _, p := range f.Prims {
		c := p.Count.Scale(cyclesOf[p.Op], 1)
		w.Prims = append(w.Prims, PrimCount{p.Op, c})
		into := w.category(p.Op)
		*into = into.Add(c)
	}
	return w
}

// category is the count that the cycles of op go to. Primitives that are made of several
// operations are calls.
func (f *Flops) category(op ir.Op) *ir.Poly {
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
	return r
}
