package passes

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// explorer walks over the arguments of a function, by orders of magnitude and not by value, where the function as derived is in range: where all that it
// computes is at most widest. No more is asked for nearer to overflow, as a mere 4 or 5 more factors or terms would overflow there.
type explorer struct {
	f      *ir.Func
	t      *trace // the function as derived
	rand   *rand.Rand
	env    ir.Env // where the walk is
	args   []*float64
	first  map[string]int // the number of the first element of each real input
	before []float64
}

// widest bounds what a function computes where it is within range.
const widest = 1e300

// furthest bounds arguments where several are far from 1, from above, and its inverse from below: products of four of them are within range. A single one
// among ordinary ones may be larger, see extreme.
const furthest = 0x1p256

// newExplorer starts at a point at which f is finite.
func newExplorer(f *ir.Func, t *trace, r *rand.Rand, start ir.Env) *explorer {
	e := &explorer{f: f, t: t, rand: r, first: map[string]int{}}
	e.move(start)
	return e
}

// move goes to a copy of the point.
func (e *explorer) move(to ir.Env) {
	e.env = cloned(to)
	e.args = e.args[:0]
	for _, in := range e.f.Inputs {
		if in.Type != ir.Real {
			continue
		}
		e.first[in.Name] = len(e.args)
		data := e.env.Inputs[in.Name].Data
		for i := range data {
			e.args = append(e.args, &data[i])
		}
	}
}

// cloned is a copy of the environment and its arrays.
func cloned(env ir.Env) ir.Env {
	c := ir.Env{Sizes: env.Sizes, Inputs: make(map[string]ir.Tensor, len(env.Inputs))}
	for name, x := range env.Inputs {
		c.Inputs[name] = ir.Tensor{Dims: x.Dims, Data: slices.Clone(x.Data)}
	}
	return c
}

// argument is the number of the element of a real input that n is at the subscripts, or less than 0.
func (e *explorer) argument(n *ir.Node, index []float64) int {
	first, ok := e.first[n.Input.Name]
	if !ok {
		return -1
	}
	return first + offset(e.env.Inputs[n.Input.Name], index)
}

// leap goes as far as the function is within range from a point where it is, in a direction, which tells by how much the logarithms of the arguments
// grow. It starts from powers of the arguments there: with size 1 from the point itself; with ordinary nearer to arguments of ordinary size, where
// what comes to the point is no help in that direction. It reports false if the function is not within range there.
func (e *explorer) leap(from ir.Env, size float64, direction []float64) bool {
	unit := longest(direction)
	e.move(from)
	for _, x := range e.args {
		*x = math.Copysign(math.Pow(math.Abs(*x), size), *x)
	}
	e.keep()
	near, far := 0.0, scales[len(scales)-1]
	at := far
	for range halvings {
		if e.shift(direction, at/unit); e.t.run(e.env) && e.t.within(widest) {
			near = at
		} else {
			far = at
		}
		if near == scales[len(scales)-1] {
			break
		}
		at = (near + far) / 2
	}
	e.shift(direction, near/unit)
	return e.t.run(e.env) && e.t.within(widest)
}

// ordinary is the power by which arguments come near to ordinary size.
const ordinary = 1.0 / 32

// halvings is as many as find how far to go in a direction.
const halvings = 7

// shift moves all arguments from where they were by so much in the direction.
func (e *explorer) shift(direction []float64, far float64) {
	for i, x := range e.args {
		if *x = e.before[i]; direction[i] != 0 && *x != 0 {
			*x = scaled(*x, math.Exp2(direction[i]*far))
		}
	}
}

// keep notes where the walk is.
func (e *explorer) keep() {
	e.before = e.before[:0]
	for _, x := range e.args {
		e.before = append(e.before, *x)
	}
}

// step goes to a point nearby, if the function is within range there.
func (e *explorer) step() bool {
	e.propose()
	if e.t.run(e.env) && e.t.within(widest) {
		return true
	}
	e.back()
	return false
}

// jump changes many arguments, each on its own, if the function is within range there.
func (e *explorer) jump() bool {
	e.keep()
	far, often := scales[e.rand.IntN(len(scales))], 0.25+e.rand.Float64()
	for _, x := range e.args {
		if e.rand.Float64() < often {
			*x = scaled(*x, math.Exp2(far*(2*e.rand.Float64()-1)))
			switch e.rand.IntN(16) {
			case 0:
				*x = 0
			case 1, 2, 3, 4, 5, 6, 7:
				*x = -*x
			}
		}
	}
	if e.t.run(e.env) && e.t.within(widest) {
		return true
	}
	e.back()
	return false
}

// back takes the last proposal back.
func (e *explorer) back() {
	for i, x := range e.args {
		*x = e.before[i]
	}
}

// scales are by how many powers of two arguments grow or shrink at most.
var scales = []float64{3, 30, 100, 256}

// special are arguments at which differences to small constants vanish.
var special = []float64{0, 1, -1, 2, -2, 0.5}

// propose changes an argument, or about half of them, or few, alike.
func (e *explorer) propose() {
	e.keep()
	x := e.args[e.rand.IntN(len(e.args))]
	by := math.Exp2(scales[e.rand.IntN(len(scales))] * (2*e.rand.Float64() - 1))
	switch e.rand.IntN(16) {
	case 0:
		*x = -*x
	case 1:
		*x = special[e.rand.IntN(len(special))]
	case 2:
		*x = *e.args[e.rand.IntN(len(e.args))]
	case 3, 4, 5, 6:
		often := e.rand.Float64()
		for _, x := range e.args {
			if e.rand.Float64() < often {
				*x = scaled(*x, by)
			}
		}
	case 7, 8: // against each other
		*x = scaled(*x, by)
		x = e.args[e.rand.IntN(len(e.args))]
		*x = scaled(*x, 1/by)
	default:
		*x = scaled(*x, by)
	}
}

// scaled is x·by, kept within range, and by itself if x is 0.
func scaled(x, by float64) float64 {
	if x == 0 {
		x = 1
	}
	return math.Copysign(min(max(math.Abs(x)*by, 1/furthest), furthest), x)
}

// The work of exploring: points that are kept, of so many times as many steps. Of large functions they are fewer, so that no more than so many
// operations are evaluated.
const (
	widePoints  = 256
	widePerKept = 3
	maxExplored = 400_000
)

// explore walks from the points, and keeps where it comes to.
func explore(f *ir.Func, t *trace, points []witness) []witness {
	var list []witness
	if len(t.order) == 0 {
		return nil
	}
	few := min(widePoints*widePerKept, maxExplored/len(t.order))
	for i, p := range points {
		e := newExplorer(f, t, rand.New(rand.NewPCG(5, uint64(i))), p.env)
		if len(e.args) == 0 || !t.run(e.env) || !t.within(widest) {
			continue
		}
		for k := range few / len(points) {
			if k%8 == 0 {
				e.move(p.env)
			}
			if (k%8 < 4 && e.jump() || k%8 >= 4 && e.step()) && len(list) < widePoints {
				list = append(list, witness{env: cloned(e.env), results: t.results()})
			}
		}
	}
	return list
}
