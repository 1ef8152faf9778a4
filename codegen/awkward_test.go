package codegen_test

import (
	"math"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestAwkwardPlaces: values and gradients at kinks, poles, and where functions saturate, of the emitted program.
func TestAwkwardPlaces(t *testing.T) {
	checkCases(t, []pointCase{
		{"f(x) = x^2", map[string]any{"x": 0.0}, []float64{0, 0}},
		{"f(x) = x^3", map[string]any{"x": 0.0}, []float64{0, 0}},
		{"f(x) = x^0", map[string]any{"x": 0.0}, []float64{1, 0}},
		{"f(x, y) = x^y", map[string]any{"x": 0.0, "y": 2.0}, []float64{0, 0, 0}},
		{"f(x, y) = x^y", map[string]any{"x": 0.0, "y": 1.0}, []float64{0, 1, 0}},
		{"f(x, y) = x^y", map[string]any{"x": 2.0, "y": 3.0}, []float64{8, 12, 8 * math.Ln2}},
		{"f(x) = if x > 0 then sqrt(x) else 0", map[string]any{"x": 0.0}, []float64{0, 0}},
		{"f(x) = if x > 0 then sqrt(x) else -x", map[string]any{"x": 0.0}, []float64{0, -1}},
		{"f(x) = sqrt(x)*(if x > 0 then 1/x else 0) + (if x > 0 then log(x) else x)", map[string]any{"x": 4.0}, []float64{0.5 + math.Log(4), -0.0625 + 0.25}},
		{"f(x) = (if x > 0 then log(x) else 0) + (if x > 1 then sqrt(x - 1) else 0)", map[string]any{"x": 0.0}, []float64{0, 0}},
		{"f(x) = abs(x)", map[string]any{"x": 0.0}, []float64{0, 0}},
		{"f(x) = abs(x)", map[string]any{"x": -2.0}, []float64{2, -1}},
		{"f(x) = relu(x)", map[string]any{"x": 0.0}, []float64{0, 0}},
		{"f(x) = relu(x)", map[string]any{"x": 3.0}, []float64{3, 1}},
		{"f(x, y) = max(x, y)", map[string]any{"x": 1.0, "y": 1.0}, []float64{1, 1, 0}},
		{"f(x, y) = min(x, y)", map[string]any{"x": 1.0, "y": 1.0}, []float64{1, 1, 0}},
		{"f(x[n]) = max(i: x[i])", map[string]any{"x": []any{1.0, 3.0, 3.0}}, []float64{3, 0, 1, 0}},
		{"f(x[n]) = prod(i: x[i])", map[string]any{"x": []any{0.0, 3.0, 2.0}}, []float64{0, 6, 0, 0}},
		{"f(x) = sigmoid(x)", map[string]any{"x": 1000.0}, []float64{1, 0}},
		{"f(x) = sigmoid(x)", map[string]any{"x": -1000.0}, []float64{0, 0}},
		{"f(x) = softplus(x)", map[string]any{"x": 1000.0}, []float64{1000, 1}},
		{"f(x) = softplus(x)", map[string]any{"x": -1000.0}, []float64{0, 0}},
		{"f(x[n]) = log_softmax(x)[0]", map[string]any{"x": []any{-1000.0, 1000.0}}, []float64{-2000, 1, -1}},
		{"f(x[n]) = logsumexp(x)", map[string]any{"x": []any{1000.0, 1000.0}}, []float64{1000 + math.Ln2, 0.5, 0.5}},
		{"f(x[n]) = sum(i in 0..n: if i > 0 then x[i-1]*x[i] else x[i])", map[string]any{"x": []any{2.0, 3.0, 5.0}}, []float64{2 + 6 + 15, 1 + 3, 2 + 5, 3}},
		{"f(x[n]) = sum(i: (x[i+1] - x[i]^2)^2)", map[string]any{"x": []any{1.0, 2.0, 3.0}}, []float64{2, -4, 2 + 8, -2}},
		{"f(x[n]) = sum(i, j if j < i: x[i]*x[j])", map[string]any{"x": []any{1.0, 2.0, 4.0}}, []float64{14, 6, 5, 3}},
		{"f(x[n]) = sum(i, j in 0..i: x[i]*x[j])", map[string]any{"x": []any{1.0, 2.0, 4.0}}, []float64{14, 6, 5, 3}},
		// What stands under a condition on an index that it does not depend on is there only for some values of its own.
		{"f(x[n]; w) = sum(i in 0..n, j in 0..n if j < i: exp(w*x[i-1])*x[j])", map[string]any{"x": []any{1.0, 2.0, 3.0}, "w": 0.0}, []float64{4, 7}},
		{"f(x[n]; w) = sum(i in 0..n, j in 0..n: if j == i-1 then exp(w*x[i-1]) else 0)", map[string]any{"x": []any{1.0, 2.0, 3.0}, "w": 0.0}, []float64{2, 3}},
		{"f(x[n]; w) = sum(i in 0..n, j in 0..n, k in 0..n if k < j and j < i: exp(w*x[i-2]))", map[string]any{"x": []any{1.0, 2.0, 3.0}, "w": 0.0}, []float64{1, 1}},
		{"f(x[n]; w) = sum(i in 0..n: (if i > 0 and x[i] > 0 then exp(w*x[i-1]) else 0) + (if i > 1 and x[i] > 1 then exp(w*x[i-1]) else 0))",
			map[string]any{"x": []any{1.0, 2.0, 3.0}, "w": 0.0}, []float64{3, 5}},
		{"f(y[n]; w) = sum(i, j in 0..n: if j < i then w*sqrt(y[i]) else 0)", map[string]any{"y": []any{-1.0, 4.0, 9.0}, "w": 2.0}, []float64{16, 8}},
		{"f(k[n] int; x[m]) = sum(i: x[k[i]]^2)", map[string]any{"x": []any{1.0, 2.0}, "k": []any{1.0, 1.0, 0.0}}, []float64{9, 2, 8}},
		{"f(x[n]) = sum(i: i*x[i])/n", map[string]any{"x": []any{5.0, 6.0}}, []float64{3, 0, 0.5}},
		{"f(x) = stop_gradient(x)*x", map[string]any{"x": 3.0}, []float64{9, 3}},
		{"f(x) = 0*x", map[string]any{"x": 3.0}, []float64{0, 0}},
		{"f(x, y) = y", map[string]any{"x": 3.0, "y": 4.0}, []float64{4, 0, 1}},
		{"f(x) = 2^3^2 + -x^2 + 2^-1", map[string]any{"x": 3.0}, []float64{512 - 9 + 0.5, -6}},
		{"f(A[n,m], x[m]) = sum(i: (A @ x)[i]) + sum(A')", map[string]any{"A": []any{[]any{1.0, 2.0}, []any{3.0, 4.0}}, "x": []any{1.0, 1.0}}, []float64{20, 2, 2, 2, 2, 4, 6}},
		{"f(x[n]) = sum(x*2) + sum(1 + x)", map[string]any{"x": []any{1.0, 2.0}}, []float64{11, 3, 3}},
		{"g(a[n], b[n]) = dot(a, b)\nf(x[n]) = g(x, x) + g(2*x, x)", map[string]any{"x": []any{1.0, 2.0}}, []float64{15, 6, 12}},
		{"f(x) = lgamma(x)", map[string]any{"x": 3.0}, []float64{math.Ln2, 0.9227843350984671}},
	})
}

// pointCase is what the last definition of a text is at a point.
type pointCase struct {
	text string
	args map[string]any
	want []float64 // the value, then the gradient
}

// checkCases compares the value and the gradient, by the evaluator and by the program, with what they should be.
func checkCases(t *testing.T, cases []pointCase) {
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			list, err := source.LoadText("case.ad", []byte(c.text+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			f := list[len(list)-1]
			env, err := ir.NewEnv(f, c.args)
			if err != nil {
				t.Fatal(err)
			}
			grad, err := passes.Gradient(f)
			if err != nil {
				t.Fatal(err)
			}
			direct, err := ir.Eval(grad, env)
			if err != nil {
				t.Fatal(err)
			}
			emitted, err := run(passes.Schedule(passes.Optimize(passes.Usual, grad)), env)
			if err != nil {
				t.Fatal(err)
			}
			for name, got := range map[string][]ir.Tensor{"evaluator": direct, "emitted": emitted} {
				var all []float64
				for _, r := range got {
					all = append(all, r.Data...)
				}
				for i, w := range c.want {
					if len(all) != len(c.want) || !(math.Abs(all[i]-w) <= 1e-14*(1+math.Abs(w))) {
						t.Fatalf("%s: got %v, want %v", name, all, c.want)
					}
				}
			}
		})
	}
}

