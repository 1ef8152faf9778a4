package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
	"github.com/adgen-go/adgen/runtime"
)

// flopsCmd is adgen flops.
type flopsCmd struct {
	Files  []string `arg:"" help:"Expression files; of a folder all that are in it, with a line for each function."`
	Derive []string `sep:"none" placeholder:"KIND,…" help:"The derivatives to count, as for compile: ${kinds}. Default: what the file says, else the gradient; of a folder always that."`
	Model  string   `enum:"unit,cycles" default:"unit" help:"Cost of an operation: ${enum}."`
	Effort int      `default:"1" help:"Work of the search for fewer operations, as a multiple of the usual; 0 for none."`
	Prove  bool     `help:"Prove that no program has fewer operations than the one that is emitted for the value and the gradient, or the Jacobian, or find one, as far as effort goes."`
	Memory bool     `help:"Show what programs store beside arguments and results, instead of operations."`
	JSON   bool     `name:"json" help:"Print JSON instead of a table."`
}

// Run counts the functions of the files.
func (c *flopsCmd) Run() error {
	goal, err := goal(c.Model, c.Effort)
	if err != nil {
		return err
	}
	files, folder, err := expressionFiles(c.Files)
	if err != nil {
		return err
	}
	if c.Prove {
		return c.prove(files, goal)
	}
	summary := folder && len(c.Derive) == 0
	var reports []passes.Report
	var memory []passes.MemoryReport
	for _, path := range files {
		list, err := parser.Load(path)
		if err != nil {
			return err
		}
		if err := parser.Directives(list, c.Derive); err != nil {
			return err
		}
		for _, f := range list {
			var wanted []ir.Wanted
			if !summary {
				wanted = f.Derive
			}
			if c.Memory {
				r, err := passes.Memory(f, goal, wanted...)
				if err != nil {
					return err
				}
				memory = append(memory, r)
				continue
			}
			r, err := passes.Analyze(f, goal, wanted...)
			if err != nil {
				return err
			}
			for _, note := range r.Notes {
				fmt.Fprintln(os.Stderr, note)
			}
			if c.Model == "cycles" {
				r = r.Cycles()
			}
			reports = append(reports, r)
		}
	}
	switch {
	case c.Memory && c.JSON:
		return passes.WriteMemoryJSON(os.Stdout, memory)
	case c.Memory:
		return passes.WriteMemory(os.Stdout, memory, runtime.CheckpointSlots, runtime.CheckpointRepeats)
	case c.JSON:
		return passes.WriteJSON(os.Stdout, reports)
	case summary:
		return passes.WriteSummary(os.Stdout, reports)
	}
	return passes.WriteTable(os.Stdout, reports)
}

// expressionFiles lists the files, and in the place of a folder the expression files in it, in order of their names. It tells whether there was
// a folder.
func expressionFiles(paths []string) (files []string, folder bool, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() {
			files = append(files, path) // loading it says what is wrong
			continue
		}
		folder = true
		found, err := filepath.Glob(filepath.Join(path, "*.ad"))
		if err != nil {
			return nil, false, err
		}
		if len(found) == 0 {
			return nil, false, fmt.Errorf("%s: there is no expression file (*.ad) in this folder", path)
		}
		files = append(files, found...)
	}
	return files, folder, nil
}

// prove prints for every function of the files whether a program could have fewer operations.
func (c *flopsCmd) prove(files []string, goal passes.Goal) error {
	if c.Memory || c.JSON || len(c.Derive) > 0 || c.Model != "unit" {
		return fmt.Errorf("--prove goes with --effort alone")
	}
	var least []passes.Least
	for _, path := range files {
		list, err := parser.Load(path)
		if err != nil {
			return err
		}
		for _, f := range list {
			l, err := passes.Prove(f, goal)
			if err != nil {
				return err
			}
			least = append(least, l)
		}
	}
	return passes.WriteLeast(os.Stdout, least)
}
