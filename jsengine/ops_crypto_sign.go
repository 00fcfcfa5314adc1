package jsengine

import (
	"bytes"
	"crypto"
	//lint:ignore SA1019 guests may ask for it by name, as in Node
	"crypto/dsa"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"hash"
	"math/big"
	"slices"
	"strings"

	"github.com/cloudflare/circl/dh/x448"
	"github.com/cloudflare/circl/sign/ed448"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/buntime/buntime/jsengine/wire"
)

// hashIDs are the digests that signatures of RSA name.
var hashIDs = map[string]crypto.Hash{
	"md5": crypto.MD5, "sha1": crypto.SHA1, "sha224": crypto.SHA224, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512,
	"sha512-224": crypto.SHA512_224, "sha512-256": crypto.SHA512_256, "sha3-224": crypto.SHA3_224, "sha3-256": crypto.SHA3_256, "sha3-384": crypto.SHA3_384, "sha3-512": crypto.SHA3_512,
	"ripemd160": crypto.RIPEMD160, "md5-sha1": crypto.MD5SHA1,
}

// Paddings as in OpenSSL.
const (
	padPKCS1 = 1
	padNone  = 3
	padOAEP  = 4
	padPSS   = 6
)

func digestNotAllowed() error {
	return &JSError{Code: "ERR_OSSL_DIGEST_NOT_ALLOWED", Message: "error:1C8000AE:Provider routines::digest not allowed"}
}

func notForThisKey() error {
	return &JSError{Code: "ERR_OSSL_EVP_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE", Message: "error:03000096:digital envelope routines::operation not supported for this keytype"}
}

// signArgs are those of crypto.sign and crypto.verify: der, digest or null, data, options.
type signArgs struct {
	key    any
	id     crypto.Hash // of RSA
	pss    *pss        // of RSA-PSS
	digest []byte
	data   []byte
	opts   wire.Object
}

func parseSign(c *Call, kind string) (*signArgs, error) {
	der, err := keyBytes(c, 0, "key")
	if err != nil {
		return nil, err
	}
	a := &signArgs{}
	if a.key, err = parseKey(kind, der); err != nil {
		return nil, err
	}
	if a.data, err = c.Data(2, "data"); err != nil {
		return nil, err
	}
	if a.opts, err = c.Object(3, "options"); err != nil {
		return nil, err
	}
	chargeHash(c, 2*len(a.data))
	c.Process.Charge(keyFuel(a.key))
	name := "sha256"
	var limits *pssLimits
	switch k := a.key.(type) {
	case ed25519.PrivateKey, ed25519.PublicKey, ed448.PrivateKey, ed448.PublicKey:
		if c.Has(1) {
			return nil, &JSError{Code: "ERR_OSSL_INVALID_DIGEST", Message: "error:1C80007A:Provider routines::invalid digest"}
		}
		return a, nil
	case *ecdh.PrivateKey, *ecdh.PublicKey, x448Private, x448Public, dhPrivate, dhPublic:
		return nil, notForThisKey()
	case pssPrivate:
		limits = k.limits
	case pssPublic:
		limits = k.limits
	}
	if limits != nil {
		name = limits.hash
	}
	if c.Has(1) {
		if name, err = c.String(1, "algorithm"); err != nil {
			return nil, err
		}
	}
	f, err := newHash(name)
	if err != nil {
		return nil, &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_DIGEST", Message: "Invalid digest: " + name}
	}
	if modulusOf(a.key) != nil {
		if err := a.rsa(hashName(name), f, limits); err != nil {
			return nil, err
		}
	}
	h := f()
	hashInto(c, h, a.data)
	a.digest = h.Sum(nil)
	if a.pss != nil {
		a.pss.digest = a.digest
	}
	return a, nil
}

