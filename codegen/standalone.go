package codegen

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"hash/fnv"
	"regexp"
	"sort"

	"github.com/adgen-go/adgen/runtime"
	"github.com/dave/jennifer/jen"
)

// specials collects the functions of runtime/special.go, runtime/sparse.go and runtime/checkpoint.go that a standalone file needs, to
// be copied into it under names of its own.
type specials struct {
	prefix string
	decls  map[string]ast.Node // functions, constants and variables by name
	fset   *token.FileSet
	needed map[string]bool
}

func newSpecials(source string) *specials {
	h := fnv.New32a()
	h.Write([]byte(source))
	s := &specials{prefix: fmt.Sprintf("ad%08x", h.Sum32()), decls: map[string]ast.Node{}, fset: token.NewFileSet(), needed: map[string]bool{}}
	for _, source := range []string{runtime.SpecialSource, runtime.SparseSource, runtime.CheckpointSource} {
		s.parse(source)
	}
	return s
}

// parse notes the functions of a file of package runtime.
func (s *specials) parse(source string) {
	file, err := parser.ParseFile(s.fset, "runtime.go", source, 0)
	if err != nil {
		panic("internal error: the embedded functions do not parse: " + err.Error())
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			s.decls[d.Name.Name] = d
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, n := range v.Names {
						s.decls[n.Name] = d
					}
				}
			}
		}
	}
}

// use notes that the function is needed, with all that it depends on, and gives its local name.
func (s *specials) use(name string) string {
	stack := []string{name}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		d := s.decls[n]
		if d == nil || s.needed[n] {
			continue
		}
		s.needed[n] = true
		ast.Inspect(d, func(x ast.Node) bool {
			if id, ok := x.(*ast.Ident); ok && s.decls[id.Name] != nil {
				stack = append(stack, id.Name)
			}
			return true
		})
	}
	return s.prefix + name
}

// emit copies what is needed to the end of the file.
func (s *specials) emit(f *jen.File) {
	if s == nil {
		return
	}
	var names []string
	for n := range s.needed {
		names = append(names, n)
	}
	sort.Strings(names)
	written := map[ast.Node]bool{}
	for _, n := range names {
		d := s.decls[n]
		if written[d] {
			continue
		}
		written[d] = true
		ast.Inspect(d, func(x ast.Node) bool {
			if _, ok := x.(*ast.SelectorExpr); ok {
				return false
			}
			if id, ok := x.(*ast.Ident); ok && s.decls[id.Name] != nil {
				id.Name = s.prefix + id.Name
			}
			return true
		})
		var b bytes.Buffer
		if err := printer.Fprint(&b, s.fset, d); err != nil {
			panic("internal error: a special function cannot be printed: " + err.Error())
		}
		f.Add(qualified(b.String()))
		f.Line()
	}
}

var mathName = regexp.MustCompile(`\bmath\.(\w+)`)

// qualified is Go text in which the names of package math are known to jennifer, which imports it.
func qualified(text string) *jen.Statement {
	s := jen.Null()
	for {
		at := mathName.FindStringSubmatchIndex(text)
		if at == nil {
			return s.Op(text)
		}
		s.Op(text[:at[0]]).Qual("math", text[at[2]:at[3]])
		text = text[at[1]:]
	}
}
