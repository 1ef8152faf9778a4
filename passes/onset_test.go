package passes_test

import (
	"math/rand/v2"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestOnsets: what controls do not reach is not computed, in either mode, for arrays that go up or down, several of them, with further dimensions, and with reads of several
// steps; where data say which step is read, all is. All ways agree, from one step on.
func TestOnsets(t *testing.T) {
	for _, c := range []struct{ text, kind, leading string }{
		{"f(a; u[T]) -> y[T] = {\n x[0] = a\n x[t+1] = sin(x[t]) + u[t]\n y[t] = x[t+1]^2\n}\n", "jacobian", "T^2"},
		{"f(a; u[T]) = {\n x[0] = a\n x[t+1] = sin(x[t]) + u[t]\n sum(t in 1..T+1: x[t]^2)\n}\n", "hessian", "8·T^2"},
		{"f(A[k,k]; u[T,k]) -> y[T,k] = {\n x[0,i] = 0\n x[t+1] = tanh(A @ x[t] + u[t])\n y[t] = x[t+1]\n}\n", "jacobian", "k^3·T^2"},
		{"f(g; r[T]) -> V[T] = {\n V[T-1] = r[T-1]\n V[t] = r[t] + g*V[t+1]^2\n}\n", "jacobian", "T^2"},
		{"f(a; u[T]) -> x[T] = {\n x[0] = a\n x[1] = a*u[0]\n x[t] = x[t-1]*u[t-1] + sin(x[t-2]*u[t])\n}\n", "jacobian", "2·T^2"},
		{"f(h; u[T]) = {\n q[0] = 1\n p[0] = 0\n k[t] = p[t] + h*u[t]\n q[t+1] = q[t] + h*k[t]\n p[t+1] = k[t] - h*sin(q[t+1])\n sum(t in 0..T: q[t]^2)\n}\n", "hessian", "14·T^2"},
		{"f(lag[T] int, a; u[T]) -> x[T] = {\n x[0] = a\n x[t] = sin(x[t-lag[t]]) + u[t]*x[t-1]\n}\n", "jacobian", "3·T^2"},
	} {
		list, err := source.LoadText("f.ad", []byte(c.text))
		if err != nil {
			t.Fatalf("%v\n%s", err, c.text)
		}
		f, wanted := list[0], ir.All(c.kind)[0]
		ways, err := passes.Ways(f, wanted, f)
		if err != nil {
			t.Fatal(err)
		}
		total := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, ways...))).Total()
		if got := total.Leading().Format(f.Sizes, "·"); got != c.leading {
			t.Errorf("%s of\n%stakes %s operations, want %s", c.kind, c.text, got, c.leading)
		}
		r := rand.New(rand.NewPCG(3, 4))
		for steps := 1; steps < 6; steps++ {
			env := pointOf(f, map[string]int{"T": steps, "k": 2}, r)
			for _, in := range f.Inputs {
				for i := range env.Inputs[in.Name].Data {
					if in.Type == ir.Int {
						env.Inputs[in.Name].Data[i] = float64(1 + r.IntN(max(1, i)))
					}
				}
			}
			if ir.CheckEnv(f, env) != nil {
				continue // it wants more steps
			}
			s, err := passes.Evaluate(wanted, ways, env, r)
			if err != nil {
				t.Fatal(err)
			}
			if s.Forward > 1024 || !s.Close {
				t.Errorf("%s of\n%s%d steps: ways %.1f ULPs apart, central differences %.1e", c.kind, c.text, steps, s.Forward, s.Differences)
			}
		}
	}
}