// rsa reads what a signature of RSA needs besides.
func (a *signArgs) rsa(digest string, f func() hash.Hash, limits *pssLimits) error {
	var ok bool
	if a.id, ok = hashIDs[digest]; !ok || limits != nil && limits.hash != digest {
		return digestNotAllowed()
	}
	padding := int64(padPKCS1)
	only := false
	switch a.key.(type) {
	case pssPrivate, pssPublic:
		padding, only = padPSS, true
	}
	padding = fieldInt(a.opts, "padding", padding)
	if padding != padPSS && (only || padding != padPKCS1) {
		return &JSError{Code: "ERR_OSSL_ILLEGAL_OR_UNSUPPORTED_PADDING_MODE", Message: "error:1C8000A5:Provider routines::illegal or unsupported padding mode"}
	}
	if padding == padPKCS1 {
		return nil
	}
	a.pss = &pss{hash: f, mgf: f, salt: -2}
	if limits != nil {
		a.pss.salt = limits.salt
		if limits.mgf != limits.hash {
			a.pss.mgf = hashes[limits.mgf]
		}
	}
	a.pss.salt = int(max(min(fieldInt(a.opts, "saltLength", int64(a.pss.salt)), maxRSABits), -2))
	if limits != nil && a.pss.salt >= 0 && a.pss.salt < limits.salt {
		return &JSError{Code: "ERR_OSSL_PSS_SALTLEN_TOO_SMALL", Message: "error:1C8000AC:Provider routines::pss saltlen too small"}
	}
	a.pss.same = limits == nil || limits.mgf == limits.hash
	return nil
}

func opFailed(what string) error {
	return &JSError{Code: "ERR_CRYPTO_OPERATION_FAILED", Message: what + " failed"}
}

func sign(a *signArgs) ([]byte, error) {
	var sig ecSignature
	size := 0 // of r and s
	switch k := a.key.(type) {
	case *rsa.PrivateKey:
		if a.pss != nil {
			return signPSS(k, a)
		}
		out, err := rsa.SignPKCS1v15(nil, k, a.id, a.digest)
		if err != nil {
			return nil, opFailed("signing")
		}
		return out, nil
	case pssPrivate:
		return signPSS(k.PrivateKey, a)
	case *ecdsa.PrivateKey:
		out, err := ecdsa.SignASN1(secure{}, k, a.digest)
		if err != nil || unmarshal(out, &sig) != nil {
			return nil, opFailed("signing")
		}
		size = (k.Curve.Params().BitSize + 7) / 8
	case *secp256k1.PrivateKey:
		sig, size = signSecp256k1(k, a.digest), 32
	case *dsa.PrivateKey:
		size = (k.Q.BitLen() + 7) / 8
		r, s, err := dsa.Sign(secure{}, k, a.digest[:min(len(a.digest), size)])
		if err != nil {
			return nil, opFailed("signing")
		}
		sig = ecSignature{r, s}
	case ed25519.PrivateKey:
		return ed25519.Sign(k, a.data), nil
	case ed448.PrivateKey:
		return ed448.Sign(k, a.data, ""), nil
	default:
		return nil, &JSError{Code: "ERR_CRYPTO_UNSUPPORTED_OPERATION", Message: "Unsupported crypto operation"}
	}
	if fieldString(a.opts, "dsaEncoding") == "ieee-p1363" {
		return append(sig.R.FillBytes(make([]byte, size)), sig.S.FillBytes(make([]byte, size))...), nil
	}
	return asn1.Marshal(sig)
}

// signPSS leaves to crypto/rsa what it can do: not a signature without salt, nor one
// whose mask has a digest of its own.
func signPSS(k *rsa.PrivateKey, a *signArgs) ([]byte, error) {
	if a.pss.same && a.pss.salt != 0 {
		salt := a.pss.salt
		switch salt {
		case -1:
			salt = rsa.PSSSaltLengthEqualsHash
		case -2:
			salt = rsa.PSSSaltLengthAuto
		}
		out, err := rsa.SignPSS(secure{}, k, a.id, a.digest, &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			return nil, dataTooLarge()
		}
		return out, nil
	}
	em, err := a.pss.encode(k.N.BitLen())
	if err != nil {
		return nil, err
	}
	m, err := rsaRaw(k, new(big.Int).SetBytes(em))
	if err != nil {
		return nil, err
	}
	return m.FillBytes(make([]byte, k.Size())), nil
}

