// Package ir is adgen's intermediate representation: index notation as one
// hash-consed graph, and the loop programs that are made from it.
//
// Every node is a scalar expression that may depend on free index variables, so
// that a node stands for the array of its values over them. X[i,k]·W[k,j] summed
// over k is
//
//	i, j, k := g.NewIndex(n), g.NewIndex(q), g.NewIndex(p)
//	z := g.Reduce(ir.Sum, k, g.Apply(ir.OpMul, g.Access(x, i, k), g.Access(w, k, j)))
//
// and has the free indices i and j. There are constants, sizes, index variables,
// integer sums (Affine), accesses to inputs, primitives from one table, reductions
// that bind an index, and lookups (At) of a node at other values of its indices.
// Bound indices have canonical names, so that equal terms are the same pointer
// and common-subexpression elimination is a property of the constructors.
//
// Apply, Reduce and Access build what they are told. Add, Mul, Select and the other
// constructors of algebra.go fold what is plain to see.
package ir
