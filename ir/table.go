package ir

import (
	"math"
	"math/bits"

	"github.com/adgen-go/adgen/runtime"
)

// The primitives, in order of the table.
const (
	OpAdd Op = iota
	OpSub
	OpMul
	OpDiv
	OpNeg
	OpPow
	OpMin
	OpMax

	OpLt
	OpLe
	OpEq
	OpNe
	OpAnd
	OpOr
	OpNot
	OpSelect

	OpIntMul
	OpIntDiv
	OpSlots
	OpReal

	OpSqrt
	OpCbrt
	OpExp
	OpExp2
	OpExpm1
	OpLog
	OpLog2
	OpLog10
	OpLog1p
	OpSin
	OpCos
	OpTan
	OpAsin
	OpAcos
	OpAtan
	OpAtan2
	OpSinh
	OpCosh
	OpTanh
	OpAsinh
	OpAcosh
	OpAtanh
	OpHypot
	OpAbs
	OpSign
	OpFloor
	OpCeil
	OpTrunc
	OpRound
	OpMod
	OpErf
	OpErfc
	OpErfinv
	OpErfcinv
	OpGamma
	OpLgamma
	OpDigamma
	OpTrigamma
	OpPolygamma
	OpJ0
	OpJ1
	OpJn
	OpY0
	OpY1
	OpYn

	OpSigmoid
	OpSoftplus
	OpExpFTZ
	OpRelu
	OpStopGradient

	opCount

	// FirstOwn is the first of the primitives that a source declares, of each graph its own.
	FirstOwn = opCount
)

// twoOverRootPi is the factor of the derivative of erf.
const twoOverRootPi = 2 / (math.SqrtPi)

// primitives is the table with each row's Op filled in.
var primitives = func() [opCount]Prim {
	for i := range rows {
		rows[i].Op = Op(i)
	}
	return rows
}()

