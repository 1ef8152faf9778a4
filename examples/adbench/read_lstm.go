package adbench

import "io"

// LSTMData is a recurrent network of l layers for texts over b characters, and a text of c characters.
type LSTMData struct {
	L, C, B int
	Theta   []float64 // main[l,2,4,b]: weights and biases of forget, input, output and change gate; extra[3,b]
	State   []float64 // [l,2,b]: hidden and cell before the first character
	Text    []float64 // [c,b], a 1 in each row
}

// ReadLSTM reads l c b, the main parameters, the extra ones, the state, and the text.
func ReadLSTM(name string, in io.Reader) (*LSTMData, error) {
	r := newReader(name, in)
	t := &LSTMData{L: r.count("the number of layers l", 1), C: r.count("the number of characters c", 2), B: r.count("the number of different characters b", 1)}
	t.Theta = r.numbers("the main parameters", t.L, 8, t.B)
	t.Theta = append(t.Theta, r.numbers("the extra parameters", 3, t.B)...)
	t.State = r.numbers("the state", t.L, 2, t.B)
	t.Text = r.numbers("the text", t.C, t.B)
	return t, r.end()
}

// Bind is the emitted object for the data.
func (t *LSTMData) Bind() (*Lstm, error) {
	f, err := NewLstm(LstmSizes{C: t.C, B: t.B, L: t.L})
	if err != nil {
		return nil, err
	}
	return f, f.Bind(t.Text, t.State)
}
