package codegen

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// preamble starts the program that calls the emitted functions. What they overwrite begins as NaN, so that what they leave out shows.
const preamble = `package main

import (
	"fmt"
	"math"
)

type num = %s

func show(list ...num) {
	for _, v := range list {
		fmt.Printf("%%x ", math.Float64bits(float64(v)))
	}
	fmt.Println()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func numbers(list []int) (v []num) {
	for _, k := range list {
		v = append(v, num(k))
	}
	return v
}

// of is numbers by their bits, as the compiler is quick to read many of.
func of(bits ...uint64) []num {
	list := make([]num, len(bits))
	for i, b := range bits {
		list[i] = num(math.Float64frombits(b))
	}
	return list
}

func room(n int) []num {
	list := make([]num, n)
	for i := range list {
		list[i] = num(math.NaN())
	}
	return list
}

`

// driver is the source of the program that calls the emitted functions and prints the bits of their results, a line
// for each point, with a function for each case.
func driver(cases []checkCase, narrow bool) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, preamble, map[bool]string{false: "float64", true: "float32"}[narrow])
	b.WriteString("func main() {\n")
	for i := range cases {
		fmt.Fprintf(&b, "\tcase%d()\n", i)
	}
	b.WriteString("}\n")
	for i, k := range cases {
		fmt.Fprintf(&b, "\nfunc case%d() {\n", i)
		for _, s := range k.samples {
			switch {
			case k.f.Func.Scalar() && k.d.Sparse != nil:
				driveScalarMatrix(&b, k, s.Env)
			case k.f.Func.Scalar():
				driveScalar(&b, k, s.Env)
			default:
				d := &drive{Builder: &b, object: (&emitter{float: "num", top: newScope()}).newObject(k.f), d: k.d, env: s.Env}
				d.run()
			}
		}
		b.WriteString("}\n")
	}
	return []byte(b.String())
}

func goNumber(v float64) string {
	return fmt.Sprintf("num(math.Float64frombits(%#x))", math.Float64bits(v))
}

// goNumbers is a slice of the numbers.
func goNumbers(data []float64) string {
	list := make([]string, len(data))
	for i, v := range data {
		list[i] = fmt.Sprintf("%#x", math.Float64bits(v))
	}
	return "of(" + strings.Join(list, ", ") + ")"
}

// goValue is an argument as Go source.
func goValue(in *ir.Input, t ir.Tensor) string {
	if in.Type != ir.Int {
		if len(in.Dims) == 0 {
			return goNumber(t.Data[0])
		}
		return goNumbers(t.Data)
	}
	list := make([]string, len(t.Data))
	for i, v := range t.Data {
		list[i] = strconv.Itoa(int(v))
	}
	if len(in.Dims) == 0 {
		return list[0]
	}
	return "[]int{" + strings.Join(list, ", ") + "}"
}

// driveScalar calls a plain function.
func driveScalar(b *strings.Builder, k checkCase, env ir.Env) {
	fmt.Fprintf(b, "\tshow(%s(%s))\n", Exported(k.f.Func.Name)+k.d.suffix(), strings.Join(scalarArguments(k.d, env), ", "))
}

func scalarArguments(d Derived, env ir.Env) []string {
	var args []string
	for _, in := range d.Func.Inputs {
		args = append(args, goValue(in, env.Inputs[in.Name]))
	}
	return args
}

// driveScalarMatrix calls the function of a sparse matrix.
func driveScalarMatrix(b *strings.Builder, k checkCase, env ir.Env) {
	d, name := k.d, Exported(k.f.Func.Name)
	var results []string
	for i := range d.results() {
		results = append(results, fmt.Sprintf("r%d", i))
	}
	all := strings.Join(results, ", ")
	fmt.Fprintf(b, "\t{\n\t\trowPtr, col := %s()\n\t\tvalues := room(%s)\n", name+d.pattern(), name+d.nonzeros())
	fmt.Fprintf(b, "\t\t%s := %s(%s, values)\n", all, name+d.name(), strings.Join(scalarArguments(d, env), ", "))
	fmt.Fprintf(b, "\t\tshow(append(append([]num{%s}, numbers(append(rowPtr, col...))...), values...)...)\n\t}\n", all)
}

// drive writes the call of a method at a point.
type drive struct {
	*strings.Builder
	*object
	d    Derived
	env  ir.Env
	args []string
	all  []string // what is printed behind what the method returns
}

func (d *drive) line(format string, args ...any) { fmt.Fprintf(d, "\t\t"+format+"\n", args...) }

