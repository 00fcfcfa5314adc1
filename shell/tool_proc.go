package shell

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// procInfo is a process as ps shows it.
type procInfo struct {
	pid, parent int
	args        []string
	began       time.Time
}

func (p procInfo) name() string {
	name := path.Base(p.args[0])
	return name[:min(len(name), 15)] // as much as the kernel keeps
}

func (p procInfo) line() string { return strings.Join(p.args, " ") }

// processes are those of the system, by number. A tool that runs in the process of a
// shell is one of its own here, as it would be if it had been started.
func (t *tool) processes() []procInfo {
	sys := t.sh.sys
	sys.mu.Lock()
	procs := make([]*Process, 0, len(sys.procs))
	for _, p := range sys.procs {
		procs = append(procs, p)
	}
	sys.mu.Unlock()
	slices.SortFunc(procs, func(a, b *Process) int { return a.pid - b.pid })
	var all []procInfo
	for _, p := range procs {
		p.mu.Lock()
		all = append(all, procInfo{p.pid, p.parent, p.args, p.began})
		p.mu.Unlock()
	}
	if t.sh.proc.shell {
		all = append(all, procInfo{t.self(), t.sh.proc.pid, append([]string{t.name}, t.args...), sys.cfg.Now()})
	}
	t.sh.spend(int64(len(all)) * 500)
	return all
}

// self is the number of the tool's process.
func (t *tool) self() int {
	if t.sh.proc.shell {
		return int(t.sh.sys.pids.Load()) + 1
	}
	return t.sh.proc.pid
}

// clock is a time as ps writes how long something took.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	text := fmt.Sprintf("%02d:%02d", s/60%60, s%60)
	if s >= 3600 {
		text = fmt.Sprintf("%02d:%s", s/3600, text)
	}
	return text
}

// psColumns are what -o takes: the heading, the width (negative: to the left), and the text.
var psColumns = map[string]struct {
	head  string
	width int
	text  func(v psView, p procInfo) string
}{
	"pid":     {"PID", 7, func(_ psView, p procInfo) string { return strconv.Itoa(p.pid) }},
	"ppid":    {"PPID", 7, func(_ psView, p procInfo) string { return strconv.Itoa(p.parent) }},
	"pgid":    {"PGID", 7, func(_ psView, p procInfo) string { return strconv.Itoa(p.pid) }},
	"sid":     {"SID", 7, func(psView, procInfo) string { return strconv.Itoa(firstPID) }},
	"comm":    {"COMMAND", -15, func(_ psView, p procInfo) string { return p.name() }},
	"args":    {"COMMAND", -27, func(_ psView, p procInfo) string { return p.line() }},
	"user":    {"USER", -8, func(psView, procInfo) string { return userName }},
	"uid":     {"UID", 5, func(psView, procInfo) string { return strconv.Itoa(userID) }},
	"stat":    {"STAT", -4, func(v psView, p procInfo) string { return v.state(p) }},
	"tty":     {"TT", -8, func(psView, procInfo) string { return "?" }},
	"time":    {"TIME", 8, func(psView, procInfo) string { return "00:00:00" }},
	"etime":   {"ELAPSED", 11, func(v psView, p procInfo) string { return clock(v.now.Sub(p.began)) }},
	"etimes":  {"ELAPSED", 7, func(v psView, p procInfo) string { return strconv.Itoa(int(v.now.Sub(p.began).Seconds())) }},
	"start":   {"STARTED", 8, func(v psView, p procInfo) string { return p.began.In(v.zone).Format("15:04:05") }},
	"lstart":  {"STARTED", 24, func(v psView, p procInfo) string { return p.began.In(v.zone).Format("Mon Jan _2 15:04:05 2006") }},
	"pcpu":    {"%CPU", 4, func(psView, procInfo) string { return "0.0" }},
	"pmem":    {"%MEM", 4, func(psView, procInfo) string { return "0.0" }},
	"rss":     {"RSS", 5, func(psView, procInfo) string { return "0" }},
	"vsz":     {"VSZ", 6, func(psView, procInfo) string { return "0" }},
	"nice":    {"NI", 3, func(psView, procInfo) string { return "0" }},
	"c":       {"C", 2, func(psView, procInfo) string { return "0" }},
	"stime":   {"STIME", 5, func(v psView, p procInfo) string { return p.began.In(v.zone).Format("15:04") }},
	"bsdtime": {"TIME", 6, func(psView, procInfo) string { return "0:00" }},
}

