package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A control that acts at step s changes no state before: of the tangents x̄[s,t] of states by controls those with t ≤ s are 0, and what a state passes back to
// controls ends at its own step. Forward and reverse mode do not see that, as they know of one step at a time; steps that only carry zeros on are found here, by
// induction, and left out. That halves the Jacobian of a trajectory.

// onset says from where on elements of an array of a recurrence may be other than 0: where the places in two dimensions, of an outer index and of a step, are at
// least so many steps apart, in the direction of the steps.
type onset struct {
	outer, step int // the dimensions
	least       int
}

// The steps from the outer index to the first element that may be other than 0: not more than maxOnset are looked for, and below minOnset little would be left out.
const (
	maxOnset = 2
	minOnset = -2
)

// fromOnsets is those of the functions that have such steps without them. Which is cheaper depends: the steps at which something begins are loops of their own.
func fromOnsets(ways []*ir.Func) []*ir.Func {
	var list []*ir.Func
	for _, f := range ways {
		if d, ok := onsets(f); ok {
			d.Way += ", from the first effect"
			list = append(list, d)
		}
	}
	return list
}

// onsets is f with recurrences whose equations hold from where their arrays may be other than 0. It reports false if that is everywhere.
func onsets(f *ir.Func) (d *ir.Func, found bool) {
	d = f.Derived()
	var sums []*onsetFinder
	for i, r := range d.Recurs {
		for _, s := range r.Outer {
			if o, ok := findOnsets(d, r, s); ok {
				r, sums = o.restrict(), append(sums, o)
			}
		}
		d.Recurs[i] = r
	}
	for _, o := range sums {
		d = d.WithRoots(d.Graph.Replace(d.Roots(), o.shorter))
	}
	return d, len(sums) > 0
}

// onsetFinder finds the onsets of the arrays of a recurrence.
type onsetFinder struct {
	f     *ir.Func
	g     *ir.Graph
	recur *ir.Recurrence
	outer *ir.Node
	step  *ir.Node
	sign  int
	found map[*ir.Input]onset
	begin int               // where nodes are asked about: at places fewer steps apart than that
	zero  map[*ir.Node]bool // what is 0 there
}

// findOnsets finds from how many steps after the outer index the arrays of r may be other than 0. It starts from the most that is looked for, and takes back
// what the equations do not bear out; what then stays is so by induction over the steps. It reports false if nothing stays.
func findOnsets(f *ir.Func, r *ir.Recurrence, outer *ir.Node) (*onsetFinder, bool) {
	o := &onsetFinder{f: f, g: f.Graph, recur: r, outer: outer, step: r.Steps[0], sign: 1, found: map[*ir.Input]onset{}}
	if r.Down[0] {
		o.sign = -1
	}
	for _, q := range r.Equations {
		at := onset{slices.Index(q.At, outer), slices.Index(q.At, o.step), maxOnset}
		if at.outer < 0 || at.step < 0 {
			return nil, false
		}
		o.found[q.Array] = at
	}
	for again := true; again; {
		again = false
		for _, q := range r.Equations {
			at := o.found[q.Array]
			for at.least >= minOnset && !o.holds(q, at) {
				at.least--
				again = true
			}
			o.found[q.Array] = at
		}
	}
	return o, slices.ContainsFunc(r.Equations, func(q ir.Equation) bool { return o.found[q.Array].least >= minOnset })
}

// holds tells whether q gives 0 to the elements of its array before the onset.
func (o *onsetFinder) holds(q ir.Equation, at onset) bool {
	begin := at.least
	if q.Pushes() {
		d, ok := o.apart(q.Push[at.outer], q.Push[at.step])
		if !ok {
			return false
		}
		begin -= d
	}
	return o.zeros(q, begin)
}

// apart is how many steps further apart the places are than the outer index and the step.
func (o *onsetFinder) apart(outer, step *ir.Node) (int, bool) {
	d := o.g.IntSub(o.g.IntSub(step, outer), o.g.IntSub(o.step, o.outer))
	return o.sign * int(d.Value), outer == o.outer && d.Kind == ir.Const
}

// before is the condition that the step is fewer than begin steps apart from the outer index.
func (o *onsetFinder) before(begin int) *ir.Node {
	edge := o.g.IntAdd(o.outer, o.g.Int(o.sign*begin))
	if o.sign < 0 {
		return o.g.Apply(ir.OpLt, edge, o.step)
	}
	return o.g.Apply(ir.OpLt, o.step, edge)
}

// zeros tells whether what q says is 0 where the step is fewer than begin steps apart from the outer index.
func (o *onsetFinder) zeros(q ir.Equation, begin int) bool {
	return q.Where != nil && exclusive(o.f, q.Where, o.before(begin)) || o.vanishes(q.Body, begin)
}

