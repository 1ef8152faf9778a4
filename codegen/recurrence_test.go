package codegen_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
	"f(x[n], y[m]; g) = {\n V[0,j] = y[j]*g\n V[i,m-1] = x[i]\n V[i,0] = x[i]*V[i-1,0]\n" +
		" V[i,j] = sin(g*V[i-1,j-1]) + cos(g*V[i,j+1])*V[i-1,j+1]\n sum(V)\n}",
	"f(x[n], y[m]; g) = {\n V[n-1,j] = y[j]*g\n V[i,0] = x[i]\n V[i,j] = sin(g*V[i+1,j]) + x[i]*V[i,j-1]\n sum(V)\n}",
	"f(x[n,m]; a) = {\n D[0,j] = a*x[0,j]\n D[i,m-1] = x[i,m-1]\n D[i,j] = tanh(D[i-1,j+1]*a) + D[i,j+1]*x[i,j]\n sum(D)\n}",
	"f(x[n,b]; W[l,b], U[l,b], h0[l,b]) = {\n h[0,i] = h0[i]\n h[t,i] = tanh(W[i]*(if i == 0 then x[t] else h[t,i-1]) + U[i]*h[t-1,i])\n" +
		" sum(t, j: h[t,l-1,j]^2)\n}",
	"f(x[m,n]; a, b) = sum(r: last(x[r], a, b)^2)\nlast(x[n], a, b) = {\n h[0] = a\n h[t] = sin(h[t-1]*b + x[t])\n h[n-1]\n}",
	"f(x[n]; a) = {\n h[0] = a\n h[t] = h[t-1]*a + x[t]\n g[0] = h[n-1]\n g[t] = g[t-1]*h[t] + h[t-1]\n g[n-1]*a\n}",
	"f(x[n]; a) = {\n c[0] = a\n c[t] = x[t-1]*a\n sum(t: c[t]^2)\n}",
	"f(x[3]; a) = {\n h[0] = a\n h[t] = h[t-1]*a + x[t]\n h[2]^2\n}",
	"f(x[n]; a) = {\n g[0] = 0\n g[t] = h[t-1]*x[t]\n h[t] = g[t] + a\n sum(h)\n}",
	"f(x[n,k]; V[k,k], U[k,k], b[k]) = {\n h[0] = b\n z[t] = sigmoid(h[t-1] @ V)\n h[t] = tanh((z[t]*h[t-1]) @ U + x[t] + z[t] @ V')\n" +
		" sum(t in 1..n, i: z[t,i]*h[t,i])\n}",
	"f(a; u[n]) = {\n s[0] = a\n s[t] = sin(s[t-1])*u[t-1] + u[t]\n sum(t: s[t]^2)\n}",
	"f(h; u[n,2], a[2]) = {\n q[0] = a\n p[0] = [0, h]\n p[t] = p[t-1] - h*sin(q[t-1]) + u[t]\n q[t] = q[t-1]*u[t-1] + h*p[t]\n sum(t, i: q[t,i]^2)\n}",
	"f(x[n]; a) = {\n g[0] = a\n h[0] = g[0]*2\n h[t] = h[t-1] + g[t-1]*x[t]\n g[t] = sin(g[t-1])*h[t-1]\n sum(h)\n}",
}

// parts are recurrences of arrays that are defined element by element.
var parts = []string{
	"f(x[n]; v[2], w) = {\n s[0] = v\n s[t,0] = s[t-1,0] + w*s[t,1]\n s[t,1] = s[t-1,1] - x[t]*sin(s[t-1,0])\n sum(t: s[t,0]*s[t,1])\n}",
	"f(x[n]; A[2,2]) = {\n s[0] = 1\n s[t,0] = tanh(A[0] @ s[t-1] + x[t])\n s[t,1] = sum(k: A[1,k]*s[t-1,k])\n norm(s[n-1])\n}",
	"f(p[n] int, x[n]; w) = {\n y[0] = [w, 1]\n y[b,0] = y[p[b],0]*x[b] + y[p[b],1]\n y[b,1] = sin(y[p[b],1]*w)\n sum(y)\n}",
}

