package codegen_test

import (
	"testing"

	"github.com/adgen-go/adgen/passes"
)

// TestThinResults: of arrays that are zero at most of their elements, as dense Jacobians are of functions that work element by element, only the others cost
// operations. The counts are those of the Jacobian with the value.
func TestThinResults(t *testing.T) {
	for _, c := range []struct{ text, jacobian string }{
		{"f(x[n], a) -> y[n] = {\n y[i] = a*sin(x[i])^2\n}", "6*n + 1"},
		{"f(x[n]; u[n]) -> y[n] = {\n y[0] = u[0]*x[0]\n y[i in 1..n] = u[i]*u[i-1]*x[i]\n}", "3*n - 2"},
		{"f(u[n], nu) -> r[n] = {\n r[0] = u[0]\n r[n-1] = u[n-1]\n r[i in 1..n-1] = nu*(u[i+1] - 2*u[i] + u[i-1]) - u[i]*(u[i+1] - u[i-1])/2\n}", "12*n + 1"},
		{"f(x[n], s) -> A[n,n] = {\n A[i,j] = s*exp(-(x[i] - x[j])^2)\n}", "8*n^2 + 2*n"},
		{"f(k[m] int; x[n]) -> y[m] = {\n y[i] = exp(-x[k[i]])\n}", "3*m"},
		{"f(x[n]) -> D[n,n] = {\n D[i,j] = if i == j then sin(x[i]) else 0\n}", "2*n"},
		{"f(x[n]) -> D[n,n] = {\n D[i,j] = (if i == j then x[i]^2 else 0) - (if i + 1 == j then x[j]*x[i] else 0)\n}", "6*n - 4"},
	} {
		text := c.text + "\n"
		checkJacobian(t, text, 0, 1, 2)
		f, err := tryLoad(text)
		if err != nil {
			t.Fatal(err)
		}
		ways, err := passes.Jacobians(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, ways...))).Total().Format(f.Sizes, "*"); got != c.jacobian {
			t.Errorf("%s: the Jacobian takes %s operations, want %s", text, got, c.jacobian)
		}
		if !testing.Short() {
			checkEmitted(t, text)
		}
	}
}
