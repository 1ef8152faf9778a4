package runtime

// A plan of checkpoints lets a sweep over many steps run backwards without keeping what each step computed: the state before some steps is
// saved in slots, and what lies between is computed again (binomial checkpointing: Griewank & Walther, Algorithm 799: revolve, 2000). With s slots
// a step is computed at most r + 1 times if there are no more than C(s+r, s) steps. A plan is a slice of whole numbers, of length CheckpointPlan:
//
//	plan[0]  steps
//	plan[1]  the next step of the first sweep, or the step before which the state is at hand
//	plan[2]  the number of steps that are still to be taken back
//	plan[3]  the number of slots that are in use
//	plan[4:] the steps before which their states were saved
const planHead = 4

// CheckpointSlots is the number of slots for so many steps: ⌈log₂ steps⌉ + 1.
func CheckpointSlots(steps int) int {
	slots := 1
	for reach := 1; reach < steps; reach *= 2 {
		slots++
	}
	return slots
}

// CheckpointPlan is the length of a plan for so many steps.
func CheckpointPlan(steps int) int { return planHead + CheckpointSlots(steps) }

// StartCheckpoints begins a plan.
func StartCheckpoints(plan []int, steps int) {
	plan[0], plan[1], plan[2], plan[3] = steps, 0, steps, 0
}

// FirstStep gives the next step of the first sweep, -1 at its end, and the slot that the state before it is to be saved in, or -1.
func FirstStep(plan []int) (step, slot int) {
	step = plan[1]
	if step == plan[0] {
		return -1, -1
	}
	plan[1]++
	return step, saveCheckpoint(plan, step)
}

// What NextStep says is to be done.
const (
	CheckpointDone  = iota // nothing more
	CheckpointLoad         // the state before the step is to be loaded from the slot
	CheckpointAgain        // the step is to be computed again, after its state is saved in the slot, if that is not -1
	CheckpointBack         // the step, which has just been computed, is to be taken back
)

// NextStep gives the next thing to do on the way back.
func NextStep(plan []int) (do, step, slot int) {
	last := plan[2] - 1
	switch {
	case last < 0:
		return CheckpointDone, 0, 0
	case plan[1] == last+1:
		plan[2]--
		return CheckpointBack, last, -1
	case plan[1] > last+1:
		for plan[planHead+plan[3]-1] > last {
			plan[3]--
		}
		slot = plan[3] - 1
		plan[1] = plan[planHead+slot]
		return CheckpointLoad, plan[1], slot
	}
	step = plan[1]
	plan[1]++
	return CheckpointAgain, step, saveCheckpoint(plan, step)
}

// saveCheckpoint gives the slot for the state before the step, if it is one to be saved: the first step, and each to which the steps that
// lie behind the last saved one are divided, with the slots that are left, so that as few as possible are computed again.
func saveCheckpoint(plan []int, step int) int {
	used := plan[3]
	slots := len(plan) - planHead
	if used > 0 {
		from := plan[planHead+used-1]
		left := plan[2] - from // to be taken back behind the last saved one
		if used == slots || left < 2 || step != from+divideCheckpoints(left, slots-used+1) {
			return -1
		}
	}
	plan[planHead+used] = step
	plan[3]++
	return used
}

// divideCheckpoints is how many of n steps to go on before the next state is saved, where there are s slots, with the first: so many that the
// rest can be taken back with a slot less and as often again, and these with one time less.
func divideCheckpoints(n, s int) int {
	if s == 1 {
		return n
	}
	r, reach := 0, 1 // C(s+r, s)
	for reach < n {
		r++
		reach = reach * (s + r) / r
	}
	fewer := reach * r / (s + r)             // C(s+r−1, s): taken back with one time less
	behind := reach - fewer                  // C(s+r−1, s−1): taken back with a slot less
	least := fewer * (r - 1) / max(s+r-1, 1) // C(s+r−2, s)
	return min(max(n-behind, least, 1), n-1)
}

// CheckpointRepeats is the number of steps that a plan computes again.
func CheckpointRepeats(steps int) int {
	plan := make([]int, CheckpointPlan(steps))
	StartCheckpoints(plan, steps)
	for step := 0; step >= 0; {
		step, _ = FirstStep(plan)
	}
	again := 0
	for {
		switch do, _, _ := NextStep(plan); do {
		case CheckpointDone:
			return again
		case CheckpointAgain:
			again++
		}
	}
}
