package ir

import "slices"

// Components lists the strongly connected components of a graph of n vertices, each behind those that it needs (Tarjan, Depth-First Search and
// Linear Graph Algorithms, 1972). Vertices are visited from 0 on, and stand in that order within a component.
func Components(n int, needs func(vertex int) []int) [][]int {
	type frame struct {
		vertex int
		next   []int
	}
	var (
		list   [][]int
		index  = make([]int, n) // order of the visits, from 1
		low    = make([]int, n)
		on     = make([]bool, n)
		stack  []int
		frames []frame
		visits int
	)
	enter := func(v int) {
		visits++
		index[v], low[v], on[v] = visits, visits, true
		stack = append(stack, v)
		frames = append(frames, frame{v, needs(v)})
	}
	for root := range n {
		if index[root] == 0 {
			enter(root)
		}
		for len(frames) > 0 {
			top := &frames[len(frames)-1]
			if len(top.next) > 0 {
				v := top.next[0]
				top.next = top.next[1:]
				if index[v] == 0 {
					enter(v)
				} else if on[v] {
					low[top.vertex] = min(low[top.vertex], index[v])
				}
				continue
			}
			v := top.vertex
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				above := frames[len(frames)-1].vertex
				low[above] = min(low[above], low[v])
			}
			if low[v] == index[v] {
				at := slices.Index(stack, v)
				c := slices.Clone(stack[at:])
				stack = stack[:at]
				for _, w := range c {
					on[w] = false
				}
				slices.Sort(c)
				list = append(list, c)
			}
		}
	}
	return list
}
