package codegen_test

import (
	"fmt"
	"math"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
	adrt "github.com/adgen-go/adgen/runtime"
)

// run executes a loop program, as it is counted and as it is emitted, with every subscript checked.
func run(p *ir.Program, env ir.Env) (results []ir.Tensor, err error) {
	results, err = execute(p, env)
	if err != nil {
		return nil, err
	}
	passes.Jam(p)
	jammed, err := execute(p, env)
	if err != nil {
		return nil, fmt.Errorf("jammed, %w", err)
	}
	for i, r := range results {
		for k, v := range r.Data {
			if math.Float64bits(v) != math.Float64bits(jammed[i].Data[k]) {
				return nil, fmt.Errorf("jammed, element %d of result %d is %v, not %v", k, i, jammed[i].Data[k], v)
			}
		}
	}
	return results, nil
}

func execute(p *ir.Program, env ir.Env) (results []ir.Tensor, err error) {
	m := &machine{env: env, locals: map[*ir.Local]float64{}, arrays: map[*ir.Array]ir.Tensor{}}
	for _, a := range append(append([]*ir.Array(nil), p.Scratch...), p.Results...) {
		t := ir.Tensor{}
		n := 1
		for _, d := range a.Dims {
			t.Dims = append(t.Dims, env.Extent(d))
			n *= max(env.Extent(d), 0)
		}
		t.Data = make([]float64, n)
		for i := range t.Data {
			t.Data[i] = math.NaN() // what is read before it is written shows
		}
		m.arrays[a] = t
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the loop program fails: %v", r)
		}
	}()
	m.block(p.Body)
	for _, a := range p.Results {
		results = append(results, m.arrays[a])
	}
	return results, nil
}

type machine struct {
	env    ir.Env
	locals map[*ir.Local]float64
	arrays map[*ir.Array]ir.Tensor
	plan   []int
}

// block runs statements. The locals that they declare are not known behind them.
func (m *machine) block(stmts []ir.Stmt) {
	var own []*ir.Local
	for _, s := range stmts {
		switch s := s.(type) {
		case *ir.Assign:
			if _, ok := m.locals[s.Dst]; s.Declare {
				own = append(own, s.Dst)
			} else if !ok {
				panic("a local is assigned before it is declared")
			}
			v := 0.0
			if s.Value != nil {
				v = m.expr(s.Value)
			}
			m.locals[s.Dst] = update(s.Op, m.locals[s.Dst], v)
		case *ir.Store:
			at := m.element(m.arrays[s.Dst], s.Index)
			*at = update(s.Op, *at, m.expr(s.Value))
		case *ir.Fill:
			for i := range m.arrays[s.Dst].Data {
				m.arrays[s.Dst].Data[i] = s.Value
			}
		case *ir.If:
			if m.expr(s.Cond) != 0 {
				m.block(s.Then)
			} else {
				m.block(s.Else)
			}
		case *ir.Sweep:
			m.sweep(s)
		case *ir.Unwind:
			m.unwind(s)
		case *ir.For:
			lo, hi := m.expr(s.Lo), m.expr(s.Hi)
			by := float64(max(s.Step, 1))
			for i := lo; i+by <= hi; i += by {
				m.locals[s.Var] = i
				if s.Down {
					m.locals[s.Var] = lo + hi - 1 - i
				}
				m.block(s.Body)
			}
			delete(m.locals, s.Var)
		}
	}
	for _, l := range own {
		delete(m.locals, l)
	}
}

// sweep and unwind run the steps of a plan as emitted code does.
func (m *machine) sweep(s *ir.Sweep) {
	m.plan = make([]int, adrt.CheckpointPlan(m.env.Extent(s.Plan.Steps)))
	adrt.StartCheckpoints(m.plan, m.env.Extent(s.Plan.Steps))
	for step, slot := adrt.FirstStep(m.plan); step >= 0; step, slot = adrt.FirstStep(m.plan) {
		m.state(s.Plan, step, slot, func(saved, row []float64) { copy(saved, row) })
		m.locals[s.Var] = m.place(s.Plan, step)
		m.block(s.Body)
	}
}

func (m *machine) unwind(s *ir.Unwind) {
	for {
		do, step, slot := adrt.NextStep(m.plan)
		m.locals[s.AgainVar], m.locals[s.Step] = m.place(s.Plan, step), m.place(s.Plan, step)
		switch do {
		case adrt.CheckpointDone:
			return
		case adrt.CheckpointLoad:
			for _, k := range s.Plan.Kept { // what is not saved is not there
				for i := range m.arrays[k.Array].Data {
					m.arrays[k.Array].Data[i] = math.NaN()
				}
			}
			m.state(s.Plan, step, slot, func(saved, row []float64) { copy(row, saved) })
		case adrt.CheckpointAgain:
			m.state(s.Plan, step, slot, func(saved, row []float64) { copy(saved, row) })
			m.block(s.Again)
		case adrt.CheckpointBack:
			m.block(s.Back)
		}
	}
}

// place is where the step is.
func (m *machine) place(p *ir.Checkpoints, step int) float64 {
	if p.Down {
		step = m.env.Extent(p.Steps) - 1 - step
	}
	return float64(step)
}

// state moves the rows of the state before the step.
func (m *machine) state(p *ir.Checkpoints, step, slot int, move func(saved, row []float64)) {
	if slot < 0 || len(p.Kept) == 0 {
		return
	}
	t := m.arrays[p.Saved]
	rest := t.Data[slot*t.Dims[1]:][:t.Dims[1]]
	for _, k := range p.Kept {
		ring := m.arrays[k.Array]
		width := len(ring.Data) / ring.Dims[0]
		for r := 1; r <= k.Rows; r++ {
			if step >= r {
				move(rest[:width], ring.Data[int(m.place(p, step-r))%ring.Dims[0]*width:][:width])
			}
			rest = rest[width:]
		}
	}
}

func update(op ir.AssignOp, old, v float64) float64 {
	switch op {
	case ir.AddTo:
		return old + v
	case ir.SubTo:
		return old - v
	case ir.MulTo:
		return old * v
	case ir.MaxTo:
		return max(old, v)
	case ir.MinTo:
		return min(old, v)
	}
	return v
}

func (m *machine) element(t ir.Tensor, index []*ir.Expr) *float64 {
	offset := 0
	for d, x := range index {
		i := int(m.expr(x))
		if i < 0 || i >= t.Dims[d] {
			panic(fmt.Sprintf("subscript %d of %d", i, t.Dims[d]))
		}
		offset = offset*t.Dims[d] + i
	}
	return &t.Data[offset]
}

func (m *machine) expr(e *ir.Expr) float64 {
	switch e.Kind {
	case ir.ExprConst:
		return e.Value
	case ir.ExprSize:
		return float64(m.env.Sizes[e.Name])
	case ir.ExprLocal:
		v, ok := m.locals[e.Local]
		if !ok {
			panic("a local is read before it is assigned")
		}
		return v
	case ir.ExprInput:
		return *m.element(m.env.Inputs[e.Input.Name], e.Args)
	case ir.ExprArray:
		return *m.element(m.arrays[e.Array], e.Args)
	}
	if e.Prim.Op == ir.OpAnd && m.expr(e.Args[0]) == 0 { // Go does not evaluate the rest
		return 0
	}
	if e.Prim.Op == ir.OpOr && m.expr(e.Args[0]) != 0 {
		return 1
	}
	x := make([]float64, len(e.Args))
	for i, a := range e.Args {
		x[i] = m.expr(a)
	}
	return e.Prim.Eval(x)
}
