package passes

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// arc is an edge of the derivative graph, by its number. Vertices are numbered operands first.
type arc struct{ from, to, id int }

// factorisation factors the derivative graph path by path (Guenter, Efficient symbolic differentiation for graphics applications, SIGGRAPH 2007):
// each pair of a result and a parameter has the edges on the paths between them for its own. Where all paths to a vertex go
// through another, or all paths from it do, what lies between the two is a factor of the derivative, and becomes one edge in all pairs that have
// it. The factor that most pairs have comes first. Of each pair one path is left, of which what most pairs have is again multiplied first.
//
// Elimination takes a vertex out for all pairs at once; this may go through a vertex forwards for one pair and backwards for another. As derived,
// it is strictly cheapest on a tenth of random graphs of products and functions, by up to a quarter, most where values are
// used again at every distance, as in q = c·sin(c²) beside p = a·b with a = tanh(x·z), b = x·a and c = exp(a·b). On the functions of testdata/flops and on
// Guenter's spherical harmonics it only comes close, or is equal, to the best of the other orders.
type factorisation struct {
	g     *ir.Graph
	edges []adjoint // by number
	known map[string]int
	pairs []*paths
}

// paths is what lies between a parameter and a result.
type paths struct {
	source, sink int
	arcs         []arc // in order of their ends
	factors      []bundle
}

// bundle is a factor: the arcs between two vertices, all of which lie on the paths that meet in both.
type bundle struct {
	key      string
	from, to int
	arcs     []arc
	joins    bool // all paths to its end come from its beginning; else all from its beginning lead to its end
}

// maxFactored bounds the edges of all pairs of a function that is factored.
const maxFactored = 1_000

// byFactoring is the derivatives of all results of f by all parameters, by factoring of paths. It reports false for functions of arrays and for
// large ones.
func byFactoring(f *ir.Func) (*ir.Func, bool) {
	l, ok := linearise(f)
	if !ok {
		return nil, false
	}
	x := &factorisation{g: f.Graph, known: map[string]int{}}
	if !x.open(l, f.Independents()) {
		return nil, false
	}
	x.exhaust((*paths).factor)
	x.exhaust((*paths).link)
	rows := make([][]ir.Result, len(l.results))
	for k, p := range x.pairs {
		v := f.Graph.Const(0)
		if len(p.arcs) > 0 {
			v = x.edges[p.arcs[0].id].masked(x.g)
		}
		row := k / len(f.Independents())
		rows[row] = append(rows[row], ir.Result{Value: v})
	}
	d := withJacobian(f, rows)
	d.Way = "path factoring"
	return d, true
}

// open makes the pairs of the graph, row by row; it reports false if they are too large.
func (x *factorisation) open(l *linearised, parameters []*ir.Input) bool {
	var all []arc
	for v := range l.in {
		for _, e := range l.in[v] {
			all = append(all, arc{e.from, e.to, len(x.edges)})
			x.edges = append(x.edges, e.adjoint)
		}
	}
	count := 0
	for _, r := range l.results {
		for _, in := range parameters {
			p := &paths{source: -1, sink: r}
			if v, ok := l.vertex[l.g.Access(in)]; ok && len(in.Dims) == 0 {
				p.source = v
				p.take(all)
			}
			x.pairs = append(x.pairs, p)
			if count += len(p.arcs); count > maxFactored {
				return false
			}
		}
	}
	return true
}

// take makes the paths of those of the arcs, in order of their ends, that lie on one.
func (p *paths) take(arcs []arc) {
	reached := map[int]bool{p.source: true}
	p.arcs = slices.DeleteFunc(slices.Clone(arcs), func(a arc) bool {
		reached[a.to] = reached[a.to] || reached[a.from]
		return !reached[a.from]
	})
	reaches := map[int]bool{p.sink: true}
	for _, a := range slices.Backward(p.arcs) {
		reaches[a.from] = reaches[a.from] || reaches[a.to]
	}
	p.arcs = slices.DeleteFunc(p.arcs, func(a arc) bool { return !reaches[a.to] })
	p.factors = nil
}

// exhaust makes all factors that find knows edges.
func (x *factorisation) exhaust(find func(*paths)) {
	for _, p := range x.pairs {
		p.factors = nil
	}
	for x.step(find) {
	}
}

// step makes the factor that most pairs have one edge, of several the smallest, and of those the first; it reports false if there is none.
func (x *factorisation) step(find func(*paths)) bool {
	count := map[string]int{}
	for _, p := range x.pairs {
		if p.factors == nil {
			find(p)
		}
		for _, f := range p.factors {
			count[f.key]++
		}
	}
	var best bundle
	for _, p := range x.pairs {
		for _, f := range p.factors {
			if best.key == "" || cmp.Or(count[f.key]-count[best.key], len(best.arcs)-len(f.arcs)) > 0 {
				best = f
			}
		}
	}
	if best.key == "" {
		return false
	}
	id := x.number(best)
	for _, p := range x.pairs {
		if i := slices.IndexFunc(p.factors, func(f bundle) bool { return f.key == best.key }); i >= 0 {
			p.replace(p.factors[i], id)
		}
	}
	return true
}

