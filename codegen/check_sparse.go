package codegen

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// dense are the kinds of matrix that sparse ones are held against.
var dense = map[Kind]string{SparseJacobian: "jacobian", SparseHessian: "hessian", SparseUpperHessian: "hessian"}

// matrix finds points of a function with a sparse matrix, and the matrix there by the evaluator from the dense one. It reports false if something else
// is wanted.
func (c *checker) matrix(f *ir.Func, w ir.Wanted) (checkCase, bool, error) {
	found := checkCase{f: f, kind: kinds[w.Kind]}
	if dense[found.kind] == "" {
		return found, false, nil
	}
	programs, err := deriveAll(f, []ir.Wanted{w}, passes.Usual)
	if err != nil {
		return found, false, err
	}
	found.matrix = programs[len(programs)-1]
	ways, err := passes.Ways(f, ir.Wanted{Kind: dense[found.kind], By: w.By, At: w.At}, f)
	if err != nil {
		return found, false, err
	}
	by := f.Derived()
	by.By = w.By
	r := c.source(f)
	for range c.cfg.Points {
		env, err := passes.RandomPoint(f, ways[0], r)
		if err != nil {
			return found, false, err
		}
		c.round(env)
		results, err := ir.Eval(ways[0], env)
		if err != nil {
			return found, false, err
		}
		whole, err := passes.DenseMatrix(by, ways[0], env)
		if err != nil {
			return found, false, err
		}
		pattern, _, err := found.matrix.Sparse.Places(env)
		if err != nil {
			return found, false, err
		}
		before := len(f.Results)
		if found.kind != SparseJacobian {
			before += len(by.Independents())
		}
		want := append(results[:before:before], found.elements(pattern, whole)...)
		scale := 0.0
		for _, t := range append(results[:before:before], want[len(want)-1]) {
			scale = max(scale, largest(t.Data))
		}
		found.points = append(found.points, passes.Derivatives{Env: env, Scale: scale})
		found.want = append(found.want, want)
	}
	return found, true, nil
}

// elements is the pattern as numbers, and the elements of the dense matrix that it has; then a number for each that it should have, being
// other than 0, which no program prints.
func (k checkCase) elements(m passes.SparseValues, whole [][]float64) []ir.Tensor {
	numbers := func(list []int) (t ir.Tensor) {
		for _, v := range list {
			t.Data = append(t.Data, float64(v))
		}
		return t
	}
	var values, missing []float64
	for i, row := range whole {
		next := m.RowPtr[i]
		for j, v := range row {
			switch {
			case next < m.RowPtr[i+1] && m.Col[next] == j:
				values = append(values, v)
				next++
			case v != 0 && (k.kind != SparseUpperHessian || j >= i):
				missing = append(missing, v)
			}
		}
	}
	return []ir.Tensor{numbers(m.RowPtr), numbers(m.Col), {Data: append(values, missing...)}}
}

// matrixNames are the names of what is printed behind the results.
func (k checkCase) matrixNames() (names []string) {
	if k.kind != SparseJacobian {
		for _, p := range k.matrix.independents() {
			names = append(names, "d"+p.Name)
		}
	}
	return append(names, k.matrix.pattern()+" rowPtr", k.matrix.pattern()+" col", k.matrix.name())
}

// driveMatrix calls the method of a sparse matrix.
func driveMatrix(b *strings.Builder, k checkCase, name string, env ir.Env) {
	d := k.matrix
	fmt.Fprintf(b, "\t\trowPtr, col := f.%s()\n\t\tvalues := make([]num, f.%s())\n", d.pattern(), d.nonzeros())
	var all []string
	switch n := 0; {
	case k.kind != SparseJacobian:
		for _, p := range d.independents() {
			n += len(env.Inputs[p.Name].Data)
		}
		fmt.Fprintf(b, "\t\tgrad := make([]num, %d)\n\t\tv := f.%s(theta, grad, values)\n", n, d.name())
		all = []string{"v", "grad..."}
	default:
		all = declareOut(b, k, name, env)
		fmt.Fprintf(b, "\t\tf.%s(theta, out, values)\n", d.name())
	}
	showAll(b, append(all, "numbers(rowPtr)...", "numbers(col)...", "values..."))
}

// driveScalarMatrix calls the function of a sparse matrix.
func driveScalarMatrix(b *strings.Builder, k checkCase, env ir.Env) {
	d, name := k.matrix, Exported(k.f.Name)
	var args, results []string
	for _, in := range k.f.Inputs {
		args = append(args, goValue(in, env.Inputs[in.Name]))
	}
	for i := range d.results() {
		results = append(results, fmt.Sprintf("r%d", i))
	}
	fmt.Fprintf(b, "\t{\n\t\trowPtr, col := %s()\n\t\tvalues := make([]num, %s)\n", name+d.pattern(), name+d.nonzeros())
	fmt.Fprintf(b, "\t\t%s := %s(%s, values)\n", strings.Join(results, ", "), name+d.name(), strings.Join(args, ", "))
	showAll(b, append(results, "numbers(rowPtr)...", "numbers(col)...", "values..."))
	b.WriteString("\t}\n")
}
