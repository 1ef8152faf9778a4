package codegen_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"pgregory.net/rapid"
)

// TestRandomHessians: all ways to the second derivatives agree with each other and with the product of Hessian and vector, and
// so does their program.
func TestRandomHessians(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var text string
		if rapid.Bool().Draw(t, "scalar") {
			g := &sourceGen{t: t, atoms: []string{"x", "y", "z", "2", "0.5", "3"}}
			text = "f(x, y, z) = " + g.expr(3) + "\n"
		} else {
			g := &sourceGen{t: t, arrays: true}
			text = "f(A[n,m], k[n] int; u[n], v[m], B[n,m], c) = " + g.sum(0) + " + " + g.sum(0) + "\n"
		}
		checkHessian(t, text, rapid.Uint64().Draw(t, "seed"))
	})
}

// TestHessians of functions with structure.
func TestHessians(t *testing.T) {
	for i, text := range []string{
		"f(x[n]) = sum(i in 0..n-1: 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)",
		"f(x[n]) = prod(i: x[i])",
		"f(x[n]) = logsumexp(x)",
		"f(x[n]) = max(i: x[i]^2)",
		"f(x[n]) = sum(i: abs(x[i]))",
		"f(X[n,p], y[n]; W[p], b) = sum(i: (tanh(sum(j: X[i,j]*W[j]) + b) - y[i])^2)",
		"f(k[n] int; x[m], y[n]) = sum(i: x[k[i]]*y[i]^2)",
		"f(A[n,n]; x[n]) = sum(i, j: x[i]*A[i,j]*x[j])",
		"f(x) = if x < 1 then x^3 else x^2",
		"f(x[n], y[n], c) = sum(i: 8*x[i]) + exp(c^2)",
		"f(k[n] int; u[n], v[m]) = sum(i: u[i]/(1 + ((v[k[i]] - v[k[i]])*(u[i] + v[k[i]]))^2)) + sum(i: max(exp(-(v[k[i]] + v[k[i]])^2), u[i]))",
		"f(x[n], c) = sum(i in 0..n: if i > 0 then cos((if x[i-1] < x[i] then x[i]^3 else x[i-1])) else c*x[i])",
		"f(; u[n], v[m], B[n,m], c) = sum(i in 0..n: if i > 0 then cos((if 2*u[i-1] < u[i-1] + u[i] then u[i]/(1 + u[i]^2) else 2*u[i-1])) else 3*c + u[i]) + " +
			"logsumexp(j in 0..m: min(((B @ v)[0])^3, v[j] + (B @ v)[0]))",
	} {
		checkHessian(t, text+"\n", uint64(i))
	}
}

func checkHessian(t fataler, text string, seeds ...uint64) {
	list, err := source.LoadText("random.ad", []byte(text))
	if err != nil {
		return // a lookup that no size makes valid
	}
	ways, err := passes.Hessians(list[0])
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	hvp, err := passes.HVP(list[0])
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	hessian := candidates{text: text, ways: ways}
	for _, seed := range seeds {
		checkSecond(t, list[0], &hessian, hvp, rand.New(rand.NewPCG(seed, 4)))
	}
}

// checkSecond checks the Hessian of f at a random point, also against the product with a random tangent.
func checkSecond(t fataler, f *ir.Func, hessian *candidates, hvp *ir.Func, r *rand.Rand) {
	ways, text := hessian.ways, hessian.text
	env, err := passes.RandomPoint(f, ways[0], r)
	if err != nil {
		return
	}
	want, err := ir.Eval(ways[0], env)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	scale := 1.0
	for _, w := range want {
		for _, v := range w.Data {
			scale = max(scale, math.Abs(v))
		}
	}
	if scale > 1e6 {
		return // too steep for rounding to be told from errors
	}
	hessian.check(t, env, want, scale)

	params := f.Params()
	product := make([][]float64, len(params))
	var tangents [][]float64
	for i, p := range params {
		x := env.Inputs[p.Name]
		product[i] = make([]float64, len(x.Data))
		tangent := ir.Tensor{Dims: x.Dims}
		for range x.Data {
			tangent.Data = append(tangent.Data, r.NormFloat64())
		}
		tangents = append(tangents, tangent.Data)
		env.Inputs["t"+p.Name] = tangent
	}
	block := 1 + len(params)
	for p := range params {
		for q := p; q < len(params); q++ {
			columns := len(tangents[q])
			for e, v := range want[block].Data {
				i, j := e/columns, e%columns
				if p == q && j < i { // not computed, or twice
					continue
				}
				product[p][i] += v * tangents[q][j]
				if p != q || i != j {
					product[q][j] += v * tangents[p][i]
				}
			}
			block++
		}
	}
	got, err := ir.Eval(hvp, env)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for i, p := range product {
		compare(t, "product", text, got[1+len(params)+i:], []ir.Tensor{{Data: p}}, 10*scale)
	}
}

