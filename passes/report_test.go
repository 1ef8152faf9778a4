package passes

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden reports")

func TestReportGolden(t *testing.T) {
	var reports []Report
	for _, f := range []func() (Report, error){
		func() (Report, error) { return Analyze(seed1(), Usual) },
		func() (Report, error) { return Analyze(seed2(), Usual) },
		func() (Report, error) { return Analyze(mlp(), Usual) },
	} {
		r, err := f()
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	var table, json bytes.Buffer
	if err := WriteTable(&table, reports); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&json, reports); err != nil {
		t.Fatal(err)
	}
	golden(t, "flops.txt", table.Bytes())
	golden(t, "flops.json", json.Bytes())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}
