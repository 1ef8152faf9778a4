package runtime

import _ "embed"

// SpecialSource, SparseSource and CheckpointSource are the sources of special.go, sparse.go and checkpoint.go, whose functions the compiler
// copies into files that are to import nothing but the standard library.
var (
	//go:embed special.go
	SpecialSource string
	//go:embed sparse.go
	SparseSource string
	//go:embed checkpoint.go
	CheckpointSource string
)