// TestNetworkGradientCount: the gradient of a network with two layers has the leading terms 4nph + 6nhq and no
// other of that order, for any activation, with @ or with sum.
func TestNetworkGradientCount(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for each program")
	}
	spellings := []string{
		"A = ACT(X @ W1 + b1)\n Z = A @ W2 + b2",
		"A[i,k] = ACT(sum(j: X[i,j]*W1[j,k]) + b1[k])\n Z[i,l] = sum(k: A[i,k]*W2[k,l]) + b2[l]",
		"Z[i,l] = sum(k: ACT(sum(j: X[i,j]*W1[j,k]) + b1[k])*W2[k,l]) + b2[l]",
	}
	losses := []string{"mean(i: -log_softmax(Z[i])[label[i]])", "sum(i, l: (Z[i,l] - Y[i,l])^2)/n", "mean(i: logsumexp(Z[i]) - Z[i, label[i]])"}
	for _, activation := range []string{"tanh", "sigmoid", "relu", "softplus", "gelu", "silu", "elu", "leaky_relu", "sin"} {
		for _, s := range spellings {
			for _, loss := range losses {
				text := "f(X[n,p], label[n] int, Y[n,q]; W1[p,h], b1[h], W2[h,q], b2[q]) = {\n " + strings.ReplaceAll(s, "ACT", activation) + "\n " + loss + "\n}\n"
				list, err := source.LoadText("net.ad", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				grad, err := passes.Gradient(list[0])
				if err != nil {
					t.Fatal(err)
				}
				got := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, grad))).Total().Leading().Format([]string{"n", "p", "h", "q"}, "·")
				if got != "4·n·p·h + 6·n·h·q" {
					t.Errorf("the leading terms are %s for\n%s", got, text)
				}
			}
		}
	}
}
