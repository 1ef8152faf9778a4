package ir

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Rename replaces the index from, where it is free in n, by the Int node to, and
// pushes the replacement down to the accesses: reductions that depend on from are
// written anew. Bound indices are renamed where they would capture.
func (g *Graph) Rename(n, from, to *Node) *Node {
	return g.Subst(n, []*Node{from}, []*Node{to})
}

// Subst replaces the indices from, all at once, as Rename does for one.
func (g *Graph) Subst(n *Node, from, to []*Node) *Node {
	s := &substitution{g: g, memo: map[string]map[*Node]*Node{}}
	return s.apply(n, newBindings(from, to))
}

// At is the value of n where the indices from have the values to. Replacements by
// another index or by a constant are pushed down as Subst does. Others stop at
// reductions, which become At nodes: their values are computed once, for
// every index, and then looked up.
func (g *Graph) At(n *Node, from, to []*Node) *Node {
	s := &substitution{g: g, memo: map[string]map[*Node]*Node{}, lookup: true}
	return s.apply(n, newBindings(from, to))
}

// bindings is a simultaneous substitution, in order of the replaced indices' IDs.
type bindings struct {
	from, to []*Node
}

func newBindings(from, to []*Node) bindings {
	var b bindings
	for i, f := range from {
		if f != to[i] {
			b.from = append(b.from, f)
			b.to = append(b.to, to[i])
		}
	}
	sort.Sort(byIndex(b))
	return b
}

type byIndex bindings

func (b byIndex) Len() int           { return len(b.from) }
func (b byIndex) Less(i, j int) bool { return b.from[i].ID < b.from[j].ID }
func (b byIndex) Swap(i, j int) {
	b.from[i], b.from[j] = b.from[j], b.from[i]
	b.to[i], b.to[j] = b.to[j], b.to[i]
}

func (b bindings) key() string {
	var s strings.Builder
	for i := range b.from {
		fmt.Fprintf(&s, "%d>%d ", b.from[i].ID, b.to[i].ID)
	}
	return s.String()
}

// within keeps the bindings of indices that are free in n and not in except.
func (b bindings) within(n *Node, except []*Node) bindings {
	var r bindings
	for i, f := range b.from {
		if n.Depends(f) && !slices.Contains(except, f) {
			r.from = append(r.from, f)
			r.to = append(r.to, b.to[i])
		}
	}
	return r
}

func (b bindings) touches(n *Node) bool {
	return slices.ContainsFunc(b.from, n.Depends)
}

// captures tells whether a replacement mentions index.
func (b bindings) captures(index *Node) bool {
	return slices.ContainsFunc(b.to, func(t *Node) bool { return t.Depends(index) })
}

type substitution struct {
	g      *Graph
	lookup bool // stop at reductions with At nodes
	memo   map[string]map[*Node]*Node
}

// apply substitutes in n. It walks operands by a stack of its own, and
// recurses only where a reduction binds an index.
func (s *substitution) apply(n *Node, b bindings) *Node {
	if !b.touches(n) {
		return n
	}
	key := b.key()
	done := s.memo[key]
	if done == nil {
		done = map[*Node]*Node{}
		s.memo[key] = done
	}
	stack := []*Node{n}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if done[top] != nil {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		if top.Kind != Reduce && top.Kind != At {
			for _, a := range top.Args {
				if b.touches(a) && done[a] == nil {
					stack = append(stack, a)
					ready = false
				}
			}
		}
		if s.lookup && s.g.NameOf(top) != "" {
			ready = ready || !b.within(top, nil).trivial() && b.costly(top)
		}
		if ready {
			done[top] = s.node(top, b, done)
			if name := s.g.NameOf(top); name != "" {
				s.g.SetName(done[top], name)
			}
			if at, ok := s.g.where[top]; ok {
				s.g.SetPlace(done[top], at)
			}
			stack = stack[:len(stack)-1]
		}
	}
	return done[n]
}

