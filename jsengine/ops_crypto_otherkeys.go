package jsengine

import (
	//lint:ignore SA1019 such keys exist, and guests may ask for them by name, as in Node
	"crypto/dsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"

	"github.com/cloudflare/circl/dh/x448"
	"github.com/cloudflare/circl/sign/ed448"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/buntime/buntime/jsengine/wire"
)

// Keys of which crypto/x509 knows nothing: those of secp256k1 (secp256k1.PrivateKey
// and PublicKey), of Ed448 (ed448.PrivateKey and PublicKey), of DSA (dsa.PrivateKey,
// and PublicKey, which it reads but does not write) and these.
type (
	x448Private x448.Key
	x448Public  x448.Key

	// pssPrivate and pssPublic are RSA keys for PSS alone; limits is nil if they have none.
	pssPrivate struct {
		*rsa.PrivateKey
		limits *pssLimits
	}
	pssPublic struct {
		*rsa.PublicKey
		limits *pssLimits
	}
	// pssLimits are what signatures of a key must have: digests by name, and at
	// least so much salt.
	pssLimits struct {
		hash, mgf string
		salt      int
	}

	// dhPublic and dhPrivate are keys of classic Diffie-Hellman: y = g^x mod p.
	dhPublic  struct{ p, g, y *big.Int }
	dhPrivate struct {
		dhPublic
		x *big.Int
	}
)

var (
	oidEC        = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidSecp256k1 = asn1.ObjectIdentifier{1, 3, 132, 0, 10}
	oidX448      = asn1.ObjectIdentifier{1, 3, 101, 111}
	oidEd448     = asn1.ObjectIdentifier{1, 3, 101, 113}
	oidDSA       = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
	oidDH        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 3, 1}
	oidPSS       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}

	// digestOIDs are the digests that an RSA-PSS key can name.
	digestOIDs = map[string]asn1.ObjectIdentifier{
		"sha1": {1, 3, 14, 3, 2, 26}, "sha224": {2, 16, 840, 1, 101, 3, 4, 2, 4}, "sha256": {2, 16, 840, 1, 101, 3, 4, 2, 1}, "sha384": {2, 16, 840, 1, 101, 3, 4, 2, 2}, "sha512": {2, 16, 840, 1, 101, 3, 4, 2, 3},
		"sha512-224": {2, 16, 840, 1, 101, 3, 4, 2, 5}, "sha512-256": {2, 16, 840, 1, 101, 3, 4, 2, 6},
	}
)

// maxDSABits bounds the divisor of a DSA key.
const maxDSABits = 512

type (
	privateKeyInfo struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
	}
	publicKeyInfo struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	ecPrivateKey struct {
		Version int
		Private []byte
		Curve   asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
		Public  asn1.BitString        `asn1:"optional,explicit,tag:1"`
	}
	dsaParams     struct{ P, Q, G *big.Int }
	dsaPrivateKey struct {
		Version       int
		P, Q, G, Y, X *big.Int
	}
	dhParams struct {
		P, G   *big.Int
		Length int `asn1:"optional"`
	}
	pssParams struct {
		Hash    pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
		MGF     pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
		Salt    int                      `asn1:"optional,explicit,tag:2,default:20"`
		Trailer int                      `asn1:"optional,explicit,tag:3,default:1"`
	}
)

// errOtherKey is that bytes are no key that this file knows.
var errOtherKey = errors.New("no such key")

