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

// Lit is a factor of a product: a variable, or one over it.
type Lit int32

// Var is the factor v.
func Var(v int) Lit { return Lit(v << 1) }

// Over is the factor 1/v.
func Over(v int) Lit { return Lit(v<<1 | 1) }

// Index is the number of the variable.
func (l Lit) Index() int { return int(l >> 1) }

// Divides tells whether the factor is one over the variable.
func (l Lit) Divides() bool { return l&1 != 0 }

// Inverse is one over the factor.
func (l Lit) Inverse() Lit { return l ^ 1 }

// Term is a product, Coef times the factors Lits. A power stands as repeated factors; x and 1/x may both stand in
// one term, as x/x is not 1 where x is 0.
type Term struct {
	Coef Coef
	Lits []Lit  // sorted
	val  uint64 // of the product of the factors, in the field; 0 if it is not known yet
}

// NewTerm is c times the factors.
func NewTerm(c Coef, lits ...Lit) Term {
	t := Term{Coef: c, Lits: slices.Clone(lits)}
	slices.Sort(t.Lits)
	t.Lits = cancelled(t.Lits)
	return t
}

// cancelled takes x away against a higher power of x that divides: x/x² is 1/x, and neither is finite where x is 0.
func cancelled(lits []Lit) []Lit {
	for i := 0; i < len(lits); {
		above := run(lits, i)
		next := i + above
		if !lits[i].Divides() && next < len(lits) && lits[next] == lits[i].Inverse() {
			below := run(lits, next)
			if below > above {
				lits = slices.Delete(lits, i, next+above)
				next = i + below - above
			} else {
				next += below
			}
		}
		i = next
	}
	return lits
}

// alias tells whether the sum is just ±v.
func alias(sum []Term) (v int, negative, ok bool) {
	if len(sum) != 1 || len(sum[0].Lits) != 1 || sum[0].Lits[0].Divides() || !sum[0].Coef.unit() {
		return 0, false, false
	}
	return sum[0].Lits[0].Index(), sum[0].Coef.p < 0, true
}

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
	byValue   map[uint64]int32 // variables by value or minus value
	stamp     int              // of the last walk
	stack     []int32
	relations []relation
	cancelled int        // factors so far, see besidePole
	given     int        // the number of variables of the caller
	work      int        // divisors looked at
	past      []snapshot // networks that were the best, of which the last is
	rng       rng
}

