package transform

import "bytes"

// classicJSX reports whether the source's own `@jsx name` pragma asks for the
// classic runtime, as it does in Bun and Babel when no `@jsxRuntime` or
// `@jsxImportSource` says otherwise.
func classicJSX(source []byte) bool {
	return bytes.Contains(source, []byte("@jsx ")) &&
		!bytes.Contains(source, []byte("@jsxRuntime")) &&
		!bytes.Contains(source, []byte("@jsxImportSource"))
}
