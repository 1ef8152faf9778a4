package passes

import (
	"fmt"

	"github.com/adgen-go/adgen/ir"
)

// Gradients is the gradient of f, derived in all ways that may lead to a cheap program: by one reverse sweep, the first, and by elimination of
// vertices where that is possible.
func Gradients(f *ir.Func) ([]*ir.Func, error) {
	reverse, err := Gradient(f)
	if err != nil {
		return nil, err
	}
	return append([]*ir.Func{reverse}, eliminations(f)...), nil
}

// Jacobians is f with the derivatives of all its results with respect to all parameters, derived in all ways that may lead to a cheap
// program: by a reverse sweep for each result, the first, by a forward sweep for each parameter, the second, and by elimination of vertices
// where that is possible. The derivatives follow the results, row by row, and are named d, the result's name, _d and the parameter's. That of
// the result y[i] by the parameter x[j] is an array over i and j.
func Jacobians(f *ir.Func) ([]*ir.Func, error) {
	if n, ok := entries(f); ok && n > maxEntries {
		return nil, fmt.Errorf("the Jacobian of %s has %.0f entries, more than %d: ask for jvp or vjp, which are products with it", f.Name, n, maxEntries)
	}
	return append([]*ir.Func{reverseRows(f), forwardColumns(f)}, eliminations(f)...), nil
}

// Hessians is f, which results in one number, with its gradient and its second derivatives, derived in all ways that may lead to a cheap program.
// The Hessian is the Jacobian of the gradient, of which one triangle is there: behind the gradient stand the second derivatives by the
// parameters p and q, where q is not before p, named d, p, _d and q.
func Hessians(f *ir.Func) ([]*ir.Func, error) {
	grads, err := Gradients(f)
	if err != nil {
		return nil, err
	}
	params := f.Params()
	var list []*ir.Func
	for _, grad := range grads {
		rows := grad.Derived()
		rows.Results = grad.Results[1:]
		if n, ok := entries(rows); ok && n > maxEntries {
			return nil, fmt.Errorf("the Hessian of %s has %.0f entries, more than %d: ask for hvp, the product with a vector", f.Name, n, maxEntries)
		}
		jacobians, err := Jacobians(rows)
		if err != nil {
			return nil, err
		}
		for _, j := range jacobians {
			h := grad.Derived()
			for k, r := range j.Results[len(params):] {
				if p, q := k/len(params), k%len(params); q >= p {
					h.Results = append(h.Results, ir.Result{Name: "d" + params[p].Name + "_d" + params[q].Name, Index: r.Index, Value: r.Value})
				}
			}
			list = append(list, h)
		}
	}
	return list, nil
}

// HVP is f, which results in one number, with its gradient and the product of its Hessian and a tangent, by forward mode over reverse mode: for
// every parameter there is a further input, the tangent t of the parameter's name and shape, and behind the gradient a further result, named
// h and the parameter's name.
func HVP(f *ir.Func) (*ir.Func, error) {
	grad, err := Gradient(f)
	if err != nil {
		return nil, err
	}
	d, err := JVP(grad)
	if err != nil {
		return nil, err
	}
	n := len(grad.Results)
	products := d.Results[n+1:]
	d.Results = d.Results[:n:n]
	for i, r := range products {
		r.Name = "h" + f.Params()[i].Name
		d.Results = append(d.Results, r)
	}
	return d, nil
}

// maxEntries bounds the entries of a Jacobian or Hessian, as far as they are known before a program runs.
const maxEntries = 1_000_000

// entries is the number of entries of the Jacobian of f, if no size is left open.
func entries(f *ir.Func) (n float64, ok bool) {
	count := func(extents []*ir.Node) float64 {
		product := 1.0
		for _, e := range extents {
			product *= e.Value
			ok = ok && e.Kind == ir.Const
		}
		return product
	}
	ok = true
	rows, columns := 0.0, 0.0
	for _, r := range f.Results {
		rows += count(extents(r.Index))
	}
	for _, p := range f.Params() {
		columns += count(p.Dims)
	}
	return rows * columns, ok
}

func extents(index []*ir.Node) []*ir.Node {
	var list []*ir.Node
	for _, i := range index {
		list = append(list, i.Extent)
	}
	return list
}

// eliminations is the derivatives of f by elimination of vertices in several orders; nothing where f has arrays.
func eliminations(f *ir.Func) []*ir.Func {
	var list []*ir.Func
	for _, last := range []bool{false, true} {
		if d, ok := byElimination(f, last); ok {
			list = append(list, d)
		}
	}
	return list
}

// reverseRows is the Jacobian by a reverse sweep for each result, with a unit vector of open place where that is an array.
func reverseRows(f *ir.Func) *ir.Func {
	g := f.Graph
	var rows [][]ir.Result
	for row, result := range f.Results {
		var place []*ir.Node
		same := g.Bool(true)
		for _, i := range result.Index {
			k := g.NewIndex(i.Extent)
			place = append(place, k)
			same = g.And(same, g.Apply(ir.OpEq, i, k))
		}
		seeds := make([]*ir.Node, len(f.Results))
		for j := range seeds {
			seeds[j] = g.Const(0)
			if j == row {
				seeds[j] = g.Indicator(same)
			}
		}
		list := pullback(f, seeds)
		for i := range list {
			list[i].Index = append(place[:len(place):len(place)], list[i].Index...)
		}
		rows = append(rows, list)
	}
	return withJacobian(f, rows)
}

// forwardColumns is the Jacobian by a forward sweep for each parameter, along a unit vector of open place where that is an array.
func forwardColumns(f *ir.Func) *ir.Func {
	rows := make([][]ir.Result, len(f.Results))
	for _, p := range f.Params() {
		var place []*ir.Node
		for _, extent := range p.Dims {
			place = append(place, f.Graph.NewIndex(extent))
		}
		for i, dot := range pushforward(f, directions(f, p, place, true)) {
			index := f.Results[i].Index
			rows[i] = append(rows[i], ir.Result{Index: append(index[:len(index):len(index)], place...), Value: dot})
		}
	}
	return withJacobian(f, rows)
}

// withJacobian is f with further results: the rows.
func withJacobian(f *ir.Func, rows [][]ir.Result) *ir.Func {
	d := f.Derived()
	for i, row := range rows {
		for j, p := range f.Params() {
			r := row[j]
			r.Name = "d" + f.Results[i].Name + "_d" + p.Name
			if len(rows) == 1 {
				r.Name = "d" + p.Name
			}
			d.Results = append(d.Results, r)
		}
	}
	return d
}
