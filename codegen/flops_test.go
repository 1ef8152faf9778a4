package codegen_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/constant"
	goparser "go/parser"
	"go/token"
	"go/types"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"github.com/google/go-cmp/cmp"
)

var updateTable = flag.Bool("update", false, "rewrite testdata/flops/table.txt")

// flopFiles are the functions of testdata/flops, by file.
func flopFiles(t *testing.T) [][]*ir.Func {
	t.Helper()
	files, err := filepath.Glob("../testdata/flops/*.ad")
	if err != nil || len(files) == 0 {
		t.Fatal("no functions", err)
	}
	var list [][]*ir.Func
	for _, file := range files {
		functions, err := source.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.TrimSuffix(filepath.Base(file), ".ad"); functions[0].Name != want {
			t.Fatalf("%s has the function %s first", file, functions[0].Name)
		}
		list = append(list, functions)
	}
	return list
}

// flopFunctions are the functions that are counted: the first of each file.
func flopFunctions(t *testing.T) []*ir.Func {
	t.Helper()
	var list []*ir.Func
	for _, functions := range flopFiles(t) {
		list = append(list, functions[0])
	}
	return list
}

// ways is the gradient or the Jacobian of f, derived in all ways.
func ways(t *testing.T, f *ir.Func) []*ir.Func {
	t.Helper()
	list, err := passes.Ways(f, passes.Default(f)[0], passes.Optimize(passes.Usual, f))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestFlopTable(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for all functions")
	}
	var reports []passes.Report
	for _, functions := range flopFiles(t) {
		for _, f := range functions {
			r, err := passes.Analyze(f, passes.Usual)
			if err != nil {
				t.Fatal(err)
			}
			reports = append(reports, r)
		}
	}
	var b bytes.Buffer
	if err := passes.WriteSummary(&b, reports); err != nil {
		t.Fatal(err)
	}
	const golden = "../testdata/flops/table.txt"
	if *updateTable {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("-want +got, or -update:\n%s", d)
	}
	for _, r := range reports {
		if limit, ok := bestPeer[r.Function]; ok {
			got, _ := r.Gradient.Emitted.Total().Eval(nil).Float64()
			if got > limit {
				t.Errorf("%s takes %v operations, another tool %v", r.Function, got, limit)
			}
		}
	}
}

// bestPeer is the fewest operations that SymPy 1.11, Maxima 5.46, CasADi, CppADCodeGen, wrenfold or a reverse sweep with sharing
// emit for the value and all first derivatives.
var bestPeer = map[string]float64{
	"seed1": 4, "seed2": 8, "seed3": 13, "seed4": 22, "rosen2": 13, "rosen100": 1385, "beale": 35, "himmelblau": 17, "ackley2": 32,
	"speelpenning20": 55, "det4": 127, "helmholtz10": 472, "blackscholes": 68, "kepler_acc": 30, "quat_rotate": 87, "ba_reproj": 279,
	"double_pendulum": 91, "mlp231": 45, "gauss_ll": 36, "softmax_ce5": 17, "logsumexp5": 15,
}

// reference is a row of testdata/flops/functions.json.
type reference struct {
	Active, Data []string
	Points       []struct {
		Inputs   map[string]float64
		Data     map[string]float64
		Value    []string
		Jacobian [][]string
	}
}

// maxWorse is how many units in the last place optimisation may add to the error that a function's results have as they were derived. As that
// may be small by chance, an error within two standard deviations of what is to be expected of them is no loss either.
const maxWorse = 2

