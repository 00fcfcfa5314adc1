package jsengine

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/chacha20"
	//lint:ignore SA1019 the AEAD of x/crypto takes whole messages; this is its authenticator for pieces
	"golang.org/x/crypto/poly1305"

	"github.com/buntime/buntime/jsengine/wire"
)

const (
	// maxCiphers bounds the ciphers one process has begun and not finished.
	maxCiphers = 4096
	// cipherPiece is how many bytes go through before others get their turns.
	cipherPiece = 64 << 10
	// cipherShift gives the fuel of a byte: a quarter of a unit.
	cipherShift = 2
)

// cipherKind is a cipher that a guest may name.
type cipherKind struct {
	name       string
	mode       string
	nid        int
	key, iv    int
	block      int // of the mode; 1 for streams
	newBlock   func([]byte) (cipher.Block, error)
	reportName string
}

var cipherKinds = func() map[string]*cipherKind {
	m := map[string]*cipherKind{}
	nids := map[string][]int{"ecb": {418, 422, 426}, "cbc": {419, 423, 427}, "ofb": {420, 424, 428}, "cfb": {421, 425, 429}, "cfb8": {653, 654, 655}, "ctr": {904, 905, 906}, "gcm": {895, 898, 901}, "ccm": {896, 899, 902}, "ocb": {958, 959, 960}}
	for mode, ids := range nids {
		for i, size := range []int{128, 192, 256} {
			k := &cipherKind{mode: mode, nid: ids[i], key: size / 8, iv: 16, block: 1, newBlock: aes.NewCipher}
			k.name = "aes-" + map[int]string{128: "128", 192: "192", 256: "256"}[size] + "-" + mode
			k.reportName = k.name
			switch mode {
			case "ecb":
				k.iv, k.block = 0, 16
			case "cbc":
				k.block = 16
				m["aes"+k.name[4:7]] = k
			case "gcm", "ccm":
				k.iv = 12
				k.reportName = "id-aes" + k.name[4:7] + "-" + mode
				m[k.reportName] = k
			case "ocb":
				k.iv, k.block = 12, 16
			}
			m[k.name] = k
		}
	}
	m["des-ede3-cbc"] = &cipherKind{name: "des-ede3-cbc", reportName: "des-ede3-cbc", mode: "cbc", nid: 44, key: 24, iv: 8, block: 8, newBlock: des.NewTripleDESCipher}
	m["chacha20"] = &cipherKind{name: "chacha20", reportName: "chacha20", mode: "stream", nid: 1019, key: 32, iv: 16, block: 1}
	m["chacha20-poly1305"] = &cipherKind{name: "chacha20-poly1305", reportName: "chacha20-poly1305", mode: "stream", nid: 1018, key: 32, iv: 12, block: 1}
	return m
}()

// cipherState is a cipher that a guest is feeding.
type cipherState struct {
	kind    *cipherKind
	decrypt bool
	padding bool
	stream  cipher.Stream    // of all modes that are streams
	mode    cipher.BlockMode // of those that are not
	held    []byte           // bytes of a block that is not whole, or the last one of a decryption
	own     mode             // one that is neither
	auth    authenticator    // nil: none
	tag     []byte           // given, of a decryption
	started bool
}

// authenticator makes the tag of an AEAD.
type authenticator interface {
	data(additional bool, b []byte)
	sum() []byte
}

func cipherError(code, message string) error { return &JSError{Code: code, Message: message} }

func badState() error { return cipherError("ERR_CRYPTO_INVALID_STATE", "Invalid state") }

// ivFits reports whether a nonce of so many bytes is one of the kind's.
func (k *cipherKind) ivFits(n int) bool {
	switch {
	case k.mode == "gcm":
		return 1 <= n && n <= 1024
	case k.mode == "ccm":
		return 7 <= n && n <= 13
	case k.mode == "ocb":
		return 1 <= n && n <= 15
	case k.name == "chacha20-poly1305":
		return 1 <= n && n <= 12
	}
	return n == k.iv
}

