package algebra

import "math/bits"

// key names a divisor: two factors of a product, or two terms of a sum without their common factors and up to a coefficient.
// Products stand in it as their values.
type key struct{ a, b, r uint64 }

// The marks of products, in the place where sums have the ratio of their coefficients.
const (
	pairOfFactors    = 1 // its value, and that of one over it; it may stand below the line
	factorAndContent = 2 // a coefficient and a factor
)

// hash spreads the keys; products have random values, but those of constants.
func (k key) hash() uint64 {
	h := (k.a ^ bits.RotateLeft64(k.b, 23) ^ bits.RotateLeft64(k.r, 41)) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// divisor is a candidate for a variable of its own.
type divisor struct {
	key
	id     int32
	save   float64 // by its occurrences
	cost   float64 // of computing it once
	where  []int32 // sums, once for each occurrence
	queued bool
}

// table has all divisors of the live sums, and those that would save something in a queue.
type table struct {
	index   index
	all     []*divisor  // by ID, with those that are not in use
	hot     []candidate // a heap
	unused  []*divisor
	buffer  []occurrence
	serial  int
	refused map[key]bool // occurrences overlap, so that nothing is saved
}

type candidate struct {
	key      key
	priority float64
	serial   int
}

func (t *table) init() {
	*t = table{index: newIndex(), buffer: t.buffer, serial: t.serial, refused: map[key]bool{}}
}

// maxPairs bounds the terms of one sum and the factors of one product that are paired with all others; longer ones are paired with
// neighbours.
const maxPairs = 48

// epsilon is what the sums of costs may be off by.
const epsilon = 1e-6

// occurrence is a divisor of a sum: of its term i, or of its terms i and j.
type occurrence struct {
	key
	save, cost float64
	i, j       int32
	id         int32 // of the divisor, while the sum is in the table
}

// add enters the divisors of v, which are looked for only if they are not known.
func (t *table) add(n *Net, v int) {
	d := &n.defs[v]
	n.work += pairs(d.terms)
	if d.divisors == nil {
		list := t.buffer[:0]
		n.divisors(v, func(k key, save, cost float64, i, j int) {
			list = append(list, occurrence{key: k, save: save, cost: cost, i: int32(i), j: int32(j)})
		})
		t.buffer = list
		d.divisors = n.occurrences.copied(list)
	}
	for i := range d.divisors {
		o := &d.divisors[i]
		d := t.get(o.key)
		if d == nil {
			d = t.spare()
			d.key = o.key
			t.index.put(d)
		}
		o.id = d.id
		d.save += o.save
		d.cost = o.cost
		d.where = append(d.where, int32(v))
		if !d.queued && d.save-d.cost > epsilon {
			t.push(n, d)
		}
	}
}

func (t *table) remove(n *Net, v int) {
	n.work += pairs(n.defs[v].terms)
	for i := range n.defs[v].divisors {
		o := &n.defs[v].divisors[i]
		d := t.all[o.id]
		d.save -= o.save
		for i := len(d.where) - 1; i >= 0; i-- {
			if d.where[i] == int32(v) {
				d.where[i] = d.where[len(d.where)-1]
				d.where = d.where[:len(d.where)-1]
				break
			}
		}
		if len(d.where) == 0 {
			t.index.remove(d)
			t.unused = append(t.unused, d)
		}
	}
}

// spare is an empty divisor.
func (t *table) spare() *divisor {
	if last := len(t.unused) - 1; last >= 0 {
		d := t.unused[last]
		t.unused = t.unused[:last]
		*d = divisor{id: d.id, where: d.where[:0]}
		return d
	}
	d := &divisor{id: int32(len(t.all))}
	t.all = append(t.all, d)
	return d
}

// push queues the divisor. Ties, and in a random search also near ties, are broken at random.
func (t *table) push(n *Net, d *divisor) {
	d.queued = true
	t.serial++
	t.hot = append(t.hot, candidate{d.key, d.save - d.cost + n.rng.noise(), t.serial})
	i := len(t.hot) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !t.hot[i].before(t.hot[up]) {
			break
		}
		t.hot[i], t.hot[up] = t.hot[up], t.hot[i]
		i = up
	}
}

func (c candidate) before(d candidate) bool {
	return c.priority > d.priority || c.priority == d.priority && c.serial < d.serial
}

// pop takes the candidate of the highest priority out.
func (t *table) pop() candidate {
	top := t.hot[0]
	last := len(t.hot) - 1
	t.hot[0] = t.hot[last]
	t.hot = t.hot[:last]
	i := 0
	for {
		next := 2*i + 1
		if next >= last {
			return top
		}
		if next+1 < last && t.hot[next+1].before(t.hot[next]) {
			next++
		}
		if !t.hot[next].before(t.hot[i]) {
			return top
		}
		t.hot[i], t.hot[next] = t.hot[next], t.hot[i]
		i = next
	}
}
