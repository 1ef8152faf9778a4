package runtime

// CSR is the pattern of a sparse matrix in compressed rows: row i has the columns col[rowPtr[i]:rowPtr[i+1]], ascending and each once. There is
// an element at row[k], column[k] for each k, but where row[k] is negative; several may be the same. The element of k stands at place[k], which
// is -1 where there is none. It takes time in proportion to the rows, the columns and the elements.
func CSR(rows, columns int, row, column []int) (rowPtr, col, place []int) {
	byColumn := ordered(columns, column, nil, row)
	rowPtr = make([]int, rows+1)
	place = make([]int, len(row))
	for k := range place {
		place[k] = -1
	}
	last := -1 // row
	for _, k := range ordered(rows, row, byColumn, row) {
		for ; last < row[k]; last++ {
			rowPtr[last+1] = len(col)
		}
		if n := len(col); n == rowPtr[last] || col[n-1] != column[k] {
			col = append(col, column[k])
		}
		place[k] = len(col) - 1
	}
	for ; last < rows; last++ {
		rowPtr[last+1] = len(col)
	}
	return rowPtr, col, place
}

// ordered is the k of list, of all if that is nil, that have an element, in order of key[k] below n and otherwise as they come.
func ordered(n int, key, list, row []int) []int {
	if list == nil {
		list = make([]int, 0, len(key))
		for k := range key {
			if row[k] >= 0 {
				list = append(list, k)
			}
		}
	}
	start := make([]int, n+1)
	for _, k := range list {
		start[key[k]+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	sorted := make([]int, len(list))
	for _, k := range list {
		sorted[start[key[k]]] = k
		start[key[k]]++
	}
	return sorted
}
