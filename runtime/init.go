package runtime

import (
	"math"
	"math/rand/v2"
)

// Uniform fills theta with random numbers between -a and a, the same for the same generator.
func Uniform[T Float](theta []T, a float64, r *rand.Rand) {
	for i := range theta {
		theta[i] = T(a * (2*r.Float64() - 1))
	}
}

// Glorot fills the weights of a layer with so many inputs and outputs, uniform within ±√(6/(in+out)), so that signals
// keep their size through tanh and sigmoid layers (Glorot & Bengio, Understanding the difficulty of
// training deep feedforward neural networks, 2010).
func Glorot[T Float](w []T, in, out int, r *rand.Rand) {
	Uniform(w, math.Sqrt(6/float64(in+out)), r)
}

// He fills the weights of a layer with so many inputs with normal numbers of deviation √(2/in), for relu
// layers (He et al., Delving Deep into Rectifiers, 2015).
func He[T Float](w []T, in int, r *rand.Rand) {
	d := math.Sqrt(2 / float64(in))
	for i := range w {
		w[i] = T(d * r.NormFloat64())
	}
}
