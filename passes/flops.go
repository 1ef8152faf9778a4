package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Flops is a count of elementary operations, by category and by primitive, as polynomials in
// the sizes. Arithmetic and comparisons of indices and sizes are free.
type Flops struct {
	Add, Mul, Div, Call, Compare, Select ir.Poly

	// Prims counts each primitive, in order of its Op. A power with a constant exponent
	// counts as what it is computed by: multiplications, a root, a division.
	Prims []PrimCount

	// AtMost says that a loop ends where data says, and that the count is for data that let it
	// run longest.
	AtMost bool
}

// PrimCount is how often a primitive is applied.
type PrimCount struct {
	Op    ir.Op
	Count ir.Poly
}

// Total is the number of operations of all categories.
func (f Flops) Total() ir.Poly {
	return f.Add.Add(f.Mul).Add(f.Div).Add(f.Call).Add(f.Compare).Add(f.Select)
}

// Plus is the sum of two counts.
func (f Flops) Plus(h Flops) Flops {
	sum := Flops{
		Add: f.Add.Add(h.Add), Mul: f.Mul.Add(h.Mul), Div: f.Div.Add(h.Div),
		Call: f.Call.Add(h.Call), Compare: f.Compare.Add(h.Compare), Select: f.Select.Add(h.Select),
		AtMost: f.AtMost || h.AtMost,
	}
	i, j := 0, 0
	for i < len(f.Prims) || j < len(h.Prims) {
		switch {
		case j == len(h.Prims) || i < len(f.Prims) && f.Prims[i].Op < h.Prims[j].Op:
			sum.Prims = append(sum.Prims, f.Prims[i])
			i++
		case i == len(f.Prims) || h.Prims[j].Op < f.Prims[i].Op:
			sum.Prims = append(sum.Prims, h.Prims[j])
			j++
		default:
			sum.Prims = append(sum.Prims, PrimCount{f.Prims[i].Op, f.Prims[i].Count.Add(h.Prims[j].Count)})
			i, j = i+1, j+1
		}
	}
	return sum
}

// Times is the count of n runs.
func (f Flops) Times(n ir.Poly) Flops { return f.each(n.Mul) }

// each puts every polynomial of the count through change, which must be linear.
func (f Flops) each(change func(ir.Poly) ir.Poly) Flops {
	for _, p := range []*ir.Poly{&f.Add, &f.Mul, &f.Div, &f.Call, &f.Compare, &f.Select} {
		*p = change(*p)
	}
	f.Prims = slices.Clone(f.Prims)
	for i, p := range f.Prims {
		f.Prims[i].Count = change(p.Count)
	}
	return f
}

// tally counts operations one by one, in machine integers.
type tally struct {
	ops   ir.Ops
	prims map[ir.Op]int
}

func newTally() *tally { return &tally{prims: map[ir.Op]int{}} }

// apply counts the primitive p of the operands x.
func (t *tally) apply(p *ir.Prim, x []ir.Operand) {
	ops := p.Cost(x)
	t.ops = t.ops.Plus(ops)
	if p.Op == ir.OpPow {
		if _, ok := ir.PlanPower(x[1]); ok {
			t.prims[ir.OpMul] += ops.Mul
			t.prims[ir.OpSqrt] += ops.Call
			t.prims[ir.OpDiv] += ops.Div
			return
		}
	}
	if ops.Total() > 0 {
		t.prims[p.Op]++
	}
}

// flops is the tally as polynomials.
func (t *tally) flops() Flops {
	c := func(n int) ir.Poly { return ir.PolyConst(n) }
	f := Flops{Add: c(t.ops.Add), Mul: c(t.ops.Mul), Div: c(t.ops.Div), Call: c(t.ops.Call), Compare: c(t.ops.Compare), Select: c(t.ops.Select)}
	var ops []ir.Op
	for op, n := range t.prims {
		if n > 0 {
			ops = append(ops, op)
		}
	}
	slices.Sort(ops)
	for _, op := range ops {
		f.Prims = append(f.Prims, PrimCount{op, c(t.prims[op])})
	}
	return f
}

// simple is one application of the primitive op to real operands that are not constants.
func simple(op ir.Op) Flops {
	t := newTally()
	p := ir.PrimOf(op)
	x := make([]ir.Operand, p.Arity)
	for i := range x {
		x[i] = &ir.Expr{Kind: ir.ExprLocal, Type: ir.Real}
	}
	t.apply(p, x)
	return t.flops()
}
