package jsengine

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha3"
	"encoding/binary"
	"hash"
	"math/bits"
	"slices"
)

// maxOutput bounds what an extendable output function gives, in bytes.
const maxOutput = 1 << 20

// shake is an extendable output function as a digest of one size.
type shake struct {
	sha3.SHAKE
	size, usual int
}

func newShake128() hash.Hash { return &shake{*sha3.NewSHAKE128(), 16, 16} }
func newShake256() hash.Hash { return &shake{*sha3.NewSHAKE256(), 32, 32} }

func (s *shake) Size() int { return s.size }

func (s *shake) Sum(b []byte) []byte {
	c := *s
	out := make([]byte, s.size)
	_, _ = c.Read(out)
	return append(b, out...)
}

func (s *shake) Clone() (hash.Cloner, error) {
	c := *s
	return &c, nil
}

// md5sha1 is MD5 and then SHA-1, as TLS 1.0 signs.
type md5sha1 struct{ md5, sha1 hash.Hash }

func newMD5SHA1() hash.Hash { return &md5sha1{md5.New(), sha1.New()} }

func (h *md5sha1) Write(p []byte) (int, error) {
	h.md5.Write(p)
	return h.sha1.Write(p)
}
func (h *md5sha1) Sum(b []byte) []byte { return h.sha1.Sum(h.md5.Sum(b)) }
func (h *md5sha1) Reset()              { h.md5.Reset(); h.sha1.Reset() }
func (h *md5sha1) Size() int           { return md5.Size + sha1.Size }
func (h *md5sha1) BlockSize() int      { return 64 }

func (h *md5sha1) Clone() (hash.Cloner, error) {
	m, err := h.md5.(hash.Cloner).Clone()
	if err != nil {
		return nil, err
	}
	s, err := h.sha1.(hash.Cloner).Clone()
	return &md5sha1{m, s}, err
}

// sm3 is the digest of GB/T 32905-2016.
type sm3 struct {
	v    [8]uint32
	held []byte // of a block that is not whole
	len  uint64
}

func newSM3() hash.Hash {
	h := &sm3{}
	h.Reset()
	return h
}

func (h *sm3) Reset() {
	*h = sm3{v: [8]uint32{0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e}}
}
func (h *sm3) Size() int      { return 32 }
func (h *sm3) BlockSize() int { return 64 }

func (h *sm3) Clone() (hash.Cloner, error) {
	c := *h
	c.held = slices.Clone(h.held)
	return &c, nil
}

func (h *sm3) Write(p []byte) (int, error) {
	n := len(p)
	h.len += uint64(n)
	if len(h.held) > 0 {
		k := min(64-len(h.held), len(p))
		h.held, p = append(h.held, p[:k]...), p[k:]
		if len(h.held) < 64 {
			return n, nil
		}
		h.block(h.held)
		h.held = h.held[:0]
	}
	for ; len(p) >= 64; p = p[64:] {
		h.block(p)
	}
	h.held = append(h.held, p...)
	return n, nil
}

func (h *sm3) Sum(b []byte) []byte {
	c := *h
	c.held = slices.Clone(h.held)
	pad := append([]byte{0x80}, make([]byte, (119-h.len%64)%64)...)
	_, _ = c.Write(binary.BigEndian.AppendUint64(pad, h.len*8))
	for _, v := range c.v {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func (h *sm3) block(p []byte) {
	var w [68]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(p[4*i:])
	}
	for i := 16; i < 68; i++ {
		x := w[i-16] ^ w[i-9] ^ bits.RotateLeft32(w[i-3], 15)
		w[i] = x ^ bits.RotateLeft32(x, 15) ^ bits.RotateLeft32(x, 23) ^ bits.RotateLeft32(w[i-13], 7) ^ w[i-6]
	}
	v := h.v
	for i := range 64 {
		t := uint32(0x79cc4519)
		if i >= 16 {
			t = 0x7a879d8a
		}
		a12 := bits.RotateLeft32(v[0], 12)
		ss1 := bits.RotateLeft32(a12+v[4]+bits.RotateLeft32(t, i), 7)
		ff, gg := v[0]^v[1]^v[2], v[4]^v[5]^v[6]
		if i >= 16 {
			ff, gg = v[0]&v[1]|v[0]&v[2]|v[1]&v[2], v[4]&v[5]|^v[4]&v[6]
		}
		t1 := ff + v[3] + (ss1 ^ a12) + (w[i] ^ w[i+4])
		t2 := gg + v[7] + ss1 + w[i]
		v[3], v[2], v[1], v[0] = v[2], bits.RotateLeft32(v[1], 9), v[0], t1
		v[7], v[6], v[5], v[4] = v[6], bits.RotateLeft32(v[5], 19), v[4], t2^bits.RotateLeft32(t2, 9)^bits.RotateLeft32(t2, 17)
	}
	for i := range v {
		h.v[i] ^= v[i]
	}
}
