package jsengine

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"math/bits"
	"slices"
)

// mode is a mode of operation that makes and checks its own tag.
type mode interface {
	// header takes additional data; text is the length of the text, or -1.
	header(w work, b []byte, text int64) error
	update(w work, b []byte) ([]byte, error)
	// final returns the last bytes and the tag; of a decryption, tag is what was
	// given, or nil.
	final(tag []byte) (out, sum []byte, err error)
}

func unauthentic() error {
	return &JSError{Message: "Unsupported state or unable to authenticate data"}
}

// ccm is RFC 3610's: its whole text comes at once, since what is authenticated
// begins with its length.
type ccm struct {
	b       cipher.Block
	nonce   []byte
	size    int // of the tag
	decrypt bool
	given   []byte // the tag, of a decryption
	mac     [16]byte
	text    int64 // announced, or -1
	begun   bool
	sum     []byte // the tag, once the text is there
	failed  bool
}

func newCCM(b cipher.Block, nonce []byte, size int, decrypt bool) *ccm {
	return &ccm{b: b, nonce: slices.Clone(nonce), size: size, decrypt: decrypt, text: -1}
}

// begin authenticates the length of the text, and that of the header.
func (c *ccm) begin(header, text int64) error {
	l := 15 - len(c.nonce) // bytes of the length
	if l < 8 && text >= 1<<(8*l) {
		return &JSError{Name: "RangeError", Code: "ERR_CRYPTO_INVALID_MESSAGELEN", Message: "Invalid message length"}
	}
	c.begun = true
	binary.BigEndian.PutUint64(c.mac[8:], uint64(text))
	copy(c.mac[1:], c.nonce)
	c.mac[0] = byte((c.size-2)/2<<3 | (l - 1))
	if header > 0 {
		c.mac[0] |= 1 << 6
	}
	c.b.Encrypt(c.mac[:], c.mac[:])
	return nil
}

// authenticate takes b in, and the zeros up to a whole block.
func (c *ccm) authenticate(b []byte) {
	for len(b) > 0 {
		n := subtle.XORBytes(c.mac[:], c.mac[:], b[:min(16, len(b))])
		c.b.Encrypt(c.mac[:], c.mac[:])
		b = b[n:]
	}
}

func (c *ccm) header(w work, b []byte, text int64) error {
	if c.begun {
		return badState()
	}
	if len(b) == 0 {
		c.text = text
		return nil
	}
	if text < 0 {
		return &JSError{Name: "TypeError", Code: "ERR_MISSING_ARGS", Message: "options.plaintextLength required for CCM mode with AAD"}
	}
	if err := c.begin(int64(len(b)), text); err != nil {
		return err
	}
	c.text = text
	var first []byte
	if len(b) < 0xff00 {
		first = binary.BigEndian.AppendUint16(nil, uint16(len(b)))
	} else {
		first = binary.BigEndian.AppendUint32([]byte{0xff, 0xfe}, uint32(len(b)))
	}
	n := min(16-len(first), len(b))
	c.authenticate(append(first, b[:n]...))
	for b = b[n:]; len(b) > 0; {
		n = min(cipherPiece, len(b))
		if !w.pay(int64(n) >> cipherShift) {
			return errStopped
		}
		c.authenticate(b[:n])
		b = b[n:]
	}
	return nil
}

func (c *ccm) update(w work, b []byte) ([]byte, error) {
	if c.sum != nil || c.failed || c.text >= 0 && int64(len(b)) != c.text {
		return nil, &JSError{Message: "Trying to add data in unsupported state"}
	}
	if !c.begun {
		if err := c.begin(0, int64(len(b))); err != nil {
			return nil, err
		}
	}
	if c.decrypt && c.given == nil {
		c.failed = true
		return nil, nil
	}
	var counter, mask [16]byte
	counter[0] = byte(14 - len(c.nonce))
	copy(counter[1:], c.nonce)
	c.b.Encrypt(mask[:], counter[:])
	counter[15] = 1
	stream := cipher.NewCTR(c.b, counter[:])
	out := make([]byte, len(b))
	for at := 0; at < len(b); at += cipherPiece {
		end := min(at+cipherPiece, len(b))
		if !w.pay(int64(end-at) >> (cipherShift - 1)) {
			return nil, errStopped
		}
		if !c.decrypt {
			c.authenticate(b[at:end])
		}
		stream.XORKeyStream(out[at:end], b[at:end])
		if c.decrypt {
			c.authenticate(out[at:end])
		}
	}
	subtle.XORBytes(mask[:], mask[:], c.mac[:])
	c.sum = mask[:c.size]
	if c.decrypt && subtle.ConstantTimeCompare(c.sum, c.given) != 1 {
		c.failed = true
		return nil, nil
	}
	return out, nil
}

func (c *ccm) final(tag []byte) (out, sum []byte, err error) {
	switch {
	case c.failed || c.decrypt && c.sum == nil:
		return nil, nil, unauthentic()
	case c.sum == nil:
		return nil, nil, cipherError("ERR_OSSL_TAG_NOT_SET", "error:1C800077:Provider routines::tag not set")
	case c.decrypt:
		return nil, nil, nil
	}
	return nil, c.sum, nil
}

