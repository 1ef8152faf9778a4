package codegen

import (
	"math/rand/v2"
	"slices"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// dense are the kinds of matrix that sparse ones are held against.
var dense = map[Kind]string{SparseJacobian: "jacobian", SparseHessian: "hessian", SparseUpperHessian: "hessian"}

// maxDense bounds the entries of a dense matrix that a sparse one is held against, as far as its sizes are constant.
const maxDense = 1 << 14

// matrix adds a point of a function with a sparse matrix, and the matrix there by the evaluator from the dense one or, where that is large, from
// the entries.
func (k *checkCase) matrix(c *checker, w ir.Wanted, r *rand.Rand) error {
	f := k.f.Func
	by := f.Derived()
	by.By = w.By
	if passes.Entries(by, k.d.Kind != SparseJacobian) > maxDense {
		return k.entries(c, by, r)
	}
	ways, err := passes.Ways(f, ir.Wanted{Kind: dense[k.d.Kind], By: w.By, At: w.At}, f)
	if err != nil {
		return err
	}
	env, err := passes.SamplePoint(f, ways[0], r)
	if err != nil {
		return err
	}
	c.round(env)
	results, err := ir.Eval(ways[0], env)
	if err != nil {
		return err
	}
	whole, err := passes.DenseMatrix(by, ways[0], env)
	if err != nil {
		return err
	}
	pattern, _, err := k.d.Sparse.Places(env)
	if err != nil {
		return err
	}
	before := len(f.Results)
	if k.d.Kind != SparseJacobian {
		before += len(by.Independents())
	}
	scales, err := passes.Scales(ways[0], results, env, r)
	if err != nil {
		return err
	}
	list := k.elements(pattern, whole)
	k.point(passes.Sample{Env: env, Close: true}, ways[0].Results[:before], results, list, slices.Max(scales))
	return nil
}

// point adds a point, where the results and then the elements of the matrix are known, of one scale.
func (k *checkCase) point(s passes.Sample, results []ir.Result, values []ir.Tensor, elements []known, scale float64) {
	var list []known
	for i, r := range results {
		list = append(list, known{r.Name, values[i].Data, scale})
	}
	elements[len(elements)-1].scale = scale
	k.samples, k.known = append(k.samples, s), append(k.known, append(list, elements...))
}

// entries adds a point of a function with a sparse matrix, whose elements there are those of its entries by the evaluator, and holds those against the
// product of the matrix and a random vector, by forward mode.
func (k *checkCase) entries(c *checker, by *ir.Func, r *rand.Rand) error {
	derive := passes.JVP
	if k.d.Kind != SparseJacobian {
		derive = passes.HVP
	}
	along, err := derive(by)
	if err != nil {
		return err
	}
	env, err := passes.SamplePoint(along, along, r)
	if err != nil {
		return err
	}
	c.round(env)
	results, err := ir.Eval(along, env)
	if err != nil {
		return err
	}
	scales, err := passes.Scales(along, results, env, r)
	if err != nil {
		return err
	}
	_, m, err := k.d.Sparse.Plain().Eval(env)
	if err != nil {
		return err
	}
	before := len(by.Results)
	if k.d.Kind != SparseJacobian {
		before += len(by.Independents())
	}
	var tangent, product []float64
	for _, p := range by.Independents() {
		tangent = append(tangent, env.Inputs["t"+p.Name].Data...)
	}
	for _, t := range results[before:] {
		product = append(product, t.Data...)
	}
	scale := slices.Max(scales)
	s := passes.Sample{Env: env, Close: true}
	for i, v := range k.times(m, tangent) {
		s.Forward = max(s.Forward, passes.ULP(v, product[i], scale, 53))
	}
	k.products = true
	list := []known{{k.d.pattern() + " rowPtr", wholeNumbers(m.RowPtr), 1}, {k.d.pattern() + " col", wholeNumbers(m.Col), 1}, {k.d.name(), m.Values, 0}}
	k.point(s, along.Results[:before], results, list, max(scale, largest(m.Values)))
	return nil
}

// times is the product of the matrix and the vector x.
func (k *checkCase) times(m passes.SparseValues, x []float64) []float64 {
	product := make([]float64, len(m.RowPtr)-1)
	for i := range product {
		for e := m.RowPtr[i]; e < m.RowPtr[i+1]; e++ {
			j := m.Col[e]
			product[i] += m.Values[e] * x[j]
			if k.d.Kind == SparseUpperHessian && i != j {
				product[j] += m.Values[e] * x[i]
			}
		}
	}
	return product
}

// wholeNumbers is the integers as a program prints them.
func wholeNumbers(list []int) (data []float64) {
	for _, v := range list {
		data = append(data, float64(v))
	}
	return data
}

// elements is the pattern as numbers, and the elements of the dense matrix that it has; then a number for each that it should have, being
// other than 0, which no program prints.
func (k *checkCase) elements(m passes.SparseValues, whole [][]float64) []known {
	var values, missing []float64
	for i, row := range whole {
		next := m.RowPtr[i]
		for j, v := range row {
			switch {
			case next < m.RowPtr[i+1] && m.Col[next] == j:
				values = append(values, v)
				next++
			case v != 0 && (k.d.Kind != SparseUpperHessian || j >= i):
				missing = append(missing, v)
			}
		}
	}
	return []known{{k.d.pattern() + " rowPtr", wholeNumbers(m.RowPtr), 1}, {k.d.pattern() + " col", wholeNumbers(m.Col), 1}, {k.d.name(), append(values, missing...), 0}}
}

func largest(list []float64) float64 {
	m := 0.0
	for _, v := range list {
		m = max(m, v, -v)
	}
	return m
}