// newCipher begins; tag is the length of the tag of a mode that must know it.
func newCipher(k *cipherKind, key, iv []byte, decrypt bool, tag int) (*cipherState, error) {
	if len(key) != k.key {
		return nil, &JSError{Name: "RangeError", Code: "ERR_CRYPTO_INVALID_KEYLEN", Message: "Invalid key length"}
	}
	if !k.ivFits(len(iv)) {
		return nil, &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_IV", Message: "Invalid initialization vector"}
	}
	s := &cipherState{kind: k, decrypt: decrypt, padding: k.block > 1}
	switch k.name {
	case "chacha20":
		c, err := chacha20.NewUnauthenticatedCipher(key, iv[4:])
		if err != nil {
			return nil, cipherError("ERR_CRYPTO_OPERATION_FAILED", "cipher failed")
		}
		c.SetCounter(binary.LittleEndian.Uint32(iv))
		s.stream = c
		return s, nil
	case "chacha20-poly1305":
		nonce := append(make([]byte, 12-len(iv)), iv...)
		c, err := chacha20.NewUnauthenticatedCipher(key, nonce)
		if err != nil {
			return nil, cipherError("ERR_CRYPTO_OPERATION_FAILED", "cipher failed")
		}
		var one [32]byte
		c.XORKeyStream(one[:], one[:])
		c.SetCounter(1)
		s.stream, s.auth = c, &polyAuth{mac: poly1305.New(&one)}
		return s, nil
	}
	b, err := k.newBlock(key)
	if err != nil {
		return nil, &JSError{Name: "RangeError", Code: "ERR_CRYPTO_INVALID_KEYLEN", Message: "Invalid key length"}
	}
	switch k.mode {
	case "ccm", "ocb":
		if tag < 1 || tag > 16 || k.mode == "ccm" && (tag < 4 || tag%2 != 0) {
			return nil, &JSError{Name: "TypeError", Code: "ERR_CRYPTO_INVALID_AUTH_TAG", Message: "Invalid authentication tag length: " + strconv.Itoa(tag)}
		}
		if s.own = newOCB(b, iv, tag, decrypt); k.mode == "ccm" {
			s.own = newCCM(b, iv, tag, decrypt)
		}
	case "ctr":
		s.stream = cipher.NewCTR(b, iv)
	case "ofb":
		s.stream = &feedback{b: b, reg: slices.Clone(iv), kind: 'o'}
	case "cfb":
		s.stream = &feedback{b: b, reg: slices.Clone(iv), kind: 'c', decrypt: decrypt}
	case "cfb8":
		s.stream = &feedback{b: b, reg: slices.Clone(iv), kind: '8', decrypt: decrypt}
	case "ecb":
		s.mode = &ecb{b, decrypt}
	case "cbc":
		if decrypt {
			s.mode = cipher.NewCBCDecrypter(b, iv)
		} else {
			s.mode = cipher.NewCBCEncrypter(b, iv)
		}
	case "gcm":
		g := newGHASH(b)
		var j0 [16]byte
		if len(iv) == 12 {
			copy(j0[:], iv)
			j0[15] = 1
		} else {
			h := newGHASH(b)
			h.data(false, iv)
			h.pad()
			var l [16]byte
			binary.BigEndian.PutUint64(l[8:], uint64(len(iv))*8)
			h.blocks(l[:])
			j0 = h.bytes()
		}
		b.Encrypt(g.mask[:], j0[:])
		binary.BigEndian.PutUint32(j0[12:], binary.BigEndian.Uint32(j0[12:])+1)
		s.stream, s.auth = &ctr32{b: b, counter: j0}, g
	}
	return s, nil
}

// ctr32 is GCM's counter mode: the last 32 bits count.
type ctr32 struct {
	b       cipher.Block
	counter [16]byte
	key     [16]byte
	used    int // of key; 0: it has to be made
}

func (c *ctr32) XORKeyStream(dst, src []byte) {
	for i := range src {
		if c.used == 0 {
			c.b.Encrypt(c.key[:], c.counter[:])
			binary.BigEndian.PutUint32(c.counter[12:], binary.BigEndian.Uint32(c.counter[12:])+1)
		}
		dst[i] = src[i] ^ c.key[c.used]
		c.used = (c.used + 1) % 16
	}
}

// feedback is OFB, CFB and CFB8.
type feedback struct {
	b       cipher.Block
	reg     []byte
	out     []byte
	used    int
	kind    byte
	decrypt bool
}

