package gonum

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Residuals is an emitted object with derive f: gauss_newton, whose results are written to an Out.
type Residuals[Out any] interface {
	NumParams() int
	Value(theta []float64, out Out)
	GaussNewton(theta []float64, out Out, grad, hess []float64)
}

// LeastSquares is ½|r|² for the residuals r, all results of f, as a problem for Gonum: its gradient is Jᵀr, and for the Hessian stands JᵀJ, so that
// optimize.Newton takes the steps of Gauss and Newton. The results are written to out, whose slices are given once more; that of
// a result that is a number is of length 1, and out points to its element. It panics if they are not those of out, each once. Evaluations wait for each other.
//
//	r := make([]float64, n)
//	problem := gonum.LeastSquares(f, CurveOut{R: r}, r)
func LeastSquares[Out any](f Residuals[Out], out Out, results ...[]float64) optimize.Problem {
	sameResults(out, results)
	n := f.NumParams()
	s := &squares[Out]{f: f, out: out, results: results, grad: make([]float64, n), hess: make([]float64, n*n)}
	return optimize.Problem{Func: s.value, Grad: s.gradient, Hess: s.hessian}
}

// sameResults panics if the results are not what the fields of out, slices or pointers, point to: sums of other numbers would be taken for the function.
func sameResults(out any, results [][]float64) {
	v := reflect.ValueOf(out)
	if v.NumField() != len(results) {
		panic(fmt.Sprintf("gonum: %d slices of results are given, and out has %d", len(results), v.NumField()))
	}
	seen := make([]bool, len(results))
	for i := range v.NumField() {
		field, length := v.Field(i), 1
		if field.Kind() == reflect.Slice {
			length = field.Len()
		}
		k := slices.IndexFunc(results, func(r []float64) bool {
			return len(r) == length && (length == 0 || field.Pointer() == reflect.ValueOf(r).Pointer())
		})
		if k < 0 || seen[k] {
			panic(fmt.Sprintf("gonum: none of the slices of results is out.%s, of length %d: give the same slice", v.Type().Field(i).Name, length))
		}
		seen[k] = true
	}
}

// squares keeps what was computed last, as optimisers ask for the gradient and the Hessian at one place.
type squares[Out any] struct {
	mu      sync.Mutex
	f       Residuals[Out]
	out     Out
	results [][]float64
	at      []float64 // where grad and hess are of; nil at first
	grad    []float64
	hess    []float64
}

func (s *squares[Out]) value(x []float64) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.f.Value(x, s.out)
	sum := 0.0
	for _, r := range s.results {
		sum += floats.Dot(r, r)
	}
	return sum / 2
}

// derive computes the derivatives at x.
func (s *squares[Out]) derive(x []float64) {
	if s.at != nil && slices.Equal(s.at, x) {
		return
	}
	s.f.GaussNewton(x, s.out, s.grad, s.hess)
	s.at = append(s.at[:0], x...)
}

func (s *squares[Out]) gradient(grad, x []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.derive(x)
	copy(grad, s.grad)
}

func (s *squares[Out]) hessian(hess *mat.SymDense, x []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.derive(x)
	hess.CopySym(mat.NewSymDense(len(s.grad), s.hess))
}
