package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// TestExclusive: conditions that contradict each other in all cases, and some that do so in one case only, or for some sizes.
func TestExclusive(t *testing.T) {
	g := ir.NewGraph()
	n := g.Size("n")
	i, j := g.NewIndex(n), g.NewIndex(n)
	f := &ir.Func{Name: "f", Graph: g, Sizes: []string{"n"}}
	is := func(x, y *ir.Node) *ir.Node { return g.Apply(ir.OpEq, x, y) }
	next, last := g.IntAdd(i, g.Int(1)), g.IntSub(n, g.Int(1))
	inner := g.And(g.Apply(ir.OpLe, g.Int(1), i), g.Apply(ir.OpLt, i, last))
	outer := g.Apply(ir.OpNot, inner)
	first := is(i, g.Int(0))
	for _, test := range []struct {
		name string
		c, d *ir.Node
		want bool
	}{
		{"neighbours", is(j, i), is(j, next), true},
		{"ends of one range", is(j, g.Int(0)), is(j, last), false}, // of length 1
		{"inside and outside", inner, outer, true},
		{"inside and the first", inner, first, true},
		{"outside and the first", outer, first, false},
		{"inside and behind the first outside", inner, g.And(g.Not(first), outer), true},
		{"other indices", is(j, g.Int(0)), is(i, g.Int(1)), false},
		{"order", g.Apply(ir.OpLt, i, j), g.Apply(ir.OpLe, j, i), true},
		{"touching", g.Apply(ir.OpLe, i, j), g.Apply(ir.OpLe, j, i), false},
	} {
		if got := exclusive(f, test.c, test.d); got != test.want || got != exclusive(f, test.d, test.c) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestDenseJacobianCounts: elements that one term at most contributes to cost no addition.
func TestDenseJacobianCounts(t *testing.T) {
	for text, want := range map[string]string{
		"f(x[n]) -> r[n-1] = { r[i] = x[i+1]*x[i] }":                                                               "n - 1",
		"f(x[n]) -> r[n] = {\n r[0] = x[0] - 1\n r[n-1] = x[n-1]\n r[i] = x[i-1] - 2*x[i] + x[i+1] + exp(x[i])\n}": "6·n + 1", // 4 and 2 for each r[i]
	} {
		list, err := parser.LoadText("f.ad", []byte(text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		ways, err := Jacobians(list[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := Count(Schedule(Optimize(Usual, ways...))).Total().Format(list[0].Sizes, "·"); got != want {
			t.Errorf("%s\ntakes %s operations, want %s", text, got, want)
		}
	}
}
