package codegen_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/ir"
)

// branching are functions whose loops have conditions that are known in parts of them, that join others, or that several statements share.
var branching = []string{
	"f(x[T]; w[3]) = {\n y[0] = x[0]*w[0]\n y[1] = x[1]*w[1]\n y[t] = w[0]*y[t-1] + w[1]*y[t-2] + w[2]*x[t]\n" +
		" s[t in 0..T] = sum(k in 0..3 if t - k >= 0: x[t-k]*w[k])\n sum(t: y[t]*s[t])\n}",
	"f(x[T]; b[3], a[2]) -> y[T] = {\n y[t] = b[0]*x[t] + (if t >= 1 then b[1]*x[t-1] - a[0]*y[t-1] else 0) +" +
		" (if t >= 2 then b[2]*x[t-2] - a[1]*y[t-2] else 0)\n}",
	"f(x[n]) = {\n r[0] = x[0] - 1\n r[n-1] = x[n-1]\n r[i] = x[i-1] - 2*x[i] + x[i+1] + exp(x[i])\n sum(i: r[i]^2)\n}",
	"f(x[n]) -> r[n] = {\n r[0] = x[0] - 1\n r[n-1] = x[n-1]\n r[i] = x[i-1] - 2*x[i] + x[i+1] + exp(x[i])\n}",
	"f(x[n]; w) = sum(i, j if j < i: (x[i] - x[j])^2*w) + sum(i, j if i != j: 1/(1 + w^2*(x[i]-x[j])^2))",
	"f(x[n], w) = sum(i, j if j < i: (x[i] - x[j])^2*w) + sum(i, j if i != j: 1/(1 + w^2*(x[i]-x[j])^2))",
	"f(x[n], a) = sum(i in 0..n: (if n > 0 then x[i]*a else 7*a) + (if i + 2 < n + 2 and not (i < 0) then x[i]^3 else a))",
}

// TestBranches: what is emitted for them builds, has no branch that does nothing or is always or never taken, and asks nothing twice.
func TestBranches(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each program")
	}
	for i, text := range branching {
		text += "\n"
		f, err := tryLoad(text)
		if err != nil {
			t.Fatal(err)
		}
		kinds := []string{"jacobian", "vjp", "sparse jacobian"}
		if f.IsNumber() {
			kinds = []string{"grad", "hessian", "hvp", "sparse hessian"}
		}
		src, err := codegen.Compile([]*ir.Func{f}, ir.All(kinds...), codegen.Config{Package: "emitted", Source: "branch.ad", Goal: quick})
		if err != nil {
			t.Fatal(err)
		}
		if err := typeCheck(src); err != nil {
			t.Errorf("%s\ngives Go that does not compile: %v", text, err)
		}
		for _, fault := range faults(t, src) {
			t.Errorf("%s\ngives %s", text, fault)
		}
		if seeds := []uint64{uint64(i), uint64(i) + 1, uint64(i) + 2}; f.IsNumber() {
			checkValues(t, text, seeds...)
			checkHessian(t, text, seeds...)
		} else {
			checkJacobian(t, text, seeds...)
		}
	}
}

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
	f, err := tryLoad(text)
	if err != nil {
		t.Fatal(err)
	}
	src, err := codegen.Compile([]*ir.Func{f}, ir.All("grad"), codegen.Config{Package: "emitted", Source: "branch.ad"})
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
	checkValues(t, text, 0, 1, 2, 3, 4)
}

// faults lists what is wrong with the branches of Go source.
func faults(t *testing.T, src []byte) (list []string) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "emitted.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	show := func(n ast.Node) string {
		var b strings.Builder
		if err := format.Node(&b, fset, n); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	var parts func(e ast.Expr, op token.Token) []string
	parts = func(e ast.Expr, op token.Token) []string {
		if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == op {
			return append(parts(b.X, op), parts(b.Y, op)...)
		}
		return []string{show(e)}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			for i, s := range n.List[:max(0, len(n.List)-1)] {
				a, isIf := s.(*ast.IfStmt)
				b, follows := n.List[i+1].(*ast.IfStmt)
				if isIf && follows && show(a.Cond) == show(b.Cond) {
					list = append(list, "the same branch twice: "+show(a))
				}
			}
		case *ast.IfStmt:
			if c := show(n.Cond); len(n.Body.List) == 0 || c == "true" || c == "false" {
				list = append(list, "an idle branch: "+show(n))
			}
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				all := parts(n, n.Op)
				slices.Sort(all)
				if len(slices.Compact(slices.Clone(all))) < len(all) {
					list = append(list, "a redundant condition: "+show(n))
				}
			}
		}
		return true
	})
	return list
}
