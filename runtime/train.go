package runtime

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Objective is what a compiled function is to the training loop: Grad gives the value at theta and
// overwrites grad with the gradient.
type Objective[T Float] interface {
	Grad(theta, grad []T) T
}

// Config says how Train runs.
type Config[T Float] struct {
	Epochs  int      // passes over the data
	Batches *Batches // nil: each epoch is one step on all that is bound

	// Report, if set, is asked after each epoch for what to print beside the loss, such as the
	// accuracy on a test set, and whether to stop.
	Report func(epoch int, loss T) (text string, stop bool)

	Every  int       // print each so many epochs; 0 is each one
	Output io.Writer // for the progress; nil is standard error
}

// Result is how far training came.
type Result[T Float] struct {
	Epochs int // that were completed
	Loss   T   // mean over the steps of the last epoch
}

// Train changes theta by the optimiser until the epochs are over, Report says stop, or ctx ends, which is no
// error. It stops with an error when the loss is no longer a finite number. Progress is a bar on a terminal and
// plain lines elsewhere.
func Train[T Float](ctx context.Context, f Objective[T], theta []T, o Optimizer[T], c Config[T]) (Result[T], error) {
	if c.Epochs < 1 {
		return Result[T]{}, fmt.Errorf("runtime: %d epochs, want at least 1", c.Epochs)
	}
	p := newProgress(c.Output, c.Epochs, max(1, c.Every))
	defer p.close()
	grad := make([]T, len(theta))
	var r Result[T]
	for epoch := 1; epoch <= c.Epochs; epoch++ {
		loss, done, err := trainEpoch(ctx, f, theta, grad, o, c.Batches, epoch)
		if err != nil || !done {
			return r, err
		}
		r = Result[T]{epoch, loss}
		text, stop := "", false
		if c.Report != nil {
			text, stop = c.Report(epoch, loss)
		}
		p.epoch(epoch, float64(loss), text, stop || epoch == c.Epochs)
		if stop {
			break
		}
	}
	return r, nil
}

// trainEpoch runs the steps of one epoch and gives their mean loss; done is false if ctx ended before.
func trainEpoch[T Float](ctx context.Context, f Objective[T], theta, grad []T, o Optimizer[T], b *Batches, epoch int) (loss T, done bool, err error) {
	steps := 1
	if b != nil {
		steps = b.Len()
		b.Shuffle()
	}
	for step := range steps {
		if ctx.Err() != nil {
			return 0, false, nil
		}
		if b != nil {
			b.Load(step)
		}
		v := f.Grad(theta, grad)
		if v-v != 0 {
			return 0, false, fmt.Errorf("runtime: the loss is %v in step %d of epoch %d: try a smaller rate", v, step+1, epoch)
		}
		loss += v
		o.Step(theta, grad)
	}
	return loss / T(steps), true, nil
}

// progress prints how training goes.
type progress struct {
	out   io.Writer
	bar   *progressbar.ProgressBar
	every int
}

func newProgress(out io.Writer, epochs, every int) *progress {
	if out == nil {
		out = os.Stderr
	}
	p := &progress{out: out, every: every}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(epochs, progressbar.OptionSetWriter(out), progressbar.OptionSetPredictTime(true),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(50*time.Millisecond), progressbar.OptionSetWidth(30))
	}
	return p
}

func (p *progress) epoch(epoch int, loss float64, text string, last bool) {
	line := fmt.Sprintf("epoch %d  loss %.6g", epoch, loss)
	if text != "" {
		line += "  " + text
	}
	if p.bar != nil {
		p.bar.Describe(line)
		_ = p.bar.Add(1)
		return
	}
	if last || epoch%p.every == 0 {
		fmt.Fprintln(p.out, line)
	}
}

func (p *progress) close() {
	if p.bar != nil {
		fmt.Fprintln(p.out)
	}
}
