package hostfuncs

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
	brrr "github.com/molecule-man/go-brrr"
)

const (
	// maxCodings is how many content codings of one body are undone.
	maxCodings = 3
	// zstdWindow is the largest window of a zstd body: what RFC 9659 allows.
	zstdWindow = 8 << 20
)

// codingMemory is what undoing a coding holds, at most, beside what it returns.
// Brotli's window is 16 MiB, and one window more waits to be read.
var codingMemory = map[string]int64{
	"gzip": 64 << 10, "deflate": 64 << 10, "br": 33 << 20, "zstd": 2*zstdWindow + 1<<20,
}

// codings returns the content codings to undo, outermost last as listed, or nil
// if there are none or one is unknown: then the body is passed on as it is.
func codings(values []string) (list []string, tooMany bool) {
	for _, v := range values {
		for c := range strings.SplitSeq(v, ",") {
			switch c = strings.ToLower(strings.TrimSpace(c)); c {
			case "", "identity":
				continue
			case "x-gzip":
				c = "gzip"
			}
			if _, ok := codingMemory[c]; !ok {
				return nil, false
			}
			list = append(list, c)
		}
	}
	return list, len(list) > maxCodings
}

// errTooLong is a coding stage that put out more than the whole body may have.
var errTooLong = errors.New("too long")

// stage undoes one coding. It starts at the first Read, since the head of a
// coding may take its time to arrive. No stage puts out more than limit bytes:
// a bomb inside a bomb ends in the outer one.
type stage struct {
	coding string
	src    io.Reader
	limit  int64
	r      io.Reader
	close  func()
	err    error
}

func (s *stage) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.r == nil {
		if s.err = s.start(); s.err != nil {
			return 0, s.err
		}
	}
	if int64(len(p)) > s.limit+1 {
		p = p[:s.limit+1]
	}
	n, err := s.r.Read(p)
	if s.limit -= int64(n); s.limit < 0 {
		n, err = 0, errTooLong
	}
	s.err = err
	return n, err
}

func (s *stage) start() (err error) {
	src := bufio.NewReader(s.src)
	// An empty body is empty in every coding.
	if _, err := src.Peek(1); err != nil {
		return err
	}
	switch s.coding {
	case "gzip":
		s.r, err = gzip.NewReader(src)
	case "deflate":
		// The standard means zlib; some servers send the bare stream.
		head, _ := src.Peek(2)
		if len(head) == 2 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			s.r, err = zlib.NewReader(src)
		} else {
			s.r = flate.NewReader(src)
		}
	case "br":
		s.r = brrr.NewReader(src) // not closed: closing would pool a guest's window
	case "zstd":
		var z *zstd.Decoder
		z, err = zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err == nil {
			s.r, s.close = z, z.Close
		}
	}
	return err
}

func (s *stage) Close() {
	if s.close != nil {
		s.close()
	}
	s.err = errors.New("closed")
}
