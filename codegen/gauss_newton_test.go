package codegen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"pgregory.net/rapid"
)

// TestGaussNewton: all ways to JᵀJ and Jᵀr, and the program for them, agree with the products of the evaluated Jacobian.
func TestGaussNewton(t *testing.T) {
	for i, text := range []string{
		"f(t[n], y[n]; a, b, c) -> r[n] = a*exp(-b*t) + c - y",
		"f(X[n,p], y[n]; W[p], b) -> (r[n], s) = {\n r = tanh(X @ W + b) - y\n s = 0.1*b\n}",
		"f(x, y) -> (u, v) = {\n u = 10*(y - x^2)\n v = 1 - x\n}",
		"f(x[n]) -> r[n-1] = {\n r[i] = x[i+1] - x[i]^2\n}",
		"f(x[n], c) -> r[n-1] = {\n r[i] = c*x[i+1] - x[i]^2\n}",
		"f(k[n] int, z[n]; cam[m,2], pt[q]) -> r[n,2] = {\n r[i,a] = cam[k[i],a]*pt[k[i]] - z[i]\n}",
		"f(A[n,m]; B[m,p]) -> R[n,p] = sin(A @ B)",
		"f(x[4]) -> r[3] = {\n r[i] = x[i+1]*x[i]\n}",
		"f(x, z; y) = x*y^2 + z",
	} {
		checkGaussNewton(t, text+"\n", uint64(i))
	}
}

func TestRandomGaussNewton(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &sourceGen{t: t, atoms: []string{"u[i]", "v[i]", "c", "A[i]", "u[i+1]"}}
		text := fmt.Sprintf("f(A[n]; u[n+1], v[n], c) -> (r[n], s) = {\n r[i] = %s\n s = sum(i in 0..n: %s)\n}\n", g.expr(2), g.expr(2))
		checkGaussNewton(t, text, rapid.Uint64().Draw(t, "seed"))
	})
}

func checkGaussNewton(t fataler, text string, seed uint64) {
	list, err := source.LoadText("residuals.ad", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f := list[0]
	ways, err := passes.GaussNewtons(f)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	jacobians, err := passes.Jacobians(f)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	env, err := passes.RandomPoint(f, ways[0], rand.New(rand.NewPCG(seed, 5)))
	if err != nil {
		return
	}
	j, err := ir.Eval(jacobians[0], env)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	want := wanted(t, ways[0], gaussNewton(f, j), env)
	scale := 1.0
	for _, w := range want {
		for _, v := range w.Data {
			scale = max(scale, math.Abs(v))
		}
	}
	if scale > 1e6 {
		return // too steep for rounding to be told from errors
	}
	(&candidates{text: text, ways: ways}).check(t, env, want, scale)
}

// gaussNewton is r, Jᵀr and the blocks of JᵀJ from r and the blocks of J.
func gaussNewton(f *ir.Func, j []ir.Tensor) []ir.Tensor {
	params := len(f.Params())
	want := append([]ir.Tensor(nil), j[:len(f.Results)]...)
	block := func(i, p int) (data []float64, columns int) {
		data = j[len(f.Results)+i*params+p].Data
		return data, len(data) / len(j[i].Data)
	}
	product := func(p int, factor func(i int) (data []float64, columns int)) ir.Tensor {
		var sum []float64
		for i := range f.Results {
			x, rows := block(i, p)
			y, columns := factor(i)
			if sum == nil {
				sum = make([]float64, rows*columns)
			}
			for k := range j[i].Data {
				for a := range rows {
					for b := range columns {
						sum[a*columns+b] += x[k*rows+a] * y[k*columns+b]
					}
				}
			}
		}
		return ir.Tensor{Data: sum}
	}
	for p := range params {
		want = append(want, product(p, func(i int) ([]float64, int) { return j[i].Data, 1 }))
	}
	for p := range params {
		for q := p; q < params; q++ {
			want = append(want, product(p, func(i int) ([]float64, int) { return block(i, q) }))
		}
	}
	return want
}