// rows is the table: one row is all that the compiler knows of a primitive.
// Derivatives are from Abramowitz & Stegun and DLMF; each is written with the result r
// where that saves an operation.
var rows = [opCount]Prim{
	OpAdd: {Name: "add", Arity: 2, Commutes: true, Cost: oneAdd, Go: "$0 + $1", Infix: 4, LaTeX: "$0 + $1",
		Eval:     func(x []float64) float64 { return x[0] + x[1] },
		Partials: []Partial{one, one}},
	OpSub: {Name: "sub", Arity: 2, Cost: oneAdd, Go: "$0 - $1", Infix: 4, LaTeX: "$0 - $1",
		Eval:     func(x []float64) float64 { return x[0] - x[1] },
		Partials: []Partial{one, func(g *Graph, x []*Node, r *Node) *Node { return g.Const(-1) }}},
	OpMul: {Name: "mul", Arity: 2, Commutes: true, Cost: oneMul, Go: "$0 * $1", Infix: 5, LaTeX: `$0 \, $1`,
		Eval: func(x []float64) float64 { return x[0] * x[1] },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node { return x[1] },
			func(g *Graph, x []*Node, r *Node) *Node { return x[0] }}},
	OpDiv: {Name: "div", Arity: 2, Cost: oneDiv, Go: "$0 / $1", Infix: 5, LaTeX: `\frac{$0}{$1}`,
		Eval: func(x []float64) float64 { return x[0] / x[1] },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(1), x[1]) },
			func(g *Graph, x []*Node, r *Node) *Node { return g.Neg(g.Div(r, x[1])) }}},
	OpNeg: {Name: "neg", Arity: 1, Cost: oneAdd, Go: "-$0", Infix: 6, LaTeX: "-$0",
		Eval:     func(x []float64) float64 { return -x[0] },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node { return g.Const(-1) }}},
	OpPow: {Name: "pow", Arity: 2, Cost: power, Public: true, Go: "math.Pow($0, $1)", LaTeX: "{$0}^{$1}",
		Doc:  "x^y; at x = 0 the derivative by y is 0 where x^y is 0.",
		Eval: func(x []float64) float64 { return math.Pow(x[0], x[1]) },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node {
				return g.Mul(x[1], g.Pow(x[0], g.Sub(x[1], g.Const(1))))
			},
			func(g *Graph, x []*Node, r *Node) *Node {
				return g.Select(g.Apply(OpEq, r, g.Const(0)), g.Const(0), g.Mul(r, g.Call(OpLog, x[0])))
			}}},
	OpMin: {Name: "min", Arity: 2, Public: true, Cost: oneComp, Go: "min($0, $1)", LaTeX: `\min($0, $1)`,
		Doc:  "the smaller; in a tie the derivative goes to the first operand.",
		Eval: func(x []float64) float64 { return min(x[0], x[1]) },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node { return g.Indicator(g.Apply(OpLe, x[0], x[1])) },
			func(g *Graph, x []*Node, r *Node) *Node {
				return g.Indicator(g.Not(g.Apply(OpLe, x[0], x[1])))
			}}},
	OpMax: {Name: "max", Arity: 2, Public: true, Cost: oneComp, Go: "max($0, $1)", LaTeX: `\max($0, $1)`,
		Doc:  "the larger; in a tie the derivative goes to the first operand.",
		Eval: func(x []float64) float64 { return max(x[0], x[1]) },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node { return g.Indicator(g.Apply(OpLe, x[1], x[0])) },
			func(g *Graph, x []*Node, r *Node) *Node {
				return g.Indicator(g.Not(g.Apply(OpLe, x[1], x[0])))
			}}},

	OpLt: {Name: "lt", Arity: 2, Result: Bool, Cost: compare, Go: "$0 < $1", Infix: 3, LaTeX: "$0 < $1",
		Eval: func(x []float64) float64 { return truth(x[0] < x[1]) }},
	OpLe: {Name: "le", Arity: 2, Result: Bool, Cost: compare, Go: "$0 <= $1", Infix: 3, LaTeX: `$0 \le $1`,
		Eval: func(x []float64) float64 { return truth(x[0] <= x[1]) }},
	OpEq: {Name: "eq", Arity: 2, Result: Bool, Commutes: true, Cost: compare, Go: "$0 == $1", Infix: 3, LaTeX: "$0 = $1",
		Eval: func(x []float64) float64 { return truth(x[0] == x[1]) }},
	OpNe: {Name: "ne", Arity: 2, Result: Bool, Commutes: true, Cost: compare, Go: "$0 != $1", Infix: 3, LaTeX: `$0 \ne $1`,
		Eval: func(x []float64) float64 { return truth(x[0] != x[1]) }},
	OpAnd: {Name: "and", Arity: 2, Operand: Bool, Result: Bool, Cost: free, Go: "$0 && $1", Infix: 2, LaTeX: `$0 \wedge $1`,
		Eval: func(x []float64) float64 { return truth(x[0] != 0 && x[1] != 0) }},
	OpOr: {Name: "or", Arity: 2, Operand: Bool, Result: Bool, Cost: free, Go: "$0 || $1", Infix: 1, LaTeX: `$0 \vee $1`,
		Eval: func(x []float64) float64 { return truth(x[0] != 0 || x[1] != 0) }},
	OpNot: {Name: "not", Arity: 1, Operand: Bool, Result: Bool, Cost: free, Go: "!$0", Infix: 6, LaTeX: `\neg $0`,
		Eval: func(x []float64) float64 { return truth(x[0] == 0) }},
	OpSelect: {Name: "select", Arity: 3, Cost: choice, LaTeX: `\begin{cases} $1 & $0 \\ $2 & \text{else} \end{cases}`,
		Doc:  "the second operand where the condition holds, else the third; the other one is not evaluated.",
		Eval: func(x []float64) float64 { return choose(x[0] != 0, x[1], x[2]) },
		Why:  "a condition", Partials: []Partial{nil, one, one}},

	OpIntMul: {Name: "imul", Arity: 2, Operand: Int, Result: Int, Commutes: true, Cost: free, Go: "$0 * $1", Infix: 5, LaTeX: `$0 \, $1`,
		Eval: func(x []float64) float64 { return x[0] * x[1] }},
	OpIntDiv: {Name: "idiv", Arity: 2, Operand: Int, Result: Int, Cost: free, Go: "$0 / $1", Infix: 5, LaTeX: `\lfloor $0/$1 \rfloor`,
		Eval: func(x []float64) float64 { return math.Trunc(x[0] / x[1]) }},
	OpSlots: {Name: "slots", Arity: 1, Operand: Int, Result: Int, Cost: free, Go: "adrt.CheckpointSlots($0)", LaTeX: `\lceil \log_2 $0 \rceil + 1`,
		Eval: func(x []float64) float64 { return float64(bits.Len(uint(max(x[0], 1)-1)) + 1) }},
	OpReal: {Name: "real", Arity: 1, Operand: Int, Cost: free, Go: "float64($0)", LaTeX: "$0",
		Eval: func(x []float64) float64 { return x[0] }, Partials: []Partial{nil}},

	OpSqrt: call("sqrt", math.Sqrt, "Sqrt", `\sqrt{$0}`, "the square root; NaN below 0, derivative +Inf at 0.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(0.5), r) }),
	OpCbrt: call("cbrt", math.Cbrt, "Cbrt", `\sqrt[3]{$0}`, "the cube root; derivative +Inf at 0.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(1), g.Mul(g.Const(3), g.Sq(r))) }),
	OpExp: call("exp", math.Exp, "Exp", `e^{$0}`, "e^x.",
		func(g *Graph, x []*Node, r *Node) *Node { return r }),
	OpExp2: call("exp2", math.Exp2, "Exp2", `2^{$0}`, "2^x.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Mul(g.Const(math.Ln2), r) }),
	OpExpm1: call("expm1", math.Expm1, "Expm1", `(e^{$0} - 1)`, "e^x − 1 without cancellation.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Add(r, g.Const(1)) }),
	OpLog: call("log", math.Log, "Log", `\log $0`, "the natural logarithm; -Inf at 0, NaN below.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(1), x[0]) }),
	OpLog2: call("log2", math.Log2, "Log2", `\log_2 $0`, "the logarithm to base 2.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(math.Log2E), x[0]) }),
	OpLog10: call("log10", math.Log10, "Log10", `\log_{10} $0`, "the logarithm to base 10.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(math.Log10E), x[0]) }),
	OpLog1p: call("log1p", math.Log1p, "Log1p", `\log(1 + $0)`, "log(1 + x) without cancellation.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Div(g.Const(1), g.Add(g.Const(1), x[0])) }),
	OpSin: call("sin", math.Sin, "Sin", `\sin $0`, "the sine of an angle in radians.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpCos, x[0]) }),
	OpCos: call("cos", math.Cos, "Cos", `\cos $0`, "the cosine of an angle in radians.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Neg(g.Call(OpSin, x[0])) }),
	OpTan: call("tan", math.Tan, "Tan", `\tan $0`, "the tangent of an angle in radians.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Add(g.Const(1), g.Sq(r)) }),
	OpAsin: call("asin", math.Asin, "Asin", `\arcsin $0`, "the inverse sine on [-1, 1]; derivative +Inf at the ends.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Div(g.Const(1), g.Call(OpSqrt, g.Sub(g.Const(1), g.Sq(x[0]))))
		}),
	OpAcos: call("acos", math.Acos, "Acos", `\arccos $0`, "the inverse cosine on [-1, 1]; derivative -Inf at the ends.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Div(g.Const(-1), g.Call(OpSqrt, g.Sub(g.Const(1), g.Sq(x[0]))))
		}),
	OpAtan: call("atan", math.Atan, "Atan", `\arctan $0`, "the inverse tangent.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Div(g.Const(1), g.Add(g.Const(1), g.Sq(x[0])))
		}),
	OpAtan2: {Name: "atan2", Arity: 2, Public: true, Cost: oneCall, Go: "math.Atan2($0, $1)", LaTeX: `\operatorname{atan2}($0, $1)`,
		Doc:  "the angle of the point (x, y), atan2(y, x); NaN derivatives at the origin.",
		Eval: func(x []float64) float64 { return math.Atan2(x[0], x[1]) },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node {
				return g.Div(x[1], g.Add(g.Sq(x[0]), g.Sq(x[1])))
			},
			func(g *Graph, x []*Node, r *Node) *Node {
				return g.Neg(g.Div(x[0], g.Add(g.Sq(x[0]), g.Sq(x[1]))))
			}}},
	OpSinh: call("sinh", math.Sinh, "Sinh", `\sinh $0`, "the hyperbolic sine.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpCosh, x[0]) }),
	OpCosh: call("cosh", math.Cosh, "Cosh", `\cosh $0`, "the hyperbolic cosine.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpSinh, x[0]) }),
	OpTanh: call("tanh", math.Tanh, "Tanh", `\tanh $0`, "the hyperbolic tangent.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Sub(g.Const(1), g.Sq(r)) }),
	OpAsinh: call("asinh", math.Asinh, "Asinh", `\operatorname{arsinh} $0`, "the inverse hyperbolic sine.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Div(g.Const(1), g.Call(OpSqrt, g.Add(g.Sq(x[0]), g.Const(1))))
		}),
	OpAcosh: call("acosh", math.Acosh, "Acosh", `\operatorname{arcosh} $0`, "the inverse hyperbolic cosine from 1; derivative +Inf at 1.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Div(g.Const(1), g.Call(OpSqrt, g.Sub(g.Sq(x[0]), g.Const(1))))
		}),
	OpAtanh: call("atanh", math.Atanh, "Atanh", `\operatorname{artanh} $0`, "the inverse hyperbolic tangent on (-1, 1).",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Div(g.Const(1), g.Sub(g.Const(1), g.Sq(x[0])))
		}),
	OpHypot: {Name: "hypot", Arity: 2, Public: true, Commutes: true, Cost: oneCall, Go: "math.Hypot($0, $1)", LaTeX: `\sqrt{{$0}^2 + {$1}^2}`,
		Doc:  "√(x² + y²) without overflow; NaN derivatives at the origin.",
		Eval: func(x []float64) float64 { return math.Hypot(x[0], x[1]) },
		Partials: []Partial{
			func(g *Graph, x []*Node, r *Node) *Node { return g.Div(x[0], r) },
			func(g *Graph, x []*Node, r *Node) *Node { return g.Div(x[1], r) }}},
	OpAbs: call("abs", math.Abs, "Abs", `\left|$0\right|`, "the absolute value; derivative 0 at 0.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpSign, x[0]) }),
	OpSign: {Name: "sign", Arity: 1, Public: true, Cost: oneCall, Go: "runtime.Sign($0)", Runtime: "Sign", LaTeX: `\operatorname{sign} $0`,
		Doc:  "-1, 0 or 1; no derivative.",
		Eval: func(x []float64) float64 { return runtime.Sign(x[0]) },
		Why:  jumps, Partials: []Partial{nil}},
	OpFloor: step("floor", math.Floor, "Floor", `\lfloor $0 \rfloor`, "the largest whole number not above x; no derivative."),
	OpCeil:  step("ceil", math.Ceil, "Ceil", `\lceil $0 \rceil`, "the smallest whole number not below x; no derivative."),
	OpTrunc: step("trunc", math.Trunc, "Trunc", `\operatorname{trunc} $0`, "the whole part of x; no derivative."),
	OpRound: step("round", math.Round, "Round", `\operatorname{round} $0`, "the nearest whole number, halves away from 0; no derivative."),
	OpMod: {Name: "mod", Arity: 2, Public: true, Cost: oneCall, Go: "math.Mod($0, $1)", LaTeX: `$0 \bmod $1`,
		Doc:  "x − y·trunc(x/y); derivatives 1 and −trunc(x/y), also at the jumps.",
		Eval: func(x []float64) float64 { return math.Mod(x[0], x[1]) },
		Partials: []Partial{one,
			func(g *Graph, x []*Node, r *Node) *Node { return g.Neg(g.Call(OpTrunc, g.Div(x[0], x[1]))) }}},
	OpErf: call("erf", math.Erf, "Erf", `\operatorname{erf} $0`, "the error function.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.bell(x[0], twoOverRootPi) }),
	OpErfc: call("erfc", math.Erfc, "Erfc", `\operatorname{erfc} $0`, "the complementary error function 1 − erf(x) without cancellation.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.bell(x[0], -twoOverRootPi) }),
	OpErfinv: call("erfinv", math.Erfinv, "Erfinv", `\operatorname{erf}^{-1} $0`, "the inverse error function on (-1, 1).",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Mul(g.Const(1/twoOverRootPi), g.Call(OpExp, g.Sq(r)))
		}),
	OpErfcinv: call("erfcinv", math.Erfcinv, "Erfcinv", `\operatorname{erfc}^{-1} $0`, "the inverse complementary error function on (0, 2).",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Mul(g.Const(-1/twoOverRootPi), g.Call(OpExp, g.Sq(r)))
		}),
	OpGamma: call("gamma", math.Gamma, "Gamma", `\Gamma($0)`, "the gamma function; NaN derivative at the poles 0, -1, ….",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Mul(r, g.Call(OpDigamma, x[0])) }),
	OpLgamma: {Name: "lgamma", Arity: 1, Public: true, Cost: oneCall, Go: "runtime.Lgamma($0)", Runtime: "Lgamma", LaTeX: `\log\left|\Gamma($0)\right|`,
		Doc:      "log |Γ(x)|; +Inf at the poles 0, -1, ….",
		Eval:     func(x []float64) float64 { l, _ := math.Lgamma(x[0]); return l },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpDigamma, x[0]) }}},
	OpDigamma: {Name: "digamma", Arity: 1, Public: true, Cost: oneCall, Go: "runtime.Digamma($0)", Runtime: "Digamma", LaTeX: `\psi($0)`,
		Doc:      "ψ(x) = Γ'(x)/Γ(x); NaN at the poles 0, -1, ….",
		Eval:     func(x []float64) float64 { return runtime.Digamma(x[0]) },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpTrigamma, x[0]) }}},
	OpTrigamma: {Name: "trigamma", Arity: 1, Public: true, Cost: oneCall, Go: "runtime.Trigamma($0)", Runtime: "Trigamma", LaTeX: `\psi'($0)`,
		Doc:      "ψ'(x).",
		Eval:     func(x []float64) float64 { return runtime.Trigamma(x[0]) },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node { return g.Apply(OpPolygamma, g.Int(2), x[0]) }}},
	OpPolygamma: {Name: "polygamma", Arity: 2, Public: true, Cost: oneCall, Go: "runtime.Polygamma($0, $1)", Runtime: "Polygamma", LaTeX: `\psi^{($0)}($1)`,
		Doc:  "the n-th derivative of ψ, polygamma(n, x), for a whole number n.",
		Eval: func(x []float64) float64 { return runtime.Polygamma(int(x[0]), x[1]) },
		Partials: []Partial{nil, func(g *Graph, x []*Node, r *Node) *Node {
			return g.Apply(OpPolygamma, g.IntAdd(x[0], g.Int(1)), x[1])
		}}},
	OpJ0: call("j0", math.J0, "J0", `J_0($0)`, "the Bessel function of the first kind of order 0.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Neg(g.Call(OpJ1, x[0])) }),
	OpJ1: call("j1", math.J1, "J1", `J_1($0)`, "the Bessel function of the first kind of order 1.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Mul(g.Const(0.5), g.Sub(g.Call(OpJ0, x[0]), g.Apply(OpJn, g.Int(2), x[0])))
		}),
	OpJn: bessel("jn", math.Jn, "Jn", `J_{$0}($1)`, "the Bessel function of the first kind, jn(n, x), of whole order n.", OpJn),
	OpY0: call("y0", math.Y0, "Y0", `Y_0($0)`, "the Bessel function of the second kind of order 0; -Inf at 0, NaN below.",
		func(g *Graph, x []*Node, r *Node) *Node { return g.Neg(g.Call(OpY1, x[0])) }),
	OpY1: call("y1", math.Y1, "Y1", `Y_1($0)`, "the Bessel function of the second kind of order 1; -Inf at 0, NaN below.",
		func(g *Graph, x []*Node, r *Node) *Node {
			return g.Mul(g.Const(0.5), g.Sub(g.Call(OpY0, x[0]), g.Apply(OpYn, g.Int(2), x[0])))
		}),
	OpYn: bessel("yn", math.Yn, "Yn", `Y_{$0}($1)`, "the Bessel function of the second kind, yn(n, x), of whole order n.", OpYn),

	OpSigmoid: {Name: "sigmoid", Arity: 1, Public: true, Cost: cost(Ops{Add: 2, Div: 1, Call: 1}),
		Go: "1 / (1 + math.Exp(-$0))", Infix: 5, LaTeX: `\sigma($0)`,
		Doc:  "the logistic function 1/(1 + e^(-x)); 0 and 1 where it saturates, with derivative 0.",
		Eval: func(x []float64) float64 { return 1 / (1 + math.Exp(-x[0])) },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node {
			return g.Mul(r, g.Sub(g.Const(1), r))
		}},
		Open: func(g *Graph, x []*Node) *Node {
			return g.Div(g.Const(1), g.Add(g.Const(1), g.Call(OpExp, g.Neg(x[0]))))
		}},
	OpSoftplus: {Name: "softplus", Arity: 1, Public: true, Cost: cost(Ops{Add: 2, Compare: 1, Call: 3}),
		Go: "max($0, 0) + math.Log1p(math.Exp(-math.Abs($0)))", Infix: 4, Atomic: true, LaTeX: `\log(1 + e^{$0})`,
		Doc:      "log(1 + e^x) = max(x, 0) + log1p(e^(-|x|)), without overflow.",
		Eval:     func(x []float64) float64 { return max(x[0], 0) + math.Log1p(math.Exp(-math.Abs(x[0]))) },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node { return g.Call(OpSigmoid, x[0]) }}},
	OpExpFTZ: {Name: "exp_ftz", Arity: 1, Cost: oneCall, Go: "runtime.ExpFTZ($0)", Runtime: "ExpFTZ", LaTeX: `e^{$0}`,
		Doc:      "e^x, flushed to zero where that is subnormal: the terms of logsumexp and softmax, of which the greatest is 1.",
		Eval:     func(x []float64) float64 { return runtime.ExpFTZ(x[0]) },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node { return r }}},
	OpRelu: {Name: "relu", Arity: 1, Public: true, Cost: oneComp, Go: "max($0, 0)", LaTeX: `\max($0, 0)`,
		Doc:  "max(x, 0); derivative 0 at 0.",
		Eval: func(x []float64) float64 { return max(x[0], 0) },
		Partials: []Partial{func(g *Graph, x []*Node, r *Node) *Node {
			return g.Indicator(g.Apply(OpLt, g.Const(0), x[0]))
		}}},
	OpStopGradient: {Name: "stop_gradient", Arity: 1, Public: true, Cost: free, Go: "$0", Infix: 6, LaTeX: "$0",
		Doc:      "x, taken as a constant by differentiation.",
		Eval:     func(x []float64) float64 { return x[0] },
		Partials: []Partial{nil}},
}

