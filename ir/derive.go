package ir

import (
	"errors"
	"slices"
	"strings"
)

// Kinds are the names of what can be derived, as they stand in directives and on the command line.
var Kinds = []string{"value", "grad", "jvp", "vjp", "jacobian", "hessian", "hvp", "gauss_newton", "sparse jacobian", "sparse hessian", "sparse upper hessian"}

// Wanted is a program that is asked for: a kind of derivative, by the inputs By in their order, by all parameters where that is nil.
type Wanted struct {
	Kind string
	By   []*Input
	At   Place // where it is asked for
}

// All is the kinds, each by all parameters.
func All(kinds ...string) []Wanted {
	list := make([]Wanted, len(kinds))
	for i, k := range kinds {
		list[i].Kind = k
	}
	return list
}

// String prints w as it is written, such as hessian(theta).
func (w Wanted) String() string {
	if w.By == nil {
		return w.Kind
	}
	names := make([]string, len(w.By))
	for i, in := range w.By {
		names[i] = in.Name
	}
	return w.Kind + "(" + strings.Join(names, ", ") + ")"
}

// Same tells whether w and v ask for the same.
func (w Wanted) Same(v Wanted) bool {
	return w.Kind == v.Kind && (w.By == nil) == (v.By == nil) && slices.Equal(w.By, v.By)
}

// Place is a piece of source text that an error points at.
type Place struct {
	Name  string // file:line:column, "" if there is no place
	Quote string // the line, and one below it with a caret
}

// Error is an error at the place p, with what to do about it.
func (p Place) Error(message, help string) error {
	if p.Name != "" {
		message = p.Name + ": " + message + "\n" + p.Quote
	}
	if help != "" {
		message = strings.TrimRight(message, "\n") + "\n  help: " + help
	}
	return errors.New(strings.TrimRight(message, "\n"))
}
