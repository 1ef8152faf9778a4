package passes

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// comparison holds derivatives against the change of a function, the base, along a direction: f, or f with its gradient for second derivatives.
type comparison struct {
	kind    string
	f, base *ir.Func
	sample  *Sample
	held    []float64 // what stop_gradient holds fixed in the base, at the sample
}

// run draws the direction and compares.
func (c *comparison) run(r *rand.Rand) error {
	s := c.sample
	for _, p := range c.f.Independents() {
		t, seeded := s.Env.Inputs["t"+p.Name]
		if !seeded || c.kind != "jvp" && c.kind != "hvp" {
			x := s.Env.Inputs[p.Name]
			t = ir.Tensor{Dims: x.Dims, Data: make([]float64, len(x.Data))}
			for e := range t.Data {
				t.Data[e] = r.NormFloat64()
			}
		}
		s.Direction = append(s.Direction, t)
	}
	said, scale := c.said()
	s.Along = said
	if err := c.forward(said, scale, r); err != nil {
		return err
	}
	return c.differences(said, scale)
}

// forward compares with the change of the base along the direction by forward mode, as compare does.
func (c *comparison) forward(said, scale []float64, r *rand.Rand) error {
	jvp, err := JVP(c.base)
	if err != nil {
		return err
	}
	env := ir.Env{Sizes: c.sample.Env.Sizes, Inputs: maps.Clone(c.sample.Env.Inputs)}
	for i, p := range c.f.Independents() {
		env.Inputs["t"+p.Name] = c.sample.Direction[i]
	}
	results, err := ir.Eval(jvp, env)
	if err != nil {
		return err
	}
	change := flat(results[len(c.base.Results):])
	exact := c.combined(change)
	own := make([]float64, len(exact))
	if ulps(exact, said, scale) > doubtful {
		list, err := Scales(jvp, results, env, r)
		if err != nil {
			return err
		}
		own = c.spread(change, results[len(c.base.Results):], list[len(c.base.Results):])
	}
	for i, v := range scale {
		own[i] = max(own[i], v)
	}
	c.sample.Forward = max(c.sample.Forward, ulps(exact, said, own))
	return nil
}

// ulps is how far the numbers are apart at most, in ULPs of their scales.
func ulps(list, other, scale []float64) (worst float64) {
	for i, v := range list {
		worst = max(worst, ULP(v, other[i], scale[i], 53))
	}
	return worst
}

// spread is the scale of what combined makes of the change, for the scale of each of the arrays that it consists of.
func (c *comparison) spread(change []float64, arrays []ir.Tensor, scale []float64) (list []float64) {
	for i, t := range arrays {
		for range t.Data {
			list = append(list, scale[i])
		}
	}
	sized := func(weights []float64) (sum float64) {
		for i, w := range weights {
			sum += math.Abs(w) * list[i]
		}
		return sum
	}
	switch c.kind {
	case "vjp":
		return []float64{sized(c.cotangents())}
	case "gauss_newton":
		return []float64{sized(flat(c.sample.Results[:len(c.f.Results)])), 2 * sized(change)}
	}
	return list
}

// cotangents is the seeds of all results.
func (c *comparison) cotangents() []float64 {
	var seeds []ir.Tensor
	for _, r := range c.f.Results {
		seeds = append(seeds, c.sample.Env.Inputs["c"+r.Name])
	}
	return flat(seeds)
}

func flat(list []ir.Tensor) []float64 {
	var all []float64
	for _, t := range list {
		all = append(all, t.Data...)
	}
	return all
}

// combined is what the results say something of, from the change of the base: that itself; for a cotangent c the number c·change, and
// for residuals r the numbers r·change and change².
func (c *comparison) combined(change []float64) []float64 {
	switch c.kind {
	case "vjp":
		return []float64{scalarProduct(c.cotangents(), change)}
	case "gauss_newton":
		r := flat(c.sample.Results[:len(c.f.Results)])
		return []float64{scalarProduct(r, change), scalarProduct(change, change)}
	}
	return change
}

func scalarProduct(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// said is what the results say of that, and the scale of each number: the sum of the absolute values of its terms, or that of the results.
func (c *comparison) said() (list, scale []float64) {
	s, n := c.sample, len(c.f.Results)
	by := len(s.Direction)
	derived := s.Results[n:]
	rows := func(of, k int, factor []float64) { // of array k of the derived results, as a matrix over the elements of result of, times the factor
		x := derived[k].Data
		count := len(x) / max(len(factor), 1)
		if of == len(list) {
			list, scale = append(list, make([]float64, count)...), append(scale, make([]float64, count)...)
		}
		for e := range count {
			for j, v := range factor {
				list[of+e] += x[e*len(factor)+j] * v
				scale[of+e] += math.Abs(x[e*len(factor)+j] * v)
			}
		}
	}
	switch c.kind {
	case "jvp":
		list = flat(derived)
		for _, t := range derived {
			for range t.Data {
				scale = append(scale, largest(t))
			}
		}
	case "jacobian":
		for i := range n {
			at := len(list)
			for p := range by {
				rows(at, i*by+p, s.Direction[p].Data)
			}
		}
	default: // begins with a gradient
		for p := range by {
			rows(0, p, s.Direction[p].Data)
		}
	}
	switch c.kind {
	case "hvp":
		for _, t := range derived[by:] {
			list = append(list, t.Data...)
			for range t.Data {
				scale = append(scale, largest(t))
			}
		}
	case "hessian":
		product, size := symmetric(derived[by:], s.Direction)
		list, scale = append(list, product...), append(scale, size...)
	case "gauss_newton":
		product, size := symmetric(derived[by:], s.Direction)
		t := flat(s.Direction)
		for i := range size {
			size[i] *= math.Abs(t[i])
		}
		total := 0.0
		for _, v := range size {
			total += v
		}
		list, scale = append(list, scalarProduct(product, t)), append(scale, total)
	}
	for k := range scale { // no number is held to more digits than the results have
		scale[k] = max(scale[k], slices.Max(s.Scale[n:]))
	}
	return list, scale
}

// symmetric is the product of the symmetric matrix of which the blocks on and above the diagonal are given, and the vector of the parts t.
func symmetric(blocks, t []ir.Tensor) (product, scale []float64) {
	offset := make([]int, len(t)+1)
	for i, x := range t {
		offset[i+1] = offset[i] + len(x.Data)
	}
	all := flat(t)
	product, scale = make([]float64, len(all)), make([]float64, len(all))
	add := func(i, j int, v float64) {
		product[i] += v * all[j]
		scale[i] += math.Abs(v * all[j])
	}
	k := 0
	for p := range t {
		for q := p; q < len(t); q++ {
			columns := len(t[q].Data)
			for e, v := range blocks[k].Data {
				i, j := offset[p]+e/columns, offset[q]+e%columns
				if p == q && j < i {
					continue // the mirror image
				}
				add(i, j, v)
				if i != j {
					add(j, i, v)
				}
			}
			k++
		}
	}
	return product, scale
}