type ecSignature struct{ R, S *big.Int }

// signature reads r and s in the encoding that was asked for, of size bytes each.
func (a *signArgs) signature(b []byte, size int) (sig ecSignature, ok bool) {
	if fieldString(a.opts, "dsaEncoding") == "ieee-p1363" {
		if len(b) != 2*size {
			return sig, false
		}
		return ecSignature{new(big.Int).SetBytes(b[:size]), new(big.Int).SetBytes(b[size:])}, true
	}
	return sig, unmarshal(b, &sig) == nil
}

func verify(a *signArgs, sig []byte) bool {
	switch k := a.key.(type) {
	case *rsa.PublicKey:
		if a.pss != nil {
			return a.pss.verifies(k, sig)
		}
		return rsa.VerifyPKCS1v15(k, a.id, a.digest, sig) == nil
	case pssPublic:
		return a.pss.verifies(k.PublicKey, sig)
	case *ecdsa.PublicKey:
		if s, ok := a.signature(sig, (k.Curve.Params().BitSize+7)/8); ok {
			der, err := asn1.Marshal(s)
			return err == nil && ecdsa.VerifyASN1(k, a.digest, der)
		}
	case *secp256k1.PublicKey:
		if s, ok := a.signature(sig, 32); ok {
			return verifySecp256k1(k, a.digest, s)
		}
	case *dsa.PublicKey:
		size := (k.Q.BitLen() + 7) / 8
		if s, ok := a.signature(sig, size); ok {
			return dsa.Verify(k, a.digest[:min(len(a.digest), size)], s.R, s.S)
		}
	case ed25519.PublicKey:
		if field(a.opts, "smallOrder") == false && len(sig) > len(k) && (smallOrder(k) || smallOrder(sig[:len(k)])) {
			return false
		}
		return len(sig) == ed25519.SignatureSize && ed25519.Verify(k, a.data, sig)
	case ed448.PublicKey:
		return ed448.Verify(k, a.data, sig, "")
	}
	return false
}

// smallOrders are the y coordinates, reduced or not, of the points of Ed25519 whose
// order divides 8: 0, 1, the two of order 8, and p - 1, p and p + 1.
var smallOrders = [][ed25519.PublicKeySize]byte{
	{},
	{1},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
}

// smallOrder reports whether a point of Ed25519, whatever its sign, is one of those
// that sign anything.
func smallOrder(point []byte) bool {
	y := [ed25519.PublicKeySize]byte(point)
	y[31] &= 0x7f
	return slices.Contains(smallOrders, y)
}

