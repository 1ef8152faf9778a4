package codegen_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets random tests draw the same programs each time, so that a run can be repeated. Others are drawn with -rapid.seed=N, and many more of them
// with -rapid.checks=N.
func TestMain(m *testing.M) {
	flag.Parse()
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == seed.DefValue {
		if err := seed.Value.Set("1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
