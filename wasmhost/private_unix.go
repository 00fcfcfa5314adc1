//go:build unix

package wasmhost

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// checkPrivate reports why info is not a file, or a folder, that only this
// process's user can read and write.
func checkPrivate(info fs.FileInfo, folder bool) error {
	if folder && !info.IsDir() || !folder && !info.Mode().IsRegular() {
		return errors.New("has the wrong type")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return errors.New("others have access to it")
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != os.Geteuid() {
		return errors.New("belongs to another user")
	}
	return nil
}

// openPrivate opens a file for reading that checkPrivate accepts, through no
// symbolic link.
func openPrivate(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = checkPrivate(info, false)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
