package shell

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"regexp/syntax"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

const (
	// rgDepth bounds how deep directories are searched, and so the stack.
	rgDepth = 200
	// rgAtOnce is how many matches of a line are looked for at once: room for them is
	// taken before.
	rgAtOnce = 1024
	// rgLine is what a place in a line that matches holds.
	rgLine = 96
)

// rgTypes are the kinds of files that -t and -T know, as ripgrep calls them.
var rgTypes = map[string]string{
	"asm": "*.S *.asm *.s", "awk": "*.awk", "bazel": "*.BUILD *.bazel *.bazelrc *.bzl BUILD WORKSPACE", "c": "*.[chH] *.[chH].in *.cats",
	"clojure": "*.clj *.cljc *.cljs *.cljx", "cmake": "*.cmake CMakeLists.txt", "coffeescript": "*.coffee", "config": "*.cfg *.conf *.config *.ini",
	"cpp": "*.[ChH] *.[ChH].in *.[ch]pp *.[ch]pp.in *.[ch]xx *.[ch]xx.in *.cc *.cc.in *.hh *.hh.in *.inl", "crystal": "*.cr Projectfile", "csharp": "*.cs",
	"css": "*.css *.scss", "csv": "*.csv", "cython": "*.pxd *.pxi *.pyx", "d": "*.d", "dart": "*.dart", "diff": "*.diff *.patch", "docker": "*Dockerfile*",
	"elixir": "*.eex *.ex *.exs", "elm": "*.elm", "erlang": "*.erl *.hrl", "fish": "*.fish", "fsharp": "*.fs *.fsi *.fsx", "go": "*.go", "gradle": "*.gradle",
	"groovy": "*.gradle *.groovy", "h": "*.h *.hpp", "haskell": "*.c2hs *.cpphs *.hs *.hsc *.lhs", "hbs": "*.hbs", "html": "*.ejs *.htm *.html",
	"java": "*.java *.jsp *.jspx *.properties", "jinja": "*.j2 *.jinja *.jinja2", "js": "*.js *.jsx *.vue", "json": "*.json composer.lock", "jsonl": "*.jsonl",
	"julia": "*.jl", "kotlin": "*.kt *.kts", "less": "*.less", "lisp": "*.el *.jl *.lisp *.lsp *.sc *.scm", "lock": "*.lock package-lock.json", "log": "*.log",
	"lua": "*.lua", "make": "*.mak *.mk [Gg][Nn][Uu]makefile [Gg][Nn][Uu]makefile.am [Gg][Nn][Uu]makefile.in [Mm]akefile [Mm]akefile.am [Mm]akefile.in",
	"markdown": "*.markdown *.md *.mdown *.mkdn", "md": "*.markdown *.md *.mdown *.mkdn", "nix": "*.nix", "objc": "*.h *.m", "ocaml": "*.ml *.mli *.mll *.mly",
	"org": "*.org *.org_archive", "perl": "*.PL *.perl *.pl *.plh *.plx *.pm *.t", "php": "*.php *.php3 *.php4 *.php5 *.phtml", "protobuf": "*.proto",
	"ps": "*.cdxml *.ps1 *.ps1xml *.psd1 *.psm1", "py": "*.py", "r": "*.R *.Rmd *.Rnw *.r", "racket": "*.rkt", "readme": "*README README*", "rst": "*.rst",
	"ruby": "*.gemspec *.rb *.rbw .irbrc Gemfile Rakefile config.ru", "rust": "*.rs", "sass": "*.sass *.scss", "scala": "*.sbt *.scala",
	"sh":  "*.bash *.bashrc *.csh *.cshrc *.ksh *.kshrc *.sh *.tcsh *.zsh .bash_login .bash_logout .bash_profile .bashrc .cshrc .kshrc .login .logout .profile .tcshrc .zlogin .zlogout .zprofile .zshenv .zshrc bash_login bash_logout bash_profile bashrc profile zlogin zlogout zprofile zshenv zshrc",
	"sql": "*.psql *.sql", "stylus": "*.styl", "svg": "*.svg", "swift": "*.swift", "tcl": "*.tcl", "tex": "*.bib *.cls *.dtx *.ins *.ltx *.sty *.tex",
	"tf": "*.tf", "thrift": "*.thrift", "toml": "*.toml Cargo.lock", "ts": "*.ts *.tsx", "twig": "*.twig", "txt": "*.txt", "vim": "*.vim",
	"xml": "*.dtd *.rng *.sch *.xhtml *.xjb *.xml *.xml.dist *.xsd *.xsl *.xslt", "yaml": "*.yaml *.yml", "zig": "*.zig",
}

