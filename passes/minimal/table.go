package minimal

import "math"

// table is a set of positive numbers in which those that differ only by rounding are one: of each the leading bits. What was inserted last is removed
// first.
type table struct {
	filter [1024]uint64 // a bit for each hash that there may be
	slots  []uint64
	shift  uint
	log    []entry
	marked []uint64  // bits of the filter that mark set
	marks  []float64 // what is in the table for a while
}

// entry is a slot that was filled, and the bit of the filter that was set with it, or −1.
type entry struct{ slot, bit int32 }

// Numbers are told apart by their leading bits; where rounding may decide what these are, both possibilities are inserted. So a look-up finds all that
// was inserted within 2^slack units in the last place of it, which is 6·10⁻¹¹, and nothing that is not within twice 2^grain.
const (
	grain = 26
	slack = 18
)

func newTable(bits uint) *table { return &table{slots: make([]uint64, 1<<bits), shift: 64 - bits} }

const golden = 0x9e3779b97f4a7c15

func (t *table) has(v float64) bool {
	h := math.Float64bits(v) >> grain * golden
	return t.filter[h>>54]>>(h>>48&63)&1 != 0 && t.find(v)
}

// find looks up what passed the filter.
func (t *table) find(v float64) bool {
	for _, w := range t.marks {
		if math.Abs(v-w) <= tolerance*w {
			return true
		}
	}
	k := math.Float64bits(v) >> grain
	for at := k * golden >> t.shift; ; at = (at + 1) & uint64(len(t.slots)-1) {
		switch t.slots[at] {
		case 0:
			return false
		case k:
			return true
		}
	}
}

// insert adds v, if it is a number that a program can have.
func (t *table) insert(v float64) {
	if !(v > 0 && v <= math.MaxFloat64) {
		return
	}
	b := math.Float64bits(v)
	low, high := (b-1<<slack)>>grain, (b+1<<slack)>>grain
	t.put(low)
	if high != low {
		t.put(high)
	}
}

func (t *table) put(k uint64) {
	h := k * golden
	at := h >> t.shift
	for ; t.slots[at] != 0; at = (at + 1) & uint64(len(t.slots)-1) {
		if t.slots[at] == k {
			return
		}
	}
	t.slots[at] = k
	bit := int32(-1)
	if word := &t.filter[h>>54]; *word>>(h>>48&63)&1 == 0 {
		*word |= 1 << (h >> 48 & 63)
		bit = int32(h >> 48)
	}
	t.log = append(t.log, entry{int32(at), bit})
	if 4*len(t.log) > len(t.slots) {
		t.grow()
	}
}

// grow makes the table four times as large.
func (t *table) grow() {
	next := newTable(64 - t.shift + 2)
	for _, e := range t.log {
		next.put(t.slots[e.slot])
	}
	*t = *next
}

// undo removes what was inserted since the log had length n.
func (t *table) undo(n int) {
	for i := len(t.log) - 1; i >= n; i-- {
		e := t.log[i]
		t.slots[e.slot] = 0
		if e.bit >= 0 {
			t.filter[e.bit>>6] &^= 1 << (e.bit & 63)
		}
	}
	t.log = t.log[:n]
}

// mark has the numbers in the table until unmark.
func (t *table) mark(list []float64) {
	t.marks = list
	for _, v := range list {
		b := math.Float64bits(v)
		low, high := (b-1<<slack)>>grain*golden>>48, (b+1<<slack)>>grain*golden>>48
		t.set(low)
		if high != low {
			t.set(high)
		}
	}
}

func (t *table) set(bit uint64) {
	if word := &t.filter[bit>>6&1023]; *word>>(bit&63)&1 == 0 {
		*word |= 1 << (bit & 63)
		t.marked = append(t.marked, bit)
	}
}

func (t *table) unmark() {
	for _, bit := range t.marked {
		t.filter[bit>>6&1023] &^= 1 << (bit & 63)
	}
	t.marks, t.marked = nil, t.marked[:0]
}
