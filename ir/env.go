package ir

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// NewEnv makes the environment for f from its arguments by name: numbers, or nested slices of numbers for
// arrays, as encoding/json gives them. Sizes follow from the shapes. It refuses what is missing or left over, shapes
// that disagree, and integers out of the range of what they index.
func NewEnv(f *Func, args map[string]any) (Env, error) {
	env := Env{Sizes: map[string]int{}, Inputs: map[string]Tensor{}}
	source := map[string]string{} // the input that a size was found in
	for _, in := range f.Inputs {
		v, ok := args[in.Name]
		if !ok {
			return env, fmt.Errorf("%s: there is no value for %s: add %s=…", f.Name, in.Name, in.Name)
		}
		t, err := tensorOf(v, len(in.Dims))
		if err != nil {
			return env, fmt.Errorf("%s: %s: %w", f.Name, in.Name, err)
		}
		env.Inputs[in.Name] = t
		for d, e := range in.Dims {
			if e.Kind != Size {
				continue
			}
			if old, ok := env.Sizes[e.Name]; ok && old != t.Dims[d] {
				return env, fmt.Errorf("%s: the size %s is %d by %s and %d by %s", f.Name, e.Name, old, source[e.Name], t.Dims[d], in.Name)
			}
			env.Sizes[e.Name] = t.Dims[d]
			source[e.Name] = in.Name
		}
	}
	for name := range args {
		if _, ok := env.Inputs[name]; !ok {
			return env, fmt.Errorf("%s has no argument %s", f.Name, name)
		}
	}
	for _, s := range f.Sizes {
		if _, ok := env.Sizes[s]; !ok {
			return env, fmt.Errorf("%s: the size %s does not follow from the arguments", f.Name, s)
		}
	}
	return env, CheckEnv(f, env)
}

// CheckEnv tells what is wrong with an environment for f, if anything: shapes, the conditions of f on its sizes,
// and the ranges of integer data.
func CheckEnv(f *Func, env Env) error {
	for _, in := range f.Inputs {
		t := env.Inputs[in.Name]
		for d, e := range in.Dims {
			if want := env.Extent(e); t.Dims[d] != want {
				return fmt.Errorf("%s: dimension %d of %s is %d, want %s = %d", f.Name, d+1, in.Name, t.Dims[d], e.Text(), want)
			}
		}
		if in.Type == Int {
			for i, v := range t.Data {
				if v != math.Trunc(v) {
					return fmt.Errorf("%s: %s[%d] is %v, want a whole number", f.Name, in.Name, i, v)
				}
			}
		}
	}
	for _, c := range f.Checks {
		if c.Data == nil {
			if env.Extent(c.Value) < c.AtLeast {
				return fmt.Errorf("%s: %s", f.Name, c.Message)
			}
			continue
		}
		t := env.Inputs[c.Data.Name]
		for i, v := range t.Data {
			at := t.Subscripts(i)
			if !c.Holds(env, at) {
				continue
			}
			if least, below := c.Range(env, at); v < float64(least) || v >= float64(below) {
				return fmt.Errorf("%s: %s is %v, want %s%s", f.Name, element(c.Data.Name, at), v, c.within(least, below), c.why())
			}
		}
	}
	return nil
}

// Subscripts is the place of element i.
func (t Tensor) Subscripts(i int) []int {
	at := make([]int, len(t.Dims))
	for d := len(at) - 1; d >= 0; d-- {
		at[d] = i % t.Dims[d]
		i /= t.Dims[d]
	}
	return at
}

// element names an element of an array, x[1,2].
func element(name string, at []int) string {
	list := make([]string, len(at))
	for d, k := range at {
		list[d] = strconv.Itoa(k)
	}
	if len(list) == 0 {
		return name
	}
	return name + "[" + strings.Join(list, ",") + "]"
}

// within says what the check's elements must lie in.
func (c Check) within(least, below int) string {
	text := c.Data.Name
	if c.Least != nil {
		text = fmt.Sprintf("%d ≤ %s", least, text)
	}
	if c.Below != nil {
		text = fmt.Sprintf("%s < %d", text, below)
	}
	return text
}

// why is the reason of a check on integer data, if it is not plain.
func (c Check) why() string {
	if c.Message == "" {
		return ""
	}
	return ": " + c.Message
}

// tensorOf makes a tensor of nested slices.
func tensorOf(v any, rank int) (Tensor, error) {
	var t Tensor
	if rank == 0 {
		x, err := numberOf(v)
		t.Data = []float64{x}
		return t, err
	}
	t.Dims = make([]int, rank)
	for d := range t.Dims {
		t.Dims[d] = -1
	}
	err := t.append(v, 0)
	return t, err
}

// append adds the elements of v, which lies at depth d.
func (t *Tensor) append(v any, d int) error {
	if d == len(t.Dims) {
		x, err := numberOf(v)
		t.Data = append(t.Data, x)
		return err
	}
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("want %s, found %d", Counted(len(t.Dims), "dimension", "dimensions"), d)
	}
	if t.Dims[d] < 0 {
		t.Dims[d] = len(list)
	}
	if len(list) != t.Dims[d] {
		return fmt.Errorf("rows of %d and of %d elements: all must be equally long", t.Dims[d], len(list))
	}
	for _, x := range list {
		if err := t.append(x, d+1); err != nil {
			return err
		}
	}
	return nil
}

func numberOf(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case json.Number:
		return v.Float64()
	case []any:
		return 0, fmt.Errorf("want a number, found an array")
	}
	return 0, fmt.Errorf("want a number, found %v", v)
}

// Nested is the tensor as nested slices of numbers. What JSON has no number for becomes a string.
func (t Tensor) Nested() any {
	if len(t.Dims) == 0 {
		if v := t.Data[0]; v-v != 0 {
			return fmt.Sprint(v)
		}
		return t.Data[0]
	}
	step := 1
	for _, d := range t.Dims[1:] {
		step *= d
	}
	list := make([]any, t.Dims[0])
	for i := range list {
		list[i] = Tensor{t.Dims[1:], t.Data[i*step : (i+1)*step]}.Nested()
	}
	return list
}
