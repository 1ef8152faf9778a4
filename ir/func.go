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
// says that the elements of that integer array lie in AtLeast..Below, or, Before, that each is less than its place along the dimension Dim, or, Behind,
// that it is greater and below Below: all of them, or those
// at the subscripts that At gives, where it is not negative, and at places along Dim from From on, up to To.
type Check struct {
	Data    *Input
	At      []int // for Data
	Value   *Node // size expression
	AtLeast int
	Below   *Node  // for Data
	Dim     int    // for Data
	From    int    // for Data
	To      *Node  // for Data: closed, the place behind the last, nil for the end
	Before  bool   // for Data
	Behind  bool   // for Data
	Message string // what is wrong when it does not hold, such as "x[i+1]: …"
}

// Whole tells whether the check says of all elements, or of all with the subscripts At, that they are in one range.
func (c *Check) Whole() bool { return c.From == 0 && c.To == nil && !c.Before && !c.Behind }

// Same tells whether the checks speak of the same elements, in the same way.
func (c *Check) Same(d Check) bool {
	return c.Data == d.Data && slices.Equal(c.At, d.At) && c.Dim == d.Dim && c.From == d.From && c.To == d.To && c.Before == d.Before && c.Behind == d.Behind
}

// Range is what an element at the subscripts must lie in.
func (c *Check) Range(env Env, at []int) (least, below int) {
	switch {
	case c.Before:
		return c.AtLeast, at[c.Dim]
	case c.Behind:
		return at[c.Dim] + 1, env.Extent(c.Below)
	}
	return c.AtLeast, env.Extent(c.Below)
}

// Holds tells whether the check speaks of the element at the subscripts.
func (c *Check) Holds(env Env, at []int) bool {
	return c.Covers(at) && (c.To == nil || at[c.Dim] < env.Extent(c.To))
}

// PlaceOf is the dimension of the array that the access k reads along which it moves with the index, and with that alone; −1 if there is none.
func PlaceOf(k, index *Node) int {
	dim := -1
	for d, n := range k.Args {
		switch {
		case n == index && dim < 0:
			dim = d
		case n.Kind != Const:
			return -1
		}
	}
	return dim
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
	return c.From == 0 || at[c.Dim] < 0 || at[c.Dim] >= c.From
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
