package jsengine

import (
	//lint:ignore SA1019 such keys exist, and guests may ask for them by name, as in Node
	"crypto/dsa"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"slices"

	"github.com/cloudflare/circl/dh/x448"
	"github.com/cloudflare/circl/sign/ed448"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/buntime/buntime/jsengine/wire"
)

const (
	// maxKeyText bounds an encoded key or certificate, in bytes.
	maxKeyText = 64 << 10
	// maxRSABits bounds the modulus of an RSA key that is used, and maxRSAMade that
	// of one that is made.
	maxRSABits, maxRSAMade = 8192, 4096
	// maxRounds bounds the rounds of PBKDF2 that an encrypted key may ask for.
	maxRounds = 10_000_000
)

// A key crosses as its DER bytes: PKCS #8 if it is private, SPKI if it is public.
// The host keeps none.

func unsupportedKey() error {
	return &JSError{Code: "ERR_OSSL_UNSUPPORTED", Message: "error:1E08010C:DECODER routines::unsupported"}
}

func keyBytes(c *Call, i int, name string) ([]byte, error) {
	b, err := c.Data(i, name)
	if err == nil && len(b) > maxKeyText {
		return nil, rangeError(name, "<= 65536 bytes")
	}
	if err == nil {
		c.Process.Charge(2000 + int64(len(b)))
	}
	return b, err
}

// parseKey reads DER as keys cross; kind is "private" or "public".
func parseKey(kind string, der []byte) (any, error) {
	parse, other := x509.ParsePKIXPublicKey, parseOtherPublic
	if kind == "private" {
		parse, other = x509.ParsePKCS8PrivateKey, parseOtherPrivate
	}
	key, err := parse(der)
	if err != nil {
		key, err = other(der)
	}
	if err != nil {
		return nil, unsupportedKey()
	}
	if d, ok := key.(*dsa.PublicKey); ok && !validDSA(d) {
		return nil, unsupportedKey()
	}
	if n := modulusOf(key); n != nil && n.BitLen() > maxRSABits {
		return nil, rangeError("modulusLength", "<= 8192")
	}
	return key, nil
}

// modulusOf is the modulus of an RSA key, or nil.
func modulusOf(key any) *big.Int {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.N
	case *rsa.PublicKey:
		return k.N
	case pssPrivate:
		return k.N
	case pssPublic:
		return k.N
	}
	return nil
}

// keyFuel is the fuel of using a key once.
func keyFuel(key any) int64 {
	if n := modulusOf(key); n != nil {
		return exponentFuel(n.BitLen())
	}
	switch k := key.(type) {
	case *ecdsa.PrivateKey:
		return curveFuel(k.Curve)
	case *ecdsa.PublicKey:
		return curveFuel(k.Curve)
	case *secp256k1.PrivateKey, *secp256k1.PublicKey:
		return secp256k1Fuel
	case ed448.PrivateKey, ed448.PublicKey, x448Private, x448Public:
		return 100000
	case *dsa.PrivateKey:
		return exponentFuel(k.P.BitLen())
	case *dsa.PublicKey:
		return exponentFuel(k.P.BitLen())
	case dhPrivate:
		return exponentFuel(k.p.BitLen())
	}
	return 20000
}

// publicOf is a key's public half, which takes keyFuel of a key of DSA or
// Diffie-Hellman, and is cheap for others.
func publicOf(key any) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey
	case pssPrivate:
		return pssPublic{&k.PrivateKey.PublicKey, k.limits}
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	case ed25519.PrivateKey:
		return k.Public()
	case *ecdh.PrivateKey:
		return k.PublicKey()
	case *secp256k1.PrivateKey:
		return k.PubKey()
	case ed448.PrivateKey:
		return k.Public()
	case x448Private:
		return k.public()
	case *dsa.PrivateKey:
		pub := k.PublicKey
		pub.Y = new(big.Int).Exp(k.G, k.X, k.P)
		return &pub
	case dhPrivate:
		return dhPublic{k.p, k.g, new(big.Int).Exp(k.g, k.x, k.p)}
	}
	return key
}

// curveNames are OpenSSL's names of curves, by Go's.
var curveNames = map[string]string{"P-224": "secp224r1", "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1"}

