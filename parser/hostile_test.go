package parser

import (
	"fmt"
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
	parts, proofs, prims := "p0(x) -> (a, b) = { a = x; b = 2*x }\n", "f(x[n], y[q]) = sum(i in 0..n, j in 0..n, k in 0..n if i*j < k*k: 0", ""
	for i := 1; i <= 60; i++ {
		parts += fmt.Sprintf("p%d(x) -> (a, b) = { (c, d) = p%d(x)\n (a, b) = p%d(c + d) }\n", i, i-1, i-1)
	}
	for i := range 3000 {
		proofs += fmt.Sprintf(" + y[(i*i + %d)/7 + (j*j - %d)*k/5 + i*j*%d]", i, i, i)
		prims += fmt.Sprintf("primitive p%d(x) = go \"math\".Sin derivative p%d(x)\n", i, i)
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
		"lists":             "f(x) = " + strings.Repeat("[", million),
		"nested lists":      "f(x) = " + strings.Repeat("[", 400) + "x" + strings.Repeat("]", 400),
		"elements":          "f(x) = sum([" + strings.Repeat("x,", million) + "x])",
		"concat":            "f(x[n]) = sum(concat(" + strings.Repeat("x,", 900) + "x))",
		"pairs":             "f(x) = {" + strings.Repeat("(", million) + "x, y) = f(x)\nx}",
		"parts":             parts,
		"proofs":            proofs + ")",
		"primitives":        prims + "f(x) = p0(x)",
		"quotation":         "import \"" + strings.Repeat("a", million) + "\"\nf(x) = x",
		"open quotation":    "import \"" + strings.Repeat("a", million),
		"derivatives":       "primitive f(x) = go \"math\".Sin derivative " + strings.Repeat("x,", million) + "x",
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
		"g(x[n]; L[n*(n+1)/2]) -> (a, b[n]) = { b[i] = sum(j in 0..i+1: L[i*(i+1)/2 + j]*x[j]); a = b[0] }\nf(x[n,3]) = { (a[i], B[i in 0..n]) = g(x[i], [1, 2, 3, 4, 5, 6]); sum(a) }\n",
		"f(k[n] int; x[q], m) = sum(i, j in 0..3 if j < i + 2: [x[k[i]*2 + j], m, [1, 2][0]][j]) + sum(cross([m, 1, 2], concat(x, [m])[0..3]))\n",
		"primitive j0(x) = go \"math\".J0\n  derivative -j1(x)\n  cost 2\nimport \"a.ad\"\nf(x) = j0(x)\n",
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
