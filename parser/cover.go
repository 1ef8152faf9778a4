package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// blank is the member as an array whose dimensions on the left are not known yet, where they are not declared.
func (g *group) blank(m *member) value {
	in := &ir.Input{Name: m.name, Defined: true, Dims: m.dims}
	v := value{}
	if m.dims == nil {
		for i := range m.general().left {
			extent := g.g.Size(unknown)
			if m.shape != nil {
				extent = m.shape[i]
			} else if n := m.rowExtent(i); n != nil {
				extent = n
			}
			in.Dims = append(in.Dims, extent)
		}
		in.Dims = append(in.Dims, m.rows...)
	}
	for _, e := range in.Dims {
		v.index = append(v.index, g.g.NewIndex(e))
	}
	v.node = g.g.Access(in, v.index...)
	return v
}

// findRanges finds the extents of the dimensions on the left, those first that do not follow from others of the group, and then where each
// equation holds.
func (g *group) findRanges() {
	passes := 0
	for open := slices.Clone(g.members); len(open) > 0; passes++ {
		in := g.blanks()
		rest := slices.DeleteFunc(slices.Clone(open), func(m *member) bool { return g.try(func() { g.findExtents(in, m) }) })
		if len(rest) == len(open) && g.demanded(open) {
			rest = slices.DeleteFunc(rest, func(m *member) bool { return m.dims != nil })
		}
		if len(rest) == len(open) {
			g.findExtents(in, open[0]) // says what is missing
		}
		open = rest
	}
	if (passes > 1 || len(g.members) > 1 && g.upwards()) && !g.try(g.coverAll) {
		g.shrink()
	}
	g.coverAll()
}

// coverAll finds where each equation holds, and checks that all places have one.
func (g *group) coverAll() {
	in := g.blanks()
	for _, m := range g.members {
		for k := range m.rules {
			r := &m.rules[k]
			r.low, r.top = nil, nil
			g.findPlaces(in, m, r)
		}
	}
	for _, m := range g.members {
		for d := range m.general().left {
			g.cover(m, d)
		}
		for _, c := range m.cases() {
			g.coverCase(m, c)
		}
	}
}

// shrink takes what is known of all members into account for each: an array that reads another one, whose extents were found later, ends where that
// does.
func (g *group) shrink() {
	for n, more := 0, true; more && n <= len(g.members); n++ {
		more = false
		g.shapes = map[shapeKey][]*ir.Node{}
		in := g.blanks()
		for _, m := range g.members {
			before := m.dims
			if before == nil || !g.try(func() { g.findExtents(in, m) }) || !g.smaller(m.dims, before) {
				m.dims = before
				continue
			}
			more = true
		}
	}
}

// smaller tells whether the first dimensions are within the others, and not the same.
func (g *group) smaller(dims, before []*ir.Node) bool {
	for d, n := range dims {
		if !g.f.NonNegative(g.g.IntSub(before[d], n)) {
			return false
		}
	}
	return !slices.Equal(dims, before)
}

// blanks is a scope in which the members have the dimensions that are known.
func (g *group) blanks() *scope {
	in := g.s.inner()
	for _, m := range g.members {
		in.values[m.name] = g.blank(m)
	}
	return in
}

// findExtents finds the extents of m: the largest that an equation reaches.
func (g *group) findExtents(s *scope, m *member) {
	var dims []*ir.Node
	for d, l := range m.general().left {
		var extent *ir.Node
		reach := func(at Span, n *ir.Node) {
			if extent == nil {
				extent = n
			} else if n != nil {
				extent = g.greater(at, extent, n)
			}
		}
		for _, r := range m.fixedLast(d) {
			switch f := r.left[d].fixed; {
			case r.left[d].row:
				if n := m.rowExtent(d); n != nil {
					reach(r.left[d].at, n)
				}
			case f == nil:
				if hi := g.limits(s, r, d, dims).hi; hi != nil {
					reach(r.left[d].at, g.g.IntAdd(hi, g.g.Int(r.left[d].shift)))
				}
			case f.Kind != ir.Const || extent != nil && extent.Kind == ir.Const:
				reach(r.left[d].at, g.g.IntAdd(f, g.g.Int(1)))
			}
		}
		extent = g.toDiagonal(m, d, dims, extent)
		if m.shape != nil {
			extent = m.shape[d]
		}
		if extent == nil {
			g.failHelp(l.at, l.rangeHelp(m.name), "the range of %s cannot be inferred: nothing bounds it on both sides", l.name.Text)
		}
		dims = append(dims, extent)
	}
	m.dims = append(dims, m.rows...)
}

