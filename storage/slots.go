package storage

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// The slot file holds wrapped data keys where they can be overwritten. It is
// an array of slots:
//
//	magic 4 | kid 4 | owner 16 | nonce 24 | sealed data key 36+16 | zeros 28
//
// sealed by the wrapping key kid, with the slot's number, kid and owner (the
// blinded name of whose key it is) as associated data. A free slot is random
// bytes that do not start with the magic.
const (
	slotSize  = 128 // divides a disk sector, so that a slot is written whole
	slotMagic = "BTS\x01"
	slotBody  = len(slotMagic) + 4 + len(tag{}) + chacha20poly1305.NonceSizeX
	slotUsed  = slotBody + dataKeySize + chacha20poly1305.Overhead
	slotPage  = 4096 / slotSize // the file grows by so many
)

// slots is the open slot file. It is safe for concurrent use.
type slots struct {
	ring *ring
	f    *os.File

	mu    sync.Mutex
	count uint32   // guarded by mu; slots in the file
	free  []uint32 // guarded by mu
}

func openSlots(dir string, r *ring) (*slots, error) {
	f, err := os.OpenFile(filepath.Join(dir, slotsFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open slots: %w", err)
	}
	b, err := io.ReadAll(f)
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("open slots: %w", err)
	}
	// A tail shorter than a slot is a growth that a crash cut; nothing was in it.
	s := &slots{ring: r, f: f, count: uint32(len(b) / slotSize)}
	for i := range s.count {
		if string(b[i*slotSize:][:len(slotMagic)]) != slotMagic {
			s.free = append(s.free, i)
		}
	}
	return s, nil
}

func (s *slots) close() error { return s.f.Close() }

// used returns the numbers of the slots that hold a key.
func (s *slots) used() map[uint32]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := make(map[uint32]bool, s.count)
	for i := range s.count {
		used[i] = true
	}
	for _, i := range s.free {
		delete(used, i)
	}
	return used
}

// put writes key into a free slot, durably.
func (s *slots) put(owner tag, key [dataKeySize]byte) (uint32, error) {
	i, err := s.take()
	if err != nil {
		return 0, fmt.Errorf("grow slots: %w", err)
	}
	b := wrapSlot(s.ring, i, owner, key)
	if _, err = s.f.WriteAt(b, int64(i)*slotSize); err == nil {
		err = s.f.Sync()
	}
	if err != nil {
		// What is on disk is unknown; the sweep of unused slots sees to it.
		return 0, fmt.Errorf("write slot: %w", err)
	}
	return i, nil
}

// take returns the number of a free slot.
func (s *slots) take() (uint32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) == 0 {
		b := make([]byte, 0, slotPage*slotSize)
		for range slotPage {
			b = append(b, randomSlot()...)
		}
		if _, err := s.f.WriteAt(b, int64(s.count)*slotSize); err != nil {
			return 0, err
		}
		for i := s.count + slotPage; i > s.count; i-- {
			s.free = append(s.free, i-1)
		}
		s.count += slotPage
	}
	i := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return i, nil
}

// putKey puts a key in a free slot, if the disk has room for what names it.
func (s *Store) putKey(owner tag, key [dataKeySize]byte) (uint32, error) {
	give, err := s.room(slotPage * slotSize)
	if err != nil {
		return 0, err
	}
	defer give()
	return s.slots.put(owner, key)
}

// get returns the key in a slot. ErrNotFound: it holds none; ErrCorrupt: it is
// not owner's or does not open.
func (s *slots) get(i uint32, owner tag) (key [dataKeySize]byte, err error) {
	b := make([]byte, slotSize)
	if _, err := s.f.ReadAt(b, int64(i)*slotSize); err == io.EOF {
		return key, fmt.Errorf("slot beyond the slot file: %w", ErrCorrupt)
	} else if err != nil {
		return key, fmt.Errorf("read slot: %w", err)
	}
	o, key, err := unwrapSlot(s.ring, i, b)
	if err == nil && o != owner {
		return key, fmt.Errorf("slot of another owner: %w", ErrCorrupt)
	}
	return key, err
}

