package codegen_test

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// TestUnified: values that are the same but for the names of their indices are computed once: the exponentials of a value and of its Jacobian or Hessian, the
// weights of an attention for the queries and for the keys, a force for both ends of a pair, a symmetric kernel for the triangle that is read and for its adjoints.
func TestUnified(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each program")
	}
	t.Parallel()
	for _, c := range []struct{ text, kind, want string }{
		{"f(t[n], y[n]; a[m], k[m], c) -> r[n] = {\n r[i] = sum(j: a[j]*exp(-k[j]*t[i])) + c - y[i]\n}", "jacobian", "6*n*m + 2*n + m"},
		{"f(X[n,d], Y[n,d]; W[d,k], U[d,k]) = {\n P = softmax((X @ W) @ (X @ U)')\n mean((P @ X - Y)^2)\n}", "grad", "4*n^2*d + 6*n^2*k + 8*n*d*k + 9*n^2 + 4*n*d + 2*n + 2"},
		{"f(m[n]; x[n,3]) = -sum(i, j if j < i: m[i]*m[j]/sqrt(sum(k: (x[i,k] - x[j,k])^2) + 0.01))", "grad", "33/2*n^2 - 27/2*n + 1"},
		{"f(m[n]; x[n,3]) = -sum(i, j if j < i: m[i]*m[j]/sqrt(sum(k: (x[i,k] - x[j,k])^2) + 0.01))", "hvp", "37*n^2 - 31*n + 1"},
		{"f(X[n,d], y[n]; l[d], s) = {\n K[i,j] = exp(2*s - 0.5*sum(k: ((X[i,k] - X[j,k])*exp(-l[k]))^2)) + (if i == j then 1 else 0)\n" +
			" L[i,i] = sqrt(K[i,i] - sum(k in 0..i: L[i,k]^2))\n L[i,j in 0..i] = (K[i,j] - sum(k in 0..j: L[i,k]*L[j,k]))/L[j,j]\n" +
			" z[i] = (y[i] - sum(k in 0..i: L[i,k]*z[k]))/L[i,i]\n dot(z, z)/2 + sum(i: log(L[i,i]))\n}", "grad", "n^3 + 7/2*n^2*d + 10*n^2 - 7/2*n*d + 11*n + 6*d + 8"},
		{"f(r[n], y[n]; a[m], k[m]) = sum(i: (y[i] - sum(j: a[j]*j0(k[j]*r[i])))^2)", "hessian", "4*n*m^2 + 20*n*m + m^2 + 8*n + 5*m"},
		{"f(x[n,d]; p, s) -> K[n,n] = {\n K[i,j] = p*exp(-s*sum(k: (x[i,k] - x[j,k])^2))\n}", "vjp", "3*n^2*d + 9*n^2 + n + 2"},
		{"f(x[n]; w) = {\n V[i] = sum(j: exp(w*x[i]*x[j]))\n sum(i if i > 0: V[i-1]*V[i])\n}", "grad", "5*n^2 + 8*n - 4"},
		{"f(u[n]) = sum(i: if i > 0 then u[i]/(1 + (u[i] + u[i-1])^2) + u[i-1] else 3*u[i])", "hessian", "46*n - 12"},
	} {
		text := c.text + "\n"
		f, err := tryLoad(text)
		if err != nil {
			t.Fatal(err)
		}
		ways, err := passes.Ways(f, ir.All(c.kind)[0], f)
		if err != nil {
			t.Fatal(err)
		}
		if got := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, ways...))).Total().Format(f.Sizes, "*"); got != c.want {
			t.Errorf("%s: %s takes %s operations, want %s", text, c.kind, got, c.want)
		}
		switch {
		case !f.IsNumber():
			checkJacobian(t, text, 0, 1, 2)
		case c.kind == "grad":
			checkValues(t, text, 1, 2)
		default:
			checkHessian(t, text, 1)
		}
	}
}

// TestPairsAreNotStored: the sums of forces over both ends of all pairs are added up as the pairs are visited, so that no array of pairs is needed.
func TestPairsAreNotStored(t *testing.T) {
	f, err := tryLoad("f(m[n]; x[n,3]) = -sum(i, j if j < i: m[i]*m[j]/sqrt(sum(k: (x[i,k] - x[j,k])^2) + 0.01))\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"grad", "hvp"} {
		ways, err := passes.Ways(f, ir.All(kind)[0], f)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range passes.Schedule(passes.Optimize(passes.Usual, ways...)).Scratch {
			open := 0
			for _, d := range a.Dims {
				if d.Kind != ir.Const {
					open++
				}
			}
			if open > 1 {
				t.Errorf("%s stores an array of %d dimensions of open size", kind, open)
			}
		}
	}
}