func curveByName(name string) elliptic.Curve {
	switch name {
	case "P-256", "prime256v1", "secp256r1":
		return elliptic.P256()
	case "P-384", "secp384r1":
		return elliptic.P384()
	case "P-521", "secp521r1":
		return elliptic.P521()
	case "secp224r1":
		return elliptic.P224()
	}
	return nil
}

// keyObject is how a key, or the public half of a private one, crosses to the
// guest, who pays for making it.
func keyObject(c *Call, kind string, key any) (any, error) {
	c.Process.Charge(keyFuel(key) / 4)
	if kind == "public" {
		c.long(key, func() { key = publicOf(key) })
	}
	return describeKey(kind, key)
}

// describeKey is a key as it crosses.
func describeKey(kind string, key any) (any, error) {
	marshal := marshalPublic
	if kind == "private" {
		marshal = marshalPrivate
	}
	der, err := marshal(key)
	if err != nil {
		return nil, unsupportedKey()
	}
	details, err := keyDetails(key)
	return append(object("kind", kind, "der", der), details...), err
}

// long runs f, which uses key, in a turn of its own if that takes long.
func (c *Call) long(key any, f func()) {
	const fuel = 1 << 21
	if keyFuel(key) > fuel {
		c.Process.Work(f)
	} else {
		f()
	}
}

// keyDetails are a key's type and what asymmetricKeyDetails says.
func keyDetails(key any) (wire.Object, error) {
	rsaDetails := func(typ string, n *big.Int, e int, l *pssLimits) wire.Object {
		o := object("type", typ, "modulusLength", n.BitLen(), "publicExponent", e)
		if l != nil {
			o = append(o, object("hashAlgorithm", l.hash, "mgf1HashAlgorithm", l.mgf, "saltLength", l.salt)...)
		}
		return o
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return rsaDetails("rsa", k.N, k.E, nil), nil
	case *rsa.PublicKey:
		return rsaDetails("rsa", k.N, k.E, nil), nil
	case pssPrivate:
		return rsaDetails("rsa-pss", k.N, k.E, k.limits), nil
	case pssPublic:
		return rsaDetails("rsa-pss", k.N, k.E, k.limits), nil
	case *ecdsa.PrivateKey:
		return object("type", "ec", "namedCurve", curveNames[k.Curve.Params().Name]), nil
	case *ecdsa.PublicKey:
		return object("type", "ec", "namedCurve", curveNames[k.Curve.Params().Name]), nil
	case *secp256k1.PrivateKey, *secp256k1.PublicKey:
		return object("type", "ec", "namedCurve", nameSecp256k1), nil
	case ed25519.PrivateKey, ed25519.PublicKey:
		return object("type", "ed25519"), nil
	case *ecdh.PrivateKey, *ecdh.PublicKey:
		return object("type", "x25519"), nil
	case ed448.PrivateKey, ed448.PublicKey:
		return object("type", "ed448"), nil
	case x448Private, x448Public:
		return object("type", "x448"), nil
	case *dsa.PrivateKey:
		return object("type", "dsa", "modulusLength", k.P.BitLen(), "divisorLength", k.Q.BitLen()), nil
	case *dsa.PublicKey:
		return object("type", "dsa", "modulusLength", k.P.BitLen(), "divisorLength", k.Q.BitLen()), nil
	case dhPrivate, dhPublic:
		return object("type", "dh"), nil
	}
	return nil, unsupportedKey()
}

