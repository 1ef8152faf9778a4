package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// matrix is the shape of a sparse matrix: rows and columns are the elements of arrays of these shapes, stacked, row-major.
type matrix struct {
	f          *ir.Func
	rows, cols [][]*ir.Node
}

// size is the number of elements of arrays of these shapes.
func size(g *ir.Graph, shapes [][]*ir.Node) *ir.Node {
	n := g.Int(0)
	for _, dims := range shapes {
		n = g.IntAdd(n, volume(g, dims))
	}
	return n
}

// volume is the product of the extents.
func volume(g *ir.Graph, extents []*ir.Node) *ir.Node {
	n := g.Int(1)
	for _, e := range extents {
		n = g.IntMul(n, e)
	}
	return n
}

// rowMajor is the number of the element at the subscripts of an array of this shape.
func rowMajor(g *ir.Graph, dims, at []*ir.Node) *ir.Node {
	n := g.Int(0)
	for d, e := range dims {
		n = g.IntAdd(g.IntMul(n, e), at[d])
	}
	return n
}

// differs tells whether the spots are of different arrays, or at different constant subscripts.
func (s spot) differs(t spot) bool {
	if s.of != t.of {
		return true
	}
	for d, n := range s.at {
		if m := t.at[d]; n.Kind == ir.Const && m.Kind == ir.Const && n != m {
			return true
		}
	}
	return false
}

// constant tells whether all subscripts of the entry are.
func (e entry) constant() bool {
	return !slices.ContainsFunc(slices.Concat(e.row.at, e.col.at), func(n *ir.Node) bool { return n.Kind != ir.Const })
}

// number is the number of the element among those of arrays of these shapes.
func (s spot) number(g *ir.Graph, shapes [][]*ir.Node) *ir.Node {
	return g.IntAdd(size(g, shapes[:s.of]), rowMajor(g, shapes[s.of], s.at))
}

func (m *matrix) row(e entry) *ir.Node { return e.row.number(m.f.Graph, m.rows) }
func (m *matrix) col(e entry) *ir.Node { return e.col.number(m.f.Graph, m.cols) }

// below tells whether the Int a is less than b wherever both are defined.
func (m *matrix) below(a, b *ir.Node) bool {
	g := m.f.Graph
	return m.f.NonNegative(g.IntSub(g.IntSub(b, a), g.Int(1)))
}

// apart is e with indices of its own.
func (e entry) apart(g *ir.Graph) entry {
	own := make([]*ir.Node, len(e.over))
	for i, x := range e.over {
		own[i] = g.NewIndex(x.Extent)
	}
	return e.renamed(g, e.over, own)
}

// meet finds where the entries e and u, with indices of their own, come to the same element: values of u's indices, as far as they follow. It
// reports false where they never do.
func (m *matrix) meet(e, u entry) (from, to []*ir.Node, ok bool) {
	g := m.f.Graph
	if e.row.differs(u.row) || e.col.differs(u.col) {
		return nil, nil, false
	}
	var gaps []*ir.Node
	for d, n := range u.row.at {
		gaps = append(gaps, g.IntSub(n, e.row.at[d]))
	}
	for d, n := range u.col.at {
		gaps = append(gaps, g.IntSub(n, e.col.at[d]))
	}
	for more := true; more; {
		more = false
		for _, gap := range gaps {
			if m.below(g.Int(0), gap) || m.below(gap, g.Int(0)) || !divides(gap) {
				return nil, nil, false
			}
			x, v := solved(g, gap, u.over)
			if x == nil {
				continue
			}
			put := func(list []*ir.Node) {
				for i, n := range list {
					list[i] = g.Subst(n, []*ir.Node{x}, []*ir.Node{v})
				}
			}
			put(gaps)
			put(to)
			from, to, more = append(from, x), append(to, v), true
			break
		}
	}
	return from, to, true
}

// collide tells whether the entries e and u, with indices of their own, may come to the same element where both are there.
func (m *matrix) collide(e, u entry) bool {
	g := m.f.Graph
	from, to, ok := m.meet(e, u)
	if !ok {
		return false
	}
	conds := []*ir.Node{e.where, g.Subst(u.where, from, to)}
	at := slices.Concat(e.row.at, e.col.at)
	for d, n := range slices.Concat(u.row.at, u.col.at) {
		if n = g.Subst(n, from, to); n != at[d] {
			conds = append(conds, g.Apply(ir.OpEq, at[d], n))
		}
	}
	return !exclusive(m.f, conds...)
}

