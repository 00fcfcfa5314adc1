package shell

import (
	"crypto/hmac"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
)

// opensslDigests are the digests of openssl: how it labels them, and what makes one.
var opensslDigests = map[string]struct {
	label string
	make  func() hash.Hash
}{
	"md5":        {"MD5", func() hash.Hash { return newHash("md5", 0) }},
	"sha1":       {"SHA1", func() hash.Hash { return newHash("sha1", 0) }},
	"sha224":     {"SHA2-224", func() hash.Hash { return newHash("sha224", 0) }},
	"sha256":     {"SHA2-256", func() hash.Hash { return newHash("sha256", 0) }},
	"sha384":     {"SHA2-384", func() hash.Hash { return newHash("sha384", 0) }},
	"sha512":     {"SHA2-512", func() hash.Hash { return newHash("sha512", 0) }},
	"sha512-224": {"SHA2-512/224", sha512.New512_224},
	"sha512-256": {"SHA2-512/256", sha512.New512_256},
	"sha3-224":   {"SHA3-224", func() hash.Hash { return sha3.New224() }},
	"sha3-256":   {"SHA3-256", func() hash.Hash { return sha3.New256() }},
	"sha3-384":   {"SHA3-384", func() hash.Hash { return sha3.New384() }},
	"sha3-512":   {"SHA3-512", func() hash.Hash { return sha3.New512() }},
	"blake2b512": {"BLAKE2B-512", func() hash.Hash { h, _ := blake2b.New512(nil); return h }},
	"blake2s256": {"BLAKE2S-256", func() hash.Hash { h, _ := blake2s.New256(nil); return h }},
}

// opensslTool is what openssl has for digests, base64 and random bytes. The rest of it
// is about keys and connections.
func opensslTool(t *tool) int {
	if len(t.args) == 0 {
		t.say("no command was given: here are dgst, base64, enc -base64, rand and version")
		return 1
	}
	command, args := t.args[0], t.args[1:]
	_, digest := opensslDigests[command]
	switch {
	case command == "version":
		t.out.WriteString("OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)\n")
		return 0
	case command == "rand":
		return t.opensslRand(args)
	case command == "dgst":
		return t.opensslDigest("", args)
	case digest:
		return t.opensslDigest(command, args)
	case command == "base64":
		return t.opensslBase64(args)
	case command == "enc" && (slices.Contains(args, "-base64") || slices.Contains(args, "-a")):
		if i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "-aes") || strings.HasPrefix(a, "-des") }); i >= 0 {
			t.say("enc: ciphers are not here: use node:crypto in a program")
			return 1
		}
		return t.opensslBase64(slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-base64" || a == "-a" }))
	}
	t.say("%s is not here: of openssl there are dgst, base64, enc -base64, rand and version; node:crypto has keys, ciphers and certificates", clip(command))
	return 1
}

// opensslTo makes a file what is printed to, if one is named.
func (t *tool) opensslTo(name string) (end func(), ok bool) {
	if name == "" {
		return func() {}, true
	}
	_, end, err := t.printTo(name, os.O_TRUNC)
	if err != nil {
		t.say("Can't open %q for writing, %s", clip(name), errText(err))
		return nil, false
	}
	return end, true
}

func (t *tool) opensslRand(args []string) int {
	form, out := "", ""
	count := int64(-1)
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-hex" || a == "-base64":
			form = a
		case a == "-out" && i+1 < len(args):
			i++
			out = args[i]
		case strings.HasPrefix(a, "-"):
			t.say("rand: Unknown option: %s", clip(a))
			return 1
		default:
			n, err := strconv.ParseInt(a, 10, 32)
			if err != nil || n < 0 || count >= 0 {
				t.say("rand: Can't parse %q as a number", clip(a))
				return 1
			}
			count = n
		}
	}
	if count < 0 {
		t.say("rand: a number of bytes is missing")
		return 1
	}
	end, ok := t.opensslTo(out)
	if !ok {
		return 1
	}
	defer end()
	buf := make([]byte, 48) // a line of base64
	for left := count; left > 0; {
		piece := buf[:min(left, int64(len(buf)))]
		t.sh.sys.cfg.Random(piece)
		t.sh.spend(int64(len(piece)))
		switch form {
		case "-hex":
			t.out.WriteString(hex.EncodeToString(piece))
		case "-base64":
			t.out.WriteString(base64.StdEncoding.EncodeToString(piece) + "\n")
		default:
			t.out.Write(piece)
		}
		left -= int64(len(piece))
	}
	if form == "-hex" && count > 0 {
		t.out.WriteByte('\n')
	}
	return 0
}

