// Command yardstick times values with derivatives: as emitted, and for some problems in C with derivatives by hand, compiled by gcc in several ways, of
// which the fastest counts. In the folder of the repository:
//
//	go run ./examples/adbench/yardstick
//
// Both run alternately on the same numbers, and must agree; the least time of each is shown, and the least that other tools have reached on a machine of
// their own. Without gcc there is no C.
package main

import (
	"bytes"
	"embed"
	"encoding/binary"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/adgen-go/adgen/examples/adbench"
)

//go:embed c
var sources embed.FS

// ways are the ways to compile.
var ways = [][]string{
	{"-O2"}, {"-O3"}, {"-O3", "-march=native"}, {"-O2", "-ffast-math"}, {"-O3", "-march=native", "-ffast-math"},
}

// rounds is how often ours and theirs take turns.
const rounds = 3

// contest is a problem that both solve.
type contest struct {
	name   string
	peers  float64 // the least time of other tools, in µs: hand-written C++ with or without Eigen, and Tapenade
	source string  // the C, if there is one
	input  []float64
	run    func() float64 // computes value and derivatives, and adds up the derivatives
}

func main() {
	log.SetFlags(0)
	_, err := exec.LookPath("gcc")
	gcc := err == nil
	if !gcc {
		log.Print("gcc is not there: nothing is compared with C")
	}
	folder, err := os.MkdirTemp("", "yardstick")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	fmt.Printf("%-28s %9s %9s %6s %9s %6s\n", "", "adgen, µs", "C, µs", "ratio", "peers, µs", "ratio")
	for _, c := range contests() {
		if !gcc {
			c.source = ""
		}
		if err := c.hold(folder); err != nil {
			log.Print(err)
			return
		}
	}
}

// hold runs one contest and prints its line.
func (c contest) hold(folder string) error {
	programs, err := c.compile(folder)
	if err != nil {
		return err
	}
	ours, theirs, way := math.Inf(1), math.Inf(1), 0
	sum := c.run()
	for range rounds {
		ours = min(ours, c.least())
		for i, p := range programs {
			t, other, err := c.theirs(p)
			if err != nil {
				return err
			}
			if math.Abs(other-sum) > 1e-7*math.Abs(sum) {
				return fmt.Errorf("%s: the derivatives add up to %v, in C to %v", c.name, sum, other)
			}
			if t < theirs {
				theirs, way = t, i
			}
		}
	}
	fmt.Printf("%-28s %9.0f", c.name, ours/1e3)
	if len(programs) > 0 {
		fmt.Printf(" %9.0f %6.2f %9.0f %6.2f  gcc %s\n", theirs/1e3, ours/theirs, c.peers, ours/1e3/c.peers, strings.Join(ways[way], " "))
	} else {
		fmt.Printf(" %9s %6s %9.0f %6.2f\n", "–", "–", c.peers, ours/1e3/c.peers)
	}
	return nil
}

// compile makes the programs in C, one for each way, if there is a source.
func (c contest) compile(folder string) ([]string, error) {
	if c.source == "" {
		return nil, nil
	}
	var programs []string
	for i, flags := range ways {
		p, err := compile(folder, c.source, fmt.Sprint(c.source, i), flags)
		if err != nil {
			return nil, err
		}
		programs = append(programs, p)
	}
	return programs, nil
}

// least is the least time of many runs in nanoseconds.
func (c contest) least() float64 {
	least := math.Inf(1)
	for run, end := 0, time.Now().Add(time.Second/2); run < 3 || time.Now().Before(end); run++ {
		start := time.Now()
		c.run()
		least = min(least, float64(time.Since(start)))
	}
	return least
}

// theirs runs a program.
func (c contest) theirs(program string) (time, sum float64, err error) {
	var in bytes.Buffer
	binary.Write(&in, binary.NativeEndian, c.input)
	cmd := exec.Command(program)
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", c.name, err)
	}
	var value float64
	_, err = fmt.Sscan(string(out), &time, &value, &sum)
	return time, sum, err
}

