package fasthash

import (
	"encoding/binary"
	"math/bits"
)

const (
	p32x1 = 0x9E3779B1
	p32x2 = 0x85EBCA77
	p32x3 = 0xC2B2AE3D
	p32x4 = 0x27D4EB2F
	p32x5 = 0x165667B1
	p64x1 = 0x9E3779B185EBCA87
	p64x2 = 0xC2B2AE3D27D4EB4F
	p64x3 = 0x165667B19E3779F9
	p64x4 = 0x85EBCA77C2B2AE63
	p64x5 = 0x27D4EB2F165667C5
)

func xxh32(b []byte, seed uint32, look Look) uint32 {
	n := uint32(len(b))
	h := seed + p32x5
	if len(b) >= 16 {
		v := [4]uint32{seed + (p32x1+p32x2)&0xffffffff, seed + p32x2, seed, seed - p32x1}
		b = blocks(b, 16, false, look, func(b []byte) {
			for ; len(b) >= 16; b = b[16:] {
				for i := range v {
					v[i] = bits.RotateLeft32(v[i]+u32(b[4*i:])*p32x2, 13) * p32x1
				}
			}
		})
		h = bits.RotateLeft32(v[0], 1) + bits.RotateLeft32(v[1], 7) + bits.RotateLeft32(v[2], 12) + bits.RotateLeft32(v[3], 18)
	}
	h += n
	for ; len(b) >= 4; b = b[4:] {
		h = bits.RotateLeft32(h+u32(b)*p32x3, 17) * p32x4
	}
	for _, c := range b {
		h = bits.RotateLeft32(h+uint32(c)*p32x5, 11) * p32x1
	}
	h = (h ^ h>>15) * p32x2
	h = (h ^ h>>13) * p32x3
	return h ^ h>>16
}

func round64(acc, in uint64) uint64 { return bits.RotateLeft64(acc+in*p64x2, 31) * p64x1 }

func xxh64(b []byte, seed uint64, look Look) uint64 {
	n := uint64(len(b))
	h := seed + p64x5
	if len(b) >= 32 {
		p1 := uint64(p64x1)
		v := [4]uint64{seed + p1 + p64x2, seed + p64x2, seed, seed - p1}
		b = blocks(b, 32, false, look, func(b []byte) {
			for ; len(b) >= 32; b = b[32:] {
				for i := range v {
					v[i] = round64(v[i], u64(b[8*i:]))
				}
			}
		})
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) + bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for _, x := range v {
			h = (h^round64(0, x))*p64x1 + p64x4
		}
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^round64(0, u64(b)), 27)*p64x1 + p64x4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(u32(b))*p64x1, 23)*p64x2 + p64x3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*p64x5, 11) * p64x1
	}
	return avalanche64(h)
}

func avalanche64(h uint64) uint64 {
	h = (h ^ h>>33) * p64x2
	h = (h ^ h>>29) * p64x3
	return h ^ h>>32
}

// secret3 is XXH3's own secret.
var secret3 = [192]byte{
	0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c, 0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
	0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21, 0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
	0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3, 0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8, 0xa8,
	0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d, 0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64, 0xea,
	0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb, 0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e, 0x2b,
	0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce, 0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
}

func avalanche3(h uint64) uint64 {
	h = (h ^ h>>37) * 0x165667919E3779F9
	return h ^ h>>32
}

func mix16(b, secret []byte, seed uint64) uint64 {
	return mix(u64(b)^(u64(secret)+seed), u64(b[8:])^(u64(secret[8:])-seed))
}

// xxh3 is XXH3 of 64 bits.
func xxh3(b []byte, seed uint64, look Look) uint64 {
	s := secret3[:]
	n := len(b)
	switch {
	case n == 0:
		return avalanche64(seed ^ u64(s[56:]) ^ u64(s[64:]))
	case n <= 3:
		c := uint32(b[0])<<16 | uint32(b[n>>1])<<24 | uint32(b[n-1]) | uint32(n)<<8
		return avalanche64(uint64(c) ^ (uint64(u32(s)^u32(s[4:])) + seed))
	case n <= 8:
		seed ^= uint64(bits.ReverseBytes32(uint32(seed))) << 32
		h := (uint64(u32(b[n-4:])) + uint64(u32(b))<<32) ^ ((u64(s[8:]) ^ u64(s[16:])) - seed)
		h ^= bits.RotateLeft64(h, 49) ^ bits.RotateLeft64(h, 24)
		h *= 0x9FB21C651E98DF25
		h ^= h>>35 + uint64(n)
		h *= 0x9FB21C651E98DF25
		return h ^ h>>28
	case n <= 16:
		lo := u64(b) ^ ((u64(s[24:]) ^ u64(s[32:])) + seed)
		hi := u64(b[n-8:]) ^ ((u64(s[40:]) ^ u64(s[48:])) - seed)
		return avalanche3(uint64(n) + bits.ReverseBytes64(lo) + hi + mix(lo, hi))
	case n <= 128:
		h := uint64(n) * p64x1
		for i := (n - 1) / 32; i >= 0; i-- {
			h += mix16(b[16*i:], s[32*i:], seed) + mix16(b[n-16*(i+1):], s[32*i+16:], seed)
		}
		return avalanche3(h)
	case n <= 240:
		h := uint64(n) * p64x1
		for i := range 8 {
			h += mix16(b[16*i:], s[16*i:], seed)
		}
		h = avalanche3(h)
		for i := 8; i < n/16; i++ {
			h += mix16(b[16*i:], s[16*(i-8)+3:], seed)
		}
		return avalanche3(h + mix16(b[n-16:], s[136-17:], seed))
	}
	return xxh3long(b, seed, look)
}

func xxh3long(b []byte, seed uint64, look Look) uint64 {
	s := secret3
	for i := 0; i < len(s); i += 16 {
		binary.LittleEndian.PutUint64(s[i:], u64(secret3[i:])+seed)
		binary.LittleEndian.PutUint64(s[i+8:], u64(secret3[i+8:])-seed)
	}
	acc := [8]uint64{p32x3, p64x1, p64x2, p64x3, p64x4, p32x2, p64x5, p32x1}
	stripe := func(b, s []byte) {
		for i := range acc {
			v := u64(b[8*i:])
			k := v ^ u64(s[8*i:])
			acc[i^1] += v
			acc[i] += (k & 0xffffffff) * (k >> 32)
		}
	}
	const block = 1024 // sixteen stripes
	rest := blocks(b, block, true, look, func(b []byte) {
		for ; len(b) >= block; b = b[block:] {
			for i := range 16 {
				stripe(b[64*i:], s[8*i:])
			}
			for i := range acc {
				acc[i] = (acc[i] ^ acc[i]>>47 ^ u64(s[128+8*i:])) * p32x1
			}
		}
	})
	for i := range (len(rest) - 1) / 64 {
		stripe(rest[64*i:], s[8*i:])
	}
	stripe(b[len(b)-64:], s[len(s)-64-7:])
	h := uint64(len(b)) * p64x1
	for i := 0; i < 8; i += 2 {
		h += mix(acc[i]^u64(s[11+8*i:]), acc[i+1]^u64(s[19+8*i:]))
	}
	return avalanche3(h)
}
