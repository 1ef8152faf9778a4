package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// others is the product of all factors but the one at an index, Π[k ≠ at] body(k), for all values of the index: what the derivative of a
// product multiplies by. It is computed in three multiplications a factor, without a division: a loop forwards stores the products of the
// factors before each, and one backwards multiplies by those behind it. In between, the first has the product of all.
type others struct {
	at    *ir.Node // free in the product
	k     *ir.Node // the index of the factors
	body  *ir.Node
	total *ir.Local // the product of all factors
}

// findOthers finds such products among what the roots need, where the product of all factors is needed too, and lists all that is.
func (p *planner) findOthers(roots []*ir.Node) []*ir.Node {
	nodes := ir.Reachable(roots...)
	there := make(map[*ir.Node]bool, len(nodes))
	for _, n := range nodes {
		there[n] = true
	}
	for _, n := range nodes {
		if o, product := p.asOthers(n); o != nil && there[product] && p.products[product] == nil {
			p.others[n], p.products[product] = o, n
		}
	}
	if len(p.others) == 0 {
		return nodes
	}
	needed := map[*ir.Node]bool{}
	stack := slices.Clone(roots)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !needed[n] {
			needed[n] = true
			stack = append(stack, p.needs(n)...)
			if q := p.products[n]; q != nil {
				stack = append(stack, q) // which comes first
			}
		}
	}
	return slices.DeleteFunc(nodes, func(n *ir.Node) bool { return !needed[n] })
}

// needs lists the operands of n.
func (p *planner) needs(n *ir.Node) []*ir.Node {
	if o := p.others[n]; o != nil {
		return []*ir.Node{o.body}
	}
	return n.Args
}

// asOthers takes n for a product of all other factors; product is that of all.
func (p *planner) asOthers(n *ir.Node) (o *others, product *ir.Node) {
	if n.Kind != ir.Reduce || n.Red != ir.Prod || !n.Args[0].Is(ir.OpSelect) {
		return nil, nil
	}
	k, cond, body := n.Bound[0], n.Args[0].Args[0], n.Args[0].Args[2]
	one := n.Args[0].Args[1]
	if cond.Is(ir.OpNe) {
		body, one = one, body
	}
	if !one.IsConst(1) || !cond.Is(ir.OpEq) && !cond.Is(ir.OpNe) {
		return nil, nil
	}
	at := cond.Args[0]
	if at == k {
		at = cond.Args[1]
	}
	if cond.Args[0] != k && cond.Args[1] != k || at.Kind != ir.Index || at == k || at.Extent != k.Extent || body.Depends(at) {
		return nil, nil
	}
	product = p.g.Reduce(ir.Prod, k, body)
	return &others{at: at, k: product.Bound[0], body: product.Args[0]}, product
}

// otherFactors plans the unit of such a product: it stands outside of the loops over its index.
func (p *planner) otherFactors(u *unit) {
	u.others = p.others[u.node]
	u.body = u.others.body
	u.ctx = slices.DeleteFunc(slices.Clone(u.node.Free()), func(i *ir.Node) bool { return i == u.others.at })
}

// connectOthers notes what such a unit needs: its factors, all at once; and that the product of all factors comes from it.
func (p *planner) connectOthers(u *unit) bool {
	if u.others != nil {
		p.need(u, u.body, u.others.k)
		return true
	}
	if u.node == nil || p.products[u.node] == nil {
		return false
	}
	u.total = p.of[p.products[u.node]]
	u.total.refs++
	u.deps = append(u.deps, dep{unit: u.total})
	u.over, u.body, u.conds, u.ctx = nil, nil, nil, slices.Clone(u.total.ctx)
	return true
}

// otherFactors emits the two loops.
func (b *builder) otherFactors(u *unit) []ir.Stmt {
	o := u.others
	o.total = &ir.Local{Type: ir.Real}
	behind := &ir.Local{Type: ir.Real}
	length := b.closed(o.k.Extent)
	local := func(l *ir.Local) *ir.Expr { return &ir.Expr{Kind: ir.ExprLocal, Type: l.Type, Local: l} }
	one := &ir.Expr{Kind: ir.ExprConst, Type: ir.Real, Value: 1}
	step := func(i *ir.Local, op ir.AssignOp, acc *ir.Local) []ir.Stmt {
		inside := &unit{result: -1, path: append([]*loop{{index: o.k, local: i}}, u.path...)}
		index := make([]*ir.Expr, len(u.dims))
		for d, x := range u.dims {
			if x == o.at {
				index[d] = local(i)
			} else {
				index[d] = b.expr(x, u)
			}
		}
		return []ir.Stmt{
			&ir.Store{Dst: u.place.array, Index: index, Op: op, Value: local(acc)},
			&ir.Assign{Dst: acc, Op: ir.MulTo, Value: b.expr(o.body, inside)},
		}
	}
	i, j := &ir.Local{Name: loopName(len(u.path)), Type: ir.Int}, &ir.Local{Name: loopName(len(u.path)), Type: ir.Int}
	back := &ir.Local{Name: "last", Type: ir.Int}
	last := intPrim(ir.OpSub, intPrim(ir.OpSub, length, integer(1)), local(j))
	return []ir.Stmt{
		&ir.Assign{Dst: o.total, Declare: true, Value: one},
		&ir.For{Var: i, Lo: integer(0), Hi: length, Body: step(i, ir.Set, o.total)},
		&ir.Assign{Dst: behind, Declare: true, Value: one},
		&ir.For{Var: j, Lo: integer(0), Hi: length, Body: append([]ir.Stmt{&ir.Assign{Dst: back, Declare: true, Value: last}}, step(back, ir.MulTo, behind)...)},
	}
}
