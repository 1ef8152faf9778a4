package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// evalCmd is adgen eval.
type evalCmd struct {
	File     string   `arg:"" help:"Expression file."`
	Function string   `arg:"" help:"Name of the function."`
	Args     []string `arg:"" optional:"" help:"Arguments: x=1.5, W=[[1,2],[3,4]], or @args.json for an object of them."`
	JSON     bool     `name:"json" help:"Print JSON."`
}

// Run evaluates one function.
func (c *evalCmd) Run() error {
	f, err := function(c.File, c.Function)
	if err != nil {
		return err
	}
	args, err := arguments(c.Args)
	if err != nil {
		return err
	}
	env, err := ir.NewEnv(f, args)
	if err != nil {
		return err
	}
	d, base := f, len(f.Results)
	if len(f.Params()) > 0 && base == 1 && len(f.Results[0].Index) == 0 {
		if d, err = passes.Gradient(f); err != nil {
			return err
		}
	}
	values, err := ir.Eval(d, env)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(d, base, values)
	}
	for i, r := range d.Results {
		text, err := json.Marshal(values[i].Nested())
		if err != nil {
			return err
		}
		fmt.Printf("%s = %s\n", r.Name, strings.Trim(string(text), `"`))
	}
	return nil
}

// printJSON prints {"value": …, "gradient": {…}}; several results become an object of them.
func printJSON(d *ir.Func, base int, values []ir.Tensor) error {
	out := struct {
		Value    any            `json:"value"`
		Gradient map[string]any `json:"gradient,omitempty"`
	}{Value: values[0].Nested()}
	if base > 1 {
		all := map[string]any{}
		for i, r := range d.Results[:base] {
			all[r.Name] = values[i].Nested()
		}
		out.Value = all
	}
	if len(values) > base {
		out.Gradient = map[string]any{}
		for i, p := range d.Params() {
			out.Gradient[p.Name] = values[base+i].Nested()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// function loads one function of a file.
func function(path, name string) (*ir.Func, error) {
	list, err := parser.Load(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range list {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("%s has no function %s: it defines %s", path, name, strings.Join(names, ", "))
}

// arguments reads x=1.5 and @file.json.
func arguments(list []string) (map[string]any, error) {
	args := map[string]any{}
	for _, a := range list {
		if path, ok := strings.CutPrefix(a, "@"); ok {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(text, &args); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			continue
		}
		name, text, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fmt.Errorf("%q is no argument: write name=value, or @file.json", a)
		}
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return nil, fmt.Errorf("%s=%s: want a number or an array such as [1, 2]: %w", name, text, err)
		}
		args[name] = v
	}
	return args, nil
}
