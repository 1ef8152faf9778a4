package parser

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// hostile are inputs that break parsers: each must be refused, or read, without a crash and in good time.
func hostile() map[string]string {
	r := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 1<<16)
	for i := range noise {
		noise[i] = byte(r.UintN(256))
	}
	doubling := "f0(x) = x\n"
	for i := 1; i <= 60; i++ {
		n := string(rune('A'+i/26)) + string(rune('a'+i%26))
		m := "f0"
		if i > 1 {
			m = string(rune('A'+(i-1)/26)) + string(rune('a'+(i-1)%26))
		}
		doubling += n + "(x) = " + m + "(x) + " + m + "(x)\n"
	}
	const million = 1_000_000
	return map[string]string{
		"parentheses":       "f(x) = " + strings.Repeat("(", million),
		"closed":            "f(x) = " + strings.Repeat("(", million) + "x" + strings.Repeat(")", million),
		"brackets":          "f(x) = x" + strings.Repeat("[", million),
		"braces":            "f(x) = " + strings.Repeat("{", million),
		"minus":             "f(x) = " + strings.Repeat("-", million) + "x",
		"not":               "f(x) = if " + strings.Repeat("not ", million/4) + "x > 0 then 1 else 0",
		"powers":            "f(x) = x" + strings.Repeat("^x", million),
		"terms":             "f(x) = x" + strings.Repeat("+x", 300_000),
		"products":          "f(x) = x" + strings.Repeat("*x", 300_000),
		"transposes":        "f(X[n,n]) = sum(X" + strings.Repeat("'", million) + ")",
		"conditions":        "f(x) = " + strings.Repeat("if x > 0 then 1 else ", 50_000) + "0",
		"comparisons":       "f(x) = if x > 0" + strings.Repeat(" and x > 0", 100_000) + " then 1 else 0",
		"calls":             "f(x) = " + strings.Repeat("sin(", million) + "x",
		"sums":              "f(x[n]) = " + strings.Repeat("sum(i: ", 100_000) + "x[i]",
		"subscripts":        "f(x) = " + strings.Repeat("x[", million),
		"arguments":         "f(" + strings.Repeat("x,", million) + "x) = x",
		"definitions":       strings.Repeat("f(x) = x\n", 100_000),
		"newlines":          strings.Repeat("\n", million),
		"semicolons":        "f(x) = {" + strings.Repeat(";", million) + "x}",
		"zeros":             strings.Repeat("\x00", million),
		"noise":             string(noise),
		"digits":            "f(x) = " + strings.Repeat("9", million),
		"name":              strings.Repeat("f", million) + "(x) = x",
		"doubling":          doubling,
		"dimensions":        "f(x[" + strings.Repeat("n,", 10_000) + "n]) = sum(x)",
		"size":              "f(x[1000000000000]) = sum(x)\ng(x[n]) = sum(i in 0..99999999999999999999: x[0])",
		"size of a product": "f(x[n" + strings.Repeat("*n", 10_000) + "]) = sum(x)",
		"sum of sizes":      "f(x[(n+1)" + strings.Repeat("*(n+1)", 400) + "]) = sum(x)",
	}
}

func TestHostileInput(t *testing.T) {
	if testing.Short() {
		t.Skip("reads megabytes")
	}
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			_, err := LoadText("hostile.ad", []byte(text))
			if err != nil && len(err.Error()) > 20_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if err != nil && strings.Contains(err.Error(), "internal error") {
				t.Error(err)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	_, err := LoadText("large.ad", make([]byte, MaxBytes+1))
	if err == nil || !strings.Contains(err.Error(), "more than the 16777216 that are read") {
		t.Errorf("the error is %v", err)
	}
}

// FuzzParse: no text crashes or hangs the front half of the compiler.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"f(x) = sqrt(x^2 + exp(x^2))\n", "f(X[n,p], k[n] int; W[p]) = sum(i, j if j < k[i]: X[i,j]*W[j])\n",
		"f(x[n]) -> (y[n], s) = { y[i] = x[i]; s = mean(x) }\nderive f: vjp\n", "f(x) = if x > 0 and not x > 1 then 1 else -x'\n",
		"f(x[n]) = softmax(x)[0] + sum(i in 1..n: x[i-1]²)\n", "f(x = (\n}g(x) = 2x\n", "\x00\xff", "f(θ₁) = Σ(i in 0..3: θ₁)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		if _, err := LoadText("fuzz.ad", []byte(text)); err != nil && strings.Contains(err.Error(), "internal error") {
			t.Error(err)
		}
	})
}

// BenchmarkParse1MB reads a file of a megabyte.
func BenchmarkParse1MB(b *testing.B) {
	var s strings.Builder
	for i := 0; s.Len() < 1<<20; i++ {
		name := "f" + strings.Repeat("a", i%7) + string(rune('a'+i%26)) + strings.Repeat("b", i/180)
		s.WriteString(name + "(x, y; w1, b1) = (sigmoid(w1*x + b1) - y)^2 / 2 + exp(-x^2) * (1 + w1/3.5)\n")
	}
	text := []byte(s.String())
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse("bench.ad", text); err != nil && !strings.Contains(err.Error(), "twice") {
			b.Fatal(err)
		}
	}
}
