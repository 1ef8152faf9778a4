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

// Jacobians is f, whose arguments and results are scalars, with the derivatives of all its results with respect to all parameters, derived in
// all ways that may lead to a cheap program: by a reverse sweep for each result, the first, by a forward sweep for each parameter, the second,
// and by elimination of vertices. The derivatives follow the results, row by row, and are named d, the result's name, _d and the parameter's.
func Jacobians(f *ir.Func) ([]*ir.Func, error) {
	if !f.Scalar() {
		return nil, fmt.Errorf("%s has arrays: a Jacobian is derived of functions of numbers; ask for jvp or vjp", f.Name)
	}
	return append([]*ir.Func{reverseRows(f), forwardColumns(f)}, eliminations(f)...), nil
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

// reverseRows is the Jacobian by a reverse sweep for each result.
func reverseRows(f *ir.Func) *ir.Func {
	var rows [][]*ir.Node
	for i := range f.Results {
		seeds := make([]*ir.Node, len(f.Results))
		for j := range seeds {
			seeds[j] = f.Graph.Indicator(f.Graph.Bool(i == j))
		}
		var row []*ir.Node
		for _, r := range pullback(f, seeds) {
			row = append(row, r.Value)
		}
		rows = append(rows, row)
	}
	return withJacobian(f, rows)
}

// forwardColumns is the Jacobian by a forward sweep for each parameter.
func forwardColumns(f *ir.Func) *ir.Func {
	rows := make([][]*ir.Node, len(f.Results))
	for _, p := range f.Params() {
		for i, dot := range pushforward(f, directions(f, p, nil)) {
			rows[i] = append(rows[i], dot)
		}
	}
	return withJacobian(f, rows)
}

// withJacobian is f with further results: the rows, of scalars.
func withJacobian(f *ir.Func, rows [][]*ir.Node) *ir.Func {
	d := f.Derived()
	for i, row := range rows {
		for j, p := range f.Params() {
			name := "d" + f.Results[i].Name + "_d" + p.Name
			if len(rows) == 1 {
				name = "d" + p.Name
			}
			d.Results = append(d.Results, ir.Result{Name: name, Value: row[j]})
		}
	}
	return d
}
