package ir

import "slices"

// Program is a loop program: what is emitted, counted and run. It is made of loops
// with bounds, scalar assignments, and stores into arrays; nothing in it is implicit.
type Program struct {
	Inputs  []*Input // those that are read, in the function's order
	Scratch []*Array // storage that lives as long as one call
	Results []*Array // written by the program, in order of the roots it was made from; vectors that several share come last
	Body    []Stmt
	Whole   bool // all steps of recurrences are kept though they have checkpoints
}

// Array is storage with run-time extents, row-major. Without Dims it is a scalar result.
type Array struct {
	Name string
	Type Type
	Dims []*Node // closed Int nodes
}

// Local is a scalar variable, assigned before it is used and visible in the block that
// declares it and the blocks inside.
type Local struct {
	Name string // a wish; codegen makes it valid and unique
	Type Type
}

// ExprKind is the sort of an Expr.
type ExprKind uint8

// The expression kinds of loop programs.
const (
	ExprConst ExprKind = iota // Value, of Type
	ExprSize                  // the size called Name
	ExprLocal                 // Local, also a loop variable
	ExprInput                 // Input[Args…]
	ExprArray                 // Array[Args…]
	ExprPrim                  // Prim of Args
)

// Expr is an expression of a loop program: a tree.
type Expr struct {
	Kind  ExprKind
	Type  Type
	Value float64
	Name  string
	Local *Local
	Input *Input
	Array *Array
	Prim  *Prim
	Args  []*Expr
}

// OperandType is e's type.
func (e *Expr) OperandType() Type { return e.Type }

// Constant is e's value if it is a constant.
func (e *Expr) Constant() (float64, bool) { return e.Value, e.Kind == ExprConst }

// Same tells whether two expressions are the same.
func (e *Expr) Same(o *Expr) bool {
	return e.Kind == o.Kind && e.Type == o.Type && e.Value == o.Value && e.Name == o.Name && e.Local == o.Local &&
		e.Input == o.Input && e.Array == o.Array && e.Prim == o.Prim && slices.EqualFunc(e.Args, o.Args, (*Expr).Same)
}

// AssignOp says what an assignment or store does with the old value.
type AssignOp uint8

// The ways to assign.
const (
	Set   AssignOp = iota // v = x; the first Set of a Local declares it
	AddTo                 // v += x
	SubTo                 // v −= x
	MulTo                 // v *= x
	MaxTo                 // v = max(v, x)
	MinTo                 // v = min(v, x)
)

// Stmt is a statement: *Assign, *Store, *Fill, *For, *If, *Sweep or *Unwind.
type Stmt interface{ stmt() }

// Assign gives a local a value.
type Assign struct {
	Dst     *Local
	Declare bool // this Set is the declaration of Dst
	Op      AssignOp
	Value   *Expr // nil only in a declaration: 0
}

// Store writes an element of an array.
type Store struct {
	Dst   *Array
	Index []*Expr
	Op    AssignOp
	Value *Expr
}

// Fill sets all elements of an array to a constant.
type Fill struct {
	Dst   *Array
	Value float64
}

// For runs Body with Var from Lo up to but not including Hi, or, Down, through the same values from the last to the first. With a Step, Body does
// the work of so many values, from Var on, and runs while as many are left.
type For struct {
	Var    *Local
	Lo, Hi *Expr
	Down   bool
	Step   int // 0 is 1
	Body   []Stmt
}

// If runs Then where Cond holds, else Else.
type If struct {
	Cond       *Expr
	Then, Else []Stmt
}

// Checkpoints is a plan to run the steps of a recurrence and then go back through them, with the state before some steps saved and what lies
// between computed again.
type Checkpoints struct {
	Steps *Node // their number
	Down  bool  // the first step is at the last place, Steps − 1
	Kept  []Kept
	Table *Array // what has been done, as runtime.StartCheckpoints and its like have it
	Saved *Array // the states, a row for each slot
}

// Kept says what the state before a step is: of Array, the rows of so many steps before. Array has a row for each of the last steps only, in turn: that of the step
// at the place t is row t mod its first dimension.
type Kept struct {
	Array *Array
	Rows  int
}

// Sweep runs Body for each step of a plan, in their order, with Var at its place, and saves states.
type Sweep struct {
	Plan *Checkpoints
	Var  *Local
	Body []Stmt
}

// Unwind goes back through the steps of a plan: it runs Back for each of them, from the last one, right after Again, or the sweep, ran for the same
// step.
type Unwind struct {
	Plan           *Checkpoints
	Again, Back    []Stmt
	AgainVar, Step *Local // the place of the step, in Again and in Back
}

func (*Sweep) stmt()  {}
func (*Unwind) stmt() {}
func (*Assign) stmt() {}
func (*Store) stmt()  {}
func (*Fill) stmt()   {}
func (*For) stmt()    {}
func (*If) stmt()     {}

// Exprs calls visit for each expression that stands directly in s, not in its blocks.
func Exprs(s Stmt, visit func(*Expr)) {
	switch s := s.(type) {
	case *Assign:
		if s.Value != nil {
			visit(s.Value)
		}
	case *Store:
		for _, e := range s.Index {
			visit(e)
		}
		visit(s.Value)
	case *For:
		visit(s.Lo)
		visit(s.Hi)
	case *If:
		visit(s.Cond)
	}
}

// Blocks lists the blocks of s.
func Blocks(s Stmt) []*[]Stmt {
	switch s := s.(type) {
	case *For:
		return []*[]Stmt{&s.Body}
	case *If:
		return []*[]Stmt{&s.Then, &s.Else}
	case *Sweep:
		return []*[]Stmt{&s.Body}
	case *Unwind:
		return []*[]Stmt{&s.Again, &s.Back}
	}
	return nil
}
