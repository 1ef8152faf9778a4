package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// touch is a use of an array, or of a local from outside, in a loop.
type touch struct {
	of    any // *ir.Array or *ir.Local
	index []*ir.Expr
	inner *ir.For // the inner loop that it stands in, nil if none
	part  int     // how many inner loops stand before
}

// allowed tells whether several iterations of the loop may run at once, its inner loops interleaved, without a change of what any of
// them reads or of the order in which elements are added to.
func allowed(f *ir.For) bool {
	own := declaredIn(f.Body)
	var touches []touch
	changed := map[any]bool{}
	part := 0
	note := func(s ir.Stmt, inner *ir.For) {
		visit := func(e *ir.Expr) {
			switch {
			case e.Kind == ir.ExprArray:
				touches = append(touches, touch{e.Array, e.Args, inner, part})
			case e.Kind == ir.ExprLocal && !own[e.Local] && e.Local != f.Var:
				touches = append(touches, touch{e.Local, nil, inner, part})
			}
		}
		ir.Exprs(s, func(e *ir.Expr) { eachExpr(e, visit) })
		switch s := s.(type) {
		case *ir.Store:
			changed[s.Dst] = true
			touches = append(touches, touch{s.Dst, s.Index, inner, part})
		case *ir.Fill:
			changed[s.Dst] = true
			touches = append(touches, touch{s.Dst, nil, inner, part})
		case *ir.Assign:
			if !own[s.Dst] {
				changed[s.Dst] = true
				touches = append(touches, touch{s.Dst, nil, inner, part})
			}
		}
	}
	for _, s := range f.Body {
		inner, _ := s.(*ir.For)
		note(s, nil)
		if inner != nil {
			for _, t := range inner.Body {
				note(t, inner)
			}
			part++
		}
	}
	for of := range changed {
		uses := slices.DeleteFunc(slices.Clone(touches), func(t touch) bool { return t.of != of })
		if !ordered(f, uses, own) {
			return false
		}
	}
	return true
}

// ordered tells whether what one iteration of the loop does to the uses of one array or local comes, for each element, still before what the next
// one does: all are of the iteration's own element, or outside of inner loops and with none between, or in one inner loop, of whose iteration the
// element is.
func ordered(f *ir.For, uses []touch, own map[*ir.Local]bool) bool {
	first := uses[0]
	fixed := func(e *ir.Expr, but *ir.Local) bool {
		ok := true
		eachExpr(e, func(x *ir.Expr) {
			ok = ok && x.Kind != ir.ExprArray && (x.Local == nil || x.Local == but || !own[x.Local] && x.Local != f.Var)
		})
		return ok
	}
	of := func(v *ir.Local) bool {
		return slices.ContainsFunc(first.index, func(e *ir.Expr) bool {
			d := slices.Index(first.index, e)
			return steps(e, v) && fixed(e, v) && !slices.ContainsFunc(uses, func(t touch) bool { return len(t.index) <= d || !t.index[d].Same(e) })
		})
	}
	switch {
	case of(f.Var):
		return true
	case !slices.ContainsFunc(uses, func(t touch) bool { return t.inner != nil || t.part != first.part }):
		return true
	}
	return first.inner != nil && of(first.inner.Var) && !slices.ContainsFunc(uses, func(t touch) bool { return t.inner != first.inner })
}

// steps tells whether the subscript grows by one with v.
func steps(e *ir.Expr, v *ir.Local) bool {
	m, ok := moves(e, v)
	return m && ok
}

// affineTerms writes a whole number as a sum of sizes, by name, and locals, with their coefficients, and a constant.
func affineTerms(e *ir.Expr) (terms map[any]int, constant int, ok bool) {
	switch e.Kind {
	case ir.ExprConst:
		return map[any]int{}, int(e.Value), true
	case ir.ExprSize:
		return map[any]int{e.Name: 1}, 0, true
	case ir.ExprLocal:
		return map[any]int{e.Local: 1}, 0, true
	}
	if e.Kind != ir.ExprPrim || len(e.Args) != 2 {
		return nil, 0, false
	}
	x, c, okX := affineTerms(e.Args[0])
	y, d, okY := affineTerms(e.Args[1])
	if !okX || !okY {
		return nil, 0, false
	}
	sign := 1
	switch e.Prim.Op {
	case ir.OpSub:
		sign = -1
	case ir.OpAdd:
	case ir.OpIntMul:
		if len(x) > 0 {
			x, c, y, d = y, d, x, c
		}
		if len(x) > 0 {
			return nil, 0, false
		}
		for k := range y {
			y[k] *= c
		}
		return y, c * d, true
	default:
		return nil, 0, false
	}
	for k, n := range y {
		x[k] += sign * n
	}
	return x, c + sign*d, true
}

// gap is x − y where that is a constant.
func gap(x, y *ir.Expr) (int, bool) {
	terms, constant, ok := affineTerms(intPrim(ir.OpSub, x, y))
	for _, n := range terms {
		ok = ok && n == 0
	}
	return constant, ok
}

// replaced is e with another expression for a local.
func replaced(e *ir.Expr, v *ir.Local, by *ir.Expr) *ir.Expr {
	return (&copier{of: v, at: by}).expr(e)
}
