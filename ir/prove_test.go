package ir

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// ints builds Ints over two sizes and three indices below the first.
type ints struct {
	g       *Graph
	n, m    *Node
	i, j, k *Node
}

func newInts() ints {
	g := NewGraph()
	n := g.Size("n")
	return ints{g, n, g.Size("m"), g.NewIndex(n), g.NewIndex(n), g.NewIndex(n)}
}

func (x ints) add(terms ...*Node) *Node {
	sum := x.g.Int(0)
	for _, t := range terms {
		sum = x.g.IntAdd(sum, t)
	}
	return sum
}

func (x ints) mul(factors ...*Node) *Node {
	p := x.g.Int(1)
	for _, f := range factors {
		p = x.g.IntMul(p, f)
	}
	return p
}

func (x ints) less(a, b *Node) *Node { return x.g.Apply(OpLt, a, b) }

// value is the Int n where sizes and indices have the given values.
func (x ints) value(n *Node, at map[*Node]int) int {
	for a, v := range at {
		n = x.g.put(n, a, x.g.Int(v))
	}
	return int(n.Value)
}

// TestPacked: the layouts of packed arrays are proved to stay within them.
func TestPacked(t *testing.T) {
	x := newInts()
	g := x.g
	one, two := g.Int(1), g.Int(2)
	half := func(n *Node) *Node { return g.IntDiv(n, two) }
	below := func(a, b *Node) *Node { return g.IntSub(b, a) }
	triangle := func(n *Node) *Node { return half(x.mul(n, x.add(n, one))) }
	column := x.add(x.n, half(x.mul(x.i, x.add(x.mul(two, x.n), below(x.i, g.Int(0)), g.Int(-1)))), x.j, below(x.i, g.Int(0)), g.Int(-1))
	pyramid := x.add(g.IntDiv(x.mul(x.i, x.add(x.i, one), x.add(x.i, two)), g.Int(6)), triangle(x.j), x.k)
	for _, c := range []struct {
		name      string
		e, extent *Node
		given     []*Node
		want      bool
	}{
		{"rows", x.add(x.mul(x.i, x.m), g.Index(x.m, 7)), x.mul(x.n, x.m), nil, true},
		{"rows one too few", x.add(x.mul(x.i, x.m), g.Index(x.m, 7)), x.mul(x.add(x.n, g.Int(-1)), x.m), nil, false},
		{"lower triangle", x.add(triangle(x.i), x.j), triangle(x.n), []*Node{x.less(x.j, x.add(x.i, one))}, true},
		{"strict triangle", x.add(half(x.mul(x.i, below(one, x.i))), x.j), half(x.mul(x.n, below(one, x.n))), []*Node{x.less(x.j, x.i)}, true},
		{"strict triangle, any j", x.add(half(x.mul(x.i, below(one, x.i))), x.j), half(x.mul(x.n, below(one, x.n))), nil, false},
		{"columns behind the diagonal", column, triangle(x.n), []*Node{x.less(x.i, x.j)}, true},
		{"columns behind the diagonal, on it", column, triangle(x.n), []*Node{g.Apply(OpLe, x.i, x.j)}, false},
		{"pyramid", pyramid, g.IntDiv(x.mul(x.n, x.add(x.n, one), x.add(x.n, two)), g.Int(6)), []*Node{g.Apply(OpAnd, g.Apply(OpLe, x.j, x.i), g.Apply(OpLe, x.k, x.j))}, true},
		{"halves", half(x.i), half(x.add(x.n, one)), nil, true},
		{"distance", x.add(x.i, below(x.j, g.Int(0))), x.n, []*Node{g.Apply(OpNot, x.less(x.i, x.j))}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &Func{Graph: g}
			if got := f.InRange(c.e, c.extent, c.given...).IsConst(1); got != c.want {
				t.Errorf("%s in 0..%s is proved: %v", c.e.Text(), c.extent.Text(), got)
			}
		})
	}
}

// TestProofsHold: what is proved not to be negative is not, and a least value is below all values.
func TestProofsHold(t *testing.T) {
	proved := 0
	rapid.Check(t, func(t *rapid.T) {
		x := newInts()
		atoms := []*Node{x.n, x.m, x.i, x.j, x.k}
		draw := func(most int) *Node {
			e := x.g.Int(rapid.IntRange(-2, 2).Draw(t, "constant"))
			for range rapid.IntRange(1, most).Draw(t, "terms") {
				term := x.g.Int(rapid.IntRange(-2, 2).Draw(t, "coefficient"))
				for range rapid.IntRange(1, 2).Draw(t, "degree") {
					term = x.g.IntMul(term, rapid.SampledFrom(atoms).Draw(t, "atom"))
				}
				e = x.g.IntAdd(e, term)
			}
			if rapid.Bool().Draw(t, "divided") {
				e = x.g.IntDiv(e, x.g.Int(rapid.IntRange(1, 3).Draw(t, "divisor")))
			}
			return e
		}
		e := draw(3)
		var given []*Node
		for range rapid.IntRange(0, 2).Draw(t, "conditions") {
			op := rapid.SampledFrom([]Op{OpLt, OpLe, OpEq}).Draw(t, "comparison")
			given = append(given, x.g.Apply(op, rapid.SampledFrom(atoms).Draw(t, "left"), draw(1)))
		}
		f := &Func{Graph: x.g}
		nonNegative := f.NonNegative(e, given...)
		least, bounded := f.Least(e, given...)
		if nonNegative {
			proved++
		}
		const most = 3
		for n := 1; n <= most; n++ {
			for m := 1; m <= most; m++ {
				for p := range n * n * n {
					at := map[*Node]int{x.n: n, x.m: m, x.i: p % n, x.j: p / n % n, x.k: p / n / n}
					if !holds(x, given, at) {
						continue
					}
					v := x.value(e, at)
					if nonNegative && v < 0 {
						t.Fatalf("%s is said not to be negative, and is %d at %s", e.Text(), v, place(at))
					}
					if bounded && x.value(least, at) > v {
						t.Fatalf("%s is %d at %s, below its least value %s", e.Text(), v, place(at), least.Text())
					}
				}
			}
		}
	})
	if proved == 0 {
		t.Error("nothing is proved")
	}
}

func holds(x ints, given []*Node, at map[*Node]int) bool {
	for _, c := range given {
		if c.Prim.Eval([]float64{float64(x.value(c.Args[0], at)), float64(x.value(c.Args[1], at))}) == 0 {
			return false
		}
	}
	return true
}

func place(at map[*Node]int) string {
	s := ""
	for a, v := range at {
		s += fmt.Sprintf("%s = %d ", a.Text(), v)
	}
	return s
}
