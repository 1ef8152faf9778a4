package runtime

import (
	"bytes"
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bowl is Σ (θᵢ − i)².
type bowl struct{}

func (bowl) Grad(theta, grad []float64) float64 {
	v := 0.0
	for i, x := range theta {
		d := x - float64(i)
		grad[i] = 2 * d
		v += d * d
	}
	return v
}

func optimizers(t testing.TB) map[string]Optimizer[float64] {
	sgd, err := NewSGD[float64](0.1)
	if err != nil {
		t.Fatal(err)
	}
	momentum, err := NewMomentum[float64](0.05, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	adam, err := NewAdam[float64](0.1)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Optimizer[float64]{"sgd": sgd, "momentum": momentum, "adam": adam}
}

func TestOptimizersFindTheMinimum(t *testing.T) {
	for name, o := range optimizers(t) {
		theta := make([]float64, 5)
		if _, err := Train(context.Background(), bowl{}, theta, o, Config[float64]{Epochs: 2000, Every: 10000, Output: &bytes.Buffer{}}); err != nil {
			t.Fatal(err)
		}
		for i, x := range theta {
			if math.Abs(x-float64(i)) > 1e-3 {
				t.Errorf("%s ends at %v", name, theta)
				break
			}
		}
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	for name, o := range optimizers(t) {
		theta, grad := make([]float64, 100), make([]float64, 100)
		if n := testing.AllocsPerRun(50, func() { o.Step(theta, grad) }); n != 0 {
			t.Errorf("a step of %s allocates %v times", name, n)
		}
	}
}

// TestAdamFirstSteps: the first step has the size of the rate whatever the gradient; ε stands outside of the bias
// correction.
func TestAdamFirstSteps(t *testing.T) {
	adam, _ := NewAdam[float64](0.1)
	theta := []float64{1, 1}
	adam.Step(theta, []float64{1e-8, -3})
	if want := 1 - 0.1*1e-8/(1e-8+adamEpsilon); math.Abs(theta[0]-want) > 1e-9 {
		t.Errorf("a gradient as small as ε moves to %v, want %v", theta[0], want)
	}
	if math.Abs(theta[1]-1.1) > 1e-8 {
		t.Errorf("the first step goes to %v, want 1.1", theta[1])
	}
}

func TestHyperparametersAreChecked(t *testing.T) {
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := NewAdam[float32](rate); err == nil {
			t.Errorf("a rate of %v is accepted", rate)
		}
	}
	if _, err := NewMomentum[float64](0.1, 1); err == nil {
		t.Error("beta = 1 is accepted")
	}
	for name, o := range optimizers(t) {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s takes a gradient of another length", name)
				}
			}()
			o.Step(make([]float64, 2), make([]float64, 3))
		}()
	}
}

func TestBatchesArePermutations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "n")
		size := rapid.IntRange(1, n).Draw(t, "size")
		b, err := NewBatches(n, size, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		data, labels := make([]float64, 2*n), make([]int, n)
		for i := range labels {
			data[2*i], data[2*i+1], labels[i] = float64(i), float64(-i), i
		}
		x, err := Column(b, data, 2)
		if err != nil {
			t.Fatal(err)
		}
		k, err := Column(b, labels, 1)
		if err != nil {
			t.Fatal(err)
		}
		b.Shuffle()
		var seen []int
		for i := range b.Len() {
			b.Load(i)
			for j, label := range k {
				if x[2*j] != float64(label) || x[2*j+1] != float64(-label) {
					t.Fatalf("row %d of the batch is %v, its label %d", j, x[2*j:2*j+2], label)
				}
			}
			seen = append(seen, k...)
		}
		slices.Sort(seen)
		if len(slices.Compact(seen)) != n/size*size {
			t.Fatalf("%d samples of %d in batches of %d", len(seen), n, size)
		}
	})
	b, _ := NewBatches(100, 10, 1)
	if _, err := Column(b, make([]float64, 99), 1); err == nil {
		t.Error("a column of the wrong length is accepted")
	}
	if _, err := Column(b, make([]float64, 300), 3); err != nil {
		t.Error(err)
	}
	if n := testing.AllocsPerRun(20, func() { b.Shuffle(); b.Load(3) }); n != 0 {
		t.Errorf("a batch allocates %v times", n)
	}
}

