package shell

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	unicodes "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// envsubst puts the values of exported variables in the place of their names.
func envsubst(t *tool) int {
	opts, words, bad := getopt(t.args, "v", map[string]string{"variables": "v"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var only map[string]bool
	if len(words) > 0 {
		only = map[string]bool{}
		substitute(words[0], func(name, _ string) string {
			if len(opts) > 0 {
				t.out.WriteString(name + "\n")
			}
			only[name] = true
			return ""
		})
	}
	if len(opts) > 0 {
		return t.code
	}
	values := map[string]string{}
	for _, kv := range t.sh.environ() {
		name, value, _ := strings.Cut(kv, "=")
		values[name] = value
	}
	l := t.lines(t.in)
	for line, ok := l.next(); ok; line, ok = l.next() {
		t.sh.spend(int64(len(line)))
		rest := string(line)
		before := len(rest)
		t.hold(int64(before))
		for rest != "" { // in pieces: what it becomes has no bound
			i := strings.IndexByte(rest[1:], '$') + 1
			if i == 0 {
				i = len(rest)
			}
			t.out.WriteString(substitute(rest[:i], func(name, text string) string {
				if only != nil && !only[name] {
					return text
				}
				return values[name]
			}))
			rest = rest[i:]
		}
		t.unhold(int64(before))
		if l.ended {
			t.out.WriteByte('\n')
		}
	}
	return t.code
}

// substitute replaces $name and ${name} by what f makes of the name and the text.
func substitute(s string, f func(name, text string) string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		name := strings.TrimPrefix(s[1:], "{")
		end := strings.IndexFunc(name, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		})
		if end < 0 {
			end = len(name)
		}
		braced := len(name) < len(s)-1
		size := 1 + end
		closed := end < len(name) && name[end] == '}'
		if braced {
			size += 2
		}
		if !isName(name[:end]) || braced && !closed {
			b.WriteByte('$')
			s = s[1:]
			continue
		}
		b.WriteString(f(name[:end], s[:size]))
		s = s[size:]
	}
}

// getoptTool is getopt(1): it puts options into an order that scripts can read.
func getoptTool(t *tool) int {
	opts, words, bad := getopt(t.args, "+ahl:n:o:qQs:TuV", map[string]string{
		"alternative": "a", "longoptions=": "l", "name=": "n", "options=": "o", "quiet": "q", "quiet-output": "Q", "shell=": "s", "test": "T", "unquoted": "u",
	})
	if bad != "" {
		t.usage(2, "%s", bad)
		return 2
	}
	name, short, given, quiet, silent, unquoted := t.name, "", false, false, false, false
	long := map[string]string{}
	for _, o := range opts {
		switch o.name {
		case "l":
			for n := range strings.FieldsFuncSeq(o.value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
				base := strings.TrimRight(n, ":")
				long[base+[]string{"", "=", "?"}[min(len(n)-len(base), 2)]] = "--" + base
			}
		case "n":
			name = o.value
		case "o":
			short, given = o.value, true
		case "q":
			quiet = true
		case "Q":
			silent = true
		case "T":
			return 4
		case "u":
			unquoted = true
		}
	}
	if !given {
		if len(words) == 0 {
			t.usage(2, "missing optstring argument")
			return 2
		}
		short, words = words[0], words[1:]
		unquoted = len(opts) == 0
	}
	short = strings.TrimPrefix(short, "-")
	found, rest, bad := getopt(words, short, long)
	if bad != "" {
		t.code = 1
		if !quiet {
			_ = t.out.Flush()
			fmt.Fprintf(t.err, "%s: %s\n", name, bad)
		}
	}
	if silent {
		return t.code
	}
	quote := func(s string) string {
		if unquoted {
			return s
		}
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	for _, o := range found {
		flag := o.name
		takes := strings.Contains(short, o.name+":")
		if base, isLong := strings.CutPrefix(flag, "--"); isLong {
			_, must := long[base+"="]
			_, may := long[base+"?"]
			takes = must || may
		} else {
			flag = "-" + flag
		}
		t.out.WriteString(" " + flag)
		if takes {
			t.out.WriteString(" " + quote(o.value))
		}
	}
	t.out.WriteString(" --")
	for _, w := range rest {
		t.out.WriteString(" " + quote(w))
	}
	t.out.WriteByte('\n')
	return t.code
}

// charset finds an encoding by its name; nil is UTF-8. With ascii set, its bytes
// above 127 are none.
func charset(name string) (e encoding.Encoding, ascii, ok bool) {
	switch strings.ToUpper(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name)) {
	case "", "UTF8", "CP65001":
		return nil, false, true
	case "ASCII", "USASCII", "646":
		return charmap.ISO8859_1, true, true
	case "UTF16":
		return unicodes.UTF16(unicodes.LittleEndian, unicodes.UseBOM), false, true
	case "UTF16LE", "UCS2LE":
		return unicodes.UTF16(unicodes.LittleEndian, unicodes.IgnoreBOM), false, true
	case "UTF16BE", "UCS2BE", "UCS2":
		return unicodes.UTF16(unicodes.BigEndian, unicodes.IgnoreBOM), false, true
	case "LATIN1", "ISO88591":
		return charmap.ISO8859_1, false, true
	}
	if rest, ok := strings.CutPrefix(strings.ToUpper(name), "CP125"); ok {
		name = "windows-125" + rest
	}
	e, err := ianaindex.IANA.Encoding(name)
	return e, false, err == nil && e != nil
}

