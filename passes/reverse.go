package passes

import (
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Gradient is f with the derivatives of its single scalar result with respect to all
// parameters, or those of f.By, by one reverse sweep (Griewank & Walther, Evaluating Derivatives, 3.2). Its
// results are f's and one per parameter, of the parameter's shape, named d and the
// parameter's name. Nothing is simplified beyond what the ir constructors fold.
func Gradient(f *ir.Func) (*ir.Func, error) {
	if !f.IsNumber() {
		return nil, refuse("ask for jacobian, jvp or vjp, or for gauss_newton of residuals", "%s has %s, and only what is one number has a gradient or a Hessian", f.Name, shapeOf(f))
	}
	d := f.Derived()
	d.Way = "reverse"
	adjoints := pullback(d, []*ir.Node{f.Graph.Const(1)}, nil)
	d.Results = append(d.Results, adjoints...)
	return d, nil
}

// VJP is f with the product of cotangents and the Jacobian: for every result there is
// a further input, the cotangent c of the result's name and shape, and for every
// parameter a further result as Gradient has it, Σ c·∂result/∂parameter.
func VJP(f *ir.Func) (*ir.Func, error) {
	d := f.Derived()
	d.Way = "reverse"
	var seeds []*ir.Node
	for _, r := range f.Results {
		in := &ir.Input{Name: "c" + r.Name}
		for _, i := range r.Index {
			in.Dims = append(in.Dims, i.Extent)
		}
		d.Inputs = append(d.Inputs, in)
		seeds = append(seeds, f.Graph.Access(in, r.Index...))
	}
	adjoints := pullback(d, seeds, nil)
	d.Results = append(d.Results, adjoints...)
	return d, nil
}

// shapeOf says in words what f results in.
func shapeOf(f *ir.Func) string {
	if len(f.Results) != 1 {
		return fmt.Sprintf("%d results", len(f.Results))
	}
	return fmt.Sprintf("an array of %s as its result", ir.Counted(len(f.Results[0].Index), "dimension", "dimensions"))
}

// adjoint is a contribution to, or the whole of, the adjoint of a node: value where guard
// holds, elsewhere 0. The guard stays apart until the value is complete, so that a partial
// derivative that is infinite in a branch not taken is never multiplied by zero.
type adjoint struct {
	guard, value *ir.Node
}

// reverse is one reverse sweep.
type reverse struct {
	f      *ir.Func
	g      *ir.Graph
	open   []*ir.Node // indices of the seeds that stay open in all adjoints
	active map[*ir.Node]bool
	parts  map[*ir.Node][]adjoint
	sites  map[*ir.Input][]site
	arrays map[*ir.Input]*ir.Input // the adjoints of the arrays that recurrences define
	stored map[*ir.Node]stored
	order  []*ir.Node        // the nodes of f, operands before users
	tame   map[*ir.Node]bool // of them, nil while nobody has asked
}

// site is a use of a parameter, or of an array that a recurrence defines, with the adjoint that arrives there.
type site struct {
	access *ir.Node
	adjoint
}

// pullback propagates the seeds, adjoints of f's results, to the parameters. The seeds may depend on further
// indices, which are open: the adjoints depend on them too. The adjoints of f's recurrences are recurrences that run the other way, and are
// added to those of f.
func pullback(f *ir.Func, seeds, open []*ir.Node) []ir.Result {
	r := backward(f, seeds, open)
	var results []ir.Result
	for _, p := range f.Independents() {
		results = append(results, r.collect(p))
	}
	return results
}

// backward propagates the seeds, adjoints of f's results, to the uses of parameters, as pullback has it.
func backward(f *ir.Func, seeds, open []*ir.Node) *reverse {
	r := &reverse{f: f, g: f.Graph, open: open, parts: map[*ir.Node][]adjoint{}, sites: map[*ir.Input][]site{}, arrays: map[*ir.Input]*ir.Input{}, stored: map[*ir.Node]stored{}}
	recurs := f.Needed()
	order := ir.Reachable(f.Roots()...)
	r.order = order
	var defined map[*ir.Input]bool
	r.active, defined = activity(f, order, recurs)
	for i, seed := range seeds {
		r.add(f.Results[i].Value, f.Results[i].Index, whole(r.g).times(r.g, seed)) // a unit vector's place becomes a guard
	}
	for _, p := range recurs {
		r.declare(p, defined)
	}
	for i := len(order) - 1; i >= 0; i-- {
		if n := order[i]; r.active[n] && len(r.parts[n]) > 0 {
			if n.Kind == ir.Access && n.Input.Defined {
				r.apart(n)
				continue
			}
			a := total(r.g, r.parts[n])
			if n.Kind == ir.Access && len(r.parts[n]) > 1 { // nothing is multiplied any more
				a.guard = commonGuard(r.g, r.parts[n])
			}
			r.propagate(n, a)
		}
	}
	for _, p := range slices.Backward(recurs) {
		if q := r.turned(p); len(q.Equations) > 0 {
			f.Recurs = append(f.Recurs, q)
		}
	}
	return r
}

// apart passes what arrives at an element of a recurrence's array on by guard, so that nothing is added where nothing arrives.
func (r *reverse) apart(n *ir.Node) {
	var guards []*ir.Node
	by := map[*ir.Node][]adjoint{}
	for _, a := range r.parts[n] {
		if by[a.guard] == nil {
			guards = append(guards, a.guard)
		}
		by[a.guard] = append(by[a.guard], a)
	}
	for _, g := range guards {
		r.propagate(n, total(r.g, by[g]))
	}
}

// activity tells which nodes depend on what f is differentiated by, in a way that has a derivative, and which arrays of the recurrences
// do.
func activity(f *ir.Func, order []*ir.Node, recurs []*ir.Recurrence) (active map[*ir.Node]bool, defined map[*ir.Input]bool) {
	by := map[*ir.Input]bool{}
	for _, p := range f.Independents() {
		by[p] = true
	}
	defined = map[*ir.Input]bool{}
	for more := true; more; {
		active = activeNodes(order, by)
		more = false
		for _, p := range recurs {
			for _, q := range p.Equations {
				if active[q.Body] && !by[q.Array] {
					by[q.Array], defined[q.Array], more = true, true, true
				}
			}
		}
	}
	return active, defined
}

// activeNodes tells which nodes are active, given which inputs are.
func activeNodes(order []*ir.Node, by map[*ir.Input]bool) map[*ir.Node]bool {
	active := map[*ir.Node]bool{}
	for _, n := range order {
		switch n.Kind {
		case ir.Access:
			active[n] = by[n.Input]
		case ir.Apply:
			for i, p := range n.Prim.Partials {
				active[n] = active[n] || p != nil && active[n.Args[i]]
			}
		case ir.Reduce, ir.At:
			active[n] = n.Type == ir.Real && active[n.Args[0]]
		case ir.Pick:
			panic("internal error: an array that is a list of elements has no derivative as a whole")
		}
	}
	return active
}

// total adds up contributions. Those with the same guard are added under it.
func total(g *ir.Graph, parts []adjoint) adjoint {
	same := true
	for _, p := range parts[1:] {
		same = same && p.guard == parts[0].guard
	}
	join := g.Or
	if len(parts) > maxGuards {
		join = g.Shared
	}
	sum := adjoint{parts[0].guard, g.Const(0)}
	for _, p := range parts {
		v := p.value
		if !same {
			v = p.masked(g)
		}
		sum = adjoint{join(sum.guard, p.guard), g.Add(sum.value, v)}
	}
	return sum
}

// maxGuards bounds the conditions that are joined by or to guard an adjoint; of more, it is guarded by what all say.
const maxGuards = 32

// commonGuard is the guard of all parts if they have the same.
func commonGuard(g *ir.Graph, parts []adjoint) *ir.Node {
	for _, p := range parts {
		if p.guard != parts[0].guard {
			return g.Bool(true)
		}
	}
	return parts[0].guard
}

// masked is the adjoint as one expression.
func (a adjoint) masked(g *ir.Graph) *ir.Node {
	return g.Select(a.guard, a.value, g.Const(0))
}

// add contributes a, which lives where context and the free indices of n do, to the adjoint of
// n. Indices that n does not depend on are summed over.
func (r *reverse) add(n *ir.Node, context []*ir.Node, a adjoint) {
	if !r.active[n] || a.value.IsConst(0) || a.guard.IsConst(0) {
		return
	}
	for _, i := range context {
		if n.Depends(i) {
			continue
		}
		if a.guard.Depends(i) {
			a = adjoint{r.apartFrom(a.guard, i, n), a.masked(r.g)}
		}
		a.value = r.f.Total(i, a.value)
		if v := a.value; v.Is(ir.OpSelect) && v.Args[2].IsConst(0) { // what is left of the guard is one again
			a = adjoint{r.g.And(a.guard, v.Args[0]), v.Args[1]}
		}
	}
	r.parts[n] = append(r.parts[n], a)
}

// apartFrom is what the condition c says of others than the index, on which n does not depend. Where that does not hold nothing that is multiplied need be there.
func (r *reverse) apartFrom(c, index, n *ir.Node) *ir.Node {
	rest := r.g.Bool(true)
	var along []*ir.Node
	for _, l := range literals(c, true) {
		if d := l.whole(r.g); d.Depends(index) {
			along = append(along, d)
		} else {
			rest = r.g.And(rest, d)
		}
	}
	list := r.f.Without(index, along)
	if len(list) == 0 || r.isTame(n) { // it is there, and its derivatives are, whatever the condition says
		return rest
	}
	for _, d := range list {
		rest = r.g.And(rest, d)
	}
	return rest
}

// entire are primitives that are finite, and have finite derivatives, at all arguments of ordinary size.
var entire = []ir.Op{ir.OpAdd, ir.OpSub, ir.OpNeg, ir.OpMul, ir.OpExp, ir.OpExpFTZ, ir.OpSin, ir.OpCos, ir.OpTanh, ir.OpAtan, ir.OpErf, ir.OpErfc, ir.OpSigmoid,
	ir.OpSoftplus, ir.OpRelu, ir.OpAbs, ir.OpMin, ir.OpMax, ir.OpSelect, ir.OpStopGradient}

// isTame tells whether n is made of these and of elements that are there for all values of the indices.
func (r *reverse) isTame(n *ir.Node) bool {
	if r.tame == nil {
		r.tame = tameNodes(r.f, r.order)
	}
	return r.tame[n]
}

func tameNodes(f *ir.Func, order []*ir.Node) map[*ir.Node]bool {
	tame := map[*ir.Node]bool{}
	for _, n := range order {
		own := true
		switch n.Kind {
		case ir.Access:
			own = !n.Input.Defined && missing(f, n).IsConst(1)
		case ir.Apply:
			own = slices.ContainsFunc(entire, n.Is) || wholePower(n) || n.Prim.Result != ir.Real
		case ir.Reduce:
			own = n.Red == ir.Sum || n.Red == ir.Prod
		}
		tame[n] = own && all(n.Args, func(a *ir.Node) bool { return tame[a] })
	}
	return tame
}

// propagate passes the adjoint of n on to its operands.
func (r *reverse) propagate(n *ir.Node, a adjoint) {
	switch n.Kind {
	case ir.Access:
		r.sites[n.Input] = append(r.sites[n.Input], site{n, a})
	case ir.Reduce:
		r.reduce(n, a)
	case ir.At:
		r.lookup(n, a)
	case ir.Apply:
		if n.Is(ir.OpSelect) {
			r.add(n.Args[1], n.Free(), adjoint{r.g.And(a.guard, n.Args[0]), a.value})
			r.add(n.Args[2], n.Free(), adjoint{r.g.And(a.guard, r.g.Not(n.Args[0])), a.value})
			return
		}
		for i, x := range n.Args {
			if p := n.Prim.Partials[i]; p != nil && r.active[x] {
				r.add(x, n.Free(), a.times(r.g, p(r.g, n.Args, r.at(n, a.guard))))
			}
		}
	}
}

// times is the adjoint times a partial derivative, whose condition, if it is an Iverson
// bracket, joins the guard.
func (a adjoint) times(g *ir.Graph, p *ir.Node) adjoint {
	if p.Is(ir.OpSelect) && p.Args[2].IsConst(0) {
		a.guard = g.And(a.guard, p.Args[0])
		p = p.Args[1]
	}
	a.value = g.Mul(a.value, p)
	return a
}

// reduce passes the adjoint of a reduction on to its body: a sum's to every term, an extreme
// value's to the first term that attains it, a product's times the other factors.
func (r *reverse) reduce(n *ir.Node, a adjoint) {
	g, k, body := r.g, n.Bound[0], n.Args[0]
	context := append([]*ir.Node{k}, n.Free()...)
	switch n.Red {
	case ir.Prod:
		a.value = g.Mul(a.value, otherFactors(g, n))
	case ir.Max, ir.Min:
		a.guard = g.And(a.guard, g.Apply(ir.OpEq, k, extremum(g, n)))
	}
	r.add(body, context, a)
}

// otherFactors is the product of the factors of n but the one at the bound index.
func otherFactors(g *ir.Graph, n *ir.Node) *ir.Node {
	k := n.Bound[0]
	other := g.NewIndex(k.Extent)
	factor := g.Select(g.Apply(ir.OpEq, other, k), g.Const(1), g.Rename(n.Args[0], k, other))
	return g.Reduce(ir.Prod, other, factor)
}

// extremum is the first index at which the maximum or minimum n is attained.
func extremum(g *ir.Graph, n *ir.Node) *ir.Node {
	red := ir.ArgMax
	if n.Red == ir.Min {
		red = ir.ArgMin
	}
	return g.Reduce(red, n.Bound[0], n.Args[0])
}

// lookup passes the adjoint of e[bound := args] on to e: [bound = args]·adjoint, summed over
// the indices of the arguments. Those are renamed first where e has its own of the name.
func (r *reverse) lookup(n *ir.Node, a adjoint) {
	g, e := r.g, n.Args[0]
	var from, to []*ir.Node
	var context []*ir.Node
	for _, i := range n.Free() {
		j := i
		if contains(n.Bound, i) {
			j = g.NewIndex(i.Extent)
			from, to = append(from, i), append(to, j)
		}
		context = append(context, j)
	}
	guard := g.Subst(a.guard, from, to)
	for i, b := range n.Bound {
		guard = g.And(guard, g.Apply(ir.OpEq, b, g.Subst(n.Args[i+1], from, to)))
	}
	r.add(e, append(context, n.Bound...), adjoint{guard, g.Subst(a.value, from, to)})
}

func contains(list []*ir.Node, n *ir.Node) bool {
	for _, m := range list {
		if m == n {
			return true
		}
	}
	return false
}

// collect is the derivative by the parameter p: at each element, the sum of the adjoints of all
// accesses that read it.
func (r *reverse) collect(p *ir.Input) ir.Result {
	g := r.g
	index := r.indices(p)
	var sum *ir.Node = g.Const(0)
	for _, s := range r.sites[p] {
		sum = g.Add(sum, r.scatter(s, index))
	}
	return ir.Result{Name: "d" + p.Name, Index: index, Value: sum}
}

// indices is the indices of the derivative by p: canonical ones, but those of an access that reads each element at indices of its own, if no
// access has the canonical ones: what arrives there need not be written anew in other indices then.
func (r *reverse) indices(p *ir.Input) []*ir.Node {
	index := r.g.Canonical(p.Dims)
	var other []*ir.Node
	for _, s := range r.sites[p] {
		own := true
		for i, e := range s.access.Args {
			own = own && e.Kind == ir.Index && e.Extent == p.Dims[i] && !contains(s.access.Args[:i], e)
		}
		switch {
		case slices.Equal(s.access.Args, index):
			return index
		case own && other == nil:
			other = s.access.Args
		}
	}
	if other != nil {
		return other
	}
	return index
}

// scatter is Σ [index = subscripts]·adjoint over all indices of the site s, with those
// brackets solved that can be.
func (r *reverse) scatter(s site, index []*ir.Node) *ir.Node {
	g := r.g
	context := s.access.Free()
	subscripts, a := s.access.Subscripts(), s.adjoint
	if clash(context, subscripts, index) {
		fresh := make([]*ir.Node, len(context))
		for i, c := range context {
			fresh[i] = g.NewIndex(c.Extent)
		}
		moved := make([]*ir.Node, len(subscripts))
		for i, e := range subscripts {
			moved[i] = g.Subst(e, context, fresh)
		}
		a = adjoint{g.Subst(a.guard, context, fresh), g.Subst(a.value, context, fresh)}
		subscripts, context = moved, fresh
	}
	guard := g.Bool(true)
	for i, k := range index {
		if subscripts[i] != k {
			guard = g.And(guard, g.Apply(ir.OpEq, k, subscripts[i]))
		}
	}
	v := g.Select(guard, a.masked(g), g.Const(0))
	for _, i := range innermostFirst(context) {
		if !contains(index, i) {
			v = r.f.Total(i, v)
		}
	}
	return v
}

// innermostFirst puts indices that were bound inside of others first. Sums over them in this order give the indices their names back, so that the
// values that are summed stay the nodes that they are.
func innermostFirst(index []*ir.Node) []*ir.Node {
	index = slices.Clone(index)
	slices.SortStableFunc(index, func(i, j *ir.Node) int { return j.Slot - i.Slot })
	return index
}

// clash tells whether an index of the context has the name of an index of the result without
// being the subscript in that place and nowhere else.
func clash(context, subscripts, index []*ir.Node) bool {
	for d, k := range index {
		if !contains(context, k) {
			continue
		}
		for i, e := range subscripts {
			if (i == d) != (e == k) || i != d && e.Depends(k) {
				return true
			}
		}
	}
	return false
}
