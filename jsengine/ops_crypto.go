package jsengine

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding"
	"errors"
	"hash"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	//lint:ignore SA1019 guests may ask for it by name; nothing of ours rests on it
	"golang.org/x/crypto/md4"
	//lint:ignore SA1019 guests may ask for it by name, as in Node; nothing of ours rests on it
	"golang.org/x/crypto/ripemd160"

	"github.com/buntime/buntime/jsengine/wire"
)

const (
	// maxHashes bounds the hashes one process has begun and not finished.
	maxHashes = 4096
	// hashBytes is what an unfinished one holds of the host's memory, at most.
	hashBytes = 1 << 10
	// hashBase is the fuel of one hash operation whatever its size.
	hashBase = 30
	// hashShift gives the fuel of hashing a byte: an eighth of a unit.
	hashShift = 3
)

// hashes are the digests a guest may name, lower case.
var hashes = map[string]func() hash.Hash{
	"md5":        md5.New,
	"sha1":       sha1.New,
	"sha224":     sha256.New224,
	"sha256":     sha256.New,
	"sha384":     sha512.New384,
	"sha512":     sha512.New,
	"sha512-224": sha512.New512_224,
	"sha512-256": sha512.New512_256,
	"sha3-224":   func() hash.Hash { return sha3.New224() },
	"sha3-256":   func() hash.Hash { return sha3.New256() },
	"sha3-384":   func() hash.Hash { return sha3.New384() },
	"sha3-512":   func() hash.Hash { return sha3.New512() },
	"ripemd160":  ripemd160.New,
	"blake2b512": func() hash.Hash { h, _ := blake2b.New512(nil); return h },
	"blake2s256": func() hash.Hash { h, _ := blake2s.New256(nil); return h },
	// Those that only Bun has.
	"bun-blake2b256": func() hash.Hash { h, _ := blake2b.New256(nil); return h },
	"bun-md4":        md4.New,
	"bun-shake128":   func() hash.Hash { return &shake{SHAKE: *sha3.NewSHAKE128(), size: 16} },
	"bun-shake256":   func() hash.Hash { return &shake{SHAKE: *sha3.NewSHAKE256(), size: 32} },
}

// shake is an extendable output function as a digest of one size.
type shake struct {
	sha3.SHAKE
	size int
}

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

// cloneHash copies an unfinished digest, if it can be.
func cloneHash(h hash.Hash) (hash.Hash, error) {
	if cl, ok := h.(hash.Cloner); ok {
		return cl.Clone()
	}
	from, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	state, err := from.MarshalBinary()
	if err != nil {
		return nil, err
	}
	var to hash.Hash
	if h.BlockSize() == blake2s.BlockSize {
		to, err = blake2s.New256(nil)
	} else {
		to, err = blake2b.New(h.Size(), nil)
	}
	if err != nil {
		return nil, err
	}
	into, ok := to.(encoding.BinaryUnmarshaler)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return to, into.UnmarshalBinary(state)
}

// hashAliases are other names for them.
var hashAliases = map[string]string{
	"sha-1": "sha1", "sha-224": "sha224", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512",
	"sha512/224": "sha512-224", "sha512/256": "sha512-256", "rmd160": "ripemd160", "ripemd": "ripemd160",
	"rsa-ripemd160": "ripemd160", "rsa-sha3-256": "sha3-256", "rsa-sha3-512": "sha3-512", "rsa-md5": "md5", "rsa-sha1": "sha1", "rsa-sha224": "sha224", "rsa-sha256": "sha256", "rsa-sha384": "sha384", "rsa-sha512": "sha512",
}

func newHash(name string) (func() hash.Hash, error) {
	name = strings.ToLower(name)
	if a, ok := hashAliases[name]; ok {
		name = a
	}
	if f, ok := hashes[name]; ok {
		return f, nil
	}
	return nil, &JSError{Message: "Digest method not supported"}
}

// hashTable holds a process's unfinished hashes by number.
type hashTable struct {
	open map[int64]hash.Hash
	last int64
}

func (t *hashTable) add(p *Process, h hash.Hash) (any, error) {
	if len(t.open) >= maxHashes {
		return nil, &JSError{Message: "too many unfinished hashes", Code: "ERR_TOO_MANY_OPERATIONS"}
	}
	if p.holding.Charge(hashBytes) != nil {
		return nil, errNoRoom
	}
	if t.open == nil {
		t.open = make(map[int64]hash.Hash)
	}
	t.last++
	t.open[t.last] = h
	return float64(t.last), nil
}

func (t *hashTable) closeAll() { t.open = nil }

// get returns the hash in argument 0 and its number.
func (t *hashTable) get(c *Call) (hash.Hash, int64, error) {
	id, err := c.Int(0, "hash")
	if err != nil {
		return nil, 0, err
	}
	h, ok := t.open[id]
	if !ok {
		return nil, 0, &JSError{Message: "Digest already called", Code: "ERR_CRYPTO_HASH_FINALIZED"}
	}
	return h, id, nil
}

