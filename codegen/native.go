package codegen

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/adgen-go/adgen/ir"
)

// workplace is where programs are built for Check: a module of their own in a temporary folder, or, if they import packages beyond the standard
// library, by an overlay a folder within the user's, which is written nowhere.
type workplace struct {
	dir  string // temporary
	user string // the user's folder, "" if it is not needed
}

func newWorkplace(user string, list []*ir.Func) (*workplace, error) {
	p := &workplace{}
	for _, f := range list {
		for _, q := range f.Graph.Own() {
			if !inStandardLibrary(q.Import) {
				p.user = user
			}
		}
	}
	var err error
	if p.user != "" {
		if p.user, err = filepath.Abs(p.user); err != nil {
			return nil, err
		}
	}
	p.dir, err = os.MkdirTemp("", "adgen-check-")
	return p, err
}

func (p *workplace) close() { os.RemoveAll(p.dir) }

// build compiles the files of a main package and gives the path of the program.
func (p *workplace) build(name string, files map[string][]byte) (string, error) {
	at := filepath.Join(p.dir, name)
	if err := os.Mkdir(at, 0o700); err != nil {
		return "", err
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	virtual := "adgen_check_" + filepath.Base(p.dir) + "_" + name
	for file, text := range files {
		path := filepath.Join(at, file)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return "", err
		}
		overlay.Replace[filepath.Join(p.user, virtual, file)] = path
	}
	program := filepath.Join(p.dir, name+".program")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = at
	if p.user == "" {
		if err := os.WriteFile(filepath.Join(at, "go.mod"), []byte("module check\n\ngo 1.26\n"), 0o600); err != nil {
			return "", err
		}
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	} else {
		text, err := json.Marshal(overlay)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(at, "overlay.json"), text, 0o600); err != nil {
			return "", err
		}
		cmd.Args = []string{"go", "build", "-overlay", filepath.Join(at, "overlay.json"), "-o", program, "./" + virtual}
		cmd.Dir = p.user
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return "", &buildError{err, out.String()}
	}
	return program, nil
}

// buildError is what the Go compiler says of emitted code.
type buildError struct {
	err    error
	output string
}

func (e *buildError) Error() string {
	return fmt.Sprintf("the emitted code does not build: %v\n%s", e.err, e.output)
}

// natives is a running program that computes the primitives that only compiled code can call, one at a time.
type natives struct {
	cmd *exec.Cmd
	use sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
	err error // what ended it
}

// implement lets the evaluator compute all primitives of the functions. It gives nil if it can do so already.
func (p *workplace) implement(list []*ir.Func) (*natives, error) {
	var prims []ir.Prim
	index := map[string]int{}
	for _, f := range list {
		for _, q := range f.Graph.Own() {
			if _, seen := index[q.Name]; q.Eval == nil && !seen {
				index[q.Name] = len(prims)
				prims = append(prims, q)
			}
		}
	}
	if len(prims) == 0 {
		return nil, nil
	}
	program, err := p.build("natives", map[string][]byte{"main.go": nativeSource(prims)})
	if err != nil {
		return nil, p.explain(prims, err)
	}
	n := &natives{cmd: exec.Command(program)}
	if n.in, err = n.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	n.out = bufio.NewReader(out)
	for _, f := range list {
		f.Graph.Implement(func(q ir.Prim) func(x []float64) float64 {
			return func(x []float64) float64 { return n.call(index[q.Name], x) }
		})
	}
	return n, n.cmd.Start()
}

// nativeSource is a program that reads lines of the number of a primitive and the bits of its arguments, and writes those of the value.
func nativeSource(prims []ir.Prim) []byte {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"bufio\"\n\t\"fmt\"\n\t\"math\"\n\t\"os\"\n")
	for i, q := range prims {
		fmt.Fprintf(&b, "\tp%d %q\n", i, q.Import)
	}
	b.WriteString(")\n\nfunc main() {\n\tin := bufio.NewReader(os.Stdin)\n\tfor {\n\t\tvar k int\n\t\tif _, err := fmt.Fscan(in, &k); err != nil {\n\t\t\treturn\n\t\t}\n" +
		"\t\tvar v float64\n\t\tnext := func() float64 {\n\t\t\tvar u uint64\n\t\t\tfmt.Fscan(in, &u)\n\t\t\treturn math.Float64frombits(u)\n\t\t}\n\t\tswitch k {\n")
	for i, q := range prims {
		calls := strings.TrimSuffix(strings.Repeat("next(), ", q.Arity), ", ")
		fmt.Fprintf(&b, "\t\tcase %d:\n\t\t\tv = p%d.%s(%s)\n", i, i, goName(q), calls)
	}
	b.WriteString("\t\t}\n\t\tfmt.Println(math.Float64bits(v))\n\t}\n}\n")
	return []byte(b.String())
}

// call computes primitive k; NaN once the program has ended.
func (n *natives) call(k int, x []float64) float64 {
	n.use.Lock()
	defer n.use.Unlock()
	if n.err != nil {
		return math.NaN()
	}
	line := strconv.Itoa(k)
	for _, v := range x {
		line += " " + strconv.FormatUint(math.Float64bits(v), 10)
	}
	if _, n.err = io.WriteString(n.in, line+"\n"); n.err != nil {
		return math.NaN()
	}
	var text string
	if text, n.err = n.out.ReadString('\n'); n.err != nil {
		return math.NaN()
	}
	var bits uint64
	bits, n.err = strconv.ParseUint(strings.TrimSpace(text), 10, 64)
	return math.Float64frombits(bits)
}

// close ends the program and tells what ended it before.
func (n *natives) close() error {
	if n == nil {
		return nil
	}
	n.in.Close()
	err := n.cmd.Wait()
	if n.err != nil {
		return fmt.Errorf("a primitive ended the program that calls it: %w", n.err)
	}
	return err
}
