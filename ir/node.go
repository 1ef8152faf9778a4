package ir

import "strings"

// Type says what the value of a node is.
type Type uint8

// The three types of node. Real is what is differentiated, Int what arrays are
// indexed with, Bool what conditions are made of.
const (
	Real Type = iota
	Int
	Bool
)

func (t Type) String() string { return [...]string{"real", "int", "bool"}[t] }

// Kind is the sort of a node.
type Kind uint8

// The node kinds; see the package comment for their meaning.
const (
	Const  Kind = iota // Value, of any Type
	Size               // the size called Name
	Index              // an index variable over 0..Extent, told apart by Slot
	Affine             // Value + Σ Coef[i]·Args[i] over integer atoms
	Access             // Input[Args…], the element of an input; further Args are steps at which it is read
	Apply              // the primitive Prim of Args
	Reduce             // Red over Bound[0] of Args[0]
	At                 // Args[0] with Bound[i] replaced by Args[i+1]
	Pick               // Args[1+k] where Args[0], an index over a constant extent, stands at k; a result, or in one
)

// Reduction is the operation of a Reduce node.
type Reduction uint8

// The reductions. ArgMax and ArgMin are the smallest index at which the
// extreme value stands; they are Int nodes and have no derivative. An empty
// sum is 0, an empty product 1, an empty maximum -Inf, an empty minimum +Inf.
const (
	Sum Reduction = iota
	Prod
	Max
	Min
	ArgMax
	ArgMin
)

func (r Reduction) String() string {
	return [...]string{"sum", "prod", "max", "min", "argmax", "argmin"}[r]
}

// Input is an array (or, without Dims, a scalar) that is given where expressions are evaluated: by the caller, as
// data, a parameter, or the seed of a derivative, or by a recurrence of the function.
type Input struct {
	Name  string
	Type  Type    // Real or Int
	Dims  []*Node // the extents, closed Int nodes
	Param bool    // whether it is a parameter, not data

	Defined bool // the array is not provided, but computed by a recurrence of the function
}

// Shape is the input as it is declared, such as x[n,2].
func (in *Input) Shape() string {
	if len(in.Dims) == 0 {
		return in.Name
	}
	dims := make([]string, len(in.Dims))
	for i, d := range in.Dims {
		dims[i] = d.Text()
	}
	return in.Name + "[" + strings.Join(dims, ",") + "]"
}

// Node is one expression of the graph. Nodes are immutable and unique: two nodes
// of a graph that mean the same up to the names of their bound indices are the
// same pointer. Free indices are those that the value depends on; a node is the
// array of its values over them.
type Node struct {
	ID     int // dense; operands have smaller IDs
	Kind   Kind
	Type   Type
	Red    Reduction // Reduce
	Slot   int       // Index
	Value  float64   // Const; the constant of Affine
	Name   string    // Size
	Extent *Node     // Index
	Input  *Input    // Access
	Prim   *Prim     // Apply
	Coef   []int     // Affine
	Bound  []*Node   // Reduce, At
	Args   []*Node

	free []*Node // free indices in order of ID
	hash uint64
	next *Node // same bucket of the hash table
}

// Free is the node's free indices in order of ID. The slice is shared.
func (n *Node) Free() []*Node { return n.free }

// Depends tells whether index is free in n.
func (n *Node) Depends(index *Node) bool {
	for _, f := range n.free {
		if f == index {
			return true
		}
	}
	return false
}

// Closed tells whether n has no free index.
func (n *Node) Closed() bool { return len(n.free) == 0 }

// Is tells whether n applies the primitive op.
func (n *Node) Is(op Op) bool { return n.Kind == Apply && n.Prim.Op == op }

// IsConst tells whether n is the constant v.
func (n *Node) IsConst(v float64) bool { return n.Kind == Const && n.Value == v }

// Within tells whether every free index of n is also free in m.
func (n *Node) Within(m *Node) bool {
	for _, f := range n.free {
		if !m.Depends(f) {
			return false
		}
	}
	return true
}
