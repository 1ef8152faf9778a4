package main

import (
	"os"

	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// flopsCmd is adgen flops.
type flopsCmd struct {
	Files  []string `arg:"" help:"Expression files."`
	Model  string   `enum:"unit,cycles" default:"unit" help:"Cost of an operation: ${enum}."`
	Effort int      `default:"1" help:"Work of the search for fewer operations, as a multiple of the usual; 0 for none."`
	JSON   bool     `name:"json" help:"Print JSON instead of a table."`
}

// Run counts the functions of the files.
func (c *flopsCmd) Run() error {
	goal, err := goal(c.Model, c.Effort)
	if err != nil {
		return err
	}
	var reports []passes.Report
	for _, path := range c.Files {
		list, err := parser.Load(path)
		if err != nil {
			return err
		}
		for _, f := range list {
			r, err := passes.Analyze(f, goal)
			if err != nil {
				return err
			}
			if c.Model == "cycles" {
				r = r.Cycles()
			}
			reports = append(reports, r)
		}
	}
	if c.JSON {
		return passes.WriteJSON(os.Stdout, reports)
	}
	return passes.WriteTable(os.Stdout, reports)
}
