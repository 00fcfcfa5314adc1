package transform

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// greeting is what a child says first, so that another program in its place is not
// taken for one that a source has ended. Its number counts the forms of the frames.
const greeting = "buntime transformer 1\n"

// The two processes exchange frames of fields, each a 32-bit little-endian
// length and that many bytes. A request has the fields language, path, compiler
// options, JSX for development (a byte 1, or nothing) and source; a reply has code,
// map, message, position (line and column, 4 bytes each, or nothing) and text.

// request asks for one transform.
type request struct {
	Loader, Path string
	Compiler     string // options of a tsconfig.json
	JSXDev       bool
	Source       []byte
}

// errFrame reports a frame that breaks the bounds of the protocol.
var errFrame = errors.New("transform: malformed frame")

func writeFields(w io.Writer, fields ...[]byte) error {
	n := 0
	for _, f := range fields {
		n += 4 + len(f)
	}
	buf := make([]byte, 0, n)
	for _, f := range fields {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(len(f)))
		buf = append(buf, f...)
	}
	_, err := w.Write(buf)
	return err
}

// readField reads one field of at most max bytes. Its memory grows with what
// arrives, not with what is announced.
func readField(r io.Reader, max int) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.LittleEndian.Uint32(head[:]))
	if n > max {
		return nil, fmt.Errorf("%w: field of %d bytes, at most %d", errFrame, n, max)
	}
	const step = 1 << 20
	buf := make([]byte, 0, min(n, step))
	for len(buf) < n {
		have := len(buf)
		grown := append(buf, make([]byte, min(step, n-have))...)
		if _, err := io.ReadFull(r, grown[have:]); err != nil {
			return nil, err
		}
		buf = grown
	}
	return buf, nil
}

func writeRequest(w io.Writer, q request) error {
	dev := []byte{}
	if q.JSXDev {
		dev = []byte{1}
	}
	return writeFields(w, []byte(q.Loader), []byte(q.Path), []byte(q.Compiler), dev, q.Source)
}

func readRequest(r io.Reader) (q request, err error) {
	var loader, path, compiler, dev []byte
	if loader, err = readField(r, 16); err != nil {
		return q, err
	}
	if path, err = readField(r, 64<<10); err != nil {
		return q, err
	}
	if compiler, err = readField(r, maxCompiler); err != nil {
		return q, err
	}
	if dev, err = readField(r, 1); err != nil {
		return q, err
	}
	if len(dev) > 0 && dev[0] != 1 {
		return q, errFrame
	}
	if q.Source, err = readField(r, MaxSource); err != nil {
		return q, err
	}
	q.Loader, q.Path, q.Compiler, q.JSXDev = string(loader), string(path), string(compiler), len(dev) > 0
	return q, nil
}

func writeReply(w io.Writer, p reply) error {
	var message, text []byte
	var at []byte
	if p.Err != nil {
		message, text = []byte(p.Err.Message), []byte(p.Err.Text)
		at = binary.LittleEndian.AppendUint32(at, uint32(p.Err.Line))
		at = binary.LittleEndian.AppendUint32(at, uint32(p.Err.Column))
	}
	return writeFields(w, p.Code, p.Map, message, at, text)
}

func readReply(r io.Reader) (p reply, err error) {
	if p.Code, err = readField(r, maxResult); err != nil {
		return p, err
	}
	if p.Map, err = readField(r, maxResult); err != nil {
		return p, err
	}
	message, err := readField(r, 64<<10)
	if err != nil {
		return p, err
	}
	at, err := readField(r, 8)
	if err != nil {
		return p, err
	}
	text, err := readField(r, 64<<10)
	if err != nil {
		return p, err
	}
	switch len(at) {
	case 0:
	case 8:
		p.Err = &failure{
			Message: string(message), Text: string(text),
			Line:   int(binary.LittleEndian.Uint32(at)),
			Column: int(binary.LittleEndian.Uint32(at[4:])),
		}
	default:
		return p, errFrame
	}
	return p, nil
}
