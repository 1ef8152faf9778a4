package passes_test

import (
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestExtremeEntries: programs with loops are finite with a vector of extreme entries among ordinary ones wherever all results of the function as derived are.
func TestExtremeEntries(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"f(x[n]) -> y[n] = softmax(x)",
		"f(x[n]) -> y[n] = log_softmax(x)",
		"f(x[n]) = logsumexp(x)",
		"f(x[n], g[n], b[n]) -> y[n] = {\n m = mean(i: x[i])\n v = mean(i: (x[i] - m)^2)\n y[i] = g[i]*(x[i] - m)/sqrt(v + 0.00001) + b[i]\n}",
		"f(x[n], g[n]) = sqrt(sum(i: (x[i] - g[i])^2))",
		"f(x[n], g[n]) = sum(i: x[i]*g[i])/(norm(x)*norm(g))",
		"f(x[n], g[n]) = sum(i: x[i]/g[i])^2/sum(i: x[i]^2)",
		"f(x[n], g[n]) = sum(i, j: x[i]*g[j]/(1 + x[j]^2))",
		"f(x[n], g[n], a, b) = sum(i: (x[i]*a/b + g[i]*a^2/b^2)/(1 + x[i]^2))",
		"f(x[n]; a, b) = sum(i: x[i]/(a*b) + a/(x[i]*b) + b/(x[i]*a))",
		"f(label[n] int; x[n]) = sum(i: x[label[i]]*x[i])/sum(i: x[i]^2)",
	} {
		list, err := source.LoadText("case.ad", []byte(text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		ways, err := passes.Ways(f, passes.Default(f)[0], passes.Optimize(passes.Usual, f))
		if err != nil {
			t.Fatal(err)
		}
		for effort := range 2 {
			best := passes.Optimize(passes.Goal{Model: passes.UnitModel, Effort: effort}, ways...)
			for k := range 400 {
				checkEntries(t, text, ways[0], best, entries(ways[0], k))
			}
		}
	}
}

// entries is the k-th choice of entries for vectors of three, of which one is extreme.
func entries(f *ir.Func, k int) ir.Env {
	extreme := []float64{1e300, 1, 1e-300, 800, -800, 0, 1e-160, -1e160, 2}
	env := ir.Env{Sizes: map[string]int{"n": 3}, Inputs: map[string]ir.Tensor{}}
	state := uint64(k)
	for at, in := range f.Inputs {
		x := ir.Tensor{Data: make([]float64, 1)}
		if len(in.Dims) > 0 {
			x = ir.Tensor{Dims: []int{3}, Data: make([]float64, 3)}
		}
		for i := range x.Data {
			state = state*6364136223846793005 + 1442695040888963407
			switch {
			case in.Type == ir.Int:
				x.Data[i] = float64(state >> 33 % 3)
			case at == k%len(f.Inputs):
				x.Data[i] = extreme[state>>33%uint64(len(extreme))]
			default:
				x.Data[i] = float64(state>>33%64)/16 - 2
			}
		}
		env.Inputs[in.Name] = x
	}
	return env
}

func checkEntries(t *testing.T, text string, derived, best *ir.Func, env ir.Env) {
	t.Helper()
	want, err := ir.Eval(derived, env)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ir.Eval(best, env)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want {
		if slices.ContainsFunc(w.Data, func(v float64) bool { return v-v != 0 }) {
			return
		}
	}
	for i, w := range want {
		for k, v := range w.Data {
			if g := got[i].Data[k]; v-v == 0 && g-g != 0 {
				t.Fatalf("%s: %s[%d] is %v, and %v as derived, at %v", text, derived.Results[i].Name, k, g, v, env.Inputs)
			}
		}
	}
}
