package jsengine

import (
	"bytes"
	"crypto/ed25519"
	"math/big"
	"testing"

	"github.com/buntime/buntime/jsengine/wire"
)

// TestI12KeysAreCharged: what keys of every kind cost grows with their work.
func TestI12KeysAreCharged(t *testing.T) {
	p := newProcess(t)
	ops := map[string]int32{}
	for i, op := range testEngine.ops {
		ops[op.Name] = int32(i + opFirst)
	}
	do := func(op string, args ...any) (any, int64) {
		t.Helper()
		before := p.in.FuelUsed()
		v, err := p.dispatch(ops[op], args)
		if err != nil {
			t.Fatalf("%s %v: %v", op, args[0], err)
		}
		return v, p.in.FuelUsed() - before
	}
	text := []byte("text")
	for typ, k := range map[string]struct {
		options wire.Object
		digest  any
		least   int64 // fuel of making a pair, and of a signature or a secret
	}{
		"ec":      {object("namedCurve", nameSecp256k1), "sha256", secp256k1Fuel},
		"ed448":   {nil, nil, 100000},
		"x448":    {nil, nil, 100000},
		"dsa":     {object("modulusLength", int32(1024), "divisorLength", int32(160)), "sha256", exponentFuel(1024)},
		"dh":      {object("prime", new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 1024), big.NewInt(105)).Bytes()), nil, exponentFuel(1024)},
		"rsa-pss": {object("modulusLength", int32(1024), "saltLength", int32(0)), "sha1", exponentFuel(1024)},
	} {
		pair, spent := do("crypto.keyGenerate", typ, k.options)
		if spent < k.least {
			t.Errorf("a pair of %s cost %d, not %d", typ, spent, k.least)
		}
		der := func(i int) []byte { return field(pair.([]any)[i].(wire.Object), "der").([]byte) }
		if typ == "dh" || typ == "x448" {
			_, spent = do("crypto.dh", der(1), der(0))
		} else {
			var sig any
			sig, spent = do("crypto.sign", der(1), k.digest, text, wire.Object{})
			if ok, _ := do("crypto.verify", der(0), k.digest, text, wire.Object{}, sig); ok != true {
				t.Errorf("a signature of %s is wrong", typ)
			}
		}
		if spent < k.least {
			t.Errorf("using a key of %s cost %d, not %d", typ, spent, k.least)
		}
	}
}

// FuzzKeys reads keys made of anything: what is read can be written, and is the same
// when it is read again.
func FuzzKeys(f *testing.F) {
	w := work{p: newProcess(f)}
	seed := func(key any, err error) {
		f.Helper()
		if err != nil {
			f.Fatal(err)
		}
		priv, err := marshalPrivate(key)
		if err != nil {
			f.Fatal(err)
		}
		pub, err := marshalPublic(publicOf(key))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(priv)
		f.Add(pub)
		f.Add(bytes.Replace(priv, []byte{2, 1}, []byte{2, 2}, 1))
		f.Add(pub[:len(pub)-1])
	}
	seed(secp256k1Private([]byte{5}))
	seed(private448(true, make([]byte, 57)))
	seed(private448(false, make([]byte, 56)))
	seed(makeDH(w, object("prime", bytes.Repeat([]byte{255}, 64))))
	seed(makeDSA(w, 1024, 160))
	rsaKey, err := makeRSA(w, 1024, 65537)
	seed(pssPrivate{rsaKey, nil}, err)
	seed(pssPrivate{rsaKey, &pssLimits{"sha256", "sha512", 20}}, err)
	f.Fuzz(func(t *testing.T, der []byte) {
		for kind, marshal := range map[string]func(any) ([]byte, error){"private": marshalPrivate, "public": marshalPublic} {
			key, err := parseKey(kind, der)
			if err != nil {
				continue
			}
			if _, err := keyDetails(publicOf(key)); err != nil {
				continue // one of x509's that is not known here
			}
			out, err := marshal(key)
			if err != nil {
				t.Fatalf("%T is read and cannot be written: %v", key, err)
			}
			again, err := parseKey(kind, out)
			if err != nil {
				t.Fatalf("%T is written and cannot be read: %v", key, err)
			}
			if twice, err := marshal(again); err != nil || !bytes.Equal(out, twice) {
				t.Fatalf("%T is written in two ways: %x and %x, %v", key, out, twice, err)
			}
		}
	})
}

// Web Crypto takes no signature of Ed25519 whose points sign anything: the identity
// signs every text with 0.
func TestSmallOrder(t *testing.T) {
	identity := append([]byte{1}, make([]byte, 31)...)
	sig := append(append([]byte{}, identity...), make([]byte, 32)...)
	a := &signArgs{key: ed25519.PublicKey(identity), data: []byte("text")}
	if !verify(a, sig) {
		t.Fatal("the identity does not sign: this test shows nothing")
	}
	a.opts = object("smallOrder", false)
	if verify(a, sig) {
		t.Error("the identity signs a text")
	}
	pub, priv, err := ed25519.GenerateKey(secure{})
	if err != nil {
		t.Fatal(err)
	}
	a.key = pub
	if !verify(a, ed25519.Sign(priv, a.data)) {
		t.Error("a good signature is refused")
	}
	identity[31] |= 0x80
	if !smallOrder(identity) || smallOrder(pub) {
		t.Error("the sign of a point counts")
	}
}
