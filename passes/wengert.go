package passes

import (
	"fmt"
	"io"
	"strings"

	"github.com/adgen-go/adgen/ir"
)

// wengert is a function as the list of its elementary operations (Wengert, 1964): v₁ = x, v₂ = v₁², ….
type wengert struct {
	f     *ir.Func
	text  *ir.Notation
	nodes []*ir.Node
	name  map[*ir.Node]string
}

func newWengert(f *ir.Func, tex bool) *wengert {
	w := &wengert{f: f, name: map[*ir.Node]string{}}
	w.text = ir.NewNotation(tex, func(n *ir.Node) string { return w.ref(n) })
	for _, n := range ir.Reachable(f.All()...) {
		if n.Type == ir.Real && n.Kind != ir.Const && !n.Is(ir.OpReal) {
			w.nodes = append(w.nodes, n)
			w.name[n] = fmt.Sprintf("v%d", len(w.nodes))
		}
	}
	return w
}

// ref is the name of a variable of the list with its indices.
func (w *wengert) ref(n *ir.Node) string { return w.decorated(n, "") }

// decorated is ref with a mark on the name: a dot for tangents, a bar for adjoints.
func (w *wengert) decorated(n *ir.Node, mark string) string {
	name, ok := w.name[n]
	if !ok {
		return ""
	}
	return w.text.Subscript("v"+mark+name[1:], n.Free())
}

const (
	dot = "\u0307"
	bar = "\u0304"
)

// operands lists the real operands of n with its partial derivatives by them, as text.
func (w *wengert) operands(n *ir.Node) (operands []*ir.Node, partials []string) {
	g := w.f.Graph
	add := func(x *ir.Node, p string) {
		operands, partials = append(operands, x), append(partials, p)
	}
	switch n.Kind {
	case ir.Reduce:
		p := map[ir.Reduction]string{ir.Sum: "1", ir.Prod: w.ref(n) + "/" + w.ref(n.Args[0]),
			ir.Max: "[it is the largest]", ir.Min: "[it is the smallest]"}[n.Red]
		add(n.Args[0], p)
	case ir.At:
		add(n.Args[0], "1")
	case ir.Apply:
		for i, x := range n.Args {
			if w.name[x] == "" {
				continue
			}
			p := "0"
			switch d := n.Prim.Partials; {
			case n.Is(ir.OpSelect) && i > 0:
				p = "[" + w.text.Expr(n.Args[0]) + "]"
				if i == 2 {
					p = "[not " + w.text.Expr(n.Args[0]) + "]"
				}
			case i < len(d) && d[i] != nil:
				p = w.text.Expr(d[i](g, n.Args, n))
			}
			add(x, p)
		}
	}
	return operands, partials
}

// WriteWengert prints the list with the parents of each variable and the partial derivatives by them.
func WriteWengert(out io.Writer, f *ir.Func) error {
	w := newWengert(f, false)
	rows := [][]string{{"variable", "definition", "parents", "partial derivatives"}}
	for _, n := range w.nodes {
		parents, partials := w.operands(n)
		names := make([]string, len(parents))
		for i, p := range parents {
			names[i] = w.ref(p)
		}
		rows = append(rows, []string{w.ref(n), w.text.Operation(n), strings.Join(names, ", "), strings.Join(partials, ", ")})
	}
	return writeRows(out, append(rows, w.results("")...))
}

// results says which variables are the elements of recurrences and the results.
func (w *wengert) results(mark string) [][]string {
	rows := w.elements(func(q ir.Equation) (left, right string) {
		left, right = w.element(q.Array, q.Place(), mark), w.decorated(q.Body, mark)
		if right == "" && mark == "" {
			right = w.text.Expr(q.Body)
		}
		return left, right
	})
	for _, r := range w.f.Results {
		if n := w.decorated(r.Value, mark); n != "" {
			rows = append(rows, []string{w.text.Subscript(r.Name, r.Index) + mark, n})
		} else if mark == "" {
			rows = append(rows, []string{w.text.Subscript(r.Name, r.Index), w.text.Expr(r.Value)})
		}
	}
	return rows
}

// elements says, for each equation of a recurrence, how its left and right side belong together, where there is a right one.
func (w *wengert) elements(sides func(q ir.Equation) (left, right string)) [][]string {
	var rows [][]string
	for _, r := range w.f.Needed() {
		for _, q := range r.Equations {
			if left, right := sides(q); right != "" {
				rows = append(rows, []string{left, right})
			}
		}
	}
	return rows
}

// element is an element of a recurrence's array, with a mark on its name.
func (w *wengert) element(in *ir.Input, at []*ir.Node, mark string) string {
	return w.text.Subscript(in.Name+mark, at)
}

// WriteForward prints the textbook forward sweep: each variable with its tangent.
func WriteForward(out io.Writer, f *ir.Func) error {
	w := newWengert(f, false)
	var rows [][]string
	for _, n := range w.nodes {
		rows = append(rows, []string{w.ref(n) + " = " + w.text.Operation(n), w.decorated(n, dot) + " = " + w.tangentOf(n)})
	}
	for _, r := range w.results(dot) {
		rows = append(rows, []string{"", r[0] + " = " + r[1]})
	}
	return writeRows(out, rows)
}

