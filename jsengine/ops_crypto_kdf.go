package jsengine

import (
	"crypto/hmac"
	"encoding/binary"
	"hash"
	"math/bits"
)

const (
	// maxDerived bounds a derived key, in bytes.
	maxDerived = 1 << 20
	// roundFuel is the fuel of one round of PBKDF2 and of one 128-byte block of scrypt.
	roundFuel = 40
	// roundsPiece is how many of them are done before others get their turns.
	roundsPiece = 512
)

func kdfOps() []Op {
	var ops []Op
	// crypto.pbkdf2 (digest, password, salt, iterations, length) → bytes.
	ops = append(ops, workOps("crypto.pbkdf2", func(w work, c *Call) (any, error) {
		f, password, salt, err := kdfArgs(c)
		if err != nil {
			return nil, err
		}
		iterations, err := c.Int(3, "iterations")
		if err != nil {
			return nil, err
		}
		n, err := derived(c, 4)
		if err != nil {
			return nil, err
		}
		return pbkdf2(w, f, password, salt, iterations, n)
	})...)
	// crypto.scrypt (password, salt, N, r, p, length) → bytes. The memory it takes,
	// 128·N·r, is no more than the guest may have itself.
	ops = append(ops, workOps("crypto.scrypt", func(w work, c *Call) (any, error) {
		password, err := c.Data(0, "password")
		if err != nil {
			return nil, err
		}
		salt, err := c.Data(1, "salt")
		if err != nil {
			return nil, err
		}
		var v [3]int64
		for i := range v {
			if v[i], err = c.Int(2+i, "parameter"); err != nil {
				return nil, err
			}
		}
		n, err := derived(c, 5)
		if err != nil {
			return nil, err
		}
		return scrypt(w, password, salt, v[0], v[1], v[2], n)
	})...)
	// crypto.hkdf (digest, key, salt, info, length) → bytes.
	return append(ops, Op{Name: "crypto.hkdf", Sync: func(c *Call) (any, error) {
		f, key, salt, err := kdfArgs(c)
		if err != nil {
			return nil, err
		}
		info, err := c.Data(3, "info")
		if err != nil {
			return nil, err
		}
		n, err := c.Int(4, "length")
		if err != nil {
			return nil, err
		}
		if n < 0 || n > 255*int64(f().Size()) {
			return nil, &JSError{Name: "RangeError", Code: "ERR_CRYPTO_INVALID_KEYLEN", Message: "Invalid key length"}
		}
		return hkdf(work{p: c.Process}, f, key, salt, info, int(n))
	}})
}

func kdfArgs(c *Call) (f func() hash.Hash, secret, salt []byte, err error) {
	if f, err = hashArg(c, 0); err != nil {
		return nil, nil, nil, err
	}
	if secret, err = c.Data(1, "password"); err != nil {
		return nil, nil, nil, err
	}
	salt, err = c.Data(2, "salt")
	return f, secret, salt, err
}

// derived is the length of a derived key in argument i.
func derived(c *Call, i int) (int, error) {
	n, err := c.Int(i, "keylen")
	if err != nil {
		return 0, err
	}
	if n < 0 || n > maxDerived {
		return 0, rangeError("keylen", ">= 0 && <= 1048576 in this sandbox")
	}
	return int(n), nil
}

// hash gives data to h, piece by piece, and pays for each; false: it may not go on.
func (w work) hash(h hash.Hash, data []byte) bool {
	for len(data) > 0 {
		piece := data[:min(len(data), hostPiece)]
		if data = data[len(piece):]; !w.pay(int64(len(piece)) >> hashShift) {
			return false
		}
		h.Write(piece)
	}
	return true
}

// newMAC is an HMAC with a key that may be long; false: it may not go on.
func newMAC(w work, f func() hash.Hash, key []byte) (hash.Hash, bool) {
	if !w.pay(hashBase) {
		return nil, false
	}
	if h := f(); len(key) > h.BlockSize() { // as HMAC has it
		if !w.hash(h, key) {
			return nil, false
		}
		key = h.Sum(nil)
	}
	return hmac.New(f, key), true
}

// hkdf is RFC 5869's, in pieces: info may be long, and is hashed for each block.
func hkdf(w work, f func() hash.Hash, key, salt, info []byte, n int) ([]byte, error) {
	mac, ok := newMAC(w, f, salt)
	if !ok || !w.hash(mac, key) {
		return nil, errStopped
	}
	if mac, ok = newMAC(w, f, mac.Sum(nil)); !ok {
		return nil, errStopped
	}
	out := make([]byte, 0, n+mac.Size())
	var u []byte
	for block := byte(1); len(out) < n; block++ {
		mac.Reset()
		mac.Write(u)
		if !w.pay(2*roundFuel) || !w.hash(mac, info) {
			return nil, errStopped
		}
		mac.Write([]byte{block})
		u = mac.Sum(u[:0])
		out = append(out, u...)
	}
	return out[:n], nil
}

