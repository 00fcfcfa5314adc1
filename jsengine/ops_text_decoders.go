package jsengine

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// The decoders of the Encoding Standard whose errors, or whose tables, differ from
// those of golang.org/x/text, which gives the characters alone. Both are
// transform.Transformers: they leave what may go on in the next bytes.

// pairTable has the characters of the two bytes of an encoding, 0 where it has none.
func pairTable(t transform.Transformer, first, last byte) *[1 << 16]uint16 {
	var table [1 << 16]uint16
	var dst [8]byte
	for lead := int(first); lead <= int(last); lead++ {
		for trail := range 256 {
			t.Reset()
			n, used, err := t.Transform(dst[:], []byte{byte(lead), byte(trail)}, true)
			if r, size := utf8.DecodeRune(dst[:n]); err == nil && used == 2 && size == n && r != utf8.RuneError {
				table[lead<<8|trail] = uint16(r)
			}
		}
	}
	return &table
}

// gbPairs is the standard's index gb18030: that of 2005, with the changes of 2022 and
// the private characters that it keeps.
var gbPairs = sync.OnceValue(func() *[1 << 16]uint16 {
	table := pairTable(simplifiedchinese.GB18030.NewDecoder().Transformer, 0x81, 0xfe)
	for code, r := range map[uint16]uint16{
		0xa6d9: 0xfe10, 0xa6da: 0xfe12, 0xa6db: 0xfe11, 0xa6dc: 0xfe13, 0xa6dd: 0xfe14, 0xa6de: 0xfe15, 0xa6df: 0xfe16, 0xa6ec: 0xfe17, 0xa6ed: 0xfe18, 0xa6f3: 0xfe19,
		0xfe59: 0x9fb4, 0xfe61: 0x9fb5, 0xfe66: 0x9fb6, 0xfe67: 0x9fb7, 0xfe6d: 0x9fb8, 0xfe7e: 0x9fb9, 0xfe90: 0x9fba, 0xfea0: 0x9fbb, 0xa3a0: 0x3000, 0xa8bc: 0x1e3f,
	} {
		table[code] = r
	}
	// What it has nothing for is private, in rows of its own.
	private := uint16(0xe000)
	fill := func(lead1, lead2, trail1, trail2 uint16) {
		for lead := lead1; lead <= lead2; lead++ {
			for trail := trail1; trail <= trail2; trail++ {
				if trail == 0x7f {
					continue
				}
				if code := lead<<8 | trail; table[code] == 0 {
					table[code] = private
				}
				private++
			}
		}
	}
	fill(0xaa, 0xaf, 0xa1, 0xfe)
	fill(0xf8, 0xfe, 0xa1, 0xfe)
	fill(0xa1, 0xa7, 0x40, 0xa0)
	return table
})

type gb18030 struct{ transform.NopResetter }

func gbRange(b, from, to byte) bool { return from <= b && b <= to }

