package codegen_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
	"pgregory.net/rapid"
)

// recurrences are programs whose arrays depend on themselves: along one index or two, upwards, downwards, along parents, several at once.
var recurrences = []string{
	"f(x[n]; a, b) = {\n h[0] = a\n h[t] = sin(h[t-1]*b + x[t])\n sum(t: h[t]^2)\n}",
	"f(x[n]; a, b) = {\n h[0] = a\n h[1] = b\n h[t] = h[t-1]*b + cos(h[t-2])*x[t]\n h[n-1]\n}",
	"f(x[n,p]; h0[k], U[k,k], V[p,k], b[k], w[k]) = {\n h[0] = h0\n h[t] = tanh(h[t-1] @ U + x[t] @ V + b)\n mean(t: dot(h[t], w)^2)\n}",
	"f(x[n]; g0[k], c0[k], W[k,k], U[k]) = {\n h[0] = g0\n c[0] = c0\n F[t] = sigmoid(h[t-1] @ W + x[t])\n c[t] = F[t]*c[t-1] + U\n" +
		" h[t] = F[t]*tanh(c[t])\n sum(t, j: h[t,j]^2)\n}",
	"f(x[n]; a, P[k,k], v0[k]) = {\n V[n-1] = v0\n V[t] = x[t]*tanh(P @ V[t+1]) + a\n sum(j: V[0,j]^2)\n}",
	"f(up[n] int, R[n]; s[n]) = {\n A[0] = s[0]\n A[b] = A[up[b]]*sin(s[b]) + R[b]\n sum(b: A[b]^2)\n}",
	"f(up[n] int, R[n,2,2]; s[n]) = {\n A[0] = s[0]*R[0]\n A[b] = A[up[b]] @ R[b] * sin(s[b])\n sum(b, i, j: A[b,i,j]^2)\n}",
	"f(u0[n], m0[m]; a[n]) = {\n u[0,i] = u0[i]*a[0]\n u[t,0] = u0[0] + 0*m0[t]\n u[t,n-1] = u0[n-1]\n" +
		" u[t,i] = u[t-1,i] + a[i]*(u[t-1,i+1] - 2*u[t-1,i] + u[t-1,i-1])*m0[t]\n sum(i: u[m-1,i]^2)\n}",
	"f(d[n,m]; w) = {\n D[0,0] = d[0,0]*w\n D[0,j] = D[0,j-1] + w*d[0,j]\n D[i,0] = D[i-1,0] + w*d[i,0]\n" +
		" D[i,j] = d[i,j]*w + D[i-1,j]*D[i,j-1]*0.1 - sin(D[i-1,j-1])\n D[n-1,m-1]^2\n}",
	"f(x[n,b]; W[l,b], U[l,b], h0[l,b]) = {\n h[0,i] = h0[i]\n h[t,i] = tanh(W[i]*(if i == 0 then x[t] else h[t,i-1]) + U[i]*h[t-1,i])\n" +
		" sum(t, j: h[t,l-1,j]^2)\n}",
	"f(x[m,n]; a, b) = sum(r: last(x[r], a, b)^2)\nlast(x[n], a, b) = {\n h[0] = a\n h[t] = sin(h[t-1]*b + x[t])\n h[n-1]\n}",
	"f(x[n]; a) = {\n h[0] = a\n h[t] = h[t-1]*a + x[t]\n g[0] = h[n-1]\n g[t] = g[t-1]*h[t] + h[t-1]\n g[n-1]*a\n}",
	"f(x[n]; a) = {\n c[0] = a\n c[t] = x[t-1]*a\n sum(t: c[t]^2)\n}",
	"f(x[3]; a) = {\n h[0] = a\n h[t] = h[t-1]*a + x[t]\n h[2]^2\n}",
	"f(x[n]; a) = {\n g[0] = 0\n g[t] = h[t-1]*x[t]\n h[t] = g[t] + a\n sum(h)\n}",
	"f(x[n]; a) = {\n g[0] = a\n h[0] = g[0]*2\n h[t] = h[t-1] + g[t-1]*x[t]\n g[t] = sin(g[t-1])*h[t-1]\n sum(h)\n}",
}

