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
	"sm3":        newSM3,
	"md5-sha1":   newMD5SHA1,
	"shake128":   newShake128,
	"shake256":   newShake256,
	// Those that only Bun has.
	"bun-blake2b256": func() hash.Hash { h, _ := blake2b.New256(nil); return h },
	"bun-md4":        md4.New,
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
	"sha512/224": "sha512-224", "sha512/256": "sha512-256", "rmd160": "ripemd160", "ripemd": "ripemd160", "ssl3-md5": "md5", "ssl3-sha1": "sha1", "rsa-sha1-2": "sha1",
	"rsa-md5": "md5", "rsa-ripemd160": "ripemd160", "rsa-sha1": "sha1", "rsa-sha224": "sha224", "rsa-sha256": "sha256", "rsa-sha384": "sha384", "rsa-sha512": "sha512",
	"rsa-sha512/224": "sha512-224", "rsa-sha512/256": "sha512-256", "rsa-sha3-224": "sha3-224", "rsa-sha3-256": "sha3-256", "rsa-sha3-384": "sha3-384", "rsa-sha3-512": "sha3-512", "rsa-sm3": "sm3",
	"md5withrsaencryption": "md5", "ripemd160withrsa": "ripemd160", "sha1withrsaencryption": "sha1", "sha224withrsaencryption": "sha224", "sha256withrsaencryption": "sha256", "sha384withrsaencryption": "sha384",
	"sha512withrsaencryption": "sha512", "sha512-224withrsaencryption": "sha512-224", "sha512-256withrsaencryption": "sha512-256", "sm3withrsaencryption": "sm3",
	"id-rsassa-pkcs1-v1_5-with-sha3-224": "sha3-224", "id-rsassa-pkcs1-v1_5-with-sha3-256": "sha3-256", "id-rsassa-pkcs1-v1_5-with-sha3-384": "sha3-384", "id-rsassa-pkcs1-v1_5-with-sha3-512": "sha3-512",
}

// hashNames are the digests that Node lists.
var hashNames = []any{
	"RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA1-2", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256", "RSA-SHA3-384", "RSA-SHA3-512", "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224", "RSA-SHA512/256", "RSA-SM3",
	"blake2b512", "blake2s256", "id-rsassa-pkcs1-v1_5-with-sha3-224", "id-rsassa-pkcs1-v1_5-with-sha3-256", "id-rsassa-pkcs1-v1_5-with-sha3-384", "id-rsassa-pkcs1-v1_5-with-sha3-512", "md5", "md5-sha1", "md5WithRSAEncryption",
	"ripemd", "ripemd160", "ripemd160WithRSA", "rmd160", "sha1", "sha1WithRSAEncryption", "sha224", "sha224WithRSAEncryption", "sha256", "sha256WithRSAEncryption", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384",
	"sha384WithRSAEncryption", "sha512", "sha512-224", "sha512-224WithRSAEncryption", "sha512-256", "sha512-256WithRSAEncryption", "sha512WithRSAEncryption", "shake128", "shake256", "sm3", "sm3WithRSAEncryption", "ssl3-md5", "ssl3-sha1",
}

// hashName is the name of a digest among hashes.
func hashName(name string) string {
	name = strings.ToLower(name)
	if a, ok := hashAliases[name]; ok {
		return a
	}
	return name
}

func newHash(name string) (func() hash.Hash, error) {
	if f, ok := hashes[hashName(name)]; ok {
		return f, nil
	}
	switch strings.ToLower(name) {
	case "md4", "mdc2", "whirlpool", "rsa-md4", "rsa-mdc2", "md4withrsaencryption":
		return nil, &JSError{Code: "ERR_OSSL_EVP_UNSUPPORTED", Message: "error:0308010C:digital envelope routines::unsupported"}
	}
	return nil, &JSError{Message: "Digest method not supported"}
}

