package passes

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Sample is a kind of derivative of a function at a point, by the direct evaluator.
type Sample struct {
	Env     ir.Env      // sizes, arguments and seeds
	Results []ir.Tensor // of the plainest way
	Scale   []float64   // of each result: its largest entry, or more where that is what small relative changes of the arguments make of it

	Direction []ir.Tensor // a tangent, one array for each independent: the seeds, or random
	Along     []float64   // what the results say of the change along it, of the value or, by second derivatives, of the gradient too
	Forward   float64     // the largest error of the same by forward mode, and of the results by other ways, in ULPs of the scale

	Differences float64 // the largest error of central differences along the direction, relative to the scale
	Close       bool    // whether those are as close as their own error allows
}

// Evaluate evaluates ways to derive what is wanted of a function at the point, whose inputs are those of ways[0], and holds them against each other, against forward mode,
// and against central differences.
func Evaluate(w ir.Wanted, ways []*ir.Func, env ir.Env, r *rand.Rand) (Sample, error) {
	f := ways[0].Derived() // for what it is differentiated by
	f.Results = f.Results[:len(ways[0].Results)-added(w, ways[0])]
	s := Sample{Env: env, Close: true}
	var err error
	if s.Results, err = ir.Eval(ways[0], env); err != nil {
		return s, err
	}
	if s.Scale, err = scales(ways[0], s.Results, env, r); err != nil {
		return s, err
	}
	for _, other := range ways[1:] {
		results, err := ir.Eval(other, env)
		if err != nil {
			return s, err
		}
		for i, t := range results {
			for e, v := range t.Data {
				s.Forward = max(s.Forward, ULP(v, s.Results[i].Data[e], s.Scale[i], 53))
			}
		}
	}
	if w.Kind == "value" {
		return s, nil
	}
	c := &comparison{kind: w.Kind, f: f, base: f, sample: &s}
	if w.Kind == "hessian" || w.Kind == "hvp" {
		if c.base, err = Gradient(f); err != nil {
			return s, err
		}
	}
	return s, c.run(r)
}

// added is the number of results that deriving w has added to those of the function.
func added(w ir.Wanted, d *ir.Func) int {
	n := len(d.Independents())
	switch w.Kind {
	case "value":
		return 0
	case "jvp":
		return len(d.Results) / 2
	case "jacobian":
		return len(d.Results) - len(d.Results)/(1+n)
	case "hvp":
		return 2 * n
	case "hessian", "gauss_newton":
		return n + n*(n+1)/2
	}
	return n
}

// scales finds the scale of each result of d.
func scales(d *ir.Func, results []ir.Tensor, env ir.Env, r *rand.Rand) ([]float64, error) {
	const small = 0x1p-20
	list := make([]float64, len(results))
	whole, argument := 0.0, 0.0
	for i, t := range results {
		list[i] = largest(t)
		whole = max(whole, list[i])
	}
	for _, in := range d.Inputs {
		argument = max(argument, largest(env.Inputs[in.Name]))
	}
	for range 2 {
		moved := ir.Env{Sizes: env.Sizes, Inputs: maps.Clone(env.Inputs)}
		for _, in := range d.Inputs {
			if in.Type != ir.Real {
				continue
			}
			x := env.Inputs[in.Name]
			y := ir.Tensor{Dims: x.Dims, Data: make([]float64, len(x.Data))}
			for e, v := range x.Data {
				y.Data[e] = v * (1 + small*float64(1-2*r.IntN(2)))
			}
			moved.Inputs[in.Name] = y
		}
		changed, err := ir.Eval(d, moved)
		if err != nil {
			return nil, err
		}
		for i, t := range changed {
			for e, v := range t.Data {
				if change := math.Abs(v-results[i].Data[e]) / small; change-change == 0 {
					list[i] = max(list[i], change)
				}
			}
		}
	}
	for i := range list {
		list[i] = max(list[i], whole/(1+argument))
	}
	return list, nil
}

func largest(t ir.Tensor) float64 {
	m := 0.0
	for _, v := range t.Data {
		m = max(m, math.Abs(v))
	}
	return m
}

// comparison holds derivatives against the change of a function, the base, along a direction: f, or f with its gradient for second derivatives.
type comparison struct {
	kind    string
	f, base *ir.Func
	sample  *Sample
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
	exact, err := c.forward()
	if err != nil {
		return err
	}
	for i, v := range c.combined(exact) {
		s.Forward = max(s.Forward, ULP(v, said[i], scale[i], 53))
	}
	return c.differences(said, scale)
}

// forward is the change of the base along the direction by forward mode.
func (c *comparison) forward() ([]float64, error) {
	jvp, err := JVP(c.base)
	if err != nil {
		return nil, err
	}
	env := ir.Env{Sizes: c.sample.Env.Sizes, Inputs: maps.Clone(c.sample.Env.Inputs)}
	for i, p := range c.f.Independents() {
		env.Inputs["t"+p.Name] = c.sample.Direction[i]
	}
	results, err := ir.Eval(jvp, env)
	if err != nil {
		return nil, err
	}
	return flat(results[len(c.base.Results):]), nil
}

func flat(list []ir.Tensor) []float64 {
	var all []float64
	for _, t := range list {
		all = append(all, t.Data...)
	}
	return all
}

// differences compares with central differences of steps h and 2h, whose error Richardson's extrapolation estimates.
func (c *comparison) differences(said, scale []float64) error {
	const h = 1e-4
	near, size, err := c.quotient(h)
	if err != nil {
		return err
	}
	far, _, err := c.quotient(2 * h)
	if err != nil {
		return err
	}
	between := make([]float64, len(near))
	for i := range near {
		between[i] = (4*near[i] - far[i]) / 3
	}
	n, b, f := c.combined(near), c.combined(between), c.combined(far)
	for i, v := range said {
		d := math.Abs(b[i] - v)
		estimate := math.Abs(n[i]-f[i]) + 1e-11*size/h
		c.sample.Differences = max(c.sample.Differences, d/max(scale[i], 1e-300))
		c.sample.Close = c.sample.Close && d <= 10*estimate+1e-6*scale[i]
	}
	return nil
}

// quotient is the change of the base by central differences, and the size of its values.
func (c *comparison) quotient(h float64) (change []float64, size float64, err error) {
	var side [2][]float64
	for k, sign := range []float64{1, -1} {
		env := ir.Env{Sizes: c.sample.Env.Sizes, Inputs: maps.Clone(c.sample.Env.Inputs)}
		for i, p := range c.f.Independents() {
			x := env.Inputs[p.Name]
			moved := ir.Tensor{Dims: x.Dims}
			for e, v := range x.Data {
				moved.Data = append(moved.Data, v+sign*h*c.sample.Direction[i].Data[e])
			}
			env.Inputs[p.Name] = moved
		}
		values, err := ir.Eval(c.base, env)
		if err != nil {
			return nil, 0, err
		}
		side[k] = flat(values)
	}
	for i, v := range side[0] {
		change = append(change, (v-side[1][i])/(2*h))
		size = max(size, math.Abs(v))
	}
	return change, size, nil
}

// combined is what the results say something of, from the change of the base: that itself; for a cotangent c the number c·change, and
// for residuals r the numbers r·change and change².
func (c *comparison) combined(change []float64) []float64 {
	switch c.kind {
	case "vjp":
		var seeds []ir.Tensor
		for _, r := range c.f.Results {
			seeds = append(seeds, c.sample.Env.Inputs["c"+r.Name])
		}
		return []float64{scalarProduct(flat(seeds), change)}
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
