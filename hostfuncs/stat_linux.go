package hostfuncs

import (
	"syscall"
	"time"
)

// statTimes returns when a file was read and when its inode changed.
func statTimes(st *syscall.Stat_t) (atime, ctime time.Time) {
	return time.Unix(st.Atim.Unix()), time.Unix(st.Ctim.Unix())
}
