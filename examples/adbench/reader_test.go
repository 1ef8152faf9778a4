package adbench

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// model is the suite's hand.
func model(t testing.TB) *HandModel {
	t.Helper()
	m, err := ReadHandModel(os.DirFS(data + "/hand/model"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadModel(t *testing.T) {
	m := model(t)
	if len(m.Parent) != 22 || len(m.Weights) != 544 || len(m.Vertices) != 3*544 || len(m.Triangles) != 3*1084 {
		t.Errorf("%d bones, %d vertices, %d triangles", len(m.Parent), len(m.Weights), len(m.Triangles)/3)
	}
	for v, list := range m.Weights {
		sum := 0.0
		for _, w := range list {
			sum += w.Weight
		}
		if sum < 0.999 || sum > 1.001 {
			t.Errorf("the weights of vertex %d add up to %v", v, sum)
		}
	}
}

// TestReadWrong sees that each wrong file is refused at its line.
func TestReadWrong(t *testing.T) {
	hand := model(t)
	read := map[string]func(string) error{
		"gmm":  func(s string) error { _, err := ReadGMM("f", strings.NewReader(s)); return err },
		"ba":   func(s string) error { _, err := ReadBA("f", strings.NewReader(s)); return err },
		"lstm": func(s string) error { _, err := ReadLSTM("f", strings.NewReader(s)); return err },
		"hand": func(s string) error { _, err := ReadHand("f", strings.NewReader(s), hand, false); return err },
		"complicated": func(s string) error {
			_, err := ReadHand("f", strings.NewReader(s), hand, true)
			return err
		},
	}
	thetas := strings.Repeat("0\n", 26)
	for _, c := range []struct{ format, text, want string }{
		{"gmm", "", "f:1: the file ends before the dimension d"},
		{"gmm", "2 3", "f:1: the file ends before the number of points n"},
		{"gmm", "2 0 1\n", "f:1: the number of components K is 0, want at least 1"},
		{"gmm", "2 x 1\n", `f:1: the number of components K is "x", want a whole number`},
		{"gmm", "2 3 9000000000000000000\n", `f:1: the number of points n is "9000000000000000000", which is too large: want at most 2147483647`},
		{"gmm", "9e18 3 1\n", `f:1: the dimension d is "9e18", which is too large: want at most 2147483647`},
		{"ba", "1 2 900000000000\n", `f:1: the number of observations p is "900000000000", which is too large: want at most 2147483647`},
		{"ba", "-1e30 2 9\n", `f:1: the number of cameras n is "-1e30", which is too small: want at least 1`},
		{"gmm", "1 1 1\n\n0.5\n1e\n", `f:4: the means, number 1 of 1 is "1e", want a number`},
		{"gmm", "1 1 1\n0\nNaN\n", `f:3: the means, number 1 of 1 is "NaN", want a number`},
		{"gmm", "1 1 1\n0 1 2 3 1 0 7\n", `f:2: "7" follows after the last number`},
		{"gmm", "1 1 1\n0 1 2 3 -1 0\n", "f:2: gamma is -1, want more than 0"},
		{"gmm", "1 1 1\n0 1 2 3 1 -2\n", "f:2: m is -2, want at least 0"},
		{"gmm", "2000000000 2000000000 1\n", "the file ends before the alphas, number 1 of 2000000000"},
		{"gmm", "2000000000 1 1\n0 0\n", "the file ends before the means, number 2 of 2000000000"},
		{"gmm", "1 1 1\n" + strings.Repeat("9", 500), "f:2: the alphas, number 1 of 1 has more than 400 characters"},
		{"gmm", "1 1 1\n\xff\x00", `want a number`},
		{"ba", "1 1 1\n1 2 3 4 5 6 7 8 9 10 11\n1 2\n", "f:4: the file ends before the point, number 3 of 3"},
		{"ba", "1 1 -1\n", "f:1: the number of observations p is -1, want at least 1"},
		{"ba", "1 2000000000 1\n", "f:1: 1 cameras, 2000000000 points and 1 observations are more than"},
		{"lstm", "1 1 1\n", "f:1: the number of characters c is 1, want at least 2"},
		{"lstm", "1 2 1\n\n1 2 3 4 5 6 7 8\n\n1 2 3\n\n1 2\n\n1\n", "f:10: the file ends before the text, number 2 of 2"},
		{"hand", "1 25\n", "f:1: a hand of 25 parameters, want 26"},
		{"hand", "1 26\n544 0 0 0\n" + thetas, "f:2: the correspondence of point 0 is 544, but there are 544 vertices"},
		{"hand", "1 26\n0 0 0 0\n0 0\n" + thetas, `f:28: "0" follows after the last number`},
		{"complicated", "1 26\n1084 0 0 0\n0 0\n" + thetas, "f:2: the correspondence of point 0 is 1084, but there are 1084 triangles"},
		{"complicated", "1 26\n0 0 0 0\n" + thetas, "f:29: the file ends before the parameters, number 25 of 26"},
	} {
		if err := read[c.format](c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q:\n got %v\nwant %s", c.format, c.text[:min(len(c.text), 60)], err, c.want)
		}
	}
}

// TestReadModelWrong changes one line of the suite's hand.
func TestReadModelWrong(t *testing.T) {
	folder := os.DirFS(data + "/hand/model")
	for _, c := range []struct{ file, from, to, want string }{
		{"bones.txt", "thumb2:1:", "thumb2:2:", "bones.txt:3: the parent is 2, want 0 ≤ the parent < 2"},
		{"bones.txt", "thumb2:1:", "thumb2:0:", "bones.txt:3: the parent of bone 2 is 0, want 1"},
		{"bones.txt", "wrist:-1:0.9", "wrist:-1:zero", "bones.txt:1: the base transform, number 1 of 16, is"},
		{"bones.txt", "wrist:-1:", "wrist:-1:0:", "bones.txt:1: the last row of the base transform"},
		{"bones.txt", "forearm:0:", "forearm:0", "bones.txt:22: the parent is"},
		{"vertices.txt", ":4:2:", ":4:22:", "vertices.txt:1: the bone is 22, want 0 ≤ the bone < 22"},
		{"vertices.txt", ":4:2:", ":5:2:", "vertices.txt:1: the line ends before the bone"},
		{"vertices.txt", ":4:2:", ":3:2:", "vertices.txt:1: \"5\" follows after the last field"},
		{"triangles.txt", "290:412:289", "290:412:544", "triangles.txt:1: the vertex is 544, want 0 ≤ the vertex < 544"},
		{"triangles.txt", "290:412:289", "290:412", "triangles.txt:1: the line ends before the vertex"},
	} {
		files := fstest.MapFS{}
		for _, name := range []string{"bones.txt", "vertices.txt", "triangles.txt"} {
			text, err := fs.ReadFile(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			if name == c.file {
				changed := strings.Replace(string(text), c.from, c.to, 1)
				if changed == string(text) {
					t.Fatalf("%s has no %q", name, c.from)
				}
				text = []byte(changed)
			}
			files[name] = &fstest.MapFile{Data: text}
		}
		if _, err := ReadHandModel(files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s to %s:\n got %v\nwant %s", c.from, c.to, err, c.want)
		}
	}
	if _, err := ReadHandModel(fstest.MapFS{"bones.txt": &fstest.MapFile{}}); err == nil {
		t.Error("an empty file of bones is read")
	}
}

// FuzzRead: no file makes the readers panic.
func FuzzRead(f *testing.F) {
	f.Add("1 1 1\n0 1 2 3 1 0\n")
	f.Add("1 2 1\n1 2 3 4 5 6 7 8 1 2 3 1 2 1 0")
	f.Add("1 26\n0 0 0 0\n0 0\n" + strings.Repeat("0\n", 26))
	hand := model(f)
	f.Fuzz(func(t *testing.T, text string) {
		in := func() io.Reader { return strings.NewReader(text) }
		ReadGMM("f", in())
		ReadLSTM("f", in())
		ReadHand("f", in(), hand, true)
	})
}
