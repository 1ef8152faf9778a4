package ir

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

var polyVars = []string{"n", "p", "width"}

func drawPoly(t *rapid.T, label string) Poly {
	var p Poly
	for range rapid.IntRange(0, 4).Draw(t, label) {
		m := PolyRat(rapid.Int64Range(-5, 5).Draw(t, "num"), rapid.Int64Range(1, 4).Draw(t, "den"))
		for range rapid.IntRange(0, 3).Draw(t, "degree") {
			m = m.Mul(PolyVar(rapid.SampledFrom(polyVars).Draw(t, "var")))
		}
		p = p.Add(m)
	}
	return p
}

func drawPoint(t *rapid.T) map[string]int {
	at := map[string]int{}
	for _, v := range polyVars {
		at[v] = rapid.IntRange(-4, 9).Draw(t, v)
	}
	return at
}

func TestPolyRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q, r := drawPoly(t, "p"), drawPoly(t, "q"), drawPoly(t, "r")
		for name, sides := range map[string][2]Poly{
			"sum commutes":       {p.Add(q), q.Add(p)},
			"sum associates":     {p.Add(q).Add(r), p.Add(q.Add(r))},
			"product commutes":   {p.Mul(q), q.Mul(p)},
			"product associates": {p.Mul(q).Mul(r), p.Mul(q.Mul(r))},
			"distributive":       {p.Mul(q.Add(r)), p.Mul(q).Add(p.Mul(r))},
			"inverse":            {p.Sub(p), Poly{}},
			"one":                {p.Mul(PolyConst(1)), p},
			"halves":             {p.Scale(1, 2).Add(p.Scale(1, 2)), p},
		} {
			if !sides[0].Equal(sides[1]) {
				t.Fatalf("%s: %v, %v", name, sides[0], sides[1])
			}
		}
	})
}

func TestPolyEval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q, at := drawPoly(t, "p"), drawPoly(t, "q"), drawPoint(t)
		x, y := p.Eval(at), q.Eval(at)
		if got, want := p.Add(q).Eval(at), new(big.Rat).Add(x, y); got.Cmp(want) != 0 {
			t.Fatalf("sum %v, want %v", got, want)
		}
		if got, want := p.Mul(q).Eval(at), new(big.Rat).Mul(x, y); got.Cmp(want) != 0 {
			t.Fatalf("product %v, want %v", got, want)
		}
		if !y.IsInt() {
			return
		}
		moved := map[string]int{"p": at["p"], "width": at["width"], "n": int(y.Num().Int64())}
		if got, want := p.Subst("n", q).Eval(at), p.Eval(moved); got.Cmp(want) != 0 {
			t.Fatalf("substitution %v, want %v", got, want)
		}
	})
}

func TestPolySumOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, at := drawPoly(t, "p"), drawPoint(t)
		lo := rapid.IntRange(-3, 5).Draw(t, "lo")
		hi := lo + rapid.IntRange(0, 8).Draw(t, "steps")
		want := new(big.Rat)
		for at["n"] = lo; at["n"] < hi; at["n"]++ {
			want.Add(want, p.Eval(at))
		}
		at["a"], at["b"] = lo, hi
		if got := p.SumOver("n", PolyVar("a"), PolyVar("b")).Eval(at); got.Cmp(want) != 0 {
			t.Fatalf("Σ %v from %d to %d = %v, want %v", p, lo, hi, got, want)
		}
	})
}

func TestPolyPredicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, at := drawPoly(t, "p"), drawPoint(t)
		if p.Integral() && !p.Eval(at).IsInt() {
			t.Fatalf("%v is not whole at %v", p, at)
		}
		for _, v := range polyVars {
			at[v] = max(at[v], 1)
		}
		if p.NonNegative() && p.Eval(at).Sign() < 0 {
			t.Fatalf("%v is negative at %v", p, at)
		}
	})
}

func TestPolyFormat(t *testing.T) {
	n, p, h, q := PolyVar("n"), PolyVar("p"), PolyVar("h"), PolyVar("q")
	leading := n.Mul(h).Mul(q).Scale(6, 1).Add(PolyConst(2)).Add(n.Mul(p).Mul(h).Scale(4, 1)).Add(n.Scale(3, 1))
	for _, c := range []struct {
		p           Poly
		order       []string
		times, want string
	}{
		{leading, []string{"n", "p", "h", "q"}, "·", "4·n·p·h + 6·n·h·q + 3·n + 2"},
		{leading, nil, "*", "4*h*n*p + 6*h*n*q + 3*n + 2"},
		{n.Mul(n).Sub(n).Scale(1, 2), nil, "*", "1/2*n^2 - 1/2*n"},
		{n.Sub(n.Mul(n)).Sub(PolyConst(1)), nil, "·", "-n^2 + n - 1"},
		{n.Mul(p).Add(n.Mul(n)).Add(p.Mul(p)), nil, "·", "n^2 + n·p + p^2"},
		{n.Sub(n), nil, "·", "0"},
	} {
		if got := c.p.Format(c.order, c.times); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestExtentPoly(t *testing.T) {
	g := NewGraph()
	d, n := g.Size("d"), g.Size("n")
	triangle := g.IntDiv(g.IntMul(d, g.IntSub(d, g.Int(1))), g.Int(2))
	for _, c := range []struct {
		extent *Node
		want   string
		exact  bool
	}{
		{g.Int(3), "3", true},
		{g.IntAdd(g.IntMul(d, n), g.Int(2)), "d·n + 2", true},
		{triangle, "1/2·d^2 - 1/2·d", true},
		{g.IntMul(triangle, n), "1/2·d^2·n - 1/2·d·n", true},
		{g.IntDiv(n, g.Int(2)), "1/2·n", false},
		{g.IntDiv(n, d), "n", false},
	} {
		got, exact := ExtentPoly(c.extent)
		if got.String() != c.want || exact != c.exact {
			t.Errorf("%s: got %v, %v, want %s, %v", c.extent.Text(), got, exact, c.want, c.exact)
		}
	}
}
