package runtime

import (
	"fmt"
	"math/rand/v2"
)

// Batches deals out mini-batches of samples in a new random order each epoch, the same for the same seed. Samples that
// do not fill the last batch are left out of that epoch. Columns say what a sample is made of.
type Batches struct {
	samples, size int
	rng           *rand.Rand
	order         []int
	columns       []func(order []int)
}

// NewBatches makes batches of the given size out of so many samples.
func NewBatches(samples, size int, seed uint64) (*Batches, error) {
	if size < 1 || samples < size {
		return nil, fmt.Errorf("runtime: batches of %d out of %d samples: want 1 to %d", size, samples, samples)
	}
	b := &Batches{samples: samples, size: size, rng: rand.New(rand.NewPCG(seed, 0)), order: make([]int, samples)}
	for i := range b.order {
		b.order[i] = i
	}
	return b, nil
}

// Column adds an array with so many elements per sample, such as the features or the labels. It
// gives the slice that will hold each batch's part, to be bound to the objective once.
func Column[E any](b *Batches, data []E, width int) ([]E, error) {
	if width < 1 || len(data) != b.samples*width {
		return nil, fmt.Errorf("runtime: a column of %d elements for %d samples of %d each", len(data), b.samples, width)
	}
	batch := make([]E, b.size*width)
	b.columns = append(b.columns, func(order []int) {
		for i, s := range order {
			copy(batch[i*width:(i+1)*width], data[s*width:(s+1)*width])
		}
	})
	return batch, nil
}

// Len is the number of batches of an epoch.
func (b *Batches) Len() int { return b.samples / b.size }

// Shuffle begins an epoch.
func (b *Batches) Shuffle() {
	b.rng.Shuffle(len(b.order), func(i, j int) { b.order[i], b.order[j] = b.order[j], b.order[i] })
}

// Load fills the columns with batch i of the epoch, without allocation.
func (b *Batches) Load(i int) {
	for _, fill := range b.columns {
		fill(b.order[i*b.size : (i+1)*b.size])
	}
}
