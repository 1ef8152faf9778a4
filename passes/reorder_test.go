package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// TestReordered: products are put in an order in which nothing overflows on the way at given points, also where a factor is 0, and where that takes two
// factors first that are far from 1.
func TestReordered(t *testing.T) {
	for _, c := range []struct {
		text string
		at   []map[string]float64
	}{
		{"f(x, y, z) = x*y*z", []map[string]float64{{"x": 1e200, "y": 1e200, "z": 1e-200}}},
		{"f(x, y, z) = x*y*z", []map[string]float64{{"x": 1e300, "y": 1e50, "z": 0}}},
		{"f(x, y, z) = x*y*z", []map[string]float64{{"x": 1e300, "y": 1e50, "z": 0}, {"x": 1e-40, "y": 1e280, "z": 1e35}}},
		{"f(x, y, z) = x*y/z", []map[string]float64{{"x": 1e200, "y": 1e200, "z": 1e200}}},
	} {
		f := load(t, c.text)
		var points []*witness
		for _, at := range c.at {
			env := ir.Env{Inputs: map[string]ir.Tensor{}}
			for name, v := range at {
				env.Inputs[name] = ir.Tensor{Data: []float64{v}}
			}
			points = append(points, &witness{env: env})
		}
		p := newTrace(reordered(f, points))
		for i, w := range points {
			if p.run(w.env); !p.finite() {
				t.Errorf("%s at %v: %v", c.text, c.at[i], p.results())
			}
		}
	}
}
