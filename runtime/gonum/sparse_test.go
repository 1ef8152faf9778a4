package gonum_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/runtime/gonum"
	"gonum.org/v1/gonum/mat"
)

var (
	_ mat.NonZeroDoer    = (*gonum.CSR)(nil)
	_ mat.RowNonZeroDoer = (*gonum.CSR)(nil)
	_ mat.Symmetric      = (*gonum.SymCSR)(nil)
)

func ExampleCSR() {
	f := rosenbrock(3)
	rowPtr, col := f.HessianPattern()
	values := make([]float64, f.HessianNNZ())
	hessian := gonum.NewCSR(f.NumParams(), rowPtr, col, values)
	f.SparseHessian([]float64{1, 1, 1}, make([]float64, 3), values)
	fmt.Println(mat.Formatted(hessian))
	// Output:
	// ⎡ 802  -400     0⎤
	// ⎢-400  1002  -400⎥
	// ⎣   0  -400   200⎦
}

// TestSparse compares views and products of sparse Hessians with the dense one.
func TestSparse(t *testing.T) {
	const n = 7
	f := rosenbrock(n)
	x, grad, dense := make([]float64, n), make([]float64, n), make([]float64, n*n)
	for i := range x {
		x[i] = 1 / float64(i+2)
	}
	f.Hessian(x, grad, dense)
	want := mat.NewSymDense(n, dense)

	rowPtr, col := f.HessianPattern()
	values := make([]float64, f.HessianNNZ())
	whole := gonum.NewCSR(n, rowPtr, col, values)
	f.SparseHessian(x, grad, values)
	upperPtr, upperCol := f.UpperHessianPattern()
	upper := make([]float64, f.UpperHessianNNZ())
	f.SparseUpperHessian(x, grad, upper)
	triangle := gonum.NewSymCSR(upperPtr, upperCol, upper)

	for name, m := range map[string]mat.Matrix{"whole": whole, "transposed": whole.T(), "triangle": triangle} {
		if !mat.EqualApprox(m, want, 1e-13) {
			t.Errorf("%s: %v, want %v", name, mat.Formatted(m), mat.Formatted(want))
		}
	}
	var product mat.VecDense
	vector := mat.NewVecDense(n, x)
	product.MulVec(want, vector)
	got := mat.NewVecDense(n, nil)
	for name, multiply := range map[string]func(){
		"whole":      func() { whole.MulVecTo(got, false, vector) },
		"transposed": func() { whole.MulVecTo(got, true, vector) },
		"triangle":   func() { triangle.MulVecTo(got, false, vector) },
	} {
		if multiply(); !mat.EqualApprox(got, &product, 1e-13) {
			t.Errorf("%s: product %v, want %v", name, got, product)
		}
	}
	if whole.At(0, n-1) != 0 || len(values) != 3*n-2 || len(upper) != 2*n-1 {
		t.Errorf("the Hessian is not tridiagonal: %d and %d values", len(values), len(upper))
	}
}

// TestSparseRefuses: what does not fit is refused.
func TestSparseRefuses(t *testing.T) {
	m := gonum.NewCSR(3, []int{0, 1, 2}, []int{0, 2}, []float64{5, 6})
	refused(t, map[string]func(){
		"lengths": func() { gonum.NewCSR(3, []int{0, 1}, []int{0, 2}, []float64{5, 6}) },
		"row":     func() { m.At(2, 0) },
		"column":  func() { m.At(0, 3) },
		"vector":  func() { m.MulVecTo(mat.NewVecDense(3, nil), false, mat.NewVecDense(3, nil)) },
		"gonum: row 1 has the column 3 behind -1, of 3 columns": func() { gonum.NewCSR(3, []int{0, 1, 2}, []int{0, 3}, []float64{5, 6}) },
		"gonum: row 0 has the column 1 behind 2, of 3 columns":  func() { gonum.NewCSR(3, []int{0, 2}, []int{2, 1}, []float64{5, 6}) },
		"gonum: row 1 is from 2 to 1 of 2 columns":              func() { gonum.NewCSR(3, []int{0, 2, 1, 2}, []int{0, 1}, []float64{5, 6}) },
		"gonum: the element 1, 0 is below the diagonal":         func() { gonum.NewSymCSR([]int{0, 2, 4}, []int{0, 1, 0, 1}, make([]float64, 4)) },
	})
}

// refused calls each function, which is to panic, where the name is more than a word with a message that starts with it.
func refused(t *testing.T, calls map[string]func()) {
	t.Helper()
	for name, call := range calls {
		func() {
			defer func() {
				t.Helper()
				if r := recover(); r == nil || strings.Contains(name, ":") && !strings.HasPrefix(fmt.Sprint(r), name) {
					t.Errorf("%s: the panic is %v", name, r)
				}
			}()
			call()
		}()
	}
}

// TestMisuseIsRefused: objects that are not there, and results that are not those that are written.
func TestMisuseIsRefused(t *testing.T) {
	f, n := measured()
	r := make([]float64, n)
	refused(t, map[string]func(){
		"gonum: Problem needs an object":                             func() { gonum.Problem[*Rosenbrock]() },
		"gonum: object 1 of Problem is nil":                          func() { gonum.Problem(rosenbrock(3), nil) },
		"gonum: none of the slices of results is out.R, of length":   func() { gonum.LeastSquares(f, DecayOut{R: r}, make([]float64, n)) },
		"gonum: none of the slices of results is out.R, of length 0": func() { gonum.LeastSquares(f, DecayOut{}, r) },
		"gonum: 2 slices of results are given, and out has 1":        func() { gonum.LeastSquares(f, DecayOut{R: r}, r, r) },
	})
}
