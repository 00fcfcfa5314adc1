package shell

import (
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// codec is a way to compress.
type codec struct {
	name, suffix, tar string
	magic             string
	bytes             int64 // that it holds
	reader            func(r io.Reader) (z io.Reader, end func(), err error)
	writer            func(w io.Writer, level int) (io.WriteCloser, error) // level -1: the usual one; nil: it cannot
}

// zstdWindow bounds what a frame of zstd may ask for.
const zstdWindow = 8 << 20

var gzipCodec = codec{
	name: "gzip", suffix: ".gz", tar: ".tgz", magic: "\x1f\x8b", bytes: gzipBytes,
	reader: func(r io.Reader) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, func() {}, err
	},
	writer: func(w io.Writer, level int) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, level) },
}

var zstdCodec = codec{
	name: "zstd", suffix: ".zst", tar: ".tzst", magic: "\x28\xb5\x2f\xfd", bytes: 2 * zstdWindow,
	reader: func(r io.Reader) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	},
	writer: func(w io.Writer, level int) (io.WriteCloser, error) {
		if level < 0 {
			level = 3
		}
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(level)), zstd.WithWindowSize(1<<20))
	},
}

var bzip2Codec = codec{
	name: "bzip2", suffix: ".bz2", tar: ".tbz2", magic: "BZh", bytes: 8 << 20,
	reader: func(r io.Reader) (io.Reader, func(), error) { return bzip2.NewReader(r), func() {}, nil },
}

var codecs = []*codec{&gzipCodec, &zstdCodec, &bzip2Codec}

func compressTool(t *tool) int {
	c := &gzipCodec
	short, long := "cdfhklnNqrS:tv123456789", map[string]string{"stdout": "c", "to-stdout": "c", "decompress": "d", "uncompress": "d", "force": "f", "keep": "k", "list": "l", "no-name": "n", "name": "N", "quiet": "q", "recursive": "r", "suffix=": "S", "test": "t", "verbose": "v", "fast": "1", "best": "9"}
	toOut, keep, output := strings.HasSuffix(t.name, "cat"), false, ""
	dec := toOut || strings.Contains(t.name, "un")
	args := slices.Clone(t.args)
	switch t.name {
	case "zstd", "unzstd", "zstdcat":
		c, keep = &zstdCodec, true
		short += "T:o:"
		long["rm"], long["threads="], long["ultra"], long["no-check"], long["no-progress"] = "rm", "T", "q", "q", "q"
		for i, a := range args { // -19 is a level
			if len(a) == 3 && a[0] == '-' && a[1] >= '1' && a[1] <= '2' && a[2] >= '0' && a[2] <= '9' {
				args[i] = "-9"
			}
		}
	case "bzip2", "bunzip2", "bzcat":
		c = &bzip2Codec
	}
	opts, names, bad := getopt(args, short, long)
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	level := -1
	list, test, force, verbose := false, false, false, false
	for _, o := range opts {
		switch o.name {
		case "c":
			toOut = true
		case "d":
			dec = true
		case "k":
			keep = true
		case "rm":
			keep = false
		case "l":
			list = true
		case "t":
			test, dec = true, true
		case "f":
			force = true
		case "v":
			verbose = true
		case "o":
			output = o.value
		case "1", "2", "3", "4", "5", "6", "7", "8", "9":
			level, _ = strconv.Atoi(o.name)
		}
	}
	if !dec && !list && c.writer == nil {
		t.say("compressing as %s is not supported: use gzip or zstd", c.name)
		return 1
	}
	if list && c != &gzipCodec {
		t.say("listing is only for gzip")
		return 1
	}
	if output != "" {
		_, end, err := t.printTo(output, os.O_TRUNC)
		if err != nil {
			t.say("%s: %s", output, errText(err))
			return 1
		}
		defer end()
		toOut = true
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		switch {
		case list:
			t.gzipList(c, name)
		case name == "-" || toOut || test:
			f, err := t.open(name)
			if err != nil && errCode(err) == "ENOENT" && dec {
				if g, err2 := t.open(name + c.suffix); err2 == nil {
					f, err = g, nil
				}
			}
			if err != nil {
				t.fail("%s: %s", name, errText(err))
				continue
			}
			var w io.Writer = t.out
			if test {
				w = io.Discard
			}
			if dec {
				err = t.unpack(c, w, f)
			} else {
				err = t.pack(c, w, f, level)
			}
			f.close()
			if err != nil {
				t.fail("%s: %s", shownName(name), c.text(err))
			} else if test && verbose {
				_ = t.out.Flush()
				fmt.Fprintf(t.err, "%s:\t OK\n", name)
			}
		default:
			t.compressFile(c, name, dec, keep, force, level)
		}
	}
	return t.code
}

