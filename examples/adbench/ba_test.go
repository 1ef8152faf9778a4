package adbench

import (
	"math"
	"testing"
)

// TestBAPattern holds the order of the Jacobian's rows and columns against the suite's: for each error of an image eleven columns of the camera, three of
// the point and the weight's, then for each error of a weight the weight's.
func TestBAPattern(t *testing.T) {
	b := RandomBA(3, 5, 11, 1)
	f, err := b.Bind()
	if err != nil {
		t.Fatal(err)
	}
	rowPtr, col := f.JacobianPattern()
	if len(rowPtr) != 3*b.P+1 || len(col) != 31*b.P || f.JacobianNNZ() != 31*b.P {
		t.Fatalf("%d rows, %d columns, %d values", len(rowPtr)-1, len(col), f.JacobianNNZ())
	}
	at := 0
	check := func(row, want int) {
		if at < rowPtr[row] || at >= rowPtr[row+1] || col[at] != want {
			t.Errorf("element %d: column %d, want row %d, column %d", at, col[at], row, want)
		}
		at++
	}
	for i := range b.P {
		for c := range 2 {
			for k := range 11 {
				check(2*i+c, 11*b.Obs[2*i]+k)
			}
			for k := range 3 {
				check(2*i+c, 11*b.N+3*b.Obs[2*i+1]+k)
			}
			check(2*i+c, 11*b.N+3*b.M+i)
		}
	}
	for i := range b.P {
		check(2*b.P+i, 11*b.N+3*b.M+i)
	}
}

// TestBAUnturned compares a camera that is not turned, where the formula has a branch of its own, with one that is hardly turned.
func TestBAUnturned(t *testing.T) {
	jacobian := func(turn float64) (errors, values []float64) {
		b := RandomBA(1, 1, 1, 1)
		b.Theta[0], b.Theta[1], b.Theta[2] = turn, -turn, 2*turn
		f, err := b.Bind()
		if err != nil {
			t.Fatal(err)
		}
		errors, values = make([]float64, 3), make([]float64, f.JacobianNNZ())
		f.SparseJacobian(b.Theta, b.Out(errors), values)
		return errors, values
	}
	errors, values := jacobian(0)
	nearErrors, near := jacobian(1e-7)
	largest := 0.0
	for _, v := range near {
		largest = max(largest, math.Abs(v))
	}
	for i, v := range errors {
		if d := math.Abs(v - nearErrors[i]); !(d <= 1e-5*largest) {
			t.Errorf("error %d is %v, nearby %v", i, v, nearErrors[i])
		}
	}
	for i, v := range values {
		if d := math.Abs(v - near[i]); !(d <= 1e-5*largest) {
			t.Errorf("derivative %d is %v, nearby %v", i, v, near[i])
		}
	}
}