// vanishes tells whether n is 0 there.
func (o *onsetFinder) vanishes(n *ir.Node, begin int) bool {
	o.begin, o.zero = begin, map[*ir.Node]bool{}
	before := o.before(begin)
	for _, m := range ir.Reachable(n) {
		o.zero[m] = o.isZero(m, before)
	}
	return o.zero[n]
}

// isZero tells whether n, whose operands have been looked at, is 0 where the condition holds.
func (o *onsetFinder) isZero(n, before *ir.Node) bool {
	zero := func(a *ir.Node) bool { return o.zero[a] }
	switch {
	case n.Kind == ir.Const:
		return n.Value == 0
	case n.Kind == ir.Access:
		at, ok := o.found[n.Input]
		if !ok || at.least < minOnset {
			return false
		}
		d, ok := o.apart(n.Args[at.outer], n.Args[at.step])
		return ok && o.begin+d <= at.least
	case n.Kind == ir.Reduce:
		return n.Red == ir.Sum && !o.binds(n) && zero(n.Args[0])
	case n.Is(ir.OpSelect):
		c := n.Args[0]
		return (zero(n.Args[1]) || exclusive(o.f, c, before)) && (zero(n.Args[2]) || exclusive(o.f, o.g.Not(c), before))
	case n.Is(ir.OpMul):
		return slices.ContainsFunc(n.Args, zero)
	case n.Is(ir.OpAdd), n.Is(ir.OpSub), n.Is(ir.OpNeg):
		return all(n.Args, zero)
	case n.Is(ir.OpDiv):
		return zero(n.Args[0])
	}
	return false
}

// binds tells whether n gives the outer index or the step another meaning.
func (o *onsetFinder) binds(n *ir.Node) bool {
	return slices.Contains(n.Bound, o.outer) || slices.Contains(n.Bound, o.step)
}

// restrict is the recurrence with equations that hold from the onset of their arrays on.
func (o *onsetFinder) restrict() *ir.Recurrence {
	s := *o.recur
	s.Equations = slices.Clone(s.Equations)
	for i, q := range s.Equations {
		at := o.found[q.Array]
		if at.least < minOnset {
			continue
		}
		if !q.Pushes() {
			s.Equations[i].Body = o.under(q.Body, o.g.Not(o.before(at.least)))
			continue
		}
		d, _ := o.apart(q.Push[at.outer], q.Push[at.step])
		where := o.g.Not(o.before(at.least - d))
		if q.Where != nil {
			where = o.g.And(q.Where, where)
		}
		s.Equations[i].Where = where
	}
	return &s
}

// shorter is n, a sum over steps of what the recurrence has made, from the first term on that may be other than 0; nil if it is something else.
func (o *onsetFinder) shorter(n *ir.Node, args []*ir.Node) *ir.Node {
	if n.Kind != ir.Reduce || n.Red != ir.Sum || n.Bound[0].Extent != o.step.Extent || !n.Depends(o.outer) {
		return nil
	}
	if nodes := ir.Reachable(n.Args[0]); !o.recur.Carries(nodes)[n.Args[0]] {
		return nil
	}
	over := *o
	over.step = n.Bound[0]
	for begin := maxOnset; begin >= minOnset; begin-- {
		if over.vanishes(n.Args[0], begin) {
			return o.g.Reduce(ir.Sum, over.step, o.g.Select(over.before(begin), o.g.Const(0), args[0]))
		}
	}
	return nil
}

// under is n where the condition holds and 0 elsewhere, without selections by the outer index and the step that it decides. What they say stays a part of the condition, as what does not depend on
// the outer index is computed for all steps at which it may be needed for one.
func (o *onsetFinder) under(n, cond *ir.Node) *ir.Node {
	if slices.ContainsFunc(ir.Reachable(n), o.binds) {
		return o.g.Select(cond, n, o.g.Const(0))
	}
	where := cond
	v := o.g.Replace([]*ir.Node{n}, func(n *ir.Node, args []*ir.Node) *ir.Node {
		if !n.Is(ir.OpSelect) || !all(n.Args[0].Free(), func(i *ir.Node) bool { return i == o.outer || i == o.step }) {
			return nil
		}
		c := n.Args[0]
		if not := o.g.Not(c); exclusive(o.f, c, cond) {
			where = o.g.And(where, not)
			return args[2]
		} else if exclusive(o.f, not, cond) {
			where = o.g.And(where, c)
			return args[1]
		}
		return nil
	})[0]
	return o.g.Select(where, v, o.g.Const(0))
}
