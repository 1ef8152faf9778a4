package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adgen-go/adgen/ir"
	"github.com/alecthomas/participle/v2/lexer"
)

// derive reads derive f: grad, hessian(theta).
func (p *parser) derive() *Derive {
	from := p.start(p.advance())
	n := p.name("the name of a function")
	d := &Derive{Func: n.Text, FuncAt: n.At}
	p.expect(":", "after the name of the function")
	d.Kinds = p.kinds()
	d.Span = Span{from, p.last}
	return d
}

// kinds reads grad, hessian(theta).
func (p *parser) kinds() []Kind {
	list := []Kind{p.kind()}
	for p.accept(",") {
		list = append(list, p.kind())
	}
	return list
}

// adjectives are the words that further ones follow in the name of a kind. There is no lower one: it is read so that an error can say what there is.
var adjectives = map[string]bool{"sparse": true, "upper": true, "lower": true}

// kind reads grad, sparse hessian, or hessian(theta, x).
func (p *parser) kind() Kind {
	k := Kind{Name: p.name("a kind of derivative")}
	noun, last := !adjectives[k.Name.Text], k.Name.Text
	for !noun || p.tok.Type == tokIdent && (adjectives[last] || adjectives[p.tok.Value]) { // several words, in whatever order
		next := p.name("a kind of derivative after " + k.Name.Text)
		k.Name.Text += " " + next.Text
		k.Name.At.End = next.At.End
		noun, last = noun || !adjectives[next.Text], next.Text
	}
	if p.is("(") {
		k.Listed = true
		p.open("(", "")
		for !p.is(")") {
			k.By = append(k.By, p.name("the name of an argument"))
			if p.is("[") {
				p.failHelp(p.here(), "write the name alone: "+k.By[len(k.By)-1].Text, "a derivative is by a whole argument, not by elements")
			}
			if !p.is(")") {
				p.expect(",", "or \")\" after the name of an argument")
			}
		}
		p.shut(")", "after the names of arguments")
	}
	k.Span = Span{k.Name.At.Start, p.last}
	if p.tok.Type == tokIdent && !k.Listed {
		help := fmt.Sprintf("to differentiate by an argument write %s(%s)", k.Name.Text, p.tok.Value)
		if slices.Contains(ir.Kinds, p.tok.Value) {
			help = "separate kinds by commas"
		}
		p.failHelp(p.here(), help, "expected \",\" or the end of the line after %s, found %s", k.Name.Text, p.found())
	}
	return k
}

// Directives replaces what the functions are asked for by what texts say, as a command line gives them: grad, hessian(theta) is asked of all
// functions, and f: grad of f alone. Functions of which no text speaks keep what their file says.
func Directives(list []*ir.Func, texts []string) error {
	wanted := map[*ir.Func][]ir.Wanted{}
	var errs Errors
	for _, text := range texts {
		d, err := parseDirective(text)
		if err != nil {
			return err
		}
		found := false
		for _, f := range list {
			if d.Func != "" && d.Func != f.Name {
				continue
			}
			found = true
			var more Errors
			wanted[f], more = (&request{f: f}).add(wanted[f], d.Kinds)
			errs = append(errs, more...)
		}
		if !found {
			errs = append(errs, &Diagnostic{At: d.FuncAt, Message: fmt.Sprintf("there is no function %s to differentiate", d.Func)})
		}
	}
	if len(errs) > 0 {
		return errs.sorted()
	}
	for f, w := range wanted {
		f.Derive = w
	}
	return nil
}

// parseDirective reads what stands on a command line.
func parseDirective(text string) (d *Derive, err error) {
	src := NewSource("--derive", text)
	tokens, err := language{}.Lex(src.Name, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	p := &parser{src: src}
	if p.lex, err = lexer.Upgrade(tokens); err != nil {
		return nil, err
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bad:
			err = Errors{r.Diagnostic}
		default:
			panic(r)
		}
	}()
	p.load()
	d = &Derive{}
	if name, _, ok := strings.Cut(text, ":"); ok && !strings.Contains(name, "(") {
		n := p.name("the name of a function")
		d.Func, d.FuncAt = n.Text, n.At
		p.expect(":", "after the name of the function")
	}
	d.Kinds = p.kinds()
	if p.tok.Type != lexer.EOF {
		p.unexpected("the end")
	}
	return d, nil
}

// directives attaches the derive directives to their functions.
func (e *elaborator) directives(list []*ir.Func) {
	byName := map[string]*ir.Func{}
	for _, f := range list {
		byName[f.Name] = f
	}
	for _, d := range e.file.Derive {
		if e.funcs[d.Func] == nil {
			e.report(&Diagnostic{At: d.FuncAt, Message: fmt.Sprintf("there is no function %s to differentiate", d.Func)})
		}
		r := &request{f: byName[d.Func]}
		var have []ir.Wanted
		if r.f != nil {
			have = r.f.Derive
		}
		wanted, errs := r.add(have, d.Kinds)
		e.errs = append(e.errs, errs...)
		if r.f != nil {
			r.f.Derive = wanted
		}
	}
}

