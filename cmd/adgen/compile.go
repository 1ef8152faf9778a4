package main

import (
	"fmt"
	"go/build"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// compileCmd is adgen compile.
type compileCmd struct {
	File       string   `arg:"" help:"Expression file, such as model.ad."`
	Output     string   `short:"o" placeholder:"FILE" help:"Write to FILE instead of beside the expression file; - is standard output."`
	Package    string   `placeholder:"NAME" help:"Package name; default: that of $GOPACKAGE, of the Go files in the folder, or main."`
	Type       string   `enum:"float64,float32" default:"float64" help:"Type of the numbers: ${enum}."`
	Derive     []string `sep:"none" placeholder:"KIND,…" help:"What to emit for every function, as after derive in a file: ${kinds}; of named arguments hessian(theta); of one function f: grad. Default: what the file says, else value and grad (of what is no single number jacobian, or with arrays vjp)."`
	Standalone bool     `help:"Import nothing beyond the standard library."`
	Model      string   `enum:"unit,cycles" default:"unit" help:"Cost of an operation, which is made small: ${enum}."`
	Effort     int      `default:"1" help:"Work of the search for fewer operations, as a multiple of the usual; 0 for none."`
	Check      bool     `help:"Write nothing; exit with status 1 if the file on disk is stale."`
	Force      bool     `help:"Overwrite a file that adgen has not generated."`
}

// Run compiles one file.
func (c *compileCmd) Run() error {
	list, err := parser.Load(c.File)
	if err != nil {
		return err
	}
	if err := parser.Directives(list, c.Derive); err != nil {
		return err
	}
	out := c.Output
	if out == "" {
		out = strings.TrimSuffix(c.File, filepath.Ext(c.File)) + ".go"
		if out == c.File {
			return fmt.Errorf("%s is a Go file: name the expression file otherwise, or write elsewhere with -o", c.File)
		}
	}
	name, err := c.packageName(out)
	if err != nil {
		return err
	}
	goal, err := goal(c.Model, c.Effort)
	if err != nil {
		return err
	}
	src, err := codegen.Compile(list, nil, codegen.Config{Package: name, Source: filepath.Base(c.File),
		Float32: c.Type == "float32", Standalone: c.Standalone, Goal: goal, Note: func(text string) { fmt.Fprintln(os.Stderr, text) }})
	if err != nil {
		return err
	}
	switch {
	case out == "-":
		_, err := os.Stdout.Write(src)
		return err
	case c.Check:
		stale, err := codegen.Stale(out, src)
		if err == nil && stale {
			err = fmt.Errorf("%s is stale: run %s", out, c.again())
		}
		return err
	}
	return codegen.WriteFile(out, src, c.Force)
}

// again is the command line that writes what this one checks.
func (c *compileCmd) again() string {
	words := []string{"adgen compile"}
	add := func(flag, value, usual string) {
		if value != usual {
			words = append(words, flag, quotedWord(value))
		}
	}
	add("-o", c.Output, "")
	add("--package", c.Package, "")
	add("--type", c.Type, "float64")
	for _, d := range c.Derive {
		add("--derive", d, "")
	}
	add("--model", c.Model, "unit")
	add("--effort", strconv.Itoa(c.Effort), "1")
	if c.Standalone {
		words = append(words, "--standalone")
	}
	return strings.Join(append(words, quotedWord(c.File)), " ")
}

// quotedWord is a word of a command line, in quotation marks if a shell would take it apart.
func quotedWord(word string) string {
	if strings.ContainsAny(word, " \t\n\"'`$&|;<>()*?[]{}~#!\\") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// maxEffort bounds the effort.
const maxEffort = 10_000

// goal is what the command line asks to make small.
func goal(model string, effort int) (passes.Goal, error) {
	if effort < 0 || effort > maxEffort {
		return passes.Goal{}, fmt.Errorf("--effort %d: want 0 to %d", effort, maxEffort)
	}
	return passes.Goal{Model: passes.Models[model], Effort: effort}, nil
}

// packageName finds the package that the output belongs to.
func (c *compileCmd) packageName(out string) (string, error) {
	name := c.Package
	if name == "" && out != "-" {
		if p, err := build.ImportDir(filepath.Dir(out), 0); err == nil {
			name = p.Name
		}
	}
	if name == "" {
		name = os.Getenv("GOPACKAGE")
	}
	if name == "" {
		name = "main"
	}
	if !token.IsIdentifier(name) || name == "_" {
		return "", fmt.Errorf("--package %q is no Go identifier", name)
	}
	return name, nil
}
