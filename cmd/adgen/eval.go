package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/parser"
)

// evalCmd is adgen eval.
type evalCmd struct {
	File     string   `arg:"" help:"Expression file."`
	Function string   `arg:"" help:"Name of the function."`
	Args     []string `arg:"" optional:"" help:"Arguments: x=1.5, W=[[1,2],[3,4]], or @args.json for an object of them."`
	Derive   []string `sep:"none" placeholder:"KIND,…" help:"What to evaluate instead of the value and, of a number, the gradient: ${kinds}. Seeds are arguments, tx for the tangent of x, cy for the cotangent of y."`
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
	if err := parser.Directives([]*ir.Func{f}, c.Derive); err != nil {
		return err
	}
	wanted := f.Derive
	if len(c.Derive) == 0 {
		wanted = []ir.Wanted{{Kind: "value"}}
		if f.IsNumber() && len(f.Params()) > 0 {
			wanted[0].Kind = "grad"
		}
	}
	list, err := evaluate(f, wanted, args)
	if err != nil && len(c.Derive) == 0 && wanted[0].Kind == "grad" { // of what has no gradient there is the value
		list, err = evaluate(f, ir.All("value"), args)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(f, list)
	}
	for i, e := range list {
		if i > 0 {
			fmt.Println()
		}
		if err := e.print(); err != nil {
			return err
		}
	}
	return nil
}

// print prints name = value, a line for each result.
func (e evaluated) print() error {
	for i, r := range e.results {
		text, err := json.Marshal(e.values[i].Nested())
		if err != nil {
			return err
		}
		fmt.Printf("%s = %s\n", r.Name, strings.Trim(string(text), `"`))
	}
	return nil
}

// printJSON prints {"value": …, "gradient": {…}}, where several results are an object of them; of what else is derived {"value": …, "hessian": {"dx": …, "dx_dx": …}}.
func printJSON(f *ir.Func, list []evaluated) error {
	n := len(f.Results)
	var out object
	if n > 1 {
		out.add("value", named(list[0].results[:n], list[0].values[:n], ""))
	} else {
		out.add("value", list[0].values[0].Nested())
	}
	for _, e := range list {
		switch {
		case e.wanted.Kind == "value":
		case e.wanted.String() == "grad":
			out.add("gradient", named(e.results[n:], e.values[n:], "d"))
		default:
			out.add(e.wanted.String(), named(e.results[n:], e.values[n:], ""))
		}
	}
	return json.NewEncoder(os.Stdout).Encode(&out)
}

// object is a JSON object with its members in order.
type object struct {
	names  []string
	values []any
}

func (o *object) add(name string, value any) {
	o.names, o.values = append(o.names, name), append(o.values, value)
}

// MarshalJSON prints the object.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, name := range o.names {
		b.WriteByte("{,"[min(i, 1)])
		for k, v := range []any{name, o.values[i]} {
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			b.Write(text)
			if k == 0 {
				b.WriteByte(':')
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// named is the values by the names of the results, without the prefix.
func named(results []ir.Result, values []ir.Tensor, prefix string) *object {
	var all object
	for i, r := range results {
		all.add(strings.TrimPrefix(r.Name, prefix), values[i].Nested())
	}
	return &all
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
