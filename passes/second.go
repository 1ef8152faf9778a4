package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Hessians is f, which results in one number, with its gradient and its second derivatives, derived in all ways that may lead to a cheap program.
// The Hessian is the Jacobian of the gradient, of which one triangle is there: behind the gradient stand the second derivatives by p and
// q, where q is not before p, named d, p, _d and q, as upper has them.
func Hessians(f *ir.Func) ([]*ir.Func, error) {
	grads, err := Gradients(f)
	if err != nil {
		return nil, err
	}
	by := f.Independents()
	_, n := elements(f)
	if err := few(f, "Hessian", n, n, instead(f, true)); err != nil {
		return nil, err
	}
	var list []*ir.Func
	for _, grad := range grads {
		rows := grad.Derived()
		rows.Results = grad.Results[1:]
		for _, j := range jacobians(rows) {
			h := j.Derived()
			h.Results = slices.Clone(grad.Results)
			h.Way = j.Way + " over " + grad.Way
			for k, r := range j.Results[len(by):] {
				if p, q := k/len(by), k%len(by); q >= p {
					h.Results = append(h.Results, upper(f, by, p, q, r))
				}
			}
			list = append(list, h)
		}
	}
	return list, nil
}

// upper is the block r of a symmetric matrix, over the elements of by[p] and by[q]. Of a block on the diagonal what stands below it is not wanted;
// of one over the rows of matrices all that stands in the same row is.
func upper(f *ir.Func, by []*ir.Input, p, q int, r ir.Result) ir.Result {
	r.Name = "d" + by[p].Name + "_d" + by[q].Name
	if n := len(by[p].Dims); p == q && n > 0 {
		r.Where = f.Graph.Apply(ir.OpLe, r.Index[0], r.Index[n])
		r.Value = pruned(f.Graph, r, r.Value)
	}
	return r
}

// pruned is n without those of its terms that only contribute to elements of r that are not wanted.
func pruned(g *ir.Graph, r ir.Result, n *ir.Node) *ir.Node {
	switch {
	case n.Is(ir.OpAdd):
		return g.Add(pruned(g, r, n.Args[0]), pruned(g, r, n.Args[1]))
	case n.Is(ir.OpSub):
		return g.Sub(pruned(g, r, n.Args[0]), pruned(g, r, n.Args[1]))
	case n.Is(ir.OpNeg):
		return g.Neg(pruned(g, r, n.Args[0]))
	}
	term := n
	for term.Kind == ir.Reduce && term.Red == ir.Sum {
		term = term.Args[0]
	}
	if !term.Is(ir.OpSelect) || !term.Args[2].IsConst(0) {
		return n
	}
	where := r.Where
	for _, c := range conditions(term.Args[0]) {
		for k := range c.Args {
			if c.Is(ir.OpEq) && slices.Contains(r.Index, c.Args[k]) && !c.Args[1-k].Depends(c.Args[k]) {
				where = g.Rename(where, c.Args[k], c.Args[1-k])
			}
		}
	}
	if where.Kind == ir.Const {
		return g.Select(where, n, g.Const(0))
	}
	if d := g.IntSub(where.Args[0], where.Args[1]); d.Kind == ir.Const && d.Value > 0 {
		return g.Const(0)
	}
	return n
}

// HVPs is HVP, and the same by reverse mode over forward mode.
func HVPs(f *ir.Func) ([]*ir.Func, error) {
	forward, err := HVP(f)
	if err != nil {
		return nil, err
	}
	n := len(f.Independents())
	along := f.Derived()
	along.Results = []ir.Result{{Value: pushforward(along, f.Results, seeds(f, forward.Inputs[len(f.Inputs):]), nil)[0]}}
	reverse := forward.Derived()
	reverse.Way = "reverse over forward"
	for i, h := range pullback(along, []*ir.Node{f.Graph.Const(1)}, nil) {
		h.Name = forward.Results[1+n+i].Name
		reverse.Results[1+n+i] = h
	}
	reverse.Adopt(along)
	return []*ir.Func{forward, reverse}, nil
}

// HVP is f, which results in one number, with its gradient and the product of its Hessian and a tangent, by forward mode over reverse mode: for
// everything that it is differentiated by there is a further input, the tangent t of the name and shape, and behind the gradient a further result,
// named h and the name.
func HVP(f *ir.Func) (*ir.Func, error) {
	grad, err := Gradient(f)
	if err != nil {
		return nil, err
	}
	d, err := JVP(grad)
	if err != nil {
		return nil, err
	}
	d.Way = "forward over reverse"
	n := len(grad.Results)
	products := d.Results[n+1:]
	d.Results = d.Results[:n:n]
	for i, r := range products {
		r.Name = "h" + f.Independents()[i].Name
		d.Results = append(d.Results, r)
	}
	return d, nil
}

