package passes

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// spot is an element of an array: subscripts of the number of a result or of a parameter.
type spot struct {
	of int
	at []*ir.Node
}

// key identifies the spot up to equality of its subscripts.
func (s spot) key() string {
	k := fmt.Sprint(s.of)
	for _, n := range s.at {
		k += fmt.Sprint(" ", n.ID)
	}
	return k
}

func (s spot) subst(g *ir.Graph, from, to []*ir.Node) spot {
	t := spot{of: s.of}
	for _, n := range s.at {
		t.at = append(t.at, g.Subst(n, from, to))
	}
	return t
}

// entry is a family of elements of a matrix of derivatives: for all values of the indices over where the condition holds, value is added
// to the element at the row and the column. Elements to which no entry adds are structurally zero.
type entry struct {
	row, col spot
	over     []*ir.Node
	where    *ir.Node // of indices and integer data
	value    *ir.Node // complete where the condition holds
}

func (e entry) key() string { return e.row.key() + " | " + e.col.key() }

// output is an expression whose differential is a row of the matrix.
type output struct {
	row   spot
	where *ir.Node
	value *ir.Node
}

// outputs lists the results of f, element by element where they are unrolled.
func outputs(f *ir.Func) []output {
	var list []output
	for i, r := range f.Results {
		var walk func(value *ir.Node, at []*ir.Node)
		walk = func(value *ir.Node, at []*ir.Node) {
			if value.Kind != ir.Pick {
				list = append(list, output{spot{i, at}, f.Graph.Bool(true), value})
				return
			}
			for k, e := range value.Args[1:] {
				fixed := slices.Clone(at)
				fixed[slices.Index(fixed, value.Args[0])] = f.Graph.Int(k)
				walk(e, fixed)
			}
		}
		walk(r.Value, r.Index)
	}
	return list
}

// gradientOutputs is the derivatives of f, one number, by the elements of its parameters that it reads, by one reverse sweep.
func gradientOutputs(f *ir.Func) []output {
	r := backward(f, []*ir.Node{f.Graph.Const(1)}, nil)
	var list []output
	for i, p := range f.Independents() {
		for _, s := range r.sites[p] {
			a := settled(f.Graph, s.adjoint)
			list = append(list, output{spot{i, s.access.Args}, a.guard, a.value})
		}
	}
	return list
}

// settled is the adjoint with a guard of indices and integer data alone: other conditions are made part of the value, and of what they join
// by or, what all of it says of indices holds too.
func settled(g *ir.Graph, a adjoint) adjoint {
	guard, rest := g.Bool(true), g.Bool(true)
	for _, c := range conditions(a.guard) {
		if given(c) {
			guard = g.And(guard, c)
		} else {
			rest = g.And(rest, c)
			for _, l := range literals(c, true) {
				if ir.Static(l.cond) && !slices.ContainsFunc(ir.Reachable(l.cond), func(n *ir.Node) bool { return n.Kind == ir.Reduce }) {
					guard = g.And(guard, l.whole(g))
				}
			}
		}
	}
	return adjoint{guard, g.Select(rest, a.value, g.Const(0))}
}

// differentials is the differentials of the values, derived in all ways that may be cheap: by a forward sweep, the first, and, where they depend
// element by element on parameters, by elimination of vertices in the order of reverse mode and by price.
func differentials(f *ir.Func, values []*ir.Node) ([]differential, error) {
	forward, ok := formsOf(f, values)
	if !ok {
		return nil, refuse("ask for jvp or vjp, or for hvp, their products with a vector", "the sparse derivatives of %s have more than %d terms", f.Name, maxForms)
	}
	ways := []differential{{"forward", forward}}
	for _, order := range eliminationOrders {
		l, ok := elementwise(f, values)
		if !ok || len(l.inner) > maxEliminated {
			break
		}
		l.eliminateAll(func(left []int) int { return order.next(l, left) })
		ways = append(ways, differential{order.way, l.forms(forward)})
	}
	return ways, nil
}

// differential is the differentials of several values, derived in one way.
type differential struct {
	way   string
	forms []form
}

// eliminationOrders are the orders in which vertices are eliminated: the one of reverse mode, and those by price.
var eliminationOrders = []struct {
	way  string
	next func(l *linearised, left []int) int
}{
	{"reverse", inReverse},
	{"elimination", byPrice},
	{"late elimination", func(l *linearised, left []int) int { return l.cheapest(left, true) }},
}

func inReverse(_ *linearised, left []int) int { return len(left) - 1 }

func byPrice(l *linearised, left []int) int { return l.cheapest(left, false) }

// forms is the derivatives that are left, by the leaves that are known.
func (l *linearised) forms(known []form) []form {
	list := make([]form, len(l.results))
	for i, r := range l.results {
		for _, t := range known[i].terms {
			list[i].add(l.g, formTerm{t.leaf, settled(l.g, l.derivative(t.leaf, r))})
		}
	}
	return list
}

