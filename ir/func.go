package ir

import "slices"

// Func is one function of a source file as expressions over its inputs.
type Func struct {
	Name    string // as written in the source
	Doc     string // the comment above the definition
	Text    string // the definition as written
	Graph   *Graph
	Sizes   []string      // the names of the sizes, in order of appearance
	Inputs  []*Input      // data and parameters in declared order
	Results []Result      // one, of no indices, for an ordinary scalar function
	Recurs  []*Recurrence // of the arrays that Results are made of; a later one may read the arrays of those before it
	Checks  []Check       // what must hold of sizes and integer data
	At      Place         // where it is defined
	Derive  []Wanted      // what derive directives ask for
	By      []*Input      // what it is differentiated with respect to; nil is all parameters
	Way     string        // how it was derived, such as "forward over reverse"
}

// Result is an array (or, without Index, a scalar) that a function computes: the value of
// Value, for each value of the indices Index, which are all that is free in Value.
type Result struct {
	Name  string
	Index []*Node
	Value *Node
	Where *Node // a condition on the indices where a program may leave the other elements out; nil if all are wanted
	Puts  []Put // where the elements go, if not into an array of the result's own
}

// Put is a place for each element of a result in a vector that several results share, such as the values of a sparse matrix. Results with
// places stand behind those without.
type Put struct {
	Into  string // the vector
	At    *Node  // the place, an Int over the result's indices
	Where *Node  // the condition, of indices and integer data, under which the element has the place
	Add   bool   // the element is added to what others put there
}

// Check is a condition on what the caller provides. Without Data it is AtLeast ≤ Value, of
// closed Int nodes, checked when a function object is made; with Data it
// says that the elements of that integer array lie in AtLeast..Below, or, Before, that each is less than its place: all of them, or those
// at the subscripts that At gives, where it is not negative, and, of an array of one dimension, from the place From on.
type Check struct {
	Data    *Input
	At      []int // for Data
	Value   *Node // size expression
	AtLeast int
	Below   *Node  // for Data
	From    int    // for Data of one dimension
	Before  bool   // for Data of one dimension
	Message string // what is wrong when it does not hold, such as "x[i+1]: …"
}

// CheckAt is the At of a check of what the access k reads: its constant subscripts.
func CheckAt(k *Node) []int {
	at := make([]int, len(k.Args))
	for d, n := range k.Args {
		at[d] = -1
		if n.Kind == Const {
			at[d] = int(n.Value)
		}
	}
	return at
}

// Covers tells whether the check speaks of the element at the subscripts, which are negative where they may be any.
func (c *Check) Covers(at []int) bool {
	for d, k := range c.At {
		if k >= 0 && at[d] != k {
			return false
		}
	}
	return c.From == 0 || at[0] < 0 || at[0] >= c.From
}

// Independents lists the inputs that the function is differentiated with respect to, in the order in which derivatives follow each other.
func (f *Func) Independents() []*Input {
	if f.By != nil {
		return f.By
	}
	return f.Params()
}

// Params lists the inputs that are parameters.
func (f *Func) Params() []*Input { return f.inputs(true) }

// Data lists the other inputs.
func (f *Func) Data() []*Input { return f.inputs(false) }

func (f *Func) inputs(param bool) []*Input {
	var in []*Input
	for _, i := range f.Inputs {
		if i.Param == param {
			in = append(in, i)
		}
	}
	return in
}

// Scalar tells whether all inputs and results are scalars, so that the
// function becomes a plain Go function of scalars.
func (f *Func) Scalar() bool {
	for _, in := range f.Inputs {
		if len(in.Dims) > 0 {
			return false
		}
	}
	for _, r := range f.Results {
		if len(r.Index) > 0 {
			return false
		}
	}
	return len(f.Sizes) == 0
}

// IsNumber tells whether f has one number as its result.
func (f *Func) IsNumber() bool { return len(f.Results) == 1 && len(f.Results[0].Index) == 0 }

// Derived is a copy of f, in the same graph, to which inputs and results can be added.
func (f *Func) Derived() *Func {
	d := *f
	d.Inputs = append([]*Input(nil), f.Inputs...)
	d.Results = append([]Result(nil), f.Results...)
	d.Recurs = append([]*Recurrence(nil), f.Recurs...)
	return &d
}

// SameRoots tells whether f and h, functions over one graph, are made of the same expressions.
func (f *Func) SameRoots(h *Func) bool { return slices.Equal(f.Roots(), h.Roots()) }
