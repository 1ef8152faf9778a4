package passes

import (
	"slices"
	"sort"

	"github.com/adgen-go/adgen/ir"
)

// unit is one step of a loop program: a value that is computed, a reduction that is
// accumulated, or a result or an equation of a recurrence that is stored.
type unit struct {
	id     int
	node   *ir.Node   // the value, nil for a store
	result int        // the result that is stored, else -1
	eq     *equation  // the equation that is stored, else nil
	body   *ir.Node   // what is accumulated or stored
	over   []*ir.Node // the indices that are reduced over
	conds  []*ir.Node // conditions on the accumulation
	where  []place    // scattered: elements other than those at the loop indices
	ctx    []*ir.Node // the indices of its loop nest, outermost first
	deps   []dep
	back   []back // what it needs from steps before
	users  []*unit
	refs   int       // references from other units
	guard  []literal // conditions that hold wherever the value is used

	level   int
	path    []*loop // the loops it stands in
	dims    []*ir.Node
	size    int // operations of its expression tree
	place   storage
	best    storage // of an argmax: the extreme value so far
	inline  bool    // stands within the expression of its only user
	joined  *unit   // the sum whose array it adds to
	negated bool    // subtracts there
	shared  bool    // is cleared with another part of the sum
	whole   *unit   // of a sum of joined parts: the first of them
	done    bool    // a store that its value's own storage makes needless
	single  bool    // a sum of which one term at most is not 0
	alone   bool    // a joined part to whose elements no other part adds
	scope   *scope
	others  *others  // for all factors of a product the product of the others
	total   *unit    // the product of all factors comes from there
	change  *unit    // the selection that this sum adds to its other operand
	put     *ir.Put  // of a store into a shared vector
	at      *ir.Node // the place there
}

// place says that an accumulation goes to the element at of index.
type place struct {
	index, at *ir.Node
}

// dep is a value that a unit needs. It is aligned in an index if it is needed just where the
// index stands; those in moved are looked up elsewhere.
type dep struct {
	unit   *unit
	moved  []*ir.Node
	behind *ir.Node // the index of the steps of a recurrence, where what is needed has been computed at steps before
}

func (d dep) aligned(i *ir.Node) bool {
	if q := d.unit.eq; q != nil {
		return !q.Pushes() && slices.Contains(q.At, i) && !slices.Contains(d.moved, i)
	}
	return d.unit.node.Depends(i) && !slices.Contains(d.moved, i) && !slices.Contains(d.unit.over, i) && !d.unit.scatters(i)
}

func (u *unit) scatters(i *ir.Node) bool {
	return slices.ContainsFunc(u.where, func(p place) bool { return p.index == i })
}

// isFree tells whether n costs nothing, so that it is computed anew wherever it is
// used: inputs, constants, indices, and what only compares or counts indices.
func isFree(n *ir.Node) bool {
	switch n.Kind {
	case ir.Reduce:
		return false
	case ir.Apply:
		return n.Prim.Operand == ir.Int || n.Is(ir.OpStopGradient) || n.Type == ir.Bool && freeCondition(n)
	}
	return true
}

// freeCondition tells whether the condition compares nothing but indices, or joins conditions.
func freeCondition(n *ir.Node) bool {
	return n.Prim.Operand == ir.Bool || n.Args[0].Type == ir.Int && n.Args[1].Type == ir.Int
}

// planner makes the units of a function.
type planner struct {
	f     *ir.Func
	g     *ir.Graph
	order *loopOrder
	uses  map[*ir.Node]int

	others   map[*ir.Node]*others  // products of all other factors
	products map[*ir.Node]*ir.Node // the product of all factors, to one of those
	of       map[*ir.Node]*unit
	units    []*unit
	wanted   []literal             // where results are wanted
	defined  map[*ir.Input][]*unit // the equations of an array
	aliases  map[*ir.Input]int     // arrays that are results
	places   []*recurPlace
}

// newUnits lists what has to be done for f's results, operands before users.
func newUnits(f *ir.Func) *planner {
	p := &planner{f: f, g: f.Graph, others: map[*ir.Node]*others{}, products: map[*ir.Node]*ir.Node{}, order: newLoopOrder(f), uses: map[*ir.Node]int{}, of: map[*ir.Node]*unit{},
		defined: map[*ir.Input][]*unit{}, aliases: map[*ir.Input]int{}}
	for _, r := range f.Roots() {
		p.uses[r]++
	}
	p.findRecurrences()
	nodes := p.findOthers(f.All())
	for _, n := range nodes {
		for _, a := range p.needs(n) {
			p.uses[a]++
		}
	}
	flat := p.flatten(nodes)
	for _, n := range nodes {
		if !isFree(n) && !flat[n] {
			p.add(&unit{node: n, result: -1})
		}
	}
	for i, r := range f.Results {
		if !p.alias(i, r) {
			p.stores(i, r.Value, r.Index, r.Where, nil)
		}
	}
	p.equations()
	p.connect()
	return p
}

