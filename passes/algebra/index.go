package algebra

// index finds divisors by their keys. It is a hash table with linear probing, as a search looks up and changes little else (Knuth, The Art of
// Computer Programming 3, 6.4, algorithms L and R).
type index struct {
	slots []*divisor // a power of two, at most half of them in use
	count int
}

func newIndex() index { return index{slots: make([]*divisor, 64)} }

// get is the divisor of the key, or nil.
func (x *index) get(k key) *divisor {
	mask := uint64(len(x.slots) - 1)
	for i := k.hash() & mask; ; i = (i + 1) & mask {
		if d := x.slots[i]; d == nil || d.key == k {
			return d
		}
	}
}

// put enters a divisor whose key is not there.
func (x *index) put(d *divisor) {
	if x.count++; 2*x.count > len(x.slots) {
		old := x.slots
		x.slots = make([]*divisor, 2*len(old))
		for _, o := range old {
			if o != nil {
				x.settle(o)
			}
		}
	}
	x.settle(d)
}

// settle gives d the first free slot from its own on.
func (x *index) settle(d *divisor) {
	mask := uint64(len(x.slots) - 1)
	i := d.hash() & mask
	for x.slots[i] != nil {
		i = (i + 1) & mask
	}
	x.slots[i] = d
}

// remove takes the divisor out, and moves those behind it up that would not be found any more.
func (x *index) remove(d *divisor) {
	x.count--
	mask := uint64(len(x.slots) - 1)
	i := d.hash() & mask
	for x.slots[i] != d {
		i = (i + 1) & mask
	}
	for j := i; ; {
		j = (j + 1) & mask
		o := x.slots[j]
		if o == nil {
			break
		}
		if own := o.hash() & mask; (j-own)&mask >= (j-i)&mask { // its own slot is not between i and j
			x.slots[i] = o
			i = j
		}
	}
	x.slots[i] = nil
}
