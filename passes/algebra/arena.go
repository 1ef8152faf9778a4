package algebra

// arena hands out lists that are parts of longer ones, as a search makes many short ones, and takes back those that were made in vain. A long one is
// collected when none of its parts is in use.
type arena[T any] struct {
	chunk []T
	used  int
}

// perChunk is how many elements are allocated at once.
const perChunk = 1024

// list is a list of so many elements, all of which are to be set.
func (a *arena[T]) list(count int) []T {
	if count > perChunk/4 {
		return make([]T, count)
	}
	if count > len(a.chunk)-a.used {
		a.chunk, a.used = make([]T, perChunk), 0
	}
	a.used += count
	return a.chunk[a.used-count : a.used : a.used]
}

// copied is a copy of the list.
func (a *arena[T]) copied(list []T) []T {
	c := a.list(len(list))
	copy(c, list)
	return c
}

// moment is what an arena has handed out at a time.
type moment[T any] struct {
	chunk []T
	used  int
}

// now is the moment.
func (a *arena[T]) now() moment[T] { return moment[T](*a) }

// back takes back all that was handed out since, of which nothing is in use.
func (a *arena[T]) back(to moment[T]) {
	a.used = 0
	if len(to.chunk) > 0 && &to.chunk[0] == &a.chunk[0] {
		a.used = to.used
	}
}
