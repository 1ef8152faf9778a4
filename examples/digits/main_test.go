package main

import (
	"math"
	"testing"
)

// small is a network with data, small enough for differences.
func small(t testing.TB) (*Digits, []float64) {
	f, err := NewDigits(DigitsSizes{N: 4, P: 3, H: 5, Q: 2})
	if err != nil {
		t.Fatal(err)
	}
	X := make([]float64, 12)
	for i := range X {
		X[i] = math.Sin(float64(i))
	}
	if err := f.Bind(X, []int{0, 1, 1, 0}); err != nil {
		t.Fatal(err)
	}
	theta := make([]float64, f.NumParams())
	for i := range theta {
		theta[i] = math.Cos(float64(3 * i))
	}
	return f, theta
}

func TestMethodsDoNotAllocate(t *testing.T) {
	f, theta := small(t)
	grad := make([]float64, len(theta))
	if n := testing.AllocsPerRun(100, func() { f.Grad(theta, grad) }); n != 0 {
		t.Errorf("Grad allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { f.Value(theta) }); n != 0 {
		t.Errorf("Value allocates %v times", n)
	}
}

func TestGradientOfDigits(t *testing.T) {
	f, theta := small(t)
	grad := make([]float64, len(theta))
	f.Grad(theta, grad)
	const h = 1e-5
	for i, g := range grad {
		x := theta[i]
		theta[i] = x + h
		up := f.Value(theta)
		theta[i] = x - h
		down := f.Value(theta)
		theta[i] = x
		if d := (up - down) / (2 * h); math.Abs(d-g) > 1e-8 {
			t.Errorf("derivative %d is %v, differences give %v", i, g, d)
		}
	}
}

func TestBadShapesAreRefused(t *testing.T) {
	if _, err := NewDigits(DigitsSizes{N: 0, P: 3, H: 5, Q: 2}); err == nil {
		t.Error("a size of 0 is accepted")
	}
	if _, err := NewDigits(DigitsSizes{N: 1 << 40, P: 1 << 40, H: 5, Q: 2}); err == nil {
		t.Error("sizes beyond all memory are accepted")
	}
	f, theta := small(t)
	if err := f.Bind(make([]float64, 11), make([]int, 4)); err == nil {
		t.Error("data that are too short are accepted")
	}
	if err := f.Bind(make([]float64, 12), []int{0, 1, 2, 0}); err == nil || err.Error() != "digits: label[2] is 2, want 0 ≤ label < 2" {
		t.Errorf("a label out of range gives %v", err)
	}
	defer func() {
		if r := recover(); r != "digits: grad has 3 elements, want 32" {
			t.Errorf("a short gradient panics with %v", r)
		}
	}()
	f.Grad(theta, make([]float64, 3))
}

// BenchmarkGrad is one gradient of the 64–32–10 network on a batch of 32.
func BenchmarkGrad(b *testing.B) {
	f, err := NewDigits(DigitsSizes{N: 32, P: 64, H: 32, Q: 10})
	if err != nil {
		b.Fatal(err)
	}
	X := make([]float64, 32*64)
	for i := range X {
		X[i] = math.Sin(float64(i))
	}
	if err := f.Bind(X, make([]int, 32)); err != nil {
		b.Fatal(err)
	}
	theta, grad := make([]float64, f.NumParams()), make([]float64, f.NumParams())
	b.ReportAllocs()
	for b.Loop() {
		f.Grad(theta, grad)
	}
}
