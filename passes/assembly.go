package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// assembly is a sparse matrix before its entries have places.
type assembly struct {
	matrix
	bases    []*ir.Func   // what is computed beside the matrix, one of them for all ways or one for each
	families []entry      // all entries of the whole matrix, or of the part that is stored
	names    []string     // of the ways
	values   [][]*ir.Node // by way: the values of the entries that are computed
	kept     []entry      // those entries
	targets  [][]target   // by kept entry: where its value goes
	slots    []*ir.Node   // by target, in a table of places
}

// target is an element of the matrix that a value goes to.
type target struct {
	entry
	family   int        // whose place it has
	from, to []*ir.Node // with the family's indices, from, put at to
}

// stepwise tells whether derivatives of f go through recurrences, through which everything may depend on everything before.
func stepwise(f *ir.Func) bool {
	_, defined := activity(f, ir.Reachable(f.Roots()...), f.Needed())
	for _, active := range defined {
		if active {
			return true
		}
	}
	return false
}

// entries is the matrix of derivatives of the outputs, with dense blocks where data choose rows of arrays.
func (a *assembly) entries(rows []output) ([]derivation, error) {
	ways, err := entriesOf(a.f, rows)
	for i := range ways {
		ways[i].entries = filled(a.f, ways[i].entries, func(of int) []*ir.Node { return a.rows[of] })
	}
	return ways, err
}

// wholeJacobian is the Jacobian without zeros, derived as an array.
func (a *assembly) wholeJacobian() ([]derivation, error) {
	rows, columns := elements(a.f)
	if err := few(a.f, "Jacobian", rows, columns, instead(a.f, false)); err != nil {
		return nil, err
	}
	var blocks [][2]int
	for i := range a.rows {
		for k := range a.cols {
			blocks = append(blocks, [2]int{i, k})
		}
	}
	return a.whole(jacobians(a.f), len(a.rows), blocks), nil
}

// wholeHessian is the Hessian without zeros, derived as an array: the blocks on and above the diagonal.
func (a *assembly) wholeHessian() ([]derivation, error) {
	ways, err := Hessians(a.f)
	if err != nil {
		return nil, err
	}
	var blocks [][2]int
	for p := range a.cols {
		for q := p; q < len(a.cols); q++ {
			blocks = append(blocks, [2]int{p, q})
		}
	}
	return a.whole(ways, 1+len(a.cols), blocks), nil
}

// whole takes the results of the ways from first on as blocks of the matrix.
func (a *assembly) whole(ways []*ir.Func, first int, blocks [][2]int) []derivation {
	g := a.f.Graph
	list := make([]derivation, len(ways))
	for w, d := range ways {
		base := d.Derived()
		base.Results = base.Results[:first:first]
		a.bases = append(a.bases[:w:w], base)
		list[w].way = d.Way
		for k, b := range blocks {
			r := d.Results[first+k]
			over := g.Canonical(extents(r.Index))
			n := len(a.rows[b[0]])
			list[w].entries = append(list[w].entries, entry{spot{b[0], over[:n]}, spot{b[1], over[n:]}, over, g.Bool(true), g.Subst(r.Value, r.Index, over)})
		}
	}
	return list
}

// many is the number of values that the program computes, where open sizes are 1.
func (a *assembly) many() (n float64) {
	for _, e := range a.kept {
		count := 1.0
		for _, i := range e.over {
			if i.Extent.Kind == ir.Const {
				count *= i.Extent.Value
			}
		}
		n += count
	}
	return n
}

// begin takes the entries of the matrix from the first of the ways.
func (a *assembly) begin(ways []derivation) {
	a.families, a.values = ways[0].entries, make([][]*ir.Node, len(ways))
	for _, d := range ways {
		a.names = append(a.names, d.way)
	}
}

// keep computes the entry number i of the ways and puts it at the targets.
func (a *assembly) keep(ways []derivation, i int, targets ...target) {
	for w := range ways {
		a.values[w] = append(a.values[w], ways[w].entries[i].value)
	}
	a.kept = append(a.kept, a.families[i])
	a.targets = append(a.targets, targets)
}

// keepPart is keep for those of the targets that are stored, if there are any.
func (a *assembly) keepPart(ways []derivation, i int, part Triangle, targets ...target) {
	if part == Upper {
		targets = a.upper(targets)
	}
	if len(targets) > 0 {
		a.keep(ways, i, targets...)
	}
}

