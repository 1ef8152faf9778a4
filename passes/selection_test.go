package passes_test

import (
	"path/filepath"
	"testing"

	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestConfirmed: what is emitted without a search, and with one, passes the whole judge.
func TestConfirmed(t *testing.T) {
	if testing.Short() {
		t.Skip("searches")
	}
	t.Parallel()
	for _, name := range []string{"peng_robinson", "spline", "hs93", "gauss_ll"} {
		list, err := source.Load(filepath.Join("..", "testdata", "flops", name+".ad"))
		if err != nil {
			t.Fatal(err)
		}
		ways, err := passes.Ways(list[0], passes.Default(list[0])[0], list[0])
		if err != nil {
			t.Fatal(err)
		}
		for effort := range 2 {
			best := passes.Optimize(passes.Goal{Model: passes.UnitModel, Effort: effort}, ways...)
			if !passes.Judge(ways[0])(best) {
				t.Errorf("%s with effort %d is refused:\n%v", name, effort, best)
			}
		}
	}
}
