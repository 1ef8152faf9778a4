package ir

import (
	"math"
	"math/bits"
	"slices"
	"sort"
)

// Graph owns the nodes of one function and makes each of them once.
type Graph struct {
	prims []Prim
	nodes []*Node
	table []*Node // by hash, a power of two of buckets
	names map[*Node]string
	where map[*Node]Place
	fresh int

	proving int // work that is left for proofs
}

// NewGraph returns an empty graph, whose table of primitives goes on with own, from FirstOwn.
func NewGraph(own ...Prim) *Graph {
	g := &Graph{prims: primitives[:], table: make([]*Node, 256), names: map[*Node]string{}, where: map[*Node]Place{}, proving: maxGraphWork}
	if len(own) > 0 {
		g.prims = slices.Concat(primitives[:], own)
		for i := range own {
			g.prims[int(FirstOwn)+i].Op = FirstOwn + Op(i)
		}
	}
	return g
}

// Prim is the row of op.
func (g *Graph) Prim(op Op) *Prim { return &g.prims[op] }

// Own lists the primitives that the source of the graph declares.
func (g *Graph) Own() []Prim { return g.prims[FirstOwn:] }

// Implement gives those of the graph's own primitives a way to be evaluated that have none.
func (g *Graph) Implement(eval func(p Prim) func(x []float64) float64) {
	for i := int(FirstOwn); i < len(g.prims); i++ {
		if g.prims[i].Eval == nil {
			g.prims[i].Eval = eval(g.prims[i])
		}
	}
}

// Len is the number of nodes; IDs are below it.
func (g *Graph) Len() int { return len(g.nodes) }

// Node is the node with the given ID.
func (g *Graph) Node(id int) *Node { return g.nodes[id] }

// SetName gives n the name that the user gave it. The first name stays. What has one and takes a reduction to
// compute is looked up, not computed anew, where it is needed at another index.
func (g *Graph) SetName(n *Node, name string) {
	if _, ok := g.names[n]; !ok && n.Kind != Const && n.Kind != Access {
		g.names[n] = name
	}
}

// NameOf is the user's name of n, or "".
func (g *Graph) NameOf(n *Node) string { return g.names[n] }

// SetPlace notes where in the source n stands, for what errors may point at. The first place stays.
func (g *Graph) SetPlace(n *Node, p Place) {
	if _, ok := g.where[n]; !ok {
		g.where[n] = p
	}
}

// PlaceOf is where n stands, if that was noted.
func (g *Graph) PlaceOf(n *Node) Place { return g.where[n] }

// intern returns the node of g that equals n, which it adds if there is none.
// The operands of a commutative primitive compare as a set; the first spelling stays.
func (g *Graph) intern(n Node) *Node {
	n.hash = n.digest()
	for m := g.table[g.bucket(n.hash)]; m != nil; m = m.next {
		if m.hash == n.hash && m.equal(&n) {
			return m
		}
	}
	return g.add(n)
}

// bucket is the place of a hash in the table.
func (g *Graph) bucket(hash uint64) uint64 { return hash & uint64(len(g.table)-1) }

// add makes n a node of g.
func (g *Graph) add(n Node) *Node {
	p := &n
	p.ID = len(g.nodes)
	if n.Kind == Index {
		p.free = []*Node{p}
	} else {
		p.free = freeOf(p)
	}
	g.nodes = append(g.nodes, p)
	if len(g.nodes) > len(g.table) {
		g.table = make([]*Node, 2*len(g.table))
		for _, m := range g.nodes {
			g.chain(m)
		}
	} else {
		g.chain(p)
	}
	return p
}

// chain puts p at the head of its bucket.
func (g *Graph) chain(p *Node) {
	head := &g.table[g.bucket(p.hash)]
	p.next, *head = *head, p
}

