package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// A sum over several indices of a product, Σₐₗ Σ_q Pᵢₐ_q Vₐ_qₗ Wₐₗⱼ, is a contraction of tensors: what it costs depends on the order in which two
// factors at a time are multiplied and summed up over what no other factor has. Algebra finds the order of a value afterwards, term by term; that of its
// derivatives, which use what is between, it cannot find any more. So the order is chosen before a function is differentiated, and the
// sweep hands it on: the adjoints of a contraction of two factors are contractions of two factors, of the same cost.

// maxContracted bounds the factors of a contraction. All 3ⁿ ways to divide them are tried.
const maxContracted = 8

// worthContracting is the part of the operations that a contraction must come down to: by an index of usual extent. What is less algebra finds.
const worthContracting = 0.75

// Values is f, and f with sums of products in the cheapest order, if that is another. What has no open sizes is written out, and searched as a whole.
func Values(f *ir.Func) []*ir.Func {
	if len(f.Sizes) > 0 {
		if c, ok := contracted(f); ok {
			return []*ir.Func{f, c}
		}
	}
	return []*ir.Func{f}
}

// contracted is f with sums of products in the cheapest order. It reports false where the order as written costs little more.
func contracted(f *ir.Func) (*ir.Func, bool) {
	roots := f.Roots()
	order := ir.Reachable(roots...)
	c := &contractor{f: f, g: f.Graph, uses: map[*ir.Node]int{}, done: map[*ir.Node]*ir.Node{}}
	for _, r := range roots {
		c.uses[r] += 2
	}
	for _, n := range order {
		for _, a := range n.Args {
			c.uses[a]++
		}
	}
	for _, n := range order {
		v := c.rewrite(n)
		c.done[n] = v
		if name := c.g.NameOf(n); name != "" {
			c.g.SetName(v, name)
		}
	}
	return f.WithRoots(each(roots, func(n *ir.Node) *ir.Node { return c.done[n] })), c.changed
}

type contractor struct {
	f       *ir.Func
	g       *ir.Graph
	uses    map[*ir.Node]int
	done    map[*ir.Node]*ir.Node
	changed bool
}

// rewrite is n of the rewritten operands, or a contraction in a better order. Sums that are factors, such as the values of a product of matrices, stay what
// they are unless it is cheaper to take them apart, and where they have a name, which says that they are values of their own.
func (c *contractor) rewrite(n *ir.Node) *ir.Node {
	if n.Kind == ir.Reduce && n.Red == ir.Sum {
		whole, apart := c.contraction(n, false), c.contraction(n, true)
		inside := apart.written - whole.written
		if apart.cost() < whole.cost()+inside {
			whole, inside = apart, 0
		}
		if whole.cost()+inside <= worthContracting*apart.written {
			c.changed = true
			return whole.build()
		}
	}
	return c.g.With(n, each(n.Args, func(a *ir.Node) *ir.Node { return c.done[a] }))
}

// bound is an operand of a contraction, with what indices are called there: those that are summed over have names of their own. Those are no nodes of the
// graph, so that a contraction that is not made leaves nothing behind.
type bound struct {
	node     *ir.Node
	from, to []*ir.Node
}

// of is another operand in the same names.
func (b bound) of(n *ir.Node) bound { return bound{n, b.from, b.to} }

// under is the term of a sum over the index, which is called as given.
func (b bound) under(index, name *ir.Node) bound {
	return bound{b.node.Args[0], append(slices.Clone(b.from), index), append(slices.Clone(b.to), name)}
}

// free is the indices that it depends on.
func (b bound) free() []*ir.Node {
	return each(b.node.Free(), func(i *ir.Node) *ir.Node {
		if k := lastIndex(b.from, i); k >= 0 {
			return b.to[k]
		}
		return i
	})
}

// lastIndex is the last place of the index in the list, or −1: where sums over one index stand in each other, the inner one counts.
func lastIndex(list []*ir.Node, i *ir.Node) int {
	for k, j := range slices.Backward(list) {
		if i == j {
			return k
		}
	}
	return -1
}

// contraction is ± the sum over indices of the product of factors.
type contraction struct {
	*contractor
	apart    bool       // factors that are sums are taken apart
	over     []*ir.Node // outermost first
	factors  []bound
	negative bool
	written  float64   // what it costs as it is written
	parts    []partial // of all sets of factors, unless they are too many
}

// contraction takes the sum n apart.
func (c *contractor) contraction(n *ir.Node, apart bool) *contraction {
	t := &contraction{contractor: c, apart: apart}
	t.open(bound{node: n}, true)
	if len(t.factors) <= maxContracted {
		t.parts = make([]partial, 1<<len(t.factors))
		for set := range t.parts[1:] {
			t.parts[set+1] = t.partial(set + 1)
		}
	}
	return t
}

// open takes a sum, the term of a sum, or a factor, apart, as far as nothing else uses its parts.
func (t *contraction) open(b bound, sum bool) {
	n := b.node
	switch alone := t.uses[n] == 1 || len(t.over) == 0; {
	case alone && n.Kind == ir.Reduce && n.Red == ir.Sum && (sum || t.apart && t.g.NameOf(n) == ""):
		t.written += valuesAbout(n.Args[0].Free())
		i := &ir.Node{Kind: ir.Index, Type: ir.Int, Extent: n.Bound[0].Extent}
		t.over = append(t.over, i)
		t.open(b.under(n.Bound[0], i), true)
	case alone && n.Is(ir.OpMul):
		t.written += valuesAbout(n.Free())
		t.open(b.of(n.Args[0]), false)
		t.open(b.of(n.Args[1]), false)
	case alone && n.Is(ir.OpNeg):
		t.negative = !t.negative
		t.open(b.of(n.Args[0]), sum)
	default:
		t.factors = append(t.factors, b)
	}
}

// cost is that of the cheapest order.
func (t *contraction) cost() float64 {
	if t.parts == nil {
		return t.written
	}
	return t.parts[len(t.parts)-1].cost
}

// valuesAbout is the number of values over the indices, where sizes are of usual extent.
func valuesAbout(index []*ir.Node) float64 {
	v := 1.0
	for _, i := range index {
		v *= extentOf(i)
	}
	return v
}
