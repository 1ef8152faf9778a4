package passes

import (
	"math"
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// seed2 is √(x² + e^(x²)) as the parser builds it.
func seed2() *ir.Func {
	g := ir.NewGraph()
	x := &ir.Input{Name: "x", Param: true}
	x2 := g.Apply(ir.OpPow, g.Access(x), g.Const(2))
	f := g.Apply(ir.OpSqrt, g.Apply(ir.OpAdd, x2, g.Apply(ir.OpExp, x2)))
	return &ir.Func{Name: "f", Graph: g, Inputs: []*ir.Input{x}, Results: []ir.Result{{Name: "value", Value: f}}}
}

// mlp is the mean of log Σ exp Z − Z[label] for Z = tanh(X W + b) V + c.
func mlp() *ir.Func {
	g := ir.NewGraph()
	n, p, h, q := g.Size("n"), g.Size("p"), g.Size("h"), g.Size("q")
	x := &ir.Input{Name: "X", Dims: []*ir.Node{n, p}}
	label := &ir.Input{Name: "label", Type: ir.Int, Dims: []*ir.Node{n}}
	w := &ir.Input{Name: "W", Dims: []*ir.Node{p, h}, Param: true}
	b := &ir.Input{Name: "b", Dims: []*ir.Node{h}, Param: true}
	v := &ir.Input{Name: "V", Dims: []*ir.Node{h, q}, Param: true}
	c := &ir.Input{Name: "c", Dims: []*ir.Node{q}, Param: true}
	i, j, k, l := g.NewIndex(n), g.NewIndex(p), g.NewIndex(h), g.NewIndex(q)
	a := g.Apply(ir.OpTanh, g.Apply(ir.OpAdd,
		g.Reduce(ir.Sum, j, g.Apply(ir.OpMul, g.Access(x, i, j), g.Access(w, j, k))), g.Access(b, k)))
	z := g.Apply(ir.OpAdd, g.Reduce(ir.Sum, k, g.Apply(ir.OpMul, a, g.Access(v, k, l))), g.Access(c, l))
	m := g.Apply(ir.OpStopGradient, g.Reduce(ir.Max, l, z))
	lse := g.Apply(ir.OpAdd, g.Apply(ir.OpLog, g.Reduce(ir.Sum, l, g.Apply(ir.OpExp, g.Apply(ir.OpSub, z, m)))), m)
	loss := g.Apply(ir.OpSub, lse, g.At(z, []*ir.Node{l}, []*ir.Node{g.Access(label, i)}))
	mean := g.Apply(ir.OpDiv, g.Reduce(ir.Sum, i, loss), g.ToReal(n))
	return &ir.Func{Name: "mlp", Graph: g, Sizes: []string{"n", "p", "h", "q"},
		Inputs: []*ir.Input{x, label, w, b, v, c}, Results: []ir.Result{{Name: "value", Value: mean}},
		Checks: []ir.Check{{Data: label, Below: q}}}
}

func TestGradientAgainstDifferences(t *testing.T) {
	cases := map[string]struct {
		f   *ir.Func
		env ir.Env
	}{
		"seed2": {seed2(), ir.Env{Inputs: map[string]ir.Tensor{"x": scalar(0.7)}}},
		"mlp": {mlp(), ir.Env{
			Sizes: map[string]int{"n": 3, "p": 2, "h": 4, "q": 3},
			Inputs: map[string]ir.Tensor{
				"X": wave(1, 3, 2), "label": {Dims: []int{3}, Data: []float64{2, 0, 1}},
				"W": wave(2, 2, 4), "b": wave(3, 4), "V": wave(4, 4, 3), "c": wave(5, 3),
			}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			grad, err := Gradient(c.f)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range []*ir.Func{grad, Simplify(grad)} {
				compareWithDifferences(t, c.f, d, c.env)
			}
			t.Logf("cost %v, simplified %v", estimate(grad), estimate(Simplify(grad)))
		})
	}
}

func compareWithDifferences(t *testing.T, f, grad *ir.Func, env ir.Env) {
	t.Helper()
	got, err := ir.Eval(grad, env)
	if err != nil {
		t.Fatal(err)
	}
	for p, in := range f.Params() {
		x := env.Inputs[in.Name]
		for e := range x.Data {
			at := func(d float64) float64 {
				old := x.Data[e]
				defer func() { x.Data[e] = old }()
				x.Data[e] += d
				v, err := ir.Eval(f, env)
				if err != nil {
					t.Fatal(err)
				}
				return v[0].Data[0]
			}
			const h = 1e-5
			want := (at(h) - at(-h)) / (2 * h)
			if g := got[p+1].Data[e]; !(math.Abs(g-want) < 1e-8*(1+math.Abs(want))) {
				t.Errorf("d%s[%d] = %v, differences give %v", in.Name, e, g, want)
			}
		}
	}
}

func scalar(v float64) ir.Tensor { return ir.Tensor{Data: []float64{v}} }

// wave is an array of unlike values between -1 and 1.
func wave(seed float64, dims ...int) ir.Tensor {
	n := 1
	for _, d := range dims {
		n *= d
	}
	t := ir.Tensor{Dims: dims, Data: make([]float64, n)}
	for i := range t.Data {
		t.Data[i] = math.Sin(seed*1.7 + float64(i)*2.3)
	}
	return t
}
