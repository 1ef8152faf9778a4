package parser_test

import (
	"math"
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// TestComponents: arrays that are defined element by element are what lists and sums make of the same.
func TestComponents(t *testing.T) {
	args := map[string]any{"x": []any{1.5, -0.25, 2.0, 3.0}, "w": 0.75, "v": []any{0.5, 2.0}, "p": []any{0.0, 0.0, 1.0, 0.0}, "M": []any{[]any{1.0, 2.0}, []any{-1.0, 0.5}}}
	for _, c := range []struct{ name, parts, whole string }{
		{"columns", "f(x[n], w) -> F[n,2] = {\n F[i,0] = w*x[i]\n F[i,1] = x[i]^2\n}\n", "f(x[n], w) -> F[n,2] = {\n F[i] = [w*x[i], x[i]^2]\n}\n"},
		{"one", "f(w) -> y[1] = {\n y[0] = w^2\n}\n", "f(w) -> y[1] = [w^2]\n"},
		{"backwards", "f(w) -> y[3] = {\n y[2] = y[1]*w\n y[1] = y[0] + w\n y[0] = w\n}\n", "f(w) -> y[3] = [w, 2*w, 2*w*w]\n"},
		{"matrix", "f(w) -> R[2,2] = {\n R[0,0] = cos(w)\n R[0,1] = -R[1,0]\n R[1,0] = sin(w)\n R[1,1] = R[0,0]\n}\n", "f(w) -> R[2,2] = [[cos(w), -sin(w)], [sin(w), cos(w)]]\n"},
		{"rows", "f(x[n], w) -> Y[2,n] = {\n Y[0] = x*w\n Y[1,i] = x[i]^2\n}\n", "f(x[n], w) -> Y[2,n] = [x*w, x*x]\n"},
		{"blocks", "f(x[n], w) -> J[n,2,2] = {\n J[i,0,0] = w\n J[i,0,1] = x[i]\n J[i,1,0] = -x[i]\n J[i,1,1] = w^2\n}\n", "f(x[n], w) -> J[n,2,2] = {\n J[i] = [[w, x[i]], [-x[i], w^2]]\n}\n"},
		{"middle", "f(x[n], v[m]) -> J[n,2,m] = {\n J[i,0,k] = x[i]*v[k]\n J[i,1] = v\n}\n", "f(x[n], v[m]) -> J[n,2,m] = {\n J[i] = [x[i]*v, v]\n}\n"},
		{"the first that fits", "f(w) -> M[2,2] = {\n M[0,0] = w\n M[j,0] = w + 10\n M[0,k] = 20 + k\n M[1,1] = 7\n}\n", "f(w) -> M[2,2] = [[w, 21], [w + 10, 7]]\n"},
		{"variables", "f(w) -> M[2,3] = {\n M[0,0] = w\n M[0,k] = k*w\n M[1,k] = sum(j in 0..k+1: j*w)\n}\n", "f(w) -> M[2,3] = [[w, w, 2*w], [0*w, w, 3*w]]\n"},
		{"bound again", "f(x[n], w) = {\n y[0,k in 0..2] = sum(i: x[i])*k\n y[1,k in 0..2] = w\n sum(y)\n}\n", "f(x[n], w) = sum(x) + 2*w\n"},
		{"several results", "g(x, w) -> (a, b) = {\n a = x*w\n b = x + w\n}\nf(x[n], w) -> y[n,2] = {\n (y[i,0], y[i,1]) = g(x[i], w)\n}\n", "f(x[n], w) -> y[n,2] = {\n y[i] = [x[i]*w, x[i] + w]\n}\n"},
		{"a name that is taken", "f(x[n], w) -> F[n,2] = {\n F₀ = w\n F[i,0] = F₀*x[i]\n F[i,1] = F₀\n}\n", "f(x[n], w) -> F[n,2] = {\n F[i] = [w*x[i], w]\n}\n"},
		{"a system", "f(x[n], v[2], w) -> s[n,2] = {\n s[0] = v\n s[t,0] = s[t-1,0] + w*s[t-1,1]\n s[t,1] = s[t-1,1] - x[t]*s[t-1,0]\n}\n",
			"f(x[n], v[2], w) -> s[n,2] = {\n s[0] = v\n s[t] = [s[t-1,0] + w*s[t-1,1], s[t-1,1] - x[t]*s[t-1,0]]\n}\n"},
		{"at the same step", "f(x[n], v[2], w) -> s[n,2] = {\n s[0,k] = v[k]\n s[t,0] = s[t-1,0] + w*s[t,1]\n s[t,1] = s[t-1,1] - x[t]*s[t-1,0]\n}\n",
			"f(x[n], v[2], w) -> s[n,2] = {\n q[0] = v[0]\n r[0] = v[1]\n q[t] = q[t-1] + w*r[t]\n r[t] = r[t-1] - x[t]*q[t-1]\n s[t] = [q[t], r[t]]\n}\n"},
		{"steps as rows", "f(x[n], v[2], M[2,2]) = {\n s[0] = v\n s[t,0] = M[0] @ s[t-1] + x[t]\n s[t,1] = sum(k: M[1,k]*s[t-1,k])\n s[n-1,1] + sum(s)\n}\n",
			"f(x[n], v[2], M[2,2]) = {\n s[0] = v\n s[t] = M @ s[t-1] + [x[t], 0]\n s[n-1,1] + sum(s)\n}\n"},
		{"a number for a row", "f(x[n], w) = {\n s[0] = 1\n s[t,0] = s[t-1,0]*w + s[t-1,1]\n s[t,1] = s[t-1,1]*x[t]\n sum(s[n-1])\n}\n",
			"f(x[n], w) = {\n s[0] = [1, 1]\n s[t] = [s[t-1,0]*w + s[t-1,1], s[t-1,1]*x[t]]\n sum(s[n-1])\n}\n"},
		{"along parents", "f(p[n] int, x[n]; w) -> y[n,2] = {\n y[0] = [w, 1]\n y[b,0] = y[p[b],0]*x[b] + y[p[b],1]\n y[b,1] = y[p[b],1]*w\n}\n",
			"f(p[n] int, x[n]; w) -> y[n,2] = {\n y[0] = [w, 1]\n y[b] = [y[p[b],0]*x[b] + y[p[b],1], y[p[b],1]*w]\n}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, want := evaluateLast(t, c.parts, args), evaluateLast(t, c.whole, args)
			if !slices.EqualFunc(got, want, func(a, b ir.Tensor) bool { return slices.Equal(a.Dims, b.Dims) && slices.Equal(a.Data, b.Data) }) {
				t.Errorf("%s is %v, want %v as of\n%s", c.parts, got, want, c.whole)
			}
		})
	}
}