// TestEachWayRuns: the loop program for each way to derivatives computes what the way is, also for those that are not the cheapest.
func TestEachWayRuns(t *testing.T) {
	t.Parallel()
	// What is read in a branch that stands before the one in which it is assigned is declared before both, and terms under a condition that stands twice
	// keep to it.
	text := "f(u[n], v[m], c) = sum(j in 0..n: (if concat(u, v)[j + 1] < u[j] then concat(u, v)[j + 1] else u[j])/(1 + min(u[j], c)^2))\n"
	for seed := range uint64(5) {
		checkWays(t, text, "hessian", seed)
	}
	for _, c := range looking {
		for seed := range uint64(3) {
			checkWays(t, c.text+"\n", c.kind, seed)
		}
	}
	for i, text := range slices.Concat(recurrences, histories, mixed, shifted, trees, delays, lent, nested, parts) {
		if !testing.Short() || i%3 == 0 {
			checkWays(t, text+"\n", "grad", uint64(i))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		g := &sourceGen{t: t, arrays: true}
		text := "f(A[n,m], k[n] int; u[n], v[m], B[n,m], c) = " + g.sum(0) + " + " + g.sum(0) + "\n"
		seed := rapid.Uint64().Draw(t, "seed")
		for _, kind := range []string{"grad", "hessian"} {
			checkWays(t, text, kind, seed)
		}
		g.atoms = []string{"u[i]", "c", "v[j]", "B[i,j]", "u[k[i]]", "s[i]"}
		checkWays(t, "f(A[n,m], k[n] int; u[n], v[m], B[n,m], c) -> (s[n], r[n]) = {\n s[i] = u[i]*c + sum(j: B[i,j]*v[j])\n"+
			" r[i] = sum(j: "+g.expr(3)+")\n}\n", "jacobian", seed)
	})
}

// looking are functions that look up what stands before, or where integer data say, under conditions: what one of the ways to a derivative computes elsewhere, under
// other conditions, must not be read where it is not there.
var looking = []struct{ kind, text string }{
	{"gauss_newton", "f(; u[n], B[n,m], S[n,n]) -> r[n] = {\n" +
		" r[i] = u[i]*sum(j: if i > 0 then exp(sum(q: B[i,q]*B[j,q]))*u[i-1]*S[j,i]*sum(q: (B[i-1,q] - B[j,q])^2) else S[i,j])\n}"},
	{"hessian", "f(k[n] int; u[n], S[n,n], c) = {\n t[i in 0..n] = sum(j: if i > 0 then S[j,i]*(c - u[k[i-1]])^2 else tanh(S[i,j]))\n sum(i: t[i]*t[k[i]])\n}"},
	{"hessian", "f(y[n], k[n] int; u[n], S[n,n], c) = {\n t[i,j] = if i < j then S[j,k[i]]*S[i,j] else u[k[i]]*c\n p = softmax(t)\n" +
		" sum(i in 0..n, j in 0..n: if i > 0 then (S[j,i] - u[i])^2*(if t[i-1,j] < y[j] then p[k[i-1],j] else u[i]) else y[j])\n}"},
}

// checkWays holds the program for each way to derivatives of the kind against the way.
func checkWays(t fataler, text, kind string, seed uint64) {
	f, err := tryLoad(text)
	if err != nil {
		return // a lookup that no size makes valid
	}
	ways, err := passes.Ways(f, ir.All(kind)[0], f)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	env, err := passes.RandomPoint(f, ways[0], rand.New(rand.NewPCG(seed, 4)))
	if err != nil {
		return
	}
	for _, w := range ways {
		want, err := ir.Eval(w, env)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		got, err := run(passes.Schedule(w), env)
		if err != nil {
			t.Fatalf("%s by %s: %v\n%s%v", kind, w.Way, err, text, env)
		}
		compare(t, kind+" by "+w.Way, text, wanted(t, w, got, env), wanted(t, w, want, env), 1)
	}
}
