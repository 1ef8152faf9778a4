package passes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// ranges are where random arguments are drawn from, in turn, until the function is finite there.
var ranges = []func(*rand.Rand) float64{
	func(r *rand.Rand) float64 { return r.NormFloat64() },
	func(r *rand.Rand) float64 { return 0.1 + 0.8*r.Float64() },
	func(r *rand.Rand) float64 { return 1 + r.Float64() },
	func(r *rand.Rand) float64 { return 0.01 * r.NormFloat64() },
	func(r *rand.Rand) float64 { return 2 + 10*r.Float64() },
	func(r *rand.Rand) float64 { return -1 - r.Float64() },
	func(r *rand.Rand) float64 { return math.Exp(2 * r.NormFloat64()) },
}

// RandomPoint draws sizes and arguments at which all results of f and of its derivative d are finite. The same
// generator gives the same point.
func RandomPoint(f, d *ir.Func, r *rand.Rand) (ir.Env, error) { return finitePoint(f, d, r, ranges) }

// SamplePoint draws as RandomPoint does and, where that finds nothing, small positive arguments.
func SamplePoint(f, d *ir.Func, r *rand.Rand) (ir.Env, error) { return finitePoint(f, d, r, allRanges) }

// allRanges are also small and positive.
var allRanges = append(ranges[:len(ranges):len(ranges)], func(r *rand.Rand) float64 { return 0.01 + 0.08*r.Float64() })

// finitePoint draws from the ranges, in turn, until all results of f and d are finite.
func finitePoint(f, d *ir.Func, r *rand.Rand, ranges []func(*rand.Rand) float64) (ir.Env, error) {
	var failed error
	env, ok := drawPoint(f, nil, r, ranges, func(env ir.Env) bool {
		values, err := ir.Eval(d, env)
		failed = err
		return err != nil || finite(values)
	})
	if failed == nil && !ok {
		failed = fmt.Errorf("%s: no random point was found at which the function and its gradient are finite", f.Name)
	}
	return env, failed
}

// drawPoint draws sizes, if none are given, and arguments of f from the ranges in turn, until they are accepted; it reports false if that takes too long.
func drawPoint(f *ir.Func, sizes map[string]int, r *rand.Rand, ranges []func(*rand.Rand) float64, accept func(ir.Env) bool) (ir.Env, bool) {
	for _, draw := range ranges {
		for range 20 {
			if env, ok := randomEnv(f, sizes, r, draw); ok && accept(env) {
				return env, true
			}
		}
	}
	return ir.Env{}, false
}

func finite(values []ir.Tensor) bool {
	for _, t := range values {
		for _, v := range t.Data {
			if v-v != 0 {
				return false
			}
		}
	}
	return true
}

// maxRandom bounds the elements of a random array.
const maxRandom = 1 << 16

// randomEnv draws one environment, of the sizes if there are any. It reports false if the sizes do not pass f's checks.
func randomEnv(f *ir.Func, sizes map[string]int, r *rand.Rand, draw func(*rand.Rand) float64) (ir.Env, bool) {
	env := ir.Env{Sizes: sizes, Inputs: map[string]ir.Tensor{}}
	if sizes == nil {
		env.Sizes = randomSizes(f, r)
	}
	return env, admits(f, env) && randomInputs(f, env, r, draw)
}

func randomSizes(f *ir.Func, r *rand.Rand) map[string]int {
	sizes := map[string]int{}
	most := 5
	if len(f.Sizes) > 0 && r.IntN(4) == 0 {
		most = 10 // more iterations than are run at once
	}
	for _, s := range f.Sizes {
		sizes[s] = 1 + r.IntN(most)
	}
	return sizes
}

// admits tells whether the sizes pass f's checks.
func admits(f *ir.Func, env ir.Env) bool {
	return !slices.ContainsFunc(f.Checks, func(c ir.Check) bool { return c.Data == nil && env.Extent(c.Value) < c.AtLeast })
}

// randomInputs draws inputs of the sizes. It reports false if there are none, or they are too large.
func randomInputs(f *ir.Func, env ir.Env, r *rand.Rand, draw func(*rand.Rand) float64) bool {
	for _, in := range f.Inputs {
		t := ir.Tensor{Dims: make([]int, len(in.Dims))}
		count := 1
		for i, d := range in.Dims {
			t.Dims[i] = env.Extent(d)
			if t.Dims[i] > maxRandom {
				return false
			}
			if count *= max(t.Dims[i], 0); count > maxRandom {
				return false
			}
		}
		for i := range count {
			if in.Type == ir.Int {
				lo, hi := intRange(f, in, env, t.Subscripts(i))
				if lo >= hi {
					return false
				}
				t.Data = append(t.Data, float64(lo+r.IntN(hi-lo)))
			} else {
				t.Data = append(t.Data, draw(r))
			}
		}
		env.Inputs[in.Name] = t
	}
	return true
}

// intRange is the range that f's checks leave for an element of an integer input.
func intRange(f *ir.Func, in *ir.Input, env ir.Env, at []int) (lo, hi int) {
	lo, hi = math.MinInt, math.MaxInt
	for _, c := range f.Checks {
		if c.Data == in && c.Holds(env, at) {
			least, below := c.Range(env, at)
			lo, hi = max(lo, least), min(hi, below)
		}
	}
	switch {
	case lo == math.MinInt:
		lo = min(0, hi-1)
	case hi == math.MaxInt:
		hi = max(lo, 0) + 10
	}
	if hi == math.MaxInt {
		hi = 10
	}
	return lo, hi
}

// ULP is |a − b| in units in the last place of the scale, for numbers of so many bits of mantissa (53 for
// float64, 24 for float32). What is not finite in both alike is infinitely far apart.
func ULP(a, b, scale float64, bits int) float64 {
	if a == b || a != a && b != b {
		return 0
	}
	d := math.Abs(a - b)
	if d-d != 0 {
		return math.Inf(1)
	}
	return d / lastPlace(scale, bits)
}

// lastPlace is a unit in the last place of the scale, for numbers of so many bits of mantissa.
func lastPlace(scale float64, bits int) float64 {
	_, exp := math.Frexp(max(math.Abs(scale), 1e-300))
	return math.Ldexp(1, exp-bits)
}
