package minimal

import "github.com/adgen-go/adgen/ir"

var binary = [...]ir.Op{plus: ir.OpAdd, minus: ir.OpSub, times: ir.OpMul, over: ir.OpDiv}

// program is the steps as a program for the function.
func (r *realization) program() *ir.Func {
	g := r.function.Graph
	nodes := map[signed]*ir.Node{}
	for i, c := range r.constants {
		nodes[signed(2*i)], nodes[signed(2*i+1)] = g.Const(c.value), g.Const(-c.value)
	}
	for i, in := range r.function.Inputs {
		nodes[signed(2*(len(r.constants)+i))] = g.Access(in)
	}
	for _, d := range r.steps {
		switch {
		case d.isNeg:
			nodes[d.to] = g.Apply(ir.OpNeg, nodes[d.i])
		case d.kind >= call:
			nodes[d.to] = g.Apply(r.calls[d.kind-call].Op, nodes[d.i])
		default:
			nodes[d.to] = g.Apply(binary[d.kind], nodes[d.i], nodes[d.j])
		}
	}
	f := r.function.Derived()
	for i, at := range r.of {
		switch v := r.results[i]; {
		case at < 0:
			f.Results[i].Value = g.Const(v[0])
		default:
			f.Results[i].Value = nodes[r.wanted[at]]
		}
	}
	return f
}
