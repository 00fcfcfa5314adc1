package shell

import (
	"fmt"
	"slices"
	"strings"
)

var setLetters = map[byte]string{
	'e': "errexit", 'u': "nounset", 'f': "noglob", 'x': "xtrace", 'v': "verbose", 'n': "noexec", 'C': "noclobber", 'a': "allexport", 'E': "errtrace", 'T': "functrace",
}

func (sh *shell) option(name string) *bool {
	switch name {
	case "errexit":
		return &sh.errexit
	case "nounset":
		return &sh.nounset
	case "pipefail":
		return &sh.pipefail
	case "noglob":
		return &sh.noglob
	case "xtrace":
		return &sh.xtrace
	case "verbose":
		return &sh.verbose
	case "noexec":
		return &sh.noexec
	case "noclobber":
		return &sh.noclobber
	case "allexport":
		return &sh.allexport
	case "errtrace":
		return &sh.errtrace
	case "functrace":
		return &sh.functrace
	}
	return nil
}

var optionNames = []string{"allexport", "errexit", "errtrace", "functrace", "noclobber", "noexec", "noglob", "nounset", "pipefail", "verbose", "xtrace"}

// ignoredOptions are known to bash, and change nothing here.
var ignoredOptions = []string{"braceexpand", "emacs", "hashall", "histexpand", "history", "ignoreeof", "interactive-comments", "keyword", "monitor", "nolog", "notify", "onecmd", "physical", "posix", "privileged", "vi"}

// setFlag sets the options of one word, as -eu. It returns how many words after
// it were used, or -1.
func (sh *shell) setFlag(word string, rest []string) int {
	on := word[0] == '-'
	used := 0
	for i := 1; i < len(word); i++ {
		c := word[i]
		if c == 'o' {
			if used >= len(rest) {
				sh.listOptions(on)
				return used
			}
			name := rest[used]
			used++
			if p := sh.option(name); p != nil {
				*p = on
			} else if !slices.Contains(ignoredOptions, name) {
				sh.complain("set: %s: invalid option name", clip(name))
				return -1
			}
			continue
		}
		name, ok := setLetters[c]
		if ok {
			*sh.option(name) = on
		} else if strings.IndexByte("hBHmbPkptli", c) < 0 {
			sh.complain("set: %c%c: invalid option", word[0], c)
			return -1
		}
	}
	return used
}

// listOptions prints the options of set -o, or the commands that set them so.
func (sh *shell) listOptions(table bool) {
	names := append(slices.Clone(optionNames), ignoredOptions...)
	slices.Sort(names)
	for _, name := range names {
		on := slices.Contains(ignoredOn, name)
		if p := sh.option(name); p != nil {
			on = *p
		}
		if table {
			sh.print(1, fmt.Sprintf("%-15s\t%s\n", name, onOff(on)))
		} else {
			sh.print(1, "set "+map[bool]string{true: "-", false: "+"}[on]+"o "+name+"\n")
		}
	}
}

// ignoredOn are those of ignoredOptions that are on.
var ignoredOn = []string{"braceexpand", "hashall", "interactive-comments"}

func (sh *shell) setBuiltin(args []string) int {
	args = args[1:]
	if len(args) == 0 {
		for _, name := range sh.names() {
			if v := sh.lookup(name); v != nil && v.kind == kindString {
				sh.print(1, name+"="+traceQuote(v.str)+"\n")
			}
		}
		return 0
	}
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--":
			sh.setArgs(args[1:])
			return 0
		case a == "-":
			sh.xtrace, sh.verbose = false, false
			if len(args) > 1 {
				sh.setArgs(args[1:])
			}
			return 0
		case len(a) > 1 && (a[0] == '-' || a[0] == '+'):
			n := sh.setFlag(a, args[1:])
			if n < 0 {
				return 2
			}
			args = args[1+n:]
		default:
			sh.setArgs(args)
			return 0
		}
	}
	return 0
}

func (sh *shell) setArgs(args []string) {
	var n int64
	for _, a := range args {
		n += int64(len(a)) + 16
	}
	sh.holdVars(n - sh.heldArgs)
	sh.heldArgs = n
	sh.args = slices.Clone(args)
}

var shoptNames = []string{
	"autocd", "cdspell", "checkhash", "checkwinsize", "cmdhist", "dotglob", "execfail", "expand_aliases", "extglob", "extquote",
	"failglob", "force_fignore", "globasciiranges", "globskipdots", "globstar", "gnu_errfmt", "histappend", "hostcomplete",
	"huponexit", "inherit_errexit", "interactive_comments", "lastpipe", "login_shell", "nocaseglob", "nocasematch", "nullglob",
	"patsub_replacement", "progcomp", "promptvars", "sourcepath", "xpg_echo",
}

// shoptsOn are those that are on until they are turned off.
var shoptsOn = []string{
	"checkwinsize", "cmdhist", "extquote", "force_fignore", "globasciiranges", "globskipdots", "hostcomplete", "interactive_comments",
	"patsub_replacement", "progcomp", "promptvars", "sourcepath",
}

func (sh *shell) shopt(args []string) int {
	opts, names, bad := getopt(args[1:], "+supqo", nil)
	if bad != "" {
		sh.complain("shopt: %s", bad)
		return 2
	}
	set, quiet, o, reusable := 0, false, false, false
	for _, opt := range opts {
		switch opt.name {
		case "s":
			set = 1
		case "u":
			set = -1
		case "q":
			quiet = true
		case "o":
			o = true
		case "p":
			reusable = true
		}
	}
	status := 0
	if len(names) == 0 && o {
		sh.listOptions(!reusable)
	} else if len(names) == 0 && reusable {
		for _, n := range shoptNames {
			sh.print(1, "shopt -"+map[bool]string{true: "s", false: "u"}[sh.shopts[n]]+" "+n+"\n")
		}
	} else if len(names) == 0 {
		for _, n := range shoptNames {
			sh.print(1, fmt.Sprintf("%-15s\t%s\n", n, onOff(sh.shopts[n])))
		}
	}
	for _, n := range names {
		if o {
			if p := sh.option(n); p != nil {
				if set != 0 {
					*p = set > 0
				} else if !*p {
					status = 1
				}
				continue
			}
		}
		if !slices.Contains(shoptNames, n) {
			sh.complain("shopt: %s: invalid shell option name", clip(n))
			status = 1
			continue
		}
		if set != 0 {
			sh.shopts[n] = set > 0
			continue
		}
		switch {
		case quiet:
		case reusable:
			sh.print(1, "shopt -"+map[bool]string{true: "s", false: "u"}[sh.shopts[n]]+" "+n+"\n")
		default:
			sh.print(1, fmt.Sprintf("%-15s\t%s\n", n, onOff(sh.shopts[n])))
		}
		if !sh.shopts[n] {
			status = 1
		}
	}
	return status
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
