// Package adbench has the four objectives of the ADBench suite, a benchmark of tools for automatic differentiation, as adgen
// compiles them from testdata/adbench, with readers for the suite's files:
//
//	data, err := adbench.ReadGMM("gmm_d10_K25.txt", file)
//	f, err := data.Bind()
//	value := f.Grad(data.Theta, grad)
//
// The readers take any file of the suite's formats, at any size, and refuse others with an error that names file and
// line. Bind gives the emitted object its sizes and data; Theta are the parameters in the suite's order, which is
// also the order of the derivatives.
//
// Source: F. Šrajer, Z. Kukelova, A. Fitzgibbon, A benchmark of selected algorithmic differentiation tools on some problems in
// computer vision and machine learning, 2018.
package adbench

//go:generate go run ../../cmd/adgen compile --package adbench -o gmm.go ../../testdata/adbench/gmm.ad
//go:generate go run ../../cmd/adgen compile --package adbench -o ba.go ../../testdata/adbench/ba.ad
//go:generate go run ../../cmd/adgen compile --package adbench -o lstm.go ../../testdata/adbench/lstm.ad
//go:generate go run ../../cmd/adgen compile --package adbench -o lstm_sparing.go ../../testdata/adbench/lstm_sparing.ad
//go:generate go run ../../cmd/adgen compile --package adbench -o hand.go ../../testdata/adbench/hand.ad
