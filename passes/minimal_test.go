package passes_test

import (
	"math"
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// A program is enumerated as the values that its operations have at points: at two random ones, where programs that agree with the value and
// the derivatives are taken to compute them, and at large arguments, where they must be finite and accurate if what is emitted is.
type values [6]float64

// random is the number of random points.
const random = 2

// is tells whether p can stand for q.
func (p values) is(q values) bool {
	for i := range p {
		tolerance := 1e-11
		if i >= random {
			tolerance = 1e-6
			if q[i]-q[i] != 0 {
				continue
			}
		}
		if !(math.Abs(p[i]-q[i]) <= tolerance*math.Abs(q[i])) {
			return false
		}
	}
	return true
}

// same tells whether p and q are the same, so that one of them is enough.
func (p values) same(q values) bool { return p.is(q) && q.is(p) }

// enumeration looks for a program of so many operations + − × ÷, negation and the given functions, over the arguments and
// constants, that computes all targets.
type enumeration struct {
	values  []values
	used    []bool
	base    int // arguments and constants
	targets []values
	calls   []func(float64) float64
}

// exists tells whether there is a program of n operations or fewer.
func (e *enumeration) exists(n int) bool { return e.extend(n, instruction{}) }

// instruction orders the operations on the same values, so that of independent ones one order is tried.
type instruction struct{ i, j, op int }

func (a instruction) before(b instruction) bool {
	switch {
	case a.i != b.i:
		return a.i < b.i
	case a.j != b.j:
		return a.j < b.j
	}
	return a.op < b.op
}

func (e *enumeration) extend(left int, last instruction) bool {
	missing := 0
	for _, t := range e.targets {
		if !slices.ContainsFunc(e.values, func(v values) bool { return v.is(t) }) {
			missing++
		}
	}
	if missing == 0 {
		return true
	}
	unused := 0 // operations whose values are of no use yet
	for i := e.base; i < len(e.values); i++ {
		if !e.used[i] && !e.isTarget(e.values[i]) {
			unused++
		}
	}
	// An operation computes one target at most, and uses two values at most, of which it replaces one if it is no target.
	if missing > left || unused > left+missing {
		return false
	}
	top := len(e.values) - 1
	for i := range e.values {
		for op := range len(e.calls) + 1 {
			call := func(x float64) float64 { return -x }
			if op > 0 {
				call = e.calls[op-1]
			}
			if e.try(e.values[i].with(values{}, func(x, _ float64) float64 { return call(x) }), instruction{i, i, 10 + op}, top, left, last, missing) {
				return true
			}
		}
		for j := range e.values {
			x, y := e.values[i], e.values[j]
			if i >= j {
				if e.try(x.with(y, add), instruction{i, j, 0}, top, left, last, missing) ||
					e.try(x.with(y, mul), instruction{i, j, 1}, top, left, last, missing) {
					return true
				}
			}
			if i != j {
				if e.try(x.with(y, sub), instruction{max(i, j), min(i, j), 2 + 2*b2i(i < j)}, top, left, last, missing) ||
					e.try(x.with(y, div), instruction{max(i, j), min(i, j), 3 + 2*b2i(i < j)}, top, left, last, missing) {
					return true
				}
			}
		}
	}
	return false
}

// with is op at every point.
func (p values) with(q values, op func(x, y float64) float64) values {
	for i := range p {
		p[i] = op(p[i], q[i])
	}
	return p
}

func add(x, y float64) float64 { return x + y }
func sub(x, y float64) float64 { return x - y }
func mul(x, y float64) float64 { return x * y }
func div(x, y float64) float64 { return x / y }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// try goes on with one more operation, of value v.
func (e *enumeration) try(v values, at instruction, top, left int, last instruction, missing int) bool {
	if top >= e.base && at.i != top && at.j != top && at.before(last) {
		return false
	}
	if missing == left && !e.isTarget(v) || v[0]-v[0] != 0 || v[1]-v[1] != 0 || e.has(v) {
		return false
	}
	i, j := e.used[at.i], e.used[at.j]
	e.used[at.i], e.used[at.j] = true, true
	e.values, e.used = append(e.values, v), append(e.used, false)
	found := e.extend(left-1, at)
	e.values, e.used = e.values[:len(e.values)-1], e.used[:len(e.used)-1]
	e.used[at.i], e.used[at.j] = i, j
	return found
}

func (e *enumeration) has(v values) bool {
	for _, x := range e.values {
		if x.same(v) {
			return true
		}
	}
	return false
}

// isTarget tells whether v can stand for a target.
func (e *enumeration) isTarget(v values) bool {
	for _, t := range e.targets {
		if v.is(t) {
			return true
		}
	}
	return false
}

// TestNoProgramIsShorter enumerates all programs with fewer operations than what is emitted for a function and its gradient: none
// computes the same.
func TestNoProgramIsShorter(t *testing.T) {
	for _, c := range []struct {
		text      string
		constants []float64 // beside 1 and 2
		want      int
	}{
		{text: "seed1(x) = exp(x^2)", want: 4},
		{text: "seed2(x) = sqrt(x^2 + exp(x^2))", want: 7},
		{text: "cube(x) = x^3", constants: []float64{3}, want: 3},
		{text: "inverse(x) = 1/x", constants: []float64{-1}, want: 3},
		{text: "bilinear(x, y) = x*y", want: 1},
		{text: "squares(x, y) = (x - y)^2", want: 4},
		{text: "decay(x) = x*exp(x)", want: 3},
		{text: "tangens(x) = tanh(x)", want: 3},
		{text: "logistic(x) = sigmoid(x)", want: 6},
		{text: "length(x, y) = sqrt(x^2 + y^2)", want: 6},
		{text: "three(x, y, z) = x*y*z", want: 4},
	} {
		if testing.Short() && c.want > 6 {
			continue // takes seconds
		}
		list, err := parser.LoadText("f.ad", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		grads, err := passes.Gradients(f)
		if err != nil {
			t.Fatal(err)
		}
		d := passes.Optimize(passes.Usual, grads...)
		total, _ := passes.Count(passes.Schedule(d)).Total().Eval(nil).Float64()
		if total != float64(c.want) {
			t.Errorf("%s: %v operations, want %d", f.Name, total, c.want)
		}
		e := enumerate(t, f, d, c.constants)
		if e.exists(c.want - 1) {
			t.Errorf("%s: there is a program of fewer than %d operations", f.Name, c.want)
		}
		if c.want < 5 && !e.exists(c.want) {
			t.Errorf("%s: the enumeration does not find the program of %d operations", f.Name, c.want)
		}
	}
}

// enumerate prepares the enumeration of programs for the results of d, a derivative of f.
func enumerate(t *testing.T, f, d *ir.Func, constants []float64) *enumeration {
	t.Helper()
	e := &enumeration{}
	at := [len(values{})][]float64{
		{0.7310585786300049, 1.3591409142295225, 0.4771212547196624}, {1.2020569031595942, 0.5772156649015329, 0.915965594177219},
		{800, 700, 600}, {-800, -700, -600}, {40, 39, 38}, {-40, -39, -38},
	}
	constant := func(c float64) (v values) {
		for k := range v {
			v[k] = c
		}
		return v
	}
	for i := range f.Inputs {
		var v values
		for k := range v {
			v[k] = at[k][i]
		}
		e.values = append(e.values, v)
	}
	for _, c := range append([]float64{1, 2}, constants...) {
		e.values = append(e.values, constant(c))
	}
	e.base, e.used = len(e.values), make([]bool, len(e.values))
	e.targets = make([]values, len(d.Results))
	for k := range at {
		env := ir.Env{Inputs: map[string]ir.Tensor{}}
		for i, in := range f.Inputs {
			env.Inputs[in.Name] = ir.Tensor{Data: []float64{at[k][i]}}
		}
		results, err := ir.Eval(d, env)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			e.targets[i][k] = r.Data[0]
		}
	}
	seen := map[ir.Op]bool{}
	var roots []*ir.Node
	for _, r := range d.Results {
		roots = append(roots, r.Value)
	}
	add := func(op ir.Op) {
		if !seen[op] {
			seen[op] = true
			e.calls = append(e.calls, func(x float64) float64 { return ir.PrimOf(op).Eval([]float64{x}) })
		}
	}
	for _, n := range ir.Reachable(roots...) {
		switch {
		case n.Is(ir.OpSigmoid):
			add(ir.OpExp)
		case n.Kind == ir.Apply && n.Prim.Arity == 1 && !n.Is(ir.OpNeg):
			add(n.Prim.Op)
		}
	}
	return e
}