func signOps() []Op {
	return []Op{
		// crypto.sign (private der, digest or null, data, {padding, saltLength, dsaEncoding}) → bytes.
		{Name: "crypto.sign", Sync: func(c *Call) (any, error) {
			a, err := parseSign(c, "private")
			if err != nil {
				return nil, err
			}
			return sign(a)
		}},
		// crypto.verify (public der, digest or null, data, options, signature) → boolean;
		// the option smallOrder false refuses points of Ed25519 that sign anything.
		{Name: "crypto.verify", Sync: func(c *Call) (any, error) {
			a, err := parseSign(c, "public")
			if err != nil {
				return nil, err
			}
			sig, err := c.Data(4, "signature")
			if err != nil {
				return nil, err
			}
			return verify(a, sig), nil
		}},
		// crypto.rsa (what, der, data, {padding, oaepHash, oaepLabel}) → bytes; what is
		// "publicEncrypt", "privateDecrypt", "privateEncrypt" or "publicDecrypt".
		{Name: "crypto.rsa", Sync: rsaOp},
		// crypto.dh (private der, public der) → bytes.
		{Name: "crypto.dh", Sync: func(c *Call) (any, error) {
			priv, err := keyBytes(c, 0, "privateKey")
			if err != nil {
				return nil, err
			}
			pub, err := keyBytes(c, 1, "publicKey")
			if err != nil {
				return nil, err
			}
			a, err := parseKey("private", priv)
			if err != nil {
				return nil, err
			}
			b, err := parseKey("public", pub)
			if err != nil {
				return nil, err
			}
			c.Process.Charge(100000)
			return agree(c, a, b)
		}},
		// crypto.ecdh (curve, what, a, b) → bytes: "generate" → private key, "public" (private)
		// → public key, "secret" (private, public), "convert" (public, format).
		{Name: "crypto.ecdh", Sync: ecdhOp},
		// crypto.modexp (base, exponent, modulus) → bytes, for classic Diffie-Hellman.
		{Name: "crypto.modexp", Sync: func(c *Call) (any, error) {
			var v [3]*big.Int
			for i := range v {
				b, err := c.Data(i, "number")
				if err != nil {
					return nil, err
				}
				if len(b) > 1024 {
					return nil, rangeError("prime", "<= 8192 bits")
				}
				v[i] = new(big.Int).SetBytes(b)
			}
			if v[2].Sign() == 0 {
				return nil, rangeError("prime", "> 0")
			}
			c.Process.Charge(exponentFuel(v[2].BitLen()) + 100)
			c.long(dhPrivate{dhPublic: dhPublic{p: v[2]}}, func() { v[0].Exp(v[0], v[1], v[2]) })
			return v[0].FillBytes(make([]byte, (v[2].BitLen()+7)/8)), nil
		}},
		// crypto.certificate (PEM or DER) → its fields.
		{Name: "crypto.certificate", Sync: certificateOp},
	}
}

// toECDH is a key for ecdh, or itself.
func toECDH(key any) any {
	switch k := key.(type) {
	case *ecdsa.PrivateKey:
		if e, err := k.ECDH(); err == nil {
			return e
		}
	case *ecdsa.PublicKey:
		if e, err := k.ECDH(); err == nil {
			return e
		}
	}
	return key
}

// agree is the secret that two keys share.
func agree(c *Call, a, b any) (any, error) {
	failed := &JSError{Code: "ERR_OSSL_FAILED_DURING_DERIVATION", Message: "error:1C8000A4:Provider routines::failed during derivation"}
	mixed := &JSError{Code: "ERR_OSSL_MISMATCHING_DOMAIN_PARAMETERS", Message: "error:1C8000CB:Provider routines::mismatching domain parameters"}
	switch k := a.(type) {
	case *secp256k1.PrivateKey:
		if p, ok := b.(*secp256k1.PublicKey); ok {
			return secp256k1.GenerateSharedSecret(k, p), nil
		}
		return nil, mixed
	case x448Private:
		p, ok := b.(x448Public)
		if !ok {
			return nil, opFailed("diffieHellman")
		}
		secret, pub := x448.Key(k), x448.Key(p)
		var out x448.Key
		if !x448.Shared(&out, &secret, &pub) {
			return nil, failed
		}
		return out[:], nil
	case dhPrivate:
		p, ok := b.(dhPublic)
		if !ok || k.p.Cmp(p.p) != 0 || k.g.Cmp(p.g) != 0 {
			return nil, mixed
		}
		c.Process.Charge(keyFuel(k))
		var out big.Int
		c.long(k, func() { out.Exp(p.y, k.x, k.p) })
		return out.FillBytes(make([]byte, (k.p.BitLen()+7)/8)), nil
	}
	k, ok1 := toECDH(a).(*ecdh.PrivateKey)
	p, ok2 := toECDH(b).(*ecdh.PublicKey)
	if !ok1 || !ok2 {
		return nil, mixed
	}
	if k.Curve() != p.Curve() {
		return nil, mixed
	}
	out, err := k.ECDH(p)
	if err != nil {
		return nil, failed
	}
	return out, nil
}

