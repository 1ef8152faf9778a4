package passes

import (
	"fmt"

	"github.com/adgen-go/adgen/ir"
)

// Pass is a step from a function to a function.
type Pass struct {
	Name string
	Why  string // the reason why it stands where it stands
	Run  func(*ir.Func) (*ir.Func, error)
}

// Pipeline is what a gradient goes through before it is scheduled.
var Pipeline = []Pass{
	{"elaborate", "what the source says, as it is written", func(f *ir.Func) (*ir.Func, error) { return f, nil }},
	{"reverse", "adjoints first, so that simplification sees the value and the derivatives together", Gradient},
	{"simplify", "normal forms undo what the sweep repeats", func(f *ir.Func) (*ir.Func, error) { return Simplify(f), nil }},
	{"search", "last, as it starts from a good program", func(f *ir.Func) (*ir.Func, error) { return Optimize(Usual, f), nil }},
}

// After is f after the pass of the pipeline that has the name.
func After(f *ir.Func, name string) (*ir.Func, error) {
	for _, p := range Pipeline {
		var err error
		if f, err = p.Run(f); err != nil || p.Name == name {
			return f, err
		}
	}
	return nil, fmt.Errorf("internal error: no pass %q", name)
}
