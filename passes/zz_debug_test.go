package passes_test

import (
	"fmt"
	"os"
	"testing"

	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

func TestZZ(t *testing.T) {
	file := os.Getenv("ZZ")
	if file == "" {
		t.Skip()
	}
	list, err := source.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	f := list[0]
	v := passes.Optimize(passes.Usual, f)
	fmt.Fprintln(os.Stderr, "=== value done")
	ways, err := passes.Ways(f, passes.Default(f)[0], v)
	if err != nil {
		t.Fatal(err)
	}
	d := passes.Optimize(passes.Usual, ways...)
	fmt.Fprintln(os.Stderr, d)
	fmt.Fprintln(os.Stderr, passes.Count(passes.Schedule(d)).Total())
}

func TestZP(t *testing.T) {
	file := os.Getenv("ZP")
	if file == "" {
		t.Skip()
	}
	for range 12 {
		list, err := source.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		v := passes.Optimize(passes.Usual, f)
		ways, err := passes.Ways(f, passes.Default(f)[0], v)
		if err != nil {
			t.Fatal(err)
		}
		passes.Optimize(passes.Usual, ways...)
	}
}
