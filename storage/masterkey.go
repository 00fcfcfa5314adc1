package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"
	"go.uber.org/zap"
)

// FormatVersion is the version of the data format that this package writes. A
// directory of a newer version is refused (ErrFormat).
const FormatVersion = 1

// MasterKeySize is the size of a master key.
const MasterKeySize = 32

// errKeyText is all that is said of a key that does not parse.
var errKeyText = fmt.Errorf("%w master key: want 64 hexadecimal digits or %d bytes in base64", ErrInvalid, MasterKeySize)

// ParseMasterKey decodes a master key from its text form: 64 hexadecimal
// digits or 32 bytes in base64 (standard or URL alphabet, padded or not).
// White space around it is ignored. Its errors do not quote the text.
func ParseMasterKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if len(text) == hex.EncodedLen(MasterKeySize) {
		if key, err := hex.DecodeString(text); err == nil {
			return key, nil
		}
	}
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	key, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if err != nil || len(key) != MasterKeySize {
		return nil, errKeyText
	}
	return key, nil
}

func readKeyFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	key, err := ParseMasterKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return key, nil
}

func encodeKeyFile(key []byte) []byte {
	return []byte(base64.StdEncoding.EncodeToString(key) + "\n")
}

// masterKey returns the key that cfg names for cfg.Dir, making the key file if
// the directory is new.
func masterKey(cfg Config, isNew bool) ([]byte, error) {
	if cfg.MasterKey != nil {
		if len(cfg.MasterKey) != MasterKeySize {
			return nil, errKeyText
		}
		return cfg.MasterKey, nil
	}
	path := cfg.KeyFile
	if path == "" {
		path = filepath.Join(cfg.Dir, masterFile)
	}
	if err := finishKeyFile(cfg.Dir, path); err != nil {
		return nil, err
	}
	found, err := exists(path)
	if err != nil {
		return nil, err
	}
	switch {
	case !found && !isNew:
		return nil, fmt.Errorf("%w: key file %s is missing", ErrWrongKey, path)
	case !found:
		// Written whole under another name first: a torn key file would open
		// nothing. An orphan of a crash holds a key that seals nothing yet.
		key := randomBytes(MasterKeySize)
		if err := replaceFile(path, encodeKeyFile(key)); err != nil {
			return nil, fmt.Errorf("make key file: %w", err)
		}
		cfg.Log.Info("made a new master key", zap.String("file", path))
	}
	if within(cfg.Dir, path) {
		cfg.Log.Warn("the master key lies in the data directory, so who copies it can read the data; move it elsewhere with a key file or environment variable",
			zap.String("file", path))
	}
	if fi, err := os.Stat(path); err == nil && fi.Mode().Perm()&0o077 != 0 {
		cfg.Log.Warn("the key file can be read by others", zap.String("file", path), zap.Stringer("mode", fi.Mode().Perm()))
	}
	return readKeyFile(path)
}

// within reports whether path lies in dir.
func within(dir, path string) bool {
	d, err1 := filepath.Abs(dir)
	p, err2 := filepath.Abs(path)
	if err1 != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && filepath.IsLocal(rel)
}

// finishKeyFile lets the key file that RotateKeyFile wrote beside path take
// its place, if it is the one that opens dir.
func finishKeyFile(dir, path string) error {
	next := path + nextSuffix
	if found, err := exists(next); err != nil || !found {
		return err
	}
	key, err := readKeyFile(next)
	if err != nil {
		return nil // torn by a crash before it was used
	}
	b, err := os.ReadFile(filepath.Join(dir, ringFile))
	if err != nil || len(b) < ringHeader || !bytes.Equal(b[ringHeader-8:ringHeader], masterID(key)) {
		return nil
	}
	if err := promoteFile(path); err != nil {
		return fmt.Errorf("replace key file: %w", err)
	}
	return nil
}

