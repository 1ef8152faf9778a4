package codegen

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"slices"
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
	Goal    passes.Goal
	Dir     string // the folder of the source, from where Go sees the packages of its primitives
}

// bound is the error in ULPs of the scale up to which emitted code agrees with the evaluator. The scale is what rounding makes of the results, so that
// few are usual; rewriting changes rounding, and the scale is an estimate.
const bound = 1024

// Check compiles the emitted code of the functions, with the derivatives that are asked of them, in a temporary folder, runs it at random points, and
// compares it with the direct evaluator; and the evaluator's derivatives with those by forward mode, by all other ways, and by central
// differences. The same is done for the primitives that the source declares. It prints the largest errors and reports whether all agree.
func Check(w io.Writer, list []*ir.Func, cfg CheckConfig) (ok bool, err error) {
	prims := primitivesOf(list)
	for i, p := range prims {
		list = slices.Insert(list, i, p.f)
	}
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
	fmt.Fprintf(w, "%d random points, seed %d; errors in ULPs of the largest entry, or of the largest terms that cancel, at most %d\n\n", cfg.Points, cfg.Seed, bound)
	c := &checker{cfg: cfg, bits: 53, at: at}
	if cfg.Float32 {
		c.bits = 24
	}
	for _, f := range list {
		if err := c.add(f); err != nil {
			return false, err
		}
	}
	got, err := c.run()
	if err != nil {
		return false, err
	}
	ok = c.report(w, got)
	c.blame(w, prims)
	return ok, nil
}

type checker struct {
	cfg       CheckConfig
	bits      int
	at        *workplace
	functions []Function
	cases     []checkCase
}

// checkCase is a program with points at which its results are known.
type checkCase struct {
	f       Function
	d       Derived
	samples []passes.Sample
	known   [][]known // at each point what is printed

	products bool // whether a sparse matrix is held against products with vectors, not against a dense one
}

// add derives what is asked of f, and finds points for it.
func (c *checker) add(f *ir.Func) error {
	wanted := f.Derive
	if len(wanted) == 0 {
		wanted = passes.Default(f)
	}
	wanted = append(ir.All("value"), slices.DeleteFunc(slices.Clone(wanted), func(w ir.Wanted) bool { return w.Kind == "value" })...)
	programs, err := deriveAll(f, wanted, c.cfg.Goal)
	if err != nil {
		return err
	}
	c.functions = append(c.functions, Function{f, programs})
	r := c.source(f)
	for i, w := range wanted {
		if len(wanted) > 1 && w.Kind == "value" && len(f.Derive) == 0 {
			continue // comes with what is derived by default
		}
		found := checkCase{f: Function{f, programs}, d: programs[i]}
		sample := found.sample
		if found.d.Sparse != nil {
			sample = found.matrix
		}
		for range c.cfg.Points {
			if err := sample(c, w, r); err != nil {
				return err
			}
		}
		c.cases = append(c.cases, found)
	}
	return nil
}

// sample adds a point.
func (k *checkCase) sample(c *checker, w ir.Wanted, r *rand.Rand) error {
	ways, err := passes.Ways(k.f.Func, w, k.f.Func)
	if err != nil {
		return err
	}
	env, err := passes.SamplePoint(ways[0], ways[0], r)
	if err != nil {
		return err
	}
	c.round(env)
	s, err := passes.Evaluate(w, ways, env, r)
	if err != nil {
		return err
	}
	k.samples, k.known = append(k.samples, s), append(k.known, k.layout(s))
	return nil
}

func (c *checker) source(f *ir.Func) *rand.Rand {
	h := c.cfg.Seed
	for _, b := range []byte(f.Name) {
		h = h*1099511628211 + uint64(b)
	}
	return rand.New(rand.NewPCG(c.cfg.Seed, h))
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
func (c *checker) run() ([][][]float64, error) {
	cfg := Config{Package: "main", Source: "check", Standalone: true, Foreign: true, Float32: c.cfg.Float32}
	src, err := Emit(c.functions, cfg)
	if err != nil {
		return nil, err
	}
	program, err := c.at.build("emitted", map[string][]byte{"emitted.go": src, "main.go": driver(c.cases, c.cfg.Float32)})
	if err != nil {
		return nil, err
	}
	var out, errOut bytes.Buffer
	cmd := exec.Command(program)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the emitted code does not run: %w\n%s", err, errOut.String())
	}
	return parseResults(out.String(), c.cases)
}

