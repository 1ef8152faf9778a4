package algebra

import (
	"math"
	"slices"
)

// rng is a small generator of random numbers, so that every run finds the same program.
type rng struct {
	state uint64
	level float64 // of the noise
}

func (r *rng) next() uint64 {
	r.state++
	return mix(r.state)
}

// below is a random number from 0 to n − 1.
func (r *rng) below(n int) int { return int(r.next() % uint64(n)) }

// float is a random number in [0, 1).
func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func (r *rng) noise() float64 {
	if r.level == 0 {
		return 0
	}
	return r.level * r.float()
}

// Factor makes divisors variables, the most rewarding first, until none saves anything.
func (n *Net) Factor() {
	clear(n.table.refused)
	for len(n.table.hot) > 0 {
		c := n.table.pop()
		d := n.table.get(c.key)
		if d == nil {
			continue
		}
		d.queued = false
		if n.table.refused[c.key] {
			continue
		}
		mark, before := len(n.log), n.cost
		if n.extract(c.key) && (n.cost > before-epsilon || n.careful && n.alert()) {
			n.undo(mark)
			n.table.refused[c.key] = true
		}
	}
	n.turn(len(n.log), func(i int) int { return int(n.log[i].v) })
}

// turn changes the signs of variables where that saves negations: of those that stand in a sum that has to be negated, of which it looks at
// count.
func (n *Net) turn(count int, at func(int) int) {
	for i := range count {
		v := at(i)
		if n.defs[v].kind != sum || !allNegative(n.defs[v].terms) {
			continue
		}
		if w, _, ok := alias(n.defs[v].terms); ok && len(n.defs[w].users) == 1 && !n.defs[w].keep && n.open(v, w) && !allNegative(n.defs[v].terms) {
			continue
		}
		for _, l := range slices.Clone(n.defs[v].terms[0].Lits) {
			mark, before := len(n.log), n.cost
			if n.rescale(l.Index(), One.Neg()) && n.cost < before-epsilon {
				break
			}
			n.undo(mark)
		}
	}
	n.drain()
}

// carefully is how often a network is factored with care, each time with an eye on more points.
const carefully = 4

// factorWithCare makes no divisors variables because of which the network fails; where that is not enough, none at all.
func (n *Net) factorWithCare(start snapshot) {
	n.careful = true
	for range carefully {
		n.bring(start)
		n.Factor()
		n.log = n.log[:0]
		if n.inspect(); n.alarm == 0 {
			break
		}
	}
	if n.careful = false; n.alarm > 0 {
		n.restore(start)
	}
}

// An annealing starts hot, accepting a network that is dearer by hot operations with probability 1/e, and ends cold
// (Kirkpatrick, Gelatt & Vecchi, Optimization by simulated annealing, 1983). Several follow each other, each from the best network so far.
const (
	hot        = 0.6
	cold       = 0.1
	annealings = 4
)

// maxAnnealed is the number of variables above which no network that is dearer is accepted, as it would take too long to go back.
const maxAnnealed = 2000

// Search looks for a cheaper network: each step puts variables back into sums that use them, or scales a variable, and factors anew.
// It ends when it has looked at so many divisors, so that its time is bounded, and the same seed always gives the same network.
func (n *Net) Search(work int, seed uint64) {
	n.given = len(n.defs)
	n.rng = rng{state: seed << 32}
	n.trust()
	n.inspect()
	start := n.snapshot()
	n.Factor()
	n.log = n.log[:0]
	if n.inspect(); n.alarm > 0 && start.alarm == 0 {
		n.factorWithCare(start)
	}
	n.rng.level = 0.9
	n.work = 0
	if len(n.defs) > maxAnnealed {
		for n.work < work && n.step(0) {
		}
	} else {
		n.anneal(work)
	}
	n.rng.level = 0
}

