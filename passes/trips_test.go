package passes

import (
	"math/big"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// triangular are functions whose loops end at each other's variables, so that what is cut of an inner one may never run.
var triangular = []string{
	"f(A[n,n], y[n]; s) = {\n L[i,i] = sqrt(A[i,i] + s - sum(k in 0..i: L[i,k]^2))\n L[i,j in 0..i] = (A[i,j]*s - sum(k in 0..j: L[i,k]*L[j,k]))/L[j,j]\n" +
		" z[i] = (y[i] - sum(k in 0..i: L[i,k]*z[k]))/L[i,i]\n sum(i: z[i]^2 + log(L[i,i]))\n}\n",
	"f(L[n,n], b[n]; w) = {\n x[i] = (w*b[i] - sum(j in 0..i: L[i,j]*x[j]))/L[i,i]\n sum(i: x[i]^2)\n}\n",
	"f(A[n,n]; w) = {\n U[i,j in i..n] = w*A[i,j] - sum(k in 0..i: L[i,k]*U[k,j])\n L[i,i] = 1\n" +
		" L[i,j in 0..i] = (A[i,j] - sum(k in 0..j: L[i,k]*U[k,j]))/U[j,j]\n sum(i: log(U[i,i]))\n}\n",
}

// TestCountOfTriangles: what is counted of gradients through factors is what runs, with no loop that never does and none that runs once.
func TestCountOfTriangles(t *testing.T) {
	for _, text := range triangular {
		list, err := parser.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		grad, err := Gradient(f)
		if err != nil {
			t.Fatal(err)
		}
		p := Schedule(Optimize(Usual, grad))
		count := Count(p)
		for n := 1; n < 7; n++ {
			r := &runner{t: newTally(), sizes: map[string]int{"n": n}, vars: map[*ir.Local]int{}}
			r.run(p.Body)
			got, want := count.Total().Eval(r.sizes), big.NewRat(int64(r.t.ops.Total()), 1)
			if c := got.Cmp(want); c < 0 || c > 0 && !count.AtMost {
				t.Errorf("%s: %v = %v at n = %d, %v were run", text, count.Total(), got, n, want)
			}
		}
		if !strings.Contains(text, "U[i,j") { // in which the last column is apart
			idleLoops(t, p.Body, map[*ir.Local]int{})
		}
	}
}

// bordered are functions that do something else in the first and last places.
var bordered = []string{
	"f(; x[n]) = sum(i: ((3 - 2*x[i])*x[i] + 1 - (if i > 0 then x[i-1] else 0) - (if i < n-1 then 2*x[i+1] else 0))^2)\n",
	"f(S[n,n], g; th[n,n]) = {\n D[i,j] = th[i,j]*S[i,j] + logsumexp([D[i-1,j-1], D[i-1,j] - g, D[i,j-1] - g])\n D[0,0] = th[0,0]\n" +
		" D[i,0] = D[i-1,0] - g\n D[0,j] = D[0,j-1] - g\n D[n-1,n-1]\n}\n",
	"f(c; u[n]) = sum(i: (if i == 0 or i == n-1 then u[i] else c*(u[i+1] - 2*u[i] + u[i-1]))^2)\n",
}

// TestCountOfBorders: bounds such as max(1, n − 1) count as the one that is tighter but for the smallest sizes, and a loop that runs for those alone does not count
// for the others.
func TestCountOfBorders(t *testing.T) {
	for _, text := range bordered {
		list, err := parser.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		grad, err := Gradient(list[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []*ir.Func{Optimize(Usual, list[0]), Optimize(Usual, grad)} {
			p := Schedule(f)
			count := Count(p)
			for n := 2; n < 20; n++ { // from where on there are two borders
				r := &runner{t: newTally(), sizes: map[string]int{"n": n}, vars: map[*ir.Local]int{}}
				r.run(p.Body)
				got, _ := count.Total().Eval(r.sizes).Float64()
				want := float64(r.t.ops.Total())
				if got < want || n > 9 && got > 1.25*want {
					t.Errorf("%s: %v = %v at n = %d, %v were run", text, count.Total(), got, n, want)
				}
			}
		}
	}
}

// TestCountOfPlaces: what a Hessian has on its diagonal alone counts n times, not n² times.
func TestCountOfPlaces(t *testing.T) {
	list, err := parser.LoadText("f.ad", []byte("f(m[n]; x[n,2]) = sum(i, j if j < i: m[i]*m[j]/(1 + sum(k: (x[i,k] - x[j,k])^2)))\n"))
	if err != nil {
		t.Fatal(err)
	}
	ways, err := Hessians(list[0])
	if err != nil {
		t.Fatal(err)
	}
	p := Schedule(Optimize(Usual, ways...))
	count := Count(p)
	if d := count.Total().Degree(); d != 2 {
		t.Errorf("%v operations", count.Total())
	}
	for n := 2; n < 9; n++ {
		r := &runner{t: newTally(), sizes: map[string]int{"n": n}, vars: map[*ir.Local]int{}}
		r.run(p.Body)
		if got, want := count.Total().Eval(r.sizes), big.NewRat(int64(r.t.ops.Total()), 1); got.Cmp(want) != 0 {
			t.Errorf("%v = %v at n = %d, %v were run", count.Total(), got, n, want)
		}
	}
}

// idleLoops reports loops that do not run twice when the loops around are in the middle.
func idleLoops(t *testing.T, stmts []ir.Stmt, vars map[*ir.Local]int) {
	r := &runner{sizes: map[string]int{"n": 20}, vars: vars}
	for _, s := range stmts {
		if f, ok := s.(*ir.For); ok {
			trips := r.value(f.Hi) - r.value(f.Lo)
			if trips < 2 {
				t.Errorf("a loop over %s runs %d times", f.Var.Name, trips)
			}
			vars[f.Var] = r.value(f.Lo) + trips/2
		}
		for _, b := range ir.Blocks(s) {
			idleLoops(t, *b, vars)
		}
	}
}

// emptied are functions with loops whose end is before their beginning for the first or the last values of variables around, and the size from which on no loop around
// them is such for all of these: for smaller ones a polynomial can count no loop.
var emptied = []struct {
	text string
	from int
}{
	{"f(x[n]; w) = sum(i in 0..n: sin(w*sum(j in 0..i-1: x[j]*x[i])))\n", 1},
	{"f(x[n]; w) = sum(i in 0..n: sin(w*sum(j in 0..i-2: x[j]*x[i])))\n", 2},
	{"f(x[n]; w) = sum(i in 0..n: sin(w*sum(j in i+2..n: x[j]*x[i])))\n", 1},
	{"f(x[n]; w) = sum(i in 1..n: sin(w*sum(j in 0..i-2: x[j]*x[i])))\n", 1},
	{"f(x[n]; w) = sum(i in 0..n, k in 0..i: sin(w*sum(j in k+2..i: x[j]*x[i])))\n", 3},
	{"f(x[n], y[m]; w) = sum(i in 0..n, k in 0..m: sin(w*sum(j in 0..i-1: x[j]*y[k])))\n", 2},
	{"f(x[n]; w) = sum(i in 0..n: cos(w*sum(k in 0..i-1: sin(x[k]*w*sum(j in 0..k-1: x[j]*x[i])))))\n", 4},
	{"f(x[n]; w) = sum(i in 0..n: cos(w*sum(k in 0..i-1: sin(x[k]*w*sum(j in 0..i-2: x[j]*x[k])))))\n", 2},
	{"f(x[n]; w) = {\n h[0] = w\n h[t] = sin(w*sum(s in 0..t-1: h[s]*x[t-s])) + x[t]\n sum(t: h[t]^2)\n}\n", 1},
}

// TestCountOfEmptyLoops: a loop that would end before it begins does not run, and counts as none, not as one less than none.
func TestCountOfEmptyLoops(t *testing.T) {
	for _, e := range emptied {
		list, err := parser.LoadText("f.ad", []byte(e.text))
		if err != nil {
			t.Fatal(err)
		}
		grad, err := Gradient(list[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []*ir.Func{list[0], grad, Optimize(Usual, grad)} {
			p := Schedule(f)
			count := Count(p)
			for n := e.from; n < 8; n++ {
				r := &runner{t: newTally(), sizes: map[string]int{"n": n, "m": 3}, vars: map[*ir.Local]int{}}
				r.run(p.Body)
				got, want := count.Total().Eval(r.sizes), big.NewRat(int64(r.t.ops.Total()), 1)
				if c := got.Cmp(want); c < 0 || c > 0 && !count.AtMost {
					t.Errorf("%s: %v = %v at n = %d, %v were run", e.text, count.Total(), got, n, want)
				}
			}
		}
	}
}
