package passes

import (
	"maps"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/runtime"
)

// SparseValues is a sparse matrix in compressed rows: row i has the elements Values[RowPtr[i]:RowPtr[i+1]] in the columns Col[RowPtr[i]:RowPtr[i+1]].
type SparseValues struct {
	RowPtr, Col []int
	Values      []float64
}

// Plain is s with the entries as the plainest of the ways has them.
func (s *Sparse) Plain() *Sparse {
	plain := *s
	plain.Func = s.Ways[0]
	return &plain
}

// Eval computes the results and the matrix by the direct evaluator, from the meaning of entries and places.
func (s *Sparse) Eval(env ir.Env) (results []ir.Tensor, m SparseValues, err error) {
	m, env, err = s.Places(env)
	if err != nil {
		return nil, m, err
	}
	vectors := map[string][]float64{}
	results, err = scatter(s.Func, env, vectors, len(m.Col))
	m.Values = vectors["values"]
	return results, m, err
}

// Places evaluates the pattern, and adds the table of places to what the program is evaluated at, if it has one.
func (s *Sparse) Places(env ir.Env) (m SparseValues, with ir.Env, err error) {
	vectors := map[string][]float64{}
	if _, err = scatter(s.Pattern, env, vectors, env.Extent(s.Slots)); err != nil {
		return m, env, err
	}
	with = ir.Env{Sizes: map[string]int{}, Inputs: map[string]ir.Tensor{}}
	maps.Copy(with.Sizes, env.Sizes)
	maps.Copy(with.Inputs, env.Inputs)
	var place []int
	m.RowPtr, m.Col, place = runtime.CSR(env.Extent(s.Rows), env.Extent(s.Columns), integers(vectors["row"]), integers(vectors["col"]))
	if s.Place != nil {
		table := ir.Tensor{Dims: []int{len(place)}}
		for _, p := range place {
			table.Data = append(table.Data, float64(p))
		}
		with.Inputs[s.Place.Name] = table
	}
	with.Sizes["values"] = len(m.Col)
	return m, with, nil
}

// DenseMatrix evaluates the Jacobian of f or, of what is one number, the Hessian as one matrix. The derivatives are as Jacobians and Hessians
// have them.
func DenseMatrix(f, derivatives *ir.Func, env ir.Env) ([][]float64, error) {
	all, err := ir.Eval(derivatives, env)
	if err != nil {
		return nil, err
	}
	var start []int // of the elements that f is differentiated by
	columns := 0
	for _, p := range f.Independents() {
		start = append(start, columns)
		columns += len(env.Inputs[p.Name].Data)
	}
	start = append(start, columns)
	if len(derivatives.Results) == len(f.Results)*len(start) {
		return jacobianMatrix(all, len(f.Results), start), nil
	}
	return hessianMatrix(all, start), nil
}

// jacobianMatrix puts blocks of derivatives, which follow the results, side by side and below each other.
func jacobianMatrix(all []ir.Tensor, results int, start []int) (rows [][]float64) {
	by := len(start) - 1
	for i := range results {
		for row := range all[i].Data {
			var list []float64
			for k, t := range all[results+i*by : results+(i+1)*by] {
				n := start[k+1] - start[k]
				list = append(list, t.Data[row*n:(row+1)*n]...)
			}
			rows = append(rows, list)
		}
	}
	return rows
}

// hessianMatrix puts blocks of second derivatives, which follow the value and the gradient, on both sides of the diagonal.
func hessianMatrix(all []ir.Tensor, start []int) [][]float64 {
	by := len(start) - 1
	rows := make([][]float64, start[by])
	for i := range rows {
		rows[i] = make([]float64, start[by])
	}
	next := 1 + by
	for p := range by {
		for q := p; q < by; q++ {
			n := start[q+1] - start[q]
			for k, v := range all[next].Data {
				if i, j := start[p]+k/n, start[q]+k%n; i <= j {
					rows[i][j], rows[j][i] = v, v
				}
			}
			next++
		}
	}
	return rows
}

// integers is the numbers, of which each is whole, as ints, but -1 where there is none.
func integers(list []float64) []int {
	ints := make([]int, len(list))
	for i, v := range list {
		ints[i] = int(v)
	}
	return ints
}

// scatter evaluates f, gives its results without places, and puts the others into vectors of so many elements, which begin with 0, or with -1 for
// integers.
func scatter(f *ir.Func, env ir.Env, vectors map[string][]float64, length int) ([]ir.Tensor, error) {
	d := *f
	d.Results = nil
	own := 0
	for _, r := range f.Results {
		d.Results = append(d.Results, ir.Result{Index: r.Index, Value: r.Value})
		if r.Puts == nil {
			own++
		}
		for _, p := range r.Puts {
			d.Results = append(d.Results, ir.Result{Index: r.Index, Value: p.Where}, ir.Result{Index: r.Index, Value: p.At})
		}
	}
	all, err := ir.Eval(&d, env)
	if err != nil {
		return nil, err
	}
	next := own
	for _, r := range f.Results[own:] {
		value := all[next].Data
		next++
		for _, p := range r.Puts {
			v := vectors[p.Into]
			if v == nil {
				v = make([]float64, length)
				for i := range v {
					if r.Value.Type == ir.Int {
						v[i] = -1
					}
				}
				vectors[p.Into] = v
			}
			for k, holds := range all[next].Data {
				at := int(all[next+1].Data[k])
				switch {
				case holds == 0:
				case p.Add:
					v[at] += value[k]
				default:
					v[at] = value[k]
				}
			}
			next += 2
		}
	}
	return all[:own], nil
}
