package adbench

import "io"

// BAData is a bundle adjustment: p observations of m points by n cameras.
type BAData struct {
	N, M, P int
	Theta   []float64 // cameras[n,11], points[m,3], weights[p]
	Obs     []int     // [p,2]: camera and point of each observation
	Feat    []float64 // [p,2]: where it was seen
}

// maxBA bounds cameras, points and observations: the file does not hold them, so that only their number tells of a slip.
const maxBA = 1 << 24

// ReadBA reads n m p, and one camera, point, weight and feature, of which all others are copies. Observation i is of
// camera i mod n and point i mod m.
func ReadBA(name string, in io.Reader) (*BAData, error) {
	r := newReader(name, in)
	b := &BAData{N: r.count("the number of cameras n", 1), M: r.count("the number of points m", 1), P: r.count("the number of observations p", 1)}
	if b.N > maxBA || b.M > maxBA || b.P > maxBA {
		r.fail("%d cameras, %d points and %d observations are more than %d", b.N, b.M, b.P, maxBA)
	}
	cam, point := r.numbers("the camera", 11), r.numbers("the point", 3)
	weight, feat := r.numbers("the weight", 1), r.numbers("the feature", 2)
	if err := r.end(); err != nil {
		return nil, err
	}
	b.Theta = append(repeated(cam, b.N), repeated(point, b.M)...)
	b.Theta = append(b.Theta, repeated(weight, b.P)...)
	b.Feat = repeated(feat, b.P)
	for i := range b.P {
		b.Obs = append(b.Obs, i%b.N, i%b.M)
	}
	return b, nil
}

// Bind is the emitted object for the data.
func (b *BAData) Bind() (*Ba, error) {
	f, err := NewBa(BaSizes{P: b.P, N: b.N, M: b.M})
	if err != nil {
		return nil, err
	}
	return f, f.Bind(b.Obs, b.Feat)
}

// Out lays the errors out as the suite does: those of the images, then those of the weights.
func (b *BAData) Out(errors []float64) BaOut {
	return BaOut{Err: errors[:2*b.P], Werr: errors[2*b.P:]}
}
