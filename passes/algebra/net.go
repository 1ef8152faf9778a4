// Package algebra finds cheap programs for systems of sums of products, by factoring them.
//
// A network has variables, of which each is an atom, an opaque call of other variables, or a sum of products
// of powers of variables, Σ c·x·y/z. It stands for the program that computes every variable once. Two steps make it
// cheaper, as in the synthesis of multi-level logic (Brayton & McMullen, The decomposition and factorization of Boolean
// expressions, 1982; Rajski & Vasudevamurthi, The testability-preserving concurrent decomposition and factorization of Boolean
// expressions, 1992; for polynomials Hosangadi, Fallah & Kastner, Optimizing polynomial expressions by algebraic
// factorization and common subexpression elimination, 2006): a product of two factors, or a sum of two terms up to common
// factors, that occurs several times or that takes a factor out, becomes a variable; and where that finds
// nothing more, a variable is put back into the sums that use it, so that they can be factored in another way. The second step
// costs operations, which the first wins back, and more if there was something to be gained.
package algebra

import "slices"

// Model is what the elementary operations cost.
type Model struct{ Add, Mul, Div, Neg float64 }

// Unit is the model in which every operation costs 1.
var Unit = Model{1, 1, 1, 1}

// kind is what a variable is.
type kind uint8

const (
	dead kind = iota
	atom
	call
	sum
)

// def is the definition of a variable.
type def struct {
	kind  kind
	terms []Term  // sum; never changed in place
	args  []int32 // call; never changed in place
	users []int32 // with multiplicity
	val   uint64  // in the field
	over  uint64  // of one over it
	dom   Dom
	cost  float64
	exact bool    // is not the result of a rounded operation
	keep  bool    // is wanted by the caller
	place int32   // among the live sums
	root  bool    // is the square root of its argument, which is ≥ 0
	not0  bool    // is not 0, so that v/v is 1
	stamp int     // of the last walk that has been here
	scale float64 // times what it was
	level int32   // above those of what it uses

	divisors []occurrence // of a sum, if they are known
}

// Net is a network.
type Net struct {
	model Model
	defs  []def
	cost  float64
	domains
	table     table
	log       []change
	sums      []int32 // the live sums
	free      []int32 // variables that were given up, some of which may be in use again
	buffers   [3][]Lit
	heirs     heirs
	made      []Term            // the terms of the latest move
	inverses  map[uint64]uint64 // of the values of coefficients
	byValue   map[uint64]int32  // variables by value or minus value
	stamp     int               // of the last walk
	stack     []int32
	relations []relation
	cancelled int        // factors so far, see besidePole
	given     int        // the number of variables of the caller
	work      int        // divisors looked at
	past      []snapshot // networks that were the best, of which the last is
	guard     *Guard     // nil for none
	alarm     float64    // see alert
	careful   bool       // no divisor is made a variable because of which the network fails
	rng       rng

	occurrences arena[occurrence]
	terms       arena[Term]
	lits        arena[Lit]
}

// New is an empty network.
func New(m Model) *Net {
	n := &Net{model: m, byValue: map[uint64]int32{}, inverses: map[uint64]uint64{}}
	n.domains.init()
	n.table.init()
	return n
}

// Atom adds a variable that is given. An exact one is no result of a rounded operation.
func (n *Net) Atom(d Dom, exact bool) int {
	return n.insert(def{kind: atom, dom: d, exact: exact})
}

// Call adds a variable that is an opaque function of others.
func (n *Net) Call(d Dom, cost float64, args ...int) int {
	list := make([]int32, len(args))
	for i, a := range args {
		list[i] = int32(a)
	}
	return n.insert(def{kind: call, dom: d, cost: cost, args: list})
}

// Sum adds a variable that is a sum of products.
func (n *Net) Sum(terms ...Term) int {
	terms = n.normal(terms)
	val, over := n.sumValue(terms)
	if w, negative, ok := n.same(val); ok {
		c := One
		if negative {
			c = c.Neg()
		}
		terms = n.normal([]Term{NewTerm(c, Var(w))})
	}
	return n.insert(def{kind: sum, terms: terms, val: val, over: over})
}

// Len is the number of variables, with those that are not there any more.
func (n *Net) Len() int { return len(n.defs) }

// Root says that the call v is the square root of its argument, which is not negative.
func (n *Net) Root(v int) { n.defs[v].root = true }

// Nonzero says that v, which nothing uses yet, is not 0: v/v is 1.
func (n *Net) Nonzero(v int) {
	n.defs[v].not0 = true
	n.defs[v].over = invmod(n.defs[v].val)
}

// relation says that the product of the factors from is that of the factors to.
type relation struct{ from, to []Lit }

// Relate says that the product from is the product to, of which one has the call v, which nothing uses yet, once. Where a term has the one, it gets
// the other; nothing in to may be computed from it.
func (n *Net) Relate(v int, from, to []Lit) {
	with, without := from, to
	if slices.Contains(to, Var(v)) {
		with, without = to, from
	}
	val := n.product(without)
	for _, l := range with {
		if l != Var(v) {
			val = mulmod(val, invmod(n.factor(l)))
		}
	}
	n.forget(v)
	n.defs[v].val = val
	n.byValue[min(val, negmod(val))] = int32(v)
	slices.Sort(from)
	n.relations = append(n.relations, relation{from, to})
}

// Keep says that v is wanted.
func (n *Net) Keep(v int) { n.defs[v].keep = true }

// Terms is the definition of v, if it is a sum.
func (n *Net) Terms(v int) ([]Term, bool) { return n.defs[v].terms, n.defs[v].kind == sum }

// Args are the arguments of the call v.
func (n *Net) Args(v int) []int32 { return n.defs[v].args }

// Cost is the cost of the whole network.
func (n *Net) Cost() float64 { return n.cost }

// Live lists the variables that the caller wants and all that they need, operands first.
func (n *Net) Live() []int {
	var order []int
	seen := make([]bool, len(n.defs))
	var visit func(v int)
	visit = func(v int) {
		if seen[v] {
			return
		}
		seen[v] = true
		for _, t := range n.defs[v].terms {
			for _, l := range t.Lits {
				visit(l.Index())
			}
		}
		for _, a := range n.defs[v].args {
			visit(int(a))
		}
		order = append(order, v)
	}
	for v := range n.defs {
		if n.defs[v].keep {
			visit(v)
		}
	}
	return order
}
