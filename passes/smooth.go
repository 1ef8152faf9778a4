package passes

import (
	"errors"
	"fmt"
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// smooth refuses to differentiate f, twice if second is set, through primitives that have no derivative, not even by convention. It
// names all of them.
func smooth(f *ir.Func, second bool) error {
	r := &rough{seen: map[string]bool{}}
	r.look(f, func(n *ir.Node) (message, help string) {
		return "", fmt.Sprintf("write stop_gradient(%s(…)) to take it for a constant, or derive %s: value", n.Prim.Name, f.Name)
	}, func(n *ir.Node, active []int) {
		for _, k := range active {
			if second && n.Prim.Written != nil {
				r.partial(f, n, n.Prim.Written(k), active)
			}
		}
	})
	return errors.Join(r.errs...)
}

// rough gathers what has no derivative.
type rough struct {
	seen map[string]bool // places
	errs []error
}

// partial looks at a partial derivative of the primitive n of f, which second derivatives of f differentiate by its operands that are active.
func (r *rough) partial(f *ir.Func, n *ir.Node, partial *ir.Func, active []int) {
	d := partial.Derived()
	d.By = []*ir.Input{}
	for _, k := range active {
		d.By = append(d.By, d.Inputs[k])
	}
	r.look(d, func(m *ir.Node) (message, help string) {
		return fmt.Sprintf(", and second derivatives of %s differentiate this derivative of %s", f.Name, n.Prim.Name),
			fmt.Sprintf("write stop_gradient(%s(…)) to take it for a constant, or derive %s: grad", m.Prim.Name, f.Name)
	}, func(*ir.Node, []int) {})
}

// look goes through the primitives of f that it is differentiated through, with the operands that are active: it notes those that have no derivative, with what
// more there is to say, and passes on the others.
func (r *rough) look(f *ir.Func, more func(*ir.Node) (message, help string), visit func(n *ir.Node, active []int)) {
	order := ir.Reachable(f.Roots()...)
	active, _ := activity(f, order, f.Needed())
	reached := map[*ir.Node]bool{}
	for _, n := range f.Roots() {
		reached[n] = true
	}
	first := len(r.errs)
	for _, n := range slices.Backward(order) {
		if !reached[n] {
			continue
		}
		switch n.Kind {
		case ir.Reduce, ir.At:
			reached[n.Args[0]] = true
		case ir.Apply:
			var through []int
			for k, p := range n.Prim.Partials {
				if p == nil && n.Prim.Why != "" && active[n.Args[k]] {
					message, help := more(n)
					r.note(f, n, message, help)
					continue
				}
				if p != nil && active[n.Args[k]] {
					through = append(through, k)
				}
				reached[n.Args[k]] = reached[n.Args[k]] || p != nil
			}
			visit(n, through)
		}
	}
	slices.Reverse(r.errs[first:]) // as they stand in the source
}

// note says that n, a primitive of f, has no derivative.
func (r *rough) note(f *ir.Func, n *ir.Node, more, help string) {
	at := f.Graph.PlaceOf(n)
	if at.Name == "" {
		at = f.At
	}
	if !r.seen[at.Name] {
		r.seen[at.Name] = true
		r.errs = append(r.errs, at.Error(fmt.Sprintf("%s has no derivative: %s%s", n.Prim.Name, n.Prim.Why, more), help))
	}
}
