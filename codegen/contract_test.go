package codegen_test

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// TestContractions: a sum over several indices of a product of factors is contracted in the cheapest order, and so are its adjoints: those of a contraction of two
// factors take two of the same cost.
func TestContractions(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each program")
	}
	t.Parallel()
	for _, c := range []struct{ text, value, grad string }{
		{"f(P[a,n,m], V[a,m,l], Y[n,j]; W[a,l,j]) = sum(i, k: (sum(b, c, q: P[b,i,q]*V[b,q,c]*W[b,c,k]) - Y[i,k])^2)",
			"2*a*n*m*j + 2*a*m*l*j + 3*n*j", "2*a*n*m*l + 4*a*n*l*j + 4*n*j"},
		{"f(A[n,m,p]; u[n], v[m], w[p]) = sum(i, j, k: A[i,j,k]*u[i]*v[j]*w[k])", "2*n*m*p + 2*n*m + 2*n", "4*n*m*p + 5*n*m + 2*n"},
		{"f(A[n,m,p]; u[n], v[m], w[p]) = sum(i, j, k, l in 0..7: A[i,j,k]*u[i]*v[j]*w[k])", "2*n*m*p + 2*n*m + 2*n + 1", "4*n*m*p + 5*n*m + 4*n + 1"},
		{"f(A[n,m,p,q]; u[n], v[m], w[p], z[q]) = sum(i, j, k, l: A[i,j,k,l]*u[i]*v[j]*w[k]*z[l])",
			"2*n*m*p*q + 2*n*m + p*q + 2*n", "4*n*m*p*q + 5*n*m + 5*p*q + 2*n"},
		{"f(A[n,m], X[m,q]; U[n,k], V[k,k], W[k,q]) = sum(i, j: (sum(a, b, c: A[i,a]*X[a,j]*U[i,b]*V[b,c]*(-W[c,j])))^2)",
			"2*n*m*q + 2*n*q*k + 2*n*k^2 + 3*n*q", "2*n*m*q + 6*n*q*k + 6*n*k^2 + 5*n*q"},
		{"f(A[n,m], B[m,p], x[p]; u[n]) = sum(i: u[i]*(sum(k, j: A[i,j]*B[j,k]*x[k])))^2", "2*n*m + 2*m*p + 2*n + 1", "2*n*m + 2*m*p + 3*n + 2"},
		{"f(A[n,m], B[m,p], x[p]; u[n]) = {\n Q = A @ B\n sum(i: u[i]*(sum(k: Q[i,k]*x[k])))^2\n}", "2*n*m*p + 2*n*p + 2*n + 1", "2*n*m*p + 2*n*p + 3*n + 2"},
	} {
		f, err := tryLoad(c.text + "\n")
		if err != nil {
			t.Fatal(err)
		}
		ways, err := passes.Ways(f, ir.All("grad")[0], f)
		if err != nil {
			t.Fatal(err)
		}
		for kind, p := range map[string]struct {
			ways []*ir.Func
			want string
		}{"value": {passes.Values(f), c.value}, "gradient": {ways, c.grad}} {
			if got := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, p.ways...))).Total().Format(f.Sizes, "*"); got != p.want {
				t.Errorf("%s: the %s takes %s operations, want %s", c.text, kind, got, p.want)
			}
		}
		checkValues(t, c.text+"\n", 1, 2)
	}
}
