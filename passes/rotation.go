package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// rotation is a vector to = R·from, linear in a vector that does not depend on the leaves that R is made of, with R·Rᵀ a number times the unit
// matrix. As ∂R·Rᵀ is then skew, the vector's derivative by a leaf is that skew matrix times the vector itself, in three dimensions ω × to, however the
// rotation is written: an axis and an angle, a quaternion of length 1, or angles about the axes of the space.
type rotation struct {
	x        *expansion
	from, to []*ir.Node
	matrix   [][]laurent
	scale    algebra.Coef // R·Rᵀ is that times 1
}

// The bounds of rotations that are looked for: their dimensions, the leaves that turn them, and the nodes of a function.
const (
	maxDimensions = 4
	maxTurning    = 6
	maxTurned     = 400
)

// rotations finds those among the values of f, by the parameters that a root, sine or cosine depends on.
func rotations(f *ir.Func) []rotation {
	order := ir.Reachable(f.Roots()...)
	if len(order) > maxTurned {
		return nil
	}
	var list []rotation
	for _, leaves := range turning(f, order) {
		x := expand(f.Graph, order, leaves)
		var rows []rotation
		for _, n := range order {
			if r, ok := x.row(n); ok {
				rows = append(rows, r)
			}
		}
		for len(rows) > 0 {
			r := rows[0].joined(rows[1:])
			rows = slices.DeleteFunc(rows, func(s rotation) bool { return slices.Contains(r.to, s.to[0]) || s.to[0] == rows[0].to[0] })
			taken := func(n *ir.Node) bool {
				return slices.ContainsFunc(list, func(o rotation) bool { return slices.Contains(o.to, n) })
			}
			if len(r.to) == len(r.from) && !slices.ContainsFunc(r.to, taken) {
				list = append(list, r)
			}
		}
	}
	return list
}

// turning is the sets of parameters that roots, sines and cosines depend on, each once.
func turning(f *ir.Func, order []*ir.Node) [][]*ir.Node {
	by := f.Independents()
	leaves := map[*ir.Node][]*ir.Node{}
	var sets [][]*ir.Node
	for _, n := range order {
		if n.Kind == ir.Access && slices.Contains(by, n.Input) {
			leaves[n] = []*ir.Node{n}
		}
		for _, a := range n.Args {
			for _, l := range leaves[a] {
				if !slices.Contains(leaves[n], l) {
					leaves[n] = append(leaves[n], l)
				}
			}
		}
		set := leaves[n]
		same := func(s []*ir.Node) bool { return slices.Equal(s, set) }
		if (n.Is(ir.OpSqrt) || n.Is(ir.OpSin) || n.Is(ir.OpCos)) && 0 < len(set) && len(set) <= maxTurning && !slices.ContainsFunc(sets, same) {
			sets = append(sets, set)
		}
	}
	return sets
}

// row is n as a row of a rotation, if it is one: linear in values that do not depend on the leaves, with coefficients whose squares add up to a
// number.
func (x *expansion) row(n *ir.Node) (rotation, bool) {
	p, ok := x.of[n]
	if !ok || len(p) < 2 {
		return rotation{}, false
	}
	coefficient := map[*ir.Node]laurent{}
	r := rotation{x: x, to: []*ir.Node{n}}
	for _, t := range p {
		in, out := t.split(x.depends)
		if len(out.powers) != 1 || out.powers[0].exp != 1 {
			return rotation{}, false
		}
		d := out.powers[0].base
		if !slices.Contains(r.from, d) {
			r.from = append(r.from, d)
		}
		coefficient[d] = append(coefficient[d], in)
	}
	if len(r.from) < 2 || len(r.from) > maxDimensions {
		return rotation{}, false
	}
	slices.SortFunc(r.from, func(a, b *ir.Node) int { return a.ID - b.ID })
	row := make([]laurent, len(r.from))
	for i, d := range r.from {
		row[i] = coefficient[d]
	}
	r.matrix = [][]laurent{row}
	norm := x.dot(row, row)
	if len(norm) != 1 || len(norm[0].powers) > 0 {
		return rotation{}, false
	}
	r.scale = norm[0].coef
	return r, true
}