// anneal searches with a falling temperature.
func (n *Net) anneal(work int) {
	n.past = nil
	n.remember()
	for round := range annealings {
		if n.price() > n.least()+epsilon {
			n.restore(n.past[len(n.past)-1])
		}
		start := n.work
		span := work*(round+1)/annealings - start
		for n.work-start < span {
			heat := hot * math.Pow(cold/hot, float64(n.work-start)/float64(span))
			if !n.step(heat) {
				return
			}
			if n.price() < n.least()+epsilon && n.rng.below(8) == 0 {
				sums := slices.Clone(n.sums)
				n.turn(len(sums), func(i int) int { return int(sums[i]) })
				n.log = n.log[:0]
			}
			if n.price() < n.least()-epsilon {
				n.best()
			}
		}
	}
	if n.inspect(); n.price() > n.least()+epsilon {
		n.restore(n.past[len(n.past)-1])
	}
}

// best remembers the network, or goes back to the best so far if it fails somewhere.
func (n *Net) best() {
	if n.alarmed() && n.price() > n.least()-epsilon {
		n.restore(n.past[len(n.past)-1])
		return
	}
	n.remember()
}

// maxPast is the number of networks that a search remembers.
const maxPast = 12

// remember notes the network as the best so far.
func (n *Net) remember() {
	if len(n.past) == maxPast {
		n.past = slices.Delete(n.past, 0, 1)
	}
	n.past = append(n.past, n.snapshot())
}

// least is the price of the best network so far.
func (n *Net) least() float64 { return n.past[len(n.past)-1].price }

// Back goes from the best network that the search has found to the one that was the best before; it reports false if there is none.
func (n *Net) Back() bool {
	if len(n.past) < 2 {
		return false
	}
	n.past = n.past[:len(n.past)-1]
	n.restore(n.past[len(n.past)-1])
	return true
}

// step makes a random change and factors. It takes both back if the network has become dearer, but for some if there is heat. It reports
// false if there is nothing to change.
func (n *Net) step(heat float64) bool {
	n.work += 10
	before, alarm := n.price(), n.alarm
	if len(n.sums) == 0 {
		return false
	}
	occurrences, terms, lits := n.occurrences.now(), n.terms.now(), n.lits.now()
	for ok := n.perturb(); ok && n.rng.below(4) == 0; {
		ok = n.perturb()
	}
	n.Factor()
	if n.alarm = 0; n.dear(before, heat) || n.alert() && n.dear(before, heat) {
		n.undo(0)
		n.drain()
		n.alarm = alarm
		n.occurrences.back(occurrences)
		n.terms.back(terms)
		n.lits.back(lits)
	}
	n.log = n.log[:0]
	return true
}

// dear tells whether the network is too much dearer than before.
func (n *Net) dear(before, heat float64) bool {
	return n.price() > before+epsilon && (heat == 0 || n.rng.float() >= math.Exp((before-n.price())/heat))
}

// drain empties the queue.
func (n *Net) drain() {
	for _, c := range n.table.hot {
		if d := n.table.get(c.key); d != nil {
			d.queued = false
		}
	}
	n.table.hot = n.table.hot[:0]
}

// snapshot is the definitions of a network, without users.
type snapshot struct {
	defs         []def
	price, alarm float64
}

func (n *Net) snapshot() snapshot {
	s := slices.Clone(n.defs)
	for i := range s {
		s[i].users = nil
	}
	return snapshot{s, n.price(), n.alarm}
}

// restore brings a snapshot back.
func (n *Net) restore(s snapshot) {
	n.bring(s)
	n.drain()
}

// bring brings a snapshot back, with all divisors in the queue.
func (n *Net) bring(s snapshot) {
	n.defs = slices.Clone(s.defs)
	n.cost, n.alarm = 0, s.alarm
	n.table.init()
	n.log = n.log[:0]
	for v := range n.defs {
		n.link(v, &n.defs[v]) // the levels are those of the snapshot
		n.cost += n.defs[v].cost
	}
	n.sums, n.free = n.sums[:0], n.free[:0]
	clear(n.byValue)
	for v := range n.defs {
		if n.defs[v].kind != dead {
			n.byValue[min(n.defs[v].val, negmod(n.defs[v].val))] = int32(v)
		}
		switch n.defs[v].kind {
		case sum:
			n.table.add(n, v)
			n.defs[v].place = int32(len(n.sums))
			n.sums = append(n.sums, int32(v))
		case dead:
			n.free = append(n.free, int32(v))
		}
	}
}
