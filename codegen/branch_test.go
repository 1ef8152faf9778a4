package codegen_test

import (
	"strings"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
)

// TestBranchesStandTogether: what is computed under one condition on data, in the value and in the derivatives, stands in few branches, and the condition is
// tested once.
func TestBranchesStandTogether(t *testing.T) {
	const text = `f(x, y, z) = {
    s = x^2 + y^2
    r = sqrt(s)
    v = if s == 0 then x + z else x*cos(r) + z*sin(r)/r
    w = if s == 0 then y - z else y*cos(r) + x*sin(r)/r
    v^2*w
}
`
	list, err := source.LoadText("branch.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	src, err := codegen.Compile(list, ir.All("grad"), codegen.Config{Package: "emitted", Source: "branch.ad"})
	if err != nil {
		t.Fatal(err)
	}
	_, grad, _ := strings.Cut(string(src), "func FGrad(")
	if n := strings.Count(grad, "if "); n != 2 { // the value, which the derivatives need, and those
		t.Errorf("%d branches, want 2:\n%s", n, grad)
	}
	if n := strings.Count(grad, "== 0"); n != 1 {
		t.Errorf("%d comparisons, want 1:\n%s", n, grad)
	}
	for seed := range uint64(5) {
		checkValues(t, text, seed)
	}
}