// parseOtherPrivate reads PKCS #8, parseOtherPublic SPKI.
func parseOtherPrivate(der []byte) (any, error) {
	var info privateKeyInfo
	if unmarshal(der, &info) != nil {
		return nil, errOtherKey
	}
	params := info.Algorithm.Parameters.FullBytes
	switch oid := info.Algorithm.Algorithm; {
	case oid.Equal(oidEC):
		var curve asn1.ObjectIdentifier
		if unmarshal(params, &curve) != nil || !curve.Equal(oidSecp256k1) {
			return nil, errOtherKey
		}
		return parseSecp256k1(info.Key)
	case oid.Equal(oidX448), oid.Equal(oidEd448):
		var seed []byte
		if unmarshal(info.Key, &seed) != nil {
			return nil, errOtherKey
		}
		return private448(oid.Equal(oidEd448), seed)
	case oid.Equal(oidPSS):
		limits, err := parsePSS(params)
		if err != nil {
			return nil, err
		}
		key, err := x509.ParsePKCS1PrivateKey(info.Key)
		if err != nil {
			return nil, err
		}
		return pssPrivate{key, limits}, nil
	case oid.Equal(oidDSA):
		var d dsaParams
		var x *big.Int
		if unmarshal(params, &d) != nil || unmarshal(info.Key, &x) != nil {
			return nil, errOtherKey
		}
		return dsaPrivate(d, x)
	case oid.Equal(oidDH):
		var d dhParams
		var x *big.Int
		if unmarshal(params, &d) != nil || unmarshal(info.Key, &x) != nil {
			return nil, errOtherKey
		}
		pub := dhPublic{p: d.P, g: d.G}
		if !pub.valid() || x.Sign() <= 0 || x.Cmp(d.P) >= 0 {
			return nil, errOtherKey
		}
		pub.y = new(big.Int).Exp(d.G, x, d.P)
		return dhPrivate{pub, x}, nil
	}
	return nil, errOtherKey
}

func parseOtherPublic(der []byte) (any, error) {
	var info publicKeyInfo
	if unmarshal(der, &info) != nil || info.Key.BitLength%8 != 0 {
		return nil, errOtherKey
	}
	params, raw := info.Algorithm.Parameters.FullBytes, info.Key.Bytes
	switch oid := info.Algorithm.Algorithm; {
	case oid.Equal(oidEC):
		var curve asn1.ObjectIdentifier
		if unmarshal(params, &curve) != nil || !curve.Equal(oidSecp256k1) {
			return nil, errOtherKey
		}
		return secp256k1.ParsePubKey(raw)
	case oid.Equal(oidX448), oid.Equal(oidEd448):
		return public448(oid.Equal(oidEd448), raw)
	case oid.Equal(oidPSS):
		limits, err := parsePSS(params)
		if err != nil {
			return nil, err
		}
		key, err := x509.ParsePKCS1PublicKey(raw)
		if err != nil {
			return nil, err
		}
		return pssPublic{key, limits}, nil
	case oid.Equal(oidDH):
		var d dhParams
		var y *big.Int
		if unmarshal(params, &d) != nil || unmarshal(raw, &y) != nil {
			return nil, errOtherKey
		}
		pub := dhPublic{d.P, d.G, y}
		if !pub.valid() || y.Sign() <= 0 || y.Cmp(d.P) >= 0 {
			return nil, errOtherKey
		}
		return pub, nil
	}
	return nil, errOtherKey
}

// valid bounds what is computed with a key.
func (k dhPublic) valid() bool {
	return k.p.Sign() > 0 && k.p.Bit(0) == 1 && k.p.BitLen() <= maxRSABits && k.g.Sign() > 0 && k.g.Cmp(k.p) < 0
}

// validDSA bounds what is computed with a key.
func validDSA(k *dsa.PublicKey) bool {
	return k.P.Bit(0) == 1 && k.P.BitLen() <= maxRSABits && k.Q.Sign() > 0 && k.Q.BitLen() <= maxDSABits && k.Q.Cmp(k.P) < 0 &&
		k.G.Sign() > 0 && k.G.Cmp(k.P) < 0 && k.Y.Sign() > 0 && k.Y.Cmp(k.P) < 0
}

func dsaPrivate(d dsaParams, x *big.Int) (any, error) {
	key := &dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: d.P, Q: d.Q, G: d.G}, Y: big.NewInt(1)}, X: x}
	if !validDSA(&key.PublicKey) || x.Sign() <= 0 || x.Cmp(d.Q) >= 0 {
		return nil, errOtherKey
	}
	key.Y.Exp(d.G, x, d.P)
	return key, nil
}

