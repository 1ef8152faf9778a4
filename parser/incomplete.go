package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// element is the left side as it is written.
func (q *Equation) element() string { return q.elementWith(-1, "") }

// elementWith is the left side, as it is written, with another subscript in the place i.
func (q *Equation) elementWith(i int, subscript string) string {
	list := make([]string, len(q.Index))
	for k, x := range q.Index {
		if list[k] = FormatExpr(x); k == i {
			list[k] = subscript
		}
	}
	name := q.Name
	if q.Array != "" {
		name = q.Array
		for k, n := range q.Place {
			list = slices.Insert(list, q.From+k, fmt.Sprint(n))
		}
	}
	return name + "[" + strings.Join(list, ",") + "]"
}

// incomplete refuses m, of which no equation is for all places, and which those for single places do not cover: it names the first element that is missing.
func (g *group) incomplete(m *member) {
	dims, extents := g.single(m)
	for at := range places(extents) {
		if len(at) > 0 && !m.defines(dims, at) {
			e := m.at(dims, at)
			g.failHelp(m.rules[0].NameAt, fmt.Sprintf("add it: %s = …", e), "%s has no equation for %s", m.name, e)
		}
	}
	g.failHelp(m.rules[0].NameAt, fmt.Sprintf("add one: %s[…] = …", m.name), "%s has equations for single places only, and none for all others", m.name)
}

// single lists the dimensions in which all equations of m are for single places, with their extents: declared, or as far as the equations reach. There are
// none where an extent is left open.
func (g *group) single(m *member) (dims, extents []int) {
	for d := range m.rules[0].left {
		extent := 0
		for _, r := range m.rules {
			switch l := r.left[d]; {
			case l.row:
			case l.fixed == nil || l.fixed.Kind != ir.Const:
				extent = -1
			case extent >= 0:
				extent = max(extent, int(l.fixed.Value)+1)
			}
		}
		if extent <= 0 {
			continue
		}
		if d < len(m.shape) {
			if m.shape[d].Kind != ir.Const {
				return nil, nil
			}
			g.inside(m, d)
			extent = int(m.shape[d].Value)
		}
		dims, extents = append(dims, d), append(extents, extent)
	}
	return dims, extents
}

// inside refuses places beyond the declared end of dimension d.
func (g *group) inside(m *member, d int) {
	for _, r := range m.rules {
		if l := r.left[d]; !l.row && l.fixed.Value >= m.shape[d].Value {
			g.fail(l.at, "%s is declared as %s and has no element %s", m.name, shape(m.shape), r.element())
		}
	}
}

// defines tells whether an equation of m holds at the place in the dimensions, wherever that is in the others.
func (m *member) defines(dims, at []int) bool {
	return slices.ContainsFunc(m.rules, func(r rule) bool {
		for d, l := range r.left {
			switch k := slices.Index(dims, d); {
			case k < 0 && (l.fixed != nil || l.again):
				return false
			case k >= 0 && !l.row && !l.fixed.IsConst(float64(at[k])):
				return false
			}
		}
		return true
	})
}

// at is the element of m at the place in the dimensions, with variables for the others.
func (m *member) at(dims, at []int) string {
	var list []string
	for d := range m.rules[0].left {
		if k := slices.Index(dims, d); k >= 0 {
			list = append(list, fmt.Sprint(at[k]))
			continue
		}
		list = append(list, m.variable(d))
	}
	return m.name + "[" + strings.Join(list, ",") + "]"
}

// variable is the name that an equation gives to the index in dimension d.
func (m *member) variable(d int) string {
	for _, r := range m.rules {
		if l := r.left[d]; l.fixed == nil && !l.row {
			return l.name.Text
		}
	}
	return "…"
}
