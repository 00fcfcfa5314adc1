package fasthash

import "math/bits"

const (
	cityK0 = 0xc3a5c85c97cb3127
	cityK1 = 0xb492b66fbe98f273
	cityK2 = 0x9ae16a3b2f90404f
	cityC1 = 0xcc9e2d51
	cityC2 = 0x1b873593
)

func fmix(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// mur mixes a into h.
func mur(a, h uint32) uint32 {
	a = bits.RotateLeft32(a*cityC1, -17) * cityC2
	return bits.RotateLeft32(h^a, -19)*5 + 0xe6546b64
}

// city32 is CityHash32 of version 1.1.
func city32(b []byte, look Look) uint32 {
	n := len(b)
	l := uint32(n)
	switch {
	case n <= 4:
		h, c := uint32(0), uint32(9)
		for _, v := range b {
			h = h*cityC1 + uint32(int32(int8(v)))
			c ^= h
		}
		return fmix(mur(h, mur(l, c)))
	case n <= 12:
		d := l * 5
		return fmix(mur(9+u32(b[n>>1&4:]), mur(d+u32(b[n-4:]), mur(l+u32(b), d))))
	case n <= 24:
		a, c, d := u32(b[n>>1-4:]), u32(b[4:]), u32(b[n-8:])
		e, f, g := u32(b[n>>1:]), u32(b), u32(b[n-4:])
		return fmix(mur(g, mur(f, mur(e, mur(d, mur(c, mur(a, l)))))))
	}
	rot := func(v uint32, by int) uint32 { return bits.RotateLeft32(v, -by) }
	scramble := func(v uint32) uint32 { return rot(v*cityC1, 17) * cityC2 }
	h, g := l, l*cityC1
	f := g
	step := func(h, a uint32) uint32 { return rot(h^a, 19)*5 + 0xe6546b64 }
	h = step(step(h, scramble(u32(b[n-4:]))), scramble(u32(b[n-16:])))
	g = step(step(g, scramble(u32(b[n-8:]))), scramble(u32(b[n-12:])))
	f += scramble(u32(b[n-20:]))
	f = rot(f, 19)*5 + 0xe6546b64
	blocks(b, 20, true, look, func(b []byte) {
		for ; len(b) >= 20; b = b[20:] {
			a0, a1, a2, a3, a4 := scramble(u32(b)), u32(b[4:]), scramble(u32(b[8:])), scramble(u32(b[12:])), u32(b[16:])
			h = rot(h^a0, 18)*5 + 0xe6546b64
			f = rot(f+a1, 19) * cityC1
			g = rot(g+a2, 18)*5 + 0xe6546b64
			h = rot(h^(a3+a1), 19)*5 + 0xe6546b64
			g = bits.ReverseBytes32(g^a4) * 5
			h = bits.ReverseBytes32(h + a4*5)
			f += a0
			f, h, g = g, f, h
		}
	})
	g = rot(rot(g, 11)*cityC1, 17) * cityC1
	f = rot(rot(f, 11)*cityC1, 17) * cityC1
	h = rot(h+g, 19)*5 + 0xe6546b64
	h = rot(h, 17) * cityC1
	h = rot(h+f, 19)*5 + 0xe6546b64
	return rot(h, 17) * cityC1
}

func shiftMix(v uint64) uint64 { return v ^ v>>47 }

func len16(u, v, mul uint64) uint64 {
	a := shiftMix((u ^ v) * mul)
	return shiftMix((v^a)*mul) * mul
}

const mul128 = 0x9ddfea08eb382d69

func rot64(v uint64, by int) uint64 { return bits.RotateLeft64(v, -by) }

func weak(b []byte, x, y uint64) (uint64, uint64) {
	w, z := u64(b), u64(b[24:])
	x += w
	y = rot64(y+x+z, 21)
	c := x
	x += u64(b[8:]) + u64(b[16:])
	y += rot64(x, 44)
	return x + z, y + c
}

// city64 is CityHash64 of version 1.1.
func city64(b []byte, look Look) uint64 {
	n := len(b)
	l := uint64(n)
	mul := cityK2 + l*2
	switch {
	case n == 0:
		return cityK2
	case n < 4:
		y := uint32(b[0]) + uint32(b[n>>1])<<8
		z := uint32(n) + uint32(b[n-1])<<2
		return shiftMix(uint64(y)*cityK2^uint64(z)*cityK0) * cityK2
	case n < 8:
		return len16(l+uint64(u32(b))<<3, uint64(u32(b[n-4:])), mul)
	case n <= 16:
		a, c := u64(b)+cityK2, u64(b[n-8:])
		return len16(rot64(c, 37)*mul+a, (rot64(a, 25)+c)*mul, mul)
	case n <= 32:
		a, c := u64(b)*cityK1, u64(b[8:])
		d, e := u64(b[n-8:])*mul, u64(b[n-16:])*cityK2
		return len16(rot64(a+c, 43)+rot64(d, 30)+e, a+rot64(c+cityK2, 18)+d, mul)
	case n <= 64:
		a, c := u64(b)*cityK2, u64(b[8:])
		d, e := u64(b[n-24:]), u64(b[n-32:])
		f, g := u64(b[16:])*cityK2, u64(b[24:])*9
		h, i := u64(b[n-8:]), u64(b[n-16:])*mul
		u := rot64(a+h, 43) + (rot64(c, 30)+d)*9
		v := ((a + h) ^ e) + g + 1
		w := bits.ReverseBytes64((u+v)*mul) + i
		x := rot64(f+g, 42) + d
		y := (bits.ReverseBytes64((v+w)*mul) + h) * mul
		z := f + g + d
		a = bits.ReverseBytes64((x+z)*mul+y) + c
		return shiftMix((z+a)*mul+e+i)*mul + x
	}
	x := u64(b[n-40:])
	y := u64(b[n-16:]) + u64(b[n-56:])
	z := len16(u64(b[n-48:])+l, u64(b[n-24:]), mul128)
	v0, v1 := weak(b[n-64:], l, z)
	w0, w1 := weak(b[n-32:], y+cityK1, x)
	x = x*cityK1 + u64(b)
	blocks(b, 64, true, look, func(b []byte) {
		for ; len(b) >= 64; b = b[64:] {
			x = rot64(x+y+v0+u64(b[8:]), 37) * cityK1
			y = rot64(y+v1+u64(b[48:]), 42) * cityK1
			x ^= w1
			y += v0 + u64(b[40:])
			z = rot64(z+w0, 33) * cityK1
			v0, v1 = weak(b, v1*cityK1, x+w0)
			w0, w1 = weak(b[32:], z+w1, y+u64(b[16:]))
			z, x = x, z
		}
	})
	return len16(len16(v0, w0, mul128)+shiftMix(y)*cityK1+z, len16(v1, w1, mul128)+x, mul128)
}

// city64Seed is CityHash64WithSeed.
func city64Seed(b []byte, seed uint64, look Look) uint64 {
	return len16(city64(b, look)-cityK2, seed, mul128)
}
