package passes

import "github.com/adgen-go/adgen/ir"

// loop is a loop of the program that is being built.
type loop struct {
	index *ir.Node
	items []item
	local *ir.Local
	steps bool    // over the steps of a recurrence, in their order
	down  bool    // from the last value to the first
	spare bool    // over steps of which few are to be saved
	units []*unit // all that stand in it, at any depth
}

// item is a step of a block: a unit or a loop.
type item struct {
	unit *unit
	loop *loop
}

// scope is the block whose units are being put in order.
type scope struct {
	depth  int
	order  *loopOrder
	cycles map[*unit]*cycle

	stepwise map[*unit]bool // whose values are needed at later steps, nil if there are none
}

// next is the loop that u stands in within the scope, nil if it stands in the block itself.
func (s *scope) next(u *unit) *ir.Node {
	if len(u.ctx) == s.depth {
		return nil
	}
	return u.ctx[s.depth]
}

// fuse orders the units, whose loops down to depth are those of path, into blocks and
// loops. Units over the same index share a loop wherever no value is needed before the loop is
// complete: typed fusion (Kennedy & McKinley, Maximizing Loop Parallelism and Improving
// Data Locality via Loop Fusion and Distribution, 1993), greedily by levels. Within a level the
// plain statements come first, then the loops in loop order.
func fuse(units []*unit, path []*loop, order *loopOrder) []item {
	s := &scope{depth: len(path), order: order}
	for _, u := range units {
		u.scope = s
		u.path = path
	}
	s.findCycles(units)
	levels := s.early(units)
	s.late(units)
	return s.collect(units, path, levels)
}

// early gives every unit the first level that its operands allow, and counts the levels. A cycle has one
// level.
func (s *scope) early(units []*unit) int {
	levels := 1
	for again := true; again; {
		again = false
		for _, u := range units {
			was := u.level
			u.level = 0
			for _, d := range u.deps {
				if d.unit.scope == s {
					u.level = max(u.level, d.unit.level+s.distance(d, u))
				}
			}
			for _, b := range s.backs(u) {
				if c := s.cycles[u]; c == nil || c != s.cycles[b.unit] {
					u.level = max(u.level, b.unit.level+s.behind(b, u))
				}
			}
			if c := s.cycles[u]; c != nil {
				again = c.raise(u.level) || again
				u.level = c.level
			}
			again = again || s.stepwise != nil && u.level != was
			levels = max(levels, u.level+1)
		}
	}
	return levels
}

// distance is the number of levels that u must stand behind what it needs, 0 or 1.
func (s *scope) distance(d dep, u *unit) int {
	from, to := s.next(d.unit), s.next(u)
	switch {
	case from == to && (from == nil || d.aligned(from) || d.behind == from && s.cycles[d.unit].spares()):
		return 0
	case from == to:
		return 1
	case from == nil || to != nil && s.order.less(from, to):
		return 0
	}
	return 1
}

// late moves units that stand in a loop to the later level at which their first user shares the loop,
// where that saves storing the value. It must not make the unit's own operands be stored instead.
func (s *scope) late(units []*unit) {
	for i := len(units) - 1; i >= 0; i-- {
		u := units[i]
		if s.next(u) == nil || u.others != nil || u.total != nil || s.cycles[u] != nil || s.stepwise[u] {
			continue
		}
		latest, target := -1, -1
		for _, v := range u.users {
			if v.scope != s {
				continue
			}
			for _, d := range v.deps {
				if d.unit != u {
					continue
				}
				limit := v.level - s.distance(d, v)
				if latest < 0 || limit < latest {
					latest = limit
				}
				if s.next(v) == s.next(u) && limit == v.level && (target < 0 || limit < target) {
					target = limit
				}
			}
		}
		if target > u.level && target <= latest && s.follow(u, target) {
			u.level = target
		}
	}
}

// values is the number of indices over which u has values.
func (u *unit) values() int {
	if u.node == nil {
		return len(u.ctx)
	}
	return len(u.node.Free())
}

// follow tells whether all that u needs from its own loop can move to the level too, is stored anyway, or can be stored in the place of u, as what has fewer
// indices always can: of outer products of the steps of a recurrence the factors are kept.
func (s *scope) follow(u *unit, level int) bool {
	for _, d := range u.deps {
		v := d.unit
		if v.scope != s || s.next(v) != s.next(u) || s.distance(d, u) > 0 {
			continue
		}
		later := len(v.users) > 1
		for _, w := range v.users {
			if w != u && w.scope == s && w.level < level {
				later = false
			}
		}
		for _, w := range v.users { // kept in an array for a later loop in any case
			later = later || w != u && w.scope == s && w.level >= level
		}
		later = later || v.values() < u.values() && !s.cycles[v].spares()
		later = later || len(v.users) == 1 && (v.values() <= u.values() || s.follow(v, level))
		if !later {
			return false
		}
	}
	return true
}

// collect makes the items of the block from the levels.
func (s *scope) collect(units []*unit, path []*loop, levels int) []item {
	plain := make([][]item, levels)
	loops := make([][]*loop, levels)
	for _, u := range units {
		index := s.next(u)
		if index == nil {
			plain[u.level] = append(plain[u.level], item{unit: u})
			continue
		}
		var l *loop
		for _, m := range loops[u.level] {
			if m.index == index {
				l = m
			}
		}
		if l == nil {
			l = &loop{index: index}
			at := len(loops[u.level])
			for at > 0 && s.order.less(index, loops[u.level][at-1].index) {
				at--
			}
			loops[u.level] = append(loops[u.level], nil)
			copy(loops[u.level][at+1:], loops[u.level][at:])
			loops[u.level][at] = l
		}
		l.units = append(l.units, u)
		l.steps = l.steps || s.cycles[u].sequential()
		l.down = l.down || s.cycles[u].descends()
		l.spare = l.spare || s.cycles[u].spares()
	}
	var items []item
	for level := range levels {
		items = append(items, gather(plain[level])...)
		for _, l := range loops[level] {
			l.items = fuse(l.units, append(path[:len(path):len(path)], l), s.order)
			items = append(items, item{loop: l})
		}
	}
	return items
}
