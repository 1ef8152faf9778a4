package gonum

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Stack is the matrix that is put together of blocks, rows of blocks of one height, which have the same widths in all of them: the Jacobian of several results by
// several parameters, as one matrix. Nothing is copied. It panics if the blocks do not fit.
func Stack(blocks [][]mat.Matrix) mat.Matrix {
	s := &stacked{blocks: blocks}
	for i, row := range blocks {
		if len(row) == 0 || len(row) != len(blocks[0]) {
			panic(fmt.Sprintf("gonum: row %d has %d blocks, the first %d", i, len(row), len(blocks[0])))
		}
		height, _ := row[0].Dims()
		for j, b := range row {
			r, c := b.Dims()
			if i == 0 {
				s.columns = append(s.columns, places(j, c)...)
			}
			if _, width := blocks[0][j].Dims(); r != height || c != width {
				panic(fmt.Sprintf("gonum: block %d, %d is %d by %d, want %d by %d", i, j, r, c, height, width))
			}
		}
		s.rows = append(s.rows, places(i, height)...)
	}
	return s
}

// stacked is a matrix of blocks.
type stacked struct {
	blocks        [][]mat.Matrix
	rows, columns []place
}

// place says in which block a row or column lies, and where in it.
type place struct{ block, at int }

func places(block, n int) []place {
	list := make([]place, n)
	for i := range list {
		list[i] = place{block, i}
	}
	return list
}

func (s *stacked) Dims() (r, c int) { return len(s.rows), len(s.columns) }

func (s *stacked) At(i, j int) float64 {
	r, c := s.rows[i], s.columns[j]
	return s.blocks[r.block][c.block].At(r.at, c.at)
}

func (s *stacked) T() mat.Matrix { return mat.Transpose{Matrix: s} }