// psNames are other names of columns.
var psNames = map[string]string{
	"cmd": "args", "command": "args", "ucmd": "comm", "ucomm": "comm", "euser": "user", "uname": "user", "ruser": "user", "euid": "uid", "state": "stat", "s": "stat", "tt": "tty", "tname": "tty",
	"cputime": "time", "%cpu": "pcpu", "%mem": "pmem", "rssize": "rss", "vsize": "vsz", "ni": "nice", "pgrp": "pgid", "sess": "sid", "session": "sid", "start_time": "stime",
}

// psView is who looks, and when.
type psView struct {
	now  time.Time
	zone *time.Location
	self int
}

func (v psView) state(p procInfo) string {
	if p.pid == v.self {
		return "R"
	}
	return "S"
}

// psColumn is a column as it was asked for.
type psColumn struct{ name, head string }

func ps(t *tool) int {
	var columns []psColumn
	var pids, parents, names []string
	heads, sorted := true, ""
	full := []psColumn{{"user", "UID"}, {"pid", "PID"}, {"ppid", "PPID"}, {"c", "C"}, {"stime", "STIME"}, {"tty", "TTY"}, {"time", "TIME"}, {"args", "CMD"}}
	bsd := []psColumn{{"user", "USER"}, {"pid", "PID"}, {"pcpu", "%CPU"}, {"pmem", "%MEM"}, {"vsz", "VSZ"}, {"rss", "RSS"}, {"tty", "TTY"}, {"stat", "STAT"}, {"stime", "START"}, {"bsdtime", "TIME"}, {"args", "COMMAND"}}
	opts, rest, bad := getopt(t.args, "eAaxfFlwudTjHMo:p:C:U:u:t:g:s:N", map[string]string{
		"no-headers": "noheads", "no-heading": "noheads", "no-headings": "noheads", "headers": "heads", "ppid=": "ppid", "pid=": "p", "sort=": "sort", "format=": "o", "forest": "H", "width=": "w", "cols=": "w", "columns=": "w", "user=": "u", "deselect": "N",
	})
	if bad != "" {
		fmt.Fprintf(t.err, "error: %s\n\nUsage:\n ps [options]\n", bad)
		return 1
	}
	for i := 0; i < len(rest); i++ { // options as BSD's ps has them
		word := rest[i]
		if strings.Trim(word, "0123456789,") == "" {
			pids = append(pids, word)
			continue
		}
		for _, c := range []byte(word) {
			switch c {
			case 'u':
				columns = bsd
			case 'h':
				heads = false
			case 'o':
				if i+1 < len(rest) {
					i++
					opts = append(opts, option{"o", rest[i]})
				}
			case 'a', 'x', 'e', 'f', 'w', 'l', 'j', 'g':
			default:
				fmt.Fprintf(t.err, "error: unsupported option (BSD syntax)\n\nUsage:\n ps [options]\n")
				return 1
			}
		}
	}
	custom := false
	for _, o := range opts {
		switch o.name {
		case "f", "F", "l", "j":
			columns = full
		case "p":
			pids = append(pids, o.value)
		case "ppid":
			parents = append(parents, o.value)
		case "C":
			names = append(names, o.value)
		case "noheads":
			heads = false
		case "sort":
			sorted = o.value
		case "o":
			if !custom {
				columns, custom = nil, true
			}
			for text := o.value; text != ""; {
				name, head, titled := "", "", false
				end := strings.IndexAny(text, ",= ")
				if end < 0 {
					end = len(text)
				}
				name, text = text[:end], text[end:]
				if head, titled = strings.CutPrefix(text, "="); titled {
					text = ""
					if after, ok := strings.CutPrefix(head, ","); ok {
						head, text = "", after
					} else if at := strings.IndexByte(head, ','); at >= 0 && psNameOf(strings.SplitN(head[at+1:], "=", 2)[0]) != "" {
						head, text = head[:at], head[at+1:]
					}
				} else {
					text = strings.TrimLeft(text, ", ")
				}
				if name == "" {
					continue
				}
				key := psNameOf(name)
				if key == "" {
					fmt.Fprintf(t.err, "error: unknown user-defined format specifier \"%s\"\n\nUsage:\n ps [options]\n", clip(name))
					return 1
				}
				if !titled {
					head = psColumns[key].head
					if key == "args" && name == "cmd" {
						head = "CMD"
					}
				}
				columns = append(columns, psColumn{key, head})
			}
		}
	}
	if columns == nil {
		columns = []psColumn{{"pid", "PID"}, {"tty", "TTY"}, {"time", "TIME"}, {"comm", "CMD"}}
	}
	has := func(lists []string, want string) bool {
		for _, l := range lists {
			t.sh.spend(int64(len(l)))
			for field := range strings.FieldsFuncSeq(l, func(r rune) bool { return r == ',' || r == ' ' }) {
				if field == want {
					return true
				}
			}
		}
		return false
	}
	var rows []procInfo
	for _, p := range t.processes() {
		if len(pids)+len(parents)+len(names) == 0 || has(pids, strconv.Itoa(p.pid)) || has(parents, strconv.Itoa(p.parent)) || has(names, p.name()) {
			rows = append(rows, p)
		}
	}
	if sorted == "-pid" {
		slices.Reverse(rows)
	}
	if slices.IndexFunc(columns, func(c psColumn) bool { return c.head != "" }) < 0 {
		heads = false
	}
	row := func(text func(psColumn) string) {
		var b strings.Builder
		for i, c := range columns {
			width := psColumns[c.name].width
			if i == len(columns)-1 && width < 0 {
				width = 0
			}
			if i > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "%*s", width, text(c))
		}
		b.WriteByte('\n')
		t.out.WriteString(b.String())
	}
	if heads {
		row(func(c psColumn) string { return c.head })
	}
	view := psView{t.sh.sys.cfg.Now(), t.sh.zone(), t.self()}
	for _, p := range rows {
		row(func(c psColumn) string { return psColumns[c.name].text(view, p) })
	}
	if len(rows) == 0 {
		return 1
	}
	return 0
}