// compile makes a program of a source.
func compile(folder, source, name string, flags []string) (string, error) {
	for _, f := range []string{source, "yardstick.h"} {
		text, err := sources.ReadFile("c/" + f)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(folder, f), text, 0o644); err != nil {
			return "", err
		}
	}
	program := filepath.Join(folder, name+".out")
	args := append(append([]string{}, flags...), "-o", program, filepath.Join(folder, source), "-lm")
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("gcc %v: %w\n%s", args, err, out)
	}
	return program, nil
}

// contests lists the problems of the suite's tables.
func contests() []contest {
	list := []contest{
		gmm(1000, 2, 5, 96), gmm(1000, 10, 5, 589), gmm(1000, 10, 25, 2921), gmm(1000, 32, 25, 10779), gmm(1000, 64, 25, 36626),
		ba(49, 7776, 31843, false, 1871), ba(49, 7776, 31843, true, 3541),
		lstm(2, 1024, 14, 2481), lstm(4, 1024, 14, 4855),
	}
	const folder = "testdata/adbench/hand"
	model, err := adbench.ReadHandModel(os.DirFS(folder + "/model"))
	if err != nil {
		log.Printf("without hand tracking: %v", err)
		return list
	}
	return append(list, hand(model, folder+"/simple_hand1_t26_c100.txt", false, 123), hand(model, folder+"/complicated_hand1_t26_c100.txt", true, 127))
}

func gmm(n, d, k int, peers float64) contest {
	g := adbench.RandomGMM(n, d, k, 1)
	f := must(g.Bind())
	input := []float64{float64(d), float64(k), float64(n), g.Gamma, float64(g.M)}
	grad := make([]float64, len(g.Theta))
	return contest{fmt.Sprintf("GMM n=%d d=%d K=%d", n, d, k), peers, "gmm.c", append(append(input, g.Theta...), g.X...), func() float64 {
		f.Grad(g.Theta, grad)
		return sum(grad)
	}}
}

// ba is bundle adjustment: the values of the sparse Jacobian, which are a dense block for each observation, and, for compressed rows, the pattern
// too, which others assemble each time.
func ba(n, m, p int, rows bool, peers float64) contest {
	b := adbench.RandomBA(n, m, p, 1)
	f := must(b.Bind())
	input := append([]float64{float64(n), float64(m), float64(p)}, b.Theta...)
	for k := range 2 {
		for i := range p {
			input = append(input, float64(b.Obs[2*i+k]))
		}
	}
	values, out := make([]float64, f.JacobianNNZ()), b.Out(make([]float64, 3*p))
	name, source := fmt.Sprintf("BA p=%d, blocks", p), "ba.c"
	if rows {
		name, source = fmt.Sprintf("BA p=%d, compressed rows", p), ""
	}
	return contest{name, peers, source, append(input, b.Feat...), func() float64 {
		f.SparseJacobian(b.Theta, out, values)
		if rows {
			f.JacobianPattern()
		}
		return sum(values)
	}}
}

func lstm(l, c, b int, peers float64) contest {
	t := adbench.RandomLSTM(l, c, b, 1)
	f := must(t.Bind())
	grad := make([]float64, len(t.Theta))
	return contest{name: fmt.Sprintf("LSTM l=%d c=%d", l, c), peers: peers, run: func() float64 {
		f.Grad(t.Theta, grad)
		return sum(grad)
	}}
}

func hand(m *adbench.HandModel, path string, complicated bool, peers float64) contest {
	file := must(os.Open(path))
	defer file.Close()
	h := must(must(adbench.ReadHand(path, file, m, complicated)).Bind(m))
	name := "HAND simple"
	if complicated {
		name = "HAND complicated"
	}
	return contest{name: name, peers: peers, run: func() float64 {
		h.Derive()
		return sum(h.Jacobian)
	}}
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func sum(list []float64) float64 {
	total := 0.0
	for _, v := range list {
		total += v
	}
	return total
}
