package ir

import (
	"fmt"
	"strconv"
	"strings"
)

// Notation prints nodes as mathematics. Name gives the name that stands for a node, or "" to print its operation;
// with TeX the result is LaTeX.
type Notation struct {
	Name func(*Node) string
	TeX  bool
	// letters of the indices that are bound within what is printed
	letters map[*Node]string
	used    int
}

// NewNotation makes a notation with the given names.
func NewNotation(tex bool, name func(*Node) string) *Notation {
	return &Notation{Name: name, TeX: tex, letters: map[*Node]string{}}
}

// Letter is the letter of an index: i, j, k, … in order of appearance.
func (t *Notation) Letter(index *Node) string {
	l, ok := t.letters[index]
	if !ok {
		const letters = "ijklmnopqrstuvw"
		l = letters[t.used%len(letters):][:1]
		if t.used >= len(letters) {
			l += strconv.Itoa(t.used / len(letters))
		}
		t.used++
		t.letters[index] = l
	}
	return l
}

// atomic is the precedence of what needs no parentheses anywhere.
const atomic = 8

// Expr prints n, by its name if it has one.
func (t *Notation) Expr(n *Node) string {
	s, _ := t.expr(n)
	return s
}

// Operation prints the operation of n, whatever its name.
func (t *Notation) Operation(n *Node) string {
	s, _ := t.operation(n)
	return s
}

func (t *Notation) expr(n *Node) (string, int) {
	if s := t.Name(n); s != "" {
		return s, atomic
	}
	return t.operation(n)
}

func (t *Notation) operation(n *Node) (string, int) {
	switch n.Kind {
	case Const:
		return t.constant(n)
	case Size:
		return n.Name, atomic
	case Index:
		return t.Letter(n), atomic
	case Affine:
		return t.affine(n), 4
	case Access:
		return t.Subscript(n.Input.Name, n.Subscripts()), atomic
	case Reduce:
		return t.reduce(n)
	case Pick:
		list := make([]string, len(n.Args)-1)
		for i, a := range n.Args[1:] {
			list[i], _ = t.expr(a)
		}
		return "[" + strings.Join(list, ", ") + "][" + t.Expr(n.Args[0]) + "]", atomic
	case At:
		to := map[*Node]*Node{}
		for i, b := range n.Bound {
			to[b] = n.Args[i+1]
		}
		var at []string
		for _, b := range n.Bound {
			at = append(at, t.Letter(b)+" = "+t.Expr(to[b]))
		}
		body, _ := t.expr(n.Args[0])
		if t.TeX {
			return `\left.` + body + `\right|_{` + strings.Join(at, ",") + "}", atomic
		}
		return body + "|" + strings.Join(at, ", "), atomic
	}
	return t.fill(n, t.template(n))
}

func (t *Notation) constant(n *Node) (string, int) {
	s := strconv.FormatFloat(n.Value, 'g', -1, 64)
	if n.Type == Bool {
		s = fmt.Sprint(n.Value != 0)
	}
	if n.Value < 0 {
		return s, 6
	}
	return s, atomic
}

func (t *Notation) affine(n *Node) string {
	var b strings.Builder
	for i, a := range n.Args {
		k := n.Coef[i]
		switch {
		case k < 0 && i > 0:
			b.WriteString(" - ")
			k = -k
		case k < 0:
			b.WriteString("-")
			k = -k
		case i > 0:
			b.WriteString(" + ")
		}
		if k != 1 {
			fmt.Fprintf(&b, "%d", k)
			if !t.TeX {
				b.WriteByte('*')
			}
		}
		b.WriteString(t.Expr(a))
	}
	switch c := int(n.Value); {
	case c > 0:
		fmt.Fprintf(&b, " + %d", c)
	case c < 0:
		fmt.Fprintf(&b, " - %d", -c)
	}
	return b.String()
}

// Subscript prints an element of an array.
func (t *Notation) Subscript(name string, index []*Node) string {
	if t.TeX {
		name = TeXName(name)
	}
	if len(index) == 0 {
		return name
	}
	list := make([]string, len(index))
	for i, x := range index {
		list[i] = t.Expr(x)
	}
	if t.TeX {
		if strings.Contains(name, "_") {
			name = "{" + name + "}"
		}
		return name + "_{" + strings.Join(list, ",") + "}"
	}
	return name + "[" + strings.Join(list, ", ") + "]"
}

var reduceTeX = [...]string{Sum: `\sum`, Prod: `\prod`, Max: `\max`, Min: `\min`, ArgMax: `\operatorname{arg\,max}`, ArgMin: `\operatorname{arg\,min}`}

