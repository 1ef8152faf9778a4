package passes

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/adgen-go/adgen/ir"
)

// columns are the categories as they are printed, the total last.
var columns = []struct {
	name  string
	count func(Flops) ir.Poly
}{
	{"add", func(f Flops) ir.Poly { return f.Add }},
	{"multiply", func(f Flops) ir.Poly { return f.Mul }},
	{"divide", func(f Flops) ir.Poly { return f.Div }},
	{"call", func(f Flops) ir.Poly { return f.Call }},
	{"compare", func(f Flops) ir.Poly { return f.Compare }},
	{"select", func(f Flops) ir.Poly { return f.Select }},
	{"total", Flops.Total},
}

// row is one line of the table.
type row struct {
	label string
	count Flops
}

func (r Report) rows() []row {
	rows := []row{{"value as written", r.Value.Written}, {"value emitted", r.Value.Emitted}}
	if g := r.Gradient; g != nil {
		what := "gradient"
		if r.Jacobian {
			what = "Jacobian"
		}
		rows = append(rows,
			row{"naive " + what, g.Naive}, row{"forward mode", g.Forward},
			row{"reverse mode", g.Reverse}, row{what + " emitted", g.Emitted})
	}
	for _, k := range r.Kinds {
		for _, w := range k.Ways {
			label := k.Kind + " by " + w.Way
			if w.Chosen {
				label += " ✓"
			}
			rows = append(rows, row{label, w.Count})
		}
		rows = append(rows, row{k.Kind + " emitted", k.Emitted})
	}
	return rows
}

// maxWidth is the widest table that is printed with the categories side by side.
const maxWidth = 120

