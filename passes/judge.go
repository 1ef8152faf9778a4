package passes

import (
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/adgen-go/adgen/ir"
)

// judge tells whether a program can stand for a function as it was derived: whether it computes the same at random points, about as
// accurately, and whether it is finite at extreme points wherever the function is. A result of the program is to be finite where that of the function is, at
// the points of extremes; and all are at any arguments at which the function is in range, that is, computes no number above widest on the way. Programs with loops
// are judged as instances, at usual arguments, and not by their accuracy.
type judge struct {
	points   []witness  // at which all results are finite
	extremes []*witness // those from drawn on were found by the hunt, or refused a program
	drawn    int
	hunt     *hunt
	writer   writer         // of programs
	sizes    map[string]int // at which those with loops are written out
	standing map[*ir.Func]standing
	changes  int  // of the extremes
	blind    bool // the function has loops, and everything passes
}

// witness is what a function is at a point.
type witness struct {
	env     ir.Env
	results []ir.Tensor
	error   float64 // expected, see Roundoff
	strict  bool    // a program was less accurate there
}

// The points of a judge: random ones, those with one extreme argument, and those with several large ones or zeros.
const (
	randomPoints = 4
	singlePoints = 160
	mixedPoints  = 32
	maxJudged    = 100_000 // the operations that are evaluated at extreme points
)

// A program is as accurate as another if its expected error is at most so many units in the last place, or so many times, above that. It
// computes the same if the results differ by no more than so many times the expected errors.
const (
	maxLoss   = 1
	maxRatio  = 1.5
	maxDiffer = 100
)

// Judge tells of programs whether they can stand for f: whether they compute the same, about as accurately, and are finite at extreme arguments wherever f is.
func Judge(f *ir.Func) func(*ir.Func) bool {
	j := newJudge(writtenOut(f, unrolling{}))
	return func(p *ir.Func) bool {
		_, ok := j.confirm(program{Func: p})
		return ok
	}
}

// newJudge is the judge of programs for f, writtenOut; it draws the points. Where there are none nothing passes.
func newJudge(f *ir.Func, by writer, sizes map[string]int) *judge {
	j := &judge{writer: by, sizes: sizes, hunt: &hunt{}, standing: map[*ir.Func]standing{}, blind: loops(f)}
	if j.blind {
		return j
	}
	t := newTrace(f)
	r := rand.New(rand.NewPCG(1, 2))
	for range randomPoints {
		var e float64
		env, ok := drawPoint(f, sizes, r, allRanges, func(env ir.Env) bool {
			var ok bool
			e, ok = t.roundoff(len(f.Results), env)
			return ok && e-e == 0
		})
		if !ok {
			break
		}
		j.points = append(j.points, witness{env: env, results: t.results(), error: e})
	}
	j.addExtremes(f, t, r)
	j.drawn = len(j.extremes)
	j.blind = sizes != nil && len(j.points) == 0
	if sizes == nil {
		j.hunt = newHunt(f, t, j.points)
	}
	return j
}

// envs is the random points.
func (j *judge) envs() []ir.Env {
	var list []ir.Env
	for _, p := range j.points {
		list = append(list, p.env)
	}
	return list
}

// accepts tells whether the program for f, or what it is unrolled, can stand for the function.
func (j *judge) accepts(f *ir.Func) bool { return j.remember(j.hearing(f)()) }

// hearEach is the verdicts on several programs, which are heard in parallel.
func (j *judge) hearEach(list []program) []verdict {
	verdicts := make([]verdict, len(list))
	var all sync.WaitGroup
	for i, p := range list {
		hear := j.hearing(p.Func)
		all.Go(func() { verdicts[i] = hear() })
	}
	all.Wait()
	return verdicts
}

// standing is which tests a program has passed.
type standing struct {
	points int  // those that there were after so many changes; 0 is none
	proven bool // finite at many points more
}

// verdict is whether a program is accepted, and the point because of which it is not, if there is one.
type verdict struct {
	of       *ir.Func
	accepted bool
	because  *witness
	inexact  bool // it is not accurate there; or else not finite
}

// overflows tells whether a program is not accepted as it is not finite at a point.
func (v verdict) overflows() bool { return v.because != nil && !v.inexact }