// mirror is the entry on the other side of the diagonal, with canonical names to for its indices from.
func (e entry) mirror(g *ir.Graph) (m entry, from, to []*ir.Node) {
	m = entry{row: e.col, col: e.row, where: e.where, value: g.Const(0)}.sorted()
	from, to = m.over, m.naming(g)
	return m.renamed(g, from, to), from, to
}

// paired tells whether the mirror image of each entry is an entry, given the numbers of entries by key, except in blocks whose image has not been derived at all.
func (a *assembly) paired(number map[string]int) bool {
	blocks := map[[2]int]bool{}
	for _, e := range a.families {
		blocks[[2]int{e.row.of, e.col.of}] = true
	}
	return !slices.ContainsFunc(a.families, func(e entry) bool {
		m, _, _ := e.mirror(a.f.Graph)
		_, ok := number[m.key()]
		return !ok && !e.value.IsConst(0) && blocks[[2]int{m.row.of, m.col.of}]
	})
}

// fold keeps one of each two entries that are mirror images of each other, and half of those that are their own. That is right, as second
// derivatives are symmetric whatever elements the data choose, so also where all of them are different. Where two sides of the diagonal name the same
// elements in different ways all entries are kept.
func (a *assembly) fold(ways []derivation, part Triangle) {
	g := a.f.Graph
	number := map[string]int{}
	for i, e := range a.families {
		number[e.key()] = i
	}
	apart := !a.paired(number)
	done := map[int]bool{}
	for i := range ways[0].entries {
		if apart {
			a.keepPart(ways, i, part, target{entry: a.families[i], family: i})
			continue
		}
		m, from, to := a.families[i].mirror(g)
		j, ok := number[m.key()]
		if !ok {
			j = len(a.families)
			number[m.key()] = j
			a.families = append(a.families, m)
		}
		if done[i] || j < len(ways[0].entries) && j != i && a.prefers(a.families[j], a.families[i]) {
			continue // the mirror image is kept
		}
		done[i], done[j] = true, true
		e := a.families[i]
		image := target{entry{row: e.col, col: e.row, over: e.over, where: e.where}, j, to, from}
		targets := []target{{entry: e, family: i}, image}
		switch {
		case e.row.key() == e.col.key():
			targets = targets[:1]
		case i == j:
			targets[0].where = g.And(e.where, notBehind(g, to, from))
			targets[1].where = g.And(e.where, g.Not(notBehind(g, from, to)))
		}
		a.keepPart(ways, i, part, targets...)
	}
	if part == Upper {
		a.only()
	}
}

// prefers tells whether the entry e is better kept than its mirror image m: it is known to lie above the diagonal.
func (a *assembly) prefers(e, m entry) bool {
	if e.row.of != m.row.of {
		return e.row.of < m.row.of
	}
	return a.below(a.row(e), a.col(e)) && !a.below(a.row(m), a.col(m))
}

// notBehind is the condition that the indices a, in this order, do not stand lexicographically behind the indices b, the same in another order.
func notBehind(g *ir.Graph, a, b []*ir.Node) *ir.Node {
	var moved []int
	for k := range a {
		if a[k] != b[k] {
			moved = append(moved, k)
		}
	}
	if len(moved) == 2 { // which change places
		return atMost(g, a[moved[0]], b[moved[0]])
	}
	return atMost(g, rowMajor(g, extents(a), a), rowMajor(g, extents(a), b))
}

// atMost is the condition a ≤ b of Ints, without what they have in common.
func atMost(g *ir.Graph, a, b *ir.Node) *ir.Node {
	d := g.IntSub(b, a)
	if d.Kind == ir.Const {
		return g.Bool(d.Value >= 0)
	}
	if d.Kind != ir.Affine {
		return g.Apply(ir.OpLe, g.Int(0), d)
	}
	left, right := g.Int(max(0, -int(d.Value))), g.Int(max(0, int(d.Value)))
	for i, x := range d.Args {
		if k := d.Coef[i]; k > 0 {
			right = g.IntAdd(right, g.IntMul(g.Int(k), x))
		} else {
			left = g.IntAdd(left, g.IntMul(g.Int(-k), x))
		}
	}
	return g.Apply(ir.OpLe, left, right)
}

// upper is the targets, each only where it does not lie below the diagonal.
func (a *assembly) upper(targets []target) []target {
	g := a.f.Graph
	var list []target
	for _, t := range targets {
		row, col := a.row(t.entry), a.col(t.entry)
		switch above := atMost(g, row, col); {
		case row == col || a.f.NonNegative(g.IntSub(col, row)):
		case a.below(col, row) || slices.Contains(literals(t.where, true), literal{g.Not(above), false}):
			continue
		default:
			t.where = g.And(t.where, above)
		}
		list = append(list, t)
	}
	return list
}

