package parser

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Limits on what is read, so that no input exhausts time, memory or stack.
const (
	MaxBytes = 16 << 20 // of a source
	MaxDepth = 500      // of nested expressions
)

// Parse reads a source file. The error is an Errors with all that is wrong.
func Parse(name string, text []byte) (*File, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%s: the file has %d bytes, more than the %d that are read: split it", name, len(text), MaxBytes)
	}
	src := NewSource(name, string(text))
	p := &parser{src: src, file: &File{Source: src}}
	grammar, err := participle.Build[sourceFile](participle.Lexer(language{}), participle.ParseTypeWith(p.statement))
	if err != nil {
		return nil, fmt.Errorf("internal error: the grammar: %w", err)
	}
	if _, err := grammar.ParseString(name, src.Text); err != nil && len(p.errs) == 0 {
		return nil, fmt.Errorf("internal error: %s: %w", name, err)
	}
	p.finish()
	if len(p.errs) > 0 {
		return nil, p.errs.sorted()
	}
	return p.file, nil
}

// sourceFile is the grammar: statements, each of which the parser reads with what follows it.
type sourceFile struct {
	Statements []statement `parser:"@@*"`
}

// statement is a definition or a directive, which the parser has added to the File.
type statement interface{}

type parser struct {
	src   *Source
	file  *File
	errs  Errors
	lex   *lexer.PeekingLexer
	tok   lexer.Token // the next one
	last  Pos         // the end of the one before
	depth int
	opens []Span // brackets that are open
}

// bad ends a statement that has an error.
type bad struct{ *Diagnostic }

// statement reads one definition or directive. After an error it goes on at the next definition.
func (p *parser) statement(lex *lexer.PeekingLexer) (s statement, err error) {
	p.lex = lex
	p.load()
	p.newlines()
	if p.tok.Type == lexer.EOF {
		return nil, participle.NextMatch
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bad:
			p.errs = append(p.errs, r.Diagnostic)
			p.depth, p.opens = 0, nil
			p.recover()
			s, err = true, nil
		default:
			panic(r)
		}
	}()
	switch {
	case p.isWord("derive"):
		p.file.Derive = append(p.file.Derive, p.derive())
	case p.declares("import"):
		p.file.Imports = append(p.file.Imports, p.importing())
	case p.declares("primitive"):
		p.file.Prims = append(p.file.Prims, p.primitive())
	case p.tok.Type == tokIdent:
		p.file.Funcs = append(p.file.Funcs, p.definition())
	default:
		p.fail(p.here(), "expected a definition such as f(x) = x^2, found %s", p.found())
	}
	if p.tok.Type != lexer.EOF && p.tok.Type != tokNewline {
		p.unexpected("the end of the line")
	}
	p.newlines()
	return true, nil
}

// declares tells whether a statement with this first word starts here: a definition could have its name.
func (p *parser) declares(word string) bool {
	if !p.isWord(word) {
		return false
	}
	at := p.lex.MakeCheckpoint()
	defer p.lex.LoadCheckpoint(at)
	p.lex.Next()
	next := p.lex.Peek()
	return !(next.Type == tokOp && next.Value == "(")
}

// finish checks what concerns the file as a whole.
func (p *parser) finish() {
	if len(p.file.Funcs)+len(p.file.Prims)+len(p.file.Imports) == 0 && len(p.errs) == 0 {
		at := p.src.Pos(len(p.src.Text))
		p.errs = append(p.errs, &Diagnostic{At: Span{at, at}, Message: "no definition found", Help: "write one, such as  f(x) = exp(x^2)"})
	}
	names := definitions{}
	p.errs = append(p.errs, names.add(p.file)...)
}

// definitions is where names are defined.
type definitions map[string]Span

// add enters the names that the file defines, and reports those that are taken.
func (d definitions) add(file *File) Errors {
	var errs Errors
	see := func(name string, at Span) {
		if other, taken := d[name]; taken {
			errs = append(errs, &Diagnostic{At: at, Message: fmt.Sprintf("%s is defined twice", name),
				Notes: []Note{{other, "the first definition is here"}}, Help: "rename one of them"})
			return
		}
		d[name] = at
	}
	for _, q := range file.Prims {
		see(q.Name, q.NameAt)
	}
	for _, f := range file.Funcs {
		see(f.Name, f.NameAt)
	}
	return errs
}

// recover skips to what looks like the next definition: a name at the start of a line.
func (p *parser) recover() {
	for p.tok.Type != lexer.EOF {
		newline := p.tok.Type == tokNewline || p.tok.Type == tokSoft
		p.raw()
		if newline && p.tok.Type == tokIdent && p.tok.Pos.Column == 1 {
			return
		}
	}
}

// load takes the next token from the lexer; soft newlines are passed over.
func (p *parser) load() {
	for p.lex.Peek().Type == tokSoft {
		p.lex.Next()
	}
	p.tok = *p.lex.Peek()
}

// raw passes over one token, and takes newlines as they come.
func (p *parser) raw() {
	p.lex.Next()
	p.tok = *p.lex.Peek()
}

