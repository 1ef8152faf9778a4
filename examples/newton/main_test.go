package main

import (
	"math"
	"testing"
)

func TestNewtonFindsAMinimum(t *testing.T) {
	for _, n := range []int{2, 3, 10} {
		r, err := minimum(n)
		if err != nil {
			t.Fatal(err)
		}
		f, err := NewRosenbrock(RosenbrockSizes{N: n})
		if err != nil {
			t.Fatal(err)
		}
		grad, hess := make([]float64, n), make([]float64, n*n)
		f.Hessian(r.X, grad, hess)
		for i, g := range grad {
			if math.Abs(g) > 1e-9 {
				t.Errorf("n = %d: gradient %v at %v", n, grad, r.X)
				break
			}
			for j := range n {
				if hess[i*n+j] != hess[j*n+i] {
					t.Errorf("n = %d: the Hessian is not symmetric at %d, %d", n, i, j)
				}
			}
		}
		for _, v := range r.X {
			if math.Abs(v-1) > 1e-8 {
				t.Errorf("n = %d: minimum at %v, want it at 1", n, r.X)
				break
			}
		}
	}
}

func TestHessianDoesNotAllocate(t *testing.T) {
	f, err := NewRosenbrock(RosenbrockSizes{N: 5})
	if err != nil {
		t.Fatal(err)
	}
	x, grad, hess := make([]float64, 5), make([]float64, 5), make([]float64, 25)
	if n := testing.AllocsPerRun(10, func() { f.Hessian(x, grad, hess) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
