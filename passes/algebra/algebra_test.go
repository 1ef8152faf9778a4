package algebra

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// eval is the values of all live variables, of the atoms the given ones. A call is the sine of the sum of its arguments.
func eval(n *Net, atoms []float64) map[int]float64 {
	values := map[int]float64{}
	for i, x := range atoms {
		values[i] = x
	}
	for _, v := range n.Live() {
		switch n.defs[v].kind {
		case call:
			s := 0.0
			for _, a := range n.defs[v].args {
				s += values[int(a)]
			}
			values[v] = math.Sin(s)
		case sum:
			s := 0.0
			for _, t := range n.defs[v].terms {
				p := t.Coef.Float()
				for _, l := range t.Lits {
					if l.Divides() {
						p /= values[l.Index()]
					} else {
						p *= values[l.Index()]
					}
				}
				s += p
			}
			values[v] = s
		}
	}
	return values
}

// randomNet adds a network of sums of products over some atoms and a few calls, of which the last variables are kept.
func randomNet(t *rapid.T, n *Net, atoms int) (kept []int) {
	for range atoms {
		n.Atom(0, true)
	}
	vars := atoms
	pick := func() int { return rapid.IntRange(0, vars-1).Draw(t, "variable") }
	for range rapid.IntRange(1, 12).Draw(t, "variables") {
		if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
			vars = n.Call(0, 1, pick(), pick()) + 1
			continue
		}
		var terms []Term
		for range rapid.IntRange(1, 4).Draw(t, "terms") {
			var lits []Lit
			for range rapid.IntRange(0, 4).Draw(t, "factors") {
				l := Var(pick())
				if l.Index() < atoms && rapid.IntRange(0, 4).Draw(t, "divides") == 0 {
					l = l.Inverse()
				}
				lits = append(lits, l)
			}
			c := rapid.SampledFrom([]float64{1, 1, 1, -1, -1, 2, -2, 0.5, 3, 0.1}).Draw(t, "coefficient")
			terms = append(terms, NewTerm(Number(c), lits...))
		}
		vars = n.Sum(terms...) + 1
	}
	for v := max(atoms, vars-3); v < vars; v++ {
		n.Keep(v)
		kept = append(kept, v)
	}
	return kept
}

// consistent tells what is wrong with the books of the network.
func consistent(n *Net) error {
	cost, users := 0.0, make([]int, len(n.defs))
	for v := range n.defs {
		d := &n.defs[v]
		cost += d.cost
		for _, t := range d.terms {
			if t.val != n.product(t.Lits) {
				return fmt.Errorf("variable %d: a term has a wrong value", v)
			}
			for _, l := range t.Lits {
				users[l.Index()]++
				if n.defs[l.Index()].kind == dead {
					return fmt.Errorf("variable %d uses %d, which is dead", v, l.Index())
				}
				if n.defs[l.Index()].level >= d.level {
					return fmt.Errorf("variable %d uses %d, which is not below it", v, l.Index())
				}
			}
		}
		for _, a := range d.args {
			users[a]++
		}
		if d.kind == sum && n.sumCost(d.terms) != d.cost {
			return fmt.Errorf("variable %d costs %v, not %v", v, n.sumCost(d.terms), d.cost)
		}
	}
	for v, count := range users {
		if len(n.defs[v].users) != count {
			return fmt.Errorf("variable %d has %d users, not %d", v, count, len(n.defs[v].users))
		}
	}
	if math.Abs(cost-n.cost) > epsilon {
		return fmt.Errorf("the cost is %v, not %v", cost, n.cost)
	}
	return nil
}

// TestSearchKeepsValues: whatever is found computes the same, and never costs more.
func TestSearchKeepsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const atoms = 4
		n := New(Unit)
		kept := randomNet(t, n, atoms)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var x []float64
		for range atoms {
			x = append(x, 0.5+r.Float64())
		}
		before, want := n.Cost(), eval(n, x)
		for _, v := range want {
			if !(math.Abs(v) < 1e3) {
				return // rounding errors would show
			}
		}
		n.Search(20_000, rapid.Uint64().Draw(t, "search"))
		if n.Cost() > before {
			t.Fatalf("the cost rises from %v to %v", before, n.Cost())
		}
		if err := consistent(n); err != nil {
			t.Fatal(err)
		}
		got := eval(n, x)
		for _, v := range kept {
			if d := math.Abs(got[v] - want[v]); !(d <= 1e-8*(1+math.Abs(want[v]))) {
				t.Fatalf("variable %d is %v, want %v", v, got[v], want[v])
			}
		}
	})
}