// New is an empty network.
func New(m Model) *Net {
	n := &Net{model: m, byValue: map[uint64]int32{}}
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

// normal brings the factors of all terms into a normal form, and joins terms.
func (n *Net) normal(terms []Term) []Term {
	list := make([]Term, len(terms))
	for i, t := range terms {
		list[i] = n.normalTerm(t)
	}
	for i := 0; i < len(list) && len(list) > 1; {
		if t, ok := n.besidePole(list, i); ok {
			list[i] = n.normalTerm(t)
		} else {
			i++
		}
	}
	return joined(list)
}

func (n *Net) normalTerm(t Term) Term {
	for again := true; again; {
		t, again = n.reduced(t)
	}
	if t.val == 0 {
		t.val = n.product(t.Lits)
	}
	return t
}

// besidePole cancels all that divides the term i against its factors, if another term of the sum is divided by the same: where that is 0, the sum is
// infinite or NaN in either form. It reports false if that is not so.
func (n *Net) besidePole(list []Term, i int) (Term, bool) {
	lits := list[i].Lits
	some := false
	for _, l := range list[i].Lits {
		if !l.Divides() {
			continue
		}
		b := n.base(l.Index())
		num, den := n.powers(lits, b)
		if den == 0 {
			continue // already cancelled
		}
		beside := func(t Term) bool { return n.pole(t.Lits, b) }
		if num < den || !slices.ContainsFunc(list[:i], beside) && !slices.ContainsFunc(list[i+1:], beside) {
			return Term{}, false
		}
		lits, some = n.cancel(lits, b), true
	}
	if !some {
		return Term{}, false
	}
	n.cancelled++
	return NewTerm(list[i].Coef, lits...), true
}

// pole tells whether the product is infinite or NaN where b is 0: it is divided by b, or by a product that has it as a factor.
func (n *Net) pole(lits []Lit, b int) bool {
	num, den := n.powers(lits, b)
	for _, l := range lits {
		if d := &n.defs[l.Index()]; l.Divides() && d.kind == sum && len(d.terms) == 1 {
			above, below := n.powers(d.terms[0].Lits, b)
			num, den = num+below, den+above
		}
	}
	return den > num
}

// base is what v is a power of: its argument if it is a square root, or itself.
func (n *Net) base(v int) int {
	if n.defs[v].root {
		return int(n.defs[v].args[0])
	}
	return v
}

// powers counts the factors with the base b above and below the line, a root as one and b itself as two.
func (n *Net) powers(lits []Lit, b int) (num, den int) {
	for _, l := range lits {
		if n.base(l.Index()) != b {
			continue
		}
		halves := 1
		if l.Index() == b {
			halves = 2
		}
		if l.Divides() {
			den += halves
		} else {
			num += halves
		}
	}
	return num, den
}

// cancel is the factors without those below the line that have the base b, and as many of those above it, which are not fewer.
func (n *Net) cancel(lits []Lit, b int) []Lit {
	num, den := n.powers(lits, b)
	var rest []Lit
	root := b
	for _, l := range lits {
		if n.base(l.Index()) != b {
			rest = append(rest, l)
		} else if l.Index() != b {
			root = l.Index()
		}
	}
	left := num - den
	if left%2 != 0 {
		rest = append(rest, Var(root))
	}
	for range left / 2 {
		rest = append(rest, Var(b))
	}
	return rest
}

// reduced is t with one factor less, or one that another name stands for: powers of a variable are joined with those of its square root, a
// variable that is not 0 is cancelled, a constant goes into the coefficient, a product that is related to another becomes that. It reports false
// if there is nothing to do.
func (n *Net) reduced(t Term) (Term, bool) {
	for _, r := range n.relations {
		if rest, ok := divided(t.Lits, r.from); ok && n.alive(r.to) {
			return NewTerm(t.Coef, append(rest, r.to...)...), true
		}
	}
	for i, l := range t.Lits {
		d := &n.defs[l.Index()]
		if d.root {
			if lits, ok := n.joinRoot(t.Lits, l.Index()); ok {
				return NewTerm(t.Coef, lits...), true
			}
		}
		if d.not0 && i+1 < len(t.Lits) && t.Lits[i+1] == l.Inverse() {
			return NewTerm(t.Coef, slices.Delete(slices.Clone(t.Lits), i, i+2)...), true
		}
		if d.kind != sum || len(d.terms) != 1 {
			continue
		}
		if len(d.terms[0].Lits) == 0 && !l.Divides() && t.Coef.Mul(d.terms[0].Coef).Usable() {
			return NewTerm(t.Coef.Mul(d.terms[0].Coef), without(t.Lits, []Lit{l})...), true
		}
		if w, negative, ok := alias(d.terms); ok && n.stands(l, w, negative) {
			return t.with(l.Index(), w, negative), true
		}
	}
	return t, false
}

// alive tells whether all factors are still there.
func (n *Net) alive(lits []Lit) bool {
	return !slices.ContainsFunc(lits, func(l Lit) bool { return n.defs[l.Index()].kind == dead })
}

// divided is the sorted list without the sorted factors; it reports false if it has not all of them.
func divided(lits, factors []Lit) ([]Lit, bool) {
	if common := commonFactors(lits, factors); len(common) < len(factors) {
		return nil, false
	}
	return slices.Clone(without(lits, factors)), true
}

// stands tells whether ±w can stand for the variable of l, which is equal to it: below the line only if one over it is known to be equal,
// too.
func (n *Net) stands(l Lit, w int, negative bool) bool {
	over := n.defs[w].over
	if negative {
		over = negmod(over)
	}
	return !l.Divides() || n.factor(l) == over
}

// product is the value of a product.
func (n *Net) product(lits []Lit) uint64 {
	v := uint64(1)
	for _, l := range lits {
		v = mulmod(v, n.factor(l))
	}
	return v
}

func (n *Net) factor(l Lit) uint64 {
	if l.Divides() {
		return n.defs[l.Index()].over
	}
	return n.defs[l.Index()].val
}

// sumValue is the value of a sum, and that of one over it.
func (n *Net) sumValue(terms []Term) (val, over uint64) {
	for _, t := range terms {
		val = addmod(val, mulmod(t.Coef.value(), t.val))
	}
	switch len(terms) {
	case 0:
		return 0, 0
	case 1:
		over = invmod(terms[0].Coef.value())
		for _, l := range terms[0].Lits {
			over = mulmod(over, n.factor(l.Inverse()))
		}
		return val, over
	}
	first := invmod(terms[0].Coef.value())
	return val, mulmod(first, random(mulmod(val, first)))
}

// same is the variable whose value is v or −v, if there is one.
func (n *Net) same(v uint64) (w int, negative, ok bool) {
	u, ok := n.byValue[min(v, negmod(v))]
	if !ok {
		return 0, false, false
	}
	w = int(u)
	if a, _, isAlias := alias(n.defs[w].terms); isAlias {
		w = a
	}
	return w, n.defs[w].val != v, true
}

// joinRoot writes the factors with powers of s and r = √s as one power, s^k or s^k·r, above or below the line: r·r is s, and r/s is 1/r. A
// power is cancelled only against a higher one that divides. It reports false if there is nothing to join.
func (n *Net) joinRoot(lits []Lit, r int) ([]Lit, bool) {
	s := n.base(r)
	num, den := n.powers(lits, s)
	if num > 0 && den > 0 {
		if num >= den {
			return nil, false
		}
		num, den = 0, den-num
	}
	rest := make([]Lit, 0, len(lits))
	for _, l := range lits {
		if n.base(l.Index()) != s {
			rest = append(rest, l)
		}
	}
	others := len(rest)
	for k, over := num, Lit(0); ; k, over = den, 1 {
		for ; k >= 2; k -= 2 {
			rest = append(rest, Var(s)|over)
		}
		if k == 1 {
			rest = append(rest, Var(r)|over)
		}
		if over == 1 {
			break
		}
	}
	return rest, len(rest) < len(lits) && len(lits)-others > 1
}

// joined adds terms of the same value.
func joined(terms []Term) []Term {
	for i := 1; i < len(terms); i++ {
		for j := range i {
			if terms[i].val == terms[j].val {
				return joinedSlow(terms)
			}
		}
	}
	return terms
}

func joinedSlow(terms []Term) []Term {
	var list []Term
	for _, t := range terms {
		i := slices.IndexFunc(list, func(u Term) bool { return u.val == t.val })
		if i < 0 {
			list = append(list, t)
		} else {
			list[i].Coef = list[i].Coef.Add(t.Coef)
		}
	}
	return slices.DeleteFunc(list, func(t Term) bool { return t.Coef.p == 0 })
}

// change is a definition as it was.
type change struct {
	v   int32
	old def
}

// insert adds a variable.
func (n *Net) insert(d def) int {
	v := n.slot()
	n.log = append(n.log, change{int32(v), def{}})
	n.enter(v, d)
	return v
}

// slot is a variable that is not in use.
func (n *Net) slot() int {
	for len(n.free) > 0 {
		v := int(n.free[len(n.free)-1])
		n.free = n.free[:len(n.free)-1]
		if v >= n.given && n.defs[v].kind == dead {
			return v
		}
	}
	n.defs = append(n.defs, def{})
	return len(n.defs) - 1
}

// enter gives the dead variable v a definition.
func (n *Net) enter(v int, d def) {
	if d.kind == sum {
		d.dom = n.union(d.dom, n.domOf(d.terms))
		d.cost = n.sumCost(d.terms)
	}
	d.users = n.defs[v].users
	if d.scale == 0 {
		d.scale = 1
	}
	if d.kind != sum && d.val == 0 {
		d.val, d.over = random(2*uint64(v)+1), random(2*uint64(v)+2)
	}
	n.byValue[min(d.val, negmod(d.val))] = int32(v)
	n.defs[v] = d
	n.cost += d.cost
	n.link(v, &d)
	n.lift(v)
	if d.kind == sum {
		n.table.add(n, v)
		n.defs[v].place = int32(len(n.sums))
		n.sums = append(n.sums, int32(v))
	}
}

// lift gives v a level above those of the variables that it uses, and its users levels above that.
func (n *Net) lift(v int) {
	d := &n.defs[v]
	for _, t := range d.terms {
		for _, l := range t.Lits {
			d.level = max(d.level, n.defs[l.Index()].level+1)
		}
	}
	for _, a := range d.args {
		d.level = max(d.level, n.defs[a].level+1)
	}
	n.stack = append(n.stack[:0], int32(v))
	for len(n.stack) > 0 {
		d := &n.defs[n.stack[len(n.stack)-1]]
		n.stack = n.stack[:len(n.stack)-1]
		for _, u := range d.users {
			if n.defs[u].level <= d.level {
				n.defs[u].level = d.level + 1
				n.stack = append(n.stack, u)
			}
		}
	}
}

// link enters v with the variables that it uses.
func (n *Net) link(v int, d *def) {
	for _, t := range d.terms {
		for _, l := range t.Lits {
			n.defs[l.Index()].users = append(n.defs[l.Index()].users, int32(v))
		}
	}
	for _, a := range d.args {
		n.defs[a].users = append(n.defs[a].users, int32(v))
	}
}

// leave takes the definition of v away; its users stay.
func (n *Net) leave(v int) {
	d := &n.defs[v]
	if d.kind == sum {
		n.table.remove(n, v)
		last := n.sums[len(n.sums)-1]
		n.sums[d.place] = last
		n.defs[last].place = d.place
		n.sums = n.sums[:len(n.sums)-1]
	}
	n.cost -= d.cost
	n.forget(v)
	drop := func(u int) {
		list := n.defs[u].users
		for i := len(list) - 1; i >= 0; i-- {
			if list[i] == int32(v) {
				list[i] = list[len(list)-1]
				n.defs[u].users = list[:len(list)-1]
				return
			}
		}
	}
	for _, t := range d.terms {
		for _, l := range t.Lits {
			drop(l.Index())
		}
	}
	for _, a := range d.args {
		drop(int(a))
	}
	n.defs[v] = def{users: d.users}
}

// forget says that v is not known by its value any more.
func (n *Net) forget(v int) {
	if c := min(n.defs[v].val, negmod(n.defs[v].val)); n.byValue[c] == int32(v) {
		delete(n.byValue, c)
	}
}

// set changes the definition of v to a sum, and takes away what is not used any more.
func (n *Net) set(v int, terms []Term) {
	old := n.defs[v]
	n.replace(v, def{kind: sum, terms: n.normal(terms), keep: old.keep, not0: old.not0, dom: old.dom, val: old.val, over: old.over, scale: old.scale})
	n.sweep(old)
}

// replace changes the definition of v.
func (n *Net) replace(v int, d def) {
	n.log = append(n.log, change{int32(v), n.defs[v]})
	n.leave(v)
	n.enter(v, d)
}

// sweep takes away the variables that old used, where nobody uses them any more.
func (n *Net) sweep(old def) {
	for _, t := range old.terms {
		for _, l := range t.Lits {
			n.release(l.Index())
		}
	}
	for _, a := range old.args {
		n.release(int(a))
	}
}

func (n *Net) release(v int) {
	d := n.defs[v]
	if len(d.users) > 0 || d.keep || d.kind == dead || d.kind == atom {
		return
	}
	n.log = append(n.log, change{int32(v), d})
	n.leave(v)
	n.free = append(n.free, int32(v))
	n.sweep(d)
}

// undo takes back all changes since the log had so many entries.
func (n *Net) undo(mark int) {
	for i := len(n.log) - 1; i >= mark; i-- {
		c := n.log[i]
		if n.defs[c.v].kind != dead {
			n.leave(int(c.v))
		}
		if c.old.kind != dead {
			n.enter(int(c.v), c.old)
		} else {
			n.free = append(n.free, c.v)
		}
	}
	n.log = n.log[:mark]
}

// substitute puts ±w in the place of v in all sums that use it, and w in all calls if it is not negative.
func (n *Net) substitute(v, w int, negative bool) {
	for _, u := range slices.Clone(n.defs[v].users) {
		d := n.defs[u]
		switch d.kind {
		case sum:
			if !uses(d.terms, v) {
				continue // already done, as it used v more than once
			}
			terms := make([]Term, len(d.terms))
			for i, t := range d.terms {
				terms[i] = n.renamed(t, v, w, negative)
			}
			n.set(int(u), terms)
		case call:
			if negative || !slices.Contains(d.args, int32(v)) {
				continue
			}
			args := slices.Clone(d.args)
			for i, a := range args {
				if int(a) == v {
					args[i] = int32(w)
				}
			}
			d.args, d.users = args, nil
			n.replace(int(u), d)
			n.release(v)
		}
	}
}

// renamed is t with ±w for v, as far as that stands for it.
func (n *Net) renamed(t Term, v, w int, negative bool) Term {
	for _, l := range t.Lits {
		if l.Index() == v && !n.stands(l, w, negative) {
			return t
		}
	}
	return t.with(v, w, negative)
}

func uses(terms []Term, v int) bool {
	for _, t := range terms {
		for _, l := range t.Lits {
			if l.Index() == v {
				return true
			}
		}
	}
	return false
}

// with is t with ±w for v.
func (t Term) with(v, w int, negative bool) Term {
	found := false
	lits := slices.Clone(t.Lits)
	c := t.Coef
	for i, l := range lits {
		if l.Index() == v {
			found = true
			lits[i] = Lit(w<<1) | l&1
			if negative {
				c = c.Neg()
			}
		}
	}
	if !found {
		return t
	}
	return NewTerm(c, lits...)
}

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
