package codegen

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/adgen-go/adgen/ir"
	"github.com/adgen-go/adgen/passes"
)

// CheckConfig says how Check draws points.
type CheckConfig struct {
	Points  int
	Seed    uint64
	Float32 bool
	Dir     string // the folder of the source, from where Go sees the packages of its primitives
}

// bound is the error in ULPs of the scale up to which emitted code agrees with the evaluator. Rewriting changes
// rounding, and sums of many terms add up theirs.
const bound = 4096

// Check compiles the emitted code of the functions in a temporary folder, runs it at random points, and compares it with
// the direct evaluator; and the evaluator's reverse mode with its forward mode and with central differences. The same is done for the
// primitives that the source declares. It prints the largest errors and reports whether all agree.
func Check(w io.Writer, list []*ir.Func, cfg CheckConfig) (ok bool, err error) {
	list = append(primitivesOf(list), list...)
	at, err := newWorkplace(cfg.Dir, list)
	if err != nil {
		return false, err
	}
	defer at.close()
	n, err := at.implement(list)
	if err != nil {
		return false, err
	}
	defer func() {
		if e := n.close(); err == nil {
			err = e
		}
	}()
	fmt.Fprintf(w, "%d random points, seed %d; errors in ULPs of the largest entry, at most %d\n\n", cfg.Points, cfg.Seed, bound)
	c := &checker{cfg: cfg, bits: 53, at: at}
	if cfg.Float32 {
		c.bits = 24
	}
	var cases []checkCase
	for _, f := range list {
		find := c.values
		switch {
		case len(f.Params()) == 0:
		case len(f.Results) == 1 && len(f.Results[0].Index) == 0:
			find = c.gradients
		case f.Scalar():
			find = c.jacobians
		}
		found, err := find(f)
		if err != nil {
			return false, err
		}
		cases = append(cases, found)
		for _, w := range f.Derive {
			found, ok, err := c.matrix(f, w)
			if err != nil {
				return false, err
			}
			if ok {
				cases = append(cases, found)
			}
		}
	}
	got, err := c.run(list, cases)
	if err != nil {
		return false, err
	}
	return c.report(w, cases, got), nil
}

// primitivesOf makes a function of each primitive that the source of the functions declares.
func primitivesOf(list []*ir.Func) []*ir.Func {
	if len(list) == 0 {
		return nil
	}
	var funcs []*ir.Func
	own := list[0].Graph.Own()
	for i, p := range own {
		g := ir.NewGraph(own...)
		f := &ir.Func{Name: "primitive_" + p.Name, Graph: g}
		var args []*ir.Node
		for k := range p.Arity {
			in := &ir.Input{Name: "x" + strconv.Itoa(k+1), Param: true}
			f.Inputs = append(f.Inputs, in)
			args = append(args, g.Access(in))
		}
		f.Results = []ir.Result{{Name: "value", Value: g.Apply(ir.FirstOwn+ir.Op(i), args...)}}
		funcs = append(funcs, f)
	}
	return funcs
}

type checker struct {
	cfg  CheckConfig
	bits int
	at   *workplace
}

// checkCase is a function with points at which it is known.
type checkCase struct {
	f       *ir.Func
	kind    Kind
	points  []passes.Derivatives
	want    [][]ir.Tensor // at each point: the results, then the gradient or the rows of the Jacobian
	forward float64       // the largest error of a Jacobian by forward mode
	matrix  Derived       // what is sparse
}

func (c *checker) source(f *ir.Func) *rand.Rand {
	h := c.cfg.Seed
	for _, b := range []byte(f.Name) {
		h = h*1099511628211 + uint64(b)
	}
	return rand.New(rand.NewPCG(c.cfg.Seed, h))
}

// gradients finds points of a function with a gradient.
func (c *checker) gradients(f *ir.Func) (checkCase, error) {
	found := checkCase{f: f, kind: Grad}
	grad, err := passes.Gradient(f)
	if err != nil {
		return found, err
	}
	jvp, err := passes.JVP(f)
	if err != nil {
		return found, err
	}
	r := c.source(f)
	for range c.cfg.Points {
		env, err := passes.RandomPoint(f, grad, r)
		if err != nil {
			return found, err
		}
		c.round(env)
		d, err := passes.Differentiate(f, grad, jvp, env, r)
		if err != nil {
			return found, err
		}
		found.points = append(found.points, d)
		found.want = append(found.want, append([]ir.Tensor{{Data: []float64{d.Value}}}, d.Gradient...))
	}
	return found, nil
}