// digest mixes everything that identifies a node.
func (n *Node) digest() uint64 {
	h := uint64(14695981039346656037)
	mix := func(v uint64) {
		h ^= v
		h *= 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	mix(uint64(n.Kind)<<16 | uint64(n.Type)<<8 | uint64(n.Red))
	mix(math.Float64bits(n.Value))
	mix(uint64(int64(n.Slot)))
	for i := 0; i < len(n.Name); i++ {
		mix(uint64(n.Name[i]))
	}
	if n.Extent != nil {
		mix(uint64(n.Extent.ID))
	}
	if n.Input != nil {
		for i := 0; i < len(n.Input.Name); i++ {
			mix(uint64(n.Input.Name[i]))
		}
	}
	if n.commutes() {
		a, b := n.Args[0].ID, n.Args[1].ID
		mix(uint64(n.Prim.Op))
		mix(uint64(min(a, b)))
		mix(uint64(max(a, b)))
		return h
	}
	if n.Prim != nil {
		mix(uint64(n.Prim.Op))
	}
	for _, c := range n.Coef {
		mix(uint64(c))
	}
	for _, b := range n.Bound {
		mix(uint64(b.ID))
	}
	for _, a := range n.Args {
		mix(uint64(a.ID))
	}
	return h
}

func (n *Node) commutes() bool {
	return n.Kind == Apply && n.Prim.Commutes && len(n.Args) == 2
}

func (n *Node) equal(m *Node) bool {
	if n.Kind != m.Kind || n.Type != m.Type || n.Red != m.Red || n.Slot != m.Slot ||
		math.Float64bits(n.Value) != math.Float64bits(m.Value) || n.Name != m.Name ||
		n.Extent != m.Extent || n.Input != m.Input || n.Prim != m.Prim {
		return false
	}
	if !slices.Equal(n.Coef, m.Coef) || !slices.Equal(n.Bound, m.Bound) {
		return false
	}
	if slices.Equal(n.Args, m.Args) {
		return true
	}
	return n.commutes() && n.Args[0] == m.Args[1] && n.Args[1] == m.Args[0]
}

// freeOf unites the free indices of the operands and takes away what n binds.
func freeOf(n *Node) []*Node {
	var free []*Node
	for i, a := range n.Args {
		for _, f := range a.free {
			bound := i == 0 && slices.Contains(n.Bound, f)
			if !bound && !slices.Contains(free, f) {
				free = append(free, f)
			}
		}
	}
	// One operand's set is shared rather than copied where it is the whole.
	for _, a := range n.Args {
		if len(a.free) == len(free) && len(n.Bound) == 0 {
			return a.free
		}
	}
	sort.Slice(free, func(i, j int) bool { return free[i].ID < free[j].ID })
	return free
}

// Const is the real constant v.
func (g *Graph) Const(v float64) *Node { return g.intern(Node{Kind: Const, Value: v}) }

// Bool is the condition that always or never holds.
func (g *Graph) Bool(b bool) *Node {
	n := Node{Kind: Const, Type: Bool}
	if b {
		n.Value = 1
	}
	return g.intern(n)
}

// Size is the size called name, an Int.
func (g *Graph) Size(name string) *Node { return g.intern(Node{Kind: Size, Type: Int, Name: name}) }

// NewIndex returns an index variable over 0..extent that is in use nowhere yet.
func (g *Graph) NewIndex(extent *Node) *Node {
	g.fresh++
	return g.Index(extent, -g.fresh)
}

// Index is the index variable over 0..extent with the given slot. Bound indices
// have the smallest slot from 0 that is not free in the node that binds them,
// which is what makes terms equal that differ in the names of bound indices.
func (g *Graph) Index(extent *Node, slot int) *Node {
	return g.intern(Node{Kind: Index, Type: Int, Extent: extent, Slot: slot})
}

// Access is the element of in at the given Int subscripts. Behind those of an array that a recurrence defines may stand the steps at which it is read.
func (g *Graph) Access(in *Input, index ...*Node) *Node {
	rank := len(in.Dims)
	if len(index) < rank || len(index) > rank && !in.Defined {
		panic("ir: " + in.Name + " accessed with the wrong number of subscripts")
	}
	if !slices.ContainsFunc(index[rank:], func(step *Node) bool { return step.Kind != Const }) {
		index = index[:rank]
	}
	return g.intern(Node{Kind: Access, Type: in.Type, Input: in, Args: index})
}

// AtStep is the element of in at the subscripts, read at the given steps, which are along the dimensions dims of in. Where the subscripts do not
// lead to it from the steps by themselves, as those of h[t−1] do, the access has the steps too: x[j], read at the step i, where j < i, belongs to that step and
// to no other, so that what is made of it is computed there, also where the same is asked for elsewhere.
func (g *Graph) AtStep(in *Input, subscripts []*Node, dims []int, steps []*Node) *Node {
	for k, d := range dims {
		coef, rest, ok := g.Linear(subscripts[d], steps[k])
		near := ok && coef == 1 && rest.Kind == Const
		if !near && g.GivenBy(subscripts[d], steps[k]) == nil && !(subscripts[d].Kind == Access && subscripts[d].Depends(steps[k])) {
			return g.Access(in, slices.Concat(subscripts, steps)...)
		}
	}
	return g.Access(in, subscripts...)
}

// Subscripts is those of an Access, without the steps at which it reads.
func (n *Node) Subscripts() []*Node { return n.Args[:len(n.Input.Dims)] }

// Apply is the primitive op of args, exactly as written: nothing is folded.
func (g *Graph) Apply(op Op, args ...*Node) *Node {
	p := &g.prims[op]
	if len(args) != p.Arity {
		panic("ir: " + p.Name + " applied to the wrong number of operands")
	}
	return g.intern(Node{Kind: Apply, Type: p.Result, Prim: p, Args: args})
}

// Reduce is red over index of body. The bound index is renamed to its canonical slot.
func (g *Graph) Reduce(red Reduction, index, body *Node) *Node {
	slot := g.canonical(index, func(i *Node) bool { return i != index && body.Depends(i) })
	if slot != index {
		body = g.Rename(body, index, slot)
	}
	t := Real
	if red == ArgMax || red == ArgMin {
		t = Int
	}
	return g.intern(Node{Kind: Reduce, Type: t, Red: red, Bound: []*Node{slot}, Args: []*Node{body}})
}

// Pick is the array of the elements over index, which has as many values.
func (g *Graph) Pick(index *Node, elements []*Node) *Node {
	return g.intern(Node{Kind: Pick, Type: elements[0].Type, Args: append([]*Node{index}, elements...)})
}

// canonical is the index over index's extent with the smallest slot that is not taken.
func (g *Graph) canonical(index *Node, taken func(*Node) bool) *Node {
	for slot := 0; ; slot++ {
		if i := g.Index(index.Extent, slot); !taken(i) {
			return i
		}
	}
}

// Canonical gives one index for each extent, with the smallest slots: the indices of
// a result of that shape.
func (g *Graph) Canonical(extents []*Node) []*Node {
	index := make([]*Node, len(extents))
	for i, e := range extents {
		index[i] = g.canonical(&Node{Extent: e}, func(n *Node) bool { return slices.Contains(index[:i], n) })
	}
	return index
}

// Reachable lists the nodes that roots depend on, themselves included, in
// order of ID, so that operands stand before their users. Nil roots are skipped.
func Reachable(roots ...*Node) []*Node {
	top := -1
	for _, r := range roots {
		if r != nil {
			top = max(top, r.ID)
		}
	}
	var all []*Node
	seen := make([]uint64, top/64+1) // a bit for each ID
	push := func(n *Node) {
		if bit := uint64(1) << (n.ID % 64); seen[n.ID/64]&bit == 0 {
			seen[n.ID/64] |= bit
			all = append(all, n)
		}
	}
	for _, r := range roots {
		if r != nil {
			push(r)
		}
	}
	for i := 0; i < len(all); i++ {
		for _, a := range all[i].Args {
			push(a)
		}
	}
	return inOrder(all, seen)
}

// inOrder sorts nodes by ID: the place of each is the number of those seen below it.
func inOrder(all []*Node, seen []uint64) []*Node {
	below := make([]int, len(seen))
	count := 0
	for i, word := range seen {
		below[i] = count
		count += bits.OnesCount64(word)
	}
	sorted := make([]*Node, len(all))
	for _, n := range all {
		sorted[below[n.ID/64]+bits.OnesCount64(seen[n.ID/64]&(1<<(n.ID%64)-1))] = n
	}
	return sorted
}
