package adbench

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// reader reads numbers that white space separates. The first error stays, and all that is read after it is
// 0, so that a format reads as a list.
type reader struct {
	name string
	in   *bufio.Reader
	line int // of the last word
	next int // of what comes after it
	err  error
}

func newReader(name string, r io.Reader) *reader {
	return &reader{name: name, in: bufio.NewReader(r), next: 1}
}

// maxWord bounds the characters of a number.
const maxWord = 400

// maxNumbers bounds the numbers of one array, so that no product of sizes overflows.
const maxNumbers = 1 << 32

// fail keeps the first error, at the line of the last word.
func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s:%d: %s", r.name, r.line, fmt.Sprintf(format, args...))
	}
}

// word is the next word, empty at the end of the file.
func (r *reader) word(what string) string {
	var word []byte
	for r.err == nil {
		c, err := r.in.ReadByte()
		switch {
		case err == io.EOF:
			r.line = r.next
			return string(word)
		case err != nil:
			r.err = fmt.Errorf("%s: %w", r.name, err)
			return ""
		case !isSpace(c):
			word = append(word, c)
			if len(word) > maxWord {
				r.line = r.next
				r.fail("%s has more than %d characters", what, maxWord)
			}
			continue
		case len(word) > 0:
			r.line = r.next
			r.in.UnreadByte()
			return string(word)
		case c == '\n':
			r.next++
		}
	}
	return ""
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// number reads a finite number.
func (r *reader) number(what string) float64 {
	w := r.word(what)
	if r.err != nil {
		return 0
	}
	if w == "" {
		r.fail("the file ends before %s", what)
		return 0
	}
	v, err := parseNumber(w)
	if err != nil {
		r.fail("%s is %s, want a number", what, quoted(w))
	}
	return v
}

// parseNumber is the finite number that w spells.
func parseNumber(w string) (float64, error) {
	v, err := strconv.ParseFloat(w, 64)
	if err == nil && (math.IsInf(v, 0) || math.IsNaN(v)) {
		err = strconv.ErrRange
	}
	return v, err
}

// quoted shows a word that was found, shortened.
func quoted(w string) string {
	const most = 40
	if !utf8.ValidString(w) || len(w) > most {
		w = string([]rune(w)[:min(most, utf8.RuneCountInString(w))]) + "…"
	}
	for _, c := range w {
		if !unicode.IsPrint(c) {
			return strconv.QuoteToASCII(w)
		}
	}
	return strconv.Quote(w)
}

// count reads a whole number that is at least least.
func (r *reader) count(what string, least int) int {
	w := r.word(what)
	if r.err != nil {
		return least
	}
	if w == "" {
		r.fail("the file ends before %s", what)
		return least
	}
	v, err := parseWhole(w, least)
	switch {
	case err != nil:
		r.fail("%s is %s, %v", what, quoted(w), err)
	case v < least:
		r.fail("%s is %d, want at least %d", what, v, least)
	default:
		return v
	}
	return least
}

// parseWhole is the whole number that w spells, of which there is none beyond 32 bits, and which should be at least least.
func parseWhole(w string, least int) (int, error) {
	v, err := strconv.ParseInt(w, 10, 32)
	x, _ := strconv.ParseFloat(w, 64) // it may be spelt 9e18
	switch {
	case x > math.MaxInt32:
		return 0, fmt.Errorf("which is too large: want at most %d", math.MaxInt32)
	case x < math.MinInt32:
		return 0, fmt.Errorf("which is too small: want at least %d", least)
	case err != nil:
		return 0, fmt.Errorf("want a whole number")
	}
	return int(v), nil
}

// numbers reads as many numbers as the product of the sizes says; what names one of them by its place, counted from 0.
func (r *reader) numbers(what string, sizes ...int) []float64 {
	n := 1
	for _, s := range sizes {
		if n > maxNumbers/s {
			r.fail("%s: arrays of %v numbers are too large", what, sizes)
			return nil
		}
		n *= s
	}
	list := make([]float64, 0, min(n, 1<<16)) // a wrong size must not take memory for numbers that are not there
	for i := 0; i < n && r.err == nil; i++ {
		list = append(list, r.number(fmt.Sprintf("%s, number %d of %d", what, i+1, n)))
	}
	return list
}

// end reports the first error, or what is left in the file.
func (r *reader) end() error {
	if w := r.word("what follows"); w != "" {
		r.fail("%s follows after the last number", quoted(w))
	}
	return r.err
}

// repeated is n copies of the list, one after the other.
func repeated(list []float64, n int) []float64 {
	all := make([]float64, 0, n*len(list))
	for range n {
		all = append(all, list...)
	}
	return all
}
