package ir

import (
	"math"
	"slices"
)

// Func is one function of a source file as expressions over its inputs.
type Func struct {
	Name    string // as written in the source
	Doc     string // the comment above the definition
	Text    string // the definition as written
	Graph   *Graph
	Sizes   []string      // the names of the sizes, in order of appearance
	Inputs  []*Input      // data and parameters in declared order
	Results []Result      // one, of no indices, for an ordinary scalar function
	Values  int           // how many of the results, the first, are no derivatives; 0 if all may be
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
// says that the elements of that integer array lie in Least..Below, to which is added so many times their place along the dimension Dim: all of them, or those
// at the subscripts that At gives, where it is not negative, and at places along Dim from From on, up to To.
type Check struct {
	Value   *Node // size expression
	AtLeast int

	Data        *Input
	At          []int
	Least       *Node // closed, nil for no limit
	Below       *Node // the same
	LeastPlaces int   // how many times the place is added to Least
	BelowPlaces int
	Dim         int
	From        int
	To          *Node // closed, the place behind the last, nil for the end

	Message string // what is wrong when it does not hold, such as "x[i+1]: …"
}

// Whole tells whether the check says of all elements, or of all with the subscripts At, that they are in one range.
func (c *Check) Whole() bool {
	return c.From == 0 && c.To == nil && c.LeastPlaces == 0 && c.BelowPlaces == 0 && c.Least != nil && c.Below != nil
}

// Alike tells whether the checks speak of the same elements.
func (c *Check) Alike(d Check) bool {
	return c.Data == d.Data && slices.Equal(c.At, d.At) && c.Dim == d.Dim && c.From == d.From && c.To == d.To
}

// Range is what an element at the subscripts must lie in.
func (c *Check) Range(env Env, at []int) (least, below int) {
	least, below = math.MinInt, math.MaxInt
	place := 0
	if len(at) > 0 {
		place = at[c.Dim]
	}
	if c.Least != nil {
		least = env.Extent(c.Least) + c.LeastPlaces*place
	}
	if c.Below != nil {
		below = env.Extent(c.Below) + c.BelowPlaces*place
	}
	return least, below
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

// GivenBy is the integer data k that the subscript is made of, ±k + places·i + rest, where k moves with the index i, and rest is closed: a parent, p[i], or steps
// before, i-lag[i]; or i-lag, the same for all. It is nil if it is no such subscript.
func (g *Graph) GivenBy(sub, index *Node) *Node {
	for _, k := range intAtoms(sub) {
		same := len(k.Free()) == 0
		if k.Kind != Access || k.Type != Int || PlaceOf(k, index) < 0 && !same {
			continue
		}
		sign, rest, ok := g.Quotient(sub, k)
		if !ok || !sign.IsConst(1) && !sign.IsConst(-1) {
			continue
		}
		if places, rest, ok := g.Linear(rest, index); ok && rest.Closed() && (places == 1 || !same) {
			return k
		}
	}
	return nil
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

// Own is the results that are no derivatives, and of which the others are.
func (f *Func) Own() []Result {
	if f.Values == 0 {
		return f.Results
	}
	return f.Results[:min(f.Values, len(f.Results))]
}

// SameRoots tells whether f and h, functions over one graph, are made of the same expressions.
func (f *Func) SameRoots(h *Func) bool { return slices.Equal(f.Roots(), h.Roots()) }
