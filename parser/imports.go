package parser

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// maxFiles bounds the files that are read for one. Together they have at most MaxBytes.
const maxFiles = 100

// importer reads what a file imports, in the folder of that file and below. Nothing leads out of it, neither a path nor a symbolic link, as
// all is opened through an os.Root.
type importer struct {
	root  *os.Root
	dir   string // the folder as the user names it
	files []*opened
	bytes int
	names definitions
	errs  Errors
}

// opened is a file that has been read. Its name is the path from the folder, with slashes.
type opened struct {
	name string
	info os.FileInfo
	file *File
}

// readImports reads all that the file at the path imports.
func readImports(file *File, name string) error {
	im := &importer{dir: filepath.Dir(name), names: definitions{}, bytes: len(file.Source.Text)}
	var err error
	if im.root, err = os.OpenRoot(im.dir); err != nil {
		return err
	}
	defer im.root.Close()
	first := &opened{name: filepath.Base(name), file: file}
	if first.info, err = os.Stat(name); err != nil {
		return err
	}
	im.names.add(file)
	im.files = append(im.files, first)
	im.follow([]*opened{first})
	for _, o := range im.files[1:] {
		file.Imported = append(file.Imported, o.file)
	}
	if len(im.errs) > 0 {
		return im.errs.sorted()
	}
	return nil
}

// follow reads what the last file of the chain imports.
func (im *importer) follow(chain []*opened) {
	from := chain[len(chain)-1]
	here := map[*opened]Span{}
	for _, imp := range from.file.Imports {
		o, fresh, d := im.open(imp, chain)
		if d == nil && o == nil {
			continue
		}
		if d == nil {
			d = twice(here, o, imp)
		}
		if d != nil {
			d.At = imp.At
			im.errs = append(im.errs, d)
			continue
		}
		here[o] = imp.At
		if fresh {
			im.follow(append(chain[:len(chain):len(chain)], o))
		}
	}
}

// twice is the error that one file imports another twice.
func twice(here map[*opened]Span, o *opened, imp *Import) *Diagnostic {
	if at, ok := here[o]; ok {
		return &Diagnostic{Message: fmt.Sprintf("%s is imported twice", imp.Path), Notes: []Note{{at, "the first import is here"}}}
	}
	return nil
}

// open finds or reads the file that imp names. The diagnostic says why it cannot; without one and without a file, what is wrong stands
// within the file and is noted.
func (im *importer) open(imp *Import, chain []*opened) (o *opened, fresh bool, d *Diagnostic) {
	name := path.Join(path.Dir(chain[len(chain)-1].name), imp.Path)
	if imp.Path == "" {
		return nil, false, &Diagnostic{Message: "the path is empty", Help: "name a file: import \"lib.ad\""}
	}
	if strings.ContainsAny(imp.Path, "\\\x00") || path.IsAbs(imp.Path) || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, false, &Diagnostic{Message: fmt.Sprintf("%q leads out of the folder of %s", imp.Path, chain[0].name),
			Help: "import by the path from the importing file, with slashes, of a file in that folder or below"}
	}
	info, err := im.root.Stat(filepath.FromSlash(name))
	if err != nil {
		return nil, false, unreadable(imp, err)
	}
	for _, o := range im.files {
		if os.SameFile(o.info, info) {
			return o, false, circle(o, chain)
		}
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, false, &Diagnostic{Message: fmt.Sprintf("%s is no file", imp.Path)}
	case len(im.files) == maxFiles:
		return nil, false, &Diagnostic{Message: fmt.Sprintf("more than %d files are imported", maxFiles-1), Help: "join some of them"}
	}
	text, err := im.read(name)
	if err != nil {
		return nil, false, unreadable(imp, err)
	}
	if im.bytes += len(text); im.bytes > MaxBytes {
		return nil, false, &Diagnostic{Message: fmt.Sprintf("with %s the files have more than the %d bytes that are read", imp.Path, MaxBytes)}
	}
	file, err := Parse(filepath.Join(im.dir, filepath.FromSlash(name)), text)
	if err != nil {
		if errs, ok := err.(Errors); ok {
			im.note(errs)
			return nil, false, nil
		}
		return nil, false, &Diagnostic{Message: err.Error()}
	}
	file.Source.order = len(im.files)
	im.errs = append(im.errs, im.names.add(file)...)
	o = &opened{name, info, file}
	im.files = append(im.files, o)
	return o, true, nil
}

// note keeps the errors of a file that cannot be parsed.
func (im *importer) note(errs Errors) {
	for _, d := range errs {
		d.At.Start.Source.order = len(im.files)
	}
	im.errs = append(im.errs, errs...)
}

func (im *importer) read(name string) ([]byte, error) {
	f, err := im.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxBytes+1))
}

// circle is the error that a file of the chain is imported again, by the last one.
func circle(o *opened, chain []*opened) *Diagnostic {
	var names []string
	for _, c := range chain {
		if c == o || len(names) > 0 {
			names = append(names, c.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return &Diagnostic{Message: "files import each other in a circle: " + strings.Join(append(names, o.name), " imports ")}
}

// unreadable is the error of a file, without the path that the system was given.
func unreadable(imp *Import, err error) *Diagnostic {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &Diagnostic{Message: fmt.Sprintf("%s cannot be imported: %v", imp.Path, err)}
}
