package passes

import (
	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes/algebra"
)

// Model is a model of what operations cost.
type Model struct {
	Name    string
	Of      func(Flops) Flops // weighs a count
	algebra algebra.Model
}

// UnitModel counts every operation as 1.
var UnitModel = Model{Name: "unit", Of: func(f Flops) Flops { return f }, algebra: algebra.Unit}

// CyclesModel weighs every operation by the processor cycles that it takes; see Flops.Cycles.
var CyclesModel = Model{Name: "cycles", Of: Flops.Cycles, algebra: algebra.Model{
	Add: float64(cyclesOf[ir.OpAdd]), Mul: float64(cyclesOf[ir.OpMul]), Div: float64(cyclesOf[ir.OpDiv]), Neg: float64(cyclesOf[ir.OpNeg]),
}}

// Models are the models by name.
var Models = map[string]Model{UnitModel.Name: UnitModel, CyclesModel.Name: CyclesModel}

// Cost is what the emitted program for f costs, where all sizes are nominalExtent; of long programs an estimate. One that keeps all steps of recurrences
// though they have checkpoints costs more than any that does not.
func (m Model) Cost(f *ir.Func) float64 {
	if len(ir.Reachable(f.Roots()...)) > maxScheduled {
		return estimate(f)
	}
	at := map[string]int{}
	for _, s := range f.Sizes {
		at[s] = nominalExtent
	}
	n, whole := countEmitted(f)
	v, _ := m.Of(n).Total().Eval(at).Float64()
	if whole {
		v *= wholeFactor
	}
	return v
}

// wholeFactor is more than the operations of ways to one derivative differ by.
const wholeFactor = 1e6

// maxScheduled is the number of nodes up to which functions are compared by what is emitted for them.
const maxScheduled = 20_000