// RotateMaster makes newKey the master key of the data in dir, which no process
// may have open: it rewraps every data key under a new wrapping key and
// rewrites Badger's key registry. After a crash either the old key opens the
// directory as before, or the new one does and finishes the work; calling it
// again is safe. Content is not re-encrypted, so an old key with an old copy
// of the directory still opens what was in that copy.
//
// Errors: ErrLocked, ErrWrongKey, ErrFormat, ErrCorrupt.
func RotateMaster(dir string, oldKey, newKey []byte) (err error) {
	if len(oldKey) != MasterKeySize || len(newKey) != MasterKeySize {
		return errKeyText
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer func() {
		if e := lock.Close(); err == nil {
			err = e
		}
	}()
	return rotate(dir, oldKey, newKey)
}

// rotate does RotateMaster's work in a locked directory.
func rotate(dir string, oldKey, newKey []byte) error {
	r, err := readRing(dir, newKey, false)
	if err == nil { // decided before
		return finishRotation(dir, r, newKey)
	}
	if !errors.Is(err, ErrWrongKey) {
		return err
	}
	if r, err = readRing(dir, oldKey, false); err != nil {
		return err
	}
	// A rotation that a crash cut still has the keys of the one before.
	if err := finishRotation(dir, r, oldKey); err != nil {
		return err
	}
	r.addWrap()
	r.OldBadger, r.Badger = r.Badger, randomBytes(32)
	// This write decides: from here on only the new key opens the directory.
	if err := r.write(dir, newKey); err != nil {
		return err
	}
	return finishRotation(dir, r, newKey)
}

// finishRotation does what a decided rotation has left to do and drops the old
// keys from the ring. Each step may be repeated.
func finishRotation(dir string, r *ring, master []byte) error {
	if !r.rotating() {
		return nil
	}
	if err := rewrapSlots(dir, r); err != nil {
		return err
	}
	if r.OldBadger != nil {
		if err := rekeyBadger(filepath.Join(dir, badgerDir), r.OldBadger, r.Badger); err != nil {
			return err
		}
	}
	r.OldBadger = nil
	r.Wraps = map[uint32][]byte{r.Wrap: r.Wraps[r.Wrap]}
	return r.write(dir, master)
}

// rekeyBadger rewrites Badger's key registry from one key to another.
func rekeyBadger(dir string, from, to []byte) error {
	path := filepath.Join(dir, badger.KeyRegistryFileName)
	if found, err := exists(path); err != nil || !found {
		return err // Badger makes it when it first opens
	}
	opt := badger.KeyRegistryOptions{Dir: dir, ReadOnly: true, EncryptionKey: to, EncryptionKeyRotationDuration: badgerKeyAge}
	if _, err := badger.OpenKeyRegistry(opt); err == nil {
		return nil
	} else if !errors.Is(err, badger.ErrEncryptionKeyMismatch) {
		return fmt.Errorf("read key registry: %w", err)
	}
	opt.EncryptionKey = from
	registry, err := badger.OpenKeyRegistry(opt)
	if err != nil {
		return fmt.Errorf("read key registry: %w", err)
	}
	opt.EncryptionKey = to
	if err := badger.WriteKeyRegistry(registry, opt); err != nil {
		return fmt.Errorf("write key registry: %w", err)
	}
	return nil
}

// badgerKeyAge is how long Badger uses one of its data keys for new files.
const badgerKeyAge = 10 * 24 * time.Hour

// RotateKeyFile is RotateMaster with a fresh random key for a directory whose
// master key is in a file (default: "master.key" in dir). The new key is
// written beside it first and replaces it at the end; Open finishes the
// replacement after a crash.
func RotateKeyFile(dir, keyFile string) (err error) {
	if keyFile == "" {
		keyFile = filepath.Join(dir, masterFile)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer func() {
		if e := lock.Close(); err == nil {
			err = e
		}
	}()
	if err := finishKeyFile(dir, keyFile); err != nil {
		return err
	}
	oldKey, err := readKeyFile(keyFile)
	if err != nil {
		return err
	}
	if _, err := readRing(dir, oldKey, false); err != nil {
		return err // before a new key is made that nothing needs
	}
	newKey := randomBytes(MasterKeySize)
	if err := writeFileSync(keyFile+nextSuffix, encodeKeyFile(newKey), os.O_TRUNC); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := syncDir(filepath.Dir(keyFile)); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := rotate(dir, oldKey, newKey); err != nil {
		return err
	}
	return finishKeyFile(dir, keyFile)
}
