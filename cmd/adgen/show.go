package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// showCmd is adgen show.
type showCmd struct {
	File     string `arg:"" help:"Expression file."`
	Function string `arg:"" optional:"" help:"Name of a function; default: all."`
	Form     string `enum:"wengert,forward,reverse,ir,latex,dot" default:"wengert" help:"What to show: ${enum}. (dot is for Graphviz.)"`
	After    string `placeholder:"PASS" help:"With --form=ir, the pass after which: elaborate, reverse, simplify, search. Default: elaborate."`
}

// forms print a function.
var forms = map[string]func(io.Writer, *ir.Func) error{
	"wengert": passes.WriteWengert, "forward": passes.WriteForward, "reverse": passes.WriteReverse,
	"latex": passes.WriteLaTeX, "dot": passes.WriteDot,
}

// Run shows functions of the file.
func (c *showCmd) Run() error {
	if err := c.checkAfter(); err != nil {
		return err
	}
	list, err := parser.Load(c.File)
	if err != nil {
		return err
	}
	if c.Function != "" {
		f, err := function(c.File, c.Function)
		if err != nil {
			return err
		}
		list = []*ir.Func{f}
	}
	for i, f := range list {
		if len(list) > 1 && c.Form != "dot" {
			if i > 0 {
				fmt.Println()
			}
			fmt.Printf("%s %s:\n", map[bool]string{true: "%", false: "#"}[c.Form == "latex"], f.Name)
		}
		if err := c.show(f); err != nil {
			return err
		}
	}
	return nil
}

// checkAfter refuses a pass that is none, and one where no form shows it.
func (c *showCmd) checkAfter() error {
	var names []string
	for _, p := range passes.Pipeline {
		names = append(names, p.Name)
	}
	switch {
	case c.After == "":
		return nil
	case !slices.Contains(names, c.After):
		return fmt.Errorf("--after=%s: there is no such pass: there are %s", c.After, strings.Join(names, ", "))
	case c.Form != "ir":
		return fmt.Errorf("--after goes with --form=ir")
	}
	return nil
}

// show prints one function.
func (c *showCmd) show(f *ir.Func) error {
	if c.Form != "ir" {
		return forms[c.Form](os.Stdout, f)
	}
	d, err := passes.After(f, cmp.Or(c.After, passes.Pipeline[0].Name))
	if err == nil {
		fmt.Print(d)
	}
	return err
}
