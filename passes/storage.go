package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// storage is where a value is kept: a local variable or an array.
type storage struct {
	local *ir.Local
	array *ir.Array
}

// ready is the number of u's loops inside which its value is complete: all of them, or, for
// a reduction, those outside of the first loop that it runs over.
func (u *unit) ready() int {
	for i, l := range u.path {
		if slices.Contains(u.over, l.index) {
			return i
		}
	}
	return len(u.path)
}

// store decides where each value is kept. A value that all users need in the same
// iteration is a local variable; otherwise it is an array over the indices in which they differ.
func (b *builder) store(units []*unit) {
	for _, u := range units {
		for _, d := range u.deps {
			if d.unit.eq == nil { // arrays of recurrences have all their elements
				d.unit.require(d, u)
			}
		}
		if u.node != nil {
			own := u.ready()
			for i, l := range u.path {
				if i > own && u.node.Depends(l.index) {
					u.dim(l.index)
				}
			}
			for _, w := range u.where {
				u.dim(w.index)
			}
			if u.others != nil {
				u.dim(u.others.at)
			}
		}
	}
	b.join(units)
	for _, u := range units {
		switch {
		case u.result >= 0 && u.put == nil:
			b.alias(u, b.f.Results[u.result].Index, b.program.Results[u.result])
		case u.eq != nil && !u.eq.Pushes():
			b.alias(u, u.eq.At, b.arrays[u.eq.Array])
		}
	}
	for _, u := range units {
		if u.node == nil || u.place.array != nil || u.joined != nil || u.done && u.whole == nil {
			continue
		}
		b.place(u)
	}
	for _, u := range units {
		if u.joined != nil {
			u.place, u.dims = u.joined.place, u.joined.dims
		}
	}
}

func (u *unit) dim(i *ir.Node) {
	if !slices.Contains(u.dims, i) {
		u.dims = append(u.dims, i)
	}
}

// require makes u's storage serve its user v.
func (u *unit) require(d dep, v *unit) {
	shared := 0
	for shared < u.ready() && shared < len(v.path) && u.path[shared] == v.path[shared] {
		shared++
	}
	for _, i := range u.node.Free() {
		same := slices.ContainsFunc(u.path[:shared], func(l *loop) bool { return l.index == i })
		if !same || !d.aligned(i) {
			u.dim(i)
		}
	}
}

// alias lets the value of the result or equation u be computed in the array that it goes to, where it needs an array
// over just the indices of that.
func (b *builder) alias(u *unit, index []*ir.Node, array *ir.Array) {
	v := b.of[u.body]
	if v == nil || v.place.array != nil || len(index) == 0 || len(v.dims) != len(index) || len(v.node.Free()) != len(index) ||
		v.node.Kind == ir.Reduce && v.node.Red >= ir.ArgMax {
		return
	}
	v.dims = slices.Clone(index)
	v.place = storage{array: array}
	u.done = true
}

func (b *builder) place(u *unit) {
	name := b.g.NameOf(u.node)
	b.order.sort(u.dims)
	u.place = b.allocate(name, u.node.Type, u.dims)
}

func (b *builder) allocate(name string, t ir.Type, dims []*ir.Node) storage {
	if len(dims) == 0 {
		return storage{local: &ir.Local{Name: name, Type: t}}
	}
	a := &ir.Array{Name: name, Type: t}
	for _, i := range dims {
		a.Dims = append(a.Dims, i.Extent)
	}
	b.program.Scratch = append(b.program.Scratch, a)
	return storage{array: a}
}

// accumulator is where the reduction u adds up: its storage, or a local where all its loops are inner
// ones and the array takes the sum at the end.
func (b *builder) accumulator(u *unit) storage {
	if b.inArray(u) || u.place.local != nil {
		return u.place
	}
	if b.sums[u] == nil {
		b.sums[u] = &ir.Local{Type: u.node.Type}
	}
	return storage{local: b.sums[u]}
}

// inArray tells whether the reduction u adds up in an array, as it has loops of its own indices inside of
// those that it runs over, or scatters.
func (b *builder) inArray(u *unit) bool {
	inner := len(u.where) > 0
	for _, l := range u.path[u.ready():] {
		inner = inner || u.node.Depends(l.index) && !slices.Contains(u.over, l.index)
	}
	return inner
}
