package codegen

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// Kinds are the names of what can be derived, as they stand in directives and flags.
var Kinds = []string{"value", "grad", "jvp", "vjp"}

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
		programs, err := deriveAll(f, kinds)
		if err != nil {
			return nil, err
		}
		functions = append(functions, Function{f, programs})
	}
	return Emit(functions, cfg)
}

// deriveAll makes the programs of one function; the value always comes first.
func deriveAll(f *ir.Func, kinds []string) ([]Derived, error) {
	if len(kinds) == 0 {
		kinds = defaultKinds(f)
	}
	list := []Derived{program(Value, f)}
	for _, k := range kinds {
		var d *ir.Func
		var kind Kind
		var err error
		switch k {
		case "value":
			continue
		case "grad":
			kind = Grad
			d, err = passes.Gradient(f)
		case "jvp":
			kind = JVP
			d, err = passes.JVP(f)
		case "vjp":
			kind = VJP
			d, err = passes.VJP(f)
		default:
			err = fmt.Errorf("%q is no kind of derivative: there are %s", k, strings.Join(Kinds, ", "))
		}
		if err != nil {
			return nil, err
		}
		list = append(list, program(kind, d))
	}
	return list, nil
}

// defaultKinds is what is derived where nobody says.
func defaultKinds(f *ir.Func) []string {
	switch {
	case len(f.Params()) == 0:
		return nil
	case len(f.Results) == 1 && len(f.Results[0].Index) == 0:
		return []string{"grad"}
	}
	return []string{"vjp"}
}

// program simplifies and schedules f.
func program(kind Kind, f *ir.Func) Derived {
	f = passes.Simplify(f)
	p := passes.Schedule(f)
	return Derived{Kind: kind, Func: f, Program: p, Ops: "Operations: " + passes.Count(p).Summary(f.Sizes)}
}
