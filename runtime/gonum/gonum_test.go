package gonum_test

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile testdata/model.ad -o model_test.go --package gonum_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/adgen-go/adgen/runtime/gonum"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

func rosenbrock(n int) *Rosenbrock {
	f, err := NewRosenbrock(RosenbrockSizes{N: n})
	if err != nil {
		panic(err)
	}
	return f
}

// measured is the residuals of a decay with a = 2 and b = 0.5, without noise.
func measured() (f *Decay, n int) {
	t := []float64{0, 1, 2, 3, 4}
	y := make([]float64, len(t))
	for i := range t {
		y[i] = 2 * math.Exp(-0.5*t[i])
	}
	f, err := NewDecay(DecaySizes{N: len(t)})
	if err != nil {
		panic(err)
	}
	if err := f.Bind(t, y); err != nil {
		panic(err)
	}
	return f, len(t)
}

func ExampleProblem() {
	f, err := NewRosenbrock(RosenbrockSizes{N: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := optimize.Minimize(gonum.Problem(f), []float64{0, 0, 0, 0}, nil, &optimize.Newton{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", r.X)
	// Output: [1.0000 1.0000 1.0000 1.0000]
}

func ExampleLeastSquares() {
	f, n := measured()
	r := make([]float64, n)
	problem := gonum.LeastSquares(f, DecayOut{R: r}, r)
	fit, err := optimize.Minimize(problem, []float64{1, 1}, nil, &optimize.Newton{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("a = %.4f, b = %.4f\n", fit.X[0], fit.X[1])
	// Output: a = 2.0000, b = 0.5000
}

// The Jacobian of the residuals as one matrix, for the step of Gauss and Newton by Gonum's QR decomposition.
func ExampleStack() {
	f, n := measured()
	r, a, b := make([]float64, n), make([]float64, n), make([]float64, n)
	theta := []float64{1, 1}
	f.Jacobian(theta, DecayOut{R: r}, DecayDerivatives{DrDa: a, DrDb: b})
	jacobian := gonum.Stack([][]mat.Matrix{{mat.NewDense(n, 1, a), mat.NewDense(n, 1, b)}})
	var step mat.VecDense
	if err := step.SolveVec(jacobian, mat.NewVecDense(n, r)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", mat.Formatted(step.T()))
	// Output: [-0.977   1.585]
}

// TestProblem compares with the object itself, also where the matrix of Gonum has gaps between its rows.
func TestProblem(t *testing.T) {
	f := rosenbrock(3)
	p := gonum.Problem(f)
	x := []float64{0.3, -0.7, 1.1}
	grad, hess := make([]float64, 3), make([]float64, 9)
	f.Hessian(x, make([]float64, 3), hess)
	if got, want := p.Func(x), f.Grad(x, grad); math.Abs(got-want) > 1e-14*want {
		t.Errorf("value %v, want %v", got, want)
	}
	got := make([]float64, 3)
	p.Grad(got, x)
	gaps := mat.NewSymDense(5, nil).SliceSym(1, 4).(*mat.SymDense)
	for name, m := range map[string]*mat.SymDense{"dense": mat.NewSymDense(3, nil), "gaps": gaps} {
		p.Hess(m, x)
		for i := range 3 {
			if got[i] != grad[i] {
				t.Errorf("gradient %v, want %v", got, grad)
			}
			for j := range 3 {
				if m.At(i, j) != hess[3*i+j] {
					t.Errorf("%s: Hessian at %d, %d is %v, want %v", name, i, j, m.At(i, j), hess[3*i+j])
				}
			}
		}
	}
}

// plain has no derivatives.
type plain struct{}

func (plain) NumParams() int                { return 1 }
func (plain) Value(theta []float64) float64 { return theta[0] }

func TestProblemHasWhatTheObjectHas(t *testing.T) {
	if p := gonum.Problem(plain{}); p.Func == nil || p.Grad != nil || p.Hess != nil {
		t.Error("a function without derivatives has some")
	}
	defer func() {
		if recover() == nil {
			t.Error("no object is enough")
		}
	}()
	gonum.Problem[plain]()
}

// TestConcurrently: several goroutines evaluate, with one object and with several; the race detector looks on.
func TestConcurrently(t *testing.T) {
	for _, objects := range [][]*Rosenbrock{{rosenbrock(20)}, {rosenbrock(20), rosenbrock(20), rosenbrock(20)}} {
		p := gonum.Problem(objects...)
		want := make([]float64, 20)
		x := make([]float64, 20)
		for i := range x {
			x[i] = float64(i%3) - 0.5
		}
		p.Grad(want, x)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				grad, hess := make([]float64, 20), mat.NewSymDense(20, nil)
				for range 50 {
					p.Hess(hess, x)
					p.Grad(grad, x)
					if p.Func(x) != p.Func(x) || grad[7] != want[7] || hess.At(3, 3) <= 0 {
						t.Error("evaluations disturb each other")
						return
					}
				}
			})
		}
		all.Wait()
	}
	r, err := optimize.Minimize(gonum.Problem(rosenbrock(2), rosenbrock(2)), []float64{0, 0}, &optimize.Settings{Concurrent: 2, FuncEvaluations: 2000},
		&optimize.CmaEsChol{})
	if err != nil && r == nil {
		t.Fatal(err)
	}
	if r.F > 1 {
		t.Errorf("CMA-ES leaves %v", r.F)
	}
}

// TestLeastSquares compares with the object.
func TestLeastSquares(t *testing.T) {
	f, n := measured()
	r := make([]float64, n)
	p := gonum.LeastSquares(f, DecayOut{R: r}, r)
	for _, x := range [][]float64{{1, 1}, {1.5, 0.2}, {1, 1}} {
		grad, hess := make([]float64, 2), make([]float64, 4)
		out := make([]float64, n)
		f.GaussNewton(x, DecayOut{R: out}, grad, hess)
		sum := 0.0
		for _, v := range out {
			sum += v * v / 2
		}
		g, h := make([]float64, 2), mat.NewSymDense(2, nil)
		p.Hess(h, x)
		p.Grad(g, x)
		if v := p.Func(x); math.Abs(v-sum) > 1e-15*sum || g[0] != grad[0] || g[1] != grad[1] {
			t.Errorf("at %v: value %v and gradient %v, want %v and %v", x, v, g, sum, grad)
		}
		if !mat.Equal(h, mat.NewSymDense(2, hess)) {
			t.Errorf("at %v: JᵀJ is %v, want %v", x, h, hess)
		}
	}
}

func TestStack(t *testing.T) {
	block := func(r, c int, v ...float64) mat.Matrix { return mat.NewDense(r, c, v) }
	s := gonum.Stack([][]mat.Matrix{{block(2, 1, 1, 3), block(2, 1, 2, 4)}, {block(1, 1, 5), block(1, 1, 6)}})
	if want := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6}); !mat.Equal(s, want) || !mat.Equal(s.T(), want.T()) {
		t.Errorf("got %v", mat.Formatted(s))
	}
	defer func() {
		if recover() == nil {
			t.Error("blocks that do not fit are accepted")
		}
	}()
	gonum.Stack([][]mat.Matrix{{block(2, 1, 1, 3), block(1, 1, 2)}})
}
