package passes

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/minimal"
)

// Least is what is known about the fewest operations for a function with its derivatives.
type Least struct {
	Function   string
	Operations int // of what is emitted
	minimal.Verdict
	Refused string // why nothing is known
}

// setsPerEffort is the sets of values that Prove looks at, as a multiple of the effort: a processor does about half a million in a second.
const setsPerEffort = 1_000_000

// Prove proves that no program has fewer operations than what is emitted for f with its gradient or Jacobian, as far as the effort of the goal goes, or finds one
// that the judge of the search accepts.
func Prove(f *ir.Func, goal Goal) (Least, error) {
	ways := []*ir.Func{f}
	for _, w := range Default(f) {
		var err error
		if ways, err = Ways(f, w, Optimize(goal, f)); err != nil {
			return Least{}, err
		}
	}
	d := Optimize(goal, ways...)
	total, _ := Count(Schedule(d)).Total().Eval(nil).Float64()
	l := Least{Function: f.Name, Operations: int(total)}
	v, err := minimal.Prove(d, l.Operations, goal.Effort*setsPerEffort, Judge(ways[0]))
	var refused minimal.Refusal
	if errors.As(err, &refused) {
		l.Refused = refused.Error()
		return l, nil
	}
	l.Verdict = v
	return l, err
}

// WriteLeast prints what is known, a function a line, with the program where there is one of fewer operations.
func WriteLeast(w io.Writer, list []Least) error {
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, "%s: %s\n", l.Function, l)
		if l.Shorter != nil {
			b.WriteString("    " + strings.ReplaceAll(strings.TrimSpace(l.Shorter.String()), "\n", "\n    ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String is a sentence.
func (l Least) String() string {
	if l.Refused != "" {
		return "nothing is known: " + l.Refused
	}
	tried := fmt.Sprintf("(with the constants %s, in %d sets of values)", strings.Trim(fmt.Sprint(l.Constants), "[]"), l.Visited)
	if len(l.Functions) > 0 {
		tried = fmt.Sprintf("(with %s and the constants %s, in %d sets of values)", strings.Join(l.Functions, ", "), strings.Trim(fmt.Sprint(l.Constants), "[]"), l.Visited)
	}
	switch {
	case l.Shorter != nil:
		return fmt.Sprintf("%d operations, but %d are enough %s:", l.Operations, l.AtLeast, tried)
	case l.AtLeast < l.Operations:
		return fmt.Sprintf("%d operations, and at least %d are needed %s", l.Operations, l.AtLeast, tried)
	case l.Rejected > 0:
		return fmt.Sprintf("%d operations, and no program has fewer that is as accurate and safe %s", l.Operations, tried)
	}
	return fmt.Sprintf("%d operations, and no program has fewer %s", l.Operations, tried)
}
