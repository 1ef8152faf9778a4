package parser

import (
	"go/token"
	"strconv"
	"strings"
)

// importing reads import "layers.ad".
func (p *parser) importing() *Import {
	p.advance()
	path, at := p.quoted("the name of an expression file in quotation marks")
	return &Import{path, at}
}

// quoted reads what stands in quotation marks.
func (p *parser) quoted(what string) (string, Span) {
	if p.tok.Type != tokString {
		p.unexpected(what)
	}
	t := p.advance()
	return t.Value, p.span(t)
}

// primitive reads primitive j0(x) = go "math".J0 derivative -j1(x) cost 1.
func (p *parser) primitive() *Primitive {
	p.advance()
	n := p.name("the name of a primitive")
	q := &Primitive{Name: n.Text, NameAt: n.At, Cost: 1}
	f := &Func{Name: n.Text, NameAt: n.At}
	p.open("(", "after the name of the primitive")
	p.params(f)
	p.shut(")", "after the arguments")
	p.checkParams(f)
	q.Params = f.Params
	p.numbersOnly(f)
	p.expect("=", "before the Go function of "+q.Name)
	p.goFunction(q)
	p.goOn("derivative")
	p.word("derivative", "behind the Go function: one for each argument, 0 where it is constant")
	q.Partials = append(q.Partials, p.expr(0))
	for p.accept(",") {
		q.Partials = append(q.Partials, p.expr(0))
	}
	if have, want := len(q.Partials), len(q.Params); have != want {
		last := q.Partials[min(have, want+1)-1]
		p.failHelp(last.Where(), "write one for each, with commas between", "%s has %d arguments, and here are %d derivatives", q.Name, want, have)
	}
	p.goOn("cost")
	if p.isWord("cost") {
		p.advance()
		q.Cost = p.cost()
	}
	return q
}

// goOn passes over newlines before a word that continues the statement.
func (p *parser) goOn(word string) {
	at := p.lex.MakeCheckpoint()
	last := p.last
	for p.tok.Type == tokNewline {
		p.advance()
	}
	if !p.isWord(word) {
		p.lex.LoadCheckpoint(at)
		p.load()
		p.last = last
	}
}

// numbersOnly refuses what a Go function of numbers cannot take.
func (p *parser) numbersOnly(f *Func) {
	if len(f.Params) == 0 {
		p.failHelp(f.NameAt, "for a constant write a definition", "the primitive %s has no argument", f.Name)
	}
	for _, q := range f.Params {
		if len(q.Dims) > 0 || q.Int {
			p.fail(q.Whole, "the arguments of a primitive are numbers")
		}
	}
	if f.Semi {
		p.fail(f.NameAt, "the arguments of a primitive have no semicolon between them")
	}
}

// goFunction reads go "math".J0.
func (p *parser) goFunction(q *Primitive) {
	p.word("go", "before the Go function of "+q.Name+", as in go \"math\".J0")
	q.Import, q.ImportAt = p.quoted("the path of a Go package in quotation marks")
	if !importable(q.Import) {
		p.fail(q.ImportAt, "%q is no path of a Go package", q.Import)
	}
	p.expect(".", "behind the package")
	q.Func = p.name("the name of a Go function")
	if !token.IsIdentifier(q.Func.Text) || !token.IsExported(q.Func.Text) {
		p.fail(q.Func.At, "%s is no exported Go function", q.Func.Text)
	}
}

// importable tells whether path can stand in an import declaration: elements of letters, digits and punctuation that are no ways up.
func importable(path string) bool {
	if path == "C" || path == "unsafe" || len(path) > 300 {
		return false
	}
	for _, element := range strings.Split(path, "/") {
		if element == "" || element[0] == '.' || element[len(element)-1] == '.' {
			return false
		}
		for _, r := range element {
			if r > '~' || !strings.ContainsRune("-._~+", r) && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9') {
				return false
			}
		}
	}
	return true
}

// maxCost bounds the operations that a primitive counts for.
const maxCost = 1_000_000

func (p *parser) cost() int {
	if p.tok.Type != tokNumber {
		p.unexpected("the number of operations that the primitive counts for")
	}
	t := p.advance()
	n, err := strconv.Atoi(t.Value)
	if err != nil || n < 1 || n > maxCost {
		p.fail(p.span(t), "a cost is a whole number from 1 to %d", maxCost)
	}
	return n
}
