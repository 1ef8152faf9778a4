package parser

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// value is what an expression means: an array (or, without index, a number) as a node over index
// variables, one for each dimension. What is wrong and reported has no node.
type value struct {
	index []*ir.Node
	node  *ir.Node
}

func (v value) rank() int { return len(v.index) }

func (v value) dims() []*ir.Node {
	dims := make([]*ir.Node, len(v.index))
	for i, x := range v.index {
		dims[i] = x.Extent
	}
	return dims
}

// sound is v, unless that is what an equation defines that is wrong: then what uses it ends without another word.
func (v value) sound() value {
	if v.node == nil {
		panic(failure{})
	}
	return v
}

// shape prints dimensions, [n, p]; a number has none.
func shape(dims []*ir.Node) string {
	if len(dims) == 0 {
		return "a number"
	}
	text := make([]string, len(dims))
	for i, d := range dims {
		text[i] = d.Text()
	}
	return "[" + strings.Join(text, ", ") + "]"
}

// scope resolves names within one definition, or one call of it.
type scope struct {
	fn     *Func
	values map[string]value
	where  map[string]Span     // of the definition of each name
	sizes  map[string]*ir.Node // closed Int nodes
	low    map[string][]int    // of an array: the first place in each dimension that has an equation, where that is not 0 for all
	outer  *scope              // around the body of a reduction
	bound  int                 // index variables around
}

func (s *scope) inner() *scope {
	return &scope{fn: s.fn, values: map[string]value{}, where: map[string]Span{}, low: map[string][]int{}, sizes: s.sizes, outer: s, bound: s.bound}
}

func (s *scope) find(name string) (value, bool) {
	if c := s.holder(name); c != nil {
		return c.values[name], true
	}
	return value{}, false
}

// holder is the scope that name is found in.
func (s *scope) holder(name string) *scope {
	c := s
	for c != nil {
		if _, ok := c.values[name]; ok {
			return c
		}
		c = c.outer
	}
	return nil
}

// lowest is the first places of the named array that have an equation, nil if those are all.
func (s *scope) lowest(name string) []int {
	if c := s.holder(name); c != nil {
		return c.low[name]
	}
	return nil
}

// builder elaborates one definition.
type builder struct {
	*elaborator
	g       *ir.Graph
	f       *ir.Func
	guards  []*ir.Node        // conditions that hold where the expression stands
	pending []access          // subscripts whose range is still to be proved
	depth   int               // of calls
	spans   map[*ir.Node]Span // where elements of an array that is being defined are read
	from    *Call             // the outermost of them
	memo                      // of calls and of shapes
}

// failure ends the elaboration of a definition, or of an equation of it. It has no diagnostic if the cause is reported.
type failure struct{ *Diagnostic }

func (b *builder) fail(at Span, format string, args ...any) {
	panic(failure{&Diagnostic{At: at, Message: fmt.Sprintf(format, args...)}})
}

func (b *builder) failHelp(at Span, help, format string, args ...any) {
	panic(failure{&Diagnostic{At: at, Message: fmt.Sprintf(format, args...), Help: help}})
}

// catch runs elaborate; an error in it is reported.
func (b *builder) catch(elaborate func()) (ok bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			if r.Diagnostic != nil {
				b.report(r.Diagnostic)
			}
			ok = false
		default:
			panic(r)
		}
	}()
	elaborate()
	return true
}

// mapped applies op elementwise, with broadcasting over trailing dimensions as NumPy has it.
func (b *builder) mapped(at []Span, op ir.Op, args ...value) value {
	index := b.broadcast(at, args)
	nodes := make([]*ir.Node, len(args))
	for i, a := range args {
		nodes[i] = b.aligned(a, index)
	}
	return value{index, b.g.Apply(op, nodes...)}
}

// broadcast finds the indices of an elementwise operation: those of the operand with the most
// dimensions, but where its extent is 1 and another's is not.
func (b *builder) broadcast(at []Span, args []value) []*ir.Node {
	longest := args[0]
	for _, a := range args[1:] {
		if a.rank() > longest.rank() {
			longest = a
		}
	}
	index := append([]*ir.Node(nil), longest.index...)
	one := b.g.Int(1)
	for k, a := range args {
		for d := 1; d <= a.rank(); d++ {
			mine, theirs := a.index[a.rank()-d], index[len(index)-d]
			switch {
			case mine.Extent == theirs.Extent || mine.Extent == one:
			case theirs.Extent == one:
				index[len(index)-d] = b.g.NewIndex(mine.Extent)
			default:
				other := 0
				if k == 0 {
					other = 1
				}
				panic(failure{&Diagnostic{At: at[k], Message: fmt.Sprintf("the shapes %s and %s do not fit together: %s is not %s",
					shape(args[other].dims()), shape(a.dims()), theirs.Extent.Text(), mine.Extent.Text()),
					Notes: []Note{{at[other], "this has the shape " + shape(args[other].dims())}, {at[k], "this has the shape " + shape(a.dims())}}}})
			}
		}
	}
	return index
}

// aligned is a's node over the trailing ones of the indices.
func (b *builder) aligned(a value, index []*ir.Node) *ir.Node {
	to := make([]*ir.Node, a.rank())
	for i := range to {
		to[i] = index[len(index)-a.rank()+i]
		if a.index[i].Extent != to[i].Extent {
			to[i] = b.g.Int(0)
		}
	}
	return b.g.Subst(a.node, a.index, to)
}

// fresh is v over index variables of its own.
func (b *builder) fresh(v value) value {
	index := make([]*ir.Node, v.rank())
	for i, x := range v.index {
		index[i] = b.g.NewIndex(x.Extent)
	}
	return value{index, b.g.Subst(v.node, v.index, index)}
}

// reduced reduces v over its last k dimensions.
func (b *builder) reduced(red ir.Reduction, v value, k int) value {
	n := v.node
	for d := v.rank() - 1; d >= v.rank()-k; d-- {
		n = b.g.Reduce(red, v.index[d], n)
	}
	return value{v.index[:v.rank()-k], n}
}
