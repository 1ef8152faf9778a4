package codegen_test

import (
	"math/rand/v2"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestJam: loops whose inner loops share what they load run four iterations at once, with the same results to the bit at all
// sizes; others, whose iterations depend on each other, do not.
func TestJam(t *testing.T) {
	for _, c := range []struct {
		text string
		jams int // loops, of the value and of the gradient
	}{
		{"f(A[n,m]; x[m]) = sum(i: tanh(sum(j: A[i,j]*x[j]))^2)", 2},
		{"f(A[n,m]; x[n]) = sum(j in 0..m: tanh(sum(i: A[i,j]*x[i]))^2)", 3},
		{"f(A[n,n]; x[n]) = sum(i in 0..n: tanh(sum(j in 0..i: A[i,j]*x[j]))^2)", 2},
		{"f(A[n,n]; x[n]) = sum(i in 0..n: tanh(sum(j in i..n: A[i,j]*x[j]))^2)", 2},
		{"f(A[n,n]; x[n]) = sum(i in 0..n: tanh(sum(j in i+2..n: A[i,j]*x[j]))^2)", 0},
		{"f(A[n,n]; x[n]) = sum(i in 0..n-1: tanh(sum(j in 1..i+1: A[i,j]*x[j]))^2)", 2},
		{"f(L[n*(n+1)/2]; x[n]) = sum(i in 0..n: tanh(sum(j in 0..i+1: L[i*(i+1)/2+j]*x[j]))^2)", 2},
		{"f(A[400,m]; x[m]) = sum(i: tanh(sum(j: A[i,j]*x[j]))^2)", 2},
		{"f(A[3,m]; x[m]) = sum(i: tanh(sum(j: A[i,j]*x[j]))^2)", 0},
		{"f(X[n,p]; W[p,q], v[q]) = sum(i: tanh(sum(k: v[k]*tanh(sum(j: X[i,j]*W[j,k]))))^2)", 3},
		{"f(x[n]; a) = { h[0] = a; h[t] = tanh(h[t-1]*x[t]); h[n-1] }", 0},
		{"f(x[n]; a[m]) = { h[0,k] = a[k]; h[t,k] = tanh(sum(j in 0..m: h[t-1,j])*x[t]*a[k]); sum(k: h[n-1,k]) }", 0},
		{"f(k[n] int, A[n,m]; x[m], y[p]) = sum(i: tanh(sum(j: A[i,j]*x[j])*y[k[i]])^2)", 2},
		{"f(A[n,m]; x[m]) = sum(i, j: A[i,j]*x[j]^2)", 1},
		{"f(c[n] int, A[n,m]; x[m]) = sum(i: tanh(sum(j if j < c[i]: A[i,j]*x[j]))^2)", 0},
	} {
		list, err := source.LoadText("jam.ad", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		ways, err := passes.Gradients(list[0])
		if err != nil {
			t.Fatal(err)
		}
		jams := 0
		for _, d := range []*ir.Func{passes.Optimize(passes.Usual, list[0]), passes.Optimize(passes.Usual, ways...)} {
			p := passes.Schedule(d)
			passes.Jam(p)
			jams += stepping(p.Body)
			for seed := range uint64(20) {
				env, err := passes.RandomPoint(list[0], ways[0], rand.New(rand.NewPCG(seed, 2)))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := run(passes.Schedule(d), env); err != nil {
					t.Errorf("%s\n%v: %v", c.text, env.Sizes, err)
				}
			}
		}
		if jams != c.jams {
			t.Errorf("%s\n%d loops are jammed, want %d", c.text, jams, c.jams)
		}
	}
}

// stepping counts the loops that do several iterations at once.
func stepping(stmts []ir.Stmt) int {
	n := 0
	for _, s := range stmts {
		if f, ok := s.(*ir.For); ok && f.Step > 1 {
			n++
		}
		for _, b := range ir.Blocks(s) {
			n += stepping(*b)
		}
	}
	return n
}
