package shell

import (
	"fmt"
	"strconv"
	"strings"
)

// csplitter is one run of csplit.
type csplitter struct {
	t              *tool
	prefix, format string
	quiet, elide   bool
	keep, suppress bool
	lines          []string
	at, n          int // the line that comes, and the files made
	made           []string
	failed         bool
}

// maxPieces bounds the files that csplit makes.
const maxPieces = 100_000

func csplit(t *tool) int {
	opts, names, bad := getopt(t.args, "b:f:kn:qsz", map[string]string{
		"suffix-format=": "b", "prefix=": "f", "keep-files": "k", "digits=": "n", "quiet": "q", "silent": "q", "elide-empty-files": "z", "suppress-matched": "suppress",
	})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	c := csplitter{t: t, prefix: "xx", format: "%02d"}
	for _, o := range opts {
		switch o.name {
		case "b":
			if c.format = o.value; !countFormat(c.format) {
				t.say("invalid suffix format: %s", clip(o.value))
				return 1
			}
		case "f":
			c.prefix = o.value
		case "k":
			c.keep = true
		case "n":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 1 || n > 200 {
				t.say("invalid number: %s", quoteName(clip(o.value)))
				return 1
			}
			c.format = fmt.Sprintf("%%0%dd", n)
		case "q", "s":
			c.quiet = true
		case "z":
			c.elide = true
		case "suppress":
			c.suppress = true
		}
	}
	if len(names) < 2 {
		return t.usage(1, "missing operand")
	}
	var err error
	if c.lines, err = t.wholeLines(names[0]); err != nil {
		t.say("cannot open %s for reading: %s", quoteASCII(clip(names[0])), errText(err))
		return 1
	}
	before := 0
	for _, p := range names[1:] {
		n, err := strconv.Atoi(p)
		if err == nil && n < before {
			t.say("line number %s is smaller than preceding line number, %d", quoteName(p), before)
			return 1
		}
		before = max(before, n)
	}
	for i := 1; i < len(names) && !c.failed; i++ {
		times, forever := 0, false
		if i+1 < len(names) && strings.HasPrefix(names[i+1], "{") {
			word := strings.Trim(names[i+1], "{}")
			n, err := strconv.Atoi(word)
			if forever = word == "*"; !forever && (err != nil || n < 0) {
				t.say("%s: integer required between '{' and '}'", clip(names[i+1]))
				return 1
			}
			times = n
		}
		pattern := names[i]
		for k := 0; (k <= times || forever) && !c.failed; k++ {
			if !c.step(pattern, k, forever && k > 0) {
				break
			}
		}
		if times > 0 || forever || i+1 < len(names) && names[i+1] == "{0}" {
			i++
		}
	}
	if !c.failed {
		c.piece(len(c.lines))
	}
	if c.failed && !c.keep {
		for _, name := range c.made {
			_ = t.sh.sys.cfg.Files.Unlink(t.sh.abs(name))
		}
	}
	if c.failed {
		return 1
	}
	return t.code
}

// countFormat reports a format with one number in it, which is not too wide.
func countFormat(s string) bool {
	i := strings.IndexByte(s, '%')
	if i < 0 || strings.Count(s, "%") != 1 {
		return false
	}
	rest := strings.TrimLeft(s[i+1:], "0123456789")
	width, _ := strconv.Atoi(s[i+1 : len(s)-len(rest)])
	return width <= 200 && rest != "" && strings.IndexByte("dxXo", rest[0]) >= 0
}

// step goes to where a pattern matches; last: it need not. It reports whether
// there may be more.
func (c *csplitter) step(pattern string, again int, last bool) bool {
	t := c.t
	fail := func(format string, args ...any) bool {
		t.fail(format, args...)
		c.failed = true
		return false
	}
	if n, err := strconv.Atoi(pattern); err == nil {
		to := n*(again+1) - 1
		if to < c.at || n < 1 {
			return fail("%s: line number out of range", quoteName(clip(pattern)))
		}
		if to > len(c.lines) {
			c.piece(len(c.lines))
			return fail("%s: line number out of range", quoteName(clip(pattern)))
		}
		c.piece(to)
		return true
	}
	if pattern == "" || pattern[0] != '/' && pattern[0] != '%' {
		return fail("%s: invalid pattern", quoteName(clip(pattern)))
	}
	end := strings.LastIndexByte(pattern, pattern[0])
	offset := 0
	if rest := pattern[end+1:]; rest != "" {
		n, err := strconv.Atoi(rest)
		if err != nil {
			return fail("%s: integer expected after delimiter", clip(pattern))
		}
		offset = n
	}
	if end == 0 {
		return fail("%s: closing delimiter '%c' missing", clip(pattern), pattern[0])
	}
	re, bad := t.sh.regex(pattern[1:end], regexMode{})
	if bad != "" {
		return fail("%s: invalid regular expression: %s", clip(pattern), bad)
	}
	from := c.at
	if c.n > 0 || again > 0 {
		from++ // the line that began this piece does not end it
	}
	for i := from; i < len(c.lines); i++ {
		line := strings.TrimSuffix(c.lines[i], "\n")
		t.sh.spend(int64(len(line)) + 10)
		if t.sh.find(re, line) == nil {
			continue
		}
		to := i + offset
		if to < c.at || to > len(c.lines) {
			return fail("%s: line number out of range", quoteName(clip(pattern)))
		}
		if pattern[0] == '/' {
			c.piece(to)
		}
		if c.at = to; c.suppress && offset == 0 {
			c.at++
		}
		return true
	}
	if !last {
		if pattern[0] == '/' {
			c.piece(len(c.lines))
		}
		return fail("%s: match not found", quoteName(clip(pattern)))
	}
	return false
}

// piece writes the lines up to one to the next file.
func (c *csplitter) piece(to int) {
	t := c.t
	lines := c.lines[c.at:to]
	c.at = to
	if len(lines) == 0 && c.elide {
		return
	}
	if c.n >= maxPieces {
		t.fail("more than %d files", maxPieces)
		c.failed = true
		return
	}
	name := c.prefix + fmt.Sprintf(c.format, c.n)
	c.n++
	err := t.writeLines(name, lines)
	t.hold(int64(len(name)) + 32)
	c.made = append(c.made, name)
	if err != nil {
		t.fail("%s: %s", clip(name), errText(err))
		c.failed = true
		return
	}
	if c.quiet {
		return
	}
	size := 0
	for _, line := range lines {
		size += len(line)
	}
	fmt.Fprintf(t.out, "%d\n", size)
}
