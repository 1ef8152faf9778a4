package passes_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// quick is few operations without a search, which the results do not depend on.
var quick = passes.Goal{Model: passes.UnitModel}

// TestSparseHessians of functions with structure: they are the dense ones.
func TestSparseHessians(t *testing.T) {
	for i, text := range []string{
		"f(x[n]) = sum(i in 0..n-1: 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)",
		"f(x[6]) = sum(i in 0..5: 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)",
		"f(x[n]) = sum(i in 0..n: (if i > 0 then x[i-1]*x[i] else 0) + x[i]^4)",
		"f(x[n]) = prod(i: x[i])",
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
		"f(; X[n,m]) = sum(i: (sum(j: X[i,j]))^3)",
		"f(; X[n,m]) = sum(i in 0..n-1, j in 0..m-1: (X[i+1,j] - X[i,j])^4 + (X[i,j+1] - X[i,j])^4)",
		"f(x) = if x < 1 then x^3 else x^2",
		"f(x, y, z) = x*y^2 + sin(z)",
		"f(x[n], y[n], c) = sum(i: 8*x[i]) + exp(c^2)",
		"f(x[n], c) = sum(i in 0..n: if i > 0 then cos((if x[i-1] < x[i] then x[i]^3 else x[i-1])) else c*x[i])",
	} {
		for _, part := range []passes.Triangle{passes.Both, passes.Upper} {
			f := load(t, text)
			s, err := passes.SparseHessian(quick, f, part)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			ways, err := passes.Hessians(f)
			if err != nil {
				t.Fatal(err)
			}
			compareSparse(t, text, f, s, ways[0], part, uint64(i))
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
		"f(X[n,m]) -> Y[n,m] = { Y[i,j] = X[i,j]^2*X[i,0] }",
		"f(x[n]) -> y[2,n] = { y[k,i] = x[i]^2*k + x[0]*(if k > 0 then 1 else x[i]) }",
	} {
		f, err := tryLoad(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		s, err := passes.SparseJacobian(quick, f)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		ways, err := passes.Jacobians(f)
		if err != nil {
			t.Fatal(err)
		}
		compareSparse(t, text, f, s, ways[0], passes.Both, uint64(i))
	}
}

func tryLoad(text string) (*ir.Func, error) {
	list, err := source.LoadText("sparse.ad", []byte(text+"\n"))
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func load(t *testing.T, text string) *ir.Func {
	t.Helper()
	f, err := tryLoad(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// compareSparse evaluates the sparse matrix and the dense one at a random point. The pattern must be sorted and without repetition, and what it does not
// have must be 0. A Hessian's dense form has one triangle of blocks.
func compareSparse(t fataler, text string, f *ir.Func, s *passes.Sparse, dense *ir.Func, part passes.Triangle, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	env, err := passes.RandomPoint(f, dense, r)
	if err != nil {
		return
	}
	want := denseMatrix(t, f, dense, env)
	results, m, err := s.Eval(env)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	values, err := ir.Eval(f, env)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for i, v := range values {
		for k := range v.Data {
			if d := math.Abs(results[i].Data[k] - v.Data[k]); !(d <= 1e-9*(1+math.Abs(v.Data[k]))) {
				t.Fatalf("%s: result %d is %v, want %v", text, i, results[i].Data, v.Data)
			}
		}
	}
	if len(m.RowPtr) != len(want)+1 || m.RowPtr[0] != 0 {
		t.Fatalf("%s: %d rows, want %d", text, len(m.RowPtr)-1, len(want))
	}
	scale := 1.0
	for _, row := range want {
		for _, v := range row {
			scale = max(scale, math.Abs(v))
		}
	}
	for i, row := range want {
		next := m.RowPtr[i]
		for j, v := range row {
			if part == passes.Upper && j < i {
				v = 0
			}
			got := 0.0
			if next < m.RowPtr[i+1] && m.Col[next] == j {
				if part == passes.Upper && j < i {
					t.Fatalf("%s: an element at %d, %d below the diagonal", text, i, j)
				}
				got = m.Values[next]
				next++
			}
			if !(math.Abs(got-v) <= 1e-9*scale) {
				t.Fatalf("%s: element %d, %d is %v, want %v at %v\nsparse %v\ndense %v", text, i, j, got, v, env, m, want)
			}
			if part == passes.Both && len(want) == len(row) && f.Results[0].Index == nil {
				for k := m.RowPtr[j]; k < m.RowPtr[j+1]; k++ {
					if m.Col[k] == i && m.Values[k] != got {
						t.Fatalf("%s: not symmetric to the bit at %d, %d: %v and %v", text, i, j, got, m.Values[k])
					}
				}
			}
		}
		if next != m.RowPtr[i+1] {
			t.Fatalf("%s: row %d of the pattern is not sorted: %v", text, i, m.Col[m.RowPtr[i]:m.RowPtr[i+1]])
		}
	}
}

// denseMatrix is the Jacobian, or the Hessian, of f as one matrix.
func denseMatrix(t fataler, f, dense *ir.Func, env ir.Env) [][]float64 {
	t.Helper()
	all, err := ir.Eval(dense, env)
	if err != nil {
		t.Fatalf("%v", err)
	}
	params := f.Params()
	var sizes []int
	columns := 0
	for _, p := range params {
		sizes = append(sizes, len(env.Inputs[p.Name].Data))
		columns += len(env.Inputs[p.Name].Data)
	}
	var rows [][]float64
	if blocks := all[len(f.Results):]; len(blocks) == len(f.Results)*len(params) && !hessian(f, dense) {
		for i := range f.Results {
			for row := range len(all[i].Data) {
				var list []float64
				for k, n := range sizes {
					list = append(list, blocks[i*len(params)+k].Data[row*n:(row+1)*n]...)
				}
				rows = append(rows, list)
			}
		}
		return rows
	}
	rows = make([][]float64, columns)
	for i := range rows {
		rows[i] = make([]float64, columns)
	}
	next := 1 + len(params)
	at := 0
	for p, n := range sizes {
		to := at
		for q := p; q < len(sizes); q++ {
			for k, v := range all[next].Data {
				if i, j := at+k/sizes[q], to+k%sizes[q]; i <= j {
					rows[i][j], rows[j][i] = v, v
				}
			}
			to += sizes[q]
			next++
		}
		at += n
	}
	return rows
}

func hessian(f, dense *ir.Func) bool {
	n := len(f.Params())
	return len(f.Results) == 1 && f.Results[0].Index == nil && len(dense.Results) == 1+n+n*(n+1)/2
}
