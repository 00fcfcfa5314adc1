package session

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
)

// zipSpec is what the table of attacks says of a zip archive.
type zipSpec struct {
	Zip      [][2]string // names, and what is in them: "->x" is a symbolic link to x
	ZipBomb  int64       // bytes that an entry becomes
	ZipNames int         // entries
	ZipLie   int64       // the size that an entry of five bytes claims
	ZipTwice int         // entries that are the same bytes of the file
	ZipCount int         // entries that the end claims
}

// archive makes the file, or nil if there is none to make.
func (s *zipSpec) archive(t *testing.T) []byte {
	t.Helper()
	if s.Zip == nil && s.ZipBomb+s.ZipLie == 0 && s.ZipNames+s.ZipTwice+s.ZipCount == 0 {
		return nil
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(h *zip.FileHeader, r io.Reader) {
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = io.Copy(f, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range s.Zip {
		h := &zip.FileHeader{Name: e[0]}
		h.SetMode(0o644)
		content := e[1]
		if to, ok := strings.CutPrefix(content, "->"); ok {
			h.SetMode(fs.ModeSymlink | 0o777)
			content = to
		}
		add(h, strings.NewReader(content))
	}
	if s.ZipBomb > 0 {
		add(&zip.FileHeader{Name: "bomb", Method: zip.Deflate}, io.LimitReader(zeroReader{}, min(s.ZipBomb, 96<<20)))
	}
	for i := range s.ZipNames {
		add(&zip.FileHeader{Name: fmt.Sprintf("f%d", i)}, strings.NewReader(""))
	}
	if s.ZipLie > 0 {
		f, err := w.CreateRaw(&zip.FileHeader{Name: "lie", CompressedSize64: uint64(s.ZipLie), UncompressedSize64: uint64(s.ZipLie)})
		if err == nil {
			_, err = io.WriteString(f, "short")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if s.ZipTwice > 0 {
		add(&zip.FileHeader{Name: "a", Method: zip.Deflate}, io.LimitReader(zeroReader{}, 4<<20))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	if s.ZipTwice > 0 { // the directory names the one entry again and again
		at := binary.LittleEndian.Uint32(b[end+16:])
		entry := bytes.Clone(b[at:end])
		tail := bytes.Clone(b[end:])
		b = b[:at]
		for range s.ZipTwice {
			b = append(b, entry...)
		}
		binary.LittleEndian.PutUint16(tail[8:], uint16(s.ZipTwice))
		binary.LittleEndian.PutUint16(tail[10:], uint16(s.ZipTwice))
		binary.LittleEndian.PutUint32(tail[12:], uint32(len(entry)*s.ZipTwice))
		b = append(b, tail...)
	}
	if s.ZipCount > 0 {
		binary.LittleEndian.PutUint16(b[end+8:], uint16(s.ZipCount))
		binary.LittleEndian.PutUint16(b[end+10:], uint16(s.ZipCount))
	}
	return b
}
