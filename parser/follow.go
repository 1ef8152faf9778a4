package parser

import "slices"

// This file finds which dimensions of the arrays of a recurrence go along with each other.

// maxWays bounds the ways to choose a dimension for each member that are tried.
const maxWays = 64

// follow lists the ways to choose a dimension of each member that goes along with dimension d of the first: where one is read, a subscript leads from
// the one to the other. Most often there is one; D[i] and L[i,k] with k < i leave open whether the rows of L go along with D or its columns.
func (g *group) follow(reads []read, d int, s steps) (ways [][]int) {
	start := slices.Repeat([]int{-1}, len(g.members))
	start[0] = d
	for stack := [][]int{start}; len(stack) > 0 && len(ways) < maxWays; {
		dims := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		open, choice := g.lead(reads, dims, s)
		if !slices.Contains(dims, -1) {
			ways = append(ways, dims)
			continue
		}
		for _, e := range slices.Backward(choice) {
			way := slices.Clone(dims)
			way[open] = e
			stack = append(stack, way)
		}
	}
	return ways
}

// lead notes the dimensions that follow from those of other members, and gives the choice of a member for which reads leave several, if no more follow.
func (g *group) lead(reads []read, dims []int, s steps) (open int, choice []int) {
	for more := true; more; {
		more, choice = false, nil
		for _, r := range reads {
			var to int
			var list []int
			switch in, of := dims[r.in], dims[r.of]; {
			case in >= 0 && of < 0:
				to, list = r.of, dimsWhere(len(r.node.Args), s.dims[r.of], func(e int) bool { return g.along(r, e, in) })
			case of >= 0 && in < 0:
				to, list = r.in, dimsWhere(len(g.members[r.in].index), s.dims[r.in], func(e int) bool { return g.along(r, of, e) })
			}
			if len(list) == 1 {
				dims[to], more = list[0], true
			} else if len(list) > 1 && choice == nil {
				open, choice = to, list
			}
		}
	}
	return open, choice
}

// dimsWhere lists those of n dimensions, but for those that are taken, for which the condition holds.
func dimsWhere(n int, taken []int, holds func(int) bool) (list []int) {
	for e := range n {
		if !slices.Contains(taken, e) && holds(e) {
			list = append(list, e)
		}
	}
	return list
}