// rgLong are the long options.
var rgLong = map[string]string{
	"regexp=": "e", "file=": "f", "ignore-case": "i", "invert-match": "v", "case-sensitive": "s", "smart-case": "S", "word-regexp": "w", "line-regexp": "x",
	"fixed-strings": "F", "no-fixed-strings": "noF", "pcre2": "P", "no-pcre2": "noP", "multiline": "U", "multiline-dotall": "", "line-number": "n", "no-line-number": "N",
	"with-filename": "H", "no-filename": "I", "count": "c", "count-matches": "", "files-with-matches": "l", "files-without-match": "", "files": "", "quiet": "q",
	"only-matching": "o", "after-context=": "A", "before-context=": "B", "context=": "C", "context-separator=": "", "no-context-separator": "", "glob=": "g", "iglob=": "",
	"glob-case-insensitive": "", "type=": "t", "type-not=": "T", "type-list": "", "type-add=": "", "max-count=": "m", "replace=": "r", "unrestricted": "u", "follow": "L",
	"no-follow": "noL", "text": "a", "no-text": "noa", "binary": "", "byte-offset": "b", "max-columns=": "M", "max-depth=": "d", "maxdepth=": "d", "null": "0", "pretty": "p",
	"hidden": ".", "no-hidden": "nohidden", "no-ignore": "", "ignore": "doignore", "no-ignore-vcs": "", "no-ignore-dot": "", "no-ignore-parent": "", "no-ignore-global": "none",
	"no-ignore-exclude": "none", "no-ignore-files": "none", "no-require-git": "", "require-git": "", "color=": "", "colors=": "none", "heading": "", "no-heading": "",
	"column": "", "no-column": "", "vimgrep": "", "trim": "", "no-trim": "", "sort=": "", "sortr=": "", "sort-files": "none", "no-messages": "", "messages": "none",
	"no-ignore-messages": "none", "line-buffered": "none", "block-buffered": "none", "no-config": "none", "threads=": "j", "mmap": "none", "no-mmap": "none",
	"one-file-system": "none", "no-unicode": "none", "crlf": "none", "no-stats": "none", "engine=": "none", "encoding=": "E", "version": "V", "help": "h",
	"max-filesize=": "", "regex-size-limit=": "none", "dfa-size-limit=": "none", "auto-hybrid-regex": "none", "hyperlink-format=": "none",
	"search-zip": "z", "json": "", "stats": "", "passthru": "", "pre=": "", "null-data": "", "debug": "", "trace": "", "ignore-file=": "",
}

// rgAbsent are options that are known, and what they do is not here.
var rgAbsent = []string{"z", "json", "stats", "passthru", "pre", "null-data", "debug", "trace"}

// ripgrep is a search with rg: grep's, of the files that rg would look at.
type ripgrep struct {
	t *tool
	g *grepper

	hidden, noIgnore, noVCS, noDot, noParent, anyGit bool
	follow, list, heading, column, each, trim        bool
	sum, nothing                                     bool // --count-matches, --files-without-match
	binary                                           bool
	replace                                          *string
	depth, widest, biggest                           int64
	separator                                        string

	globs    *ignoreList
	kinds    []rgKind
	known    map[string][]*glob
	levels   []rgLevel
	inside   []rgFile // the directories that are being searched, with -L
	sortBy   string
	reverse  bool
	files    []rgFile // to search in order
	searched int

	fresh   bool            // nothing of the file in hand was printed
	printed bool            // something of any file was
	total   int             // matches in the file in hand
	nul     int             // where the first zero byte of it is
	lines   map[int][][]int // with -U, where in its lines it matches; nil without
	across  int             // how often it does
}

// rgLevel is what a directory's files say of what is in it.
type rgLevel struct {
	lists [3]*ignoreList // of .rgignore, .ignore and .gitignore
	git   bool           // it is where a repository is
}

// rgKind is a type that was asked for, or not to be searched.
type rgKind struct {
	globs []*glob
	not   bool
}

type rgFile struct {
	name string
	info fs.FileInfo
}

