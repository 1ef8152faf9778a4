package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// puts adds the stores of an element of result i, or of the array of them over index, into the vectors that it shares with others: one for each of
// its places, under the condition that it has it. Where that never holds there is none.
func (p *planner) puts(i int, value *ir.Node, index []*ir.Node, where []place) {
	var fixed setting
	for _, w := range where {
		fixed = fixed.with(w.index, int(w.at.Value))
	}
	at := func(n *ir.Node) *ir.Node { return newUnroller(p.g).at(n, fixed) }
	for k := range p.f.Results[i].Puts {
		put := &p.f.Results[i].Puts[k]
		cond := at(put.Where)
		if cond.IsConst(0) {
			continue
		}
		u := &unit{result: i, body: value, ctx: slices.Clone(index), put: put, at: at(put.At), guard: literals(cond, true)}
		if cond.IsConst(1) {
			u.guard = nil
		}
		if value.Is(ir.OpSelect) && value.Args[2].IsConst(0) && len(without(literals(value.Args[0], true), u.guard)) == 0 {
			u.body = value.Args[1] // what holds is not asked twice
		}
		p.add(u)
	}
}

// shared is the vector of the name among the results of the program, which it joins if it is new.
func (b *builder) shared(name string, t ir.Type) *ir.Array {
	for _, a := range b.program.Results[b.own:] {
		if a.Name == name {
			return a
		}
	}
	a := &ir.Array{Name: name, Type: t, Dims: []*ir.Node{b.g.Size(name)}}
	b.program.Results = append(b.program.Results, a)
	return a
}

// results makes the arrays that are written. Vectors that several results share come last; those that anything is added to begin with 0.
func (b *builder) results() (clear []ir.Stmt) {
	for _, r := range b.f.Results {
		if r.Puts != nil {
			break
		}
		a := &ir.Array{Name: r.Name}
		for _, i := range r.Index {
			a.Dims = append(a.Dims, i.Extent)
		}
		b.program.Results = append(b.program.Results, a)
	}
	b.own = len(b.program.Results)
	adds := map[*ir.Array]bool{}
	for _, r := range b.f.Results[b.own:] {
		for _, put := range r.Puts {
			a := b.shared(put.Into, r.Value.Type)
			if put.Add && !adds[a] {
				adds[a] = true
				clear = append(clear, &ir.Fill{Dst: a})
			}
		}
	}
	return clear
}
