package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
)

// checkTables finds the damage that Badger does not report: on a table that was
// cut, or whose keys are gone, it panics, on a goroutine of its own; and without a
// manifest it takes all tables for rubbish, and deletes them.
func checkTables(opt badger.Options) error {
	dir := opt.Dir
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	names, tables := map[string]bool{}, false
	for _, e := range list {
		names[e.Name()] = true
		tables = tables || strings.HasSuffix(e.Name(), ".sst")
	}
	if !tables {
		return nil
	}
	for _, name := range []string{badger.ManifestFilename, badger.KeyRegistryFileName} {
		if !names[name] && (name == badger.ManifestFilename || len(opt.EncryptionKey) > 0) {
			return fmt.Errorf("%s is missing: %w", name, ErrCorrupt)
		}
	}
	f, err := os.Open(filepath.Join(dir, badger.ManifestFilename))
	if err != nil {
		return err
	}
	defer f.Close()
	m, _, err := badger.ReplayManifestFile(f, FormatVersion, opt)
	if err != nil {
		return nil // Badger will say so
	}
	// Others are what a crash left of a compaction.
	for id := range m.Tables {
		if name := table.IDToFilename(id); names[name] {
			if err := checkTable(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// dropEmpty removes the logs in which there is nothing, as a crash or a full disk
// leaves them between making one and giving it its size. Badger fills such a file
// in when it opens it, and then takes it for one that cannot have been there.
func dropEmpty(dir string) error {
	for _, pattern := range []string{"*.mem", "*.vlog"} {
		names, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return err
		}
		for _, name := range names {
			path := filepath.Join(dir, name)
			if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() > 0 {
				continue // Badger will say what is wrong
			}
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkTable checks that a table's index is inside the file. It ends with the
// index, its length, a checksum, and the length of that.
func checkTable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	left := fi.Size()
	for range 2 {
		var b [4]byte
		if left -= int64(len(b)); left < 0 {
			return fmt.Errorf("cut: %w", ErrCorrupt)
		}
		if _, err := f.ReadAt(b[:], left); err != nil {
			return err
		}
		if left -= int64(binary.BigEndian.Uint32(b[:])); left < 0 {
			return fmt.Errorf("cut: %w", ErrCorrupt)
		}
	}
	return nil
}
