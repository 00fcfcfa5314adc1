package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"
)

// notBlank refuses blank values of flags whose default is wider than what somebody
// means who gives them: a variable that is not set stands behind such a value.
func notBlank(cmd *cli.Command, names ...string) error {
	for _, name := range names {
		if cmd.IsSet(name) && strings.TrimSpace(cmd.String(name)) == "" {
			return usage("--%s is blank: leave it out for its default", name)
		}
	}
	return nil
}

// parseSize reads a size: a number of MB, or one with a unit (KB, MB, GB, each
// 1,024 of the one before; KiB and so on mean the same).
func parseSize(s string) (int64, error) {
	number := strings.TrimRight(s, "KMGiBkmgb")
	unit := strings.ToUpper(strings.Replace(s[len(number):], "i", "", 1))
	shift := map[string]uint{"": 20, "K": 10, "KB": 10, "M": 20, "MB": 20, "G": 30, "GB": 30}
	by, ok := shift[unit]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || n < 0 || n > 1<<62>>by {
		return 0, fmt.Errorf("%q is not a size such as 256MB or 2GB", s)
	}
	return n << by, nil
}

// parseShare reads a size as parseSize does, or a share of whole: "40%".
func parseShare(s string, whole int64) (int64, error) {
	number, ok := strings.CutSuffix(s, "%")
	if !ok {
		return parseSize(s)
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || n > 90 {
		return 0, fmt.Errorf("%q is not a share from 1%% to 90%%", s)
	}
	if whole == 0 {
		return 0, fmt.Errorf("%q cannot be told here, as the system does not say how much memory there is: give a size", s)
	}
	return whole / 100 * n, nil
}

// userCache returns a private folder for the compiled engine, and the key that
// authenticates it, or nothing where there is no such place: then each start
// compiles.
func userCache() (dir string, key []byte) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", nil
	}
	dir = filepath.Join(base, "buntime")
	key, err = keyFile(filepath.Join(dir, "cache.key"))
	if err != nil {
		return "", nil
	}
	return filepath.Join(dir, "engine"), key
}

// keyFile reads a file of 32 random bytes, made (0600) if missing. A file that
// others may read is an error.
func keyFile(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	if err := writePrivate(path, key); err == nil {
		return key, nil
	} else if !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	key, err := readPrivate(path)
	if err != nil {
		return nil, err
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("%s holds %d bytes, want 32", path, len(key))
	}
	return key, nil
}

// writePrivate writes a new file that only its owner may read. It is whole or
// not there; errors wrap os.ErrExist if it is there already.
func writePrivate(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path) // fails if it exists, as rename would not
}

// readPrivate reads a file that only its owner may read.
func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder, not a file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others: chmod 600 it", path)
	}
	return os.ReadFile(path)
}
