package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// watch keeps the search of the network, which is made of the straight-line program f, to programs that the judge may accept: to what is finite at its points, and accurate.
func (c *converter) watch(f *ir.Func, good bool, j *judge) {
	if loops(f) || c.net.Len() > maxWatched {
		return
	}
	var given []*ir.Node
	for _, n := range c.nodes {
		if n != nil && (len(n.Args) == 0 || n.Kind == ir.Access) {
			given = append(given, n)
		}
	}
	points := slices.Clone(j.extremes[:j.drawn])
	for i := range j.hunt.points {
		points = append(points, &j.hunt.points[i])
	}
	points = spread(points, maxWatchedValues/c.net.Len())
	first := len(points)
	points = append(points, j.extremes[j.drawn:]...)
	g := &algebra.Guard{Points: len(points), First: first, Good: good, Call: c.call}
	values := c.values(traceOf(given), len(points), func(k int) ir.Env { return points[k].env })
	g.Given = func(v, k int) float64 { return values[v][k] }
	for i, r := range f.Results {
		wanted := make([]bool, len(points))
		for k, p := range points {
			wanted[k] = !slices.ContainsFunc(p.results[i].Data, func(x float64) bool { return x-x != 0 })
		}
		g.Wanted = append(g.Wanted, algebra.Wanted{Variable: c.vars[r.Value], At: wanted})
	}
	at := c.values(traceOf(given), len(j.points), func(k int) ir.Env { return j.points[k].env })
	for k, p := range j.points {
		if !p.strict {
			continue
		}
		g.Precise = append(g.Precise, algebra.Precise{
			Given:  func(v int) float64 { return at[v][k] },
			Call:   c.call,
			Slopes: c.slopes,
			Most:   c.most(f, p),
		})
	}
	c.net.Watch(g)
}

// The work of watching: a network is watched up to so many variables, and at so many points that no more than so many values are computed at once.
const (
	maxWatched       = 1000
	maxWatchedValues = 60_000
)

// spread is so many of the points, evenly spread.
func spread(points []*witness, count int) []*witness {
	if len(points) <= count {
		return points
	}
	list := make([]*witness, count)
	for i := range list {
		list[i] = points[i*len(points)/count]
	}
	return list
}

// values is what the variables that are given are at the points.
func (c *converter) values(t *trace, count int, env func(k int) ir.Env) [][]float64 {
	list := make([][]float64, len(c.nodes))
	for k := range count {
		t.run(env(k))
		for i, n := range t.order {
			if v, ok := c.vars[n]; ok {
				list[v] = append(list[v], t.value[i])
			}
		}
	}
	return list
}

// most is the error that each result may have at the point.
func (c *converter) most(f *ir.Func, p witness) map[int]float64 {
	most := map[int]float64{}
	for i, r := range f.Results {
		for _, n := range elementsOf(r.Value) {
			most[c.vars[n]] = cautious * p.allowed() * lastPlace(largest(p.results[i]), 53)
		}
	}
	return most
}

// call is what the variable v is, a function of values.
func (c *converter) call(v int, args []float64) float64 {
	n := c.nodes[v]
	if n.Kind == ir.Apply {
		return applied(n.Prim, args)
	}
	sum := 0.0 // a list
	for _, x := range args {
		sum += x
	}
	return sum
}

// slopes appends the partial derivatives of the call v.
func (c *converter) slopes(list []float64, v int, args []float64) []float64 {
	if n := c.nodes[v]; n.Kind == ir.Apply && n.Type == ir.Real {
		return slopes(list, n, args)
	}
	return list
}

// cautious is the part of the error that a program may have which a network may have, as the order of its sums is not known yet.
const cautious = 0.9