// call is the row of a function of package math of one variable.
func call(name string, eval func(float64) float64, goName, latex, doc string, d Partial) Prim {
	return Prim{Name: name, Arity: 1, Public: true, Cost: oneCall, Go: "math." + goName + "($0)", LaTeX: latex, Doc: doc,
		Eval: func(x []float64) float64 { return eval(x[0]) }, Partials: []Partial{d}}
}

// jumps is why steps have no derivative.
const jumps = "it is constant between jumps"

// step is the row of a piecewise constant function.
func step(name string, eval func(float64) float64, goName, latex, doc string) Prim {
	p := call(name, eval, goName, latex, doc, nil)
	p.Why = jumps
	return p
}

// bessel is the row of a Bessel function of whole order, B'ₙ = (Bₙ₋₁ − Bₙ₊₁)/2.
func bessel(name string, eval func(int, float64) float64, goName, latex, doc string, op Op) Prim {
	return Prim{Name: name, Arity: 2, Public: true, Cost: oneCall, Go: "math." + goName + "($0, $1)", LaTeX: latex, Doc: doc,
		Eval: func(x []float64) float64 { return eval(int(x[0]), x[1]) },
		Partials: []Partial{nil, func(g *Graph, x []*Node, r *Node) *Node {
			below, above := g.IntAdd(x[0], g.Int(-1)), g.IntAdd(x[0], g.Int(1))
			return g.Mul(g.Const(0.5), g.Sub(g.Apply(op, below, x[1]), g.Apply(op, above, x[1])))
		}}}
}

// one is the partial derivative 1.
func one(g *Graph, x []*Node, r *Node) *Node { return g.Const(1) }

// bell is c·e^(−x²).
func (g *Graph) bell(x *Node, c float64) *Node {
	return g.Mul(g.Const(c), g.Call(OpExp, g.Neg(g.Sq(x))))
}

func truth(b bool) float64 { return choose(b, 1, 0) }

func choose(b bool, x, y float64) float64 {
	if b {
		return x
	}
	return y
}
