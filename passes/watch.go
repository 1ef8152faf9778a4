package passes

import (
	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// maxWatched is the number of points that a search has an eye on.
const maxWatched = 8

// watch keeps the search of the network, which is made of the straight-line program f, to programs that are finite at the last of the points because of which the judge has
// refused some, at which f may not be; and, if it has refused some because of that, to accurate ones.
func (c *converter) watch(f *ir.Func, j *judge) {
	t := newTrace(f)
	points := j.found()
	points = points[max(len(points)-maxWatched, 0):]
	g := &algebra.Guard{Call: c.call}
	var values [][]float64
	for _, p := range points {
		if !t.run(p.env) {
			return
		}
		values = append(values, c.values(t))
	}
	g.Points, g.Given = len(values), func(v, k int) float64 { return values[k][v] }
	if j.inexact {
		for _, p := range j.points {
			if !t.run(p.env) {
				return
			}
			at := c.values(t)
			g.Precise = append(g.Precise, algebra.Precise{
				Given:  func(v int) float64 { return at[v] },
				Call:   c.call,
				Slopes: func(list []float64, v int, args []float64) []float64 { return c.slopes(list, v, args) },
				Most:   c.most(t, p),
			})
		}
	}
	if g.Points+len(g.Precise) > 0 {
		c.net.Watch(g)
	}
}

// values is what the nodes of all variables are where the program has been run.
func (c *converter) values(t *trace) []float64 {
	at := make([]float64, len(c.nodes))
	for v, n := range c.nodes {
		if n != nil && t.has(n) {
			at[v] = t.value[t.place[n.ID]]
		}
	}
	return at
}

// most is the error that each result may have at the point.
func (c *converter) most(t *trace, p witness) map[int]float64 {
	most := map[int]float64{}
	allowed := max(p.error+maxLoss, p.error*maxRatio)
	for i, elements := range t.elements {
		scale := largest(p.results[i])
		for _, n := range elements {
			if v, ok := c.vars[n]; ok {
				most[v] = allowed * lastPlace(scale, 53)
			}
		}
	}
	return most
}

// call is what the variable v is, a function of values.
func (c *converter) call(v int, args []float64) float64 {
	n := c.nodes[v]
	if n.Kind == ir.Apply {
		return n.Prim.Eval(args)
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
