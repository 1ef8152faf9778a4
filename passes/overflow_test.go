package passes

import "testing"

// TestHullsOfBranches: what a function computes in one branch does not bound what a program may compute in the other.
func TestHullsOfBranches(t *testing.T) {
	f := load(t, "f(x, y) = if x < y then x*x else (x*y)*(x*y)")
	j := newJudge(f, unrolling{}, nil)
	square := map[bool]bool{}
	for _, s := range j.hunt.starts {
		below := s.env.Inputs["x"].Data[0] < s.env.Inputs["y"].Data[0]
		square[below] = s.hull.has([]float64{2, 0})
	}
	if len(square) != 2 || !square[true] || square[false] {
		t.Errorf("x² is in the hull where x < y: %v, elsewhere: %v; of %d kinds", square[true], square[false], len(square))
	}
}