// dot is the inner product.
func (x *expansion) dot(a, b []laurent) laurent {
	var sum laurent
	for i := range a {
		sum = sum.plus(a[i].times(b[i]), algebra.One)
	}
	return x.reduced(sum, 0)
}

// joined is the rotation r with those of the rows that are orthogonal to what it has.
func (r rotation) joined(rows []rotation) rotation {
	for _, s := range rows {
		if len(r.to) == len(r.from) {
			break
		}
		leans := func(row []laurent) bool { return len(r.x.dot(row, s.matrix[0])) > 0 }
		if slices.Equal(r.from, s.from) && r.scale == s.scale && !slices.ContainsFunc(r.matrix, leans) {
			r.to, r.matrix = append(r.to, s.to[0]), append(r.matrix, s.matrix[0])
		}
	}
	return r
}

// turn is the entry a, b of the skew matrix ∂R·Rᵀ for the derivative by a leaf.
func (r rotation) turn(a, b int, leaf *ir.Node) laurent {
	row := make([]laurent, len(r.from))
	for k := range row {
		row[k] = r.x.derivative(r.matrix[a][k], leaf)
	}
	var sum laurent
	for k := range row {
		sum = sum.plus(row[k].times(r.matrix[b][k]), algebra.One.Div(r.scale))
	}
	return r.x.shortest(sum)
}

// asProducts is f with all rotations as products of matrix and vector, which the derivatives need, and what has become of its nodes.
func asProducts(f *ir.Func, list []rotation) (*ir.Func, func(*ir.Node) *ir.Node) {
	g := f.Graph
	became := map[*ir.Node]*ir.Node{}
	at := func(n *ir.Node) *ir.Node {
		if m, ok := became[n]; ok {
			return m
		}
		return n
	}
	roots := g.Replace(f.Roots(), func(n *ir.Node, args []*ir.Node) *ir.Node {
		m := g.With(n, args)
		for _, r := range list {
			if i := slices.Index(r.to, n); i >= 0 {
				m = g.Const(0)
				for k, d := range r.from {
					m = g.Add(m, g.Mul(r.x.build(r.matrix[i][k], at), at(d)))
				}
			}
		}
		became[n] = m
		return m
	})
	return f.WithRoots(roots), at
}

// byTurning is the derivatives of all results of f by all parameters, by elimination, in the order of reverse mode and by price, from the graph in
// which rotations have the derivatives that their results give. There is nothing where there are no rotations.
func byTurning(f *ir.Func) []*ir.Func {
	if !ofScalars(f) {
		return nil
	}
	f = rebuild(f, false)
	list := rotations(f)
	if len(list) == 0 {
		return nil
	}
	f, at := asProducts(f, list)
	var ways []*ir.Func
	for _, order := range eliminationOrders[:2] {
		l, ok := linearise(f)
		if !ok || len(l.inner) > maxEliminated {
			return nil
		}
		for _, r := range list {
			l.turn(r, at)
		}
		l.eliminateAll(func(left []int) int { return order.next(l, left) })
		d := l.jacobian(f)
		d.Way = order.way + " through rotations"
		ways = append(ways, d)
	}
	return ways
}

// turn replaces what leads to the results of the rotation: for each entry of the skew matrix there is a vertex between the leaves and them.
func (l *linearised) turn(r rotation, at func(*ir.Node) *ir.Node) {
	for i, n := range r.to {
		l.cut(l.vertex[at(n)])
		for k, d := range r.from {
			if v, ok := l.vertex[at(d)]; ok {
				l.connect(edge{v, l.vertex[at(n)], whole(l.g).times(l.g, r.x.build(r.matrix[i][k], at))})
			}
		}
	}
	for a := range r.to {
		for b := range a {
			v := l.insert()
			for _, leaf := range r.x.leaves {
				l.connect(edge{l.vertex[leaf], v, whole(l.g).times(l.g, r.x.build(r.turn(a, b, leaf), at))})
			}
			l.connect(edge{v, l.vertex[at(r.to[a])], whole(l.g).times(l.g, at(r.to[b]))})
			l.connect(edge{v, l.vertex[at(r.to[b])], whole(l.g).times(l.g, l.g.Neg(at(r.to[a])))})
		}
	}
}
