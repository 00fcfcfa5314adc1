package shell

import (
	"slices"
	"strings"
)

// versions are the first lines that the real tools print for --version: programs look
// there for which kind of a tool they have. The tools here are written to be like these.
var versions = map[string]string{
	"awk": "GNU Awk 5.2.1, API 3.2", "gawk": "GNU Awk 5.2.1, API 3.2", "bc": "bc 1.07.1", "bzip2": "bzip2, a block-sorting file compressor.  Version 1.0.8, 13-Jul-2019.",
	"cmp": "cmp (GNU diffutils) 3.8", "diff": "diff (GNU diffutils) 3.8", "dd": "dd (coreutils) 9.1", "envsubst": "envsubst (GNU gettext-runtime) 0.21", "file": "file-5.44",
	"find": "find (GNU findutils) 4.9.0", "xargs": "xargs (GNU findutils) 4.9.0", "fuser": "fuser (PSmisc) 23.6", "killall": "killall (PSmisc) 23.6",
	"grep": "grep (GNU grep) 3.8", "egrep": "grep (GNU grep) 3.8", "fgrep": "grep (GNU grep) 3.8", "gzip": "gzip 1.12", "gunzip": "gunzip (gzip) 1.12", "zcat": "zcat (gzip) 1.12",
	"hostname": "hostname 3.23", "iconv": "iconv (Debian GLIBC 2.36) 2.36", "getconf": "getconf (Debian GLIBC 2.36) 2.36", "less": "less 590 (GNU regular expressions)", "netstat": "net-tools 2.10", "patch": "GNU patch 2.7.6",
	"sed": "sed (GNU sed) 4.9", "ss": "ss utility, iproute2-6.1.0", "strings": "GNU strings (GNU Binutils for Debian) 2.40", "tar": "tar (GNU tar) 1.34",
	"zstd": "*** Zstandard CLI (64-bit) v1.5.4, by Yann Collet ***", "zipinfo": "ZipInfo 3.00 of 20 April 2009, by Greg Roelofs and the Info-ZIP group.",
	"unzip": "UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.", "zip": "This is Zip 3.0 (July 5th 2008), by Info-ZIP.",
}

// suites are the names of tools that have the version of what they come with.
var suites = []struct{ version, names string }{
	{" (GNU coreutils) 9.1", "arch b2sum base32 base64 basename cat chgrp chmod chown cksum comm cp csplit cut date df dir dirname du env expand expr factor fmt fold groups head id install join link ln logname ls md5sum mkdir mktemp mv nice nl nohup nproc numfmt od paste pathchk printenv readlink realpath rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf sum sync tac tail tee timeout touch tr truncate tsort tty uname unexpand uniq unlink wc whoami yes"},
	{" from util-linux 2.38.1", "cal column getopt hd hexdump more rev setsid uuidgen"},
	{" from procps-ng 4.0.2", "free pgrep pkill ps top uptime"},
}

