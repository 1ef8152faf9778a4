// Command linreg finds the coefficients of a noisy linear law by gradient descent.
package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"

	"github.com/adgen-go/adgen/runtime"
)

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile linreg.ad

func main() {
	const n = 200
	law := []float64{1, -2, 0.5} // constant, slope, curvature
	r := rand.New(rand.NewPCG(1, 2))
	X, y := make([]float64, 0, n*len(law)), make([]float64, 0, n)
	for range n {
		t := 2*r.Float64() - 1
		X = append(X, 1, t, t*t)
		y = append(y, law[0]+law[1]*t+law[2]*t*t+0.1*r.NormFloat64())
	}
	f, err := NewLinreg(LinregSizes{N: n, D: len(law)})
	check(err)
	check(f.Bind(X, y))
	sgd, err := runtime.NewSGD[float64](0.3)
	check(err)
	theta := make([]float64, f.NumParams())
	_, err = runtime.Train(context.Background(), f, theta, sgd, runtime.Config[float64]{Epochs: 500, Every: 100, Output: os.Stdout})
	check(err)
	fmt.Printf("found %.3f, the law is %v with noise of deviation 0.1\n", theta, law)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
