package passes

import (
	"slices"

	"github.com/adgen-go/adgen/ir"
)

// renaming gives indices names, each another one.
type renaming struct{ from, to []*ir.Node }

// of is the name of the index.
func (r renaming) of(i *ir.Node) *ir.Node {
	if k := slices.Index(r.from, i); k >= 0 {
		return r.to[k]
	}
	return i
}

// inverse takes the names back.
func (r renaming) inverse() renaming { return renaming{r.to, r.from} }

// then is the renaming of the indices by r, and of what they are then called by s.
func (r renaming) then(s renaming, index []*ir.Node) renaming {
	return renaming{index, each(index, func(i *ir.Node) *ir.Node { return s.of(r.of(i)) })}
}

// keeps tells whether r leaves the indices their names.
func (r renaming) keeps(index []*ir.Node) bool {
	return all(index, func(i *ir.Node) bool { return r.of(i) == i })
}

// whole is a renaming that does to the indices in r.from what r does, and to all others what leaves them apart: one whose name is taken has the first
// that is given up for that.
func (r renaming) whole(index []*ir.Node) renaming {
	s := renaming{slices.Clone(r.from), slices.Clone(r.to)}
	for _, i := range index {
		if slices.Contains(s.from, i) {
			continue
		}
		name := i
		for k := slices.Index(r.to, name); k >= 0; k = slices.Index(r.to, name) {
			name = r.from[k]
		}
		s.from, s.to = append(s.from, i), append(s.to, name)
	}
	return s
}
