package adbench

import "io"

// GMMData is a Gaussian mixture of K components with a Wishart prior, and n points of d coordinates.
type GMMData struct {
	D, K, N int
	Theta   []float64 // alpha[K], means[K,d], inverse-covariance factors[K, d(d+1)/2]
	X       []float64 // [n,d]
	Gamma   float64   // of the prior
	M       int       // of the prior
}

// ReadGMM reads d K n, the alphas, the means, the factors, the points, gamma and m.
func ReadGMM(name string, in io.Reader) (*GMMData, error) {
	r := newReader(name, in)
	g := &GMMData{D: r.count("the dimension d", 1), K: r.count("the number of components K", 1), N: r.count("the number of points n", 1)}
	g.Theta = r.numbers("the alphas", g.K)
	g.Theta = append(g.Theta, r.numbers("the means", g.K, g.D)...)
	g.Theta = append(g.Theta, r.numbers("the inverse-covariance factors", g.K, triangle(g.D))...)
	g.X = r.numbers("the points", g.N, g.D)
	g.Gamma, g.M = r.number("gamma"), r.count("m", 0)
	if r.err == nil && g.Gamma <= 0 {
		r.fail("gamma is %v, want more than 0", g.Gamma)
	}
	return g, r.end()
}

// triangle is the number of elements of a triangle with its diagonal.
func triangle(d int) int { return d * (d + 1) / 2 }

// Bind is the emitted object for the data.
func (g *GMMData) Bind() (*Gmm, error) {
	f, err := NewGmm(GmmSizes{N: g.N, D: g.D, K: g.K})
	if err != nil {
		return nil, err
	}
	return f, f.Bind(g.X, g.Gamma, float64(g.M))
}
