package codegen

import (
	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// sweep prints the steps of a plan, in their order, with the states that are saved.
func (w *writer) sweep(s *ir.Sweep) []Code {
	table := Id(w.array(s.Plan.Table))
	step, slot := w.loopVar(s.Var), w.slotVar(s.Plan)
	next := func() *Statement { return w.function("adrt", "FirstStep").Call(table.Clone()) }
	body := append(w.save(s.Plan, step, slot), w.block(s.Body)...)
	return []Code{
		w.function("adrt", "StartCheckpoints").Call(table.Clone(), w.closed(s.Plan.Steps)),
		For(List(Id(step), Id(slot)).Op(":=").Add(next()), Id(step).Op(">=").Lit(0), List(Id(step), Id(slot)).Op("=").Add(next())).Block(body...),
	}
}

// slotVar names the variable for slots, which nothing needs where all that a state is made of is kept anyway.
func (w *writer) slotVar(p *ir.Checkpoints) string {
	if len(p.Kept) == 0 {
		return "_"
	}
	return w.names.name("slot")
}

// unwind prints the way back through the steps.
func (w *writer) unwind(s *ir.Unwind) []Code {
	table := Id(w.array(s.Plan.Table))
	do, step, slot := w.names.name("do"), w.loopVar(s.AgainVar), w.slotVar(s.Plan)
	w.locals[s.Step] = step
	next := func() *Statement { return w.function("adrt", "NextStep").Call(table.Clone()) }
	list := func() *Statement { return List(Id(do), Id(step), Id(slot)) }
	is := func(name string) *Statement { return w.function("adrt", name) }
	return []Code{For(list().Op(":=").Add(next()), Id(do).Op("!=").Add(is("CheckpointDone")), list().Op("=").Add(next())).Block(
		Switch(Id(do)).Block(
			Case(is("CheckpointLoad")).Block(w.state(s.Plan, step, slot, func(saved, row Code) Code { return Id("copy").Call(row, saved) })...),
			Case(is("CheckpointAgain")).Block(append(w.save(s.Plan, step, slot), w.block(s.Again)...)...),
			Case(is("CheckpointBack")).Block(w.block(s.Back)...),
		))}
}

// save saves the state before the step, if there is a slot for it.
func (w *writer) save(p *ir.Checkpoints, step, slot string) []Code {
	if len(p.Kept) == 0 {
		return nil
	}
	return []Code{If(Id(slot).Op(">=").Lit(0)).Block(w.state(p, step, slot, func(saved, row Code) Code { return Id("copy").Call(saved, row) })...)}
}

// state prints for each row of the state before the step what copies it from or to its slot. Rows of steps before the first are none.
func (w *writer) state(p *ir.Checkpoints, step, slot string, move func(saved, row Code) Code) []Code {
	if len(p.Kept) == 0 {
		return nil
	}
	name := w.names.name("state")
	list := []Code{Id(name).Op(":=").Id(w.array(p.Saved)).Index(Id(slot).Op("*").Add(w.extent(p.Saved.Dims[1], 6)), Empty()).Index(Empty(), w.closed(p.Saved.Dims[1]))}
	for n, k := range p.Kept {
		width := func() *Statement { return w.product(k.Array.Dims[1:]) }
		ring := int(k.Array.Dims[0].Value)
		for r := 1; r <= k.Rows; r++ {
			row := Lit(0)
			if ring > 1 {
				row = Parens(Id(step).Op("-").Lit(r)).Op("%").Lit(ring)
				for _, d := range k.Array.Dims[1:] {
					row.Op("*").Add(w.extent(d, 6))
				}
			}
			list = append(list, If(Id(step).Op(">=").Lit(r)).Block(
				move(Id(name).Index(Empty(), width()), Id(w.array(k.Array)).Index(row, Empty()).Index(Empty(), width()))))
			if n < len(p.Kept)-1 || r < k.Rows {
				list = append(list, Id(name).Op("=").Id(name).Index(width(), Empty()))
			}
		}
	}
	return list
}
