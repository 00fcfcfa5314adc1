// Package passhash hashes passwords with Argon2 and bcrypt, in pieces that are paid
// for before they are done and between which the work can be stopped, which those
// of golang.org/x/crypto are not.
package passhash

import (
	"encoding/binary"
	"errors"
	"hash"
	"math/bits"

	"golang.org/x/crypto/blake2b"
)

// Pay is called with the units of the next piece of work; false stops the work.
type Pay func(units int64) bool

// ErrStopped is the error of work that Pay has stopped.
var ErrStopped = errors.New("passhash: stopped")

// Kind is a variant of Argon2.
type Kind uint32

// The variants, by the numbers that RFC 9106 gives them.
const (
	Argon2d  Kind = 0
	Argon2i  Kind = 1
	Argon2id Kind = 2
)

const (
	// blockFuel is the units of one block of 1 KiB.
	blockFuel = 170
	// blocksPiece is how many of them are one piece.
	blocksPiece = 64
	perBlock    = 128 // words
	slices      = 4
)

type block [perBlock]uint64

// Argon2 is version 1.3 of it: memory in KiB, at least 8 a lane, lanes from 1 to 255, and a
// result of n bytes. The caller bounds and charges the memory.
func Argon2(kind Kind, password, salt []byte, passes, memory uint32, lanes uint8, n int, pay Pay) ([]byte, error) {
	p := uint32(lanes)
	if p == 0 || memory < 8*p || passes == 0 || n < 4 {
		return nil, errors.New("passhash: parameters out of range")
	}
	h0 := first(kind, password, salt, passes, memory, p, uint32(n))
	memory = memory / (slices * p) * (slices * p)
	a := &argon{kind: kind, passes: passes, lanes: p, columns: memory / p, segment: memory / p / slices, pay: pay}
	if !pay(int64(memory) / 16) { // zeroing it
		return nil, ErrStopped
	}
	a.b = make([]block, memory)
	var buf [1024]byte
	for lane := range p {
		for i := range uint32(2) {
			binary.LittleEndian.PutUint32(h0[64:], i)
			binary.LittleEndian.PutUint32(h0[68:], lane)
			long(buf[:], h0[:])
			for k := range a.b[0] {
				a.b[lane*a.columns+i][k] = binary.LittleEndian.Uint64(buf[8*k:])
			}
		}
	}
	for pass := range passes {
		for slice := range uint32(slices) {
			for lane := range p {
				if !a.fill(pass, slice, lane) {
					return nil, ErrStopped
				}
			}
		}
	}
	last := a.b[a.columns-1]
	for lane := uint32(1); lane < p; lane++ {
		for k, v := range a.b[(lane+1)*a.columns-1] {
			last[k] ^= v
		}
	}
	for k, v := range last {
		binary.LittleEndian.PutUint64(buf[8*k:], v)
	}
	out := make([]byte, n)
	long(out, buf[:])
	return out, nil
}

// first is H0, with room for two numbers more.
func first(kind Kind, password, salt []byte, passes, memory, lanes, n uint32) (out [72]byte) {
	h, _ := blake2b.New512(nil)
	put := func(v uint32) { h.Write(binary.LittleEndian.AppendUint32(nil, v)) }
	for _, v := range []uint32{lanes, n, memory, passes, 0x13, uint32(kind)} {
		put(v)
	}
	for _, b := range [][]byte{password, salt, nil, nil} {
		put(uint32(len(b)))
		h.Write(b)
	}
	h.Sum(out[:0])
	return out
}

// long is H', the hash of any length.
func long(out, in []byte) {
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(out)))
	digest := func(n int, parts ...[]byte) []byte {
		var h hash.Hash
		h, _ = blake2b.New(n, nil)
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	if len(out) <= blake2b.Size {
		copy(out, digest(len(out), size, in))
		return
	}
	v := digest(blake2b.Size, size, in)
	for len(out) > blake2b.Size {
		copy(out, v[:32])
		out = out[32:]
		v = digest(min(len(out), blake2b.Size), v)
	}
	copy(out, v)
}

type argon struct {
	kind                            Kind
	passes, lanes, columns, segment uint32
	b                               []block
	pay                             Pay
}

