package jsengine

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"

	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/molecule-man/go-brrr"

	"github.com/buntime/buntime/internal/pull"
	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

const (
	// maxCodecs bounds the streams of compression one process has open.
	maxCodecs = 1024
	// codecPiece bounds the bytes that a codec takes or gives at once.
	codecPiece = 32 << 10
	// zstdWindow bounds what a zstd frame may ask for to be decoded.
	zstdWindow = 8 << 20
)

// Flushes as in zlib.
const (
	flushNone   = 0
	flushFinish = 4
)

// codec is a stream that a guest compresses or decompresses.
type codec interface {
	// feed takes data and gives out what there is, at most some codecPiece; more says
	// that it has more to give without new data. final: nothing follows.
	feed(w work, data []byte, flush int) (out []byte, more bool, err error)
	close()
	// weight is about how many bytes of host memory it holds. Who opens it charges for
	// that; feed charges for what it grows by.
	weight() int64
}

// codecs are the streams that a process compresses or decompresses.
type codecs struct {
	table[codec]
	held int64 // weights of those; the goroutine that runs the guest only
}

// openCodec is newCodec, charged for. The caller must end it with closeCodec.
func (p *Process) openCodec(mode string, o wire.Object) (codec, error) {
	k, err := newCodec(mode, o, p.holding)
	if err != nil {
		return nil, opFailed("compression")
	}
	if p.holding.Charge(k.weight()) != nil {
		k.close()
		return nil, errNoRoom
	}
	return k, nil
}

func (p *Process) closeCodec(k codec) {
	k.close()
	_ = p.holding.Charge(-k.weight()) // giving back cannot fail
}

func zlibError(errno int, code, message string) error {
	return &JSError{Message: message, Code: code, Fields: object("errno", errno)}
}

func dataError(message string) error { return zlibError(-3, "Z_DATA_ERROR", message) }

// errManyCodecs says that streams of compression would hold more than the program may.
var errManyCodecs = &JSError{Message: "too many open streams of compression", Code: "ERR_TOO_MANY_OPERATIONS"}

var errShort = zlibError(-5, "Z_BUF_ERROR", "unexpected end of file")

func tooLarge(limit int64) error {
	return &JSError{Name: "RangeError", Code: "ERR_BUFFER_TOO_LARGE", Message: fmt.Sprintf("Cannot create a Buffer larger than %d bytes", limit)}
}

// newCodec makes what mode names: "deflate", "inflate", "gzip", "gunzip",
// "deflateRaw", "inflateRaw", "unzip", "brotli", "unbrotli", "zstd", "unzstd". Input
// that waits is charged to held, and so is output until it is given out.
func newCodec(mode string, o wire.Object, held *wasmhost.Holding) (codec, error) {
	level := int(fieldInt(o, "level", -1))
	if fieldInt(o, "strategy", 0) == 2 && level != 0 {
		level = flate.HuffmanOnly
	}
	level = min(max(level, flate.HuffmanOnly), 9)
	dict := fieldBytes(o, "dictionary")
	switch mode {
	case "deflate", "gzip", "deflateRaw":
		c := &deflater{mode: mode, level: level, dict: dict, out: heldBuffer{holding: held}}
		return c, c.reset()
	case "brotli":
		quality := int(min(max(fieldInt(o, "quality", 11), 0), 11))
		lgwin := int(min(max(fieldInt(o, "lgwin", 22), 10), 22))
		c := &packer{cost: 2, out: heldBuffer{holding: held}, holds: func(n int64) int64 { return brotliHolds(quality, lgwin, n) }}
		if quality >= 10 {
			c.cost = 40
		}
		c.size = c.holds(0)
		w, err := brrr.NewWriterOptions(&c.out, quality, brrr.WriterOptions{LGWin: lgwin})
		c.w = w
		return c, err
	case "zstd":
		level := zstd.EncoderLevelFromZstd(int(fieldInt(o, "level", 3)))
		c := &packer{cost: 1, size: 8 << 20, out: heldBuffer{holding: held}}
		if level == zstd.SpeedBestCompression {
			c.size = 38 << 20
		}
		w, err := zstd.NewWriter(&c.out, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(level), zstd.WithWindowSize(1<<20))
		c.w = w
		return c, err
	}
	c := &unpacker{mode: mode, dict: dict, holding: held, lenient: fieldInt(o, "finishFlush", flushFinish) != flushFinish, size: 128 << 10}
	switch mode {
	case "unbrotli":
		c.size = 1 << 20 // and its window, once that is known
	case "unzstd":
		c.size = zstdWindow + 1<<20
	}
	c.next, c.stop = pull.Pull(c.run)
	return c, nil
}

