package passes

import "github.com/adgen-go/adgen/ir"

// The sizes at which programs with loops are written out to be judged: all are the first of these that f allows, and at which no more nodes come of it.
var judgedSizes = []int{3, 2, 1}

const maxInstance = 600

// instance is the straight-line program of up to so many nodes that f is at the sizes; it reports false if f has recurrences, or looks for the places of extreme elements.
func instance(f *ir.Func, sizes map[string]int, most int) (*ir.Func, bool) {
	if len(f.Needed()) > 0 {
		return nil, false
	}
	u := newUnroller(f.Graph)
	u.sizes, u.most = sizes, most
	d := u.all(f)
	return d, !u.failed && !loops(d)
}

// sizesToJudge is sizes at which f can be written out, and what it is there.
func sizesToJudge(f *ir.Func) (sizes map[string]int, d *ir.Func, ok bool) {
	for _, k := range judgedSizes {
		sizes = map[string]int{}
		for _, name := range f.Sizes {
			sizes[name] = k
		}
		if !admits(f, ir.Env{Sizes: sizes}) {
			continue
		}
		if d, ok = instance(f, sizes, maxInstance); ok {
			return sizes, d, true
		}
	}
	return nil, nil, false
}

// choose is the element that an At node looks up where only data tell which, by the subscript of number i, those before which are known: one of all that it may be.
func (u *unroller) choose(n *ir.Node, i int, at *ir.Node, inner, outer setting) *ir.Node {
	b := n.Bound[i]
	extent, _ := u.small(b)
	var v *ir.Node
	for k := range extent {
		element := u.lookFrom(n, i+1, inner.with(b, k), outer)
		if v == nil {
			v = element
			continue
		}
		v = u.g.Select(u.g.Apply(ir.OpEq, at, u.g.Int(k)), element, v)
	}
	if v == nil {
		return u.g.Const(0)
	}
	return v
}