// histories are recurrences whose steps read all steps before them, or some that conditions choose.
var histories = []string{
	"f(L[n,n], b[n]; w) = {\n x[i] = (w*b[i] - sum(j in 0..i: L[i,j]*x[j]))/(2 + L[i,i]^2)\n sum(i: x[i]^2)\n}",
	"f(b[n]; U[n,n]) = {\n x[i] = (b[i] - sum(j in i+1..n: U[i,j]*x[j]))/(2 + U[i,i]^2)\n sum(i: x[i]^2)\n}",
	"f(a[n]; w) = {\n x[0] = a[0]*w\n x[t] = sin(a[t] + w*sum(s if s < t: x[s]/(1 + (t - s)^2)))\n sum(t: x[t]^2)\n}",
	"f(a[n]; w) = {\n x[0] = a[0]*w\n x[t] = tanh(x[t-1] + a[t]*x[0])\n sum(t: x[t]^2)\n}",
	"f(a[n]; w) = {\n x[t] = tanh(a[t] + sum(s in 0..t: w*y[s]*x[s]))\n y[t] = sin(x[t]*w) + prod(s in 0..t: y[s])\n sum(t: x[t]*y[t])\n}",
	"f(Q[n,k]; W[n,k]) = {\n h[t] = Q[t] + sum(s in 0..t: tanh(dot(Q[t], h[s]))*h[s]) + W[t]\n sum(t, j: h[t,j]^2)\n}",
	"f(A[n,n]; s) = {\n L[i,j] = if j > i then 0 else if i == j then sqrt(A[i,i]^2 + 9*s^2 + 9 - sum(k if k < i: L[i,k]^2/9)) else (A[i,j] - sum(k in 0..j: L[i,k]*L[j,k]))/L[j,j]\n" +
		" sum(i, j: L[i,j]*s) + sum(i: log(L[i,i]))\n}",
	"f(s; A[n,n]) = {\n L[i,j] = if i == j then sqrt(A[i,j]^2 + 9 - s^2*sum(k in 0..j: L[j,k]^2)/99) else if j < i then (A[i,j] - s*sum(k in 0..j: L[i,k]*L[j,k]))/L[j,j] else 0\n" +
		" sum(L)\n}",
	"f(a[3]; w) = {\n x[0] = a[0]\n x[t] = a[t] + w*sum(s in 0..t: x[s])\n sum(t: x[t]^2)\n}",
	"f(A[n,n]; w) = {\n L[i,i] = sqrt(9 + w^2 + A[i,i]^2 - sum(k in 0..i: L[i,k]^2)/9)\n L[i,j in 0..i] = (w*A[i,j] - sum(k in 0..j: L[i,k]*L[j,k]))/L[j,j]\n" +
		" z[i] = (A[0,i] - sum(j in 0..i: L[i,j]*z[j]))/L[i,i]\n sum(i: z[i]^2) + sum(L)\n}",
	"f(A[n,n]; w) = {\n U[i,j in i..n] = A[i,j] + w - sum(k in 0..i: L[i,k]*U[k,j])\n L[i,i] = 1\n" +
		" L[i,j in 0..i] = (w*A[i,j] - sum(k in 0..j: L[i,k]*U[k,j]))/(9 + U[j,j]^2)\n sum(i, j: L[i,j]*U[j,i])\n}",
	"f(A[n,n], b[n]; w) = {\n D[i] = 9 + w^2 + A[i,i] - sum(k in 0..i: L[i,k]^2*D[k])/9\n" +
		" L[i,j in 0..i] = (w*A[i,j] - sum(k in 0..j: L[i,k]*L[j,k]*D[k]))/D[j]\n z[i] = b[i] - sum(k in 0..i: L[i,k]*z[k])\n sum(i: z[i]^2/D[i])\n}",
	"f(r[n]; w) = {\n k[0] = 0\n E[0] = 1 + w^2\n a[0,j] = 0\n k[i] = -(w*r[i] + sum(j in 1..i: a[i-1,j]*r[i-j]))/E[i-1]\n" +
		" a[i,j in 0..n] = if j == i then k[i] else if j > 0 and j < i then a[i-1,j] + k[i]*a[i-1,i-j] else 0\n E[i] = E[i-1]*(1 + k[i]^2)\n E[n-1]\n}",
	factored,
	// what h reads of g cancels, so that its adjoint needs the sums that another sweep pushes, and none needs it
	"f(x[n]; a) = {\n h[t] = tanh(x[t] + sum(s in 0..t: (g[s] + x[t]) - (g[s] + a)))\n g[t] = cos(h[t] + sum(s in 0..t: h[s]*g[s]*a))\n sum(t: h[t]*x[t] + g[t])\n}",
	"f(x[n]; a) = {\n C[0,i] = 0\n C[1,i] = a*x[i]\n" +
		" C[s in 0..n+1, i in 0..n] = if i + s <= n and s > 1 then a + logsumexp(k in 1..s: C[k,i] + C[s-k,i+k]) else 0\n C[n,0]\n}",
	"f(A[n,d]; a) = {\n u[i] = a*A[i] - sum(j in 0..i: dot(q[j], A[i])*q[j])\n q[i] = u[i]/sqrt(1 + norm(u[i])^2)\n sum(i, j: q[i,j]^3)\n}",
}

