package minimal

import (
	"math"
	"slices"
)

// operand is a value at the first argument, with what it may be used as.
type operand struct {
	v, inv                float64
	add, mul, div, divide bool   // a summand, a factor, a divisor, what is divided
	signs, zeros, all     uint32 // at which arguments of the region it is negative, at which 0, and all
}

// side tells whether one of the targets can still be computed if all others were given. Tables have what one operation makes of the values, and of what two operations make
// the target, so that look-ups tell how far it is.
type side struct {
	t       float64
	target  operand
	list    []operand
	vals    *table    // of list
	one     *table    // what one operation makes of the list
	before  []float64 // of what one operation, with the list, makes t
	last    *table    // the same
	twice   *table    // of what two operations make t
	inverse []func(float64) float64
	forward []func(float64) float64
	blind   bool // there is a function that cannot be undone

	alone     []float64 // what one operation of it alone makes t
	near, far bool      // one value, or two, are enough for t

	ones, befores, buffer []float64
}

// state is what is undone.
type state struct {
	list, vals, one, before, last, twice int
	near, far                            bool
}

func (s *side) state() state {
	return state{len(s.list), len(s.vals.log), len(s.one.log), len(s.before), len(s.last.log), len(s.twice.log), s.near, s.far}
}

func (s *side) undo(to state) {
	s.list, s.before, s.near, s.far = s.list[:to.list], s.before[:to.before], to.near, to.far
	s.vals.undo(to.vals)
	s.one.undo(to.one)
	s.last.undo(to.last)
	s.twice.undo(to.twice)
}

// newSide is for the target t, constants, and functions.
func newSide(target operand, constants []operand, forward, inverse []func(float64) float64) *side {
	t := target.v
	s := &side{t: t, target: target, list: constants, forward: forward, inverse: inverse, vals: newTable(8), one: newTable(10), last: newTable(8), twice: newTable(12)}
	for _, f := range inverse {
		s.blind = s.blind || f == nil
	}
	s.alone = s.unary(t, nil)
	s.before = slices.Clone(s.alone)
	for _, c := range constants {
		s.vals.insert(c.v)
		s.before = s.undoLast(&c, s.before)
	}
	twice := append(s.unary(math.Cbrt(t), nil), math.Cbrt(t))
	for _, b := range s.before {
		s.last.insert(b)
		twice = s.unary(b, twice)
		for _, c := range constants {
			twice = c.undo(b, twice)
		}
	}
	for _, c := range constants {
		twice = c.undoTwice(t, twice)
	}
	for _, v := range twice {
		s.twice.insert(v)
	}
	return s
}

// do appends what one operation makes of z and x.
func (x *operand) do(z *operand, list []float64) []float64 {
	if x.add {
		list = append(list, z.v+x.v, math.Abs(z.v-x.v))
	}
	if x.mul {
		list = append(list, z.v*x.v)
	}
	if x.div {
		list = append(list, z.v*x.inv)
	}
	if x.divide && z.div {
		list = append(list, x.v*z.inv)
	}
	return list
}

// alone appends what one operation makes of z.
func (s *side) single(z *operand, list []float64) []float64 {
	list = append(list, z.v*z.v)
	for _, f := range s.forward {
		list = append(list, math.Abs(f(z.v)), math.Abs(f(-z.v)))
	}
	return list
}

// undo appends of what one operation with x makes w.
func (x *operand) undo(w float64, list []float64) []float64 {
	if x.add {
		list = append(list, w+x.v, math.Abs(w-x.v))
	}
	if x.mul {
		list = append(list, w*x.inv)
	}
	if x.div {
		list = append(list, w*x.v)
	}
	if x.divide {
		list = append(list, x.v/w)
	}
	return list
}

// undoLast appends of what one operation with x makes the target. What x is divided by is not 0 in the region, so that the target has the signs of x
// there, or the opposite ones.
func (s *side) undoLast(x *operand, list []float64) []float64 {
	y, t := *x, &s.target
	different := x.signs ^ t.signs
	y.divide = x.divide && x.zeros == t.zeros && (different == 0 || different == t.all)
	return y.undo(s.t, list)
}