// fill makes one segment; false: it may not go on.
func (a *argon) fill(pass, slice, lane uint32) bool {
	var addresses, in, zero block
	independent := a.kind == Argon2i || a.kind == Argon2id && pass == 0 && slice < slices/2
	next := func() {
		in[6]++
		mix(&addresses, &zero, &in, false)
		mix(&addresses, &zero, &addresses, false)
	}
	if independent {
		in = block{uint64(pass), uint64(lane), uint64(slice), uint64(len(a.b)), uint64(a.passes), uint64(a.kind)}
	}
	from := uint32(0)
	if pass == 0 && slice == 0 {
		from = 2
		if independent {
			next()
		}
	}
	row := lane * a.columns
	for i := from; i < a.segment; i++ {
		if (i-from)%blocksPiece == 0 && !a.pay(int64(min(blocksPiece, a.segment-i))*blockFuel) {
			return false
		}
		at := slice*a.segment + i
		prev := at - 1
		if at == 0 {
			prev = a.columns - 1
		}
		var j uint64
		if independent {
			if i%perBlock == 0 {
				next()
			}
			j = addresses[i%perBlock]
		} else {
			j = a.b[row+prev][0]
		}
		mix(&a.b[row+at], &a.b[row+prev], &a.b[a.reference(j, pass, slice, lane, i)], pass > 0)
	}
	return true
}

// reference is the block that number j stands for.
func (a *argon) reference(j uint64, pass, slice, lane, i uint32) uint32 {
	of := uint32(j>>32) % a.lanes
	if pass == 0 && slice == 0 {
		of = lane
	}
	area, start := a.columns-a.segment, (slice+1)%slices*a.segment
	if pass == 0 {
		area, start = slice*a.segment, 0
	}
	if of == lane {
		area += i - 1
	} else if i == 0 {
		area--
	}
	x := uint64(uint32(j)) * uint64(uint32(j)) >> 32
	z := uint64(area) - 1 - uint64(area)*x>>32
	return of*a.columns + uint32((uint64(start)+z)%uint64(a.columns))
}

// mix is G of x and y, added to out if over.
func mix(out, x, y *block, over bool) {
	var r, q block
	for k := range r {
		r[k] = x[k] ^ y[k]
	}
	q = r
	for i := 0; i < perBlock; i += 16 {
		round(&q[i], &q[i+1], &q[i+2], &q[i+3], &q[i+4], &q[i+5], &q[i+6], &q[i+7], &q[i+8], &q[i+9], &q[i+10], &q[i+11], &q[i+12], &q[i+13], &q[i+14], &q[i+15])
	}
	for i := 0; i < 16; i += 2 {
		round(&q[i], &q[i+1], &q[i+16], &q[i+17], &q[i+32], &q[i+33], &q[i+48], &q[i+49], &q[i+64], &q[i+65], &q[i+80], &q[i+81], &q[i+96], &q[i+97], &q[i+112], &q[i+113])
	}
	for k := range out {
		if over {
			out[k] ^= q[k] ^ r[k]
		} else {
			out[k] = q[k] ^ r[k]
		}
	}
}

// round is BLAKE2b's, with multiplications.
func round(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15 *uint64) {
	v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 := *p0, *p1, *p2, *p3, *p4, *p5, *p6, *p7, *p8, *p9, *p10, *p11, *p12, *p13, *p14, *p15
	v0, v4, v8, v12 = quarter(v0, v4, v8, v12)
	v1, v5, v9, v13 = quarter(v1, v5, v9, v13)
	v2, v6, v10, v14 = quarter(v2, v6, v10, v14)
	v3, v7, v11, v15 = quarter(v3, v7, v11, v15)
	v0, v5, v10, v15 = quarter(v0, v5, v10, v15)
	v1, v6, v11, v12 = quarter(v1, v6, v11, v12)
	v2, v7, v8, v13 = quarter(v2, v7, v8, v13)
	v3, v4, v9, v14 = quarter(v3, v4, v9, v14)
	*p0, *p1, *p2, *p3, *p4, *p5, *p6, *p7, *p8, *p9, *p10, *p11, *p12, *p13, *p14, *p15 = v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15
}

func quarter(a, b, c, d uint64) (uint64, uint64, uint64, uint64) {
	a += b + 2*uint64(uint32(a))*uint64(uint32(b))
	d = bits.RotateLeft64(d^a, -32)
	c += d + 2*uint64(uint32(c))*uint64(uint32(d))
	b = bits.RotateLeft64(b^c, -24)
	a += b + 2*uint64(uint32(a))*uint64(uint32(b))
	d = bits.RotateLeft64(d^a, -16)
	c += d + 2*uint64(uint32(c))*uint64(uint32(d))
	b = bits.RotateLeft64(b^c, -63)
	return a, b, c, d
}
