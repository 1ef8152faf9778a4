package adbench

import (
	"flag"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// counted are the objectives with what is derived, sizes at which to count, and the most that value and derivatives may cost in values.
var counted = []struct {
	file, function string
	derive         string
	sizes          map[string]int
	most           float64
}{
	{"gmm.ad", "gmm", "grad", map[string]int{"n": 1000, "d": 10, "K": 25}, 3.3},
	{"ba.ad", "ba", "sparse jacobian", map[string]int{"n": 49, "m": 7776, "p": 31843}, 5},
	{"lstm.ad", "lstm", "grad", map[string]int{"l": 2, "c": 1024, "b": 14}, 3},
	{"hand.ad", "hand", "sparse jacobian", map[string]int{"F": 5, "v": 544, "n": 100}, 6},
	{"hand.ad", "complicated", "sparse jacobian", map[string]int{"F": 5, "v": 544, "m": 1084, "n": 100}, 6},
}

// TestCounts holds the operations of each value, alone and with its derivatives, against counts.txt, and their ratio against its bound.
func TestCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var b strings.Builder
	for _, c := range counted {
		value, derived := count(t, c.file, c.function, c.derive)
		ratio, _ := new(big.Rat).Quo(derived.Eval(c.sizes), value.Eval(c.sizes)).Float64()
		if ratio > c.most {
			t.Errorf("%s: value and %s cost %.2f values, at most %v are allowed", c.function, c.derive, ratio, c.most)
		}
		fmt.Fprintf(&b, "%s\n  value: %s\n  with %s: %s\n  ratio at %v: %.2f\n", c.function, value, c.derive, derived, c.sizes, ratio)
	}
	golden := data + "/counts.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("counts differ from %s (-want +got), rewrite it with -update:\n%s", golden, diff)
	}
}

// count is the operations of the emitted value, and of the value with what is derived.
func count(t *testing.T, file, function, derive string) (value, derived ir.Poly) {
	t.Helper()
	list, err := parser.Load(data + "/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if f.Name != function {
			continue
		}
		r, err := passes.Analyze(f, passes.Usual, ir.All(derive)...)
		if err != nil {
			t.Fatal(err)
		}
		return r.Value.Emitted.Total(), r.Kinds[0].Emitted.Total()
	}
	t.Fatalf("%s has no function %s", file, function)
	return
}