// only keeps of the whole matrix the entries that are stored.
func (a *assembly) only() {
	var list []entry
	for _, targets := range a.targets {
		for k := range targets {
			t := &targets[k]
			e := a.families[t.family]
			e.where = t.where // in other names, but all that counts is whether there is a condition
			t.family = len(list)
			list = append(list, e)
		}
	}
	a.families = list
}

// sparse gives the values of the entries their places, and makes the cheapest program for them.
func (a *assembly) sparse(goal Goal) *Sparse {
	g := a.f.Graph
	s := &Sparse{Rows: size(g, a.rows), Columns: size(g, a.cols)}
	puts := make([][]ir.Put, len(a.kept))
	overlaps := a.overlaps(a.families)
	s.Pattern = &ir.Func{Name: a.f.Name, Graph: g, Sizes: a.f.Sizes, Inputs: a.f.Inputs, Checks: a.f.Checks}
	places, slots, regular := a.regular(a.families, overlaps)
	if regular {
		for i, e := range a.families {
			s.list(&a.matrix, e, g.Bool(true), places[i])
		}
	} else {
		places, slots = nil, a.number()
		s.Place = &ir.Input{Name: "place", Type: ir.Int, Dims: []*ir.Node{slots}}
	}
	s.Slots = slots
	next := 0
	for i, targets := range a.targets {
		for _, t := range targets {
			put := ir.Put{Into: "values", Where: t.where}
			if regular {
				put.At = g.Subst(places[t.family], t.from, t.to)
			} else {
				put.At = g.Access(s.Place, a.slots[next])
				put.Add = overlaps[t.family]
				s.list(&a.matrix, t.entry, t.where, a.slots[next])
				next++
			}
			puts[i] = append(puts[i], put)
		}
	}
	s.Ways = a.ways(puts)
	s.Func = Optimize(goal, s.Ways...)
	if s.Place != nil {
		s.Func.Inputs = append(s.Func.Inputs, s.Place)
	}
	s.Full = regular && slots == g.IntMul(s.Rows, s.Columns)
	s.Data = slices.ContainsFunc(ir.Reachable(s.Pattern.Roots()...), func(n *ir.Node) bool { return n.Kind == ir.Access })
	return s
}

// list notes in the pattern that the entry stands in the slot, where the condition holds.
func (s *Sparse) list(m *matrix, e entry, where, slot *ir.Node) {
	for into, v := range []*ir.Node{m.row(e), m.col(e)} {
		name := [...]string{"row", "col"}[into]
		s.Pattern.Results = append(s.Pattern.Results, ir.Result{Name: name, Index: e.over, Value: v, Puts: []ir.Put{{Into: name, At: slot, Where: where}}})
	}
}

// ways is the function with the entries, derived in all ways.
func (a *assembly) ways(puts [][]ir.Put) []*ir.Func {
	g := a.f.Graph
	var list []*ir.Func
	for w, values := range a.values {
		d := a.bases[min(w, len(a.bases)-1)].Derived()
		d.Way = a.names[w]
		for i, e := range a.kept {
			d.Results = append(d.Results, ir.Result{Name: "values", Index: e.over, Value: g.Select(e.where, values[i], g.Const(0)), Puts: puts[i]})
		}
		list = append(list, d)
	}
	return list
}

// rooms is the extents of indices as they are numbered; some slots may stay free.
func (a *assembly) rooms(index []*ir.Node) []*ir.Node {
	list := extents(index)
	for i, e := range list {
		list[i] = a.room(e)
	}
	return list
}

// number gives each target a slot for each value of its indices, those of the same indices side by side.
func (a *assembly) number() (count *ir.Node) {
	g := a.f.Graph
	groups := map[string][]int{}
	var order []string
	all := slices.Concat(a.targets...)
	for i, t := range all {
		key := spot{at: t.over}.key()
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	count = g.Int(0)
	a.slots = make([]*ir.Node, len(all))
	for _, key := range order {
		width := len(groups[key])
		for k, i := range groups[key] {
			dims := a.rooms(all[i].over)
			a.slots[i] = g.IntAdd(count, g.IntAdd(g.IntMul(rowMajor(g, dims, all[i].over), g.Int(width)), g.Int(k)))
		}
		count = g.IntAdd(count, g.IntMul(volume(g, a.rooms(all[groups[key][0]].over)), g.Int(width)))
	}
	return count
}
