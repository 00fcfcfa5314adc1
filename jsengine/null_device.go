package jsengine

import (
	"io"
	"io/fs"
	"os"
	"time"
)

// nullPath is the one device that programs find beside their files.
const nullPath = "/dev/null"

// nullDevice are Files for an operation on nullPath, which they have as well.
type nullDevice struct{ Files }

func (n nullDevice) Open(path string, flag int, perm fs.FileMode) (File, error) {
	switch {
	case path != nullPath:
		return n.Files.Open(path, flag, perm)
	case flag&os.O_CREATE != 0 && flag&os.O_EXCL != 0:
		return nil, &Errno{Code: "EEXIST"}
	}
	return nullFile{}, nil
}

func (n nullDevice) Stat(path string) (fs.FileInfo, error) {
	if path != nullPath {
		return n.Files.Stat(path)
	}
	return nullInfo{}, nil
}

func (n nullDevice) Lstat(path string) (fs.FileInfo, error) {
	if path != nullPath {
		return n.Files.Lstat(path)
	}
	return nullInfo{}, nil
}

func (n nullDevice) ReadFile(path string) ([]byte, error) {
	if path != nullPath {
		return n.Files.ReadFile(path)
	}
	return nil, nil
}

func (n nullDevice) WriteFile(path string, data []byte, flag int, perm fs.FileMode) error {
	if path != nullPath {
		return n.Files.WriteFile(path, data, flag, perm)
	}
	_, err := n.Open(path, flag, perm)
	return err
}

func (n nullDevice) Truncate(path string, size int64) error {
	if path != nullPath {
		return n.Files.Truncate(path, size)
	}
	return &Errno{Code: "EINVAL"}
}

func (n nullDevice) Realpath(path string) (string, error) {
	if path != nullPath {
		return n.Files.Realpath(path)
	}
	return path, nil
}

// nullFile is empty, and takes what is written.
type nullFile struct{}

func (nullFile) ReadAt([]byte, int64) (int, error)      { return 0, io.EOF }
func (nullFile) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }
func (nullFile) Truncate(int64) error                   { return &Errno{Code: "EINVAL"} }
func (nullFile) Stat() (fs.FileInfo, error)             { return nullInfo{}, nil }
func (nullFile) Sync() error                            { return &Errno{Code: "EINVAL"} }
func (nullFile) Close() error                           { return nil }

// nullInfo is what stat says of the device.
type nullInfo struct{}

func (nullInfo) Name() string       { return "null" }
func (nullInfo) Size() int64        { return 0 }
func (nullInfo) Mode() fs.FileMode  { return fs.ModeDevice | fs.ModeCharDevice | 0o666 }
func (nullInfo) ModTime() time.Time { return time.Unix(0, 0) }
func (nullInfo) IsDir() bool        { return false }
func (nullInfo) Sys() any           { return nil }
