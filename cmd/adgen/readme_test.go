package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// snippets are the fenced blocks of the README, by what stands on their first line.
func snippets(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		first, _, _ := strings.Cut(m[1], "\n")
		found[first] = m[1]
	}
	return found
}

// snippet finds one block.
func snippet(t *testing.T, first string) string {
	t.Helper()
	s, ok := snippets(t)[first]
	if !ok {
		t.Fatalf("the README has no snippet that starts with %q", first)
	}
	return s
}

func load(t *testing.T, text string) []*ir.Func {
	t.Helper()
	list, err := parser.LoadText("model.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReadmeFirstExample(t *testing.T) {
	source := snippet(t, "g(x) = sqrt(x^2 + exp(x^2))")
	src, err := codegen.Compile(load(t, source), nil, codegen.Config{Package: "main", Source: "model.ad"})
	if err != nil {
		t.Fatal(err)
	}
	if want := snippet(t, "func GGrad(x float64) (value, dx float64) {"); !bytes.Contains(src, []byte(want)) {
		t.Errorf("the README shows\n%s\nbut adgen emits\n%s", want, src)
	}
	r, err := passes.Analyze(load(t, source)[0], passes.Usual)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := passes.WriteTable(&b, []passes.Report{r}); err != nil {
		t.Fatal(err)
	}
	if want := snippet(t, "g                 add  multiply  divide  call  total  ratio"); b.String() != want {
		t.Errorf("the README shows\n%s\nbut adgen flops prints\n%s", want, b.String())
	}
}

// TestReadmeProof: that the program of the first example has the fewest operations.
func TestReadmeProof(t *testing.T) {
	list, err := parser.Load("../../testdata/flops/seed2.ad")
	if err != nil {
		t.Fatal(err)
	}
	l, err := passes.Prove(list[0], passes.Usual)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := passes.WriteLeast(&b, []passes.Least{l}); err != nil {
		t.Fatal(err)
	}
	snippet(t, strings.TrimSpace(b.String()))
}

// TestReadmeWays: the ways to a Hessian and their counts.
func TestReadmeWays(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source := regexp.MustCompile("`(rosen\\(x\\[n\\]\\) = .*?)`").FindSubmatch(readme)
	if source == nil {
		t.Fatal("the README does not define rosen")
	}
	r, err := passes.Analyze(load(t, string(source[1]))[0], passes.Usual, ir.All("hessian")...)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := passes.WriteTable(&b, []passes.Report{r}); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(b.String(), "\n")
	if want := snippet(t, first); b.String() != want {
		t.Errorf("the README shows\n%s\nbut adgen flops prints\n%s", want, b.String())
	}
}

func TestReadmeLanguage(t *testing.T) {
	list := load(t, snippet(t, "# everything is differentiated"))
	src, err := codegen.Compile(list, ir.All("jvp", "vjp"), codegen.Config{Package: "main", Source: "model.ad"})
	if err != nil {
		t.Fatal(err)
	}
	// The contract lists signatures; each must be in the code that is emitted.
	contract := snippet(t, "type MlpSizes struct{ N, P, H, Q int }")
	grads, err := codegen.Compile(load(t, snippet(t, "# everything is differentiated"))[3:4], ir.All("grad", "hessian", "hvp"), codegen.Config{Package: "main", Source: "model.ad"})
	if err != nil {
		t.Fatal(err)
	}
	emitted := string(src) + string(grads)
	for _, line := range strings.Split(contract, "\n") {
		line, _, _ = strings.Cut(line, "//")
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "func") && !strings.Contains(emitted, line) {
			t.Errorf("the README promises\n%s\nwhich adgen does not emit", line)
		}
	}
}

// TestReadmeSparse: the methods of sparse matrices, and the ratio of bundle adjustment.
func TestReadmeSparse(t *testing.T) {
	src, err := codegen.Compile(load(t, snippet(t, "seen(o[p,2] int, feat[p]; cam[n,6], pt[m,3]) -> r[p] = {")), nil, codegen.Config{Package: "main", Source: "model.ad"})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(snippet(t, "func (f *Seen) SparseJacobian(theta []float64, out SeenOut, values []float64)"), "\n") {
		line, _, _ = strings.Cut(line, "//")
		if line = strings.TrimSpace(line); !strings.Contains(string(src), line) {
			t.Errorf("the README promises\n%s\nwhich adgen does not emit", line)
		}
	}
	if !strings.Contains(string(src), "return 9 * f.sizes.P") {
		t.Error("an observation has not 6 + 3 values")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	counts, err := os.ReadFile("../../passes/testdata/sparse.txt")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`take (\d\.\d\d) times the operations of the value`).FindSubmatch(readme)
	golden := regexp.MustCompile(`(?m)^ba .* (\d\.\d\d)$`).FindSubmatch(counts)
	if said == nil || golden == nil || string(said[1]) != string(golden[1]) {
		t.Errorf("the README says %s, the golden table %s", said, golden)
	}
}

func TestReadmeContractOfScalars(t *testing.T) {
	src, err := codegen.Compile(load(t, "cost(x, y; w1, b1) = (w1*x + b1 - y)^2\n"), ir.All("grad", "jvp", "vjp", "hessian", "hvp"), codegen.Config{Package: "main", Source: "model.ad"})
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	promised := regexp.MustCompile("(?m)^- `(Cost.*?)`").FindAllStringSubmatch(string(readme), -1)
	if len(promised) != 6 {
		t.Fatalf("found %d promises, want 6", len(promised))
	}
	for _, m := range promised {
		if !bytes.Contains(src, []byte("func "+m[1]+" {")) {
			t.Errorf("the README promises %s; emitted is\n%s", m[1], src)
		}
	}
}

func TestReadmeDiagnostic(t *testing.T) {
	want := ""
	for first, s := range snippets(t) {
		if strings.HasPrefix(first, "model.ad:1:40:") {
			want = s
		}
	}
	_, err := parser.LoadText("model.ad", []byte("ridge(X[n,d], y[n]; theta[k]) = norm(X @ theta - y)\n"))
	if err == nil || err.Error()+"\n" != want {
		t.Errorf("the README shows\n%s\nbut the error is\n%v", want, err)
	}
}

// TestReadmeCommand runs the first command of the README, which compiles the digits network and trains it.
func TestReadmeCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	command := snippet(t, "go run ./cmd/adgen compile examples/digits/digits.ad && go run ./examples/digits")
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	m := regexp.MustCompile(`(?m)^(\d\d)\.\d\d % of 1797 test digits are right$`).FindSubmatch(out)
	if m == nil || string(m[1]) < "95" {
		t.Errorf("want at least 95 %%, the output ends with\n%s", out[max(0, len(out)-300):])
	}
}

// TestReadmeFlopTable: the table of operations is the one that the tests keep.
func TestReadmeFlopTable(t *testing.T) {
	want, err := os.ReadFile("../../testdata/flops/table.txt")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(want), "\n")
	if got := snippet(t, first); got != string(want) {
		t.Errorf("the README has\n%s\nwant\n%s", got, want)
	}
}