// ocb is RFC 7253's.
type ocb struct {
	b        cipher.Block
	decrypt  bool
	size     int // of the tag
	last     [16]byte
	dollar   [16]byte
	l        [][16]byte // by the zeros at the end of a block's number, as far as they are known
	text     ocbPart
	head     ocbPart
	checksum [16]byte // of the text
	sum      [16]byte // of the header
}

// ocbPart is the text or the header.
type ocbPart struct {
	offset [16]byte
	blocks uint64
	held   []byte // of a block that is not whole
}

// double is multiplication by x in GF(2^128).
func double(b [16]byte) [16]byte {
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	carry := hi >> 63
	binary.BigEndian.PutUint64(b[:8], hi<<1|lo>>63)
	binary.BigEndian.PutUint64(b[8:], lo<<1^carry*0x87)
	return b
}

func newOCB(b cipher.Block, nonce []byte, size int, decrypt bool) *ocb {
	o := &ocb{b: b, decrypt: decrypt, size: size}
	b.Encrypt(o.last[:], o.last[:])
	o.dollar = double(o.last)
	o.l = [][16]byte{double(o.dollar)}
	var n [24]byte
	copy(n[16-len(nonce):], nonce)
	n[15-len(nonce)] |= 1
	n[0] |= byte(size * 8 % 128 << 1)
	bottom := n[15] & 63
	n[15] &^= 63
	b.Encrypt(n[:16], n[:16])
	subtle.XORBytes(n[16:], n[:8], n[1:9])
	hi, mid, lo := binary.BigEndian.Uint64(n[:]), binary.BigEndian.Uint64(n[8:]), binary.BigEndian.Uint64(n[16:])
	binary.BigEndian.PutUint64(o.text.offset[:8], hi<<bottom|mid>>(64-bottom))
	binary.BigEndian.PutUint64(o.text.offset[8:], mid<<bottom|lo>>(64-bottom))
	return o
}

// next moves p on to its next block.
func (o *ocb) next(p *ocbPart) {
	p.blocks++
	zeros := bits.TrailingZeros64(p.blocks)
	for len(o.l) <= zeros {
		o.l = append(o.l, double(o.l[len(o.l)-1]))
	}
	xor(&p.offset, &o.l[zeros])
}

func xor(into, b *[16]byte) { subtle.XORBytes(into[:], into[:], b[:]) }

// whole calls block for each whole block of what p holds and b, and keeps the rest.
func (p *ocbPart) whole(w work, b []byte, block func(b []byte)) error {
	if len(p.held) > 0 {
		n := min(16-len(p.held), len(b))
		p.held, b = append(p.held, b[:n]...), b[n:]
		if len(p.held) < 16 {
			return nil
		}
		block(p.held)
		p.held = p.held[:0]
	}
	for paid := 0; len(b) >= 16; b = b[16:] {
		if paid -= 16; paid < 0 {
			paid = min(cipherPiece, len(b))
			if !w.pay(int64(paid) >> (cipherShift - 1)) {
				return errStopped
			}
		}
		block(b[:16])
	}
	p.held = append(p.held, b...)
	return nil
}

func (o *ocb) header(w work, b []byte, _ int64) error {
	return o.head.whole(w, b, func(b []byte) {
		o.next(&o.head)
		t := o.head.offset
		subtle.XORBytes(t[:], t[:], b)
		o.b.Encrypt(t[:], t[:])
		xor(&o.sum, &t)
	})
}

func (o *ocb) update(w work, b []byte) ([]byte, error) {
	out := make([]byte, 0, (len(o.text.held)+len(b))&^15)
	err := o.text.whole(w, b, func(b []byte) {
		o.next(&o.text)
		t := o.text.offset
		subtle.XORBytes(t[:], t[:], b)
		if o.decrypt {
			o.b.Decrypt(t[:], t[:])
		} else {
			o.b.Encrypt(t[:], t[:])
			subtle.XORBytes(o.checksum[:], o.checksum[:], b)
		}
		xor(&t, &o.text.offset)
		if o.decrypt {
			xor(&o.checksum, &t)
		}
		out = append(out, t[:]...)
	})
	return out, err
}

func (o *ocb) final(tag []byte) (out, sum []byte, err error) {
	if rest := o.text.held; len(rest) > 0 {
		xor(&o.text.offset, &o.last)
		var pad [16]byte
		o.b.Encrypt(pad[:], o.text.offset[:])
		out = make([]byte, len(rest))
		subtle.XORBytes(out, rest, pad[:])
		plain := rest
		if o.decrypt {
			plain = out
		}
		subtle.XORBytes(o.checksum[:], o.checksum[:], plain)
		o.checksum[len(rest)] ^= 0x80
	}
	if rest := o.head.held; len(rest) > 0 {
		xor(&o.head.offset, &o.last)
		t := o.head.offset
		subtle.XORBytes(t[:], t[:], rest)
		t[len(rest)] ^= 0x80
		o.b.Encrypt(t[:], t[:])
		xor(&o.sum, &t)
	}
	xor(&o.checksum, &o.text.offset)
	xor(&o.checksum, &o.dollar)
	o.b.Encrypt(o.checksum[:], o.checksum[:])
	xor(&o.checksum, &o.sum)
	sum = o.checksum[:o.size]
	if !o.decrypt {
		return out, sum, nil
	}
	if tag == nil || subtle.ConstantTimeCompare(sum, tag) != 1 {
		return nil, nil, unauthentic()
	}
	return out, nil, nil
}
