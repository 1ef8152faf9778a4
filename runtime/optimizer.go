package runtime

import (
	"fmt"
	"math"
)

// Float is the type of numbers that emitted code computes with.
type Float interface{ ~float32 | ~float64 }

// Optimizer changes parameters by a gradient. Step panics if the two have different lengths, or another
// length than at its first call; after that call it allocates nothing.
type Optimizer[T Float] interface {
	Step(theta, grad []T)
}

// SGD is gradient descent, stochastic if the gradient is: θ ← θ − rate·g.
type SGD[T Float] struct{ rate T }

// NewSGD makes a gradient descent; rate > 0.
func NewSGD[T Float](rate float64) (*SGD[T], error) {
	if err := positive("the rate of SGD", rate); err != nil {
		return nil, err
	}
	return &SGD[T]{T(rate)}, nil
}

// Step is one step down the gradient.
func (o *SGD[T]) Step(theta, grad []T) {
	sameLength(theta, grad)
	for i, g := range grad {
		theta[i] -= o.rate * g
	}
}

// Momentum is gradient descent with a heavy ball (Polyak, 1964): v ← β·v + g, θ ← θ − rate·v.
type Momentum[T Float] struct {
	rate, beta T
	velocity   []T
}

// NewMomentum makes a gradient descent with momentum; rate > 0, 0 ≤ beta < 1, often 0.9.
func NewMomentum[T Float](rate, beta float64) (*Momentum[T], error) {
	if err := positive("the rate of Momentum", rate); err != nil {
		return nil, err
	}
	if err := fraction("beta of Momentum", beta); err != nil {
		return nil, err
	}
	return &Momentum[T]{rate: T(rate), beta: T(beta)}, nil
}

// Step is one step with momentum.
func (o *Momentum[T]) Step(theta, grad []T) {
	sameLength(theta, grad)
	o.velocity = state(o.velocity, len(theta))
	for i, g := range grad {
		o.velocity[i] = o.beta*o.velocity[i] + g
		theta[i] -= o.rate * o.velocity[i]
	}
}

// Adam is the method of Kingma & Ba (Adam: A Method for Stochastic Optimization, 2015):
// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − rate·m̂/(√v̂ + ε), where m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ). As in
// PyTorch, ε stands outside of the bias correction; β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
type Adam[T Float] struct {
	rate float64
	m, v []T
	t    int
}

const (
	adamBeta1   = 0.9
	adamBeta2   = 0.999
	adamEpsilon = 1e-8
)

// NewAdam makes an Adam optimiser; rate > 0, often 0.001.
func NewAdam[T Float](rate float64) (*Adam[T], error) {
	if err := positive("the rate of Adam", rate); err != nil {
		return nil, err
	}
	return &Adam[T]{rate: rate}, nil
}

// Step is one step of Adam.
func (o *Adam[T]) Step(theta, grad []T) {
	sameLength(theta, grad)
	o.m, o.v = state(o.m, len(theta)), state(o.v, len(theta))
	o.t++
	rate := T(o.rate / (1 - math.Pow(adamBeta1, float64(o.t))))
	root := T(1 / math.Sqrt(1-math.Pow(adamBeta2, float64(o.t))))
	for i, g := range grad {
		o.m[i] = adamBeta1*o.m[i] + (1-adamBeta1)*g
		o.v[i] = adamBeta2*o.v[i] + (1-adamBeta2)*g*g
		theta[i] -= rate * o.m[i] / (root*T(math.Sqrt(float64(o.v[i]))) + adamEpsilon)
	}
}

// state makes the state of an optimiser at its first step.
func state[T Float](s []T, n int) []T {
	if s == nil {
		return make([]T, n)
	}
	if len(s) != n {
		panic(fmt.Sprintf("runtime: %d parameters, but the optimiser began with %d", n, len(s)))
	}
	return s
}

func sameLength[T Float](theta, grad []T) {
	if len(theta) != len(grad) {
		panic(fmt.Sprintf("runtime: %d parameters, but a gradient of %d", len(theta), len(grad)))
	}
}

func positive(what string, v float64) error {
	if !(v > 0) || math.IsInf(v, 1) {
		return fmt.Errorf("runtime: %s is %v, want a positive number", what, v)
	}
	return nil
}

func fraction(what string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("runtime: %s is %v, want a number from 0 to below 1", what, v)
	}
	return nil
}
