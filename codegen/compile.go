package codegen

import (
	"errors"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// Compile derives and prints the functions. What is derived of each says derive; where that is empty, the directives of its source;
// without those, what passes.Default says.
func Compile(list []*ir.Func, derive []ir.Wanted, cfg Config) ([]byte, error) {
	var functions []Function
	var errs []error
	for _, f := range list {
		wanted := derive
		if len(wanted) == 0 {
			wanted = f.Derive
		}
		programs, err := deriveAll(f, wanted, cfg.Goal)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, d := range programs {
			if d.flat != "" && cfg.Note != nil {
				cfg.Note(d.at.Error("note: "+d.flat, "").Error())
			}
		}
		functions = append(functions, Function{f, programs})
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return Emit(functions, cfg)
}

// deriveAll makes the programs of one function; the value always comes first.
func deriveAll(f *ir.Func, wanted []ir.Wanted, goal passes.Goal) ([]Derived, error) {
	if len(wanted) == 0 {
		wanted = passes.Default(f)
	}
	list := []Derived{program(f, ir.Wanted{Kind: "value"}, goal, passes.Values(f)...)}
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
		ways, err := passes.Ways(f, w, list[0].Func)
		if err != nil {
			return nil, err
		}
		list = append(list, program(f, w, goal, ways...))
	}
	return list, nil
}

// program optimises and schedules a function that is derived in the given ways.
func program(f *ir.Func, w ir.Wanted, goal passes.Goal, ways ...*ir.Func) Derived {
	d := passes.Optimize(goal, ways...)
	flat := passes.Flat(f, w, d)
	if !f.Scalar() {
		d = withoutZeros(d, passes.Seconds(w, d))
	}
	derived := scheduled(f, w, d)
	derived.flat = flat
	return derived
}

// sparseProgram schedules a sparse matrix.
func sparseProgram(f *ir.Func, w ir.Wanted, s *passes.Sparse) Derived {
	d := scheduled(f, w, s.Func)
	d.Sparse = s
	d.flat = passes.Flat(f, w, s.Func)
	return d
}

func scheduled(f *ir.Func, w ir.Wanted, d *ir.Func) Derived {
	p := passes.Schedule(d)
	ops := "Operations: " + passes.Count(p).Summary(f.Sizes)
	passes.Jam(p)
	return Derived{Kind: kinds[w.Kind], By: w.By, Func: d, Program: p, Ops: ops, at: passes.PlaceOf(f, w)}
}

// withoutZeros is d, of whose last n results those are not wanted that are 0: what they are parts of is cleared as a whole.
func withoutZeros(d *ir.Func, n int) *ir.Func {
	d = d.Derived()
	for i := len(d.Results) - n; i < len(d.Results); i++ {
		if r := &d.Results[i]; passes.IsZero(r.Value) {
			r.Where = d.Graph.Bool(false)
		}
	}
	return d
}

// left tells whether result i of the program is left out, as it is 0.
func (d Derived) left(i int) bool {
	where := d.Func.Results[i].Where
	return where != nil && where.IsConst(0)
}

// leaves tells whether some result is left out.
func (d Derived) leaves() bool {
	for i := range d.Func.Results {
		if d.left(i) {
			return true
		}
	}
	return false
}
