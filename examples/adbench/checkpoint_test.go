package adbench

import (
	"fmt"
	"math"
	"runtime"
	"testing"
)

// network is the gradient of the recurrent network, which keeps all steps or few.
type network interface {
	Grad(theta, grad []float64) float64
}

// networks are both, for the same data; size is the memory that each takes.
func networks(t *LSTMData) (all, few network, size [2]uint64, err error) {
	before := allocated()
	f, err := t.Bind()
	if err != nil {
		return nil, nil, size, err
	}
	middle := allocated()
	g, err := NewLstmSparing(LstmSparingSizes{C: t.C, B: t.B, L: t.L})
	if err != nil {
		return nil, nil, size, err
	}
	return f, g, [2]uint64{middle - before, allocated() - middle}, g.Bind(t.Text, t.State)
}

// allocated is the number of bytes that have been allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestCheckpoints: the gradient with checkpoints is the same, and takes memory that hardly grows with the text.
func TestCheckpoints(t *testing.T) {
	var sizes []uint64
	for _, c := range []int{2, 3, 17, 256, 4096} {
		data := RandomLSTM(3, c, 5, 1)
		all, few, size, err := networks(data)
		if err != nil {
			t.Fatal(err)
		}
		want, got := make([]float64, len(data.Theta)), make([]float64, len(data.Theta))
		v, w := all.Grad(data.Theta, want), few.Grad(data.Theta, got)
		if !(math.Abs(v-w) <= 1e-13*math.Abs(v)) {
			t.Errorf("%d characters: the value is %v, with checkpoints %v", c, v, w)
		}
		if n := testing.AllocsPerRun(1, func() { few.Grad(data.Theta, got) }); n != 0 {
			t.Errorf("%d characters: the gradient with checkpoints allocates %v times", c, n)
		}
		largest := 0.0
		for _, x := range want {
			largest = max(largest, math.Abs(x))
		}
		for i := range want {
			if !(math.Abs(want[i]-got[i]) <= 1e-12*largest) {
				t.Errorf("%d characters: derivative %d is %v, with checkpoints %v", c, i, want[i], got[i])
			}
		}
		sizes = append(sizes, size[1])
	}
	if n := len(sizes); sizes[n-1] > 2*sizes[n-2] {
		t.Errorf("with 16 times the characters the memory grows from %d to %d bytes", sizes[n-2], sizes[n-1])
	}
}

// BenchmarkCheckpoints times both gradients for texts of several lengths, and says how much memory each takes.
func BenchmarkCheckpoints(b *testing.B) {
	for c := 1 << 10; c <= 1<<16; c *= 4 {
		data := RandomLSTM(2, c, 14, 1)
		all, few, size, err := networks(data)
		if err != nil {
			b.Fatal(err)
		}
		grad := make([]float64, len(data.Theta))
		for i, f := range []network{all, few} {
			b.Run(fmt.Sprintf("c=%d/%s", c, []string{"all", "few"}[i]), func(b *testing.B) {
				for b.Loop() {
					f.Grad(data.Theta, grad)
				}
				b.ReportMetric(float64(size[i])/1024, "KB")
			})
		}
	}
}
