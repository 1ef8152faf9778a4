package passes

import (
	"math"
	"slices"
	"sync"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/minimal"
)

// selection is what has been found of programs for a function, of which one is elected.
type selection struct {
	Goal
	judge  *judge
	plain  program   // the function as derived, by rules alone that are safe
	found  []program // also those that are no more than where a search may start
	missed program   // the cheapest that was refused in the last round, where it was cheaper than the best
}

// elect is the cheapest of the programs found that the whole judge confirms. If it confirms none it is the function as derived.
func (s *selection) elect() confirmed {
	slices.SortStableFunc(s.found, program.compare)
	for i, p := range s.found {
		if p.rejected {
			continue
		}
		if c, ok := s.confirm(p); ok {
			if s.missed.Func != nil && s.missed.cost >= c.cost {
				s.missed = program{}
			}
			return c
		}
		s.found[i].rejected = true
		s.miss(p)
	}
	return confirmed{s.plain}
}

// confirm is the program if the whole judge confirms it, or if that is no dearer and confirmed, one that multiplies in another order.
func (s *selection) confirm(p program) (confirmed, bool) {
	if c, ok := s.judge.confirm(p); ok {
		return c, true
	}
	q, ok := s.acceptable(p, math.Inf(1))
	if !ok || q.cost > p.cost {
		return confirmed{}, false
	}
	return s.judge.confirm(q)
}

// miss notes that the program was refused.
func (s *selection) miss(p program) {
	if s.missed.Func == nil || p.cost < s.missed.cost {
		p.rejected = true
		s.missed = p
	}
}

// Of small programs all that are shorter are tried, as far as so many sets of values go.
const (
	smallProgram  = 12
	setsOfOptimal = 20_000
)

// shorter is a program of fewer operations, if enumeration finds one that the judge confirms; see package minimal.
func (s *selection) shorter(p confirmed) confirmed {
	if s.Model.Name != UnitModel.Name || p.cost > smallProgram {
		return p
	}
	best := p
	minimal.Prove(p.Func, int(p.cost), s.Effort*setsOfOptimal, func(f *ir.Func) bool {
		c, ok := s.judge.confirm(s.program(f))
		if ok {
			best = c
		}
		return ok
	})
	return best
}

// heard is the programs in order of their cost, but those that cost too much more than the first that the judge accepts. Those that overflow
// at extreme arguments are there with products in another order, or as no more than where a search may start.
func (s *selection) heard(rest []program) []program {
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
		for i, v := range s.judge.hearEach(rest[:next]) {
			switch p := rest[i]; {
			case s.judge.remember(v):
				list = append(list, p)
			case v.overflows() && !loops(p.Func):
				q, ok := s.acceptable(s.program(reordered(p.Func, s.judge.found())), math.Inf(1))
				q.rejected = !ok
				list = append(list, q)
			}
		}
		slices.SortStableFunc(list, program.compare)
		rest = rest[next:]
	}
	return list
}

// worthIt is the part of the operations that a program with loops must come down to before its loops are arranged in another way: what
// moves between loops also takes memory, which the models do not count.
const worthIt = 0.99

// maxTried bounds how many of the best programs of a search are tried, the best first: what refuses one mostly refuses all before it.
const maxTried = 4

// round searches all programs, each with so much work, and gives for each the cheapest that was found, if that is cheaper and the judge accepts it.
func (s *selection) round(list []program, work, round int) []program {
	found := slices.Clone(list)
	var all sync.WaitGroup
	nets := make([]*converter, len(list))
	for i, p := range list {
		f := opened(p.Func)
		var keep map[*ir.Node]bool
		if round >= maxRounds { // it is searched again
			keep = vanishing(f, s.judge.found())
		}
		nets[i] = newConverter(f, s.Model.algebra, s.judge.envs(), keep)
		nets[i].watch(f, p.accepted(), s.judge)
	}
	for i, c := range nets {
		all.Go(func() { c.net.Search(work, uint64(maxPrograms*round+i)+11) })
	}
	all.Wait()
	s.missed = program{}
	for i, c := range nets {
		least := list[i].cost
		if loops(list[i].Func) {
			least *= worthIt
		}
		if list[i].rejected {
			least = math.Inf(1)
		}
		for try := 0; try == 0 || try < maxTried && c.net.Back(); try++ {
			p := s.program(c.rebuild())
			if p.cost >= least {
				break
			}
			if q, ok := s.acceptable(p, least); ok {
				found[i] = q
				break
			}
			s.miss(p)
		}
	}
	s.found = append(slices.Clone(found), s.found...) // of those that cost the same the last comes first
	return found
}

// reorderings is how often the products of a program are put in another order, each time because of one point more at which it overflowed.
const reorderings = 4

// acceptable is the program, or one that multiplies in another order, if it costs less than the least so far and the judge accepts it.
func (s *selection) acceptable(p program, least float64) (program, bool) {
	for range reorderings {
		v := s.judge.hearing(p.Func)()
		if s.judge.remember(v) {
			return p, true
		}
		if !v.overflows() || loops(p.Func) {
			break
		}
		if p = s.program(reordered(p.Func, s.judge.found())); p.cost >= least {
			break
		}
	}
	return p, false
}
