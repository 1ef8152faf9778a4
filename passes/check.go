package passes

import (
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Sample is a kind of derivative of a function at a point, by the direct evaluator.
type Sample struct {
	Env     ir.Env      // sizes, arguments and seeds
	Results []ir.Tensor // of the plainest way
	Scale   []float64   // of each result: its largest entry, or more where that is what rounding makes of it (see Scales)

	Direction []ir.Tensor // a tangent, one array for each independent: the seeds, or random
	Along     []float64   // what the results say of the change along it, of the value or, by second derivatives, of the gradient too
	Forward   float64     // the largest error of the same by forward mode, and of the results by other ways, in ULPs of the scale

	Measured    []float64 // the same as Along by central differences
	Differences float64   // the largest error of central differences along the direction, relative to the scale
	Close       bool      // whether those are as close as their own error allows
}

// Evaluate evaluates ways to derive what is wanted of a function at the point, whose inputs are those of ways[0], and holds them against each other, against forward mode,
// and against central differences.
func Evaluate(w ir.Wanted, ways []*ir.Func, env ir.Env, r *rand.Rand) (Sample, error) {
	f := ways[0].Derived() // for what it is differentiated by
	f.Results = f.Results[:len(ways[0].Results)-added(w, ways[0])]
	s := Sample{Env: env, Close: true}
	var err error
	if s.Results, err = ir.Eval(ways[0], env); err != nil {
		return s, err
	}
	if s.Scale, err = Scales(ways[0], s.Results, env, r); err != nil {
		return s, err
	}
	for _, other := range ways[1:] {
		results, err := ir.Eval(other, env)
		if err != nil {
			return s, err
		}
		if err := s.compare(other, results, r); err != nil {
			return s, err
		}
	}
	if w.Kind == "value" {
		return s, nil
	}
	c := &comparison{kind: w.Kind, f: f, base: f, sample: &s}
	if w.Kind == "hessian" || w.Kind == "hvp" {
		if c.base, err = Gradient(f); err != nil {
			return s, err
		}
	}
	return s, c.run(r)
}

// compare holds the results of another way against those of the plainest. Where they are far apart the scale of the other way counts too: it may take
// a way on which more is lost.
func (s *Sample) compare(other *ir.Func, results []ir.Tensor, r *rand.Rand) error {
	scale := slices.Clone(s.Scale)
	furthest := func() (worst float64) {
		for i, t := range results {
			for e, v := range t.Data {
				worst = max(worst, ULP(v, s.Results[i].Data[e], scale[i], 53))
			}
		}
		return worst
	}
	if furthest() > doubtful {
		own, err := Scales(other, results, s.Env, r)
		if err != nil {
			return err
		}
		for i, v := range own {
			scale[i] = max(scale[i], v)
		}
	}
	s.Forward = max(s.Forward, furthest())
	return nil
}

// doubtful is a difference in ULPs from where on it is asked how accurate the other side is.
const doubtful = 64

// added is the number of results that deriving w has added to those of the function.
func added(w ir.Wanted, d *ir.Func) int {
	n := len(d.Independents())
	switch w.Kind {
	case "value":
		return 0
	case "jvp":
		return len(d.Results) / 2
	case "jacobian":
		return len(d.Results) - len(d.Results)/(1+n)
	case "hvp":
		return 2 * n
	case "hessian", "gauss_newton":
		return n + n*(n+1)/2
	}
	return n
}
