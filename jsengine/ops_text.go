package jsengine

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"github.com/buntime/buntime/jsengine/wire"
)

// textShift gives the fuel of decoding a byte: a quarter of a unit.
const textShift = 2

// legacy is the encoding that a label of the Encoding Standard names, and its name.
// It has none of those that the guest decodes itself, and not "replacement".
func legacy(label string) (encoding.Encoding, string) {
	if len(label) > 64 || strings.ContainsFunc(label, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, ""
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil, ""
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "replacement" || strings.HasPrefix(name, "utf-") {
		return nil, ""
	}
	return e, name
}

// textOps decode the encodings of old.
func textOps() []Op {
	return []Op{
		// text.encoding (label) → name, or undefined.
		{Name: "text.encoding", Sync: func(c *Call) (any, error) {
			label, err := c.String(0, "label")
			if err != nil {
				return nil, err
			}
			if _, name := legacy(label); name != "" {
				return name, nil
			}
			return wire.Undefined{}, nil
		}},
		// text.decode (name, bytes, whether all of them are there, state) → [text, bytes, state]:
		// the bytes come again before those that follow, with the state, which is 0 at first.
		{Name: "text.decode", Sync: func(c *Call) (any, error) {
			label, err := c.String(0, "encoding")
			if err != nil {
				return nil, err
			}
			data, err := c.Bytes(1, "input")
			if err != nil {
				return nil, err
			}
			final, err := c.Bool(2, "final")
			if err != nil {
				return nil, err
			}
			state, err := c.Int(3, "state")
			if err != nil {
				return nil, err
			}
			e, name := legacy(label)
			if e == nil {
				return nil, &JSError{Name: "RangeError", Code: "ERR_ENCODING_NOT_SUPPORTED", Message: "this encoding is not supported"}
			}
			c.Process.Charge(hashBase + int64(len(data))>>textShift)
			var text string
			var rest []byte
			switch {
			case name == "iso-2022-jp":
				t := newISO2022JP(state)
				text, rest = decodeText(c, t, data, final)
				state = t.state()
			case name == "gbk" || name == "gb18030": // the standard decodes both alike
				text, rest = decodeText(c, gb18030{}, data, final)
			default:
				text, rest = decodeText(c, e.NewDecoder(), data, final)
				if singleByte(name) && strings.ContainsRune(text, utf8.RuneError) {
					text = decodeBytes(c, e, data)
				}
			}
			return []any{text, append([]byte{}, rest...), float64(state)}, nil
		}},
	}
}

// singleByte reports whether an encoding gives each byte a character of its own.
func singleByte(name string) bool {
	for _, p := range []string{"iso-8859-", "windows-", "koi8-", "ibm866", "macintosh", "x-mac-"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// decodeBytes decodes a single-byte encoding. The standard has the control
// characters of C1 where an encoding has nothing, and the tables of e do not.
func decodeBytes(c *Call, e encoding.Encoding, data []byte) string {
	var table [256]string
	d := e.NewDecoder()
	for i := range table {
		b, _ := d.Bytes([]byte{byte(i)}) // what has no character is U+FFFD, no error
		if table[i] = string(b); table[i] == "\ufffd" && 0x80 <= i && i < 0xa0 {
			table[i] = string(rune(i))
		}
	}
	var out strings.Builder
	for i, b := range data {
		if i%hostPiece == hostPiece-1 && !c.Process.in.Checkpoint() {
			return ""
		}
		out.WriteString(table[b])
	}
	return out.String()
}

// decodeText decodes data in pieces, until the guest has to end, and returns what is
// left of it: part of a character, unless it is final.
func decodeText(c *Call, t transform.Transformer, data []byte, final bool) (string, []byte) {
	var out strings.Builder
	dst := make([]byte, min(3*len(data)+64, hostPiece))
	for at := 0; ; at += hostPiece {
		if at > 0 && !c.Process.in.Checkpoint() {
			return "", nil
		}
		piece := data[:min(len(data), hostPiece)]
		last := len(piece) == len(data)
		for {
			n, used, err := t.Transform(dst, piece, last && final)
			out.Write(dst[:n])
			piece, data = piece[used:], data[used:]
			if !errors.Is(err, transform.ErrShortDst) {
				break
			}
		}
		if last {
			return out.String(), data
		}
	}
}