func shownName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}

// text words an error of the format as gzip does.
func (c *codec) text(err error) string {
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, io.EOF), errors.Is(err, zstd.ErrMagicMismatch):
		return "not in " + c.name + " format"
	case errors.Is(err, gzip.ErrChecksum):
		return "invalid compressed data--crc error"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected end of file"
	case errCode(err) != "":
		return errText(err)
	}
	return "invalid compressed data--format violated"
}

const (
	// gzipBytes is what compressing and decompressing hold.
	gzipBytes = 1 << 20
	// gzipUnits is the work per byte of them.
	gzipUnits = 4
)

// unpack decompresses an input.
func (t *tool) unpack(c *codec, w io.Writer, r io.Reader) error {
	t.hold(c.bytes)
	defer t.unhold(c.bytes)
	z, end, err := c.reader(bufio.NewReaderSize(r, 32<<10))
	if err != nil {
		return err
	}
	defer end()
	return t.copy(w, &spendReader{t, z})
}

// pack compresses an input.
func (t *tool) pack(c *codec, w io.Writer, r io.Reader, level int) error {
	t.hold(c.bytes)
	defer t.unhold(c.bytes)
	z, err := c.writer(w, level)
	if err != nil {
		return err
	}
	if err := t.copy(&spendWriter{t, z}, r); err != nil {
		return err
	}
	return z.Close()
}

func (t *tool) compressFile(c *codec, name string, dec, keep, force bool, level int) {
	info, err := t.sh.stat(name)
	if err != nil && dec && errCode(err) == "ENOENT" {
		if i, err2 := t.sh.stat(name + c.suffix); err2 == nil {
			name, info, err = name+c.suffix, i, nil
		}
	}
	if err != nil {
		t.fail("%s: %s", name, errText(err))
		return
	}
	if info.IsDir() {
		t.say("%s is a directory -- ignored", name)
		t.code = max(t.code, 2)
		return
	}
	to := name + c.suffix
	if dec {
		switch {
		case strings.HasSuffix(name, c.tar):
			to = strings.TrimSuffix(name, c.tar) + ".tar"
		case strings.HasSuffix(name, c.suffix):
			to = strings.TrimSuffix(name, c.suffix)
		default:
			t.say("%s: unknown suffix -- ignored", name)
			t.code = max(t.code, 2)
			return
		}
	} else if strings.HasSuffix(name, c.suffix) && !force {
		t.say("%s already has %s suffix -- unchanged", name, c.suffix)
		t.code = max(t.code, 2)
		return
	}
	if _, err := t.sh.lstat(to); err == nil && !force {
		t.say("%s already exists;\tnot overwritten", to)
		t.code = max(t.code, 2)
		return
	}
	in, err := t.open(name)
	if err != nil {
		t.fail("%s: %s", name, errText(err))
		return
	}
	defer in.close()
	out, err := t.create(to, os.O_TRUNC)
	if err != nil {
		t.fail("%s: %s", to, errText(err))
		return
	}
	defer out.drop()
	w := bufio.NewWriterSize(descWriter{t.sh, out}, 32<<10)
	if dec {
		err = t.unpack(c, w, in)
	} else {
		err = t.pack(c, w, in, level)
	}
	if ferr := w.Flush(); err == nil {
		err = ferr
	}
	files := t.sh.sys.cfg.Files
	if err != nil {
		t.fail("%s: %s", name, c.text(err))
		_ = files.Unlink(t.sh.abs(to))
		return
	}
	_ = files.Chmod(t.sh.abs(to), info.Mode().Perm())
	_ = files.Chtimes(t.sh.abs(to), info.ModTime(), info.ModTime())
	if !keep {
		_ = files.Unlink(t.sh.abs(name))
	}
}

func (t *tool) gzipList(c *codec, name string) {
	f, err := t.open(name)
	if err != nil {
		t.fail("%s: %s", name, errText(err))
		return
	}
	defer f.close()
	info, err := t.sh.stat(name)
	n := countWriter(0)
	if err == nil {
		err = t.unpack(c, &n, f)
	}
	if err != nil {
		t.fail("%s: %s", name, c.text(err))
		return
	}
	ratio := 0.0
	if n > 0 {
		ratio = 100 * (1 - float64(info.Size())/float64(n))
	}
	fmt.Fprintf(t.out, "         compressed        uncompressed  ratio uncompressed_name\n%19d %19d %5.1f%% %s\n", info.Size(), n, ratio, strings.TrimSuffix(name, c.suffix))
}

type countWriter int64

func (c *countWriter) Write(b []byte) (int, error) {
	*c += countWriter(len(b))
	return len(b), nil
}
