package adbench

import "testing"

// BenchmarkObjective times the values.
func BenchmarkObjective(b *testing.B) {
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			p, err := c.open()
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				p.objective()
			}
		})
	}
}

// BenchmarkDerivative times values with derivatives, in the suite's order and layout.
func BenchmarkDerivative(b *testing.B) {
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			p, err := c.open()
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				p.derivative()
			}
		})
	}
}
