package passes

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/minimal"
)

// Goal says what optimisation makes small, and how long it may look for it.
type Goal struct {
	Model  Model
	Effort int // the work of the search, as a multiple of the usual; 0 is no search
}

// Usual is the goal where nobody says another, the zero Goal: few operations, each of which counts 1.
var Usual = Goal{Model: UnitModel, Effort: 1}

// workPerNode and maxWork bound the usual search, in steps of package algebra, of which a processor does some million in a second.
const (
	workPerNode = 15_000
	maxWork     = 1_300_000
)

// twice is the number of sums and products below which a program is searched for twice.
const twice = 1000

// Optimize is the cheapest program for the results of the candidates, functions over one graph that have the same results derived in
// different ways. All are brought into normal form, and what they are is searched in rounds, each of which the better half survives.
func Optimize(goal Goal, candidates ...*ir.Func) *ir.Func {
	if goal.Model.Name == "" {
		goal = Usual
	}
	unrolled := unrolling{}
	derived := candidates[0]
	if u, ok := unrolled.of(derived); ok {
		derived = u
	}
	j := newJudge(derived, unrolled)
	list := goal.heard(distinct(alternatives(unrolled, promising(candidates))), j)
	if p := goal.program(rebuild(derived, false)); !slices.ContainsFunc(list, program.accepted) || !loops(derived) && p.cost < list[0].cost { // what is cheaper was rejected
		list = append([]program{p}, list...)
	}
	best, all := least(list), list
	work := goal.Effort * min(workPerNode*arithmetic(list[0].Func), maxWork)
	if work == 0 {
		return best.Func
	}
	rounds := bits.Len(uint(len(list)))
	for round := range rounds - 1 {
		list = sorted(goal.search(list, work/rounds/len(list), round, j))
		best = least(append(list, best))
		list = list[:min(len(list), 1<<(rounds-round-2))]
	}
	if arithmetic(list[0].Func) < twice { // from two seeds, on as many processors
		list = append(list, list[0])
	}
	last := func(work, seed int) program {
		return least(append(goal.search(list, work/rounds/len(list), seed, j), best))
	}
	best = last(work, rounds-1)
	for k := range confirmations {
		if j.confirms(best) {
			break
		}
		if q, ok := goal.acceptable(best, math.Inf(1), j); ok {
			best = q
			continue
		}
		best, list = goal.program(rebuild(derived, false)), slices.Clone(all[:min(len(all), searchedAgain)])
		for i := range list {
			list[i].rejected = !j.accepts(list[i].Func)
		}
		best = last(work/2, rounds+k)
	}
	return goal.shorter(best, j).Func
}

// confirmations is how often what has been found is held against more arguments, and is searched again if it is not finite there.
const confirmations = 1

// searchedAgain is how many programs are searched again.
const searchedAgain = 2

// Of small programs all that are shorter are tried, as far as so many sets of values go.
const (
	smallProgram  = 12
	setsOfOptimal = 20_000
)

// shorter is a program of fewer operations, if enumeration finds one; see package minimal.
func (goal Goal) shorter(p program, j *judge) program {
	if goal.Model.Name != UnitModel.Name || p.cost > smallProgram {
		return p
	}
	v, err := minimal.Prove(p.Func, int(p.cost), goal.Effort*setsOfOptimal, j.accepts)
	if err != nil || v.Shorter == nil {
		return p
	}
	return goal.program(v.Shorter)
}

// heard is the programs for the functions in order of their cost, but those that cost too much more than the first that the judge accepts. Those that overflow
// at extreme arguments are there with products in another order, or as no more than where a search may start.
func (goal Goal) heard(functions []*ir.Func, j *judge) []program {
	rest := make([]program, len(functions))
	for i, f := range functions {
		rest[i] = goal.program(f)
	}
	slices.SortStableFunc(rest, program.compare)
	var list []program
	for len(rest) > 0 {
		first := rest[0]
		if i := slices.IndexFunc(list, program.accepted); i >= 0 {
			first = list[i]
		}
		next := len(rest)
		if i := slices.IndexFunc(rest, first.leaves); i >= 0 {
			next = i
		}
		if next == 0 {
			break
		}
		for i, v := range j.hearEach(rest[:next]) {
			switch p := rest[i]; {
			case j.remember(v):
				list = append(list, p)
			case v.because != nil:
				q, ok := goal.acceptable(goal.program(reordered(p.Func, j.found())), math.Inf(1), j)
				q.rejected = !ok
				list = append(list, q)
			}
		}
		slices.SortStableFunc(list, program.compare)
		rest = rest[next:]
	}
	return list
}

