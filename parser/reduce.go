package parser

import (
	"fmt"
	"math"

	"github.com/adgen-go/adgen/ir"
)

// bound is an index variable with its range.
type bound struct {
	index *ir.Node // over 0..extent
	at    *ir.Node // the variable itself, lo + index
}

// free refuses a name for an index that something else has.
func (b *builder) free(s *scope, n Name) {
	if at, taken := s.root().where[n.Text]; taken {
		panic(failure{&Diagnostic{At: n.At, Message: fmt.Sprintf("the index %s has a name that is taken", n.Text),
			Notes: []Note{{at, "it is introduced here"}}, Help: "give the index another name"}})
	}
}

// ranges finds the ranges of the variables of a reduction, or of an equation, and enters them into the scope.
func (b *builder) ranges(s *scope, vars []*Range, exprs []Expr, cond Expr) (list []bound, extra []*ir.Node) {
	var open []Name
	if n := s.bound + len(vars); n > maxIndices {
		b.fail(vars[len(vars)-1].Name.At, "%d index variables stand around this, more than %d", n, maxIndices)
	}
	s.bound += len(vars)
	for _, v := range vars {
		if _, taken := s.values[v.Name.Text]; taken {
			b.fail(v.Name.At, "the index %s is bound twice", v.Name.Text)
		}
		b.free(s, v.Name)
		if v.Lo == nil {
			open = append(open, v.Name)
		}
	}
	conditional := false
	if cond != nil {
		exprs = append([]Expr{cond}, exprs...)
		for _, n := range open {
			conditional = conditional || mentions(cond, []*variable{{name: n}})
		}
	}
	inner := s
	if len(open) < len(vars) { // those with a written range are no unknown names while the others are inferred
		inner = s.inner()
		for _, v := range vars {
			if v.Lo != nil {
				inner.values[v.Name.Text] = value{node: b.g.NewIndex(b.g.Size(unknown))}
			}
		}
	}
	var found []limits
	if len(open) > 0 {
		found = b.infer(inner, open, exprs, conditional)
	}
	for _, v := range vars {
		var lo, hi *ir.Node
		if v.Lo == nil {
			lo, hi = found[0].lo, found[0].hi
			found = found[1:]
		} else {
			lo, hi = b.integer(s, v.Lo), b.integer(s, v.Hi)
		}
		one, conds := b.bound(v, lo, hi)
		s.values[v.Name.Text] = value{node: one.at}
		s.where[v.Name.Text] = v.Name.At
		list = append(list, one)
		extra = append(extra, conds...)
	}
	return list, extra
}

// bound makes the index variable of lo..hi. Bounds that depend on other indices become conditions on the widest
// range.
func (b *builder) bound(v *Range, lo, hi *ir.Node) (bound, []*ir.Node) {
	g := b.g
	low, ok := b.f.Least(lo)
	high, ok2 := b.f.Least(g.IntSub(g.Int(0), hi))
	if !ok || !ok2 {
		b.fail(v.Name.At, "the range of %s depends on data", v.Name.Text)
	}
	extent := g.IntSub(g.IntSub(g.Int(0), high), low)
	if extent.Kind == ir.Const && extent.Value < 0 {
		b.fail(v.Name.At, "the range of %s is empty: it runs from %s to %s", v.Name.Text, lo.Text(), hi.Text())
	}
	index := g.NewIndex(extent)
	at := g.IntAdd(low, index)
	var conds []*ir.Node
	if low != lo {
		conds = append(conds, g.Apply(ir.OpLe, lo, at))
	}
	if !hi.Closed() {
		conds = append(conds, g.Apply(ir.OpLt, at, hi))
	}
	return bound{index, at}, conds
}

// neutral is what a term that does not count is replaced by.
var neutral = map[string]float64{"sum": 0, "norm": 0, "prod": 1, "max": math.Inf(-1), "min": math.Inf(1), "logsumexp": math.Inf(-1)}

// reduction elaborates sum(i, j if cond: body) and its like.
func (b *builder) reduction(s *scope, x *Reduce) value {
	in := s.inner()
	vars, extra := b.ranges(in, x.Vars, []Expr{x.Body}, x.Cond)
	cond, body := b.terms(in, x, extra)
	for _, c := range extra {
		if cond == nil {
			cond = c
		} else {
			cond = b.g.Apply(ir.OpAnd, c, cond)
		}
	}
	if cond != nil {
		zero, ok := neutral[x.Name.Text]
		if !ok {
			b.failHelp(x.Name.At, "write sum(…)/sum(… : 1)", "%s with a condition does not say what it divides by", x.Name.Text)
		}
		body = value{body.index, b.g.Apply(ir.OpSelect, cond, body.node, b.g.Const(zero))}
	}
	index := make([]*ir.Node, len(vars))
	for i, v := range vars {
		index[i] = v.index
	}
	all := value{append(append([]*ir.Node(nil), body.index...), index...), body.node}
	return b.reduceBy(x.Name.Text, all, len(index))
}

// terms elaborates the condition, if any, and the body of a reduction whose range has the conditions extra.
func (b *builder) terms(in *scope, x *Reduce, extra []*ir.Node) (cond *ir.Node, body value) {
	defer b.under(extra...)()
	if x.Cond != nil {
		cond = b.condition(in, x.Cond)
		defer b.under(cond)()
	}
	return cond, b.real(x.Body.Where(), b.expr(in, x.Body))
}

// reduceBy reduces v over its last k dimensions by the named reduction.
func (b *builder) reduceBy(name string, v value, k int) value {
	g := b.g
	keep := v.index[:v.rank()-k]
	apply := func(op ir.Op, nodes ...*ir.Node) value { return value{keep, g.Apply(op, nodes...)} }
	switch name {
	case "prod":
		return b.reduced(ir.Prod, v, k)
	case "max":
		return b.reduced(ir.Max, v, k)
	case "min":
		return b.reduced(ir.Min, v, k)
	case "mean":
		n := g.Int(1)
		for _, i := range v.index[v.rank()-k:] {
			n = g.IntMul(n, i.Extent)
		}
		return apply(ir.OpDiv, b.reduced(ir.Sum, v, k).node, g.ToReal(n))
	case "norm":
		squares := value{v.index, g.Apply(ir.OpPow, v.node, g.Const(2))}
		return apply(ir.OpSqrt, b.reduced(ir.Sum, squares, k).node)
	case "logsumexp":
		m, sum := b.shifted(v, k)
		return apply(ir.OpAdd, g.Apply(ir.OpLog, sum), m)
	}
	return b.reduced(ir.Sum, v, k)
}

// shifted is the maximum m of v over its last k dimensions, taken as a constant, and Σ e^(v−m): what logsumexp and
// softmax are made of, without overflow.
func (b *builder) shifted(v value, k int) (m, sum *ir.Node) {
	m = b.g.Apply(ir.OpStopGradient, b.reduced(ir.Max, v, k).node)
	e := value{v.index, b.g.Apply(ir.OpExpFTZ, b.g.Apply(ir.OpSub, v.node, m))}
	return m, b.reduced(ir.Sum, e, k).node
}