// TestSameSeedSameNetwork: the search is deterministic.
func TestSameSeedSameNetwork(t *testing.T) {
	build := func() string {
		n := New(Unit)
		x, y, z := n.Atom(0, true), n.Atom(0, true), n.Atom(0, true)
		u := n.Sum(NewTerm(One, Var(x), Var(y)), NewTerm(Number(2), Var(z)))
		v := n.Sum(NewTerm(One, Var(u), Var(x)), NewTerm(One, Var(u), Var(z)), NewTerm(One, Var(x), Var(y)))
		n.Keep(v)
		n.Keep(n.Sum(NewTerm(Number(3), Var(v), Var(u)), NewTerm(One, Var(z), Over(x))))
		n.Search(50_000, 7)
		s := ""
		for _, v := range n.Live() {
			s += fmt.Sprintln(v, n.defs[v].terms)
		}
		return s
	}
	if a, b := build(), build(); a != b {
		t.Errorf("two runs give\n%s\nand\n%s", a, b)
	}
}

// TestFactor: what single steps find.
func TestFactor(t *testing.T) {
	for _, c := range []struct {
		name  string
		terms func(x, y, z int) [][]Term
		want  float64
	}{
		{"common factor", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(x), Var(y)), NewTerm(One, Var(x), Var(z))}}
		}, 2},
		{"Horner", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(x), Var(x), Var(x)), NewTerm(One, Var(x), Var(x), Var(y)), NewTerm(One, Var(x), Var(z))}}
		}, 4},
		{"power", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(x), Var(x), Var(x), Var(x), Var(x), Var(x), Var(x), Var(x))}}
		}, 3},
		{"shared product", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(x), Var(y), Var(z))}, {NewTerm(One, Var(x), Var(y)), NewTerm(One, Var(z))}}
		}, 3},
		{"shared divisor", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(y), Over(x)), NewTerm(Number(5), Over(x))}}
		}, 2},
		{"sum up to sign and scale", func(x, y, z int) [][]Term {
			return [][]Term{
				{NewTerm(One, Var(z), Var(x)), NewTerm(One.Neg(), Var(z), Var(y))},
				{NewTerm(Number(2), Var(y)), NewTerm(Number(-2), Var(x))},
			}
		}, 3},
		{"nothing is cancelled", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(x), Var(y), Over(x))}}
		}, 2},
		{"cancelled against a higher power", func(x, y, z int) [][]Term {
			return [][]Term{{NewTerm(One, Var(x), Var(y), Over(x), Over(x))}}
		}, 1},
	} {
		n := New(Unit)
		x, y, z := n.Atom(0, true), n.Atom(0, true), n.Atom(0, true)
		for _, s := range c.terms(x, y, z) {
			n.Keep(n.Sum(s...))
		}
		n.Search(20_000, 0)
		if n.Cost() != c.want {
			t.Errorf("%s: cost %v, want %v", c.name, n.Cost(), c.want)
		}
	}
}

// TestExactSumsStayClosed: a difference of two inputs is not multiplied out, as its cancellation is exact.
func TestExactSumsStayClosed(t *testing.T) {
	n := New(Unit)
	x, y, z := n.Atom(0, true), n.Atom(0, true), n.Atom(0, true)
	d := n.Sum(NewTerm(One, Var(x)), NewTerm(One.Neg(), Var(y)))
	if n.opens(NewTerm(One, Var(d), Var(z)), Var(d)) {
		t.Error("x − y is multiplied out")
	}
	p := n.Sum(NewTerm(One, Var(x), Var(z)))
	e := n.Sum(NewTerm(One, Var(x)), NewTerm(One.Neg(), Var(p)))
	if !n.opens(NewTerm(One, Var(e), Var(z)), Var(e)) {
		t.Error("x − x·z, of which a product is rounded, is not multiplied out")
	}
}

