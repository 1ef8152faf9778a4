package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// equation is an equation of a recurrence that is carried out.
type equation struct {
	ir.Equation
	recur *ir.Recurrence
}

// back is what a unit needs from steps before, that is, from a unit that may stand behind it in the loop over the steps.
type back struct {
	unit  *unit
	recur *ir.Recurrence
}

// recurPlace knows which expressions belong to a recurrence.
type recurPlace struct {
	recur  *ir.Recurrence
	bodies map[*ir.Node]bool // what its equations are made of
	steps  map[*ir.Node]bool // those of them that depend on its arrays, and so are computed step by step
}

// findRecurrences lists what belongs to the recurrences.
func (p *planner) findRecurrences() {
	for _, r := range p.f.Needed() {
		l := &recurPlace{recur: r, bodies: map[*ir.Node]bool{}}
		var roots []*ir.Node
		for _, q := range r.Equations {
			roots = append(append(roots, q.Body), q.Terms()...)
		}
		nodes := ir.Reachable(roots...)
		for _, n := range nodes {
			l.bodies[n] = true
		}
		l.steps = r.Carries(nodes)
		p.places = append(p.places, l)
	}
}

// alias lets the result i be the array of a recurrence, if it is all of it. The array may be longer: where it goes along with others, up to
// the last step of those.
func (p *planner) alias(i int, r ir.Result) bool {
	n := r.Value
	if n.Kind != ir.Access || !n.Input.Defined || r.Where != nil || r.Puts != nil || !slices.Equal(n.Args, r.Index) || !slices.Equal(extents(r.Index), n.Input.Dims) {
		return false
	}
	if _, taken := p.aliases[n.Input]; taken {
		return false
	}
	p.aliases[n.Input] = i
	return true
}

// equations adds the units of the recurrences.
func (p *planner) equations() {
	for _, l := range p.places {
		for _, q := range l.recur.Equations {
			u := &unit{result: -1, body: q.Body, eq: &equation{q, l.recur}, ctx: l.recur.All(q)}
			if q.Where != nil && !q.Where.IsConst(1) {
				u.conds = conditions(q.Where)
			}
			for _, n := range pushed(q) {
				u.conds = append(u.conds, conditions(n.Args[0])...)
				u.body = n.Args[1]
			}
			p.add(u)
			p.defined[q.Array] = append(p.defined[q.Array], u)
		}
	}
}

// pushed lists the selections between something and zero that q pushes: where their conditions do not hold, nothing is pushed.
func pushed(q ir.Equation) []*ir.Node {
	var list []*ir.Node
	for n := q.Body; q.Pushes() && n.Is(ir.OpSelect) && n.Args[2].IsConst(0); n = n.Args[1] {
		list = append(list, n)
	}
	return list
}

// onlyPushed lists the selections that are only pushed, and so are no values of their own.
func (p *planner) onlyPushed() []*ir.Node {
	var list []*ir.Node
	times := map[*ir.Node]int{} // pushed as a whole
	for _, l := range p.places {
		for _, q := range l.recur.Equations {
			times[q.Body]++
		}
	}
	for _, l := range p.places {
		for _, q := range l.recur.Equations {
			uses := times[q.Body]
			for _, n := range pushed(q) {
				if p.uses[n] != uses {
					break
				}
				list, uses = append(list, n), 1
			}
		}
	}
	return list
}

// stepsFirst puts the steps of a recurrence that u is part of outside of all other loops.
func (p *planner) stepsFirst(u *unit) {
	for _, l := range p.places {
		if u.eq != nil && u.eq.recur == l.recur || u.node != nil && l.steps[u.node] {
			first := slices.DeleteFunc(l.recur.Loops(), func(i *ir.Node) bool { return !slices.Contains(u.ctx, i) })
			rest := slices.DeleteFunc(u.ctx, func(i *ir.Node) bool { return slices.Contains(first, i) })
			u.ctx = append(first, rest...)
		}
	}
}

// needArray notes that u reads an element of a recurrence's array.
func (p *planner) needArray(u *unit, n *ir.Node, moved []*ir.Node) {
	i := slices.IndexFunc(p.places, func(l *recurPlace) bool { return l.recur.Defines(n.Input) })
	l := p.places[i]
	inside := u.eq != nil && u.eq.recur == l.recur || u.node != nil && l.bodies[u.node]
	for _, v := range p.defined[n.Input] {
		if inside && !l.recur.SameStep(n, v.eq.Equation) {
			u.back = append(u.back, back{v, l.recur})
			continue
		}
		d := dep{unit: v, moved: slices.Clone(moved)}
		for k, i := range v.eq.At {
			if n.Args[k] == i {
				continue
			}
			d.moved = append(d.moved, i)
			s := along{l.recur, k}
			if c, ok := s.shift(p.g, n, i); ok && i == s.index() && s.behind(c) && !slices.Contains(moved, i) {
				d.behind = i
			}
		}
		v.refs++
		u.deps = append(u.deps, d)
	}
}

// cycle is units that need each other's values from step to step, and so stand in one loop over the steps.
type cycle struct {
	level int
	recur *ir.Recurrence
	turn  int // 1 and -1 where the loop of the scope runs over the steps upwards and downwards, else 0
	apart bool
}

// raise puts the cycle at a level not below the given one, and tells whether it stood elsewhere. Where loops over steps run both ways,
// those upwards stand at even levels, and those downwards at odd ones, so that no loop would have to run both ways.
func (c *cycle) raise(level int) bool {
	if c.apart && c.turn > 0 {
		level += level % 2
	} else if c.apart && c.turn < 0 {
		level += 1 - level%2
	}
	if level <= c.level {
		return false
	}
	c.level = level
	return true
}

