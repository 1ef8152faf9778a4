package passes

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"pgregory.net/rapid"
)

// TestColouring: lines of one colour have no entry in the same place, and a band takes as many colours as it is wide.
func TestColouring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 9).Draw(t, "lines"), rapid.IntRange(1, 9).Draw(t, "places")
		has := rapid.SliceOfN(rapid.Bool(), n*m, n*m).Draw(t, "pattern")
		colours, count := colouring(n, m, func(line, place int) bool { return has[line*m+place] })
		for p := range m {
			seen := make([]bool, count)
			for l := range n {
				if has[l*m+p] && seen[colours[l]] {
					t.Fatalf("place %d has two entries of colour %d", p, colours[l])
				}
				seen[colours[l]] = seen[colours[l]] || has[l*m+p]
			}
		}
	})
	if _, count := colouring(12, 12, func(line, place int) bool { return max(line-place, place-line) <= 1 }); count != 3 {
		t.Errorf("a tridiagonal matrix takes %d sweeps, want 3", count)
	}
}

// TestCompressed: the Jacobians of functions of random sparsity are the same by compressed sweeps as by one for each row, and there are such sweeps where two
// columns have no row in common.
func TestCompressed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, shared := sparsely(t)
		list, err := source.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		f := list[0]
		ways, err := Jacobians(f)
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(ways, func(d *ir.Func) bool { return d.Way == "compressed forward" })
		if found != shared {
			t.Fatalf("compressed: %v, want %v\n%s", found, shared, text)
		}
		r := rand.New(rand.NewPCG(1, 2))
		env := ir.Env{Inputs: map[string]ir.Tensor{}}
		for _, in := range f.Inputs {
			env.Inputs[in.Name] = ir.Tensor{Data: []float64{r.NormFloat64()}}
		}
		s, err := Evaluate(ir.All("jacobian")[0], ways, env, r)
		if err != nil {
			t.Fatal(err)
		}
		if s.Forward > doubtful || !s.Close {
			t.Fatalf("ways %.1f ULPs apart, central differences %.1e\n%s", s.Forward, s.Differences, text)
		}
	})
}

// sparsely draws a function of numbers each of whose results reads some of them, and tells whether two that are read have no result in common.
func sparsely(t *rapid.T) (text string, shared bool) {
	const n, m = 4, 5
	reads := make([][]bool, n)
	names := []string{"x0", "x1", "x2", "x3", "x4"}
	var lines, results []string
	for i := range reads {
		reads[i] = rapid.SliceOfN(rapid.Bool(), m, m).Draw(t, "reads")
		reads[i][rapid.IntRange(0, m-1).Draw(t, "one")] = true
		term := "0.5"
		for j, is := range reads[i] {
			if is {
				term = fmt.Sprintf("sin(%s*%s)", term, names[j])
			}
		}
		results = append(results, fmt.Sprintf("y%d", i))
		lines = append(lines, fmt.Sprintf(" y%d = %s", i, term))
	}
	for j := range m {
		for k := range j {
			meet := slices.ContainsFunc(reads, func(row []bool) bool { return row[j] && row[k] })
			shared = shared || !meet
		}
	}
	return fmt.Sprintf("f(%s) -> (%s) = {\n%s\n}\n", strings.Join(names, ", "), strings.Join(results, ", "), strings.Join(lines, "\n")), shared
}