func (t *Notation) reduce(n *Node) (string, int) {
	k := t.Letter(n.Bound[0])
	body, prec := t.expr(n.Args[0])
	if t.TeX {
		if prec < 5 {
			body = `\left(` + body + `\right)`
		}
		return reduceTeX[n.Red] + "_{" + k + "} " + body, 5
	}
	return n.Red.String() + "(" + k + ": " + body + ")", atomic
}

// template is the form in which the primitive of n is printed.
func (t *Notation) template(n *Node) string {
	switch {
	case t.TeX:
		return n.Prim.LaTeX
	case n.Is(OpPow):
		return "$0^$1"
	case n.Is(OpSelect):
		return "(if $0 then $1 else $2)"
	case n.Is(OpReal):
		return "$0"
	case n.Prim.Public:
		args := make([]string, n.Prim.Arity)
		for i := range args {
			args[i] = "$" + strconv.Itoa(i)
		}
		return n.Prim.Name + "(" + strings.Join(args, ", ") + ")"
	}
	return n.Prim.Go
}

// fill puts the operands of n into a template, in parentheses where they need them.
func (t *Notation) fill(n *Node, template string) (string, int) {
	var b strings.Builder
	enclosed := func(i int) bool {
		if i == 0 || i+2 >= len(template) {
			return false
		}
		open, shut := template[i-1], template[i+2]
		return open == '{' && shut == '}' && !(n.Is(OpPow) && template[i+1] == '0') ||
			(open == '(' || open == ' ') && (shut == ')' || shut == ',') || open == '|' || n.Is(OpSelect)
	}
	for i := 0; i < len(template); i++ {
		if template[i] != '$' {
			b.WriteByte(template[i])
			continue
		}
		k := int(template[i+1] - '0')
		s, prec := t.expr(n.Args[k])
		if !enclosed(i) && prec < t.need(n, k) {
			if t.TeX {
				s = `\left(` + s + `\right)`
			} else {
				s = "(" + s + ")"
			}
		}
		b.WriteString(s)
		i++
	}
	switch {
	case n.Is(OpPow):
		return b.String(), 7
	case n.Prim.Infix > 0 && !n.Prim.Public:
		return b.String(), n.Prim.Infix
	}
	return b.String(), atomic
}

// need is the least precedence of operand k that stands without parentheses.
func (t *Notation) need(n *Node, k int) int {
	switch {
	case n.Is(OpReal):
		return 0
	case n.Is(OpPow) && k == 0:
		return atomic
	case n.Is(OpPow):
		return 7
	case n.Prim.Infix > 0 && !n.Prim.Public:
		if k == 1 && (n.Is(OpSub) || n.Is(OpDiv)) {
			return n.Prim.Infix + 1
		}
		return n.Prim.Infix
	}
	return atomic
}

// greek are the letters that LaTeX has commands for.
var greek = map[rune]string{
	'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "varepsilon", 'ζ': "zeta", 'η': "eta", 'θ': "theta", 'ι': "iota",
	'κ': "kappa", 'λ': "lambda", 'μ': "mu", 'ν': "nu", 'ξ': "xi", 'π': "pi", 'ρ': "rho", 'σ': "sigma", 'τ': "tau", 'υ': "upsilon",
	'φ': "varphi", 'χ': "chi", 'ψ': "psi", 'ω': "omega", 'Γ': "Gamma", 'Δ': "Delta", 'Θ': "Theta", 'Λ': "Lambda", 'Ξ': "Xi",
	'Π': "Pi", 'Σ': "Sigma", 'Φ': "Phi", 'Ψ': "Psi", 'Ω': "Omega", '∂': "partial", '∇': "nabla",
}

// TeXName is a name in LaTeX: digits at its end become a subscript.
func TeXName(name string) string {
	var stem, sub strings.Builder
	for _, r := range name {
		if '₀' <= r && r <= '₉' {
			r += '0' - '₀'
		}
		switch g := greek[r]; {
		case g != "" && sub.Len() == 0:
			stem.WriteString(`\` + g + " ")
		case '0' <= r && r <= '9' && stem.Len() > 0:
			sub.WriteRune(r)
		case r == '_':
			sub.WriteString(`\_`)
		case sub.Len() > 0:
			sub.WriteRune(r)
		default:
			stem.WriteRune(r)
		}
	}
	s := strings.TrimSpace(stem.String())
	if len([]rune(s)) > 1 && !strings.HasPrefix(s, `\`) {
		s = `\mathit{` + s + "}"
	}
	if sub.Len() > 0 {
		s += "_{" + strings.TrimPrefix(sub.String(), `\_`) + "}"
	}
	return s
}