// entriesOf is the matrix of derivatives of the outputs by the parameters, derived in several ways. All have the same entries but for their values.
func entriesOf(f *ir.Func, rows []output) ([]derivation, error) {
	values := make([]*ir.Node, len(rows))
	for i, o := range rows {
		values[i] = o.value
	}
	ways, err := differentials(f, values)
	if err != nil {
		return nil, err
	}
	var list []derivation
	for _, d := range ways {
		c := &collection{f: f, at: map[string]int{}}
		for i, o := range rows {
			for _, t := range d.forms[i].terms {
				if err := c.add(o, t); err != nil {
					return nil, err
				}
			}
		}
		if len(list) == 0 {
			list = append(list, derivation{d.way, c.list})
		} else if same, ok := alike(f.Graph, list[0].entries, c.list); ok {
			list = append(list, derivation{d.way, same})
		}
	}
	return list, nil
}

// derivation is the entries of a matrix, derived in one way.
type derivation struct {
	way     string
	entries []entry
}

// alike is the entries b in the order and under the conditions of a, if they are the same families.
func alike(g *ir.Graph, a, b []entry) ([]entry, bool) {
	if len(a) != len(b) {
		return nil, false
	}
	at := map[string]int{}
	for i, e := range b {
		at[e.key()] = i
	}
	list := slices.Clone(a)
	for i, e := range a {
		k, ok := at[e.key()]
		if !ok {
			return nil, false
		}
		list[i].value = b[k].value
		if b[k].where != e.where {
			list[i].value = g.Select(b[k].where, b[k].value, g.Const(0))
		}
	}
	return list, true
}

// collection gathers entries; those at the same rows and columns become one.
type collection struct {
	f    *ir.Func
	list []entry
	at   map[string]int // by key
}

// add adds the entry of a term in the differential of an output.
func (c *collection) add(o output, t formTerm) error {
	g := c.f.Graph
	e := entry{row: o.row, col: spot{slices.Index(c.f.Independents(), t.leaf.Input), t.leaf.Args}, where: g.And(o.where, t.guard), value: t.value}
	for _, n := range append(slices.Clone(e.row.at), e.col.at...) {
		if !given(n) {
			return refuse("ask for dense derivatives", "which elements of %s are read by %s depends on values, not on integer data alone", t.leaf.Input.Name, c.f.Name)
		}
	}
	e = e.sorted().solved(c.f).canonical(g)
	k, ok := c.at[e.key()]
	if !ok {
		c.at[e.key()] = len(c.list)
		c.list = append(c.list, e)
		return nil
	}
	old := &c.list[k]
	sum := either(g, adjoint{old.where, old.value}, adjoint{e.where, e.value})
	old.where, old.value = sum.guard, sum.value
	return nil
}

// given tells whether the subscript or condition n is made of indices, sizes and integer data.
func given(n *ir.Node) bool {
	for _, m := range ir.Reachable(n) {
		if m.Type == ir.Real || m.Kind == ir.Reduce || m.Kind == ir.At {
			return false
		}
	}
	return true
}

// solved is the entry without those of its indices that its condition sets equal to something, which stands in their place: the elements that
// [i = j] leaves of W[i,j] are W[i,i], whichever way the derivative has gone.
func (e entry) solved(f *ir.Func) entry {
	g := f.Graph
	for {
		conds := conditions(e.where)
		at, x, v := -1, (*ir.Node)(nil), (*ir.Node)(nil)
		for i, c := range conds {
			if c.Is(ir.OpEq) && c.Args[0].Type == ir.Int && x == nil {
				at = i
				x, v = e.chosen(g, g.IntSub(c.Args[0], c.Args[1]))
			}
		}
		if x == nil {
			return e
		}
		put := func(n *ir.Node) *ir.Node { return g.Subst(n, []*ir.Node{x}, []*ir.Node{v}) }
		where := g.Bool(true)
		for _, c := range slices.Delete(conds, at, at+1) {
			where = g.And(where, put(c))
		}
		where = g.And(where, f.InRange(v, x.Extent, where))
		e = entry{row: e.row.subst(g, []*ir.Node{x}, []*ir.Node{v}), col: e.col.subst(g, []*ir.Node{x}, []*ir.Node{v}), where: where, value: put(e.value)}.sorted()
	}
}

