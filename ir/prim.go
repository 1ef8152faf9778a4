package ir

import "strings"

// Op names a primitive: its row in the table.
type Op uint16

// Ops counts elementary operations by category. A negation counts as an
// addition; arithmetic on indices and sizes is free.
type Ops struct {
	Add, Mul, Div, Call, Compare, Select int
}

// Plus is the sum of two counts.
func (a Ops) Plus(b Ops) Ops {
	return Ops{a.Add + b.Add, a.Mul + b.Mul, a.Div + b.Div, a.Call + b.Call, a.Compare + b.Compare, a.Select + b.Select}
}

// Total is the number of operations of all categories.
func (a Ops) Total() int { return a.Add + a.Mul + a.Div + a.Call + a.Compare + a.Select }

// Partial builds the partial derivative of the primitive r of x with respect to
// one operand, from the operands x and the result r.
type Partial func(g *Graph, x []*Node, r *Node) *Node

// Prim is a primitive: everything that any part of the compiler knows about it.
type Prim struct {
	Op       Op
	Name     string // in the language, if Public; in listings
	Arity    int
	Operand  Type // of the operands, but for select, whose first is Bool
	Result   Type
	Public   bool // callable by name in the language
	Commutes bool
	Cost     func(x []Operand) Ops
	Eval     func(x []float64) float64       // Int and Bool operands and results as float64; nil where only compiled code can tell
	Partials []Partial                       // one for each operand; nil where there is none
	Open     func(g *Graph, x []*Node) *Node // of other primitives, where it is made of them
	Written  func(k int) *Func               // the partial by operand k as a function of all, of a primitive that a source declares
	Why      string                          // why a partial that is nil does not exist; "" if it is zero by convention
	Go       string                          // Go expression with $0, $1 for the operands
	Runtime  string                          // the function of package runtime that Go calls, if any
	Import   string                          // the package of the function that Go calls, of a primitive that a source declares
	Infix    int                             // Go's precedence if Go is an infix or prefix form; 0 for a call
	Atomic   bool                            // operands that stand more than once in Go: they must be names
	LaTeX    string                          // with $0, $1
	Doc      string                          // formula, domain, poles, kinks
	Args     []Argument                      // of a primitive that a source declares
	ImportAt Place                           // where the package stands there
	FuncAt   Place                           // where the function stands
}

// GoSignature is the type of the Go function of a primitive of n numbers.
func GoSignature(n int) string {
	return "func(" + strings.TrimSuffix(strings.Repeat("float64, ", n), ", ") + ") float64"
}

// Argument is an argument of a primitive that a source declares.
type Argument struct {
	Name    string
	Partial Place // where the derivative by it stands
}

// Lookup finds the public primitive with the given name.
func Lookup(name string) (*Prim, bool) {
	p, ok := byName[name]
	return p, ok
}

// PrimOf is the row of op.
func PrimOf(op Op) *Prim { return &primitives[op] }

// Public lists the primitives that the language can call by name, in order of the table.
func Public() []*Prim {
	var public []*Prim
	for i := range primitives {
		if primitives[i].Public {
			public = append(public, &primitives[i])
		}
	}
	return public
}

var byName = func() map[string]*Prim {
	names := map[string]*Prim{}
	for _, p := range Public() {
		names[p.Name] = p
	}
	return names
}()

// Operand is what the cost of a primitive may depend on: the type of an operand and
// whether it is a constant.
type Operand interface {
	OperandType() Type
	Constant() (v float64, ok bool)
}

// OperandType is n's type.
func (n *Node) OperandType() Type { return n.Type }

// Constant is n's value if it is a constant.
func (n *Node) Constant() (float64, bool) { return n.Value, n.Kind == Const }

// Ops counts the operations of the node n itself, without its operands.
func (n *Node) Ops() Ops {
	if n.Kind != Apply || n.Type == Int || n.Is(OpSelect) && Static(n.Args[0]) {
		return Ops{}
	}
	return n.Prim.Cost(Operands(n.Args))
}

// Operands is the nodes as operands.
func Operands(nodes []*Node) []Operand {
	x := make([]Operand, len(nodes))
	for i, n := range nodes {
		x[i] = n
	}
	return x
}

// cost is the constant cost of most primitives.
func cost(o Ops) func([]Operand) Ops { return func([]Operand) Ops { return o } }

var (
	free    = cost(Ops{})
	oneAdd  = cost(Ops{Add: 1})
	oneMul  = cost(Ops{Mul: 1})
	oneDiv  = cost(Ops{Div: 1})
	oneCall = cost(Ops{Call: 1})
	oneComp = cost(Ops{Compare: 1})
	choice  = cost(Ops{Select: 1})
)

// compare is the cost of a comparison: one for reals, nothing for indices.
func compare(x []Operand) Ops {
	if x[0].OperandType() == Real || x[1].OperandType() == Real {
		return Ops{Compare: 1}
	}
	return Ops{}
}

// Static tells whether the condition c depends on indices and integer data alone.
func Static(c *Node) bool {
	if c.Kind == Const {
		return true
	}
	for _, a := range c.Args {
		if a.Type == Real || a.Type == Bool && !Static(a) {
			return false
		}
	}
	return true
}

// power is the cost of x^c: the multiplications of the shortest chain for a
// whole exponent, with a division if it is negative, a root if it is half of one.
func power(x []Operand) Ops {
	p, ok := PlanPower(x[1])
	if !ok {
		return Ops{Call: 1}
	}
	o := Ops{Mul: ChainLength(p.Whole)}
	if p.Root {
		o.Call++
		if p.Whole > 0 {
			o.Mul++
		}
	}
	if p.Inverse {
		o.Div++
	}
	return o
}
