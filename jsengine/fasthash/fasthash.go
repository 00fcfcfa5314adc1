// Package fasthash has the hashes of Bun.hash, none of which is cryptographic:
// wyhash, rapidhash, CityHash, xxHash, MurmurHash, CRC-32 and Adler-32.
package fasthash

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// piece is how many bytes are hashed between two looks, about.
const piece = 64 << 10

// Look is called between pieces of a long input; false ends the work, whose result is then of no meaning.
type Look func() bool

// Hash is one of the hashes: of data with a seed. Those of 32 bits take the low half of the seed.
type Hash struct {
	Bits int // 32 or 64
	Sum  func(data []byte, seed uint64, look Look) uint64
}

// Named are the hashes by the names that Bun gives them.
var Named = map[string]Hash{
	"wyhash":     {64, wyhash},
	"rapidhash":  {64, rapidhash},
	"cityHash32": {32, func(b []byte, _ uint64, look Look) uint64 { return uint64(city32(b, look)) }},
	"cityHash64": {64, city64Seed},
	"xxHash32":   {32, func(b []byte, seed uint64, look Look) uint64 { return uint64(xxh32(b, uint32(seed), look)) }},
	"xxHash64":   {64, xxh64},
	"xxHash3":    {64, func(b []byte, seed uint64, look Look) uint64 { return xxh3(b, seed&0xffffffff, look) }}, // Bun's seeds have 32 bits
	"murmur32v2": {32, func(b []byte, seed uint64, look Look) uint64 { return uint64(murmur32v2(b, uint32(seed), look)) }},
	"murmur32v3": {32, func(b []byte, seed uint64, look Look) uint64 { return uint64(murmur32v3(b, uint32(seed), look)) }},
	"murmur64v2": {64, murmur64v2},
	"crc32":      {32, crc},
	"adler32":    {32, adler},
}

// blocks calls f with all of b that is a multiple of size, in pieces, and returns the rest.
// With keep the rest is never empty. It stops when look says so.
func blocks(b []byte, size int, keep bool, look Look, f func(b []byte)) []byte {
	whole := len(b) - len(b)%size
	if keep && whole == len(b) && whole > 0 {
		whole -= size
	}
	for whole > 0 {
		n := min(whole, piece-piece%size)
		f(b[:n])
		b = b[n:]
		if whole -= n; whole > 0 && !look() {
			return b[whole:]
		}
	}
	return b
}

func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// mix is the two halves of a product, folded.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func crc(b []byte, seed uint64, look Look) uint64 {
	sum := uint32(seed)
	rest := blocks(b, piece, false, look, func(b []byte) { sum = crc32.Update(sum, crc32.IEEETable, b) })
	return uint64(crc32.Update(sum, crc32.IEEETable, rest))
}

// adler is Adler-32; Bun's takes no seed.
func adler(b []byte, _ uint64, look Look) uint64 {
	const mod = 65521
	s1, s2 := uint32(1), uint32(0)
	add := func(b []byte) {
		for len(b) > 0 {
			n := min(len(b), 5552) // as many as cannot overflow
			for _, c := range b[:n] {
				s1 += uint32(c)
				s2 += s1
			}
			s1 %= mod
			s2 %= mod
			b = b[n:]
		}
	}
	add(blocks(b, piece, false, look, add))
	return uint64(s2<<16 | s1)
}

var wysecret = [4]uint64{0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3, 0x589965cc75374cc3}

// wyhash is version 4 of it.
func wyhash(in []byte, seed uint64, look Look) uint64 {
	s := &wysecret
	seed ^= mix(seed^s[0], s[1])
	n := len(in)
	var a, b uint64
	switch {
	case n >= 4 && n <= 16:
		q := n >> 3 << 2
		a = uint64(u32(in))<<32 | uint64(u32(in[q:]))
		b = uint64(u32(in[n-4:]))<<32 | uint64(u32(in[n-4-q:]))
	case n > 0 && n <= 16:
		a = uint64(in[0])<<16 | uint64(in[n>>1])<<8 | uint64(in[n-1])
	case n > 16:
		p := in
		if n >= 48 {
			s1, s2 := seed, seed
			p = blocks(p, 48, true, look, func(p []byte) {
				for ; len(p) >= 48; p = p[48:] {
					seed = mix(u64(p)^s[1], u64(p[8:])^seed)
					s1 = mix(u64(p[16:])^s[2], u64(p[24:])^s1)
					s2 = mix(u64(p[32:])^s[3], u64(p[40:])^s2)
				}
			})
			seed ^= s1 ^ s2
		}
		for ; len(p) > 16; p = p[16:] {
			seed = mix(u64(p)^s[1], u64(p[8:])^seed)
		}
		a, b = u64(in[n-16:]), u64(in[n-8:])
	}
	hi, lo := bits.Mul64(a^s[1], b^seed)
	return mix(lo^s[0]^uint64(n), hi^s[1])
}

