package codegen_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"pgregory.net/rapid"
)

// quick is few operations without a search, which the results do not depend on.
var quick = passes.Goal{Model: passes.UnitModel}

// TestSparseHessians of functions with structure: they are the dense ones.
func TestSparseHessians(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each program")
	}
	for i, text := range []string{
		"f(x[n]) = sum(i in 0..n-1: 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)",
		"f(x[6]) = sum(i in 0..5: 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)",
		"f(u[3], c) = sum(i in 0..3: if i > 0 then (if (2*u[i])^2 < 4*u[i] then min(2*u[i], u[i-1]*c) else c*u[i-1] + u[i] + u[i-1]) else max(2*u[i], 2*c))",
		"f(x[n]) = sum(i in 0..n: (if i > 0 then x[i-1]*x[i] else 0) + x[i]^4)",
		"f(x[n]) = prod(i: x[i])",
		"f(x[n]) = sum(i in 0..n-2: (x[i+2]-x[i])^4) + sum(i: x[i]^3)", // of one element there are fewer than none
		"f(x[n]) = logsumexp(x)",
		"f(x[n]) = max(i: x[i]^2)",
		"f(x[n]) = x[0]*sum(i: x[i]^2)",
		"f(x[n], y) = y*sum(i: x[i]^3)",
		"f(x[n]) = sum(i: x[i]*exp(-x[0]))",
		"f(x[n]) = sum(i: 3*x[i])",
		"f(X[n,p], y[n]; W[p], b) = sum(i: (tanh(sum(j: X[i,j]*W[j]) + b) - y[i])^2)",
		"f(k[n] int; x[m], y[n]) = sum(i: x[k[i]]*y[i]^2)",
		"f(a[n] int, b[n] int; x[n]) = sum(i: (x[a[i]] - x[b[i]])^4 + x[i]*x[a[i]])",
		"f(a[n] int, b[n] int; x[m,2]) = sum(i: sin(x[a[i],0] * x[b[i],1]) + x[b[i],0]^2*x[a[i],1])",
		"f(a[n] int; x[m,2]) = sum(i: sin(sum(k in 0..2: x[a[i],k]^2)))",
		"f(e[n,2] int; x[m]) = sum(i, j: x[e[i,0]]*x[e[j,1]])",
		"f(A[n,n]; x[n]) = sum(i, j: x[i]*A[i,j]*x[j])",
		"f(; a[n], W[n,n]) = sum(i, j if i == j: W[i,j]*a[i]^3) + sum(i: W[i,i]*a[i]^2) + sum(i, j: W[i,j]*a[i])",
		"f(; a[n], W[n,n]) = sum(i, j if j == i + 1: W[i,j]*a[i]^3) + sum(i, j if i == 0: W[i,j]^2*a[j])",
		"f(; V[n,n], W[n,n]) = sum(i, j if j == i + 2: W[i,j]*V[j,i]^3)",
		"f(l[n] int; a[n], W[n,n]) = sum(i, j: if j == l[i] then W[i,j]*a[i]^2 else 0)",
		"f(; a[n], W[n,n]) = sum(i, j if i*i == j: W[i,j]*a[i]^3*a[j])",
		"f(; X[n,m]) = sum(i: (sum(j: X[i,j]))^3)",
		"f(; X[n,m]) = sum(i in 0..n-1, j in 0..m-1: (X[i+1,j] - X[i,j])^4 + (X[i,j+1] - X[i,j])^4)",
		"f(x[n,3]; w[n]) = {\n h[0] = x[0]\n h[t] = h[t-1]*sin(w[t])\n sum(h)\n}", // a value that goes to two places
		"f(x) = if x < 1 then x^3 else x^2",
		"f(x, y, z) = x*y^2 + sin(z)",
		"f(x[n], y[n], c) = sum(i: 8*x[i]) + exp(c^2)",
		"f(x[n], c) = sum(i in 0..n: if i > 0 then cos((if x[i-1] < x[i] then x[i]^3 else x[i-1])) else c*x[i])",
	} {
		if _, err := tryLoad(text); err != nil {
			t.Error(err)
		}
		for seed := range uint64(4) { // sizes from 1
			checkSparseHessian(t, text, quick, 4*uint64(i)+seed)
		}
	}
}

// TestSparseBuild: what is emitted builds where branches that nothing else needs are stored under their own conditions.
func TestSparseBuild(t *testing.T) {
	for _, text := range []string{
		"f(; a[n]) = sum(t: if t >= 1 then (a[t] - a[t-1])^2 else a[0])\n",
		"f(x[n]; a[n]) = {\n h[0] = a[0]\n h[t] = (a[t] - a[t-1])^2 + x[t]\n sum(h)\n}\n",
		"f(; a[n], W[n,n]) = sum(i, j if i == j: W[i,j]*a[i]^3)\n",
	} {
		f, err := tryLoad(text)
		if err != nil {
			t.Fatal(err)
		}
		src, err := codegen.Compile([]*ir.Func{f}, ir.All("sparse hessian", "sparse upper hessian"), codegen.Config{Package: "emitted", Source: "sparse.ad", Goal: quick})
		if err != nil {
			t.Fatal(err)
		}
		if err := typeCheck(src); err != nil {
			t.Errorf("%s\ngives Go that does not compile: %v\n%s", text, err, src)
		}
	}
}

