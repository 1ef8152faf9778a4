package parser

import (
	"fmt"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// The bounds of calls within calls, and of the calls that a file makes.
const (
	maxDepth = 200
	maxCalls = 100_000
)

// call puts the definition f in for a call of it, and gives its results.
func (b *builder) call(s *scope, f *Func, x *Call) []value {
	if len(x.Args) != len(f.Params) {
		panic(failure{&Diagnostic{At: x.Where(), Message: fmt.Sprintf("%s takes %s, here are %d", f.Name, ir.Counted(len(f.Params), "argument", "arguments"), len(x.Args)),
			Notes: []Note{{f.NameAt, f.Name + " is defined here"}}}})
	}
	if b.depth == maxDepth {
		b.fail(x.Where(), "definitions call each other more than %d deep", maxDepth)
	}
	args := make([]value, len(x.Args))
	var key strings.Builder
	key.WriteString(f.Name)
	for i, a := range x.Args {
		args[i] = b.expr(s, a)
		fmt.Fprintf(&key, " %d", args[i].node.ID)
		for _, k := range args[i].index {
			fmt.Fprintf(&key, ",%d", k.ID)
		}
	}
	if v, ok := b.recall(key.String()); ok {
		return v
	}
	if b.inlined++; b.inlined > maxCalls {
		b.failHelp(x.Where(), "name what is used twice by an equation", "the definitions up to %s are made of more than %d different calls", b.f.Name, maxCalls)
	}
	before := b.obligations
	c := &scope{fn: f, values: map[string]value{}, where: map[string]Span{}, low: map[string][]int{}, sizes: map[string]*ir.Node{}}
	for i, q := range f.Params {
		b.matchShape(c, f, q, args[i], x.Args[i].Where())
	}
	for i, q := range f.Params {
		b.checkShape(c, q, args[i], x.Args[i].Where())
		c.values[q.Name] = args[i]
		c.where[q.Name] = q.At
	}
	if b.depth == 0 {
		b.from = x
	}
	b.depth++
	defer func() {
		if b.depth--; b.depth == 0 {
			b.from = nil
		}
	}()
	results := b.body(c, f)
	b.remember(key.String(), results, b.obligations > before)
	return results
}

// single is the result of a call in an expression.
func (b *builder) single(s *scope, f *Func, x *Call) value {
	if n := len(f.Results); n > 1 {
		names := make([]string, n)
		for i, r := range f.Results {
			names[i] = r.Name
		}
		b.failHelp(x.Where(), fmt.Sprintf("give them names: (%s) = %s(…)", strings.Join(names, ", "), f.Name), "%s has %d results", f.Name, n)
	}
	return b.call(s, f, x)[0]
}

// matchShape binds the sizes of a called definition to those of an argument.
func (b *builder) matchShape(c *scope, f *Func, q *Param, v value, at Span) {
	if len(q.Dims) != v.rank() {
		panic(failure{&Diagnostic{At: at, Message: fmt.Sprintf("%s of %s has %s, the argument is %s", q.Name, f.Name, ir.Counted(len(q.Dims), "dimension", "dimensions"), shape(v.dims())),
			Notes: []Note{{q.Whole, "it is declared here"}}}})
	}
	if q.Int != (v.node.Type == ir.Int) && q.Int {
		b.fail(at, "%s of %s is int, the argument is not", q.Name, f.Name)
	}
	for i, d := range q.Dims {
		if id, ok := d.(*Ident); ok && c.sizes[id.Name] == nil {
			c.sizes[id.Name] = v.index[i].Extent
			c.where[id.Name] = id.At
		}
	}
}

// checkShape compares an argument with the declared shape.
func (b *builder) checkShape(c *scope, q *Param, v value, at Span) {
	for i, d := range q.Dims {
		if want := b.integer(c, d); want != v.index[i].Extent {
			panic(failure{&Diagnostic{At: at, Message: fmt.Sprintf("the argument %s is %s, where dimension %d should be %s", q.Name, shape(v.dims()), i+1, want.Text()),
				Notes: []Note{{q.Whole, "it is declared here"}}}})
		}
	}
}