// steep has a loss that is not finite.
type steep struct{}

func (steep) Grad(theta, grad []float64) float64 { return math.Inf(1) }

func TestTrainReports(t *testing.T) {
	sgd, _ := NewSGD[float64](0.25)
	var out bytes.Buffer
	r, err := Train(context.Background(), bowl{}, make([]float64, 2), sgd, Config[float64]{Epochs: 3, Output: &out,
		Report: func(epoch int, loss float64) (string, bool) { return "so far", epoch == 2 }})
	if err != nil || r.Epochs != 2 {
		t.Errorf("stopped after %d epochs: %v", r.Epochs, err)
	}
	if want := "epoch 1  loss 1  so far\nepoch 2  loss 0.25  so far\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	if _, err := Train(context.Background(), steep{}, make([]float64, 2), sgd, Config[float64]{Epochs: 3, Output: &out}); err == nil || !strings.Contains(err.Error(), "step 1 of epoch 1") {
		t.Errorf("an infinite loss gives %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := Train(ctx, bowl{}, make([]float64, 2), sgd, Config[float64]{Epochs: 3, Output: &out}); err != nil || r.Epochs != 0 {
		t.Errorf("after a cancel %d epochs ran: %v", r.Epochs, err)
	}
	if _, err := Train(context.Background(), bowl{}, nil, sgd, Config[float64]{}); err == nil {
		t.Error("no epochs are accepted")
	}
}

func TestReadCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a,b,label\n1,2,0\n3,4,1\n")
	table, err := ReadCSV(path, 0.5)
	if err != nil || !slices.Equal(table.X, []float64{0.5, 1, 1.5, 2}) || !slices.Equal(table.Labels, []int{0, 1}) || table.Width != 2 {
		t.Errorf("read %+v: %v", table, err)
	}
	for text, want := range map[string]string{"a,b,label\n1,x,0\n": `:2: column b is "x", want a number`, "a,label\n1,0.5\n": `:2: column label is "0.5", want a whole number`,
		"": "want a line of headings", "a,label\n1\n": "wrong number of fields"} {
		write(text)
		if _, err := ReadCSV(path, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %s", text, err, want)
		}
	}
}

func TestParamsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "theta")
	theta := []float64{1, -2.5, math.Pi}
	if err := SaveParams(path, theta); err != nil {
		t.Fatal(err)
	}
	got := make([]float64, 3)
	if err := LoadParams(path, got); err != nil || !slices.Equal(got, theta) {
		t.Errorf("loaded %v: %v", got, err)
	}
	if err := LoadParams(path, make([]float64, 4)); err == nil || !strings.Contains(err.Error(), "has 3 parameters, want 4") {
		t.Errorf("another number of parameters gives %v", err)
	}
	text, _ := os.ReadFile(path)
	text[len(text)-8] ^= 1
	os.WriteFile(path, text, 0o600)
	if err := LoadParams(path, got); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged file gives %v", err)
	}
}

func TestInitialValues(t *testing.T) {
	w := make([]float64, 10000)
	spread := func() (mean, deviation float64) {
		for _, v := range w {
			mean += v / float64(len(w))
			deviation += v * v / float64(len(w))
		}
		return mean, math.Sqrt(deviation)
	}
	Glorot(w, 30, 70, rand.New(rand.NewPCG(1, 1)))
	if m, d := spread(); math.Abs(m) > 0.01 || math.Abs(d-math.Sqrt(2.0/100)) > 0.005 {
		t.Errorf("Glorot: mean %v, deviation %v", m, d)
	}
	He(w, 50, rand.New(rand.NewPCG(1, 1)))
	if m, d := spread(); math.Abs(m) > 0.01 || math.Abs(d-0.2) > 0.01 {
		t.Errorf("He: mean %v, deviation %v", m, d)
	}
}