func rsaOp(c *Call) (any, error) {
	what, err := c.String(0, "what")
	if err != nil {
		return nil, err
	}
	kind := "public"
	if strings.HasPrefix(what, "private") {
		kind = "private"
	}
	der, err := keyBytes(c, 1, "key")
	if err != nil {
		return nil, err
	}
	data, err := c.Data(2, "buffer")
	if err != nil {
		return nil, err
	}
	opts, err := c.Object(3, "options")
	if err != nil {
		return nil, err
	}
	key, err := parseKey(kind, der)
	if err != nil {
		return nil, err
	}
	var pub *rsa.PublicKey
	switch k := key.(type) {
	case *rsa.PublicKey:
		pub = k
	case *rsa.PrivateKey:
		pub = &k.PublicKey
	case pssPublic, pssPrivate:
		return nil, &JSError{Code: "ERR_OSSL_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE", Message: "error:1C8000B2:Provider routines::operation not supported for this keytype"}
	default:
		return nil, notForThisKey()
	}
	c.Process.Charge(exponentFuel(pub.N.BitLen()))
	priv, _ := key.(*rsa.PrivateKey)
	padding := fieldInt(opts, "padding", padOAEP)
	name := fieldString(opts, "oaepHash")
	if name == "" {
		name = "sha1"
	}
	f, err := newHash(name)
	if err != nil {
		return nil, &JSError{Code: "ERR_OSSL_EVP_INVALID_DIGEST", Message: "error:03000098:digital envelope routines::invalid digest"}
	}
	label := fieldBytes(opts, "oaepLabel")
	tooLarge := dataTooLarge()
	var out []byte
	switch {
	case padding == padNone:
		if out, err = rsaBlock(pub, priv, data, what == "publicEncrypt" || what == "privateEncrypt"); err != nil {
			return nil, err
		}
	case what == "publicEncrypt" && padding == padOAEP:
		if out, err = rsa.EncryptOAEP(f(), secure{}, pub, data, label); err != nil {
			return nil, tooLarge
		}
	case what == "publicEncrypt" && padding == padPKCS1:
		//lint:ignore SA1019 guests may ask for it by name, as in Node
		if out, err = rsa.EncryptPKCS1v15(secure{}, pub, data); err != nil {
			return nil, tooLarge
		}
	case what == "privateDecrypt" && padding == padOAEP:
		if out, err = rsa.DecryptOAEP(f(), nil, priv, data, label); err != nil {
			return nil, &JSError{Code: "ERR_OSSL_RSA_OAEP_DECODING_ERROR", Message: "error:02000079:rsa routines::oaep decoding error"}
		}
	case what == "privateEncrypt":
		if out, err = rsa.SignPKCS1v15(nil, priv, 0, data); err != nil {
			return nil, tooLarge
		}
	case what == "publicDecrypt":
		m := new(big.Int).SetBytes(data)
		if len(data) > pub.Size() || m.Cmp(pub.N) >= 0 {
			return nil, tooLarge
		}
		em := m.Exp(m, big.NewInt(int64(pub.E)), pub.N).FillBytes(make([]byte, pub.Size()))
		i := bytes.IndexByte(em[min(2, len(em)):], 0)
		if em[0] != 0 || em[1] != 1 || i < 8 || !bytes.Equal(em[2:2+i], bytes.Repeat([]byte{0xff}, i)) {
			return nil, &JSError{Code: "ERR_OSSL_RSA_PADDING_CHECK_FAILED", Message: "error:02000072:rsa routines::padding check failed"}
		}
		out = em[3+i:]
	default:
		return nil, &JSError{Name: "TypeError", Code: "ERR_INVALID_ARG_VALUE", Message: "this padding is not supported"}
	}
	return append([]byte{}, out...), nil
}