// TestRecurrences: values, gradients, Jacobian products and second derivatives of recurrences, in all ways to derive them, as programs and as evaluated.
func TestRecurrences(t *testing.T) {
	for i, text := range recurrences {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			text += "\n"
			if _, err := tryLoad(text); err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(3) {
				checkValues(t, text, seed)
			}
			checkHessian(t, text, 1)
		})
	}
}

// TestRecurrencesBuild: what is emitted for them builds, and is the same again.
func TestRecurrencesBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("many builds")
	}
	for _, text := range recurrences {
		checkEmitted(t, text+"\n")
	}
}

// longer is a recurrence one step longer than its result: what k has no end of its own, so that it goes as far as m leads it.
const longer = "f(x[n]; a) -> m[n] = {\n m[0] = a\n k[t] = m[t-1]*a\n m[t] = k[t]*sin(k[t]) + x[t]\n}"

// TestRecurrenceLonger: such results have their own length.
func TestRecurrenceLonger(t *testing.T) {
	checkEmitted(t, longer+"\n")
	f, err := tryLoad(longer)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range passes.Schedule(f).Results {
		if len(a.Dims) != 1 || a.Dims[0] != f.Graph.Size("n") {
			t.Errorf("the result %s has the dimensions %v", a.Name, a.Dims)
		}
	}
}

// TestRecurrenceStarts: equations for the first place are values like others, also those that are 0, and read each other.
func TestRecurrenceStarts(t *testing.T) {
	for text, want := range map[string]float64{
		"f(x[n]; a) = {\n g[0] = 0\n g[t] = h[t-1]*x[t]\n h[t] = g[t] + a\n sum(h)\n}":                                    3 + (3*7 + 3),
		"f(x[n]; a) = {\n g[0] = a\n h[0] = g[0]*2\n h[t] = h[t-1] + g[t-1]*x[t]\n g[t] = sin(g[t-1])*h[t-1]\n sum(h)\n}": 6 + (6 + 3*7),
	} {
		f, err := tryLoad(text)
		if err != nil {
			t.Fatal(err)
		}
		env := ir.Env{Sizes: map[string]int{"n": 2}, Inputs: map[string]ir.Tensor{"x": {Dims: []int{2}, Data: []float64{5, 7}}, "a": {Data: []float64{3}}}}
		got, err := ir.Eval(f, env)
		if err != nil || got[0].Data[0] != want {
			t.Errorf("%s\nis %v, %v, want %v", text, got, err, want)
		}
	}
}

// TestRecurrenceJacobians of array results.
func TestRecurrenceJacobians(t *testing.T) {
	for i, text := range []string{
		"f(x[n,p]; h0[k], U[k,k], V[p,k]) -> h[n,k] = {\n h[0] = h0\n h[t] = tanh(h[t-1] @ U + x[t] @ V)\n}",
		"f(up[n] int; s[n]) -> A[n] = {\n A[0] = s[0]\n A[b] = A[up[b]]*sin(s[b])\n}",
		"f(x[n]; a) -> (h[n], s) = {\n h[0] = a\n h[t] = h[t-1]*a + x[t]\n s = sum(h)\n}",
		longer,
	} {
		checkJacobian(t, text+"\n", uint64(i))
		checkGaussNewton(t, text+"\n", uint64(i))
	}
}

