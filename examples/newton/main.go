// Command newton finds the minimum of Rosenbrock's function by Newton's method, with Gonum and the Hessian that adgen derives.
package main

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile rosenbrock.ad

import (
	"fmt"
	"os"

	"github.com/adgen-go/adgen/runtime/gonum"
	"gonum.org/v1/gonum/optimize"
)

// minimum solves for n variables from the origin.
func minimum(n int) (*optimize.Result, error) {
	f, err := NewRosenbrock(RosenbrockSizes{N: n})
	if err != nil {
		return nil, err
	}
	return optimize.Minimize(gonum.Problem(f), make([]float64, n), &optimize.Settings{GradientThreshold: 1e-10}, &optimize.Newton{})
}

func main() {
	r, err := minimum(10)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("f = %.1e at %.6f, %d Newton steps, %d Hessians\n", r.F, r.X, r.MajorIterations, r.HessEvaluations)
}
