// Command notes evaluates the two functions of the notes with their derivatives.
package main

import "fmt"

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile notes.ad

func main() {
	for _, x := range []float64{0, 0.5, 1, 1.5} {
		f, df := FGrad(x)
		g, dg := GGrad(x)
		fmt.Printf("x = %.1f:  f = %8.5f  f' = %8.5f  g = %8.5f  g' = %8.5f\n", x, f, df, g, dg)
	}
}
