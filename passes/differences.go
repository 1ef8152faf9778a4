package passes

import (
	"maps"
	"math"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// differences compares with central differences. Where those are far off with a step that suits most functions, as of one that bends within it, a shorter one
// decides.
func (c *comparison) differences(said, scale []float64) error {
	if err := c.hold(); err != nil {
		return err
	}
	for _, h := range []float64{1e-4, 1e-5} {
		c.sample.Close, c.sample.Differences = true, 0
		if err := c.differ(said, scale, h); err != nil || c.sample.Close {
			return err
		}
	}
	return nil
}

// differ compares with central differences of steps h and 2h, whose error Richardson's extrapolation estimates.
func (c *comparison) differ(said, scale []float64, h float64) error {
	near, size, err := c.quotient(h)
	if err != nil {
		return err
	}
	far, _, err := c.quotient(2 * h)
	if err != nil {
		return err
	}
	for i := range c.base.Results {
		size = max(size, c.sample.Scale[i])
	}
	between := make([]float64, len(near))
	for i := range near {
		between[i] = (4*near[i] - far[i]) / 3
	}
	n, b, f := c.combined(near), c.combined(between), c.combined(far)
	c.sample.Measured = b
	for i, v := range said {
		d := math.Abs(b[i] - v)
		estimate := math.Abs(n[i]-f[i]) + 1e-11*size/h
		c.sample.Differences = max(c.sample.Differences, d/max(scale[i], 1e-300))
		c.sample.Close = c.sample.Close && d <= 10*estimate+1e-6*scale[i]
	}
	return nil
}

// hold notes what stop_gradient gives in the base at the sample: to a derivative that is a constant.
func (c *comparison) hold() error {
	if !slices.ContainsFunc(ir.Reachable(c.base.All()...), func(n *ir.Node) bool { return n.Is(ir.OpStopGradient) }) {
		return nil
	}
	_, err := ir.EvalWith(c.base, c.sample.Env, func(n *ir.Node, _ []float64, v float64) float64 {
		if n.Is(ir.OpStopGradient) {
			c.held = append(c.held, v)
		}
		return v
	})
	return err
}

// holding is the arithmetic in which stop_gradient gives what it gave at the sample.
func (c *comparison) holding() ir.Arithmetic {
	if c.held == nil {
		return nil
	}
	next := 0
	return func(n *ir.Node, _ []float64, v float64) float64 {
		if !n.Is(ir.OpStopGradient) {
			return v
		}
		next++
		return c.held[next-1]
	}
}

// quotient is the change of the base by central differences, where what is stopped stays what it is, and the size of its values.
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
		values, err := ir.EvalWith(c.base, env, c.holding())
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
