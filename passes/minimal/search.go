package minimal

import (
	"iter"
	"math"
	"math/bits"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// value is what a program has computed, or what it starts from.
type value struct {
	vector
	operand
	operation
	uses   int
	target bool
	given  bool // an argument or a constant
}

// search looks for programs of at most so many operations.
type search struct {
	*problem
	accept  func(*ir.Func) bool
	forward []func(float64) float64 // the calls
	safe    [maxPoints]bool         // where all targets are finite
	most    int                     // operations
	strict  bool                    // values may be there for the signs of others alone
	slack   bool                    // fewer operations compute all but for signs

	values  []value
	vals    *table // of values
	unused  int    // values that are no targets, and without a use
	missing targets
	left    int // operations
	sides   []*side
	latest  *operand // where one value more may be computed that is no target, the one before
	ready   targets  // what one operation makes without that one more

	pool   []candidate // and all that was one, in order of their discovery
	unary  []unary     // those that are to be tried: operations with a constant
	binary []int       // all others
	known  []int32     // a hash table of the pool
	filled []int32     // its slots, in the same order

	visited, work int // sets of values that were looked at, and the most that may be
	rejected      int // programs
	found         *ir.Func
}

// search is the search for programs of so many operations. What is wanted with both signs is computed with one; for the other an operation is kept
// back.
func (p *problem) search(operations, work int, accept func(*ir.Func) bool) *search {
	s := &search{problem: p, most: operations, work: work, accept: accept, known: make([]int32, 1<<knownBits), vals: newTable(8)}
	s.left = operations - (p.computed() - len(p.targets))
	for _, f := range p.calls {
		x := make([]float64, 1)
		s.forward = append(s.forward, func(v float64) float64 {
			x[0] = v
			return f.Eval(x)
		})
	}
	for k := range s.safe {
		s.safe[k] = k < p.points
		for _, t := range p.targets {
			s.safe[k] = s.safe[k] && t[k]-t[k] == 0
		}
	}
	var constants []operand
	for _, c := range p.constants {
		o := operand{v: c.value, inv: 1 / c.value, add: c.added, mul: c.factor, div: c.factor, divide: c.factor || c.value == 1}
		s.values = append(s.values, value{vector: constant(c.value), operand: o, given: true})
		constants = append(constants, o)
	}
	for _, v := range p.inputs {
		v, _ = v.positive()
		s.values = append(s.values, value{vector: v, operand: s.operand(&v), given: true})
	}
	for _, v := range s.values {
		s.vals.insert(v.vector[0])
		s.enter(&v.vector, operation{})
	}
	for i := range p.targets {
		s.missing |= 1 << i
		side := newSide(s.operand(&p.targets[i]), slices.Clone(constants), s.forward, p.inverse)
		for _, v := range s.values[len(constants):] {
			side.push(&v.operand, false)
		}
		for j, u := range p.targets {
			if j != i {
				o := s.operand(&u)
				side.push(&o, false)
			}
		}
		s.sides = append(s.sides, side)
	}
	return s
}

// operand is what v may be used as: anything, but a divisor only if it is not 0 in the region, and so has one sign there.
func (s *search) operand(v *vector) operand {
	o := operand{v: v[0], inv: 1 / v[0], add: true, mul: true, div: true, divide: true}
	for i, k := range s.region {
		o.all |= 1 << i
		switch {
		case v[k] < 0:
			o.signs |= 1 << i
		case v[k] == 0:
			o.zeros |= 1 << i
		}
	}
	o.div = o.signs == 0 && o.zeros == 0
	return o
}

// run searches; it reports false if that was too much work.
func (s *search) run() bool {
	s.eager(0)
	s.node(0, 0)
	return s.found != nil || s.visited <= s.work
}

// node tries all operations on the values, of which those from the given one on are new: of those on two values the ones from the given one on in the list; then
// those with a constant, each with what uses it.
func (s *search) node(fresh, from int) {
	if s.missing == 0 && s.left >= 0 {
		switch f := s.realize(s.most); {
		case f == nil:
		case s.accept(f):
			s.found = f
		default:
			s.rejected++
		}
		s.slack = s.slack || s.left > 0
	}
	if s.found != nil || s.left <= s.missing.count() || s.missing == 0 && !s.strict {
		return
	}
	known := s.knowledge()
	s.generate(fresh)
	for i := from; i < len(s.binary) && s.open(); i++ {
		s.try(s.binary[i], func(fresh int) { s.node(fresh, i+1) })
	}
	covered := make([]int, len(s.unary))
	for i := range s.unary {
		covered[i] = s.unary[i].covered
	}
	n := len(s.values)
	for i := 0; i < len(s.unary) && s.open(); i++ {
		s.try(s.unary[i].at, func(fresh int) { s.pending(fresh, covered[i], i) })
		s.unary[i].covered = n
	}
	for i := range covered {
		s.unary[i].covered = covered[i]
	}
	s.forget(known)
}

// pending goes on after an operation with a constant, number i of the list, whose value has to be used next: in an operation with a value that is not among the
// first, the covered ones, with which that was tried before; with a constant again; or with the value of another operation with a constant, further on in the list.
func (s *search) pending(fresh, covered, i int) {
	if len(s.values) > fresh+1 || s.missing == 0 { // by a target
		s.node(fresh, len(s.binary))
		return
	}
	if s.left <= s.missing.count() {
		return
	}
	known := s.knowledge()
	n := len(s.binary)
	chain := len(s.unary)
	s.uses(fresh, covered)
	for j := n; j < len(s.binary) && s.open(); j++ {
		s.try(s.binary[j], func(next int) { s.node(next, j+1) })
	}
	after := s.knowledge()
	for j := chain; j < after.unary && s.open(); j++ {
		s.try(s.unary[j].at, func(next int) { s.pending(next, 0, j) })
	}
	for j := i + 1; j < chain && s.open(); j++ {
		s.try(s.unary[j].at, func(next int) { s.both(next, fresh) })
	}
	s.forget(known)
}

// both goes on after two operations with constants, which have to be used together.
func (s *search) both(fresh, other int) {
	if len(s.values) > fresh+1 || s.missing == 0 {
		s.node(fresh, len(s.binary))
		return
	}
	if s.left <= s.missing.count() {
		return
	}
	known := s.knowledge()
	n := len(s.binary)
	s.uses(fresh, other)
	for j := n; j < len(s.binary) && s.open(); j++ {
		s.try(s.binary[j], func(next int) { s.node(next, j+1) })
	}
	s.forget(known)
}

// open tells whether the search goes on.
func (s *search) open() bool { return s.found == nil && s.visited <= s.work }

// try computes a candidate and goes on.
func (s *search) try(i int, next func(fresh int)) {
	c := &s.pool[i]
	free := s.left - s.missing.count()
	enables := s.enables(&c.operand)
	switch {
	case free == 1 && (!enables || !s.completes(&c.operand)) || free == 2 && !s.all(&c.operand, (*side).step):
		return
	case !enables && (s.wasted(&c.operation) || free == 3 && !s.all(&c.operand, (*side).reach)):
		s.visited++
		return
	}
	s.visited++
	values, vals, missing, unused, left, known := len(s.values), len(s.vals.log), s.missing, s.unused, s.left, s.knowledge()
	z := c.operand
	s.push(value{vector: c.vector, operand: z, operation: c.operation})
	s.eager(values)
	if (s.strict || s.unused <= s.left+s.missing.count()) && (free != 3 || !enables || s.all(&z, (*side).reach)) {
		s.descend(&z, values, free-1, next)
	}
	s.forget(known)
	for len(s.values) > values {
		s.pop()
	}
	s.vals.undo(vals)
	s.missing, s.unused, s.left = missing, unused, left
}

// wasted tells whether after the operation there would be more values of no use than what is left can use: each operation uses two, and makes one if
// it is no target.
func (s *search) wasted(o *operation) bool {
	if s.strict {
		return false
	}
	unused := s.unused + 1
	for _, i := range o.operands() {
		if x := &s.values[i]; x.uses == 0 && !x.given && !x.target {
			unused--
		}
	}
	return unused > s.left-1+s.missing.count()
}

// descend goes on after the operation of value z.
func (s *search) descend(z *operand, fresh, free int, next func(fresh int)) {
	if free < 2 {
		s.latest, s.ready = z, 0
		for i := range s.missing.all() {
			if side := s.sides[i]; side.one.has(side.t) || side.joined(z, side.vals) {
				s.ready |= 1 << i
			}
		}
		next(fresh)
		s.latest = nil
		return
	}
	var before [8]state
	missing := s.missing
	for i := range missing.all() {
		before[i] = s.sides[i].state()
		s.sides[i].push(z, free == 2)
	}
	next(fresh)
	for i := range missing.all() {
		s.sides[i].undo(before[i])
	}
}

// targets is a set of targets.
type targets uint8

func (t targets) count() int { return bits.OnesCount8(uint8(t)) }

// all lists the targets of the set.
func (t targets) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; t != 0; t &= t - 1 {
			if !yield(bits.TrailingZeros8(uint8(t))) {
				return
			}
		}
	}
}