// burnOwned burns slot i if it is owner's, whether its key opens or not, and
// reports whether it was. The record that named the slot may have been
// tampered with, or the slot burnt and reused before.
func (s *slots) burnOwned(i uint32, owner tag) (bool, error) {
	b := make([]byte, slotSize)
	if _, err := s.f.ReadAt(b, int64(i)*slotSize); err == io.EOF {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read slot: %w", err)
	}
	if string(b[:len(slotMagic)]) != slotMagic || tag(b[len(slotMagic)+4:][:len(owner)]) != owner {
		return false, nil
	}
	return true, s.burn(i)
}

// burn overwrites a slot with random bytes, durably. The slot stays out of use
// until release.
func (s *slots) burn(i uint32) error {
	_, err := s.f.WriteAt(randomSlot(), int64(i)*slotSize)
	if err == nil {
		err = s.f.Sync()
	}
	if err != nil {
		return fmt.Errorf("overwrite slot: %w", err)
	}
	return nil
}

// release makes a burnt slot available again.
func (s *slots) release(i uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, i)
}

func randomSlot() []byte {
	b := randomBytes(slotSize)
	for string(b[:len(slotMagic)]) == slotMagic {
		rand.Read(b)
	}
	return b
}

func slotAssociated(i uint32, header []byte) []byte {
	ad := append([]byte("buntime slot\x00"), header...)
	return binary.BigEndian.AppendUint32(ad, i)
}

func wrapSlot(r *ring, i uint32, owner tag, key [dataKeySize]byte) []byte {
	b := make([]byte, 0, slotSize)
	b = append(b, slotMagic...)
	b = binary.BigEndian.AppendUint32(b, r.Wrap)
	b = append(b, owner[:]...)
	aead, err := chacha20poly1305.NewX(r.Wraps[r.Wrap])
	if err != nil {
		panic(err) // parseRing checks key sizes
	}
	nonce := randomBytes(chacha20poly1305.NonceSizeX)
	ad := slotAssociated(i, b)
	b = aead.Seal(append(b, nonce...), nonce, key[:], ad)
	return b[:slotSize]
}

// unwrapSlot opens the bytes of slot i.
func unwrapSlot(r *ring, i uint32, b []byte) (owner tag, key [dataKeySize]byte, err error) {
	if len(b) != slotSize {
		return owner, key, fmt.Errorf("slot of %d bytes: %w", len(b), ErrCorrupt)
	}
	if string(b[:len(slotMagic)]) != slotMagic {
		return owner, key, fmt.Errorf("empty slot: %w", ErrNotFound)
	}
	kid := binary.BigEndian.Uint32(b[len(slotMagic):])
	kek := r.Wraps[kid]
	if kek == nil {
		return owner, key, fmt.Errorf("slot of an unknown key: %w", ErrCorrupt)
	}
	copy(owner[:], b[len(slotMagic)+4:])
	header := b[:len(slotMagic)+4+len(owner)]
	nonce := b[len(header):slotBody]
	aead, err := chacha20poly1305.NewX(kek)
	if err != nil {
		return owner, key, err
	}
	plain, err := aead.Open(nil, nonce, b[slotBody:slotUsed], slotAssociated(i, header))
	if err != nil {
		return owner, key, fmt.Errorf("slot does not open: %w", ErrCorrupt)
	}
	copy(key[:], plain)
	return owner, key, nil
}

// rewrapSlots wraps every key in the slot file of dir under the ring's current
// wrapping key, atomically. Slots that do not open stay as they are.
func rewrapSlots(dir string, r *ring) error {
	path := filepath.Join(dir, slotsFile)
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read slots: %w", err)
	}
	for i := range uint32(len(b) / slotSize) {
		slot := b[i*slotSize:][:slotSize]
		if owner, key, err := unwrapSlot(r, i, slot); err == nil {
			copy(slot, wrapSlot(r, i, owner, key))
		}
	}
	if err := replaceFile(path, b); err != nil {
		return fmt.Errorf("write slots: %w", err)
	}
	return nil
}
