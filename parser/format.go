package parser

import "strings"

// FormatExpr prints an expression as source text, with the parentheses that its tree needs: parsing the text
// gives the tree again, but for Paren nodes.
func FormatExpr(x Expr) string {
	var b strings.Builder
	format(&b, x, 0)
	return b.String()
}

// format prints x where operators bind with at least the given power.
func format(b *strings.Builder, x Expr, power int) {
	list := func(open string, args []Expr, end string) {
		b.WriteString(open)
		for i, a := range args {
			if i > 0 {
				b.WriteString(", ")
			}
			format(b, a, 0)
		}
		b.WriteString(end)
	}
	paren := func(own int, body func()) {
		if own < power {
			b.WriteString("(")
			defer b.WriteString(")")
		}
		body()
	}
	switch x := x.(type) {
	case *Num:
		b.WriteString(x.Text)
	case *Ident:
		b.WriteString(x.Name)
	case *Paren:
		format(b, x.X, power)
	case *List:
		list("[", x.Elems, "]")
	case *Tuple:
		list("(", x.Elems, ")")
	case *Range:
		formatRange(b, x)
	case *Call:
		list(x.Name.Text+"(", x.Args, ")")
	case *Index:
		format(b, x.X, postfixPower)
		list("[", x.Args, "]")
	case *Binary:
		op := operators[x.Op]
		paren(op.left, func() {
			left := op.left
			if op.right < op.left || op.compares { // to the right, or not at all
				left++
			}
			format(b, x.X, left)
			b.WriteString(" " + x.Op + " ")
			format(b, x.Y, op.right)
		})
	case *Unary:
		switch x.Op {
		case "'":
			format(b, x.X, postfixPower)
			b.WriteString("'")
		case "not":
			paren(notPower, func() { b.WriteString("not "); format(b, x.X, notPower) })
		default:
			paren(minusPower, func() { b.WriteString("-"); format(b, x.X, minusPower) })
		}
	case *If:
		paren(0, func() {
			b.WriteString("if ")
			format(b, x.Cond, 0)
			b.WriteString(" then ")
			format(b, x.Then, 0)
			b.WriteString(" else ")
			format(b, x.Else, 0)
		})
	case *Reduce:
		formatReduce(b, x)
	}
}

// formatReduce prints sum(i, j in lo..hi if cond: body).
func formatReduce(b *strings.Builder, x *Reduce) {
	b.WriteString(x.Name.Text + "(")
	for i, v := range x.Vars {
		if i > 0 {
			b.WriteString(", ")
		}
		formatRange(b, v)
	}
	if x.Cond != nil {
		b.WriteString(" if ")
		format(b, x.Cond, 0)
	}
	b.WriteString(": ")
	format(b, x.Body, 0)
	b.WriteString(")")
}

// formatRange prints i, or i in lo..hi.
func formatRange(b *strings.Builder, v *Range) {
	b.WriteString(v.Name.Text)
	if v.Lo != nil {
		b.WriteString(" in ")
		format(b, v.Lo, operators["+"].left)
		b.WriteString("..")
		format(b, v.Hi, operators["+"].left)
	}
}