// parseResults reads what the driver has printed: by case, by point.
func parseResults(text string, cases []checkCase) ([][][]float64, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	var all [][][]float64
	for _, k := range cases {
		var points [][]float64
		for range k.samples {
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
func (c *checker) report(w io.Writer, got [][][]float64) bool {
	ok := true
	verdict := func(good bool) string {
		if good {
			return ""
		}
		ok = false
		return " ✗"
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "function\tderivative\tresult\temitted\tforward\tdifferences\t")
	for i, k := range c.cases {
		kind, forward, differences := "", "", ""
		if k.d.Sparse != nil {
			kind = k.d.wanted().String()
			if k.products {
				f, _, _ := k.derivatives()
				forward = fmt.Sprintf("%.1f%s", f, verdict(f <= bound))
			}
		} else if k.d.Kind != Value {
			f, d, good := k.derivatives()
			kind, forward, differences = k.d.wanted().String(), fmt.Sprintf("%.1f%s", f, verdict(f <= bound)), fmt.Sprintf("%.1e%s", d, verdict(good))
		}
		names, errs := c.errors(k, got[i])
		for j, name := range names {
			fmt.Fprintf(t, "%s\t%s\t%s\t%.1f%s\t%s\t%s\t\n", k.f.Func.Name, kind, name, errs[j], verdict(errs[j] <= bound), forward, differences)
			forward, differences = "", ""
		}
	}
	t.Flush()
	return ok
}

// known is what a program should print of a result.
type known struct {
	name  string
	data  []float64
	scale float64
}

// layout is what the program prints at the point: its results, in the place of the blocks of a matrix the whole matrix.
func (k checkCase) layout(s passes.Sample) []known {
	var list []known
	for i, r := range k.d.Func.Results {
		if k.whole() && i >= len(k.f.Func.Results)+len(k.d.independents()) {
			return append(list, k.hess(s, i))
		}
		list = append(list, known{r.Name, s.Results[i].Data, s.Scale[i]})
	}
	return list
}

// whole tells whether the program writes a matrix, of which the evaluator has blocks.
func (k checkCase) whole() bool {
	return !k.f.Func.Scalar() && slices.Contains(vectors[k.d.Kind], "hess")
}

// hess is the symmetric matrix whose blocks on and above the diagonal stand from result i on.
func (k checkCase) hess(s passes.Sample, i int) known {
	offset := []int{0}
	for _, in := range k.d.independents() {
		offset = append(offset, offset[len(offset)-1]+len(s.Env.Inputs[in.Name].Data))
	}
	n := offset[len(offset)-1]
	m := known{"hess", make([]float64, n*n), 0}
	for p := range k.d.independents() {
		for q := p; q < len(k.d.independents()); q++ {
			columns := offset[q+1] - offset[q]
			for e, v := range s.Results[i].Data {
				if a, b := offset[p]+e/columns, offset[q]+e%columns; a <= b {
					m.data[a*n+b], m.data[b*n+a] = v, v
				}
			}
			m.scale = max(m.scale, s.Scale[i])
			i++
		}
	}
	return m
}

// errors is the largest error of each result of the case in ULPs. A matrix that is not symmetric to the bit is as wrong as can be.
func (c *checker) errors(k checkCase, got [][]float64) (names []string, errs []float64) {
	for p, layout := range k.known {
		list := got[p]
		if p == 0 {
			errs = make([]float64, len(layout))
			for _, r := range layout {
				names = append(names, r.name)
			}
		}
		for r, want := range layout {
			if len(list) < len(want.data) {
				errs[r] = math.Inf(1)
				break
			}
			for e, v := range want.data {
				errs[r] = max(errs[r], passes.ULP(list[e], v, want.scale, c.bits))
			}
			if k.whole() && r == len(layout)-1 && !symmetric(list) {
				errs[r] = math.Inf(1)
			}
			list = list[len(want.data):]
		}
	}
	return names, errs
}

// symmetric tells whether the square matrix is symmetric to the bit.
func symmetric(m []float64) bool {
	n := int(math.Sqrt(float64(len(m))))
	for i := range n {
		for j := range i {
			if m[i*n+j] != m[j*n+i] {
				return false
			}
		}
	}
	return n*n == len(m)
}

// derivatives is the largest error of the forward mode in ULPs and of the differences, relative, with the word whether
// those are within their own estimate.
func (k checkCase) derivatives() (forward, differences float64, good bool) {
	good = true
	for _, s := range k.samples {
		forward, differences = max(forward, s.Forward), max(differences, s.Differences)
		good = good && s.Close
	}
	return forward, differences, good
}
