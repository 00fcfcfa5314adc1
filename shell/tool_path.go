package shell

import (
	"os"
	"path"
	"slices"
	"strings"
)

// relPath is how to reach to from the directory from. Both are clean and absolute.
func relPath(from, to string) string {
	a, b := strings.Split(strings.Trim(from, "/"), "/"), strings.Split(strings.Trim(to, "/"), "/")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	var parts []string
	for range a[i:] {
		parts = append(parts, "..")
	}
	parts = append(parts, b[i:]...)
	if len(parts) == 0 {
		return "."
	}
	return strings.Join(parts, "/")
}

func mktemp(t *tool) int {
	opts, names, bad := getopt(t.args, "dup:qt", map[string]string{"directory": "d", "dry-run": "u", "tmpdir?": "p", "quiet": "q", "suffix=": "S"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var dir, dry bool
	base, tail := "", ""
	for _, o := range opts {
		switch o.name {
		case "d":
			dir = true
		case "u":
			dry = true
		case "p":
			if base = o.value; base == "" {
				base = t.sh.tempDir()
			}
		case "t":
			base = t.sh.tempDir()
		case "S":
			tail = o.value
		}
	}
	tmpl := "tmp.XXXXXXXXXX"
	if len(names) > 0 {
		tmpl = names[0]
	} else if base == "" {
		base = t.sh.tempDir()
	}
	end := strings.LastIndexByte(tmpl, 'X') + 1
	start := end
	for start > 0 && tmpl[start-1] == 'X' {
		start--
	}
	if end-start < 3 {
		t.say("too few X's in template %s", quoteName(tmpl))
		return 1
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for range 100 {
		raw := make([]byte, end-start)
		t.sh.sys.cfg.Random(raw)
		for i := range raw {
			raw[i] = letters[int(raw[i])%len(letters)]
		}
		name := tmpl[:start] + string(raw) + tmpl[end:] + tail
		if base != "" {
			name = joinName(base, name)
		}
		var err error
		switch {
		case dry:
		case dir:
			err = t.sh.sys.cfg.Files.Mkdir(t.sh.abs(name), 0o700)
		default:
			var d *desc
			if d, err = t.sh.open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
				d.drop()
			}
		}
		if errCode(err) == "EEXIST" {
			continue
		}
		if err != nil {
			t.say("failed to create file via template %s: %s", quoteName(tmpl), errText(err))
			return 1
		}
		t.out.WriteString(name + "\n")
		return 0
	}
	return 1
}

func realpath(t *tool) int {
	opts, names, bad := getopt(t.args, "efmnqszLP", map[string]string{"canonicalize": "f", "canonicalize-existing": "e", "canonicalize-missing": "m", "no-newline": "n", "relative-to=": "R", "relative-base=": "B", "strip": "s", "no-symlinks": "s", "quiet": "q"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var canon, missing, existing, noNewline, quiet, strip, zero bool
	rel, base := "", ""
	for _, o := range opts {
		switch o.name {
		case "f":
			canon = true
		case "e":
			canon, existing = true, true
		case "m":
			canon, missing = true, true
		case "n":
			noNewline = true
		case "z":
			zero = true
		case "q":
			quiet = true
		case "s":
			strip = true
		case "R":
			rel = o.value
		case "B":
			base = o.value
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	end := "\n"
	if noNewline {
		end = ""
	}
	if zero {
		end = "\x00"
	}
	for _, name := range names {
		if t.name == "readlink" && !canon {
			to, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(name))
			if err != nil {
				t.code = 1
				continue
			}
			t.out.WriteString(to + end)
			continue
		}
		p, err := t.resolvePath(name, missing, existing, strip)
		if err != nil {
			t.code = 1
			if !quiet && t.name == "realpath" {
				t.fail("%s: %s", name, errText(err))
			}
			continue
		}
		if base != "" {
			from, err := t.resolvePath(base, true, false, strip)
			if err == nil && (p == from || strings.HasPrefix(p, strings.TrimSuffix(from, "/")+"/")) {
				p = relPath(from, p)
			}
		} else if rel != "" {
			if from, err := t.resolvePath(rel, true, false, strip); err == nil {
				p = relPath(from, p)
			}
		}
		t.out.WriteString(p + end)
	}
	return t.code
}

// resolvePath is where a name leads to in the end. Its last part may be missing,
// all of it if missing is set, nothing if existing is.
func (t *tool) resolvePath(name string, missing, existing, strip bool) (string, error) {
	abs := logical(t.sh.abs(name))
	if strip {
		return abs, nil
	}
	if strings.HasPrefix(abs, "/dev") {
		if _, err := t.sh.stat(abs); err != nil && !missing {
			return "", err
		}
		return abs, nil
	}
	files := t.sh.sys.cfg.Files
	p, err := files.Realpath(abs)
	if err == nil || existing || errCode(err) != "ENOENT" {
		return p, err
	}
	dir, base := path.Split(abs)
	if missing {
		tail := base
		for dir = path.Clean(dir); ; dir = path.Dir(dir) {
			if real, err := files.Realpath(dir); err == nil {
				return joinName(real, tail), nil
			}
			if dir == "/" {
				return abs, nil
			}
			tail = path.Join(path.Base(dir), tail)
		}
	}
	real, err := files.Realpath(path.Clean(dir))
	if err != nil {
		return "", err
	}
	return joinName(real, base), nil
}

func basename(t *tool) int {
	opts, names, bad := getopt(t.args, "+as:z", map[string]string{"multiple": "a", "suffix=": "s"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	many, tail := false, ""
	for _, o := range opts {
		switch o.name {
		case "a":
			many = true
		case "s":
			many, tail = true, o.value
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	if !many {
		if len(names) > 2 {
			return t.usage(1, "extra operand %s", quoteName(names[2]))
		}
		if len(names) == 2 {
			tail = names[1]
		}
		names = names[:1]
	}
	for _, n := range names {
		b := strings.TrimRight(n, "/")
		if b == "" && n != "" {
			b = "/"
		}
		if b != "/" {
			b = baseName(b)
		}
		if b != tail {
			b = strings.TrimSuffix(b, tail)
		}
		t.out.WriteString(b + "\n")
	}
	return 0
}

func dirname(t *tool) int {
	if len(t.args) == 0 {
		return t.usage(1, "missing operand")
	}
	for _, n := range t.args {
		s := strings.TrimRight(n, "/")
		switch i := strings.LastIndexByte(s, '/'); {
		case s == "" && n != "":
			s = "/"
		case i < 0:
			s = "."
		default:
			if s = strings.TrimRight(s[:i], "/"); s == "" {
				s = "/"
			}
		}
		t.out.WriteString(s + "\n")
	}
	return 0
}

// pathchk says whether names may be used here, or with -p anywhere.
func pathchk(t *tool) int {
	opts, names, bad := getopt(t.args, "pP", map[string]string{"portability": "p"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	portable, dash := false, false
	for _, o := range opts {
		portable = portable || o.name == "p"
		dash = dash || o.name == "P"
	}
	longest, part := 4095, 255
	if portable {
		longest, part = 255, 14
	}
	for _, name := range names {
		bad := strings.IndexFunc(name, func(r rune) bool {
			return !strings.ContainsRune("/._-", r) && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
		})
		parts := strings.Split(name, "/")
		long := slices.IndexFunc(parts, func(s string) bool { return len(s) > part })
		_, err := t.sh.lstat(name)
		switch {
		case name == "" && (portable || dash):
			t.fail("empty file name")
		case dash && (name[0] == '-' || strings.Contains(name, "/-")):
			t.fail("leading '-' in a component of file name %s", quoteASCII(clip(name)))
		case portable && bad >= 0:
			t.fail("nonportable character %s in file name %s", quoteName(name[bad:bad+1]), quoteASCII(clip(name)))
		case len(name) > longest:
			t.fail("limit %d exceeded by length %d of file name %s", longest, len(name), quoteName(clip(name)))
		case long >= 0:
			t.fail("limit %d exceeded by length %d of file name component %s", part, len(parts[long]), quoteName(clip(parts[long])))
		case !portable && err != nil && (name == "" || errCode(err) != "ENOENT"):
			t.fail("%s: %s", clip(name), errText(err))
		}
	}
	return t.code
}