// GaussNewtons is f, whose results r count as one vector, with Jᵀr and JᵀJ of its Jacobian J, derived in all ways that may lead to a cheap program.
// They are the gradient of ½|r|² and what the Gauss–Newton method takes for its Hessian, and stand and are named as those of Hessians:
// Σᵣ ∂r/∂p·r for each p, and Σᵣ ∂r/∂p·∂r/∂q where q is not before p.
func GaussNewtons(f *ir.Func) ([]*ir.Func, error) {
	_, n := elements(f)
	if err := few(f, "matrix JᵀJ", n, n, func(float64) string { return "ask for jvp and vjp, products with J" }); err != nil {
		return nil, err
	}
	var list []*ir.Func
	for _, j := range jacobians(f) {
		list = append(list, outerProducts(f, j))
	}
	return append(list, reverseOverForward(f)), nil
}

// outerProducts is Jᵀr and JᵀJ, summed up over the rows of the Jacobian j.
func outerProducts(f, j *ir.Func) *ir.Func {
	g := f.Graph
	by := f.Independents()
	d := j.Derived()
	d.Results = slices.Clone(f.Results)
	d.Way = j.Way + ", outer products of rows"
	var rows [][]*ir.Node // the indices of the results, the same in all products
	for _, r := range f.Results {
		rows = append(rows, fresh(g, extents(r.Index)))
	}
	// entry is the derivative of result i by element at of by[p].
	entry := func(i, p int, at []*ir.Node) *ir.Node {
		r := j.Results[len(f.Results)+i*len(by)+p]
		return g.Subst(r.Value, r.Index, append(rows[i][:len(rows[i]):len(rows[i])], at...))
	}
	// sum is Σ x·y over all rows of results.
	sum := func(factors func(i int) (x, y *ir.Node)) *ir.Node {
		total := g.Const(0)
		for i := range f.Results {
			x, y := factors(i)
			for _, v := range products(g, x, y) {
				for _, k := range rows[i] {
					v = f.Total(k, v)
				}
				total = g.Add(total, v)
			}
		}
		return total
	}
	for p, in := range by {
		at := g.Canonical(in.Dims)
		d.Results = append(d.Results, ir.Result{Name: "d" + in.Name, Index: at, Value: sum(func(i int) (x, y *ir.Node) {
			r := f.Results[i]
			return entry(i, p, at), g.Subst(r.Value, r.Index, rows[i])
		})})
	}
	for p := range by {
		for q := p; q < len(by); q++ {
			at, to := fresh(g, by[p].Dims), fresh(g, by[q].Dims)
			block := ir.Result{Index: append(at[:len(at):len(at)], to...), Value: sum(func(i int) (x, y *ir.Node) {
				return entry(i, p, at), entry(i, q, to)
			})}
			d.Results = append(d.Results, upper(f, by, p, q, block))
		}
	}
	return d
}

// products is x·y as a sum, with those factors multiplied out that are sums of terms under conditions: of two sparse rows only entries meet that
// may both be other than 0.
func products(g *ir.Graph, x, y *ir.Node) []*ir.Node {
	var list []*ir.Node
	ys := apart(g, y)
	for _, a := range apart(g, x) {
		for _, b := range ys {
			list = append(list, g.Mul(a, b))
		}
	}
	return list
}

// apart lists the terms of n, if each stands under a condition and they are few; else n alone.
func apart(g *ir.Graph, n *ir.Node) []*ir.Node {
	type item struct {
		n      *ir.Node
		negate bool
	}
	var list []*ir.Node
	stack := []item{{n, false}}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch {
		case len(list)+len(stack) >= maxApart:
			return []*ir.Node{n}
		case x.n.Is(ir.OpNeg):
			stack = append(stack, item{x.n.Args[0], !x.negate})
		case x.n.Is(ir.OpAdd), x.n.Is(ir.OpSub):
			stack = append(stack, item{x.n.Args[1], x.negate != x.n.Is(ir.OpSub)}, item{x.n.Args[0], x.negate})
		case !x.n.Is(ir.OpSelect) || !x.n.Args[2].IsConst(0):
			return []*ir.Node{n}
		case x.negate:
			list = append(list, g.Neg(x.n))
		default:
			list = append(list, x.n)
		}
	}
	return list
}

// reverseOverForward is Jᵀr by a reverse sweep, and each column of JᵀJ by a reverse sweep whose cotangents are a column of J.
func reverseOverForward(f *ir.Func) *ir.Func {
	d := f.Derived()
	d.Way = "reverse over forward"
	by := f.Independents()
	values := make([]*ir.Node, len(f.Results))
	for i, r := range f.Results {
		values[i] = r.Value
	}
	projected := pullback(d, values, nil)
	d.Results = append(d.Results, projected...)
	columns := make([][]ir.Result, len(by))
	places := make([][]*ir.Node, len(by))
	for q, in := range by {
		places[q] = fresh(f.Graph, in.Dims)
		c := f.Derived()
		columns[q] = pullback(c, pushforward(c, f.Results, directions(f, in, places[q], true), places[q]), places[q])
		d.Adopt(c)
	}
	for p := range by {
		for q := p; q < len(by); q++ {
			block := columns[q][p]
			block.Index = append(block.Index[:len(block.Index):len(block.Index)], places[q]...)
			d.Results = append(d.Results, upper(f, by, p, q, block))
		}
	}
	return d
}

// fresh is new indices over the extents.
func fresh(g *ir.Graph, extents []*ir.Node) []*ir.Node {
	var list []*ir.Node
	for _, e := range extents {
		list = append(list, g.NewIndex(e))
	}
	return list
}