func rg(t *tool) int {
	opts, names, bad := getopt(t.args, "e:f:ivsSwxFPUNnHIclqoA:B:C:g:t:T:m:r:uLabM:d:j:0p.zE:Vh", rgLong)
	if bad != "" {
		fmt.Fprintf(t.err, "error: %s\n\nUSAGE:\n    rg [OPTIONS] PATTERN [PATH ...]\n\nFor more information try --help\n", bad)
		return 2
	}
	g := &grepper{t: t, max: -1, delim: '\n', label: "<stdin>"}
	r := &ripgrep{t: t, g: g, separator: "--\n", known: map[string][]*glob{}}
	g.rg = r
	mode := regexMode{perl: true}
	var patterns, globs, iglobs []string
	var wanted []option
	given, fixed, smart, pcre, multi, dotAll, list, foldGlobs := false, false, false, false, false, false, false, false
	wide := 0 // how often -u
	number := func(o option) int {
		n, err := strconv.ParseUint(o.value, 10, 64)
		if err != nil {
			fmt.Fprintf(t.err, "error: Invalid value for '-%s <NUM>': invalid digit found in string\n\n", o.name)
			panic(stopped{2})
		}
		return int(min(n, math.MaxInt32))
	}
	for _, o := range opts {
		if slices.Contains(rgAbsent, o.name) {
			t.say("option %s is not here", rgOption(o.name))
			return 2
		}
		switch o.name {
		case "h":
			t.out.WriteString("ripgrep 13.0.0\n\nUSAGE:\n    rg [OPTIONS] PATTERN [PATH ...]\n    rg [OPTIONS] -e PATTERN ... [PATH ...]\n    rg [OPTIONS] -f PATTERNFILE ... [PATH ...]\n    rg [OPTIONS] --files [PATH ...]\n    rg [OPTIONS] --type-list\n    command | rg [OPTIONS] PATTERN\n")
			return 0
		case "V":
			t.out.WriteString("ripgrep 13.0.0\n")
			return 0
		case "e":
			patterns, given = append(patterns, o.value), true
		case "f":
			more, _, err := t.fileLines(o.value, '\n')
			if err != nil {
				t.say("%s: %s", clip(o.value), errText(err))
				return 2
			}
			patterns, given = append(patterns, more...), true
		case "i":
			mode.fold, smart = true, false
		case "s":
			mode.fold, smart = false, false
		case "S":
			mode.fold, smart = false, true
		case "v":
			g.invert = true
		case "w":
			g.word, g.line = true, false
		case "x":
			g.line, g.word = true, false
		case "F":
			fixed = true
		case "noF":
			fixed = false
		case "P":
			pcre = true
		case "noP":
			pcre = false
		case "U":
			multi = true
		case "multiline-dotall":
			dotAll = true
		case "n":
			g.number = true
		case "N":
			g.number = false
		case "H":
			g.names, g.noNames = true, false
		case "I":
			g.noNames, g.names = true, false
		case "c":
			g.count = true
		case "count-matches":
			g.count, r.sum = true, true
		case "l":
			g.list, r.nothing = true, false
		case "files-without-match":
			g.list, r.nothing = false, true
		case "files":
			r.list = true
		case "q":
			g.quiet = true
		case "o":
			g.only = true
		case "A":
			g.after = number(o)
		case "B":
			g.before = number(o)
		case "C":
			g.after = number(o)
			g.before = g.after
		case "context-separator":
			r.separator = o.value + "\n"
		case "no-context-separator":
			r.separator = ""
		case "g":
			globs = append(globs, o.value)
		case "iglob":
			iglobs = append(iglobs, o.value)
		case "glob-case-insensitive":
			foldGlobs = true
		case "t", "T":
			wanted = append(wanted, o)
		case "type-add":
			name, pattern, ok := strings.Cut(o.value, ":")
			if !ok || name == "" {
				t.say("invalid definition (format is type:glob, e.g., html:*.html)")
				return 2
			}
			r.known[name] = append(r.kind(name), t.glob(pattern, globMode{}))
		case "type-list":
			list = true
		case "m":
			g.max = number(o)
		case "r":
			r.replace = &o.value
		case "u":
			wide++
		case "L":
			r.follow = true
		case "noL":
			r.follow = false
		case "a":
			g.text = true
		case "noa":
			g.text = false
		case "binary":
			r.binary = true
		case "b":
			g.bytes = true
		case "M":
			r.widest = int64(number(o))
		case "d":
			r.depth = int64(number(o)) + 1
		case "0":
			g.zero = true
		case "p":
			term, _ := t.sh.get("TERM")
			g.color, r.heading, g.number = term != "" && term != "dumb", true, true
		case ".":
			r.hidden = true
		case "nohidden":
			r.hidden = false
		case "no-ignore":
			r.noIgnore = true
		case "doignore":
			r.noIgnore = false
		case "no-ignore-vcs":
			r.noVCS = true
		case "no-ignore-dot":
			r.noDot = true
		case "no-ignore-parent":
			r.noParent = true
		case "no-require-git":
			r.anyGit = true
		case "require-git":
			r.anyGit = false
		case "ignore-file":
			t.say("option --ignore-file is not here: -g takes what it would say")
			return 2
		case "color":
			if !slices.Contains([]string{"never", "auto", "always", "ansi"}, o.value) {
				fmt.Fprintf(t.err, "error: '%s' isn't a valid value for '--color <WHEN>'\n", clip(o.value))
				return 2
			}
			g.color = o.value == "always" || o.value == "ansi"
		case "heading":
			r.heading = true
		case "no-heading":
			r.heading = false
		case "column":
			r.column, g.number = true, true
		case "no-column":
			r.column = false
		case "vimgrep":
			r.column, g.number, r.each = true, true, true
			if !g.noNames {
				g.names = true
			}
		case "trim":
			r.trim = true
		case "no-trim":
			r.trim = false
		case "sort", "sortr":
			if !slices.Contains([]string{"path", "modified", "accessed", "created", "none"}, o.value) {
				fmt.Fprintf(t.err, "error: '%s' isn't a valid value for '--%s <SORTBY>'\n", clip(o.value), o.name)
				return 2
			}
			r.sortBy, r.reverse = o.value, o.name == "sortr"
		case "no-messages":
			g.silent = true
		case "max-filesize":
			unit := int64(1)
			if i := strings.IndexByte("KMG", (o.value + "x")[max(len(o.value)-1, 0)]); i >= 0 {
				unit = 1 << (10 * (i + 1))
				o.value = o.value[:len(o.value)-1]
			}
			n, err := strconv.ParseUint(o.value, 10, 31)
			if err != nil {
				t.say("invalid size '%s'", clip(o.value))
				return 2
			}
			r.biggest = int64(n)*unit + 1
		case "E":
			if e := strings.ToLower(o.value); e != "auto" && e != "none" && e != "utf-8" && e != "utf8" {
				t.say("encoding %s is not here: iconv makes UTF-8 of it", clip(o.value))
				return 2
			}
		}
	}
	if wide > 0 {
		r.noIgnore = true
	}
	r.hidden = r.hidden || wide > 1
	r.binary = r.binary || wide > 2
	for _, o := range wanted {
		list := r.kind(o.value)
		if list == nil {
			t.say("unrecognized file type: %s", clip(o.value))
			return 2
		}
		r.kinds = append(r.kinds, rgKind{list, o.name == "T"})
	}
	if list {
		r.types()
		return 0
	}
	if len(globs)+len(iglobs) > 0 {
		r.globs = t.ignores(path.Clean(t.sh.dir), globs, true, foldGlobs)
		more := t.ignores("", iglobs, true, true)
		r.globs.rules = append(r.globs.rules, more.rules...)
		r.globs.keeps += more.keeps
	}
	if !r.list {
		if !given {
			if len(names) == 0 {
				fmt.Fprintf(t.err, "error: The following required arguments were not provided:\n    <PATTERN>\n\nUSAGE:\n    rg [OPTIONS] PATTERN [PATH ...]\n\nFor more information try --help\n")
				return 2
			}
			patterns, names = names[:1], names[1:]
		}
		mode.fold = mode.fold || smart && !slices.ContainsFunc(patterns, hasUpper)
		for _, p := range patterns {
			if !fixed && !r.valid(p, pcre, multi) {
				return 2
			}
		}
		if mode.multi = multi; multi {
			if r.replace != nil || r.each {
				t.say("-U is here without -r and --vimgrep")
				return 2
			}
			if dotAll {
				for i := range patterns {
					patterns[i] = "(?s)" + patterns[i]
				}
			}
		}
		if len(patterns) > 0 && !g.compile(patterns, mode, fixed) {
			return 2
		}
	}
	g.context, g.separator = g.after+g.before > 0, r.separator
	if g.count {
		g.list = false
	}
	g.listNot = r.nothing
	r.sum = r.sum || g.count && g.only
	return r.run(names)
}

