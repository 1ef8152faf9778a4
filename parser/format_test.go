package parser

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// randomExpr draws a syntax tree.
func randomExpr(depth int) *rapid.Generator[Expr] {
	return rapid.Custom(func(t *rapid.T) Expr {
		name := rapid.SampledFrom([]string{"x", "y", "θ", "w₁", "long_name"})
		if depth == 0 {
			if rapid.Bool().Draw(t, "number") {
				return &Num{Text: rapid.SampledFrom([]string{"1", "2.5", "1e-3", ".5"}).Draw(t, "text")}
			}
			return &Ident{Name: name.Draw(t, "name")}
		}
		x := func() Expr { return randomExpr(depth-1).Draw(t, "x") }
		cond := func() Expr { return &Binary{Op: "<", X: x(), Y: x()} }
		switch rapid.IntRange(0, 10).Draw(t, "kind") {
		case 0, 1, 2:
			return &Binary{Op: rapid.SampledFrom([]string{"+", "-", "*", "/", "@", "^"}).Draw(t, "op"), X: x(), Y: x()}
		case 3:
			return &Unary{Op: rapid.SampledFrom([]string{"-", "'"}).Draw(t, "op"), X: x()}
		case 4:
			return &Call{Name: Name{Text: "f"}, Args: []Expr{x(), x()}}
		case 5:
			return &Index{X: x(), Args: []Expr{x()}}
		case 6:
			return &If{Cond: &Binary{Op: rapid.SampledFrom([]string{"and", "or"}).Draw(t, "op"), X: cond(), Y: &Unary{Op: "not", X: cond()}}, Then: x(), Else: x()}
		case 7:
			return &Reduce{Name: Name{Text: "sum"}, Vars: []*Range{{Name: Name{Text: "i"}}, {Name: Name{Text: "j"}, Lo: x(), Hi: x()}}, Cond: cond(), Body: x()}
		case 8:
			return cond()
		case 9:
			return &List{Elems: []Expr{x(), x()}}
		}
		return randomExpr(0).Draw(t, "leaf")
	})
}

// TestRoundTrip: what is printed and read again is the same tree, whatever the tree.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := randomExpr(4).Draw(t, "expression")
		text := FormatExpr(want)
		file, err := Parse("round.ad", []byte("f(x) = "+text+"\n"))
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		ignore := cmp.FilterPath(func(p cmp.Path) bool {
			s := p.Last().String()
			return s == ".At" || s == ".Span" || s == ".End"
		}, cmp.Ignore())
		if diff := cmp.Diff(want, bare(file.Funcs[0].Body.Result), ignore); diff != "" {
			t.Fatalf("%s\nwant -, got +:\n%s", text, diff)
		}
	})
}

// bare is x without Paren nodes.
func bare(x Expr) Expr {
	list := func(args []Expr) {
		for i := range args {
			args[i] = bare(args[i])
		}
	}
	switch x := x.(type) {
	case *Paren:
		return bare(x.X)
	case *Unary:
		x.X = bare(x.X)
	case *Binary:
		x.X, x.Y = bare(x.X), bare(x.Y)
	case *Call:
		list(x.Args)
	case *Index:
		x.X = bare(x.X)
		list(x.Args)
	case *List:
		list(x.Elems)
	case *If:
		x.Cond, x.Then, x.Else = bare(x.Cond), bare(x.Then), bare(x.Else)
	case *Reduce:
		for _, v := range x.Vars {
			if v.Lo != nil {
				v.Lo, v.Hi = bare(v.Lo), bare(v.Hi)
			}
		}
		if x.Cond != nil {
			x.Cond = bare(x.Cond)
		}
		x.Body = bare(x.Body)
	}
	return x
}
