package passes

import (
	"encoding/binary"
	"math"
	"slices"
)

// polytope is the convex hull of its corners, of which the first is 0.
type polytope struct {
	corners []sparse
	known   map[string]bool // the corners, rounded
}

// sparse is a point, of which most coordinates are 0: which are not, and their values.
type sparse struct {
	at    []int32
	value []float64
}

func newPolytope() *polytope {
	return &polytope{corners: make([]sparse, 1), known: map[string]bool{"": true}}
}

// insert adds a corner; it reports false if it is there.
func (p *polytope) insert(corner []float64) bool {
	k := rounded(corner)
	if p.known[k] {
		return false
	}
	p.known[k] = true
	var s sparse
	for i, v := range corner {
		if v != 0 {
			s.at, s.value = append(s.at, int32(i)), append(s.value, v)
		}
	}
	p.corners = append(p.corners, s)
	return true
}

// has tells whether a is a corner.
func (p *polytope) has(a []float64) bool { return p.known[rounded(a)] }

// rounded is a as a key, the same for points that differ by rounding alone.
func rounded(a []float64) string {
	var b []byte
	for i, v := range a {
		if n := math.Round(v * 1024); n != 0 {
			b = binary.AppendVarint(binary.AppendVarint(b, int64(i)), int64(n))
		}
	}
	return string(b)
}

// A direction is worth going if a point lies further in it than the polytope by the factor ahead, and good if by ample. The steps towards the nearest
// point end when it is found to the part closest, or after approaches.
const (
	ahead      = 1.04
	ample      = 1.5
	closest    = 0.01
	approaches = 60
)

// beyond is a direction in which a lies further than the whole polytope, and than all coordinates of the direction are long, the best on the way from 0
// to the nearest point, which is found by moving weight between corners (Mitchell, Demyanov and Malozemov, Finding the point of a polyhedron closest
// to the origin, 1974); it is nil if none is found. It also tells how many looks at corners that took.
func (p *polytope) beyond(a []float64) (best []float64, work int) {
	to := slices.Clone(a)            // from the nearest point so far
	weights := map[int]float64{0: 1} // of the corners that make it
	order := []int{0}
	for most := ahead; most < ample && work < approaches*len(p.corners); {
		work += len(p.corners)
		corner, far := p.furthest(to)
		reach := inDirection(to, a)
		if by := reach / max(far, longest(to)); by > most {
			best, most = slices.Clone(to), by
		}
		least, low := -1, math.Inf(1)
		for _, c := range order {
			if d := p.corners[c].in(to); weights[c] > 0 && d < low {
				least, low = c, d
			}
		}
		length := p.distance(corner, least)
		if length == 0 || far-low <= closest*math.Abs(reach) {
			break
		}
		part := min((far-low)/length, weights[least])
		if _, ok := weights[corner]; !ok {
			order = append(order, corner)
		}
		weights[corner] += part
		weights[least] -= part
		p.corners[corner].addTo(to, -part)
		p.corners[least].addTo(to, part)
	}
	return best, work
}

// furthest is the corner that lies furthest in a direction, and how far it does.
func (p *polytope) furthest(to []float64) (corner int, far float64) {
	for i, c := range p.corners {
		if d := c.in(to); d > far {
			corner, far = i, d
		}
	}
	return corner, far
}

// distance is the square of the distance of two corners.
func (p *polytope) distance(i, j int) float64 {
	sum := 0.0
	b := p.corners[j]
	for k, at := range p.corners[i].at {
		v := p.corners[i].value[k]
		sum += v * v
		for m, other := range b.at {
			if other == at {
				sum -= 2 * v * b.value[m]
			}
		}
	}
	for _, v := range b.value {
		sum += v * v
	}
	return sum
}

// in is how far s lies in a direction.
func (s sparse) in(to []float64) float64 {
	sum := 0.0
	for k, at := range s.at {
		sum += s.value[k] * to[at]
	}
	return sum
}

// addTo adds c·s to x.
func (s sparse) addTo(x []float64, c float64) {
	for k, at := range s.at {
		x[at] += c * s.value[k]
	}
}

// longest is the largest coordinate of x.
func longest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}

// inDirection is how far y lies in the direction x.
func inDirection(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}