func iconv(t *tool) int {
	opts, names, bad := getopt(t.args, "cf:lo:st:", map[string]string{"from-code=": "f", "to-code=": "t", "list": "l", "output=": "o", "silent": "s"})
	if bad != "" {
		return t.usage(64, "%s", bad)
	}
	from, to, output, leave, instead := "UTF-8", "UTF-8", "", false, false
	for _, o := range opts {
		switch o.name {
		case "c":
			leave = true
		case "f":
			from = o.value
		case "l":
			t.out.WriteString("UTF-8// UTF-16// UTF-16LE// UTF-16BE// US-ASCII// ISO-8859-1//…ISO-8859-16// WINDOWS-1250//…WINDOWS-1258// KOI8-R// KOI8-U// SHIFT_JIS// EUC-JP// ISO-2022-JP// GBK// GB18030// BIG5// EUC-KR//\n")
			return 0
		case "o":
			output = o.value
		case "t":
			to = o.value
		}
	}
	from, _, _ = strings.Cut(from, "//")
	to, how, _ := strings.Cut(to, "//")
	leave = leave || strings.Contains(strings.ToUpper(how), "IGNORE")
	instead = strings.Contains(strings.ToUpper(how), "TRANSLIT")
	dec, fromASCII, ok1 := charset(from)
	enc, toASCII, ok2 := charset(to)
	if !ok1 || !ok2 {
		t.say("conversion from `%s' to `%s' is not supported", clip(from), clip(to))
		return 1
	}
	if output != "" {
		_, end, err := t.printTo(output, os.O_TRUNC)
		if err != nil {
			t.say("unable to open output file: %s", errText(err))
			return 1
		}
		defer end()
	}
	t.cannot = "cannot open input file %s: %s"
	t.inputs(names, func(f *file) {
		b, err := t.all(f)
		if err != nil {
			t.fail("%s: %s", f.name, errText(err))
			return
		}
		t.hold(8 * int64(len(b)))
		defer t.unhold(8 * int64(len(b)))
		t.sh.spend(8 * int64(len(b)))
		if t.convert(b, dec, enc, fromASCII, toASCII, leave, instead); t.code != 0 {
			_ = t.out.Flush()
		}
	})
	return t.code
}

// convert writes b in another encoding, up to what cannot be.
func (t *tool) convert(b []byte, dec, enc encoding.Encoding, fromASCII, toASCII, leave, instead bool) {
	text := b
	if dec != nil {
		if i := slices.IndexFunc(b, func(c byte) bool { return fromASCII && c >= utf8.RuneSelf }); i >= 0 && !leave {
			defer t.fail("illegal input sequence at position %d", i)
			b = b[:i]
		}
		var err error
		if text, err = dec.NewDecoder().Bytes(b); err != nil {
			t.fail("incomplete character or shift sequence at end of buffer")
			return
		}
	}
	var e *encoding.Encoder
	if enc != nil {
		e = enc.NewEncoder()
	}
	put := func(s string) bool {
		if e == nil {
			t.out.WriteString(s)
			return true
		}
		if toASCII && strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			return false
		}
		out, err := e.String(s)
		if err == nil {
			t.out.WriteString(out)
		}
		return err == nil
	}
	if all := string(text); utf8.ValidString(all) && !strings.ContainsRune(all, utf8.RuneError) && put(all) {
		return
	}
	if enc != nil {
		e = enc.NewEncoder()
	}
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRune(text[at:])
		t.sh.spend(20)
		switch {
		case r == utf8.RuneError && (n == 1 || dec != nil):
			if !leave {
				t.fail("illegal input sequence at position %d", at)
				return
			}
			t.code = 1
		case put(string(r)):
		case instead:
			plain := strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Mn, r) {
					return -1
				}
				return r
			}, norm.NFKD.String(string(r)))
			if !put(plain) {
				put("?")
			}
		case leave:
			t.code = 1
		default:
			t.fail("illegal input sequence at position %d", at)
			return
		}
		at += n
	}
}

// pager is more and less without a terminal: they print what they are given.
func pager(t *tool) int {
	var names []string
	for i, a := range t.args {
		if a == "--" {
			names = append(names, t.args[i+1:]...)
			break
		}
		if a == "-" || a == "" || a[0] != '-' && a[0] != '+' {
			names = append(names, a)
		}
	}
	t.inputs(names, func(f *file) {
		if len(names) > 1 && t.name == "more" {
			t.out.WriteString("::::::::::::::\n" + f.name + "\n::::::::::::::\n")
		}
		if err := t.copy(t.out, f); err != nil {
			t.fail("%s: %s", f.name, errText(err))
		}
	})
	return t.code
}

// shred overwrites files, once, as the workspace has no old blocks to reach.
func shred(t *tool) int {
	opts, names, bad := getopt(t.args, "fn:s:uvxz", map[string]string{"force": "f", "iterations=": "n", "size=": "s", "remove?": "u", "verbose": "v", "exact": "x", "zero": "z"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	if len(names) == 0 {
		return t.usage(1, "missing file operand")
	}
	remove, zero := false, false
	for _, o := range opts {
		remove = remove || o.name == "u"
		zero = zero || o.name == "z"
	}
	for _, name := range names {
		info, err := t.sh.stat(name)
		if err == nil && !info.Mode().IsRegular() {
			err = errno("EINVAL")
		}
		if err != nil {
			t.fail("%s: failed to open for writing: %s", name, errText(err))
			continue
		}
		d, err := t.sh.open(name, os.O_WRONLY, 0)
		if err == nil {
			source := deviceStream{devRandom, t.sh.sys.cfg.Random}
			if zero {
				source.dev = devZero
			}
			err = t.copyTo(d, io.LimitReader(descReader{t.sh, newDesc(source, "")}, info.Size()))
		}
		if err == nil && remove {
			err = t.sh.sys.cfg.Files.Unlink(t.sh.abs(name))
		}
		if err != nil {
			t.fail("%s: %s", name, errText(err))
		}
	}
	return t.code
}
