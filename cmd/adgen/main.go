// Command adgen compiles mathematics to Go: values, gradients and other derivatives of functions that a
// text file defines.
//
//	adgen compile model.ad          write model.go
//	adgen flops model.ad            count operations
//	adgen show model.ad --form=ir   look inside
//	adgen eval model.ad f x=1.5     evaluate directly
//	adgen check model.ad            test the emitted code against the evaluator
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Compile compileCmd `cmd:"" help:"Compile an expression file to Go."`
	Flops   flopsCmd   `cmd:"" help:"Count the operations of functions and their gradients."`
	Show    showCmd    `cmd:"" help:"Show a function as the compiler sees it."`
	Eval    evalCmd    `cmd:"" help:"Evaluate a function and its gradient directly."`
	Check   checkCmd   `cmd:"" help:"Check the emitted code and its gradients at random points."`
}

// errSilent ends the command with exit status 1 after it has said why.
var errSilent = errors.New("")

func main() {
	// The process is over in a moment: memory is cheaper than collecting it. A quarter of the time of a large compilation.
	debug.SetGCPercent(400)
	os.Exit(run(os.Args[1:]))
}

// run runs the command line and gives the exit status: 0, 1 for what went wrong, 2 for a wrong
// command line.
func run(args []string) int {
	var c commands
	p, err := kong.New(&c, kong.Name("adgen"), kong.UsageOnError(),
		kong.Description("adgen compiles mathematics to Go, with derivatives."), kong.Vars{"kinds": strings.Join(ir.Kinds, ", ")})
	if err != nil {
		fmt.Fprintln(os.Stderr, "adgen: internal error:", err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := p.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "adgen: %v\n", err)
		return 2
	}
	if err := ctx.Run(); err != nil {
		if err != errSilent {
			fmt.Fprintln(os.Stderr, err)
		}
		return 1
	}
	return 0
}
