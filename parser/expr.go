package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// operator is an infix operator: its binding power to the left and right.
type operator struct {
	left, right int
	compares    bool
}

// operators is the table of infix operators, loosest first. Unary minus binds like a product, so that
// -x^2 is -(x^2); powers bind to the right.
var operators = map[string]operator{
	"or":  {10, 11, false},
	"and": {20, 21, false},
	"<":   {40, 41, true}, "<=": {40, 41, true}, ">": {40, 41, true}, ">=": {40, 41, true}, "==": {40, 41, true}, "!=": {40, 41, true},
	"+": {50, 51, false}, "-": {50, 51, false},
	"*": {60, 61, false}, "/": {60, 61, false}, "@": {60, 61, false},
	"^": {80, 79, false},
}

const (
	notPower     = 30 // of the operand of not
	minusPower   = 70 // of the operand of unary minus
	postfixPower = 90
)

// reductions are the functions that can bind indices: sum(i: …).
var reductions = map[string]string{
	"sum": "sum", "prod": "prod", "mean": "mean", "min": "min", "max": "max", "logsumexp": "logsumexp", "norm": "norm",
	"Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod",
}

// expr reads an expression whose operators bind at least as tightly as power: precedence climbing. It recurses
// for operands on the right and in brackets, never along a chain a + b + c.
func (p *parser) expr(power int) Expr {
	defer p.deeper()()
	left := p.prefix()
	for {
		if p.tok.Type == tokOp && (p.tok.Value == "²" || p.tok.Value == "³") {
			t := p.advance()
			n := &Num{Text: map[string]string{"²": "2", "³": "3"}[t.Value], At: p.span(t)}
			left = &Binary{Op: "^", X: left, Y: n, At: p.span(t), Span: Span{left.Where().Start, p.last}}
			continue
		}
		op, ok := operators[p.tok.Value]
		if !ok || p.tok.Type != tokOp && p.tok.Type != tokIdent || op.left < power {
			return left
		}
		t := p.advance()
		right := p.expr(op.right)
		left = &Binary{Op: t.Value, X: left, Y: right, At: p.span(t), Span: Span{left.Where().Start, p.last}}
		if next, ok := operators[p.tok.Value]; op.compares && ok && next.compares && p.tok.Type == tokOp {
			p.failHelp(p.here(), "write a < b and b < c", "comparisons cannot be chained")
		}
	}
}

// prefix reads an operand with what stands before and behind it.
func (p *parser) prefix() Expr {
	from := p.start(p.tok)
	switch {
	case p.is("-"):
		t := p.advance()
		x := p.expr(minusPower)
		return &Unary{Op: "-", X: x, At: p.span(t), Span: Span{from, p.last}}
	case p.is("+"):
		p.failHelp(p.here(), "leave it out", "a sign + is not needed")
	case p.isWord("not"):
		t := p.advance()
		x := p.expr(notPower)
		return &Unary{Op: "not", X: x, At: p.span(t), Span: Span{from, p.last}}
	case p.isWord("√"):
		t := p.advance()
		x := p.expr(postfixPower)
		return &Call{Name: Name{"sqrt", p.span(t)}, Args: []Expr{x}, End: p.last}
	case p.isWord("if"):
		return p.conditional()
	}
	return p.postfix(p.primary())
}

// conditional reads if c then a else b, where a chain of else if is a loop.
func (p *parser) conditional() Expr {
	var chain []*If
	for p.isWord("if") {
		n := &If{Span: Span{Start: p.start(p.advance())}}
		n.Cond = p.expr(0)
		if p.is("=") {
			p.failHelp(p.here(), "compare with ==", "expected \"then\" after the condition, found \"=\"")
		}
		p.word("then", "after the condition")
		n.Then = p.expr(0)
		p.word("else", "after the first branch: every if has two")
		chain = append(chain, n)
		if len(chain) > MaxDepth {
			p.fail(p.here(), "more than %d conditions in one chain", MaxDepth)
		}
	}
	var e Expr = p.expr(0)
	for i := len(chain) - 1; i >= 0; i-- {
		chain[i].Else = e
		chain[i].Span.End = p.last
		e = chain[i]
	}
	return e
}

func (p *parser) word(w, where string) {
	if !p.isWord(w) {
		p.unexpected("\"" + w + "\" " + where)
	}
	p.advance()
}

