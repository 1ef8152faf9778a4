package codegen_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/adgen-go/adgen/codegen"
)

// TestWriteDevice: what is no file is written to, and stays what it is. Reading it might wait for ever.
func TestWriteDevice(t *testing.T) {
	if err := codegen.WriteFile(os.DevNull, []byte("package p\n"), false); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode()&fs.ModeDevice == 0 {
		t.Errorf("%s is %v, no device", os.DevNull, info.Mode())
	}
}