func (w *wengert) tangentOf(n *ir.Node) string {
	if n.Kind == ir.Access {
		switch {
		case n.Input.Param:
			return "tangent of " + w.text.Operation(n)
		case n.Input.Defined:
			return w.element(n.Input, n.Subscripts(), dot)
		}
		return "0"
	}
	operands, partials := w.operands(n)
	var terms []string
	for i, x := range operands {
		switch d := w.decorated(x, dot); partials[i] {
		case "0":
		case "1":
			terms = append(terms, d)
		default:
			terms = append(terms, factor1(partials[i])+"·"+d)
		}
	}
	sum := strings.Join(terms, " + ")
	if sum == "" {
		return "0"
	}
	if n.Kind == ir.Reduce {
		return "sum(" + w.text.Letter(n.Bound[0]) + ": " + sum + ")"
	}
	return sum
}

// factor1 puts a sum in parentheses.
func factor1(s string) string {
	for _, op := range []string{" + ", " - ", " * ", " / "} {
		if strings.Contains(s, op) && !strings.HasPrefix(s, "[") {
			return "(" + s + ")"
		}
	}
	if strings.HasPrefix(s, "-") {
		return "(" + s + ")"
	}
	return s
}

// flow is what the adjoint of n adds to that of its operand x: itself times the partial derivative, summed over
// the indices that x does not have.
func (w *wengert) flow(n, x *ir.Node, partial string) string {
	s := w.decorated(n, bar)
	if partial != "1" {
		s += "·" + factor1(partial)
	}
	var over []string
	for _, i := range n.Free() {
		if !x.Depends(i) {
			over = append(over, w.text.Letter(i))
		}
	}
	if len(over) > 0 {
		return "sum(" + strings.Join(over, ", ") + ": " + s + ")"
	}
	return s
}

// WriteReverse prints the textbook reverse sweep: the list, and then, from its end, what each variable's adjoint adds to those
// of its parents.
func WriteReverse(out io.Writer, f *ir.Func) error {
	w := newWengert(f, false)
	var rows [][]string
	for _, n := range w.nodes {
		rows = append(rows, []string{w.ref(n) + " = " + w.text.Operation(n)})
	}
	rows = append(rows, []string{""})
	for _, r := range f.Results {
		if n := w.decorated(r.Value, bar); n != "" {
			rows = append(rows, []string{n + " = 1"})
		}
	}
	for _, r := range w.elements(func(q ir.Equation) (left, right string) {
		if w.name[q.Body] == "" {
			return "", ""
		}
		return w.decorated(q.Body, bar), w.element(q.Array, q.Place(), bar)
	}) {
		rows = append(rows, []string{r[0] + " += " + r[1]})
	}
	for i := len(w.nodes) - 1; i >= 0; i-- {
		n := w.nodes[i]
		operands, partials := w.operands(n)
		for k, x := range operands {
			if partials[k] != "0" {
				rows = append(rows, []string{w.decorated(x, bar) + " += " + w.flow(n, x, partials[k])})
			}
		}
	}
	for _, n := range w.nodes {
		switch {
		case n.Kind == ir.Access && n.Input.Param:
			rows = append(rows, []string{w.text.Subscript("d"+n.Input.Name, n.Args) + " += " + w.decorated(n, bar)})
		case n.Kind == ir.Access && n.Input.Defined:
			rows = append(rows, []string{w.element(n.Input, n.Subscripts(), bar) + " += " + w.decorated(n, bar)})
		}
	}
	return writeRows(out, rows)
}

// WriteDot prints the computation as a Graphviz graph: an edge from each operand, labelled with what flows back along it, the
// adjoint of the result times the partial derivative.
func WriteDot(out io.Writer, f *ir.Func) error {
	w := newWengert(f, false)
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %q {\n\trankdir=LR\n\tnode [shape=box, fontname=monospace]\n\tedge [fontname=monospace]\n", f.Name)
	for _, n := range w.nodes {
		fmt.Fprintf(&b, "\t%s [label=%q]\n", w.name[n], w.ref(n)+" = "+w.text.Operation(n))
		operands, partials := w.operands(n)
		for i, x := range operands {
			fmt.Fprintf(&b, "\t%s -> %s [label=%q]\n", w.name[x], w.name[n], w.flow(n, x, partials[i]))
		}
	}
	for i, r := range w.elements(func(q ir.Equation) (left, right string) { return w.element(q.Array, q.Place(), ""), w.name[q.Body] }) {
		fmt.Fprintf(&b, "\telement%d [label=%q, shape=ellipse]\n\t%s -> element%d [label=\"1\"]\n", i+1, r[0], r[1], i+1)
	}
	for i, r := range f.Results {
		fmt.Fprintf(&b, "\tresult%d [label=%q, shape=ellipse]\n", i+1, w.text.Subscript(r.Name, r.Index))
		if n := w.name[r.Value]; n != "" {
			fmt.Fprintf(&b, "\t%s -> result%d [label=\"1\"]\n", n, i+1)
		}
	}
	b.WriteString("}\n")
	_, err := io.WriteString(out, b.String())
	return err
}
