package codegen_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"pgregory.net/rapid"
)

// typeCheck refuses Go that does not compile. Only the standard library can be imported.
func typeCheck(src []byte) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "emitted.go", src, parser.ParseComments)
	if err != nil {
		return err
	}
	config := types.Config{Importer: standard}
	_, err = config.Check("emitted", fset, []*ast.File{file}, nil)
	return err
}

var standard = &library{Importer: importer.ForCompiler(token.NewFileSet(), "source", nil)}

// library imports packages one at a time, as an importer of sources takes a package that another test is just importing for a cycle.
type library struct {
	sync.Mutex
	types.Importer
}

func (l *library) Import(path string) (*types.Package, error) {
	l.Lock()
	defer l.Unlock()
	return l.Importer.Import(path)
}

// fataler is what tests, properties and fuzz targets have in common.
type fataler interface {
	Fatalf(format string, args ...any)
}

// checkEmitted derives everything of a source and type-checks the result.
func checkEmitted(t fataler, text string) {
	for _, narrow := range []bool{false, true} {
		src, err := compileText(text, narrow)
		if err != nil {
			return // no source, or a clash of names
		}
		if !narrow {
			if again, err := compileText(text, narrow); err != nil || !bytes.Equal(src, again) {
				t.Fatalf("the same source gives other Go, or an error: %v\n%s", err, text)
			}
		}
		if err := typeCheck(src); err != nil {
			t.Fatalf("%s\ngives Go that does not compile: %v\n%s", text, err, src)
		}
	}
}

// compileText derives all that there is of a source.
func compileText(text string, narrow bool) ([]byte, error) {
	list, err := source.LoadText("random.ad", []byte(text))
	if err != nil {
		return nil, err
	}
	numbers, params := 0, 0
	for _, f := range list {
		if len(f.Params()) > 0 {
			params++
		}
		if len(f.Results) == 1 && len(f.Results[0].Index) == 0 {
			numbers++
		}
	}
	var kinds []string
	if params == len(list) {
		kinds = []string{"jvp", "vjp"}
		switch numbers {
		case 0:
			kinds = append(kinds, "jacobian")
		case len(list):
			kinds = append(kinds, "grad", "hessian", "hvp")
		}
	}
	return codegen.Compile(list, ir.All(kinds...), codegen.Config{Package: "emitted", Source: "random.ad", Standalone: true, Float32: narrow,
		Goal: passes.Goal{Model: passes.UnitModel}}) // without a search, whose programs are made of the same operations
}

func TestRandomProgramsBuild(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkEmitted(t, randomSource(t)) })
}

// FuzzBuild: what compiles, builds.
func FuzzBuild(f *testing.F) {
	for i, s := range seeds {
		if !testing.Short() || i%3 == 0 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 2000 {
			checkEmitted(t, text)
		}
	})
}

// seeds are sources with names that emitted code must keep apart from its own.
var seeds = []string{
	"f(x) = sqrt(x^2 + exp(x^2))\n",
	"type(func, var; range, x_1, x1) = func*range + var*x_1 - x1\n",
	"f(math, len, float64, max, value, dvalue) = math*len + max(float64, 0)*value - dvalue\n",
	"f(x[n], N[n]; n2) = sum(i: x[i]*N[i]*n2)\n",
	"a_b(x) = x\naB(x) = x\n",
	"f(X[n,p], k[n] int; W[p]) = sum(i: relu(sum(j: X[i,j]*W[j])) * W[k[i]])\n",
	"f(X[n,p], k[n] int; W[p]) = sum(i: relu(sum(j: X[i,j]*W[6])) * X[k[0]])\n",
	"f(X[n,m], k[n] int; W[2]) = sum(i: (sum(j: X[i]*X[j]))*W[k[i]])\n",
	"f(x[n]) -> y[n] = softmax(x)\n",
	"f(x[n]) -> (y[n], s) = { y[i] = x[i]^2; s = sum(x) }\n",
	"f(θ, σ₁, ∂x) = θ*σ₁/(1 + ∂x^2) # */ \n",
	"rosen(x[n]) = sum(i: 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)\n",
	"f(x[n]) = prod(i: x[i]) + max(i: x[i]) + norm(x)\n",
	"f(x[n]) = sum(i, j if j < i: x[i]*x[j])\n",
	"f(x) = lgamma(x) + digamma(x) + jn(2, x)\n",
	"f(theta[n], grad[n], tangent, out, dot, v, s, f) = dot*sum(i: theta[i]*grad[i]) + tangent + out + v + s + f\n",
}