// rgOption is an option as it was probably given.
func rgOption(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// kind is the patterns of a type, or nil.
func (r *ripgrep) kind(name string) []*glob {
	if list := r.known[name]; list != nil {
		return list
	}
	var list []*glob
	if text, ok := rgTypes[name]; ok {
		list = r.t.globs(strings.Fields(text), globMode{})
	} else if name == "all" {
		for _, text := range rgTypes {
			list = append(list, r.t.globs(strings.Fields(text), globMode{})...)
		}
	}
	if list != nil {
		r.known[name] = list
	}
	return list
}

func (r *ripgrep) types() {
	names := make([]string, 0, len(rgTypes))
	for name := range rgTypes {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		r.t.out.WriteString(name + ": " + strings.ReplaceAll(rgTypes[name], " ", ", ") + "\n")
	}
}

// hasUpper reports whether a pattern has a letter in upper case that stands for itself.
func hasUpper(p string) bool {
	for i, c := range p {
		if unicode.IsUpper(c) && (i == 0 || p[i-1] != '\\' || i > 1 && p[i-2] == '\\') {
			return true
		}
	}
	return false
}

// valid complains of what rg's expressions do not have, or have and a search by lines has not.
func (r *ripgrep) valid(p string, pcre, multi bool) bool {
	inSet := false
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] == '\\' && i+1 < len(p):
			i++
			if p[i] == 'n' && !multi {
				r.t.say("the literal '\"\\n\"' is not allowed in a regex\n\nConsider enabling multiline mode with the --multiline flag (or -U for short).\nWhen multiline mode is enabled, new line characters can be matched.")
				return false
			}
			if p[i] >= '1' && p[i] <= '9' && !pcre && !inSet {
				return r.parseError(p, "backreferences are not supported\n\nConsider enabling PCRE2 with the --pcre2 flag, which can handle backreferences\nand look-around.")
			}
		case p[i] == '[':
			inSet = true
		case p[i] == ']':
			inSet = false
		case !inSet && !pcre && slices.ContainsFunc([]string{"(?=", "(?!", "(?<=", "(?<!"}, func(s string) bool { return strings.HasPrefix(p[i:], s) }):
			return r.parseError(p, "look-around, including look-ahead and look-behind, is not supported\n\nConsider enabling PCRE2 with the --pcre2 flag, which can handle backreferences\nand look-around.")
		}
	}
	if pcre || len(p) > maxRegex {
		return true
	}
	r.t.sh.spend(int64(len(p))*30 + unicodeClasses(p)*classCost)
	if _, err := syntax.Parse(p, syntax.Perl); err != nil {
		why := err.Error()
		if e, ok := err.(*syntax.Error); ok {
			why = string(e.Code)
		}
		return r.parseError(p, why)
	}
	return true
}

