package parser

import (
	"fmt"

	"github.com/adgen-go/adgen/ir"
)

// maxElements bounds the elements of a list, and the arguments of a function that takes any number.
const maxElements = 1000

// list elaborates [a, b, …], the array of its elements, which all have the same shape.
func (b *builder) list(s *scope, x *List) value {
	switch n := len(x.Elems); {
	case n == 0:
		b.fail(x.Span, "empty brackets: an array has at least one element")
	case n > maxElements:
		b.failHelp(x.Span, "read it as data", "a list of %d elements, more than %d", n, maxElements)
	}
	elems := make([]value, len(x.Elems))
	for i, e := range x.Elems {
		elems[i] = b.real(e.Where(), b.expr(s, e))
		b.sameShape(elems[0].dims(), elems[i].dims(), x.Elems[0].Where(), e.Where(), "the elements of a list")
	}
	v := b.stacked(elems)
	b.checkDimensions(x.Span, v)
	return v
}

// checkDimensions refuses an array of too many dimensions.
func (b *builder) checkDimensions(at Span, v value) {
	if v.rank() > maxIndices {
		b.fail(at, "an array of %d dimensions, more than %d", v.rank(), maxIndices)
	}
}

// sameShape refuses dimensions that differ.
func (b *builder) sameShape(first, other []*ir.Node, at, here Span, what string) {
	same := len(first) == len(other)
	for i := range first {
		same = same && first[i] == other[i]
	}
	if !same {
		panic(failure{&Diagnostic{At: here, Message: fmt.Sprintf("%s must have one shape: this is %s, not %s", what, shape(other), shape(first)),
			Notes: []Note{{at, "this is " + shape(first)}}}})
	}
}

// stacked is the array whose rows are elems.
func (b *builder) stacked(elems []value) value {
	g := b.g
	k := g.NewIndex(g.Int(len(elems)))
	v := b.fresh(elems[0])
	v.node = g.Const(0)
	for i := len(elems) - 1; i >= 0; i-- {
		row := g.Subst(elems[i].node, elems[i].index, v.index)
		v.node = g.Apply(ir.OpSelect, g.Apply(ir.OpEq, k, g.Int(i)), row, v.node)
	}
	v.index = append([]*ir.Node{k}, v.index...)
	return v
}

// concat is the arrays one behind the other along their first dimension.
func (b *builder) concat(x *Call, v []value) value {
	g := b.g
	total := g.Int(0)
	for i, a := range v {
		b.needArray(x, a)
		b.sameShape(v[0].dims()[1:], a.dims()[1:], x.Args[0].Where(), x.Args[i].Where(), "the rows that concat joins")
		total = g.IntAdd(total, a.index[0].Extent)
	}
	k := g.NewIndex(total)
	all := value{append([]*ir.Node{k}, b.fresh(v[0]).index[1:]...), g.Const(0)}
	end := total
	for i := len(v) - 1; i >= 0; i-- {
		from := g.IntSub(end, v[i].index[0].Extent)
		rows := g.At(v[i].node, v[i].index, append([]*ir.Node{g.IntSub(k, from)}, all.index[1:]...))
		if i == len(v)-1 {
			all.node = rows
		} else {
			all.node = g.Apply(ir.OpSelect, g.Apply(ir.OpLt, k, end), rows, all.node)
		}
		end = from
	}
	return all
}

// cross is the vector product.
func (b *builder) cross(x *Call, v []value) value {
	g := b.g
	for i, a := range v {
		if a.rank() != 1 || !a.index[0].Extent.IsConst(3) {
			b.fail(x.Args[i].Where(), "cross takes vectors of 3 elements, this is %s", shape(a.dims()))
		}
	}
	at := func(a value, i int) *ir.Node { return g.At(a.node, a.index, []*ir.Node{g.Int(i % 3)}) }
	elems := make([]value, 3)
	for i := range elems {
		left := g.Apply(ir.OpMul, at(v[0], i+1), at(v[1], i+2))
		right := g.Apply(ir.OpMul, at(v[0], i+2), at(v[1], i+1))
		elems[i] = value{node: g.Apply(ir.OpSub, left, right)}
	}
	return b.stacked(elems)
}
