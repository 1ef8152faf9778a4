package adbench

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// The hand that the suite's parameters move: a wrist, five fingers of four bones, and a forearm.
const (
	handBones  = 22
	handThetas = 26
)

// HandModel is a skeleton with the skin around it.
type HandModel struct {
	Parent    []int     // [bones], −1 for the root
	Base      []float64 // [bones,4,4]: the bone in the frame of its parent
	Inverse   []float64 // [bones,4,4]: the skin in the frame of the bone, at rest
	Vertices  []float64 // [vertices,3]
	Weights   [][]BoneWeight
	Triangles []int // [triangles,3]: vertices
}

// BoneWeight says how much a vertex follows a bone.
type BoneWeight struct {
	Bone   int
	Weight float64
}

// HandData are points, each to be explained by a vertex of the hand or by a place in a triangle of it.
type HandData struct {
	Corr   []int     // [n]: vertices, or triangles where there are U
	Points []float64 // [n,3]
	U      []float64 // [n,2]: places in triangles; nil in the simple problem
	Theta  []float64 // [26]
}

// ReadHand reads npts and 26, rows of a correspondence and a point, where the problem is the complicated one rows of two
// places, and the 26 parameters.
func ReadHand(name string, in io.Reader, model *HandModel, complicated bool) (*HandData, error) {
	r := newReader(name, in)
	h := &HandData{}
	n := r.count("the number of points", 1)
	if k := r.count("the number of parameters", 1); k != handThetas {
		r.fail("a hand of %d parameters, want %d", k, handThetas)
	}
	below, of := len(model.Vertices)/3, "vertices"
	if complicated {
		below, of = len(model.Triangles)/3, "triangles"
	}
	for i := 0; i < n && r.err == nil; i++ {
		c := r.count(fmt.Sprintf("the correspondence of point %d", i), 0)
		if r.err == nil && c >= below {
			r.fail("the correspondence of point %d is %d, but there are %d %s", i, c, below, of)
		}
		h.Corr = append(h.Corr, c)
		h.Points = append(h.Points, r.numbers(fmt.Sprintf("point %d", i), 3)...)
	}
	if complicated {
		h.U = r.numbers("the places in triangles", n, 2)
	}
	h.Theta = r.numbers("the parameters", handThetas)
	return h, r.end()
}

// ReadHandModel reads bones.txt, vertices.txt and triangles.txt in a folder, such as os.DirFS("model").
func ReadHandModel(folder fs.FS) (*HandModel, error) {
	m := &HandModel{}
	err := eachRow(folder, "bones.txt", m.bone)
	if err == nil {
		err = eachRow(folder, "vertices.txt", m.vertex)
	}
	if err == nil {
		err = eachRow(folder, "triangles.txt", m.triangle)
	}
	if err == nil && len(m.Parent) != handBones {
		err = fmt.Errorf("bones.txt has %d bones, want %d", len(m.Parent), handBones)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// eachRow calls read with the fields between colons of each line. An error is told with its file and line.
func eachRow(folder fs.FS, name string, read func(*row)) error {
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	for lines.Scan() {
		n++
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		r := &row{fields: strings.Split(lines.Text(), ":")}
		read(r)
		if len(r.fields) > 0 && r.err == nil {
			r.err = fmt.Errorf("%s follows after the last field", quoted(r.fields[0]))
		}
		if r.err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, r.err)
		}
	}
	if lines.Err() != nil {
		return fmt.Errorf("%s:%d: %w", name, n+1, lines.Err())
	}
	if n == 0 {
		return fmt.Errorf("%s:1: the file is empty", name)
	}
	return nil
}

// row is the fields of a line that are not read yet.
type row struct {
	fields []string
	err    error
}

// field is the next field.
func (r *row) field(what string) string {
	if r.err == nil && len(r.fields) == 0 {
		r.err = fmt.Errorf("the line ends before %s", what)
	}
	if r.err != nil {
		return ""
	}
	f := strings.TrimSpace(r.fields[0])
	r.fields = r.fields[1:]
	return f
}

func (r *row) numbers(what string, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		f := r.field(what)
		v, err := parseNumber(f)
		if r.err == nil && err != nil {
			r.err = fmt.Errorf("%s, number %d of %d, is %s, want a number", what, i+1, n, quoted(f))
		}
		list[i] = v
	}
	return list
}

// index reads a whole number from least up to but not including below.
func (r *row) index(what string, least, below int) int {
	f := r.field(what)
	v, err := parseWhole(f, least)
	switch {
	case r.err != nil:
	case err != nil:
		r.err = fmt.Errorf("%s is %s, %w", what, quoted(f), err)
	case v < least || v >= below:
		r.err = fmt.Errorf("%s is %d, want %d ≤ %s < %d", what, v, least, what, below)
	default:
		return v
	}
	return least
}

// bone reads name:parent:base:inverse. Parents come before their children.
func (m *HandModel) bone(r *row) {
	r.field("the name")
	bone := len(m.Parent)
	least := 0
	if bone == 0 {
		least = -1 // the root has none
	}
	parent := r.index("the parent", least, bone)
	if want := handParent(bone); r.err == nil && parent != want {
		r.err = fmt.Errorf("the parent of bone %d is %d, want %d: a wrist, five fingers of four bones, a forearm", bone, parent, want)
	}
	m.Parent = append(m.Parent, parent)
	m.Base = append(m.Base, r.transform("the base transform")...)
	m.Inverse = append(m.Inverse, r.transform("the inverse transform")...)
}

// transform reads a matrix whose last row is that of an affine transformation.
func (r *row) transform(what string) []float64 {
	list := r.numbers(what, 16)
	if last := [4]float64(list[12:]); r.err == nil && last != [4]float64{0, 0, 0, 1} {
		r.err = fmt.Errorf("the last row of %s is %v, want [0 0 0 1]", what, last)
	}
	return list
}

// handParent is the bone that the bone hangs on.
func handParent(bone int) int {
	switch {
	case bone == 0:
		return -1
	case bone%4 == 1:
		return 0
	}
	return bone - 1
}

// vertex reads x:y:z, five fields that say nothing here, and a count of bone:weight pairs.
func (m *HandModel) vertex(r *row) {
	m.Vertices = append(m.Vertices, r.numbers("the vertex", 3)...)
	r.numbers("the normal and texture", 5)
	var list []BoneWeight
	for range r.index("the number of bones", 0, len(m.Parent)+1) {
		list = append(list, BoneWeight{r.index("the bone", 0, len(m.Parent)), r.numbers("the weight", 1)[0]})
	}
	m.Weights = append(m.Weights, list)
}

func (m *HandModel) triangle(r *row) {
	for range 3 {
		m.Triangles = append(m.Triangles, r.index("the vertex", 0, len(m.Weights)))
	}
}
