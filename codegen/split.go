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

// parts is the body of a function that is split into several, which hand over values in arrays.
type parts struct {
	w      *writer
	blocks [][]ir.Stmt
	slots  map[*ir.Local]int  // of the values that cross from one part to another
	frames map[ir.Type]*frame // the arrays, by the type of what they hold
	inputs []*ir.Input
	arrays []*ir.Array // scratch
}

// frame is an array in which the parts keep values of one type.
type frame struct {
	name string
	size int
	free []int
}

// frameTypes are the types of values that cross, in the order in which parts take their arrays.
var frameTypes = []ir.Type{ir.Real, ir.Int, ir.Bool}

// split plans the parts of a long program, or is nil if it is short.
func split(w *writer, d Derived, body []ir.Stmt, tail map[*ir.Array]*ir.Store) *parts {
	if statements(body) <= maxStatements {
		return nil
	}
	p := &parts{w: w, slots: map[*ir.Local]int{}, frames: map[ir.Type]*frame{}, inputs: d.Func.Inputs, arrays: append(d.shared(), d.Program.Scratch...)}
	for i, wish := range []string{"w", "k", "c"} {
		p.frames[frameTypes[i]] = &frame{name: w.names.name(wish)}
	}
	for _, a := range d.results() {
		if _, atEnd := tail[a]; !atEnd {
			f := p.frames[ir.Real]
			w.arrays[a] = fmt.Sprintf("%s[%d]", f.name, f.take())
		}
	}
	p.cut(body)
	p.assignSlots(tail)
	return p
}

// statements counts the statements of a body, with those of its blocks.
func statements(body []ir.Stmt) int {
	n := len(body)
	for _, s := range body {
		for _, b := range ir.Blocks(s) {
			n += statements(*b)
		}
	}
	return n
}

// cut makes blocks of about equal length.
func (p *parts) cut(body []ir.Stmt) {
	start, size := 0, 0
	for i := range body {
		size += statements(body[i : i+1])
		if size >= blockSize || i == len(body)-1 {
			p.blocks = append(p.blocks, body[start:i+1])
			start, size = i+1, 0
		}
	}
}

// take reserves an element.
func (f *frame) take() int {
	if n := len(f.free); n > 0 {
		slot := f.free[n-1]
		f.free = f.free[:n-1]
		return slot
	}
	f.size++
	return f.size - 1
}

// assignSlots gives each local that occurs in a later part than its own an element of an array, which is
// free again after the last of those.
func (p *parts) assignSlots(tail map[*ir.Array]*ir.Store) {
	last := map[*ir.Local]int{}
	for b, block := range p.blocks {
		eachLocalOf(block, func(l *ir.Local) { last[l] = b })
	}
	for _, s := range tail {
		eachLocal(s.Value, func(l *ir.Local) { last[l] = len(p.blocks) })
	}
	expire := make([][]*ir.Local, len(p.blocks)+1)
	for b, block := range p.blocks {
		for _, s := range block {
			a, ok := s.(*ir.Assign)
			if !ok || !a.Declare || last[a.Dst] <= b {
				continue
			}
			p.slots[a.Dst] = p.frames[a.Dst.Type].take()
			expire[last[a.Dst]] = append(expire[last[a.Dst]], a.Dst)
		}
		for _, l := range expire[b] {
			f := p.frames[l.Type]
			f.free = append(f.free, p.slots[l])
		}
	}
}

// eachLocal visits the locals that e reads.
func eachLocal(e *ir.Expr, visit func(*ir.Local)) {
	if e.Kind == ir.ExprLocal {
		visit(e.Local)
	}
	for _, a := range e.Args {
		eachLocal(a, visit)
	}
}

// eachLocalOf visits the locals that the statements read or assign.
func eachLocalOf(body []ir.Stmt, visit func(*ir.Local)) {
	for _, s := range body {
		if a, ok := s.(*ir.Assign); ok {
			visit(a.Dst)
		}
		ir.Exprs(s, func(e *ir.Expr) { eachLocal(e, visit) })
		for _, b := range ir.Blocks(s) {
			eachLocalOf(*b, visit)
		}
	}
}

