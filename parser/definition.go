package parser

import (
	"fmt"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// words that cannot name anything.
var words = map[string]bool{"if": true, "then": true, "else": true, "and": true, "or": true, "not": true, "in": true, "derive": true}

// name reads a name.
func (p *parser) name(what string) Name {
	if p.tok.Type != tokIdent {
		p.unexpected(what)
	}
	if words[p.tok.Value] {
		p.fail(p.here(), "%q is a word of the language and cannot be %s", p.tok.Value, what)
	}
	t := p.advance()
	return Name{t.Value, p.span(t)}
}

// definition reads f(data; params) -> results = body.
func (p *parser) definition() *Func {
	from := p.start(p.tok)
	n := p.name("the name of a function")
	f := &Func{Name: n.Text, NameAt: n.At}
	if p.is("=") {
		p.failHelp(p.here(), "write "+n.Text+"() = … for a constant", "expected the arguments of %s in parentheses, found %q", n.Text, "=")
	}
	p.open("(", "after the name of the function")
	p.params(f)
	p.shut(")", "after the arguments")
	if p.accept("->") {
		p.results(f)
	}
	p.expect("=", "before the body of "+f.Name)
	f.Body = p.body(f)
	f.Span = Span{from, p.last}
	f.Text = p.src.Text[from.Offset:p.last.Offset]
	f.Doc = p.comment(from)
	p.checkParams(f)
	return f
}

// comment is the text of the comment lines right above a definition.
func (p *parser) comment(at Pos) string {
	var lines []string
	for n := at.Line - 1; n > 0; n-- {
		text, _ := p.src.line(n)
		text, ok := strings.CutPrefix(strings.TrimSpace(text), "#")
		if !ok {
			break
		}
		lines = append([]string{strings.TrimSpace(text)}, lines...)
	}
	return strings.Join(lines, "\n")
}

// params reads the arguments.
func (p *parser) params(f *Func) {
	for !p.is(")") {
		if p.is(";") {
			at := p.advance()
			if f.Semi {
				p.fail(p.span(at), "a second semicolon: one separates the data from the parameters")
			}
			f.Semi = true
			for _, q := range f.Params {
				q.Data = true
			}
			continue
		}
		f.Params = append(f.Params, p.param())
		if !p.is(")") && !p.is(";") {
			p.expect(",", "or \")\" after an argument")
		}
	}
}

// param reads x, x[n], or k[n] int.
func (p *parser) param() *Param {
	n := p.name("the name of an argument")
	q := &Param{Name: n.Text, At: n.At}
	if p.is("[") {
		p.open("[", "")
		for !p.is("]") {
			q.Dims = append(q.Dims, p.expr(0))
			if !p.is("]") {
				p.expect(",", "or \"]\" after a size")
			}
		}
		p.shut("]", "after the sizes")
		if len(q.Dims) == 0 {
			p.failHelp(q.At, "write "+q.Name+" for a number, "+q.Name+"[n] for an array", "%s has empty brackets", q.Name)
		}
	}
	if p.isWord("int") {
		p.advance()
		q.Int = true
	}
	q.Whole = Span{n.At.Start, p.last}
	return q
}

// results reads what stands behind ->.
func (p *parser) results(f *Func) {
	if !p.is("(") {
		f.Results = append(f.Results, p.param())
		return
	}
	p.open("(", "")
	for !p.is(")") {
		f.Results = append(f.Results, p.param())
		if !p.is(")") {
			p.expect(",", "or \")\" after a result")
		}
	}
	p.shut(")", "after the results")
}

// checkParams refuses what no definition may have.
func (p *parser) checkParams(f *Func) {
	first := map[string]*Param{}
	see := func(q *Param, what string) {
		if other := first[q.Name]; other != nil {
			p.errs = append(p.errs, &Diagnostic{At: q.At, Message: fmt.Sprintf("%s %s of %s has a name that is taken", what, q.Name, f.Name),
				Notes: []Note{{other.At, "it is first used here"}}})
		}
		first[q.Name] = q
	}
	for _, q := range f.Params {
		see(q, "the argument")
		if q.Int && !q.Data {
			p.errs = append(p.errs, &Diagnostic{At: q.Whole, Message: fmt.Sprintf("%s is int and cannot be differentiated", q.Name),
				Help: "put it before a semicolon, with the data: " + f.Name + "(" + q.Name + " int; …)"})
		}
	}
	for _, q := range f.Results {
		see(q, "the result")
	}
}

// body reads an expression or a block.
func (p *parser) body(f *Func) *Block {
	from := p.start(p.tok)
	b := &Block{}
	if !p.is("{") {
		b.Result = p.expr(0)
		b.Span = Span{from, p.last}
		return b
	}
	p.open("{", "")
	p.separators()
	for !p.is("}") {
		p.line(f, b)
		if !p.is("}") && !p.is(";") && p.tok.Type != tokNewline {
			p.unexpected("the end of the line")
		}
		p.separators()
	}
	p.shut("}", "at the end of the block")
	b.Span = Span{from, p.last}
	if b.Result == nil && len(f.Results) == 0 {
		p.failHelp(Span{from, p.last}, "end it with an expression", "the block of %s has no result", f.Name)
	}
	return b
}

func (p *parser) separators() {
	for p.tok.Type == tokNewline || p.is(";") {
		p.advance()
	}
}

// sparing tells whether an equation starts here that has the word checkpoint before it; an array could have that name.
func (p *parser) sparing() bool {
	if !p.isWord("checkpoint") {
		return false
	}
	at := p.lex.MakeCheckpoint()
	defer p.lex.LoadCheckpoint(at)
	p.lex.Next()
	next := p.lex.Peek()
	return next.Type == tokIdent || next.Type == tokOp && next.Value == "("
}

// line reads an equation or the result.
func (p *parser) line(f *Func, b *Block) {
	if p.tok.Type == lexer.EOF {
		p.unexpected("\"}\" at the end of the block")
	}
	checkpoint, at := p.sparing(), p.here()
	if checkpoint {
		p.advance()
	}
	e := p.expr(0)
	if checkpoint && !p.is("=") {
		p.failHelp(at, "checkpoint h[t] = … h[t-1] …", "checkpoint stands before an equation")
	}
	if b.Result != nil {
		p.failHelp(b.Result.Where(), "give it a name: A = …", "only the last line of a block is its result")
	}
	if !p.is("=") {
		b.Result = e
		return
	}
	left := []Expr{e}
	if t, ok := e.(*Tuple); ok {
		left = t.Elems
	}
	var eqs []*Equation
	for k, x := range left {
		eq := p.left(x)
		eq.Sparing = checkpoint
		if len(left) > 1 {
			eq.Part, eq.Of = k, len(left)
		}
		eqs = append(eqs, eq)
	}
	p.advance()
	value := p.expr(0)
	for _, eq := range eqs {
		eq.Value = value
	}
	b.Eqs = append(b.Eqs, eqs...)
}

// left makes the left side of an equation of an expression.
func (p *parser) left(e Expr) *Equation {
	switch x := e.(type) {
	case *Ident:
		return &Equation{Name: x.Name, NameAt: x.At}
	case *Index:
		if id, ok := x.X.(*Ident); ok {
			return &Equation{Name: id.Name, NameAt: id.At, Index: x.Args}
		}
	}
	p.fail(e.Where(), "the left side of an equation is a name, or a name with indices")
	return nil
}
