package runtime

import "math"

// The functions of this file depend on nothing but each other and package math: adgen copies
// them into files that are to import nothing else.

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

// ExpFTZ is e^x, or 0 where that is less than the least normal number, 2^-1022: with subnormal factors a product can take a hundred
// times as long.
func ExpFTZ(x float64) float64 {
	if x < -708.3964185322641 {
		return 0
	}
	return math.Exp(x)
}

// Lgamma is log |Γ(x)|, +Inf at the poles 0, -1, ….
func Lgamma(x float64) float64 {
	l, _ := math.Lgamma(x)
	return l
}

// Digamma is ψ(x) = Γ'(x)/Γ(x). It is NaN at the poles 0, -1, …. The relative error is a few units of 1e-16 but
// near the zeros, where the absolute one is.
func Digamma(x float64) float64 {
	if x <= 0 {
		if x == math.Floor(x) {
			return math.NaN()
		}
		return Digamma(1-x) - math.Pi/math.Tan(math.Pi*math.Remainder(x, 1)) // reflection, Abramowitz & Stegun 6.3.7
	}
	sum := 0.0
	for ; x < seriesFrom; x++ {
		sum -= 1 / x // recurrence, 6.3.5
	}
	y := 1 / (x * x)
	series := 0.0 // asymptotic, 6.3.18: log x − 1/(2x) − Σ B₂ₖ/(2k·x²ᵏ)
	for k := len(bernoulli); k > 0; k-- {
		series = (series + bernoulli[k-1]/float64(2*k)) * y
	}
	return math.Log(x) - 1/(2*x) - series + sum
}

// Trigamma is ψ'(x), +Inf at the poles 0, -1, ….
func Trigamma(x float64) float64 { return Polygamma(1, x) }

// Polygamma is the n-th derivative of ψ; NaN for n < 0. At the poles 0, -1, … it is NaN for even n and +Inf for odd
// n. For negative x it goes up by the recurrence, so it takes time in proportion to −x, and is NaN below −1e6.
func Polygamma(n int, x float64) float64 {
	switch {
	case n == 0:
		return Digamma(x)
	case n < 0 || x < -1e6 || math.IsNaN(x):
		return math.NaN()
	case x <= 0 && x == math.Floor(x):
		if n%2 == 0 {
			return math.NaN()
		}
		return math.Inf(1)
	}
	sum := 0.0 // Σ 1/(x+i)^(n+1), Abramowitz & Stegun 6.4.10
	for ; x < seriesFrom+float64(n); x++ {
		sum += math.Pow(x, -float64(n+1))
	}
	factorial := math.Gamma(float64(n + 1)) // n!
	// 6.4.11: (n−1)!/xⁿ + n!/(2x^(n+1)) + Σ B₂ₖ (2k+n−1)!/((2k)! x^(2k+n)), here divided by n!
	term := 1.0 / 2 * float64(n+1) / (x * x) // (2k+n−1)!/((2k)! n!·x²ᵏ) for k = 1
	tail := 0.0
	for k := 1; k <= len(bernoulli); k++ {
		tail += bernoulli[k-1] * term
		m := float64(2*k + n)
		term *= m * (m + 1) / (float64(2*k+1) * float64(2*k+2) * x * x)
	}
	value := factorial * (sum + math.Pow(x, -float64(n))*(1/float64(n)+1/(2*x)+tail))
	if n%2 == 0 {
		return -value
	}
	return value
}

// seriesFrom is where the asymptotic series are accurate to the last bits.
const seriesFrom = 12

// bernoulli are the numbers B₂, B₄, …, B₂₀.
var bernoulli = [...]float64{1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330}
