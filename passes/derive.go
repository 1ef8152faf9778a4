package passes

import (
	"errors"
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// derivations are the kinds of derivative, with the ways to derive each.
var derivations = map[string]func(*ir.Func) ([]*ir.Func, error){
	"value":        func(f *ir.Func) ([]*ir.Func, error) { return []*ir.Func{f}, nil },
	"grad":         Gradients,
	"jvp":          only(JVP),
	"vjp":          only(VJP),
	"jacobian":     Jacobians,
	"hessian":      Hessians,
	"hvp":          HVPs,
	"gauss_newton": GaussNewtons,
}

// only is a single way to derive.
func only(derive func(*ir.Func) (*ir.Func, error)) func(*ir.Func) ([]*ir.Func, error) {
	return func(f *ir.Func) ([]*ir.Func, error) {
		d, err := derive(f)
		return []*ir.Func{d}, err
	}
}

// Ways derives of f what is wanted, in all ways that may lead to a cheap program: functions over f's graph with the same results, the
// plainest first, each with the name of its Way. It derives also of f with its sums of products in the cheapest order, and of a program for the value of f, as what that shares its derivatives share. Errors
// point at where it is wanted.
func Ways(f *ir.Func, w ir.Wanted, value *ir.Func) ([]*ir.Func, error) {
	derive, ok := derivations[w.Kind]
	if !ok {
		return nil, fmt.Errorf("internal error: no derivation %q", w.Kind)
	}
	g, err := by(f, w)
	if err != nil {
		return nil, err
	}
	ways, err := deriveEach(derive, Values(g))
	ways = append(ways, fromOnsets(ways)...)
	if err != nil || !differs(value, f) {
		return ways, pointed(f, w, err)
	}
	h, err := by(value, w)
	if err != nil {
		return nil, err
	}
	more, _ := derive(h)
	for _, d := range more {
		d.Way += " of the emitted value"
	}
	return append(ways, more...), nil
}

// deriveEach derives of all the functions.
func deriveEach(derive func(*ir.Func) ([]*ir.Func, error), functions []*ir.Func) (ways []*ir.Func, err error) {
	for _, f := range functions {
		list, err := derive(f)
		if err != nil {
			return nil, err
		}
		ways = append(ways, list...)
	}
	return ways, nil
}

// differs tells whether value is another straight-line program for f, or one of loops of constant length, of expressions that have derivatives.
func differs(value, f *ir.Func) bool {
	return len(f.Sizes) == 0 && !value.SameRoots(f) && !slices.ContainsFunc(value.Results, func(r ir.Result) bool { return r.Value.Kind == ir.Pick })
}

// SparseMatrix is the sparse matrix of derivatives of f that is wanted; it reports false if something else is. Errors point at where it is wanted.
func SparseMatrix(goal Goal, f *ir.Func, w ir.Wanted) (*Sparse, bool, error) {
	derive, ok := matrices[w.Kind]
	if !ok {
		return nil, false, nil
	}
	g, err := by(f, w)
	if err != nil {
		return nil, true, err
	}
	s, err := derive(goal, g)
	return s, true, pointed(f, w, err)
}

// matrices are the kinds of sparse matrix.
var matrices = map[string]func(Goal, *ir.Func) (*Sparse, error){
	"sparse jacobian":      SparseJacobian,
	"sparse hessian":       func(goal Goal, f *ir.Func) (*Sparse, error) { return SparseHessian(goal, f, Both) },
	"sparse upper hessian": func(goal Goal, f *ir.Func) (*Sparse, error) { return SparseHessian(goal, f, Upper) },
}

// by is f differentiated by what is wanted, if it can be.
func by(f *ir.Func, w ir.Wanted) (*ir.Func, error) {
	g := alongSteps(f).Derived()
	if w.By != nil {
		g.By = w.By
	}
	if w.Kind == "value" {
		return g, nil
	}
	return g, smooth(g, second(w))
}

// PlaceOf is where w is asked of f, or f is defined where nobody asked.
func PlaceOf(f *ir.Func, w ir.Wanted) ir.Place {
	if w.At.Name != "" {
		return w.At
	}
	return f.At
}

// pointed is the error with the place where the derivative is wanted, if it refuses that.
func pointed(f *ir.Func, w ir.Wanted, err error) error {
	var r *refusal
	if errors.As(err, &r) {
		return PlaceOf(f, w).Error(r.message, r.help)
	}
	return err
}

// refusal is a derivative that does not exist, or should not be asked for, with what to do about it.
type refusal struct{ message, help string }

func (r *refusal) Error() string { return r.message + ": " + r.help }

func refuse(help, format string, args ...any) error {
	return &refusal{fmt.Sprintf(format, args...), help}
}

// Default is what is derived of f where nobody says: beside the value the gradient of what is one number, the Jacobian of what is several, the
// product of a cotangent and the Jacobian of what is an array.
func Default(f *ir.Func) []ir.Wanted {
	switch {
	case len(f.Params()) == 0:
		return nil
	case f.IsNumber():
		return ir.All("grad")
	case f.Scalar():
		return ir.All("jacobian")
	}
	return ir.All("vjp")
}

// maxEntries bounds the entries of a Jacobian or Hessian, as far as they are known before a program runs.
const maxEntries = 1_000_000

// Entries is the number of entries of the Jacobian of f, or of the Hessian of what is one number, where sizes that are left open count 1.
func Entries(f *ir.Func, hessian bool) float64 {
	rows, columns := elements(f)
	if hessian {
		rows = columns
	}
	return rows * columns
}

// instead is what to ask for in the place of a large Jacobian or Hessian of f.
func instead(f *ir.Func, hessian bool) func(entries float64) string {
	what, products, assemble := "sparse jacobian", "jvp or vjp, its products with a vector", assembleJacobian
	if hessian {
		what, products = "sparse hessian", "hvp, its product with a vector"
		assemble = func(f *ir.Func, steps bool) (*assembly, error) { return assembleHessian(f, steps, Both) }
	}
	return func(entries float64) string {
		if thin(f, entries, assemble) {
			return "ask for " + what + ", as most of its entries are structurally zero, or for " + products
		}
		return "ask for " + products
	}
}

// few refuses so many rows and columns of derivatives; the sizes that are left open count 1. It says what to ask for instead.
func few(f *ir.Func, what string, rows, columns float64, instead func(entries float64) string) error {
	if n := rows * columns; n > maxEntries {
		return refuse(instead(n)+"; or leave sizes open, as in x[n], where so many are meant", "the %s of %s has %.0f × %.0f = %.0f entries, more than %d", what, f.Name, rows, columns, n, maxEntries)
	}
	return nil
}

// elements is the number of elements of all results, and of all that f is differentiated by, where open sizes are 1.
func elements(f *ir.Func) (results, independents float64) {
	count := func(extents []*ir.Node) float64 {
		product := 1.0
		for _, e := range extents {
			if e.Kind == ir.Const {
				product *= e.Value
			}
		}
		return product
	}
	for _, r := range f.Results {
		results += count(extents(r.Index))
	}
	for _, p := range f.Independents() {
		independents += count(p.Dims)
	}
	return results, independents
}

func extents(index []*ir.Node) []*ir.Node {
	var list []*ir.Node
	for _, i := range index {
		list = append(list, i.Extent)
	}
	return list
}
