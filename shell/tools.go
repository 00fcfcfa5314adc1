package shell

// toolFor returns the tool of a name, or nil.
func toolFor(name string) func(*tool) int {
	switch name {
	case "bash", "sh", "dash":
		return bashTool
	case "true", "false", "echo", "printf", "test", "[", "pwd", "kill":
		return builtinTool
	case "ls", "dir":
		return ls
	case "cat":
		return cat
	case "tac":
		return tac
	case "nl":
		return nl
	case "rev":
		return rev
	case "paste":
		return paste
	case "comm":
		return comm
	case "join":
		return join
	case "cp":
		return cp
	case "mv":
		return mv
	case "rm", "unlink":
		return rm
	case "mkdir":
		return mkdir
	case "rmdir":
		return rmdir
	case "ln", "link":
		return ln
	case "touch":
		return touch
	case "chmod":
		return chmod
	case "chown", "chgrp", "sync":
		return func(*tool) int { return 0 }
	case "install":
		return install
	case "stat":
		return stat
	case "du":
		return du
	case "df":
		return df
	case "truncate":
		return truncate
	case "mktemp":
		return mktemp
	case "readlink", "realpath":
		return realpath
	case "basename":
		return basename
	case "dirname":
		return dirname
	case "file":
		return fileTool
	case "find":
		return find
	case "grep", "egrep", "fgrep":
		return grep
	case "sed":
		return sed
	case "awk", "gawk", "mawk":
		return awkTool
	case "head", "tail":
		return headTail
	case "wc":
		return wc
	case "sort":
		return sortTool
	case "uniq":
		return uniq
	case "shuf":
		return shuf
	case "cut":
		return cut
	case "tr":
		return tr
	case "fold":
		return fold
	case "fmt":
		return fmtTool
	case "tsort":
		return tsort
	case "numfmt":
		return numfmt
	case "factor":
		return factor
	case "expand", "unexpand":
		return expand
	case "column":
		return column
	case "split":
		return split
	case "xargs":
		return xargs
	case "tee":
		return tee
	case "diff":
		return diff
	case "cmp":
		return cmpTool
	case "env", "printenv":
		return env
	case "date":
		return date
	case "sleep":
		return sleep
	case "timeout":
		return timeout
	case "nohup", "nice", "time", "stdbuf", "setsid":
		return wrapper
	case "seq":
		return seq
	case "yes":
		return yes
	case "expr":
		return expr
	case "which":
		return which
	case "id", "whoami", "logname", "groups", "uname", "hostname", "arch", "nproc", "tty", "clear", "getconf":
		return identity
	case "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "md5sum", "b2sum", "cksum", "sum":
		return sums
	case "base64", "base32":
		return baseN
	case "od":
		return od
	case "hexdump", "hd":
		return hexdump
	case "xxd":
		return xxdTool
	case "patch":
		return patchTool
	case "envsubst":
		return envsubst
	case "getopt":
		return getoptTool
	case "iconv":
		return iconv
	case "more", "less":
		return pager
	case "shred":
		return shred
	case "zip":
		return zipTool
	case "unzip":
		return unzip
	case "zipinfo":
		return zipinfo
	case "csplit":
		return csplit
	case "bc":
		return bcTool
	case "strings":
		return stringsTool
	case "pathchk":
		return pathchk
	case "dd":
		return dd
	case "gzip", "gunzip", "zcat", "zstd", "unzstd", "zstdcat", "bzip2", "bunzip2", "bzcat":
		return compressTool
	case "tar":
		return tarTool
	case "jq":
		return jq
	case "curl":
		return curl
	case "wget":
		return wget
	case "nc", "netcat", "ncat":
		return nc
	case "ps":
		return ps
	case "pgrep", "pkill":
		return pgrep
	case "killall", "pidof":
		return killall
	case "lsof":
		return lsof
	case "fuser":
		return fuser
	case "ss", "netstat":
		return sockets
	case "tree":
		return tree
	case "rg":
		return rg
	case "sqlite3":
		return sqlite3
	case "openssl":
		return opensslTool
	case "dos2unix", "unix2dos":
		return dos2unix
	case "cal":
		return cal
	case "uuidgen":
		return uuidgen
	case "tput":
		return tput
	case "free":
		return free
	case "uptime":
		return uptime
	case "top":
		return top
	case "tsc":
		return tsc
	}
	return nil
}

// builtinTool is a builtin run as a program, by env or xargs for example.
func builtinTool(t *tool) int {
	return builtin(t.name)(t.sh, append([]string{t.name}, t.args...))
}

// tsc says what to use instead.
func tsc(t *tool) int {
	t.say("the TypeScript compiler is not here: programs in TypeScript run without being checked; install the package \"typescript\" for its API")
	return 1
}