// chargeHash puts n hashed bytes on the guest's bill, before they are hashed.
func chargeHash(c *Call, n int) { c.Process.Charge(hashBase + int64(n)>>hashShift) }

// hashInto hashes data, in pieces between which others get their turns, until the
// guest has to end.
func hashInto(c *Call, h hash.Hash, data []byte) {
	for len(data) > hostPiece {
		h.Write(data[:hostPiece])
		if data = data[hostPiece:]; !c.Process.in.Checkpoint() {
			return
		}
	}
	h.Write(data)
}

// newHMAC is hmac.New in pieces: the digest of a key that is longer than a block
// stands for it, by RFC 2104.
func newHMAC(c *Call, f func() hash.Hash, key []byte) hash.Hash {
	if len(key) > hostPiece {
		h := f()
		hashInto(c, h, key)
		key = h.Sum(nil)
	}
	return hmac.New(f, key)
}

// cryptoOps are the operations behind the runtime library's crypto. Each is
// bounded by its arguments, which the guest has paid for in memory.
func cryptoOps() []Op {
	return []Op{
		// crypto.hash (name, data) → bytes, in one step.
		{Name: "crypto.hash", Sync: func(c *Call) (any, error) {
			f, err := hashArg(c, 0)
			if err != nil {
				return nil, err
			}
			data, err := c.Data(1, "data")
			if err != nil {
				return nil, err
			}
			chargeHash(c, len(data))
			h := f()
			hashInto(c, h, data)
			return h.Sum(nil), nil
		}},
		// crypto.hmac (name, key, data) → bytes, in one step.
		{Name: "crypto.hmac", Sync: func(c *Call) (any, error) {
			f, err := hashArg(c, 0)
			if err != nil {
				return nil, err
			}
			key, err := c.Data(1, "key")
			if err != nil {
				return nil, err
			}
			data, err := c.Data(2, "data")
			if err != nil {
				return nil, err
			}
			chargeHash(c, len(key)+len(data))
			h := newHMAC(c, f, key)
			hashInto(c, h, data)
			return h.Sum(nil), nil
		}},
		// crypto.hashOpen (name, key or undefined) → number. With a key it is an HMAC.
		{Name: "crypto.hashOpen", Sync: func(c *Call) (any, error) {
			f, err := hashArg(c, 0)
			if err != nil {
				return nil, err
			}
			if !c.Has(1) {
				chargeHash(c, 0)
				return c.Process.state.hashes.add(c.Process, f())
			}
			key, err := c.Data(1, "key")
			if err != nil {
				return nil, err
			}
			chargeHash(c, len(key))
			return c.Process.state.hashes.add(c.Process, newHMAC(c, f, key))
		}},
		{Name: "crypto.hashUpdate", Sync: func(c *Call) (any, error) {
			h, _, err := c.Process.state.hashes.get(c)
			if err != nil {
				return nil, err
			}
			data, err := c.Data(1, "data")
			if err != nil {
				return nil, err
			}
			chargeHash(c, len(data))
			hashInto(c, h, data)
			return wire.Undefined{}, nil
		}},
		// crypto.hashSum (number) → bytes; the number is gone.
		{Name: "crypto.hashSum", Sync: func(c *Call) (any, error) {
			h, id, err := c.Process.state.hashes.get(c)
			if err != nil {
				return nil, err
			}
			chargeHash(c, 0)
			delete(c.Process.state.hashes.open, id)
			_ = c.Process.holding.Charge(-hashBytes)
			return h.Sum(nil), nil
		}},
		// crypto.hashCopy (number) → number of a copy in the same state.
		{Name: "crypto.hashCopy", Sync: func(c *Call) (any, error) {
			h, _, err := c.Process.state.hashes.get(c)
			if err != nil {
				return nil, err
			}
			chargeHash(c, 0)
			copied, err := cloneHash(h)
			if err != nil {
				return nil, &JSError{Message: "this digest cannot be copied", Code: "ERR_CRYPTO_UNSUPPORTED_OPERATION"}
			}
			return c.Process.state.hashes.add(c.Process, copied)
		}},
		{Name: "crypto.hashes", Sync: func(*Call) (any, error) {
			return []any{"RSA-RIPEMD160", "RSA-SHA3-256", "RSA-SHA3-512", "RSA-MD5", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256", "RSA-SHA384", "RSA-SHA512", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha512", "sha512-224", "sha512-256"}, nil
		}},
	}
}

func hashArg(c *Call, i int) (func() hash.Hash, error) {
	name, err := c.String(i, "algorithm")
	if err != nil {
		return nil, err
	}
	return newHash(name)
}
