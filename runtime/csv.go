package runtime

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

// Table is a table of numbers with a whole number, the label, in the last column of the file.
type Table struct {
	X      []float64 // row by row
	Labels []int
	Width  int // columns of X
}

// Rows is the number of rows.
func (t *Table) Rows() int { return len(t.Labels) }

// ReadCSV reads a file of comma-separated values with a line of headings, numbers, and a label in the last
// column. Numbers are multiplied by scale.
func ReadCSV(path string, scale float64) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) || err == nil && len(head) < 2 {
		return nil, fmt.Errorf("%s: want a line of headings, the last for the label", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	names := append([]string(nil), head...)
	t := &Table{Width: len(names) - 1}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for i, text := range row[:t.Width] {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				line, _ := r.FieldPos(i)
				return nil, fmt.Errorf("%s:%d: column %s is %q, want a number", path, line, names[i], text)
			}
			t.X = append(t.X, v*scale)
		}
		label, err := strconv.Atoi(row[t.Width])
		if err != nil {
			line, _ := r.FieldPos(t.Width)
			return nil, fmt.Errorf("%s:%d: column %s is %q, want a whole number", path, line, names[t.Width], row[t.Width])
		}
		t.Labels = append(t.Labels, label)
	}
}