// importKey reads a key of any encoding that Node takes.
func importKey(w work, kind string, data []byte, format, typ string, passphrase []byte, hasPass bool) (any, error) {
	if format == "pem" {
		for rest := data; ; {
			var b *pem.Block
			if b, rest = pem.Decode(rest); b == nil {
				return nil, unsupportedKey()
			}
			switch b.Type {
			case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY":
				//lint:ignore SA1019 such keys exist, and OpenSSL reads them
				if x509.IsEncryptedPEMBlock(b) {
					if !hasPass {
						return nil, noPassphrase()
					}
					//lint:ignore SA1019 such keys exist, and OpenSSL reads them
					plain, err := x509.DecryptPEMBlock(b, passphrase)
					if err != nil {
						return nil, badDecrypt()
					}
					b.Bytes = plain
				}
				t := map[string]string{"PRIVATE KEY": "pkcs8", "ENCRYPTED PRIVATE KEY": "pkcs8", "RSA PRIVATE KEY": "pkcs1", "EC PRIVATE KEY": "sec1", "DSA PRIVATE KEY": "dsa"}[b.Type]
				return importPrivate(w, b.Bytes, t, passphrase, hasPass)
			case "PUBLIC KEY":
				if kind == "public" {
					return parseKey("public", b.Bytes)
				}
			case "RSA PUBLIC KEY":
				if kind == "public" {
					return importPublic(b.Bytes, "pkcs1")
				}
			case "CERTIFICATE":
				if kind == "public" {
					cert, err := x509.ParseCertificate(b.Bytes)
					if err != nil {
						return nil, unsupportedKey()
					}
					return cert.PublicKey, nil
				}
			}
		}
	}
	if kind == "private" {
		return importPrivate(w, data, typ, passphrase, hasPass)
	}
	if key, err := importPublic(data, typ); err == nil {
		return key, nil
	}
	return importPrivate(w, data, typ, passphrase, hasPass)
}

func importPublic(der []byte, typ string) (any, error) {
	if typ == "pkcs1" {
		key, err := x509.ParsePKCS1PublicKey(der)
		if err != nil || key.N.BitLen() > maxRSABits {
			return nil, unsupportedKey()
		}
		return key, nil
	}
	return parseKey("public", der)
}

func importPrivate(w work, der []byte, typ string, passphrase []byte, hasPass bool) (any, error) {
	var key any
	var err error
	switch typ {
	case "pkcs1":
		key, err = x509.ParsePKCS1PrivateKey(der)
	case "sec1":
		if key, err = x509.ParseECPrivateKey(der); err != nil {
			key, err = parseSecp256k1(der)
		}
	case "dsa":
		var d dsaPrivateKey
		if err = unmarshal(der, &d); err == nil {
			key, err = dsaPrivate(dsaParams{d.P, d.Q, d.G}, d.X)
		}
	default:
		if plain, err := decryptPKCS8(w, der, passphrase, hasPass); plain != nil || err != nil {
			if err != nil {
				return nil, err
			}
			der = plain
		}
		return parseKey("private", der)
	}
	if err != nil {
		return nil, unsupportedKey()
	}
	return key, nil
}

func noPassphrase() error {
	return &JSError{Code: "ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED", Message: "error:07880109:common libcrypto routines::interrupted or cancelled"}
}

func badDecrypt() error {
	return &JSError{Code: "ERR_OSSL_BAD_DECRYPT", Message: "error:1C800064:Provider routines::bad decrypt"}
}

// PBES2 of RFC 8018, as PKCS #8 has it.
type (
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Params struct {
		KDF, Scheme pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt   []byte
		Rounds int
		Length int                      `asn1:"optional"`
		PRF    pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	// prfs are the digests of HMACs, by object identifier.
	prfs = map[string]string{"1.2.840.113549.2.7": "sha1", "1.2.840.113549.2.8": "sha224", "1.2.840.113549.2.9": "sha256", "1.2.840.113549.2.10": "sha384", "1.2.840.113549.2.11": "sha512"}
	// schemes are the ciphers that keys are encrypted with.
	schemes = map[string]string{"2.16.840.1.101.3.4.1.2": "aes-128-cbc", "2.16.840.1.101.3.4.1.22": "aes-192-cbc", "2.16.840.1.101.3.4.1.42": "aes-256-cbc", "1.2.840.113549.3.7": "des-ede3-cbc"}
)

// decryptPKCS8 returns nil if der is not encrypted.
func decryptPKCS8(w work, der, passphrase []byte, hasPass bool) ([]byte, error) {
	var e encryptedKey
	if rest, err := asn1.Unmarshal(der, &e); err != nil || len(rest) > 0 || !e.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, nil
	}
	if !hasPass {
		return nil, noPassphrase()
	}
	var params pbes2Params
	var kdf pbkdf2Params
	var iv []byte
	if unmarshal(e.Algorithm.Parameters.FullBytes, &params) != nil || !params.KDF.Algorithm.Equal(oidPBKDF2) || unmarshal(params.KDF.Parameters.FullBytes, &kdf) != nil || unmarshal(params.Scheme.Parameters.FullBytes, &iv) != nil {
		return nil, unsupportedKey()
	}
	prf := "sha1"
	if kdf.PRF.Algorithm != nil {
		prf = prfs[kdf.PRF.Algorithm.String()]
	}
	kind := cipherKinds[schemes[params.Scheme.Algorithm.String()]]
	if prf == "" || kind == nil {
		return nil, unsupportedKey()
	}
	if kdf.Rounds < 1 || kdf.Rounds > maxRounds {
		return nil, rangeError("iterations", "<= 10000000")
	}
	key, err := pbkdf2(w, hashes[prf], passphrase, kdf.Salt, int64(kdf.Rounds), kind.key)
	if err != nil {
		return nil, err
	}
	s, err := newCipher(kind, key, iv, true, 0)
	if err != nil {
		return nil, badDecrypt()
	}
	out := s.update(w, e.Data)
	last, _, err := s.final()
	if err != nil {
		return nil, badDecrypt()
	}
	return append(out, last...), nil
}