// sequential tells whether the loop of the scope runs over steps.
func (c *cycle) sequential() bool { return c != nil && c.turn != 0 }

// spares tells whether the loop of the scope runs over steps of which few are to be saved.
func (c *cycle) spares() bool { return c.sequential() && c.recur.Sparing }

// descends tells whether the loop of the scope runs from the last step to the first.
func (c *cycle) descends() bool { return c != nil && c.turn < 0 }

// findCycles finds what units need each other in the loops around the scope's block, as for loop distribution (Allen & Kennedy, Automatic
// Translation of FORTRAN Programs to Vector Form, 1987). What is needed from steps before counts until the loops over
// all steps are there, and what pushes stands with what reads that.
func (s *scope) findCycles(units []*unit) {
	s.cycles = map[*unit]*cycle{}
	s.stepwise = nil
	if !slices.ContainsFunc(units, func(u *unit) bool { return len(s.backs(u)) > 0 }) {
		return
	}
	s.stepwise = map[*unit]bool{}
	place := make(map[*unit]int, len(units))
	readers := map[*unit][]int{} // of what is pushed
	for i, u := range units {
		place[u] = i
		for _, b := range s.backs(u) {
			if b.unit.eq.Pushes() {
				readers[b.unit] = append(readers[b.unit], i)
			}
		}
	}
	needs := func(i int) []int {
		var list []int
		for _, d := range units[i].deps {
			if d.unit.scope == s {
				list = append(list, place[d.unit])
			}
		}
		for _, b := range s.backs(units[i]) {
			list = append(list, place[b.unit])
			s.stepwise[b.unit] = true
		}
		return append(list, readers[units[i]]...)
	}
	up, down := false, false
	for _, list := range ir.Components(len(units), needs) {
		c := s.cycle(units, list)
		up, down = up || c.turn > 0, down || c.turn < 0
	}
	for _, c := range s.cycles {
		c.apart = up && down
	}
}

// behind is the number of levels that u must stand behind what it needs from steps before, 0 or 1, where the two do not stand in one cycle: they share
// a loop over steps only if that is known to run the right way.
func (s *scope) behind(b back, u *unit) int {
	from, to := s.next(b.unit), s.next(u)
	if from != to {
		if from == nil || to != nil && s.order.less(from, to) {
			return 0
		}
		return 1
	}
	c := s.cycles[b.unit]
	if k := slices.Index(b.recur.Steps, from); k < 0 || c.sequential() && c.descends() == b.recur.Down[k] {
		return 0
	}
	return 1
}

// cycle notes that the listed units are one, if they need something from steps before.
func (s *scope) cycle(units []*unit, list []int) *cycle {
	c := &cycle{level: -1}
	first := units[list[0]]
	var recur *ir.Recurrence
	for _, i := range list {
		for _, b := range s.backs(units[i]) {
			if slices.ContainsFunc(list, func(k int) bool { return units[k] == b.unit }) {
				recur = b.recur
			}
		}
	}
	if recur == nil {
		return c
	}
	c.recur = recur
	if k := slices.Index(recur.Steps, s.next(first)); k >= 0 {
		c.turn = 1
		if recur.Down[k] {
			c.turn = -1
		}
	}
	for _, i := range list {
		if s.next(units[i]) != s.next(first) {
			panic("internal error: what a recurrence computes step by step does not stand in one loop")
		}
		s.cycles[units[i]] = c
	}
	return c
}

// backs lists what u needs from steps before, as far as the loops around do not see to it.
func (s *scope) backs(u *unit) []back {
	var list []back
	for _, b := range u.back {
		last := b.recur.Steps[len(b.recur.Steps)-1]
		if b.unit.scope == s && !slices.ContainsFunc(u.path, func(l *loop) bool { return l.index == last }) {
			list = append(list, b)
		}
	}
	return list
}

// defineArrays makes the arrays of the recurrences.
func (b *builder) defineArrays() {
	for _, l := range b.places {
		for _, q := range l.recur.Equations {
			if b.arrays[q.Array] != nil {
				continue
			}
			if i, ok := b.aliases[q.Array]; ok {
				b.arrays[q.Array] = b.program.Results[i]
				continue
			}
			a := &ir.Array{Name: q.Array.Name, Dims: q.Array.Dims}
			b.arrays[q.Array] = a
			b.program.Scratch = append(b.program.Scratch, a)
		}
	}
}

// define emits an equation of a recurrence.
func (b *builder) define(u *unit, emit func([]literal, ...ir.Stmt)) {
	if u.eq.Pushes() && u.body.IsConst(0) {
		return
	}
	s := &ir.Store{Dst: b.arrays[u.eq.Array]}
	for _, i := range u.eq.Place() {
		s.Index = append(s.Index, b.expr(i, u))
	}
	body := u.body
	if u.eq.Pushes() && !b.meetsNone(u) {
		s.Op = ir.AddTo
		if v := b.of[body]; body.Is(ir.OpNeg) && v.inline {
			s.Op, body = ir.SubTo, body.Args[0]
		}
	}
	s.Value = b.expr(body, u)
	emit(u.under(), s)
}

// meetsNone tells whether what u pushes is all that comes to its element: nothing else pushes there, and the element tells the indices.
func (b *builder) meetsNone(u *unit) bool {
	if len(b.defined[u.eq.Array]) > 1 {
		return false
	}
	return all(u.ctx, func(i *ir.Node) bool {
		return slices.ContainsFunc(u.eq.Push, func(p *ir.Node) bool {
			coef, rest, ok := b.g.Linear(p, i)
			return ok && (coef == 1 || coef == -1) && rest.Closed()
		})
	})
}