// pbkdf2 is RFC 8018's, in pieces. iterations below 1 count as 1.
func pbkdf2(w work, f func() hash.Hash, password, salt []byte, iterations int64, n int) ([]byte, error) {
	mac, ok := newMAC(w, f, password)
	if !ok {
		return nil, errStopped
	}
	out := make([]byte, 0, n+mac.Size())
	var u []byte
	for block := uint32(1); len(out) < n; block++ {
		mac.Reset()
		if !w.hash(mac, salt) {
			return nil, errStopped
		}
		mac.Write(binary.BigEndian.AppendUint32(nil, block))
		u = mac.Sum(u[:0])
		at := len(out)
		out = append(out, u...)
		for i := int64(1); i < iterations; {
			piece := min(iterations-i, roundsPiece)
			if !w.pay(piece * roundFuel) {
				return nil, errStopped
			}
			for range piece {
				mac.Reset()
				mac.Write(u)
				u = mac.Sum(u[:0])
				for k := range u {
					out[at+k] ^= u[k]
				}
			}
			i += piece
		}
		if !w.pay(roundFuel) {
			return nil, errStopped
		}
	}
	return out[:n], nil
}

// scryptError refuses parameters.
func scryptError(why string) error {
	return &JSError{Name: "RangeError", Code: "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", Message: "Invalid scrypt params" + why}
}

const scryptMemory = ": error:030000AC:digital envelope routines::memory limit exceeded"

// scrypt is RFC 7914's, in pieces.
func scrypt(w work, password, salt []byte, n, r, p int64, length int) ([]byte, error) {
	if n < 2 || n&(n-1) != 0 || r < 1 || p < 1 {
		return nil, scryptError("")
	}
	limit := w.p.program.Limits.Memory
	hi, lo := bits.Mul64(uint64(n)*128, uint64(r))
	if n > 1<<40 || hi != 0 || lo > uint64(limit) || r > limit/128 || p > (limit/128)/r {
		return nil, scryptError(scryptMemory)
	}
	// As much again as the guest holds, and more for the blocks: no more than one of
	// these at once on its own goroutine, and workers of them in the background.
	held := int64(lo) + 256*r + 128*r*p
	if w.p.holding.Charge(held) != nil {
		return nil, errNoRoom
	}
	defer func() { _ = w.p.holding.Charge(-held) }() // giving back cannot fail
	b, err := pbkdf2(w, hashes["sha256"], password, salt, 1, int(p*r*128))
	if err != nil {
		return nil, err
	}
	s := &scryptState{w: w, words: int(32 * r), v: make([]uint32, 32*n*r), x: make([]uint32, 32*r), y: make([]uint32, 32*r)}
	for i := range p {
		if !s.mix(b[i*r*128:(i+1)*r*128], n) {
			return nil, errStopped
		}
	}
	return pbkdf2(w, hashes["sha256"], password, b, 1, length)
}

type scryptState struct {
	w       work
	words   int
	v, x, y []uint32
}

// mix is scryptROMix; false: it may not go on.
func (s *scryptState) mix(b []byte, n int64) bool {
	k := s.words
	for i := range s.x {
		s.x[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	piece := max(1, roundsPiece*32/int64(k))
	for pass := range 2 {
		for i := range n {
			if i%piece == 0 && !s.w.pay(min(piece, n-i)*int64(k/32)*roundFuel/2) {
				return false
			}
			if pass == 0 {
				copy(s.v[int(i)*k:], s.x)
			} else {
				j := int((uint64(s.x[k-16]) | uint64(s.x[k-15])<<32) & uint64(n-1))
				for l, v := range s.v[j*k : (j+1)*k] {
					s.x[l] ^= v
				}
			}
			s.block()
		}
	}
	for i, v := range s.x {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	return true
}

// block is scryptBlockMix of x.
func (s *scryptState) block() {
	var t [16]uint32
	k := s.words
	copy(t[:], s.x[k-16:])
	for i := 0; i < k; i += 16 {
		for j := range t {
			t[j] ^= s.x[i+j]
		}
		salsa8(&t)
		at := i / 2
		if i/16%2 == 1 {
			at = (k + i - 16) / 2
		}
		copy(s.y[at:], t[:])
	}
	s.x, s.y = s.y, s.x
}

// salsa8 is Salsa20/8.
func salsa8(b *[16]uint32) {
	x := *b
	quarter := func(a, b, c, d int) {
		x[b] ^= bits.RotateLeft32(x[a]+x[d], 7)
		x[c] ^= bits.RotateLeft32(x[b]+x[a], 9)
		x[d] ^= bits.RotateLeft32(x[c]+x[b], 13)
		x[a] ^= bits.RotateLeft32(x[d]+x[c], 18)
	}
	for range 4 {
		quarter(0, 4, 8, 12)
		quarter(5, 9, 13, 1)
		quarter(10, 14, 2, 6)
		quarter(15, 3, 7, 11)
		quarter(0, 1, 2, 3)
		quarter(5, 6, 7, 4)
		quarter(10, 11, 8, 9)
		quarter(15, 12, 13, 14)
	}
	for i := range b {
		b[i] += x[i]
	}
}
