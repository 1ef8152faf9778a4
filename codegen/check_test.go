package codegen_test

import (
	"bytes"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	source "github.com/adgen-go/adgen/parser"
)

// TestCheckAgrees: no fault is found where there is none. What stop_gradient holds does not change with the arguments; and errors are measured by what
// rounding does to terms that cancel, as those of crf do where there is one state, those of certain always, and those of sdtw where g is small.
func TestCheckAgrees(t *testing.T) {
	checkAgrees(t, 10, `
stop(x) = x^2*stop_gradient(x)
several(x; y[n]) -> (a, b[n]) = {
    a = sum(y)
    b = stop_gradient(y)*x + floor(stop_gradient(x)) + y^2
}
stepped(x[T]; w) = {
    h[0] = w
    h[t] = tanh(w*h[t-1]*stop_gradient(h[t-1])) + x[t]
    sum(t: h[t]^2)
}
crf(y[T] int; U[T,K], W[K,K]) = {
    a[0,k] = U[0,k]
    a[t,k] = U[t,k] + logsumexp(j: a[t-1,j] + W[j,k])
    logsumexp(k: a[T-1,k]) - sum(t: U[t,y[t]]) - sum(t: W[y[t],y[t+1]])
}
sdtw(x[n], y[m]; g, a) = {
    D[0,0] = (a*x[0] - y[0])^2
    D[i,0] = D[i-1,0] + (a*x[i] - y[0])^2
    D[0,j] = D[0,j-1] + (a*x[0] - y[j])^2
    D[i,j] = (a*x[i] - y[j])^2 - g*logsumexp([-D[i-1,j]/g, -D[i,j-1]/g, -D[i-1,j-1]/g])
    D[n-1,m-1]
}
certain(o[T] int; A[1,1], B[1,1]) = {
    C[i] = log_softmax(B[i])
    sum(t: C[0,o[t]])
}
derive certain: grad
derive stop: grad, hvp
derive several: jacobian, gauss_newton
derive stepped: grad, hvp
derive crf: hvp
derive sdtw: hvp
`)
}

// TestCheckLarge: a sparse matrix whose dense one would be refused is held against products with vectors.
func TestCheckLarge(t *testing.T) {
	checkAgrees(t, 1, `
powers(x[1001]) = sum(i: x[i]^4)
pairs(x[2000]) -> y[1000] = { y[i] = x[i]*x[i+1000] }
derive powers: sparse hessian
derive pairs: sparse jacobian
`)
}

func checkAgrees(t *testing.T, points int, text string) {
	list, err := source.LoadText("check.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	ok, err := codegen.Check(&b, list, codegen.CheckConfig{Points: points, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Errorf("%s", b.String())
	}
}
