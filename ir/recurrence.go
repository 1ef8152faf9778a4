package ir

import "slices"

// Recurrence defines arrays step by step: what an equation says at one step may read what has been computed at
// the steps before it. The arrays are inputs of the function that it computes itself (Input.Defined), so that reading
// them is an Access like any other, and a body is an acyclic expression.
//
// h[t,k] = f(h[t−1,k], x[t]) has the step index t, and an equation over k.
type Recurrence struct {
	Steps     []*Node // the indices of the steps, which run in lexicographic order
	Down      []bool  // by step: the last value comes first
	Outer     []*Node // further indices of all arrays, which come first; one recurrence runs for each value of them
	Sparing   bool    // a program that goes back through the steps is to save few of them, and to compute the others again
	Equations []Equation
}

// Equation says what happens at each step to an array: an element gets the value of Body, once for all values of the indices that
// are neither outer ones nor steps. Body may read elements of the recurrence's arrays from steps before, and, of arrays whose equations
// stand further up, those from the same step.
//
// Either there is one equation for the array, whose values go to the element At; or all its equations push: their
// values are added to elements that later steps read, from zero.
type Equation struct {
	Array *Input
	At    []*Node // an index for each dimension: what belongs to the step
	Push  []*Node // the subscripts of the element that Body is added to, if the equation pushes
	Where *Node   // a condition on indices and integer data under which it pushes, nil for always
	Body  *Node
}

// Terms lists what q is made of besides its body: subscripts and the condition.
func (q Equation) Terms() []*Node {
	if q.Where != nil {
		return append(slices.Clone(q.Push), q.Where)
	}
	return q.Push
}

// Pushes tells whether q adds to elements of other steps.
func (q Equation) Pushes() bool { return q.Push != nil }

// Place is the subscripts of the element that q stores or adds to.
func (q Equation) Place() []*Node {
	if q.Pushes() {
		return q.Push
	}
	return q.At
}

// StepDims is the dimensions of q's array that the steps are along, behind the given number of others.
func (r *Recurrence) StepDims(q Equation, behind int) []int {
	dims := make([]int, len(r.Steps))
	for k, i := range r.Steps {
		dims[k] = behind + slices.Index(q.At, i)
	}
	return dims
}

// Own lists the indices of q besides the outer ones and the steps.
func (r *Recurrence) Own(q Equation) []*Node {
	var own []*Node
	see := func(list []*Node) {
		for _, i := range list {
			if !slices.Contains(own, i) && !slices.Contains(r.Steps, i) && !slices.Contains(r.Outer, i) {
				own = append(own, i)
			}
		}
	}
	if !q.Pushes() {
		see(q.At)
		return own
	}
	see(q.Body.Free())
	for _, p := range q.Terms() {
		see(p.Free())
	}
	return own
}

// All lists the indices of q: outer ones, steps, its own.
func (r *Recurrence) All(q Equation) []*Node { return append(r.Loops(), r.Own(q)...) }

// Loops lists the outer indices and the steps, in the order in which loops over them stand in each other. Where few steps are kept those come first: all
// that runs along with them is then at the same step.
func (r *Recurrence) Loops() []*Node {
	if r.Sparing {
		return slices.Concat(r.Steps, r.Outer)
	}
	return slices.Concat(r.Outer, r.Steps)
}

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
	for d, i := range q.At {
		if slices.Contains(r.Steps, i) && n.Args[d] != i {
			return false
		}
	}
	return !q.Pushes()
}

// Sort puts the equations into an order in which none reads at a step what a later one computes there; those that push
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
	for _, push := range []bool{false, true} {
		for i, q := range r.Equations {
			if q.Pushes() == push && state[i] == 0 && !visit(i) {
				slices.Reverse(cycle)
				return cycle
			}
		}
	}
	r.Equations = sorted
	return nil
}

// Needed lists f's recurrences that its results depend on, in their order, with those equations that they depend on.
func (f *Func) Needed() []*Recurrence {
	if len(f.Recurs) == 0 {
		return nil
	}
	of := map[*Input][]Equation{}
	for _, r := range f.Recurs {
		for _, q := range r.Equations {
			of[q.Array] = append(of[q.Array], q)
		}
	}
	need := map[*Input]bool{}
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
		if n.Kind != Access || !n.Input.Defined || need[n.Input] {
			continue
		}
		need[n.Input] = true
		for _, q := range of[n.Input] {
			stack = append(append(stack, q.Body), q.Terms()...)
		}
	}
	var list []*Recurrence
	for _, r := range f.Recurs {
		idle := func(q Equation) bool { return !need[q.Array] }
		if slices.ContainsFunc(r.Equations, idle) {
			s := *r
			s.Equations = slices.DeleteFunc(slices.Clone(r.Equations), idle)
			r = &s
		}
		if len(r.Equations) > 0 {
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
	for _, r := range f.Needed() {
		for _, q := range r.Equations {
			roots = append(roots, q.Body)
		}
	}
	return roots
}

// Adopt gives f the recurrences of h, a function over the same graph, that it does not have.
func (f *Func) Adopt(h *Func) {
	for _, r := range h.Recurs {
		if !slices.Contains(f.Recurs, r) {
			f.Recurs = append(f.Recurs, r)
		}
	}
}

// All is Roots, and what else recurrences are made of.
func (f *Func) All() []*Node {
	all := f.Roots()
	for _, r := range f.Needed() {
		for _, q := range r.Equations {
			all = append(all, q.Terms()...)
		}
	}
	return all
}

// WithRoots is f with other expressions for what Roots lists, in that order, and without the recurrences that it does not list.
func (f *Func) WithRoots(roots []*Node) *Func {
	d := f.Derived()
	d.Recurs = f.Needed()
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