// deflater is the three formats of DEFLATE.
type deflater struct {
	mode  string
	level int
	dict  []byte
	out   heldBuffer
	w     *flate.Writer
	crc   uint32
	adler interface {
		io.Writer
		Sum32() uint32
	}
	n uint32
}

func (d *deflater) reset() (err error) {
	if len(d.dict) > 0 && d.mode != "gzip" {
		d.w, err = flate.NewWriterDict(&d.out, d.level, d.dict)
	} else {
		d.w, err = flate.NewWriter(&d.out, d.level)
	}
	d.adler, d.crc, d.n = adler32.New(), 0, 0
	switch d.mode {
	case "gzip":
		xfl := map[int]byte{9: 2, 1: 4}[d.level]
		_, _ = d.out.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, xfl, 3})
	case "deflate":
		flevel := uint16(2)
		switch {
		case d.level < 0:
		case d.level < 2:
			flevel = 0
		case d.level < 6:
			flevel = 1
		case d.level > 6:
			flevel = 3
		}
		head := uint16(0x7800) | flevel<<6
		if len(d.dict) > 0 {
			head |= 0x20
		}
		head += 31 - head%31
		_, _ = d.out.Write(binary.BigEndian.AppendUint16(nil, head))
		if len(d.dict) > 0 {
			_, _ = d.out.Write(binary.BigEndian.AppendUint32(nil, adler32.Checksum(d.dict)))
		}
	}
	return err
}

func (d *deflater) weight() int64 { return 1 << 20 }
func (d *deflater) close()        { d.out.take() }

func (d *deflater) feed(w work, data []byte, flush int) ([]byte, bool, error) {
	for len(data) > 0 {
		piece := data[:min(len(data), codecPiece)]
		data = data[len(piece):]
		if !w.pay(int64(len(piece)) * 2) {
			return nil, false, errStopped
		}
		if _, err := d.w.Write(piece); err != nil {
			return nil, false, err // there was no room for it
		}
		switch d.mode {
		case "gzip":
			d.crc = crc32.Update(d.crc, crc32.IEEETable, piece)
		case "deflate":
			_, _ = d.adler.Write(piece)
		}
		d.n += uint32(len(piece))
	}
	switch {
	case flush == flushFinish:
		_ = d.w.Close()
		switch d.mode {
		case "gzip":
			_, _ = d.out.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, d.crc), d.n))
		case "deflate":
			_, _ = d.out.Write(binary.BigEndian.AppendUint32(nil, d.adler.Sum32()))
		}
	case flush != flushNone:
		_ = d.w.Flush()
	}
	if d.out.refused {
		return nil, false, errNoRoom
	}
	return d.out.take(), false, nil
}

// brotliHolds is how many bytes an encoder holds at most once it was given n, as
// TestI3EncodersAreCharged measures it: tables from the start, the window once there is
// more than a piece, and commands for what is in the window. Of the two best qualities
// the tables are most of it.
func brotliHolds(quality, lgwin int, n int64) int64 {
	const mb = 1 << 20
	window := int64(1) << lgwin
	in := min(n, window)
	switch {
	case quality < 2:
		return mb + 4*in
	case quality >= 10 && lgwin <= 16:
		return 72*mb + 36*in
	case quality >= 10:
		return 104*mb + 9*window + 36*min(in, mb)
	}
	size := [...]int64{2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 9, 8: 18, 9: 34}[quality] * mb
	if n > 16<<10 {
		size += 2*window + mb
	}
	if quality < 4 {
		return size + 4*in
	}
	return size + 8*in
}

// packer is brotli and zstd.
type packer struct {
	out heldBuffer
	w   interface {
		io.WriteCloser
		Flush() error
	}
	cost  int64               // units of fuel for a byte
	holds func(n int64) int64 // the size after n bytes of input; nil: it stays
	size  int64               // weight
	n     int64               // bytes of input until now
}

func (p *packer) weight() int64 { return p.size }
func (p *packer) close()        { p.out.take() }

// grow charges for what it takes to be given n bytes more.
func (p *packer) grow(n int) error {
	if p.holds == nil {
		return nil
	}
	p.n += int64(n)
	more := max(p.holds(p.n)-p.size, 0)
	if p.out.holding.Charge(more) != nil {
		return errNoRoom
	}
	p.size += more
	return nil
}