// usages are the arguments of tools, where they are not "[OPTION]... [FILE]...".
var usages = map[string]string{
	"comm": "[OPTION]... FILE1 FILE2", "join": "[OPTION]... FILE1 FILE2", "cp": "[OPTION]... [-T] SOURCE DEST", "mv": "[OPTION]... [-T] SOURCE DEST", "install": "[OPTION]... [-T] SOURCE DEST",
	"unlink": "FILE", "mkdir": "[OPTION]... DIRECTORY...", "rmdir": "[OPTION]... DIRECTORY...", "ln": "[OPTION]... [-T] TARGET LINK_NAME", "link": "FILE1 FILE2", "touch": "[OPTION]... FILE...",
	"chmod": "[OPTION]... MODE[,MODE]... FILE...", "chown": "[OPTION]... [OWNER][:[GROUP]] FILE...", "chgrp": "[OPTION]... GROUP FILE...", "sync": "[OPTION] [FILE]...", "stat": "[OPTION]... FILE...",
	"truncate": "OPTION... FILE...", "mktemp": "[OPTION]... [TEMPLATE]", "readlink": "[OPTION]... FILE...", "realpath": "[OPTION]... FILE...", "basename": "NAME [SUFFIX]", "dirname": "[OPTION] NAME...",
	"file": "[OPTION...] [FILE...]", "find": "[-H] [-L] [-P] [path...] [expression]", "grep": "[OPTION]... PATTERNS [FILE]...", "sed": "[OPTION]... {script-only-if-no-other-script} [input-file]...",
	"awk": "[POSIX or GNU style options] -f progfile [--] file ...", "uniq": "[OPTION]... [INPUT [OUTPUT]]", "shuf": "[OPTION]... [FILE]", "cut": "OPTION... [FILE]...", "tr": "[OPTION]... STRING1 [STRING2]",
	"fmt": "[-WIDTH] [OPTION]... [FILE]...", "tsort": "[OPTION] [FILE]", "numfmt": "[OPTION]... [NUMBER]...", "factor": "[NUMBER]...", "split": "[OPTION]... [FILE [PREFIX]]",
	"xargs": "[OPTION]... COMMAND [INITIAL-ARGS]...", "diff": "[OPTION]... FILES", "cmp": "[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]", "env": "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
	"printenv": "[OPTION]... [VARIABLE]...", "date": "[OPTION]... [+FORMAT]", "sleep": "NUMBER[SUFFIX]...", "timeout": "[OPTION] DURATION COMMAND [ARG]...", "nohup": "COMMAND [ARG]...",
	"nice": "[OPTION] [COMMAND [ARG]...]", "stdbuf": "OPTION... COMMAND", "setsid": "[options] <program> [arguments ...]", "seq": "[OPTION]... LAST", "yes": "[STRING]...", "expr": "EXPRESSION",
	"id": "[OPTION]... [USER]...", "whoami": "[OPTION]...", "logname": "[OPTION]", "groups": "[OPTION]... [USERNAME]...", "uname": "[OPTION]...", "arch": "[OPTION]...", "nproc": "[OPTION]...", "tty": "[OPTION]...",
	"base64": "[OPTION]... [FILE]", "base32": "[OPTION]... [FILE]", "patch": "[OPTION]... [ORIGFILE [PATCHFILE]]", "envsubst": "[OPTION] [SHELL-FORMAT]", "getopt": "<optstring> <parameters>",
	"shred": "[OPTION]... FILE...", "unzip": "[-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]", "csplit": "[OPTION]... FILE PATTERN...", "pathchk": "[OPTION]... NAME...", "dd": "[OPERAND]...",
	"bc": "[options] [file ...]", "cal": "[-13y] [-A months] [-B months] [-m month] [[month] year]", "curl": "[options...] <url>", "free": "[options]", "getconf": "VAR", "lsof": "[-ntP] [-i [:port]] [-p pid]", "nc": "[-lkvz] [-w seconds] host port",
	"openssl": "dgst | base64 | enc -base64 | rand | version", "top": "-b [-n number] [-d seconds] [-p pid] [-c]", "tput": "[-T TERM] cols | lines | colors", "uptime": "[options]", "uuidgen": "[options]", "wget": "[OPTION]... [URL]...", "which": "[-a] args",
	"xxd": "[options] [infile [outfile]]", "zip": "[-options] zipfile list", "tar": "[OPTION...] [FILE]...", "ps": "[options]", "pgrep": "[options] <pattern>", "pkill": "[options] <pattern>", "killall": "[OPTION]... [--] NAME...", "ss": "[ OPTIONS ]",
}

// about is what a tool prints if it is only asked what it is, or "". Those that answer
// by themselves are not here.
func (t *tool) about() string {
	if len(t.args) != 1 || t.sh.bun {
		return ""
	}
	what := t.args[0]
	if what == "-V" && slices.Contains([]string{"grep", "egrep", "fgrep", "awk", "gawk", "gzip", "gunzip", "column", "getopt", "ps", "top", "free", "uptime", "uuidgen"}, t.name) {
		what = "--version"
	}
	if what != "--version" && what != "--help" {
		return ""
	}
	version := versions[t.name]
	for _, s := range suites {
		if slices.Contains(strings.Fields(s.names), t.name) {
			version = t.name + s.version
		}
	}
	if what == "--version" {
		if version != "" {
			version += "\n"
		}
		return version
	}
	name := t.name
	if name == "egrep" || name == "fgrep" {
		name = "grep"
	}
	usage := usages[name]
	if name == "gawk" {
		usage = usages["awk"]
	}
	switch {
	case usage == "" && version == "":
		return ""
	case usage == "":
		usage = "[OPTION]... [FILE]..."
	}
	text := "Usage: " + name + " " + usage + "\n"
	if version != "" {
		text += "This " + name + " takes most of the options of " + version + ".\n"
	}
	return text
}
