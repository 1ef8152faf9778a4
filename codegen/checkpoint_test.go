package codegen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// sparing are recurrences whose gradients and products with the Hessian keep few states: upwards and downwards, read as a whole, in part, at single places and
// at several steps at once.
var sparing = []string{
	"f(x[n]; a, b) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*b + x[t])\n sum(t: h[t]^2)\n}",
	"f(x[n]; a, b) = {\n h[0] = a\n h[1] = b\n checkpoint h[t] = h[t-1]*b + cos(h[t-2])*x[t]\n sum(t: h[t])^2\n}",
	"f(x[n,p]; h0[k], U[k,k], V[p,k], b[k], w[k]) = {\n h[0] = h0\n checkpoint h[t] = tanh(h[t-1] @ U + x[t] @ V + b)\n mean(t: dot(h[t], w)^2)\n}",
	"f(x[n]; g0[k], c0[k], W[k,k], U[k]) = {\n h[0] = g0\n c[0] = c0\n F[t] = sigmoid(h[t-1] @ W + x[t])\n checkpoint c[t] = F[t]*c[t-1] + U\n" +
		" h[t] = F[t]*tanh(c[t])\n log(sum(t, j: h[t,j]^2))\n}",
	"f(x[n,b]; W[l,b], U[l,b], h0[l,b]) = {\n h[0,i] = h0[i]\n checkpoint h[t,i] = tanh(W[i]*(if i == 0 then x[t] else h[t,i-1]) + U[i]*h[t-1,i])\n" +
		" sum(t, j: h[t,l-1,j]^2)\n}",
	"f(x[n]; a) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*a) + x[t]\n h[n-1]^2\n}",
	"f(x[n]; a) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*a + x[t])\n sum(t in 1..n: h[t]^2)\n}",
	"f(x[n], y[n]; a, b) = {\n h[0] = a*b\n checkpoint h[t] = sin(h[t-1]*a + x[t])\n sum(t: (h[t] - y[t])^2)/(3 + h[0]) + h[n-1]*h[n-2]\n}",
	"f(x[n], y[n]; a, b) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*b + x[t])\n sum(t: (h[t] - h[0])^2*y[t])\n}",
	"f(x[n,k]; w[k]) = {\n h[0] = w\n checkpoint h[t] = sin(h[t-1]*w + x[t])\n sum(h[n-1]) + dot(h[n-1], h[n-2])\n}",
	"f(x[n,p], y[n]; h0[k], V[p,k], U[k,k], v[k]) = {\n h[0] = h0\n z[t] = sigmoid(x[t-1] @ V + h[t-1] @ U)\n" +
		" checkpoint h[t] = (1 - z[t])*h[t-1] + z[t]*tanh(x[t-1,0])\n mean(t: (dot(h[t], v) - y[t])^2)\n}",
	"f(x[n]; a) = {\n h[n-1] = a\n checkpoint h[t] = sin(h[t+1]*a) + x[t]\n h[0]\n}",
	"f(x[n,m]; w) = {\n D[0,j] = x[0,j]\n D[i,0] = x[i,0]\n checkpoint D[i,j] = sin(w*D[i-1,j] + D[i,j-1])*x[i,j]\n D[n-1,m-1]\n}",
	"f(x[n]; h0[k], W[k,k], b[k]) = {\n h[0,j] = h0[j]\n g[t,j] = sum(i: if i == 1 then cos(h[t-1,i])*W[i,j] else 0)\n" +
		" checkpoint h[t,j] = sin(b[j]*g[t,j]^2 + x[t])\n sum(h[n-1])\n}",
	"f(x[n]; a) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*a + x[t])\n sum(t: (h[t+1] - h[t])^2) + sum(t in 2..n: h[t]*h[t-2])\n}",
	"f(x[n]; a, b) = {\n h[n-1] = a\n h[n-2] = b\n checkpoint h[t] = sin(h[t+1]*a) + x[t]*h[t+2]\n sum(t: (h[t+1] - h[t])^2) + h[1]\n}",
	"f(x[m,n]; a, b) = sum(r: last(x[r], a, b)^2)\nlast(x[n], a, b) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*b + x[t])\n h[n-1]\n}",
}

// Of them the first have steps that differ at one place alone, so that all of their operations are counted as they run, and these and further ones have
// derivatives that are added up in the same order as without checkpoints.
const (
	alike = 9
	exact = 14
)

// needing are recurrences of which all steps are needed.
var needing = []string{
	"f(x[n], p[n] int; a) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*a + x[t])\n sum(t: h[p[t]]*h[t])\n}",
	"f(x[n]; a) = {\n h[0] = a\n checkpoint h[t] = sin(h[t-1]*a + x[t])\n logsumexp(t: h[t]*h[n-1])\n}",
}

