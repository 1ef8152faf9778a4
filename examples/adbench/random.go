package adbench

import "math/rand/v2"

// RandomGMM is a problem of the given sizes, the same for the same seed, distributed as the suite's.
func RandomGMM(n, d, k int, seed uint64) *GMMData {
	r := rand.New(rand.NewPCG(seed, 0))
	g := &GMMData{N: n, D: d, K: k, Gamma: 1}
	g.Theta = append(normal(r, k), uniform(r, k*d)...)
	g.Theta = append(g.Theta, normal(r, k*triangle(d))...)
	g.X = normal(r, n*d)
	return g
}

// normal is n numbers of the standard normal distribution.
func normal(r *rand.Rand, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = r.NormFloat64()
	}
	return list
}

// uniform is n numbers from 0 to 1.
func uniform(r *rand.Rand, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = r.Float64()
	}
	return list
}

// RandomLSTM is a problem of the given sizes, the same for the same seed, distributed as the suite's.
func RandomLSTM(l, c, b int, seed uint64) *LSTMData {
	r := rand.New(rand.NewPCG(seed, 0))
	t := &LSTMData{L: l, C: c, B: b, Theta: uniform(r, 8*l*b+3*b), State: uniform(r, 2*l*b), Text: make([]float64, c*b)}
	for i := range c {
		t.Text[i*b+r.IntN(b)] = 1
	}
	return t
}

// RandomBA is a problem of the given sizes, the same for the same seed: points in the unit cube, and cameras
// before it that are turned at random.
func RandomBA(n, m, p int, seed uint64) *BAData {
	r := rand.New(rand.NewPCG(seed, 0))
	b := &BAData{N: n, M: m, P: p}
	for range n {
		cam := []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), 0, 0, 10, 500, 320, 240, 0.01, 0.001}
		b.Theta = append(b.Theta, cam...)
	}
	b.Theta = append(b.Theta, uniform(r, 3*m)...)
	b.Theta = append(b.Theta, uniform(r, p)...)
	b.Feat = uniform(r, 2*p)
	for i := range p {
		b.Obs = append(b.Obs, i%n, i%m)
	}
	return b
}
