package parser

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// This file finds what stands at each index of an array of a group: a number, or a row.

// rowExtent is the extent of dimension d where equations for rows tell it, else nil.
func (m *member) rowExtent(d int) *ir.Node {
	for _, r := range m.rules {
		if k := d - r.written(); k >= 0 && k < len(r.rows) {
			return r.rows[k]
		}
	}
	return nil
}

// findShapes finds the dimensions that follow those on the left, from the right sides: first of those that do not depend on
// the group, then of others. A number may stand for a row of its like: it tells nothing while others may.
func (g *group) findShapes() {
	for _, m := range g.members {
		if m.shape != nil {
			m.rows, m.known = m.shape[len(m.general().left):], true
		}
	}
	for numbers := false; ; {
		more, waiting := false, false
		in := g.s.inner()
		for _, m := range g.members {
			if m.known {
				in.values[m.name] = g.blank(m)
			}
		}
		for _, m := range g.members {
			if !m.known && !(numbers && more) && g.findRows(in, m, numbers) {
				more = true
			}
			waiting = waiting || !m.known
		}
		if !waiting || !more && numbers {
			return
		}
		numbers = !more
	}
}

// findRows finds the dimensions that follow those on the left of m, from one of its equations.
func (g *group) findRows(s *scope, m *member, numbers bool) bool {
	for k := range m.rules {
		r := &m.rules[k]
		dims, ok := g.rowsOf(s, *r)
		rows := len(r.left) - r.written()
		if !ok || len(dims) < rows || len(dims) == 0 && !numbers {
			continue
		}
		r.rows = dims[:rows]
		m.rows, m.known = dims[rows:], true
		return true
	}
	return false
}

// rowsOf is the shape of the right side of r, if it can be found; of a selection either branch may tell, and of what is done element by element an
// operand that is an array.
func (g *group) rowsOf(s *scope, r rule) (dims []*ir.Node, ok bool) {
	in := s.inner()
	for _, l := range r.left {
		if l.fixed == nil {
			in.values[l.name.Text] = value{node: g.g.NewIndex(g.g.Size(unknown))}
		}
	}
	if g.try(func() { dims = g.right(in, r.Equation).dims() }) {
		return dims, true
	}
	type item struct {
		x    Expr
		part bool // an operand, which broadcasts where it is a number
	}
	for stack := []item{{r.Value, false}}; len(stack) > 0; {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if g.try(func() { dims = g.expr(in, top.x).dims() }) {
			if !top.part || len(dims) > 0 {
				return dims, true
			}
			continue
		}
		if c, isIf := top.x.(*If); isIf {
			stack = append(stack, item{c.Else, top.part}, item{c.Then, top.part})
			continue
		}
		for _, x := range slices.Backward(elementwise(top.x)) {
			stack = append(stack, item{x, true})
		}
	}
	return nil, false
}

// elementwise lists the operands of what works element by element.
func elementwise(x Expr) []Expr {
	switch x := x.(type) {
	case *Binary:
		if x.Op == "@" {
			return nil
		}
	case *Call:
		if _, ok := ir.Lookup(x.Name.Text); !ok {
			return nil
		}
	case *Paren, *Unary:
	default:
		return nil
	}
	return Operands(x)
}