// all tells whether something holds of all targets that are missing.
func (s *search) all(z *operand, f func(*side, *operand) bool) bool {
	for i := range s.missing.all() {
		if !f(s.sides[i], z) {
			return false
		}
	}
	return true
}

func (s *search) push(v value) {
	for _, o := range v.operands() {
		x := &s.values[o]
		if x.uses == 0 && !x.given && !x.target {
			s.unused--
		}
		x.uses++
	}
	if !v.target {
		s.unused++
	}
	s.left--
	s.values = append(s.values, v)
	s.vals.insert(v.vector[0])
}

func (s *search) pop() {
	last := len(s.values) - 1
	for _, o := range s.values[last].operands() {
		s.values[o].uses--
	}
	s.values = s.values[:last]
}

func (v *operation) operands() []int16 {
	if v.kind >= call {
		return []int16{v.i}
	}
	return []int16{v.i, v.j}
}

// eager computes all targets that one operation makes of the values, of which those from the given one on are new: a program has to, and that costs the same
// whenever it does.
func (s *search) eager(fresh int) {
	for i := fresh; i < len(s.values); i++ {
		for at := range s.missing.all() {
			if !s.sides[at].joined(&s.values[i].operand, s.vals) {
				continue
			}
			t := s.targets[at]
			op, ok := s.derive(i, &t)
			if !ok {
				continue
			}
			s.push(value{vector: t, operand: s.operand(&t), operation: op, target: true})
			s.enter(&t, op)
			s.missing &^= 1 << at
		}
	}
}