// load parses the first function of a text.
func load(t *testing.T, text string) *ir.Func {
	f, err := tryLoad(text + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestCheckpoints: values and derivatives with checkpoints are those without, for few steps and many, and take memory that does not grow with the steps but
// by slots.
func TestCheckpoints(t *testing.T) {
	t.Parallel()
	for i, text := range sparing {
		if testing.Short() && i%3 > 0 {
			continue
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(i), 5))
			for _, kind := range []string{"grad", []string{"hvp", "hessian"}[i%2]} {
				if apart := checkSparing(t, r, text, kind, 2, 3, 30); i < exact && kind != "hessian" && apart != 0 {
					t.Errorf("%d elements of %s are not those without checkpoints to the bit", apart, kind)
				}
			}
			m, err := passes.Memory(load(t, text), passes.Usual, ir.All("grad", "hvp")...)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range m.Programs {
				if back := p.Kind != "value"; p.All || slices.Contains(p.Numbers.Vars(), "n") || back != (p.Steps != nil) {
					t.Errorf("%s keeps %v numbers", p.Kind, p.Numbers)
				}
			}
			few, many := operations(load(t, text)), operations(load(t, strings.Replace(text, "checkpoint ", "", 1)))
			if i < alike && !few.Equal(many) {
				t.Errorf("the value takes %v operations, and %v without checkpoints", few, many)
			}
		})
	}
	for i := 0; i < len(sparing) && !testing.Short(); i += 3 {
		checkEmitted(t, sparing[i]+"\n")
	}
}

// operations counts the value of f.
func operations(f *ir.Func) ir.Poly {
	return passes.Count(passes.Schedule(passes.Optimize(passes.Usual, f))).Total()
}

// TestNoCheckpoints: where all steps are needed the program is the one without checkpoints, and the report says so.
func TestNoCheckpoints(t *testing.T) {
	for i, text := range needing {
		f, plain := load(t, text), load(t, strings.Replace(text, "checkpoint ", "", 1))
		checkSparing(t, rand.New(rand.NewPCG(uint64(i), 6)), text, "grad", 5)
		few, err := passes.Memory(f, passes.Usual)
		if err != nil {
			t.Fatal(err)
		}
		all, err := passes.Memory(plain, passes.Usual)
		if err != nil {
			t.Fatal(err)
		}
		if g, h := few.Programs[1], all.Programs[1]; !g.All || h.All || g.Steps != nil || !g.Numbers.Equal(h.Numbers) {
			t.Errorf("%d: the gradient keeps %v numbers, without the word %v", i, g.Numbers, h.Numbers)
		}
	}
}

// checkSparing holds the program for a derivative of a text with checkpoints against the one of the same without, for so many steps,
// and gives how many elements are not the same to the bit.
func checkSparing(t fataler, r *rand.Rand, text, kind string, steps ...int) (apart int) {
	few, err := tryLoad(text + "\n")
	if err != nil {
		return 0 // a range that is not known
	}
	all, err := tryLoad(strings.Replace(text, "checkpoint ", "", 1) + "\n")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f, g := best(t, few, ir.Wanted{Kind: kind}), best(t, all, ir.Wanted{Kind: kind})
	for _, n := range steps {
		env := atSteps(f, n, r)
		got, err := run(passes.Schedule(f), env)
		if err != nil {
			t.Fatalf("%s: %v\n%s", kind, err, text)
		}
		want, err := run(passes.Schedule(g), env)
		if err != nil {
			t.Fatalf("%s: %v\n%s", kind, err, text)
		}
		got, want = wanted(t, f, got, env), wanted(t, g, want, env)
		compare(t, fmt.Sprintf("%s of %d steps", kind, n), text, got, want, largest(want))
		for i, x := range got {
			for e, v := range x.Data {
				if math.Float64bits(v) != math.Float64bits(want[i].Data[e]) {
					apart++
				}
			}
		}
	}
	return apart
}

// best is the cheapest program for what is wanted of f.
func best(t fataler, f *ir.Func, w ir.Wanted) *ir.Func {
	ways, err := passes.Ways(f, w, f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return passes.Optimize(passes.Usual, ways...)
}

// atSteps draws small arguments, with n steps and two or three of all else.
func atSteps(f *ir.Func, n int, r *rand.Rand) ir.Env {
	env := ir.Env{Sizes: map[string]int{"n": n}, Inputs: map[string]ir.Tensor{}}
	for _, s := range f.Sizes {
		if s != "n" {
			env.Sizes[s] = 2 + r.IntN(2)
		}
	}
	for _, in := range f.Inputs {
		x, count := ir.Tensor{}, 1
		for _, d := range in.Dims {
			x.Dims = append(x.Dims, env.Extent(d))
			count *= env.Extent(d)
		}
		for range count {
			if in.Type == ir.Int {
				x.Data = append(x.Data, float64(r.IntN(n)))
			} else {
				x.Data = append(x.Data, 0.7*r.NormFloat64())
			}
		}
		env.Inputs[in.Name] = x
	}
	return env
}

// largest is the greatest absolute value, and at least 1.
func largest(list []ir.Tensor) float64 {
	scale := 1.0
	for _, x := range list {
		for _, v := range x.Data {
			scale = max(scale, math.Abs(v))
		}
	}
	return scale
}
