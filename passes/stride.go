package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// follow ranks what newLoopOrder cannot see from the shapes of arrays: an index over a part of a dimension ranks like the whole
// dimension, and of two indices that run along the same dimension that one is the inner one which steps through
// arrays with the smaller stride.
func (o *loopOrder) follow(f *ir.Func) {
	nodes := ir.Reachable(f.Roots()...)
	for _, plain := range []bool{true, false} {
		for _, n := range nodes {
			if n.Kind != ir.Access {
				continue
			}
			for d, s := range n.Subscripts() {
				o.rankParts(s, n.Input.Dims[d], plain)
			}
		}
	}
	indices := allIndices(f, nodes)
	slices.SortFunc(indices, func(a, b *ir.Node) int {
		if o.less(a, b) {
			return -1
		}
		return 1
	})
	inside := map[*ir.Node][]*ir.Node{} // to each index those that must stand outside of it
	for _, n := range nodes {
		if n.Kind == ir.Access {
			o.strides(f.Graph, n, inside)
		}
	}
	o.place = placed(indices, inside)
}

// rankParts ranks the indices in the subscript of a dimension; with plain only where the subscript is an index itself.
func (o *loopOrder) rankParts(subscript, dim *ir.Node, plain bool) {
	if plain && subscript.Kind != ir.Index {
		return
	}
	for _, i := range subscript.Free() {
		if _, known := o.rank[i.Extent]; !known {
			o.rank[i.Extent] = o.rank[dim]
		}
	}
}

// allIndices lists the indices that occur in the nodes or in results.
func allIndices(f *ir.Func, nodes []*ir.Node) []*ir.Node {
	var list []*ir.Node
	seen := map[*ir.Node]bool{}
	add := func(more ...*ir.Node) {
		for _, i := range more {
			if !seen[i] && i.Kind == ir.Index {
				seen[i] = true
				list = append(list, i)
			}
		}
	}
	for _, r := range f.Results {
		add(r.Index...)
	}
	for _, n := range nodes {
		add(n)
		add(n.Bound...)
	}
	return list
}

// strides notes which indices of an access must stand outside of which others of the same rank: those of an earlier dimension, and in
// one dimension those with other coefficients than 1. What was noted before is not contradicted.
func (o *loopOrder) strides(g *ir.Graph, n *ir.Node, inside map[*ir.Node][]*ir.Node) {
	for d, s := range n.Subscripts() {
		for _, b := range s.Free() {
			for e, t := range n.Args[:d+1] {
				for _, a := range t.Free() {
					if a == b || o.rank[a.Extent] != o.rank[b.Extent] || s.Depends(a) && e < d || t.Depends(b) && e < d {
						continue
					}
					if (e < d || !unitStride(g, s, a) && unitStride(g, s, b)) && !stands(inside, a, b) {
						inside[b] = append(inside[b], a)
					}
				}
			}
		}
	}
}

// unitStride tells whether the subscript moves by one where the index does.
func unitStride(g *ir.Graph, subscript, index *ir.Node) bool {
	coef, _, ok := g.Linear(subscript, index)
	return ok && (coef == 1 || coef == -1)
}

// stands tells whether a is known to stand inside of b.
func stands(inside map[*ir.Node][]*ir.Node, a, b *ir.Node) bool {
	seen := map[*ir.Node]bool{}
	stack := []*ir.Node{a}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == b {
			return true
		}
		if !seen[n] {
			seen[n] = true
			stack = append(stack, inside[n]...)
		}
	}
	return false
}

// placed gives each index its place in the order: the first one in the list of which all that stand outside have theirs.
func placed(indices []*ir.Node, inside map[*ir.Node][]*ir.Node) map[*ir.Node]int {
	place := map[*ir.Node]int{}
	for len(indices) > 0 {
		k := slices.IndexFunc(indices, func(i *ir.Node) bool {
			return !slices.ContainsFunc(inside[i], func(a *ir.Node) bool { _, done := place[a]; return !done })
		})
		place[indices[k]] = len(place)
		indices = slices.Delete(indices, k, k+1)
	}
	return place
}