// addHash returns the number of an unfinished hash, which the guest holds from now on.
func (p *Process) addHash(h hash.Hash) (any, error) {
	if p.holding.Charge(hashBytes) != nil {
		return nil, errNoRoom
	}
	id, ok := p.state.hashes.add(h, maxHashes)
	if !ok {
		_ = p.holding.Charge(-hashBytes)
		return nil, &JSError{Message: "too many unfinished hashes", Code: "ERR_TOO_MANY_OPERATIONS"}
	}
	return float64(id), nil
}

// hashOf returns the unfinished hash in argument 0 and its number.
func (c *Call) hashOf() (hash.Hash, int64, error) {
	id, err := c.Int(0, "hash")
	if err != nil {
		return nil, 0, err
	}
	h := c.Process.state.hashes.get(id)
	if h == nil {
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
			f, err := hmacArg(c, 0)
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
		// crypto.hashOpen (name, key or undefined, bytes of output or undefined) → number.
		// With a key it is an HMAC.
		{Name: "crypto.hashOpen", Sync: func(c *Call) (any, error) {
			f, err := hashArg(c, 0)
			if err != nil {
				return nil, err
			}
			if !c.Has(1) {
				chargeHash(c, 0)
				h := f()
				if c.Has(2) {
					if h, err = withOutput(c, h); err != nil {
						return nil, err
					}
				}
				return c.Process.addHash(h)
			}
			key, err := c.Data(1, "key")
			if err != nil {
				return nil, err
			}
			if f, err = hmacArg(c, 0); err != nil {
				return nil, err
			}
			chargeHash(c, len(key))
			return c.Process.addHash(newHMAC(c, f, key))
		}},
		{Name: "crypto.hashUpdate", Sync: func(c *Call) (any, error) {
			h, _, err := c.hashOf()
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
			h, id, err := c.hashOf()
			if err != nil {
				return nil, err
			}
			chargeHash(c, h.Size())
			c.Process.state.hashes.take(id)
			_ = c.Process.holding.Charge(-hashBytes)
			return h.Sum(nil), nil
		}},
		// crypto.hashCopy (number, bytes of output or undefined) → number of a copy in
		// the same state, whose output has the digest's usual length if none is asked for.
		{Name: "crypto.hashCopy", Sync: func(c *Call) (any, error) {
			h, _, err := c.hashOf()
			if err != nil {
				return nil, err
			}
			chargeHash(c, 0)
			copied, err := cloneHash(h)
			if err != nil {
				return nil, &JSError{Message: "this digest cannot be copied", Code: "ERR_CRYPTO_UNSUPPORTED_OPERATION"}
			}
			if s, ok := copied.(*shake); ok {
				s.size = s.usual
			}
			if c.Has(1) {
				if copied, err = withOutput(c, copied); err != nil {
					return nil, err
				}
			}
			return c.Process.addHash(copied)
		}},
		{Name: "crypto.hashes", Sync: func(*Call) (any, error) {
			return hashNames, nil
		}},
	}
}

// hmacArg is hashArg for digests that can make HMACs: not those whose length is free.
func hmacArg(c *Call, i int) (func() hash.Hash, error) {
	f, err := hashArg(c, i)
	if err == nil {
		if _, ok := f().(*shake); ok {
			return nil, &JSError{Message: "error:00000000:lib(0)::reason(0)"} // in Node's words
		}
	}
	return f, err
}

func hashArg(c *Call, i int) (func() hash.Hash, error) {
	name, err := c.String(i, "algorithm")
	if err != nil {
		return nil, err
	}
	return newHash(name)
}

// withOutput gives h the length of output in the last argument, if it can have it.
func withOutput(c *Call, h hash.Hash) (hash.Hash, error) {
	n, err := c.Int(len(c.Args)-1, "outputLength")
	if err != nil {
		return nil, err
	}
	s, ok := h.(*shake)
	switch {
	case !ok && n != int64(h.Size()):
		return nil, &JSError{Code: "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH", Message: "error:030000B2:digital envelope routines::not XOF or invalid length"}
	case !ok:
		return h, nil
	case n > maxOutput:
		return nil, rangeError("options.outputLength", "<= 1048576 in this sandbox")
	}
	s.size = int(n)
	return s, nil
}