// TestLentDimensions: arrays of fewer dimensions than others of their recurrence, against what loops make of them.
func TestLentDimensions(t *testing.T) {
	x := [][]float64{{1, 2, 3}, {0.5, 0.25, -1}}
	args := map[string]any{"x": []any{[]any{1.0, 2.0, 3.0}, []any{0.5, 0.25, -1.0}}, "w": 0.5}
	const w = 0.5
	var sum, s, e float64
	for i, row := range x {
		if s = w; i > 0 {
			s = e * w
		}
		h := s * row[0]
		sum += h
		for _, v := range row[1:] {
			h = math.Tanh(h*w+v) + s
			sum += h
		}
		e = math.Sin(h)
	}
	got := evaluateLast(t, "f(x[n,m]; w) = {\n s[0] = w\n s[i] = e[i-1]*w\n H[i,0] = s[i]*x[i,0]\n H[i,j] = tanh(H[i,j-1]*w + x[i,j]) + s[i]\n e[i] = sin(H[i,m-1])\n sum(H) + e[n-1]\n}\n", args)
	if want := sum + e; math.Abs(got[0].Data[0]-want) > 1e-14 {
		t.Errorf("%v, want %v", got[0].Data[0], want)
	}
}

// TestDiagonalReach: an array reaches as far as its diagonal, also where that reads nothing that has an end, and all other equations end before.
func TestDiagonalReach(t *testing.T) {
	args := map[string]any{"M": []any{[]any{1.0, 2.0}, []any{3.0, 4.0}}, "w": 2.0}
	got := evaluateLast(t, "f(M[n,n]; w) = {\n L[i,i] = w\n L[i,j in 0..i] = M[i,j]\n sum(L)\n}\n", args)
	if got[0].Data[0] != 7 {
		t.Errorf("%v, want 7", got)
	}
}

// evaluateLast evaluates the last function of the text with those arguments that it has.
func evaluateLast(t *testing.T, text string, args map[string]any) []ir.Tensor {
	t.Helper()
	list, err := parser.LoadText("f.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	f := list[len(list)-1]
	own := map[string]any{}
	for _, in := range f.Inputs {
		own[in.Name] = args[in.Name]
	}
	env, err := ir.NewEnv(f, own)
	if err != nil {
		t.Fatal(err)
	}
	results, err := ir.Eval(f, env)
	if err != nil {
		t.Fatal(err)
	}
	return results
}