func TestCoefficients(t *testing.T) {
	third := One.Div(Number(3))
	if c := third.Mul(Number(3)); c != One {
		t.Errorf("1/3·3 is %v", c)
	}
	if c := third.Add(Number(0.5)); c.Float() != 5./6 || c.Mul(Number(6)) != Number(5) {
		t.Errorf("1/3 + 1/2 is %v", c)
	}
	c := Number(0.1)
	for range 10 {
		c = c.Mul(Number(0.3))
	}
	if c.Usable() {
		t.Error("a coefficient that was rounded ten times is used")
	}
	if Number(1e-200).Usable() || Number(math.NaN()).Usable() || Number(math.Inf(1)).Usable() {
		t.Error("coefficients at the edge are used")
	}
}

func TestField(t *testing.T) {
	seen := map[uint64]int{}
	for k := -500; k <= 500; k++ { // by powers of two variables are scaled
		v := value(math.Ldexp(1, k))
		if j, ok := seen[v]; ok {
			t.Fatalf("2^%d and 2^%d have the same value", j, k)
		}
		seen[v] = k
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-1e6, 1e6).Draw(t, "a"), rapid.Float64Range(-1e6, 1e6).Draw(t, "b")
		a, b = math.Round(a*8)/8, math.Round(b*8)/8
		if got, want := mulmod(value(a), value(b)), value(a*b); got != want {
			t.Fatalf("%v·%v", a, b)
		}
		if got, want := addmod(value(a), value(b)), value(a+b); got != want {
			t.Fatalf("%v+%v", a, b)
		}
		if a != 0 && mulmod(value(a), invmod(value(a))) != 1 {
			t.Fatalf("1/%v", a)
		}
	})
}

// TestCancelled: what is known of variables, and of the other terms of a sum, lets factors cancel.
func TestCancelled(t *testing.T) {
	for _, c := range []struct {
		name string
		sum  func(n *Net, x, y, z int) []Term
		want float64
	}{
		{"a variable that may be 0", func(n *Net, x, y, z int) []Term {
			return []Term{NewTerm(One, Var(x), Var(y), Over(x)), NewTerm(One, Var(z))}
		}, 3},
		{"one that is not", func(n *Net, x, y, z int) []Term {
			n.Nonzero(x)
			return []Term{NewTerm(One, Var(x), Var(y), Over(x)), NewTerm(One, Var(z))}
		}, 1},
		{"beside a pole", func(n *Net, x, y, z int) []Term {
			return []Term{NewTerm(One, Var(x), Var(x), Var(y), Over(x)), NewTerm(One, Var(z), Over(x))}
		}, 3},
		{"a square root beside a pole", func(n *Net, x, y, z int) []Term {
			r := n.Call(0, 0, x)
			n.Root(r)
			return []Term{NewTerm(One, Var(x), Over(r)), NewTerm(One, Var(y), Over(r)), NewTerm(One, Var(z))}
		}, 3},
		{"the same product above and below the line", func(n *Net, x, y, z int) []Term {
			return []Term{NewTerm(One, Var(x), Var(y)), NewTerm(One, Var(z), Over(x), Over(y))}
		}, 3},
		{"a product that is another", func(n *Net, x, y, z int) []Term {
			e, d := n.Call(0, 0, x), n.Call(0, 0, y)
			n.Relate(d, []Lit{Var(d), Var(y)}, []Lit{Var(e), Var(z)})
			return []Term{NewTerm(Number(2), Var(d), Var(y)), NewTerm(Number(-2), Var(e), Var(z)), NewTerm(One, Var(x))}
		}, 0},
	} {
		n := New(Unit)
		x, y, z := n.Atom(0, true), n.Atom(0, true), n.Atom(0, true)
		n.Keep(n.Sum(c.sum(n, x, y, z)...))
		n.Search(20_000, 0)
		if n.Cost() != c.want {
			t.Errorf("%s: cost %v, want %v", c.name, n.Cost(), c.want)
		}
		if err := consistent(n); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
