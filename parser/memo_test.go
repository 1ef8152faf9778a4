package parser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/adgen-go/adgen/ir"
)

// load elaborates a source that is right.
func load(t *testing.T, text string) map[string]*ir.Func {
	t.Helper()
	list, err := LoadText("test.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*ir.Func{}
	for _, f := range list {
		byName[f.Name] = f
	}
	return byName
}

// TestCallKeepsChecks: what a called definition demands of the sizes is demanded of its callers, also where the call was
// first looked at for the range of an index.
func TestCallKeepsChecks(t *testing.T) {
	const third = "third(x[n]) -> y[n] = { y[i] = x[i] + x[2] }\n"
	for _, body := range []string{"sum(third(x))", "sum(i: third(x)[i])", "sum(i: third(x)[i]) + sum(third(x))", "if x[0] > 0 then sum(third(x)) else sum(i: third(x)[i])"} {
		f := load(t, third+"f(x[n]) = "+body)["f"]
		if len(f.Checks) != 1 || f.Checks[0].Value.Text() != "n-3" {
			t.Errorf("%s: the checks are %+v, want one of n-3", body, f.Checks)
		}
	}
}

// TestCallUnderCondition: a call that is in range only under a condition is not taken as proved outside of it.
func TestCallUnderCondition(t *testing.T) {
	const at = "at(x[n], k int;) = x[k-1]\n"
	load(t, at+"f(x[n]) = sum(i in 0..n: if i > 0 then at(x, i)*at(x, i) else 0)")
	for _, body := range []string{"(if i > 0 then at(x, i) else 0) + at(x, i)", "at(x, i) + (if i > 0 then at(x, i) else 0)", "if i > 0 then 0 else at(x, i)", "at(x, i)"} {
		_, err := LoadText("test.ad", []byte(at+"f(x[n]) = sum(i in 0..n: "+body+")"))
		if err == nil || !strings.Contains(err.Error(), "the index is negative") {
			t.Errorf("%s: the error is %v", body, err)
		}
	}
}

// TestSharedCalls: chains of calls, and of reductions in subscripted expressions, take no exponential time.
func TestSharedCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("reaches the limit of calls")
	}
	chain := func(n int, format, element string) string {
		text := "f0(x[n]) = x[" + element + "]\n"
		for i := 1; i <= n; i++ {
			text += strings.NewReplacer("F", fmt.Sprint("f", i-1), "I", fmt.Sprint(i)).Replace("fI(x[n]) = " + format + "\n")
		}
		return text
	}
	nested := "x"
	for i := range maxIndices {
		nested = fmt.Sprintf("(x*sum(i%d: %s[i%d]))", i, nested, i)
	}
	for name, text := range map[string]string{
		"one condition":   chain(60, "if x[0] > 0 then F(x) + F(x) else 2*F(x)", "2"),
		"many conditions": chain(60, "if x[0] > I then F(x) + F(x) else 2*F(x)", "0"),
		"nested":          "f(x[n]) = sum(" + nested + ")",
	} {
		start := time.Now()
		load(t, text)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s takes %v", name, d)
		}
	}
	_, err := LoadText("test.ad", []byte(chain(40, "if x[0] > I then F(x) + F(x) else 2*F(x)", "2")))
	if err == nil || !strings.Contains(err.Error(), "more than 100000 different calls") {
		t.Errorf("the error is %v", err)
	}
}

// TestProductIsSum: X @ W is the very node that the sum over k is.
func TestProductIsSum(t *testing.T) {
	f := load(t, "f(X[n,p], W[p,q]) -> (u[n,q], v[n,q]) = { u = X @ W\n v[i,j] = sum(k: X[i,k]*W[k,j]) }")["f"]
	if f.Results[0].Value != f.Results[1].Value {
		t.Errorf("X @ W is %d, the sum is %d", f.Results[0].Value.ID, f.Results[1].Value.ID)
	}
}
