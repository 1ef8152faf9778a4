package codegen_test

import (
	"testing"

	"github.com/adgen-go/adgen/ir"
	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// TestGradientOfProduct: three multiplications a factor for value and gradient, no division, and right where factors are zero.
func TestGradientOfProduct(t *testing.T) {
	for _, c := range []struct{ text, count string }{
		{"f(x[n]) = prod(i: x[i])", "3·n"},
		{"f(X[s,n]; x[n]) = sum(a: prod(i: X[a,i] + x[i]))", "5·s·n + s"},
		{"f(x[n]) = prod(i: x[i])^2 + prod(i: x[i])", "4·n + 4"},
		{"f(x[n], y[n]) = prod(i: x[i]) * prod(i: y[i])", ""},
		{"f(x[n]) = sum(i: x[i] * prod(j: x[j] - 2))", ""},
		{"f(x[n], y[m]) = sum(j: prod(i: x[i] + y[j]))", ""},
		{"f(x[n]; c) = log(prod(i: exp(c*x[i])))", ""},
		{"f(X[n,n]; x[n]) = prod(i: prod(j: X[i,j] + x[j]))", ""},
		{"f(a[n]; x[n]) = prod(i: 2 - x[i]) + prod(i, j if j < i and a[i] > 0.9: 1 + x[i]*x[j])", ""}, // 1 where the condition does not hold
		{"f(a[n]; x[n]) = sum(i: if a[i] > 0.9 then prod(j: x[i] + x[j]) else x[i])", ""},
	} {
		list, err := source.LoadText("f.ad", []byte(c.text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		f := list[0]
		grad, err := passes.Gradient(f)
		if err != nil {
			t.Fatal(err)
		}
		d := passes.Optimize(passes.Usual, grad)
		program := passes.Schedule(d)
		count := passes.Count(program)
		if got := count.Total().Format(f.Sizes, "·"); c.count != "" && got != c.count {
			t.Errorf("%s: %s operations, want %s", c.text, got, c.count)
		}
		for n := range 5 {
			for _, zeros := range []int{0, 1, 2} {
				env := ir.Env{Sizes: map[string]int{}, Inputs: map[string]ir.Tensor{}}
				for _, s := range f.Sizes {
					env.Sizes[s] = n + 1
				}
				for k, in := range f.Inputs {
					x := ir.Tensor{}
					size := 1
					for range in.Dims {
						x.Dims = append(x.Dims, n+1)
						size *= n + 1
					}
					for i := range size {
						v := 0.5 + float64((7*i+3*k)%5)/4
						if i < zeros {
							v = 0
						}
						x.Data = append(x.Data, v)
					}
					env.Inputs[in.Name] = x
				}
				want, err := ir.Eval(grad, env)
				if err != nil {
					t.Fatal(err)
				}
				got, err := run(program, env)
				if err != nil {
					t.Fatalf("%s: %v", c.text, err)
				}
				for i, w := range want {
					for e, v := range w.Data {
						if passes.ULP(got[i].Data[e], v, v, 53) > 64 {
							t.Errorf("%s, n = %d, %d zeros: result %d[%d] is %v, want %v", c.text, n+1, zeros, i, e, got[i].Data[e], v)
						}
					}
				}
			}
		}
	}
}
