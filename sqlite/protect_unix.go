//go:build unix

package sqlite

import "golang.org/x/sys/unix"

// protect takes mapped memory away from everyone, or gives it back.
func protect(memory []byte, away bool) error {
	if away {
		return unix.Mprotect(memory, unix.PROT_NONE)
	}
	return unix.Mprotect(memory, unix.PROT_READ|unix.PROT_WRITE)
}

// canProtect is whether protect does anything.
const canProtect = true
