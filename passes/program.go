package passes

import (
	"cmp"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// program is a function with what the program for it costs.
type program struct {
	*ir.Func
	cost     float64
	rejected bool // it is no more than where a search may start
}

func (goal Goal) program(f *ir.Func) program { return program{Func: f, cost: goal.Model.Cost(f)} }

// accepted tells whether the program can stand for the function.
func (p program) accepted() bool { return !p.rejected }

// maxPrograms is more programs than are searched at once.
const maxPrograms = 64

// hopeless is how much dearer than the best a program is that is not searched for: what more work finds in the others is more.
const hopeless = 1.1

// sorted is the hopeful ones of the programs in order of their cost. Of those that cost the same the earlier comes first.
func sorted(list []program) []program {
	slices.SortStableFunc(list, program.compare)
	return hopeful(list)
}

// leaves tells whether q costs too much more than p to catch up.
func (p program) leaves(q program) bool { return q.cost > hopeless*p.cost }

func (p program) compare(q program) int { return cmp.Compare(p.cost, q.cost) }

// hopeful is the programs, which are sorted, without those that cost too much more than the first that is accepted to catch up.
func hopeful(list []program) []program {
	first := list[max(slices.IndexFunc(list, program.accepted), 0)]
	if i := slices.IndexFunc(list, first.leaves); i > 0 {
		list = list[:i]
	}
	return list
}
