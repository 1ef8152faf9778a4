package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// keep lets values that are stored in arrays and read again in the same block be read from local variables. The Go compiler
// cannot, as it does not know that arrays are apart.
func keep(stmts []ir.Stmt) []ir.Stmt {
	var out []ir.Stmt
	last := lastReads(stmts)
	for i, s := range stmts {
		for _, b := range ir.Blocks(s) {
			*b = keep(*b)
		}
		st, ok := s.(*ir.Store)
		if !ok || st.Op != ir.Set || st.Value.Kind == ir.ExprConst {
			out = append(out, s)
			continue
		}
		k := &keeper{element: &ir.Expr{Kind: ir.ExprArray, Type: st.Dst.Type, Array: st.Dst, Args: st.Index}, value: st.Value}
		if k.value.Kind != ir.ExprLocal {
			k.value = &ir.Expr{Kind: ir.ExprLocal, Type: st.Dst.Type, Local: &ir.Local{Name: st.Dst.Name, Type: st.Dst.Type}}
		}
		k.follow(stmts[i+1 : max(i, last[st.Dst])+1])
		if k.found && k.value != st.Value {
			out = append(out, &ir.Assign{Dst: k.value.Local, Declare: true, Value: st.Value})
			st = &ir.Store{Dst: st.Dst, Index: st.Index, Value: k.value}
		}
		out = append(out, st)
	}
	return out
}

// lastReads is the place of the last statement of a block that reads an array or a local, at any depth: behind it there is nothing to look for.
func lastReads(stmts []ir.Stmt) map[any]int {
	last := map[any]int{}
	for i, s := range stmts {
		for _, r := range readIn(s) {
			last[r] = i
		}
	}
	return last
}

// keeper replaces reads of an element by the local that has its value.
type keeper struct {
	element, value *ir.Expr
	found          bool
}

// follow replaces reads in the statements, up to where the element or the local may change.
func (k *keeper) follow(stmts []ir.Stmt) {
	for _, s := range stmts {
		blocks := ir.Blocks(s)
		changes := k.changes(s)
		if _, loop := s.(*ir.For); loop && changes {
			return // it may change before it is read
		}
		k.replace(s)
		for _, b := range blocks {
			k.follow(*b)
		}
		if changes {
			return
		}
	}
}

// changes tells whether s may change the element, its subscripts, or the local.
func (k *keeper) changes(s ir.Stmt) bool {
	switch s := s.(type) {
	case *ir.Assign:
		return s.Dst == k.value.Local || usesLocal(k.element, s.Dst)
	case *ir.Store:
		return s.Dst == k.element.Array || usesArray(k.element.Args, s.Dst)
	case *ir.Fill:
		return s.Dst == k.element.Array || usesArray(k.element.Args, s.Dst)
	}
	for _, b := range ir.Blocks(s) {
		if slices.ContainsFunc(*b, k.changes) {
			return true
		}
	}
	return false
}

func usesLocal(e *ir.Expr, l *ir.Local) bool {
	return e.Local == l || slices.ContainsFunc(e.Args, func(a *ir.Expr) bool { return usesLocal(a, l) })
}

func usesArray(list []*ir.Expr, a *ir.Array) bool {
	return slices.ContainsFunc(list, func(e *ir.Expr) bool { return e.Array == a || usesArray(e.Args, a) })
}

// replace puts the local into the expressions that stand directly in s.
func (k *keeper) replace(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.Assign:
		if s.Value != nil {
			s.Value = k.in(s.Value)
		}
	case *ir.Store:
		s.Value = k.in(s.Value)
		s.Index = each(s.Index, k.in)
	case *ir.For:
		s.Lo, s.Hi = k.in(s.Lo), k.in(s.Hi)
	case *ir.If:
		s.Cond = k.in(s.Cond)
	}
}

// in is e with the local for the element.
func (k *keeper) in(e *ir.Expr) *ir.Expr {
	if e.Same(k.element) {
		k.found = true
		return k.value
	}
	args := each(e.Args, k.in)
	if slices.Equal(args, e.Args) {
		return e
	}
	c := *e
	c.Args = args
	return &c
}