// number is the edge that the factor is.
func (x *factorisation) number(f bundle) int {
	id, ok := x.known[f.key]
	if !ok {
		id = len(x.edges)
		x.known[f.key] = id
		x.edges = append(x.edges, x.sum(f))
	}
	return id
}

// sum is the sum over all paths of the factor of the products of their edges.
func (x *factorisation) sum(f bundle) adjoint {
	parts := map[int][]adjoint{f.to: {whole(x.g)}}
	done := map[int]adjoint{}
	for _, a := range slices.Backward(f.arcs) {
		above, ok := done[a.to]
		if !ok {
			above = total(x.g, parts[a.to])
			done[a.to] = above
		}
		e := x.edges[a.id]
		parts[a.from] = append(parts[a.from], adjoint{x.g.And(above.guard, e.guard), x.g.Mul(above.value, e.value)})
	}
	return total(x.g, parts[f.from])
}

// replace puts the edge in the place of all that leads to the end of the factor, or of all that leads away from its beginning.
func (p *paths) replace(f bundle, id int) {
	arcs := slices.DeleteFunc(slices.Clone(p.arcs), func(a arc) bool { return f.joins && a.to == f.to || !f.joins && a.from == f.from })
	at, _ := slices.BinarySearchFunc(arcs, f.to, func(a arc, to int) int { return cmp.Compare(a.to, to) })
	p.take(slices.Insert(arcs, at, arc{f.from, f.to, id}))
}

// factor finds the smallest factors: between each vertex where paths meet and the last one before it that all of them go through, and between each
// where they part and the first one behind it.
func (p *paths) factor() {
	p.factors = []bundle{}
	for _, f := range meeting(p.arcs, p.source) {
		f.joins = true
		p.factors = append(p.factors, f.keyed())
	}
	joining := p.factors
	for _, f := range meeting(mirrored(p.arcs), -p.sink) {
		f = bundle{from: -f.to, to: -f.from, arcs: mirrored(f.arcs)}.keyed()
		if !slices.ContainsFunc(joining, func(h bundle) bool { return h.key == f.key }) {
			p.factors = append(p.factors, f)
		}
	}
}

// mirrored is the arcs the other way round.
func mirrored(arcs []arc) []arc {
	list := each(arcs, func(a arc) arc { return arc{-a.to, -a.from, a.id} })
	slices.SortStableFunc(list, func(a, b arc) int { return cmp.Compare(a.to, b.to) })
	return list
}

// meeting is the factors at whose ends several of the arcs meet.
func meeting(arcs []arc, source int) []bundle {
	before := map[int]int{source: source}
	count := map[int]int{}
	for _, a := range arcs {
		count[a.to]++
		v, w := a.from, a.from
		if d, ok := before[a.to]; ok {
			w = d
		}
		for v != w { // whichever is later
			if v > w {
				v = before[v]
			} else {
				w = before[w]
			}
		}
		before[a.to] = v
	}
	var list []bundle
	for i, a := range arcs {
		if last := i+1 == len(arcs) || arcs[i+1].to != a.to; last && count[a.to] > 1 {
			list = append(list, bundle{from: before[a.to], to: a.to, arcs: between(arcs[:i+1], before[a.to], a.to)})
		}
	}
	return list
}

// between is the arcs on the paths to a vertex from one that all of them go through.
func between(arcs []arc, from, to int) []arc {
	reaches := map[int]bool{to: true}
	var list []arc
	for _, a := range slices.Backward(arcs) {
		if reaches[a.to] {
			list = append(list, a)
			reaches[a.from] = a.from != from
		}
	}
	slices.Reverse(list)
	return list
}

// link finds the products of two edges that follow each other.
func (p *paths) link() {
	p.factors = []bundle{}
	for i := range max(len(p.arcs)-1, 0) {
		p.factors = append(p.factors, bundle{from: p.arcs[i].from, to: p.arcs[i+1].to, joins: true, arcs: p.arcs[i : i+2]}.keyed())
	}
}

// keyed is the factor with what identifies it, the numbers of its edges.
func (f bundle) keyed() bundle {
	var ids []int
	for _, a := range f.arcs {
		ids = append(ids, a.id)
	}
	slices.Sort(ids)
	var key []byte
	for _, id := range ids {
		key = binary.AppendUvarint(key, uint64(id))
	}
	f.key = string(key)
	return f
}