func (r *ripgrep) parseError(p, why string) bool {
	fmt.Fprintf(r.t.err, "regex parse error:\n    %s\nerror: %s\n", clip(p), why)
	return false
}

// run searches what is named.
func (r *ripgrep) run(names []string) int {
	t, g := r.t, r.g
	here := len(names) == 0
	if here {
		if in, ok := r.input(); ok && !r.list {
			t.in = in
			names = []string{"-"}
			here = false
		}
	}
	if len(names) > 1 && !g.noNames {
		g.names = true
	}
	for _, name := range names {
		if name == "-" {
			r.found(rgFile{name: "-"})
			continue
		}
		info, err := t.sh.stat(name)
		if err != nil {
			if !g.silent {
				t.say("%s: %s (os error %d)", clip(name), errText(err), osError(err))
			}
			g.failed = true
			continue
		}
		if !info.IsDir() {
			r.found(rgFile{name, info})
			continue
		}
		r.dir(name, name)
		if g.quiet && g.found {
			break
		}
	}
	if here {
		r.dir("", ".")
	}
	if r.sorts() {
		r.inOrder()
	}
	if here && r.searched == 0 && !r.list && !g.silent {
		fmt.Fprintf(t.err, "No files were searched, which means ripgrep probably applied a filter you didn't expect.\nRunning with --debug will show why files are being skipped.\n")
		g.failed = true
	}
	switch {
	case g.failed && !(g.quiet && g.found):
		return 2
	case g.found:
		return 0
	}
	return 1
}

// osError is the number of an error that a name leads to.
func osError(err error) int {
	switch errCode(err) {
	case "EACCES":
		return 13
	case "ENOTDIR":
		return 20
	}
	return 2
}

// input is standard input, if it is one to search: not a device, and not what the
// shell was started with if there is nothing in it.
func (r *ripgrep) input() (io.Reader, bool) {
	d := r.t.sh.fds[0]
	if d == nil {
		return nil, false
	}
	switch s := d.stream.(type) {
	case deviceStream, dirStream:
		return nil, false
	case readStream:
		if p, ok := s.r.(Prompt); ok && p.Prompt() {
			var first [1]byte
			n, _ := r.t.in.Read(first[:])
			return io.MultiReader(bytes.NewReader(first[:n]), r.t.in), n > 0
		}
	}
	return r.t.in, true
}

func (r *ripgrep) sorts() bool {
	return r.reverse || r.sortBy != "" && r.sortBy != "path" && r.sortBy != "none"
}

// dir searches a directory that was named, or that is the working directory.
func (r *ripgrep) dir(shown, name string) {
	t, g := r.t, r.g
	if !g.noNames {
		g.names = true
	}
	r.levels = r.levels[:0]
	abs := path.Clean(t.sh.abs(name))
	if info, err := t.sh.stat(abs); err == nil && r.follow {
		r.inside = []rgFile{{cmp.Or(shown, "."), info}}
	}
	held := t.held
	if !r.noParent {
		var above []string
		for d := abs; d != "/"; {
			d = path.Dir(d)
			above = append(above, d)
		}
		slices.Reverse(above)
		for _, d := range above {
			r.levels = append(r.levels, r.level(d))
		}
	}
	held = t.held - held
	r.walk(shown, abs, 1)
	t.unhold(held)
}

// level reads what a directory says of what is in it.
func (r *ripgrep) level(abs string) rgLevel {
	var l rgLevel
	if r.noIgnore {
		return l
	}
	l.lists[0] = r.t.ignoreFile(abs, ".rgignore", true, false)
	if !r.noDot {
		l.lists[1] = r.t.ignoreFile(abs, ".ignore", true, false)
	}
	if !r.noVCS {
		l.lists[2] = r.t.ignoreFile(abs, ".gitignore", true, false)
		_, err := r.t.sh.stat(joinName(abs, ".git"))
		l.git = err == nil
	}
	return l
}

