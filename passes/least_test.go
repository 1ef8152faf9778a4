package passes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"github.com/adgen-go/adgen/passes/minimal"
)

// function is the only function of a source.
func function(t *testing.T, source string) *ir.Func {
	t.Helper()
	list, err := parser.LoadText("f.ad", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// operations counts what a program computes.
func operations(f *ir.Func) int {
	total, _ := passes.Count(passes.Schedule(f)).Total().Eval(nil).Float64()
	return int(total)
}

// TestNoProgramIsShorter proves that what is emitted for functions and their gradients has the fewest operations.
func TestNoProgramIsShorter(t *testing.T) {
	for _, c := range []struct {
		text   string
		want   int
		proved int // 0 is all
		long   bool
	}{
		{text: "seed1(x) = exp(x^2)", want: 4},
		{text: "seed2(x) = sqrt(x^2 + exp(x^2))", want: 7},
		{text: "cube(x) = x^3", want: 3},
		{text: "inverse(x) = 1/x", want: 3},
		{text: "bilinear(x, y) = x*y", want: 1},
		{text: "squares(x, y) = (x - y)^2", want: 4},
		{text: "decay(x) = x*exp(x)", want: 3},
		{text: "tangens(x) = tanh(x)", want: 3},
		{text: "logistic(x) = sigmoid(x)", want: 6},
		{text: "length(x, y) = sqrt(x^2 + y^2)", want: 6},
		{text: "three(x, y, z) = x*y*z", want: 4},
		{text: "parallel(x, y) = x*y/(x + y)", want: 6},
		{text: "arrhenius(a, e, t) = a*exp(-e/t)", want: 6},
		{text: "saddle(x, y) = x^2*y - y^3", want: 8},
		{text: "gauss(x, m, s) = exp(-(x - m)^2/(2*s^2))", want: 9},
		{text: "lorentz(x; a) = 1/(1 + (x/a)^2)", want: 8, long: true},
		{text: "norm3(x, y, z) = sqrt(x^2 + y^2 + z^2)", want: 9, long: true},
		{text: "soft3(x, y, z) = log(exp(x) + exp(y) + exp(z))", want: 9, long: true},
		{text: "circle(x, y) = (x^2 + y^2 - 1)^2", want: 8},
		{text: "spring(x, y) = (sqrt(x^2 + y^2) - 1)^2", want: 10, long: true},
		{text: "rosen2(x, y) = 100*(y - x^2)^2 + (1 - x)^2", want: 11, proved: 9, long: true},
	} {
		if testing.Short() && c.long {
			continue
		}
		goal := passes.Usual
		l, err := passes.Prove(function(t, c.text), goal)
		switch {
		case err != nil:
			t.Error(err)
		case l.Operations != c.want || l.Shorter != nil || l.AtLeast < c.want && l.AtLeast < c.proved || l.AtLeast < c.want && c.proved == 0:
			t.Errorf("%s: %s", c.text, l)
		}
	}
}

// TestShorterPrograms finds the shortest programs from others, and they compute the same.
func TestShorterPrograms(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"f(x) = sqrt(x^2 + exp(x^2))", 7},
		{"f(x, y) = x*y/(x + y)", 6},
		{"f(a, e, t) = a*exp(-e/t)", 6},
		{"f(x, y) = sqrt(x^2 + y^2)", 6},
		{"f(x, y) = x^2*y - y^3", 8},
	} {
		d, err := passes.Gradient(function(t, c.text))
		if err != nil {
			t.Fatal(err)
		}
		v, err := minimal.Prove(d, operations(d), 1_000_000, passes.Judge(d))
		if err != nil || v.Shorter == nil || v.AtLeast != c.want || operations(v.Shorter) != c.want {
			t.Errorf("%s: %v, %v", c.text, v, err)
			continue
		}
		env := ir.Env{Inputs: map[string]ir.Tensor{}}
		for i, in := range d.Inputs {
			env.Inputs[in.Name] = ir.Tensor{Data: []float64{[]float64{0.6, 1.7, 2.3}[i]}}
		}
		want, err := ir.Eval(d, env)
		got, err2 := ir.Eval(v.Shorter, env)
		if err != nil || err2 != nil || !slices.EqualFunc(got, want, func(x, y ir.Tensor) bool { return passes.ULP(x.Data[0], y.Data[0], y.Data[0], 53) < 16 }) {
			t.Errorf("%s: %v, not %v", c.text, got, want)
		}
	}
}

// TestUnsafePrograms: what is shorter but divides by 0, or overflows where the function does not, is none.
func TestUnsafePrograms(t *testing.T) {
	all := func(*ir.Func) bool { return true }
	for text, least := range map[string]int{
		"f(x) -> (y, dy) = {\n y = x^3\n dy = x^2 }":                           2, // also x³/x
		"f(x, y) -> (u, v, w) = {\n u = x^2*y\n v = x^2 + y\n w = x*y + x }":   5, // x·y + x needs x·y, and so x²y is x·xy, but not w·x − x²
		"f(x) -> (p, q) = {\n p = 1/(1 + exp(-x))\n q = 1 - 1/(1 + exp(-x)) }": 5, // exp(x)/(1 + exp(x)) is NaN at 800
	} {
		f := function(t, text)
		v, err := minimal.Prove(f, 9, 1_000_000, all)
		if err != nil || v.AtLeast != least {
			t.Errorf("%s: %d, %v\n%v", text, v.AtLeast, err, v.Shorter)
		}
	}
}

// TestOutOfScope says why.
func TestOutOfScope(t *testing.T) {
	for text, why := range map[string]string{
		"f(x[n]) = sum(x)":                      "arrays",
		"f(a, b, c, d, e) = a*b*c*d*e":          "inputs",
		"f(x) = if x > 0 then x^2 else x":       "straight-line",
		"f(x, y) = max(x, y)^2":                 "max",
		"f(x, y) = x^y":                         "power",
		"f(x) = 3*x^7 + 5*x^6 + 7*x^5 + 11*x^4": "constants",
	} {
		l, err := passes.Prove(function(t, text), passes.Usual)
		if err != nil || !strings.Contains(l.Refused, why) {
			t.Errorf("%s: %q, %v", text, l.Refused, err)
		}
	}
}
