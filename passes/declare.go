package passes

import "github.com/adgen-go/adgen/ir"

// declare moves declarations outwards: a local that is declared in a branch or a loop but
// used after it is declared before it instead, as is one whose declaration was left out with a branch that is never taken.
func declare(p *ir.Program) {
	d := &declarations{at: map[*ir.Local]*scopeBlock{}, need: map[*ir.Local]*scopeBlock{}, assigned: map[*ir.Local]bool{}}
	root := &scopeBlock{}
	d.scan(p.Body, root)
	moved := map[*ir.Local]bool{}
	insert := map[*scopeBlock][]*ir.Local{}
	for _, l := range d.order {
		if need := d.need[l]; need != d.at[l] {
			moved[l] = true
			insert[need] = append(insert[need], l)
		}
	}
	if len(moved) > 0 {
		p.Body = d.rewrite(p.Body, root, moved, insert)
	}
}

// scopeBlock is a block of statements; blocks of branches and loops hang below.
type scopeBlock struct {
	parent   *scopeBlock
	depth    int
	children []*scopeBlock // in order of occurrence
}

type declarations struct {
	at    map[*ir.Local]*scopeBlock // where it is declared
	need  map[*ir.Local]*scopeBlock // the innermost block around all uses
	order []*ir.Local               // that are assigned

	assigned map[*ir.Local]bool
}

func (b *scopeBlock) child() *scopeBlock {
	c := &scopeBlock{parent: b, depth: b.depth + 1}
	b.children = append(b.children, c)
	return c
}

// scan notes where locals are declared and used.
func (d *declarations) scan(stmts []ir.Stmt, b *scopeBlock) {
	for _, s := range stmts {
		ir.Exprs(s, func(e *ir.Expr) { d.use(e, b) })
		if a, ok := s.(*ir.Assign); ok {
			if !d.assigned[a.Dst] { // what reads it may stand before, in a branch that does not get as far
				d.assigned[a.Dst] = true
				d.order = append(d.order, a.Dst)
			}
			if a.Declare {
				d.at[a.Dst] = b
			}
			d.join(a.Dst, b)
		}
		for _, inner := range ir.Blocks(s) {
			d.scan(*inner, b.child())
		}
	}
}

func (d *declarations) use(e *ir.Expr, b *scopeBlock) {
	if e.Kind == ir.ExprLocal {
		d.join(e.Local, b)
	}
	for _, a := range e.Args {
		d.use(a, b)
	}
}

func (d *declarations) join(l *ir.Local, b *scopeBlock) {
	a := d.need[l]
	if a == nil {
		d.need[l] = b
		return
	}
	for a != b {
		if a.depth < b.depth {
			a, b = b, a
		}
		a = a.parent
	}
	d.need[l] = a
}

// rewrite puts the moved declarations at the start of the blocks that need them.
func (d *declarations) rewrite(stmts []ir.Stmt, b *scopeBlock, moved map[*ir.Local]bool, insert map[*scopeBlock][]*ir.Local) []ir.Stmt {
	var out []ir.Stmt
	for _, l := range insert[b] {
		out = append(out, &ir.Assign{Dst: l, Declare: true})
	}
	next := 0
	for _, s := range stmts {
		if a, ok := s.(*ir.Assign); ok && a.Declare && moved[a.Dst] {
			a.Declare = false
			if a.Value == nil {
				continue
			}
		}
		for _, inner := range ir.Blocks(s) {
			*inner = d.rewrite(*inner, b.children[next], moved, insert)
			next++
		}
		out = append(out, s)
	}
	return out
}