// parseSEC1 reads the traditional encoding of a key of secp256k1.
func parseSecp256k1(der []byte) (any, error) {
	var k ecPrivateKey
	if unmarshal(der, &k) != nil || k.Version != 1 || k.Curve != nil && !k.Curve.Equal(oidSecp256k1) {
		return nil, errOtherKey
	}
	return secp256k1Private(k.Private)
}

// secp256k1Private is the key whose scalar d is, big-endian.
func secp256k1Private(d []byte) (any, error) {
	var s secp256k1.ModNScalar
	if len(d) > 32 || s.SetByteSlice(d) || s.IsZero() {
		return nil, errOtherKey
	}
	return secp256k1.NewPrivateKey(&s), nil
}

func private448(sign bool, seed []byte) (any, error) {
	switch {
	case sign && len(seed) == ed448.SeedSize:
		return ed448.NewKeyFromSeed(seed), nil
	case !sign && len(seed) == x448.Size:
		return x448Private(seed), nil
	}
	return nil, errOtherKey
}

func public448(sign bool, raw []byte) (any, error) {
	switch {
	case sign && len(raw) == ed448.PublicKeySize:
		return ed448.PublicKey(raw), nil
	case !sign && len(raw) == x448.Size:
		return x448Public(raw), nil
	}
	return nil, errOtherKey
}

// public is the key's public half.
func (k x448Private) public() x448Public {
	var pub, secret x448.Key
	secret = x448.Key(k)
	x448.KeyGen(&pub, &secret)
	return x448Public(pub)
}

// parsePSS returns nil if a key has no limits.
func parsePSS(der []byte) (*pssLimits, error) {
	if len(der) == 0 {
		return nil, nil
	}
	p := pssParams{Salt: 20, Trailer: 1}
	if unmarshal(der, &p) != nil || p.Trailer != 1 || p.Salt < 0 || p.Salt > maxRSABits/8 {
		return nil, errOtherKey
	}
	l := &pssLimits{hash: "sha1", mgf: "sha1", salt: p.Salt}
	name := func(into *string, id pkix.AlgorithmIdentifier) bool {
		for name, oid := range digestOIDs {
			if id.Algorithm.Equal(oid) {
				*into = name
				return true
			}
		}
		return false
	}
	if p.Hash.Algorithm != nil && !name(&l.hash, p.Hash) {
		return nil, errOtherKey
	}
	if p.MGF.Algorithm != nil {
		var of pkix.AlgorithmIdentifier
		if !p.MGF.Algorithm.Equal(oidMGF1) || unmarshal(p.MGF.Parameters.FullBytes, &of) != nil || !name(&l.mgf, of) {
			return nil, errOtherKey
		}
	}
	return l, nil
}

// raw is DER of a value that has one.
func rawDER(v any) asn1.RawValue {
	b, _ := asn1.Marshal(v) // cannot fail: flat
	return asn1.RawValue{FullBytes: b}
}

func (l *pssLimits) params() asn1.RawValue {
	if l == nil {
		return asn1.RawValue{}
	}
	id := func(name string) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: digestOIDs[name], Parameters: asn1.NullRawValue}
	}
	p := pssParams{Salt: l.salt, Trailer: 1}
	if l.hash != "sha1" {
		p.Hash = id(l.hash)
	}
	if l.mgf != "sha1" {
		p.MGF = pkix.AlgorithmIdentifier{Algorithm: oidMGF1, Parameters: rawDER(id(l.mgf))}
	}
	return rawDER(p)
}