// walk searches what is in a directory.
func (r *ripgrep) walk(shown, abs string, depth int64) {
	t, g := r.t, r.g
	if depth > rgDepth || r.depth > 0 && depth >= r.depth {
		return
	}
	entries, err := t.sh.readDir(abs)
	if err != nil {
		if !g.silent {
			t.say("%s: %s (os error %d)", clip(shown), errText(err), osError(err))
		}
		g.failed = true
		return
	}
	held := t.held
	r.levels = append(r.levels, r.level(abs))
	held = t.held - held
	defer func() {
		r.levels = r.levels[:len(r.levels)-1]
		t.unhold(held)
	}()
	for _, e := range entries {
		file := rgFile{name: joinName(shown, e.Name())}
		full := joinName(abs, e.Name())
		look := t.sh.lstat
		if r.follow {
			look = t.sh.stat
		}
		if file.info, err = look(full); err != nil {
			continue
		}
		dir := file.info.IsDir()
		if !dir && !file.info.Mode().IsRegular() || r.skips(full, e.Name(), dir) {
			continue
		}
		if dir && r.follow {
			if r.loops(file) {
				continue
			}
			r.inside = append(r.inside, file)
			r.walk(file.name, full, depth+1)
			r.inside = r.inside[:len(r.inside)-1]
		} else if dir {
			r.walk(file.name, full, depth+1)
		} else if r.biggest == 0 || file.info.Size() < r.biggest {
			g.skipBinary = !r.binary
			r.found(file)
			g.skipBinary = false
		}
		if g.quiet && g.found {
			return
		}
	}
}

// loops reports whether a directory is one that it is in, and says so.
func (r *ripgrep) loops(dir rgFile) bool {
	r.t.sh.spend(int64(len(r.inside)))
	i := slices.IndexFunc(r.inside, func(f rgFile) bool { return sameInode(f.info, dir.info) })
	if i < 0 {
		return false
	}
	if !r.g.silent {
		_ = r.t.out.Flush()
		fmt.Fprintf(r.t.err, "File system loop found: %s points to an ancestor %s\n", clip(dir.name), clip(r.inside[i].name))
	}
	r.g.failed = true
	return true
}

// skips reports whether what is at a path is not to be searched.
func (r *ripgrep) skips(abs, name string, dir bool) bool {
	sh := r.t.sh
	if r.globs != nil {
		switch r.globs.says(sh, abs, dir) {
		case isIgnored:
			return false
		case isKept:
			return true
		}
		if !dir && r.globs.keeps < len(r.globs.rules) {
			return true
		}
	}
	keep := false
	switch r.says(abs, dir) {
	case isIgnored:
		return true
	case isKept:
		keep = true
	}
	if !dir && len(r.kinds) > 0 {
		hit := false
		for i := len(r.kinds) - 1; i >= 0 && !hit; i-- {
			if hit = sh.matchAny(r.kinds[i].globs, name); hit && r.kinds[i].not {
				return true
			}
		}
		if !hit && slices.ContainsFunc(r.kinds, func(k rgKind) bool { return !k.not }) {
			return true
		}
		keep = keep || hit
	}
	return !keep && !r.hidden && strings.HasPrefix(name, ".")
}

// says tells what the files in the directories above say of a path: .rgignore first,
// .ignore next, and .gitignore last, as far up as the repository goes.
func (r *ripgrep) says(abs string, dir bool) verdict {
	var found [3]verdict
	git := r.anyGit || slices.ContainsFunc(r.levels, func(l rgLevel) bool { return l.git })
	over := !git
	for i := len(r.levels) - 1; i >= 0; i-- {
		l := &r.levels[i]
		for k, list := range l.lists {
			if list != nil && found[k] == noVerdict && (k < 2 || !over) {
				found[k] = list.says(r.t.sh, abs, dir)
			}
		}
		over = over || l.git
	}
	return cmp.Or(found[0], found[1], found[2])
}

// found is called for each file to search.
func (r *ripgrep) found(f rgFile) {
	if r.sorts() {
		r.t.hold(int64(len(f.name)) + 64)
		r.files = append(r.files, f)
		return
	}
	r.search(f)
}

// inOrder searches the files that were found, in the order that was asked for.
func (r *ripgrep) inOrder() {
	r.t.sh.spend(int64(len(r.files)) * 20)
	sort.SliceStable(r.files, func(i, j int) bool {
		a, b := r.files[i], r.files[j]
		if r.sortBy == "path" || r.sortBy == "none" || a.info == nil || b.info == nil {
			return a.name < b.name
		}
		return a.info.ModTime().Before(b.info.ModTime())
	})
	if r.reverse {
		slices.Reverse(r.files)
	}
	for _, f := range r.files {
		r.search(f)
		if r.g.quiet && r.g.found {
			return
		}
	}
}

func (r *ripgrep) search(f rgFile) {
	t, g := r.t, r.g
	r.searched++
	if r.list {
		g.found = true
		if !g.quiet {
			g.name(f.name, '\n')
		}
		return
	}
	r.fresh, r.total, r.nul, r.lines = true, 0, 0, nil
	if len(g.res) == 1 && strings.HasPrefix(g.res[0].String(), "(?m") {
		if f.name == "-" {
			t.say("-U is here for files, not for standard input")
			g.failed = true
			return
		}
		if !r.multi(f.name) {
			return
		}
	}
	before := g.found
	if g.file(f.name, true); r.nothing && r.total > 0 {
		g.found = before // only a file that is named counts
	}
}

