package passes

import "github.com/adgen-go/adgen/ir"

// Sparse is a function with a sparse matrix of its derivatives. Rows and columns are numbered as the elements of results and parameters stand
// behind each other. Values stand row by row and in each row by column; elements that are structurally zero are neither stored nor computed.
type Sparse struct {
	Func    *ir.Func // f's results, for a Hessian the gradient, and the entries, which go into the vector "values"
	Pattern *ir.Func // the rows and columns of the entries, which go into the vectors "row" and "col"

	Ways []*ir.Func // the ways to derive the entries from which Func was made

	Rows, Columns *ir.Node  // their numbers, of sizes
	Slots         *ir.Node  // the number of entries, of sizes
	Place         *ir.Input // where the values of the entries stand, by slot; nil where that is computed, and the slots are the places
	Data          bool      // whether the pattern depends on integer data
	Full          bool      // whether no element is structurally zero
}

// Triangle says which part of a symmetric matrix is stored.
type Triangle int

// The parts.
const (
	Both  Triangle = iota
	Upper          // rows ≤ columns
)

// SparseJacobian is f with the derivatives of all results by all parameters as a sparse matrix, made small for the goal. Each entry of
// the matrix is a term of a differential (see form), so that what depends element by element on others costs what that costs, whatever the sizes.
func SparseJacobian(goal Goal, f *ir.Func) (*Sparse, error) {
	steps := stepwise(f)
	return cheapest(goal, variants(f, !steps), func(f *ir.Func) (*assembly, error) { return assembleJacobian(f, steps) })
}

// assembleJacobian derives entries of f one by one, or where there are steps as arrays.
func assembleJacobian(f *ir.Func, steps bool) (*assembly, error) {
	a := &assembly{matrix: matrix{f: f, rows: resultShapes(f), cols: paramShapes(f)}}
	var ways []derivation
	var err error
	if steps {
		ways, err = a.wholeJacobian()
	} else {
		a.bases = []*ir.Func{f}
		ways, err = a.entries(outputs(f))
	}
	if err != nil {
		return nil, err
	}
	a.begin(ways)
	for i, e := range a.families {
		a.keep(ways, i, target{entry: e, family: i})
	}
	return a, nil
}

// SparseHessian is f, which results in one number, with its gradient and the second derivatives as a sparse matrix, by a forward sweep over a reverse
// sweep. Every second derivative is computed once: the matrix is symmetric to the bit.
func SparseHessian(goal Goal, f *ir.Func, part Triangle) (*Sparse, error) {
	steps := stepwise(f)
	return cheapest(goal, variants(f, !steps), func(f *ir.Func) (*assembly, error) { return assembleHessian(f, steps, part) })
}

// assembleHessian derives as assembleJacobian does.
func assembleHessian(f *ir.Func, steps bool, part Triangle) (*assembly, error) {
	grad, err := Gradient(f)
	if err != nil {
		return nil, err
	}
	a := &assembly{matrix: matrix{f: f, rows: paramShapes(f), cols: paramShapes(f)}, bases: []*ir.Func{grad}}
	var ways []derivation
	if steps {
		ways, err = a.wholeHessian()
	} else {
		ways, err = a.entries(gradientOutputs(f))
		for i := range ways {
			ways[i].way += " over reverse"
		}
	}
	if err != nil {
		return nil, err
	}
	a.begin(ways)
	a.fold(ways, part)
	return a, nil
}

// thin tells whether a matrix of so many entries has few that are not structurally zero.
func thin(f *ir.Func, entries float64, assemble func(f *ir.Func, steps bool) (*assembly, error)) bool {
	if stepwise(f) {
		return false // everything may depend on everything before
	}
	a, err := assemble(f, false)
	return err == nil && a.many() <= min(maxEntries, entries/8)
}

func resultShapes(f *ir.Func) [][]*ir.Node {
	var shapes [][]*ir.Node
	for _, r := range f.Results {
		shapes = append(shapes, extents(r.Index))
	}
	return shapes
}

func paramShapes(f *ir.Func) [][]*ir.Node {
	var shapes [][]*ir.Node
	for _, p := range f.Independents() {
		shapes = append(shapes, p.Dims)
	}
	return shapes
}

// maxScattered bounds the elements that an unrolled function has one by one where its loops would do.
const maxScattered = 256

// variants lists the forms of f that are differentiated: as it is and, where its elements are differentiated one by one, unrolled.
func variants(f *ir.Func, elements bool) []*ir.Func {
	if u, ok := Unroll(f); ok && elements {
		return []*ir.Func{f, u}
	}
	return []*ir.Func{f}
}

// cheapest assembles the matrix of a function of which the forms are listed, and takes what costs least.
func cheapest(goal Goal, list []*ir.Func, assemble func(*ir.Func) (*assembly, error)) (*Sparse, error) {
	if goal.Model.Name == "" {
		goal = Usual
	}
	var best *Sparse
	var errs []error
	least := 0.0
	for i, f := range list {
		a, err := assemble(f)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if n := a.many(); n > maxEntries {
			return nil, refuse("ask for products with vectors, jvp, vjp or hvp; or leave sizes open, as in x[n], where so many are meant",
				"the sparse matrix of %s has %.0f elements, more than %d", a.f.Name, n, maxEntries)
		}
		if i > 0 && best != nil && len(a.kept) > maxScattered {
			continue
		}
		s := a.sparse(goal)
		if c := goal.Model.Cost(s.Func); best == nil || c < least {
			best, least = s, c
		}
	}
	if best == nil {
		return nil, errs[0]
	}
	return best, nil
}

// Constant is the pattern if it is known before a program runs.
func (s *Sparse) Constant() (rowPtr, col []int, ok bool) {
	if s.Data || s.Rows.Kind != ir.Const || s.Columns.Kind != ir.Const || s.Slots.Kind != ir.Const || s.Slots.Value > maxEntries {
		return nil, nil, false
	}
	m, _, err := s.Places(ir.Env{})
	return m.RowPtr, m.Col, err == nil
}
