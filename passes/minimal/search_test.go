package minimal_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes/minimal"
)

// program is the source of a random program of n operations over two numbers. Its results are all that it does not use.
func program(r *rand.Rand, n int) string {
	names, at := []string{"x", "y", "1", "2", "3"}, []float64{0.7, 1.9, 1, 2, 3}
	used := map[int]bool{}
	var body strings.Builder
	for len(names) < 5+n {
		a, b := r.IntN(len(names)), r.IntN(len(names))
		if 2 <= a && a < 5 || used[a] && r.IntN(4) != 0 { // few results
			continue
		}
		k := r.IntN(8)
		v := []func(x, y float64) float64{
			add, sub, mul, div, add, mul, func(x, _ float64) float64 { return math.Exp(x) }, func(x, _ float64) float64 { return math.Sqrt(x) },
		}[k](at[a], at[b])
		if a == b && (k == 1 || k == 3) || v != v || v == math.Trunc(v) { // constant, or not a number
			continue
		}
		used[a], used[b] = true, used[b] || k < 6
		name := fmt.Sprintf("v%d", len(names)-5)
		switch {
		case k < 6:
			fmt.Fprintf(&body, "    %s = %s %s %s\n", name, names[a], []string{"+", "-", "*", "/", "+", "*"}[k], names[b])
		default:
			fmt.Fprintf(&body, "    %s = %s(%s)\n", name, []string{"exp", "sqrt"}[k-6], names[a])
		}
		names, at = append(names, name), append(at, v)
	}
	var results []string
	for i := 5; i < len(names); i++ {
		if !used[i] {
			results = append(results, names[i])
		}
	}
	return fmt.Sprintf("f(x, y) -> (%s) = {\n%s}", strings.Join(results, ", "), body.String())
}

func add(x, y float64) float64 { return x + y }
func sub(x, y float64) float64 { return x - y }
func mul(x, y float64) float64 { return x * y }
func div(x, y float64) float64 { return x / y }

// TestRandomPrograms: of what a program computes the search finds a program of as many operations at most.
func TestRandomPrograms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	tried, count := 0, 300
	if testing.Short() {
		count = 60
	}
	for range count {
		n := 2 + r.IntN(4)
		text := program(r, n)
		list, err := parser.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		v, err := minimal.Prove(f, n+1, 200_000, func(*ir.Func) bool { return true })
		var refused minimal.Refusal
		if errors.As(err, &refused) {
			continue
		}
		tried++
		if v.Shorter == nil && v.AtLeast > n {
			t.Errorf("%d operations are not enough for\n%s", n, text)
		}
	}
	if tried < count/2 {
		t.Errorf("only %d programs", tried)
	}
}

// TestSigns: signs cost no more operations than they have to.
func TestSigns(t *testing.T) {
	for text, want := range map[string]int{
		"f(x, y) -> (p, q) = {\n p = -(x*y)\n q = -(x + y) }":             3, // −x first
		"f(x, y) -> (p, q) = {\n p = x - y\n q = y - x }":                 2,
		"f(x, y) -> (p, q, r) = {\n p = -(x*y)\n q = x*y\n r = -x }":      3,
		"f(x, y) -> (p, q) = {\n p = -(exp(x) + exp(y))\n q = -exp(x) }":  4, // q − exp(y)
		"f(x, y) -> (p, q) = {\n p = -(x*y)*exp(x)\n q = -(x*y)/exp(y) }": 6,
	} {
		list, err := parser.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		v, err := minimal.Prove(list[0], 12, 200_000, func(*ir.Func) bool { return true })
		if err != nil || v.AtLeast != want || v.Shorter == nil {
			t.Errorf("%s: %d, %v\n%v", text, v.AtLeast, err, v.Shorter)
		}
	}
}
