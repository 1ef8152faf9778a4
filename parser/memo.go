package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// memo holds what has been elaborated already, so that a chain of definitions each of which calls the one
// before it twice takes linear time.
//
// A call means the same wherever it stands, but whether its subscripts are in range depends on the conditions
// around it. A call that leaves subscripts to be proved is therefore recalled only under the conditions it was
// elaborated under; one that leaves none, everywhere.
type memo struct {
	calls       map[string][]value
	shapes      map[shapeKey][]*ir.Node
	obliging    []string // the calls, in order, that left something to be proved
	obligations int      // counts subscripts left to be proved, also by calls that are recalled
}

// shapeKey is an expression in a definition or in one call of it.
type shapeKey struct {
	x    Expr
	root *scope
}

func newMemo() memo {
	return memo{calls: map[string][]value{}, shapes: map[shapeKey][]*ir.Node{}}
}

// recall is the results of a call that was elaborated before.
func (b *builder) recall(call string) ([]value, bool) {
	if v, ok := b.calls[call]; ok {
		return v, true
	}
	v, ok := b.calls[b.guarded(call)]
	if ok {
		b.obligations++
	}
	return v, ok
}

// remember keeps the results of a call; obliges tells whether it left subscripts to be proved.
func (b *builder) remember(call string, v []value, obliges bool) {
	if obliges {
		call = b.guarded(call)
		b.obliging = append(b.obliging, call)
	}
	b.calls[call] = v
}

// guarded is the key of a call under the conditions that hold.
func (b *builder) guarded(call string) string {
	ids := make([]int, len(b.guards))
	for i, c := range b.guards {
		ids[i] = c.ID
	}
	slices.Sort(ids)
	var key strings.Builder
	key.WriteString(call + " if")
	for _, id := range slices.Compact(ids) {
		fmt.Fprintf(&key, " %d", id)
	}
	return key.String()
}

// under lets conditions hold until the function it gives is called.
func (b *builder) under(conds ...*ir.Node) func() {
	n := len(b.guards)
	b.guards = append(b.guards, conds...)
	return func() { b.guards = b.guards[:n] }
}

// try elaborates something only to look at it, and tells whether that went well. The subscripts in it are not
// to be proved; so calls that left some are forgotten, for their next elaboration to leave them again.
func (b *builder) try(elaborate func()) (ok bool) {
	pending, obliging, obligations := len(b.pending), len(b.obliging), b.obligations
	defer func() {
		b.pending, b.obligations = b.pending[:pending], obligations
		for _, call := range b.obliging[obliging:] {
			delete(b.calls, call)
		}
		b.obliging = b.obliging[:obliging]
		if r := recover(); r != nil {
			if _, mine := r.(failure); !mine {
				panic(r)
			}
			ok = false
		}
	}()
	elaborate()
	return true
}

// root is the scope of the definition, or of the call of it, that s lies in.
func (s *scope) root() *scope {
	for s.outer != nil {
		s = s.outer
	}
	return s
}