// factored uses a factor whose elements are computed where they are read: off the diagonal and on it, under conditions that contradict each other.
const factored = "f(x[n], y[n]; s) = {\n A[i,j] = s^2*exp(-(x[i] - x[j])^2) + (if i == j then 3 else 0)\n" +
	" L[i,i] = sqrt(A[i,i] - sum(k in 0..i: L[i,k]^2))\n L[i,j in 0..i] = (A[i,j] - sum(k in 0..j: L[i,k]*L[j,k]))/L[j,j]\n" +
	" z[i] = (y[i] - sum(j in 0..i: L[i,j]*z[j]))/L[i,i]\n sum(i: z[i]^2 + log(L[i,i]))\n}"

// mixed are arrays with equations for rows beside such for elements, and numbers for rows.
var mixed = []string{
	"f(x[n,k]; U[k,k], a) = {\n h[0] = a\n h[t] = tanh(h[t-1] @ U + x[t])\n sum(h)\n}",
	"f(x[n,k]; U[k,k], a) = {\n h[0,j] = a*j\n h[t] = tanh(U @ h[t-1] + x[t])\n sum(h)\n}",
	"f(u0[n], m0[m]; a) = {\n u[0] = u0\n u[t,0] = a\n u[t,n-1] = 0\n u[t,i] = a*u[t-1,i] + (u[t-1,i-1] + u[t-1,i+1])*m0[t]\n sum(i: u[m-1,i]^2)\n}",
	"f(x[n]; W[k,k], U[k]) = {\n h[0] = 0\n c[0,j] = 1\n h[t] = sigmoid(h[t-1] @ W + x[t])*tanh(c[t])\n c[t] = sigmoid(h[t-1] @ W)*c[t-1] + U\n sum(t, j: h[t,j]^2)\n}",
}

// shifted are recurrences of which each line says how the next step follows, and whose ranges follow from what other lines read.
var shifted = []string{
	"f(y[n]; a, b) = {\n m[0] = b\n P[0] = a^2\n q[t] = a*m[t]\n Q[t] = a*P[t] + 1\n v[t] = y[t] - q[t]\n K[t] = Q[t]/(Q[t] + 2 + b^2)\n" +
		" m[t+1] = q[t] + K[t]*v[t]\n P[t+1] = Q[t]*(1 - K[t])\n sum(t: v[t]^2) + P[n]\n}",
	"f(A[n,n], b[n]; s) = {\n x[0] = b*s\n r[0] = b - A @ x[0]\n p[0] = r[0]\n l[k] = dot(r[k], r[k])/(9 + dot(p[k], A @ p[k]))\n" +
		" x[k+1] = x[k] + l[k]*p[k]\n r[k+1] = r[k] - l[k]*(A @ p[k])\n p[k+1] = r[k+1] + dot(r[k+1], r[k+1])*p[k]/9\n sum(i: x[2,i]^2)\n}",
}

// nested are recurrences each step of which takes the steps of others, of a fixed number: upwards, of rows, there and back, and of two
// dimensions the one upwards and the other downwards.
var nested = []string{
	"f(x[n]; a, k) = {\n h[0] = a\n h[t] = inner(h[t-1], k) + x[t]\n sum(t: h[t]^2)\n}\n" +
		"inner(x, k) = {\n s[0] = x\n s[i in 1..4] = s[i-1] + 0.1*sin(k*s[i-1])\n s[3]\n}",
	"f(x[n,d], W[d,d]; a[d]) = {\n h[0] = a\n h[t] = tanh(inner(h[t-1], W) + x[t])\n sum(t, j: h[t,j]^2)\n}\n" +
		"inner(x[d], W[d,d]) = {\n s[0] = x\n s[i in 1..3] = s[i-1] + tanh(W @ s[i-1]) + sum(j in 0..i: s[j,0])\n s[2]\n}",
	"f(u0[3], T0[m]; k) = {\n d[i in 0..3] = 3 + k^2\n u[0] = u0\n u[t in 1..m] = solve(d, u[t-1], -1)*T0[t]\n sum(t, i: u[t,i]^2)\n}\n" +
		"solve(d[3], b[3], e) -> x[3] = {\n c[0] = e/d[0]\n y[0] = b[0]/d[0]\n c[i] = e/(d[i] - e*c[i-1])\n y[i] = (b[i] - e*y[i-1])/(d[i] - e*c[i-1])\n" +
		" x[2] = y[2]\n x[i] = y[i] - c[i]*x[i+1]\n}",
	"f(x[n]; a, k) = {\n h[0] = a\n h[t] = corner(h[t-1], k) + x[t]\n sum(t: h[t]^2)\n}\n" +
		"corner(x, k) = {\n s[0,j] = x*j\n s[i in 0..2,2] = k\n s[i in 1..2,j in 0..2] = s[i-1,j]*x + sin(s[i,j+1])\n s[1,0]\n}",
}

