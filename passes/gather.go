package passes

import "github.com/adgen-go/adgen/ir"

// gather puts the plain statements of a block into an order in which those under the same condition on data stand together, so that they share a
// branch: what is under none as early as may be, then all under one condition that can be computed, and so on.
func gather(list []item) []item {
	keys := make([]*ir.Node, len(list))
	conditional := false
	waits := map[*unit]bool{}
	for i, it := range list {
		keys[i] = it.unit.branch()
		conditional = conditional || keys[i] != nil
		waits[it.unit] = true
	}
	if !conditional {
		return list
	}
	ordered := make([]item, 0, len(list))
	take := func(key *ir.Node) {
		for i, it := range list {
			if waits[it.unit] && keys[i] == key && it.unit.ripe(waits) {
				delete(waits, it.unit)
				ordered = append(ordered, it)
			}
		}
	}
	for len(waits) > 0 {
		take(nil)
		for i, it := range list {
			if waits[it.unit] && it.unit.ripe(waits) {
				take(keys[i])
				break
			}
		}
	}
	return ordered
}

// ripe tells whether u needs none of the units that wait.
func (u *unit) ripe(waits map[*unit]bool) bool {
	for _, d := range u.deps {
		if d.unit != u && waits[d.unit] {
			return false
		}
	}
	return true
}

// branch is the condition on data that u stands under, or selects by, nil if there is none.
func (u *unit) branch() *ir.Node {
	guard := u.guard
	if u.node != nil && u.node.Is(ir.OpSelect) {
		guard = union(guard, literals(u.node.Args[0], true))
	}
	for _, l := range guard {
		if !ir.Static(l.cond) {
			return l.cond
		}
	}
	return nil
}