// divides tells whether what all coefficients of the sum n have in common divides its constant, without which n is never 0.
func divides(n *ir.Node) bool {
	if n.Kind != ir.Affine {
		return true
	}
	common := 0
	for _, k := range n.Coef {
		for k != 0 {
			common, k = k, common%k
		}
	}
	return int(n.Value)%common == 0
}

// solved finds one of the indices, and its value, such that gap is 0.
func solved(g *ir.Graph, gap *ir.Node, indices []*ir.Node) (x, v *ir.Node) {
	for _, x := range indices {
		coef, rest, ok := g.Linear(gap, x)
		if !ok || coef == 0 {
			continue
		}
		v := g.IntDiv(g.IntSub(g.Int(0), rest), g.Int(coef))
		if g.IntAdd(g.IntMul(g.Int(coef), v), rest).IsConst(0) { // without a remainder
			return x, v
		}
	}
	return nil, nil
}

// overlaps tells which entries may come to the same element as another, or more than once.
func (m *matrix) overlaps(list []entry) []bool {
	g := m.f.Graph
	over := make([]bool, len(list))
	for i, e := range list {
		own := e.apart(g)
		from, to, _ := m.meet(e, own)
		for k, x := range own.over {
			j := slices.Index(from, x)
			over[i] = over[i] || j < 0 || to[j] != e.over[k]
		}
		for j, u := range list[:i] {
			if over[i] && over[j] || e.constant() && u.constant() { // which would be one
				continue
			}
			if m.collide(u, own) {
				over[i], over[j] = true, true
			}
		}
	}
	return over
}

// regular gives the place of each entry in the matrix, row by row and in the order of columns, where it is the same in all rows of a kind:
// there are as many entries in each row, everywhere, in an order that is known. It gives the number of all elements too.
func (m *matrix) regular(list []entry, overlaps []bool) (places []*ir.Node, count *ir.Node, ok bool) {
	g := m.f.Graph
	if slices.Contains(overlaps, true) {
		return nil, nil, false
	}
	places, widths, ok := m.inRows(list)
	if !ok {
		return nil, nil, false
	}
	count = g.Int(0)
	for r := range m.rows {
		kinds := rowKinds{g: g, dims: m.rows[r], widths: widths}
		for _, e := range list {
			if e.row.of == r && !kinds.see(e.row) {
				return nil, nil, false
			}
		}
		for i, e := range list {
			if e.row.of == r {
				places[i] = g.IntAdd(g.IntAdd(count, kinds.before(e.row)), places[i])
			}
		}
		count = g.IntAdd(count, kinds.width(spot{of: r}))
	}
	return places, count, true
}

// inRows gives the place of each entry within its row, and how many elements the rows of each key have.
func (m *matrix) inRows(list []entry) (places []*ir.Node, widths map[string]*ir.Node, ok bool) {
	g := m.f.Graph
	rows := map[string][]int{}
	var keys []string
	for i, e := range list {
		if !e.where.IsConst(1) || !m.wholeRows(e) {
			return nil, nil, false
		}
		key := e.row.key()
		if rows[key] == nil {
			keys = append(keys, key)
		}
		rows[key] = append(rows[key], i)
	}
	places, widths = make([]*ir.Node, len(list)), map[string]*ir.Node{}
	for _, key := range keys {
		if !m.sortByColumn(list, rows[key]) {
			return nil, nil, false
		}
		width := g.Int(0)
		for _, i := range rows[key] {
			extra := m.extra(list[i])
			places[i] = g.IntAdd(width, rowMajor(g, extents(extra), extra))
			width = g.IntAdd(width, volume(g, extents(extra)))
		}
		widths[key] = width
	}
	return places, widths, true
}

// wholeRows tells whether the entry stands in all rows of its kind, and has columns in ascending order there: the subscripts of the row are constants
// and whole indices, those of the column mention each further index once.
func (m *matrix) wholeRows(e entry) bool {
	var seen []*ir.Node
	for d, n := range e.row.at {
		switch {
		case n.Kind == ir.Const && m.rows[e.row.of][d].Kind == ir.Const:
		case n.Kind == ir.Index && n.Extent == m.rows[e.row.of][d] && !slices.Contains(seen, n):
			seen = append(seen, n)
		default:
			return false
		}
	}
	for _, n := range e.col.at {
		count := 0
		for _, x := range n.Free() {
			if slices.Contains(e.row.at, x) {
				continue
			}
			coef, _, ok := m.f.Graph.Linear(n, x)
			if count++; !m.f.NonNegative(x.Extent) || !ok || coef != 1 || count > 1 || slices.Contains(seen, x) {
				return false
			}
			seen = append(seen, x)
		}
	}
	return len(seen) == len(e.over)
}