func (s *substitution) node(n *Node, b bindings, done map[*Node]*Node) *Node {
	if s.lookup && s.g.NameOf(n) != "" && n.Kind == Apply {
		if own := b.within(n, nil); !own.trivial() && own.costly(n) {
			return s.g.lookup(n, own)
		}
	}
	switch n.Kind {
	case Index:
		return b.to[slices.Index(b.from, n)]
	case Reduce:
		return s.reduce(n, b)
	case At:
		return s.at(n, b)
	}
	args := make([]*Node, len(n.Args))
	for i, a := range n.Args {
		args[i] = a
		if b.touches(a) {
			args[i] = done[a]
		}
	}
	return s.g.With(n, args)
}

func (s *substitution) reduce(n *Node, b bindings) *Node {
	b = b.within(n, nil)
	if s.lookup && !b.trivial() {
		return s.g.lookup(n, b)
	}
	index := n.Bound[0]
	if !b.captures(index) {
		return s.g.Reduce(n.Red, index, s.apply(n.Args[0], b))
	}
	fresh := s.g.NewIndex(index.Extent)
	b = newBindings(append(slices.Clone(b.from), index), append(slices.Clone(b.to), fresh))
	return s.g.Reduce(n.Red, fresh, s.apply(n.Args[0], b))
}

// at composes the substitution with the one that n stands for.
func (s *substitution) at(n *Node, b bindings) *Node {
	inner := b.within(n.Args[0], n.Bound)
	for i, f := range n.Bound {
		inner.from = append(inner.from, f)
		inner.to = append(inner.to, s.apply(n.Args[i+1], b))
	}
	return s.g.relook(n.Args[0], inner)
}

// trivial tells whether the bindings only rename indices or set them to constants.
func (b bindings) trivial() bool {
	for _, t := range b.to {
		if t.Kind != Index && t.Kind != Const {
			return false
		}
	}
	return true
}

// costly tells whether n contains a reduction that depends on a replaced index.
func (b bindings) costly(n *Node) bool {
	seen := map[*Node]bool{}
	stack := []*Node{n}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[top] || !b.touches(top) {
			continue
		}
		seen[top] = true
		if top.Kind == Reduce || top.Kind == At {
			return true
		}
		stack = append(stack, top.Args...)
	}
	return false
}

// lookup makes the At node of n: renamings are carried
// out, the other bindings stay, with canonical names.
func (g *Graph) lookup(n *Node, b bindings) *Node {
	var easy, hard bindings
	for i, t := range b.to {
		if t.Kind == Const {
			easy.from, easy.to = append(easy.from, b.from[i]), append(easy.to, t)
		} else {
			hard.from, hard.to = append(hard.from, b.from[i]), append(hard.to, t)
		}
	}
	// An index that is only renamed stays free in the body under its new name, so what is
	// looked up must first move out of its way.
	for i, f := range hard.from {
		fresh := g.NewIndex(f.Extent)
		easy.from, easy.to = append(easy.from, f), append(easy.to, fresh)
		hard.from[i] = fresh
	}
	for i := 0; i < len(hard.to); i++ {
		if hard.to[i].Kind == Index {
			j := slices.Index(easy.to, hard.from[i])
			easy.to[j] = hard.to[i]
			hard.from = slices.Delete(hard.from, i, i+1)
			hard.to = slices.Delete(hard.to, i, i+1)
			i--
		}
	}
	body := g.Subst(n, easy.from, easy.to)
	return g.at(body, hard.from, hard.to)
}

// Lookup is the value of n where the indices from have the values to, as At has it, but that it is read where it is computed once, also where indices are only
// renamed. The node keeps the names of n. Substitution, of which the node is not meant to be part any more, carries renamings out.
func (g *Graph) Lookup(n *Node, from, to []*Node) *Node {
	b := newBindings(from, to)
	if len(b.from) == 0 {
		return n
	}
	return g.intern(Node{Kind: At, Type: n.Type, Bound: b.from, Args: append([]*Node{n}, b.to...)})
}