// jacobians finds points of a function of numbers with a Jacobian: by reverse sweeps, held against forward ones.
func (c *checker) jacobians(f *ir.Func) (checkCase, error) {
	found := checkCase{f: f, kind: Jacobian}
	ways, err := passes.Jacobians(f)
	if err != nil {
		return found, err
	}
	r := c.source(f)
	for range c.cfg.Points {
		env, err := passes.RandomPoint(f, ways[0], r)
		if err != nil {
			return found, err
		}
		c.round(env)
		rows, err := ir.Eval(ways[0], env)
		if err != nil {
			return found, err
		}
		columns, err := ir.Eval(ways[1], env)
		if err != nil {
			return found, err
		}
		scale := 0.0
		for _, t := range rows {
			scale = max(scale, largest(t.Data))
		}
		for i, t := range rows {
			found.forward = max(found.forward, passes.ULP(columns[i].Data[0], t.Data[0], scale, 53))
		}
		found.points = append(found.points, passes.Derivatives{Env: env, Scale: scale})
		found.want = append(found.want, rows)
	}
	return found, nil
}

// values finds points of a function of which only the value is compared.
func (c *checker) values(f *ir.Func) (checkCase, error) {
	found := checkCase{f: f, kind: Value}
	r := c.source(f)
	for range c.cfg.Points {
		env, err := passes.RandomPoint(f, f, r)
		if err != nil {
			return found, err
		}
		c.round(env)
		v, err := ir.Eval(f, env)
		if err != nil {
			return found, err
		}
		found.points = append(found.points, passes.Derivatives{Env: env})
		found.want = append(found.want, v)
	}
	return found, nil
}

// round makes arguments float32 where the emitted code takes those.
func (c *checker) round(env ir.Env) {
	if !c.cfg.Float32 {
		return
	}
	for _, t := range env.Inputs {
		for i, v := range t.Data {
			t.Data[i] = float64(float32(v))
		}
	}
}

// run emits the functions with a program that prints their results at the points, and runs it.
func (c *checker) run(list []*ir.Func, cases []checkCase) ([][][]float64, error) {
	var functions []Function
	for _, k := range cases {
		if k.matrix.Sparse != nil {
			of := &functions[len(functions)-1] // which its function's own case has made
			of.Programs = append(of.Programs, k.matrix)
			continue
		}
		programs, err := deriveAll(k.f, map[Kind][]ir.Wanted{Value: ir.All("value"), Grad: ir.All("grad"), Jacobian: ir.All("jacobian")}[k.kind], passes.Usual)
		if err != nil {
			return nil, err
		}
		functions = append(functions, Function{k.f, programs})
	}
	src, err := Emit(functions, Config{Package: "main", Source: "check", Standalone: true, Foreign: true, Float32: c.cfg.Float32})
	if err != nil {
		return nil, err
	}
	program, err := c.at.build("emitted", map[string][]byte{"emitted.go": src, "main.go": c.driver(cases)})
	if err != nil {
		return nil, err
	}
	var out, errOut bytes.Buffer
	cmd := exec.Command(program)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the emitted code does not run: %w\n%s", err, errOut.String())
	}
	return parseResults(out.String(), cases)
}

