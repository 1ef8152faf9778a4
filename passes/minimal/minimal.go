// Package minimal proves that a small straight-line program has as few operations as possible, or finds one that has fewer:
//
//	v, err := minimal.Prove(d, 7, work, accept)
//
// of a program d of 7 operations, which computes a value and its derivatives, tells whether there is one of 6 or fewer.
//
// # What is proved
//
// Programs are lists of operations, each of which is +, −, × or ÷ of two values, the negative of one, or one of the functions of one argument that d calls. Values
// are the arguments, what operations before have computed, and constants: 1 and 2, the constants of d, and the coefficients of its results multiplied out, with both
// signs; see constants. Nothing is assumed about how derivatives are computed.
//
// A program counts if its results are those of d. That is decided as identities of polynomials are, by evaluation at random arguments (Schwartz, Fast probabilistic
// algorithms for verification of polynomial identities, 1980; Zippel, 1979), two of them, in float64: values that agree to 10⁻¹⁰ at both, and to 10⁻⁶ at some others, are
// the same. A program that exists is missed only if two different values on its way agree so, by chance or as one is what is added to 10¹⁰ times as much, or if
// cancellation costs five digits or more.
//
// What counts must also be safe. At arguments with zeros, ones, and large ones its results are finite and right wherever those of d are. And it divides by nothing that
// is 0 somewhere in a region, of all arguments or of all positive ones, where d divides by nothing that is: that is seen from a value that is 0 at an argument that is
// tried, or has both signs at two. So x²·y/x is no program for x·y.
//
// # How it is searched for
//
// Values are taken up to their signs; what is found is made a program with signs by realize. A program is then a set of values, and sets are enumerated, each once: of
// the values that one operation makes of those at hand, one that was tried is in no set after it. A target that one operation makes is computed at once. An
// operation with a constant stands directly before the one that first uses it. There are never more values without a use than the operations that are left can
// use. And if two more values are allowed beside the targets, or one, each target has to be within reach of them, even if the others were given: that is looked up in
// tables of what one operation makes of the values and of what two operations make a target; see side. So the last two levels and the targets, by far the
// most of the tree, are visited only where they lead to something.
package minimal

import "github.com/adgen-go/adgen/ir"

// Verdict is what is known about the operations that are needed.
type Verdict struct {
	AtLeast   int       // no program has fewer
	Shorter   *ir.Func  // one of AtLeast operations, if that is fewer than there are
	Constants []float64 // that were tried
	Functions []string
	Visited   int // sets of values
	Rejected  int // programs of fewer operations
}

// Prove looks for programs of fewer operations for the results of d, the shortest first, of those that are accepted, and looks at so many sets of values at most.
// A Refusal says why d is out of scope.
func Prove(d *ir.Func, operations, work int, accept func(*ir.Func) bool) (Verdict, error) {
	p, err := newProblem(d)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{AtLeast: p.computed()}
	for _, c := range p.constants {
		v.Constants = append(v.Constants, c.value)
	}
	for _, f := range p.calls {
		v.Functions = append(v.Functions, f.Name)
	}
	for ; v.AtLeast < min(operations, maxOperations); v.AtLeast++ {
		s := p.search(v.AtLeast, work-v.Visited, accept)
		done := s.run()
		if s.found == nil && done && s.slack {
			v.Visited += s.visited
			s = p.search(v.AtLeast, work-v.Visited, accept)
			s.strict = true
			done = s.run()
		}
		v.Visited += s.visited
		v.Rejected += s.rejected
		if v.Shorter = s.found; v.Shorter != nil || !done {
			break
		}
	}
	return v, nil
}
