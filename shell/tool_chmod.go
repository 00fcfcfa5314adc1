package shell

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// parseMode reads an octal or symbolic mode.
func parseMode(s string, old fs.FileMode) (fs.FileMode, bool) {
	if n, err := strconv.ParseUint(s, 8, 32); err == nil {
		return fs.FileMode(n & 0o777), n <= 0o7777
	}
	mode := old.Perm()
	for _, clause := range strings.Split(s, ",") {
		i := 0
		var who fs.FileMode
		for ; i < len(clause) && strings.IndexByte("ugoa", clause[i]) >= 0; i++ {
			switch clause[i] {
			case 'u':
				who |= 0o700
			case 'g':
				who |= 0o070
			case 'o':
				who |= 0o007
			case 'a':
				who |= 0o777
			}
		}
		umask := fs.FileMode(0)
		if who == 0 {
			who, umask = 0o777, 0o022
		}
		if i == len(clause) {
			return 0, false
		}
		for i < len(clause) {
			op := clause[i]
			if op != '+' && op != '-' && op != '=' {
				return 0, false
			}
			i++
			var bits fs.FileMode
			for ; i < len(clause) && strings.IndexByte("+-=", clause[i]) < 0; i++ {
				switch clause[i] {
				case 'r':
					bits |= 0o444
				case 'w':
					bits |= 0o222
				case 'x':
					bits |= 0o111
				case 'X':
					if old.IsDir() || old&0o111 != 0 {
						bits |= 0o111
					}
				case 'u', 'g', 'o': // those of another
					from := mode >> map[byte]int{'u': 6, 'g': 3, 'o': 0}[clause[i]] & 7
					bits |= from<<6 | from<<3 | from
				case 's', 't':
				default:
					return 0, false
				}
			}
			bits &= who &^ umask
			switch op {
			case '+':
				mode |= bits
			case '-':
				mode &^= bits
			case '=':
				mode = mode&^who | bits
			}
		}
	}
	return mode, true
}

func chmod(t *tool) int {
	args := t.args
	// A mode like -w looks like an option.
	for i, a := range args {
		if len(a) > 1 && a[0] == '-' && strings.IndexByte("rwxXst", a[1]) >= 0 {
			args = slices.Concat(args[:i], []string{"--"}, args[i:])
			break
		}
	}
	opts, names, bad := getopt(args, "Rvcf", map[string]string{"recursive": "R", "verbose": "v", "changes": "c", "silent": "f", "quiet": "f", "reference=": "ref"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var recursive, verbose, changes bool
	for _, o := range opts {
		switch o.name {
		case "R":
			recursive = true
		case "v":
			verbose = true
		case "c":
			changes = true
		case "ref":
			info, err := t.sh.stat(o.value)
			if err != nil {
				t.say("failed to get attributes of %s: %s", quoteASCII(o.value), errText(err))
				return 1
			}
			names = slices.Insert(names, 0, fmt.Sprintf("%04o", info.Mode().Perm()))
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	if len(names) == 1 {
		return t.usage(1, "missing operand after %s", quoteName(names[0]))
	}
	if _, ok := parseMode(names[0], 0); !ok {
		return t.usage(1, "invalid mode: %s", quoteName(names[0]))
	}
	var apply func(name string, depth int)
	apply = func(name string, depth int) {
		t.sh.spend(100)
		info, err := t.sh.stat(name)
		if err != nil {
			t.fail("cannot access %s: %s", quoteASCII(name), errText(err))
			return
		}
		mode, _ := parseMode(names[0], info.Mode())
		if err := t.sh.sys.cfg.Files.Chmod(t.sh.abs(name), mode); err != nil {
			t.fail("changing permissions of %s: %s", quoteASCII(name), errText(err))
			return
		}
		if verbose || changes && mode != info.Mode().Perm() {
			if mode == info.Mode().Perm() {
				fmt.Fprintf(t.out, "mode of %s retained as %04o (%s)\n", quoteASCII(name), mode, modeString(mode)[1:])
			} else {
				fmt.Fprintf(t.out, "mode of %s changed from %04o (%s) to %04o (%s)\n", quoteASCII(name), info.Mode().Perm(), modeString(info.Mode().Perm())[1:], mode, modeString(mode)[1:])
			}
		}
		if recursive && info.IsDir() && depth < maxNesting {
			entries, _ := t.sh.readDir(name)
			for _, e := range entries {
				if e.Type()&fs.ModeSymlink == 0 {
					apply(joinName(name, e.Name()), depth+1)
				}
			}
		}
	}
	for _, name := range names[1:] {
		apply(name, 0)
	}
	return t.code
}
