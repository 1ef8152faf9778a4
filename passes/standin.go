package passes

import (
	"math"

	"github.com/adgen-go/adgen/ir"
)

// applied is the value of the primitive for the arguments. Of one of the user, whose Go function is not known here, it is that of a smooth and positive
// function that stands in for it: algebra knows nothing of either, so that two programs that agree on one agree on the other.
func applied(p *ir.Prim, x []float64) float64 {
	if p.Eval != nil {
		return p.Eval(x)
	}
	seed := 1.0
	for _, c := range p.Name {
		seed = math.Mod(7*seed+float64(c), 101)
	}
	v := 2 + seed/101
	for i, a := range x {
		v += math.Atan(a+seed/101) / float64(2+i)
	}
	return v
}
