package passes

import (
	"math/bits"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// partial is the contraction of a set of factors.
type partial struct {
	free  []*ir.Node // the indices that it depends on
	sums  []*ir.Node // those that it is summed over at last, innermost first
	cost  float64
	first int // the set of the factors of the first operand of the last product, 0 of a single factor
}

// partial finds the cheapest way to contract the set, a bit for each factor, from those of its subsets. Of those that cost the same the one
// that is nearest to what is written is taken: it goes on with a single factor, as late as may be.
func (t *contraction) partial(set int) (p partial) {
	if set&(set-1) == 0 {
		return t.summed(set, partial{free: t.factors[bits.TrailingZeros(uint(set))].free()})
	}
	lowest := set & -set
	for second := (set - 1) & set; second > 0; second = (second - 1) & set {
		if second&lowest != 0 {
			continue
		}
		a, b := t.parts[set&^second], t.parts[second]
		free := merged(a.free, b.free)
		q := t.summed(set, partial{free: free, cost: a.cost + b.cost + valuesAbout(free), first: set &^ second})
		if p.first == 0 || q.cost <= p.cost {
			p = q
		}
	}
	return p
}

// summed is p summed over what no factor outside of the set depends on.
func (t *contraction) summed(set int, p partial) partial {
	for _, i := range slices.Backward(t.over) {
		if slices.Contains(p.free, i) && !t.outside(i, set) {
			p.sums = append(p.sums, i)
			p.cost += valuesAbout(p.free)
			p.free = slices.DeleteFunc(slices.Clone(p.free), func(j *ir.Node) bool { return j == i })
		}
	}
	return p
}

// merged is the indices of both lists.
func merged(a, b []*ir.Node) []*ir.Node {
	list := slices.Clone(a)
	for _, i := range b {
		if !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

// outside tells whether a factor outside of the set depends on the index.
func (t *contraction) outside(i *ir.Node, set int) bool {
	for k, x := range t.factors {
		if set&(1<<k) == 0 && slices.Contains(x.free(), i) {
			return true
		}
	}
	return false
}

// build is the contraction in its cheapest order.
func (t *contraction) build() *ir.Node {
	b := &building{contraction: t, index: map[*ir.Node]*ir.Node{}}
	for _, i := range t.over {
		b.index[i] = t.g.NewIndex(i.Extent)
	}
	v := b.of(len(t.parts) - 1)
	for _, i := range t.over {
		if !t.outside(i, 0) { // of none: the sum is so many times the term
			v = t.f.Total(b.index[i], v)
		}
	}
	if t.negative {
		return t.g.Neg(v)
	}
	return v
}

// building makes nodes of a contraction.
type building struct {
	*contraction
	index map[*ir.Node]*ir.Node // in the graph
}

// of is the contraction of the set.
func (b *building) of(set int) *ir.Node {
	p := b.parts[set]
	var v *ir.Node
	if p.first == 0 {
		v = b.factor(b.factors[bits.TrailingZeros(uint(set))])
	} else {
		v = b.g.Mul(b.of(p.first), b.of(set&^p.first))
	}
	for _, i := range p.sums {
		v = b.f.Total(b.index[i], v)
	}
	return v
}

// factor is the factor as a node.
func (b *building) factor(x bound) *ir.Node {
	v := b.done[x.node]
	for k, i := range slices.Backward(x.from) {
		if lastIndex(x.from, i) == k {
			v = b.g.Rename(v, i, b.index[x.to[k]])
		}
	}
	return v
}
