package parser

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// The kinds of token. A soft newline stands inside of parentheses or where a line plainly goes on; it
// separates nothing.
const (
	tokIdent lexer.TokenType = -(iota + 2)
	tokNumber
	tokString
	tokOp
	tokNewline
	tokSoft
	tokIllegal
)

// language is the lexer definition of the expression language. It is written by hand, as a
// table of regular expressions takes ten times as long.
type language struct{}

func (language) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Ident": tokIdent, "Number": tokNumber, "String": tokString, "Op": tokOp,
		"Newline": tokNewline, "Soft": tokSoft, "Illegal": tokIllegal}
}

// Lex reads everything and hands the tokens out one by one.
func (language) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &tokens{list: scan(string(text))}, nil
}

type tokens struct {
	list []lexer.Token
	next int
}

func (t *tokens) Next() (lexer.Token, error) {
	if t.next == len(t.list) {
		return lexer.EOFToken(lexer.Position{}), nil
	}
	t.next++
	return t.list[t.next-1], nil
}

// spelling maps typographic operators to those of the language.
var spelling = map[rune]string{
	'×': "*", '·': "*", '⋅': "*", '−': "-", '÷': "/", '≤': "<=", '≥': ">=", '≠': "!=", '²': "²", '³': "³", '→': "->", '′': "'",
}

// scan splits text into tokens. It never fails: what belongs to no token becomes an illegal one.
func scan(text string) []lexer.Token {
	s := &scanner{text: text, line: 1, col: 1}
	for s.at < len(text) {
		s.token()
	}
	s.soften()
	return append(s.list, lexer.Token{Type: lexer.EOF, Pos: s.pos()})
}

type scanner struct {
	text      string
	at        int
	line, col int
	depth     []byte // open brackets
	list      []lexer.Token
}

func (s *scanner) pos() lexer.Position {
	return lexer.Position{Offset: s.at, Line: s.line, Column: s.col}
}

// take ends a token of n bytes.
func (s *scanner) take(t lexer.TokenType, n int, value string) {
	s.list = append(s.list, lexer.Token{Type: t, Value: value, Pos: s.pos()})
	s.skip(n)
}

func (s *scanner) skip(n int) {
	s.col += utf8.RuneCountInString(s.text[s.at : s.at+n])
	s.at += n
}

func (s *scanner) token() {
	c := s.text[s.at]
	switch {
	case c == ' ' || c == '\t' || c == '\r':
		s.skip(1)
	case c == '\n':
		t := tokNewline
		if n := len(s.depth); n > 0 && s.depth[n-1] != '{' {
			t = tokSoft
		}
		s.take(t, 1, "\n")
		s.line, s.col = s.line+1, 1
	case c == '#':
		end := strings.IndexByte(s.text[s.at:], '\n')
		if end < 0 {
			end = len(s.text) - s.at
		}
		s.skip(end)
	case '0' <= c && c <= '9' || c == '.' && s.at+1 < len(s.text) && isDigit(s.text[s.at+1]):
		n := number(s.text[s.at:])
		s.take(tokNumber, n, s.text[s.at:s.at+n])
	case c == '"':
		s.quoted()
	default:
		s.word()
	}
}

// quoted takes what stands in quotation marks, in one line and without escapes.
func (s *scanner) quoted() {
	rest := s.text[s.at+1:]
	end := strings.IndexAny(rest, "\"\n")
	if end < 0 || rest[end] == '\n' {
		s.take(tokIllegal, 1, "\"")
		return
	}
	s.take(tokString, end+2, rest[:end])
}

func (s *scanner) word() {
	rest := s.text[s.at:]
	r, n := utf8.DecodeRuneInString(rest)
	if startsName(r) {
		end := n
		for end < len(rest) {
			r, n := utf8.DecodeRuneInString(rest[end:])
			if !continuesName(r) {
				break
			}
			end += n
		}
		s.take(tokIdent, end, rest[:end])
		return
	}
	for _, op := range []string{"->", "<=", ">=", "==", "!=", "..", "**", "&&", "||"} {
		if strings.HasPrefix(rest, op) {
			s.take(tokOp, len(op), op)
			return
		}
	}
	if op, ok := spelling[r]; ok {
		s.take(tokOp, n, op)
		return
	}
	if strings.ContainsRune("+-*/^@'()[]{},;:=<>!&|.", r) {
		s.bracket(byte(r))
		s.take(tokOp, 1, rest[:1])
		return
	}
	s.take(tokIllegal, n, rest[:n])
}

// bracket keeps track of the brackets that are open.
func (s *scanner) bracket(c byte) {
	switch c {
	case '(', '[', '{':
		s.depth = append(s.depth, c)
	case ')', ']', '}':
		if n := len(s.depth); n > 0 {
			s.depth = s.depth[:n-1]
		}
	}
}

// soften makes newlines soft where the line goes on: behind an operator that wants an operand, and before one
// that no expression starts with.
func (s *scanner) soften() {
	ends := func(t lexer.Token) bool {
		return t.Type == tokOp && strings.Contains(" + - * / ^ @ , = == != < > <= >= -> : .. ( [ ", " "+t.Value+" ") ||
			t.Type == tokIdent && (t.Value == "and" || t.Value == "or" || t.Value == "not" || t.Value == "then" || t.Value == "else" || t.Value == "if" || t.Value == "derive")
	}
	starts := func(t lexer.Token) bool {
		return t.Type == tokOp && strings.Contains(" + * / ^ @ = == != < > <= >= -> ", " "+t.Value+" ") ||
			t.Type == tokIdent && (t.Value == "and" || t.Value == "or" || t.Value == "then" || t.Value == "else")
	}
	last := -1 // the token before a run of newlines
	for i := 0; i < len(s.list); i++ {
		if s.list[i].Type != tokNewline && s.list[i].Type != tokSoft {
			last = i
			continue
		}
		end := i
		for end < len(s.list) && (s.list[end].Type == tokNewline || s.list[end].Type == tokSoft) {
			end++
		}
		if last < 0 || ends(s.list[last]) || end < len(s.list) && starts(s.list[end]) {
			for j := i; j < end; j++ {
				s.list[j].Type = tokSoft
			}
		}
		i = end - 1
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number is the length of the number that text starts with.
func number(text string) int {
	n := 0
	digits := func() {
		for n < len(text) && (isDigit(text[n]) || text[n] == '_' && n > 0) {
			n++
		}
	}
	digits()
	if n < len(text) && text[n] == '.' && !strings.HasPrefix(text[n:], "..") {
		n++
		digits()
	}
	if n < len(text) && (text[n] == 'e' || text[n] == 'E') {
		m := n + 1
		if m < len(text) && (text[m] == '+' || text[m] == '-') {
			m++
		}
		if m < len(text) && isDigit(text[m]) {
			n = m
			digits()
		}
	}
	return n
}

// startsName and continuesName say which runes make names: letters, underscores, digits, subscripts, ∂, ∇, ∑ and ∏.
func startsName(r rune) bool {
	return r == '_' || r != utf8.RuneError && unicode.IsLetter(r) || r == '∂' || r == '∇' || r == '∑' || r == '∏' || r == '√'
}

func continuesName(r rune) bool {
	return (startsName(r) && r != '√') || unicode.Is(unicode.Nd, r) || '₀' <= r && r <= '₉' || unicode.Is(unicode.Mn, r)
}
