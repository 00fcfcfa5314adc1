package storage

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// An envelope is
//
//	version 1 | flags 1 | kid 4 | nonce 24 | ciphertext | tag 16
//
// Its associated data is the header before the nonce and the label: owner,
// kind, name, generation and chunk. Random nonces of 192 bits never repeat, so
// one key may seal any number of values.
const (
	envelopeHeader   = 6
	envelopeOverhead = envelopeHeader + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

	envelopePlain = 0xff // version of an envelope that is not encrypted: tests only
	flagLast      = 1

	chunkSize = 64 << 10 // bytes of plaintext in every chunk but the last
)

// Kinds of sealed values; they are in every label and never change.
const (
	kindSession byte = iota + 1
	kindHead
	kindBase
	kindDelta
	kindContent
	kindRecordHeader
	kindRecord
	_ // was of a cache that nobody used
	kindAPIKey
	kindSetting
	kindTenant
	kindUse
	kindParcelHeader
	kindParcel
)

// label is the place a value belongs to. A value opens only in its place.
type label struct {
	kind  byte
	name  string
	gen   uint64
	chunk uint32
	last  bool
}

// sealer seals and opens the values of one owner. It is safe for concurrent
// use.
type sealer struct {
	aead  cipher.AEAD // nil: plaintext, in tests
	kid   uint32
	owner string
}

func newSealer(key []byte, kid uint32, owner string, plain bool) *sealer {
	if plain {
		return &sealer{kid: kid, owner: owner}
	}
	aead, err := chacha20poly1305.NewX(subkey(key, "seal"))
	if err != nil {
		panic(err) // only a wrong key length, a bug
	}
	return &sealer{aead: aead, kid: kid, owner: owner}
}

// subkey derives a key for one purpose.
func subkey(key []byte, purpose string) []byte {
	k, err := hkdf.Key(sha256.New, key, nil, "buntime storage 1 "+purpose, 32)
	if err != nil {
		panic(err) // only a wrong length, a bug
	}
	return k
}

func (s *sealer) associated(header []byte, l label) []byte {
	ad := make([]byte, 0, 64+len(s.owner)+len(l.name))
	ad = append(ad, "buntime storage\x00"...)
	ad = append(ad, header...)
	ad = append(ad, l.kind)
	ad = binary.BigEndian.AppendUint32(ad, uint32(len(s.owner)))
	ad = append(ad, s.owner...)
	ad = binary.BigEndian.AppendUint32(ad, uint32(len(l.name)))
	ad = append(ad, l.name...)
	ad = binary.BigEndian.AppendUint64(ad, l.gen)
	return binary.BigEndian.AppendUint32(ad, l.chunk)
}

// seal appends the envelope of plain to dst.
func (s *sealer) seal(dst []byte, l label, plain []byte) []byte {
	var h [envelopeHeader + chacha20poly1305.NonceSizeX]byte
	h[0] = FormatVersion
	if l.last {
		h[1] = flagLast
	}
	binary.BigEndian.PutUint32(h[2:], s.kid)
	if s.aead == nil {
		h[0] = envelopePlain
		dst = append(dst, h[:]...)
		dst = append(dst, plain...)
		return append(dst, make([]byte, chacha20poly1305.Overhead)...)
	}
	rand.Read(h[envelopeHeader:])
	dst = append(dst, h[:]...)
	return s.aead.Seal(dst, h[envelopeHeader:], plain, s.associated(h[:envelopeHeader], l))
}

// envelopeLast reports whether an envelope claims to be the last of its
// chunks. The claim holds if the envelope opens with it.
func envelopeLast(env []byte) bool { return len(env) > 1 && env[1] == flagLast }

