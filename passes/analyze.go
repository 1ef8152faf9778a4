package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// Report compares ways to compute a function and its derivatives.
type Report struct {
	Function string
	Sizes    []string
	Value    ValueCounts
	Gradient *GradientCounts // of what is one number, or several and no array, unless other derivatives are asked for
	Jacobian bool            // the gradient is one of several results
	Kinds    []KindCounts
	Notes    []string // what is to be said about derivatives, with the places where they are asked for
}

// ValueCounts counts a function: as written, and the program that is emitted.
type ValueCounts struct {
	Written, Emitted Flops
}

// GradientCounts counts a function and all its partial derivatives together: as a
// computer algebra system prints them, by the forward mode with one tangent for each
// parameter element, by the textbook reverse mode, and by the program that is emitted.
type GradientCounts struct {
	Naive, Forward, Reverse, Emitted Flops
}

// KindCounts counts a function and a kind of derivative together: in the ways that there are, simplified, and by the program that is
// emitted, which a search makes of one of them.
type KindCounts struct {
	Kind    string // as it is written, such as hessian(theta)
	Ways    []WayCount
	Emitted Flops
}

// WayCount is the count of one way to derive.
type WayCount struct {
	Way    string
	Count  Flops
	Chosen bool
}

// Analyze counts f in all these ways, with the kinds of derivative that are wanted, or else its gradient or Jacobian; what is emitted is
// optimised for the goal.
func Analyze(f *ir.Func, goal Goal, wanted ...ir.Wanted) (Report, error) {
	value := Optimize(goal, Values(f)...)
	r := Report{Function: f.Name, Sizes: f.Sizes, Value: ValueCounts{Written: Written(f), Emitted: Count(Schedule(value))}}
	byDefault := Default(f)
	asked := len(wanted) > 0
	if !asked {
		wanted = byDefault
	}
	for _, w := range wanted {
		if w.Kind == "value" {
			continue
		}
		best, ways, err := derived(f, goal, w, value)
		if err != nil {
			return r, err
		}
		if flat := Flat(f, w, best); flat != "" {
			r.Notes = append(r.Notes, PlaceOf(f, w).Error("note: "+flat, "").Error())
		}
		textbook := w.Kind != "vjp" && len(byDefault) > 0 && w.Same(byDefault[0])
		if textbook {
			r.Jacobian = len(f.Results) > 1
			r.Gradient = &GradientCounts{Naive: Naive(f, ways[0]), Forward: Count(Schedule(Forward(f))), Reverse: Count(Schedule(ways[0]))}
		}
		k := countKind(w, goal, ways, best)
		if textbook {
			r.Gradient.Emitted = k.Emitted
		}
		if asked || !textbook {
			r.Kinds = append(r.Kinds, k)
		}
	}
	return r, nil
}

// derived is what is emitted for a kind of derivative of f, and the ways to it that there were; value is f as it is emitted.
func derived(f *ir.Func, goal Goal, w ir.Wanted, value *ir.Func) (best *ir.Func, ways []*ir.Func, err error) {
	s, ok, err := SparseMatrix(goal, f, w)
	if err != nil {
		return nil, nil, err
	}
	if ok {
		return s.Func, s.Ways, nil
	}
	if ways, err = Ways(f, w, value); err != nil {
		return nil, nil, err
	}
	return Optimize(goal, ways...), ways, nil
}

// countKind counts the ways to derive what is wanted, and the best that is made of them. Of those of one name the cheaper counts.
func countKind(w ir.Wanted, goal Goal, ways []*ir.Func, best *ir.Func) KindCounts {
	k := KindCounts{Kind: w.String(), Emitted: Count(Schedule(best))}
	if goal.Model.Name == "" {
		goal = Usual
	}
	least := map[string]float64{}
	for _, f := range Alternatives(ways...) {
		cost := goal.Model.Cost(f)
		before, seen := least[f.Way]
		if seen && before <= cost {
			continue
		}
		least[f.Way] = cost
		count := WayCount{Way: f.Way, Count: Count(Schedule(f)), Chosen: f.Way == best.Way}
		if at := slices.IndexFunc(k.Ways, func(c WayCount) bool { return c.Way == f.Way }); at >= 0 {
			k.Ways[at] = count
		} else {
			k.Ways = append(k.Ways, count)
		}
	}
	return k
}

// Forward is f with all its partial derivatives by forward mode: for each
// parameter element the tangent with that element as its direction (Griewank & Walther,
// Evaluating Derivatives, 3.1). The seed of parameter p is the Iverson bracket [K = index] of new
// indices K over p's shape, which become indices of the result. Results are f's and,
// for each parameter, the partial derivatives of each of them.
func Forward(f *ir.Func) *ir.Func {
	d := f.Derived()
	for _, p := range f.Independents() {
		k := make([]*ir.Node, len(p.Dims))
		for i, extent := range p.Dims {
			k[i] = f.Graph.NewIndex(extent)
		}
		for i, dot := range pushforward(d, f.Results, directions(f, p, k, false), k) {
			r := f.Results[i]
			index := append(append([]*ir.Node(nil), r.Index...), k...)
			d.Results = append(d.Results, ir.Result{Name: "d" + p.Name, Index: index, Value: dot})
		}
	}
	return d
}

// directions seeds p with the unit vectors k and all other parameters with zero. Where the vector is not 0 may be kept apart as a guard.
func directions(f *ir.Func, p *ir.Input, k []*ir.Node, apart bool) map[*ir.Input]func(...*ir.Node) adjoint {
	g := f.Graph
	seed := map[*ir.Input]func(...*ir.Node) adjoint{}
	for _, q := range f.Independents() {
		seed[q] = func(...*ir.Node) adjoint { return adjoint{g.Bool(true), g.Const(0)} }
	}
	seed[p] = func(index ...*ir.Node) adjoint {
		same := g.Bool(true)
		for i, x := range index {
			same = g.And(same, g.Apply(ir.OpEq, k[i], x))
		}
		if apart {
			return adjoint{same, g.Const(1)}
		}
		return adjoint{g.Bool(true), g.Indicator(same)}
	}
	return seed
}