// trees are recurrences whose steps read those that integer data give: two children before each, or a parent behind.
var trees = []string{
	"f(c[n,2] int, x[n]; w) = {\n h[0] = x[0]\n h[i] = tanh(w*h[c[i,0]] + h[c[i,1]]) + x[i]\n sum(i: h[i]^2)\n}",
	"f(p[n] int; x[n], w) = {\n h[n-1] = x[n-1]\n h[i] = tanh(w*h[p[i]]) + x[i]\n sum(i: h[i]^2)\n}",
	"f(p[2,n] int; x[n,k], w) = {\n h[n-1] = x[n-1]\n h[i] = tanh(w*h[p[1,i]])*h[p[0,i]] + x[i]\n sum(h)\n}",
}

// delays are recurrences whose steps read so many steps before as integer data say: each its own, all the same, behind, of a column, in two dimensions, and where conditions
// on the data leave some out.
var delays = []string{
	"f(lag[n] int, x[n]; w) = {\n h[0] = w\n h[t] = sin(h[t-lag[t]]*w) + x[t]*x[t-lag[t]]\n sum(t: h[t]^2)\n}",
	"f(lag int, x[n]; w) = {\n h[t] = if t < lag then w*x[t] else sin(w*h[t-lag]) + x[t]\n sum(h)\n}",
	"f(lag[n] int, x[n]; w) = {\n h[n-1] = w\n h[t] = sin(h[t+lag[t]]*w) + x[t]\n sum(t: h[t]^2)\n}",
	"f(lag[n,2] int, x[n]; w, v) = {\n h[0] = w\n g[0] = 1\n h[t] = sin(h[t-1-lag[t,1]]*w) + x[t]*v*g[t-1]\n g[t] = cos(h[t]) + g[t-lag[t,0]]*v\n sum(h)\n}",
	"f(lag[n] int, x[n,m]; w) = {\n D[0,j] = x[0,j]*w\n D[i,0] = x[i,0]\n D[i,j] = sin(D[i-lag[i],j]) + w*D[i,j-1]*D[i-1,j-1]\n sum(D)\n}",
	"f(lag[n] int, x[n]; w) = {\n h[t] = if lag[t] > 0 and t >= lag[t] then w*h[t-lag[t]] + x[t] else x[t]^2\n sum(t: h[t]^2)\n}",
}

// lent are recurrences of arrays of fewer dimensions than others: at the first step of a row, at the last, one of each, of rows, and downwards.
var lent = []string{
	"f(x[n,m]; w) = {\n s[0] = w\n s[i] = sin(H[i-1,m-1])*w\n H[i,0] = s[i]*x[i,0]\n H[i,j] = tanh(H[i,j-1]*w + x[i,j]) + s[i]\n sum(H) + s[n-1]\n}",
	"f(A[n,n]; w) = {\n D[i] = 9 + A[i,i]^2 + w^2 - sum(k in 0..i: L[i,k]^2*D[k])/9\n L[i,i] = 1\n L[i,j in 0..i] = (w*A[i,j] - sum(k in 0..j: L[i,k]*L[j,k]*D[k]))/D[j]\n sum(i: D[i]^2) + sum(L)\n}",
	"f(x[n,m]; w) = {\n s[0] = w\n s[i] = e[i-1]*w\n H[i,0] = s[i]*x[i,0]\n H[i,j] = tanh(H[i,j-1]*w + x[i,j])\n e[i] = sin(H[i,m-1])\n sum(H) + e[n-1]\n}",
	"f(x[n,m,q]; w[q], W[q,q]) = {\n s[0] = w\n s[i] = tanh(H[i-1,m-1] @ W)\n H[i,0] = s[i]*x[i,0]\n H[i,j] = tanh(W @ H[i,j-1] + x[i,j])\n norm(H) + norm(s)\n}",
	"f(x[n,m]; w) = {\n s[n-1] = w\n s[i] = cos(H[i+1,0])*w\n H[i,m-1] = s[i]*x[i,0]\n H[i,j] = sin(H[i,j+1]*w) + x[i,j]*s[i]\n sum(H)\n}",
}

