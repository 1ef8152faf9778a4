package passes

import "github.com/adgen-go/adgen/ir"

// vanishing is the products of the straight-line program f that are 0 at some of the points although no factor is: what is computed from them is finite
// there as long as they are computed in the order in which they stand.
func vanishing(f *ir.Func, points []*witness) map[*ir.Node]bool {
	list := map[*ir.Node]bool{}
	t := newTrace(f)
	for _, p := range points {
		if !t.run(p.env) {
			break
		}
		for i, n := range t.order {
			if t.value[i] == 0 && (n.Is(ir.OpMul) && t.of(n.Args[0]) != 0 && t.of(n.Args[1]) != 0 || n.Is(ir.OpDiv) && t.of(n.Args[0]) != 0) {
				list[n] = true
			}
		}
	}
	return list
}
