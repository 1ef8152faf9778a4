package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// Σᵢ Σⱼ aⱼₖ bᵢⱼ is the product of a and the column sums of b: n·m additions for those, and m·q multiplications and additions. Where cᵢₖ stands before
// the inner sum nothing is gained, and where the inner sum has another use it is there in any case.
func TestInterchange(t *testing.T) {
	g := ir.NewGraph()
	n, m, q := g.Size("n"), g.Size("m"), g.Size("q")
	a := &ir.Input{Name: "a", Dims: []*ir.Node{m, q}}
	b := &ir.Input{Name: "b", Dims: []*ir.Node{n, m}}
	d := &ir.Input{Name: "d", Dims: []*ir.Node{m, m}}
	c := &ir.Input{Name: "c", Dims: []*ir.Node{n, q}}
	index := g.Canonical([]*ir.Node{n, m, q})
	i, j, k := index[0], index[1], index[2]
	inner := g.Reduce(ir.Sum, j, g.Mul(g.Access(a, j, k), g.Access(b, i, j)))
	whole := ir.Result{Name: "whole", Index: []*ir.Node{k}, Value: g.Reduce(ir.Sum, i, inner)}
	l := g.Canonical([]*ir.Node{m, m})[1]
	triangle := g.Reduce(ir.Sum, j, g.Select(g.Apply(ir.OpLt, j, l), g.Mul(g.Access(d, j, l), g.Access(b, i, j)), g.Const(0)))
	for _, test := range []struct {
		name    string
		results []ir.Result
		want    string
	}{
		{"exchanged", []ir.Result{whole}, "n·m + 2·m·q"},
		{"under a condition", []ir.Result{{Name: "whole", Index: []*ir.Node{l}, Value: g.Reduce(ir.Sum, i, triangle)}}, "n·m + m^2 - m"},
		{"weighted", []ir.Result{{Name: "whole", Index: []*ir.Node{k}, Value: g.Reduce(ir.Sum, i, g.Mul(g.Access(c, i, k), inner))}}, "2·n·m·q + 2·n·q"},
		{"shared", []ir.Result{whole, {Name: "inner", Index: []*ir.Node{i, k}, Value: inner}}, "2·n·m·q + n·q"},
	} {
		f := &ir.Func{Name: "f", Graph: g, Sizes: []string{"n", "m", "q"}, Inputs: []*ir.Input{a, b, c, d}, Results: test.results}
		if got := Count(Schedule(Simplify(f))).Total().Format(f.Sizes, "·"); got != test.want {
			t.Errorf("%s: %s operations, want %s", test.name, got, test.want)
		}
	}
}
