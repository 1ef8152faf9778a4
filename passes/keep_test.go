package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// A value is read from a local up to where its element, or a subscript of it, changes.
func TestKeep(t *testing.T) {
	i, s := &ir.Local{Name: "i", Type: ir.Int}, &ir.Local{Name: "s"}
	a := &ir.Array{Name: "a", Dims: []*ir.Node{ir.NewGraph().Size("n")}}
	local := func(l *ir.Local) *ir.Expr { return &ir.Expr{Kind: ir.ExprLocal, Type: l.Type, Local: l} }
	one := &ir.Expr{Kind: ir.ExprConst, Value: 1}
	at := func(e *ir.Expr) *ir.Expr { return &ir.Expr{Kind: ir.ExprArray, Array: a, Args: []*ir.Expr{e}} }
	sum := &ir.Expr{Kind: ir.ExprPrim, Prim: ir.PrimOf(ir.OpAdd), Args: []*ir.Expr{local(s), one}}
	store := func(index *ir.Expr) *ir.Store { return &ir.Store{Dst: a, Index: []*ir.Expr{index}, Value: sum} }
	read := func() *ir.Assign { return &ir.Assign{Dst: s, Value: at(local(i))} }
	for name, c := range map[string]struct {
		between ir.Stmt
		kept    bool
	}{
		"nothing":           {&ir.Assign{Dst: &ir.Local{Name: "u"}, Declare: true, Value: one}, true},
		"a branch":          {&ir.If{Cond: one, Then: []ir.Stmt{&ir.Assign{Dst: &ir.Local{}, Declare: true, Value: one}}}, true},
		"another element":   {store(integer(0)), false},
		"a branch with one": {&ir.If{Cond: one, Then: []ir.Stmt{store(integer(0))}}, false},
		"another subscript": {&ir.Assign{Dst: i, Value: integer(1)}, false},
		"a clearing":        {&ir.Fill{Dst: a}, false},
	} {
		last := read()
		keep([]ir.Stmt{store(local(i)), c.between, last})
		if kept := last.Value.Kind == ir.ExprLocal; kept != c.kept {
			t.Errorf("%s between store and read: kept is %t, want %t", name, kept, c.kept)
		}
	}
	inner := read()
	keep([]ir.Stmt{store(local(i)), &ir.For{Var: &ir.Local{}, Lo: integer(0), Hi: integer(2), Body: []ir.Stmt{inner, store(integer(0))}}})
	if inner.Value.Kind == ir.ExprLocal {
		t.Error("a loop reads what it changes later from a local")
	}
}