func (p *packer) feed(w work, data []byte, flush int) ([]byte, bool, error) {
	var err error
	for len(data) > 0 {
		piece := data[:min(len(data), codecPiece)]
		data = data[len(piece):]
		if !w.pay(int64(len(piece)) * p.cost) {
			return nil, false, errStopped
		}
		if err := p.grow(len(piece)); err != nil {
			return nil, false, err
		}
		// Most pieces are only kept, but one in eight makes a block of it, for up to a second.
		w.run(func() { _, err = p.w.Write(piece) })
		if err != nil {
			return nil, false, p.failed()
		}
	}
	if flush == flushFinish {
		w.run(func() { err = p.w.Close() })
	} else if flush != flushNone {
		w.run(func() { err = p.w.Flush() })
	}
	if err != nil || p.out.refused {
		return nil, false, p.failed()
	}
	return p.out.take(), false, nil
}

func (p *packer) failed() error {
	if p.out.refused {
		return errNoRoom
	}
	return opFailed("compression")
}

// step is what a decoder came to: output, or that it wants input. Next says that it
// took a piece of its input, and there is more.
type step struct {
	out  []byte
	next bool
	err  error
}

// unpacker runs a decoder, which pulls, on what a guest pushes, in pieces: a decoder
// may take all of its input and give nothing out.
type unpacker struct {
	mode    string
	dict    []byte
	lenient bool
	size    int64
	next    func() (step, bool)
	stop    func()
	yield   func(step) bool
	in      []byte // the piece in hand
	rest    []byte // what follows it
	final   bool
	stopped bool
	ended   bool
	extra   bool // data came behind the end

	holding *wasmhost.Holding
	held    int64         // of holding, for in and rest
	raw     io.ReadCloser // of package flate; nil until needed
	buf     []byte        // of copyOut
}

func (u *unpacker) weight() int64 { return u.size }

func (u *unpacker) close() {
	u.stop()
	u.drop()
}

var errClosed = errors.New("closed")

// push adds data to the input.
func (u *unpacker) push(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if u.holding.Charge(int64(len(data))) != nil {
		return errNoRoom
	}
	u.held += int64(len(data))
	if len(u.rest) == 0 {
		u.rest = data
	} else {
		u.rest = append(u.rest, data...)
	}
	return nil
}

// drop forgets the input.
func (u *unpacker) drop() {
	u.in, u.rest = nil, nil
	_ = u.holding.Charge(-u.held) // giving back cannot fail
	u.held = 0
}

// waiting is how much of the input was not read.
func (u *unpacker) waiting() int { return len(u.in) + len(u.rest) }

// fill waits for input; false: there is no more.
func (u *unpacker) fill() bool {
	for len(u.in) == 0 {
		if u.stopped || u.final && len(u.rest) == 0 {
			return false
		}
		if len(u.rest) == 0 {
			u.drop()
		}
		if !u.yield(step{next: len(u.rest) > 0}) {
			u.stopped = true
			return false
		}
		n := min(len(u.rest), codecPiece)
		u.in, u.rest = u.rest[:n], u.rest[n:]
	}
	return true
}

func (u *unpacker) Read(p []byte) (int, error) {
	if !u.fill() {
		return 0, io.EOF
	}
	n := copy(p, u.in)
	u.in = u.in[n:]
	return n, nil
}

func (u *unpacker) ReadByte() (byte, error) {
	if !u.fill() {
		return 0, io.EOF
	}
	b := u.in[0]
	u.in = u.in[1:]
	return b, nil
}

