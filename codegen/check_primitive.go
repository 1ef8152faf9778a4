package codegen

import (
	"fmt"
	"io"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// primitive is a function that is nothing but a primitive that the source declares, of which the derivative by each argument is asked on its own.
type primitive struct {
	ir.Prim
	f *ir.Func
}

// primitivesOf lists the primitives that the source of the functions declares.
func primitivesOf(list []*ir.Func) (prims []primitive) {
	if len(list) == 0 {
		return nil
	}
	own := list[0].Graph.Own()
	for i, p := range own {
		g := ir.NewGraph(own...)
		f := &ir.Func{Name: "primitive_" + p.Name, Graph: g}
		var args []*ir.Node
		for _, a := range p.Args {
			in := &ir.Input{Name: a.Name, Param: true}
			f.Inputs = append(f.Inputs, in)
			f.Derive = append(f.Derive, ir.Wanted{Kind: "grad", By: []*ir.Input{in}})
			args = append(args, g.Access(in))
		}
		f.Results = []ir.Result{{Name: "value", Value: g.Apply(ir.FirstOwn+ir.Op(i), args...)}}
		prims = append(prims, primitive{p, f})
	}
	return prims
}

// blame says which derivatives of primitives are wrong, by a point where central differences are far from them.
func (c *checker) blame(w io.Writer, prims []primitive) {
	for _, p := range prims {
		for _, k := range c.cases {
			if k.f.Func == p.f && k.d.Kind == Grad {
				p.blame(w, k)
			}
		}
	}
}

func (p primitive) blame(w io.Writer, k checkCase) {
	for _, s := range k.samples {
		if s.Close {
			continue
		}
		by := k.d.independents()[0]
		var at []string
		var where ir.Place
		for i, in := range p.f.Inputs {
			at = append(at, fmt.Sprintf("%s = %.6g", in.Name, s.Env.Inputs[in.Name].Data[0]))
			if in == by {
				where = p.Args[i].Partial
			}
		}
		step := s.Direction[0].Data[0]
		fmt.Fprintf(w, "\n%v\n", where.Error(fmt.Sprintf("this is not the derivative of %s by %s: at %s it is %.6g, and central differences give %.6g",
			p.Name, by.Name, strings.Join(at, ", "), s.Along[0]/step, s.Measured[0]/step), ""))
		return
	}
}
