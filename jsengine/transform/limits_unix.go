//go:build unix

package transform

import (
	"time"

	"golang.org/x/sys/unix"
)

// limitProcess bounds this process's address space, and denies it files, core
// dumps and more descriptors than the three it has.
func limitProcess() {
	set := func(what int, n uint64) {
		_ = unix.Setrlimit(what, &unix.Rlimit{Cur: n, Max: n}) // without it the parent's clock still ends us
	}
	set(unix.RLIMIT_AS, childMemory)
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_FSIZE, 0)
	set(unix.RLIMIT_NOFILE, 16)
}

// limitRequest gives this process requestCPU more seconds of processor time.
func limitRequest() {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return
	}
	used := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	soft := uint64((used+requestCPU)/time.Second) + 1
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CPU, &l) != nil {
		return
	}
	l.Cur = min(soft, l.Max)
	_ = unix.Setrlimit(unix.RLIMIT_CPU, &l)
}