var rapidsecret = [3]uint64{0x2d358dccaa6c78a5, 0x8bb84b93962eacc9, 0x4b33a62ed433d4a3}

func rapidhash(in []byte, seed uint64, look Look) uint64 {
	s := &rapidsecret
	n := len(in)
	seed ^= mix(seed^s[0], s[1]) ^ uint64(n)
	var a, b uint64
	switch {
	case n >= 4 && n <= 16:
		d := n & 24 >> (n >> 3)
		a = uint64(u32(in))<<32 | uint64(u32(in[n-4:]))
		b = uint64(u32(in[d:]))<<32 | uint64(u32(in[n-4-d:]))
	case n > 0 && n <= 16:
		a = uint64(in[0])<<56 | uint64(in[n>>1])<<32 | uint64(in[n-1])
	case n > 16:
		p := in
		if n > 48 {
			s1, s2 := seed, seed
			round := func(p []byte) {
				for ; len(p) >= 48; p = p[48:] {
					seed = mix(u64(p)^s[0], u64(p[8:])^seed)
					s1 = mix(u64(p[16:])^s[1], u64(p[24:])^s1)
					s2 = mix(u64(p[32:])^s[2], u64(p[40:])^s2)
				}
			}
			p = blocks(p, 48, false, look, round)
			seed ^= s1 ^ s2
		}
		if len(p) > 16 {
			seed = mix(u64(p)^s[2], u64(p[8:])^seed^s[1])
			if len(p) > 32 {
				seed = mix(u64(p[16:])^s[2], u64(p[24:])^seed)
			}
		}
		a, b = u64(in[n-16:]), u64(in[n-8:])
	}
	hi, lo := bits.Mul64(a^s[1], b^seed)
	return mix(lo^s[0]^uint64(n), hi^s[1])
}

func murmur32v2(b []byte, seed uint32, look Look) uint32 {
	const m = 0x5bd1e995
	h := seed ^ uint32(len(b))
	b = blocks(b, 4, false, look, func(b []byte) {
		for ; len(b) >= 4; b = b[4:] {
			k := u32(b) * m
			k ^= k >> 24
			h = h*m ^ k*m
		}
	})
	switch len(b) {
	case 3:
		h ^= uint32(b[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(b[1]) << 8
		fallthrough
	case 1:
		h = (h ^ uint32(b[0])) * m
	}
	h = (h ^ h>>13) * m
	return h ^ h>>15
}

func murmur32v3(b []byte, seed uint32, look Look) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	h, n := seed, uint32(len(b))
	b = blocks(b, 4, false, look, func(b []byte) {
		for ; len(b) >= 4; b = b[4:] {
			h ^= bits.RotateLeft32(u32(b)*c1, 15) * c2
			h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
		}
	})
	var k uint32
	for i := len(b) - 1; i >= 0; i-- {
		k = k<<8 | uint32(b[i])
	}
	h ^= bits.RotateLeft32(k*c1, 15) * c2
	h ^= n
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

func murmur64v2(b []byte, seed uint64, look Look) uint64 {
	const m = 0xc6a4a7935bd1e995
	h := seed ^ uint64(len(b))*m
	b = blocks(b, 8, false, look, func(b []byte) {
		for ; len(b) >= 8; b = b[8:] {
			k := u64(b) * m
			k ^= k >> 47
			h = (h ^ k*m) * m
		}
	})
	if len(b) > 0 {
		var k uint64
		for i := len(b) - 1; i >= 0; i-- {
			k = k<<8 | uint64(b[i])
		}
		h = (h ^ k) * m
	}
	h = (h ^ h>>47) * m
	return h ^ h>>47
}
