package adbench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// data is the folder of the suite's files.
const data = "../../testdata/adbench"

// reference is what the suite's own code computes for a file.
type reference struct {
	Objective summary
	Jacobian  summary
}

// summary is a list of numbers, of a long one its beginning, with the sums of all.
type summary struct {
	Count        int
	Sum          float64
	SumOfSquares float64 `json:"sum_of_squares"`
	Values       []float64
	First        []float64 `json:"first_200"`
}

// expected reads the reference for a problem.
func expected(t testing.TB, name string) reference {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "expected", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// compare holds numbers against a summary: each within tolerance of its place, and the sums, both relative to what
// scale makes of the largest magnitude.
func compare(t *testing.T, what string, got []float64, want summary, tolerance float64) {
	t.Helper()
	values := append(want.Values, want.First...)
	if len(got) != want.Count || len(values) == 0 || len(values) > want.Count {
		t.Fatalf("%s: %d numbers, want %d, of which %d are known", what, len(got), want.Count, len(values))
	}
	largest := 0.0
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	worst, at := 0.0, 0
	for i, v := range values {
		if d := math.Abs(got[i]-v) / largest; !(d <= worst) {
			worst, at = d, i
		}
	}
	if !(worst <= tolerance) {
		t.Errorf("%s: number %d is %v, want %v: %.1e of the largest", what, at, got[at], values[at], worst)
	}
	var sum, squares float64
	for _, v := range got {
		sum += v
		squares += v * v
	}
	norm := math.Sqrt(want.SumOfSquares * float64(want.Count)) // bounds the sum of magnitudes
	if d := math.Abs(sum-want.Sum) / norm; !(d <= tolerance) {
		t.Errorf("%s: the sum is %v, want %v", what, sum, want.Sum)
	}
	if d := math.Abs(squares-want.SumOfSquares) / want.SumOfSquares; !(d <= 2*tolerance) {
		t.Errorf("%s: the sum of squares is %v, want %v", what, squares, want.SumOfSquares)
	}
	t.Logf("%s: %.1e of the largest", what, worst)
}

// TestExpectedComplete sees that every reference is held against something.
func TestExpectedComplete(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(data, "expected", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no references: %v", err)
	}
	tested := map[string]bool{}
	for _, c := range cases {
		tested[c.expected] = true
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); !tested[name] {
			t.Errorf("%s is not tested", name)
		}
	}
}

// TestExpected holds values and derivatives against the suite's.
func TestExpected(t *testing.T) {
	for _, c := range cases {
		if c.expected == "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			want := expected(t, c.expected)
			p, err := c.open()
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "objective", p.objective(), want.Objective, 1e-11)
			value, derivative := p.derivative()
			compare(t, "objective with derivative", value, want.Objective, 1e-11)
			compare(t, "derivative", derivative, want.Jacobian, 1e-11)
		})
	}
}

// problem is a function at a point.
type problem struct {
	objective  func() []float64
	derivative func() (value, derivative []float64) // in the suite's order
}

// testCase is a problem of the suite, with the reference, if there is one.
type testCase struct {
	name     string
	expected string
	open     func() (*problem, error)
}

