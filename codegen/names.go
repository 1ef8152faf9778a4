package codegen

import (
	"fmt"
	"go/token"
	"maps"
	"strings"
	"unicode"
)

// spelled says how runes that Go identifiers should not have are written.
var spelled = map[rune]string{
	'∂': "d", '∇': "grad", 'ϵ': "epsilon", 'ϑ': "theta", 'ϕ': "phi",
	'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "epsilon", 'ζ': "zeta",
	'η': "eta", 'θ': "theta", 'ι': "iota", 'κ': "kappa", 'λ': "lambda", 'μ': "mu", 'µ': "mu",
	'ν': "nu", 'ξ': "xi", 'ο': "omicron", 'π': "pi", 'ρ': "rho", 'σ': "sigma", 'ς': "sigma",
	'τ': "tau", 'υ': "upsilon", 'φ': "phi", 'χ': "chi", 'ψ': "psi", 'ω': "omega",
}

// ascii spells Greek letters, subscripts and signs, and drops what else no identifier may have:
// w₁ is w1, θ is theta, Δx is Deltax.
func ascii(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch s, ok := spelled[r]; {
		case ok:
			b.WriteString(s)
		case spelled[unicode.ToLower(r)] != "":
			s := spelled[unicode.ToLower(r)]
			b.WriteString(strings.ToUpper(s[:1]) + s[1:])
		case '₀' <= r && r <= '₉':
			b.WriteRune(r - '₀' + '0')
		case '⁰' <= r && r <= '⁹':
			b.WriteRune(r - '⁰' + '0')
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Exported is the exported Go name of a name of the language: snake_case becomes
// CamelCase.
func Exported(name string) string {
	var b strings.Builder
	up := true
	for _, r := range ascii(name) {
		switch {
		case r == '_':
			up = true
			continue
		case up:
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteRune(r)
		}
		up = false
	}
	s := b.String()
	if s == "" || !unicode.IsUpper([]rune(s)[0]) {
		s = "X" + s
	}
	return s
}

// unexported is the Go name of a variable: as it is written, without underscores.
func unexported(name string) string {
	var b strings.Builder
	up := false
	for _, r := range strings.TrimLeft(ascii(name), "_") {
		if r == '_' {
			up = true
			continue
		}
		if up {
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	s := b.String()
	if s == "" || unicode.IsDigit([]rune(s)[0]) {
		s = "x" + s
	}
	return s
}

// reserved are the identifiers that emitted code uses itself.
var reserved = []string{
	"math", "adrt", "fmt", "float64", "float32", "int", "bool", "min", "max", "len", "panic", "clear", "make",
	"nil", "true", "false", "error", "string", "append", "cap", "copy", "new", "range", "any", "init", "main", "_",
}

// scope hands out names that are unique in a piece of Go.
type scope struct {
	used  map[string]bool
	loops map[string]bool // names of loop variables, which may recur
	next  int             // of the letters for what has no name
	keep  string          // letters that are kept for loop variables
}

func newScope(taken ...string) *scope {
	s := &scope{used: map[string]bool{}, loops: map[string]bool{}}
	for _, r := range append(reserved, taken...) {
		s.used[r] = true
	}
	return s
}

// clone is a scope of a function beside the one of s, where the same names are taken.
func (s *scope) clone() *scope {
	c := newScope()
	maps.Copy(c.used, s.used)
	return c
}

// name is the wish itself or, where it is taken or no identifier, the wish with a number. Without a
// wish it is the next free letter.
func (s *scope) name(wish string) string {
	if wish == "" {
		return s.letter()
	}
	if s.free(wish) {
		s.used[wish] = true
		return wish
	}
	for i := 2; ; i++ {
		if n := fmt.Sprintf("%s_%d", wish, i); s.free(n) {
			s.used[n] = true
			return n
		}
	}
}

func (s *scope) free(n string) bool { return !s.used[n] && token.IsIdentifier(n) }

func (s *scope) letter() string {
	for ; ; s.next++ {
		n := string(rune('a' + s.next%26))
		if round := s.next / 26; round > 0 {
			n = fmt.Sprintf("%s%d", n, round)
		}
		if s.free(n) && !strings.Contains(s.keep, n) {
			s.used[n] = true
			return n
		}
	}
}
