package storage

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"
)

// A file table and the changes of a commit are one format: a version byte and
// operations until the end.
const (
	tableVersion = 1

	opPut    = 1 // add or replace an entry
	opRemove = 2 // delete an entry and all below it
	opShared = 3 // opPut of a file with bytes in a parcel
)

const modeBits = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendPut(b []byte, n *node) []byte {
	op := byte(opPut)
	if n.share != shareNone {
		op = opShared
	}
	b = append(b, op, byte(n.Kind))
	b = appendString(b, n.Path)
	b = binary.AppendUvarint(b, uint64(n.Mode))
	b = binary.AppendVarint(b, n.Modified.Unix())
	b = binary.AppendUvarint(b, uint64(n.Modified.Nanosecond()))
	switch n.Kind {
	case KindFile:
		b = binary.AppendUvarint(b, uint64(n.Size))
		if n.Size > 0 {
			b = append(b, n.content[:]...)
			b = binary.AppendUvarint(b, n.gen)
			if n.share != shareNone {
				b = append(b, byte(n.share))
			}
		}
	case KindSymlink:
		b = appendString(b, n.Target)
	}
	return b
}

func appendRemove(b []byte, path string) []byte {
	return appendString(append(b, opRemove), path)
}

// decodeTable calls put or remove for the operations in b in order. Anything
// that appendPut and appendRemove do not write is ErrCorrupt.
func decodeTable(b []byte, put func(*node), remove func(path string)) error {
	d := decoder{rest: b}
	if d.byte() != tableVersion {
		return fmt.Errorf("file table version: %w", ErrCorrupt)
	}
	for len(d.rest) > 0 && !d.bad {
		switch op := d.byte(); op {
		case opPut, opShared:
			n := &node{}
			n.Kind = Kind(d.byte())
			n.Path = d.string(MaxPath)
			n.Mode = fs.FileMode(d.uvarint(uint64(modeBits)))
			sec := d.varint()
			n.Modified = time.Unix(sec, int64(d.uvarint(999_999_999))).UTC()
			switch n.Kind {
			case KindFile:
				n.Size = int64(d.uvarint(1 << 50))
				if n.Size > 0 {
					copy(n.content[:], d.bytes(len(n.content)))
					n.gen = d.uvarint(1<<64 - 1)
					if op == opShared {
						n.share = share(d.byte())
						d.bad = d.bad || n.share != shareAll && n.share != shareTenant || n.gen > MaxParcel || n.Size > MaxParcel
					}
				}
			case KindDir:
			case KindSymlink:
				n.Target = d.string(MaxPath)
			default:
				d.bad = true
			}
			if !d.bad && (n.Mode&^modeBits != 0 || validPath(n.Path) != nil || op == opShared && n.share == shareNone) {
				d.bad = true
			}
			if !d.bad {
				put(n)
			}
		case opRemove:
			path := d.string(MaxPath)
			if !d.bad && validPath(path) != nil {
				d.bad = true
			}
			if !d.bad {
				remove(path)
			}
		default:
			d.bad = true
		}
	}
	if d.bad {
		return fmt.Errorf("file table: %w", ErrCorrupt)
	}
	return nil
}

// decoder takes values off the front of rest. After the first that is not
// there or out of bounds it is bad and returns zeros.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) bytes(n int) []byte {
	if d.bad || n < 0 || n > len(d.rest) {
		d.bad = true
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(d.rest)
	if d.bad || n <= 0 || v > limit {
		d.bad = true
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	if d.bad || n <= 0 {
		d.bad = true
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) string(limit int) string {
	return string(d.bytes(int(d.uvarint(uint64(limit)))))
}

// validPath returns ErrInvalid for a path that no entry can have.
func validPath(path string) error {
	bad := func(why string) error { return fmt.Errorf("%w path: %s", ErrInvalid, why) }
	switch {
	case len(path) > MaxPath:
		return bad("too long")
	case path == "." || !fs.ValidPath(path):
		return bad("not a clean relative path in UTF-8")
	case strings.IndexByte(path, 0) >= 0:
		return bad("NUL byte")
	case strings.Count(path, "/") >= MaxDepth:
		return bad("too deep")
	}
	for rest := path; rest != ""; {
		var name string
		if name, rest, _ = strings.Cut(rest, "/"); len(name) > MaxComponent {
			return bad("name too long")
		}
	}
	return nil
}

func validTarget(target string) error {
	if target == "" || len(target) > MaxPath || !utf8.ValidString(target) || strings.IndexByte(target, 0) >= 0 {
		return fmt.Errorf("%w link target", ErrInvalid)
	}
	return nil
}
