package passes

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// load is the first function of the text.
func load(t *testing.T, text string) *ir.Func {
	t.Helper()
	list, err := parser.LoadText("f.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// TestRelations: products of exponentials that are found to be equal are so at other points too, and those that are not are not.
func TestRelations(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"f(x, y) = exp(x) + exp(y)", 0},
		{"f(x, y) = exp(x)*log(y) + exp(y)", 0},
		{"f(x) = exp(min(x, 5)) + exp(x)", 0},
		{"f(x) = exp(if x < 5 then x else 2) + exp(x) + exp(abs(x + 5))", 0},
		{"f(x) = exp(x) + exp(2*x)", 1},
		{"f(x) = exp(x) + exp(-x)", 1},
		{"f(x, y) = exp(x) + exp(y) + exp(x - y)", 1},
		{"f(x, y) = exp(x) + exp(x + exp(y - 100))", 0}, // the same at usual points
		{"f(x, y) = log(y) + exp(x) + exp(x - log(y))", 1},
		{"f(x, y, z) = exp(x) + exp(x + log(y/z))*y", 1},
		{"f(x, y, z) = exp(-(log(y/z) + x)^2/2) + exp(-(log(y/z) - x)^2/2) + exp(2*x*log(y/z))", 1},
	} {
		f := load(t, c.text)
		list := relations(f, newJudge(f, unrolling{}, nil).envs())
		if len(list) != c.want {
			t.Errorf("%s: %d relations, want %d", c.text, len(list), c.want)
		}
		p := newTrace(f)
		p.run(ir.Env{Inputs: map[string]ir.Tensor{"x": {Data: []float64{0.3}}, "y": {Data: []float64{1.7}}, "z": {Data: []float64{0.9}}}})
		for _, r := range list {
			from, to := 1.0, 1.0
			for _, n := range r.from {
				from *= p.value[p.place[n.ID]]
			}
			for _, n := range r.to {
				to *= p.value[p.place[n.ID]]
			}
			if !(math.Abs(from-to) <= 1e-14*math.Abs(to)) {
				t.Errorf("%s: %v is not %v", c.text, from, to)
			}
		}
		Optimize(Usual, f) // which ends
	}
}

// TestNonzero: what a logarithm or a quotient that reaches the result excludes.
func TestNonzero(t *testing.T) {
	for _, c := range []struct {
		text string
		x, y bool
	}{
		{"f(x, y) = x*log(x/y)", true, true},
		{"f(x, y) = y - 2*log(x*(1 + y))", true, false},
		{"f(x, y) = y/log(x)", false, false},
		{"f(x, y) = 1 - log(1 - 2/(x*x)) + exp(1/y)", true, false},
		{"f(x, y) = 1/(x/y)", true, false}, // it is 0 where y is 0
		{"f(x, y) = (x + 1)/(1/y + x)", false, false},
		{"f(x, y) = exp(log(x)) + log(y^2)", false, true},
		{"f(x, y) = if x > 0 then log(x) else sqrt(log(-y))", false, false},
	} {
		f := load(t, c.text)
		not := nonzero(f)
		for name, want := range map[string]bool{"x": c.x, "y": c.y} {
			got := false
			for n := range not {
				got = got || n.Kind == ir.Access && n.Input.Name == name
			}
			if got != want {
				t.Errorf("%s: %s is taken not to be 0: %v, want %v", c.text, name, got, want)
			}
		}
	}
}

// TestJudge: a program that computes something else, is less accurate, or is not finite where the function is, is rejected.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		as, program string
		want        bool
	}{
		{"(x - y)*(x + y)", "(x + y)*(x - y)", true},
		{"x + y", "x*(1 + y/x)", false},                                     // at 0
		{"x*y", "x*y + x*0.000000000001", false},                            // another value
		{"(x - y)^2*(1 + y^2)", "(x^2 - 2*x*y + y^2)*(1 + y^2)", false},     // accuracy
		{"(x + y)/2", "(x*10000000000 + y*10000000000)/20000000000", false}, // at 1e300
		{"1/(1 + exp(-x)) + y", "exp(x)/(1 + exp(x)) + y", false},           // at 800
	} {
		f := load(t, "f(x, y) = "+c.as)
		g := f.Graph
		other := load(t, "f(x, y) = "+c.program)
		program := f.WithRoots(copied(g, f, other))
		if got := newJudge(f, unrolling{}, nil).accepts(program); got != c.want {
			t.Errorf("%s for %s is accepted: %v, want %v", c.program, c.as, got, c.want)
		}
	}
}

