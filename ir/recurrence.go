package ir

import "slices"

// Recurrence defines arrays step by step: what an equation says at one step may read what has been computed at
// the steps before it. The arrays are inputs of the function that it computes itself (Input.Defined), so that reading
// them is an Access like any other, and a body is an acyclic expression.
//
// h[t,k] = f(h[t−1,k], x[t]) has the step index t, and an equation over k.
type Recurrence struct {
	Steps     []*Node // the indices of the steps, which run in lexicographic order
	Down      bool    // the last step comes first
	Outer     []*Node // further indices of all arrays, which come first; one recurrence runs for each value of them
	Equations []Equation
}

// Equation says what is stored at each step, for all values of the indices Index: the value of Body goes to the element Place of
// Array. Body may read elements of the recurrence's arrays from steps before, and, of arrays whose equations stand
// further up, those from the same step. The equations of one array Add up into it, from zero, or there is one, whose place is its own
// indices, one for each dimension.
type Equation struct {
	Array *Input
	Index []*Node // besides the outer indices and the steps
	Place []*Node // subscripts of Array
	Add   bool
	Body  *Node
}

// All lists the indices of an equation: outer ones, steps, its own.
func (r *Recurrence) All(q Equation) []*Node { return slices.Concat(r.Outer, r.Steps, q.Index) }

// Defines tells whether the array is one of r's.
func (r *Recurrence) Defines(in *Input) bool {
	return slices.ContainsFunc(r.Equations, func(q Equation) bool { return q.Array == in })
}

// Carries lists, of nodes in order of their IDs, those that depend on an element of an array of r.
func (r *Recurrence) Carries(nodes []*Node) map[*Node]bool {
	carries := map[*Node]bool{}
	for _, n := range nodes {
		if n.Kind == Access && r.Defines(n.Input) || slices.ContainsFunc(n.Args, func(a *Node) bool { return carries[a] }) {
			carries[n] = true
		}
	}
	return carries
}

// SameStep tells whether the access n to an array that the equation q of r defines reads what is computed at the step
// where it stands.
func (r *Recurrence) SameStep(n *Node, q Equation) bool {
	for d, p := range q.Place {
		if slices.Contains(r.Steps, p) && n.Args[d] != p {
			return false
		}
	}
	return !q.Add
}

// Sort puts the equations into an order in which none reads at a step what a later one computes there; those that add up
// come last. It gives the arrays of a cycle, if there is one.
func (r *Recurrence) Sort() (cycle []*Input) {
	of := map[*Input]int{}
	for i, q := range r.Equations {
		of[q.Array] = i
	}
	const visiting, done = 1, 2
	state := make([]int, len(r.Equations))
	var sorted []Equation
	var visit func(i int) bool
	visit = func(i int) bool {
		q := r.Equations[i]
		state[i] = visiting
		for _, n := range Reachable(q.Body) {
			if n.Kind != Access || !r.Defines(n.Input) {
				continue
			}
			j := of[n.Input]
			if !r.SameStep(n, r.Equations[j]) || state[j] == done {
				continue
			}
			if state[j] == visiting || !visit(j) {
				cycle = append(cycle, q.Array)
				return false
			}
		}
		state[i] = done
		sorted = append(sorted, q)
		return true
	}
	for _, add := range []bool{false, true} {
		for i, q := range r.Equations {
			if q.Add == add && state[i] == 0 && !visit(i) {
				slices.Reverse(cycle)
				return cycle
			}
		}
	}
	r.Equations = sorted
	return nil
}

// needed lists f's recurrences that its results depend on, in their order.
func (f *Func) needed() []*Recurrence {
	if len(f.Recurs) == 0 {
		return nil
	}
	by := map[*Input]*Recurrence{}
	for _, r := range f.Recurs {
		for _, q := range r.Equations {
			by[q.Array] = r
		}
	}
	need := map[*Recurrence]bool{}
	seen := map[*Node]bool{}
	var stack []*Node
	for _, r := range f.Results {
		stack = append(stack, r.Value)
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		stack = append(stack, n.Args...)
		if n.Kind != Access || !n.Input.Defined || need[by[n.Input]] {
			continue
		}
		need[by[n.Input]] = true
		for _, q := range by[n.Input].Equations {
			stack = append(append(stack, q.Body), q.Place...)
		}
	}
	var list []*Recurrence
	for _, r := range f.Recurs {
		if need[r] {
			list = append(list, r)
		}
	}
	return list
}

// Roots lists all that f computes: the values of its results, and the bodies of the recurrences that they
// depend on.
func (f *Func) Roots() []*Node {
	var roots []*Node
	for _, r := range f.Results {
		roots = append(roots, r.Value)
	}
	for _, r := range f.needed() {
		for _, q := range r.Equations {
			roots = append(roots, q.Body)
		}
	}
	return roots
}

// WithRoots is f with other expressions for what Roots lists, in that order, and without the recurrences that it does not list.
func (f *Func) WithRoots(roots []*Node) *Func {
	d := f.Derived()
	d.Recurs = f.needed()
	for i := range d.Results {
		d.Results[i].Value = roots[i]
	}
	roots = roots[len(d.Results):]
	for i, r := range d.Recurs {
		s := *r
		s.Equations = slices.Clone(r.Equations)
		for k := range s.Equations {
			s.Equations[k].Body = roots[k]
		}
		roots = roots[len(s.Equations):]
		d.Recurs[i] = &s
	}
	return d
}
