package codegen_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets random tests draw the same programs each time, so that a run can be repeated, and few of them in a short run. Others are drawn with
// -rapid.seed=N, and many more of them with -rapid.checks=N.
func TestMain(m *testing.M) {
	flag.Parse()
	preset("rapid.seed", "1")
	if testing.Short() {
		preset("rapid.checks", "20")
	}
	os.Exit(m.Run())
}

// preset gives a flag that is not given another default.
func preset(name, value string) {
	if f := flag.Lookup(name); f.Value.String() == f.DefValue {
		if err := f.Value.Set(value); err != nil {
			panic(err)
		}
	}
}
