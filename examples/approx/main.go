// Command approx shows the universal approximation theorem (Cybenko, 1989): a sum of sigmoids comes as
// close as you ask to a continuous function on the unit square. It doubles the neurons until the largest error on a fine grid
// is below ε.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"

	"github.com/adgen-go/adgen/runtime"
	"gonum.org/v1/gonum/optimize"
)

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile approx.ad

// target is the function to approximate.
func target(x, y float64) float64 { return math.Sin(3*x) * math.Cos(2*y) }

// grid samples the unit square at k×k points.
func grid(k int) (X, y []float64) {
	for i := range k {
		for j := range k {
			u, v := float64(i)/float64(k-1), float64(j)/float64(k-1)
			X, y = append(X, u, v), append(y, target(u, v))
		}
	}
	return X, y
}

func main() {
	eps := flag.Float64("eps", 0.002, "largest error that is allowed")
	flag.Parse()
	X, y := grid(17)
	fineX, fineY := grid(50)
	for h := 2; h <= 64; h *= 2 {
		theta := fit(X, y, h)
		worst := worstError(fineX, fineY, theta, h)
		fmt.Printf("%2d sigmoids: largest error %.5f\n", h, worst)
		if worst <= *eps {
			fmt.Printf("which is at most ε = %g\n", *eps)
			return
		}
	}
	fmt.Println("64 sigmoids were not enough for this ε")
	os.Exit(1)
}

// fit trains h sigmoids by the quasi-Newton method L-BFGS of Gonum, which takes an emitted function as it is.
func fit(X, y []float64, h int) []float64 {
	f, err := NewDistance(DistanceSizes{N: len(y), H: h})
	check(err)
	check(f.Bind(X, y))
	start := make([]float64, f.NumParams())
	runtime.Uniform(start, 2, rand.New(rand.NewPCG(1, uint64(h))))
	problem := optimize.Problem{Func: f.Value, Grad: func(grad, theta []float64) { f.Grad(theta, grad) }}
	result, err := optimize.Minimize(problem, start, &optimize.Settings{MajorIterations: 1000}, &optimize.LBFGS{})
	check(err)
	return result.X
}

// worstError is the largest distance from the target on a grid.
func worstError(X, y, theta []float64, h int) float64 {
	f, err := NewNetwork(NetworkSizes{N: len(y), H: h})
	check(err)
	check(f.Bind(X))
	G := make([]float64, len(y))
	f.Value(theta, NetworkOut{G: G})
	worst := 0.0
	for i := range G {
		worst = max(worst, math.Abs(G[i]-y[i]))
	}
	return worst
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
