package codegen

import (
	"math/rand/v2"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// dense are the kinds of matrix that sparse ones are held against.
var dense = map[Kind]string{SparseJacobian: "jacobian", SparseHessian: "hessian", SparseUpperHessian: "hessian"}

// matrix adds a point of a function with a sparse matrix, and the matrix there by the evaluator from the dense one.
func (k *checkCase) matrix(c *checker, w ir.Wanted, r *rand.Rand) error {
	f := k.f.Func
	ways, err := passes.Ways(f, ir.Wanted{Kind: dense[k.d.Kind], By: w.By, At: w.At}, f)
	if err != nil {
		return err
	}
	by := f.Derived()
	by.By = w.By
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
	var list []known
	scale := 0.0
	for i, t := range results[:before] {
		list = append(list, known{ways[0].Results[i].Name, t.Data, 0})
		scale = max(scale, largest(t.Data))
	}
	elements := k.elements(pattern, whole)
	scale = max(scale, largest(elements[len(elements)-1].data))
	for i := range list {
		list[i].scale = scale
	}
	elements[len(elements)-1].scale = scale
	k.samples, k.known = append(k.samples, passes.Sample{Env: env, Close: true}), append(k.known, append(list, elements...))
	return nil
}

// elements is the pattern as numbers, and the elements of the dense matrix that it has; then a number for each that it should have, being
// other than 0, which no program prints.
func (k *checkCase) elements(m passes.SparseValues, whole [][]float64) []known {
	numbers := func(list []int) (data []float64) {
		for _, v := range list {
			data = append(data, float64(v))
		}
		return data
	}
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
	return []known{{k.d.pattern() + " rowPtr", numbers(m.RowPtr), 1}, {k.d.pattern() + " col", numbers(m.Col), 1}, {k.d.name(), append(values, missing...), 0}}
}

func largest(list []float64) float64 {
	m := 0.0
	for _, v := range list {
		m = max(m, v, -v)
	}
	return m
}
