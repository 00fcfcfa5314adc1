package hostfuncs

import (
	"syscall"
	"time"
)

// statTimes returns when a file was read and when its inode changed.
func statTimes(st *syscall.Stat_t) (atime, ctime time.Time) {
	return time.Unix(st.Atimespec.Unix()), time.Unix(st.Ctimespec.Unix())
}
