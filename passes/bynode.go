package passes

import "github.com/adgen-go/adgen/ir"

// byNode has a value for each of some nodes that are known beforehand, in less time than a map.
type byNode[T any] struct {
	place  []int32 // 1 + the place in the list, by ID; 0 for other nodes
	values []T
}

// places numbers the nodes of a list.
func places(order []*ir.Node) []int32 {
	top := -1
	for _, n := range order {
		top = max(top, n.ID)
	}
	place := make([]int32, top+1)
	for i, n := range order {
		place[n.ID] = int32(i) + 1
	}
	return place
}

// newByNode has the zero value for each of count nodes.
func newByNode[T any](place []int32, count int) byNode[T] { return byNode[T]{place, make([]T, count)} }

// of is the value of n, zero if n is not in the list.
func (b byNode[T]) of(n *ir.Node) T {
	if n != nil && n.ID < len(b.place) && b.place[n.ID] > 0 {
		return b.values[b.place[n.ID]-1]
	}
	var zero T
	return zero
}

// at is the place of the value of n, which is in the list.
func (b byNode[T]) at(n *ir.Node) *T { return &b.values[b.place[n.ID]-1] }
