package minimal

import (
	"math"

	"github.com/adgen-go/adgen/ir"
)

// inverses has for functions of one argument those that undo them, as far as there is one, up to a sign.
var inverses = map[ir.Op]func(float64) float64{
	ir.OpSqrt:  func(v float64) float64 { return v * v },
	ir.OpCbrt:  func(v float64) float64 { return v * v * v },
	ir.OpExp:   math.Log,
	ir.OpExp2:  math.Log2,
	ir.OpExpm1: math.Log1p,
	ir.OpLog:   math.Exp,
	ir.OpLog2:  math.Exp2,
	ir.OpLog10: func(v float64) float64 { return math.Pow(10, v) },
	ir.OpLog1p: math.Expm1,
	ir.OpAtan:  math.Tan,
	ir.OpAsin:  math.Sin,
	ir.OpSinh:  math.Asinh,
	ir.OpCosh:  math.Acosh,
	ir.OpTanh:  math.Atanh,
	ir.OpAsinh: math.Sinh,
	ir.OpAcosh: math.Cosh,
	ir.OpAtanh: math.Tanh,
	ir.OpErf:   math.Erfinv,
	ir.OpErfc:  math.Erfcinv,
}