// enables tells whether with the value z one operation makes one of the targets that are missing.
func (s *search) enables(z *operand) bool {
	for i := range s.missing.all() {
		if s.sides[i].joined(z, s.vals) {
			return true
		}
	}
	return false
}

// completes tells whether with the value z, the last that is no target, one operation makes each target, even if the others were given.
func (s *search) completes(z *operand) bool {
	if s.latest == nil {
		return true
	}
	for i := range (s.missing &^ s.ready).all() {
		if side := s.sides[i]; !side.joined(z, side.vals) && !side.made(s.latest, z) {
			return false
		}
	}
	return true
}

// derive is the operation that makes t of the value i and one of those up to it.
func (s *search) derive(i int, t *vector) (op operation, ok bool) {
	s.combine(i, i+1, func(o operation) {
		if ok || !near(s.scalar(o), t[0], tolerance) {
			return
		}
		if v, _ := s.apply(o).positive(); v.serves(t) {
			op, ok = o, true
		}
	})
	return op, ok
}

// scalar is what o makes at the first argument, up to its sign.
func (s *search) scalar(o operation) float64 {
	x, y := s.values[o.i].v, s.values[o.j].v
	switch {
	case o.kind == plus:
		return x + y
	case o.kind == minus:
		return math.Abs(x - y)
	case o.kind == times:
		return x * y
	case o.kind == over:
		return x / y
	case o.kind < negated:
		return math.Abs(s.forward[o.kind-call](x))
	}
	return math.Abs(s.forward[o.kind&^negated-call](-x))
}

func (s *search) apply(o operation) vector {
	return apply(o.kind, &s.values[o.i].vector, &s.values[o.j].vector, s.calls)
}