func (d *drive) run() {
	f := d.f.Func
	var fields []string
	for _, s := range f.Sizes {
		fields = append(fields, fmt.Sprintf("%s: %d", d.sizes[s], d.env.Sizes[s]))
	}
	d.WriteString("\t{\n")
	d.line("f, err := New%s(%sSizes{%s})", d.name, d.name, strings.Join(fields, ", "))
	d.line("must(err)")
	if data := f.Data(); len(data) > 0 {
		var args []string
		for _, in := range data {
			args = append(args, goValue(in, d.env.Inputs[in.Name]))
		}
		d.line("must(f.Bind(%s))", strings.Join(args, ", "))
	}
	d.vector("theta", "", f.Params())
	d.arguments()
	call := fmt.Sprintf("f.%s(%s)", d.d.name(), strings.Join(d.args, ", "))
	switch {
	case !d.scalarResult():
		d.line("%s", call)
		d.line("var list []num")
	case d.d.Kind == JVP:
		d.line("v, dot := %s", call)
		d.line("list := []num{v, dot}")
	default:
		d.line("list := []num{%s}", call)
	}
	for _, a := range d.all {
		d.line("list = append(list, %s)", a)
	}
	d.line("show(list...)")
	d.WriteString("\t}\n")
}

// arguments makes what the method takes besides theta, in the order of its signature.
func (d *drive) arguments() {
	takes := vectors[d.d.Kind]
	by := d.d.independents()
	if len(takes) > 0 && takes[0] == "tangent" {
		d.vector("tangent", "t", by)
		takes = takes[1:]
	}
	f := d.f.Func
	switch {
	case d.scalarResult() && d.d.Kind == VJP:
		d.args = append(d.args, goNumber(d.env.Inputs["c"+f.Results[0].Name].Data[0]))
	case d.d.Kind == VJP:
		d.line("var cotangent %sOut", d.name)
		for i, r := range f.Results {
			value := goNumbers(d.env.Inputs["c"+r.Name].Data)
			if len(r.Index) == 0 {
				value = "&" + value + "[0]"
			}
			d.line("cotangent.%s = %s", d.results[i], value)
		}
		d.args = append(d.args, "cotangent")
	}
	if !d.scalarResult() {
		d.out("out")
	}
	if !d.scalarResult() && d.d.Kind == JVP {
		d.out("dot")
	}
	n := 0
	for _, in := range by {
		n += len(d.env.Inputs[in.Name].Data)
	}
	for _, v := range takes {
		size := strconv.Itoa(n)
		switch v {
		case "hess":
			size = strconv.Itoa(n * n)
		case "values":
			size = "f." + d.d.nonzeros() + "()"
			d.line("rowPtr, col := f.%s()", d.d.pattern())
			d.all = append(d.all, "numbers(rowPtr)...", "numbers(col)...")
		}
		d.line("%s := room(%s)", v, size)
		d.args, d.all = append(d.args, v), append(d.all, v+"...")
	}
	if d.d.Kind == Jacobian {
		d.line("var derivatives %s", d.name+d.d.derivativesType())
		for k, r := range d.d.Func.Results[len(f.Results):] {
			d.field("derivatives", d.derivatives(d.d, k), r)
		}
		d.args = append(d.args, "derivatives")
	}
}

// out makes a struct that results are written to.
func (d *drive) out(name string) {
	d.line("var %s %sOut", name, d.name)
	for i, r := range d.f.Func.Results {
		d.field(name, d.results[i], r)
	}
	d.args = append(d.args, name)
}

// field makes room for a result in a field of a struct.
func (d *drive) field(in, field string, r ir.Result) {
	if len(r.Index) == 0 {
		d.line("%s.%s = &room(1)[0]", in, field)
		d.all = append(d.all, "*"+in+"."+field)
		return
	}
	n := 1
	for _, e := range extents(r.Index) {
		n *= max(d.env.Extent(e), 0)
	}
	d.line("%s.%s = room(%d)", in, field, n)
	d.all = append(d.all, in+"."+field+"...")
}

// vector makes a flat vector of inputs, or of seeds whose names begin with the prefix.
func (d *drive) vector(name, prefix string, inputs []*ir.Input) {
	var list []float64
	for _, in := range inputs {
		list = append(list, d.env.Inputs[prefix+in.Name].Data...)
	}
	d.line("%s := %s", name, goNumbers(list))
	d.args = append(d.args, name)
}
