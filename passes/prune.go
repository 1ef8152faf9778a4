package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// prune leaves out arrays and locals that nothing reads: what a recurrence stores for steps that read it from local variables, a
// selection that is only stored where its condition holds, and what only they needed.
func prune(p *ir.Program) {
	for {
		u := usesIn(p.Body)
		idle := func(a *ir.Array) bool { return !u.arrays[a] }
		if !slices.ContainsFunc(p.Scratch, idle) && !u.unread() {
			return
		}
		u.unwanted = map[*ir.Array]bool{}
		for _, a := range p.Scratch {
			u.unwanted[a] = idle(a)
		}
		p.Scratch = slices.DeleteFunc(p.Scratch, idle)
		p.Body = u.drop(p.Body)
	}
}

// localUses counts, in some statements, how often locals are assigned and read, and which arrays are.
type localUses struct {
	sets, reads map[*ir.Local]int
	declared    []*ir.Local
	arrays      map[*ir.Array]bool // that are read
	unwanted    map[*ir.Array]bool // that are to be dropped
}

func usesIn(stmts []ir.Stmt) localUses {
	u := localUses{sets: map[*ir.Local]int{}, reads: map[*ir.Local]int{}, arrays: map[*ir.Array]bool{}}
	u.count(stmts)
	return u
}

func (u *localUses) count(stmts []ir.Stmt) {
	var read func(e *ir.Expr)
	read = func(e *ir.Expr) {
		if e.Local != nil {
			u.reads[e.Local]++
		}
		if e.Array != nil {
			u.arrays[e.Array] = true
		}
		for _, a := range e.Args {
			read(a)
		}
	}
	for _, s := range stmts {
		if a, ok := s.(*ir.Assign); ok {
			u.sets[a.Dst]++
			if a.Declare {
				u.declared = append(u.declared, a.Dst)
			}
		}
		ir.Exprs(s, read)
		for _, b := range ir.Blocks(s) {
			u.count(*b)
		}
	}
}

// unread tells whether a local is declared that nothing reads.
func (u localUses) unread() bool {
	return slices.ContainsFunc(u.declared, func(l *ir.Local) bool { return u.reads[l] == 0 })
}

// drop is the statements without assignments to such locals, and to unwanted arrays.
func (u localUses) drop(stmts []ir.Stmt) []ir.Stmt {
	var list []ir.Stmt
	for _, s := range stmts {
		if a, ok := s.(*ir.Assign); ok && u.reads[a.Dst] == 0 && slices.Contains(u.declared, a.Dst) {
			continue
		}
		switch s := s.(type) {
		case *ir.Store:
			if u.unwanted[s.Dst] {
				continue
			}
		case *ir.Fill:
			if u.unwanted[s.Dst] {
				continue
			}
		}
		for _, b := range ir.Blocks(s) {
			*b = u.drop(*b)
		}
		if loop, ok := s.(*ir.For); ok && len(loop.Body) == 0 {
			continue
		}
		if branch, ok := s.(*ir.If); ok && len(branch.Then)+len(branch.Else) == 0 {
			continue
		}
		list = append(list, s)
	}
	return list
}
