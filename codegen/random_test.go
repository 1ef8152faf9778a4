package codegen_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// randomSource draws the text of a definition: scalar, or with a matrix, a vector and gathered labels.
func randomSource(t *rapid.T) string {
	if rapid.Bool().Draw(t, "scalar") {
		g := &sourceGen{t: t, atoms: []string{"x", "y", "z", "2", "0.5", "3"}}
		return "f(x; y, z) = " + g.expr(5) + "\n"
	}
	g := &sourceGen{t: t, arrays: true, atoms: []string{"c", "2", "0.5"}}
	body := g.sum(0)
	for range rapid.IntRange(0, 2).Draw(t, "terms") {
		body += rapid.SampledFrom([]string{" + ", " - ", " * "}).Draw(t, "op") + g.sum(0)
	}
	text := "f(A[n,m], k[n] int; u[n], v[m], B[n,m], P[n*(n+1)/2], c) = " + body + "\n"
	if rapid.Bool().Draw(t, "small") { // to be unrolled
		text = strings.NewReplacer("[n]", "[3]", "[m]", "[2]", "[n,m]", "[3,2]", "[n*(n+1)/2]", "[6]", "0..n", "0..3", "0..m", "0..2").Replace(text)
	}
	return text
}

// sourceGen writes expressions that are finite for arguments of moderate size.
type sourceGen struct {
	t      *rapid.T
	arrays bool
	atoms  []string
}

func (g *sourceGen) pick(list ...string) string { return rapid.SampledFrom(list).Draw(g.t, "pick") }

// expr is a scalar expression.
func (g *sourceGen) expr(depth int) string {
	if depth == 0 {
		return rapid.SampledFrom(g.atoms).Draw(g.t, "atom")
	}
	x := func() string { return g.expr(depth - 1) }
	switch rapid.IntRange(0, 11).Draw(g.t, "kind") {
	case 0, 1:
		return "(" + x() + " + " + x() + ")"
	case 2:
		return "(" + x() + " - " + x() + ")"
	case 3, 4:
		return x() + " * " + x()
	case 5:
		return "(" + x() + ") / (1 + (" + x() + ")^2)"
	case 6:
		return "(" + x() + ")^" + g.pick("2", "3", "5")
	case 7:
		return g.pick("sin", "cos", "tanh", "sigmoid", "softplus", "atan", "relu", "abs", "erf") + "(" + x() + ")"
	case 8:
		return "exp(-(" + x() + ")^2)"
	case 9:
		return "-" + x()
	case 10:
		return "(if " + x() + " < " + x() + " then " + x() + " else " + x() + ")"
	}
	return g.pick("min", "max") + "(" + x() + ", " + x() + ")"
}

// sum is a reduction to a number over all that its body mentions.
func (g *sourceGen) sum(depth int) string {
	inner := &sourceGen{t: g.t, arrays: true}
	i, j := fmt.Sprintf("i%d", depth), fmt.Sprintf("j%d", depth)
	switch rapid.IntRange(0, 8).Draw(g.t, "sum") {
	case 0:
		inner.atoms = []string{"u[" + i + "]", "c", "2"}
		return fmt.Sprintf("sum(%s in 0..n: %s)", i, inner.expr(3))
	case 1:
		inner.atoms = []string{"u[" + i + "]", "v[" + j + "]", "A[" + i + "," + j + "]", "B[" + i + "," + j + "]", "c"}
		return fmt.Sprintf("mean(%s in 0..n, %s in 0..m: %s)", i, j, inner.expr(3))
	case 2:
		inner.atoms = []string{"u[" + i + "]", "B[" + i + ", k[" + i + "]]", "v[k[" + i + "]]"}
		return fmt.Sprintf("sum(%s in 0..n: %s)", i, inner.expr(3))
	case 3:
		inner.atoms = []string{"v[" + j + "]", "(B @ v)[0]", "c"}
		return fmt.Sprintf("logsumexp(%s in 0..m: %s)", j, inner.expr(2))
	case 4:
		inner.atoms = []string{"u[" + i + "]", "(B @ v)[" + i + "]", "softmax(B[" + i + "])[k[" + i + "]]", "max(" + j + " in 0..m: B[" + i + "," + j + "])"}
		return fmt.Sprintf("sum(%s in 0..n: %s)", i, inner.expr(3))
	case 5: // a packed triangle
		inner.atoms = []string{fmt.Sprintf("P[%s*(%s+1)/2 + %s]", i, i, j), "u[" + j + "]", "u[" + i + "]", "c"}
		return fmt.Sprintf("sum(%s in 0..n, %s in 0..%s+1: %s)", i, j, i, inner.expr(3))
	case 6: // a list, of which an index or data choose
		inner.atoms = []string{"u[" + i + "]", "c", "2", "[c, u[" + i + "], 3][" + j + "]", "([[c, 1], [-1, c]] @ [u[" + i + "], 2])[0]"}
		return fmt.Sprintf("sum(%s in 0..n, %s in 0..3: %s)", i, j, inner.expr(2))
	case 7: // conditions on two indices
		inner.atoms = []string{"u[" + i + "]", "u[" + j + "]", "c", fmt.Sprintf("concat(u, v)[%s + 1]", j)}
		cond := g.pick(" < %s", " <= %s + 1", " != %s", " > %s - 1")
		return fmt.Sprintf("sum(%s in 0..n, %s in 0..n if %s"+cond+": %s)", i, j, j, i, inner.expr(2))
	}
	inner.atoms = []string{"u[" + i + "]", "u[" + i + "-1]", "c"}
	return fmt.Sprintf("sum(%s in 0..n: if %s > 0 then %s else %s)", i, i, inner.expr(3), inner.exprOf("u["+i+"]", "c"))
}

// exprOf is an expression of other atoms.
func (g *sourceGen) exprOf(atoms ...string) string {
	h := *g
	h.atoms = atoms
	return h.expr(2)
}
