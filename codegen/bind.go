package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// bind emits Bind, which checks and keeps the data.
func (o *object) bind() {
	f := o.f.Func
	names := newScope("f", "s", "i", "v")
	w := o.sizeWriter("s")
	var params, code, keep []Code
	code = append(code, Id("s").Op(":=").Id("f").Dot("sizes"))
	var shapes []string
	for _, in := range f.Data() {
		n := names.name(unexported(in.Name))
		params = append(params, Id(n).Add(o.goType(in)))
		keep = append(keep, Id("f").Dot(o.data[in]).Op("=").Id(n))
		if len(in.Dims) > 0 {
			shapes = append(shapes, in.Shape())
			code = append(code, If(Len(Id(n)).Op("!=").Add(w.product(in.Dims))).Block(
				Return(Qual("fmt", "Errorf").Call(Lit(fmt.Sprintf("%s: %s has %%d elements, want %%d for %s", f.Name, in.Name, in.Shape())), Len(Id(n)), w.product(in.Dims)))))
		}
		for _, c := range f.Checks {
			if c.Data == in {
				code = append(code, o.checkRange(w, n, in, c))
			}
		}
	}
	if len(w.used) == 0 {
		code = code[1:]
	}
	code = append(code, keep...)
	code = append(code, o.fixPatterns(true)...)
	code = append(code, Id("f").Dot("bound").Op("=").True(), Return(Nil()))
	about := fmt.Sprintf("Bind gives the data, which are kept and not copied: %s.", strings.Join(shapes, ", "))
	if len(shapes) == 0 {
		about = "Bind gives the data."
	}
	o.file.Comment(doc(about, "It refuses what does not fit the sizes, and integers that point outside of an array."))
	o.file.Func().Params(Id("f").Op("*").Id(o.name)).Id("Bind").Params(params...).Error().Block(code...)
	o.file.Line()
}

// checkRange checks that integers lie in the range of what they index.
func (o *object) checkRange(w *writer, name string, in *ir.Input, c ir.Check) Code {
	v := Id("v")
	if len(in.Dims) == 0 {
		v = Id(name)
	}
	element, at, fixed := o.element(w, in, c)
	want, bad, limits := o.dataLimits(w, c, v, at)
	for i, f := range fixed {
		if i == 0 {
			bad = Parens(bad)
		}
		bad = f.Op("&&").Add(bad)
	}
	text := fmt.Sprintf("%s: %s is %%d, %s", o.f.Func.Name, element, want)
	if c.Message != "" {
		text += ": " + c.Message
	}
	check := If(bad).Block(Return(Qual("fmt", "Errorf").Call(slices.Concat([]Code{Lit(text)}, at, []Code{v}, limits)...)))
	if len(in.Dims) == 0 {
		return check
	}
	return For(List(Id("i"), Id("v")).Op(":=").Range().Id(name)).Block(check)
}

// dataLimits says what an element v must lie in, and the condition under which it does not. want has a verb for each of the values.
func (o *object) dataLimits(w *writer, c ir.Check, v Code, at []Code) (want string, bad *Statement, values []Code) {
	want = c.Data.Name
	place := func(n *ir.Node, times, bits int) *Statement { return o.limitAt(w, n, at, c.Dim, times, bits) }
	switch least := c.Least; {
	case least == nil:
	case c.LeastPlaces > 0:
		least = o.f.Func.Graph.IntSub(least, o.f.Func.Graph.Int(1))
		bad = Add(v).Op("<=").Add(place(least, c.LeastPlaces, 4))
		want, values = "%d < "+want, append(values, place(least, c.LeastPlaces, 0))
	case least.Kind == ir.Const && c.LeastPlaces == 0:
		bad = Add(v).Op("<").Lit(int(least.Value))
		want = fmt.Sprintf("%d ≤ %s", int(least.Value), want)
	default:
		bad = Add(v).Op("<").Add(place(least, c.LeastPlaces, 4))
		want, values = "%d ≤ "+want, append(values, place(least, c.LeastPlaces, 0))
	}
	if c.Below != nil {
		above := Add(v).Op(">=").Add(place(c.Below, c.BelowPlaces, 4))
		if bad == nil {
			bad = above
		} else {
			bad = bad.Op("||").Add(above)
		}
		want, values = want+" < %d", append(values, place(c.Below, c.BelowPlaces, 0))
	}
	return "want " + want, bad, values
}

// limitAt is the limit n, to which the place of an element along the dimension is added so many times.
func (o *object) limitAt(w *writer, n *ir.Node, at []Code, dim, times, bits int) *Statement {
	if times == 0 {
		return Add(w.extent(n, bits))
	}
	places := Add(at[dim]) // binds as i/m%n*2 does
	if k := max(times, -times); k > 1 {
		places.Op("*").Lit(k)
	}
	g := o.f.Func.Graph
	switch {
	case times < 0 && n.IsConst(0):
		return Op("-").Add(places)
	case times < 0:
		return Add(w.extent(n, bits)).Op("-").Add(places)
	case n.IsConst(0):
		return places
	case n.Value <= 0 && !slices.ContainsFunc(n.Coef, func(k int) bool { return k > 0 }) && (n.Kind == ir.Const || n.Kind == ir.Affine):
		return places.Op("-").Add(w.extent(g.IntSub(g.Int(0), n), 5))
	}
	return places.Op("+").Add(w.extent(n, bits))
}

// element names element i of an array in a message, k[%d,%d], with its subscripts, and the conditions under which the check speaks of it.
func (o *object) element(w *writer, in *ir.Input, c ir.Check) (name string, at []Code, fixed []*Statement) {
	if len(in.Dims) == 0 {
		return in.Name, nil, nil
	}
	for d, extent := range in.Dims {
		sub := Id("i")
		if d+1 < len(in.Dims) {
			rows := w.product(in.Dims[d+1:])
			if d+2 < len(in.Dims) {
				rows = Parens(rows)
			}
			sub = sub.Op("/").Add(rows)
		}
		if d > 0 {
			sub = sub.Op("%").Add(w.extent(extent, 6))
		}
		at = append(at, sub)
		if c.At != nil && c.At[d] >= 0 {
			fixed = append(fixed, sub.Clone().Op("==").Lit(c.At[d]))
		}
	}
	if c.From > 0 {
		fixed = append(fixed, Add(at[c.Dim]).Op(">=").Lit(c.From))
	}
	if c.To != nil {
		fixed = append(fixed, Add(at[c.Dim]).Op("<").Add(w.extent(c.To, 4)))
	}
	return in.Name + "[%d" + strings.Repeat(",%d", len(at)-1) + "]", at, fixed
}
