package parser_test

import (
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// TestRangesOfColumns: columns of integer data that index different arrays have ranges of their own.
func TestRangesOfColumns(t *testing.T) {
	list, err := parser.LoadText("columns.ad", []byte("f(o[p,2] int; x[n], y[m]) = sum(i: x[o[i,0]]*y[o[i,1]])\n"))
	if err != nil {
		t.Fatal(err)
	}
	args := func(rows ...any) map[string]any {
		return map[string]any{"o": rows, "x": []any{1.0, 2.0, 3.0}, "y": []any{4.0, 5.0, 6.0, 7.0, 8.0}}
	}
	if _, err := ir.NewEnv(list[0], args([]any{2.0, 4.0}, []any{0.0, 0.0})); err != nil {
		t.Error(err)
	}
	for want, rows := range map[string][]any{
		"f: o[1,0] is 3, want 0 ≤ o < 3": {[]any{2.0, 4.0}, []any{3.0, 0.0}},
		"f: o[0,1] is 5, want 0 ≤ o < 5": {[]any{2.0, 5.0}},
	} {
		if _, err := ir.NewEnv(list[0], args(rows...)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestRangesUnderConditions: places of integer data that no term looks at, as conditions on their index say, are not checked; those are that conditions on another index exclude,
// as what does not depend on that is computed all the same.
func TestRangesUnderConditions(t *testing.T) {
	for text, want := range map[string]string{
		"f(g[n] int; x[m]) = sum(i if i > 0: x[g[i]])\n":                    "",
		"f(g[n] int; x[m]) = sum(i, j in 0..n if i > 0: x[g[i]]*j)\n":       "",
		"f(g[n] int; x[m]) = sum(i, j in 0..i: exp(x[g[i]])*j)\n":           "f: g[0] is 7, want 0 ≤ g < 2",
		"f(g[n] int, y[n]; x[m]) = sum(i, j if j < i: exp(x[g[i]])*y[j])\n": "f: g[0] is 7, want 0 ≤ g < 2",
	} {
		list, err := parser.LoadText("conditions.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		args := map[string]any{"g": []any{7.0, 1.0, 0.0}, "x": []any{1.0, 2.0}}
		if strings.Contains(text, "y[n]") {
			args["y"] = []any{1.0, 2.0, 3.0}
		}
		if _, err := ir.NewEnv(list[0], args); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%sgot %v, want %s", text, err, want)
		}
	}
}
