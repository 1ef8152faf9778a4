package passes

import "github.com/adgen-go/adgen/ir"

// Report compares ways to compute a function and its gradient.
type Report struct {
	Function string
	Sizes    []string
	Value    ValueCounts
	Gradient *GradientCounts // nil for a function of arrays that is not one number, which has none
	Jacobian bool            // the gradient is one of several results
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

// Analyze counts f in all these ways; what is emitted is optimised for the goal.
func Analyze(f *ir.Func, goal Goal) (Report, error) {
	r := Report{Function: f.Name, Sizes: f.Sizes, Value: ValueCounts{
		Written: Written(f),
		Emitted: Count(Schedule(Optimize(goal, f))),
	}}
	if len(f.Independents()) == 0 {
		return r, nil
	}
	var ways []*ir.Func
	var err error
	switch {
	case len(f.Results) == 1 && len(f.Results[0].Index) == 0:
		ways, err = Gradients(f)
	case f.Scalar():
		ways, err = Jacobians(f)
	default:
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Gradient = &GradientCounts{
		Naive:   Naive(f, ways[0]),
		Forward: Count(Schedule(Forward(f))),
		Reverse: Count(Schedule(ways[0])),
		Emitted: Count(Schedule(Optimize(goal, ways...))),
	}
	r.Jacobian = len(f.Results) > 1
	return r, nil
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
