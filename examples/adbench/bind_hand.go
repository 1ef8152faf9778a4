package adbench

// parts is the hand as hand.ad takes it: the bones of the palm, wrist and forearm, apart from those of the fingers.
type parts struct {
	wrist, arm        []float64 // [2,4,4]: the bone's map, and the map from the skin
	base, inverse     []float64 // [fingers,4,4,4]
	vertex            []float64 // [vertices,4], the last a 1
	palm, weight      []float64 // [vertices,2] of wrist and forearm, [vertices,fingers,4]
	fingers, vertices int
	triangle          []int
	triangleCount     int
}

func (m *HandModel) parts() parts {
	const bone = 16
	last := len(m.Base) - bone
	p := parts{
		wrist: append(append([]float64{}, m.Base[:bone]...), m.Inverse[:bone]...), arm: append(append([]float64{}, m.Base[last:]...), m.Inverse[last:]...),
		base: m.Base[bone:last], inverse: m.Inverse[bone:last],
		fingers: (len(m.Parent) - 2) / 4, vertices: len(m.Weights), triangle: m.Triangles, triangleCount: len(m.Triangles) / 3,
	}
	p.palm, p.weight = make([]float64, 2*p.vertices), make([]float64, 4*p.fingers*p.vertices)
	for v, list := range m.Weights {
		p.vertex = append(append(p.vertex, m.Vertices[3*v:3*v+3]...), 1)
		for _, w := range list {
			switch w.Bone {
			case 0:
				p.palm[2*v] += w.Weight
			case len(m.Parent) - 1:
				p.palm[2*v+1] += w.Weight
			default:
				p.weight[4*p.fingers*v+w.Bone-1] += w.Weight
			}
		}
	}
	return p
}

// HandProblem is a hand at a point of its parameters, with the errors and their derivatives as the suite lays them out.
type HandProblem struct {
	Theta    []float64 // u, if there are places in triangles, and the 26 parameters
	Errors   []float64 // [n,3]
	Jacobian []float64 // [columns,n,3]: two by the row's own u, if there are, and 26

	out      HandOut
	value    func(theta []float64, out HandOut)
	jacobian func(theta []float64, out HandOut, values []float64)
	values   []float64 // in compressed rows
	place    []int     // of each of those in Jacobian
}

// Bind is the problem of explaining the points by vertices, or by places in triangles where the data have such.
func (h *HandData) Bind(m *HandModel) (*HandProblem, error) {
	p, n := m.parts(), len(h.Corr)
	b := &HandProblem{Theta: append(append([]float64{}, h.U...), h.Theta...), Errors: make([]float64, 3*n)}
	b.out = HandOut{Err: b.Errors}
	var pattern func() (rowPtr, col []int)
	own := 0 // columns of the row itself
	if h.U == nil {
		f, err := NewHand(HandSizes{F: p.fingers, V: p.vertices, N: n})
		if err == nil {
			err = f.Bind(p.wrist, p.arm, p.base, p.inverse, p.vertex, p.palm, p.weight, h.Corr, h.Points)
		}
		if err != nil {
			return nil, err
		}
		b.value, b.jacobian, pattern = f.Value, f.SparseJacobian, f.JacobianPattern
	} else {
		f, err := NewComplicated(ComplicatedSizes{F: p.fingers, V: p.vertices, M: p.triangleCount, N: n})
		if err == nil {
			err = f.Bind(p.wrist, p.arm, p.base, p.inverse, p.vertex, p.palm, p.weight, p.triangle, h.Corr, h.Points)
		}
		if err != nil {
			return nil, err
		}
		b.value = func(theta []float64, out HandOut) { f.Value(theta, ComplicatedOut(out)) }
		b.jacobian = func(theta []float64, out HandOut, values []float64) {
			f.SparseJacobian(theta, ComplicatedOut(out), values)
		}
		pattern, own = f.JacobianPattern, 2
	}
	rowPtr, col := pattern()
	b.values, b.place = make([]float64, len(col)), make([]int, len(col))
	b.Jacobian = make([]float64, (own+len(h.Theta))*3*n)
	for row := range 3 * n {
		for i := rowPtr[row]; i < rowPtr[row+1]; i++ {
			column := col[i] - own*n + own // behind all points' u
			if col[i] < own*n {
				column = col[i] % own
			}
			b.place[i] = column*3*n + row
		}
	}
	return b, nil
}

// Value writes Errors.
func (b *HandProblem) Value() { b.value(b.Theta, b.out) }

// Derive writes Errors and Jacobian.
func (b *HandProblem) Derive() {
	b.jacobian(b.Theta, b.out, b.values)
	for i, v := range b.values {
		b.Jacobian[b.place[i]] = v
	}
}
