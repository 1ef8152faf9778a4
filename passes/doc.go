// Package passes turns functions of package ir into other functions and into loop
// programs: derivatives, simplification, scheduling, operation counts.
//
//	grad, err := passes.Gradient(f)       // value and adjoints of all parameters
//	program := passes.Schedule(passes.Optimize(passes.Usual, grad))
//	count := passes.Count(program)
//
// A derivative is a function like any other, so that passes compose: the
// gradient of a gradient's component is a row of the Hessian.
package passes