// Alternatives is what Optimize chooses from before it searches: the candidates in normal form, as they are and unrolled, each with the name of
// its Way.
func Alternatives(candidates ...*ir.Func) []*ir.Func { return alternatives(unrolling{}, candidates) }

func alternatives(unrolled unrolling, candidates []*ir.Func) []*ir.Func {
	var list []*ir.Func
	for i, f := range candidates {
		f = Simplify(f)
		list = append(list, f)
		if u, ok := unrolled.of(f); ok {
			u = u.Derived()
			u.Way += ", unrolled"
			if i == 0 {
				list = append(list, u)
			}
			list = append(list, Simplify(u))
		}
	}
	return list
}

// maxCompared is the number of nodes above which not all ways to derive a function are brought into normal form.
const maxCompared = 8000

// promising is the candidates, or of large ones the one that is estimated to be the cheapest.
func promising(candidates []*ir.Func) []*ir.Func {
	if len(candidates) == 1 || len(ir.Reachable(candidates[0].Roots()...)) <= maxCompared {
		return candidates
	}
	return []*ir.Func{slices.MinFunc(candidates, func(f, g *ir.Func) int { return cmp.Compare(estimate(f), estimate(g)) })}
}

// distinct is the list with those that are the same but for their names once.
func distinct(list []*ir.Func) []*ir.Func {
	var once []*ir.Func
	for _, f := range list {
		if !slices.ContainsFunc(once, f.SameRoots) {
			once = append(once, f)
		}
	}
	return once
}

// program is a function with what the program for it costs.
type program struct {
	*ir.Func
	cost     float64
	rejected bool // it is no more than where a search may start
}

func (goal Goal) program(f *ir.Func) program { return program{Func: f, cost: goal.Model.Cost(f)} }

// least is the cheapest of the programs that are accepted, the first of those that cost the same.
func least(list []program) program {
	return slices.MinFunc(slices.DeleteFunc(slices.Clone(list), func(p program) bool { return p.rejected }), func(p, q program) int { return cmp.Compare(p.cost, q.cost) })
}

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

// worthIt is the part of the operations that a program with loops must come down to before its loops are arranged in another way: what
// moves between loops also takes memory, which the models do not count.
const worthIt = 0.99

// search searches all programs, each with so much work, and gives for each the cheapest that was found, if that is cheaper and as
// accurate.
func (goal Goal) search(list []program, work, round int, j *judge) []program {
	found := slices.Clone(list)
	var all sync.WaitGroup
	nets := make([]*converter, len(list))
	for i, p := range list {
		nets[i] = newConverter(opened(p.Func), goal.Model.algebra, j.envs())
	}
	for i, c := range nets {
		all.Go(func() { c.net.Search(work, uint64(maxPrograms*round+i)+11) })
	}
	all.Wait()
	for i, c := range nets {
		least := list[i].cost
		if loops(list[i].Func) {
			least *= worthIt
		}
		if list[i].rejected {
			least = math.Inf(1)
		}
		for more := true; more; more = c.net.Back() {
			p := goal.program(c.rebuild())
			if p.cost >= least {
				break
			}
			if q, ok := goal.acceptable(p, least, j); ok {
				found[i] = q
				break
			}
		}
	}
	return found
}

// reorderings is how often the products of a program are put in another order, each time because of one point more at which it overflowed.
const reorderings = 4

// acceptable is the program, or one that multiplies in another order, if it costs less than the least so far and the judge accepts it.
func (goal Goal) acceptable(p program, least float64, j *judge) (program, bool) {
	for range reorderings {
		v := j.hearing(p.Func)()
		if j.remember(v) {
			return p, true
		}
		if v.because == nil {
			break
		}
		if p = goal.program(reordered(p.Func, j.found())); p.cost >= least {
			break
		}
	}
	return p, false
}

// loops tells whether the program for f has loops.
func loops(f *ir.Func) bool {
	return slices.ContainsFunc(ir.Reachable(f.Roots()...), func(n *ir.Node) bool {
		return n.Kind == ir.Reduce || n.Kind != ir.Index && n.Kind != ir.Pick && len(n.Free()) > 0
	})
}
