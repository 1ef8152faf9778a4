package passes

import "github.com/adgen-go/adgen/ir"

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
// program: by a reverse sweep for each result, the first, by a forward sweep for each parameter, the second, by fewer sweeps where it is sparse, and
// by elimination of vertices where that is possible. The derivatives follow the results, row by row, and are named d, the result's name, _d and the parameter's. That of
// the result y[i] by the parameter x[j] is an array over i and j.
func Jacobians(f *ir.Func) ([]*ir.Func, error) {
	rows, columns := elements(f)
	if err := few(f, "Jacobian", rows, columns, instead(f, false)); err != nil {
		return nil, err
	}
	return jacobians(f), nil
}

func jacobians(f *ir.Func) []*ir.Func {
	columns := forwardColumns(f)
	ways := append([]*ir.Func{reverseRows(f), columns}, compressed(f, columns)...)
	return append(ways, eliminations(f)...)
}

// eliminations is the derivatives of f by elimination of vertices in several orders; nothing where f has arrays.
func eliminations(f *ir.Func) []*ir.Func {
	var list []*ir.Func
	for _, last := range []bool{false, true} {
		if d, ok := byElimination(f, last); ok {
			if d.Way = "elimination"; last {
				d.Way = "late elimination"
			}
			list = append(list, d)
		}
	}
	return list
}

// reverseRows is the Jacobian by a reverse sweep for each result, with a unit vector of open place where that is an array.
func reverseRows(f *ir.Func) *ir.Func {
	g, d := f.Graph, f.Derived()
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
		list := pullback(d, seeds, place)
		for i := range list {
			list[i].Index = append(place[:len(place):len(place)], list[i].Index...)
		}
		rows = append(rows, list)
	}
	d = withJacobian(d, rows)
	d.Way = "reverse"
	return d
}

// forwardColumns is the Jacobian by a forward sweep for each parameter, along a unit vector of open place where that is an array.
func forwardColumns(f *ir.Func) *ir.Func {
	d := f.Derived()
	rows := make([][]ir.Result, len(f.Results))
	for _, p := range f.Independents() {
		place := fresh(f.Graph, p.Dims)
		for i, dot := range pushforward(d, f.Results, directions(f, p, place, true), place) {
			index := f.Results[i].Index
			rows[i] = append(rows[i], ir.Result{Index: append(index[:len(index):len(index)], place...), Value: dot})
		}
	}
	d = withJacobian(d, rows)
	d.Way = "forward"
	return d
}

// withJacobian is f with further results: the rows.
func withJacobian(f *ir.Func, rows [][]ir.Result) *ir.Func {
	d := f.Derived()
	for i, row := range rows {
		for j, p := range f.Independents() {
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
