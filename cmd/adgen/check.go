package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adgen-go/adgen/codegen"
	"github.com/adgen-go/adgen/parser"
)

// checkCmd is adgen check.
type checkCmd struct {
	File   string `arg:"" help:"Expression file."`
	Points int    `default:"20" help:"Random points for each function."`
	Seed   uint64 `default:"1" help:"Seed of the random points."`
	Type   string `enum:"float64,float32" default:"float64" help:"Type of the numbers: ${enum}."`
}

// Run checks the functions of the file.
func (c *checkCmd) Run() error {
	list, err := parser.Load(c.File)
	if err != nil {
		return err
	}
	if c.Points < 1 || c.Points > 10000 {
		return fmt.Errorf("--points %d: want 1 to 10000", c.Points)
	}
	ok, err := codegen.Check(os.Stdout, list, codegen.CheckConfig{Points: c.Points, Seed: c.Seed, Float32: c.Type == "float32", Dir: filepath.Dir(c.File)})
	if err == nil && !ok {
		fmt.Fprintf(os.Stderr, "%s: the results marked ✗ disagree\n", c.File)
		return errSilent
	}
	return err
}
