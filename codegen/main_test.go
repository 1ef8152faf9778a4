package codegen_test

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets random tests draw the same programs each time, so that a run can be repeated, and few of them in a short run. Others are drawn with
// -rapid.seed=N, and many more of them with -rapid.checks=N.
func TestMain(m *testing.M) {
	flag.Parse()
	debug.SetGCPercent(400) // a search leaves much behind; else a third of the time goes into collecting it
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