// remember is whether a program is accepted. A point that was found against one is held against all after it.
func (j *judge) remember(v verdict) bool {
	switch {
	case v.accepted:
		j.standing[v.of] = standing{1 + j.changes, j.standing[v.of].proven}
	case v.inexact:
		v.because.strict = true
	case v.because != nil:
		if i := slices.Index(j.extremes, v.because); i >= 0 {
			j.extremes = slices.Delete(j.extremes, i, i+1)
			if i < j.drawn {
				j.drawn--
			}
		}
		j.extremes = append(j.extremes, v.because)
		j.changes++
	}
	return v.accepted
}

// maxRecent is the number of points that were found last.
const maxRecent = 16

// found is the points that were found last.
func (j *judge) found() []*witness {
	return j.extremes[max(j.drawn, len(j.extremes)-maxRecent):]
}

// hearing is the test of the program f, which changes nothing but what is its own.
func (j *judge) hearing(f *ir.Func) func() verdict {
	if j.blind || len(j.points) == 0 {
		return func() verdict { return verdict{of: f, accepted: j.blind} }
	}
	known := j.standing[f]
	if known.points == 1+j.changes {
		return func() verdict { return verdict{of: f, accepted: true} }
	}
	straight, ok := j.straight(f)
	if !ok {
		return func() verdict { return verdict{of: f, accepted: true} }
	}
	t := newTrace(straight)
	return func() verdict {
		v := j.test(t, len(f.Results))
		if v.of = f; v.accepted && known.points == 0 {
			if w, ok := j.hunt.overflow(t); ok {
				return verdict{because: &w}
			}
		}
		return v
	}
}

// straight is the straight-line program for f; it reports false if it cannot be written out.
func (j *judge) straight(f *ir.Func) (*ir.Func, bool) {
	if u, ok := j.writer.of(f); ok {
		return u, true
	}
	return f, !loops(f)
}

// test holds the program, which has so many results, against all points.
func (j *judge) test(t *trace, results int) verdict {
	for i := range j.points {
		p := &j.points[i]
		e, ok := t.roundoff(results, p.env)
		if !ok || j.sizes == nil && !(e <= p.allowed()) || !p.agrees(t.results(), e) {
			return verdict{because: p, inexact: true}
		}
	}
	for _, p := range slices.Backward(j.extremes) {
		if !t.run(p.env) || !p.finite(t) {
			return verdict{because: p}
		}
	}
	return verdict{accepted: true}
}

// confirmed is a program that may be emitted: one that passed all tests of the judge, or the function as derived.
type confirmed struct{ program }

// confirm tells whether the program passes all tests of the judge, and is finite at many points more; if it is not, those are held against all after it.
func (j *judge) confirm(p program) (confirmed, bool) {
	if !j.remember(j.hearing(p.Func)()) {
		return confirmed{}, false
	}
	if !j.standing[p.Func].proven {
		var found []witness
		if straight, ok := j.straight(p.Func); ok {
			found = j.hunt.confirm(newTrace(straight))
		}
		for i := range found {
			j.extremes = append(j.extremes, &found[i])
			j.changes++
		}
		if len(found) > 0 {
			return confirmed{}, false
		}
		j.standing[p.Func] = standing{1 + j.changes, true}
	}
	return confirmed{p}, true
}

// allowed is the expected error that a program may have.
func (p witness) allowed() float64 { return max(p.error+maxLoss, p.error*maxRatio) }

// agrees tells whether the results of a program, whose expected error is e, are those of the function, up to rounding.
func (p witness) agrees(results []ir.Tensor, e float64) bool {
	return slices.EqualFunc(results, p.results, func(x, y ir.Tensor) bool {
		scale := largest(y)
		return slices.EqualFunc(x.Data, y.Data, func(v, w float64) bool {
			return ULP(v, w, scale, 53) <= maxDiffer*(1+e+p.error)
		})
	})
}

// finite tells whether the results of a program are finite where those of the function are.
func (p witness) finite(t *trace) bool {
	for i, elements := range t.elements {
		if len(elements) != len(p.results[i].Data) {
			return false
		}
		for k, at := range elements {
			if v, w := t.value[at], p.results[i].Data[k]; v-v != 0 && w-w == 0 {
				return false
			}
		}
	}
	return true
}