// toDiagonal is the extent of dimension d of m, or as far as a diagonal goes on, the extent of the dimension before that it runs along with: the last element of
// L[i,i] = 1 is beyond those of L[i,j in 0..i].
func (g *group) toDiagonal(m *member, d int, dims []*ir.Node, extent *ir.Node) *ir.Node {
	for _, r := range m.rules {
		if !r.left[d].again || extent == nil {
			continue
		}
		if along := dims[r.first(d)]; g.f.NonNegative(g.g.IntSub(along, extent)) {
			extent = along
		}
	}
	return extent
}

// fixedLast lists the equations of m, those for a single place of dimension d behind the others: how far a plain number reaches counts only beside
// ends that are plain numbers too.
func (m *member) fixedLast(d int) []rule {
	list := slices.Clone(m.rules)
	slices.SortStableFunc(list, func(a, b rule) int {
		switch x, y := a.left[d].fixed != nil, b.left[d].fixed != nil; {
		case x == y:
			return 0
		case y:
			return -1
		}
		return 1
	})
	return list
}

// rangeHelp says how to write the range of the variable.
func (l left) rangeHelp(array string) string {
	if l.shift == 0 {
		return fmt.Sprintf("write the range: %s in 0..n", l.name.Text)
	}
	v := l.name.Text
	return fmt.Sprintf("write the range, without the shift: %s[%s in %d..n] = …, with %s%+d for %s on the right", array, v, max(0, l.shift), v, -l.shift, v)
}

// limits is what is known of the variable in dimension d on the left of r, where the dimensions before it have the extents dims.
func (g *group) limits(s *scope, r rule, d int, dims []*ir.Node) limits {
	l := r.left[d]
	if l.row {
		return limits{}
	}
	if l.given != nil {
		in := g.s.inner()
		for e, o := range r.left[:d] {
			if o.fixed == nil && !o.again && e < len(dims) {
				in.values[o.name.Text] = value{node: g.g.IntSub(g.g.NewIndex(dims[e]), g.g.Int(o.shift))}
			}
		}
		lo, hi := g.integer(in, l.given.Lo), g.integer(in, l.given.Hi)
		if r.mentions(l.given) {
			lo, hi = g.widest(lo, hi)
		}
		if !lo.Closed() || !hi.Closed() {
			g.fail(l.at, "the range of %s depends on data or on other indices", l.name.Text)
		}
		return limits{lo: lo, hi: hi, at: l.at}
	}
	in := s.inner()
	for _, o := range r.left {
		if o.fixed == nil {
			in.values[o.name.Text] = value{node: g.g.NewIndex(g.g.Size(unknown))}
		}
	}
	return g.known(g.look(in, []Name{l.name}, []Expr{r.Value}, false)[0])
}

// widest is the range lo..hi for all values of the indices that it depends on.
func (g *group) widest(lo, hi *ir.Node) (low, high *ir.Node) {
	if n, ok := g.f.Least(lo); ok {
		lo = n
	}
	if n, ok := g.f.Least(g.g.IntSub(g.g.Int(0), hi)); ok {
		hi = g.g.IntSub(g.g.Int(0), n)
	}
	return lo, hi
}

// findPlaces finds the places for which the equation r of m holds.
func (g *group) findPlaces(s *scope, m *member, r *rule) {
	for d, l := range r.left {
		if l.fixed != nil {
			if m.dims[d].Kind != ir.Const || l.fixed.Kind != ir.Const {
				g.oblige(access{index: l.fixed, extent: m.dims[d], at: l.at, what: m.name})
			}
			r.low, r.top = append(r.low, 0), append(r.top, m.dims[d])
			continue
		}
		if l.given != nil && r.mentions(l.given) { // holds says where, and elsewhere it is 0
			r.low, r.top = append(r.low, 0), append(r.top, m.dims[d])
			continue
		}
		found := g.limits(s, *r, d, m.dims)
		shift := g.g.Int(l.shift)
		lo, hi := g.g.Int(0), m.dims[d]
		if found.lo != nil && !g.f.NonNegative(g.g.IntSub(g.g.Int(0), g.g.IntAdd(found.lo, shift))) {
			lo = g.g.IntAdd(found.lo, shift)
		}
		if found.hi != nil && !g.f.NonNegative(g.g.IntSub(g.g.IntAdd(found.hi, shift), hi)) {
			hi = g.g.IntAdd(found.hi, shift)
		}
		if lo.Kind != ir.Const {
			g.fail(l.at, "the first %s is not a plain number: it is %s", l.name.Text, lo.Text())
		}
		r.low, r.top = append(r.low, int(lo.Value)), append(r.top, hi)
	}
}

