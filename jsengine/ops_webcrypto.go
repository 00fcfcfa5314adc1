package jsengine

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/subtle"
	"encoding/binary"
	"math/big"
	"slices"
)

// minGCMNonce and maxGCMNonce bound the nonce of AES-GCM, in bytes, as OpenSSL does.
const minGCMNonce, maxGCMNonce = 8, 128

// errCipher is that a cipher refused its input: one error, so that nobody learns why.
var errCipher = &JSError{Code: "ERR_CRYPTO_OPERATION_FAILED", Message: "cipher failed"}

// webcryptoOps are what crypto.subtle needs beyond the operations of node:crypto.
func webcryptoOps() []Op {
	return []Op{
		// webcrypto.key (format, bytes, algorithm) → key; format is "spki", "pkcs8" or
		// "raw", algorithm a curve's name, "Ed25519", "X25519", "Ed448" or "X448" for a raw
		// public key.
		{Name: "webcrypto.key", Sync: webKeyOp},
		// webcrypto.aes (mode, decrypt, key, nonce, data, bits, additional data) → bytes.
		// mode is "gcm" (bits: of the tag), "cbc", "ctr" (bits: of the counter) or "kw".
		{Name: "webcrypto.aes", Sync: webAESOp},
	}
}

func webKeyOp(c *Call) (any, error) {
	format, err := c.String(0, "format")
	if err != nil {
		return nil, err
	}
	data, err := keyBytes(c, 1, "keyData")
	if err != nil {
		return nil, err
	}
	var key any
	switch format {
	case "pkcs8":
		if key, err = parseKey("private", data); err != nil {
			return nil, err
		}
		return keyObject(c, "private", key)
	case "spki":
		if key, err = parseKey("public", data); err != nil {
			return nil, err
		}
		return keyObject(c, "public", key)
	}
	name, err := c.String(2, "algorithm")
	if err != nil {
		return nil, err
	}
	switch name {
	case "Ed25519":
		if len(data) != ed25519.PublicKeySize {
			return nil, unsupportedKey()
		}
		key = ed25519.PublicKey(data)
	case "Ed448", "X448":
		key, err = public448(name == "Ed448", data)
	case "X25519":
		key, err = ecdh.X25519().NewPublicKey(data)
	default:
		curve := curveByName(name)
		if curve == nil {
			return nil, unsupportedKey()
		}
		c.Process.Charge(curveFuel(curve) / 4)
		if data, err = ecPoint(curve, data); err == nil {
			key, err = ecdsa.ParseUncompressedPublicKey(curve, data)
		}
	}
	if err != nil {
		return nil, unsupportedKey()
	}
	return keyObject(c, "public", key)
}

func webAESOp(c *Call) (any, error) {
	mode, err := c.String(0, "mode")
	if err != nil {
		return nil, err
	}
	decrypt, err := c.Bool(1, "decrypt")
	if err != nil {
		return nil, err
	}
	var in [3][]byte
	for i, name := range []string{"key", "iv", "data"} {
		if in[i], err = c.Bytes(2+i, name); err != nil {
			return nil, err
		}
	}
	key, nonce, data := in[0], in[1], in[2]
	bits, err := c.Int(5, "length")
	if err != nil {
		return nil, err
	}
	var additional []byte
	if c.Has(6) {
		if additional, err = c.Bytes(6, "additionalData"); err != nil {
			return nil, err
		}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errCipher
	}
	c.Process.Charge(300 + int64(len(data)+len(additional)+len(nonce))>>cipherShift)
	switch mode {
	case "gcm":
		return aesGCM(c, block, decrypt, nonce, data, int(bits/8), additional)
	case "cbc":
		return aesCBC(c, key, decrypt, nonce, data)
	case "ctr":
		if len(nonce) != aes.BlockSize || bits < 1 || bits > 128 {
			return nil, errCipher
		}
		return aesCTR(c, block, nonce, data, uint(bits))
	case "kw":
		if decrypt {
			return unwrapAES(c, block, data)
		}
		return wrapAES(c, block, data)
	}
	return nil, errCipher
}

