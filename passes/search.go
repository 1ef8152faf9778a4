package passes

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/adgen-go/adgen/ir"
)

// Goal says what optimisation makes small, and how long it may look for it.
type Goal struct {
	Model  Model
	Effort int // the work of the search, as a multiple of the usual; 0 is no search
}

// Usual is the goal where nobody says another, the zero Goal: few operations, each of which counts 1.
var Usual = Goal{Model: UnitModel, Effort: 1}

// workPerNode and maxWork bound the usual search, in steps of package algebra, of which a processor does some million in a second; that of a long program,
// with more sums and products than longProgram, may take mostWork.
const (
	workPerNode = 15_000
	maxWork     = 1_000_000
	mostWork    = 1_300_000
	longProgram = 250
)

// workFor is the work of the usual search for a program of so many sums and products.
func workFor(count int) int {
	if count > longProgram {
		return min(workPerNode*count, mostWork)
	}
	return min(workPerNode*count, maxWork)
}

// twice is the number of sums and products below which a program is searched for twice.
const twice = 1000

// Optimize is the cheapest program for the results of the candidates, functions over one graph that have the same results derived in
// different ways. All are brought into normal form, and what they are is searched in rounds, each of which the better half survives. What comes of that is a candidate
// for election, which alone decides what is emitted.
func Optimize(goal Goal, candidates ...*ir.Func) *ir.Func {
	if goal.Model.Name == "" {
		goal = Usual
	}
	candidates = each(candidates, spelled)
	unrolled := unrolling{}
	derived := candidates[0]
	if u, ok := unrolled.of(derived); ok {
		derived = u
	}
	s := &selection{Goal: goal}
	straight, by, sizes := writtenOut(derived, unrolled)
	var judging sync.WaitGroup // which takes as long as what there is to be judged
	judging.Go(func() { s.judge = newJudge(straight, by, sizes) })
	priced := each(distinct(alternatives(unrolled, promising(each(candidates, ungated)))), goal.program)
	s.plain = goal.program(rebuild(derived, false))
	judging.Wait()
	list := s.heard(priced)
	if !slices.ContainsFunc(list, program.accepted) || !loops(derived) && s.plain.cost < list[0].cost { // what is cheaper was rejected
		list = append([]program{s.plain}, list...)
	}
	s.found = list
	work := goal.Effort * workFor(arithmetic(list[0].Func))
	if work > 0 {
		s.search(list, work)
	}
	best := s.elect()
	for again := 0; again < searchedAgain && work > 0 && s.missed.Func != nil; again++ {
		list := []program{s.missed, best.program}
		s.round(list, work/8/len(list), maxRounds+again)
		best = s.elect()
	}
	return s.shorter(best).Func
}

// maxRounds is more rounds than there are before programs are searched again.
const maxRounds = 16

// searchedAgain is how often programs are searched again if cheaper ones than the best were refused.
const searchedAgain = 8

// search searches the programs in rounds, with so much work in all.
func (s *selection) search(list []program, work int) {
	rounds := bits.Len(uint(len(list)))
	for round := range rounds - 1 {
		list = sorted(s.round(list, work/rounds/len(list), round))
		list = list[:min(len(list), 1<<(rounds-round-2))]
	}
	if arithmetic(list[0].Func) < twice { // from two seeds, on as many processors
		list = append(list, list[0])
	}
	s.round(list, work/rounds/len(list), rounds-1)
}

// arithmetic is the number of sums and products of f.
func arithmetic(f *ir.Func) int {
	count := 0
	for _, n := range ir.Reachable(f.Roots()...) {
		if n.Is(ir.OpAdd) || n.Is(ir.OpSub) || n.Is(ir.OpMul) || n.Is(ir.OpDiv) || n.Is(ir.OpNeg) {
			count++
		}
	}
	return count
}

// loops tells whether the program for f has loops.
func loops(f *ir.Func) bool {
	return slices.ContainsFunc(ir.Reachable(f.Roots()...), func(n *ir.Node) bool {
		return n.Kind == ir.Reduce || n.Kind != ir.Index && n.Kind != ir.Pick && len(n.Free()) > 0
	})
}
