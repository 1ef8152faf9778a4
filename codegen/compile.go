package codegen

import (
	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// Compile derives and prints the functions. What is derived of each says derive; where that is empty, the directives of its source;
// without those, what passes.Default says.
func Compile(list []*ir.Func, derive []ir.Wanted, cfg Config) ([]byte, error) {
	var functions []Function
	for _, f := range list {
		wanted := derive
		if len(wanted) == 0 {
			wanted = f.Derive
		}
		programs, err := deriveAll(f, wanted, cfg.Goal)
		if err != nil {
			return nil, err
		}
		functions = append(functions, Function{f, programs})
	}
	return Emit(functions, cfg)
}

// deriveAll makes the programs of one function; the value always comes first.
func deriveAll(f *ir.Func, wanted []ir.Wanted, goal passes.Goal) ([]Derived, error) {
	if len(wanted) == 0 {
		wanted = passes.Default(f)
	}
	list := []Derived{program(f, ir.Wanted{Kind: "value"}, goal, f)}
	for _, w := range wanted {
		if w.Kind == "value" {
			continue
		}
		s, ok, err := passes.SparseMatrix(goal, f, w)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, sparseProgram(f, w, s))
			continue
		}
		ways, err := passes.Ways(f, w)
		if err != nil {
			return nil, err
		}
		list = append(list, program(f, w, goal, ways...))
	}
	return list, nil
}

// program optimises and schedules a function that is derived in the given ways.
func program(f *ir.Func, w ir.Wanted, goal passes.Goal, ways ...*ir.Func) Derived {
	return scheduled(f, w, passes.Optimize(goal, ways...))
}

// sparseProgram schedules a sparse matrix.
func sparseProgram(f *ir.Func, w ir.Wanted, s *passes.Sparse) Derived {
	d := scheduled(f, w, s.Func)
	d.Sparse = s
	return d
}

func scheduled(f *ir.Func, w ir.Wanted, d *ir.Func) Derived {
	p := passes.Schedule(d)
	return Derived{Kind: kinds[w.Kind], By: w.By, Func: d, Program: p, Ops: "Operations: " + passes.Count(p).Summary(f.Sizes)}
}
