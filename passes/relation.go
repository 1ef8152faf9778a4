package passes

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// relation says that two products of exponentials, and of values whose logarithms are there, are the same, as their exponents and logarithms add
// up: exp(u)·b is exp(v)·a where u is v + log(a/b). It is known when the exponential last is.
type relation struct {
	last     *ir.Node
	from, to []*ir.Node // to has the place of from, and nothing in it is computed from it
}

// exponent is the argument of an exponential, or a logarithm, with its values at some points.
type exponent struct {
	node   *ir.Node
	values []float64
}

const (
	maxExponents = 10    // among which relations are looked for
	maxSummands  = 4     // of an exponent
	agreement    = 1e-10 // of sums that are taken to be equal, relative to their terms
)

// relations finds such products in a straight-line program by the values at points, and at others of all sizes: exp(x − 100) is next to nothing at
// the ones, but not at the others. It finds none where there are fewer than two points.
func relations(f *ir.Func, points []ir.Env) []relation {
	if len(points) < 2 {
		return nil
	}
	var known []exponent
	t := newTrace(f)
	for _, n := range t.order {
		if n.Closed() && (n.Is(ir.OpExp) || n.Is(ir.OpLog)) && !hasPieces(n) {
			known = append(known, exponent{n, make([]float64, len(points))})
		}
	}
	if len(known) < 2 || len(known) > maxExponents {
		return nil
	}
	for k, env := range points {
		if !t.run(env) {
			return nil
		}
		for _, e := range known {
			e.values[k] = t.of(exponentOf(e.node))
		}
	}
	var list []relation
	others := ofAllSizes(f, points[0])
	for i, e := range known {
		if !e.node.Is(ir.OpExp) {
			continue
		}
		for count := 1; count <= maxSummands; count++ {
			s := summation{known: known[:i], left: slices.Clone(e.values), scale: make([]float64, len(points))}
			if s.find(0, count) && s.holds(t, e.node, others) {
				list = append(list, relate(e.node, s.summands)...)
				break
			}
		}
	}
	if len(list) == 1 { // several might turn in a circle
		list[0] = list[0].turned()
	}
	return list
}

// powers finds the powers of one base whose exponents differ by 1, x^(y−1) and x^y: x times the one is the other. It is that also where x is 0, or is
// finite there at least where the product is. That the exponents differ so is a matter of algebra, not of some points: max(y, −9) is y at most of them.
func powers(f *ir.Func) []relation {
	var known []*ir.Node
	for _, n := range ir.Reachable(f.Roots()...) {
		if n.Closed() && n.Is(ir.OpPow) && n.Args[1].Kind != ir.Const && !isCoefficient(n.Args[0]) {
			known = append(known, n)
		}
	}
	if len(known) > maxExponents {
		return nil
	}
	var list []relation
	for i, last := range known {
		for _, e := range known[:i] {
			if e.Args[0] != last.Args[0] {
				continue
			}
			switch base := last.Args[0]; excess(f, last.Args[1], e.Args[1]) {
			case 1:
				list = append(list, relation{last, []*ir.Node{base, e}, []*ir.Node{last}})
			case -1:
				list = append(list, relation{last, []*ir.Node{base, last}, []*ir.Node{e}})
			}
		}
	}
	return list
}

// excess is by how much x is above y, or 0 if that is not known to be the same everywhere.
func excess(f *ir.Func, x, y *ir.Node) float64 {
	d := f.Derived()
	d.Results, d.Recurs = []ir.Result{{Value: f.Graph.Sub(x, y)}}, nil
	if v := Simplify(d).Results[0].Value; v.Kind == ir.Const {
		return v.Value
	}
	return 0
}

// pieces are the primitives that are one function here and another one there, so that what agrees at points need not agree between them.
var pieces = []ir.Op{ir.OpMin, ir.OpMax, ir.OpSelect, ir.OpAbs, ir.OpSign, ir.OpRelu, ir.OpFloor, ir.OpCeil, ir.OpTrunc, ir.OpRound, ir.OpMod}

// hasPieces tells whether n is computed by such primitives.
func hasPieces(n *ir.Node) bool {
	return slices.ContainsFunc(ir.Reachable(n), func(m *ir.Node) bool {
		return m.Kind == ir.Reduce && m.Red != ir.Sum && m.Red != ir.Prod || m.Kind == ir.Apply && slices.Contains(pieces, m.Prim.Op)
	})
}