// at interns the At node with canonical names for the indices that it binds.
func (g *Graph) at(body *Node, bound, args []*Node) *Node {
	names := make([]*Node, len(bound))
	for i, b := range bound {
		names[i] = g.canonical(b, func(c *Node) bool {
			return slices.Contains(names[:i], c) || body.Depends(c) && !slices.Contains(bound, c)
		})
	}
	body = g.Subst(body, bound, names)
	return g.intern(Node{Kind: At, Type: body.Type, Bound: names, Args: append([]*Node{body}, args...)})
}

// With is n with other operands. A Reduce or At node keeps its bound indices, so that
// the body must still be written in them.
func (g *Graph) With(n *Node, args []*Node) *Node {
	if slices.Equal(n.Args, args) {
		return n
	}
	switch n.Kind {
	case Affine:
		sum := g.Int(int(n.Value))
		for i, a := range args {
			sum = g.IntAdd(sum, g.IntMul(g.Int(n.Coef[i]), a))
		}
		return sum
	case Access:
		return g.Access(n.Input, args...)
	case Apply:
		switch n.Prim.Op {
		case OpIntMul:
			return g.IntMul(args[0], args[1])
		case OpIntDiv:
			return g.IntDiv(args[0], args[1])
		}
		return g.decided(n.Prim, args)
	case Reduce:
		return g.Reduce(n.Red, n.Bound[0], args[0])
	case Pick:
		if args[0].Kind == Const {
			return args[1+int(args[0].Value)]
		}
		return g.Pick(args[0], args[1:])
	case At:
		return g.relook(args[0], bindings{n.Bound, args[1:]})
	}
	return n
}

// decided applies p. A comparison of Ints that differ by a constant is decided, and with it a choice.
func (g *Graph) decided(p *Prim, args []*Node) *Node {
	switch {
	case p.Result == Bool && args[0].Type == Int && args[1].Type == Int:
		if d := g.IntSub(args[0], args[1]); d.Kind == Const {
			return g.Bool(p.Eval([]float64{d.Value, 0}) != 0)
		}
	case p.Op == OpSelect:
		if c := args[0]; c.Kind == Const {
			return args[2-int(c.Value)]
		}
	case p.Op == OpNot && args[0].Kind == Const:
		return g.Not(args[0])
	case p.Op == OpAnd && (args[0].Kind == Const || args[1].Kind == Const):
		return g.And(args[0], args[1])
	case p.Op == OpOr && (args[0].Kind == Const || args[1].Kind == Const):
		return g.Or(args[0], args[1])
	}
	return g.Apply(p.Op, args...)
}

// Replace rewrites the nodes with other nodes for some of those that they depend on: change gives what stands for a node, whose
// operands, rewritten, are args, or nil where nothing does but With.
func (g *Graph) Replace(roots []*Node, change func(n *Node, args []*Node) *Node) []*Node {
	done := map[*Node]*Node{}
	for _, n := range Reachable(roots...) {
		args := make([]*Node, len(n.Args))
		for i, a := range n.Args {
			args[i] = done[a]
		}
		if done[n] = change(n, args); done[n] == nil {
			done[n] = g.With(n, args)
		}
		if name := g.NameOf(n); name != "" {
			g.SetName(done[n], name)
		}
		if at, ok := g.where[n]; ok {
			g.SetPlace(done[n], at)
		}
	}
	list := make([]*Node, len(roots))
	for i, r := range roots {
		list[i] = done[r]
	}
	return list
}

// relook is body with the bindings of an At node, which stays one unless nothing of it is worth storing.
func (g *Graph) relook(body *Node, b bindings) *Node {
	b = newBindings(b.from, b.to).within(body, nil)
	if b.trivial() || !b.costly(body) || body.Kind == At {
		return g.At(body, b.from, b.to)
	}
	return g.lookup(body, b)
}