// TestSparseJacobians of functions with structure: they are the dense ones.
func TestSparseJacobians(t *testing.T) {
	for i, text := range []string{
		"f(x[n]) -> y[n-2] = { y[i] = (3 - 2*x[i+1])*x[i+1] - x[i] - 2*x[i+2] + 1 }",
		"f(x[n], c) -> y[n] = { y[i] = (3 - 2*x[i])*x[i] - (if i > 0 then x[i-1] else 0)*c }",
		"f(x[n]) -> (y[n], s) = { y[i] = x[i]^2\n s = sum(i: x[i]^3) }",
		"f(x[5]) -> y[5] = { y[i] = x[i]^2*(if i > 0 then x[i-1] else 1) }",
		"f(A[n,m]; x[m], b[n]) = tanh(A @ x + b)",
		"f(A[n,n]; x[n]) = A @ x + x*x[0]",
		"f(c[n] int; x[m]) -> y[n] = { y[i] = x[c[i]]*x[i] }",
		"f(c[n,k] int, w[n,k]; x[m]) -> y[n] = { y[i] = sin(sum(j: w[i,j]*x[c[i,j]])) }",
		"f(x, y, z) -> (u, v) = { u = x*y\n v = z^2 }",
		"f(x[n], w[k]) -> y[m] = { y[i] = x[i] + sum(j: w[j]) }",
		"f(o[p,2] int, feat[p,2]; cam[n,3], pt[m,2], w[p]) -> (r[p,2], e[p]) = { r[i,c] = w[i]*(cam[o[i,0],2]*pt[o[i,1],c]/(1 + cam[o[i,0],c]^2) - feat[i,c])\n e[i] = 1 - w[i]^2 }",
		"f(x[n]) = softmax(x)",
		"f(x[n]; w, s[n]) -> h[n] = {\n h[0] = s[0]\n h[t] = tanh(w*h[t-1] + x[t] + s[t])\n}",                     // all that comes before
		"f(x[n]; w, s[n]) -> y[n] = {\n h[0] = x[0]\n h[t in 1..n] = tanh(h[t-1] + x[t])\n y[i] = h[i]*s[i]^2\n}", // no derivative goes through the recurrence
		"f(L[n,2]; q[n]) -> p[n,2] = {\n p[0] = L[0]\n p[i] = p[i-1]*sin(q[i])\n}",                                // a state of few numbers
		"f(L[n,2]; q[n]) -> (p[n,2], y[3]) = {\n p[0] = L[0]\n p[i] = p[i-1]*sin(q[i])\n y[k] = k*p[n-1,1]*q[0]\n}",
		"f(x[n], u[n]) -> y[n] = { y[i] = if u[i] < 1 then x[i] - x[i] else u[i]*x[i] }", // a term that vanishes
		"f(X[n,m]) -> Y[n,m] = { Y[i,j] = X[i,j]^2*X[i,0] }",
		"f(x[n]) -> y[2,n] = { y[k,i] = x[i]^2*k + x[0]*(if k > 0 then 1 else x[i]) }",
	} {
		if _, err := tryLoad(text); err != nil {
			t.Error(err)
		}
		for seed := range uint64(4) {
			checkSparseJacobian(t, text, quick, 4*uint64(i)+seed)
		}
	}
}

func tryLoad(text string) (*ir.Func, error) {
	list, err := source.LoadText("sparse.ad", []byte(text+"\n"))
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// TestRandomSparse: sparse derivatives of random functions are the dense ones.
func TestRandomSparse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &sourceGen{t: t, arrays: true}
		seed := rapid.Uint64().Draw(t, "seed")
		if rapid.Bool().Draw(t, "hessian") {
			text := small(t, "f(A[n,m], k[n] int; u[n], v[m], B[n,m], c) = "+g.sum(0)+" + "+g.sum(1))
			checkSparseHessian(t, text, quick, seed)
			return
		}
		g.atoms = []string{"u[i]", "v[k[i]]", "B[i,k[i]]", "c", "A[i,0]", "sum(j: B[i,j]*v[j])", "sum(j in 0..m if j < i: v[j]*A[i,j])", "(if i > 0 then u[i-1] else c)", "max(j: B[i,j])", "softmax(B[i])[k[i]]"}
		text := small(t, "f(A[n,m], k[n] int; u[n], v[m], B[n,m], c) -> (y[n], z) = { y[i] = "+g.expr(3)+"\n z = "+g.sum(0)+" }")
		checkSparseJacobian(t, text, quick, seed)
	})
}

