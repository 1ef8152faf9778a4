package algebra

import "slices"

// change is a definition as it was.
type change struct {
	v   int32
	old def
}

// insert adds a variable.
func (n *Net) insert(d def) int {
	v := n.slot()
	n.log = append(n.log, change{int32(v), def{}})
	n.enter(v, d)
	return v
}

// slot is a variable that is not in use.
func (n *Net) slot() int {
	for len(n.free) > 0 {
		v := int(n.free[len(n.free)-1])
		n.free = n.free[:len(n.free)-1]
		if v >= n.given && n.defs[v].kind == dead {
			return v
		}
	}
	n.defs = append(n.defs, def{})
	return len(n.defs) - 1
}

// enter gives the dead variable v a definition.
func (n *Net) enter(v int, d def) {
	if d.kind == sum {
		d.dom = n.union(d.dom, n.domOf(d.terms))
		d.cost = n.sumCost(d.terms)
	}
	d.users = n.defs[v].users
	if d.scale == 0 {
		d.scale = 1
	}
	if d.kind != sum && d.val == 0 {
		d.val, d.over = random(2*uint64(v)+1), random(2*uint64(v)+2)
	}
	n.byValue[min(d.val, negmod(d.val))] = int32(v)
	n.defs[v] = d
	n.cost += d.cost
	n.link(v, &d)
	n.lift(v)
	if d.kind == sum {
		n.table.add(n, v)
		n.defs[v].place = int32(len(n.sums))
		n.sums = append(n.sums, int32(v))
	}
}

// lift gives v a level above those of the variables that it uses, and its users levels above that.
func (n *Net) lift(v int) {
	d := &n.defs[v]
	for _, t := range d.terms {
		for _, l := range t.Lits {
			d.level = max(d.level, n.defs[l.Index()].level+1)
		}
	}
	for _, a := range d.args {
		d.level = max(d.level, n.defs[a].level+1)
	}
	n.stack = append(n.stack[:0], int32(v))
	for len(n.stack) > 0 {
		d := &n.defs[n.stack[len(n.stack)-1]]
		n.stack = n.stack[:len(n.stack)-1]
		for _, u := range d.users {
			if n.defs[u].level <= d.level {
				n.defs[u].level = d.level + 1
				n.stack = append(n.stack, u)
			}
		}
	}
}

// link enters v with the variables that it uses.
func (n *Net) link(v int, d *def) {
	for _, t := range d.terms {
		for _, l := range t.Lits {
			n.defs[l.Index()].users = append(n.defs[l.Index()].users, int32(v))
		}
	}
	for _, a := range d.args {
		n.defs[a].users = append(n.defs[a].users, int32(v))
	}
}

// leave takes the definition of v away; its users stay.
func (n *Net) leave(v int) {
	d := &n.defs[v]
	if d.kind == sum {
		n.table.remove(n, v)
		last := n.sums[len(n.sums)-1]
		n.sums[d.place] = last
		n.defs[last].place = d.place
		n.sums = n.sums[:len(n.sums)-1]
	}
	n.cost -= d.cost
	n.forget(v)
	drop := func(u int) {
		list := n.defs[u].users
		for i := len(list) - 1; i >= 0; i-- {
			if list[i] == int32(v) {
				list[i] = list[len(list)-1]
				n.defs[u].users = list[:len(list)-1]
				return
			}
		}
	}
	for _, t := range d.terms {
		for _, l := range t.Lits {
			drop(l.Index())
		}
	}
	for _, a := range d.args {
		drop(int(a))
	}
	n.defs[v] = def{users: d.users}
}

// forget says that v is not known by its value any more.
func (n *Net) forget(v int) {
	if c := min(n.defs[v].val, negmod(n.defs[v].val)); n.byValue[c] == int32(v) {
		delete(n.byValue, c)
	}
}

// set changes the definition of v to a sum, and takes away what is not used any more.
func (n *Net) set(v int, terms []Term) {
	old := n.defs[v]
	terms = n.normal(terms)
	n.replace(v, def{kind: sum, terms: terms, divisors: n.inherited(&old, terms), keep: old.keep, not0: old.not0, dom: old.dom, val: old.val, over: old.over, scale: old.scale})
	n.sweep(old)
}

// replace changes the definition of v.
func (n *Net) replace(v int, d def) {
	n.log = append(n.log, change{int32(v), n.defs[v]})
	n.leave(v)
	n.enter(v, d)
}

// sweep takes away the variables that old used, where nobody uses them any more.
func (n *Net) sweep(old def) {
	for _, t := range old.terms {
		for _, l := range t.Lits {
			n.release(l.Index())
		}
	}
	for _, a := range old.args {
		n.release(int(a))
	}
}

func (n *Net) release(v int) {
	d := n.defs[v]
	if len(d.users) > 0 || d.keep || d.kind == dead || d.kind == atom {
		return
	}
	n.log = append(n.log, change{int32(v), d})
	n.leave(v)
	n.free = append(n.free, int32(v))
	n.sweep(d)
}

// undo takes back all changes since the log had so many entries.
func (n *Net) undo(mark int) {
	for i := len(n.log) - 1; i >= mark; i-- {
		c := n.log[i]
		if n.defs[c.v].kind != dead {
			n.leave(int(c.v))
		}
		if c.old.kind != dead {
			n.enter(int(c.v), c.old)
		} else {
			n.free = append(n.free, c.v)
		}
	}
	n.log = n.log[:mark]
}

// substitute puts ±w in the place of v in all sums that use it, and w in all calls if it is not negative.
func (n *Net) substitute(v, w int, negative bool) {
	for _, u := range slices.Clone(n.defs[v].users) {
		d := n.defs[u]
		switch d.kind {
		case sum:
			if !uses(d.terms, v) {
				continue // already done, as it used v more than once
			}
			terms := make([]Term, len(d.terms))
			for i, t := range d.terms {
				terms[i] = n.renamed(t, v, w, negative)
			}
			n.set(int(u), terms)
		case call:
			if negative || !slices.Contains(d.args, int32(v)) {
				continue
			}
			args := slices.Clone(d.args)
			for i, a := range args {
				if int(a) == v {
					args[i] = int32(w)
				}
			}
			d.args, d.users = args, nil
			n.replace(int(u), d)
			n.release(v)
		}
	}
}

// renamed is t with ±w for v, as far as that stands for it.
func (n *Net) renamed(t Term, v, w int, negative bool) Term {
	for _, l := range t.Lits {
		if l.Index() == v && !n.stands(l, w, negative) {
			return t
		}
	}
	return t.with(v, w, negative)
}
