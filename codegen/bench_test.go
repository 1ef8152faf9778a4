package codegen_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/adgen-go/adgen/codegen"
	source "github.com/adgen-go/adgen/parser"
)

// straightLine is the source of a function of about so many operations.
func straightLine(operations int) string {
	var b strings.Builder
	b.WriteString("f(x, y, z) = {\n    t0 = x\n    t1 = y\n    t2 = z\n")
	forms := []string{"sin(t%d)*t%d + t%d", "t%d*t%d - 0.5*t%d", "tanh(t%d + t%d*0.3)*t%d", "t%d/(2 + t%d^2) + t%d"}
	lines := operations / 4
	for i := range lines {
		form := forms[i%len(forms)]
		fmt.Fprintf(&b, "    t%d = "+form+"\n", i+3, i+2, max(0, i-i%7), i)
	}
	fmt.Fprintf(&b, "    t%d\n}\n", lines+2)
	return b.String()
}

// BenchmarkCompile goes from text to Go, value and gradient, for growing functions: the time per operation should
// stay about the same.
func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		text := []byte(straightLine(n))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				list, err := source.LoadText("bench.ad", text)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := codegen.Compile(list, nil, codegen.Config{Package: "bench", Source: "bench.ad"}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/operation")
		})
	}
}
