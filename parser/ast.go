package parser

// Pos is a place in a source text: byte offset from 0, line and column from 1.
// Columns count runes.
type Pos struct {
	Offset, Line, Col int
	Source            *Source
}

// Span is a stretch of source text, half open.
type Span struct {
	Start, End Pos
}

// File is a parsed source file.
type File struct {
	Source  *Source
	Imports []*Import
	Prims   []*Primitive
	Funcs   []*Func
	Derive  []*Derive

	Imported []*File // what the imports name, all of it, each file once
}

// Import is import "layers.ad".
type Import struct {
	Path string
	At   Span // of the path
}

// Primitive declares a Go function of numbers, with a partial derivative for each argument:
// primitive j0(x) = go "math".J0 derivative -j1(x).
type Primitive struct {
	Name     string
	NameAt   Span
	Params   []*Param
	Import   string // the path of its package
	ImportAt Span
	Func     Name // its name there
	Partials []Expr
	Cost     int // operations that it counts for
}

// Func is one definition, f(data; params) -> results = body.
type Func struct {
	Name    string
	NameAt  Span
	Params  []*Param // in source order, data first
	Semi    bool     // whether a semicolon separates data from parameters
	Results []*Param // the declared results after ->, or nil
	Body    *Block
	Span    Span
	Text    string // the source text of the whole definition
	Doc     string // the comment lines directly above, without '#'
}

// Param declares a name with its shape: w, x[n], label[n] int, y[T, n+1].
type Param struct {
	Name  string
	At    Span
	Dims  []Expr // size expressions, nil for a scalar
	Int   bool
	Data  bool // stands before the semicolon
	Whole Span
}

// Block is a list of equations and the result; a plain body f(x) = e is a block
// with no equation. Where the function declares results, each is defined by an
// equation of its name and Result is nil (or the one result's expression).
type Block struct {
	Eqs    []*Equation
	Result Expr
	Span   Span
}

// Equation names an intermediate: A = e, or, with index variables, A[i,j] = e. What takes a call of several results apart, (a, b) = f(x), is
// as many equations of the same Value.
type Equation struct {
	Name    string
	NameAt  Span
	Index   []Expr // *Ident or *Range; nil for A = e
	Value   Expr
	Sparing bool // checkpoint A[t] = e
	Part    int  // which of the results of Value this is, from 0,
	Of      int  // of how many; 0 for all of Value

	Array string // the array that this is a component of, "" if it is none
	Place []int  // the subscripts that tell the component,
	From  int    // from this dimension of the array
	Shape []Expr // the dimensions that a component of a result has by its declaration
}

// Derive is a directive, derive f: grad, hessian(theta).
type Derive struct {
	Func   string
	FuncAt Span
	Kinds  []Kind
	Span   Span
}

// Kind is a kind of derivative, by the arguments By where they are Listed.
type Kind struct {
	Name   Name
	By     []Name
	Listed bool
	Span   Span
}

// Name is an identifier at a place.
type Name struct {
	Text string
	At   Span
}

// Expr is an expression: *Num, *Ident, *Unary, *Binary, *Call, *Index, *If,
// *Reduce, *List or *Paren; on the left of an equation also *Tuple and *Range.
type Expr interface {
	// Where is the stretch of source that the expression covers.
	Where() Span
}

// Num is a literal number; Text is as written.
type Num struct {
	Text string
	At   Span
}

// Ident is a name.
type Ident struct {
	Name string
	At   Span
}

// Unary is a prefix or postfix operator: - not '.
type Unary struct {
	Op   string
	X    Expr
	At   Span // of the operator
	Span Span
}

// Binary is an infix operator: + - * / ^ @ < <= > >= == != and or.
type Binary struct {
	Op   string
	X, Y Expr
	At   Span // of the operator
	Span Span
}

// Call applies a function to positional arguments.
type Call struct {
	Name Name
	Args []Expr
	End  Pos // after the closing parenthesis
}

// Index accesses elements or rows: X[i,j], X[i].
type Index struct {
	X    Expr
	Args []Expr
	Span Span

	Of []int // the extents that X has, if it is a row that is taken apart; it may be a number for a row of its like
}

// If is if Cond then Then else Else.
type If struct {
	Cond, Then, Else Expr
	Span             Span
}

// Reduce is a reduction over index variables, sum(i, j in lo..hi if cond: body).
type Reduce struct {
	Name Name // sum prod mean min max logsumexp norm softmax …
	Vars []*Range
	Cond Expr // nil when absent
	Body Expr
	End  Pos
}

// Range declares a bound index variable; Lo and Hi are nil when inferred.
type Range struct {
	Name   Name
	Lo, Hi Expr
}

// List is the array of its elements: [a, b] a vector, [[a, b], [c, d]] a matrix.
type List struct {
	Elems []Expr
	Span  Span
}

// Tuple is (a, b), the names that the results of a call get.
type Tuple struct {
	Elems []Expr
	Span  Span
}

// Paren keeps the parentheses that were written.
type Paren struct {
	X    Expr
	Span Span
}

func (e *Num) Where() Span    { return e.At }
func (e *Ident) Where() Span  { return e.At }
func (e *Unary) Where() Span  { return e.Span }
func (e *Binary) Where() Span { return e.Span }
func (e *Call) Where() Span   { return Span{e.Name.At.Start, e.End} }
func (e *Index) Where() Span  { return e.Span }
func (e *If) Where() Span     { return e.Span }
func (e *Reduce) Where() Span { return Span{e.Name.At.Start, e.End} }
func (e *Paren) Where() Span  { return e.Span }
func (e *List) Where() Span   { return e.Span }
func (e *Tuple) Where() Span  { return e.Span }
func (e *Range) Where() Span {
	if e.Hi == nil {
		return e.Name.At
	}
	return Span{e.Name.At.Start, e.Hi.Where().End}
}

// Operands lists the expressions that stand directly in x, in source order.
func Operands(x Expr) []Expr {
	switch x := x.(type) {
	case *Unary:
		return []Expr{x.X}
	case *Binary:
		return []Expr{x.X, x.Y}
	case *Call:
		return x.Args
	case *Index:
		return append([]Expr{x.X}, x.Args...)
	case *If:
		return []Expr{x.Cond, x.Then, x.Else}
	case *Paren:
		return []Expr{x.X}
	case *List:
		return x.Elems
	case *Tuple:
		return x.Elems
	case *Range:
		if x.Lo != nil {
			return []Expr{x.Lo, x.Hi}
		}
	case *Reduce:
		var list []Expr
		for _, v := range x.Vars {
			list = append(list, Operands(v)...)
		}
		if x.Cond != nil {
			list = append(list, x.Cond)
		}
		return append(list, x.Body)
	}
	return nil
}
