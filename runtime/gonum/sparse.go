package gonum

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// CSR is a sparse matrix in compressed rows, a view of the values that SparseJacobian or SparseHessian write:
//
//	rowPtr, col := f.JacobianPattern()
//	values := make([]float64, f.JacobianNNZ())
//	jacobian := gonum.NewCSR(f.NumParams(), rowPtr, col, values)
//
// It is a mat.Matrix, a mat.NonZeroDoer and a mat.RowNonZeroDoer. At searches in its row, in logarithmic time.
type CSR struct {
	rowPtr, col []int
	values      []float64
	columns     int
}

// NewCSR is the matrix of so many columns whose row i has values[rowPtr[i]:rowPtr[i+1]] in the columns col[rowPtr[i]:rowPtr[i+1]]. Nothing is
// copied: it shows what values hold whenever it is read. It panics if the lengths do not fit, or if columns are out of range or do not ascend in a row.
func NewCSR(columns int, rowPtr, col []int, values []float64) *CSR {
	if len(rowPtr) == 0 || rowPtr[len(rowPtr)-1] != len(col) || len(col) != len(values) {
		panic(fmt.Sprintf("gonum: %d row pointers, %d columns and %d values are no matrix", len(rowPtr), len(col), len(values)))
	}
	m := &CSR{rowPtr, col, values, columns}
	for i := range len(rowPtr) - 1 {
		m.checkRow(i)
	}
	return m
}

// checkRow panics if there can be no row i such as this.
func (m *CSR) checkRow(i int) {
	start, end := m.rowPtr[i], m.rowPtr[i+1]
	if i == 0 && start != 0 || start > end || end > len(m.col) {
		panic(fmt.Sprintf("gonum: row %d is from %d to %d of %d columns", i, start, end, len(m.col)))
	}
	before := -1
	for _, j := range m.col[start:end] {
		if j <= before || j >= m.columns {
			panic(fmt.Sprintf("gonum: row %d has the column %d behind %d, of %d columns: they ascend, each once", i, j, before, m.columns))
		}
		before = j
	}
}

// Dims is the number of rows and of columns.
func (m *CSR) Dims() (r, c int) { return len(m.rowPtr) - 1, m.columns }

// At is the element in row i and column j.
func (m *CSR) At(i, j int) float64 {
	if j < 0 || j >= m.columns {
		panic(mat.ErrColAccess)
	}
	if i < 0 || i+1 >= len(m.rowPtr) {
		panic(mat.ErrRowAccess)
	}
	start, end := m.rowPtr[i], m.rowPtr[i+1]
	if k, ok := slices.BinarySearch(m.col[start:end], j); ok {
		return m.values[start+k]
	}
	return 0
}

// T is the transpose, a view too.
func (m *CSR) T() mat.Matrix { return mat.Transpose{Matrix: m} }

// DoNonZero calls fn for each element that may be other than 0.
func (m *CSR) DoNonZero(fn func(i, j int, v float64)) {
	for i := range len(m.rowPtr) - 1 {
		m.DoRowNonZero(i, fn)
	}
}

// DoRowNonZero calls fn for each element of row i that may be other than 0.
func (m *CSR) DoRowNonZero(i int, fn func(i, j int, v float64)) {
	for k := m.rowPtr[i]; k < m.rowPtr[i+1]; k++ {
		fn(i, m.col[k], m.values[k])
	}
}

// MulVecTo sets dst to the matrix, or its transpose, times x, as Gonum's iterative solvers ask for it.
func (m *CSR) MulVecTo(dst *mat.VecDense, trans bool, x mat.Vector) {
	rows, columns := m.Dims()
	if trans {
		rows, columns = columns, rows
	}
	if dst.Len() != rows || x.Len() != columns {
		panic(mat.ErrShape)
	}
	dst.Zero()
	m.DoNonZero(func(i, j int, v float64) {
		if trans {
			i, j = j, i
		}
		dst.SetVec(i, dst.AtVec(i)+v*x.AtVec(j))
	})
}

// SymCSR is a symmetric sparse matrix of which the upper triangle is stored in compressed rows, a view of the values that SparseUpperHessian writes. It is a
// mat.Symmetric.
type SymCSR struct{ upper *CSR }

// NewSymCSR is the symmetric matrix whose elements on and above the diagonal NewCSR would be. It panics if there are others, as those that SparseHessian writes.
func NewSymCSR(rowPtr, col []int, values []float64) *SymCSR {
	upper := NewCSR(len(rowPtr)-1, rowPtr, col, values)
	upper.DoNonZero(func(i, j int, _ float64) {
		if j < i {
			panic(fmt.Sprintf("gonum: the element %d, %d is below the diagonal: NewSymCSR is for what SparseUpperHessian writes, and NewCSR for both halves", i, j))
		}
	})
	return &SymCSR{upper}
}

// SymmetricDim is the number of rows and of columns.
func (m *SymCSR) SymmetricDim() int { return m.upper.columns }

// Dims is the number of rows and of columns.
func (m *SymCSR) Dims() (r, c int) { return m.upper.Dims() }

// At is the element in row i and column j, which is that in row j and column i.
func (m *SymCSR) At(i, j int) float64 { return m.upper.At(min(i, j), max(i, j)) }

// T is the matrix itself.
func (m *SymCSR) T() mat.Matrix { return m }

// MulVecTo sets dst to the matrix times x, as Gonum's iterative solvers ask for it.
func (m *SymCSR) MulVecTo(dst *mat.VecDense, _ bool, x mat.Vector) {
	if dst.Len() != m.upper.columns || x.Len() != m.upper.columns {
		panic(mat.ErrShape)
	}
	dst.Zero()
	m.upper.DoNonZero(func(i, j int, v float64) {
		dst.SetVec(i, dst.AtVec(i)+v*x.AtVec(j))
		if i != j {
			dst.SetVec(j, dst.AtVec(j)+v*x.AtVec(i))
		}
	})
}
