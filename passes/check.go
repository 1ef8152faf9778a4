package passes

import (
	"math"
	"math/rand/v2"

	"github.com/adgen-go/adgen/ir"
)

// Derivatives is a function at a point, by the direct evaluator: its value, the gradient by reverse
// mode, and by central differences along a random direction.
type Derivatives struct {
	Env      ir.Env
	Value    float64
	Gradient []ir.Tensor // one per parameter
	Scale    float64     // of the value: max(|f|, Σ|xᵢ·∂f/∂xᵢ|), what relative errors of the arguments make of it

	Direction   []ir.Tensor // a random tangent
	Along       float64     // the gradient times the tangent
	Forward     float64     // the same by forward mode
	Differences float64     // the same by central differences
	Estimate    float64     // of the error of the differences
}

// Differentiate evaluates f, whose gradient is grad and whose product with tangents is jvp, at the point in all ways.
func Differentiate(f, grad, jvp *ir.Func, env ir.Env, r *rand.Rand) (Derivatives, error) {
	d := Derivatives{Env: env}
	values, err := ir.Eval(grad, env)
	if err != nil {
		return d, err
	}
	d.Value, d.Gradient = values[0].Data[0], values[1:]
	seeded := ir.Env{Sizes: env.Sizes, Inputs: map[string]ir.Tensor{}}
	for name, t := range env.Inputs {
		seeded.Inputs[name] = t
	}
	condition := 0.0
	for i, p := range f.Independents() {
		x := env.Inputs[p.Name]
		t := ir.Tensor{Dims: x.Dims}
		for k, g := range d.Gradient[i].Data {
			v := r.NormFloat64()
			t.Data = append(t.Data, v)
			d.Along += g * v
			condition += math.Abs(g * x.Data[k])
		}
		d.Direction = append(d.Direction, t)
		seeded.Inputs["t"+p.Name] = t
	}
	d.Scale = max(math.Abs(d.Value), condition)
	if values, err = ir.Eval(jvp, seeded); err != nil {
		return d, err
	}
	d.Forward = values[1].Data[0]
	return d, d.difference(f)
}

// difference estimates the derivative along the direction by central differences with step h, and
// the error from the step 2h (Richardson).
func (d *Derivatives) difference(f *ir.Func) error {
	const h = 1e-4
	quotient := func(h float64) (float64, error) {
		var side [2]float64
		for k, sign := range []float64{1, -1} {
			env := ir.Env{Sizes: d.Env.Sizes, Inputs: map[string]ir.Tensor{}}
			for name, t := range d.Env.Inputs {
				env.Inputs[name] = t
			}
			for i, p := range f.Independents() {
				x := d.Env.Inputs[p.Name]
				moved := ir.Tensor{Dims: x.Dims}
				for e, v := range x.Data {
					moved.Data = append(moved.Data, v+sign*h*d.Direction[i].Data[e])
				}
				env.Inputs[p.Name] = moved
			}
			v, err := ir.Eval(f, env)
			if err != nil {
				return 0, err
			}
			side[k] = v[0].Data[0]
		}
		return (side[0] - side[1]) / (2 * h), nil
	}
	near, err := quotient(h)
	if err != nil {
		return err
	}
	far, err := quotient(2 * h)
	if err != nil {
		return err
	}
	d.Differences = (4*near - far) / 3
	d.Estimate = math.Abs(near-far) + 1e-11*d.Scale/h
	return nil
}
