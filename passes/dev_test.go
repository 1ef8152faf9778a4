package passes_test

import (
	"os"
	"testing"
	"time"

	"github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

func TestDev(t *testing.T) {
	list, err := parser.Load(os.Getenv("DEV"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		g, err := passes.Gradient(f)
		if err != nil {
			t.Fatal(err)
		}
		t0 := time.Now()
		a := passes.Simplify(g)
		t1 := time.Now()
		b := passes.Search(a, 2000)
		t2 := time.Now()
		ca := passes.Count(passes.Schedule(a)).Total().Format(nil, "*")
		cb := passes.Count(passes.Schedule(b)).Total().Format(nil, "*")
		t.Logf("%-16s simplify %s (%v) search %s (%v)", f.Name, ca, t1.Sub(t0).Round(time.Millisecond), cb, t2.Sub(t1).Round(time.Millisecond))
	}
}