// turned is the relation from the product of fewer factors to the other, if that is possible.
func (r relation) turned() relation {
	made := ir.Reachable(r.from...)
	if len(r.to) == 0 || len(r.to) >= len(r.from) || slices.ContainsFunc(r.to, func(n *ir.Node) bool { return slices.Contains(made, n) }) {
		return r
	}
	return relation{r.last, r.to, r.from}
}

// summation looks for exponents whose sum has the values left.
type summation struct {
	known       []exponent
	left, scale []float64
	summands    []signed
}

// exponentOf is the argument of an exponential, or a logarithm itself.
func exponentOf(n *ir.Node) *ir.Node {
	if n.Is(ir.OpExp) {
		return n.Args[0]
	}
	return n
}

// otherPoints is the number of points of all sizes.
const otherPoints = 64

// ofAllSizes is points with arguments from about 1e−3 to 1e4, where f need not be finite.
func ofAllSizes(f *ir.Func, like ir.Env) []ir.Env {
	r := rand.New(rand.NewPCG(11, 12))
	list := make([]ir.Env, otherPoints)
	for k := range list {
		list[k] = cloned(like)
		for _, in := range f.Inputs {
			if data := list[k].Inputs[in.Name].Data; in.Type == ir.Real {
				for i := range data {
					data[i] = math.Copysign(math.Exp(16*r.Float64()-7), r.Float64()-0.5)
				}
			}
		}
	}
	return list
}

// holds tells whether the exponent of e is the sum that was found also at the points, as far as all is finite there.
func (s *summation) holds(t *trace, e *ir.Node, points []ir.Env) bool {
	for _, env := range points {
		t.run(env)
		left := t.of(exponentOf(e))
		scale := math.Abs(left)
		for _, x := range s.summands {
			v := t.of(exponentOf(x.node))
			if scale = max(scale, math.Abs(v)); x.negative {
				v = -v
			}
			left -= v
		}
		if left-left == 0 && math.Abs(left) > agreement*scale {
			return false
		}
	}
	return true
}

// signed is an exponential or a logarithm whose exponent is added or subtracted.
type signed struct {
	node     *ir.Node
	negative bool
}

// find adds up so many exponents from the given one on, each as often as needed.
func (s *summation) find(from, count int) bool {
	if count == 0 {
		for i, v := range s.left {
			if !(math.Abs(v) <= agreement*s.scale[i]) {
				return false
			}
		}
		return true
	}
	for i := from; i < len(s.known); i++ {
		e := s.known[i]
		for _, sign := range []float64{1, -1} {
			left, scale := slices.Clone(s.left), slices.Clone(s.scale)
			for k, v := range e.values {
				s.left[k] -= sign * v
				s.scale[k] = max(scale[k], math.Abs(v))
			}
			s.summands = append(s.summands, signed{e.node, sign < 0})
			if s.find(i, count-1) {
				return true
			}
			s.left, s.scale, s.summands = left, scale, s.summands[:len(s.summands)-1]
		}
	}
	return false
}

// relate is the relation that follows from the exponent of e being the sum of others, which are older, if there is one.
func relate(e *ir.Node, summands []signed) []relation {
	r := relation{last: e, from: []*ir.Node{e}}
	for _, s := range summands {
		above, below := []*ir.Node{s.node}, []*ir.Node(nil)
		if s.node.Is(ir.OpLog) {
			above = s.node.Args
			if above[0].Is(ir.OpDiv) {
				above, below = above[0].Args[:1], above[0].Args[1:]
			}
		}
		if s.negative {
			above, below = below, above
		}
		r.to, r.from = append(r.to, above...), append(r.from, below...)
	}
	for i := 0; i < len(r.from); { // what is on both sides has a logarithm or is an exponential, and is not 0
		if at := slices.Index(r.to, r.from[i]); at >= 0 {
			r.from, r.to = slices.Delete(r.from, i, i+1), slices.Delete(r.to, at, at+1)
		} else {
			i++
		}
	}
	if slices.ContainsFunc(slices.Concat(r.from, r.to), isCoefficient) {
		return nil
	}
	return []relation{r}
}