// TestFlopValues compares the programs with values and derivatives that were computed with 50 digits.
func TestFlopValues(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for all functions")
	}
	text, err := os.ReadFile("../testdata/flops/functions.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct{ Functions map[string]reference }
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range flopFunctions(t) {
		ref, ok := table.Functions[f.Name]
		if !ok {
			continue // an instructive one of our own
		}
		seen++
		t.Run(f.Name, func(t *testing.T) {
			list := ways(t, f)
			plain := list[0]
			if u, ok := passes.Unroll(plain); ok {
				plain = u
			}
			before, after := passes.Schedule(list[0]), passes.Schedule(passes.Optimize(passes.Usual, list...))
			for n, p := range ref.Points {
				env := pointOf(t, f, ref, n)
				want := append([]string(nil), p.Value...)
				for _, row := range p.Jacobian {
					want = append(want, row...)
				}
				var errors [2]float64
				for k, program := range []*ir.Program{before, after} {
					got, err := run(program, env)
					if err != nil {
						t.Fatal(err)
					}
					errors[k] = worst(t, got, want, len(p.Value))
				}
				chance, _ := passes.Roundoff(plain, len(p.Value), env)
				t.Logf("point %d: %.2f ULP as derived, %.2f optimised, %.2f to be expected", n, errors[0], errors[1], chance)
				if !(errors[1] <= max(errors[0]+maxWorse, 2*chance)) {
					t.Errorf("point %d: the error grows from %.2f to %.2f ULP", n, errors[0], errors[1])
				}
			}
		})
	}
	if seen != len(table.Functions) {
		t.Errorf("%d of %d functions of the reference are there", seen, len(table.Functions))
	}
}

// pointOf is the n-th point of the reference as arguments of f. Arrays take the values of the names in their order, the upper triangle
// of a symmetric matrix row by row.
func pointOf(t *testing.T, f *ir.Func, ref reference, n int) ir.Env {
	t.Helper()
	p := ref.Points[n]
	values := map[string]float64{}
	for k, v := range p.Inputs {
		values[k] = v
	}
	for k, v := range p.Data {
		values[k] = v
	}
	env := ir.Env{Sizes: map[string]int{}, Inputs: map[string]ir.Tensor{}}
	for _, in := range f.Inputs {
		var x ir.Tensor
		for _, d := range in.Dims {
			x.Dims = append(x.Dims, int(d.Value))
		}
		switch len(in.Dims) {
		case 0:
			x.Data = []float64{named(t, values, in.Name)}
		case 1:
			for i := range x.Dims[0] {
				x.Data = append(x.Data, element(t, values, ref, in, i))
			}
		default:
			for i := range x.Dims[0] {
				for j := range x.Dims[1] {
					x.Data = append(x.Data, named(t, values, fmt.Sprintf("%s%d_%d", in.Name, min(i, j), max(i, j))))
				}
			}
		}
		env.Inputs[in.Name] = x
	}
	return env
}

func named(t *testing.T, values map[string]float64, name string) float64 {
	t.Helper()
	v, ok := values[name]
	if !ok {
		t.Fatalf("the reference has no %s: %v", name, values)
	}
	return v
}

// element is the i-th element of a vector, whose names count from 0 or from 1.
func element(t *testing.T, values map[string]float64, ref reference, in *ir.Input, i int) float64 {
	t.Helper()
	if _, ok := values[in.Name+"0"]; !ok {
		i++
	}
	return named(t, values, in.Name+strconv.Itoa(i))
}

// worst is the largest error of the results, values first, in units in the last place of the largest of the values or of the derivatives.
func worst(t *testing.T, got []ir.Tensor, want []string, values int) float64 {
	t.Helper()
	var flat []float64
	for _, x := range got {
		flat = append(flat, x.Data...)
	}
	if len(flat) != len(want) {
		t.Fatalf("%d results, want %d", len(flat), len(want))
	}
	exact := make([]float64, len(want))
	var scale [2]float64
	kind := func(i int) int {
		if i < values {
			return 0
		}
		return 1
	}
	for i, s := range want {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		exact[i] = v
		scale[kind(i)] = max(scale[kind(i)], math.Abs(v))
	}
	most := 0.0
	for i, v := range exact {
		most = max(most, passes.ULP(flat[i], v, scale[kind(i)], 53))
	}
	return most
}

