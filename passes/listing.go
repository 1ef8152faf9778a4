package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// maxListed bounds the elements of an array that is written out in the source, one by one.
const maxListed = 1000

// listing is an array of more elements than are unrolled that is written out in the source, as a list or an equation for each place: x₀ where k = 0, else x₁
// where k = 1, and so on. A loop over k would ask one condition after the other to find each element, under as many as its place.
type listing struct {
	index    *ir.Node
	elements []*ir.Node
}

// listings is the arrays that are written out in a function, by the choice of their first element, and over which of their indices a node runs along one of them.
type listings struct {
	of   map[*ir.Node]*listing
	runs map[*ir.Node][]*ir.Node
}

// listingsOf finds the arrays that are written out in what the roots are made of; nil if there are none. It is linear in the nodes.
func listingsOf(roots []*ir.Node) *listings {
	l := &listings{map[*ir.Node]*listing{}, map[*ir.Node][]*ir.Node{}}
	for _, n := range ir.Reachable(roots...) {
		if index, at, ok := chosen(n); ok && at == 0 {
			if x := listed(n, index); x != nil {
				l.of[n] = x
				l.note(n, index)
				continue
			}
		}
		for _, a := range n.Args {
			for _, index := range l.runs[a] {
				l.note(n, index)
			}
		}
	}
	if len(l.of) == 0 {
		return nil
	}
	return l
}

// note notes that n runs along a listing over the index, if it depends on that.
func (l *listings) note(n, index *ir.Node) {
	if n.Depends(index) && !slices.Contains(l.runs[n], index) {
		l.runs[n] = append(l.runs[n], index)
	}
}

// along tells whether n runs along a listing over the index.
func (l *listings) along(n, index *ir.Node) bool { return slices.Contains(l.runs[n], index) }

// at is the element of the listing n that s chooses, nil if n is none or s does not say.
func (l *listings) at(n *ir.Node, s setting) *ir.Node {
	x := l.of[n]
	if x == nil {
		return nil
	}
	if v, ok := s.of(x.index); ok && v < len(x.elements) {
		return x.elements[v]
	}
	return nil
}

// spelled is f with what runs along arrays that are written out, and are longer than what Unroll takes, written out as well; f itself if that is none, or too much. No loop over such an array is worth
// having: it would ask for each element which it is.
func spelled(f *ir.Func) *ir.Func {
	l := listingsOf(f.Roots())
	if l == nil {
		return f
	}
	u := newUnroller(f.Graph)
	u.listings = l
	u.count = -nodes(f)
	d := f.Derived()
	for i, r := range f.Results {
		if d.Results[i].Value = u.elements(r, r.Index, nil); u.failed {
			return f
		}
	}
	return d
}

// chosen tells whether n is a choice of what stands at one place of an index that may be of a listing.
func chosen(n *ir.Node) (index *ir.Node, at int, ok bool) {
	if !n.Is(ir.OpSelect) || !n.Args[0].Is(ir.OpEq) {
		return nil, 0, false
	}
	k, v := n.Args[0].Args[0], n.Args[0].Args[1]
	if k.Kind != ir.Index {
		k, v = v, k
	}
	if k.Kind != ir.Index || v.Kind != ir.Const || k.Extent.Kind != ir.Const || k.Extent.Value <= maxUnrolled || k.Extent.Value > maxListed {
		return nil, 0, false
	}
	return k, int(v.Value), true
}

// listed is the listing over the index that begins with n, nil if elements are missing, out of order, or depend on the index.
func listed(n, index *ir.Node) *listing {
	l := &listing{index: index}
	extent := int(index.Extent.Value)
	for len(l.elements) < extent {
		k, at, ok := chosen(n)
		if !ok || k != index || at != len(l.elements) || n.Args[1].Depends(index) {
			break
		}
		l.elements, n = append(l.elements, n.Args[1]), n.Args[2]
	}
	if len(l.elements) == extent-1 && !n.Depends(index) {
		l.elements = append(l.elements, n)
	}
	if len(l.elements) < extent {
		return nil
	}
	return l
}
