package codegen

import (
	"strings"
	"unicode"
)

// comment is text that is safe in a line comment: one line, nothing that is not printed.
func comment(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// doc makes the lines of a doc comment, each led by "// ". Lines that are to stand as
// written are indented, so that none can be a directive.
func doc(lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimRight("// "+comment(l), " \t"))
	}
	return b.String()
}

// maxQuoted bounds the lines of source that a doc comment quotes.
const maxQuoted = 40

// quoted is source text as lines of a doc comment, indented.
func quoted(text string) []string {
	lines := []string{""}
	for i, l := range strings.Split(strings.TrimSpace(text), "\n") {
		if i == maxQuoted {
			lines = append(lines, "\t…")
			break
		}
		if r := []rune(l); len(r) > 200 {
			l = string(r[:200]) + " …"
		}
		lines = append(lines, "\t"+strings.TrimRight(l, " \t\r"))
	}
	return lines
}