// missing asks for an equation of m for the place in dimension d.
func (g *group) missing(m *member, d int, place *ir.Node, why string) {
	g.oneWay()
	var at []string
	for e, l := range m.general().left {
		if e == d {
			at = append(at, place.Text())
		} else {
			at = append(at, l.name.Text)
		}
	}
	panic(failure{&Diagnostic{At: m.general().NameAt, Message: fmt.Sprintf("%s has no equation for the place %s%s", m.name, place.Text(), why),
		Notes: g.fromBehind(d), Help: fmt.Sprintf("add it: %s[%s] = …", m.name, strings.Join(at, ","))}})
}

// greater is the larger of two extents, which must be comparable for all sizes.
func (g *group) greater(at Span, x, y *ir.Node) *ir.Node {
	switch {
	case g.f.NonNegative(g.g.IntSub(x, y)):
		return x
	case g.f.NonNegative(g.g.IntSub(y, x)):
		return y
	}
	g.fail(at, "it cannot be told which is larger, %s or %s", x.Text(), y.Text())
	return nil
}

// cover checks that dimension d of m has an equation for each place, at the end and, if there are cases at all, at the beginning; cases at
// either end take the place of the general equation.
func (g *group) cover(m *member, d int) {
	r := m.general()
	has := func(n *ir.Node) bool {
		return slices.ContainsFunc(m.cases(), func(c rule) bool { return c.left[d].fixed == n })
	}
	any := slices.ContainsFunc(m.cases(), func(c rule) bool { return c.left[d].fixed != nil })
	for has(g.g.Int(r.low[d])) {
		r.low[d]++
	}
	for k := range r.low[d] {
		if (any || m.shape != nil) && !has(g.g.Int(k)) {
			g.missing(m, d, g.g.Int(k), fmt.Sprintf(": this one starts at %d", r.low[d]))
		}
	}
	gap := g.g.IntSub(m.dims[d], r.top[d])
	if gap.Kind != ir.Const {
		g.fail(r.NameAt, "%s has %s elements, but this equation ends at %s", m.name, m.dims[d].Text(), r.top[d].Text())
	}
	for has(g.g.IntSub(r.top[d], g.g.Int(1))) {
		r.top[d] = g.g.IntSub(r.top[d], g.g.Int(1))
		gap = g.g.IntAdd(gap, g.g.Int(1))
	}
	for k := range int(gap.Value) {
		if at := g.g.IntAdd(r.top[d], g.g.Int(k)); !has(at) {
			g.missing(m, d, at, "")
		}
	}
}

// coverCase checks that where the equation c, for a place in some dimensions, does not reach the ends of the others, there is an equation for
// the corner.
func (g *group) coverCase(m *member, c rule) {
	for d, l := range c.left {
		if l.fixed != nil {
			continue
		}
		need := func(n *ir.Node) {
			for _, o := range m.cases() {
				corner := o.left[d].fixed == n
				for e, x := range c.left {
					if c.first(e) == c.first(d) && x.fixed == nil {
						corner = corner && o.left[e].fixed == n
						continue
					}
					corner = corner && (o.left[e].fixed == nil && o.low[e] == 0 && o.top[e] == m.dims[e] || o.left[e].fixed == x.fixed)
				}
				if corner {
					return
				}
			}
			g.fail(c.NameAt, "this equation of %s does not hold for the place %s of %s, and no other does", m.name, n.Text(), l.name.Text)
		}
		for k := range c.low[d] {
			need(g.g.Int(k))
		}
		gap := g.g.IntSub(m.dims[d], c.top[d])
		if gap.Kind != ir.Const {
			g.fail(c.NameAt, "%s has %s elements, but this equation ends at %s", m.name, m.dims[d].Text(), c.top[d].Text())
		}
		for k := range int(gap.Value) {
			need(g.g.IntAdd(c.top[d], g.g.Int(k)))
		}
	}
}