// TestRandomRecurrences keep their values and derivatives.
func TestRandomRecurrences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := randomRecurrence(t)
		seed := rapid.Uint64().Draw(t, "seed")
		checkValues(t, text, seed)
		switch sparing := strings.Contains(text, "checkpoint "); {
		case !rapid.Bool().Draw(t, "more"):
		case sparing:
			kind := rapid.SampledFrom([]string{"grad", "hvp", "hessian", "jvp"}).Draw(t, "kind")
			checkSparing(t, rand.New(rand.NewPCG(seed, 7)), text, kind, 7)
		default:
			checkHessian(t, text, seed)
		}
	})
}

// randomRecurrence draws a recurrence of up to three arrays, over one index, with rows or without.
func randomRecurrence(t *rapid.T) string {
	g := &sourceGen{t: t}
	down := rapid.Bool().Draw(t, "down")
	before := func(k int) string {
		if down {
			return fmt.Sprintf("[t+%d]", k)
		}
		return fmt.Sprintf("[t-%d]", k)
	}
	lag := rapid.IntRange(1, 2).Draw(t, "lag")
	rows := rapid.Bool().Draw(t, "rows")
	row, matrix := "", ""
	if rows {
		row, matrix = "[k]", "[k,k]"
	}
	past := []string{"h" + before(1), "h" + before(lag), "x[t]", "a", "b"}
	if rows {
		past = append(past, "(h"+before(1)+" @ b)", "(b @ h"+before(lag)+")")
	}
	var lines []string
	for k := range lag {
		at := fmt.Sprint(k)
		if down {
			at = fmt.Sprintf("n-%d", k+1)
		}
		lines = append(lines, fmt.Sprintf("h[%s] = %s", at, g.pick("a", "sin(a)")))
	}
	mixed := &sourceGen{t: t, atoms: slicesWithout(past, "b", rows)}
	if rapid.Bool().Draw(t, "gate") {
		lines = append(lines, "g[t] = "+smooth(mixed.arithmetic(2)))
		past = append(past, "g[t]")
	}
	mixed.atoms = slicesWithout(past, "b", rows)
	word := ""
	if rapid.Bool().Draw(t, "checkpoint") {
		word = "checkpoint "
	}
	lines = append(lines, word+"h[t] = "+smooth(mixed.arithmetic(2)))
	if rapid.Bool().Draw(t, "reversed lines") {
		lines[0], lines[len(lines)-1] = lines[len(lines)-1], lines[0]
	}
	result := g.pick("sum(t: h[t]*x[t])", "sum(t: h[t]^2)", "h[0]*h[n-1]", "sum(t in 1..n: h[t]*h[t-1])*h[n-1]")
	if rows {
		result = g.pick("sum(t, j: h[t,j]*x[t])", "sum(t, j: h[t,j]^2)", "dot(h[0], h[n-1])", "sum(t in 1..n: dot(h[t], h[t-1])) + h[n-1,0]")
	}
	return fmt.Sprintf("f(x[n]; a%s, b%s) = {\n %s\n %s\n}\n", row, matrix, strings.Join(lines, "\n "), result)
}

// slicesWithout leaves a name out where it is a matrix.
func slicesWithout(list []string, name string, matrix bool) []string {
	var rest []string
	for _, s := range list {
		if s != name || !matrix {
			rest = append(rest, s)
		}
	}
	return rest
}

// smooth bounds an expression.
func smooth(s string) string { return "tanh(" + s + ")" }

// arithmetic is an expression of the atoms, numbers or rows of numbers alike.
func (g *sourceGen) arithmetic(depth int) string {
	if depth == 0 {
		return rapid.SampledFrom(g.atoms).Draw(g.t, "atom")
	}
	x, y := g.arithmetic(depth-1), g.arithmetic(depth-1)
	switch rapid.IntRange(0, 4).Draw(g.t, "kind") {
	case 0:
		return "(" + x + " + " + y + ")"
	case 1:
		return "(" + x + " - " + y + ")"
	case 2:
		return x + " * " + y
	case 3:
		return g.pick("sin", "cos", "sigmoid") + "(" + x + ")"
	}
	return "(" + x + ") / (2 + (" + y + ")^2)"
}
