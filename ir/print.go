package ir

import (
	"fmt"
	"slices"
	"strings"
)

// String lists the nodes that f's results depend on, one a line in topological order, each
// with its free indices, and then the results.
func (f *Func) String() string {
	var b strings.Builder
	for _, n := range Reachable(f.All()...) {
		if n.Kind == Const || n.Kind == Index || n.Kind == Size {
			continue
		}
		fmt.Fprintf(&b, "%%%d%s = %s\n", n.ID, indexList(n.free), n.describe())
	}
	for _, r := range f.Needed() {
		fmt.Fprintf(&b, "for%s %s, for each%s:\n", indexList(r.Steps), r.directions(), indexList(r.Outer))
		for _, q := range r.Equations {
			fmt.Fprintf(&b, "\t%s\n", q.describe())
		}
	}
	for _, r := range f.Results {
		fmt.Fprintf(&b, "%s%s = %s\n", r.Name, indexList(r.Index), r.Value.ref())
	}
	return b.String()
}

// directions says which way the steps go: one word where all go the same way.
func (r *Recurrence) directions() string {
	list := make([]string, len(r.Down))
	for k, down := range r.Down {
		list[k] = "up"
		if down {
			list[k] = "down"
		}
	}
	if len(slices.Compact(slices.Clone(list))) == 1 {
		return list[0]
	}
	return strings.Join(list, ", ")
}

// describe is the equation with references to its parts.
func (q Equation) describe() string {
	op := "="
	if q.Pushes() {
		op = "+="
	}
	at := make([]string, len(q.Place()))
	for i, x := range q.Place() {
		at[i] = x.ref()
	}
	text := fmt.Sprintf("%s[%s] %s %s", q.Array.Name, strings.Join(at, ", "), op, q.Body.ref())
	if q.Where != nil {
		text += " if " + q.Where.ref()
	}
	return text
}

// describe is one level of n: its operation with references to its operands.
func (n *Node) describe() string {
	refs := make([]string, len(n.Args))
	for i, a := range n.Args {
		refs[i] = a.ref()
	}
	switch n.Kind {
	case Affine:
		var terms []string
		for i, r := range refs {
			terms = append(terms, fmt.Sprintf("%d*%s", n.Coef[i], r))
		}
		return strings.Join(append(terms, fmt.Sprint(n.Value)), " + ")
	case Access:
		return n.Input.Name + "[" + strings.Join(refs, ", ") + "]"
	case Apply:
		return n.Prim.Name + "(" + strings.Join(refs, ", ") + ")"
	case Reduce:
		return fmt.Sprintf("%s(%s: %s)", n.Red, n.Bound[0].ref(), refs[0])
	case Pick:
		return refs[0] + " of [" + strings.Join(refs[1:], ", ") + "]"
	case At:
		var at []string
		for i, x := range n.Bound {
			at = append(at, x.ref()+" = "+refs[i+1])
		}
		return fmt.Sprintf("%s at %s", refs[0], strings.Join(at, ", "))
	}
	return n.ref()
}

// ref is a short name of n.
func (n *Node) ref() string {
	switch n.Kind {
	case Const:
		if n.Type == Bool {
			return fmt.Sprint(n.Value != 0)
		}
		return fmt.Sprint(n.Value)
	case Size:
		return n.Name
	case Index:
		return fmt.Sprintf("%s#%d", n.Extent.ref(), n.Slot)
	}
	return fmt.Sprintf("%%%d", n.ID)
}

func indexList(index []*Node) string {
	if len(index) == 0 {
		return ""
	}
	names := make([]string, len(index))
	for i, x := range index {
		names[i] = x.ref()
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// Text is a closed Int node as it is written in the language: n, n+1, n*(n-1)/2.
func (n *Node) Text() string {
	switch n.Kind {
	case Affine:
		var b strings.Builder
		for i, a := range n.Args {
			k := n.Coef[i]
			switch {
			case i > 0 && k < 0, k < 0:
				b.WriteString("-")
				k = -k
			case i > 0:
				b.WriteString("+")
			}
			if k != 1 {
				fmt.Fprintf(&b, "%d*", k)
			}
			b.WriteString(a.Text())
		}
		if n.Value != 0 {
			fmt.Fprintf(&b, "%+d", int(n.Value))
		}
		return b.String()
	case Apply:
		if n.Is(OpSlots) {
			return "slots(" + n.Args[0].Text() + ")"
		}
		op := "*"
		if n.Is(OpIntDiv) {
			op = "/"
		}
		text := func(a *Node) string {
			if a.Kind == Affine {
				return "(" + a.Text() + ")"
			}
			return a.Text()
		}
		return text(n.Args[0]) + op + text(n.Args[1])
	}
	return n.ref()
}

// Counted is a number of things: 1 dimension, 2 dimensions.
func Counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
