package passes

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// What a program loses to rounding is found as by Monte Carlo arithmetic (Parker, Monte Carlo Arithmetic: exploiting randomness in floating-point
// arithmetic, 1997): arguments, and whatever is computed without being exact, change at random by a small part of themselves, sums by that of the
// largest term, and the change of the results, divided by that part, is the scale of their errors. So it takes in what cancels on the way.

// nudge is the part by which numbers change: so much more than rounding that this plays no role, and so little that the second order plays none.
const nudge = 0x1p-30

// Scales finds the scale of each result of d: its largest entry, the change by small changes on the way to it, or what other results and the
// arguments lead one to expect. A relative error of one unit in the last place, at each step of a program for d, makes about one of the scale.
func Scales(d *ir.Func, results []ir.Tensor, env ir.Env, r *rand.Rand) ([]float64, error) {
	list := make([]float64, len(results))
	for i, t := range results {
		list[i] = largest(t)
	}
	for range 2 {
		changed, err := ir.EvalWith(d, changed(d, env, r), func(n *ir.Node, x []float64, v float64) float64 {
			if n.Exact(x, v) {
				return v
			}
			if n.Adds() {
				return v + nudged(max(math.Abs(x[0]), math.Abs(x[1])), r)
			}
			return v + nudged(v, r)
		})
		if err != nil {
			return nil, err
		}
		for i, t := range changed {
			for e, v := range t.Data {
				if change := math.Abs(v-results[i].Data[e]) / nudge; change-change == 0 {
					list[i] = max(list[i], change)
				}
			}
		}
	}
	whole, argument := slices.Max(list), 0.0
	for _, in := range d.Inputs {
		argument = max(argument, largest(env.Inputs[in.Name]))
	}
	for i := range list {
		list[i] = max(list[i], whole/(1+argument))
	}
	return list, nil
}

// changed is the point with real arguments that have changed a little.
func changed(d *ir.Func, env ir.Env, r *rand.Rand) ir.Env {
	moved := ir.Env{Sizes: env.Sizes, Inputs: maps.Clone(env.Inputs)}
	for _, in := range d.Inputs {
		if in.Type != ir.Real {
			continue
		}
		x := env.Inputs[in.Name]
		y := ir.Tensor{Dims: x.Dims, Data: make([]float64, len(x.Data))}
		for e, v := range x.Data {
			y.Data[e] = v + nudged(v, r)
		}
		moved.Inputs[in.Name] = y
	}
	return moved
}

// nudged is a small part of v, up or down.
func nudged(v float64, r *rand.Rand) float64 { return v * nudge * float64(1-2*r.IntN(2)) }

func largest(t ir.Tensor) float64 {
	m := 0.0
	for _, v := range t.Data {
		m = max(m, math.Abs(v))
	}
	return m
}