// aesGCM is NIST SP 800-38D's, with a tag of the given length at the end.
func aesGCM(c *Call, block cipher.Block, decrypt bool, nonce, data []byte, tag int, additional []byte) (out []byte, err error) {
	if len(nonce) < minGCMNonce || len(nonce) > maxGCMNonce || tag < 4 || tag > 16 || decrypt && len(data) < tag {
		return nil, errCipher
	}
	aead, err := cipher.NewGCMWithNonceSize(block, len(nonce))
	if err != nil {
		return nil, errCipher
	}
	out, err = nil, errStopped
	run := func() {
		switch {
		case !decrypt:
			out = aead.Seal(make([]byte, 0, len(data)+16), nonce, data, additional)
			out, err = out[:len(data)+tag], nil
		case tag == 16:
			out, err = aead.Open(nil, nonce, data, additional)
		default:
			// Go opens no shorter tags. The whole tag of what the text decrypts to, which
			// encrypting it again gives, begins with the one that was sent.
			text := data[:len(data)-tag]
			plain := aead.Seal(make([]byte, 0, len(text)+16), nonce, text, nil)[:len(text)]
			again := aead.Seal(make([]byte, 0, len(text)+16), nonce, plain, additional)
			if subtle.ConstantTimeCompare(again[len(text):len(text)+tag], data[len(text):]) == 1 {
				out, err = plain, nil
			} else {
				out, err = nil, errCipher
			}
		}
	}
	// It has no place to stop: what is long gets a turn of its own.
	if len(data)+len(additional) > hostPiece {
		c.Process.Work(run)
	} else {
		run()
	}
	if err != nil {
		return nil, errCipher
	}
	return append([]byte{}, out...), nil
}

// aesCBC is cipher block chaining with the padding of PKCS #7.
func aesCBC(c *Call, key []byte, decrypt bool, nonce, data []byte) ([]byte, error) {
	kind := cipherKinds[map[int]string{16: "aes-128-cbc", 24: "aes-192-cbc", 32: "aes-256-cbc"}[len(key)]]
	s, err := newCipher(kind, key, nonce, decrypt, 0)
	if err != nil {
		return nil, errCipher
	}
	out := s.update(work{p: c.Process}, data)
	last, _, err := s.final()
	if err != nil {
		return nil, errCipher
	}
	return append(out, last...), nil
}

// aesCTR is counter mode; the last bits of the counter count, and come round to 0.
func aesCTR(c *Call, block cipher.Block, counter, data []byte, bits uint) ([]byte, error) {
	space := new(big.Int).Lsh(big.NewInt(1), bits)
	blocks := big.NewInt((int64(len(data)) + 15) / 16)
	if blocks.Cmp(space) > 0 {
		return nil, errCipher
	}
	value := new(big.Int).SetBytes(counter)
	low := new(big.Int).Mod(value, space)
	first := len(data) // bytes until the counter comes round
	if left := new(big.Int).Sub(space, low); left.Cmp(blocks) < 0 {
		first = int(left.Int64()) * 16
	}
	out := make([]byte, len(data))
	for at, stream := 0, cipher.NewCTR(block, counter); at < len(data); {
		if at == first {
			stream = cipher.NewCTR(block, value.Sub(value, low).FillBytes(make([]byte, 16)))
			first = len(data)
		}
		end := min(at+cipherPiece, first)
		if at > 0 && !c.Process.in.Checkpoint() {
			return nil, errStopped
		}
		stream.XORKeyStream(out[at:end], data[at:end])
		at = end
	}
	return out, nil
}

// kwPiece is how many rounds of key wrapping are done before others get their turns.
const kwPiece = 4096

// wrapAES is RFC 3394's key wrap; unwrapAES its inverse.
func wrapAES(c *Call, block cipher.Block, data []byte) ([]byte, error) {
	n := len(data) / 8
	if n < 2 || len(data)%8 != 0 {
		return nil, errCipher
	}
	c.Process.Charge(6 * int64(n))
	out := append([]byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}, data...)
	var b [16]byte
	copy(b[:8], out)
	for t := range 6 * n {
		if t%kwPiece == kwPiece-1 && !c.Process.in.Checkpoint() {
			return nil, errStopped
		}
		r := out[8*(t%n+1):][:8]
		copy(b[8:], r)
		block.Encrypt(b[:], b[:])
		copy(r, b[8:])
		binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(t+1))
	}
	copy(out, b[:8])
	return out, nil
}

func unwrapAES(c *Call, block cipher.Block, data []byte) ([]byte, error) {
	n := len(data)/8 - 1
	if n < 2 || len(data)%8 != 0 {
		return nil, errCipher
	}
	c.Process.Charge(6 * int64(n))
	out := slices.Clone(data)
	var b [16]byte
	copy(b[:8], out)
	for t := 6*n - 1; t >= 0; t-- {
		if t%kwPiece == kwPiece-1 && !c.Process.in.Checkpoint() {
			return nil, errStopped
		}
		r := out[8*(t%n+1):][:8]
		binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(t+1))
		copy(b[8:], r)
		block.Decrypt(b[:], b[:])
		copy(r, b[8:])
	}
	if subtle.ConstantTimeCompare(b[:8], []byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}) != 1 {
		return nil, errCipher
	}
	return out[8:], nil
}