func (t *tool) opensslDigest(kind string, args []string) int {
	var names []string
	form, out, label := "-hex", "", ""
	var key []byte
	keyed := false
	for i := 0; i < len(args); i++ {
		a := args[i]
		value := ""
		switch a {
		case "-out", "-hmac", "-mac", "-macopt":
			if i++; i == len(args) {
				t.say("dgst: Option %s needs a value", a)
				return 1
			}
			value = args[i]
		}
		switch {
		case !strings.HasPrefix(a, "-"):
			names = args[i:]
			i = len(args)
		case a == "-hex" || a == "-binary" || a == "-r" || a == "-c":
			form = a
		case a == "-out":
			out = value
		case a == "-hmac":
			key, keyed = []byte(value), true
		case a == "-mac":
			if !strings.EqualFold(value, "hmac") {
				t.say("dgst: -mac %s is not here", clip(value))
				return 1
			}
			keyed = true
		case a == "-macopt":
			if text, ok := strings.CutPrefix(value, "hexkey:"); ok {
				k, err := hex.DecodeString(text)
				if err != nil {
					t.say("dgst: MAC parameter error %q", clip(value))
					return 1
				}
				key = k
			} else {
				key = []byte(strings.TrimPrefix(value, "key:"))
			}
		case opensslDigests[a[1:]].make != nil:
			kind = a[1:]
		default:
			t.say("dgst: %s is no digest, or is not here", clip(a[1:]))
			return 1
		}
	}
	if kind == "" {
		kind, label = "sha256", "SHA256"
	}
	digest := opensslDigests[kind]
	if label == "" || keyed {
		label = digest.label
	}
	end, ok := t.opensslTo(out)
	if !ok {
		return 1
	}
	defer end()
	stdin := len(names) == 0
	if stdin {
		names = []string{"-"}
	} else if keyed {
		label = "HMAC-" + label
	}
	for _, name := range names {
		h := digest.make()
		if keyed {
			h = hmac.New(digest.make, key)
		}
		f, err := t.open(name)
		if err == nil {
			err = t.copy(spender{t, h}, f)
			f.close()
		}
		if err != nil {
			t.fail("%s: %s", clip(name), errText(err))
			continue
		}
		sum := hex.EncodeToString(h.Sum(nil))
		shown := name
		if stdin {
			shown = "stdin"
		}
		switch form {
		case "-binary":
			t.out.Write(h.Sum(nil))
		case "-r":
			fmt.Fprintf(t.out, "%s *%s\n", sum, shown)
		default:
			if form == "-c" {
				var b strings.Builder
				for i := 0; i < len(sum); i += 2 {
					if i > 0 {
						b.WriteByte(':')
					}
					b.WriteString(sum[i : i+2])
				}
				sum = b.String()
			}
			fmt.Fprintf(t.out, "%s(%s)= %s\n", label, shown, sum)
		}
	}
	return t.code
}

// spender bills what a digest takes in.
type spender struct {
	t *tool
	w io.Writer
}

func (s spender) Write(b []byte) (int, error) {
	s.t.sh.spend(int64(len(b)))
	return s.w.Write(b)
}

func (t *tool) opensslBase64(args []string) int {
	in, out, decode, one := "-", "", false, false
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-d":
			decode = true
		case a == "-e":
			decode = false
		case a == "-A":
			one = true
		case (a == "-in" || a == "-out") && i+1 < len(args):
			if i++; a == "-in" {
				in = args[i]
			} else {
				out = args[i]
			}
		default:
			t.say("base64: Unknown option or extra argument: %s", clip(a))
			return 1
		}
	}
	f, err := t.open(in)
	if err != nil {
		t.say("Can't open %q for reading, %s", clip(in), errText(err))
		return 1
	}
	defer f.close()
	end, ok := t.opensslTo(out)
	if !ok {
		return 1
	}
	defer end()
	if decode {
		src := base64.NewDecoder(base64.StdEncoding, &filterReader{r: f, keep: func(c byte) bool { return c > ' ' }})
		if err := t.copy(spender{t, t.out}, src); err != nil {
			t.say("base64: error decoding the input")
			return 1
		}
		return 0
	}
	buf := make([]byte, 48)
	for {
		n, err := io.ReadFull(f, buf)
		if t.sh.spend(int64(n)); n > 0 {
			t.out.WriteString(base64.StdEncoding.EncodeToString(buf[:n]))
			if !one {
				t.out.WriteByte('\n')
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return 0
		}
		if err != nil {
			t.say("%s: %s", clip(in), errText(err))
			return 1
		}
	}
}