func (f *feedback) XORKeyStream(dst, src []byte) {
	if f.out == nil {
		f.out = make([]byte, len(f.reg))
	}
	for i, c := range src {
		if f.kind == '8' {
			f.b.Encrypt(f.out, f.reg)
			d := c ^ f.out[0]
			copy(f.reg, f.reg[1:])
			f.reg[len(f.reg)-1] = d
			if f.decrypt {
				f.reg[len(f.reg)-1] = c
			}
			dst[i] = d
			continue
		}
		if f.used == 0 {
			f.b.Encrypt(f.out, f.reg)
			copy(f.reg, f.out)
		}
		d := c ^ f.out[f.used]
		if f.kind == 'c' {
			f.reg[f.used] = d
			if f.decrypt {
				f.reg[f.used] = c
			}
		}
		dst[i] = d
		f.used = (f.used + 1) % len(f.reg)
	}
}

type ecb struct {
	b       cipher.Block
	decrypt bool
}

func (e *ecb) BlockSize() int { return e.b.BlockSize() }
func (e *ecb) CryptBlocks(dst, src []byte) {
	for n := e.b.BlockSize(); len(src) > 0; dst, src = dst[n:], src[n:] {
		if e.decrypt {
			e.b.Decrypt(dst, src)
		} else {
			e.b.Encrypt(dst, src)
		}
	}
}

// ghash is GCM's authenticator, fed in pieces.
type ghash struct {
	table      [16][2]uint64 // multiples of the key by 4 bits
	hi, lo     uint64
	held       []byte
	additional uint64 // bytes
	text       uint64 // bytes
	mask       [16]byte
}

func newGHASH(b cipher.Block) *ghash {
	var h [16]byte
	b.Encrypt(h[:], h[:])
	g := &ghash{}
	hi, lo := binary.BigEndian.Uint64(h[:8]), binary.BigEndian.Uint64(h[8:])
	// table[i] for i = 8, 4, 2, 1: the key times x^0 … x^3, bits reversed.
	for i := 8; i > 0; i >>= 1 {
		g.table[i] = [2]uint64{hi, lo}
		carry := lo & 1
		lo = lo>>1 | hi<<63
		hi = hi>>1 ^ carry*0xe100000000000000
	}
	for i := 2; i < 16; i <<= 1 {
		for j := 1; j < i; j++ {
			g.table[i+j] = [2]uint64{g.table[i][0] ^ g.table[j][0], g.table[i][1] ^ g.table[j][1]}
		}
	}
	return g
}

// ghashReduce is what the four bits shifted out fold back to.
var ghashReduce = [16]uint64{0x0000, 0x1c20, 0x3840, 0x2460, 0x7080, 0x6ca0, 0x48c0, 0x54e0, 0xe100, 0xfd20, 0xd940, 0xc560, 0x9180, 0x8da0, 0xa9c0, 0xb5e0}

func (g *ghash) blocks(b []byte) {
	for ; len(b) >= 16; b = b[16:] {
		hi, lo := g.hi^binary.BigEndian.Uint64(b), g.lo^binary.BigEndian.Uint64(b[8:])
		var zh, zl uint64
		for i := range 32 {
			var nibble uint64
			if i < 16 {
				nibble = lo >> (4 * i) & 15
			} else {
				nibble = hi >> (4 * (i - 16)) & 15
			}
			if i > 0 {
				rest := zl & 15
				zl = zl>>4 | zh<<60
				zh = zh>>4 ^ ghashReduce[rest]<<48
			}
			zh ^= g.table[nibble][0]
			zl ^= g.table[nibble][1]
		}
		g.hi, g.lo = zh, zl
	}
}

func (g *ghash) pad() {
	if len(g.held) > 0 {
		g.blocks(append(g.held, make([]byte, 16-len(g.held))...))
		g.held = g.held[:0]
	}
}

func (g *ghash) data(additional bool, b []byte) {
	if additional {
		g.additional += uint64(len(b))
	} else {
		if g.text == 0 {
			g.pad()
		}
		g.text += uint64(len(b))
	}
	if len(g.held) > 0 {
		n := min(16-len(g.held), len(b))
		g.held, b = append(g.held, b[:n]...), b[n:]
		if len(g.held) < 16 {
			return
		}
		g.blocks(g.held)
		g.held = g.held[:0]
	}
	n := len(b) &^ 15
	g.blocks(b[:n])
	g.held = append(g.held, b[n:]...)
}

func (g *ghash) bytes() (out [16]byte) {
	binary.BigEndian.PutUint64(out[:], g.hi)
	binary.BigEndian.PutUint64(out[8:], g.lo)
	return out
}

func (g *ghash) sum() []byte {
	g.pad()
	var l [16]byte
	binary.BigEndian.PutUint64(l[:], g.additional*8)
	binary.BigEndian.PutUint64(l[8:], g.text*8)
	g.blocks(l[:])
	out := g.bytes()
	subtle.XORBytes(out[:], out[:], g.mask[:])
	return out[:]
}

