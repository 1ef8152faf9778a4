package parser

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/adgen-go/adgen/ir"
	"github.com/rivo/uniseg"
)

// Diagnostic is one error of the user's, with the place where it shows.
type Diagnostic struct {
	At      Span
	Message string // what was found and what was wanted, in small letters
	Notes   []Note // further places
	Help    string // what to do about it
}

// Note points at a place that explains the error.
type Note struct {
	At   Span
	Text string
}

// Errors is what is wrong with a source, in order of place.
type Errors []*Diagnostic

// maxReported bounds the diagnostics that are printed.
const maxReported = 10

// Error prints the diagnostics with the lines of source that they point at.
func (e Errors) Error() string {
	var b strings.Builder
	for i, d := range e {
		if i == maxReported {
			fmt.Fprintf(&b, "and %d more errors\n", len(e)-i)
			break
		}
		d.print(&b)
	}
	return strings.TrimRight(b.String(), "\n")
}

// sorted puts the diagnostics in order of place and drops repetitions.
func (e Errors) sorted() Errors {
	sort.SliceStable(e, func(i, j int) bool { return e[i].At.Start.before(e[j].At.Start) })
	var list Errors
	for _, d := range e {
		if n := len(list); n > 0 && list[n-1].At.Start == d.At.Start {
			continue
		}
		list = append(list, d)
	}
	return list
}

// before compares places, of which those in the file that was read first come first.
func (p Pos) before(q Pos) bool {
	if p.Source != q.Source {
		return p.Source.order < q.Source.order
	}
	return p.Offset < q.Offset
}

// Place is a place that errors can point at which show when the source is out of hand.
func (at Span) Place() ir.Place {
	s := at.Start.Source
	var b strings.Builder
	s.quote(&b, at)
	return ir.Place{Name: fmt.Sprintf("%s:%d:%d", s.Name, at.Start.Line, at.Start.Col), Quote: b.String()}
}

// Error prints one diagnostic.
func (d *Diagnostic) Error() string {
	var b strings.Builder
	d.print(&b)
	return strings.TrimRight(b.String(), "\n")
}

func (d *Diagnostic) print(b *strings.Builder) {
	fmt.Fprintf(b, "%s:%d:%d: %s\n", d.At.Start.Source.Name, d.At.Start.Line, d.At.Start.Col, shorten(d.Message))
	d.At.Start.Source.quote(b, d.At)
	for _, n := range d.Notes {
		fmt.Fprintf(b, "%s:%d:%d: %s\n", n.At.Start.Source.Name, n.At.Start.Line, n.At.Start.Col, shorten(n.Text))
		n.At.Start.Source.quote(b, n.At)
	}
	if d.Help != "" {
		fmt.Fprintf(b, "  help: %s\n", shorten(d.Help))
	}
}

// maxMessage bounds the runes of a message, which may quote a name or number of any length.
const maxMessage = 300

func shorten(text string) string {
	if r := []rune(text); len(r) > maxMessage {
		return string(r[:maxMessage]) + "…"
	}
	return text
}

const (
	window   = 100 // columns of source that are quoted
	tabWidth = 4
)

// quote prints the line at the span's start with carets below the span. Of a long line it prints
// what surrounds the place.
func (s *Source) quote(b *strings.Builder, at Span) {
	text, start := s.line(at.Start.Line)
	from := min(max(at.Start.Offset-start, 0), len(text))
	to := len(text)
	if at.End.Line == at.Start.Line {
		to = min(max(at.End.Offset-start, from), len(text))
	}
	head, mark, tail := visible(text[max(0, from-4*window):from], -1), visible(text[from:to], window/2), visible(text[to:min(len(text), to+4*window)], window/2)
	if room := window / 2; uniseg.StringWidth(head) > room {
		head = "…" + lastColumns(head, room)
	} else if from > 4*window {
		head = "…" + head
	}
	gutter := fmt.Sprintf("%3d | ", at.Start.Line)
	fmt.Fprintf(b, "%s%s%s%s\n", gutter, head, mark, tail)
	width := max(1, uniseg.StringWidth(mark))
	fmt.Fprintf(b, "%s| %s%s\n", strings.Repeat(" ", len(gutter)-2), strings.Repeat(" ", uniseg.StringWidth(head)), strings.Repeat("^", width))
}

// visible shows tabs as blanks and what cannot be printed as an escape, up to the given number of
// columns (-1: all).
func visible(text string, columns int) string {
	var b strings.Builder
	width := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		var s string
		switch {
		case r == '\t':
			s = strings.Repeat(" ", tabWidth)
		case r == utf8.RuneError && n == 1:
			s = fmt.Sprintf(`\x%02x`, text[i])
		case !unicode.IsPrint(r):
			s = fmt.Sprintf(`\u%04x`, r)
		default:
			s = text[i : i+n]
		}
		i += n
		width += uniseg.StringWidth(s)
		if columns >= 0 && width > columns {
			return b.String() + "…"
		}
		b.WriteString(s)
	}
	return b.String()
}

// lastColumns is the end of text that fits into so many columns.
func lastColumns(text string, columns int) string {
	for uniseg.StringWidth(text) > columns {
		_, n := utf8.DecodeRuneInString(text)
		text = text[n:]
	}
	return text
}
