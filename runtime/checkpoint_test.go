package runtime

import (
	"math/bits"
	"testing"
)

// TestCheckpoints: all steps are computed in their order once, then taken back in the reverse order, each right after it was computed from a state that was
// saved; no step is computed more often than the binomial bound says.
func TestCheckpoints(t *testing.T) {
	for _, steps := range []int{1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 63, 100, 1000, 1024, 5000} {
		plan := make([]int, CheckpointPlan(steps))
		saved := make([]int, CheckpointSlots(steps)) // the step of the state in each slot
		times := make([]int, steps)
		StartCheckpoints(plan, steps)
		next := 0
		for step, slot := FirstStep(plan); step >= 0; step, slot = FirstStep(plan) {
			if step != next {
				t.Fatalf("%d steps: the first sweep goes from %d to %d", steps, next, step)
			}
			if slot >= 0 {
				saved[slot] = step
			}
			times[step]++
			next++
		}
		state, computed := steps, steps-1 // before which step the state is, and which step was computed last
		again := 0
		for end := steps; ; {
			do, step, slot := NextStep(plan)
			switch do {
			case CheckpointDone:
				if end != 0 {
					t.Fatalf("%d steps: %d are not taken back", steps, end)
				}
			case CheckpointLoad:
				if saved[slot] != step {
					t.Fatalf("%d steps: slot %d has the state before step %d, not %d", steps, slot, saved[slot], step)
				}
				state, computed = step, -1
			case CheckpointAgain:
				if step != state || step >= end {
					t.Fatalf("%d steps: step %d is computed from the state before %d, with %d left", steps, step, state, end)
				}
				if slot >= 0 {
					saved[slot] = step
				}
				state, computed = step+1, step
				times[step]++
				again++
			case CheckpointBack:
				if step != end-1 || computed != step {
					t.Fatalf("%d steps: step %d is taken back, with %d left, after step %d was computed", steps, step, end, computed)
				}
				end--
			}
			if do == CheckpointDone {
				break
			}
		}
		s := CheckpointSlots(steps)
		if want := bits.Len(uint(steps-1)) + 1; s != want {
			t.Errorf("%d slots for %d steps, want %d", s, steps, want)
		}
		r, reach := 0, 1
		for reach < steps {
			r++
			reach = reach * (s + r) / r
		}
		for step, n := range times {
			if n > r+1 {
				t.Errorf("%d steps: step %d is computed %d times, more than %d", steps, step, n, r+1)
			}
		}
		if n := CheckpointRepeats(steps); n != again {
			t.Errorf("%d steps: %d are computed again, not %d", steps, again, n)
		}
		t.Logf("%d steps, %d slots: %d computed again, at most %d times", steps, s, again, r)
	}
}