type polyAuth struct {
	mac              *poly1305.MAC
	additional, text uint64
}

func (p *polyAuth) padTo(n uint64) { p.mac.Write(make([]byte, (16-n%16)%16)) }

func (p *polyAuth) data(additional bool, b []byte) {
	if additional {
		p.additional += uint64(len(b))
	} else {
		if p.text == 0 {
			p.padTo(p.additional)
		}
		p.text += uint64(len(b))
	}
	p.mac.Write(b)
}

func (p *polyAuth) sum() []byte {
	if p.text == 0 {
		p.padTo(p.additional)
	}
	p.padTo(p.text)
	l := binary.LittleEndian.AppendUint64(nil, p.additional)
	p.mac.Write(binary.LittleEndian.AppendUint64(l, p.text))
	return p.mac.Sum(nil)
}

// write is update for every mode.
func (s *cipherState) write(w work, data []byte) ([]byte, error) {
	if s.own == nil {
		return s.update(w, data), nil
	}
	s.started = s.started || len(data) > 0
	out, err := s.own.update(w, data)
	return append([]byte{}, out...), err
}

// update returns what data gives, in pieces until the guest has to end.
func (s *cipherState) update(w work, data []byte) []byte {
	s.started = s.started || len(data) > 0
	if s.stream == nil {
		n := s.kind.block
		s.held = append(s.held, data...)
		whole := len(s.held) / n * n
		if s.decrypt && s.padding && whole == len(s.held) && whole > 0 {
			whole -= n // the last block may be padding
		}
		out := make([]byte, whole)
		for at := 0; at < whole; at += cipherPiece {
			end := min(at+cipherPiece, whole)
			if !w.pay(int64(end-at) >> cipherShift) {
				break
			}
			s.mode.CryptBlocks(out[at:end], s.held[at:end])
		}
		s.held = append(s.held[:0], s.held[whole:]...)
		return out
	}
	out := make([]byte, len(data))
	for at := 0; at < len(data); at += cipherPiece {
		end := min(at+cipherPiece, len(data))
		if !w.pay(int64(end-at) >> cipherShift) {
			break
		}
		if s.auth != nil && s.decrypt {
			s.auth.data(false, data[at:end])
		}
		s.stream.XORKeyStream(out[at:end], data[at:end])
		if s.auth != nil && !s.decrypt {
			s.auth.data(false, out[at:end])
		}
	}
	return out
}

