package passes

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
)

// An array that is written out for each of its places has a store for each, and no program asks which place it is at, however many there are; sums over it have its elements as terms.
func TestListing(t *testing.T) {
	const n = maxUnrolled + 12
	var text strings.Builder
	fmt.Fprintf(&text, "f(w[%d]; k) -> (r, y[%[1]d]) = {\n  y[0] = k\n", n)
	for i := 1; i < n; i++ {
		fmt.Fprintf(&text, "  y[%d] = y[%d]*w[%d] + k\n", i, i-1, i)
	}
	text.WriteString("  r = sum(j: y[j]^2)\n}\n")
	list, err := source.LoadText("f.ad", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	f := list[0]
	best := Optimize(Usual, f)
	p := Schedule(best)
	for _, s := range p.Body {
		if len(ir.Blocks(s)) > 0 {
			t.Errorf("there are branches or loops: %T", s)
		}
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(i+2)
	}
	env := ir.Env{Inputs: map[string]ir.Tensor{"w": {Dims: []int{n}, Data: w}, "k": {Data: []float64{0.7}}}}
	want, err := ir.Eval(f, env)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ir.Eval(best, env)
	if err != nil {
		t.Fatal(err)
	}
	for r := range want {
		for i, v := range want[r].Data {
			if math.Abs(got[r].Data[i]-v) > 1e-14*math.Abs(v) {
				t.Errorf("element %d of result %d is %g, want %g", i, r, got[r].Data[i], v)
			}
		}
	}
}
