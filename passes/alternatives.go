package passes

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Alternatives is what Optimize chooses from before it searches: the candidates in normal form, unrolled where they can be, and as they are where that is
// shorter, each with the name of its Way.
func Alternatives(candidates ...*ir.Func) []*ir.Func {
	return alternatives(unrolling{}, each(candidates, spelled))
}

func alternatives(unrolled unrolling, candidates []*ir.Func) []*ir.Func {
	var list []*ir.Func
	for i, f := range candidates {
		f = Simplify(f)
		u, ok := unrolled.of(f)
		if !ok {
			list = append(list, f)
			continue
		}
		u = u.Derived()
		u.Way += ", unrolled"
		straight := Simplify(u)
		if nodes(f) < nodes(straight) { // else it is only longer, by conditions on its indices
			list = append(list, f)
		}
		if i == 0 {
			list = append(list, u)
		}
		list = append(list, straight)
	}
	return list
}

// nodes is how many f has.
func nodes(f *ir.Func) int { return len(ir.Reachable(f.Roots()...)) }

// maxCompared is the number of nodes above which not all ways to derive a function are brought into normal form, and farOff by how much longer as it is
// derived a straight-line program is than the shortest for which that is not done either: it does not make up for so much.
const (
	maxCompared = 8000
	farOff      = 1.75
)

// promising is the candidates but those that are far off, or of large ones the one that is estimated to be the cheapest.
func promising(candidates []*ir.Func) []*ir.Func {
	if len(candidates) == 1 {
		return candidates
	}
	length := each(candidates, estimate)
	shortest := math.Inf(1)
	for i, f := range candidates {
		if !loops(f) {
			shortest = min(shortest, length[i])
		}
	}
	if nodes(candidates[0]) > maxCompared {
		return candidates[slices.Index(length, slices.Min(length)):][:1]
	}
	var list []*ir.Func
	for i, f := range candidates {
		if loops(f) || length[i] <= farOff*shortest {
			list = append(list, f)
		}
	}
	return list
}

// distinct is the list with those that are the same but for their names once.
func distinct(list []*ir.Func) []*ir.Func {
	var once []*ir.Func
	for _, f := range list {
		if !slices.ContainsFunc(once, f.SameRoots) {
			once = append(once, f)
		}
	}
	return once
}
