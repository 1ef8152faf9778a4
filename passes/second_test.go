package passes_test

import (
	"math/rand/v2"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestHessiansOfRecurrences: the second derivatives of recurrences are finite where the function is, from the first step on, by all ways. Steps
// before the first are not there: nothing that comes from them may be multiplied by 0.
func TestHessiansOfRecurrences(t *testing.T) {
	for _, text := range []string{
		"f(x[T]; w[k]) = {\n h[0] = 1\n h[t] = x[t] + sum(j: sin(h[t-1]*w[j]))^2\n h[T-1]\n}\n",
		"f(x[T]; w[k], A[k,k]) = {\n h[0,i] = w[i]\n h[t,i] = x[t] + logsumexp(j: h[t-1,j] + A[j,i])\n sum(i: h[T-1,i]^2)\n}\n",
		"f(x[T]; w[k], A[k,k]) = {\n h[0] = w\n h[t] = tanh(tanh(h[t-1] @ A)^2 @ A') + x[t]\n sum(t, i: h[t,i]^2)\n}\n",
		"f(x[T]; w[k]) = {\n h[0] = 1\n h[1] = 2\n h[t] = x[t] + sum(j: sin(h[t-1]*w[j])*h[t-2])^2\n sum(t: h[t])\n}\n",
	} {
		list, err := source.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		wanted := ir.All("hessian")[0]
		ways, err := passes.Ways(list[0], wanted, list[0])
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(7, 8))
		for steps := range 4 {
			env := pointOf(list[0], map[string]int{"T": steps + 1, "k": 3}, r)
			if ir.CheckEnv(list[0], env) != nil {
				continue // it wants more steps
			}
			s, err := passes.Evaluate(wanted, ways, env, r)
			if err != nil {
				t.Fatal(err)
			}
			for i, result := range s.Results {
				for _, v := range result.Data {
					if v-v != 0 {
						t.Errorf("%s: %d steps: %s is %v", text, steps+1, ways[0].Results[i].Name, result.Data)
						break
					}
				}
			}
			if s.Forward > 1024 || !s.Close {
				t.Errorf("%s: %d steps: ways %.1f ULPs apart, central differences %.1e", text, steps+1, s.Forward, s.Differences)
			}
		}
	}
}

// pointOf draws small arguments for the sizes.
func pointOf(f *ir.Func, sizes map[string]int, r *rand.Rand) ir.Env {
	env := ir.Env{Sizes: sizes, Inputs: map[string]ir.Tensor{}}
	for _, in := range f.Inputs {
		x, count := ir.Tensor{}, 1
		for _, e := range in.Dims {
			x.Dims = append(x.Dims, env.Extent(e))
			count *= env.Extent(e)
		}
		for range count {
			x.Data = append(x.Data, 0.3*r.NormFloat64())
		}
		env.Inputs[in.Name] = x
	}
	return env
}
