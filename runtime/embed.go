package runtime

import _ "embed"

// SpecialSource and SparseSource are the sources of special.go and sparse.go, whose functions the compiler copies into
// files that are to import nothing but the standard library.
var (
	//go:embed special.go
	SpecialSource string
	//go:embed sparse.go
	SparseSource string
)
