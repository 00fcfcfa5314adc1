//go:build !unix

package sqlite

// protect takes mapped memory away from everyone, or gives it back.
func protect([]byte, bool) error { return nil }

// canProtect is whether protect does anything.
const canProtect = false