// chosen is one of the entry's indices and its value where gap is 0, nil if there is none. Of two indices it is the one that does not stand in both the row
// and the column, or else the one behind the other, so that mirror images choose alike.
func (e entry) chosen(g *ir.Graph, gap *ir.Node) (x, v *ir.Node) {
	in := func(s spot, i *ir.Node) bool {
		return slices.ContainsFunc(s.at, func(n *ir.Node) bool { return n.Depends(i) })
	}
	best := 0
	for _, i := range e.over {
		y, w := solved(g, gap, []*ir.Node{i})
		if y == nil {
			continue
		}
		rank := 1
		if !in(e.row, i) || !in(e.col, i) {
			rank += 2
		}
		if w.Kind != ir.Affine || w.Value > 0 {
			rank++
		}
		if rank > best {
			best, x, v = rank, y, w
		}
	}
	return x, v
}

// canonical is the entry with indices of canonical names.
func (e entry) canonical(g *ir.Graph) entry {
	return e.renamed(g, e.over, e.naming(g))
}

// sorted is the entry with its indices in order of occurrence in the row and the column.
func (e entry) sorted() entry {
	var list []*ir.Node
	see := func(indices []*ir.Node) {
		for _, i := range indices {
			if !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
	}
	for _, n := range append(slices.Clone(e.row.at), e.col.at...) {
		see(occurrences(n))
	}
	see(e.where.Free()) // of a row and a column at which all values of an index meet
	see(e.value.Free())
	e.over = list
	return e
}

// naming is canonical names for the indices of the entry: each has the smallest slot of its extent that is free.
func (e entry) naming(g *ir.Graph) []*ir.Node { return g.Canonical(extents(e.over)) }

// renamed is the entry with the indices from named to.
func (e entry) renamed(g *ir.Graph, from, to []*ir.Node) entry {
	over := make([]*ir.Node, len(e.over))
	for i, x := range e.over {
		over[i] = g.Subst(x, from, to)
	}
	return entry{e.row.subst(g, from, to), e.col.subst(g, from, to), over, g.Subst(e.where, from, to), g.Subst(e.value, from, to)}
}

// occurrences lists the indices in the subscript n in the order in which they stand in it.
func occurrences(n *ir.Node) []*ir.Node {
	if n.Kind == ir.Index {
		return []*ir.Node{n}
	}
	var list []*ir.Node
	for _, a := range n.Args {
		list = append(list, occurrences(a)...)
	}
	return list
}

// filled completes dense blocks: where data choose the row of an array, all of the row counts, so that each choice makes a block of one shape.
func filled(f *ir.Func, list []entry, rowDims func(int) []*ir.Node) []entry {
	g := f.Graph
	colDims := func(i int) []*ir.Node { return f.Independents()[i].Dims }
	have := map[string]bool{}
	for _, e := range list {
		have[e.key()] = true
	}
	for _, e := range slices.Clone(list) {
		if !e.where.IsConst(1) || !gathered(e.row) && !gathered(e.col) {
			continue
		}
		for _, row := range block(g, e.row, rowDims(e.row.of)) {
			for _, col := range block(g, e.col, colDims(e.col.of)) {
				x := entry{row, col, e.over, e.where, g.Const(0)}
				if !have[x.key()] {
					have[x.key()] = true
					list = append(list, x)
				}
			}
		}
	}
	inOrder(list)
	return list
}

// inOrder sorts entries by the rows and columns that they stand in, as far as those are constant.
func inOrder(list []entry) {
	slices.SortStableFunc(list, func(a, b entry) int {
		if c := a.row.compare(b.row); c != 0 {
			return c
		}
		return a.col.compare(b.col)
	})
}

// compare orders spots by their arrays and then by their subscripts, of which all that are not constant count the same.
func (s spot) compare(t spot) int {
	if s.of != t.of {
		return s.of - t.of
	}
	rank := func(n *ir.Node) int {
		if n.Kind == ir.Const {
			return int(n.Value)
		}
		return -1
	}
	for d := range s.at {
		if c := rank(s.at[d]) - rank(t.at[d]); c != 0 {
			return c
		}
	}
	return 0
}

// gathered tells whether data choose the element.
func gathered(s spot) bool {
	return slices.ContainsFunc(s.at, func(n *ir.Node) bool {
		return slices.ContainsFunc(ir.Reachable(n), func(m *ir.Node) bool { return m.Kind == ir.Access })
	})
}

// block lists the elements beside s in the trailing dimensions of constant extent whose subscript is constant.
func block(g *ir.Graph, s spot, dims []*ir.Node) []spot {
	list := []spot{{s.of, slices.Clone(s.at)}}
	if !slices.ContainsFunc(s.at, func(n *ir.Node) bool { return n.Kind != ir.Const }) {
		return list // which is not one of many
	}
	for d := len(dims) - 1; d >= 0 && dims[d].Kind == ir.Const && s.at[d].Kind == ir.Const && dims[d].Value <= maxUnrolled; d-- {
		var more []spot
		for k := range int(dims[d].Value) {
			for _, t := range list {
				t.at = slices.Clone(t.at)
				t.at[d] = g.Int(k)
				more = append(more, t)
			}
		}
		list = more
	}
	return list
}