// psNameOf is the name under which a column is known, or "".
func psNameOf(name string) string {
	if other := psNames[name]; other != "" {
		return other
	}
	if _, ok := psColumns[name]; ok {
		return name
	}
	return ""
}

// pgrep is pgrep and pkill.
func pgrep(t *tool) int {
	kill, sig, args := t.name == "pkill", sigTerm, t.args
	if kill && len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		if n := SignalNumber(args[0][1:]); n >= 0 {
			sig, args = n, args[1:]
		}
	}
	opts, rest, bad := getopt(args, "flaxcnovid:P:u:U:s:g:e", map[string]string{
		"full": "f", "list-name": "l", "list-full": "a", "exact": "x", "count": "c", "newest": "n", "oldest": "o", "inverse": "v", "ignore-case": "i", "delimiter=": "d", "parent=": "P", "signal=": "signal", "euid=": "u", "echo": "e",
	})
	if bad != "" {
		fmt.Fprintf(t.err, "%s: %s\n\nUsage:\n %s [options] <pattern>\n", t.name, bad, t.name)
		return 2
	}
	full, list, all, exact, count, one, inverse, fold, echo := false, false, false, false, false, "", false, false, false
	between, parents := "\n", ""
	for _, o := range opts {
		switch o.name {
		case "f":
			full = true
		case "l":
			list = true
		case "a":
			all = true
		case "x":
			exact = true
		case "c":
			count = true
		case "n", "o":
			one = o.name
		case "v":
			inverse = true
		case "i":
			fold = true
		case "e":
			echo = true
		case "d":
			between = o.value
		case "P":
			parents = "," + o.value + ","
		case "signal":
			if sig = SignalNumber(o.value); sig < 0 {
				fmt.Fprintf(t.err, "%s: Unknown signal \"%s\".\n", t.name, clip(o.value))
				return 2
			}
		}
	}
	if len(rest) > 1 || len(rest) == 0 && parents == "" && one == "" {
		why := "no matching criteria specified"
		if len(rest) > 1 {
			why = "only one pattern can be provided"
		}
		fmt.Fprintf(t.err, "%s: %s\nTry `%s --help' for more information.\n", t.name, why, t.name)
		return 2
	}
	match := func(string) bool { return true }
	if len(rest) == 1 {
		pattern := rest[0]
		if exact {
			pattern = "^(" + pattern + ")$"
		}
		re, bad := t.sh.regex(pattern, regexMode{extended: true, fold: fold})
		if bad != "" {
			fmt.Fprintf(t.err, "%s: %s\n", t.name, bad)
			return 2
		}
		match = func(s string) bool { return t.sh.find(re, s) != nil }
	}
	self := t.self()
	var found []procInfo
	for _, p := range t.processes() {
		if p.pid == self {
			continue
		}
		text := p.name()
		if full {
			text = p.line()
		}
		ok := match(text) && (parents == "" || strings.Contains(parents, ","+strconv.Itoa(p.parent)+","))
		if ok != inverse {
			found = append(found, p)
		}
	}
	switch {
	case one == "n" && len(found) > 0:
		found = found[len(found)-1:]
	case one == "o" && len(found) > 0:
		found = found[:1]
	}
	if kill {
		for _, p := range found {
			if echo {
				fmt.Fprintf(t.out, "%s killed (pid %d)\n", p.name(), p.pid)
			}
			t.signal(p.pid, sig)
		}
	} else if !count {
		for i, p := range found {
			if i > 0 {
				t.out.WriteString(between)
			}
			t.out.WriteString(strconv.Itoa(p.pid))
			switch {
			case all:
				t.out.WriteString(" " + p.line())
			case list:
				t.out.WriteString(" " + p.name())
			}
		}
		if len(found) > 0 {
			t.out.WriteString("\n")
		}
	}
	if count {
		fmt.Fprintf(t.out, "%d\n", len(found))
	}
	if len(found) == 0 {
		return 1
	}
	t.sh.proc.check()
	return 0
}