// copyOut gives out what r decodes; sum sees it too.
func (u *unpacker) copyOut(r io.Reader, sum io.Writer) error {
	if u.buf == nil {
		u.buf = make([]byte, codecPiece)
	}
	for {
		n, err := r.Read(u.buf)
		if n > 0 {
			if sum != nil {
				_, _ = sum.Write(u.buf[:n]) // never fails
			}
			if u.stopped || !u.yield(step{out: bytes.Clone(u.buf[:n])}) {
				u.stopped = true
				return errClosed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (u *unpacker) run(yield func(step) bool) {
	u.yield = yield
	err := u.decode()
	if err != nil && !u.stopped {
		yield(step{err: err})
	}
}

func (u *unpacker) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	for i := range b {
		var err error
		if b[i], err = u.ReadByte(); err != nil {
			return nil, errShort
		}
	}
	return b, nil
}

// brotliErrors has Google's name and number for what the decoder says.
var brotliErrors = map[string]struct {
	name   string
	number int
}{
	"exuberant nibble":                    {"EXUBERANT_NIBBLE", -1},
	"reserved bit set in metadata header": {"RESERVED", -2},
	"exuberant metadata nibble":           {"EXUBERANT_META_NIBBLE", -3},
	"simple huffman alphabet overflow":    {"SIMPLE_HUFFMAN_ALPHABET", -4},
	"duplicate simple huffman symbols":    {"SIMPLE_HUFFMAN_SAME", -5},
	"invalid code length code space":      {"CL_SPACE", -6},
	"huffman space not zero":              {"HUFFMAN_SPACE", -7},
	"context map repeat overflow":         {"CONTEXT_MAP_REPEAT", -8},
	"negative remaining metablock length": {"BLOCK_LENGTH_1", -9},
	"invalid dictionary transform":        {"TRANSFORM", -11},
	"invalid static dictionary reference": {"DICTIONARY", -12},
	"invalid dictionary word length":      {"DICTIONARY", -12},
	"invalid window bits":                 {"WINDOW_BITS", -13},
	"non-zero padding bits":               {"PADDING_1", -14},
	"invalid backward reference distance": {"DISTANCE", -16},
}

// brotliError is Node's error for the decoder's. first are the stream's first bytes.
func brotliError(err error, first [2]byte) error {
	e, ok := brotliErrors[strings.TrimPrefix(err.Error(), "brotli: ")]
	if !ok || e.name == "PADDING_1" && emptyBrotli(first) {
		e.name, e.number = "PADDING_2", -15 // behind the last block
	}
	return &JSError{Message: "Decompression failed", Code: "ERR__ERROR_FORMAT_" + e.name, Fields: object("errno", e.number)}
}

// brotliWindow is the binary logarithm of a stream's window, by its first byte: RFC
// 7932, section 9.1.
func brotliWindow(first byte) int {
	switch n, low := int(first>>1&7), int(first>>4&7); {
	case first&1 == 0:
		return 16
	case n > 0:
		return 17 + n
	case low > 1:
		return 8 + low
	}
	return 17 // or it is none
}

// emptyBrotli reports whether a stream's first block is its last, and empty: RFC 7932, section 9.
func emptyBrotli(first [2]byte) bool {
	bits := uint(first[0]) | uint(first[1])<<8
	switch { // the window's size takes 1, 4 or 7 bits
	case bits&1 == 0:
		bits >>= 1
	case bits&0xe != 0:
		bits >>= 4
	default:
		bits >>= 7
	}
	return bits&3 == 3
}

func (u *unpacker) decode() error {
	switch u.mode {
	case "unbrotli":
		if !u.fill() {
			return errShort
		}
		var first [2]byte
		copy(first[:], u.in)
		window := int64(1) << brotliWindow(first[0])
		if u.holding.Charge(window) != nil {
			return errNoRoom
		}
		u.size += window
		err := u.copyOut(brrr.NewReader(u), nil) // not closed: closing would pool a guest's window
		if err != nil && strings.HasSuffix(err.Error(), "truncated input") {
			return errShort
		}
		if err != nil && !errors.Is(err, errClosed) {
			return brotliError(err, first)
		}
		return nil
	case "unzstd":
		r, err := zstd.NewReader(u, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			return dataError("Decompression failed")
		}
		defer r.Close()
		if err := u.copyOut(r, nil); errors.Is(err, io.ErrUnexpectedEOF) {
			return errShort
		} else if err != nil {
			return &JSError{Message: "Decompression failed", Code: "ZSTD_error_prefix_unknown"}
		}
		return nil
	case "inflateRaw":
		return u.inflate(nil, u.dict)
	case "unzip":
		if !u.fill() {
			return nil
		}
		if u.in[0] == 0x1f {
			return u.gunzip()
		}
		return u.unzlib()
	case "gunzip":
		return u.gunzip()
	}
	return u.unzlib()
}

// inflate decodes one raw stream.
func (u *unpacker) inflate(sum io.Writer, dict []byte) error {
	if !u.fill() {
		return errShort
	}
	kind := u.in[0] >> 1 & 3
	if r, ok := u.raw.(flate.Resetter); ok { // of another member: there may be one for each twenty bytes
		_ = r.Reset(u, dict) // never fails
	} else {
		u.raw = flate.NewReaderDict(u, dict)
	}
	err := u.copyOut(u.raw, sum)
	var corrupt flate.CorruptInputError
	switch {
	case err == nil, errors.Is(err, errClosed):
		return err
	case errors.As(err, &corrupt):
		return dataError(map[byte]string{0: "invalid stored block lengths", 3: "invalid block type"}[kind] + map[byte]string{1: "invalid distance too far back", 2: "invalid distance too far back"}[kind])
	}
	return errShort
}

func (u *unpacker) unzlib() error {
	head, err := u.bytes(2)
	if err != nil {
		return err
	}
	switch h := binary.BigEndian.Uint16(head); {
	case h%31 != 0:
		return dataError("incorrect header check")
	case head[0]&15 != 8:
		return dataError("unknown compression method")
	case head[0]>>4 > 7:
		return dataError("invalid window size")
	}
	var dict []byte
	if head[1]&0x20 != 0 {
		id, err := u.bytes(4)
		if err != nil {
			return err
		}
		if len(u.dict) == 0 {
			return zlibError(2, "Z_NEED_DICT", "Missing dictionary")
		}
		if adler32.Checksum(u.dict) != binary.BigEndian.Uint32(id) {
			return zlibError(2, "Z_NEED_DICT", "Bad dictionary")
		}
		dict = u.dict
	}
	sum := adler32.New()
	if err := u.inflate(sum, dict); err != nil {
		return err
	}
	tail, err := u.bytes(4)
	if err != nil {
		return err
	}
	if binary.BigEndian.Uint32(tail) != sum.Sum32() {
		return dataError("incorrect data check")
	}
	return nil
}

// counter counts what it is given.
type counter struct {
	crc uint32
	n   uint32
}

func (c *counter) Write(p []byte) (int, error) {
	c.crc = crc32.Update(c.crc, crc32.IEEETable, p)
	c.n += uint32(len(p))
	return len(p), nil
}

func (u *unpacker) gunzip() error {
	for first := true; ; first = false {
		if !first {
			// Zeros after a member are padding; what else is no member is an error.
			if !u.fill() || u.in[0] == 0 {
				return nil
			}
		}
		magic, err := u.bytes(2)
		if err != nil {
			return err
		}
		if magic[0] != 0x1f || magic[1] != 0x8b {
			return dataError("incorrect header check")
		}
		head, err := u.bytes(8)
		if err != nil {
			return err
		}
		switch {
		case head[0] != 8:
			return dataError("unknown compression method")
		case head[1]&0xe0 != 0:
			return dataError("unknown header flags set")
		}
		flags := head[1]
		if flags&4 != 0 {
			n, err := u.bytes(2)
			if err != nil {
				return err
			}
			if _, err := u.bytes(int(binary.LittleEndian.Uint16(n))); err != nil {
				return err
			}
		}
		for _, f := range []byte{8, 16} {
			for flags&f != 0 {
				b, err := u.ReadByte()
				if err != nil {
					return errShort
				}
				if b == 0 {
					break
				}
			}
		}
		if flags&2 != 0 {
			if _, err := u.bytes(2); err != nil {
				return err
			}
		}
		var sum counter
		if err := u.inflate(&sum, nil); err != nil {
			return err
		}
		tail, err := u.bytes(8)
		if err != nil {
			return err
		}
		if binary.LittleEndian.Uint32(tail) != sum.crc {
			return dataError("incorrect data check")
		}
		if binary.LittleEndian.Uint32(tail[4:]) != sum.n {
			return dataError("incorrect length check")
		}
	}
}

func (u *unpacker) feed(w work, data []byte, flush int) ([]byte, bool, error) {
	u.final = u.final || flush == flushFinish
	if u.ended {
		u.extra = u.extra || len(data) > 0
		return nil, false, nil
	}
	if err := u.push(data); err != nil {
		return nil, false, err
	}
	if !w.pay(codecPiece / 8) {
		return nil, false, errStopped
	}
	for {
		switch s, ok := u.next(); {
		case !ok:
			u.ended, u.extra = true, u.waiting() > 0
			return nil, false, nil
		case s.err != nil:
			u.ended = true
			if u.lenient && s.err == errShort {
				return nil, false, nil
			}
			return nil, false, s.err
		case s.next:
			if !w.pay(int64(min(len(u.rest), codecPiece)) >> 3) {
				return nil, false, errStopped
			}
		case s.out != nil:
			return s.out, true, nil
		default:
			return nil, false, nil // it waits for more
		}
	}
}

func zlibOps() []Op {
	ops := []Op{
		// zlib.open (mode, options) → number.
		{Name: "zlib.open", Sync: func(c *Call) (any, error) {
			mode, err := c.String(0, "mode")
			if err != nil {
				return nil, err
			}
			o, err := c.Object(1, "options")
			if err != nil {
				return nil, err
			}
			t := &c.Process.state.codecs
			c.Process.Charge(2000)
			k, err := c.Process.openCodec(mode, o)
			if err != nil {
				return nil, err
			}
			var id int64
			// One there may always be: what it holds may be more than the program itself may.
			ok := t.held == 0 || t.held+k.weight() <= c.Process.program.Limits.Memory
			if ok {
				id, ok = t.add(k, maxCodecs)
			}
			if !ok {
				c.Process.closeCodec(k)
				return nil, errManyCodecs
			}
			t.held += k.weight()
			return float64(id), nil
		}},
		// zlib.feed (number, data, flush) → {out, more, extra}. While more, it wants to be fed
		// nothing; extra: there is data behind the end of what it decompresses.
		{Name: "zlib.feed", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "stream")
			if err != nil {
				return nil, err
			}
			data, err := c.Data(1, "chunk")
			if err != nil {
				return nil, err
			}
			flush, err := c.Int(2, "flush")
			if err != nil {
				return nil, err
			}
			t := &c.Process.state.codecs
			k := t.get(id)
			if k == nil {
				return nil, &JSError{Message: "zlib binding closed", Code: "ERR_STREAM_DESTROYED"}
			}
			before := k.weight()
			out, more, err := k.feed(work{p: c.Process}, data, int(flush))
			grown := k.weight() - before
			t.held += grown
			if err != nil {
				return nil, err
			}
			if grown > 0 && t.held > k.weight() && t.held > c.Process.program.Limits.Memory {
				return nil, errManyCodecs
			}
			u, ok := k.(*unpacker)
			extra := ok && u.extra
			return object("out", out, "more", more, "extra", extra), nil
		}},
		{Name: "zlib.close", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "stream")
			if err != nil {
				return nil, err
			}
			t := &c.Process.state.codecs
			if k := t.take(id); k != nil {
				c.Process.closeCodec(k)
				t.held -= k.weight()
			}
			return wire.Undefined{}, nil
		}},
		// zlib.crc32 (data, value) → number.
		{Name: "zlib.crc32", Sync: func(c *Call) (any, error) {
			data, err := c.Data(0, "data")
			if err != nil {
				return nil, err
			}
			value, err := c.Int(1, "value")
			if err != nil {
				return nil, err
			}
			chargeHash(c, len(data))
			return float64(crc32.Update(uint32(value), crc32.IEEETable, data)), nil
		}},
	}
	// zlib.run (mode, data, options, most) → {out, taken}: bytes, at most so many: as many
	// as the guest may have itself, if it says no less; and how many of data they are of.
	return append(ops, workOps("zlib.run", func(w work, c *Call) (any, error) {
		mode, err := c.String(0, "mode")
		if err != nil {
			return nil, err
		}
		data, err := c.Data(1, "buffer")
		if err != nil {
			return nil, err
		}
		o, err := c.Object(2, "options")
		if err != nil {
			return nil, err
		}
		most, err := c.Int(3, "maxOutputLength")
		if err != nil {
			return nil, err
		}
		most = min(max(most, 0), w.p.program.Limits.Memory)
		if !w.pay(2000) {
			return nil, errStopped
		}
		k, err := w.p.openCodec(mode, o)
		if err != nil {
			return nil, err
		}
		defer w.p.closeCodec(k)
		out := heldBuffer{holding: w.p.holding}
		defer out.take() // of an error
		taken := len(data)
		for first := true; ; first = false {
			if !first {
				data = nil
			}
			b, more, err := k.feed(w, data, flushFinish)
			if err != nil {
				return nil, err
			}
			if int64(len(out.data)+len(b)) > most {
				return nil, tooLarge(most)
			}
			if _, err := out.Write(b); err != nil {
				return nil, err
			}
			if !more {
				if u, ok := k.(*unpacker); ok {
					taken -= u.waiting()
				}
				return object("out", out.take(), "taken", taken), nil
			}
		}
	})...)
}
