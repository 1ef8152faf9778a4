// Package runtime trains and optimises functions that adgen has compiled: optimisers,
// mini-batches, a training loop, initial values, data from CSV files, saved parameters. It also has the
// special functions that emitted code needs and package math lacks. It never imports the compiler.
//
// A compiled function with arrays is an Objective; training it takes an optimiser and a loop:
//
//	adam, err := runtime.NewAdam[float64](0.01)
//	result, err := runtime.Train(ctx, model, theta, adam, runtime.Config[float64]{
//		Epochs:  10,
//		Batches: batches,
//	})
package runtime