// emit prints the functions of the parts and gives the code that calls them.
func (p *parts) emit(e *emitter, name string) []Code {
	var code []Code
	for _, t := range frameTypes {
		if f := p.frames[t]; f.size > 0 {
			code = append(code, Var().Id(f.name).Index(Lit(f.size)).Id(e.elementType(t)))
		}
	}
	for b, block := range p.blocks {
		part := p.partName(e, fmt.Sprintf("%sPart%d", unexportedFirst(name), b+1))
		params, args := p.signature(e, block)
		e.file.Comment(doc(fmt.Sprintf("%s is part %d of %d of %s: Go compiles short functions faster.", part, b+1, len(p.blocks), name)))
		e.file.Func().Id(part).Params(params...).Block(p.block(block)...)
		e.file.Line()
		code = append(code, Id(part).Call(args...))
	}
	p.w.slot = func(l *ir.Local) *Statement { return p.element(l) }
	return code
}

// partName is a name at the top level that no variable of the function hides.
func (p *parts) partName(e *emitter, wish string) string {
	for {
		if n := e.top.name(wish); !p.w.names.used[n] {
			return n
		}
	}
}

// signature lists the parameters of a part and what is passed: the arrays that hold values, the inputs that it
// reads, and the scratch.
func (p *parts) signature(e *emitter, block []ir.Stmt) (params, args []Code) {
	for _, t := range frameTypes {
		if f := p.frames[t]; f.size > 0 {
			params = append(params, Id(f.name).Op("*").Index(Lit(f.size)).Id(e.elementType(t)))
			args = append(args, Op("&").Id(f.name))
		}
	}
	inputs, arrays := occurring(block)
	for _, in := range p.inputs {
		if n := p.w.inputs[in]; inputs[in] {
			params, args = append(params, Id(n).Id(e.elementType(in.Type))), append(args, Id(n))
		}
	}
	for _, a := range p.arrays {
		if n := p.w.arrays[a]; arrays[a] {
			params, args = append(params, Id(n).Index().Id(e.elementType(a.Type))), append(args, Id(n))
		}
	}
	return params, args
}

// occurring finds the inputs and arrays that statements read or write.
func occurring(body []ir.Stmt) (inputs map[*ir.Input]bool, arrays map[*ir.Array]bool) {
	inputs, arrays = map[*ir.Input]bool{}, map[*ir.Array]bool{}
	var expr func(*ir.Expr)
	expr = func(e *ir.Expr) {
		inputs[e.Input], arrays[e.Array] = true, true
		for _, a := range e.Args {
			expr(a)
		}
	}
	var scan func([]ir.Stmt)
	scan = func(body []ir.Stmt) {
		for _, s := range body {
			switch s := s.(type) {
			case *ir.Store:
				arrays[s.Dst] = true
			case *ir.Fill:
				arrays[s.Dst] = true
			}
			ir.Exprs(s, expr)
			for _, b := range ir.Blocks(s) {
				scan(*b)
			}
		}
	}
	scan(body)
	return inputs, arrays
}

// element is where the parts keep l, or nil.
func (p *parts) element(l *ir.Local) *Statement {
	slot, ok := p.slots[l]
	if !ok {
		return nil
	}
	return Id(p.frames[l.Type].name).Index(Lit(slot))
}

// block prints the statements of a part. A value that other parts read is a variable in its own part, and put into the
// array after the last statement that assigns it.
func (p *parts) block(block []ir.Stmt) []Code {
	own, final := map[*ir.Local]bool{}, map[*ir.Local]int{}
	for i, s := range block {
		eachAssigned(s, func(l *ir.Local) { final[l] = i })
	}
	w := *p.w
	w.names, w.locals = p.w.names.clone(), map[*ir.Local]string{}
	w.slot = func(l *ir.Local) *Statement {
		if own[l] {
			return nil
		}
		return p.element(l)
	}
	var code []Code
	for i, s := range block {
		if a, ok := s.(*ir.Assign); ok && a.Declare {
			own[a.Dst] = true
		}
		code = append(code, w.stmt(s)...)
		eachAssigned(s, func(l *ir.Local) {
			if at := p.element(l); at != nil && own[l] && final[l] == i {
				final[l] = -1 // two branches may assign it
				code = append(code, at.Op("=").Id(w.local(l)))
			}
		})
	}
	return code
}

// eachAssigned visits the locals that s assigns, in order.
func eachAssigned(s ir.Stmt, visit func(*ir.Local)) {
	if a, ok := s.(*ir.Assign); ok {
		visit(a.Dst)
	}
	for _, b := range ir.Blocks(s) {
		for _, s := range *b {
			eachAssigned(s, visit)
		}
	}
}

// unexportedFirst makes the first letter small.
func unexportedFirst(name string) string {
	r := []rune(name)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
