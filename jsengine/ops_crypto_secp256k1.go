package jsengine

import (
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

const (
	nameSecp256k1 = "secp256k1"
	// secp256k1Fuel is the fuel of a multiplication on the curve.
	secp256k1Fuel = 60000
)

// leftmost is what ECDSA signs of a digest.
func leftmost(digest []byte) []byte { return digest[:min(len(digest), 32)] }

// signSecp256k1 returns r and s. The nonce is RFC 6979's, and s the smaller of the
// two that fit.
func signSecp256k1(k *secp256k1.PrivateKey, digest []byte) ecSignature {
	sig := ecdsa.Sign(k, leftmost(digest))
	r, s := sig.R(), sig.S()
	rb, sb := r.Bytes(), s.Bytes()
	return ecSignature{new(big.Int).SetBytes(rb[:]), new(big.Int).SetBytes(sb[:])}
}

func verifySecp256k1(k *secp256k1.PublicKey, digest []byte, sig ecSignature) bool {
	var v [2]secp256k1.ModNScalar
	for i, n := range []*big.Int{sig.R, sig.S} {
		if n.Sign() <= 0 || n.BitLen() > 256 || v[i].SetByteSlice(n.Bytes()) {
			return false
		}
	}
	return ecdsa.NewSignature(&v[0], &v[1]).Verify(leftmost(digest), k)
}

// secp256k1ECDH is ecdhOp's work on this curve.
func secp256k1ECDH(c *Call, what string) (any, error) {
	c.Process.Charge(secp256k1Fuel)
	if what == "generate" {
		k, err := secp256k1.GeneratePrivateKeyFromRand(secure{})
		if err != nil {
			return nil, opFailed("generateKeys")
		}
		return k.Serialize(), nil
	}
	a, err := c.Data(2, "key")
	if err != nil {
		return nil, err
	}
	if what == "convert" {
		p, err := secp256k1.ParsePubKey(a)
		if err != nil {
			return nil, badPublicKey()
		}
		format, _ := c.arg(3).(string)
		out := p.SerializeUncompressed()
		switch format {
		case "compressed":
			return p.SerializeCompressed(), nil
		case "hybrid":
			out[0] = 6 + out[64]&1
		}
		return out, nil
	}
	key, err := secp256k1Private(a)
	if err != nil {
		return nil, badPrivateKey()
	}
	k := key.(*secp256k1.PrivateKey)
	if what == "public" {
		return k.PubKey().SerializeUncompressed(), nil
	}
	b, err := c.Data(3, "publicKey")
	if err != nil {
		return nil, err
	}
	p, err := secp256k1.ParsePubKey(b)
	if err != nil {
		return nil, badPublicKey()
	}
	return secp256k1.GenerateSharedSecret(k, p), nil
}

func badPublicKey() error {
	return &JSError{Code: "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", Message: "Public key is not valid for specified curve"}
}

func badPrivateKey() error {
	return &JSError{Name: "RangeError", Code: "ERR_CRYPTO_INVALID_KEYTYPE", Message: "Private key is not valid for specified curve."}
}