// final returns the last bytes, and the tag of an encryption.
func (s *cipherState) final() (out, tag []byte, err error) {
	n := s.kind.block
	switch {
	case s.own != nil:
		return s.own.final(s.tag)
	case s.auth != nil && s.decrypt:
		if s.tag == nil || subtle.ConstantTimeCompare(s.auth.sum()[:len(s.tag)], s.tag) != 1 {
			return nil, nil, unauthentic()
		}
		return nil, nil, nil
	case s.auth != nil:
		return nil, s.auth.sum(), nil
	case s.stream != nil:
		return nil, nil, nil
	case !s.padding && len(s.held) > 0 || s.padding && s.decrypt && len(s.held) != n:
		return nil, nil, cipherError("ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", "error:1C80006B:Provider routines::wrong final block length")
	case !s.padding:
		return nil, nil, nil
	case s.decrypt:
		out = make([]byte, n)
		s.mode.CryptBlocks(out, s.held)
		pad := int(out[n-1])
		if pad == 0 || pad > n || !bytes.Equal(out[n-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
			return nil, nil, cipherError("ERR_OSSL_BAD_DECRYPT", "error:1C800064:Provider routines::bad decrypt")
		}
		return out[:n-pad], nil, nil
	}
	pad := n - len(s.held)
	out = append(s.held, bytes.Repeat([]byte{byte(pad)}, pad)...)
	s.mode.CryptBlocks(out, out)
	return out, nil, nil
}

// cipherOf returns the unfinished cipher in argument 0 and its number.
func (c *Call) cipherOf() (*cipherState, int64, error) {
	id, err := c.Int(0, "cipher")
	if err != nil {
		return nil, 0, err
	}
	s := c.Process.state.ciphers.get(id)
	if s == nil {
		return nil, 0, badState()
	}
	return s, id, nil
}

func cipherOps() []Op {
	return []Op{
		// crypto.cipherInfo (name, length of a nonce or undefined) → {name, mode, nid, key,
		// iv, block}, or undefined if there is none, or none with such a nonce.
		{Name: "crypto.cipherInfo", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			k, ok := cipherKinds[strings.ToLower(name)]
			if !ok {
				return wire.Undefined{}, nil
			}
			if c.Has(1) {
				if n, err := c.Int(1, "ivLength"); err != nil || !k.ivFits(int(max(min(n, 1<<20), -1))) {
					return wire.Undefined{}, err
				}
			}
			return object("name", k.reportName, "mode", k.mode, "nid", k.nid, "key", k.key, "iv", k.iv, "block", k.block), nil
		}},
		// crypto.ciphers () → names.
		{Name: "crypto.ciphers", Sync: func(*Call) (any, error) {
			var out []any
			for _, name := range slices.Sorted(maps.Keys(cipherKinds)) {
				out = append(out, name)
			}
			return out, nil
		}},
		// crypto.cipherOpen (name, key, iv, decrypt, bytes of the tag) → number.
		{Name: "crypto.cipherOpen", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "cipher")
			if err != nil {
				return nil, err
			}
			k, ok := cipherKinds[strings.ToLower(name)]
			if !ok {
				return nil, cipherError("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")
			}
			key, err := c.Data(1, "key")
			if err != nil {
				return nil, err
			}
			iv, err := c.Data(2, "iv")
			if err != nil {
				return nil, err
			}
			decrypt, err := c.Bool(3, "decrypt")
			if err != nil {
				return nil, err
			}
			tag, err := c.Int(4, "authTagLength")
			if err != nil {
				return nil, err
			}
			c.Process.Charge(300)
			s, err := newCipher(k, key, iv, decrypt, int(max(min(tag, 1<<20), 0)))
			if err != nil {
				return nil, err
			}
			id, ok := c.Process.state.ciphers.add(s, maxCiphers)
			if !ok {
				return nil, &JSError{Message: "too many unfinished ciphers", Code: "ERR_TOO_MANY_OPERATIONS"}
			}
			return float64(id), nil
		}},
		// crypto.cipherSet (number, what, value, length of the text or undefined): "padding"
		// boolean, "tag" bytes, "aad" bytes.
		{Name: "crypto.cipherSet", Sync: func(c *Call) (any, error) {
			s, _, err := c.cipherOf()
			if err != nil {
				return nil, err
			}
			what, err := c.String(1, "what")
			if err != nil {
				return nil, err
			}
			switch what {
			case "padding":
				on, err := c.Bool(2, "padding")
				if err != nil {
					return nil, err
				}
				s.padding = on && s.kind.block > 1
			case "tag", "aad":
				b, err := c.Data(2, what)
				if err != nil {
					return nil, err
				}
				if s.auth == nil && s.own == nil || what == "aad" && s.started || what == "tag" && (!s.decrypt || len(b) == 0 || len(b) > 16) {
					return nil, badState()
				}
				switch text := int64(-1); {
				case what == "tag":
					s.tag = b
					if m, ok := s.own.(*ccm); ok {
						m.given = b
					}
				case s.own != nil:
					if c.Has(3) {
						if text, err = c.Int(3, "plaintextLength"); err != nil {
							return nil, err
						}
					}
					return wire.Undefined{}, s.own.header(work{p: c.Process}, b, text)
				default:
					c.Process.Charge(int64(len(b)) >> cipherShift)
					s.auth.data(true, b)
				}
			}
			return wire.Undefined{}, nil
		}},
		// crypto.cipherUpdate (number, data) → bytes.
		{Name: "crypto.cipherUpdate", Sync: func(c *Call) (any, error) {
			s, _, err := c.cipherOf()
			if err != nil {
				return nil, err
			}
			data, err := c.Data(1, "data")
			if err != nil {
				return nil, err
			}
			c.Process.Charge(hashBase)
			return s.write(work{p: c.Process}, data)
		}},
		// crypto.cipherFinal (number) → {data, tag}; the number is gone.
		{Name: "crypto.cipherFinal", Sync: func(c *Call) (any, error) {
			s, id, err := c.cipherOf()
			if err != nil {
				return nil, err
			}
			c.Process.state.ciphers.take(id)
			out, tag, err := s.final()
			if err != nil {
				return nil, err
			}
			return object("data", append([]byte{}, out...), "tag", append([]byte{}, tag...)), nil
		}},
	}
}