// open returns what seal sealed under the same label, or ErrCorrupt.
func (s *sealer) open(l label, env []byte) ([]byte, error) {
	if len(env) < envelopeOverhead {
		return nil, fmt.Errorf("envelope of %d bytes: %w", len(env), ErrCorrupt)
	}
	header := env[:envelopeHeader]
	version := byte(FormatVersion)
	if s.aead == nil {
		version = envelopePlain
	}
	switch {
	case header[0] != version:
		return nil, fmt.Errorf("envelope version %d: %w", header[0], ErrCorrupt)
	case header[1]&^flagLast != 0 || envelopeLast(env) != l.last:
		return nil, fmt.Errorf("envelope flags: %w", ErrCorrupt)
	case binary.BigEndian.Uint32(header[2:]) != s.kid:
		return nil, fmt.Errorf("envelope of another key: %w", ErrCorrupt)
	}
	nonce := env[envelopeHeader : envelopeHeader+chacha20poly1305.NonceSizeX]
	sealed := env[len(header)+len(nonce):]
	if s.aead == nil {
		return append([]byte{}, sealed[:len(sealed)-chacha20poly1305.Overhead]...), nil
	}
	plain, err := s.aead.Open(nil, nonce, sealed, s.associated(header, l))
	if err != nil {
		return nil, fmt.Errorf("envelope does not open: %w", ErrCorrupt)
	}
	return plain, nil
}

// dataKey is an owner's key in use.
type dataKey struct {
	*sealer
	blinding []byte
}

// dataKeySize is the size of a stored data key: its kid and 32 random bytes.
const dataKeySize = 4 + 32

func newDataKey() [dataKeySize]byte {
	var k [dataKeySize]byte
	rand.Read(k[:])
	return k
}

func useDataKey(raw [dataKeySize]byte, owner string, plain bool) *dataKey {
	return &dataKey{
		sealer:   newSealer(raw[4:], binary.BigEndian.Uint32(raw[:]), owner, plain),
		blinding: subkey(raw[4:], "blind"),
	}
}

// tag is a keyed hash that stands for a name in Badger's keys.
type tag [16]byte

// blind returns the tag of the given parts.
func blind(key []byte, parts ...string) tag {
	m := hmac.New(sha256.New, key)
	var n [4]byte
	for _, p := range parts {
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		m.Write(n[:])
		m.Write([]byte(p))
	}
	return tag(m.Sum(nil)[:len(tag{})])
}

// sealChunks calls put with the envelope of every chunk of data under l's kind,
// name and generation; data without bytes has one empty chunk.
func (s *sealer) sealChunks(l label, data []byte, put func(chunk uint32, env []byte) error) error {
	return s.sealFrom(l, bytes.NewReader(data), int64(len(data)), put)
}

// sealFrom is sealChunks of size bytes that are read one chunk after another.
func (s *sealer) sealFrom(l label, data io.ReaderAt, size int64, put func(chunk uint32, env []byte) error) error {
	buf := make([]byte, min(size, chunkSize))
	for i := uint32(0); ; i++ {
		off := int64(i) * chunkSize
		plain := buf[:min(size-off, chunkSize)]
		if n, err := data.ReadAt(plain, off); n < len(plain) {
			return fmt.Errorf("read content: %w", err)
		}
		l.chunk, l.last = i, off+int64(len(plain)) == size
		env := s.seal(make([]byte, 0, len(plain)+envelopeOverhead), l, plain)
		if err := put(i, env); err != nil || l.last {
			return err
		}
	}
}

// openChunks returns what sealChunks sealed. get returns a chunk's envelope,
// valid until its next call. More than limit bytes are ErrCorrupt.
func (s *sealer) openChunks(l label, limit int64, get func(chunk uint32) ([]byte, error)) ([]byte, error) {
	var data []byte
	for i := uint32(0); ; i++ {
		env, err := get(i)
		if err != nil {
			return nil, err
		}
		l.chunk, l.last = i, envelopeLast(env)
		plain, err := s.open(l, env)
		if err != nil {
			return nil, err
		}
		if l.last && i == 0 {
			return plain, nil
		}
		if !l.last && len(plain) != chunkSize || int64(len(data)+len(plain)) > limit {
			return nil, fmt.Errorf("chunk of %d bytes: %w", len(plain), ErrCorrupt)
		}
		data = append(data, plain...)
		if l.last {
			return data, nil
		}
	}
}
