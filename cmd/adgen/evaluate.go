package main

import (
	"maps"
	"slices"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// evaluated is a kind of derivative with its values.
type evaluated struct {
	wanted  ir.Wanted
	results []ir.Result
	values  []ir.Tensor
}

// derived is a kind of derivative that can be evaluated.
type derived struct {
	wanted ir.Wanted
	*ir.Func
	sparse *passes.Sparse // nil of what is no sparse matrix
}

// derive derives of f what is wanted, in the plainest way.
func derive(f *ir.Func, w ir.Wanted) (derived, error) {
	s, sparse, err := passes.SparseMatrix(passes.Goal{Model: passes.UnitModel}, f, w)
	if sparse {
		return derived{w, f, s}, err
	}
	ways, err := passes.Ways(f, w, f)
	if err != nil {
		return derived{}, err
	}
	return derived{w, ways[0], nil}, nil
}

// evaluate evaluates f with what is wanted. Seeds are arguments of those kinds that take them.
func evaluate(f *ir.Func, wanted []ir.Wanted, args map[string]any) ([]evaluated, error) {
	var plainest []derived
	seeds := map[string]bool{}
	for _, w := range wanted {
		d, err := derive(f, w)
		if err != nil {
			return nil, err
		}
		plainest = append(plainest, d)
		for _, in := range d.Inputs[len(f.Inputs):] {
			seeds[in.Name] = true
		}
	}
	var list []evaluated
	for _, d := range plainest {
		own := maps.Clone(args)
		maps.DeleteFunc(own, func(name string, _ any) bool {
			return seeds[name] && !slices.ContainsFunc(d.Inputs, func(in *ir.Input) bool { return in.Name == name })
		})
		env, err := ir.NewEnv(d.Func, own)
		if err != nil {
			return nil, err
		}
		e, err := d.at(env)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// at evaluates d.
func (d derived) at(env ir.Env) (evaluated, error) {
	if d.sparse != nil {
		return d.matrixAt(env)
	}
	values, err := ir.Eval(d.Func, env)
	if err != nil {
		return evaluated{}, err
	}
	for k, r := range d.Results {
		if r.Where != nil {
			mirror(values[k])
		}
	}
	return evaluated{d.wanted, d.Results, values}, nil
}

// matrixAt evaluates d, a sparse matrix: behind the results, of a Hessian also the gradient, stand rowPtr, col and values.
func (d derived) matrixAt(env ir.Env) (evaluated, error) {
	s := d.sparse.Plain()
	values, m, err := s.Eval(env)
	if err != nil {
		return evaluated{}, err
	}
	e := evaluated{d.wanted, s.Func.Results[:len(values):len(values)], values}
	for _, v := range []struct {
		name string
		data []float64
	}{{"rowPtr", reals(m.RowPtr)}, {"col", reals(m.Col)}, {"values", m.Values}} {
		e.results = append(e.results, ir.Result{Name: v.name})
		e.values = append(e.values, ir.Tensor{Dims: []int{len(v.data)}, Data: v.data})
	}
	return e, nil
}

// reals is the integers as numbers.
func reals(list []int) (data []float64) {
	for _, v := range list {
		data = append(data, float64(v))
	}
	return data
}

// mirror writes what stands above the diagonal of a symmetric matrix also below it.
func mirror(t ir.Tensor) {
	n := 1
	for _, d := range t.Dims[:len(t.Dims)/2] {
		n *= d
	}
	for i := range n {
		for j := range i {
			t.Data[i*n+j] = t.Data[j*n+i]
		}
	}
}