// unary appends of what one operation makes w.
func (s *side) unary(w float64, list []float64) []float64 {
	list = append(list, math.Sqrt(w))
	for _, f := range s.inverse {
		if f != nil {
			list = append(list, math.Abs(f(w)), math.Abs(f(-w)))
		}
	}
	return list
}

// undoTwice appends the solutions a of t = b ∘ a, b = a ∘ x, for all pairs of operations, up to signs.
func (x *operand) undoTwice(t float64, list []float64) []float64 {
	v := x.v
	if x.add { // b = a ± v
		list = append(list, math.Abs(t-v)/2, (t+v)/2)
		list = append(list, v/math.Abs(t-1), v/(t+1), v*t/math.Abs(1-t), v*t/(1+t))
		list = roots(v, t, list)
	}
	if x.mul { // b = a·v
		list = append(list, t/(v+1), t/math.Abs(v-1), math.Sqrt(t*x.inv))
	}
	if x.div { // b = a/v
		list = append(list, t*v/(1+v), t*v/math.Abs(1-v), math.Sqrt(t*v))
	}
	if x.divide { // b = v/a
		list = append(list, math.Sqrt(v/t), math.Sqrt(v*t))
		list = roots(t, v, list)
	}
	return list
}

// roots appends the positive solutions of a² ± p·a ± q = 0.
func roots(p, q float64, list []float64) []float64 {
	h := p / 2
	r := math.Sqrt(h*h + q)
	list = append(list, r+h, r-h)
	if d := h*h - q; d >= 0 {
		r := math.Sqrt(d)
		list = append(list, h+r, math.Abs(h-r))
	}
	return list
}

// push adds a value to the list, for questions of reach and step; of step alone if it is the last.
func (s *side) push(z *operand, last bool) {
	s.first(z)
	for _, v := range s.ones {
		s.one.insert(v)
	}
	s.near = s.near || s.adjacent()
	if !last {
		s.far = s.far || s.near || s.reachTwice(z) || s.matches()
		s.backwards(z)
	}
	for _, v := range s.befores {
		s.last.insert(v)
	}
	s.before = append(s.before, s.befores...)
	s.vals.insert(z.v)
	s.list = append(s.list, *z)
}

// backwards finds of what with z two operations make t.
func (s *side) backwards(z *operand) {
	list := z.undoTwice(s.t, s.buffer[:0])
	for _, b := range s.before {
		list = z.undo(b, list)
	}
	for _, b := range s.befores {
		list = z.undo(b, s.unary(b, list))
		for i := range s.list {
			list = s.list[i].undo(b, list)
		}
	}
	for _, v := range list {
		s.twice.insert(v)
	}
	s.buffer = list
}

// reach tells whether t could be computed from the list and z by way of two more values.
func (s *side) reach(z *operand) bool {
	if s.far || s.blind {
		return true
	}
	s.first(z)
	s.one.mark(s.ones)
	found := s.adjacent() || s.reachTwice(z) || s.matches()
	s.one.unmark()
	return found
}

// first finds what one operation makes of z, and of what with z it makes t.
func (s *side) first(z *operand) {
	s.ones = s.single(z, s.ones[:0])
	for i := range s.list {
		s.ones = s.list[i].do(z, s.ones)
	}
	s.befores = s.undoLast(z, s.befores[:0])
}

// reachTwice tells whether two operations, the first on what one makes, of which one is with z, make t.
func (s *side) reachTwice(z *operand) bool {
	for _, b := range s.before {
		if s.reaches(z, b) {
			return true
		}
	}
	for _, b := range s.befores {
		if s.reaches(z, b) {
			return true
		}
		for i := range s.list {
			if s.reaches(&s.list[i], b) {
				return true
			}
		}
		for _, u := range s.unary(b, s.buffer[:0]) {
			if s.one.has(u) {
				return true
			}
		}
	}
	s.buffer = z.undoTwice(s.t, s.buffer[:0])
	for _, u := range s.buffer {
		if s.one.has(u) {
			return true
		}
	}
	return false
}