// marshalPrivate writes PKCS #8.
func marshalPrivate(key any) ([]byte, error) {
	info := privateKeyInfo{}
	set := func(oid asn1.ObjectIdentifier, params asn1.RawValue, key []byte) {
		info.Algorithm, info.Key = pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: params}, key
	}
	switch k := key.(type) {
	case *secp256k1.PrivateKey:
		set(oidEC, rawDER(oidSecp256k1), marshalSecp256k1(k, nil))
	case ed448.PrivateKey:
		set(oidEd448, asn1.RawValue{}, rawDER(k.Seed()).FullBytes)
	case x448Private:
		set(oidX448, asn1.RawValue{}, rawDER(k[:]).FullBytes)
	case pssPrivate:
		set(oidPSS, k.limits.params(), x509.MarshalPKCS1PrivateKey(k.PrivateKey))
	case *dsa.PrivateKey:
		set(oidDSA, rawDER(dsaParams{k.P, k.Q, k.G}), rawDER(k.X).FullBytes)
	case dhPrivate:
		set(oidDH, rawDER(dhParams{P: k.p, G: k.g}), rawDER(k.x).FullBytes)
	default:
		return x509.MarshalPKCS8PrivateKey(key)
	}
	return asn1.Marshal(info)
}

// marshalPublic writes SPKI.
func marshalPublic(key any) ([]byte, error) {
	info := publicKeyInfo{}
	set := func(oid asn1.ObjectIdentifier, params asn1.RawValue, key []byte) {
		info.Algorithm, info.Key = pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: params}, asn1.BitString{Bytes: key, BitLength: 8 * len(key)}
	}
	switch k := key.(type) {
	case *secp256k1.PublicKey:
		set(oidEC, rawDER(oidSecp256k1), k.SerializeUncompressed())
	case ed448.PublicKey:
		set(oidEd448, asn1.RawValue{}, k)
	case x448Public:
		set(oidX448, asn1.RawValue{}, k[:])
	case pssPublic:
		set(oidPSS, k.limits.params(), x509.MarshalPKCS1PublicKey(k.PublicKey))
	case *dsa.PublicKey:
		set(oidDSA, rawDER(dsaParams{k.P, k.Q, k.G}), rawDER(k.Y).FullBytes)
	case dhPublic:
		set(oidDH, rawDER(dhParams{P: k.p, G: k.g}), rawDER(k.y).FullBytes)
	default:
		return x509.MarshalPKIXPublicKey(key)
	}
	return asn1.Marshal(info)
}

// marshalSecp256k1 writes the traditional encoding, which names the curve or not.
func marshalSecp256k1(k *secp256k1.PrivateKey, curve asn1.ObjectIdentifier) []byte {
	pub := k.PubKey().SerializeUncompressed()
	return rawDER(ecPrivateKey{Version: 1, Private: k.Serialize(), Curve: curve, Public: asn1.BitString{Bytes: pub, BitLength: 8 * len(pub)}}).FullBytes
}

// pssOptions are the limits of an RSA-PSS key that is made.
func pssOptions(o wire.Object) (*pssLimits, error) {
	h, mgf, salt := fieldString(o, "hashAlgorithm"), fieldString(o, "mgf1HashAlgorithm"), fieldInt(o, "saltLength", -1)
	if h == "" && mgf == "" && salt < 0 {
		return nil, nil
	}
	l := &pssLimits{hash: "sha1", mgf: "sha1", salt: 20}
	for _, d := range []struct {
		name, what string
		into       *string
	}{{h, "digest", &l.hash}, {mgf, "MGF1 digest", &l.mgf}} {
		if d.name == "" {
			continue
		}
		*d.into = hashName(d.name)
		if digestOIDs[*d.into] == nil {
			return nil, &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_DIGEST", Message: "Invalid " + d.what + ": " + d.name}
		}
	}
	if h != "" {
		l.salt = hashes[l.hash]().Size()
		if mgf == "" {
			l.mgf = l.hash
		}
	}
	if salt >= 0 {
		l.salt = int(min(salt, maxRSABits/8))
	}
	return l, nil
}

