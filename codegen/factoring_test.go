package codegen_test

import (
	"strings"
	"testing"

	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestPathFactoring: of this function no other order of the chain rule is as cheap as the factoring of paths.
func TestPathFactoring(t *testing.T) {
	const text = `f(x, z) -> (p, q) = {
    a = tanh(x*z)
    b = x*a
    c = exp(a*b)
    p = a*b
    q = c*sin(c^2)
}
`
	checkJacobian(t, text, 1)
	list, err := source.LoadText("f.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := passes.Analyze(list[0], passes.Usual, passes.Default(list[0])...)
	if err != nil {
		t.Fatal(err)
	}
	total := map[string]float64{}
	for _, w := range r.Kinds[0].Ways {
		total[w.Way], _ = w.Count.Total().Eval(nil).Float64()
	}
	const way = "path factoring"
	if total[way] == 0 {
		t.Fatalf("no factoring among %v", total)
	}
	for w, count := range total {
		if !strings.HasPrefix(w, way) && count <= total[way] {
			t.Errorf("%v operations by %s, %v by %s", count, w, total[way], way)
		}
	}
}