// multi finds the lines of a file that matches across lines are in.
func (r *ripgrep) multi(name string) bool {
	t := r.t
	f, err := t.open(name)
	if err != nil {
		return true // which says so
	}
	defer f.close()
	before, at := t.held, t.sh.heldTemp
	defer func() { t.unhold(t.held - before); t.sh.freeRoom(at) }()
	text, err := t.all(f)
	if err != nil {
		return true
	}
	if r.g.skipBinary && bytes.IndexByte(text, 0) >= 0 {
		return false
	}
	r.lines, r.across = map[int][][]int{}, 0
	line, start, end := 0, 0, -1 // the line that is looked at, and where it is
	for _, m := range r.all(r.g.res[0], text) {
		if m[0] == len(text) && m[0] > 0 {
			break
		}
		r.across++
		for at := m[0]; ; {
			for at > end {
				line, start, end = line+1, end+1, len(text)
				if i := bytes.IndexByte(text[start:], '\n'); i >= 0 {
					end = start + i
				}
			}
			t.hold(rgLine)
			before += rgLine // as long as the file is searched, and until rg ends
			r.lines[line] = append(r.lines[line], []int{at - start, min(m[1], end) - start})
			if at = end + 1; at >= m[1] {
				break
			}
		}
		t.sh.spend(10)
	}
	return true
}

// begins is told that something of a file is printed.
func (r *ripgrep) begins(shown string) {
	if !r.fresh {
		return
	}
	out := r.t.out
	if r.heading && r.g.names {
		if r.printed {
			out.WriteByte('\n')
		}
		out.WriteString(r.paint(shown, "35") + "\n")
	} else if r.printed && r.g.context {
		out.WriteString(r.separator)
	}
	r.fresh, r.printed = false, true
}

// paint colours a text, if that is asked for.
func (r *ripgrep) paint(s, color string) string {
	if !r.g.color {
		return s
	}
	return "\x1b[0m\x1b[" + color + "m" + s + "\x1b[0m"
}

// prefix is what is before a line: sep is : or -.
func (r *ripgrep) prefix(shown string, num, column int, off int64, sep byte) {
	g, out := r.g, r.t.out
	if g.names && !r.heading {
		out.WriteString(r.paint(shown, "35"))
		if g.zero {
			out.WriteByte(0)
		} else {
			out.WriteByte(sep)
		}
	}
	if g.number {
		out.WriteString(r.paint(strconv.Itoa(num), "32"))
		out.WriteByte(sep)
	}
	if r.column && column > 0 {
		out.WriteString(r.paint(strconv.Itoa(column), "0"))
		out.WriteByte(sep)
	}
	if g.bytes {
		out.WriteString(r.paint(strconv.FormatInt(off, 10), "0"))
		out.WriteByte(sep)
	}
}

// around prints a line that does not match.
func (r *ripgrep) around(shown string, num int, off int64, line []byte) {
	r.begins(shown)
	r.prefix(shown, num, 0, off, '-')
	if r.widest > 0 && int64(len(line)) >= r.widest {
		r.t.out.WriteString("[Omitted long context line]\n")
		return
	}
	r.text(line, nil)
}

// text prints a line, and its end, with what is at spans in red.
func (r *ripgrep) text(line []byte, spans [][]int) {
	out, at := r.t.out, 0
	if r.trim {
		at = len(line) - len(bytes.TrimLeft(line, " \t\v\f\r"))
	}
	for i := 0; r.g.color && i < len(spans); i++ {
		lo, hi := spans[i][0], spans[i][1]
		for i+1 < len(spans) && spans[i+1][0] == hi {
			i++
			hi = spans[i][1]
		}
		if lo < at || hi == lo {
			continue
		}
		out.Write(line[at:lo])
		out.WriteString("\x1b[0m\x1b[1m\x1b[31m")
		out.Write(line[lo:hi])
		out.WriteString("\x1b[0m")
		at = hi
	}
	out.Write(line[at:])
	out.WriteByte('\n')
}

// hits reports whether a line matches.
func (r *ripgrep) hits(num int, line []byte) bool {
	if r.lines != nil {
		return r.lines[num] != nil
	}
	_, _, ok := r.g.match(line, 0)
	return ok
}

// counts is told of a line that matches.
func (r *ripgrep) counts(line []byte) {
	if !r.sum || r.g.invert {
		r.total++
		return
	}
	at := r.t.sh.heldTemp
	r.total += max(len(r.spans(line)), 1)
	r.t.sh.freeRoom(at)
}

