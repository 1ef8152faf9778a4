package passes

import (
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// TestSparseCounts: a golden table of the operations of values and of sparse matrices together with them. The residuals of bundle adjustment and
// their derivatives, 31 for each observation, take at most five times what the residuals take.
func TestSparseCounts(t *testing.T) {
	cells := [][]string{{"function", "matrix", "elements", "value", "with the matrix", "ratio"}}
	for _, path := range []string{"sparse/functions.ad", "adbench/ba.ad"} {
		list, err := parser.Load(filepath.Join("..", "testdata", path))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			for _, w := range f.Derive {
				s, ok, err := SparseMatrix(Usual, f, w)
				if err != nil {
					t.Fatal(err)
				}
				if ok {
					cells = append(cells, sparseCounts(t, f, w, s))
				}
			}
		}
	}
	var b strings.Builder
	writeTable(&b, cells, widths(cells))
	golden(t, "sparse.txt", []byte(b.String()))
}

// sparseCounts is a line of the table.
func sparseCounts(t *testing.T, f *ir.Func, w ir.Wanted, s *Sparse) []string {
	value, matrix := Count(Schedule(Optimize(Usual, f))).Total(), Count(Schedule(s.Func)).Total()
	if c, ok := matrix.Leading().Quotient(value.Leading()); f.Name == "ba" && (!ok || c.Cmp(big.NewRat(5, 1)) > 0) {
		t.Errorf("%s of %s: %v operations, the value takes %v", w, f.Name, matrix, value)
	}
	count := "of the data or sizes"
	if s.Place == nil {
		count = s.Slots.Text()
	}
	return []string{f.Name, w.String(), count, value.Format(f.Sizes, "·"), matrix.Format(f.Sizes, "·"), ratio(matrix, value, f.Sizes)}
}