// rsaBlock raises data, as it is, to the power of a key: the private one if priv is
// not nil. whole is whether it has to have the length of the modulus.
func rsaBlock(pub *rsa.PublicKey, priv *rsa.PrivateKey, data []byte, whole bool) ([]byte, error) {
	switch m := new(big.Int).SetBytes(data); {
	case len(data) > pub.Size():
		return nil, dataTooLarge()
	case whole && len(data) < pub.Size():
		return nil, &JSError{Code: "ERR_OSSL_RSA_DATA_TOO_SMALL_FOR_KEY_SIZE", Message: "error:0200007A:rsa routines::data too small for key size"}
	case m.Cmp(pub.N) >= 0:
		return nil, &JSError{Code: "ERR_OSSL_RSA_DATA_TOO_LARGE_FOR_MODULUS", Message: "error:02000084:rsa routines::data too large for modulus"}
	case priv != nil:
		out, err := rsaRaw(priv, m)
		if err != nil {
			return nil, err
		}
		return out.FillBytes(make([]byte, pub.Size())), nil
	default:
		return m.Exp(m, big.NewInt(int64(pub.E)), pub.N).FillBytes(make([]byte, pub.Size())), nil
	}
}

func ecdhOp(c *Call) (any, error) {
	name, err := c.String(0, "curve")
	if err != nil {
		return nil, err
	}
	if name == nameSecp256k1 {
		what, err := c.String(1, "what")
		if err != nil {
			return nil, err
		}
		return secp256k1ECDH(c, what)
	}
	curve := curveByName(name)
	if curve == nil || name[0] == 'P' || curve == elliptic.P224() {
		return nil, &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_CURVE", Message: "Invalid EC curve name"}
	}
	what, err := c.String(1, "what")
	if err != nil {
		return nil, err
	}
	e := ecdhCurve(curve)
	c.Process.Charge(curveFuel(curve))
	if what == "generate" {
		k, err := e.GenerateKey(secure{})
		if err != nil {
			return nil, opFailed("generateKeys")
		}
		return k.Bytes(), nil
	}
	a, err := c.Data(2, "key")
	if err != nil {
		return nil, err
	}
	badPublic := badPublicKey()
	if what == "convert" {
		p, err := ecPoint(curve, a)
		if err != nil {
			return nil, badPublic
		}
		format, _ := c.arg(3).(string)
		n := (len(p) - 1) / 2
		odd := p[2*n] & 1
		switch format {
		case "compressed":
			return append([]byte{2 + odd}, p[1:1+n]...), nil
		case "hybrid":
			p[0] = 6 + odd
		}
		return p, nil
	}
	n := (curve.Params().BitSize + 7) / 8
	if len(a) < n {
		a = append(make([]byte, n-len(a)), a...)
	}
	k, err := e.NewPrivateKey(a)
	if err != nil {
		return nil, badPrivateKey()
	}
	if what == "public" {
		return k.PublicKey().Bytes(), nil
	}
	b, err := c.Data(3, "publicKey")
	if err != nil {
		return nil, err
	}
	p, err := ecPoint(curve, b)
	if err != nil {
		return nil, badPublic
	}
	pub, err := e.NewPublicKey(p)
	if err != nil {
		return nil, badPublic
	}
	out, err := k.ECDH(pub)
	if err != nil {
		return nil, badPublic
	}
	return out, nil
}

// ecPoint reads a point of any format and returns it uncompressed.
func ecPoint(curve elliptic.Curve, b []byte) ([]byte, error) {
	n := (curve.Params().BitSize + 7) / 8
	switch {
	case len(b) == 1+n && (b[0] == 2 || b[0] == 3):
		x, y := elliptic.UnmarshalCompressed(curve, b)
		if x == nil {
			return nil, errNoPoint
		}
		out := append([]byte{4}, x.FillBytes(make([]byte, n))...)
		return append(out, y.FillBytes(make([]byte, n))...), nil
	case len(b) == 1+2*n && (b[0] == 4 || b[0] == 6 || b[0] == 7):
		out := append([]byte{4}, b[1:]...)
		_, err := ecdhCurve(curve).NewPublicKey(out)
		return out, err
	}
	return nil, errNoPoint
}

