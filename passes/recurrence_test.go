package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// TestStepsOfMatrices: back through steps with products of matrices a gradient takes three times the operations of a step, and the product of the Hessian and a
// vector nine times, as each product has two others for adjoints and three tangents; and none keeps more than some vectors for each step: no outer products.
func TestStepsOfMatrices(t *testing.T) {
	plain := "f(x[T,k]; h0[k], U[k,k]) = {\n h[0] = h0\n h[t] = tanh(h[t-1] @ U + x[t])\n norm(h[T-1])\n}\n"
	gated := "f(x[T,k]; h0[k], U[k,k], V[k,k]) = {\n h[0] = h0\n z[t] = sigmoid(h[t-1] @ V)\n h[t] = tanh((z[t]*h[t-1]) @ U + x[t])\n norm(h[T-1])\n}\n"
	late := "f(x[T,k]; h0[k], U[k,k], V[k,k]) = {\n h[0] = h0\n r[t] = sigmoid(h[t] @ V + x[t])\n g[t] = tanh((r[t]*h[t]) @ U)\n h[t+1] = g[t] + 0.5*h[t]\n norm(h[T])\n}\n"
	for _, c := range []struct {
		text, kind        string
		operations, store string
	}{
		{plain, "grad", "6·T·k^2", "2·T·k"},
		{plain, "hvp", "18·T·k^2", "8·T·k"},
		{gated, "grad", "12·T·k^2", "5·T·k"},
		{gated, "hvp", "36·T·k^2", "21·T·k"},
		{late, "grad", "12·T·k^2", "8·T·k"},
	} {
		list, err := parser.LoadText("f.ad", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		d, _, err := derived(f, Usual, ir.All(c.kind)[0], Optimize(Usual, f))
		if err != nil {
			t.Fatal(err)
		}
		p := Schedule(d)
		if got := Count(p).Total().Leading().Format(f.Sizes, "·"); got != c.operations {
			t.Errorf("%s of\n%s takes %s operations, want %s", c.kind, c.text, got, c.operations)
		}
		if got := memoryOf(c.kind, p).Numbers.Leading().Format(f.Sizes, "·"); got != c.store {
			t.Errorf("%s of\n%s keeps %s numbers, want %s", c.kind, c.text, got, c.store)
		}
	}
}
