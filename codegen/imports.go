package codegen

import (
	"fmt"
	"go/build"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// imports names the packages of the primitives that the functions use, so that nothing in the file has the same name. A standalone file imports
// the standard library alone.
func (e *emitter) imports(functions []Function) error {
	named := map[string]bool{"math": true}
	for _, f := range functions {
		for _, p := range ownPrimitives(f) {
			if e.opt.Standalone && !e.opt.Foreign && !inStandardLibrary(p.Import) {
				return f.Func.At.Error(fmt.Sprintf("%s uses the primitive %s of the package %s, which a standalone file cannot import", f.Func.Name, p.Name, p.Import),
					"compile it without --standalone")
			}
			if !named[p.Import] {
				named[p.Import] = true
				e.file.ImportAlias(p.Import, e.top.name("go_"+ascii(strings.ReplaceAll(path.Base(p.Import), "-", "_"))))
			}
		}
	}
	return nil
}

// ownPrimitives lists the primitives that the source of f declares and that the programs for it use.
func ownPrimitives(f Function) []*ir.Prim {
	var list []*ir.Prim
	seen := map[*ir.Prim]bool{}
	for _, d := range f.Programs {
		for _, n := range ir.Reachable(d.Func.Roots()...) {
			if p := n.Prim; p != nil && p.Import != "" && !seen[p] {
				seen[p] = true
				list = append(list, p)
			}
		}
	}
	return list
}

// inStandardLibrary tells whether Go brings the package. Where Go's sources are not at hand, it is one without a domain.
func inStandardLibrary(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	if strings.Contains(first, ".") {
		return false
	}
	src := filepath.Join(build.Default.GOROOT, "src")
	if info, err := os.Stat(src); err != nil || !info.IsDir() {
		return true
	}
	info, err := os.Stat(filepath.Join(src, filepath.FromSlash(pkg)))
	return err == nil && info.IsDir()
}
