package ir

import (
	"fmt"
	"math"
	"slices"
)

// recur computes the arrays of r, step by step. What does not depend on them is computed for all steps at once. An element
// that is read before it is computed is NaN.
func (e *evaluator) recur(r *Recurrence) error {
	for _, q := range r.Equations {
		t := newPoint(nil, e.dims(q.Array.Dims))
		if t.count < 0 || t.count > MaxTensor {
			return fmt.Errorf("the array %s of %v elements is too large to evaluate directly", q.Array.Name, t.dims)
		}
		data := make([]float64, t.count)
		for i := range data {
			if !q.Pushes() {
				data[i] = math.NaN()
			}
		}
		e.defined[q.Array] = Tensor{t.dims, data}
	}
	own := make([][]*Node, len(r.Equations))
	stepwise := make([][]*Node, len(r.Equations)) // what each equation computes at a step, beyond those before it
	seen := map[*Node]bool{}
	for k, q := range r.Equations {
		own[k] = r.Own(q)
		nodes := Reachable(slices.Concat([]*Node{q.Body}, q.At, q.Terms())...)
		carries := r.Carries(nodes)
		for _, n := range nodes {
			switch {
			case seen[n]:
			case carries[n]:
				stepwise[k] = append(stepwise[k], n)
			case e.values[n] == nil:
				v, err := e.node(n)
				if err != nil {
					return err
				}
				e.values[n] = v
			}
			seen[n] = true
		}
	}
	e.steps = slices.Concat(r.Outer, r.Steps)
	defer func() { e.steps, e.now = nil, nil }()
	s := newPoint(e.steps, e.extents(e.steps))
	at := make([]int, len(s.at))
	for range s.count {
		for d, v := range s.at {
			at[d] = v
			if k := d - len(r.Outer); k >= 0 && r.Down[k] {
				at[d] = s.dims[d] - 1 - v
			}
		}
		e.now = map[*Node][]float64{}
		for k, q := range r.Equations {
			if err := e.step(q, own[k], stepwise[k], at); err != nil {
				return err
			}
		}
		s.next()
	}
	return nil
}

// step carries out an equation where the steps stand at the given values.
func (e *evaluator) step(q Equation, own, nodes []*Node, at []int) error {
	for _, n := range nodes {
		rest := slices.DeleteFunc(slices.Clone(n.free), func(i *Node) bool { return slices.Contains(e.steps, i) })
		p := e.within(rest, at)
		if p.count < 0 || p.count > MaxTensor {
			return fmt.Errorf("an intermediate of %v elements is too large to evaluate directly", p.dims)
		}
		v := make([]float64, p.count)
		for i := range v {
			v[i] = e.at(n, p)
			p.next()
		}
		e.now[n] = v
	}
	t := e.defined[q.Array]
	for p := e.within(own, at); p.count > 0; p.count-- {
		if q.Where != nil && e.look(q.Where, p) == 0 {
			p.next()
			continue
		}
		v := e.look(q.Body, p)
		if i, ok := e.offset(t, q.Place(), p); ok && q.Pushes() {
			t.Data[i] += v
		} else if ok {
			t.Data[i] = v
		}
		p.next()
	}
	return nil
}

// within is the space of the indices at the given values of the steps.
func (e *evaluator) within(index []*Node, at []int) *point {
	p := newPoint(index, e.extents(index))
	p.index = slices.Concat(p.index, e.steps)
	p.at = slices.Concat(p.at, at)
	return p
}

func (e *evaluator) dims(extents []*Node) []int {
	dims := make([]int, len(extents))
	for i, x := range extents {
		dims[i] = e.env.Extent(x)
	}
	return dims
}