// copied is the roots of h as nodes of f's graph.
func copied(g *ir.Graph, f, h *ir.Func) []*ir.Node {
	done := map[*ir.Node]*ir.Node{}
	for _, n := range ir.Reachable(h.Roots()...) {
		args := make([]*ir.Node, len(n.Args))
		for i, a := range n.Args {
			args[i] = done[a]
		}
		switch n.Kind {
		case ir.Const:
			done[n] = g.Const(n.Value)
		case ir.Access:
			for _, in := range f.Inputs {
				if in.Name == n.Input.Name {
					done[n] = g.Access(in)
				}
			}
		default:
			done[n] = g.Apply(n.Prim.Op, args...)
		}
	}
	return each(h.Roots(), func(n *ir.Node) *ir.Node { return done[n] })
}

// TestJudgeOfLoops: so it is of programs with loops, which are written out.
func TestJudgeOfLoops(t *testing.T) {
	for _, c := range []struct {
		as, program string
		want        bool
	}{
		{"sum(i: (x[i] - y[i])*(x[i] + y[i]))", "sum(i: (x[i] + y[i])*(x[i] - y[i]))", true},
		{"sum(i, j: x[i]*y[j])", "sum(i: x[i])*sum(i: y[i])", true},
		{"sum(i: x[i])*max(i: y[i])", "sum(i: x[i])*max(i: x[i])", false},                                       // another value
		{"sum(i: x[i] + y[i])", "sum(i: x[i]*(1 + y[i]/x[i]))", false},                                          // at 0
		{"sum(i: 1/(1 + exp(-x[i])) + y[i])", "sum(i: exp(x[i])/(1 + exp(x[i])) + y[i])", false},                // at 800
		{"log(sum(i: exp(x[i] - max(j: x[j])))) + max(j: x[j]) + y[0]", "log(sum(i: exp(x[i]))) + y[0]", false}, // at 800 too
	} {
		both := load(t, "f(x[n], y[n]) -> (u, v) = {\n  u = "+c.as+"\n  v = "+c.program+"\n}")
		f, program := both.Derived(), both.Derived()
		f.Results, program.Results = both.Results[:1], both.Results[1:]
		if got := newJudge(writtenOut(f, unrolling{})).accepts(program); got != c.want {
			t.Errorf("%s for %s is accepted: %v, want %v", c.program, c.as, got, c.want)
		}
	}
}

// TestUngated: the derivative of a power by its exponent needs no selection where the logarithm of its base reaches the result.
func TestUngated(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool // it goes
	}{
		{"f(x, y) = x^y + log(x)", true},
		{"f(x, y) = (1 - y)*log(x) - 3*x^y/(x + y)", true},
		{"f(x, y) = log(x) + sin(x^y)", false}, // nothing tells that its cosine is finite
		{"f(x, y) = x^y", false},
		{"f(x, y) = 1/(1 + x)^y", true},        // the power is not 0
		{"f(x, y) = x^y + exp(log(x))", false}, // which is 0 where the logarithm is infinite
		{"f(x, y) -> (u, v) = {\n  u = log(x)\n  v = x^y\n}", false},
		{"f(x, y) -> (u, v) = {\n  u = log(x)\n  v = 2*u + x^y\n}", true},
		{"f(x, y) -> v[2] = [log(x), x^y]", false},
		{"f(x, y) -> v[2] = [y/log(x), log(x)*x^y]", false},
		{"f(x, y) -> (u, v) = {\n  u = x^y - log(x)\n  v = 2*u\n}", true},
		{"f(z[n]; x, y) = sum(j in 0..n-1: z[j]*log(x)) + x^y", false}, // n may be 1
	} {
		f := load(t, c.text)
		d := forwardColumns(f)
		selects := func(f *ir.Func) bool {
			return slices.ContainsFunc(ir.Reachable(f.Roots()...), func(n *ir.Node) bool { return n.Is(ir.OpSelect) })
		}
		if u := ungated(d); !selects(d) || selects(u) == c.want {
			t.Errorf("%s: there are selections: %v, and then %v", c.text, selects(d), selects(u))
		}
	}
}

