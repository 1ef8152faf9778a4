package passes

import (
	"cmp"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// guarded is statements with the conditions under which they run.
type guarded struct {
	guard []literal
	stmts []ir.Stmt
}

// block makes the statements of the items in the loops of path, where known holds.
func (b *builder) block(items []item, path []*loop, known []literal) []ir.Stmt {
	var list []guarded
	emit := func(guard []literal, stmts ...ir.Stmt) {
		if len(stmts) == 0 {
			return
		}
		guard = b.telling(without(guard, known))
		slices.SortStableFunc(guard, func(l, m literal) int {
			return cmp.Or(cmp.Compare(b.decided(l.cond), b.decided(m.cond)), cmp.Compare(b.reading(l.cond), b.reading(m.cond)))
		})
		at := len(list)
		for declares(stmts) && at > 0 && len(list[at-1].guard) > len(guard) && slices.Equal(list[at-1].guard[:len(guard)], guard) {
			at-- // so that branches stay neighbours
		}
		list = slices.Insert(list, at, guarded{guard, stmts})
	}
	for _, it := range items {
		if u := it.unit; u != nil {
			if !u.inline && !u.done {
				b.unit(u, emit)
			}
			continue
		}
		l := it.loop
		guard := b.common(l, path, (*unit).need)
		for _, u := range b.before[l] {
			emit(guard, b.clear(u)...)
		}
		l.local = &ir.Local{Name: loopName(len(path)), Type: ir.Int}
		runs := b.common(l, path, (*unit).under)
		body := b.block(l.items, append(path[:len(path):len(path)], l), union(known, runs))
		if len(body) == 0 {
			continue
		}
		limits := limiter{b, path}
		f := limits.settled(&ir.For{Var: l.local, Lo: integer(0), Hi: b.closed(l.index.Extent), Down: l.down, Body: body})
		var loops []ir.Stmt
		if l.spare && len(path) == 0 {
			limits.branch(f)
			b.sweeps = append(b.sweeps, l)
			loops = []ir.Stmt{f}
		} else {
			loops = limits.bounded(f)
			if l.steps || slices.ContainsFunc(path, func(o *loop) bool { return o.steps }) || brief(loops) {
				loops = limits.peel(loops)
			}
		}
		emit(runs, loops...)
		for _, u := range b.after[l] {
			emit(guard, &ir.Store{Dst: u.place.array, Index: b.subscripts(u, u, nil, nil), Value: &ir.Expr{Kind: ir.ExprLocal, Type: u.node.Type, Local: b.sums[u]}})
		}
	}
	return b.nest(list, path)
}

// declares tells whether the statements only make room for a value.
func declares(stmts []ir.Stmt) bool {
	a, ok := stmts[0].(*ir.Assign)
	return ok && len(stmts) == 1 && a.Declare && (a.Value == nil || a.Value.Kind == ir.ExprConst)
}

// decided is the place in the order of units from which on the condition c is known.
func (b *builder) decided(c *ir.Node) int {
	if u := b.of[c]; u != nil {
		return u.id
	}
	last := -1
	for _, a := range c.Args {
		if a.Type == ir.Bool {
			last = max(last, b.decided(a))
		}
	}
	return last
}

// reading is how many elements of inputs the condition c reads one to find the next, as k[k[i]-1] does. Whether those are there is asked by conditions that read fewer, 0 < i and 0 < k[i].
func (b *builder) reading(c *ir.Node) int {
	depth, known := b.reads[c]
	if !known {
		for _, a := range c.Args {
			depth = max(depth, b.reading(a))
		}
		if c.Kind == ir.Access {
			depth++
		}
		b.reads[c] = depth
	}
	return depth
}

// nest puts statements that run under conditions into branches. Neighbours share them.
func (b *builder) nest(list []guarded, path []*loop) []ir.Stmt {
	var stmts []ir.Stmt
	for len(list) > 0 {
		if len(list[0].guard) == 0 {
			stmts = append(stmts, list[0].stmts...)
			list = list[1:]
			continue
		}
		lit := b.outermost(list)
		var then, other []guarded
		for len(list) > 0 {
			at := lit.among(list[0].guard)
			if at < 0 {
				break
			}
			inner := guarded{slices.Delete(slices.Clone(list[0].guard), at, at+1), list[0].stmts}
			if list[0].guard[at] == lit {
				then = append(then, inner)
			} else {
				other = append(other, inner)
			}
			list = list[1:]
		}
		cond := b.expr(lit.cond, &unit{path: path, result: -1})
		if lit.not && len(other) > 0 {
			then, other = other, then
		} else if lit.not {
			cond = b.expr(b.g.Not(lit.cond), &unit{path: path, result: -1})
		}
		stmts = append(stmts, joined(&ir.If{Cond: cond, Then: b.nest(then, path), Else: b.nest(other, path)}))
	}
	return stmts
}

// outermost is the condition of the first statements that most of those that follow share, or its contrary; it is known before the others are, and none of
// them tells whether it can be read.
func (b *builder) outermost(list []guarded) literal {
	best, most := list[0].guard[0], 0
	fewest := b.reading(best.cond)
	for _, lit := range list[0].guard {
		fewest = min(fewest, b.reading(lit.cond))
	}
	for _, lit := range list[0].guard {
		if v := b.of[lit.cond]; b.reading(lit.cond) > fewest || v != nil && len(intersection(v.guard, list[0].guard)) > 0 {
			continue
		}
		count := 0
		for count < len(list) && lit.among(list[count].guard) >= 0 {
			count++
		}
		if count > most {
			best, most = lit, count
		}
	}
	return best
}

// among is the place of the literal or its contrary in the list, or −1.
func (l literal) among(list []literal) int {
	return slices.IndexFunc(list, func(m literal) bool { return m.cond == l.cond })
}

// joined makes one branch of two that stand directly in each other.
func joined(s *ir.If) *ir.If {
	if len(s.Then) != 1 || len(s.Else) > 0 {
		return s
	}
	inner, ok := s.Then[0].(*ir.If)
	if !ok || len(inner.Else) > 0 {
		return s
	}
	and := &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: ir.PrimOf(ir.OpAnd), Args: []*ir.Expr{s.Cond, inner.Cond}}
	return &ir.If{Cond: and, Then: inner.Then}
}