// TestTreeData: steps that data give must come before those that read them, whichever way the steps run; of the first step nothing is asked.
func TestTreeData(t *testing.T) {
	for _, c := range []struct {
		text int
		dims []int
		data []float64
		ok   bool
	}{
		{0, []int{3, 2}, []float64{-1, 7, 0, 0, 1, 0}, true},
		{0, []int{3, 2}, []float64{-1, -1, 0, 1, 1, 0}, false},
		{0, []int{3, 2}, []float64{0, 0, 0, 0, 2, 0}, false},
		{1, []int{3}, []float64{1, 2, -1}, true},
		{1, []int{3}, []float64{2, 2, 99}, true},
		{1, []int{3}, []float64{1, 1, 2}, false},
		{1, []int{3}, []float64{3, 2, 2}, false},
	} {
		err := givenData(t, trees[c.text], c.dims, c.data)
		if (err == nil) != c.ok {
			t.Errorf("%v of %s: %v", c.data, trees[c.text], err)
		}
	}
}

// TestDelayData: a number of steps must lead to a step before, and not further back than to the first; it is the row that is wrong that is named.
func TestDelayData(t *testing.T) {
	for _, c := range []struct {
		text int
		dims []int
		data []float64
		want string
	}{
		{0, []int{3}, []float64{-7, 1, 2}, ""},
		{0, []int{3}, []float64{0, 1, 0}, "f: lag[2] is 0, want 1 ≤ lag < 3: h reads what stands before"},
		{0, []int{3}, []float64{0, 2, 1}, "f: lag[1] is 2, want 1 ≤ lag < 2: h reads what stands before"},
		{1, nil, []float64{0}, "f: lag is 0, want 1 ≤ lag: h reads what stands before"},
		{1, nil, []float64{9}, ""},
		{2, []int{3}, []float64{2, 1, 5}, ""},
		{2, []int{3}, []float64{3, 1, 0}, "f: lag[0] is 3, want 1 ≤ lag < 3: h reads what stands behind"},
		{5, []int{3}, []float64{-5, 0, 9}, ""},
	} {
		err := givenData(t, delays[c.text], c.dims, c.data)
		if got := fmt.Sprint(err); got != c.want && (err != nil || c.want != "") {
			t.Errorf("%v of %s: %v, want %s", c.data, delays[c.text], err, c.want)
		}
	}
}

// givenData is what is wrong with the first input of the text, with n = 3.
func givenData(t *testing.T, text string, dims []int, data []float64) error {
	t.Helper()
	f, err := tryLoad(text)
	if err != nil {
		t.Fatal(err)
	}
	env := ir.Env{Sizes: map[string]int{"n": 3}, Inputs: map[string]ir.Tensor{"x": {Dims: []int{3}, Data: []float64{1, 2, 3}}, "w": {Data: []float64{1}}}}
	env.Inputs[f.Inputs[0].Name] = ir.Tensor{Dims: dims, Data: data}
	return ir.CheckEnv(f, env)
}

// TestRecurrences: values, gradients, Jacobian products and second derivatives of recurrences, in all ways to derive them, as programs and as evaluated.
func TestRecurrences(t *testing.T) {
	t.Parallel()
	for i, text := range slices.Concat(recurrences, histories, mixed, shifted, trees, delays, lent, nested, parts) {
		if testing.Short() && i%3 > 0 {
			continue
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			text += "\n"
			if _, err := tryLoad(text); err != nil {
				t.Fatal(err)
			}
			checkValues(t, text, 0, 1, 2)
			checkHessian(t, text, 1)
		})
	}
}

