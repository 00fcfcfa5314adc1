package jsengine

import (
	"bytes"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"math/big"
)

// rsaRaw is m^d mod n of a private key, m below n. The message is blinded, so that
// the time it takes tells nothing of the key, and the result is checked, so that a
// fault of the machine does not either.
func rsaRaw(k *rsa.PrivateKey, m *big.Int) (*big.Int, error) {
	e := big.NewInt(int64(k.E))
	bits := k.N.BitLen()
	b := make([]byte, (bits+7)/8)
	var blind, unblind *big.Int
	for unblind == nil {
		if _, err := (secure{}).Read(b); err != nil {
			return nil, opFailed("rsa")
		}
		blind = new(big.Int).SetBytes(b)
		if blind.Mod(blind, k.N).Sign() != 0 {
			unblind = new(big.Int).ModInverse(blind, k.N)
		}
	}
	c := new(big.Int).Exp(blind, e, k.N)
	c.Mod(c.Mul(c, m), k.N)
	// By the Chinese remainder theorem: two powers of half the length.
	p, q := k.Primes[0], k.Primes[1]
	if len(k.Primes) != 2 || k.Precomputed.Dp == nil {
		c.Exp(c, k.D, k.N)
	} else {
		x := new(big.Int).Exp(c, k.Precomputed.Dp, p)
		y := new(big.Int).Exp(c, k.Precomputed.Dq, q)
		x.Mod(x.Mul(x.Sub(x, y), k.Precomputed.Qinv), p)
		c.Add(x.Mul(x, q), y)
	}
	c.Mod(c.Mul(c, unblind), k.N)
	if new(big.Int).Exp(c, e, k.N).Cmp(m) != 0 {
		return nil, opFailed("rsa")
	}
	return c, nil
}

// mgf1 masks b with what RFC 8017's MGF1 makes of seed.
func mgf1(b []byte, h hash.Hash, seed []byte) {
	var digest []byte
	for i := uint32(0); len(b) > 0; i++ {
		h.Reset()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, i))
		digest = h.Sum(digest[:0])
		n := subtle.XORBytes(b, b, digest)
		b = b[n:]
	}
}

func dataTooLarge() error {
	return &JSError{Code: "ERR_OSSL_RSA_DATA_TOO_LARGE_FOR_KEY_SIZE", Message: "error:0200006E:rsa routines::data too large for key size"}
}

// pss are the parts of an RSA-PSS signature: the digest and its functions, and how
// much salt; -1 is as much as the digest, -2 as much as there is room for, or, of one
// that is verified, any.
type pss struct {
	hash, mgf func() hash.Hash
	digest    []byte
	salt      int
	same      bool // both functions are the signature's
}

// verifies reports whether sig is one of digest.
func (s *pss) verifies(k *rsa.PublicKey, sig []byte) bool {
	m := new(big.Int).SetBytes(sig)
	if len(sig) != k.Size() || m.Cmp(k.N) >= 0 {
		return false
	}
	return s.verify(m.Exp(m, big.NewInt(int64(k.E)), k.N), k.N.BitLen())
}

// encode is EMSA-PSS-ENCODE of RFC 8017, for a modulus of so many bits.
func (s *pss) encode(bits int) ([]byte, error) {
	n, h := (bits+6)/8, len(s.digest)
	salt := s.salt
	switch salt {
	case -1:
		salt = h
	case -2:
		salt = n - h - 2
	}
	if salt < 0 || n < h+salt+2 {
		return nil, dataTooLarge()
	}
	em := make([]byte, n)
	db, sum := em[:n-h-1], em[n-h-1:n-1]
	db[len(db)-salt-1] = 1
	if _, err := (secure{}).Read(db[len(db)-salt:]); err != nil {
		return nil, opFailed("signing")
	}
	f := s.hash()
	f.Write(make([]byte, 8))
	f.Write(s.digest)
	f.Write(db[len(db)-salt:])
	f.Sum(sum[:0])
	mgf1(db, s.mgf(), sum)
	em[0] &= 0xff >> (8*n - (bits - 1))
	em[n-1] = 0xbc
	return em, nil
}

// verify is EMSA-PSS-VERIFY of what a signature was raised to.
func (s *pss) verify(m *big.Int, bits int) bool {
	n, h := (bits+6)/8, len(s.digest)
	if m.BitLen() > bits-1 || n < h+2 {
		return false
	}
	em := m.FillBytes(make([]byte, n))
	db, sum := em[:n-h-1], em[n-h-1:n-1]
	if em[n-1] != 0xbc {
		return false
	}
	mgf1(db, s.mgf(), sum)
	db[0] &= 0xff >> (8*n - (bits - 1))
	at := bytes.IndexByte(db, 1)
	if at < 0 || !bytes.Equal(db[:at], make([]byte, at)) {
		return false
	}
	salt := db[at+1:]
	if want := s.salt; want == -1 && len(salt) != h || want >= 0 && len(salt) != want {
		return false
	}
	f := s.hash()
	f.Write(make([]byte, 8))
	f.Write(s.digest)
	f.Write(salt)
	return bytes.Equal(f.Sum(nil), sum)
}
