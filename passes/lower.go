package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// expr is the value of n in the loops of u: a stored value where there is one, else n's
// expression.
func (b *builder) expr(n *ir.Node, u *unit) *ir.Expr {
	if v := b.of[n]; v != nil && !v.inline {
		return b.read(v, u, nil, nil)
	}
	return b.apply(n, u)
}

// apply is the operation of n on the values of its operands.
func (b *builder) apply(n *ir.Node, u *unit) *ir.Expr {
	switch n.Kind {
	case ir.Const:
		return &ir.Expr{Kind: ir.ExprConst, Type: n.Type, Value: n.Value}
	case ir.Size:
		return &ir.Expr{Kind: ir.ExprSize, Type: ir.Int, Name: n.Name}
	case ir.Index:
		for _, l := range u.path {
			if l.index == n {
				return &ir.Expr{Kind: ir.ExprLocal, Type: ir.Int, Local: l.local}
			}
		}
		panic("passes: an index outside of its loop")
	case ir.Affine:
		return b.affine(n, u)
	case ir.At:
		at := make([]*ir.Expr, len(n.Bound))
		for i := range n.Bound {
			at[i] = b.expr(n.Args[i+1], u)
		}
		return b.read(b.of[n.Args[0]], u, n.Bound, at)
	}
	if n.Is(ir.OpStopGradient) {
		return b.expr(n.Args[0], u)
	}
	args := make([]*ir.Expr, len(n.Args))
	for i, a := range n.Args {
		args[i] = b.expr(a, u)
	}
	if n.Kind == ir.Access && n.Input.Defined {
		return &ir.Expr{Kind: ir.ExprArray, Type: n.Type, Array: b.arrays[n.Input], Args: args[:len(n.Input.Dims)]}
	}
	if n.Kind == ir.Access {
		return &ir.Expr{Kind: ir.ExprInput, Type: n.Type, Input: n.Input, Args: args}
	}
	return &ir.Expr{Kind: ir.ExprPrim, Type: n.Type, Prim: n.Prim, Args: args}
}

// affine is c + Σ coef·atom, the positive terms first.
func (b *builder) affine(n *ir.Node, u *unit) *ir.Expr {
	var sum *ir.Expr
	add := func(coef int, x *ir.Expr) {
		if coef != 1 && coef != -1 {
			x = intPrim(ir.OpIntMul, integer(max(coef, -coef)), x)
		}
		switch {
		case sum == nil && coef < 0:
			sum = intPrim(ir.OpSub, integer(0), x)
		case sum == nil:
			sum = x
		case coef < 0:
			sum = intPrim(ir.OpSub, sum, x)
		default:
			sum = intPrim(ir.OpAdd, sum, x)
		}
	}
	for _, positive := range []bool{true, false} {
		for i, a := range n.Args {
			if n.Coef[i] > 0 == positive {
				add(n.Coef[i], b.expr(a, u))
			}
		}
		if c := int(n.Value); c != 0 && c > 0 == positive {
			if sum == nil {
				sum = integer(c)
			} else if c > 0 {
				sum = intPrim(ir.OpAdd, sum, integer(c))
			} else {
				sum = intPrim(ir.OpSub, sum, integer(-c))
			}
		}
	}
	return sum
}

func integer(v int) *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Type: ir.Int, Value: float64(v)} }

func intPrim(op ir.Op, x, y *ir.Expr) *ir.Expr {
	return &ir.Expr{Kind: ir.ExprPrim, Type: ir.Int, Prim: ir.PrimOf(op), Args: []*ir.Expr{x, y}}
}

// closed is the value of a closed Int node.
func (b *builder) closed(n *ir.Node) *ir.Expr { return b.expr(n, &unit{result: -1}) }

// read is the value of v in the loops of u, with the indices from at the values at.
func (b *builder) read(v, u *unit, from []*ir.Node, at []*ir.Expr) *ir.Expr {
	if v.place.local != nil {
		return &ir.Expr{Kind: ir.ExprLocal, Type: v.node.Type, Local: v.place.local}
	}
	return &ir.Expr{Kind: ir.ExprArray, Type: v.node.Type, Array: v.place.array, Args: b.subscripts(v, u, from, at)}
}

// subscripts locates the value of v in its array, from the loops of u.
func (b *builder) subscripts(v, u *unit, from []*ir.Node, at []*ir.Expr) []*ir.Expr {
	list := make([]*ir.Expr, len(v.dims))
	for d, i := range v.dims {
		if k := slices.Index(from, i); k >= 0 {
			list[d] = at[k]
		} else if k := slices.IndexFunc(v.where, func(p place) bool { return p.index == i }); u == v && k >= 0 {
			list[d] = b.expr(v.where[k].at, u)
		} else {
			list[d] = b.expr(i, u)
		}
	}
	return list
}

// get and put read and write u's own element of a storage.
func (b *builder) get(s storage, u *unit) *ir.Expr {
	if s.local != nil {
		return &ir.Expr{Kind: ir.ExprLocal, Type: s.local.Type, Local: s.local}
	}
	return &ir.Expr{Kind: ir.ExprArray, Type: s.array.Type, Array: s.array, Args: b.subscripts(u, u, nil, nil)}
}

func (b *builder) put(s storage, u *unit, v *ir.Expr) ir.Stmt {
	if s.local != nil {
		return &ir.Assign{Dst: s.local, Value: v}
	}
	return &ir.Store{Dst: s.array, Index: b.subscripts(u, u, nil, nil), Value: v}
}

// readInputs lists the inputs that f's results depend on.
func readInputs(f *ir.Func) []*ir.Input {
	read := map[*ir.Input]bool{}
	for _, n := range ir.Reachable(f.All()...) {
		if n.Kind == ir.Access {
			read[n.Input] = true
		}
	}
	var list []*ir.Input
	for _, in := range f.Inputs {
		if read[in] {
			list = append(list, in)
		}
	}
	return list
}