// TestCountsAreOfWhatRuns counts the operations in the emitted Go, by its syntax tree, against what the compiler says.
func TestCountsAreOfWhatRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each function three times")
	}
	t.Parallel()
	for _, f := range flopFunctions(t) {
		if len(f.Sizes) > 0 {
			continue // its loops end where a run says
		}
		list := ways(t, f)
		kind := "grad"
		if len(f.Results) > 1 {
			kind = "jacobian"
		}
		src, err := codegen.Compile([]*ir.Func{f}, ir.All(kind), codegen.Config{Package: "p", Source: f.Name + ".ad", Standalone: true})
		if err != nil {
			t.Fatal(err)
		}
		counts := goCounts(t, src)
		for name, want := range map[string]*ir.Func{"": passes.Optimize(passes.Usual, f), kind: passes.Optimize(passes.Usual, list...)} {
			got := -1
			for n, c := range counts {
				value := !strings.HasSuffix(n, "Grad") && !strings.HasSuffix(n, "Jacobian")
				if value == (name == "") && (value && (n == codegen.Exported(f.Name) || n == "Value") || !value) {
					got = c
				}
			}
			total, _ := passes.Count(passes.Schedule(want)).Total().Eval(nil).Float64()
			if got != int(total) {
				t.Errorf("%s %s: %d operations in the Go, %v counted", f.Name, name, got, total)
			}
		}
	}
}

// goCounts is the number of floating-point operations of each function of the source, whose loops have constant bounds.
func goCounts(t *testing.T, src []byte) map[string]int {
	t.Helper()
	fset := token.NewFileSet()
	file, err := goparser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: standard}
	if _, err := conf.Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			c := &goCounter{t: t, info: info}
			counts[fn.Name.Name] = c.count(fn.Body)
		}
	}
	return counts
}

type goCounter struct {
	t    *testing.T
	info *types.Info
}

// isFloat tells whether the expression is a number that is computed when the program runs.
func (c *goCounter) isFloat(e ast.Expr) bool {
	tv := c.info.Types[e]
	b, ok := tv.Type.Underlying().(*types.Basic)
	return ok && tv.Value == nil && b.Info()&types.IsFloat != 0
}

func (c *goCounter) count(n ast.Node) int {
	total := 0
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if c.isFloat(n) || c.comparesFloats(n) {
				total++
			}
		case *ast.UnaryExpr:
			if n.Op == token.SUB && c.isFloat(n) {
				total++
			}
		case *ast.CallExpr:
			// A conversion is no operation, nor is what is done with lengths and sizes.
			if !c.info.Types[n.Fun].IsType() && c.info.Types[n].Type != nil && !c.info.Types[n].IsVoid() && c.isFloatCall(n) {
				total++
			}
		case *ast.AssignStmt:
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE && c.isFloat(n.Lhs[0]) {
				total++
			}
		case *ast.RangeStmt:
			total += c.trips(n.X) * c.count(n.Body)
			return false
		case *ast.ForStmt:
			c.t.Fatal("a loop that is no range")
		}
		return true
	})
	return total
}

// isFloatCall tells whether the call gives a single number.
func (c *goCounter) isFloatCall(n *ast.CallExpr) bool {
	_, tuple := c.info.Types[n].Type.(*types.Tuple)
	return !tuple && c.isFloat(n)
}

func (c *goCounter) comparesFloats(n *ast.BinaryExpr) bool {
	switch n.Op {
	case token.LSS, token.GTR, token.LEQ, token.GEQ, token.EQL, token.NEQ:
		return c.isFloat(n.X) || c.isFloat(n.Y)
	}
	return false
}

func (c *goCounter) trips(x ast.Expr) int {
	v := c.info.Types[x].Value
	if v == nil {
		c.t.Fatal("a loop without constant bounds")
	}
	n, _ := constant.Int64Val(v)
	return int(n)
}

// TestFlopHessians: the emitted Hessian of every function that is counted, compiled and run, against the evaluator's, forward mode and differences; of
// several results the Hessian of each.
func TestFlopHessians(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("derives and searches for some thirty Hessians")
	}
	var list []*ir.Func
	for _, functions := range flopFiles(t) {
		for _, f := range functions {
			for k := range f.Results {
				one := f.Derived()
				one.Results = f.Results[k : k+1]
				one.Name = fmt.Sprintf("%s_%d", f.Name, k+1)
				one.Derive = ir.All("hessian")
				list = append(list, one)
			}
		}
	}
	if len(list) < 25 {
		t.Fatalf("%d functions", len(list))
	}
	var b bytes.Buffer
	ok, err := codegen.Check(&b, list, codegen.CheckConfig{Points: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Errorf("%s", b.String())
	}
}
