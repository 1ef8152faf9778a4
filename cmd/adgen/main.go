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
	"slices"
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
	ctx, err := p.Parse(flagsFirst(p.Model.Node, args))
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

// flagsFirst moves the flags of a command before its arguments, with their values: kong takes a list of arguments for ended where a flag stands in
// between.
func flagsFirst(root *kong.Node, args []string) []string {
	k := slices.IndexFunc(root.Children, func(c *kong.Node) bool { return len(args) > 0 && c.Name == args[0] })
	if k < 0 {
		return args
	}
	valued := map[string]bool{}
	for _, f := range slices.Concat(root.Flags, root.Children[k].Flags) {
		takes := !f.IsBool() && !f.IsCounter()
		valued["--"+f.Name] = takes
		if f.Short != 0 {
			valued["-"+string(f.Short)] = takes
		}
	}
	var flags, rest []string
	for i := 1; i < len(args); i++ {
		switch {
		case args[i] == "--", valued[args[i]] && i+1 == len(args): // what follows stays; or its value is missing
			return slices.Concat(args[:1], flags, rest, args[i:])
		case len(args[i]) < 2 || args[i][0] != '-':
			rest = append(rest, args[i])
		case valued[args[i]]:
			flags = append(flags, args[i], args[i+1])
			i++
		default:
			flags = append(flags, args[i])
		}
	}
	return slices.Concat(args[:1], flags, rest)
}
