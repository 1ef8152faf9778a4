package algebra

// index finds divisors by their keys. It is a hash table with linear probing, as a search looks up and changes little else (Knuth, The Art of
// Computer Programming 3, 6.4, algorithms L and R).
type index struct {
	slots []slot // a power of two, at most half of them in use
	count int
}

// slot is 1 + the ID of a divisor, with a part of the hash of its key, or empty.
type slot struct {
	hash uint32
	id   int32
}

func newIndex() index { return index{slots: make([]slot, 64)} }

// get is the divisor of the key, or nil.
func (t *table) get(k key) *divisor {
	x := &t.index
	mask, hash := uint32(len(x.slots)-1), uint32(k.hash())
	for i := hash & mask; ; i = (i + 1) & mask {
		s := x.slots[i]
		if s.id == 0 {
			return nil
		}
		if s.hash == hash {
			if d := t.all[s.id-1]; d.key == k {
				return d
			}
		}
	}
}

// put enters the divisor, whose key is not there.
func (x *index) put(d *divisor) {
	if x.count++; 2*x.count > len(x.slots) {
		old := x.slots
		x.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.id != 0 {
				x.settle(s)
			}
		}
	}
	x.settle(slot{uint32(d.hash()), d.id + 1})
}

// settle gives s the first free place from its own on.
func (x *index) settle(s slot) {
	mask := uint32(len(x.slots) - 1)
	i := s.hash & mask
	for x.slots[i].id != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = s
}

// remove takes the divisor out, and moves those behind it up that would not be found any more.
func (x *index) remove(d *divisor) {
	x.count--
	mask := uint32(len(x.slots) - 1)
	i := uint32(d.hash()) & mask
	for x.slots[i].id != d.id+1 {
		i = (i + 1) & mask
	}
	for j := i; ; {
		j = (j + 1) & mask
		s := x.slots[j]
		if s.id == 0 {
			break
		}
		if own := s.hash & mask; (j-own)&mask >= (j-i)&mask { // its own place is not between i and j
			x.slots[i] = s
			i = j
		}
	}
	x.slots[i] = slot{}
}
