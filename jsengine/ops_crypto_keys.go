package jsengine

import (
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
	var key any
	var err error
	if kind == "private" {
		key, err = x509.ParsePKCS8PrivateKey(der)
	} else {
		key, err = x509.ParsePKIXPublicKey(der)
	}
	if err != nil {
		return nil, unsupportedKey()
	}
	if pub := publicOf(key); pub != nil {
		if r, ok := pub.(*rsa.PublicKey); ok && r.N.BitLen() > maxRSABits {
			return nil, rangeError("modulusLength", "<= 8192")
		}
	}
	return key, nil
}

// publicOf is a key's public half.
func publicOf(key any) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	case ed25519.PrivateKey:
		return k.Public()
	case *ecdh.PrivateKey:
		return k.PublicKey()
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

// keyObject is how a key crosses to the guest.
func keyObject(kind string, key any) (any, error) {
	var der []byte
	var err error
	if kind == "private" {
		der, err = x509.MarshalPKCS8PrivateKey(key)
	} else {
		key = publicOf(key)
		der, err = x509.MarshalPKIXPublicKey(key)
	}
	if err != nil {
		return nil, unsupportedKey()
	}
	o := object("kind", kind, "der", der)
	switch k := publicOf(key).(type) {
	case *rsa.PublicKey:
		o = append(o, object("type", "rsa", "modulusLength", k.N.BitLen(), "publicExponent", k.E)...)
	case *ecdsa.PublicKey:
		o = append(o, object("type", "ec", "namedCurve", curveNames[k.Curve.Params().Name])...)
	case ed25519.PublicKey:
		o = append(o, object("type", "ed25519")...)
	case *ecdh.PublicKey:
		o = append(o, object("type", "x25519")...)
	default:
		return nil, unsupportedKey()
	}
	return o, nil
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
			case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
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
				t := map[string]string{"PRIVATE KEY": "pkcs8", "ENCRYPTED PRIVATE KEY": "pkcs8", "RSA PRIVATE KEY": "pkcs1", "EC PRIVATE KEY": "sec1"}[b.Type]
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
		key, err = x509.ParseECPrivateKey(der)
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
	s, err := newCipher(kind, key, iv, true)
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
	s, err := newCipher(kind, key, iv, false)
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
		if err != nil {
			return nil, unsupportedKey()
		}
		return object("kty", "EC", "x", x, "y", y, "crv", k.Curve.Params().Name), nil
	case *ecdsa.PrivateKey:
		x, y, err := coordinates(&k.PublicKey)
		d, err2 := k.Bytes()
		if err != nil || err2 != nil {
			return nil, unsupportedKey()
		}
		return object("kty", "EC", "x", x, "y", y, "crv", k.Curve.Params().Name, "d", b64(d)), nil
	case ed25519.PublicKey:
		return object("crv", "Ed25519", "x", b64(k), "kty", "OKP"), nil
	case ed25519.PrivateKey:
		return object("crv", "Ed25519", "d", b64(k.Seed()), "x", b64(k.Public().(ed25519.PublicKey)), "kty", "OKP"), nil
	case *ecdh.PublicKey:
		return object("crv", "X25519", "x", b64(k.Bytes()), "kty", "OKP"), nil
	case *ecdh.PrivateKey:
		return object("crv", "X25519", "d", b64(k.Bytes()), "x", b64(k.PublicKey().Bytes()), "kty", "OKP"), nil
	}
	return nil, unsupportedKey()
}

func badJWK() error {
	return &JSError{Code: "ERR_CRYPTO_INVALID_JWK", Message: "Invalid JWK"}
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
			return nil, badJWK()
		}
		pub := rsa.PublicKey{N: n, E: int(e.Int64())}
		if !private {
			return &pub, nil
		}
		d, p, q := num("d"), num("p"), num("q")
		if d == nil || p == nil || q == nil {
			return nil, badJWK()
		}
		key := &rsa.PrivateKey{PublicKey: pub, D: d, Primes: []*big.Int{p, q}}
		if key.Validate() != nil {
			return nil, badJWK()
		}
		key.Precompute()
		return key, nil
	case "EC":
		curve := curveByName(fieldString(o, "crv"))
		x, y := num("x"), num("y")
		if curve == nil || x == nil || y == nil || !onCurve(curve, x, y) {
			return nil, badJWK()
		}
		n := (curve.Params().BitSize + 7) / 8
		point := append([]byte{4}, x.FillBytes(make([]byte, n))...)
		pub, err := ecdsa.ParseUncompressedPublicKey(curve, append(point, y.FillBytes(make([]byte, n))...))
		if err != nil {
			return nil, badJWK()
		}
		if !private {
			return pub, nil
		}
		d := num("d")
		if d == nil || d.Sign() <= 0 || d.Cmp(curve.Params().N) >= 0 {
			return nil, badJWK()
		}
		key, err := ecdsa.ParseRawPrivateKey(curve, d.FillBytes(make([]byte, n)))
		if err != nil || !key.PublicKey.Equal(pub) {
			return nil, badJWK()
		}
		return key, nil
	case "OKP":
		x, d := raw("x"), raw("d")
		if len(x) != 32 || private && len(d) != 32 {
			return nil, badJWK()
		}
		switch fieldString(o, "crv") {
		case "Ed25519":
			if private {
				return ed25519.NewKeyFromSeed(d), nil
			}
			return ed25519.PublicKey(x), nil
		case "X25519":
			if private {
				return ecdh.X25519().NewPrivateKey(d)
			}
			return ecdh.X25519().NewPublicKey(x)
		}
	}
	return nil, badJWK()
}

// onCurve reports whether (x, y) is a point of the curve.
func onCurve(curve elliptic.Curve, x, y *big.Int) bool {
	n := (curve.Params().BitSize + 7) / 8
	if x.BitLen() > n*8 || y.BitLen() > n*8 {
		return false
	}
	p := append([]byte{4}, x.FillBytes(make([]byte, n))...)
	_, err := ecdhCurve(curve).NewPublicKey(append(p, y.FillBytes(make([]byte, n))...))
	return err == nil
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
			return keyObject(kind, key)
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
				k, ok := key.(*ecdsa.PrivateKey)
				if !ok {
					return nil, unsupportedKey()
				}
				if der, err = x509.MarshalECPrivateKey(k); err != nil {
					return nil, unsupportedKey()
				}
				label = "EC PRIVATE KEY"
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
			return keyObject("public", key)
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
		default:
			return nil, &JSError{Name: "TypeError", Code: "ERR_INVALID_ARG_VALUE", Message: "The argument 'type' must be a supported key type. Received '" + typ + "'"}
		}
		if err != nil {
			return nil, err
		}
		pub, err := keyObject("public", key)
		if err != nil {
			return nil, err
		}
		priv, err := keyObject("private", key)
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
	rest := new(big.Int)
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
		if bits > 16 && slices.ContainsFunc(smallPrimes, func(p uint64) bool { return rest.Mod(n, new(big.Int).SetUint64(p)).Sign() == 0 }) {
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