var errNoPoint = &JSError{Message: "no point of the curve"}

func certificateOp(c *Call) (any, error) {
	data, err := keyBytes(c, 0, "buffer")
	if err != nil {
		return nil, err
	}
	if b, _ := pem.Decode(data); b != nil {
		data = b.Bytes
	}
	cert, err := x509.ParseCertificate(data)
	if err != nil {
		return nil, &JSError{Code: "ERR_OSSL_PEM_NO_START_LINE", Message: "error:0480006C:PEM routines::no start line"}
	}
	key, err := keyObject(c, "public", cert.PublicKey)
	if err != nil {
		key = wire.Undefined{}
	}
	name := func(raw []byte) []any {
		var seq []asn1.RawValue
		var out []any
		if _, err := asn1.Unmarshal(raw, &seq); err != nil {
			return nil
		}
		for _, set := range seq {
			var atv struct {
				Type  asn1.ObjectIdentifier
				Value asn1.RawValue
			}
			if _, err := asn1.Unmarshal(set.Bytes, &atv); err != nil {
				continue
			}
			short, ok := nameTypes[atv.Type.String()]
			if !ok {
				short = atv.Type.String()
			}
			out = append(out, short, strings.ToValidUTF8(string(atv.Value.Bytes), "\ufffd"))
		}
		return out
	}
	one, two, five := sha1.Sum(cert.Raw), sha256.Sum256(cert.Raw), sha512.Sum512(cert.Raw)
	const layout = "Jan _2 15:04:05 2006 GMT"
	var alt []any
	for _, d := range cert.DNSNames {
		alt = append(alt, "DNS:"+d)
	}
	for _, e := range cert.EmailAddresses {
		alt = append(alt, "email:"+e)
	}
	for _, u := range cert.URIs {
		alt = append(alt, "URI:"+u.String())
	}
	for _, ip := range cert.IPAddresses {
		alt = append(alt, "IP Address:"+ip.String())
	}
	var usage []any
	for _, oid := range cert.UnknownExtKeyUsage {
		usage = append(usage, oid.String())
	}
	for _, u := range cert.ExtKeyUsage {
		if s, ok := extUsages[u]; ok {
			usage = append(usage, s)
		}
	}
	return object(
		"raw", cert.Raw, "subject", name(cert.RawSubject), "issuer", name(cert.RawIssuer),
		"validFrom", cert.NotBefore.UTC().Format(layout), "validTo", cert.NotAfter.UTC().Format(layout),
		"serial", strings.ToUpper(evenHex(cert.SerialNumber)), "sha1", one[:], "sha256", two[:], "sha512", five[:],
		"ca", cert.IsCA, "altNames", alt, "usage", usage, "key", key,
		"selfIssued", bytes.Equal(cert.RawIssuer, cert.RawSubject), "signature", cert.Signature, "tbs", cert.RawTBSCertificate, "rawIssuer", cert.RawIssuer, "rawSubject", cert.RawSubject,
		"digest", certDigests[cert.SignatureAlgorithm],
	), nil
}

func evenHex(n *big.Int) string {
	s := n.Text(16)
	if len(s)%2 == 1 {
		s = "0" + s
	}
	return s
}

var nameTypes = map[string]string{"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.5": "serialNumber", "1.2.840.113549.1.9.1": "emailAddress", "0.9.2342.19200300.100.1.25": "DC"}