// signal sends a signal to a process, and reports whether there is one.
func (t *tool) signal(pid, sig int) bool {
	p := t.sh.sys.Find(pid)
	return p != nil && p.Signal(sig)
}

// killall is killall and pidof: processes by their exact names.
func killall(t *tool) int {
	args, sig := t.args, sigTerm
	if t.name == "killall" && len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		if n := SignalNumber(args[0][1:]); n >= 0 {
			sig, args = n, args[1:]
		}
	}
	opts, names, bad := getopt(args, "qs:wevIx", map[string]string{"quiet": "q", "signal=": "s", "wait": "w"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	quiet := false
	for _, o := range opts {
		switch o.name {
		case "q":
			quiet = true
		case "s":
			if t.name != "killall" {
				break
			}
			if sig = SignalNumber(o.value); sig < 0 {
				fmt.Fprintf(t.err, "%s: unknown signal; killall -l lists signals.\n", clip(o.value))
				return 1
			}
		}
	}
	self, code := t.self(), 0
	var pids []string
	for _, name := range names {
		some := false
		for _, p := range slices.Backward(t.processes()) {
			if p.pid == self || p.name() != path.Base(name) {
				continue
			}
			some = true
			pids = append(pids, strconv.Itoa(p.pid))
			if t.name == "killall" {
				t.signal(p.pid, sig)
			}
		}
		if !some {
			code = 1
			if t.name == "killall" && !quiet {
				fmt.Fprintf(t.err, "%s: no process found\n", clip(name))
			}
		}
	}
	if t.name == "pidof" && len(pids) > 0 {
		fmt.Fprintln(t.out, strings.Join(pids, " "))
		code = 0
	}
	t.sh.proc.check()
	return code
}

// listener is a port on which a process listens.
type listener struct {
	port int
	proc procInfo // without args if it is none
}

// listeners are those of the execution.
func (t *tool) listeners() []listener {
	l := t.sh.sys.cfg.Loopback
	if l == nil {
		return nil
	}
	procs := t.processes()
	var all []listener
	for _, at := range l.Listeners() {
		found := procInfo{pid: at.PID, args: []string{"-"}}
		if i := slices.IndexFunc(procs, func(p procInfo) bool { return p.pid == at.PID }); i >= 0 {
			found = procs[i]
		}
		all = append(all, listener{at.Port, found})
	}
	return all
}

// portRange is the first and the last of some ports.
type portRange [2]int

// portsOf reads the ports of :3000, tcp:3000-3005 or TCP@host:3000,3001, as lsof -i has them; nil if they are
// nonsense.
func portsOf(s string) []portRange {
	_, s, _ = strings.Cut(s, ":")
	var ports []portRange
	for _, text := range strings.Split(s, ",") {
		lo, hi, isRange := strings.Cut(text, "-")
		a, err := strconv.Atoi(lo)
		b := a
		if isRange && err == nil {
			b, err = strconv.Atoi(hi)
		}
		if err != nil || a < 0 || b > 65535 {
			return nil
		}
		ports = append(ports, portRange{a, b})
	}
	return ports
}

func lsof(t *tool) int {
	// lsof's -i takes what follows it in the same word, or the next word if that is an address.
	var args, nets []string
	network := false
	for i := 0; i < len(t.args); i++ {
		a := t.args[i]
		at := strings.IndexByte(a, 'i')
		if len(a) < 2 || a[0] != '-' || at < 0 || strings.Trim(a[1:at], "tnPlQw") != "" {
			args = append(args, a)
			continue
		}
		network = true
		if at > 1 {
			args = append(args, a[:at])
		}
		addr := a[at+1:]
		if addr == "" && i+1 < len(t.args) && strings.Contains(t.args[i+1], ":") {
			i++
			addr = t.args[i]
		}
		if addr != "" {
			nets = append(nets, addr)
		}
	}
	opts, _, bad := getopt(args, "tnPlQwas:p:u:c:", nil)
	if bad != "" {
		t.say("%s", bad)
		return 1
	}
	terse, pids, command := false, "", ""
	for _, o := range opts {
		switch o.name {
		case "t":
			terse = true
		case "p":
			pids = "," + o.value + ","
		case "c":
			command = o.value
		case "s":
			if !strings.Contains(strings.ToUpper(o.value), "LISTEN") {
				return 1 // there is nothing in another state
			}
		}
	}
	if !network && pids == "" && command == "" {
		t.say("only -i, -p and -c are supported here: files of other processes are not known")
		return 1
	}
	var ports []portRange
	for _, n := range nets {
		if !strings.Contains(n, ":") {
			continue // a protocol, or 4 or 6
		}
		p := portsOf(n)
		if p == nil {
			t.say("unacceptable port specification in: -i %s", clip(n))
			return 1
		}
		ports = append(ports, p...)
	}
	some := false
	told := map[int]bool{}
	for _, l := range t.listeners() {
		t.sh.spend(int64(len(ports)))
		asked := slices.ContainsFunc(ports, func(p portRange) bool { return p[0] <= l.port && l.port <= p[1] })
		if len(ports) > 0 && !asked || pids != "" && !strings.Contains(pids, ","+strconv.Itoa(l.proc.pid)+",") || !strings.HasPrefix(l.proc.name(), command) {
			continue
		}
		if terse {
			if !told[l.proc.pid] {
				fmt.Fprintln(t.out, l.proc.pid)
			}
			told[l.proc.pid], some = true, true
			continue
		}
		if !some {
			t.out.WriteString("COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n")
		}
		name := l.proc.name()
		fmt.Fprintf(t.out, "%-7s %3d %s   20u  IPv6 %6d      0t0  TCP *:%d (LISTEN)\n", name[:min(len(name), 9)], l.proc.pid, userName, 10000+l.port, l.port)
		some = true
	}
	if !some {
		return 1
	}
	return 0
}

// fuser says which processes listen on PORT/tcp, and ends them with -k.
func fuser(t *tool) int {
	var names []string
	kill, quiet, sig := false, false, sigKill
	for i := 0; i < len(t.args); i++ {
		switch a := t.args[i]; {
		case a == "-n":
			i++ // the protocol
		case strings.HasPrefix(a, "-") && SignalNumber(a[1:]) > 0 && kill:
			sig = SignalNumber(a[1:])
		case strings.HasPrefix(a, "-"):
			kill = kill || strings.Contains(a, "k")
			quiet = quiet || strings.Contains(a, "s")
		default:
			names = append(names, a)
		}
	}
	if len(names) == 0 {
		t.say("no process specification given")
		return 1
	}
	code := 1
	for _, name := range names {
		text, _, _ := strings.Cut(name, "/")
		port, err := strconv.Atoi(text)
		if err != nil {
			t.say("only PORT/tcp is supported here: files of other processes are not known")
			return 1
		}
		for _, l := range t.listeners() {
			if l.port != port {
				continue
			}
			code = 0
			if !quiet {
				fmt.Fprintf(t.err, "%-21s", name+":")
				_ = t.out.Flush() // in the order they are written
				fmt.Fprintf(t.out, "%6d", l.proc.pid)
				_ = t.out.Flush()
				io.WriteString(t.err, "\n")
			}
			if kill {
				t.signal(l.proc.pid, sig)
			}
		}
	}
	t.sh.proc.check()
	return code
}

// sockets is ss and netstat: who listens.
func sockets(t *tool) int {
	opts, _, bad := getopt(t.args, "tulnpaeo46xHsri", map[string]string{
		"tcp": "t", "udp": "u", "listening": "l", "numeric": "n", "processes": "p", "programs": "p", "program": "p", "all": "a", "no-header": "H", "ipv4": "4", "ipv6": "6",
	})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(opts, func(o option) bool { return o.name == name })
	}
	programs, listening := has("p"), has("l") || has("a")
	if t.name == "netstat" {
		t.out.WriteString("Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ")
		if programs {
			t.out.WriteString(" PID/Program name   ")
		}
		t.out.WriteString("\n")
	} else if !has("H") {
		t.out.WriteString("State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n")
	}
	if !listening || has("u") && !has("t") {
		return 0
	}
	for _, l := range t.listeners() {
		if t.name == "netstat" {
			fmt.Fprintf(t.out, "tcp6       0      0 %-23s %-23s LISTEN     ", fmt.Sprintf(":::%d", l.port), ":::*")
			if programs {
				fmt.Fprintf(t.out, " %-19s", fmt.Sprintf("%d/%s", l.proc.pid, l.proc.name()))
			}
		} else {
			fmt.Fprintf(t.out, "LISTEN 0      256    %18s %17s", fmt.Sprintf("*:%d", l.port), "*:*")
			if programs {
				fmt.Fprintf(t.out, "    users:((%q,pid=%d,fd=20))", l.proc.name(), l.proc.pid)
			}
		}
		t.out.WriteString("\n")
	}
	return 0
}
