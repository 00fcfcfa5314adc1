package storage

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/crypto/chacha20poly1305"
)

// Names in the data directory.
const (
	ringFile   = "keyring"
	slotsFile  = "slots"
	lockFile   = "lock"
	badgerDir  = "badger"
	masterFile = "master.key"
	nextSuffix = ".next" // of a file that is about to replace the one without it
)

// ring holds the random keys of one directory. On disk it is sealed by the
// master key:
//
//	magic 7 | plain 1 | format 2 | master key id 8 | nonce 24 | sealed JSON
//
// All but the nonce before the seal is associated data.
type ring struct {
	Wrap      uint32            `json:"wrap"`  // kid of the wrapping key for new slots
	Wraps     map[uint32][]byte `json:"wraps"` // wrapping keys by kid; two during a rotation
	Badger    []byte            `json:"badger"`
	OldBadger []byte            `json:"oldBadger,omitempty"` // during a rotation
	System    []byte            `json:"system"`              // data key of API keys and settings
	Blind     []byte            `json:"blind"`               // for names in Badger's keys

	plain bool
}

const (
	ringMagic  = "BTRING\x00"
	ringHeader = len(ringMagic) + 1 + 2 + 8
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func newRing(plain bool) *ring {
	system := newDataKey()
	r := &ring{Wraps: map[uint32][]byte{}, Badger: randomBytes(32), System: system[:], Blind: randomBytes(32), plain: plain}
	r.addWrap()
	return r
}

// addWrap makes a new wrapping key the current one.
func (r *ring) addWrap() {
	for {
		kid := binary.BigEndian.Uint32(randomBytes(4))
		if _, taken := r.Wraps[kid]; !taken && kid != 0 {
			r.Wrap, r.Wraps[kid] = kid, randomBytes(32)
			return
		}
	}
}

// rotating reports whether a rotation has been decided but not finished.
func (r *ring) rotating() bool { return len(r.Wraps) > 1 || r.OldBadger != nil }

// masterID names a master key without giving it away.
func masterID(master []byte) []byte { return subkey(master, "master id")[:8] }

func (r *ring) marshal(master []byte) ([]byte, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode key ring: %w", err)
	}
	b := []byte(ringMagic)
	if r.plain {
		b = append(b, 1)
		b = binary.BigEndian.AppendUint16(b, FormatVersion)
		b = append(b, make([]byte, 8)...)
		return append(b, body...), nil
	}
	b = append(b, 0)
	b = binary.BigEndian.AppendUint16(b, FormatVersion)
	b = append(b, masterID(master)...)
	aead, err := chacha20poly1305.NewX(subkey(master, "ring"))
	if err != nil {
		return nil, err
	}
	nonce := randomBytes(chacha20poly1305.NonceSizeX)
	ad := b[:ringHeader:ringHeader]
	return aead.Seal(append(b, nonce...), nonce, body, ad), nil
}

// parseRing opens a key ring. Its errors are ErrFormat, ErrWrongKey and
// ErrCorrupt.
func parseRing(b, master []byte, plain bool) (*ring, error) {
	if len(b) < ringHeader || string(b[:len(ringMagic)]) != ringMagic || b[len(ringMagic)] > 1 {
		return nil, fmt.Errorf("key ring: %w", ErrCorrupt)
	}
	// The version comes first: a newer one may have moved all that follows. It
	// is authenticated below.
	if v := binary.BigEndian.Uint16(b[len(ringMagic)+1:]); v > FormatVersion {
		return nil, fmt.Errorf("%w: it is version %d, newer than this program's %d", ErrFormat, v, FormatVersion)
	} else if v < FormatVersion {
		return nil, fmt.Errorf("%w: version %d was never released", ErrFormat, v)
	}
	if isPlain := b[len(ringMagic)] == 1; isPlain != plain {
		return nil, fmt.Errorf("%w: encryption is on here and off there", ErrFormat)
	}
	header, body := b[:ringHeader], b[ringHeader:]
	if !plain {
		if !bytes.Equal(header[ringHeader-8:], masterID(master)) {
			return nil, ErrWrongKey
		}
		if len(body) < chacha20poly1305.NonceSizeX {
			return nil, fmt.Errorf("key ring: %w", ErrCorrupt)
		}
		aead, err := chacha20poly1305.NewX(subkey(master, "ring"))
		if err != nil {
			return nil, err
		}
		nonce, sealed := body[:chacha20poly1305.NonceSizeX], body[chacha20poly1305.NonceSizeX:]
		if body, err = aead.Open(nil, nonce, sealed, header); err != nil {
			return nil, fmt.Errorf("key ring: %w", ErrCorrupt)
		}
	}
	r := &ring{plain: plain}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("key ring: %w", ErrCorrupt)
	}
	for _, k := range r.Wraps {
		if len(k) != 32 {
			return nil, fmt.Errorf("key ring: %w", ErrCorrupt)
		}
	}
	if r.Wraps[r.Wrap] == nil || len(r.Badger) != 32 || len(r.System) != dataKeySize || len(r.Blind) != 32 ||
		r.OldBadger != nil && len(r.OldBadger) != 32 {
		return nil, fmt.Errorf("key ring: %w", ErrCorrupt)
	}
	return r, nil
}

func readRing(dir string, master []byte, plain bool) (*ring, error) {
	b, err := os.ReadFile(filepath.Join(dir, ringFile))
	if err != nil {
		return nil, err
	}
	return parseRing(b, master, plain)
}

func (r *ring) write(dir string, master []byte) error {
	b, err := r.marshal(master)
	if err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(dir, ringFile), b); err != nil {
		return fmt.Errorf("write key ring: %w", err)
	}
	return nil
}

// replaceFile atomically and durably makes b the content of the file path
// (0600).
func replaceFile(path string, b []byte) error {
	if err := writeFileSync(path+nextSuffix, b, os.O_TRUNC); err != nil {
		return err
	}
	return promoteFile(path)
}

// promoteFile renames the synced file path.next to path, durably, and
// overwrites what it replaces: a key that was rotated out should not wait in a
// free block.
func promoteFile(path string) error {
	old, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if old != nil {
		defer old.Close()
	}
	if err := os.Rename(path+nextSuffix, path); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return err
	}
	if old == nil {
		return nil
	}
	fi, err := old.Stat()
	if err != nil {
		return err
	}
	if _, err := old.WriteAt(make([]byte, fi.Size()), 0); err != nil {
		return err
	}
	return old.Sync()
}

// writeFileSync writes and syncs a file of mode 0600, made with flag too.
func writeFileSync(path string, b []byte, flag int) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Sync()
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return true, nil
	case os.IsNotExist(err):
		return false, nil
	}
	return false, fmt.Errorf("look for %s: %w", filepath.Base(path), err)
}
