package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// join finds values that are sums of several accumulated arrays, a[k] + b[k] − c[k], each used nowhere else and cleared before
// the same loop. They accumulate into one array, which is the value: nothing is added up in the end.
func (b *builder) join(units []*unit) {
	for i := len(units) - 1; i >= 0; i-- {
		u := units[i]
		if u.node == nil || u.node.Closed() || u.joined != nil || u.done || !u.node.Is(ir.OpAdd) && !u.node.Is(ir.OpSub) {
			continue
		}
		parts, inner, ok := b.parts(u)
		if !ok {
			continue
		}
		dims := slices.Clone(u.node.Free())
		b.order.sort(dims)
		u.dims, u.done = dims, true
		for _, v := range inner {
			v.done = true
		}
		for k, p := range parts {
			p.unit.joined, p.unit.negated, p.unit.dims = u, p.not, dims
			p.unit.shared = k > 0
		}
		u.whole = parts[0].unit
		b.alone(parts)
	}
}

// part is a summand that is added or, if not is set, subtracted.
type part struct {
	unit *unit
	not  bool
}

// parts lists the accumulated arrays that u is the sum of, and the sums between.
func (b *builder) parts(u *unit) (parts []part, inner []*unit, ok bool) {
	stack := []part{{u, false}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		v := top.unit
		if v.node.Is(ir.OpAdd) || v.node.Is(ir.OpSub) {
			x, y := b.of[v.node.Args[0]], b.of[v.node.Args[1]]
			if x == nil || y == nil || x == y || v != u && (v.refs != 1 || b.guarded(v)) {
				return nil, nil, false
			}
			if v != u {
				inner = append(inner, v)
			}
			stack = append(stack, part{y, top.not != v.node.Is(ir.OpSub)}, part{x, top.not})
			continue
		}
		if v.node.Kind != ir.Reduce || v.node.Red != ir.Sum || v.refs != 1 || b.guarded(v) || v.done ||
			len(v.dims) != len(u.node.Free()) || len(v.node.Free()) != len(u.node.Free()) {
			return nil, nil, false
		}
		parts = append(parts, top)
	}
	for _, p := range parts {
		if b.guarded(u) || b.cleared(p.unit) != b.cleared(parts[0].unit) || !b.inArray(p.unit) {
			return nil, nil, false
		}
	}
	return parts, inner, len(parts) > 1
}

// guarded tells whether u is needed under other conditions than those that say which elements of results are wanted. To have more elements than
// those does no harm.
func (b *builder) guarded(u *unit) bool { return len(without(u.guard, b.wanted)) > 0 }

// cleared is the loop before which the reduction u, kept in an array, is cleared.
func (b *builder) cleared(u *unit) *loop {
	for i, l := range u.path {
		if i == u.ready() || slices.Contains(u.dims, l.index) {
			return l
		}
	}
	return nil
}