// driver is the source of the program that calls the emitted functions and prints the bits of their results, a line
// for each point.
func (c *checker) driver(cases []checkCase) []byte {
	var b strings.Builder
	t := "float64"
	if c.cfg.Float32 {
		t = "float32"
	}
	fmt.Fprintf(&b, "package main\n\nimport (\n\t\"fmt\"\n\t\"math\"\n)\n\ntype num = %s\n\n", t)
	b.WriteString("func show(list ...num) {\n\tfor _, v := range list {\n\t\tfmt.Printf(\"%x \", math.Float64bits(float64(v)))\n\t}\n\tfmt.Println()\n}\n\nfunc numbers(list []int) (v []num) {\n\tfor _, k := range list {\n\t\tv = append(v, num(k))\n\t}\n\treturn v\n}\n\nfunc must(err error) {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n\nfunc main() {\n")
	for _, k := range cases {
		for _, p := range k.points {
			switch {
			case k.matrix.Sparse != nil && k.f.Scalar():
				driveScalarMatrix(&b, k, p.Env)
			case k.f.Scalar():
				driveScalar(&b, k, p.Env)
			default:
				driveObject(&b, k, p.Env)
			}
		}
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func goNumber(v float64) string {
	return fmt.Sprintf("num(math.Float64frombits(%#x))", math.Float64bits(v))
}

// goValue is an argument as Go source.
func goValue(in *ir.Input, t ir.Tensor) string {
	list := make([]string, len(t.Data))
	for i, v := range t.Data {
		if in.Type == ir.Int {
			list[i] = strconv.Itoa(int(v))
		} else {
			list[i] = goNumber(v)
		}
	}
	switch {
	case len(in.Dims) == 0:
		return list[0]
	case in.Type == ir.Int:
		return "[]int{" + strings.Join(list, ", ") + "}"
	}
	return "[]num{" + strings.Join(list, ", ") + "}"
}

func driveScalar(b *strings.Builder, k checkCase, env ir.Env) {
	var args []string
	for _, in := range k.f.Inputs {
		args = append(args, goValue(in, env.Inputs[in.Name]))
	}
	name := Exported(k.f.Name)
	if k.kind != Value {
		name += string(k.kind)
	}
	fmt.Fprintf(b, "\tshow(%s(%s))\n", name, strings.Join(args, ", "))
}

func driveObject(b *strings.Builder, k checkCase, env ir.Env) {
	name := Exported(k.f.Name)
	sizes := newScope()
	var fields []string
	for _, s := range k.f.Sizes {
		fields = append(fields, fmt.Sprintf("%s: %d", sizes.name(Exported(s)), env.Sizes[s]))
	}
	fmt.Fprintf(b, "\t{\n\t\tf, err := New%s(%sSizes{%s})\n\t\tmust(err)\n", name, name, strings.Join(fields, ", "))
	if data := k.f.Data(); len(data) > 0 {
		var args []string
		for _, in := range data {
			args = append(args, goValue(in, env.Inputs[in.Name]))
		}
		fmt.Fprintf(b, "\t\tmust(f.Bind(%s))\n", strings.Join(args, ", "))
	}
	var theta []string
	for _, in := range k.f.Params() {
		for _, v := range env.Inputs[in.Name].Data {
			theta = append(theta, goNumber(v))
		}
	}
	fmt.Fprintf(b, "\t\ttheta := []num{%s}\n", strings.Join(theta, ", "))
	switch {
	case k.matrix.Sparse != nil:
		driveMatrix(b, k, name, env)
	case k.kind == Grad:
		b.WriteString("\t\tgrad := make([]num, len(theta))\n\t\tv := f.Grad(theta, grad)\n\t\tshow(append([]num{v}, grad...)...)\n")
	case len(k.f.Results) == 1 && len(k.f.Results[0].Index) == 0:
		b.WriteString("\t\tshow(f.Value(theta))\n")
	default:
		driveOut(b, k, name, env)
	}
	b.WriteString("\t}\n")
}

// driveOut calls Value of a function with array results.
func driveOut(b *strings.Builder, k checkCase, name string, env ir.Env) {
	all := declareOut(b, k, name, env)
	b.WriteString("\t\tf.Value(theta, out)\n")
	showAll(b, all)
}

// showAll prints expressions of lists of numbers.
func showAll(b *strings.Builder, all []string) {
	b.WriteString("\t\tvar list []num\n")
	for _, a := range all {
		fmt.Fprintf(b, "\t\tlist = append(list, %s)\n", a)
	}
	b.WriteString("\t\tshow(list...)\n")
}

// declareOut makes what array results are written to, and gives expressions of the lists of their elements.
func declareOut(b *strings.Builder, k checkCase, name string, env ir.Env) []string {
	fmt.Fprintf(b, "\t\tvar out %sOut\n", name)
	outs := newScope()
	var all []string
	for _, r := range k.f.Results {
		field := outs.name(Exported(r.Name))
		if len(r.Index) == 0 {
			fmt.Fprintf(b, "\t\tout.%s = new(num)\n", field)
			all = append(all, "*out."+field)
			continue
		}
		n := 1
		for _, i := range r.Index {
			n *= env.Extent(i.Extent)
		}
		fmt.Fprintf(b, "\t\tout.%s = make([]num, %d)\n", field, n)
		all = append(all, "out."+field+"...")
	}
	return all
}

// parseResults reads what the driver has printed: by case, by point.
func parseResults(text string, cases []checkCase) ([][][]float64, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	var all [][][]float64
	for _, k := range cases {
		var points [][]float64
		for range k.points {
			if len(lines) == 0 {
				return nil, fmt.Errorf("internal error: the emitted code printed too few results")
			}
			var list []float64
			for _, word := range strings.Fields(lines[0]) {
				bits, err := strconv.ParseUint(word, 16, 64)
				if err != nil {
					return nil, fmt.Errorf("internal error: the emitted code printed %q: %w", word, err)
				}
				list = append(list, math.Float64frombits(bits))
			}
			points = append(points, list)
			lines = lines[1:]
		}
		all = append(all, points)
	}
	return all, nil
}

// report prints the table of errors and tells whether all are within bounds.
func (c *checker) report(w io.Writer, cases []checkCase, got [][][]float64) bool {
	ok := true
	verdict := func(good bool) string {
		if good {
			return ""
		}
		ok = false
		return " ✗"
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "function\tresult\temitted\tforward\tdifferences\t")
	for i, k := range cases {
		names, errs := c.errors(k, got[i])
		for j, name := range names {
			forward, differences := "", ""
			switch {
			case k.kind == Jacobian && j == 0:
				forward = fmt.Sprintf("%.1f%s", k.forward, verdict(k.forward <= bound))
			case k.kind == Grad && j == 0:
				f, d, good := k.derivatives()
				forward = fmt.Sprintf("%.1f%s", f, verdict(f <= bound))
				differences = fmt.Sprintf("%.1e%s", d, verdict(good))
			}
			fmt.Fprintf(t, "%s\t%s\t%.1f%s\t%s\t%s\t\n", k.f.Name, name, errs[j], verdict(errs[j] <= bound), forward, differences)
		}
	}
	t.Flush()
	return ok
}

// errors is the largest error of each result of the case in ULPs.
func (c *checker) errors(k checkCase, got [][]float64) (names []string, errs []float64) {
	for _, r := range k.f.Results {
		names = append(names, r.Name)
	}
	switch k.kind {
	case SparseJacobian, SparseHessian, SparseUpperHessian:
		names = append(names, k.matrixNames()...)
	case Grad:
		for _, p := range k.f.Params() {
			names = append(names, "d"+p.Name)
		}
	case Jacobian:
		for _, r := range k.f.Results {
			for _, p := range k.f.Params() {
				names = append(names, "d"+r.Name+"_d"+p.Name)
			}
		}
	}
	errs = make([]float64, len(names))
	for p, want := range k.want {
		list := got[p]
		for r, t := range want {
			scale := 0.0
			for _, v := range t.Data {
				scale = max(scale, math.Abs(v))
			}
			if r == 0 && k.kind == Grad || k.kind == Jacobian || k.matrix.Sparse != nil {
				scale = max(scale, k.points[p].Scale)
			}
			if k.kind == Grad && r > 0 {
				scale = max(scale, k.points[p].Scale/float64(1+largest(k.points[p].Env.Inputs[k.f.Params()[r-1].Name].Data)))
			}
			for _, v := range t.Data {
				e := math.Inf(1)
				if len(list) > 0 {
					e = passes.ULP(list[0], v, scale, c.bits)
					list = list[1:]
				}
				errs[r] = max(errs[r], e)
			}
		}
	}
	return names, errs
}

func largest(list []float64) float64 {
	m := 0.0
	for _, v := range list {
		m = max(m, math.Abs(v))
	}
	return m
}

// derivatives is the largest error of the forward mode in ULPs and of the differences, relative, with the word whether
// those are within their own estimate.
func (k checkCase) derivatives() (forward, differences float64, good bool) {
	good = true
	for _, p := range k.points {
		scale := 0.0
		for i, g := range p.Gradient {
			for e, v := range g.Data {
				scale += math.Abs(v * p.Direction[i].Data[e])
			}
		}
		forward = max(forward, passes.ULP(p.Forward, p.Along, scale, 53))
		d := math.Abs(p.Differences - p.Along)
		differences = max(differences, d/max(scale, 1e-300))
		good = good && d <= 10*p.Estimate+1e-6*scale
	}
	return forward, differences, good
}
