package codegen_test

import (
	"fmt"
	"strings"
	"testing"

	source "github.com/adgen-go/adgen/parser"
	"github.com/adgen-go/adgen/passes"
)

// turns are rotations, each written in another way, of a vector (x, y, z); before the last two lines could stand anything.
var turns = map[string]string{
	"axis and angle": `(a, b, c, x, y, z) -> (p, q, r) = {
    n = sqrt(a^2 + b^2 + c^2)
    s = sin(n)/n
    t = (a*x + b*y + c*z)*(1 - cos(n))/n^2
    p = cos(n)*x + s*(b*z - c*y) + a*t
    q = cos(n)*y + s*(c*x - a*z) + b*t
    r = cos(n)*z + s*(a*y - b*x) + c*t
}`,
	"unit quaternion": `(d, a, b, c, x, y, z) -> (p, q, r) = {
    n = sqrt(a^2 + b^2 + c^2 + d^2)
    i = a/n
    j = b/n
    k = c/n
    w = d/n
    p = (1 - 2*(j^2 + k^2))*x + 2*(i*j - w*k)*y + 2*(i*k + w*j)*z
    q = 2*(i*j + w*k)*x + (1 - 2*(i^2 + k^2))*y + 2*(j*k - w*i)*z
    r = 2*(i*k - w*j)*x + 2*(j*k + w*i)*y + (1 - 2*(i^2 + j^2))*z
}`,
	"in the plane": `(a, x, y) -> (p, q) = {
    p = cos(a)*x - sin(a)*y
    q = sin(a)*x + cos(a)*y
}`,
	"two angles": `(a, b, x, y, z) -> (p, q, r) = {
    u = cos(a)*y - sin(a)*z
    v = sin(a)*y + cos(a)*z
    p = cos(b)*x + sin(b)*v
    q = u
    r = cos(b)*v - sin(b)*x
}`,
}

// TestRotations: the derivatives through rotations are those of the other orders, and there are some.
func TestRotations(t *testing.T) {
	for name, body := range turns {
		t.Run(name, func(t *testing.T) {
			text := "f" + body + "\n"
			if w := through(t, text); len(w) == 0 {
				t.Error("no rotation was found")
			}
			checkJacobian(t, text, 0, 1, 2)
		})
	}
}

// TestNoRotation: what only looks like one is none.
func TestNoRotation(t *testing.T) {
	for _, text := range []string{
		"f(a, x, y) -> (p, q) = {\n p = cos(a)*x + sin(a)*y\n q = sin(a)*x + cos(a)*y\n}\n",             // not orthogonal
		"f(a, x, y) -> (p, q) = {\n p = cos(a)*x - sin(2*a)*y\n q = sin(2*a)*x + cos(a)*y\n}\n",         // of different angles
		"f(a, x, y) -> (p, q) = {\n p = cos(a)*x - sin(a)*x*y\n q = sin(a)*x + cos(a)*y\n}\n",           // not linear
		"f(a, x, y) -> (p, q) = {\n p = cos(a)*x - sin(a)*y + 1\n q = sin(a)*x*a + cos(a)*y*a + x\n}\n", // neither
	} {
		if w := through(t, text); len(w) > 0 {
			t.Errorf("%v of\n%s", w, text)
		}
		checkJacobian(t, text, 1)
	}
}

// through is the ways to the Jacobian that go through rotations.
func through(t *testing.T, text string) (list []string) {
	t.Helper()
	functions, err := source.LoadText("f.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	ways, err := passes.Jacobians(functions[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range ways {
		if strings.HasSuffix(w.Way, "through rotations") {
			list = append(list, w.Way)
		}
	}
	return list
}

// TestRotationIsCheaper: of a camera's residuals, whose rotation has an axis of any length, the way through the rotation has the fewest operations.
func TestRotationIsCheaper(t *testing.T) {
	body := strings.Replace(strings.TrimSuffix(turns["axis and angle"], "}"), "(p, q, r)", "(e, g)", 1)
	text := fmt.Sprintf("f%s    e = p/r\n    g = q/r\n}\n", body)
	functions, err := source.LoadText("f.ad", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := passes.Analyze(functions[0], passes.Usual, passes.Default(functions[0])...)
	if err != nil {
		t.Fatal(err)
	}
	least, others := 1e9, 1e9
	for _, w := range r.Kinds[0].Ways {
		count, _ := w.Count.Total().Eval(nil).Float64()
		if strings.Contains(w.Way, "through rotations") {
			least = min(least, count)
		} else {
			others = min(others, count)
		}
	}
	if !(least < others) {
		t.Errorf("%v operations through the rotation, %v in other ways", least, others)
	}
}

// TestComplement: 1 ± erf is one call, but where the error function is used elsewhere too.
func TestComplement(t *testing.T) {
	for text, want := range map[string]int{
		"f(x) = 1 + erf(x)\n":          2,
		"f(x) = 3 - 3*erf(x)\n":        2,
		"f(x) = 0.5 + 0.5*erf(2*x)\n":  3,
		"f(x) = (1 + erf(x))*erf(x)\n": 3,
	} {
		functions, err := source.LoadText("f.ad", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		f := functions[0]
		checkJacobian(t, strings.Replace(text, "f(x) = ", "f(x) -> (p, q) = {\n p = x\n q = ", 1)+"}\n", 1)
		if got, _ := passes.Count(passes.Schedule(passes.Optimize(passes.Usual, f))).Total().Eval(nil).Float64(); int(got) != want {
			t.Errorf("%s takes %v operations, want %d", strings.TrimSpace(text), got, want)
		}
	}
}
