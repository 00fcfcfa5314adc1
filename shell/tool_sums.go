package shell

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/blake2b"
)

// summer is one run of a tool of digests.
type summer struct {
	t    *tool
	kind string // "sha256", as cksum -a names it
	bits int    // of blake2b
	tag  bool
	on   map[string]bool
	end  string
}

// newHash returns a digest, or nil for a kind that is none.
func newHash(kind string, bits int) hash.Hash {
	switch kind {
	case "md5":
		return md5.New()
	case "sha1":
		return sha1.New()
	case "sha224":
		return sha256.New224()
	case "sha256":
		return sha256.New()
	case "sha384":
		return sha512.New384()
	case "sha512":
		return sha512.New()
	case "blake2b":
		if h, err := blake2b.New(bits/8, nil); err == nil {
			return h
		}
	}
	return nil
}

// label is how a tagged line names the digest.
func (s *summer) label() string {
	switch {
	case s.kind != "blake2b":
		return strings.ToUpper(s.kind)
	case s.bits != 512:
		return "BLAKE2b-" + strconv.Itoa(s.bits)
	}
	return "BLAKE2b"
}

func (s *summer) sum(name string) (string, error) {
	t := s.t
	f, err := t.open(name)
	if err != nil {
		return "", err
	}
	defer f.close()
	h := newHash(s.kind, s.bits)
	buf := make([]byte, 32<<10)
	for {
		n, err := f.Read(buf)
		t.sh.spend(int64(n))
		h.Write(buf[:n])
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// sums are the tools of one digest, and cksum, which has them all.
func sums(t *tool) int {
	short, long := "bctwz", map[string]string{"binary": "b", "check": "c", "text": "t", "tag": "tag", "quiet": "quiet", "status": "status", "warn": "w", "ignore-missing": "missing", "strict": "w", "zero": "z"}
	s := summer{t: t, kind: strings.TrimSuffix(t.name, "sum"), bits: 512, on: map[string]bool{}, end: "\n"}
	switch t.name {
	case "b2sum":
		s.kind = "blake2b"
		short += "l:"
		long["length="] = "l"
	case "cksum":
		s.kind, s.tag = "crc", true
		short = "a:cl:wz"
		long["length="], long["algorithm="], long["untagged"] = "l", "a", "untagged"
	case "sum":
		s.kind = "bsd"
		short, long = "rs", map[string]string{"sysv": "s"}
	}
	opts, names, bad := getopt(t.args, short, long)
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	for _, o := range opts {
		s.on[o.name] = true
		switch o.name {
		case "a":
			if s.kind = o.value; newHash(s.kind, 512) == nil && !slices.Contains([]string{"crc", "bsd", "sysv"}, s.kind) {
				return t.usage(1, "invalid argument %s for '--algorithm'", quoteName(clip(o.value)))
			}
		case "l":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 || n > 512 || n%8 != 0 {
				t.say("invalid length: %s", quoteName(clip(o.value)))
				return 1
			}
			if n > 0 {
				s.bits = n
			}
		case "r", "s":
			s.kind = map[string]string{"r": "bsd", "s": "sysv"}[o.name]
		case "tag":
			s.tag = true
		case "untagged":
			s.tag = false
		case "z":
			s.end = "\x00"
		}
	}
	if newHash(s.kind, s.bits) == nil {
		if s.on["c"] {
			t.say("--check is not supported with --algorithm={bsd,sysv,crc}")
			return 1
		}
		return t.checkBytes(s.kind, names, s.end)
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	if s.on["c"] {
		return s.check(names)
	}
	mark := " "
	if s.on["b"] {
		mark = "*"
	}
	for _, n := range names {
		sum, err := s.sum(n)
		switch {
		case err != nil:
			t.fail("%s: %s", n, errText(err))
		case s.tag:
			fmt.Fprintf(t.out, "%s (%s) = %s%s", s.label(), n, sum, s.end)
		default:
			fmt.Fprintf(t.out, "%s %s%s%s", sum, mark, n, s.end)
		}
	}
	return t.code
}

// line reads a line of sums: the name of a file, and what its sum has to be.
func (s *summer) line(text string) (name, want string, ok bool) {
	if rest, ok := strings.CutPrefix(text, s.label()+" ("); ok {
		if i := strings.LastIndex(rest, ") = "); i >= 0 {
			return rest[:i], rest[i+4:], true
		}
	}
	want, name, ok = strings.Cut(text, " ")
	if !ok || len(name) < 2 {
		return "", "", false
	}
	return name[1:], want, true
}

func (s *summer) check(names []string) int {
	t, on := s.t, s.on
	failed, missing, lines, looked := 0, 0, 0, 0
	t.inputs(names, func(f *file) {
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			name, want, ok := s.line(string(line))
			if !ok {
				continue
			}
			lines++
			got, err := s.sum(name)
			if err == nil {
				looked++
			}
			switch {
			case err != nil:
				if on["missing"] {
					continue
				}
				t.say("%s: %s", name, errText(err))
				missing++
				if !on["status"] {
					fmt.Fprintf(t.out, "%s: FAILED open or read\n", name)
				}
			case !strings.EqualFold(got, want):
				failed++
				if !on["status"] {
					fmt.Fprintf(t.out, "%s: FAILED\n", name)
				}
			case !on["quiet"] && !on["status"]:
				fmt.Fprintf(t.out, "%s: OK\n", name)
			}
		}
	})
	if lines == 0 {
		t.fail("%s: no properly formatted checksum lines found", names[0])
		return 1
	}
	if looked == 0 && on["missing"] {
		t.fail("%s: no file was verified", names[0])
		return 1
	}
	if failed > 0 && !on["status"] {
		t.say("WARNING: %d computed checksum did NOT match", failed)
	}
	if failed+missing > 0 {
		return 1
	}
	return t.code
}

// checkBytes prints the sums that are no digests: POSIX's CRC, and those of the
// systems of old, which count in blocks.
func (t *tool) checkBytes(kind string, names []string, end string) int {
	var table [256]uint32
	for i := range table {
		c := uint32(i) << 24
		for range 8 {
			if c&0x80000000 != 0 {
				c = c<<1 ^ 0x04c11db7
			} else {
				c <<= 1
			}
		}
		table[i] = c
	}
	t.inputs(names, func(f *file) {
		var crc, rotated, added uint32
		n := int64(0)
		buf := make([]byte, 32<<10)
		for {
			k, err := f.Read(buf)
			t.sh.spend(int64(k) / 4)
			switch kind {
			case "crc":
				for _, b := range buf[:k] {
					crc = crc<<8 ^ table[byte(crc>>24)^b]
				}
			case "bsd":
				for _, b := range buf[:k] {
					rotated = (rotated>>1 + rotated&1<<15 + uint32(b)) & 0xffff
				}
			default:
				for _, b := range buf[:k] {
					added += uint32(b)
				}
			}
			n += int64(k)
			if err != nil {
				break
			}
		}
		name := ""
		if len(names) > 0 {
			name = " " + f.name
		}
		switch kind {
		case "crc":
			for l := n; l > 0; l >>= 8 {
				crc = crc<<8 ^ table[byte(crc>>24)^byte(l)]
			}
			fmt.Fprintf(t.out, "%d %d%s%s", ^crc, n, name, end)
		case "bsd":
			fmt.Fprintf(t.out, "%05d %5d%s%s", rotated, (n+1023)/1024, name, end)
		default:
			added = added&0xffff + added>>16
			added = added&0xffff + added>>16
			fmt.Fprintf(t.out, "%d %d%s%s", added, (n+511)/512, name, end)
		}
	})
	return t.code
}
