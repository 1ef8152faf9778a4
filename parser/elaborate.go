package parser

import (
	"fmt"
	"os"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// Load reads and elaborates the source file at path.
func Load(path string) ([]*ir.Func, error) {
	text, err := readLimited(path)
	if err != nil {
		return nil, err
	}
	return LoadText(path, text)
}

// LoadText reads and elaborates a source text.
func LoadText(name string, text []byte) ([]*ir.Func, error) {
	file, err := Parse(name, text)
	if err != nil {
		return nil, err
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
// The error is an Errors with all that is wrong.
func Elaborate(file *File) ([]*ir.Func, error) {
	e := &elaborator{file: file, funcs: map[string]*Func{}}
	for _, f := range file.Funcs {
		e.funcs[f.Name] = f
	}
	e.findCycles()
	var list []*ir.Func
	if len(e.errs) == 0 {
		for _, f := range file.Funcs {
			if e.inlined > maxCalls {
				break
			}
			if d := e.function(f); d != nil {
				list = append(list, d)
			}
		}
	}
	e.directives(list)
	if len(e.errs) > 0 {
		return nil, e.errs.sorted()
	}
	return list, nil
}

type elaborator struct {
	file  *File
	funcs map[string]*Func
	errs  Errors

	inlined int // counts calls that were elaborated
}

func (e *elaborator) report(d *Diagnostic) {
	d.Source = e.file.Source
	e.errs = append(e.errs, d)
}

// findCycles refuses definitions that call each other in a circle, with an explicit stack.
func (e *elaborator) findCycles() {
	calls := map[string][]Name{}
	for _, f := range e.file.Funcs {
		calls[f.Name] = e.callees(f)
	}
	const visiting, done = 1, 2
	state := map[string]int{}
	type frame struct {
		name string
		next int
	}
	for _, f := range e.file.Funcs {
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
