package parser

import "slices"

// rewrite is x with what change gives in the place of expressions, innermost first; nil leaves one as it is. bound are the index variables of the reductions
// around it. What does not change is shared with x.
func rewrite(x Expr, change func(x Expr, bound []string) Expr) Expr {
	type item struct {
		x     Expr
		bound []string
	}
	var order []item
	for stack := []item{{x, nil}}; len(stack) > 0; {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		order = append(order, top)
		if r, ok := top.x.(*Reduce); ok {
			for _, v := range r.Vars {
				top.bound = append(top.bound[:len(top.bound):len(top.bound)], v.Name.Text)
			}
		}
		for _, y := range parts(top.x) {
			stack = append(stack, item{y, top.bound})
		}
	}
	other := map[Expr]Expr{}
	for _, i := range slices.Backward(order) {
		y := i.x
		if slices.ContainsFunc(parts(y), func(p Expr) bool { return other[p] != p }) {
			y = withParts(y, func(p Expr) Expr { return other[p] })
		}
		if z := change(y, i.bound); z != nil {
			y = z
		}
		other[i.x] = y
	}
	return other[x]
}

// parts lists what stands directly in x, the ranges of a reduction as such.
func parts(x Expr) []Expr {
	r, ok := x.(*Reduce)
	if !ok {
		return Operands(x)
	}
	var list []Expr
	for _, v := range r.Vars {
		list = append(list, v)
	}
	if r.Cond != nil {
		list = append(list, r.Cond)
	}
	return append(list, r.Body)
}

// withParts is a copy of x with other parts.
func withParts(x Expr, other func(Expr) Expr) Expr {
	all := func(list []Expr) []Expr {
		list = slices.Clone(list)
		for i, y := range list {
			list[i] = other(y)
		}
		return list
	}
	switch x := x.(type) {
	case *Unary:
		y := *x
		y.X = other(x.X)
		return &y
	case *Binary:
		y := *x
		y.X, y.Y = other(x.X), other(x.Y)
		return &y
	case *Call:
		y := *x
		y.Args = all(x.Args)
		return &y
	case *Index:
		y := *x
		y.X, y.Args = other(x.X), all(x.Args)
		return &y
	case *If:
		y := *x
		y.Cond, y.Then, y.Else = other(x.Cond), other(x.Then), other(x.Else)
		return &y
	case *Paren:
		y := *x
		y.X = other(x.X)
		return &y
	case *List:
		y := *x
		y.Elems = all(x.Elems)
		return &y
	case *Range:
		y := *x
		y.Lo, y.Hi = other(x.Lo), other(x.Hi)
		return &y
	case *Reduce:
		y := *x
		y.Vars = slices.Clone(x.Vars)
		for i, v := range x.Vars {
			y.Vars[i] = other(v).(*Range)
		}
		if x.Cond != nil {
			y.Cond = other(x.Cond)
		}
		y.Body = other(x.Body)
		return &y
	}
	panic("internal error: an expression without parts has none to change")
}
