package ir

import (
	"math"
	"testing"
)

// points are where derivatives of primitives are compared with differences; each primitive is checked at those
// in its domain and away from kinks.
var points = []float64{-2.3, -0.7, -0.31, 0.29, 0.55, 0.83, 1.4, 2.6, 3.7}

// TestPartials compares every partial derivative of the table with central differences.
func TestPartials(t *testing.T) {
	for i := range primitives {
		p := &primitives[i]
		if p.Result != Real || p.Op == OpSelect || p.Op == OpReal {
			continue
		}
		checked := false
		for _, x := range points {
			for _, y := range points {
				if p.Arity == 1 && y != points[0] {
					continue
				}
				checked = comparePartials(t, p, []float64{x, y + 0.07}[:p.Arity]) || checked
			}
		}
		if !checked {
			t.Errorf("%s is defined at none of the points", p.Name)
		}
	}
}

// orders are the primitives whose first operand is a whole number.
var orders = map[Op]bool{OpJn: true, OpYn: true, OpPolygamma: true}

// comparePartials compares at one point; it reports false where the primitive is not smooth.
func comparePartials(t *testing.T, p *Prim, at []float64) bool {
	t.Helper()
	at = append([]float64(nil), at...)
	if orders[p.Op] {
		at[0] = math.Abs(math.Round(at[0]))
	}
	g := NewGraph()
	var args []*Node
	env := Env{Inputs: map[string]Tensor{}}
	f := &Func{Name: p.Name, Graph: g}
	for i, v := range at {
		if orders[p.Op] && i == 0 {
			args = append(args, g.Int(int(v)))
			continue
		}
		in := &Input{Name: string(rune('x' + i)), Param: true}
		f.Inputs = append(f.Inputs, in)
		env.Inputs[in.Name] = Tensor{Data: []float64{v}}
		args = append(args, g.Access(in))
	}
	r := g.Apply(p.Op, args...)
	for i := range at {
		if p.Partials[i] == nil {
			if orders[p.Op] && i == 0 || p.Why != "" || p.Op == OpStopGradient {
				continue
			}
		}
		const h = 1e-5
		side := func(d float64) float64 {
			x := append([]float64(nil), at...)
			x[i] += d
			return p.Eval(x)
		}
		near, far := (side(h)-side(-h))/(2*h), (side(2*h)-side(-2*h))/(4*h)
		if near-near != 0 || math.Abs(near-far) > 1e-5*(1+math.Abs(near)) || math.IsNaN(p.Eval(at)) {
			return false
		}
		got := 0.0
		if p.Partials[i] != nil {
			f.Results = []Result{{Name: "d", Value: p.Partials[i](g, args, r)}}
			v, err := Eval(f, env)
			if err != nil {
				t.Fatal(err)
			}
			got = v[0].Data[0]
		}
		if !(math.Abs(got-near) <= 1e-6*(1+math.Abs(near))) {
			t.Errorf("%s%v: the derivative by operand %d is %v, differences give %v", p.Name, at, i, got, near)
		}
	}
	return true
}

// TestTableIsComplete: every row has what the parts of the compiler read.
func TestTableIsComplete(t *testing.T) {
	for i := range primitives {
		p := &primitives[i]
		if p.Name == "" || p.Cost == nil || p.Eval == nil || p.LaTeX == "" || p.Op != Op(i) {
			t.Errorf("row %d (%q) lacks a name, a cost, an evaluation or a spelling", i, p.Name)
		}
		if p.Go == "" && p.Op != OpSelect {
			t.Errorf("%s has no Go form", p.Name)
		}
		if p.Public && p.Doc == "" {
			t.Errorf("%s has no documentation", p.Name)
		}
		if p.Result == Real && len(p.Partials) != p.Arity {
			t.Errorf("%s has %d partial derivatives for %d operands", p.Name, len(p.Partials), p.Arity)
		}
	}
}

// TestEqualUpToNames: terms that differ in the names of bound indices are one node.
func TestEqualUpToNames(t *testing.T) {
	g := NewGraph()
	n := g.Size("n")
	x := &Input{Name: "x", Dims: []*Node{n}, Param: true}
	y := &Input{Name: "y", Dims: []*Node{n, n}, Param: true}
	sum := func() *Node {
		i, j := g.NewIndex(n), g.NewIndex(n)
		return g.Reduce(Sum, i, g.Apply(OpMul, g.Access(x, i), g.Reduce(Sum, j, g.Access(y, j, i))))
	}
	if a, b := sum(), sum(); a != b {
		t.Error("the same sum is two nodes")
	}
	i := g.NewIndex(n)
	row := g.Reduce(Sum, i, g.Access(y, i, g.Index(n, 0)))
	if got := g.Rename(row, g.Index(n, 0), g.Index(n, 1)); got.Free()[0] != g.Index(n, 1) || len(got.Free()) != 1 {
		t.Errorf("renaming a free index gives the free indices %v", got.Free())
	}
	if a, b := g.Apply(OpAdd, g.Access(x, i), row), g.Apply(OpAdd, row, g.Access(x, i)); a != b {
		t.Error("a + b and b + a are two nodes")
	}
}

// TestChains: the addition chains are as short as known ones (OEIS A003313).
func TestChains(t *testing.T) {
	lengths := []int{0, 1, 2, 2, 3, 3, 4, 3, 4, 4, 5, 4, 5, 5, 5, 4, 5, 5, 6, 5, 6, 6, 6, 5, 6, 6, 6, 6, 7, 6, 7, 5}
	for i, want := range lengths {
		n := i + 1
		c := Chain(n)
		if len(c)-1 != want || ChainLength(n) != want {
			t.Errorf("the chain for %d has %d steps, want %d", n, len(c)-1, want)
		}
		for k := 1; k < len(c); k++ {
			sum := false
			for j := range k {
				sum = sum || c[k] == c[k-1]+c[j]
			}
			if !sum {
				t.Errorf("%v is no star chain", c)
			}
		}
	}
}
