package codegen_test

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// packed are sources with products of indices in subscripts; count is that of the operations of value and gradient.
var packed = []struct{ text, count string }{
	{"f(x[n]; L[n*(n+1)/2]) = sum(i in 0..n: (sum(j in 0..i+1: L[i*(i+1)/2 + j]*x[j]))^2)", "2·n^2 + 5·n"},
	{"f(x[n]; L[q]) = sum(i in 0..n: (sum(j if j < i: L[i*(i-1)/2 + j]*x[j]))^2)", "2·n^2 + n"},
	{"f(x[m]; A[n*m]) = sum(i in 0..n: (sum(j: A[i*m + j]*x[j]))^2)", "4·m·n + 3·n"},
	{"f(x[n]; L[d, n*(n+1)/2]) = sum(k, j in 0..n: (sum(i if i < j: L[k, n + i*(2*n-i-1)/2 + (j-i-1)]*x[i]) + exp(L[k,j])*x[j])^2)", ""},
	{"f(x[n]; T[q]) = sum(i in 0..n, j in 0..i+1, k in 0..j+1: T[i*(i+1)*(i+2)/6 + j*(j+1)/2 + k]*x[i]*x[j]*x[k])", ""},
	{"f(k[n] int; A[q*m]) = sum(i, j in 0..m: A[k[i]*m + j]^2)", "4·n·m"},
	{"f(k[n] int; x[q]) = sum(i, j in 0..3: x[k[i] + j]^3)", ""},
	{"f(k[n] int; A[q], c[m]) = sum(i, j: c[j]*A[k[i]*m + 2*j]^2)", ""},
	{"f(x[n]; y[n]) = sum(i in 0..n: y[i/2]*x[i]) + sum(i in 0..n: y[(i+n)/3]^2)", ""},
	{"f(x[n]; y[m]) = sum(i, j in 0..n if i*j < m: y[i*j]^2*x[i]*x[j])", ""},
}

// TestPackedArrays: the programs of packed arrays stay within them, add up at the place alone, in triangular loops.
func TestPackedArrays(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each program")
	}
	t.Parallel()
	for _, c := range packed {
		list, err := source.LoadText("packed.ad", []byte(c.text+"\n"))
		if err != nil {
			t.Error(err)
			continue
		}
		checkValues(t, c.text+"\n", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
		checkEmitted(t, c.text+"\n")
		grad, err := passes.Gradient(list[0])
		if err != nil {
			t.Fatal(err)
		}
		program := passes.Schedule(passes.Optimize(passes.Usual, grad))
		if got := passes.Count(program).Total().Format(list[0].Sizes, "·"); c.count != "" && got != c.count {
			t.Errorf("%s: %s operations, want %s", c.text, got, c.count)
		}
		if n := branches(program.Body); n > 0 && c.count != "" {
			t.Errorf("%s: %d branches in its loops", c.text, n)
		}
	}
}

// branches counts the conditions in a program.
func branches(stmts []ir.Stmt) int {
	n := 0
	for _, s := range stmts {
		if _, ok := s.(*ir.If); ok {
			n++
		}
		for _, block := range ir.Blocks(s) {
			n += branches(*block)
		}
	}
	return n
}

// TestProductOfData: data that are multiplied in a subscript are checked for what their multiples reach.
func TestProductOfData(t *testing.T) {
	list, err := source.LoadText("f.ad", []byte("f(k[n] int; y[m]) = sum(i, j in 0..3: y[k[i]*2 + j])\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k, m  int
		right bool
	}{{0, 3, true}, {0, 2, false}, {-1, 9, false}, {3, 9, true}, {3, 8, false}, {2, 8, true}} {
		args := map[string]any{"k": []any{float64(c.k)}, "y": make([]any, c.m)}
		for i := range c.m {
			args["y"].([]any)[i] = 1.0
		}
		if _, err := ir.NewEnv(list[0], args); (err == nil) != c.right {
			t.Errorf("k = %d, m = %d: %v", c.k, c.m, err)
		}
	}
}

// TestConditionsBecomeBounds: conditions on indices, wherever they stand, become bounds of loops, also where both branches count.
func TestConditionsBecomeBounds(t *testing.T) {
	for _, text := range []string{
		"f(x[n]; w[n]) = { A[i,j] = if j < i then w[i]*x[j] else 0; sum(A) }\n",
		"f(x[n]; w[n]) = sum(i, j: if j < i then w[i]*x[j] else w[j]^2)\n",
		"f(x[n]; w[n]) = sum(i, j if i <= j and j < i + 3: w[i]*w[j]*x[i])\n",
		"f(x[n]; w[n]) = sum(i: if i > 0 and i < n - 1 then (w[i+1] - w[i-1])*x[i] else w[i])\n",
		"f(x[n]; w[n]) = sum(i, j: if not j <= i then w[i]*x[j] else exp(w[j]))\n",
	} {
		list, err := source.LoadText("bounds.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		checkValues(t, text, 0, 1, 2, 3, 4, 5, 6, 7)
		checkEmitted(t, text)
		grad, err := passes.Gradient(list[0])
		if err != nil {
			t.Fatal(err)
		}
		if n := branches(passes.Schedule(passes.Optimize(passes.Usual, grad)).Body); n > 0 {
			t.Errorf("%s: %d branches in its loops", text, n)
		}
	}
}