// small is the definition with sizes that are constant, or as it is.
func small(t *rapid.T, text string) string {
	if rapid.Bool().Draw(t, "small") {
		text = strings.NewReplacer("[n]", "[3]", "[m]", "[2]", "[n,m]", "[3,2]", "0..n", "0..3", "0..m", "0..2").Replace(text)
	}
	return text
}

// checkSparseHessian checks the Hessian and its upper triangle.
func checkSparseHessian(t fataler, text string, goal passes.Goal, seed uint64) {
	f, err := tryLoad(text)
	if err != nil {
		return // a lookup that no size makes valid
	}
	ways, err := passes.Hessians(f)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for _, part := range []passes.Triangle{passes.Both, passes.Upper} {
		s, err := passes.SparseHessian(goal, f, part)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		compareSparse(t, text, f, s, ways, part, seed)
	}
}

func checkSparseJacobian(t fataler, text string, goal passes.Goal, seed uint64) {
	f, err := tryLoad(text)
	if err != nil {
		return
	}
	ways, err := passes.Jacobians(f)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	s, err := passes.SparseJacobian(goal, f)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	compareSparse(t, text, f, s, ways, passes.Both, seed)
}

// compareSparse evaluates the sparse matrix and the dense one at a random point. The pattern must be sorted and without repetition, and what it does not
// have must be 0. A Hessian's dense form has one triangle of blocks.
func compareSparse(t fataler, text string, f *ir.Func, s *passes.Sparse, dense []*ir.Func, part passes.Triangle, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	env, err := passes.RandomPoint(f, dense[0], r)
	if err != nil {
		return
	}
	want := denseMatrix(t, f, dense[0], env)
	for _, way := range dense[1:] {
		for i, row := range denseMatrix(t, f, way, env) {
			compare(t, way.Way, text, []ir.Tensor{{Data: row}}, []ir.Tensor{{Data: want[i]}}, 1+largestOf(want))
		}
	}
	scale := 1 + largestOf(want)
	if scale > 1e6 {
		return // too steep for rounding to be told from errors
	}
	results, m, err := s.Eval(env)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	values, err := ir.Eval(f, env)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	compare(t, "values", text, results[:len(values)], values, scale)
	compareElements(t, text, want, m, part, scale)

	_, with, err := s.Places(env)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	ran, err := run(passes.Schedule(s.Func), with)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	compare(t, "scheduled", text, ran[:len(results)], results, scale)
	if len(m.Col) > 0 {
		m.Values = ran[len(results)].Data
		compareElements(t, text, want, m, part, scale)
	}
}

func largestOf(m [][]float64) (scale float64) {
	for _, row := range m {
		for _, v := range row {
			scale = max(scale, math.Abs(v))
		}
	}
	return scale
}

// compareElements compares the matrix with the dense one. The pattern must be sorted and without repetition, what it does not have must be
// 0, and what is symmetric must be so to the bit.
func compareElements(t fataler, text string, want [][]float64, m passes.SparseValues, part passes.Triangle, scale float64) {
	if len(m.RowPtr) != len(want)+1 || m.RowPtr[0] != 0 {
		t.Fatalf("%s: %d rows, want %d", text, len(m.RowPtr)-1, len(want))
	}
	got := map[[2]int]float64{}
	for i, row := range want {
		next := m.RowPtr[i]
		for j, v := range row {
			if part == passes.Upper && j < i {
				v = 0
			}
			x := 0.0
			if next < m.RowPtr[i+1] && m.Col[next] == j {
				if part == passes.Upper && j < i {
					t.Fatalf("%s: an element at %d, %d below the diagonal", text, i, j)
				}
				x = m.Values[next]
				got[[2]int{i, j}] = x
				next++
			}
			if !(math.Abs(x-v) <= 1e-9*scale) {
				t.Fatalf("%s: element %d, %d is %v, want %v\nsparse %v\ndense %v", text, i, j, x, v, m, want)
			}
		}
		if next != m.RowPtr[i+1] {
			t.Fatalf("%s: row %d of the pattern is not sorted: %v", text, i, m.Col[m.RowPtr[i]:m.RowPtr[i+1]])
		}
	}
	for at, v := range got {
		if u, ok := got[[2]int{at[1], at[0]}]; part == passes.Both && symmetric(want) && (!ok || u != v) {
			t.Fatalf("%s: not symmetric to the bit at %v: %v and %v", text, at, v, u)
		}
	}
}

// symmetric tells whether the matrix is, to the bit.
func symmetric(m [][]float64) bool {
	for i, row := range m {
		for j, v := range row {
			if len(row) != len(m) || m[j][i] != v {
				return false
			}
		}
	}
	return true
}

// denseMatrix is the Jacobian, or the Hessian, of f as one matrix.
func denseMatrix(t fataler, f, dense *ir.Func, env ir.Env) [][]float64 {
	m, err := passes.DenseMatrix(f, dense, env)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return m
}
