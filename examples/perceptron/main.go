// Command perceptron learns to tell numbers below 1 from numbers above it, one sample at a time.
package main

import "fmt"

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile perceptron.ad

func main() {
	samples := []struct{ x, y float64 }{{-1, 0}, {0, 0}, {0.5, 0}, {1.5, 1}, {2, 1}, {3, 1}}
	w, b := 0.5, 0.0
	const rate = 2
	for epoch := 1; epoch <= 500; epoch++ {
		loss := 0.0
		for _, s := range samples {
			c, dw, db := CostGrad(s.x, s.y, w, b)
			w, b, loss = w-rate*dw, b-rate*db, loss+c
		}
		if epoch%100 == 0 {
			fmt.Printf("epoch %d: loss %.4f, w = %.3f, b = %.3f, decides at x = %.3f\n", epoch, loss, w, b, -b/w)
		}
	}
}
