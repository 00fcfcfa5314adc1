package shell

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// byteOrderMark is what may be at the beginning of a text in UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// lineEnds is a run of dos2unix or unix2dos.
type lineEnds struct {
	t                                         *tool
	dos                                       bool // lines get the ends of DOS
	quiet, force, info, fresh, bom, mark, out bool
	mac                                       bool
}

func dos2unix(t *tool) int {
	args := slices.Clone(t.args)
	for i, a := range args { // long options with one hyphen are as good
		if len(a) > 3 && a[0] == '-' && a[1] != '-' && slices.Contains([]string{"-ascii", "-quiet", "-force", "-info"}, a) {
			args[i] = "-" + a
		}
	}
	opts, names, bad := getopt(args, "abc:fi::kmnoqrslvFRSOeDhV", map[string]string{
		"keep-bom": "b", "convmode=": "c", "force": "f", "info?": "i", "keepdate": "k", "add-bom": "m", "newfile": "n", "oldfile": "o", "quiet": "q", "remove-bom": "r", "safe": "s",
		"newline": "l", "verbose": "v", "follow-symlink": "F", "replace-symlink": "R", "skip-symlink": "S", "to-stdout": "O", "ascii": "a", "help": "h", "version": "V",
	})
	if bad != "" {
		t.say("%s", bad)
		return 1
	}
	e := lineEnds{t: t, dos: t.name == "unix2dos"}
	for _, o := range opts {
		switch o.name {
		case "b":
			e.bom = true
		case "r":
			e.bom = false
		case "m":
			e.mark = true
		case "c":
			switch {
			case o.value == "ascii":
			case o.value == "mac" && !e.dos:
				e.mac = true
			default:
				t.say("conversion mode %s is not here", clip(o.value))
				return 1
			}
		case "f":
			e.force = true
		case "s":
			e.force = false
		case "i":
			e.info = true
		case "n":
			e.fresh = true
		case "o":
			e.fresh = false
		case "q":
			e.quiet = true
		case "O":
			e.out = true
		case "l":
			t.say("option -l is not here")
			return 1
		case "h":
			fmt.Fprintf(t.out, "Usage: %s [options] [file ...] [-n infile outfile ...]\n", t.name)
			return 0
		case "V":
			t.out.WriteString(t.name + " 7.4.3 (2022-06-05)\n")
			return 0
		}
	}
	e.bom = e.bom || e.dos // which keeps it
	switch {
	case len(names) == 0 && !e.info:
		text, err := t.all(t.in)
		if err == nil {
			err = e.convert(t.out, text)
		}
		if err != nil {
			t.fail("%s", errText(err))
		}
	case e.fresh:
		if len(names)%2 != 0 {
			t.say("Target of file %s not specified in new-file mode", clip(names[len(names)-1]))
			return 1
		}
		for i := 0; i < len(names); i += 2 {
			e.file(names[i], names[i+1])
		}
	default:
		for _, name := range names {
			e.file(name, name)
		}
	}
	return t.code
}

func (e *lineEnds) say(format string, args ...any) {
	if !e.quiet {
		e.t.say(format, args...)
	}
}

// file converts a file into another, or into itself.
func (e *lineEnds) file(from, to string) {
	t := e.t
	info, err := t.sh.stat(from)
	if err != nil || !info.Mode().IsRegular() {
		if err != nil {
			t.code = 2
			e.say("%s: %s", clip(from), errText(err))
		}
		e.say("Skipping %s, not a regular file.", clip(from))
		return
	}
	f, err := t.open(from)
	if err != nil {
		t.code = 2
		e.say("%s: %s", clip(from), errText(err))
		return
	}
	before := t.held
	defer func() { t.unhold(t.held - before) }()
	text, err := t.all(f)
	f.close()
	if err != nil {
		t.code = 2
		e.say("%s: %s", clip(from), errText(err))
		return
	}
	t.sh.spend(int64(len(text)))
	if e.info {
		e.about(from, text)
		return
	}
	if at := bytes.IndexByte(text, 0); at >= 0 && !e.force {
		e.say("Binary symbol 0x00 found at line %d", bytes.Count(text[:at], []byte("\n"))+1)
		e.say("Skipping binary file %s", clip(from))
		return
	}
	kind := "Unix"
	if e.dos {
		kind = "DOS"
	}
	if e.out {
		err = e.convert(t.out, text)
	} else {
		if from == to {
			e.say("converting file %s to %s format...", clip(from), kind)
		} else {
			e.say("converting file %s to file %s in %s format...", clip(from), clip(to), kind)
		}
		var d *desc
		if d, err = t.create(to, os.O_TRUNC); err == nil {
			defer d.drop()
			w := bufio.NewWriterSize(descWriter{t.sh, d}, 32<<10)
			if err = e.convert(w, text); err == nil {
				err = w.Flush()
			}
		}
	}
	if err != nil {
		t.code = 2
		e.say("%s: %s", clip(to), errText(err))
	}
}

// convert writes a text with other ends of lines.
func (e *lineEnds) convert(w io.Writer, text []byte) error {
	rest, had := bytes.CutPrefix(text, []byte(byteOrderMark))
	if had && e.bom || e.mark {
		if _, err := io.WriteString(w, byteOrderMark); err != nil {
			return err
		}
	}
	for len(rest) > 0 {
		sep := byte('\n')
		if e.mac {
			sep = '\r'
		}
		line, after, ended := bytes.Cut(rest, []byte{sep})
		rest = after
		end := ""
		if ended {
			switch {
			case e.dos:
				end = "\r\n"
			case e.mac && bytes.HasPrefix(rest, []byte("\n")):
				end = "\r" // one of DOS stays
			default:
				end = "\n"
			}
			if !e.mac {
				line = bytes.TrimSuffix(line, []byte("\r"))
			}
		}
		e.t.sh.spend(5)
		if _, err := w.Write(line); err != nil {
			return err
		}
		if _, err := io.WriteString(w, end); err != nil {
			return err
		}
	}
	return nil
}

// about prints how many ends of each kind a file has.
func (e *lineEnds) about(name string, text []byte) {
	dos := bytes.Count(text, []byte("\r\n"))
	unix, mac := bytes.Count(text, []byte("\n"))-dos, bytes.Count(text, []byte("\r"))-dos
	bom, kind := "no_bom", "text"
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		bom = "UTF-8"
	}
	if bytes.IndexByte(text, 0) >= 0 {
		kind = "binary"
	}
	var b strings.Builder
	for _, n := range []int{dos, unix, mac} {
		fmt.Fprintf(&b, "  %6s", strconv.Itoa(n))
	}
	fmt.Fprintf(e.t.out, "%s  %-8s  %-6s  %s\n", b.String(), bom, kind, name)
}
