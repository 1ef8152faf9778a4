package codegen

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// Kinds are the names of what can be derived, as they stand in directives and flags.
var Kinds = []string{"value", "grad", "jvp", "vjp", "jacobian", "hessian", "hvp"}

// Compile derives and prints the functions. What is derived of each says derive; where that is empty, the
// directives of its source; without those, the value, with the gradient of what is one number, or the product
// of a cotangent and the Jacobian of what is not.
func Compile(list []*ir.Func, derive []string, cfg Config) ([]byte, error) {
	var functions []Function
	for _, f := range list {
		kinds := derive
		if len(kinds) == 0 {
			kinds = f.Derive
		}
		programs, err := deriveAll(f, kinds, cfg.Goal)
		if err != nil {
			return nil, err
		}
		functions = append(functions, Function{f, programs})
	}
	return Emit(functions, cfg)
}

// deriveAll makes the programs of one function; the value always comes first.
func deriveAll(f *ir.Func, kinds []string, goal passes.Goal) ([]Derived, error) {
	if len(kinds) == 0 {
		kinds = defaultKinds(f)
	}
	list := []Derived{program(Value, goal, f)}
	for _, k := range kinds {
		var ways []*ir.Func
		var kind Kind
		var err error
		switch k {
		case "value":
			continue
		case "grad":
			kind = Grad
			ways, err = passes.Gradients(f)
		case "jvp":
			kind = JVP
			ways, err = only(passes.JVP(f))
		case "vjp":
			kind = VJP
			ways, err = only(passes.VJP(f))
		case "jacobian":
			kind = Jacobian
			if ways, err = passes.Jacobians(f); err == nil && !f.Scalar() && isNumber(f) {
				err = fmt.Errorf("%s is one number, whose Jacobian is its gradient: ask for grad", f.Name)
			}
		case "hessian":
			kind = Hessian
			ways, err = passes.Hessians(f)
		case "hvp":
			kind = HVP
			ways, err = only(passes.HVP(f))
		default:
			err = fmt.Errorf("%q is no kind of derivative: there are %s", k, strings.Join(Kinds, ", "))
		}
		if err != nil {
			return nil, err
		}
		list = append(list, program(kind, goal, ways...))
	}
	return list, nil
}

// only is a single way to derive.
func only(d *ir.Func, err error) ([]*ir.Func, error) { return []*ir.Func{d}, err }

// defaultKinds is what is derived where nobody says.
func defaultKinds(f *ir.Func) []string {
	switch {
	case len(f.Params()) == 0:
		return nil
	case isNumber(f):
		return []string{"grad"}
	case f.Scalar():
		return []string{"jacobian"}
	}
	return []string{"vjp"}
}

// program optimises and schedules a function that is derived in the given ways.
func program(kind Kind, goal passes.Goal, ways ...*ir.Func) Derived {
	f := passes.Optimize(goal, ways...)
	p := passes.Schedule(f)
	return Derived{Kind: kind, Func: f, Program: p, Ops: "Operations: " + passes.Count(p).Summary(f.Sizes)}
}

// isNumber tells whether f has one number as its result.
func isNumber(f *ir.Func) bool { return len(f.Results) == 1 && len(f.Results[0].Index) == 0 }
