package ir

// Without is what the conditions say of others than the index: where there is a value of it for which they hold, these do. j < i says 1 ≤ i of some j, and with k < j of
// some k it says 2 ≤ i. Each lower end of the index is held against each upper one, as Fourier and Motzkin do.
func (f *Func) Without(index *Node, conds []*Node) []*Node {
	g := f.Graph
	least, most := []end{{1, g.Int(0)}}, []end{{1, g.IntSub(index.Extent, g.Int(1))}}
	for _, c := range conds {
		if !Static(c) || !c.Depends(index) {
			continue
		}
		for _, e := range g.Facts(c, true) {
			k, rest, ok := g.Linear(e, index)
			switch {
			case !ok || ReadsData(rest):
			case k > 0:
				least = append(least, end{k, rest})
			case k < 0:
				most = append(most, end{-k, rest})
			}
		}
	}
	var list []*Node
	for i, lo := range least {
		for j, hi := range most {
			gap := g.IntAdd(g.IntMul(g.Int(hi.times), lo.rest), g.IntMul(g.Int(lo.times), hi.rest))
			if i+j > 0 && !gap.Closed() && !f.NonNegative(gap) { // what says something of sizes alone is left out
				list = append(list, g.apart(OpLe, g.Int(0), gap))
			}
		}
	}
	return list
}

// end is an end of the range of an index: so many times the index is at least −rest, or at most rest.
type end struct {
	times int
	rest  *Node
}
