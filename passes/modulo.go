package passes

import (
	"encoding/binary"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// modulo puts nodes into classes: those of one class are the same but for the names of their free indices, as Kᵢⱼ and Kⱼᵢ are. The graph makes nodes
// equal only up to the names of bound ones.
type modulo struct {
	class map[*ir.Node]int
	known map[string]int
	names map[*ir.Node][]*ir.Node // the free indices of a node, in an order that is the same for all of its class
	list  [][]*ir.Node            // the nodes of each class
}

// newModulo is the classes of the nodes, operands before users, in an order in which those of operands come first.
func newModulo(order []*ir.Node) *modulo {
	m := &modulo{class: map[*ir.Node]int{}, known: map[string]int{}, names: map[*ir.Node][]*ir.Node{}}
	inputs := map[*ir.Input]int{}
	for _, n := range order {
		s := spelling{modulo: m}
		s.node(n, inputs)
		c, ok := m.known[string(s.key)]
		if !ok {
			c = len(m.list)
			m.known[string(s.key)] = c
			m.list = append(m.list, nil)
		}
		m.class[n] = c
		m.list[c] = append(m.list[c], n)
		for _, i := range s.index {
			if !i.bound {
				m.names[n] = append(m.names[n], i.Node)
			}
		}
	}
	return m
}

// spelling is all that tells a node from those that it differs from in more than names.
type spelling struct {
	*modulo
	key   []byte
	index []name
}

// name is a free index of an operand, and whether the node binds it.
type name struct {
	*ir.Node
	bound bool
}

func (s *spelling) put(values ...int) {
	for _, v := range values {
		s.key = binary.AppendVarint(s.key, int64(v))
	}
}

// node spells n.
func (s *spelling) node(n *ir.Node, inputs map[*ir.Input]int) {
	if n.Closed() { // is itself
		s.put(-1, n.ID)
		return
	}
	s.put(int(n.Kind), int(n.Type), int(n.Red), int(n.Value), len(n.Args))
	switch n.Kind {
	case ir.Index:
		s.mention(name{n, false})
	case ir.Access:
		if _, ok := inputs[n.Input]; !ok {
			inputs[n.Input] = len(inputs)
		}
		s.put(inputs[n.Input])
	case ir.Apply:
		s.put(int(n.Prim.Op))
	}
	for _, k := range s.operands(n) {
		if n.Kind == ir.Affine {
			s.put(n.Coef[k])
		}
		s.put(s.class[n.Args[k]])
		for _, i := range s.names[n.Args[k]] {
			s.mention(name{i, k == 0 && slices.Contains(n.Bound, i)})
		}
	}
	for _, b := range n.Bound {
		s.mention(name{b, true})
	}
}

// mention spells an index by the place at which it is first mentioned, and there by its extent.
func (s *spelling) mention(i name) {
	k := slices.Index(s.index, i)
	if k < 0 {
		k = len(s.index)
		s.index = append(s.index, i)
		s.put(i.Extent.ID)
	}
	s.put(k)
}

// operands is the order in which the operands of n are spelled: where theirs does not matter, that of their classes.
func (s *spelling) operands(n *ir.Node) []int {
	list := make([]int, len(n.Args))
	for k := range list {
		list[k] = k
	}
	if n.Kind == ir.Affine || n.Kind == ir.Apply && n.Prim.Commutes {
		slices.SortStableFunc(list, func(a, b int) int {
			if n.Kind == ir.Affine && n.Coef[a] != n.Coef[b] {
				return n.Coef[a] - n.Coef[b]
			}
			return s.class[n.Args[a]] - s.class[n.Args[b]]
		})
	}
	return list
}
