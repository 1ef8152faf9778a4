package passes

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// MemoryReport says what programs store beside their arguments and results.
type MemoryReport struct {
	Function string
	Sizes    []string
	Scalar   bool // a function of numbers, which has no memory of its own
	Programs []ProgramMemory
}

// ProgramMemory is the scratch of one program, in numbers and in whole numbers. Where it keeps checkpoints, slots in it is a number of its own, and Steps
// is the number of steps. Where it should but keeps all steps, All is set.
type ProgramMemory struct {
	Kind           string
	Numbers, Whole ir.Poly
	Steps          *ir.Node
	All            bool
}

// Memory reports on the programs for f's value and for the kinds of derivative that are wanted, or else its gradient or Jacobian.
func Memory(f *ir.Func, goal Goal, wanted ...ir.Wanted) (MemoryReport, error) {
	value := Optimize(goal, Values(f)...)
	r := MemoryReport{Function: f.Name, Sizes: f.Sizes, Scalar: f.Scalar(), Programs: []ProgramMemory{memoryOf("value", Schedule(value))}}
	if len(wanted) == 0 {
		wanted = Default(f)
	}
	for _, w := range wanted {
		if w.Kind == "value" {
			continue
		}
		d, _, err := derived(f, goal, w, value)
		if err != nil {
			return r, err
		}
		r.Programs = append(r.Programs, memoryOf(w.String(), Schedule(d)))
	}
	return r, nil
}

func memoryOf(kind string, p *ir.Program) ProgramMemory {
	m := ProgramMemory{Kind: kind, All: p.Whole}
	for _, a := range p.Scratch {
		n := ir.PolyConst(1)
		for _, d := range a.Dims {
			extent, _ := ir.ExtentPoly(d)
			n = n.Mul(extent)
		}
		if a.Type == ir.Real {
			m.Numbers = m.Numbers.Add(n)
		} else {
			m.Whole = m.Whole.Add(n)
		}
	}
	for _, s := range p.Body {
		if u, ok := s.(*ir.Unwind); ok {
			m.Steps = u.Plan.Steps
		}
	}
	return m
}

// exampleSteps are the numbers of steps for which WriteMemory says what checkpoints cost.
var exampleSteps = []int{10, 100, 1000, 10_000, 100_000}

// WriteMemory prints the reports as tables. The functions give the number of slots and of steps that are computed again.
func WriteMemory(w io.Writer, reports []MemoryReport, slots, again func(steps int) int) error {
	var b strings.Builder
	for i, r := range reports {
		if i > 0 {
			b.WriteByte('\n')
		}
		cells := [][]string{{r.Function, "numbers", "whole numbers"}}
		for _, p := range r.Programs {
			cells = append(cells, []string{p.Kind, p.Numbers.Format(r.Sizes, "·"), p.Whole.Format(r.Sizes, "·")})
		}
		writeTable(&b, cells, widths(cells))
		if all := r.all(); len(all) > 0 {
			why := "all steps are needed"
			if r.Scalar {
				why = "a function of numbers has no memory of its own"
			}
			fmt.Fprintf(&b, "no checkpoints, as %s: %s\n", why, strings.Join(all, ", "))
		}
		at := slices.IndexFunc(r.Programs, func(p ProgramMemory) bool { return p.Steps != nil })
		if at < 0 {
			continue
		}
		extent := r.Programs[at].Steps
		steps := [][]string{{"checkpoints: " + extent.Text()}, {"slots"}, {"steps computed again"}}
		for _, n := range examples(extent) {
			for k, v := range []int{n, slots(n), again(n)} {
				steps[k] = append(steps[k], fmt.Sprint(v))
			}
		}
		writeTable(&b, steps, widths(steps))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// all lists the kinds that keep all steps though there are checkpoints.
func (r MemoryReport) all() []string {
	var list []string
	for _, p := range r.Programs {
		if p.All {
			list = append(list, p.Kind)
		}
	}
	return list
}

// examples are the numbers of steps for which the costs are shown: the one that there is, if it is known.
func examples(extent *ir.Node) []int {
	if extent.Kind == ir.Const {
		return []int{int(extent.Value)}
	}
	return exampleSteps
}

// WriteMemoryJSON prints the reports as a JSON array:
//
//	[{"function": "f", "programs": [{"kind": "grad", "numbers": "9*k + k*slots", "whole_numbers": "slots + 4", "steps": "T"}]}]
//
// with steps where there are checkpoints, and "all_steps": true where there should be but all steps are kept.
func WriteMemoryJSON(w io.Writer, reports []MemoryReport) error {
	type program struct {
		Kind    string `json:"kind"`
		Numbers string `json:"numbers"`
		Whole   string `json:"whole_numbers"`
		Steps   string `json:"steps,omitempty"`
		All     bool   `json:"all_steps,omitempty"`
	}
	type report struct {
		Function string    `json:"function"`
		Programs []program `json:"programs"`
	}
	list := make([]report, len(reports))
	for i, r := range reports {
		list[i].Function = r.Function
		for _, p := range r.Programs {
			q := program{Kind: p.Kind, Numbers: p.Numbers.Format(r.Sizes, "*"), Whole: p.Whole.Format(r.Sizes, "*"), All: p.All}
			if p.Steps != nil {
				q.Steps = p.Steps.Text()
			}
			list[i].Programs = append(list[i].Programs, q)
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(list)
}
