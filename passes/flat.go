package passes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// Derivatives that are 0 everywhere are right, and seldom what was meant: Newton's method divides by such a Hessian, and what is trained by such a
// gradient stays as it is. So those who ask for them are told.

// Seconds is the number of results of d, the last ones, that are second derivatives or JᵀJ, where d has the derivatives that w asks for.
func Seconds(w ir.Wanted, d *ir.Func) int {
	switch n := len(d.Independents()); w.Kind {
	case "hvp":
		return n
	case "hessian", "gauss_newton":
		return n * (n + 1) / 2
	}
	return 0
}

// IsZero tells whether n is 0, or a list of zeros.
func IsZero(n *ir.Node) bool {
	return n.IsConst(0) || n.Kind == ir.Pick && !slices.ContainsFunc(n.Args[1:], func(e *ir.Node) bool { return !IsZero(e) })
}

// Flat says why the derivatives of f that w asks for, those of the program d, are 0 everywhere. It says nothing where they are not.
func Flat(f *ir.Func, w ir.Wanted, d *ir.Func) string {
	if w.Kind == "value" {
		return ""
	}
	value, below := d.Derived(), d.Derived() // below has the derivatives
	value.Results = d.Results[:len(f.Results)]
	below.Results = value.Results
	derivatives := slices.Clone(d.Results[len(f.Results):])
	what := "Jacobian"
	switch {
	case strings.HasPrefix(w.Kind, "sparse"):
		derivatives = slices.DeleteFunc(derivatives, func(r ir.Result) bool { return r.Puts == nil })
	case Seconds(w, d) > 0:
		derivatives = derivatives[len(derivatives)-Seconds(w, d):]
	}
	if second(w) {
		what = "Hessian"
		below.Results = d.Results[1 : 1+len(d.Independents())]
	} else if f.IsNumber() && (w.Kind == "grad" || w.Kind == "jvp" || w.Kind == "vjp") {
		what = "gradient"
	}
	if !zero(derivatives) {
		return ""
	}
	return fmt.Sprintf("the %s of %s is 0 everywhere, as %s", what, f.Name, because(w, value, below))
}

// second tells whether w asks for second derivatives.
func second(w ir.Wanted) bool { return strings.HasSuffix(w.Kind, "hessian") || w.Kind == "hvp" }

func zero(results []ir.Result) bool {
	return !slices.ContainsFunc(results, func(r ir.Result) bool { return !IsZero(r.Value) })
}

// because is the reason why below, the value or its gradient, has no derivatives but 0: which of its values it has may still be decided by what it is
// differentiated by.
func because(w ir.Wanted, value, below *ir.Func) string {
	by := value.Independents()
	flat := !second(w) || zero(below.Results)
	if flat && !dependsOn(value, by) {
		return value.Name + " does not depend on " + shapes(by)
	}
	reason := value.Name + " is "
	if dependsOn(below, by) || flat {
		reason += "piecewise "
	}
	if flat {
		reason += "constant"
	} else {
		reason += "linear"
	}
	if w.By != nil {
		reason += " in " + shapes(by)
	}
	if slices.ContainsFunc(ir.Reachable(value.All()...), func(n *ir.Node) bool { return n.Is(ir.OpStopGradient) }) {
		reason += ", with what stands in stop_gradient taken for constant"
	}
	return reason
}

// dependsOn tells whether the results of f depend on an element of the inputs.
func dependsOn(f *ir.Func, inputs []*ir.Input) bool {
	return slices.ContainsFunc(ir.Reachable(f.All()...), func(n *ir.Node) bool { return n.Kind == ir.Access && slices.Contains(inputs, n.Input) })
}

// shapes lists the inputs as they are declared.
func shapes(inputs []*ir.Input) string {
	var list []string
	for _, in := range inputs {
		list = append(list, in.Shape())
	}
	return strings.Join(list, ", ")
}
