package parser

import (
	"iter"
	"slices"
	"strconv"
	"strings"
)

// This file finds out which arrays are defined by components, and takes their equations apart.

// undivided finds out which arrays are defined by components.
type undivided struct {
	f     *Func
	sizes []string
	names map[string]bool // that are taken, nil while nobody has asked
}

// place is the whole number that stands in a subscript on the left.
func place(x Expr) (n int, ok bool) {
	num, ok := x.(*Num)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(num.Text)
	return n, err == nil
}

// variables lists the index variables in subscripts on the left.
func (u *undivided) variables(index ...Expr) []string {
	var list []string
	for _, x := range index {
		if r, ok := x.(*Range); ok {
			list = append(list, r.Name.Text)
			continue
		}
		list = append(list, slices.DeleteFunc(idents(x), func(n string) bool { return slices.Contains(u.sizes, n) })...)
	}
	return list
}

// general tells whether the subscripts are different variables, so that an equation with them is for all places but those of others.
func (u *undivided) general(index []Expr) bool {
	var seen []string
	for _, x := range index {
		list := u.variables(x)
		if len(list) != 1 || slices.Contains(seen, list[0]) {
			return false
		}
		seen = append(seen, list[0])
	}
	return true
}

// divide takes the array of the equations apart, in as few dimensions as do. It is nil if an equation is for all places, or the components do not cover the array.
func (u *undivided) divide(name string, eqs []*Equation, shape []Expr) *components {
	rank := 0
	for _, q := range eqs {
		if q.Index == nil || u.general(q.Index) {
			return nil
		}
		rank = max(rank, len(q.Index))
	}
	for n := 1; n <= rank; n++ {
		for from := rank - n; from >= 0; from-- {
			c := &components{name: name, from: from, to: from + n, shape: shape}
			if c.measure(eqs) && u.separate(c, eqs, rank) {
				return c
			}
		}
	}
	return nil
}

// measure finds the extents of the dimensions in which c takes the array of the equations apart: those that are declared, or as far as the equations reach.
func (c *components) measure(eqs []*Equation) bool {
	count := 1
	for d := c.from; d < c.to; d++ {
		extent := 0
		for _, q := range eqs {
			if d < len(q.Index) {
				if n, ok := place(q.Index[d]); ok {
					extent = max(extent, n+1)
				}
			}
		}
		if d < len(c.shape) {
			if n, ok := place(c.shape[d]); !ok || n < extent {
				return false
			} else {
				extent = n
			}
		}
		c.extents = append(c.extents, extent)
		if count *= extent; count == 0 || count > maxComponents {
			return false
		}
	}
	return true
}

// separate finds the components' equations. It reports false if one has none for all its places, or if what an equation says of one cannot be told.
func (u *undivided) separate(c *components, eqs []*Equation, rank int) bool {
	for at := range places(c.extents) {
		k := component{at: at}
		var general []*Equation
		single := 0 // places that are written out
		for _, q := range eqs {
			r, fits, ok := u.at(c, q, at)
			if !ok {
				return false
			}
			if fits {
				k.eqs = append(k.eqs, r)
			}
			if fits && u.general(r.Index) {
				general = append(general, r)
			}
			if fits && len(u.variables(q.Index...)) == 0 {
				single++
			}
		}
		if c.from == 0 && c.to == rank && len(general) > 1 && single < 2 { // the first that fits counts
			general, k.eqs = general[:1], k.eqs[:1]
		}
		if len(general) != 1 || general[0].Index == nil && len(k.eqs) > 1 {
			return false
		}
		c.list = append(c.list, k)
	}
	for i := range c.list {
		c.list[i].name = u.fresh(c.name, c.list[i].at)
		for _, q := range c.list[i].eqs {
			q.Name = c.list[i].name
		}
	}
	return true
}

// places goes through all subscripts within the extents, which are at least 1, the last ones fastest.
func places(extents []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		at := make([]int, len(extents))
		for {
			if !yield(slices.Clone(at)) {
				return
			}
			d := len(at) - 1
			for d >= 0 && at[d] == extents[d]-1 {
				at[d] = 0
				d--
			}
			if d < 0 {
				return
			}
			at[d]++
		}
	}
}

// at is what the equation q says of the component at the place, if it fits there: a variable has its value. Where q is for whole rows, the component is an element
// of its row. It reports false if that cannot be told.
func (u *undivided) at(c *components, q *Equation, at []int) (r *Equation, fits, ok bool) {
	e := *q
	e.Index = nil
	values := map[string]int{}
	var row []int // what is left of the place
	for d, k := range at {
		if d += c.from; d >= len(q.Index) {
			row = at[d-c.from:]
			break
		}
		n, fixed := place(q.Index[d])
		id, variable := q.Index[d].(*Ident)
		switch {
		case fixed && n != k:
			return nil, false, true
		case variable && slices.Contains(u.variables(id), id.Name):
			if _, again := values[id.Name]; again {
				return nil, false, false
			}
			values[id.Name] = k
		case !fixed:
			return nil, false, false
		}
	}
	for d, x := range q.Index {
		if d >= c.from && d < c.to {
			continue
		}
		if slices.ContainsFunc(idents(x), func(n string) bool { _, bound := values[n]; return bound }) {
			return nil, false, false
		}
		e.Index = append(e.Index, x)
	}
	e.Array, e.Place, e.From, e.Shape = c.name, at, c.from, c.rest()
	e.Value = withValues(q.Value, values)
	if row != nil {
		if len(q.Index) < c.from || q.Of > 0 {
			return nil, false, false
		}
		e.Value = c.element(e.Value, row)
	}
	return &e, true, true
}

// rest is the declared dimensions of the components.
func (c *components) rest() []Expr {
	if c.shape == nil {
		return nil
	}
	return slices.Concat(c.shape[:c.from], c.shape[min(c.to, len(c.shape)):])
}

// element is an element of the row x, which is as long as the dimensions of c that are left, or a number that stands for such a row.
func (c *components) element(x Expr, at []int) Expr {
	y := &Index{X: x, Of: c.extents[len(c.extents)-len(at):], Span: x.Where()}
	for _, k := range at {
		y.Args = append(y.Args, &Num{Text: strconv.Itoa(k), At: x.Where()})
	}
	return y
}

// withValues is x with numbers in the place of variables.
func withValues(x Expr, values map[string]int) Expr {
	return rewrite(x, func(x Expr, bound []string) Expr {
		id, ok := x.(*Ident)
		if !ok || slices.Contains(bound, id.Name) {
			return nil
		}
		if k, ok := values[id.Name]; ok {
			return &Num{Text: strconv.Itoa(k), At: id.At}
		}
		return nil
	})
}

// fresh is a name for the component at the place: F₀₁ of F[0,1].
func (u *undivided) fresh(name string, at []int) string {
	var digits []string
	for _, k := range at {
		digits = append(digits, strings.Map(func(r rune) rune { return r - '0' + '₀' }, strconv.Itoa(k)))
	}
	separator := ""
	if slices.Max(at) > 9 {
		separator = "_"
	}
	if u.names == nil {
		u.names = u.f.names()
	}
	name += strings.Join(digits, separator)
	for u.names[name] {
		name += "_"
	}
	u.names[name] = true
	return name
}
