package parser

import (
	"fmt"
	"slices"
)

// An array may be defined element by element: each of F[i,0] = … and F[i,1] = … is for a single place, and together they cover F[n,2]. It is then made of
// as many arrays, its components, F[i] = [F₀[i], F₁[i]], and what reads F[t-1,0] reads F₀[t-1]. So components may depend on each other, as the coordinates of
// a system of differential equations do: they are arrays of one recurrence.

// components is an array that is defined so: single places in the dimensions from…to-1 take it apart.
type components struct {
	name     string
	from, to int
	extents  []int // of these dimensions
	shape    []Expr
	list     []component // in order of their places
}

// component is what stands at one place.
type component struct {
	name string
	at   []int
	eqs  []*Equation // with the other dimensions alone
}

// maxComponents bounds the components of an array.
const maxComponents = 1000

// componentwise is the file, with what it imports, with the components of arrays in the place of those that are defined element by element.
func (f *File) componentwise() *File {
	g := *f
	g.Funcs, g.Imported = slices.Clone(f.Funcs), slices.Clone(f.Imported)
	for i, d := range g.Funcs {
		g.Funcs[i] = componentwise(d)
	}
	for i, o := range g.Imported {
		g.Imported[i] = o.componentwise()
	}
	return &g
}

// componentwise is f with the components of its arrays in the place of those that are defined element by element.
func componentwise(f *Func) *Func {
	arrays := map[string][]*Equation{}
	for _, q := range f.Body.Eqs {
		arrays[q.Name] = append(arrays[q.Name], q)
	}
	u := &undivided{f: f, sizes: f.sizes()}
	found := map[string]*components{}
	for _, q := range f.Body.Eqs {
		if eqs := arrays[q.Name]; q == eqs[0] && q.Index != nil {
			if c := u.divide(q.Name, eqs, f.declared(q)); c != nil {
				found[q.Name] = c
			}
		}
	}
	if len(found) == 0 {
		return f
	}
	var eqs []*Equation
	for _, q := range f.Body.Eqs {
		c := found[q.Name]
		if c == nil {
			eqs = append(eqs, q)
		} else if q == arrays[q.Name][0] {
			eqs = append(eqs, c.equations(q)...)
		}
	}
	for i, q := range eqs {
		r := *q
		r.Value = rewrite(q.Value, func(x Expr, bound []string) Expr { return readsComponent(found, x, bound) })
		eqs[i] = &r
	}
	g := *f
	g.Body = &Block{Eqs: eqs, Result: f.Body.Result, Span: f.Body.Span}
	return &g
}

// sizes lists the names of f's sizes.
func (f *Func) sizes() []string {
	var list []string
	for _, q := range slices.Concat(f.Params, f.Results) {
		for _, d := range q.Dims {
			list = append(list, idents(d)...)
		}
	}
	return list
}

// names lists all names in f.
func (f *Func) names() map[string]bool {
	names := map[string]bool{}
	see := func(x Expr) {
		for _, n := range idents(x) {
			names[n] = true
		}
	}
	for _, n := range f.sizes() {
		names[n] = true
	}
	for _, q := range slices.Concat(f.Params, f.Results) {
		names[q.Name] = true
	}
	for _, q := range f.Body.Eqs {
		names[q.Name] = true
		for _, x := range q.Index {
			see(x)
		}
		see(q.Value)
	}
	if f.Body.Result != nil {
		see(f.Body.Result)
	}
	return names
}

// declared is the declared dimensions of the result that q is for, or of its component; nil if there are none.
func (f *Func) declared(q *Equation) []Expr {
	for _, r := range f.Results {
		if r.Name == q.Name {
			return r.Dims
		}
	}
	return q.Shape
}

// equations lists those of the components, and the one that makes the array of them, in the place of the equation q, the array's first.
func (c *components) equations(q *Equation) []*Equation {
	var list []*Equation
	for _, k := range c.list {
		list = append(list, k.eqs...)
	}
	whole := &Equation{Name: c.name, NameAt: q.NameAt}
	var index []Expr
	for d := range c.from {
		index = append(index, &Ident{Name: fmt.Sprint(" ", d), At: q.NameAt})
	}
	whole.Index = index
	elems := make([]Expr, len(c.list))
	for i, k := range c.list {
		elems[i] = &Ident{Name: k.name, At: q.NameAt}
		if index != nil {
			elems[i] = &Index{X: elems[i], Args: index, Span: q.NameAt}
		}
	}
	for _, e := range slices.Backward(c.extents) {
		var rows []Expr
		for row := range slices.Chunk(elems, e) {
			rows = append(rows, &List{Elems: row, Span: q.NameAt})
		}
		elems = rows
	}
	whole.Value = elems[0]
	return append(list, whole)
}

// readsComponent is x as an element of a component, if it is an element of an array that has components, at a single place of theirs; else nil.
func readsComponent(found map[string]*components, x Expr, bound []string) Expr {
	n, ok := x.(*Index)
	if !ok {
		return nil
	}
	id, ok := n.X.(*Ident)
	if !ok || found[id.Name] == nil || slices.Contains(bound, id.Name) || len(n.Args) < found[id.Name].to {
		return nil
	}
	c := found[id.Name]
	k := slices.IndexFunc(c.list, func(k component) bool {
		for d, want := range k.at {
			if have, ok := place(n.Args[c.from+d]); !ok || have != want {
				return false
			}
		}
		return true
	})
	if k < 0 {
		return nil
	}
	part := &Ident{Name: c.list[k].name, At: id.At}
	rest := slices.Concat(n.Args[:c.from], n.Args[c.to:])
	if len(rest) == 0 {
		return part
	}
	return &Index{X: part, Args: rest, Span: n.Span}
}
