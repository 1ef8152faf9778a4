package parser

import (
	"sort"
	"unicode/utf8"
)

// Source is a named text with the table of its lines.
type Source struct {
	Name  string
	Text  string
	order int   // of the files that are read together
	lines []int // offset of the start of each line
}

// NewSource makes a Source of text.
func NewSource(name, text string) *Source {
	s := &Source{Name: name, Text: text, lines: []int{0}}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// Pos is the position of a byte offset.
func (s *Source) Pos(offset int) Pos {
	line := sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > offset })
	start := s.lines[line-1]
	return Pos{offset, line, utf8.RuneCountInString(s.Text[start:offset]) + 1, s}
}

// line is the text of a line, counted from 1, without its end.
func (s *Source) line(n int) (text string, start int) {
	start = s.lines[n-1]
	end := len(s.Text)
	if n < len(s.lines) {
		end = s.lines[n] - 1
	}
	for end > start && (s.Text[end-1] == '\r' || s.Text[end-1] == '\n') {
		end--
	}
	return s.Text[start:end], start
}
