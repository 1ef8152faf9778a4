package codegen_test

import (
	"testing"

	source "github.com/adgen-go/adgen/parser"
)

func vector(x ...float64) []any {
	list := make([]any, len(x))
	for i, v := range x {
		list[i] = v
	}
	return list
}

// TestListsAndParts: lists, what is made of them, and calls of several results mean what they say.
func TestListsAndParts(t *testing.T) {
	stats := "stats(x[n]) -> (m, c[n]) = { m = sum(x)/2; c = x - m }\n"
	checkCases(t, []pointCase{
		{"f(x, y) = sum([x, 2*y]^2)", map[string]any{"x": 3.0, "y": 1.0}, []float64{13, 6, 8}},
		{"f(x, y) = [x, y, x*y][2] + [x, y][0]", map[string]any{"x": 3.0, "y": 2.0}, []float64{9, 3, 3}},
		{"f(x, y) = sum([[x, -y], [y, x]] @ [1, 2])", map[string]any{"x": 3.0, "y": 2.0}, []float64{7, 3, -1}},
		{"f(x[n]) = sum(i, j: [x, 2*x][i,j]*(1 + i))", map[string]any{"x": vector(1, 2)}, []float64{15, 5, 5}},
		{"f(k[n] int; x, y) = sum(i: [x, y, 7][k[i]]^2)", map[string]any{"k": vector(1, 1, 2), "x": 3.0, "y": 2.0}, []float64{57, 0, 8}},
		{"f(x[n]) = sum(i: concat(x, [4])[i]*concat([3], x)[i])", map[string]any{"x": vector(1, 2)}, []float64{3 + 2 + 8, 5, 5}},
		{"f(X[n,m], y[m]) = sum(concat(X, [y])^2)", map[string]any{"X": []any{vector(1, 2)}, "y": vector(3, 4)}, []float64{30, 2, 4, 6, 8}},
		{"f(a[3], b[3]) = dot(cross(a, b), [1, 10, 100])", map[string]any{"a": vector(1, 2, 3), "b": vector(4, 5, 6)},
			[]float64{-243, 440, -394, 35, -170, 97, -8}},
		{stats + "f(x[n]; s) = { (m, c) = stats(x*s); m*sum(c) }", map[string]any{"x": vector(1, 2, 5), "s": 2.0}, []float64{8 * (16 - 24), -64}},
		{stats + "f(X[n,k]; s[n]) = { (m[i], C[i]) = stats(X[i]*s[i]); sum(i, j: C[i,j]*(j + i)) + sum(m) }",
			map[string]any{"X": []any{vector(1, 3), vector(2, 4)}, "s": vector(1, 1)}, []float64{7, 3, 4}},
		{"f(X[n,m]; s) = { Y[i] = X[i]*s; sum(i, j: Y[i,j]^2) }", map[string]any{"X": []any{vector(1, 3), vector(2, 4)}, "s": 2.0}, []float64{120, 120}},
		{"f(p[n*(n+1)/2], x[n]) = { L[i in 0..n, j in 0..n] = if j <= i then p[i*(i+1)/2 + j] else 0; sum(L @ x) }",
			map[string]any{"p": vector(1, 2, 3), "x": vector(10, 100)}, []float64{10 + 20 + 300, 10, 10, 100, 3, 3}},
		{"f(x[n]; a) = sum(i in 0..n: if i > 0 and x[i-1] > 0 then a*x[i] else 0)", map[string]any{"x": vector(1, 2, -3, 4), "a": 2.0}, []float64{-2, -1}},
		{"f(x[n]; a) = sum(i: if i == 0 or x[i-1] > 0 then a*x[i] else 0)", map[string]any{"x": vector(1, 3, -3, 4), "a": 2.0}, []float64{2, 1}},
		{"f(x[n]; a) = { h[t] = if t > 0 and h[t-1] > 0.5 then h[t-1]*a else x[t]*a; h[n-1] }", map[string]any{"x": vector(1, 2, -3, 4), "a": 2.0}, []float64{16, 32}},
	})
}

// programs are written in what the language has for small arrays and for definitions that call each other.
var programs = []string{
	"rot(a) = [[cos(a), -sin(a), 0], [sin(a), cos(a), 0], [0, 0, 1]]\ntilt(b) = [[1, 0, 0], [0, cos(b), -sin(b)], [0, sin(b), cos(b)]]\n" +
		"f(x[n,3], y[n,3]; a, b, t[3]) = { R = rot(a) @ tilt(b); sum(i: norm(R @ x[i] + t - y[i])^2) }\n",
	"turn(r[3], x[3]) = {\n s = dot(r, r)\n w = sqrt(s)\n a = r/w\n" +
		" if s > 0 then x*cos(w) + cross(a, x)*sin(w) + a*dot(a, x)*(1 - cos(w)) else x + cross(r, x)\n}\n" +
		"f(x[n,3]; r[3], t[3]) = sum(i: sum((turn(r, x[i]) + t)^2))\n",
	"f(x[n,3]; T[3,4]) = sum(i: norm(T @ concat(x[i], [1])))\n",
	"f(x[n], y[m]; s, t) = sum(i: tanh(concat(x*s, y*t, [s, t])[i])*i)\n",
	"stats(x[n]) -> (m, v, c[n]) = { m = mean(x); c = x - m; v = mean(c^2) }\n" +
		"f(X[n,d]; w[d]) = { (m[j], v[j], C[j]) = stats(X'[j]); sum(i: tanh(sum(j: w[j]*C[j,i]/sqrt(v[j] + 1)))^2) + sum(m*w) }\n",
	"f(x[n]; a) = sum(i in 0..n: if i + 1 < n and i > 0 and x[i-1]*a > x[i+1] then sin(a*x[i]) else x[i]*a^2)\n",
	"f(x[n]; a) = sum(i in 0..n: if not (i == 0 or x[i-1]*a > 0) then sin(a*x[i]) else x[i]*a^2)\n",
	"f(k[n] int; x[m], y[m]) = sum(i: exp(-[x, y, x*y][1][k[i]]) + [x[0], y[0], 1][i - 3*(i/3)])\n",
}

func TestPrograms(t *testing.T) {
	for _, text := range programs {
		if _, err := source.LoadText("program.ad", []byte(text)); err != nil {
			t.Error(err)
			continue
		}
		checkValues(t, text, 0, 1, 2, 3, 4)
		checkEmitted(t, text)
	}
}
