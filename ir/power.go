package ir

import (
	"math"
	"sync"
)

// Power says how to compute x^c without the general power function:
// x^Whole, times √x if Root, inverted if Inverse.
type Power struct {
	Whole   int
	Root    bool
	Inverse bool
}

// MaxChain is the largest whole exponent that is computed by multiplications.
const MaxChain = 64

// PlanPower plans the power with the constant exponent c. It reports false where c is
// not a constant, not a multiple of one half, or beyond MaxChain.
func PlanPower(c Operand) (Power, bool) {
	v, ok := c.Constant()
	if !ok || math.Abs(v) > MaxChain || math.Trunc(2*v) != 2*v {
		return Power{}, false
	}
	whole := math.Trunc(math.Abs(v))
	return Power{Whole: int(whole), Root: whole != math.Abs(v), Inverse: v < 0}, true
}

// ChainLength is the number of multiplications in a shortest addition chain for n.
func ChainLength(n int) int {
	if n < 2 {
		return 0
	}
	return len(Chain(n)) - 1
}

// Chain is a shortest addition chain for n, from 1 to n: each element after the
// first is the sum of two before it, of which one stands directly before it (a star
// chain; up to MaxChain these are as short as any, Knuth, The Art of Computer
// Programming 2, 4.6.3).
func Chain(n int) []int { return chains()[n] }

var chains = sync.OnceValue(func() [MaxChain + 1][]int {
	var best [MaxChain + 1][]int
	var extend func(chain []int)
	limit := 8 // no exponent up to 64 needs more multiplications
	extend = func(chain []int) {
		last := chain[len(chain)-1]
		if b := best[last]; b == nil || len(chain) < len(b) {
			best[last] = append([]int(nil), chain...)
		}
		if len(chain) > limit {
			return
		}
		for i := len(chain) - 1; i >= 0; i-- {
			if next := last + chain[i]; next <= MaxChain {
				extend(append(chain, next))
			}
		}
	}
	extend(append(make([]int, 0, limit+1), 1)) // in one array, as what is kept is copied
	return best
})
