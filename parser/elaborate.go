package parser

import (
	"fmt"
	"os"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// Load reads and elaborates the source file at path, with what it imports.
func Load(path string) ([]*ir.Func, error) {
	text, err := readLimited(path)
	if err != nil {
		return nil, err
	}
	file, err := Parse(path, text)
	if err != nil {
		return nil, err
	}
	if len(file.Imports) > 0 {
		if err := readImports(file, path); err != nil {
			return nil, err
		}
	}
	return Elaborate(file)
}

// LoadText reads and elaborates a source text, which can import nothing.
func LoadText(name string, text []byte) ([]*ir.Func, error) {
	file, err := Parse(name, text)
	if err != nil {
		return nil, err
	}
	if len(file.Imports) > 0 {
		return nil, Errors{{At: file.Imports[0].At, Message: "a text that is no file has no folder to import from"}}
	}
	return Elaborate(file)
}

// readLimited reads a file of at most MaxBytes.
func readLimited(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder: name an expression file", path)
	}
	if info.Size() > MaxBytes {
		return nil, fmt.Errorf("%s: the file has %d bytes, more than the %d that are read: split it", path, info.Size(), MaxBytes)
	}
	return os.ReadFile(path)
}

// Elaborate gives the meaning of each definition of the file, in order. Names are resolved, shapes
// checked, the ranges of indices inferred, calls of other definitions put in. Nothing is simplified.
// What is imported is checked, and put in where it is called. The error is an Errors with all that is wrong.
func Elaborate(file *File) ([]*ir.Func, error) {
	file = file.componentwise()
	e := &elaborator{file: file, funcs: map[string]*Func{}, prims: map[string]ir.Op{}}
	for _, part := range e.files() {
		e.enter(part)
	}
	e.findCycles()
	var list []*ir.Func
	if len(e.errs) == 0 {
		e.partials()
	}
	if len(e.errs) == 0 {
		list = e.functions(file)
		for _, part := range file.Imported {
			e.functions(part)
		}
	}
	e.directives(list)
	if len(e.errs) > 0 {
		return nil, e.errs.sorted()
	}
	return list, nil
}

type elaborator struct {
	file      *File
	funcs     map[string]*Func
	prims     map[string]ir.Op // those that the files declare
	rows      []ir.Prim        // of them, for the table of each graph
	templates [][]*ir.Func     // of their derivatives
	errs      Errors

	inlined int // counts calls that were elaborated
}

// files lists the file and what it imports.
func (e *elaborator) files() []*File { return append([]*File{e.file}, e.file.Imported...) }

// enter makes the definitions of a file known. None has the name of a function of the language, but a primitive may replace one.
func (e *elaborator) enter(file *File) {
	for _, q := range file.Prims {
		e.declare(q)
	}
	for _, f := range file.Funcs {
		if builtin(f.Name) {
			e.report(&Diagnostic{At: f.NameAt, Message: fmt.Sprintf("%s is a function of the language and cannot be defined", f.Name), Help: "give the definition another name"})
		}
		e.funcs[f.Name] = f
	}
}

// functions elaborates the definitions of a file.
func (e *elaborator) functions(file *File) []*ir.Func {
	var list []*ir.Func
	for _, f := range file.Funcs {
		if e.inlined > maxCalls {
			break
		}
		if d := e.function(f); d != nil {
			list = append(list, d)
		}
	}
	return list
}

func (e *elaborator) report(d *Diagnostic) {
	e.errs = append(e.errs, d)
}

// findCycles refuses definitions that call each other in a circle, with an explicit stack.
func (e *elaborator) findCycles() {
	calls := map[string][]Name{}
	var funcs []*Func
	for _, part := range e.files() {
		funcs = append(funcs, part.Funcs...)
	}
	for _, f := range funcs {
		calls[f.Name] = e.callees(f)
	}
	const visiting, done = 1, 2
	state := map[string]int{}
	type frame struct {
		name string
		next int
	}
	for _, f := range funcs {
		stack := []frame{{f.Name, 0}}
		if state[f.Name] == 0 {
			state[f.Name] = visiting
		} else {
			continue
		}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(calls[top.name]) {
				state[top.name] = done
				stack = stack[:len(stack)-1]
				continue
			}
			c := calls[top.name][top.next]
			top.next++
			switch state[c.Text] {
			case visiting:
				var path []string
				for _, fr := range stack {
					if fr.name == c.Text || len(path) > 0 {
						path = append(path, fr.name)
					}
				}
				if len(path) > 8 {
					path = append(path[:4], append([]string{"…"}, path[len(path)-3:]...)...)
				}
				e.report(&Diagnostic{At: c.At, Message: "a definition cannot call itself: " + strings.Join(append(path, c.Text), " calls ")})
			case 0:
				state[c.Text] = visiting
				stack = append(stack, frame{c.Text, 0})
			}
		}
	}
}

// callees lists the definitions that f calls.
func (e *elaborator) callees(f *Func) []Name {
	var list []Name
	stack := []Expr{f.Body.Result}
	for _, q := range f.Body.Eqs {
		stack = append(stack, q.Value)
	}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if c, ok := x.(*Call); ok && e.funcs[c.Name.Text] != nil {
			list = append(list, c.Name)
		}
		stack = append(stack, Operands(x)...)
	}
	return list
}
