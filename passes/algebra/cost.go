package algebra

import (
	"slices"
)

// Dom is the set of indices that a value depends on.
type Dom int32

// domains are the sets of indices, each with the number of values over it.
type domains struct {
	sets    [][]int
	weights []float64
	unions  map[[2]Dom]Dom
}

func (d *domains) init() {
	d.sets, d.weights, d.unions = [][]int{nil}, []float64{1}, map[[2]Dom]Dom{}
}

// Domain is the set of indices, which are sorted numbers, with the number of values over it.
func (d *domains) Domain(set []int, weight float64) Dom {
	for i, s := range d.sets {
		if slices.Equal(s, set) {
			return Dom(i)
		}
	}
	d.sets = append(d.sets, set)
	d.weights = append(d.weights, weight)
	return Dom(len(d.sets) - 1)
}

// union is the union of a and b.
func (d *domains) union(a, b Dom) Dom {
	if a == b || b == 0 {
		return a
	}
	if a == 0 {
		return b
	}
	if a > b {
		a, b = b, a
	}
	if u, ok := d.unions[[2]Dom{a, b}]; ok {
		return u
	}
	set := slices.Clone(d.sets[a])
	both := 1.0 // the weight of the intersection, as far as the two nest
	for _, i := range d.sets[b] {
		if !slices.Contains(set, i) {
			set = append(set, i)
		}
	}
	slices.Sort(set)
	if len(set) < len(d.sets[a])+len(d.sets[b]) {
		both = d.intersection(a, b)
	}
	u := d.Domain(set, d.weights[a]*d.weights[b]/both)
	d.unions[[2]Dom{a, b}] = u
	return u
}

// intersection is the number of values over the common indices, which single indices have told.
func (d *domains) intersection(a, b Dom) float64 {
	w := 1.0
	for _, i := range d.sets[a] {
		if slices.Contains(d.sets[b], i) {
			w *= d.weights[d.Domain([]int{i}, 1)]
		}
	}
	return w
}

func (n *Net) domOf(terms []Term) Dom {
	if len(n.sets) == 1 {
		return 0
	}
	var d Dom
	for _, t := range terms {
		d = n.union(d, n.domOfLits(t.Lits))
	}
	return d
}

func (n *Net) domOfLits(lits []Lit) Dom {
	if len(n.sets) == 1 {
		return 0
	}
	var d Dom
	for _, l := range lits {
		d = n.union(d, n.defs[l.Index()].dom)
	}
	return d
}

// termCost is what c·∏lits costs: factors over few indices are multiplied first.
func (n *Net) termCost(c Coef, lits []Lit) float64 {
	if len(lits) == 0 {
		return 0
	}
	first, mixed := n.defs[lits[0].Index()].dom, len(n.sets) > 1
	var num, den float64
	if !c.unit() {
		num = 1
	}
	for _, l := range lits {
		if mixed && n.defs[l.Index()].dom != first {
			return n.mixedCost(c, lits)
		}
		if l.Divides() {
			den++
		} else {
			num++
		}
	}
	return n.weights[first] * n.productCost(num, den)
}

// productCost is the cost of num factors over den factors.
func (n *Net) productCost(num, den float64) float64 {
	cost := max(num-1, 0) * n.model.Mul
	if den > 0 {
		cost += (den-1)*n.model.Mul + n.model.Div
	}
	return cost
}

// mixedCost is termCost for factors over different indices.
func (n *Net) mixedCost(c Coef, lits []Lit) float64 {
	order := slices.Clone(lits)
	slices.SortStableFunc(order, func(a, b Lit) int {
		return compare(n.weights[n.defs[a.Index()].dom], n.weights[n.defs[b.Index()].dom])
	})
	cost := 0.0
	var d Dom
	some := !c.unit()
	for i := 0; i < len(order); {
		group := n.defs[order[i].Index()].dom
		var num, den float64
		if some {
			num = 1
		}
		for ; i < len(order) && n.defs[order[i].Index()].dom == group; i++ {
			if order[i].Divides() {
				den++
			} else {
				num++
			}
		}
		d = n.union(d, group)
		cost += n.weights[d] * n.productCost(num, den)
		some = true
	}
	return cost
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// sumCost is what the sum costs: terms over few indices are added first.
func (n *Net) sumCost(terms []Term) float64 {
	if len(terms) == 0 {
		return 0
	}
	cost := 0.0
	same := true
	var first Dom
	for i, t := range terms {
		cost += n.termCost(t.Coef, t.Lits)
		d := n.domOfLits(t.Lits)
		if i == 0 {
			first = d
		}
		same = same && (d == first)
	}
	if same {
		cost += n.weights[first] * n.model.Add * float64(len(terms)-1)
	} else {
		list := make([]Dom, len(terms))
		for i, t := range terms {
			list[i] = n.domOfLits(t.Lits)
		}
		slices.SortStableFunc(list, func(a, b Dom) int { return compare(n.weights[a], n.weights[b]) })
		first = list[0]
		for _, d := range list[1:] {
			first = n.union(first, d)
			cost += n.weights[first] * n.model.Add
		}
	}
	if allNegative(terms) {
		cost += n.weights[first] * n.model.Neg
	}
	return cost
}

// allNegative tells whether the sum has to be negated: no term is positive, and there is no constant to take the sign.
func allNegative(terms []Term) bool {
	for _, t := range terms {
		if t.Coef.p != -1 || t.Coef.q != 1 || allDivide(t.Lits) {
			return false
		}
	}
	return len(terms) > 0
}

// allDivide tells whether no factor stands above the line.
func allDivide(lits []Lit) bool {
	for _, l := range lits {
		if !l.Divides() {
			return false
		}
	}
	return true
}
