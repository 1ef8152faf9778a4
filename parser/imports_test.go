package parser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportLimits: files that import many, or large ones, are refused in good time.
func TestImportLimits(t *testing.T) {
	comment := "#" + strings.Repeat("x", MaxBytes/2) + "\n"
	chain := map[string]string{}
	for i := range 200 {
		chain[fmt.Sprintf("f%d.ad", i)] = fmt.Sprintf("import \"f%d.ad\"\ng%d(x) = x\n", i+1, i)
	}
	wide := ""
	for i := range 200 {
		wide += fmt.Sprintf("import \"g%d.ad\"\n", i)
		chain[fmt.Sprintf("g%d.ad", i)] = "import \"f0.ad\"\n"
	}
	chain["wide.ad"] = wide
	for name, c := range map[string]struct {
		files map[string]string
		root  string
		want  string
	}{
		"chain": {chain, "f0.ad", "more than 99 files are imported"},
		"wide":  {chain, "wide.ad", "more than 99 files are imported"},
		"bytes": {map[string]string{"a.ad": "import \"b.ad\"\nimport \"c.ad\"\nf(x) = x\n", "b.ad": comment + "g(x) = x\n", "c.ad": comment + "h(x) = x\n"},
			"a.ad", "with c.ad the files have more than the 16777216 bytes that are read"},
		"one too large": {map[string]string{"a.ad": "import \"b.ad\"\nf(x) = x\n", "b.ad": comment + comment + "g(x) = x\n"}, "a.ad", "with b.ad the files have more than"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Load(filepath.Join(dir, c.root))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %s", err, c.want)
			}
			if err != nil && len(err.Error()) > 20_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}
