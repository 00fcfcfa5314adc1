//go:build !unix

package wasmhost

import (
	"errors"
	"io/fs"
	"os"
)

// checkPrivate reports why info is not a file, or a folder, as wanted. Who may
// access it is for the profile's own access lists; the MAC is what files are
// trusted by.
func checkPrivate(info fs.FileInfo, folder bool) error {
	if folder && !info.IsDir() || !folder && !info.Mode().IsRegular() {
		return errors.New("has the wrong type")
	}
	return nil
}

// openPrivate opens a regular file for reading.
func openPrivate(path string) (*os.File, error) {
	f, err := os.Open(path)
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