func unmarshal(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err == nil && len(rest) > 0 {
		err = errors.New("trailing data")
	}
	return err
}

// encryptPKCS8 is its inverse: 2,048 rounds with HMAC-SHA256, as OpenSSL.
func encryptPKCS8(w work, der, passphrase []byte, name string) ([]byte, error) {
	oid := ""
	for id, n := range schemes {
		if n == name {
			oid = id
		}
	}
	kind := cipherKinds[name]
	if kind == nil || oid == "" {
		return nil, cipherError("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")
	}
	salt, iv := make([]byte, 16), make([]byte, kind.iv)
	w.p.state.random(salt)
	w.p.state.random(iv)
	const rounds = 2048
	key, err := pbkdf2(w, hashes["sha256"], passphrase, salt, rounds, kind.key)
	if err != nil {
		return nil, err
	}
	s, err := newCipher(kind, key, iv, false, 0)
	if err != nil {
		return nil, err
	}
	out := s.update(w, der)
	last, _, err := s.final()
	if err != nil {
		return nil, err
	}
	raw := func(v any) asn1.RawValue {
		b, _ := asn1.Marshal(v) // cannot fail: flat
		return asn1.RawValue{FullBytes: b}
	}
	var scheme asn1.ObjectIdentifier
	for id := range schemes {
		if id == oid {
			scheme = parseOID(id)
		}
	}
	kdf := pbkdf2Params{Salt: salt, Rounds: rounds, PRF: pkix.AlgorithmIdentifier{Algorithm: parseOID("1.2.840.113549.2.9"), Parameters: asn1.NullRawValue}}
	params := pbes2Params{KDF: pkix.AlgorithmIdentifier{Algorithm: oidPBKDF2, Parameters: raw(kdf)}, Scheme: pkix.AlgorithmIdentifier{Algorithm: scheme, Parameters: raw(iv)}}
	return asn1.Marshal(encryptedKey{Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidPBES2, Parameters: raw(params)}, Data: append(out, last...)})
}

func parseOID(s string) asn1.ObjectIdentifier {
	var out asn1.ObjectIdentifier
	n := 0
	for _, c := range s + "." {
		if c == '.' {
			out, n = append(out, n), 0
			continue
		}
		n = n*10 + int(c-'0')
	}
	return out
}

// ---- JWK ----

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// coordinates are a point's, as a JSON Web Key has them.
func coordinates(k *ecdsa.PublicKey) (x, y string, err error) {
	b, err := k.Bytes() // 4, x, y
	if err != nil {
		return "", "", err
	}
	n := len(b) / 2
	return b64(b[1 : 1+n]), b64(b[1+n:]), nil
}

