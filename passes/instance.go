package passes

import "github.com/adgen-go/adgen/ir"

// instances writes programs with loops out as straight lines, for one choice of the sizes, so that a judge can run them at many points.
type instances struct {
	sizes map[string]int
	known map[*ir.Func]*ir.Func
}

// maxInstance bounds the operations of a program that is written out.
const maxInstance = 4000

// The sizes are small, and neighbours unlike, so that programs are short and what is mistaken for another shows.
const (
	leastSize = 2
	mostSize  = 6
)

// writer writes functions out as straight lines; it reports false for what it cannot write out.
type writer interface {
	of(*ir.Func) (*ir.Func, bool)
}

// writtenOut is the function, as a straight line if that is possible, with what writes programs for it out, and at which sizes.
func writtenOut(f *ir.Func, unrolled unrolling) (straight *ir.Func, by writer, sizes map[string]int) {
	if m, ok := instancesOf(f); ok {
		d, _ := m.of(f)
		return d, m, m.sizes
	}
	return f, unrolled, nil
}

// instancesOf chooses the sizes; it reports false if f has no loops, or cannot be written out.
func instancesOf(f *ir.Func) (*instances, bool) {
	if !loops(f) {
		return nil, false
	}
	for least := leastSize; least < mostSize; least++ {
		m := &instances{sizes: map[string]int{}, known: map[*ir.Func]*ir.Func{}}
		for i, s := range f.Sizes {
			m.sizes[s] = least + i%2
		}
		if admits(f, ir.Env{Sizes: m.sizes}) {
			_, ok := m.of(f)
			return m, ok
		}
	}
	return nil, false
}

// of is f written out; it reports false if that cannot be done, or would be too long.
func (m *instances) of(f *ir.Func) (*ir.Func, bool) {
	d, ok := m.known[f]
	if !ok {
		if d, ok = unroll(f, m.sizes); !ok && !loops(f) {
			d, ok = f, true
		}
		if !ok {
			d = nil
		} else if t := newTrace(d); t.loops || len(t.order) > maxInstance {
			d = nil
		}
		m.known[f] = d
	}
	return d, d != nil
}
