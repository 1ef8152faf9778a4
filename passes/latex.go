package passes

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/rivo/uniseg"
)

// maxFormula bounds the operations of a formula that is printed as one; longer ones are printed as lists.
const maxFormula = 400

// WriteLaTeX prints f, and the simplified derivatives by all parameters if it is one number, as the lines of an align* block.
func WriteLaTeX(out io.Writer, f *ir.Func) error {
	var b strings.Builder
	b.WriteString("\\begin{align*}\n")
	lines, err := latexLines(f)
	if err != nil {
		return err
	}
	b.WriteString(strings.Join(lines, " \\\\\n"))
	b.WriteString("\n\\end{align*}\n")
	_, err = io.WriteString(out, b.String())
	return err
}

func latexLines(f *ir.Func) ([]string, error) {
	var args []string
	for _, in := range f.Inputs {
		args = append(args, ir.TeXName(in.Name))
	}
	head := ir.TeXName(f.Name) + "(" + strings.Join(args, ", ") + ")"
	if len(f.Results) != 1 || len(f.Results[0].Index) > 0 || len(f.Independents()) == 0 {
		return formulas(f, func(r ir.Result, t *ir.Notation) string {
			if r.Name == "value" {
				return head
			}
			return t.Subscript(r.Name, r.Index)
		}), nil
	}
	grad, err := Gradient(f)
	if err != nil {
		return nil, err
	}
	value := f.Derived()
	lines := formulas(value, func(ir.Result, *ir.Notation) string { return head })
	d := Simplify(grad)
	d.Results = d.Results[1:]
	params := f.Independents()
	next := 0
	return onceEach(append(lines, formulas(d, func(r ir.Result, t *ir.Notation) string {
		p := params[next]
		next++
		return fmt.Sprintf(`\frac{\partial %s}{\partial %s}`, ir.TeXName(f.Name), t.Subscript(p.Name, r.Index))
	})...)), nil
}

// onceEach is the lines without those that stand further up.
func onceEach(lines []string) []string {
	var list []string
	for _, l := range lines {
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

// formulas prints each result as an equation. If they are long, what is used more than once gets a name first.
func formulas(f *ir.Func, left func(ir.Result, *ir.Notation) string) []string {
	if treeSize(f.Roots()) <= maxFormula {
		var lines []string
		for _, r := range f.Needed() {
			for _, q := range r.Equations {
				t := ir.NewNotation(true, func(*ir.Node) string { return "" })
				lines = append(lines, t.Subscript(q.Array.Name, q.Place())+equals(q)+t.Expr(q.Body))
			}
		}
		for _, r := range f.Results {
			t := ir.NewNotation(true, func(*ir.Node) string { return "" })
			lines = append(lines, left(r, t)+" &= "+t.Expr(r.Value))
		}
		return lines
	}
	w := newWengert(f, true)
	var lines []string
	for _, n := range w.nodes {
		if n.Kind != ir.Access {
			lines = append(lines, w.ref(n)+" &= "+w.text.Operation(n))
		}
	}
	for _, r := range f.Needed() {
		for _, q := range r.Equations {
			lines = append(lines, w.text.Subscript(q.Array.Name, q.Place())+equals(q)+w.text.Expr(q.Body))
		}
	}
	for _, r := range f.Results {
		lines = append(lines, left(r, w.text)+" &= "+w.text.Expr(r.Value))
	}
	return lines
}

// equals stands between the sides of an equation, or of a sum into an element.
func equals(q ir.Equation) string {
	if q.Pushes() {
		return ` &\mathrel{+}= `
	}
	return " &= "
}

// treeSize counts the operations of the formulas without sharing, up to a little over maxFormula.
func treeSize(roots []*ir.Node) int {
	size := map[*ir.Node]int{}
	total := 0
	for _, n := range ir.Reachable(roots...) {
		s := 1
		for _, a := range n.Args {
			s = min(s+size[a], maxFormula+1)
		}
		size[n] = s
	}
	for _, r := range roots {
		total = min(total+size[r], maxFormula+1)
	}
	return total
}

// writeRows prints rows in aligned columns.
func writeRows(out io.Writer, rows [][]string) error {
	var width []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			if i < len(r)-1 {
				width[i] = max(width[i], uniseg.StringWidth(c))
			}
		}
	}
	var b strings.Builder
	for _, r := range rows {
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-uniseg.StringWidth(c)+2))
			}
		}
		b.WriteByte('\n')
	}
	text := strings.Split(b.String(), "\n")
	for i := range text {
		text[i] = strings.TrimRight(text[i], " ")
	}
	_, err := io.WriteString(out, strings.Join(text, "\n"))
	return err
}