// TestSeedsLoad: FuzzBuild would pass over sources that are none.
func TestSeedsLoad(t *testing.T) {
	for _, s := range seeds {
		if _, err := source.LoadText("seed.ad", []byte(s)); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// checkValues compares, at a random point for each seed, the results of a source's functions before and after simplification and
// scheduling, and the gradients of both modes.
func checkValues(t fataler, text string, seeds ...uint64) {
	list, err := source.LoadText("random.ad", []byte(text))
	if err != nil {
		return
	}
	for _, f := range list {
		if len(f.Results) != 1 || len(f.Results[0].Index) > 0 || len(f.Params()) == 0 {
			continue
		}
		checkValue(t, f, text, seeds)
	}
}

func checkValue(t fataler, f *ir.Func, text string, seeds []uint64) {
	var ways []*ir.Func
	for _, v := range passes.Values(f) {
		list, err := passes.Gradients(v)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		ways = append(ways, list...)
	}
	jvp, err := passes.JVP(f)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	grad, forward := candidates{text: text, ways: ways}, candidates{text: text, ways: []*ir.Func{jvp}}
	for _, seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1))
		env, err := passes.RandomPoint(f, ways[0], r)
		if err != nil {
			continue
		}
		d, err := passes.Evaluate(ir.Wanted{Kind: "grad"}, ways, env, r)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		scale := slices.Max(d.Scale)
		for i, g := range d.Results[1:] {
			for e, v := range g.Data {
				if a := v * d.Direction[i].Data[e]; a > scale || -a > scale {
					scale = max(a, -a)
				}
			}
		}
		if d.Forward > 1<<16 {
			t.Fatalf("the ways to the gradient differ by %v units in the last place\n%s%v", d.Forward, text, env)
		}
		grad.check(t, env, d.Results, scale)
		seeded := ir.Env{Sizes: env.Sizes, Inputs: maps.Clone(env.Inputs)}
		for i, p := range f.Params() {
			seeded.Inputs["t"+p.Name] = d.Direction[i]
		}
		compare(t, "forward", text, forward.run(t, seeded), []ir.Tensor{d.Results[0], {Data: d.Along}}, scale)
	}
}

// candidates are the ways to derive something of the source text, and their best, which one search finds for all points.
type candidates struct {
	text string
	ways []*ir.Func
	best *ir.Func
}

// run is the results of the program for the best.
func (c *candidates) run(t fataler, env ir.Env) []ir.Tensor {
	if c.best == nil {
		c.best = passes.Optimize(passes.Usual, c.ways...)
	}
	got, err := run(passes.Schedule(c.best), env) // which changes the program
	if err != nil {
		t.Fatalf("%v\n%s%v", err, c.text, env)
	}
	return got
}

// check holds all ways to derive, their best and its program against the values wanted.
func (c *candidates) check(t fataler, env ir.Env, want []ir.Tensor, scale float64) {
	got := c.run(t, env)
	compare(t, "scheduled", c.text, wanted(t, c.ways[0], got, env), wanted(t, c.ways[0], want, env), scale)
	all := append(slices.Clone(c.ways), c.best)
	if u, ok := passes.Unroll(c.ways[0]); ok {
		all = append(all, u)
	}
	for i, d := range all {
		got, err := ir.Eval(d, env)
		if err != nil {
			t.Fatalf("%v\n%s", err, c.text)
		}
		compare(t, fmt.Sprintf("way %d of %d, the best, or unrolled", i, len(c.ways)), c.text, got, want, scale)
	}
}

// wanted is the results of a program for f at the point, with 0 for the elements that are not wanted.
func wanted(t fataler, f *ir.Func, results []ir.Tensor, env ir.Env) []ir.Tensor {
	list := slices.Clone(results)
	for i, r := range f.Results {
		if r.Where == nil {
			continue
		}
		mask := f.Derived()
		mask.Results = []ir.Result{{Index: r.Index, Value: f.Graph.Indicator(r.Where)}}
		in, err := ir.Eval(mask, env)
		if err != nil {
			t.Fatalf("%v", err)
		}
		list[i].Data = slices.Clone(list[i].Data)
		for e, v := range in[0].Data {
			if v == 0 {
				list[i].Data[e] = 0
			}
		}
	}
	return list
}