// WriteTable prints the reports as aligned tables: a line for each way to compute, a column
// for each category, and the ratio of the totals to that of the emitted value; for
// polynomials the ratio of their leading terms. Of the ways to a kind of derivative that is marked which the emitted program is made of. Where polynomials make the table too wide,
// categories stand below each other instead. A category that stands nowhere in
// a table is left out of it.
func WriteTable(w io.Writer, reports []Report) error {
	var b strings.Builder
	for i, r := range reports {
		if i > 0 {
			b.WriteByte('\n')
		}
		cells := r.cells()
		width := widths(cells)
		total := -2
		for _, n := range width {
			total += n + 2
		}
		if total <= maxWidth {
			writeTable(&b, cells, width)
		} else {
			writeList(&b, cells)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteSummary prints a line for each report: the operations of the value, as written and as emitted, and of the value together with all first
// derivatives, as a computer algebra system prints them, by forward mode, by reverse mode, and as emitted.
func WriteSummary(w io.Writer, reports []Report) error {
	cells := [][]string{{"function", "written", "value", "naive", "forward", "reverse", "emitted"}}
	for _, r := range reports {
		text := func(f Flops) string { return f.text(f.Total(), r.Sizes, "·") }
		line := []string{r.Function, text(r.Value.Written), text(r.Value.Emitted)}
		if g := r.Gradient; g != nil {
			line = append(line, text(g.Naive), text(g.Forward), text(g.Reverse), text(g.Emitted))
		} else {
			line = append(line, "–", "–", "–", "–")
		}
		cells = append(cells, line)
	}
	var b strings.Builder
	writeTable(&b, cells, widths(cells))
	_, err := io.WriteString(w, b.String())
	return err
}

// cells are the table, the header first and the labels to the left.
func (r Report) cells() [][]string {
	header := []string{r.Function}
	rows := r.rows()
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = []string{row.label}
	}
	for _, c := range columns {
		used := c.name == "total"
		for _, row := range rows {
			used = used || !c.count(row.count).IsZero()
		}
		if !used {
			continue
		}
		header = append(header, c.name)
		for i, row := range rows {
			cells[i] = append(cells[i], row.count.text(c.count(row.count), r.Sizes, "·"))
		}
	}
	header = append(header, "ratio")
	for i, row := range rows {
		cells[i] = append(cells[i], ratio(row.count.Total(), r.Value.Emitted.Total(), r.Sizes))
	}
	return append([][]string{header}, cells...)
}

func widths(cells [][]string) []int {
	width := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, c := range line {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	return width
}

// writeTable aligns the cells, the labels to the left and all else to the right.
func writeTable(b *strings.Builder, cells [][]string, width []int) {
	for _, line := range cells {
		for i, c := range line {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i == 0 {
				b.WriteString(c + pad)
			} else {
				b.WriteString("  " + pad + c)
			}
		}
		b.WriteByte('\n')
	}
}

// writeList gives each way to compute a paragraph, with a line for each category.
func writeList(b *strings.Builder, cells [][]string) {
	header := cells[0]
	width := 0
	for _, h := range header[1:] {
		width = max(width, len(h))
	}
	b.WriteString(header[0] + "\n")
	for _, line := range cells[1:] {
		b.WriteString("  " + line[0] + "\n")
		for i, c := range line[1:] {
			if c != "0" {
				fmt.Fprintf(b, "    %-*s  %s\n", width, header[i+1], c)
			}
		}
	}
}

// text is a polynomial of the count f, with ≤ where it is an upper bound.
func (f Flops) text(p ir.Poly, sizes []string, times string) string {
	s := p.Format(sizes, times)
	if f.AtMost && !p.IsZero() {
		s = "≤ " + s
	}
	return s
}

// ratio is p/q in decimals where that is a number, for polynomials the ratio of
// the leading terms.
func ratio(p, q ir.Poly, sizes []string) string {
	p, q = p.Leading(), q.Leading()
	if q.IsZero() {
		return "–"
	}
	if c, ok := p.Quotient(q); ok || p.IsZero() {
		if !ok {
			c = new(big.Rat)
		}
		return c.FloatString(2)
	}
	return fmt.Sprintf("(%s)/(%s)", p.Format(sizes, "·"), q.Format(sizes, "·"))
}

// WriteJSON prints the reports as a JSON array:
//
//	[{"function": "f", "value": {"written": C, "emitted": C},
//	  "gradient": {"naive": C, "forward": C, "reverse": C, "emitted": C},
//	  "kinds": [{"kind": "hessian", "ways": [{"way": "forward over reverse", "chosen": true, "count": C}], "emitted": C}]}]
//
// with C = {"total": "12", "add": "3", …}, numbers or polynomials such as
// "4*n*p*h + 6*n*h*q", and "at_most": true in a C that is an upper bound. The gradient's counts
// include the value; the gradient is null of a function that has none, and where kinds of derivative are asked for.
func WriteJSON(w io.Writer, reports []Report) error {
	list := make([]reportJSON, len(reports))
	for i, r := range reports {
		count := func(f Flops) countJSON { return f.json(r.Sizes) }
		list[i] = reportJSON{Function: r.Function, Value: valueJSON{count(r.Value.Written), count(r.Value.Emitted)}}
		if g := r.Gradient; g != nil {
			list[i].Gradient = &gradientJSON{count(g.Naive), count(g.Forward), count(g.Reverse), count(g.Emitted)}
		}
		for _, k := range r.Kinds {
			kind := kindJSON{Kind: k.Kind, Emitted: count(k.Emitted)}
			for _, w := range k.Ways {
				kind.Ways = append(kind.Ways, wayJSON{w.Way, w.Chosen, count(w.Count)})
			}
			list[i].Kinds = append(list[i].Kinds, kind)
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(list)
}

type reportJSON struct {
	Function string        `json:"function"`
	Value    valueJSON     `json:"value"`
	Gradient *gradientJSON `json:"gradient"`
	Kinds    []kindJSON    `json:"kinds,omitempty"`
}

type kindJSON struct {
	Kind    string    `json:"kind"`
	Ways    []wayJSON `json:"ways"`
	Emitted countJSON `json:"emitted"`
}

type wayJSON struct {
	Way    string    `json:"way"`
	Chosen bool      `json:"chosen"`
	Count  countJSON `json:"count"`
}

type valueJSON struct {
	Written countJSON `json:"written"`
	Emitted countJSON `json:"emitted"`
}

type gradientJSON struct {
	Naive   countJSON `json:"naive"`
	Forward countJSON `json:"forward"`
	Reverse countJSON `json:"reverse"`
	Emitted countJSON `json:"emitted"`
}

type countJSON struct {
	Total    string `json:"total"`
	Add      string `json:"add"`
	Multiply string `json:"multiply"`
	Divide   string `json:"divide"`
	Call     string `json:"call"`
	Compare  string `json:"compare"`
	Select   string `json:"select"`
	AtMost   bool   `json:"at_most,omitempty"`
}

func (f Flops) json(sizes []string) countJSON {
	p := func(q ir.Poly) string { return q.Format(sizes, "*") }
	return countJSON{p(f.Total()), p(f.Add), p(f.Mul), p(f.Div), p(f.Call), p(f.Compare), p(f.Select), f.AtMost}
}

// Summary is the count in a line: 12, of which 4 add, 6 multiply, 2 call.
func (f Flops) Summary(sizes []string) string {
	var parts []string
	for _, c := range columns[:len(columns)-1] {
		if p := c.count(f); !p.IsZero() {
			parts = append(parts, p.Format(sizes, "·")+" "+c.name)
		}
	}
	if len(parts) == 0 {
		return "none."
	}
	return strings.Join(parts, ", ") + "."
}