// jwkOf is a key as a JSON Web Key, with members in Node's order.
func jwkOf(key any) (any, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return object("kty", "RSA", "n", b64(k.N.Bytes()), "e", b64(big.NewInt(int64(k.E)).Bytes())), nil
	case *rsa.PrivateKey:
		k.Precompute()
		if len(k.Primes) != 2 {
			return nil, unsupportedKey()
		}
		return object("kty", "RSA", "n", b64(k.N.Bytes()), "e", b64(big.NewInt(int64(k.E)).Bytes()), "d", b64(k.D.Bytes()), "p", b64(k.Primes[0].Bytes()), "q", b64(k.Primes[1].Bytes()),
			"dp", b64(k.Precomputed.Dp.Bytes()), "dq", b64(k.Precomputed.Dq.Bytes()), "qi", b64(k.Precomputed.Qinv.Bytes())), nil
	case *ecdsa.PublicKey:
		x, y, err := coordinates(k)
		if k.Curve == elliptic.P224() {
			return nil, noJWKCurve()
		}
		if err != nil {
			return nil, unsupportedKey()
		}
		return object("kty", "EC", "x", x, "y", y, "crv", k.Curve.Params().Name), nil
	case *ecdsa.PrivateKey:
		x, y, err := coordinates(&k.PublicKey)
		if k.Curve == elliptic.P224() {
			return nil, noJWKCurve()
		}
		d, err2 := k.Bytes()
		if err != nil || err2 != nil {
			return nil, unsupportedKey()
		}
		return object("kty", "EC", "x", x, "y", y, "crv", k.Curve.Params().Name, "d", b64(d)), nil
	case *secp256k1.PublicKey:
		b := k.SerializeUncompressed()
		return object("kty", "EC", "x", b64(b[1:33]), "y", b64(b[33:]), "crv", nameSecp256k1), nil
	case *secp256k1.PrivateKey:
		b := k.PubKey().SerializeUncompressed()
		return object("kty", "EC", "x", b64(b[1:33]), "y", b64(b[33:]), "crv", nameSecp256k1, "d", b64(k.Serialize())), nil
	case ed448.PublicKey:
		return object("crv", "Ed448", "x", b64(k), "kty", "OKP"), nil
	case ed448.PrivateKey:
		return object("crv", "Ed448", "d", b64(k.Seed()), "x", b64(k.Public().(ed448.PublicKey)), "kty", "OKP"), nil
	case x448Public:
		return object("crv", "X448", "x", b64(k[:]), "kty", "OKP"), nil
	case x448Private:
		pub := k.public()
		return object("crv", "X448", "d", b64(k[:]), "x", b64(pub[:]), "kty", "OKP"), nil
	case ed25519.PublicKey:
		return object("crv", "Ed25519", "x", b64(k), "kty", "OKP"), nil
	case ed25519.PrivateKey:
		return object("crv", "Ed25519", "d", b64(k.Seed()), "x", b64(k.Public().(ed25519.PublicKey)), "kty", "OKP"), nil
	case *ecdh.PublicKey:
		return object("crv", "X25519", "x", b64(k.Bytes()), "kty", "OKP"), nil
	case *ecdh.PrivateKey:
		return object("crv", "X25519", "d", b64(k.Bytes()), "x", b64(k.PublicKey().Bytes()), "kty", "OKP"), nil
	}
	return nil, &JSError{Code: "ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE", Message: "Unsupported JWK Key Type."}
}

func noJWKCurve() error {
	return &JSError{Code: "ERR_CRYPTO_JWK_UNSUPPORTED_CURVE", Message: "Unsupported JWK EC curve: secp224r1."}
}

// badJWK refuses a JSON Web Key; of says whose.
func badJWK(of string) error {
	return &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_JWK", Message: "Invalid JWK " + of}
}

// keyOfJWK reads one; kind is what is wanted.
func keyOfJWK(kind string, o wire.Object) (any, error) {
	num := func(name string) *big.Int {
		s := fieldString(o, name)
		if len(s) > maxKeyText/4 {
			return nil
		}
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || len(b) == 0 {
			return nil
		}
		return new(big.Int).SetBytes(b)
	}
	raw := func(name string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(fieldString(o, name))
		if err != nil {
			return nil
		}
		return b
	}
	private := kind == "private"
	switch fieldString(o, "kty") {
	case "RSA":
		n, e := num("n"), num("e")
		if n == nil || e == nil || n.BitLen() > maxRSABits || e.BitLen() > 31 {
			return nil, badJWK("RSA key")
		}
		pub := rsa.PublicKey{N: n, E: int(e.Int64())}
		if !private {
			return &pub, nil
		}
		d, p, q := num("d"), num("p"), num("q")
		if d == nil || p == nil || q == nil {
			return nil, badJWK("RSA key")
		}
		key := &rsa.PrivateKey{PublicKey: pub, D: d, Primes: []*big.Int{p, q}}
		if key.Validate() != nil {
			return nil, badJWK("RSA key")
		}
		key.Precompute()
		return key, nil
	case "EC":
		x, y, d := raw("x"), raw("y"), []byte(nil)
		if private {
			if d = raw("d"); d == nil {
				return nil, badJWK("EC key")
			}
		}
		key, err := keyOfPoint(fieldString(o, "crv"), x, y, d)
		if err != nil {
			return nil, badJWK("EC key")
		}
		return key, nil
	case "OKP":
		x, d := raw("x"), raw("d")
		crv := fieldString(o, "crv")
		size := map[string]int{"Ed25519": 32, "X25519": 32, "Ed448": ed448.PublicKeySize, "X448": x448.Size}[crv]
		if size == 0 || len(x) != size || private && len(d) != size {
			return nil, badJWK("data")
		}
		switch {
		case crv == "Ed25519" && private:
			return ed25519.NewKeyFromSeed(d), nil
		case crv == "Ed25519":
			return ed25519.PublicKey(x), nil
		case crv == "X25519" && private:
			return ecdh.X25519().NewPrivateKey(d)
		case crv == "X25519":
			return ecdh.X25519().NewPublicKey(x)
		case private:
			return private448(crv == "Ed448", d)
		}
		return public448(crv == "Ed448", x)
	}
	return nil, badJWK("data")
}