// postfix reads indices and transposes behind x.
func (p *parser) postfix(x Expr) Expr {
	for n := 0; ; n++ {
		if n > MaxDepth {
			p.fail(p.here(), "more than %d indices and transposes behind one expression", MaxDepth)
		}
		from := x.Where().Start
		switch {
		case p.is("'"):
			t := p.advance()
			x = &Unary{Op: "'", X: x, At: p.span(t), Span: Span{from, p.last}}
		case p.is("["):
			p.open("[", "")
			args := p.list("]", "an index", p.subscript)
			p.shut("]", "after the indices")
			x = &Index{X: x, Args: args, Span: Span{from, p.last}}
		default:
			return x
		}
	}
}

// subscript reads an index, or, for the left side of an equation, i in lo..hi.
func (p *parser) subscript() Expr {
	x := p.expr(0)
	id, ok := x.(*Ident)
	if !ok || !p.isWord("in") {
		return x
	}
	return p.bounds(&Range{Name: Name{id.Name, id.At}})
}

// bounds reads in lo..hi, if that follows.
func (p *parser) bounds(v *Range) *Range {
	if p.isWord("in") {
		p.advance()
		v.Lo = p.expr(operators["+"].left)
		p.expect("..", "between the bounds of a range")
		v.Hi = p.expr(operators["+"].left)
	}
	return v
}

// whole reads an expression.
func (p *parser) whole() Expr { return p.expr(0) }

// list reads what each reads up to the closing bracket.
func (p *parser) list(end, what string, each func() Expr) []Expr {
	var list []Expr
	for !p.is(end) {
		list = append(list, each())
		if !p.is(end) {
			p.expect(",", "or \""+end+"\" after "+what)
		}
	}
	return list
}

// primary reads a number, a name, a call, a list or a parenthesis.
func (p *parser) primary() Expr {
	switch {
	case p.tok.Type == tokNumber:
		t := p.advance()
		return &Num{Text: strings.ReplaceAll(t.Value, "_", ""), At: p.span(t)}
	case p.tok.Type == tokIdent && !words[p.tok.Value]:
		t := p.advance()
		n := Name{t.Value, p.span(t)}
		if p.is("(") {
			return p.call(n)
		}
		return &Ident{n.Text, n.At}
	case p.is("("):
		return p.parenthesis()
	case p.is("["):
		from := p.start(p.tok)
		p.open("[", "")
		elems := p.list("]", "an element", p.whole)
		p.shut("]", "after the elements")
		return &List{elems, Span{from, p.last}}
	}
	p.unexpected("an expression")
	return nil
}

// parenthesis reads (x), or (a, b), which stands on the left of an equation.
func (p *parser) parenthesis() Expr {
	from := p.start(p.tok)
	p.open("(", "")
	list := []Expr{p.expr(0)}
	for p.accept(",") {
		list = append(list, p.expr(0))
	}
	p.shut(")", "after the expression")
	span := Span{from, p.last}
	if len(list) > 1 {
		return &Tuple{list, span}
	}
	return &Paren{list[0], span}
}

// call reads f(a, b) or sum(i, j in 0..n if c: body).
func (p *parser) call(n Name) Expr {
	defer p.deeper()()
	p.open("(", "")
	red, isRed := reductions[n.Text]
	if isRed && p.tok.Type == tokIdent && !words[p.tok.Value] && p.binds() {
		return p.reduction(Name{red, n.At})
	}
	if isRed {
		n.Text = red
	}
	args := p.list(")", "an argument", p.whole)
	return &Call{Name: n, Args: args, End: p.shut(")", "after the arguments")}
}

// binds tells whether the reduction that starts here has index variables: whether a colon comes before the
// parenthesis is closed.
func (p *parser) binds() bool {
	depth := 0
	at := p.lex.MakeCheckpoint()
	defer p.lex.LoadCheckpoint(at)
	for {
		t := p.lex.Next()
		switch {
		case t.Type == lexer.EOF:
			return false
		case t.Type == tokNewline && depth == 0:
			return false
		case t.Type != tokOp:
		case strings.Contains("([{", t.Value):
			depth++
		case strings.Contains(")]}", t.Value):
			if depth--; depth < 0 {
				return false
			}
		case t.Value == ":" && depth == 0:
			return true
		}
	}
}

// reduction reads what stands in the parentheses.
func (p *parser) reduction(n Name) Expr {
	r := &Reduce{Name: n}
	for {
		r.Vars = append(r.Vars, p.bounds(&Range{Name: p.name("the name of an index")}))
		if !p.accept(",") {
			break
		}
	}
	if p.isWord("if") {
		p.advance()
		r.Cond = p.expr(0)
	}
	p.expect(":", "before what is reduced")
	r.Body = p.expr(0)
	r.End = p.shut(")", "after the reduction")
	return r
}
