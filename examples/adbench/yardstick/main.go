// Command yardstick times the emitted gradients and Jacobians against C with derivatives by hand, compiled by gcc in several ways, of which the
// fastest counts:
//
//	go run ./examples/adbench/yardstick
//
// Both run alternately on the same numbers, and must agree. Without gcc it says so and ends.
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
	source string
	input  []float64
	run    func() (value, sum float64) // with the derivative, and the sum of it

}

func main() {
	log.SetFlags(0)
	if _, err := exec.LookPath("gcc"); err != nil {
		log.Print("gcc is not there: nothing to compare with")
		return
	}
	folder, err := os.MkdirTemp("", "yardstick")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	fmt.Printf("%-22s %10s %10s %6s  %s\n", "", "adgen, µs", "C, µs", "ratio", "gcc")
	for _, c := range contests() {
		if err := c.hold(folder); err != nil {
			log.Print(err)
			return
		}
	}
}

// hold runs one contest and prints its line.
func (c contest) hold(folder string) error {
	var programs []string
	for i, flags := range ways {
		p, err := compile(folder, c.source, fmt.Sprint(c.source, i), flags)
		if err != nil {
			return err
		}
		programs = append(programs, p)
	}
	ours, theirs, way := math.Inf(1), math.Inf(1), 0
	_, sum := c.run()
	for range rounds {
		ours = min(ours, c.least())
		for i, p := range programs {
			t, other, err := c.theirs(p)
			if err != nil {
				return err
			}
			if math.Abs(other-sum) > 1e-9*math.Abs(sum) {
				return fmt.Errorf("%s: the derivatives add up to %v, in C to %v", c.name, sum, other)
			}
			if t < theirs {
				theirs, way = t, i
			}
		}
	}
	fmt.Printf("%-22s %10.0f %10.0f %6.2f  %v\n", c.name, ours/1e3, theirs/1e3, ours/theirs, ways[way])
	return nil
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

// contests lists the problems, of the sizes in the suite's tables.
func contests() []contest {
	var list []contest
	for _, s := range [][3]int{{1000, 2, 5}, {1000, 10, 5}, {1000, 10, 25}, {1000, 32, 25}, {1000, 64, 25}} {
		list = append(list, gmm(adbench.RandomGMM(s[0], s[1], s[2], 1)))
	}
	return list
}

func gmm(g *adbench.GMMData) contest {
	f, err := g.Bind()
	if err != nil {
		log.Fatal(err)
	}
	input := []float64{float64(g.D), float64(g.K), float64(g.N), g.Gamma, float64(g.M)}
	input = append(append(input, g.Theta...), g.X...)
	grad := make([]float64, len(g.Theta))
	return contest{
		name: fmt.Sprintf("GMM n=%d d=%d K=%d", g.N, g.D, g.K), source: "gmm.c", input: input,
		run: func() (value, sum float64) {
			value = f.Grad(g.Theta, grad)
			for _, v := range grad {
				sum += v
			}
			return value, sum
		},
	}
}