// TestRandomJacobians: the Jacobian is the same by reverse sweeps, by forward sweeps and by elimination, and so is the program for it.
func TestRandomJacobians(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &sourceGen{t: t, atoms: []string{"x", "y", "z", "2", "0.5", "3"}}
		shared := g.expr(3)
		g.atoms = append(g.atoms, "s")
		again := g.expr(2)
		g.atoms = append(g.atoms, "r")
		text := fmt.Sprintf("f(x; y, z) -> (p, q) = {\n s = %s\n r = %s\n p = r*%s\n q = tanh(r) + s*%s\n}\n", shared, again, g.expr(3), g.expr(3))
		checkJacobian(t, text, rapid.Uint64().Draw(t, "seed"))
	})
}

// TestJacobians of functions with structure.
func TestJacobians(t *testing.T) {
	for i, text := range []string{
		"f(x; y) -> (p, q) = {\n p = if x < -100 then y - y else -y\n q = x*y\n}", // one branch has the derivative 0
		"f(x[n], c) -> (y[n], s) = {\n y = c*x^2\n s = sum(x)\n}",
	} {
		checkJacobian(t, text+"\n", uint64(i))
	}
}

func checkJacobian(t fataler, text string, seeds ...uint64) {
	list, err := source.LoadText("random.ad", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	ways, err := passes.Jacobians(list[0])
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	jacobian := candidates{text: text, ways: ways}
	for _, seed := range seeds {
		env, err := passes.RandomPoint(list[0], ways[0], rand.New(rand.NewPCG(seed, 3)))
		if err != nil {
			continue
		}
		want, err := ir.Eval(ways[0], env)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		scale := 1.0
		for _, w := range want {
			for _, v := range w.Data {
				scale = max(scale, v, -v)
			}
		}
		jacobian.check(t, env, want, scale)
	}
}

func compare(t fataler, what, text string, got, want []ir.Tensor, scale float64) {
	for i, w := range want {
		s := scale
		for _, v := range w.Data {
			s = max(s, v, -v)
		}
		for e, v := range w.Data {
			if ulp := passes.ULP(got[i].Data[e], v, s, 53); !(ulp <= 1<<16) {
				t.Fatalf("%s: result %d[%d] is %v, want %v\n%s", what, i, e, got[i].Data[e], v, text)
			}
		}
	}
}

func TestRandomProgramsKeepValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkValues(t, randomSource(t), rapid.Uint64().Draw(t, "seed"))
	})
}

// FuzzValues: the pipeline never changes a value.
func FuzzValues(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, uint64(i))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if len(text) < 500 {
			checkValues(t, text, seed)
		}
	})
}

// TestCountsNeverRise: simplification adds no operation to straight-line programs.
func TestCountsNeverRise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &sourceGen{t: t, atoms: []string{"x", "y", "z", "2", "0.5", "3"}}
		text := "f(x; y, z) = " + g.expr(5) + "\n"
		list, err := source.LoadText("random.ad", []byte(text))
		if err != nil {
			t.Skip()
		}
		grad, err := passes.Gradient(list[0])
		if err != nil {
			t.Fatal(err)
		}
		before, after := passes.Count(passes.Schedule(grad)).Total(), passes.Count(passes.Schedule(passes.Optimize(passes.Usual, grad))).Total()
		if d := before.Sub(after).Eval(nil); d.Sign() < 0 {
			t.Fatalf("%s: %v operations become %v", text, before, after)
		}
	})
}

