package runtime

import "slices"

// CSR gives the pattern of a sparse matrix, of so many rows, in compressed rows: row i has the columns col[rowPtr[i]:rowPtr[i+1]], ascending and each
// once. It has an element at row[k], column[k] for each k, but where row[k] is negative; several may be the same. The element of k stands at place[k],
// which is -1 where there is none.
func CSR(rows int, row, column []int) (rowPtr, col, place []int) {
	rowPtr = make([]int, rows+1)
	for _, r := range row {
		if r >= 0 {
			rowPtr[r+1]++
		}
	}
	for r := range rows {
		rowPtr[r+1] += rowPtr[r]
	}
	// The k in order of their rows, and within a row as they come.
	of := make([]int, rowPtr[rows])
	next := slices.Clone(rowPtr[:rows])
	for k, r := range row {
		if r >= 0 {
			of[next[r]] = k
			next[r]++
		}
	}
	place = make([]int, len(row))
	for k := range place {
		place[k] = -1
	}
	col = make([]int, 0, len(of))
	start := 0
	for r := range rows {
		list := of[start:rowPtr[r+1]]
		start = rowPtr[r+1]
		rowPtr[r] = len(col)
		slices.SortFunc(list, func(a, b int) int { return column[a] - column[b] })
		for _, k := range list {
			if len(col) == rowPtr[r] || col[len(col)-1] != column[k] {
				col = append(col, column[k])
			}
			place[k] = len(col) - 1
		}
	}
	rowPtr[rows] = len(col)
	return rowPtr, col, place
}
