package passes

import (
	"math/big"
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"pgregory.net/rapid"
)

// runner counts the operations of a program by running its loops, with both arms of each branch but such that are taken for one value of a loop's variable.
type runner struct {
	t     *tally
	sizes map[string]int
	vars  map[*ir.Local]int
}

func (r *runner) run(stmts []ir.Stmt) {
	for _, s := range stmts {
		ir.Exprs(s, r.t.expr)
		switch s := s.(type) {
		case *ir.Assign:
			r.t.accumulate(s.Op, s.Dst.Type)
		case *ir.Store:
			r.t.accumulate(s.Op, s.Dst.Type)
		case *ir.If:
			if !staticExpr(s.Cond) {
				r.t.apply(ir.PrimOf(ir.OpSelect), nil)
			}
			if !r.passed(s.Cond) {
				r.run(s.Then)
			}
			r.run(s.Else)
		case *ir.For:
			for i := r.value(s.Lo); i < r.value(s.Hi); i++ {
				r.vars[s.Var] = i
				r.run(s.Body)
			}
		}
	}
}

// passed tells whether the condition is that Ints are equal which are not.
func (r *runner) passed(c *ir.Expr) bool {
	if c.Kind == ir.ExprPrim && c.Prim.Op == ir.OpAnd {
		return r.passed(c.Args[0]) || r.passed(c.Args[1])
	}
	if c.Kind != ir.ExprPrim || c.Prim.Op != ir.OpEq || c.Args[0].Type != ir.Int || ofData(c) {
		return false
	}
	return r.value(c.Args[0]) != r.value(c.Args[1])
}

// ofData tells whether e reads an input.
func ofData(e *ir.Expr) bool { return e.Kind == ir.ExprInput || slices.ContainsFunc(e.Args, ofData) }

func (r *runner) value(e *ir.Expr) int {
	switch e.Kind {
	case ir.ExprConst:
		return int(e.Value)
	case ir.ExprSize:
		return r.sizes[e.Name]
	case ir.ExprLocal:
		return r.vars[e.Local]
	}
	x := make([]float64, len(e.Args))
	for i, a := range e.Args {
		x[i] = float64(r.value(a))
	}
	return int(e.Prim.Eval(x))
}

// triangle is Σᵢ Σⱼ [j ≤ i]·exp(xᵢ·xⱼ), whose inner loop ends at i.
func triangle() *ir.Func {
	g := ir.NewGraph()
	n := g.Size("n")
	x := &ir.Input{Name: "x", Dims: []*ir.Node{n}, Param: true}
	i, j := g.NewIndex(n), g.NewIndex(n)
	term := g.Select(g.Apply(ir.OpLe, j, i), g.Apply(ir.OpExp, g.Apply(ir.OpMul, g.Access(x, i), g.Access(x, j))), g.Const(0))
	sum := g.Reduce(ir.Sum, i, g.Reduce(ir.Sum, j, term))
	return &ir.Func{Name: "triangle", Graph: g, Sizes: []string{"n"}, Inputs: []*ir.Input{x}, Results: []ir.Result{{Name: "value", Value: sum}}}
}

// The polynomials are what running the loops counts, at all sizes.
func TestCountIsWhatRuns(t *testing.T) {
	for name, f := range map[string]*ir.Func{"mlp": mlp(), "triangle": triangle()} {
		grad, err := Gradient(f)
		if err != nil {
			t.Fatal(err)
		}
		for form, d := range map[string]*ir.Func{"value": f, "gradient": grad, "simplified": Simplify(grad), "forward": Forward(f)} {
			t.Run(name+"/"+form, func(t *testing.T) {
				p := Schedule(d)
				count := Count(p)
				rapid.Check(t, func(t *rapid.T) {
					r := &runner{t: newTally(), sizes: map[string]int{}, vars: map[*ir.Local]int{}}
					for _, s := range f.Sizes {
						r.sizes[s] = rapid.IntRange(1, 5).Draw(t, s)
					}
					r.run(p.Body)
					got, want := count.Total().Eval(r.sizes), big.NewRat(int64(r.t.ops.Total()), 1)
					if c := got.Cmp(want); c < 0 || c > 0 && !count.AtMost {
						t.Fatalf("%v = %v at %v, %v were run (at most: %v)", count.Total(), got, r.sizes, want, count.AtMost)
					}
				})
			})
		}
	}
}
