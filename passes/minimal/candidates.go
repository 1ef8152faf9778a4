package minimal

import "math"

// candidate is what one operation would compute.
type candidate struct {
	vector
	operand
	operation
}

// combine lists the operations on the value i and those before below.
func (s *search) combine(i, below int, emit func(operation)) {
	z, at := &s.values[i].operand, int16(i)
	isConstant := func(i int) bool { return i < len(s.constants) }
	if !isConstant(i) {
		emit(operation{times, at, at})
		for k := range s.calls {
			emit(operation{call + kind(k), at, 0})
			emit(operation{call + kind(k) | negated, at, 0})
		}
	}
	for j := range min(i, below) {
		x, other := &s.values[j].operand, int16(j)
		if isConstant(i) {
			continue
		}
		if x.add {
			emit(operation{plus, at, other})
			emit(operation{minus, at, other})
		}
		if x.mul {
			emit(operation{times, at, other})
		}
		if x.div {
			emit(operation{over, at, other})
		}
		if x.divide && z.div {
			emit(operation{over, other, at})
		}
	}
}

// generate adds to the candidates what one operation makes of the values, of which those from the given one on are new.
func (s *search) generate(fresh int) {
	for i := fresh; i < len(s.values); i++ {
		s.combine(i, i, func(o operation) { s.add(o, true) })
	}
}

// uses adds to the candidates what one operation makes of the value i; with a value before covered not to be tried.
func (s *search) uses(i, covered int) {
	s.combine(i, i, func(o operation) {
		s.add(o, s.isUnary(o) || max(int(o.i), int(o.j)) == i && (min(int(o.i), int(o.j)) >= covered || covered == 0))
	})
}

// isUnary tells whether one operand of o is a constant.
func (s *search) isUnary(o operation) bool {
	return o.kind < call && (int(o.i) < len(s.constants) || int(o.j) < len(s.constants))
}

// add adds what the operation makes to the candidates, unless it is there or good for nothing; not to be tried, if it was.
func (s *search) add(o operation, tried bool) {
	if v := s.scalar(o); s.left == s.missing.count()+1 && !s.strict && !s.enables(&operand{v: v, inv: 1 / v}) {
		return
	}
	v, ok := s.apply(o).positive()
	if !ok || !s.useful(&v) || s.isKnown(&v) {
		return
	}
	s.enter(&v, o)
	switch at := len(s.pool) - 1; {
	case !tried:
	case s.isUnary(o) && !s.strict:
		s.unary = append(s.unary, unary{at: at})
	default:
		s.binary = append(s.binary, at)
	}
}

// knowledge is the lengths of the lists of candidates.
type knowledge struct{ pool, unary, binary int }

func (s *search) knowledge() knowledge { return knowledge{len(s.pool), len(s.unary), len(s.binary)} }

// unary is a candidate that is an operation with a constant.
type unary struct{ at, covered int }

// useful tells whether v is finite in the region, and no NaN where the targets are finite.
func (s *search) useful(v *vector) bool {
	for _, k := range s.region {
		if v[k]-v[k] != 0 {
			return false
		}
	}
	for k := range v {
		if s.safe[k] && v[k] != v[k] {
			return false
		}
	}
	return true
}

// knownBits is the size of the table of what is known, of which a half may be filled.
const knownBits = 14

// hash is the place of leading bits in the table of what is known.
func (s *search) hash(k uint64) uint64 { return k * golden >> (64 - knownBits) }

// isKnown tells whether v is in the pool, as a value, a candidate, or what was tried before.
func (s *search) isKnown(v *vector) bool {
	at := s.hash(math.Float64bits(v[0]) >> grain)
	for ; s.known[at] != 0; at = (at + 1) & uint64(len(s.known)-1) {
		if w := &s.pool[s.known[at]-1].vector; w.is(v) && w.alike(v, s.large) {
			return true
		}
	}
	return false
}

// enter adds to the pool.
func (s *search) enter(v *vector, o operation) {
	s.pool = append(s.pool, candidate{*v, s.operand(v), o})
	if len(s.pool) > 1<<knownBits/4 {
		s.visited = s.work + 1 // too much
	}
	b := math.Float64bits(v[0])
	low, high := (b-1<<slack)>>grain, (b+1<<slack)>>grain
	s.put(low)
	if high != low {
		s.put(high)
	}
}

func (s *search) put(k uint64) {
	at := s.hash(k)
	for s.known[at] != 0 {
		at = (at + 1) & uint64(len(s.known)-1)
	}
	s.known[at] = int32(len(s.pool))
	s.filled = append(s.filled, int32(at))
}

// forget removes what stands in the pool from n on.
func (s *search) forget(k knowledge) {
	n := k.pool
	s.unary, s.binary = s.unary[:k.unary], s.binary[:k.binary]
	for last := len(s.filled) - 1; last >= 0 && int(s.known[s.filled[last]]) > n; last-- {
		s.known[s.filled[last]] = 0
		s.filled = s.filled[:last]
	}
	s.pool = s.pool[:n]
}
