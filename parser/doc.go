// Package parser reads expression files: text to syntax tree, and syntax tree to
// functions of package ir. All that a user can write wrong ends here, in diagnostics that point at the place.
//
//	functions, err := parser.Load("model.ad")
//	if err != nil {
//		fmt.Fprintln(os.Stderr, err) // file, line, column, the line itself, what to do
//	}
//
// Parse makes the tree, with a hand-written lexer and precedence climbing behind Participle's reader
// of statements. Elaborate resolves names, checks shapes, infers the ranges of indices,
// and puts definitions in for their calls; it simplifies nothing.
package parser
