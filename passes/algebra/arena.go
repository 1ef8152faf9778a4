package algebra

// arena hands out lists that are parts of longer ones, as a search makes many short ones. A long one is collected when none of its parts is in use.
type arena[T any] struct{ rest []T }

// perChunk is how many elements are allocated at once.
const perChunk = 1024

// list is a list of so many zeros.
func (a *arena[T]) list(count int) []T {
	if count > len(a.rest) {
		if count > perChunk/4 {
			return make([]T, count)
		}
		a.rest = make([]T, perChunk)
	}
	list := a.rest[:count:count]
	a.rest = a.rest[count:]
	return list
}

// copied is a copy of the list.
func (a *arena[T]) copied(list []T) []T {
	c := a.list(len(list))
	copy(c, list)
	return c
}
