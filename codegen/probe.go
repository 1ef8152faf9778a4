package codegen

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// A primitive whose Go function is not what the source says makes the code that calls it fail to build, with an error of the Go compiler about code that
// nobody has written. Each is then asked for on its own, to say where in the source it is named and what would fit.

// explain is an error for each primitive that does not build, or err if all of them do. Where packages are missing, Go looks at nothing else: the primitives of
// others are asked for again.
func (p *workplace) explain(prims []ir.Prim, err error) error {
	wrong := make([]error, len(prims))
	for round, more := 0, true; more; round++ {
		more = false
		_, failed := p.build(fmt.Sprint("probe", round), map[string][]byte{"main.go": probeSource(prims, wrong)})
		var b *buildError
		if !errors.As(failed, &b) {
			break
		}
		for _, m := range compilerLine.FindAllStringSubmatch(b.output, -1) {
			line, _ := strconv.Atoi(m[1])
			if i, ok := probed(line, len(prims)); ok && wrong[i] == nil {
				wrong[i], more = mismatch(prims[i], m[2]), true
			}
		}
		if k := slices.Index(wrong, nil); !more && k >= 0 && strings.Contains(b.output, "go.mod file not found") {
			for i, q := range prims {
				if wrong[i] == nil && !inStandardLibrary(q.Import) {
					wrong[i] = mismatch(q, b.output)
				}
			}
		}
	}
	if all := errors.Join(wrong...); all != nil {
		return all
	}
	return err
}

// firstProbe is the line of the first import of a probe; those of functions follow the imports, after as many lines as stand in between.
const firstProbe, betweenProbes = 4, 2

// probeSource is a program that builds if the functions of the primitives have the right types, but for those that are known to be wrong.
func probeSource(prims []ir.Prim, wrong []error) []byte {
	var imports, functions, uses strings.Builder
	for i, q := range prims {
		if wrong[i] == nil {
			fmt.Fprintf(&imports, "\tp%d %q", i, q.Import)
			fmt.Fprintf(&functions, "\tf%d %s = p%d.%s", i, ir.GoSignature(q.Arity), i, goName(q))
			fmt.Fprintf(&uses, "\t_ = f%d\n", i)
		}
		imports.WriteByte('\n')
		functions.WriteByte('\n')
	}
	return []byte("package main\n\nimport (\n" + imports.String() + ")\nvar (\n" + functions.String() + ")\n\nfunc main() {\n" + uses.String() + "}\n")
}

// probed is the primitive that a line of the program for n of them is for.
func probed(line, n int) (i int, ok bool) {
	i = line - firstProbe
	if i >= n {
		i -= n + betweenProbes
	}
	return i, 0 <= i && i < n
}

// goName is the name of the primitive's function in its package.
func goName(q ir.Prim) string {
	name, _, _ := strings.Cut(q.Go, "(")
	return name
}

var (
	compilerLine = regexp.MustCompile(`main\.go:(\d+):\d+: (.*)`)
	otherType    = regexp.MustCompile(`^cannot use p\d+\.\S+ \(.* type (.+)\) as func\(`)
)

// mismatch says what is wrong with the primitive, as the Go compiler says it.
func mismatch(q ir.Prim, said string) error {
	name := goName(q)
	wanted := fmt.Sprintf("a primitive of %s wants %s", ir.Counted(q.Arity, "number", "numbers"), ir.GoSignature(q.Arity))
	switch m := otherType.FindStringSubmatch(said); {
	case m != nil:
		return q.FuncAt.Error(fmt.Sprintf("%s of the Go package %s is %s, and %s", name, q.Import, m[1], wanted), "write a Go function that converts, and name that")
	case strings.HasPrefix(said, "undefined: "), strings.Contains(said, "not exported"):
		return q.FuncAt.Error(fmt.Sprintf("the Go package %s has no function %s: %s", q.Import, name, wanted), "")
	case regexp.MustCompile(`\bp\d+\.` + name + `\b`).MatchString(said):
		return q.FuncAt.Error(fmt.Sprintf("%s of the Go package %s is no function, and %s", name, q.Import, wanted), "")
	case strings.Contains(said, "go.mod file not found"):
		return q.ImportAt.Error(fmt.Sprintf("the Go package %s is none of the standard library, and no Go module is around the file that could have it", q.Import), "go mod init, in the folder of the file or above it")
	}
	return q.ImportAt.Error(fmt.Sprintf("Go does not find the package %s here: %s", q.Import, strings.TrimSuffix(said, "; to add it:")), "")
}