// spans are where a line matches, each with its groups if they are known.
func (r *ripgrep) spans(line []byte) [][]int {
	g := r.g
	if len(g.res) == 1 && len(g.literals) == 0 && !g.word && !g.inner && g.res[0].back == nil {
		return r.all(g.res[0], line)
	}
	var list [][]int
	for from := 0; from <= len(line); {
		lo, hi, ok := g.match(line, from)
		if !ok {
			break
		}
		r.t.sh.room(256)
		list = append(list, []int{lo, hi})
		if from = hi; hi == lo {
			from++
		}
	}
	return list
}

// all are the matches of re in a text. Room is taken for those there are, unless what
// matches depends on what is before.
func (r *ripgrep) all(re *regex, text []byte) [][]int {
	sh := r.t.sh
	if re.looksBack {
		return sh.matches(re, text, -1)
	}
	var list [][]int
	for from := 0; from <= len(text); {
		some := sh.matches(re, text[from:], rgAtOnce)
		start := from
		for _, m := range some {
			for i := range m {
				if m[i] >= 0 {
					m[i] += start
				}
			}
			if from = m[1]; m[1] == m[0] {
				from++
			}
		}
		if list = append(list, some...); len(some) < rgAtOnce {
			break
		}
	}
	return list
}

// line prints a line that matches.
func (r *ripgrep) line(shown string, num int, off int64, line []byte) {
	r.begins(shown)
	g, out := r.g, r.t.out
	held := r.t.sh.heldTemp
	defer r.t.sh.freeRoom(held)
	var spans [][]int
	if spans = r.lines[num]; !g.invert && r.lines == nil && (g.only || r.column || r.replace != nil || g.color || r.each) {
		spans = r.spans(line)
	}
	for _, m := range spans { // the file may have changed since it was looked at with -U
		m[0], m[1] = min(m[0], len(line)), min(m[1], len(line))
	}
	column := func(i int) int {
		if i < len(spans) {
			return spans[i][0] + 1
		}
		return 1
	}
	long := r.widest > 0 && int64(len(line)) >= r.widest // its end counts
	switch {
	case g.only && !g.invert:
		for i, m := range spans {
			if m[0] == m[1] && r.replace == nil {
				continue
			}
			r.prefix(shown, num, column(i), off+int64(m[0]), ':')
			switch {
			case r.replace != nil:
				out.Write(r.expand(line, m))
				out.WriteByte('\n')
			case r.widest > 0 && int64(m[1]-m[0]) > r.widest:
				out.WriteString("[Omitted long matching line]\n")
			default:
				r.text(line[m[0]:m[1]], [][]int{{0, m[1] - m[0]}})
			}
		}
	case long:
		r.prefix(shown, num, column(0), off, ':')
		out.WriteString("[Omitted long matching line]\n")
	case r.each && !g.invert:
		for i, m := range spans {
			r.prefix(shown, num, column(i), off, ':')
			r.text(line, [][]int{m})
		}
	case r.replace != nil && !g.invert:
		r.prefix(shown, num, column(0), off, ':')
		at := 0
		for _, m := range spans {
			out.Write(line[at:m[0]])
			out.Write(r.expand(line, m))
			at = m[1]
		}
		out.Write(line[at:])
		out.WriteByte('\n')
	default:
		r.prefix(shown, num, column(0), off, ':')
		r.text(line, spans)
	}
}

// expand is the replacement of a match.
func (r *ripgrep) expand(line []byte, m []int) []byte {
	text := *r.replace
	if !strings.Contains(text, "$") {
		return []byte(text)
	}
	held := r.t.sh.heldTemp
	r.t.sh.room(int64(len(text)) + int64(strings.Count(text, "$"))*int64(m[1]-m[0]))
	defer r.t.sh.freeRoom(held)
	if len(m) == 2 && len(r.g.res) == 1 { // its groups are not known yet
		r.t.sh.regexCost(r.g.res[0], m[1]-m[0])
		if groups := r.g.res[0].FindSubmatchIndex(line[m[0]:m[1]]); groups != nil {
			return r.g.res[0].Expand(nil, []byte(text), line[m[0]:m[1]], groups)
		}
	}
	if len(r.g.res) == 0 {
		return bytes.ReplaceAll([]byte(text), []byte("$0"), line[m[0]:m[1]])
	}
	return r.g.res[0].Expand(nil, []byte(text), line, m)
}

// counted prints how often a file matches, if it does.
func (r *ripgrep) counted(shown string, count int) {
	if count == 0 {
		return
	}
	switch {
	case r.lines != nil && !r.g.invert:
		count = r.across
	case r.sum:
		count = r.total
	}
	if r.g.names {
		r.g.name(r.paint(shown, "35"), ':')
	}
	r.t.out.WriteString(strconv.Itoa(count) + "\n")
}

// binaryMatch says that a file that is no text matches.
func (r *ripgrep) binaryMatch(shown string) {
	r.begins(shown)
	if r.g.names {
		r.t.out.WriteString(shown + ": ")
	}
	fmt.Fprintf(r.t.out, "binary file matches (found \"\\0\" byte around offset %d)\n", r.nul)
}
