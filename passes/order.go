package passes

import (
	"sort"

	"github.com/adgen-go/adgen/ir"
)

// loopOrder ranks indices: every loop nest runs its indices in this order, outermost first.
type loopOrder struct {
	rank  map[*ir.Node]int // of extents
	place map[*ir.Node]int // of indices of the same rank
}

// newLoopOrder ranks the extents by how arrays lie in memory: where an array has the
// dimensions n, p, loops over n stand outside of loops over p. Data come first, so that the
// samples are the outermost loop. Where arrays disagree the first one declared decides.
func newLoopOrder(f *ir.Func) *loopOrder {
	o := &loopOrder{rank: map[*ir.Node]int{}}
	var known []*ir.Node
	before := map[*ir.Node][]*ir.Node{}
	reaches := func(from, to *ir.Node) bool {
		seen := map[*ir.Node]bool{}
		stack := []*ir.Node{from}
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if n == to {
				return true
			}
			if !seen[n] {
				seen[n] = true
				stack = append(stack, before[n]...)
			}
		}
		return false
	}
	see := func(dims []*ir.Node) {
		for i, d := range dims {
			if _, ok := o.rank[d]; !ok {
				o.rank[d] = 0
				known = append(known, d)
			}
			if i > 0 && dims[i-1] != d && !reaches(d, dims[i-1]) {
				before[dims[i-1]] = append(before[dims[i-1]], d)
			}
		}
	}
	for _, r := range f.Needed() { // steps before what is computed at a step
		for _, q := range r.Equations {
			see(extents(r.All(q)))
		}
	}
	for _, in := range f.Data() {
		see(in.Dims)
	}
	for _, in := range f.Params() {
		see(in.Dims)
	}
	// A depth-first order of the precedence graph, first seen first.
	var sorted []*ir.Node
	state := map[*ir.Node]int{}
	for i := len(known) - 1; i >= 0; i-- {
		stack := []*ir.Node{known[i]}
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			if state[n] == 0 {
				state[n] = 1
				stack = append(stack, before[n]...)
				continue
			}
			stack = stack[:len(stack)-1]
			if state[n] == 1 {
				state[n] = 2
				sorted = append(sorted, n)
			}
		}
	}
	for i, e := range sorted {
		o.rank[e] = len(sorted) - i
	}
	o.follow(f)
	return o
}

// sort puts the indices in loop order. Extents of no array come first; slots
// of one extent stand in their order.
func (o *loopOrder) sort(index []*ir.Node) {
	sort.Slice(index, func(a, b int) bool { return o.less(index[a], index[b]) })
}

func (o *loopOrder) less(a, b *ir.Node) bool {
	if ra, rb := o.rank[a.Extent], o.rank[b.Extent]; ra != rb {
		return ra < rb
	}
	if pa, pb := o.place[a], o.place[b]; pa != pb {
		return pa < pb
	}
	if a.Extent != b.Extent {
		return a.Extent.ID < b.Extent.ID
	}
	return a.Slot < b.Slot
}