// reaches tells whether one operation makes w of x and what one operation makes.
func (s *side) reaches(x *operand, w float64) bool {
	return x.add && (s.one.has(w+x.v) || s.one.has(math.Abs(w-x.v))) || x.mul && s.one.has(w*x.inv) || x.div && s.one.has(w*x.v) || x.divide && s.one.has(x.v/w)
}

// adjacent tells whether one value is enough.
func (s *side) adjacent() bool {
	for _, u := range s.ones {
		if s.last.has(u) || near(u, s.t, tolerance) {
			return true
		}
	}
	for _, b := range s.befores {
		if s.vals.has(b) || s.one.has(b) {
			return true
		}
	}
	return false
}

// matches tells whether two operations make t of what z makes with the list, or one of two such.
func (s *side) matches() bool {
	for _, u := range s.ones {
		if s.twice.has(u) || s.pair(u) {
			return true
		}
	}
	return false
}

// joined tells whether one operation makes t of z, or of z and one of the values.
func (s *side) joined(z *operand, values *table) bool {
	t := s.t
	if values.has(t+z.v) || values.has(math.Abs(t-z.v)) || values.has(t*z.inv) || values.has(z.v*s.target.inv) || values.has(t*z.v) {
		return true
	}
	for _, u := range s.alone {
		if near(z.v, u, tolerance) {
			return true
		}
	}
	return s.blind && s.calls(z.v)
}

// made tells whether one operation makes t of x and z.
func (s *side) made(x, z *operand) bool {
	t, v := s.t, z.v
	return near(math.Abs(x.v+v), t, tolerance) || near(math.Abs(x.v-v), t, tolerance) || near(math.Abs(x.v*v), t, tolerance) ||
		near(math.Abs(x.v*z.inv), t, tolerance) || near(math.Abs(v*x.inv), t, tolerance)
}

// calls tells whether a function makes t of u.
func (s *side) calls(u float64) bool {
	for _, f := range s.forward {
		if near(math.Abs(f(u)), s.t, tolerance) || near(math.Abs(f(-u)), s.t, tolerance) {
			return true
		}
	}
	return false
}

// pair tells whether one operation makes t of u and something that is one operation away from the list, or of u and what a function makes of it.
func (s *side) pair(u float64) bool {
	t := s.t
	if s.one.has(t+u) || s.one.has(math.Abs(t-u)) || s.one.has(t/u) || s.one.has(t*u) || s.one.has(u*s.target.inv) {
		return true
	}
	for _, f := range s.forward {
		for _, b := range [2]float64{f(u), f(-u)} {
			if s.made(&operand{v: b, inv: 1 / b}, &operand{v: u, inv: 1 / u}) {
				return true
			}
		}
	}
	return false
}

// step tells whether t could be computed from the list and z by way of one more value.
func (s *side) step(z *operand) bool {
	if s.near || s.blind {
		return true
	}
	s.befores = s.undoLast(z, s.befores[:0])
	for _, b := range s.befores {
		if s.vals.has(b) || s.one.has(b) {
			return true
		}
	}
	s.ones = s.single(z, s.ones[:0])
	for i := range s.list {
		s.ones = s.list[i].do(z, s.ones)
	}
	for _, u := range s.ones {
		if s.last.has(u) || near(u, s.t, tolerance) {
			return true
		}
	}
	for _, b := range s.befores { // t = b ∘ z, b = z ∘ x
		for _, u := range s.ones[:1+2*len(s.forward)] {
			if near(u, b, tolerance) {
				return true
			}
		}
		s.buffer = z.undo(b, s.buffer[:0])
		s.buffer = append(s.buffer, z.v*b, z.v/b) // z/x = b
		for _, x := range s.buffer {
			if s.vals.has(x) {
				return true
			}
		}
	}
	return false
}
