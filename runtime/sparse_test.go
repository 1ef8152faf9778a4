package runtime_test

import (
	"slices"
	"testing"

	"github.com/adgen-go/adgen/runtime"
	"pgregory.net/rapid"
)

// TestCSR: the pattern has what is listed and nothing else, sorted, and says where it stands.
func TestCSR(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 6).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "columns")
		row := rapid.SliceOf(rapid.IntRange(-1, rows-1)).Draw(t, "row")
		column := rapid.SliceOfN(rapid.IntRange(0, columns-1), len(row), len(row)).Draw(t, "column")
		rowPtr, col, place := runtime.CSR(rows, columns, row, column)
		if len(rowPtr) != rows+1 || rowPtr[0] != 0 || rowPtr[rows] != len(col) {
			t.Fatalf("rows %v of %d elements", rowPtr, len(col))
		}
		used := make([]bool, len(col))
		for k, p := range place {
			if (p < 0) != (row[k] < 0) {
				t.Fatalf("place %d of row %d", p, row[k])
			}
			if p >= 0 {
				used[p] = true
				if p < rowPtr[row[k]] || p >= rowPtr[row[k]+1] || col[p] != column[k] {
					t.Fatalf("%d, %d stands at %d of %v %v", row[k], column[k], p, rowPtr, col)
				}
			}
		}
		for i := range rows {
			list := col[rowPtr[i]:rowPtr[i+1]]
			if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
				t.Fatalf("row %d is %v", i, list)
			}
		}
		if slices.Contains(used, false) {
			t.Fatalf("more than was asked for: %v %v", rowPtr, col)
		}
	})
}