var cases = []testCase{
	gmm("GMM test", "gmm_test", "test.txt"),
	gmm("GMM n=1k d=2 K=5", "gmm_1k_gmm_d2_K5", "gmm_1k_d2_K5.txt"), // names as in the suite's tables
	gmm("GMM n=1k d=10 K=5", "gmm_1k_gmm_d10_K5", "gmm_1k_d10_K5.txt"),
	gmm("GMM n=1k d=10 K=25", "gmm_1k_gmm_d10_K25", "gmm_1k_d10_K25.txt"),
	gmm("GMM n=1k d=64 K=5", "", "gmm_1k_d64_K5.txt"),
	randomGMM(1000, 32, 25),
	randomGMM(1000, 64, 25),
	ba("BA test", "ba_test", "test.txt"),
	ba("BA 1", "ba_ba1_n49_m7776_p31843", "ba1_n49_m7776_p31843.txt"),
	ba("BA 2", "", "ba2_n21_m11315_p36455.txt"),
	{"LSTM l=2 c=1024", "lstm_l2_c1024", func() (*problem, error) {
		t, err := readFile("lstm/lstm_l2_c1024.txt", ReadLSTM)
		if err != nil {
			return nil, err
		}
		return lstmProblem(t)
	}},
	hand("HAND simple", "hand_simple_small_hand1", "simple_hand1_t26_c100.txt", false),
	hand("HAND complicated", "hand_complicated_small_hand1", "complicated_hand1_t26_c100.txt", true),
	hand("HAND test", "", "test.txt", false),
	{"LSTM l=4 c=1024", "", func() (*problem, error) { return lstmProblem(RandomLSTM(4, 1024, 14, 1)) }},
}

// gmm is the problem of a file in the folder gmm.
func gmm(name, expected, file string) testCase {
	return testCase{name, expected, func() (*problem, error) {
		g, err := readFile("gmm/"+file, ReadGMM)
		if err != nil {
			return nil, err
		}
		return gmmProblem(g)
	}}
}

func randomGMM(n, d, k int) testCase {
	return testCase{fmt.Sprintf("GMM n=%dk d=%d K=%d", n/1000, d, k), "", func() (*problem, error) { return gmmProblem(RandomGMM(n, d, k, 1)) }}
}

func gmmProblem(g *GMMData) (*problem, error) {
	f, err := g.Bind()
	if err != nil {
		return nil, err
	}
	return gradient(g.Theta, f.Value, f.Grad), nil
}

// ba is the problem of a file in the folder ba. The derivative is the values of the Jacobian in compressed rows.
func ba(name, expected, file string) testCase {
	return testCase{name, expected, func() (*problem, error) {
		b, err := readFile("ba/"+file, ReadBA)
		if err != nil {
			return nil, err
		}
		f, err := b.Bind()
		if err != nil {
			return nil, err
		}
		errors, values := make([]float64, 3*b.P), make([]float64, f.JacobianNNZ())
		out := b.Out(errors)
		return &problem{
			objective:  func() []float64 { f.Value(b.Theta, out); return errors },
			derivative: func() ([]float64, []float64) { f.SparseJacobian(b.Theta, out, values); return errors, values },
		}, nil
	}}
}

func lstmProblem(t *LSTMData) (*problem, error) {
	f, err := t.Bind()
	if err != nil {
		return nil, err
	}
	return gradient(t.Theta, f.Value, f.Grad), nil
}

// gradient is the problem of a number and its gradient.
func gradient(theta []float64, value func([]float64) float64, grad func(theta, grad []float64) float64) *problem {
	one, all := make([]float64, 1), make([]float64, len(theta))
	return &problem{
		objective:  func() []float64 { one[0] = value(theta); return one },
		derivative: func() ([]float64, []float64) { one[0] = grad(theta, all); return one, all },
	}
}

// hand is the problem of a file in the folder hand.
func hand(name, expected, file string, complicated bool) testCase {
	return testCase{name, expected, func() (*problem, error) {
		m, err := ReadHandModel(os.DirFS(data + "/hand/model"))
		if err != nil {
			return nil, err
		}
		h, err := readFile("hand/"+file, func(name string, in io.Reader) (*HandData, error) { return ReadHand(name, in, m, complicated) })
		if err != nil {
			return nil, err
		}
		p, err := h.Bind(m)
		if err != nil {
			return nil, err
		}
		return &problem{
			objective:  func() []float64 { p.Value(); return p.Errors },
			derivative: func() ([]float64, []float64) { p.Derive(); return p.Errors, p.Jacobian },
		}, nil
	}}
}

// readFile reads a file of the suite.
func readFile[T any](path string, read func(string, io.Reader) (*T, error)) (*T, error) {
	f, err := os.Open(filepath.Join(data, path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(path, f)
}