// room is an extent, or a larger one that is not negative for any sizes.
func (m *matrix) room(extent *ir.Node) *ir.Node {
	if extent.Kind != ir.Affine || m.f.NonNegative(extent) {
		return extent
	}
	g := m.f.Graph
	n := g.Int(max(0, int(extent.Value)))
	for i, x := range extent.Args {
		if k := extent.Coef[i]; k > 0 {
			n = g.IntAdd(n, g.IntMul(g.Int(k), x))
		}
	}
	return n
}

// extra lists the indices of the entry that run within a row, in the order of its columns.
func (m *matrix) extra(e entry) []*ir.Node {
	var list []*ir.Node
	for _, n := range e.col.at {
		for _, x := range n.Free() {
			if !slices.Contains(e.row.at, x) {
				list = append(list, x)
			}
		}
	}
	return list
}

// sortByColumn sorts entries of one row, given by their numbers. It reports false where the order is not known.
func (m *matrix) sortByColumn(list []entry, class []int) bool {
	g := m.f.Graph
	cols := map[int]*ir.Node{}
	own := map[int]*ir.Node{}
	for _, i := range class {
		cols[i] = m.col(list[i])
		var to []*ir.Node
		extra := m.extra(list[i])
		for _, x := range extra {
			to = append(to, g.NewIndex(x.Extent))
		}
		own[i] = g.Subst(cols[i], extra, to)
	}
	known := true
	slices.SortStableFunc(class, func(i, j int) int {
		switch {
		case i == j:
		case m.below(cols[i], own[j]):
			return -1
		case m.below(cols[j], own[i]):
			return 1
		default:
			known = false
		}
		return 0
	})
	for k := 1; k < len(class); k++ {
		known = known && m.below(cols[class[k-1]], own[class[k]])
	}
	return known
}

// rowKinds is the rows of one array: in each dimension all are of one kind, or each has its own.
type rowKinds struct {
	g      *ir.Graph
	dims   []*ir.Node
	each   []bool // by dimension: each constant is a kind of its own
	index  []*ir.Node
	widths map[string]*ir.Node // entries in a row, by its key
}

// see notes how a row is subscripted; it reports false where that differs from another.
func (k *rowKinds) see(s spot) bool {
	if k.each == nil {
		k.each, k.index = make([]bool, len(s.at)), slices.Clone(s.at)
		for d, n := range s.at {
			k.each[d] = n.Kind == ir.Const
		}
	}
	for d, n := range s.at {
		if k.each[d] != (n.Kind == ir.Const) || !k.each[d] && k.index[d] != n {
			return false
		}
	}
	return true
}

// width is the number of entries in the rows that begin with these subscripts.
func (k *rowKinds) width(s spot) *ir.Node {
	d := len(s.at)
	with := func(n *ir.Node) spot { return spot{s.of, append(slices.Clone(s.at), n)} }
	switch {
	case k.each == nil:
		return k.g.Int(0)
	case d == len(k.dims):
		if w := k.widths[s.key()]; w != nil {
			return w
		}
		return k.g.Int(0)
	case !k.each[d]:
		return k.g.IntMul(k.dims[d], k.width(with(k.index[d])))
	}
	return k.span(s, int(k.dims[d].Value))
}

// span is the number of entries in the rows that begin with these subscripts and then one of 0..n.
func (k *rowKinds) span(s spot, n int) *ir.Node {
	sum := k.g.Int(0)
	for c := range n {
		sum = k.g.IntAdd(sum, k.width(spot{s.of, append(slices.Clone(s.at), k.g.Int(c))}))
	}
	return sum
}

// before is the number of entries in the rows before s.
func (k *rowKinds) before(s spot) *ir.Node {
	sum := k.g.Int(0)
	for d, n := range s.at {
		head := spot{s.of, s.at[:d]}
		if k.each[d] {
			sum = k.g.IntAdd(sum, k.span(head, int(n.Value)))
		} else {
			sum = k.g.IntAdd(sum, k.g.IntMul(n, k.width(spot{s.of, s.at[:d+1]})))
		}
	}
	return sum
}