// TestRecurrencesBuild: what is emitted for them builds, and is the same again.
func TestRecurrencesBuild(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("many builds")
	}
	for _, text := range slices.Concat(recurrences, []string{factored}, mixed[3:], trees[2:]) {
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

// TestRecurrenceData: what data a step needs is read at that step alone, however it is differentiated: y[t-1] is not there at the first, and so nothing that
// is multiplied with it is 0.
func TestRecurrenceData(t *testing.T) {
	text := "f(y[n]; F[k], m0[k]) = {\n m[0] = m0\n s[t] = dot(F, m[t-1])\n v[t] = y[t-1] - s[t]\n m[t] = (F/s[t])*v[t]\n sum(t in 0..n+1: m[t,0])\n}\n"
	f, err := tryLoad(text)
	if err != nil {
		t.Fatal(err)
	}
	ways, err := passes.Hessians(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range ways {
		if _, err := passes.RandomPoint(f, way, rand.New(rand.NewPCG(1, 8))); err != nil {
			t.Errorf("%s: %v", way.Way, err)
		}
	}
	for seed := range uint64(3) {
		checkHessian(t, text, seed)
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
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom([]func(*rapid.T) string{randomRecurrence, randomHistory}).Draw(t, "program")
		text := draw(t)
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

// randomHistory draws a recurrence whose steps read sums over steps before, over one index, upwards or downwards, or all of a triangle that is being
// filled.
func randomHistory(t *rapid.T) string {
	g := &sourceGen{t: t}
	over := func(k, lo, hi string) string {
		if rapid.Bool().Draw(t, "condition") {
			return fmt.Sprintf("%s if %s <= %s and %s < %s", k, lo, k, k, hi)
		}
		return fmt.Sprintf("%s in %s..%s", k, lo, hi)
	}
	if rapid.Bool().Draw(t, "triangle") {
		row := over("k", "0", "j")
		g.atoms = []string{"L[i,k]", "L[j,k]", "A[i,k]", "a"}
		off := fmt.Sprintf("sum(%s: %s)", row, smooth(g.arithmetic(2)))
		g.atoms = []string{"L[i,k]", "A[k,i]", "a"}
		diag := fmt.Sprintf("sum(%s: %s)", over("k", "0", "i"), smooth(g.arithmetic(2)))
		off = g.pick(off+"/(2 + L[j,j]^2)", off+" + a*L[i-1,j]", "A[i,j] - "+off)
		lines := g.pick("L[i,i] = a + "+diag+"\n L[i,j in 0..i] = "+off, "L[i,j] = if i == j then a - "+diag+" else if j < i then "+off+" else 0",
			"L[i,j] = if j > i then a else if j < i then "+off+" else cos("+diag+")")
		return fmt.Sprintf("f(A[n,n]; a) = {\n %s\n sum(i, j: L[i,j]*A[j,i])\n}\n", lines)
	}
	lo, hi := "0", "t"
	if rapid.Bool().Draw(t, "down") {
		lo, hi = "t+1", "n"
	}
	g.atoms = []string{"h[s]", "x[t]", "x[s]", "a"}
	if rapid.Bool().Draw(t, "two") {
		g.atoms = append(g.atoms, "g[s]")
	}
	reduce := g.pick("sum", "sum", "prod")
	body := smooth(fmt.Sprintf("x[t] + %s(%s: %s)", reduce, over("s", lo, hi), g.arithmetic(2)))
	second := fmt.Sprintf("g[t] = cos(h[t] + sum(%s: h[s]*g[s]*a))\n ", over("s", lo, hi))
	return fmt.Sprintf("f(x[n]; a) = {\n h[t] = %s\n %ssum(t: h[t]*x[t] + g[t])\n}\n", body, second)
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

// TestRecurrenceCounts: a gradient reads what a step has stored rather than computing it again, and stores what alone is pushed to a step.
func TestRecurrenceCounts(t *testing.T) {
	for _, c := range []struct{ text, grad string }{
		{"f(x[T]; a, b) = {\n h[0] = b\n h[t] = tanh(a*h[t-1] + x[t])\n sum(t: h[t]^2)\n}", "12*T - 7"},
		{"f(x[B,T]; a, b) = {\n h[i,0] = b\n h[i,t] = tanh(a*h[i,t-1] + x[i,t])\n sum(i, t: h[i,t]^2)\n}", "12*B*T - 7*B"},
		{"f(x[T]; a, b) = {\n h[0] = b\n h[t] = exp(a*h[t-1]*x[t])\n h[T-1]\n}", "8*T - 4"},
	} {
		f, err := tryLoad(c.text + "\n")
		if err != nil {
			t.Fatal(err)
		}
		ways, err := passes.Gradients(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, ways...))).Total().Format(f.Sizes, "*"); got != c.grad {
			t.Errorf("%s: the gradient takes %s operations, want %s", c.text, got, c.grad)
		}
		checkValues(t, c.text+"\n", 1)
	}
}
