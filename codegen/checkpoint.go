package codegen

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

// step is how the emitted code names where a plan is: the number of the step, its place, and the slot for the state before it.
type step struct{ number, place, slot string }

// step names them; v is the variable for the place.
func (w *writer) step(p *ir.Checkpoints, v *ir.Local) step {
	place := w.loopVar(v)
	s := step{number: place, place: place, slot: w.names.name("slot")}
	if p.Down {
		s.number = w.names.name("step")
	}
	return s
}

// found prints what gives the place of the step, if that is not its number.
func (w *writer) found(p *ir.Checkpoints, s step) []Code {
	if !p.Down {
		return nil
	}
	return []Code{Id(s.place).Op(":=").Add(w.extent(p.Steps, 5)).Op("-").Lit(1).Op("-").Id(s.number)}
}

// sweep prints the steps of a plan, in their order, with the states that are saved.
func (w *writer) sweep(s *ir.Sweep) []Code {
	table := Id(w.array(s.Plan.Table))
	at := w.step(s.Plan, s.Var)
	next := func() *Statement { return w.function("adrt", "FirstStep").Call(table.Clone()) }
	list := func() *Statement { return List(Id(at.number), Id(at.slot)) }
	body := slices.Concat(w.found(s.Plan, at), w.save(s.Plan, at), w.block(s.Body))
	return []Code{
		w.function("adrt", "StartCheckpoints").Call(table.Clone(), w.closed(s.Plan.Steps)),
		For(list().Op(":=").Add(next()), Id(at.number).Op(">=").Lit(0), list().Op("=").Add(next())).Block(body...),
	}
}

// unwind prints the way back through the steps.
func (w *writer) unwind(s *ir.Unwind) []Code {
	table := Id(w.array(s.Plan.Table))
	do, at := w.names.name("do"), w.step(s.Plan, s.AgainVar)
	w.locals[s.Step] = at.place
	next := func() *Statement { return w.function("adrt", "NextStep").Call(table.Clone()) }
	list := func() *Statement { return List(Id(do), Id(at.number), Id(at.slot)) }
	is := func(name string) *Statement { return w.function("adrt", name) }
	body := append(w.found(s.Plan, at), Switch(Id(do)).Block(
		Case(is("CheckpointLoad")).Block(w.state(s.Plan, at, func(saved, row Code) Code { return Id("copy").Call(row, saved) })...),
		Case(is("CheckpointAgain")).Block(append(w.save(s.Plan, at), w.block(s.Again)...)...),
		Case(is("CheckpointBack")).Block(w.block(s.Back)...),
	))
	return []Code{For(list().Op(":=").Add(next()), Id(do).Op("!=").Add(is("CheckpointDone")), list().Op("=").Add(next())).Block(body...)}
}

// save saves the state before the step, if there is a slot for it.
func (w *writer) save(p *ir.Checkpoints, at step) []Code {
	return []Code{If(Id(at.slot).Op(">=").Lit(0)).Block(w.state(p, at, func(saved, row Code) Code { return Id("copy").Call(saved, row) })...)}
}

// state prints for each row of the state before the step what copies it from or to its slot. Rows of steps before the first are none.
func (w *writer) state(p *ir.Checkpoints, at step, move func(saved, row Code) Code) []Code {
	name := w.names.name("state")
	list := []Code{Id(name).Op(":=").Id(w.array(p.Saved)).Index(Id(at.slot).Op("*").Add(w.extent(p.Saved.Dims[1], 6)), Empty()).Index(Empty(), w.closed(p.Saved.Dims[1]))}
	before := "-"
	if p.Down {
		before = "+"
	}
	for n, k := range p.Kept {
		width := func() *Statement { return w.product(k.Array.Dims[1:]) }
		for r := 1; r <= k.Rows; r++ {
			row := Parens(Id(at.place).Op(before).Lit(r)).Op("%").Add(w.closed(k.Array.Dims[0]))
			for _, d := range k.Array.Dims[1:] {
				row.Op("*").Add(w.extent(d, 6))
			}
			list = append(list, If(Id(at.number).Op(">=").Lit(r)).Block(
				move(Id(name).Index(Empty(), width()), Id(w.array(k.Array)).Index(row, Empty()).Index(Empty(), width()))))
			if n < len(p.Kept)-1 || r < k.Rows {
				list = append(list, Id(name).Op("=").Id(name).Index(width(), Empty()))
			}
		}
	}
	return list
}
