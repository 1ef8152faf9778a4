package runtime

import _ "embed"

// SpecialSource is the source of special.go, whose functions the compiler copies into
// files that are to import nothing but the standard library.
//
//go:embed special.go
var SpecialSource string