// stores adds the stores of result i: one, or one for each of the elements that it is made of, as far as they are wanted.
func (p *planner) stores(i int, value *ir.Node, index []*ir.Node, wanted *ir.Node, where []place) {
	if wanted != nil && wanted.IsConst(0) {
		return
	}
	if value.Kind != ir.Pick {
		if p.f.Results[i].Puts != nil {
			p.puts(i, value, index, where)
			return
		}
		u := &unit{result: i, body: value, ctx: slices.Clone(index), where: where}
		if wanted != nil {
			u.guard = literals(wanted, true)
			p.wanted = union(p.wanted, u.guard)
		}
		p.add(u)
		return
	}
	at := value.Args[0]
	rest := slices.DeleteFunc(slices.Clone(index), func(x *ir.Node) bool { return x == at })
	for k, e := range value.Args[1:] {
		p.stores(i, e, rest, wantedAt(p.g, wanted, at, k), append(slices.Clone(where), place{at, p.g.Int(k)}))
	}
}

// wantedAt is the condition wanted where the index has the value k, nil if that holds.
func wantedAt(g *ir.Graph, wanted, index *ir.Node, k int) *ir.Node {
	if wanted == nil || !wanted.Depends(index) {
		return wanted
	}
	w := g.Rename(wanted, index, g.Int(k))
	if w.Kind == ir.Apply {
		w = g.Fold(w.Prim.Op, w.Args...)
	}
	if w.IsConst(1) {
		return nil
	}
	return w
}

func (p *planner) add(u *unit) {
	u.id = len(p.units)
	p.units = append(p.units, u)
	switch {
	case u.node == nil:
	case p.others[u.node] != nil:
		p.of[u.node] = u
		p.otherFactors(u)
	case u.node.Kind == ir.Reduce:
		p.of[u.node] = u
		p.reduction(u)
	default:
		p.of[u.node] = u
		u.ctx = slices.Clone(u.node.Free())
	}
	p.order.sort(u.ctx)
	p.stepsFirst(u)
}

// flatten finds the nodes that are part of the accumulation of the sum above them.
func (p *planner) flatten(nodes []*ir.Node) map[*ir.Node]bool {
	flat := map[*ir.Node]bool{}
	for _, n := range p.onlyPushed() {
		flat[n] = true
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		if n := nodes[i]; n.Kind == ir.Reduce && !flat[n] {
			parts, _ := p.accumulation(n)
			for _, m := range parts {
				flat[m] = true
			}
		}
	}
	return flat
}

// accumulation lists what stands between the reduction n and the term that it adds up: for a sum the selections with
// zero and the sums below it that are used nowhere else. An inner sum whose index has the name of another one in n stays apart.
func (p *planner) accumulation(n *ir.Node) (parts []*ir.Node, term *ir.Node) {
	term = n.Args[0]
	over := []*ir.Node{n.Bound[0]}
	for n.Red == ir.Sum && p.uses[term] == 1 {
		switch {
		case term.Is(ir.OpSelect) && term.Args[2].IsConst(0):
			parts, term = append(parts, term), term.Args[1]
		case term.Kind == ir.Reduce && term.Red == ir.Sum && !n.Depends(term.Bound[0]) && !slices.Contains(over, term.Bound[0]):
			over = append(over, term.Bound[0])
			parts, term = append(parts, term), term.Args[0]
		default:
			return parts, term
		}
	}
	return parts, term
}

// reduction plans the accumulation of a Reduce node.
func (p *planner) reduction(u *unit) {
	n := u.node
	u.over = []*ir.Node{n.Bound[0]}
	parts, term := p.accumulation(n)
	u.body = term
	for _, m := range parts {
		if m.Kind == ir.Reduce {
			u.over = append(u.over, m.Bound[0])
		} else {
			u.conds = append(u.conds, conditions(m.Args[0])...)
		}
	}
	if n.Red == ir.Sum {
		p.scatter(u)
		u.single = u.once()
	}
	add := func(list []*ir.Node) {
		for _, i := range list {
			if !slices.Contains(u.ctx, i) {
				u.ctx = append(u.ctx, i)
			}
		}
	}
	add(u.over)
	add(u.body.Free())
	for _, c := range u.conds {
		add(c.Free())
	}
	for _, w := range u.where {
		add(w.at.Free())
	}
	for _, i := range n.Free() {
		if !u.scatters(i) {
			add([]*ir.Node{i})
		}
	}
}

// conditions lists what a conjunction joins.
func conditions(c *ir.Node) []*ir.Node {
	if c.Is(ir.OpAnd) {
		return append(conditions(c.Args[0]), conditions(c.Args[1])...)
	}
	return []*ir.Node{c}
}