var extUsages = map[x509.ExtKeyUsage]string{x509.ExtKeyUsageServerAuth: "1.3.6.1.5.5.7.3.1", x509.ExtKeyUsageClientAuth: "1.3.6.1.5.5.7.3.2", x509.ExtKeyUsageCodeSigning: "1.3.6.1.5.5.7.3.3", x509.ExtKeyUsageEmailProtection: "1.3.6.1.5.5.7.3.4", x509.ExtKeyUsageTimeStamping: "1.3.6.1.5.5.7.3.8", x509.ExtKeyUsageOCSPSigning: "1.3.6.1.5.5.7.3.9"}

var certDigests = map[x509.SignatureAlgorithm]string{x509.SHA1WithRSA: "sha1", x509.SHA256WithRSA: "sha256", x509.SHA384WithRSA: "sha384", x509.SHA512WithRSA: "sha512", x509.ECDSAWithSHA1: "sha1", x509.ECDSAWithSHA256: "sha256", x509.ECDSAWithSHA384: "sha384", x509.ECDSAWithSHA512: "sha512"}

// primeOps are those of crypto.generatePrime and crypto.checkPrime.
func primeOps() []Op {
	const maxPrime = 4096
	ops := workOps("crypto.prime", func(w work, c *Call) (any, error) {
		bits, err := c.Int(0, "size")
		if err != nil {
			return nil, err
		}
		if bits < 1 || bits > maxPrime {
			return nil, rangeError("size", ">= 1 && <= 4096 in this sandbox")
		}
		o, err := c.Object(1, "options")
		if err != nil {
			return nil, err
		}
		safe, _ := field(o, "safe").(bool)
		add, rem := new(big.Int).SetBytes(fieldBytes(o, "add")), new(big.Int).SetBytes(fieldBytes(o, "rem"))
		if add.BitLen() > int(bits) || add.Sign() > 0 && rem.Cmp(add) >= 0 {
			return nil, rangeError("options.add", "less than the prime")
		}
		if bits == 1 {
			return nil, rangeError("size", ">= 2")
		}
		one := big.NewInt(1)
		for {
			var n *big.Int
			if safe && add.Sign() == 0 && bits > 16 {
				if n, err = makeSafePrime(w, int(bits)); err != nil {
					return nil, err
				}
				return n.FillBytes(make([]byte, (bits+7)/8)), nil
			}
			if add.Sign() > 0 {
				b := make([]byte, (bits+7)/8)
				// For each try: there may be no such number.
				if !w.pay(hashBase + int64(len(b))) {
					return nil, errStopped
				}
				w.p.state.random(b)
				n = new(big.Int).SetBytes(b)
				n.Rsh(n, uint(len(b)*8-int(bits)))
				n.SetBit(n, int(bits)-1, 1)
				n.Sub(n, new(big.Int).Mod(n, add))
				if n.Add(n, rem); n.BitLen() != int(bits) {
					continue
				}
				ok, err := isPrime(w, n)
				if err != nil {
					return nil, err
				}
				if !ok {
					continue
				}
			} else if n, err = makePrime(w, int(bits), true); err != nil {
				return nil, err
			}
			if safe && bits > 2 {
				half := new(big.Int).Sub(n, one)
				ok, err := isPrime(w, half.Rsh(half, 1))
				if err != nil {
					return nil, err
				}
				if !ok {
					continue
				}
			}
			return n.FillBytes(make([]byte, (bits+7)/8)), nil
		}
	})
	return append(ops, workOps("crypto.primeCheck", func(w work, c *Call) (any, error) {
		b, err := c.Data(0, "candidate")
		if err != nil {
			return nil, err
		}
		checks, err := c.Int(1, "checks")
		if err != nil {
			return nil, err
		}
		if len(b) > 1024 {
			return nil, rangeError("candidate", "<= 8192 bits in this sandbox")
		}
		if checks < 0 || checks > 100 {
			return nil, rangeError("options.checks", ">= 0 && <= 100 in this sandbox")
		}
		n := new(big.Int).SetBytes(b)
		if n.Cmp(big.NewInt(2)) < 0 {
			return false, nil
		}
		return isPrime(w, n)
	})...)
}