// TestSpecialFunctions compares with values and identities of Abramowitz & Stegun, chapter 6.
func TestSpecialFunctions(t *testing.T) {
	const gamma = 0.57721566490153286061
	const zeta3 = 1.2020569031595942854
	cases := []struct {
		name      string
		got, want float64
	}{
		{"ψ(1)", Digamma(1), -gamma},
		{"ψ(½)", Digamma(0.5), -gamma - 2*math.Ln2},
		{"ψ(10)", Digamma(10), 2.2517525890667211},
		{"ψ(−½)", Digamma(-0.5), 2 - gamma - 2*math.Ln2},
		{"ψ(100)", Digamma(100), 4.6001618527380874},
		{"ψ'(1)", Trigamma(1), math.Pi * math.Pi / 6},
		{"ψ'(½)", Trigamma(0.5), math.Pi * math.Pi / 2},
		{"ψ'(−½)", Trigamma(-0.5), math.Pi*math.Pi/2 + 4},
		{"ψ''(1)", Polygamma(2, 1), -2 * zeta3},
		{"ψ'''(1)", Polygamma(3, 1), math.Pow(math.Pi, 4) / 15},
		{"lgamma(3)", Lgamma(3), math.Ln2},
		{"sign(−2)", Sign(-2), -1},
	}
	for _, c := range cases {
		if math.Abs(c.got-c.want) > 2e-15*(1+math.Abs(c.want)) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0.05, 30).Draw(t, "x")
		n := rapid.IntRange(0, 4).Draw(t, "n")
		step := math.Pow(-1, float64(n)) * math.Gamma(float64(n+1)) / math.Pow(x, float64(n+1))
		if got, want := Polygamma(n, x+1), Polygamma(n, x)+step; math.Abs(got-want) > 1e-13*(math.Abs(got)+math.Abs(step)) {
			t.Fatalf("ψ⁽%d⁾(%v + 1) = %v, the recurrence gives %v", n, x, got, want)
		}
	})
	if !math.IsNaN(Digamma(0)) || !math.IsInf(Trigamma(-1), 1) || !math.IsNaN(Polygamma(2, -3)) || !math.IsNaN(Polygamma(-1, 1)) || !math.IsNaN(Sign(math.NaN())) {
		t.Error("a pole has another value than documented")
	}
}

// TestExpFTZ: the error is half a unit in the last place and little more, down to the least normal number, below which there is 0.
func TestExpFTZ(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-708.39, 708.99).Draw(t, "x")
		if e := ulps(ExpFTZ(x), exponential(x)); e > 0.51 {
			t.Errorf("ExpFTZ(%v) is wrong by %v units in the last place", x, e)
		}
	})
	for _, x := range []float64{0, 709, 710, math.Inf(1)} {
		if got := ExpFTZ(x); got != math.Exp(x) {
			t.Errorf("ExpFTZ(%v) = %v, want %v", x, got, math.Exp(x))
		}
	}
	for _, x := range []float64{math.Nextafter(-708.3964185322641, -800), -740, -1e300, math.Inf(-1)} {
		if got := ExpFTZ(x); got != 0 {
			t.Errorf("ExpFTZ(%v) = %v, want 0", x, got)
		}
	}
	if got := ExpFTZ(math.NaN()); got == got {
		t.Errorf("ExpFTZ(NaN) = %v", got)
	}
}

// precision is the bits of the numbers that results are compared with.
const precision = 200

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// exponential is e^x: the Taylor series at x/1024, squared ten times.
func exponential(x float64) *big.Float {
	y, sum, term := number(x/1024), number(1), number(1)
	for i := range 40 {
		term.Mul(term, y).Quo(term, number(float64(i+1)))
		sum.Add(sum, term)
	}
	for range 10 {
		sum.Mul(sum, sum)
	}
	return sum
}

// ulps is the difference in units in the last place.
func ulps(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	d, _ := number(got).Sub(number(got), want).Float64()
	return math.Abs(d) / (math.Nextafter(w, math.Inf(1)) - w)
}
