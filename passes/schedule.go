package passes

import (
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Schedule makes the loop program that computes f's results. Every value is computed
// once, in the loops over just the indices that it depends on; loops over the same index are
// fused, so that a sample is loaded once; a value is stored only where one loop cannot
// keep it in a local variable, and then over the indices in which its users differ. What stands
// in a branch is computed only where the branch is taken. Sums over Iverson
// brackets [k = e] become additions to the element e. Values that are the same but for the names of their indices are one, if that takes fewer operations.
//
// Powers with constant exponents must have been expanded, as Simplify or ExpandPowers does.
// It is linear in the size of f but for sorting.
//
// Where recurrences have checkpoints but a program would have to keep all steps nevertheless, they have no effect; nor have they in a function of
// numbers, which has no object for them and a number of steps that is known.
func Schedule(f *ir.Func) *ir.Program {
	f = thinned(f)
	if spared := len(sparedSteps(f)) > 0; !spared || f.Scalar() {
		p := leastOnce(f)
		p.Whole = spared
		return p
	}
	if b := build(atSteps(alongSteps(f))); b.spare() {
		return b.program
	}
	p := build(wasteful(f)).program
	p.Whole = true
	return p
}

// build makes the loop program, in which all steps of recurrences are kept.
func build(f *ir.Func) *builder {
	p := newUnits(f)
	p.units = sortUnits(p.units) // a product of all factors behind those of all others
	p.guards()
	p.units = sortUnits(p.units) // what conditions need before what they guard
	b := &builder{planner: p, program: &ir.Program{}, arrays: map[*ir.Input]*ir.Array{}, sums: map[*unit]*ir.Local{}, picked: map[*ir.Array]bool{}, reads: map[*ir.Node]int{}, facts: map[literal][]*ir.Node{}, before: map[*loop][]*unit{}, after: map[*loop][]*unit{}}
	clear := b.results()
	b.defineArrays()
	items := fuse(p.units, nil, p.order)
	b.store(p.units)
	b.changes(p.units)
	b.inline(p.units)
	for _, u := range p.units {
		b.frame(u)
	}
	b.program.Body = limiter{b: b}.fewer(append(clear, b.block(items, nil, nil)...))
	declare(b.program)
	b.program.Body = keep(settle(f, b.program.Body))
	prune(b.program)
	b.program.Inputs = readInputs(f)
	return b
}

// builder turns units in loops into statements.
type builder struct {
	*planner
	program *ir.Program
	sweeps  []*loop                 // over steps of which few are to be saved
	own     int                     // the results that have arrays of their own
	arrays  map[*ir.Input]*ir.Array // of recurrences
	sums    map[*unit]*ir.Local     // local accumulators of values that are kept in arrays
	picked  map[*ir.Array]bool      // of sums over the outermost loop with a single term
	reads   map[*ir.Node]int        // how many elements a condition reads one to find the next
	facts   map[literal][]*ir.Node  // what literals say of Ints
	before  map[*loop][]*unit       // reductions to be cleared before the loop
	after   map[*loop][]*unit       // reductions to be stored after the loop
}

// maxTree bounds the operations of one emitted expression.
const maxTree = 6

// inline decides which values stand within the expression of their only user: arithmetic in the same block
// under the same conditions, while the expression stays small. The operands of functions stay
// names.
func (b *builder) inline(units []*unit) {
	for _, u := range units {
		u.size = 1
		if u.node == nil || u.node.Kind != ir.Apply || u.node.Is(ir.OpSelect) {
			continue
		}
		for _, d := range u.deps {
			if d.unit.inline {
				u.size += d.unit.size
			}
		}
		if u.refs != 1 || len(u.dims) > 0 || u.place.array != nil || b.g.NameOf(u.node) != "" {
			continue
		}
		v := u.users[0]
		if u.change != nil || v.change != nil {
			continue
		}
		guard, branch := b.branch(v, u.node)
		under := branch || v.node == nil || v.body != nil || v.node.Kind == ir.Apply && v.node.Prim.Infix > 0 && !v.node.Prim.Atomic && !isCall(v.node)
		whole := branch || v.node == nil || v.body != nil // the value is all of what is stored or added
		if (whole || u.node.Prim.Infix > 0) && samePath(u, v) && under && u.size < maxTree && slices.Equal(u.guard, guard) && len(v.conds) == 0 {
			u.inline = true
		}
	}
}

// branch tells whether n is a branch of the selection u; guard is what holds where u takes n.
func (b *builder) branch(u *unit, n *ir.Node) (guard []literal, ok bool) {
	if u.node == nil || !u.node.Is(ir.OpSelect) || n == u.node.Args[0] {
		return u.guard, false
	}
	return union(u.guard, literals(u.node.Args[0], n == u.node.Args[1])), true
}

// isCall tells whether n is spelled with a function of its operand, which should be a name.
func isCall(n *ir.Node) bool { return n.Ops().Call > 0 }

// frame notes the loops before which the reduction u is cleared and after which it is stored.
func (b *builder) frame(u *unit) {
	if u.eq != nil && u.eq.Pushes() && b.defined[u.eq.Array][0] == u {
		b.before[u.path[0]] = append(b.before[u.path[0]], u)
	}
	if u.node == nil || u.node.Kind != ir.Reduce || u.others != nil || u.total != nil {
		return
	}
	sum := u.path[u.ready()]
	acc := b.accumulator(u)
	if u.node.Red >= ir.ArgMax {
		var dims []*ir.Node
		if acc.array != nil {
			dims = u.dims
		}
		u.best = b.allocate("", ir.Real, dims)
	}
	if acc.local != nil {
		b.before[sum] = append(b.before[sum], u)
		if u.place.array != nil {
			b.after[sum] = append(b.after[sum], u)
		}
		return
	}
	if !u.shared {
		l := b.cleared(u)
		b.before[l] = append(b.before[l], u)
	}
}

func loopName(depth int) string {
	const names = "ijklmnpqrst"
	if depth < len(names) {
		return names[depth : depth+1]
	}
	return "i"
}

// need is the conditions under which alone the value of u is needed.
func (u *unit) need() []literal { return u.guard }

// under is the conditions under which alone u does something: a sum may have no term where others hold.
func (u *unit) under() []literal {
	guard := u.guard
	for _, c := range u.conds {
		guard = union(guard, literals(c, true))
	}
	return guard
}

// common is the conditions that hold for all of the loop and that can be decided before it.
func (b *builder) common(l *loop, path []*loop, conditions func(*unit) []literal) []literal {
	guard := conditions(l.units[0])
	for _, u := range l.units[1:] {
		guard = intersection(guard, conditions(u))
	}
	return slices.DeleteFunc(slices.Clone(guard), func(lit literal) bool {
		return slices.ContainsFunc(lit.cond.Free(), func(i *ir.Node) bool {
			return !slices.ContainsFunc(path, func(l *loop) bool { return l.index == i })
		})
	})
}

// unit emits the statements of u.
func (b *builder) unit(u *unit, emit func([]literal, ...ir.Stmt)) {
	switch {
	case u.eq != nil:
		b.define(u, emit)
	case u.put != nil:
		into := b.shared(u.put.Into, u.body.Type)
		if u.put.Add && u.body.IsConst(0) { // the element is there, and adds nothing to what others put there
			return
		}
		s := &ir.Store{Dst: into, Index: []*ir.Expr{b.expr(u.at, u)}, Value: b.expr(u.body, u)}
		if u.put.Add {
			s.Op = ir.AddTo
		}
		emit(u.guard, s)
	case u.node == nil:
		dst := b.program.Results[u.result]
		index := make([]*ir.Expr, len(dst.Dims))
		for i, x := range b.f.Results[u.result].Index {
			if k := slices.IndexFunc(u.where, func(p place) bool { return p.index == x }); k >= 0 {
				x = u.where[k].at
			}
			index[i] = b.expr(x, u)
		}
		emit(u.guard, &ir.Store{Dst: dst, Index: index, Value: b.expr(u.body, u)})
	case u.others != nil:
		emit(u.guard, b.otherFactors(u)...)
	case u.total != nil:
		emit(u.guard, b.assign(u, &ir.Expr{Kind: ir.ExprLocal, Type: ir.Real, Local: u.total.others.total}, true))
	case u.node.Kind == ir.Reduce:
		emit(u.under(), b.accumulate(u)...)
	case u.node.Is(ir.OpSelect):
		b.choose(u, emit)
	case u.change != nil:
		b.adjust(u, emit)
	default:
		emit(u.guard, b.assign(u, b.apply(u.node, u), true))
	}
}

// changes finds the values x ± [c]·y, where the selection is used nowhere else: they are x, changed where
// c holds.
func (b *builder) changes(units []*unit) {
	for _, u := range units {
		if u.node == nil || !u.node.Is(ir.OpAdd) && !u.node.Is(ir.OpSub) {
			continue
		}
		for i := len(u.node.Args) - 1; i >= 0; i-- {
			v := b.of[u.node.Args[i]]
			if v == nil || v.refs != 1 || !v.node.Is(ir.OpSelect) || !v.node.Args[2].IsConst(0) || len(v.dims) > 0 || v.place.array != nil ||
				!samePath(u, v) || !slices.Equal(u.guard, v.guard) || i == 0 && u.node.Is(ir.OpSub) {
				continue
			}
			u.change, v.done = v, true
			break
		}
	}
}

func samePath(u, v *unit) bool { return slices.Equal(u.path, v.path) }

// adjust emits x and then its change: that is added, or takes the place of x where x is 0.
func (b *builder) adjust(u *unit, emit func([]literal, ...ir.Stmt)) {
	x := u.node.Args[0]
	if x == u.change.node {
		x = u.node.Args[1]
	}
	op := ir.AddTo
	if u.node.Is(ir.OpSub) {
		op = ir.SubTo
	}
	c := u.change.node.Args[0]
	if op == ir.AddTo && zeroWhere(b.f, x, c) {
		op = ir.Set
	}
	emit(u.guard, b.assign(u, b.expr(x, u), true))
	change := b.assign(u, b.expr(u.change.node.Args[1], u.change), false)
	switch s := change.(type) {
	case *ir.Assign:
		s.Op = op
	case *ir.Store:
		s.Op = op
	}
	emit(union(u.guard, literals(c, true)), change)
}

// choose emits a selection: a default that is overridden where that is a constant, else two branches.
func (b *builder) choose(u *unit, emit func([]literal, ...ir.Stmt)) {
	c, x, y := u.node.Args[0], u.node.Args[1], u.node.Args[2]
	if y.Kind == ir.Const {
		emit(u.guard, b.assign(u, b.expr(y, u), true))
	} else if u.place.local != nil {
		emit(u.guard, &ir.Assign{Dst: u.place.local, Declare: true})
	}
	emit(union(u.guard, literals(c, true)), b.assign(u, b.expr(x, u), false))
	if y.Kind != ir.Const {
		emit(union(u.guard, literals(c, false)), b.assign(u, b.expr(y, u), false))
	}
}

// assign sets the value of u.
func (b *builder) assign(u *unit, v *ir.Expr, first bool) ir.Stmt {
	if u.place.local != nil {
		return &ir.Assign{Dst: u.place.local, Declare: first, Value: v}
	}
	return &ir.Store{Dst: u.place.array, Index: b.subscripts(u, u, nil, nil), Value: v}
}

// clear sets the accumulator of the reduction u to its neutral element.
func (b *builder) clear(u *unit) []ir.Stmt {
	if u.eq != nil {
		return []ir.Stmt{&ir.Fill{Dst: b.arrays[u.eq.Array]}}
	}
	neutral := [...]float64{ir.Prod: 1, ir.Max: math.Inf(-1), ir.Min: math.Inf(1), ir.ArgMin: 0}[u.node.Red]
	stmts := []ir.Stmt{fill(b.accumulator(u), u.node.Type, neutral)}
	switch u.node.Red {
	case ir.ArgMax:
		stmts = append(stmts, fill(u.best, ir.Real, math.Inf(-1)))
	case ir.ArgMin:
		stmts = append(stmts, fill(u.best, ir.Real, math.Inf(1)))
	}
	return stmts
}

func fill(s storage, t ir.Type, v float64) ir.Stmt {
	if s.local != nil {
		return &ir.Assign{Dst: s.local, Declare: true, Value: &ir.Expr{Kind: ir.ExprConst, Type: t, Value: v}}
	}
	return &ir.Fill{Dst: s.array, Value: v}
}

// accumulate adds one term to the reduction u.
func (b *builder) accumulate(u *unit) []ir.Stmt {
	body := u.body
	op := [...]ir.AssignOp{ir.Sum: ir.AddTo, ir.Prod: ir.MulTo, ir.Max: ir.MaxTo, ir.Min: ir.MinTo, ir.ArgMin: ir.Set}[u.node.Red]
	if v := b.of[body]; op == ir.AddTo && body.Is(ir.OpNeg) && v.inline {
		op, body = ir.SubTo, body.Args[0]
	}
	if u.single && (u.joined == nil || u.alone) {
		op, body = ir.Set, u.body
	} else if u.negated {
		op = map[ir.AssignOp]ir.AssignOp{ir.AddTo: ir.SubTo, ir.SubTo: ir.AddTo}[op]
	}
	x := b.expr(body, u)
	if u.node.Red >= ir.ArgMax {
		return b.track(u, x)
	}
	acc := b.accumulator(u)
	if acc.local != nil {
		return []ir.Stmt{&ir.Assign{Dst: acc.local, Op: op, Value: x}}
	}
	b.picked[acc.array] = op == ir.Set && u.joined == nil && u.over[0] == u.path[0].index
	return []ir.Stmt{&ir.Store{Dst: acc.array, Index: b.subscripts(u, u, nil, nil), Op: op, Value: x}}
}

// track notes the index where x is the best so far.
func (b *builder) track(u *unit, x *ir.Expr) []ir.Stmt {
	v := &ir.Local{Type: ir.Real}
	value := &ir.Expr{Kind: ir.ExprLocal, Local: v}
	acc := b.accumulator(u)
	less := []*ir.Expr{b.get(u.best, u), value}
	if u.node.Red == ir.ArgMin {
		slices.Reverse(less)
	}
	index := b.expr(u.over[0], u)
	return []ir.Stmt{
		&ir.Assign{Dst: v, Declare: true, Value: x},
		&ir.If{Cond: &ir.Expr{Kind: ir.ExprPrim, Type: ir.Bool, Prim: ir.PrimOf(ir.OpLt), Args: less},
			Then: []ir.Stmt{b.put(u.best, u, value), b.put(acc, u, index)}},
	}
}
