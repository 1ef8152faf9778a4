package passes

import (
	"math"
	"testing"
	"time"

	"github.com/adgen-go/adgen/ir"
)

// stream is as many operands as fit the first-level cache with their results.
const stream = 1024

// inlined loops over the primitives that compile to an instruction or a few; the others
// are calls, which the table's Eval makes too.
var inlined = map[ir.Op]func(x, y, z []float64){
	ir.OpAdd: func(x, y, z []float64) {
		for i := range x {
			z[i] = x[i] + y[i]
		}
	},
	ir.OpSub: func(x, y, z []float64) {
		for i := range x {
			z[i] = x[i] - y[i]
		}
	},
	ir.OpMul: func(x, y, z []float64) {
		for i := range x {
			z[i] = x[i] * y[i]
		}
	},
	ir.OpDiv: func(x, y, z []float64) {
		for i := range x {
			z[i] = x[i] / y[i]
		}
	},
	ir.OpNeg: func(x, y, z []float64) {
		for i := range x {
			z[i] = -x[i]
		}
	},
	ir.OpMin: func(x, y, z []float64) {
		for i := range x {
			z[i] = min(x[i], y[i])
		}
	},
	ir.OpMax: func(x, y, z []float64) {
		for i := range x {
			z[i] = max(x[i], y[i])
		}
	},
	ir.OpRelu: func(x, y, z []float64) {
		for i := range x {
			z[i] = max(x[i], 0)
		}
	},
	ir.OpSqrt: func(x, y, z []float64) {
		for i := range x {
			z[i] = math.Sqrt(x[i])
		}
	},
	ir.OpAbs: func(x, y, z []float64) {
		for i := range x {
			z[i] = math.Abs(x[i])
		}
	},
	ir.OpFloor: func(x, y, z []float64) {
		for i := range x {
			z[i] = math.Floor(x[i])
		}
	},
	ir.OpCeil: func(x, y, z []float64) {
		for i := range x {
			z[i] = math.Ceil(x[i])
		}
	},
	ir.OpTrunc: func(x, y, z []float64) {
		for i := range x {
			z[i] = math.Trunc(x[i])
		}
	},
	ir.OpLt: func(x, y, z []float64) {
		for i := range x {
			if x[i] > 2 {
				z[0]++
			}
		}
	},
	ir.OpLe: func(x, y, z []float64) {
		for i := range x {
			if x[i] >= 2 {
				z[0]++
			}
		}
	},
	ir.OpEq: func(x, y, z []float64) {
		for i := range x {
			if x[i] == 2 {
				z[0]++
			}
		}
	},
	ir.OpNe: func(x, y, z []float64) {
		for i := range x {
			if !(x[i] != 2) {
				z[0]++
			}
		}
	},
	ir.OpSelect: func(x, y, z []float64) { // with its comparison, which predicts well
		for i := range x {
			if x[i] < 2 {
				z[i] = x[i]
			} else {
				z[i] = y[i]
			}
		}
	},
}

// BenchmarkCycles measures the weights of cyclesOf, as throughput: operations on independent
// operands in (0, 1), or in (1, 2) for arcosh. A cycle is the time of one step of a chain of
// dependent integer operations; of calls the time of a call that does nothing is
// taken off.
func BenchmarkCycles(b *testing.B) {
	cycle := nsPerStep()
	x, y, z := make([]float64, stream), make([]float64, stream), make([]float64, stream)
	for i := range x {
		x[i] = (float64(i*397%stream) + 0.5) / stream
		y[i] = (float64(i*613%stream) + 0.5) / stream
	}
	empty := nsPerCall(ir.PrimOf(ir.OpStopGradient), x, y, z)
	for _, p := range weighed() {
		b.Run(p.Name, func(b *testing.B) {
			in := x
			if p.Op == ir.OpAcosh {
				in = make([]float64, stream)
				for i := range in {
					in[i] = x[i] + 1
				}
			}
			var ns float64
			for b.Loop() {
				if loop, ok := inlined[p.Op]; ok {
					ns = nsPerElement(func() { loop(in, y, z) })
				} else {
					ns = nsPerCall(p, in, y, z) - empty
				}
			}
			b.ReportMetric(ns/cycle, "cycles/op")
		})
	}
}

// weighed lists the primitives that have a weight.
func weighed() []*ir.Prim {
	var list []*ir.Prim
	for _, w := range cycles {
		list = append(list, ir.PrimOf(w.op))
	}
	return list
}

// nsPerElement is the least time of many runs over a stream, by element.
func nsPerElement(run func()) float64 {
	const batch = 20
	best := math.Inf(1)
	for range 50 {
		start := time.Now()
		for range batch {
			run()
		}
		best = min(best, float64(time.Since(start).Nanoseconds())/batch/stream)
	}
	return best
}

func nsPerCall(p *ir.Prim, x, y, z []float64) float64 {
	args := make([]float64, p.Arity)
	whole := p.Op == ir.OpPolygamma || p.Op == ir.OpJn || p.Op == ir.OpYn
	return nsPerElement(func() {
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
	})
}

// nsPerStep is the time of a processor cycle: a shift and an exclusive or, each of which waits for the
// one before, take two.
func nsPerStep() float64 {
	v := uint64(88172645463325252)
	ns := nsPerElement(func() {
		for range stream {
			v ^= v << 1
		}
	}) / 2
	if v == 1 {
		panic("a chain of shifts that the compiler may not leave out")
	}
	return ns
}