// TestHessianIsSymmetric: the reverse mode of a reverse mode's results gives the same mixed derivatives both ways.
func TestHessianIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &sourceGen{t: t, atoms: []string{"x", "y", "z", "2", "0.5", "3"}}
		text := "f(x, y, z) = " + g.expr(4) + "\n"
		list, err := source.LoadText("random.ad", []byte(text))
		if err != nil {
			t.Skip()
		}
		f := list[0]
		grad, err := passes.Gradient(f)
		if err != nil {
			t.Fatal(err)
		}
		all := f.Derived()
		all.Results = nil
		for _, r := range grad.Results[1:] {
			row := f.Derived()
			row.Results = []ir.Result{r}
			second, err := passes.Gradient(row)
			if err != nil {
				t.Fatal(err)
			}
			all.Results = append(all.Results, second.Results[1:]...)
		}
		env, err := passes.RandomPoint(f, all, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2)))
		if err != nil {
			t.Skip()
		}
		h, err := ir.Eval(all, env)
		if err != nil {
			t.Fatal(err)
		}
		scale := 0.0
		for _, v := range h {
			scale = max(scale, v.Data[0], -v.Data[0])
		}
		for i := range 3 {
			for j := range i {
				if e := passes.ULP(h[3*i+j].Data[0], h[3*j+i].Data[0], scale, 53); e > 1<<20 {
					t.Fatalf("%sat %v: ∂²/∂%d∂%d is %v one way and %v the other", text, env.Inputs, i, j, h[3*i+j].Data[0], h[3*j+i].Data[0])
				}
			}
		}
	})
}

// randomGradient draws a function of x, y and z that is made of the atoms, and gives its gradient by y and z as derived and as emitted.
func randomGradient(t *rapid.T, atoms ...string) (text string, derived, best *ir.Func) {
	g := &sourceGen{t: t, atoms: atoms}
	text = "f(x; y, z) = " + g.expr(4) + "\n"
	list, err := source.LoadText("random.ad", []byte(text))
	if err != nil {
		t.Skip()
	}
	ways, err := passes.Gradients(list[0])
	if err != nil {
		t.Fatal(err)
	}
	return text, ways[0], passes.Optimize(passes.Usual, ways...)
}

// TestExtremeArguments: with one extreme argument among ordinary ones, or several large ones, what is finite as derived is finite as emitted.
func TestExtremeArguments(t *testing.T) {
	t.Parallel()
	extremes := []float64{0, 1e-300, -1e-300, 1e-160, 1e160, 1e300, -1e300, 800, -800}
	rapid.Check(t, func(t *rapid.T) {
		text, derived, best := randomGradient(t, "x", "y", "z", "2", "x/y", "1/z", "sqrt(x^2 + z^2)", "log(y)", "exp(z)")
		names := []string{"x", "y", "z"}
		for at := range names {
			for _, v := range extremes {
				env := ir.Env{Inputs: map[string]ir.Tensor{}}
				for i, name := range names {
					u := 0.1 + float64(rapid.IntRange(-12, 12).Draw(t, name))/8
					if i == at {
						u = v
					}
					env.Inputs[name] = ir.Tensor{Data: []float64{u}}
				}
				checkFinite(t, derived, best, env, text)
			}
		}
	})
}

// TestOrdersOfMagnitude: with arguments from 1e-77 to 1e77, what is finite as derived, without a number near overflow on the way, is finite as emitted.
func TestOrdersOfMagnitude(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, derived, best := randomGradient(t, "x", "y", "z", "2", "x/y", "1/z", "x*y*z", "sqrt(x^2 + z^2)", "log(y)", "exp(z)")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		for range 100 {
			far := []float64{10, 60, 150, 256}[r.IntN(4)]
			env := ir.Env{Inputs: map[string]ir.Tensor{}}
			for _, name := range []string{"x", "y", "z"} {
				u := math.Copysign(math.Exp2(far*(2*r.Float64()-1)), r.Float64()-0.5)
				if r.IntN(16) == 0 {
					u = 0
				}
				env.Inputs[name] = ir.Tensor{Data: []float64{u}}
			}
			if passes.InRange(derived, env) {
				checkFinite(t, derived, best, env, text)
			}
		}
	})
}

// checkFinite refuses a program that is not finite where the function is.
func checkFinite(t fataler, f, program *ir.Func, env ir.Env, text string) {
	want, err := ir.Eval(f, env)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got, err := ir.Eval(program, env)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if v := want[0].Data[0]; v-v != 0 {
		return // the function itself is not finite there
	}
	for i, w := range want {
		for e, v := range w.Data {
			if u := got[i].Data[e]; v-v == 0 && u-u != 0 {
				t.Fatalf("%sat %v: result %d[%d] is %v, as derived %v", text, env.Inputs, i, e, u, v)
			}
		}
	}
}
