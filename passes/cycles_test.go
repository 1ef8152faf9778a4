package passes

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/adgen-go/adgen/ir"
)

// stream is as many operands as fit the first-level cache with their results.
const stream = 1024

// inlined loops over the primitives that compile to an instruction or a few; the others
// are calls, which the table's Eval makes too.
var inlined = map[ir.Op]func(x, y, z *[stream]float64){
	ir.OpAdd: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = x[i] + y[i]
		}
	},
	ir.OpSub: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = x[i] - y[i]
		}
	},
	ir.OpMul: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = x[i] * y[i]
		}
	},
	ir.OpDiv: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = x[i] / y[i]
		}
	},
	ir.OpNeg: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = -x[i]
		}
	},
	ir.OpMin: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = min(x[i], y[i])
		}
	},
	ir.OpMax: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = max(x[i], y[i])
		}
	},
	ir.OpRelu: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = max(x[i], 0)
		}
	},
	ir.OpSqrt: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = math.Sqrt(x[i])
		}
	},
	ir.OpAbs: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = math.Abs(x[i])
		}
	},
	ir.OpFloor: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = math.Floor(x[i])
		}
	},
	ir.OpCeil: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = math.Ceil(x[i])
		}
	},
	ir.OpTrunc: func(x, y, z *[stream]float64) {
		for i := range x {
			z[i] = math.Trunc(x[i])
		}
	},
	ir.OpLt: func(x, y, z *[stream]float64) {
		for i := range x {
			if x[i] > 2 {
				z[0]++
			}
		}
	},
	ir.OpLe: func(x, y, z *[stream]float64) {
		for i := range x {
			if x[i] >= 2 {
				z[0]++
			}
		}
	},
	ir.OpEq: func(x, y, z *[stream]float64) {
		for i := range x {
			if x[i] == 2 {
				z[0]++
			}
		}
	},
	ir.OpNe: func(x, y, z *[stream]float64) {
		for i := range x {
			if !(x[i] != 2) {
				z[0]++
			}
		}
	},
	ir.OpSelect: func(x, y, z *[stream]float64) { // with its comparison, which predicts well
		for i := range x {
			if x[i] < 2 {
				z[i] = x[i]
			} else {
				z[i] = y[i]
			}
		}
	},
}

// BenchmarkCycles measures the weights of the table cycles, as throughput: operations on
// independent operands in (0, 1), or in (1, 2) for arcosh. A cycle is the time of one step of a
// chain of dependent integer operations, measured in turn with the primitive, as the clock
// rate changes; of calls the time of a call that does nothing is taken off.
func BenchmarkCycles(b *testing.B) {
	var x, above, y, z [stream]float64
	for i := range x {
		x[i] = (float64(i*397%stream) + 0.5) / stream
		above[i] = x[i] + 1
		y[i] = (float64(i*613%stream) + 0.5) / stream
	}
	for _, p := range weighed() {
		b.Run(p.Name, func(b *testing.B) {
			in := &x
			if p.Op == ir.OpAcosh {
				in = &above
			}
			var cycles float64
			for b.Loop() {
				if loop, ok := inlined[p.Op]; ok {
					t := fastest(cycleChain(), func() { loop(in, &y, &z) })
					cycles = t[1] / t[0]
				} else {
					t := fastest(cycleChain(), call(p, in, &y, &z), call(ir.PrimOf(ir.OpStopGradient), in, &y, &z))
					cycles = (t[1] - t[2]) / t[0]
				}
			}
			b.ReportMetric(cycles, "cycles/op")
		})
	}
}

// weighed lists the primitives that have a weight.
func weighed() []*ir.Prim {
	var list []*ir.Prim
	for _, w := range slices.Concat(cycles, assumed) {
		list = append(list, ir.PrimOf(w.op))
	}
	return list
}

// fastest is the least time, of many, of each of the runs, which take turns.
func fastest(runs ...func()) []float64 {
	const rounds, batch = 200, 10
	best := make([]float64, len(runs))
	for round := range rounds {
		for i, run := range runs {
			start := time.Now()
			for range batch {
				run()
			}
			if t := float64(time.Since(start).Nanoseconds()); round == 0 || t < best[i] {
				best[i] = t
			}
		}
	}
	return best
}

// call applies p to a stream of operands.
func call(p *ir.Prim, x, y, z *[stream]float64) func() {
	args := make([]float64, p.Arity)
	whole := p.Op == ir.OpPolygamma || p.Op == ir.OpJn || p.Op == ir.OpYn
	return func() {
		for i := range x {
			args[0] = x[i]
			if whole {
				args[0] = 2
			}
			if len(args) > 1 {
				args[1] = y[i]
			}
			z[i] = p.Eval(args)
		}
	}
}

// cycleChain takes one processor cycle for each element of a stream: a shift and an exclusive or, each
// of which waits for the one before. The state is kept, so that the compiler keeps the work.
func cycleChain() func() {
	state := uint64(88172645463325252)
	return func() {
		v := state
		for range stream / 2 {
			v ^= v << 1
		}
		state = v
	}
}

// Every primitive that an operation count can contain has a weight.
func TestCyclesComplete(t *testing.T) {
	for _, p := range ir.Public() {
		if !simple(p.Op).Total().IsZero() && cyclesOf[p.Op] < 1 {
			t.Errorf("%s has no weight", p.Name)
		}
	}
	for _, op := range []ir.Op{ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpDiv, ir.OpNeg, ir.OpLt, ir.OpLe, ir.OpEq, ir.OpNe, ir.OpSelect} {
		if cyclesOf[op] < 1 {
			t.Errorf("%s has no weight", ir.PrimOf(op).Name)
		}
	}
}

// The weighed total is the sum over the primitives, and √(x² + e^(x²)) costs two
// multiplications, an addition, an exponential and a root.
func TestCycles(t *testing.T) {
	c := Written(seed2()).Cycles()
	want := 2*cyclesOf[ir.OpMul] + cyclesOf[ir.OpAdd] + cyclesOf[ir.OpExp] + cyclesOf[ir.OpSqrt]
	if got := c.Total(); !got.Equal(ir.PolyConst(int(want))) {
		t.Errorf("total %v, want %d", got, want)
	}
}
