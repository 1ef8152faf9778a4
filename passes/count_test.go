package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// seed1 is e^(x²).
func seed1() *ir.Func {
	g := ir.NewGraph()
	x := &ir.Input{Name: "x", Param: true}
	f := g.Apply(ir.OpExp, g.Apply(ir.OpPow, g.Access(x), g.Const(2)))
	return &ir.Func{Name: "f", Graph: g, Inputs: []*ir.Input{x}, Results: []ir.Result{{Name: "value", Value: f}}}
}

// The lecture notes' counts of their two examples.
func TestNotes(t *testing.T) {
	for _, c := range []struct {
		f                       *ir.Func
		written, naive, emitted string
	}{
		{seed1(), "2", "6", "4"},
		{seed2(), "5", "15", "7"},
	} {
		r, err := Analyze(c.f, Usual)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []struct {
			name string
			got  Flops
			want string
		}{{"written", r.Value.Written, c.written}, {"naive", r.Gradient.Naive, c.naive}, {"emitted", r.Gradient.Emitted, c.emitted}} {
			if s := got.got.Total().String(); s != got.want {
				t.Errorf("%s = %s, want %s", got.name, s, got.want)
			}
		}
	}
}

// The gradient of a two-layer network costs 4nph + 6nhq in its leading terms: two for each
// product with the data and its weight, six for the inner layer.
func TestNetworkLeadingTerms(t *testing.T) {
	r, err := Analyze(mlp(), Usual)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Gradient.Emitted.Total().Leading().Format(r.Sizes, "·"), "4·n·p·h + 6·n·h·q"; got != want {
		t.Errorf("leading terms %s, want %s", got, want)
	}
	if r.Gradient.Emitted.AtMost {
		t.Error("the count is not exact")
	}
}
