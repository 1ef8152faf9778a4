package codegen

import (
	"fmt"
	"unicode"

	"github.com/adgen-go/adgen/ir"
	. "github.com/dave/jennifer/jen"
)

const (
	maxStatements = 2000 // of one function: the Go compiler takes quadratic time beyond
	blockSize     = 750  // statements of one part of a function that is split
)

// parts is a straight-line function that is split into several, which hand over values in an array.
type parts struct {
	w      *writer
	blocks [][]ir.Stmt
	slots  map[*ir.Local]int // of the values that cross from one part to another
	size   int               // of the array
	tail   map[*ir.Array]*ir.Store
	inputs []*ir.Input
	order  []*ir.Array
}

// split plans the parts of a straight-line program, or is nil if it is short or has branches or loops.
func split(w *writer, d Derived, body []ir.Stmt, tail map[*ir.Array]*ir.Store) *parts {
	if len(body) <= maxStatements || len(tail) < len(d.Program.Results) {
		return nil
	}
	for _, s := range body {
		if a, ok := s.(*ir.Assign); !ok || !a.Declare || a.Value == nil {
			return nil
		}
	}
	p := &parts{w: w, tail: tail, slots: map[*ir.Local]int{}, inputs: d.Func.Inputs, order: d.Program.Results}
	for at := 0; at < len(body); at += blockSize {
		p.blocks = append(p.blocks, body[at:min(at+blockSize, len(body))])
	}
	p.assignSlots()
	return p
}

// assignSlots gives each value that is used in a later part than its own an element of the array, which
// is free again after the last part that uses it.
func (p *parts) assignSlots() {
	home, last := map[*ir.Local]int{}, map[*ir.Local]int{}
	for b, block := range p.blocks {
		for _, s := range block {
			a := s.(*ir.Assign)
			eachLocal(a.Value, func(l *ir.Local) { last[l] = b })
			home[a.Dst] = b
		}
	}
	for _, s := range p.tail {
		eachLocal(s.Value, func(l *ir.Local) { last[l] = len(p.blocks) })
	}
	var free []int
	expire := make([][]int, len(p.blocks)+1)
	for b, block := range p.blocks {
		for _, s := range block {
			l := s.(*ir.Assign).Dst
			if last[l] <= home[l] {
				continue
			}
			slot := p.size
			if n := len(free); n > 0 {
				slot, free = free[n-1], free[:n-1]
			} else {
				p.size++
			}
			p.slots[l] = slot
			expire[last[l]] = append(expire[last[l]], slot)
		}
		free = append(free, expire[b]...)
	}
}

func eachLocal(e *ir.Expr, visit func(*ir.Local)) {
	if e.Kind == ir.ExprLocal {
		visit(e.Local)
	}
	for _, a := range e.Args {
		eachLocal(a, visit)
	}
}

// emit prints the functions of the parts and gives the body of the function that calls them.
func (p *parts) emit(e *emitter, name string) []Code {
	array := Op("*").Index(Lit(p.size)).Id(e.float)
	const slots = "w"
	code := []Code{Var().Id(slots).Index(Lit(p.size)).Id(e.float)}
	for b, block := range p.blocks {
		part := e.top.name(fmt.Sprintf("%sPart%d", unexportedFirst(name), b+1))
		inputs := p.read(block)
		params := []Code{Id(slots).Add(array.Clone())}
		args := []Code{Op("&").Id(slots)}
		for _, in := range inputs {
			n := p.w.inputs[in]
			params = append(params, Id(n).Id(e.float))
			args = append(args, Id(n))
		}
		e.file.Func().Id(part).Params(params...).Block(p.block(e, block)...)
		e.file.Line()
		code = append(code, Id(part).Call(args...))
	}
	final := p.partWriter(e, nil)
	var values []Code
	for _, a := range p.order {
		values = append(values, final.expr(p.tail[a].Value))
	}
	return append(code, Return(values...))
}

// partWriter prints in one part: values of other parts are elements of the array.
func (p *parts) partWriter(e *emitter, own map[*ir.Local]bool) *writer {
	w := *p.w
	w.names = newScope("w")
	for _, n := range p.w.inputs {
		w.names.used[n] = true
	}
	w.locals = map[*ir.Local]string{}
	w.slot = func(l *ir.Local) (int, bool) {
		s, ok := p.slots[l]
		return s, ok && !own[l]
	}
	return &w
}

// block prints the statements of a part.
func (p *parts) block(e *emitter, block []ir.Stmt) []Code {
	own := map[*ir.Local]bool{}
	w := p.partWriter(e, own)
	var code []Code
	for _, s := range block {
		a := s.(*ir.Assign)
		code = append(code, w.stmt(s)...)
		own[a.Dst] = true
		if slot, ok := p.slots[a.Dst]; ok {
			code = append(code, Id("w").Index(Lit(slot)).Op("=").Id(w.local(a.Dst)))
		}
	}
	return code
}

// read lists the inputs that a part reads, in order.
func (p *parts) read(block []ir.Stmt) []*ir.Input {
	seen := map[*ir.Input]bool{}
	var look func(x *ir.Expr)
	look = func(x *ir.Expr) {
		if x.Kind == ir.ExprInput {
			seen[x.Input] = true
		}
		for _, a := range x.Args {
			look(a)
		}
	}
	for _, s := range block {
		ir.Exprs(s, look)
	}
	var list []*ir.Input
	for _, in := range p.inputs {
		if seen[in] {
			list = append(list, in)
		}
	}
	return list
}

// unexportedFirst makes the first letter small.
func unexportedFirst(name string) string {
	r := []rune(name)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