// TestOneSelection: the derivatives of a product of powers by the exponents ask one question, whether the product is 0.
func TestOneSelection(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"f(x, y, a, b) = x^a*y^b", 1},
		{"f(x, y, a) = 3*x^a*y^(1 - a)", 1},
		{"f(x, y, a, b) = x^a + y^b", 2},
		{"f(x, y, a, b) = x^a*sin(y^b)", 2}, // which may be 0 where x^a is not
	} {
		d, err := Gradient(load(t, c.text))
		if err != nil {
			t.Fatal(err)
		}
		asked := map[*ir.Node]bool{}
		for _, n := range ir.Reachable(ungated(d).Roots()...) {
			if n.Is(ir.OpSelect) {
				asked[n.Args[0]] = true
			}
		}
		if len(asked) != c.want {
			t.Errorf("%s: %d conditions, want %d", c.text, len(asked), c.want)
		}
	}
}

// TestPowers: x times x^(y−1) is x^y.
func TestPowers(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"f(x, y) = x^y + x^(y - 1)", 1},
		{"f(x, y) = x^(y - 1)*x^y + x^(1 + y)", 2},
		{"f(x, y) = x^y + x^(y - 2) + y^(y - 1)", 0},
		{"f(x, y) = x^y + x^(abs(y) - 1)", 0},
		{"f(x, y) = x^max(y, -1000) + x*x^(y - 1)", 0}, // at all points that are drawn they are related
		{"f(x, y) = x^(y + exp(y - 100)) + x*x^(y - 1)", 0},
		{"f(x, y) = x^((y + 1)/2) + x^(y/2 - 0.5) + x^max(x, y) + x^(max(x, y) - 1)", 2},
	} {
		if list := powers(load(t, c.text)); len(list) != c.want {
			t.Errorf("%s: %d relations, want %d", c.text, len(list), c.want)
		}
	}
}

// TestUngatedOnce: what is looked at for a selection is looked at once, however often it is shared.
func TestUngatedOnce(t *testing.T) {
	text := "f(x, y, p, q) = {\n  a0 = x^y\n  b0 = p*x^y + log(x)\n"
	const steps = 50 // the paths from the result to the power are as many as powers of 2
	for k := range steps {
		text += fmt.Sprintf("  a%d = a%d + q*b%d\n  b%d = a%d*p + b%d\n", k+1, k, k, k+1, k, k)
	}
	text += fmt.Sprintf("  a%d + b%d\n}", steps, steps)
	d, err := Gradient(load(t, text))
	if err != nil {
		t.Fatal(err)
	}
	if ungated(d).SameRoots(d) {
		t.Error("the selection, of what is finite wherever the logarithm is, stays")
	}
}

// TestJudgeOfSeveral: a value is to be finite also where another is not.
func TestJudgeOfSeveral(t *testing.T) {
	both := load(t, "f(x, y) -> (u, v, w) = {\n  u = 1/x\n  v = x + y\n  w = x*(1 + y/x)\n}")
	f, program := both.Derived(), both.Derived()
	f.Results = both.Results[:2]
	program.Results = []ir.Result{both.Results[0], both.Results[2]}
	if newJudge(f, unrolling{}, nil).accepts(program) {
		t.Error("x·(1 + y/x) is accepted for x + y as 1/x, another value, is not finite at 0 either")
	}
}