// makeSafePrime returns a prime p of so many bits, more than 16, whose (p-1)/2 is
// prime too, and of which 2 generates a group of that order.
func makeSafePrime(w work, bits int) (*big.Int, error) {
	b := make([]byte, (bits+7)/8)
	p, half, rest, small := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	for {
		if !w.pay(hashBase + int64(len(b))) {
			return nil, errStopped
		}
		w.p.state.random(b)
		p.SetBytes(b).Rsh(p, uint(len(b)*8-bits))
		for i := range 3 { // 7 modulo 8
			p.SetBit(p, i, 1)
		}
		p.SetBit(p, bits-1, 1).SetBit(p, bits-2, 1)
		// Neither p nor (p-1)/2 has a small factor: p is not 0 or 1 modulo it.
		if slices.ContainsFunc(smallPrimes, func(n uint64) bool { return rest.Mod(p, small.SetUint64(n)).Cmp(one) <= 0 }) {
			continue
		}
		half.Rsh(p, 1)
		if !w.pay(2*exponentFuel(bits) + hashBase) {
			return nil, errStopped
		}
		if !half.ProbablyPrime(0) {
			continue
		}
		for _, n := range []*big.Int{p, half} {
			ok, err := isPrime(w, n)
			if err != nil {
				return nil, err
			}
			if !ok {
				p = new(big.Int)
				break
			}
		}
		if p.Sign() > 0 {
			return p, nil
		}
	}
}

var one = big.NewInt(1)

// makeDSA makes parameters and a key, by hand since only then it can be stopped.
func makeDSA(w work, bits, divisor int) (any, error) {
	if bits < 1024 || bits > 3072 {
		return nil, rangeError("options.modulusLength", ">= 1024 && <= 3072 in this sandbox")
	}
	if divisor != 160 && divisor != 224 && divisor != 256 {
		return nil, &JSError{Message: "Key generation job failed"}
	}
	q, err := makePrime(w, divisor, true)
	if err != nil {
		return nil, err
	}
	b := make([]byte, bits/8)
	rest := new(big.Int)
	double := new(big.Int).Lsh(q, 1)
	p := new(big.Int)
	for {
		if !w.pay(hashBase + int64(len(b))) {
			return nil, errStopped
		}
		w.p.state.random(b)
		b[0] |= 0x80
		p.SetBytes(b)
		p.Sub(p, rest.Sub(rest.Mod(p, double), one)) // 1 modulo 2q
		if p.BitLen() != bits || hasSmallFactor(p) {
			continue
		}
		ok, err := isPrime(w, p)
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
	}
	exponent := new(big.Int).Div(rest.Sub(p, one), q)
	g := new(big.Int)
	for h := int64(2); g.Cmp(one) <= 0; h++ {
		if !w.pay(exponentFuel(bits)) {
			return nil, errStopped
		}
		g.Exp(big.NewInt(h), exponent, p)
	}
	x, err := secretBelow(w, q)
	if err != nil {
		return nil, err
	}
	return &dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: p, Q: q, G: g}}, X: x}, nil
}

// secretBelow is a random number of at least 1 and less than n.
func secretBelow(w work, n *big.Int) (*big.Int, error) {
	b := make([]byte, (n.BitLen()+7)/8)
	for {
		if !w.pay(hashBase + int64(len(b))) {
			return nil, errStopped
		}
		w.p.state.random(b)
		x := new(big.Int).SetBytes(b)
		x.Rsh(x, uint(len(b)*8-n.BitLen()))
		if x.Sign() > 0 && x.Cmp(n) < 0 {
			return x, nil
		}
	}
}

// makeDH makes a key from {prime, primeLength, generator}.
func makeDH(w work, o wire.Object) (any, error) {
	p := new(big.Int).SetBytes(fieldBytes(o, "prime"))
	if bits := fieldInt(o, "primeLength", 0); bits > 0 {
		if bits < 512 || bits > maxRSAMade {
			return nil, rangeError("options.primeLength", ">= 512 && <= 4096 in this sandbox")
		}
		var err error
		if p, err = makeSafePrime(w, int(bits)); err != nil {
			return nil, err
		}
	}
	k := dhPrivate{dhPublic: dhPublic{p: p, g: big.NewInt(fieldInt(o, "generator", 2))}}
	if p.BitLen() < 512 || !k.valid() {
		return nil, rangeError("options.prime", "odd, >= 512 bits and <= 8192 bits, and larger than the generator")
	}
	var err error
	k.x, err = secretBelow(w, new(big.Int).Rsh(p, 1))
	return k, err
}
