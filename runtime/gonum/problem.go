// Package gonum makes of what adgen emits what Gonum takes: optimize.Problem with value, gradient and Hessian, and matrices.
//
//	f, err := NewRosenbrock(RosenbrockSizes{N: 10})
//	…
//	result, err := optimize.Minimize(gonum.Problem(f), start, nil, &optimize.Newton{})
//
// Derivatives that adgen writes to slices row by row are matrices of Gonum without a copy: mat.NewDense(rows, columns, slice) and, for Hessians and JᵀJ,
// mat.NewSymDense(n, slice). Stack puts several into one. Emitted code does not import this package, nor Gonum.
package gonum

import (
	"fmt"
	"reflect"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Function is an emitted object whose function is one number, of float64.
type Function interface {
	NumParams() int
	Value(theta []float64) float64
}

// Differentiable is a Function with derive f: grad.
type Differentiable interface {
	Function
	Grad(theta, grad []float64) float64
}

// TwiceDifferentiable is a Function with derive f: hessian.
type TwiceDifferentiable interface {
	Function
	Hessian(theta, grad, hess []float64) float64
}

// Problem is the function of the objects for Gonum's optimisers, with Grad and Hess as far as the object has the methods Grad and Hessian; data must be
// bound. The result may be used by several goroutines, as methods of package optimize do that evaluate at several places at a time
// (Settings.Concurrent, and always CmaEsChol and other global ones). As an object serves one goroutine at a time, each evaluation takes a free one: give as many objects, of the same
// sizes and data, as evaluations are to run at a time; with one they wait for each other. It panics if there is none, or one is nil.
func Problem[F Function](objects ...F) optimize.Problem {
	if len(objects) == 0 {
		panic("gonum: Problem needs an object")
	}
	free := make(chan *worker, len(objects))
	for i, f := range objects {
		if v := reflect.ValueOf(f); v.Kind() == reflect.Pointer && v.IsNil() {
			panic(fmt.Sprintf("gonum: object %d of Problem is nil: look at the error that New gave with it", i))
		}
		free <- newWorker(f)
	}
	p := optimize.Problem{Func: func(x []float64) float64 {
		w := <-free
		defer func() { free <- w }()
		return w.f.Value(x)
	}}
	w := newWorker(objects[0])
	if w.first != nil {
		p.Grad = func(grad, x []float64) {
			w := <-free
			defer func() { free <- w }()
			w.first.Grad(x, grad)
		}
	}
	if w.second != nil {
		p.Hess = func(hess *mat.SymDense, x []float64) {
			w := <-free
			defer func() { free <- w }()
			w.hessian(hess, x)
		}
	}
	return p
}

// worker is an object with what its Hessian is written to.
type worker struct {
	f      Function
	first  Differentiable
	second TwiceDifferentiable
	grad   []float64
	hess   []float64 // where Gonum's matrix has gaps between rows
}

func newWorker(f Function) *worker {
	w := &worker{f: f}
	w.first, _ = f.(Differentiable)
	if w.second, _ = f.(TwiceDifferentiable); w.second != nil {
		w.grad = make([]float64, f.NumParams())
	}
	return w
}

// hessian writes the Hessian at x.
func (w *worker) hessian(hess *mat.SymDense, x []float64) {
	overwrite(hess, &w.hess, func(slice []float64) { w.second.Hessian(x, w.grad, slice) })
}

// overwrite lets write write all elements of m, row by row: to m's own, which lie so, or else to a buffer.
func overwrite(m *mat.SymDense, buffer *[]float64, write func(slice []float64)) {
	raw := m.RawSymmetric()
	if raw.Stride == raw.N {
		write(raw.Data[:raw.N*raw.N])
		return
	}
	if len(*buffer) != raw.N*raw.N {
		*buffer = make([]float64, raw.N*raw.N)
	}
	write(*buffer)
	m.CopySym(mat.NewSymDense(raw.N, *buffer))
}
