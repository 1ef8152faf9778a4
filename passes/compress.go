package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// compressed is the Jacobian of f, a function of numbers, by fewer sweeps than it has columns, or rows: parameters of which no two are in
// the same result share a forward sweep, along the sum of their unit vectors, and results that have no parameter in common a reverse sweep (Curtis, Powell, Reid, On
// the Estimation of Sparse Jacobian Matrices, 1974; Griewank & Walther, 8.1). Dense is the Jacobian by a sweep for each, which shows where it is
// structurally zero. There is nothing where the compression saves no sweep.
func compressed(f, dense *ir.Func) []*ir.Func {
	if !f.Scalar() {
		return nil
	}
	n, m := len(f.Results), len(f.Independents())
	entries := dense.Results[n:]
	entry := func(i, j int) bool { return !entries[i*m+j].Value.IsConst(0) }
	var list []*ir.Func
	if colours, count := colouring(m, n, func(j, i int) bool { return entry(i, j) }); count < m {
		list = append(list, compressedColumns(f, colours, count, entry))
	}
	if colours, count := colouring(n, m, entry); count < n {
		list = append(list, compressedRows(f, colours, count, entry))
	}
	return list
}

// colouring gives each of n lines of a matrix a colour such that lines of one colour have no entry in the same of m places: greedily, those of the
// most entries first.
func colouring(n, m int, entry func(line, place int) bool) (colours []int, count int) {
	order := make([]int, n)
	entries := make([]int, n)
	for l := range n {
		order[l] = l
		for p := range m {
			if entry(l, p) {
				entries[l]++
			}
		}
	}
	slices.SortStableFunc(order, func(k, l int) int { return entries[l] - entries[k] })
	colours = make([]int, n)
	var taken []map[int]bool // the places of each colour
	for _, l := range order {
		var places []int
		for p := range m {
			if entry(l, p) {
				places = append(places, p)
			}
		}
		c := slices.IndexFunc(taken, func(t map[int]bool) bool { return !slices.ContainsFunc(places, func(p int) bool { return t[p] }) })
		if c < 0 {
			c = len(taken)
			taken = append(taken, map[int]bool{})
		}
		for _, p := range places {
			taken[c][p] = true
		}
		colours[l] = c
	}
	return colours, len(taken)
}

// compressedColumns is the Jacobian by a forward sweep for each colour of the parameters.
func compressedColumns(f *ir.Func, colours []int, count int, entry func(i, j int) bool) *ir.Func {
	g, d := f.Graph, f.Derived()
	params := f.Independents()
	tangents := make([][]*ir.Node, count)
	for c := range tangents {
		seed := map[*ir.Input]func(...*ir.Node) adjoint{}
		for j, p := range params {
			seed[p] = func(...*ir.Node) adjoint { return adjoint{g.Bool(true), g.Indicator(g.Bool(colours[j] == c))} }
		}
		tangents[c] = pushforward(d, f.Results, seed, nil)
	}
	return decompressed(d, "compressed forward", entry, func(i, j int) *ir.Node { return tangents[colours[j]][i] })
}

// compressedRows is the Jacobian by a reverse sweep for each colour of the results.
func compressedRows(f *ir.Func, colours []int, count int, entry func(i, j int) bool) *ir.Func {
	g, d := f.Graph, f.Derived()
	adjoints := make([][]ir.Result, count)
	for c := range adjoints {
		seeds := make([]*ir.Node, len(f.Results))
		for i := range seeds {
			seeds[i] = g.Indicator(g.Bool(colours[i] == c))
		}
		adjoints[c] = pullback(d, seeds, nil)
	}
	return decompressed(d, "compressed reverse", entry, func(i, j int) *ir.Node { return adjoints[colours[i]][j].Value })
}

// decompressed is f with the entries of its Jacobian, of what the sweeps give.
func decompressed(f *ir.Func, way string, entry func(i, j int) bool, value func(i, j int) *ir.Node) *ir.Func {
	rows := make([][]ir.Result, len(f.Results))
	for i := range rows {
		for j := range f.Independents() {
			v := f.Graph.Const(0)
			if entry(i, j) {
				v = value(i, j)
			}
			rows[i] = append(rows[i], ir.Result{Value: v})
		}
	}
	d := withJacobian(f, rows)
	d.Way = way
	return d
}