// scatter turns conditions [k = e], where k is an index of the result that the summand does not
// otherwise depend on, into the element that the summand is added to.
func (p *planner) scatter(u *unit) {
	for _, k := range u.node.Free() {
		if u.body.Depends(k) {
			continue
		}
		at, rest := p.solve(u.conds, k)
		if at == nil {
			continue
		}
		if in := p.f.InRange(at, k.Extent, rest...); !in.IsConst(1) {
			rest = append(rest, conditions(in)...)
		}
		u.conds = rest
		u.where = append(u.where, place{k, at})
	}
}

// once tells whether one term at most of the sum u goes to each element.
func (u *unit) once() bool {
	if len(u.where) == 0 {
		return len(u.over) == 1 && slices.ContainsFunc(u.conds, func(c *ir.Node) bool { return atOnce(c, u.over[0]) })
	}
	return all(u.over, func(i *ir.Node) bool { return slices.ContainsFunc(u.where, func(p place) bool { return p.at == i }) })
}

// atOnce tells whether the condition says that the index has a value that does not change.
func atOnce(c, index *ir.Node) bool {
	return c.Is(ir.OpEq) && (c.Args[0] == index && c.Args[1].Closed() || c.Args[1] == index && c.Args[0].Closed())
}

// solve finds e in a condition [k = e] such that nothing else mentions k.
func (p *planner) solve(conds []*ir.Node, k *ir.Node) (at *ir.Node, rest []*ir.Node) {
	for _, c := range conds {
		if !c.Depends(k) {
			rest = append(rest, c)
			continue
		}
		if at != nil || !c.Is(ir.OpEq) || c.Args[0].Type != ir.Int {
			return nil, nil
		}
		coef, e, ok := p.g.Linear(p.g.IntSub(c.Args[0], c.Args[1]), k)
		switch {
		case !ok || coef != 1 && coef != -1:
			return nil, nil
		case coef == 1:
			e = p.g.IntSub(p.g.Int(0), e)
		}
		at = e
	}
	return at, rest
}

// connect finds the units that each unit needs, by walking through what is free.
func (p *planner) connect() {
	for _, u := range p.units {
		if p.connectOthers(u) {
			continue
		}
		for _, n := range u.operands() {
			p.need(u, n)
		}
	}
	for _, u := range p.units {
		for _, d := range u.deps {
			d.unit.users = append(d.unit.users, u)
		}
	}
}

// operands lists the expressions that u evaluates in its loops.
func (u *unit) operands() []*ir.Node {
	switch {
	case u.total != nil:
		return nil
	case u.body == nil:
		return u.node.Args
	}
	list := append([]*ir.Node{u.body}, u.conds...)
	for _, w := range u.where {
		list = append(list, w.at)
	}
	if u.eq != nil {
		list = append(list, u.eq.Push...)
	}
	return list
}

func (p *planner) need(u *unit, n *ir.Node, moved ...*ir.Node) {
	type item struct {
		n     *ir.Node
		moved []*ir.Node
	}
	stack := []item{{n, moved}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v := p.of[top.n]; v != nil {
			v.refs++
			u.deps = append(u.deps, dep{unit: v, moved: top.moved})
			continue
		}
		if top.n.Kind == ir.Access && top.n.Input.Defined {
			p.needArray(u, top.n, top.moved)
		}
		if top.n.Kind == ir.At {
			stack = append(stack, item{top.n.Args[0], append(slices.Clone(top.moved), top.n.Bound...)})
			for _, a := range top.n.Args[1:] {
				stack = append(stack, item{a, top.moved})
			}
			continue
		}
		for _, a := range top.n.Args {
			stack = append(stack, item{a, top.moved})
		}
	}
}

// sortUnits puts the units into an order in which operands stand before users, otherwise as
// they were made.
func sortUnits(units []*unit) []*unit {
	sorted := true
	for _, u := range units {
		sorted = sorted && !slices.ContainsFunc(u.deps, func(d dep) bool { return d.unit.id > u.id })
	}
	if sorted {
		return units
	}
	waiting := make([]int, len(units))
	for _, u := range units {
		waiting[u.id] = len(u.deps)
	}
	var ready []*unit
	for _, u := range units {
		if waiting[u.id] == 0 {
			ready = append(ready, u)
		}
	}
	list := make([]*unit, 0, len(units))
	for len(ready) > 0 {
		u := ready[0]
		ready = ready[1:]
		list = append(list, u)
		for _, v := range u.users {
			waiting[v.id]--
			if waiting[v.id] == 0 {
				i := sort.Search(len(ready), func(i int) bool { return ready[i].id > v.id })
				ready = slices.Insert(ready, i, v)
			}
		}
	}
	for i, u := range list {
		u.id = i
	}
	return list
}
