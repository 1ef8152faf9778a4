package passes

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// programs counted by hand.
func TestCountPrograms(t *testing.T) {
	i, j := &ir.Local{Name: "i", Type: ir.Int}, &ir.Local{Name: "j", Type: ir.Int}
	s := &ir.Local{Name: "s"}
	n := &ir.Expr{Kind: ir.ExprSize, Type: ir.Int, Name: "n"}
	label := &ir.Expr{Kind: ir.ExprInput, Type: ir.Int, Input: &ir.Input{Name: "label", Type: ir.Int}}
	local := func(l *ir.Local) *ir.Expr { return &ir.Expr{Kind: ir.ExprLocal, Type: l.Type, Local: l} }
	prim := func(op ir.Op, x ...*ir.Expr) *ir.Expr {
		return &ir.Expr{Kind: ir.ExprPrim, Type: ir.PrimOf(op).Result, Prim: ir.PrimOf(op), Args: x}
	}
	number := func(v float64) *ir.Expr { return &ir.Expr{Kind: ir.ExprConst, Value: v} }
	loop := func(v *ir.Local, lo, hi *ir.Expr, body ...ir.Stmt) ir.Stmt {
		return &ir.For{Var: v, Lo: lo, Hi: hi, Body: body}
	}
	addTo := func(x *ir.Expr) ir.Stmt { return &ir.Assign{Dst: s, Op: ir.AddTo, Value: x} }
	less := prim(ir.OpLt, local(s), number(2))
	next := intPrim(ir.OpAdd, local(i), integer(1))

	for name, c := range map[string]struct {
		body   []ir.Stmt
		total  string
		atMost bool
	}{
		"accumulation":       {[]ir.Stmt{addTo(number(1))}, "1", false},
		"nothing to set":     {[]ir.Stmt{&ir.Assign{Dst: s, Value: local(s)}}, "0", false},
		"product":            {[]ir.Stmt{loop(i, integer(0), n, addTo(prim(ir.OpMul, local(s), local(s))))}, "2·n", false},
		"below the diagonal": {[]ir.Stmt{loop(i, integer(0), n, loop(j, integer(0), local(i), addTo(local(s))))}, "1/2·n^2 - 1/2·n", false},
		"above the diagonal": {[]ir.Stmt{loop(i, integer(0), n, loop(j, next, n, addTo(local(s))))}, "1/2·n^2 - 1/2·n", false},
		"up to the diagonal": {[]ir.Stmt{loop(i, integer(0), n, loop(j, integer(0), intPrim(ir.OpMin, n, next), addTo(local(s))))}, "1/2·n^2 + 1/2·n", false},
		"from the diagonal":  {[]ir.Stmt{loop(i, integer(0), n, loop(j, intPrim(ir.OpMax, integer(0), local(i)), n, addTo(local(s))))}, "1/2·n^2 + 1/2·n", false},
		"up to data":         {[]ir.Stmt{loop(j, integer(0), intPrim(ir.OpMin, n, label), addTo(local(s)))}, "n", true},
		"branch":             {[]ir.Stmt{&ir.If{Cond: less, Then: []ir.Stmt{addTo(number(1))}, Else: []ir.Stmt{addTo(number(2))}}}, "4", false},
		"static branch":      {[]ir.Stmt{&ir.If{Cond: prim(ir.OpLt, label, n), Then: []ir.Stmt{addTo(number(1))}}}, "1", false},
		"x^10 / x^-1.5":      {[]ir.Stmt{addTo(prim(ir.OpDiv, prim(ir.OpPow, local(s), number(10)), prim(ir.OpPow, local(s), number(-1.5))))}, "9", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Count(&ir.Program{Body: c.body})
			if got.Total().String() != c.total || got.AtMost != c.atMost {
				t.Errorf("total %v, at most %v, want %s, %v", got.Total(), got.AtMost, c.total, c.atMost)
			}
		})
	}
}

// A tree of n doublings has 2ⁿ − 1 additions as written, n as a program.
func TestWrittenIsNotShared(t *testing.T) {
	g := ir.NewGraph()
	x := &ir.Input{Name: "x", Param: true}
	v := g.Access(x)
	for range 100 {
		v = g.Apply(ir.OpAdd, v, v)
	}
	f := &ir.Func{Name: "f", Graph: g, Inputs: []*ir.Input{x}, Results: []ir.Result{{Name: "value", Value: v}}}
	if got, want := Written(f).Total().String(), "1267650600228229401496703205375"; got != want {
		t.Errorf("written %s, want %s", got, want)
	}
	if got := Count(Schedule(f)).Total().String(); got != "100" {
		t.Errorf("scheduled %s, want 100", got)
	}
}

// A named equation counts once, for each value of its indices.
func TestWrittenNames(t *testing.T) {
	g := ir.NewGraph()
	n := g.Size("n")
	x := &ir.Input{Name: "x", Dims: []*ir.Node{n}, Param: true}
	i := g.NewIndex(n)
	z := g.Apply(ir.OpExp, g.Access(x, i))
	sum := g.Reduce(ir.Sum, i, g.Apply(ir.OpMul, z, z))
	f := &ir.Func{Name: "f", Graph: g, Sizes: []string{"n"}, Inputs: []*ir.Input{x}, Results: []ir.Result{{Name: "value", Value: sum}}}
	if got := Written(f).Total().String(); got != "4·n - 1" {
		t.Errorf("without a name %s, want 4·n - 1", got)
	}
	g.SetName(sum.Args[0].Args[0], "z")
	if got := Written(f).Total().String(); got != "3·n - 1" {
		t.Errorf("with a name %s, want 3·n - 1", got)
	}
}