// keyOfPoint is the key of a curve whose public point is (x, y), and whose scalar
// is d if it is not nil.
func keyOfPoint(crv string, x, y, d []byte) (any, error) {
	curve := curveByName(crv)
	n := 32
	if curve != nil {
		n = (curve.Params().BitSize + 7) / 8
	} else if crv != nameSecp256k1 {
		return nil, errOtherKey
	}
	if len(x) > n || len(y) > n || len(d) > n {
		return nil, errOtherKey
	}
	pad := func(b []byte) []byte { return append(make([]byte, n-len(b)), b...) }
	point := append(append([]byte{4}, pad(x)...), pad(y)...)
	if curve == nil {
		pub, err := secp256k1.ParsePubKey(point)
		if err != nil || d == nil {
			return pub, err
		}
		key, err := secp256k1Private(d)
		if err != nil || !key.(*secp256k1.PrivateKey).PubKey().IsEqual(pub) {
			return nil, errOtherKey
		}
		return key, nil
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil || d == nil {
		return pub, err
	}
	key, err := ecdsa.ParseRawPrivateKey(curve, pad(d))
	if err != nil || !key.PublicKey.Equal(pub) {
		return nil, errOtherKey
	}
	return key, nil
}

func ecdhCurve(c elliptic.Curve) ecdh.Curve {
	switch c {
	case elliptic.P256():
		return ecdh.P256()
	case elliptic.P384():
		return ecdh.P384()
	}
	return ecdh.P521()
}

func keyOps() []Op {
	ops := []Op{
		// crypto.keyImport (kind, data or JWK, format, type, passphrase or undefined) → key.
		{Name: "crypto.keyImport", Sync: func(c *Call) (any, error) {
			kind, err := c.String(0, "kind")
			if err != nil {
				return nil, err
			}
			format, err := c.String(2, "format")
			if err != nil {
				return nil, err
			}
			var key any
			if format == "jwk" {
				o, err := c.Object(1, "key")
				if err != nil {
					return nil, err
				}
				c.Process.Charge(20000)
				if key, err = keyOfJWK(kind, o); err != nil {
					return nil, err
				}
			} else {
				data, err := keyBytes(c, 1, "key")
				if err != nil {
					return nil, err
				}
				typ, _ := c.arg(3).(string)
				var pass []byte
				if c.Has(4) {
					if pass, err = c.Data(4, "passphrase"); err != nil {
						return nil, err
					}
				}
				if key, err = importKey(work{p: c.Process}, kind, data, format, typ, pass, c.Has(4)); err != nil {
					return nil, err
				}
			}
			return keyObject(c, kind, key)
		}},
		// crypto.keyExport (kind, der, format, type, cipher or undefined, passphrase) → text, bytes or JWK.
		{Name: "crypto.keyExport", Sync: func(c *Call) (any, error) {
			kind, err := c.String(0, "kind")
			if err != nil {
				return nil, err
			}
			der, err := keyBytes(c, 1, "key")
			if err != nil {
				return nil, err
			}
			format, err := c.String(2, "format")
			if err != nil {
				return nil, err
			}
			key, err := parseKey(kind, der)
			if err != nil {
				return nil, err
			}
			if format == "jwk" {
				c.Process.Charge(keyFuel(key) / 4)
				return jwkOf(key)
			}
			typ, _ := c.arg(3).(string)
			label := map[string]string{"spki": "PUBLIC KEY", "pkcs8": "PRIVATE KEY"}[typ]
			switch typ {
			case "pkcs1":
				switch k := key.(type) {
				case *rsa.PrivateKey:
					der, label = x509.MarshalPKCS1PrivateKey(k), "RSA PRIVATE KEY"
				case *rsa.PublicKey:
					der, label = x509.MarshalPKCS1PublicKey(k), "RSA PUBLIC KEY"
				default:
					return nil, unsupportedKey()
				}
			case "sec1":
				label = "EC PRIVATE KEY"
				switch k := key.(type) {
				case *secp256k1.PrivateKey:
					der = marshalSecp256k1(k, oidSecp256k1)
				case *ecdsa.PrivateKey:
					if der, err = x509.MarshalECPrivateKey(k); err != nil {
						return nil, unsupportedKey()
					}
				default:
					return nil, unsupportedKey()
				}
			}
			if c.Has(4) {
				name, err := c.String(4, "cipher")
				if err != nil {
					return nil, err
				}
				pass, err := c.Data(5, "passphrase")
				if err != nil {
					return nil, err
				}
				if der, err = encryptPKCS8(work{p: c.Process}, der, pass, name); err != nil {
					return nil, err
				}
				label = "ENCRYPTED PRIVATE KEY"
			}
			if format == "pem" {
				return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})), nil
			}
			return der, nil
		}},
		// crypto.keyPublic (private der) → key: the public half.
		{Name: "crypto.keyPublic", Sync: func(c *Call) (any, error) {
			der, err := keyBytes(c, 0, "key")
			if err != nil {
				return nil, err
			}
			key, err := parseKey("private", der)
			if err != nil {
				return nil, err
			}
			return keyObject(c, "public", key)
		}},
	}
	// crypto.keyGenerate (type, options) → [public, private].
	return append(ops, workOps("crypto.keyGenerate", func(w work, c *Call) (any, error) {
		typ, err := c.String(0, "type")
		if err != nil {
			return nil, err
		}
		o, err := c.Object(1, "options")
		if err != nil {
			return nil, err
		}
		var key any
		switch typ {
		case "rsa":
			key, err = makeRSA(w, int(fieldInt(o, "modulusLength", 0)), fieldInt(o, "publicExponent", 65537))
		case "ec":
			if fieldString(o, "namedCurve") == nameSecp256k1 {
				if !w.pay(secp256k1Fuel) {
					return nil, errStopped
				}
				key, err = secp256k1.GeneratePrivateKeyFromRand(secure{})
				break
			}
			curve := curveByName(fieldString(o, "namedCurve"))
			if curve == nil {
				return nil, &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_CURVE", Message: "Invalid EC curve name"}
			}
			if !w.pay(curveFuel(curve)) {
				return nil, errStopped
			}
			key, err = ecdsa.GenerateKey(curve, secure{})
		case "ed25519":
			if !w.pay(10000) {
				return nil, errStopped
			}
			seed := make([]byte, 32)
			w.p.state.random(seed)
			key = ed25519.NewKeyFromSeed(seed)
		case "x25519":
			if !w.pay(10000) {
				return nil, errStopped
			}
			seed := make([]byte, 32)
			w.p.state.random(seed)
			key, err = ecdh.X25519().NewPrivateKey(seed)
		case "ed448", "x448":
			if !w.pay(100000) {
				return nil, errStopped
			}
			seed := make([]byte, map[string]int{"ed448": ed448.SeedSize, "x448": x448.Size}[typ])
			w.p.state.random(seed)
			key, err = private448(typ == "ed448", seed)
		case "rsa-pss":
			var rsaKey *rsa.PrivateKey
			limits, bad := pssOptions(o)
			if bad != nil {
				return nil, bad
			}
			rsaKey, err = makeRSA(w, int(fieldInt(o, "modulusLength", 0)), fieldInt(o, "publicExponent", 65537))
			key = pssPrivate{rsaKey, limits}
		case "dsa":
			key, err = makeDSA(w, int(fieldInt(o, "modulusLength", 0)), int(fieldInt(o, "divisorLength", 224)))
		case "dh":
			key, err = makeDH(w, o)
		default:
			return nil, &JSError{Name: "TypeError", Code: "ERR_INVALID_ARG_VALUE", Message: "The argument 'type' must be a supported key type. Received '" + typ + "'"}
		}
		if err != nil {
			return nil, err
		}
		if !w.pay(keyFuel(key)) {
			return nil, errStopped
		}
		var public any
		if half := func() { public = publicOf(key) }; w.async == nil {
			c.long(key, half)
		} else {
			half()
		}
		pub, err := describeKey("public", public)
		if err != nil {
			return nil, err
		}
		priv, err := describeKey("private", key)
		if err != nil {
			return nil, err
		}
		return []any{pub, priv}, nil
	})...)
}

