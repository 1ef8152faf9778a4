package parser

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file turns what integer data must fulfil, so that subscripts made of them are in range, into checks when they are bound.

// checkData makes e ≥ 0, as the subscript's being in range asks, a condition on integer data k: of a subscript rest ± k each element has limits of its own, where rest
// moves with the same index; a subscript coef·k + rest, where coef is positive and rest has bounds in the sizes, leaves one range for all.
func (b *builder) checkData(a access, e *ir.Node) bool {
	for _, n := range ir.Reachable(a.index) {
		if n.Kind != ir.Access {
			continue
		}
		c, ok := b.limit(e, n, a.guards)
		if !ok || c.LeastPlaces == 0 && c.BelowPlaces == 0 && !b.oneSided(a, n) {
			c, ok = b.dataRange(a, n)
		}
		if ok {
			b.requireData(b.placesOf(a.guards, n, c))
			return true
		}
	}
	return false
}

// oneSided tells whether limits of the data k are to be found one by one: the subscript falls with it, or it has been looked at, as in if k[i] >= 0 then x[k[i]].
func (b *builder) oneSided(a access, k *ir.Node) bool {
	coef, _, ok := b.g.Quotient(a.index, k)
	return ok && coef.IsConst(-1) || slices.ContainsFunc(a.guards, func(c *ir.Node) bool { return slices.Contains(ir.Reachable(c), k) })
}

// limit is the check of e ≥ 0, where e = ±k + places·i + rest, and i is the index that the data k move with; of the rest the least counts.
func (b *builder) limit(e, k *ir.Node, guards []*ir.Node) (ir.Check, bool) {
	g := b.g
	c := ir.Check{Data: k.Input, At: ir.CheckAt(k)}
	sign, rest, ok := g.Quotient(e, k)
	if !ok || !sign.IsConst(1) && !sign.IsConst(-1) {
		return c, false
	}
	places := 0
	if i := moving(k); i != nil {
		c.Dim = ir.PlaceOf(k, i)
		if places, rest, ok = g.Linear(rest, i); !ok {
			return c, false
		}
	}
	if rest, ok = b.f.Least(rest, guards...); !ok {
		return c, false
	}
	if sign.IsConst(1) {
		c.Least, c.LeastPlaces = g.IntSub(g.Int(0), rest), -places
	} else {
		c.Below, c.BelowPlaces = g.IntAdd(rest, g.Int(1)), places
	}
	return c, true
}

// moving is the index with which the integer data k move, and with that alone; nil if there is none.
func moving(k *ir.Node) *ir.Node {
	for _, i := range k.Args {
		if i.Kind == ir.Index && ir.PlaceOf(k, i) >= 0 {
			return i
		}
	}
	return nil
}

// dataRange makes the check of the range of the data k in which the subscript is in range.
func (b *builder) dataRange(a access, k *ir.Node) (c ir.Check, ok bool) {
	g := b.g
	c = ir.Check{Data: k.Input, At: ir.CheckAt(k)}
	coef, rest, ok := g.Quotient(a.index, k)
	if !ok || !b.f.NonNegative(g.IntSub(coef, g.Int(1))) {
		return c, false
	}
	least, ok := b.f.Least(rest, a.guards...)
	if !ok {
		return c, false
	}
	greatest, ok := b.f.Least(g.IntSub(g.Int(0), rest), a.guards...)
	if !ok {
		return c, false
	}
	c.Least = g.Int(0)
	switch {
	case least.Kind == ir.Const && coef.Kind == ir.Const:
		c.Least = g.Int(int(math.Ceil(-least.Value / coef.Value)))
	case !b.f.NonNegative(least):
		return c, false
	}
	room := g.IntSub(g.IntAdd(g.IntAdd(a.extent, greatest), coef), g.Int(1)) // coef·k < extent − max rest
	c.Below = g.IntDiv(room, coef)
	return c, true
}

// placesOf is the check with the places of the data k, along an index, for which the subscript is looked at: the conditions around it may exclude
// the first ones and the last ones. A condition on other indices, as j < i in a sum over j, does not: what does not depend on j is computed before that sum, whether it has terms
// or not.
func (b *builder) placesOf(guards []*ir.Node, k *ir.Node, c ir.Check) ir.Check {
	for _, cond := range guards {
		if !cond.Is(ir.OpLe) && !cond.Is(ir.OpLt) {
			continue
		}
		x, y := cond.Args[0], cond.Args[1]
		if d := ir.PlaceOf(k, y); d >= 0 && cond.Is(ir.OpLe) && x.Kind == ir.Const && x.Type == ir.Int {
			c.Dim, c.From = d, max(c.From, int(x.Value))
		}
		if d := ir.PlaceOf(k, x); d >= 0 && cond.Is(ir.OpLt) && y.Closed() && y != x.Extent {
			c.Dim, c.To = d, y
		}
	}
	guards = slices.DeleteFunc(slices.Clone(guards), func(c *ir.Node) bool {
		return slices.ContainsFunc(c.Free(), func(i *ir.Node) bool { return !k.Depends(i) })
	})
	if i := moving(k); i != nil && len(guards) > 0 {
		one, last := b.g.Int(1), b.g.IntSub(i.Extent, b.g.Int(1))
		if c.From == 0 && b.f.NonNegative(b.g.IntSub(i, one), guards...) { // as where it is not 0
			c.Dim, c.From = ir.PlaceOf(k, i), 1
		}
		if c.To == nil && b.f.NonNegative(b.g.IntSub(b.g.IntSub(last, one), i), guards...) {
			c.Dim, c.To = ir.PlaceOf(k, i), last
		}
	}
	return c
}

// requireData adds a check on integer data, or sharpens one that there is. One that says of all elements that they are in one range stays as it is, as proofs
// go by it.
func (b *builder) requireData(d ir.Check) {
	for i := range b.f.Checks {
		c := &b.f.Checks[i]
		if c.Data == nil || !c.Alike(d) {
			continue
		}
		least, knowLeast := b.sharper(c.Data.Dims, d, *c, 1)
		below, knowBelow := b.sharper(c.Data.Dims, d, *c, -1)
		if !knowLeast || !knowBelow || c.Whole() != d.Whole() && (least || below || d.Whole()) {
			continue
		}
		if least {
			c.Least, c.LeastPlaces = d.Least, d.LeastPlaces
		}
		if below {
			c.Below, c.BelowPlaces = d.Below, d.BelowPlaces
		}
		if c.Message == "" {
			c.Message = d.Message
		}
		return
	}
	b.f.Checks = append(b.f.Checks, d)
}

// sharper tells whether the check d of integer data has a greater Least than c, which speaks of the same elements, or, with sign −1, a smaller Below. It reports
// false where that cannot be told.
func (b *builder) sharper(dims []*ir.Node, d, c ir.Check, sign int) (yes, ok bool) {
	x, y, places := d.Least, c.Least, d.LeastPlaces-c.LeastPlaces
	if sign < 0 {
		x, y, places = d.Below, c.Below, d.BelowPlaces-c.BelowPlaces
	}
	if x == nil || y == nil {
		return x != nil, true
	}
	gap := b.g.IntSub(x, y)
	if places != 0 {
		gap = b.g.IntAdd(gap, b.g.IntMul(b.g.Int(places), b.g.NewIndex(dims[d.Dim])))
	}
	gap = b.g.IntMul(b.g.Int(sign), gap)
	if b.f.NonNegative(b.g.IntSub(b.g.Int(0), gap)) {
		return false, true
	}
	return true, b.f.NonNegative(gap)
}
