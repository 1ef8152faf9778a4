// Command digits trains a 64–32–10 network on handwritten digits.
package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"

	"github.com/adgen-go/adgen/runtime"
)

//go:generate go run github.com/adgen-go/adgen/cmd/adgen compile digits.ad

func main() {
	train, err := runtime.ReadCSV("testdata/digits/train.csv", 1.0/16)
	check(err)
	test, err := runtime.ReadCSV("testdata/digits/test.csv", 1.0/16)
	check(err)
	const batch, hidden, classes = 32, 32, 10
	batches, err := runtime.NewBatches(train.Rows(), batch, 1)
	check(err)
	X, err := runtime.Column(batches, train.X, train.Width)
	check(err)
	labels, err := runtime.Column(batches, train.Labels, 1)
	check(err)

	loss, err := NewDigits(DigitsSizes{N: batch, P: train.Width, H: hidden, Q: classes})
	check(err)
	check(loss.Bind(X, labels))
	theta := make([]float64, loss.NumParams())
	r := rand.New(rand.NewPCG(1, 1))
	w := loss.Params(theta)
	runtime.Glorot(w.W1, train.Width, hidden, r)
	runtime.Glorot(w.W2, hidden, classes, r)

	scores, err := NewScores(ScoresSizes{N: test.Rows(), P: train.Width, H: hidden, Q: classes})
	check(err)
	check(scores.Bind(test.X))
	Z := make([]float64, test.Rows()*classes)
	accuracy := func() float64 {
		scores.Value(theta, ScoresOut{Z: Z})
		right := 0
		for i, label := range test.Labels {
			best := 0
			for k := range classes {
				if Z[i*classes+k] > Z[i*classes+best] {
					best = k
				}
			}
			if best == label {
				right++
			}
		}
		return float64(right) / float64(test.Rows())
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	adam, err := runtime.NewAdam[float64](0.003)
	check(err)
	_, err = runtime.Train(ctx, loss, theta, adam, runtime.Config[float64]{Epochs: 30, Batches: batches,
		Report: func(int, float64) (string, bool) { return fmt.Sprintf("test accuracy %.2f %%", 100*accuracy()), false }})
	check(err)
	fmt.Printf("%.2f %% of %d test digits are right\n", 100*accuracy(), test.Rows())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
