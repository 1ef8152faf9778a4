package codegen

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// stretch stands for the elements of an array from a base on that one iteration of a loop touches at constant places: a slice, of which the Go
// compiler knows that they are in it.
type stretch struct {
	name   string
	first  *ir.Expr // the element at the base
	length int
}

// place writes the last subscript of the element e as a base plus a constant.
func place(e *ir.Expr) (first *ir.Expr, at int) {
	n := len(e.Args) - 1
	base, at := constantPart(e.Args[n])
	first = &ir.Expr{Kind: e.Kind, Type: e.Type, Input: e.Input, Array: e.Array, Args: append(slices.Clone(e.Args[:n]), base)}
	return first, at
}

// constantPart writes the whole number e as a base plus a constant.
func constantPart(e *ir.Expr) (base *ir.Expr, constant int) {
	switch {
	case e.Kind == ir.ExprConst:
		return whole(0), int(e.Value)
	case e.Kind == ir.ExprPrim && e.Prim.Op == ir.OpAdd && e.Args[1].Kind == ir.ExprConst:
		base, constant = constantPart(e.Args[0])
		return base, constant + int(e.Args[1].Value)
	}
	return e, 0
}

// stretches lists what an iteration of the loop touches at several constant places, outside of branches and inner loops.
func (w *writer) stretches(s *ir.For) []stretch {
	settled := settledIn(s)
	var list []stretch
	places := map[int]map[int]bool{}
	eachDirect(s, func(e *ir.Expr) bool {
		if e.Kind != ir.ExprInput && e.Kind != ir.ExprArray || len(e.Args) == 0 {
			return true
		}
		if w.shown(e) != nil { // its subscripts do not occur
			return false
		}
		first, at := place(e)
		if at < 0 || slices.ContainsFunc(first.Args, func(a *ir.Expr) bool { return !settled(a) }) || !slices.ContainsFunc(first.Args, varies) {
			return true
		}
		i := slices.IndexFunc(list, func(t stretch) bool { return t.first.Same(first) })
		if i < 0 {
			i = len(list)
			list = append(list, stretch{first: first})
			places[i] = map[int]bool{}
		}
		list[i].length = max(list[i].length, at+1)
		places[i][at] = true
		return true
	})
	var several []stretch
	for i, t := range list {
		if len(places[i]) > 1 {
			several = append(several, t)
		}
	}
	slices.SortStableFunc(several, func(a, b stretch) int { return depth(a.first) - depth(b.first) }) // subscripts before what they are subscripts of
	return several
}

// settledIn tells which subscripts are known where an iteration begins: those that mention nothing that it assigns.
func settledIn(s *ir.For) func(*ir.Expr) bool {
	fixed := fixedIn(s)
	var settled func(e *ir.Expr) bool
	settled = func(e *ir.Expr) bool {
		return e.Local == s.Var || fixed(&ir.Expr{Kind: e.Kind, Local: e.Local}) && !slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return !settled(a) })
	}
	return settled
}

// varies tells whether the subscript depends on a loop.
func varies(e *ir.Expr) bool { return e.Local != nil || slices.ContainsFunc(e.Args, varies) }

// depth is how many accesses stand in each other in e.
func depth(e *ir.Expr) int {
	most := 0
	for _, a := range e.Args {
		most = max(most, depth(a))
	}
	if e.Kind == ir.ExprInput || e.Kind == ir.ExprArray {
		most++
	}
	return most
}

// sliceStretches prints the slices for the stretches of an iteration.
func (w *writer) sliceStretches(s *ir.For) []Code {
	var list []Code
	for _, t := range w.stretches(s) {
		name := w.element0(t.first)
		start := w.offset(dimsOf(t.first), t.first.Args)
		t.name = w.names.name(name + "Row")
		list = append(list, Id(t.name).Op(":=").Id(name).Index(start, Empty()).Index(Empty(), Lit(t.length)))
		w.blocks = append(w.blocks, t)
	}
	return list
}

// inStretch is the element e in one of the slices, if it is in one.
func (w *writer) inStretch(e *ir.Expr) *Statement {
	first, at := place(e)
	for _, t := range slices.Backward(w.blocks) {
		if at >= 0 && at < t.length && t.first.Same(first) {
			return Id(t.name).Index(Lit(at))
		}
	}
	return nil
}