// Transform implements transform.Transformer.
func (gb18030) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	table := gbPairs()
	for nSrc < len(src) {
		if nDst+utf8.UTFMax > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		b, rest := src[nSrc], src[nSrc+1:]
		r, size := rune(utf8.RuneError), 1
		switch {
		case b < utf8.RuneSelf:
			r = rune(b)
		case b == 0x80:
			r = '€'
		case b == 0xff:
		case len(rest) == 0:
			if !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
		case gbRange(rest[0], '0', '9'):
			switch {
			case len(rest) > 1 && !gbRange(rest[1], 0x81, 0xfe), len(rest) > 2 && !gbRange(rest[2], '0', '9'):
			case len(rest) > 2:
				r, size = gbFour(b, rest[0], rest[1], rest[2]), 4
			case !atEOF:
				return nDst, nSrc, transform.ErrShortSrc
			}
		default:
			if c := table[uint16(b)<<8|uint16(rest[0])]; c != 0 {
				r, size = rune(c), 2
			} else if rest[0] >= utf8.RuneSelf {
				size = 2
			}
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// gbFour is the character of four bytes, or U+FFFD.
func gbFour(b0, b1, b2, b3 byte) rune {
	pointer := ((int(b0)-0x81)*10+int(b1)-'0')*1260 + (int(b2)-0x81)*10 + int(b3) - '0'
	switch {
	case pointer == 7457:
		return 0xe7c7
	case pointer > 39419 && pointer < 189000 || pointer > 1237575:
		return utf8.RuneError
	case pointer >= 189000:
		return rune(pointer - 189000 + 0x10000)
	}
	var dst [8]byte
	n, _, _ := simplifiedchinese.GB18030.NewDecoder().Transformer.Transform(dst[:], []byte{b0, b1, b2, b3}, true) // U+FFFD if it has none
	r, _ := utf8.DecodeRune(dst[:n])
	return r
}

// jisPairs is the standard's index jis0208 by the bytes of EUC-JP.
var jisPairs = sync.OnceValue(func() *[1 << 16]uint16 {
	return pairTable(japanese.EUCJP.NewDecoder().Transformer, 0xa1, 0xfe)
})

// iso2022jp is the decoder of ISO-2022-JP, which keeps what the last escape said.
type iso2022jp struct {
	mode  byte // the last byte of the escape: B, J, I, or @ for two bytes
	quiet bool // nothing came after the escape
}

// newISO2022JP goes on where one that had the given state ended.
func newISO2022JP(state int64) *iso2022jp {
	t := &iso2022jp{mode: byte(state), quiet: state&0x100 != 0}
	if t.mode == 0 {
		t.mode = 'B'
	}
	return t
}

func (t *iso2022jp) state() int64 {
	state := int64(t.mode)
	if t.quiet {
		state |= 0x100
	}
	return state
}

// Reset implements transform.Transformer.
func (t *iso2022jp) Reset() { *t = iso2022jp{mode: 'B'} }

// Transform implements transform.Transformer.
func (t *iso2022jp) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if nDst+utf8.UTFMax > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		b, rest := src[nSrc], src[nSrc+1:]
		size := 1
		r := rune(utf8.RuneError)
		switch {
		case b == 0x1b:
			mode, short := escape(rest)
			if short && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			if mode != 0 {
				wasQuiet := t.quiet
				t.mode, t.quiet = mode, true
				nSrc += 3
				if wasQuiet {
					nDst += utf8.EncodeRune(dst[nDst:], r)
				}
				continue
			}
		case t.mode == '@' && gbRange(b, 0x21, 0x7e):
			switch {
			case len(rest) == 0 && !atEOF, len(rest) > 0 && rest[0] == 0x1b && len(rest) < 3 && !atEOF:
				return nDst, nSrc, transform.ErrShortSrc
			case len(rest) > 0 && gbRange(rest[0], 0x21, 0x7e):
				size = 2
				if c := jisPairs()[(uint16(b)<<8|uint16(rest[0]))|0x8080]; c != 0 {
					r = rune(c)
				}
			case len(rest) > 0 && rest[0] != 0x1b:
				size = 2
			}
		case t.mode == '@':
		case t.mode == 'I':
			if gbRange(b, 0x21, 0x5f) {
				r = rune(b) - 0x21 + 0xff61
			}
		case b >= utf8.RuneSelf || b == 0x0e || b == 0x0f:
		case t.mode == 'J' && b == 0x5c:
			r = '¥'
		case t.mode == 'J' && b == 0x7e:
			r = '‾'
		default:
			r = rune(b)
		}
		t.quiet = false
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// escape reads what follows ESC: the mode it begins, 0 if it begins none; short says
// that more bytes may tell.
func escape(rest []byte) (mode byte, short bool) {
	if len(rest) < 2 {
		return 0, len(rest) == 0 || rest[0] == '$' || rest[0] == '('
	}
	switch string(rest[:2]) {
	case "(B", "(J", "(I":
		return rest[1], false
	case "$@", "$B":
		return '@', false
	}
	return 0, false
}