// secure is the system's randomness, for Go's functions that insist on a reader.
type secure struct{}

func (secure) Read(p []byte) (int, error) { return rand.Read(p) }

// exponentFuel is the fuel of raising to a power modulo a number of so many bits.
func exponentFuel(bits int) int64 { return int64(bits) * int64(bits) * int64(bits) / 16000 }

func curveFuel(c elliptic.Curve) int64 {
	switch c {
	case elliptic.P256():
		return 10000
	case elliptic.P384():
		return 60000
	}
	return 150000
}

// makeRSA makes a key from primes of our own, since only then it can be stopped.
func makeRSA(w work, bits int, e int64) (*rsa.PrivateKey, error) {
	if bits < 1024 || bits > maxRSAMade {
		return nil, rangeError("options.modulusLength", ">= 1024 && <= 4096 in this sandbox")
	}
	if e < 3 || e&1 == 0 || e >= 1<<31 {
		return nil, rangeError("options.publicExponent", "odd, >= 3 && < 2147483648 in this sandbox")
	}
	exp, one := big.NewInt(e), big.NewInt(1)
	for {
		p, err := makePrime(w, bits/2, true)
		if err != nil {
			return nil, err
		}
		q, err := makePrime(w, bits-bits/2, true)
		if err != nil {
			return nil, err
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(exp, phi)
		if p.Cmp(q) == 0 || n.BitLen() != bits || d == nil {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: int(e)}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		if key.Validate() == nil {
			return key, nil
		}
	}
}

var smallPrimes = func() []uint64 {
	var out []uint64
	for n := uint64(3); len(out) < 300; n += 2 {
		if !slices.ContainsFunc(out, func(p uint64) bool { return n%p == 0 }) {
			out = append(out, n)
		}
	}
	return out
}()

// makePrime returns a prime of so many bits; the two highest are set if top.
func makePrime(w work, bits int, top bool) (*big.Int, error) {
	b := make([]byte, (bits+7)/8)
	for {
		if !w.pay(hashBase + int64(len(b))) {
			return nil, errStopped
		}
		w.p.state.random(b)
		n := new(big.Int).SetBytes(b)
		n.Rsh(n, uint(len(b)*8-bits))
		n.SetBit(n, bits-1, 1)
		if top && bits > 1 {
			n.SetBit(n, bits-2, 1)
		}
		if bits > 1 {
			n.SetBit(n, 0, 1)
		}
		if bits > 16 && hasSmallFactor(n) {
			continue
		}
		ok, err := isPrime(w, n)
		if err != nil {
			return nil, err
		}
		if ok {
			return n, nil
		}
	}
}

// hasSmallFactor reports whether a small prime divides n.
func hasSmallFactor(n *big.Int) bool {
	var rest, small big.Int
	return slices.ContainsFunc(smallPrimes, func(p uint64) bool { return rest.Mod(n, small.SetUint64(p)).Sign() == 0 })
}

// isPrime tells with an error below 2^-80, round by round.
func isPrime(w work, n *big.Int) (bool, error) {
	fuel := exponentFuel(n.BitLen())
	if !w.pay(2*fuel + hashBase) {
		return false, errStopped
	}
	if !n.ProbablyPrime(0) {
		return false, nil
	}
	for range 4 {
		if !w.pay(5 * fuel) {
			return false, errStopped
		}
		if !n.ProbablyPrime(5) {
			return false, nil
		}
	}
	return true, nil
}