// request gives the kinds that are asked of a function their meaning. The function is nil where it has errors of its own; then only
// the words are checked.
type request struct {
	f    *ir.Func
	errs Errors
}

func (r *request) fail(at Span, help, format string, args ...any) {
	r.errs = append(r.errs, &Diagnostic{At: at, Message: fmt.Sprintf(format, args...), Help: help})
}

// maxWanted bounds the derivatives of one function.
const maxWanted = 1000

// add is have with the further kinds.
func (r *request) add(have []ir.Wanted, kinds []Kind) ([]ir.Wanted, Errors) {
	for _, k := range kinds {
		w, ok := r.wanted(k)
		switch {
		case !ok:
		case len(have) == maxWanted:
			r.fail(k.Span, "", "more than %d derivatives are asked of %s", maxWanted, r.f.Name)
			return have, r.errs
		case slices.ContainsFunc(have, w.Same):
			r.fail(k.Span, "", "%s of %s is asked for twice", w, r.f.Name)
		default:
			have = append(have, w)
		}
	}
	return have, r.errs
}

// wanted is the meaning of k; it reports false where that has errors.
func (r *request) wanted(k Kind) (ir.Wanted, bool) {
	before := len(r.errs)
	name := k.Name.Text
	switch {
	case !slices.Contains(ir.Kinds, name):
		help := "there are " + strings.Join(ir.Kinds, ", ")
		if near := nearKind(name); near != "" {
			help = "did you mean " + near + "?"
		}
		r.fail(k.Name.At, help, "%q is no kind of derivative", name)
	case r.f == nil:
	case k.Listed && name == "value":
		r.fail(k.Span, "write value", "a value is not differentiated by anything")
	case k.Listed && len(k.By) == 0:
		r.fail(k.Span, fmt.Sprintf("write %s for all parameters, or name some of %s", name, r.arguments()), "%s() names nothing to differentiate by", name)
	case !k.Listed && name != "value" && len(r.f.Params()) == 0:
		r.fail(k.Span, fmt.Sprintf("name what to differentiate by: %s(%s)", name, r.arguments()), "%s has no parameters", r.f.Name)
	}
	w := ir.Wanted{Kind: name, At: k.Span.Place()}
	if r.f != nil {
		w.By = r.by(k)
	}
	return w, r.f != nil && len(r.errs) == before
}

// by is the inputs that k names; nil is all parameters, in their order.
func (r *request) by(k Kind) []*ir.Input {
	inputs, named := map[string]*ir.Input{}, map[string]bool{}
	for _, in := range r.f.Inputs {
		inputs[in.Name] = in
	}
	var list []*ir.Input
	for _, n := range k.By {
		in := inputs[n.Text]
		switch {
		case len(r.errs) > maxReported: // enough is said
			return list
		case named[n.Text]:
			r.fail(n.At, "name it once", "%s is named twice", n.Text)
		case in == nil && slices.Contains(r.f.Sizes, n.Text):
			r.fail(n.At, "name some of "+r.arguments(), "%s is a size, and there is no derivative by sizes", n.Text)
		case in == nil:
			r.fail(n.At, r.didYouMean(n.Text), "%s has no argument %s", r.f.Name, n.Text)
		case in.Type == ir.Int:
			r.fail(n.At, "", "%s is int, and there is no derivative by whole numbers", n.Text)
		default:
			list = append(list, in)
		}
		named[n.Text] = true
	}
	if slices.Equal(list, r.f.Params()) {
		return nil
	}
	return list
}

// arguments lists what can be named.
func (r *request) arguments() string {
	var names []string
	for _, in := range r.f.Inputs {
		if in.Type == ir.Real {
			names = append(names, in.Name)
		}
	}
	return strings.Join(names, ", ")
}

func (r *request) didYouMean(name string) string {
	for _, in := range r.f.Inputs {
		if oneEdit(name, in.Name) || strings.EqualFold(name, in.Name) {
			return "did you mean " + in.Name + "?"
		}
	}
	return "it has " + r.arguments()
}

// nearKind is the kind that a word may mean, or "".
func nearKind(word string) string {
	if k := kindAliases[strings.ToLower(word)]; k != "" {
		return k
	}
	for _, k := range ir.Kinds {
		if oneEdit(word, k) || strings.EqualFold(word, k) || sameWords(word, k) {
			return k
		}
	}
	return ""
}

// sameWords tells whether the two names are of the same words, in any order. A triangle is one whatever it is called.
func sameWords(name, kind string) bool {
	sorted := func(s string) []string {
		list := strings.Fields(strings.ReplaceAll(strings.ToLower(s), "lower", "upper"))
		slices.Sort(list)
		return list
	}
	return slices.Equal(sorted(name), sorted(kind))
}

// kindAliases are names of other tools.
var kindAliases = map[string]string{
	"gradient": "grad", "jac": "jacobian", "hess": "hessian", "pushforward": "jvp", "forward": "jvp", "pullback": "vjp", "reverse": "vjp",
	"upper hessian": "sparse upper hessian", "lower hessian": "sparse upper hessian", "gaussnewton": "gauss_newton", "gn": "gauss_newton", "jtj": "gauss_newton",
}
