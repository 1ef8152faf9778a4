package passes

import (
	"cmp"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Alternatives is what Optimize chooses from before it searches: the candidates in normal form, as they are and unrolled, each with the name of
// its Way.
func Alternatives(candidates ...*ir.Func) []*ir.Func { return alternatives(unrolling{}, candidates) }

func alternatives(unrolled unrolling, candidates []*ir.Func) []*ir.Func {
	var list []*ir.Func
	for i, f := range candidates {
		f = Simplify(f)
		list = append(list, f)
		if u, ok := unrolled.of(f); ok {
			u = u.Derived()
			u.Way += ", unrolled"
			if i == 0 {
				list = append(list, u)
			}
			list = append(list, Simplify(u))
		}
	}
	return list
}

// maxCompared is the number of nodes above which not all ways to derive a function are brought into normal form.
const maxCompared = 8000

// promising is the candidates, or of large ones the one that is estimated to be the cheapest.
func promising(candidates []*ir.Func) []*ir.Func {
	if len(candidates) == 1 || len(ir.Reachable(candidates[0].Roots()...)) <= maxCompared {
		return candidates
	}
	return []*ir.Func{slices.MinFunc(candidates, func(f, g *ir.Func) int { return cmp.Compare(estimate(f), estimate(g)) })}
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
