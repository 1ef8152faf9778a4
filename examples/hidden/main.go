// Command hidden fits one hidden neuron to a falling step, and shows all four derivatives.
package main

import "fmt"

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile hidden.ad

func main() {
	w1, b1, w2, b2 := 0.6, 0.1, -0.8, 0.2
	const rate = 3
	for epoch := 0; epoch <= 2000; epoch++ {
		loss := 0.0
		for x := -2.0; x <= 2; x += 0.5 {
			y := 0.0
			if x < 0 {
				y = 1
			}
			c, dw1, db1, dw2, db2 := CostGrad(x, y, w1, b1, w2, b2)
			if epoch == 0 && x == 1 {
				fmt.Printf("at the start, x = 1: δ₁ = %.5f, δ₂ = %.5f, ∂C/∂w₁ = %.5f, ∂C/∂w₂ = %.5f\n", db1, db2, dw1, dw2)
			}
			w1, b1, w2, b2 = w1-rate*dw1, b1-rate*db1, w2-rate*dw2, b2-rate*db2
			loss += c
		}
		if epoch%500 == 0 {
			fmt.Printf("epoch %d: loss %.4f\n", epoch, loss)
		}
	}
}
