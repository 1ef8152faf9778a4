package minimal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adgen-go/adgen/ir"
)

// anything is an operand that may be used as everything.
func anything(v float64) operand {
	return operand{v: v, inv: 1 / v, add: true, mul: true, div: true, divide: true}
}

func contains(list []float64, v float64) bool {
	return slices.ContainsFunc(list, func(w float64) bool { return near(w, v, 1e-9) })
}

func draw(r *rand.Rand) float64 { return math.Exp(2*r.Float64() - 1) }

// TestTable: what is inserted is found, up to rounding, until it is removed, and nothing else is.
func TestTable(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	table := newTable(4)
	var list []float64
	for range 2000 {
		list = append(list, draw(r))
		table.insert(list[len(list)-1])
	}
	n := len(table.log)
	marked := []float64{draw(r), draw(r)}
	table.mark(marked)
	for _, v := range append(list, marked...) {
		if !table.has(v) || !table.has(v*(1+1e-12)) || !table.has(v*(1-1e-12)) || table.has(v*(1+1e-7)) && table.has(v*(1-1e-7)) {
			t.Fatal(v)
		}
	}
	table.unmark()
	for range 100 {
		v := draw(r)
		table.insert(v)
	}
	table.undo(n)
	for _, v := range list {
		if !table.has(v) {
			t.Fatal(v)
		}
	}
	table.undo(0)
	if table.has(marked[0]) || table.has(list[0]) || table.filter != [1024]uint64{} {
		t.Error("not empty")
	}
}

// TestUndo: undo finds the operand of every operation, and undoTwice that of every two.
func TestUndo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		a, x := anything(draw(r)), anything(draw(r))
		for _, b := range x.do(&a, nil) {
			if !contains(x.undo(b, nil), a.v) {
				t.Fatalf("%v of %v and %v", b, a.v, x.v)
			}
			y := anything(b)
			for _, w := range y.do(&a, nil) {
				if !near(w, x.v, 1e-9) && !near(w, x.inv, 1e-9) && !contains(x.undoTwice(w, nil), a.v) {
					t.Fatalf("%v of %v and %v", w, a.v, b)
				}
			}
		}
	}
}

// TestInverses: functions are undone, up to the sign.
func TestInverses(t *testing.T) {
	for op, inverse := range inverses {
		for _, v := range []float64{0.3, 0.8, 1.7, -0.4} {
			w := ir.PrimOf(op).Eval([]float64{v})
			if w == w && !near(math.Abs(inverse(w)), math.Abs(v), 1e-9) {
				t.Errorf("%s(%v) = %v, from %v", ir.PrimOf(op).Name, v, w, inverse(w))
			}
		}
	}
}

// TestReach: what three operations make is in reach of two values, and of one if the first is there, whatever they are.
func TestReach(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	exp := func(v float64) float64 { return math.Exp(v) }
	forward, inverse := []func(float64) float64{exp}, []func(float64) float64{math.Log}
	constants := []operand{{v: 1, inv: 1, add: true, divide: true}, {v: 2, inv: 0.5, add: true, mul: true, div: true, divide: true}}
	any := newSide(anything(1), constants, forward, inverse)
	for range 3000 {
		list := append(slices.Clone(constants), anything(draw(r)), anything(draw(r)))
		z := len(list) - 1
		var made []operand
		for range 3 {
			a, b := &list[2+r.IntN(len(list)-2)], &list[r.IntN(len(list))]
			options := any.single(a, nil)
			if a != b {
				options = append(options, b.do(a, nil)...)
			}
			made = append(made, anything(options[r.IntN(len(options))]))
			list = append(list, made[len(made)-1])
		}
		target := made[2]
		if v := target.v; !(v > 1e-3 && v < 1e3) || slices.ContainsFunc(list[:len(list)-1], func(x operand) bool { return !(x.v > 1e-3 && x.v < 1e3) || near(x.v, v, 1e-6) }) {
			continue // cancelled, or trivial
		}
		s := newSide(target, slices.Clone(constants), forward, inverse)
		s.push(&list[z-1], false)
		if !s.reach(&list[z]) {
			t.Fatalf("%v is not in reach of %v", target.v, list)
		}
		s.push(&list[z], true)
		if !s.step(&made[0]) {
			t.Fatalf("%v is no step from %v", target.v, list)
		}
	}
}
