package passes

import (
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// extreme are arguments at which products overflow or vanish; large are those at which exponentials do.
var (
	extreme = []float64{0, 1e300, -1e300, 1e-300, -1e-300, 800, -800, 1e160, -1e160, 1e-160}
	large   = []float64{0, 0, 1, -1, 30, -30, 800, -800}
	usual   = []float64{0, 800, -800, 1e10, -1e10, 1e-10} // of arrays, whose products have many factors
)

// addExtremes draws the extreme points.
func (j *judge) addExtremes(f *ir.Func, t *trace, r *rand.Rand) {
	extreme := extreme
	if j.sizes != nil {
		extreme = usual
	}
	mixed := func(r *rand.Rand) float64 { return large[r.IntN(len(large))] }
	few := min(1, float64(maxJudged)/float64((singlePoints+mixedPoints)*(1+len(t.order))))
	for k := range int(few*singlePoints) + int(few*mixedPoints) {
		if single := k < int(few*singlePoints); single {
			j.addExtreme(f, t, r, ranges[k%len(ranges)], extreme[k%len(extreme)])
		} else {
			j.addExtreme(f, t, r, mixed)
		}
	}
}

// addExtreme draws a point of which single elements are given.
func (j *judge) addExtreme(f *ir.Func, t *trace, r *rand.Rand, draw func(*rand.Rand) float64, single ...float64) {
	env, ok := randomEnv(f, j.sizes, r, draw)
	if !ok {
		return
	}
	for _, v := range single {
		setOne(f, env, r, v)
	}
	if t.run(env) && t.valued(len(f.Own())) && (j.sizes == nil || t.within(widest)) {
		j.extremes = append(j.extremes, &witness{env: env, results: t.results()})
	}
}

// valued tells whether an element of the first results, so many of which are the values that the others are derivatives of, is finite at the point where the
// program has been run: else there is nothing that they are derivatives of.
func (t *trace) valued(count int) bool {
	return slices.ContainsFunc(t.elements[:count], func(value []int32) bool {
		return slices.ContainsFunc(value, func(at int32) bool { return t.value[at]-t.value[at] == 0 })
	})
}

// setOne gives a random element of the real inputs the value v.
func setOne(f *ir.Func, env ir.Env, r *rand.Rand, v float64) {
	count := 0
	for _, in := range f.Inputs {
		if in.Type == ir.Real {
			count += len(env.Inputs[in.Name].Data)
		}
	}
	if count == 0 {
		return
	}
	at := r.IntN(count)
	for _, in := range f.Inputs {
		if in.Type != ir.Real {
			continue
		}
		if data := env.Inputs[in.Name].Data; at < len(data) {
			data[at] = v
			return
		} else {
			at -= len(data)
		}
	}
}