// advance passes over the next token.
func (p *parser) advance() lexer.Token {
	t := p.tok
	p.last = p.end(t)
	p.lex.Next()
	p.load()
	return t
}

func (p *parser) start(t lexer.Token) Pos { return Pos{t.Pos.Offset, t.Pos.Line, t.Pos.Column, p.src} }

func (p *parser) end(t lexer.Token) Pos {
	n := len(t.Value)
	at := t.Pos.Offset
	if t.Type == tokString { // the value has no quotation marks
		return Pos{at + n + 2, t.Pos.Line, t.Pos.Column + utf8.RuneCountInString(t.Value) + 2, p.src}
	}
	if t.Type == tokOp { // the value may be another spelling than the text
		if r, size := utf8.DecodeRuneInString(p.src.Text[at:]); r >= utf8.RuneSelf {
			return Pos{at + size, t.Pos.Line, t.Pos.Column + 1, p.src}
		}
	}
	return Pos{at + n, t.Pos.Line, t.Pos.Column + utf8.RuneCountInString(t.Value), p.src}
}

func (p *parser) span(t lexer.Token) Span { return Span{p.start(t), p.end(t)} }

// here is the place of the next token.
func (p *parser) here() Span {
	if p.tok.Type == tokNewline || p.tok.Type == lexer.EOF {
		if p.tok.Type == lexer.EOF {
			at := p.src.Pos(len(p.src.Text))
			return Span{at, at}
		}
		return Span{p.start(p.tok), p.start(p.tok)}
	}
	return p.span(p.tok)
}

func (p *parser) newlines() {
	for p.tok.Type == tokNewline {
		p.advance()
	}
}

func (p *parser) is(op string) bool       { return p.tok.Type == tokOp && p.tok.Value == op }
func (p *parser) isWord(word string) bool { return p.tok.Type == tokIdent && p.tok.Value == word }

// accept passes over the operator if it is next.
func (p *parser) accept(op string) bool {
	if p.is(op) {
		p.advance()
		return true
	}
	return false
}

// expect passes over the operator, which must be next.
func (p *parser) expect(op, where string) lexer.Token {
	if !p.is(op) {
		p.unexpected(fmt.Sprintf("%q %s", op, where))
	}
	return p.advance()
}

// open and shut pass over brackets, so that a missing one can be told by its partner.
func (p *parser) open(op, where string) {
	t := p.expect(op, where)
	p.opens = append(p.opens, p.span(t))
}

func (p *parser) shut(op, where string) Pos {
	p.expect(op, where)
	p.opens = p.opens[:len(p.opens)-1]
	return p.last
}

// found names the next token.
func (p *parser) found() string {
	switch p.tok.Type {
	case lexer.EOF:
		return "the end of the file"
	case tokNewline:
		return "the end of the line"
	case tokIllegal:
		r, n := utf8.DecodeRuneInString(p.tok.Value)
		if r == utf8.RuneError && n <= 1 {
			return fmt.Sprintf("the byte 0x%02x, which is not UTF-8", p.tok.Value)
		}
		return fmt.Sprintf("the character %q, which has no meaning here", r)
	}
	text := p.tok.Value
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// fail ends the statement with an error.
func (p *parser) fail(at Span, format string, args ...any) {
	panic(bad{&Diagnostic{At: at, Message: fmt.Sprintf(format, args...)}})
}

// failHelp is fail with a remedy.
func (p *parser) failHelp(at Span, help, format string, args ...any) {
	panic(bad{&Diagnostic{At: at, Message: fmt.Sprintf(format, args...), Help: help}})
}

// remedies are for what people write in other languages.
var remedies = map[string]string{
	"**": "a power is written x^2", "&&": "write and", "||": "write or", "!": "write not, or != for unequal",
	"&": "write and", "|": "for an absolute value write abs(x)", "=": "compare with ==; a definition has one = behind its head",
	"}": "there is no block to close here", ")": "there is no parenthesis to close here", "]": "there is no index to close here",
}

// unexpected ends the statement: wanted was wanted.
func (p *parser) unexpected(wanted string) {
	d := &Diagnostic{At: p.here(), Message: fmt.Sprintf("expected %s, found %s", wanted, p.found())}
	if p.tok.Type == tokOp {
		d.Help = remedies[p.tok.Value]
	}
	operand := p.tok.Type == tokIdent || p.tok.Type == tokNumber || p.is("(")
	if operand && p.tok.Pos.Line == p.last.Line && p.last.Offset > 0 && !strings.Contains(wanted, "name") {
		d.Help = "a product is written with *, as in 2*x"
	}
	if n := len(p.opens); n > 0 {
		d.Notes = append(d.Notes, Note{p.opens[n-1], fmt.Sprintf("the %q that is still open", p.src.Text[p.opens[n-1].Start.Offset:p.opens[n-1].End.Offset])})
	}
	panic(bad{d})
}

// deeper guards the recursion.
func (p *parser) deeper() func() {
	p.depth++
	if p.depth > MaxDepth {
		p.failHelp(p.here(), "name an inner part in a block", "the expression is nested more than %d deep", MaxDepth)
	}
	return func() { p.depth-- }
}
