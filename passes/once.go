package passes

import "github.com/adgen-go/adgen/ir"

// leastOnce is the loop program for f, in which what is the same but for names is computed once, if that takes fewer operations.
func leastOnce(f *ir.Func) *ir.Program {
	best := build(f).program
	least := operations(f, best)
	try := func(d *ir.Func) {
		p := build(d).program
		if n := operations(f, p); n < worthIt*least {
			best, least = p, n
		}
	}
	if d, ok := unified(f, (1-worthIt)*least); ok {
		try(d)
	}
	if len(f.Needed()) == 0 { // nothing goes through one triangle in an order of its own
		return best
	}
	if l, ok := lower(f); ok {
		try(l)
		if d, ok := unified(l, (1-worthIt)*least); ok {
			try(d)
		}
	}
	return best
}

// operations is the number of operations of the program, where all sizes are nominalExtent.
func operations(f *ir.Func, p *ir.Program) float64 {
	at := map[string]int{}
	for _, s := range f.Sizes {
		at[s] = nominalExtent
	}
	n, _ := Count(p).Total().Eval(at).Float64()
	return n
}
