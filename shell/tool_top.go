package shell

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// memory is what the programs of the command line may hold, and what they hold.
func (t *tool) memory() (total, used int64) {
	b := t.sh.sys.cfg.Budget
	return b.cfg.Memory, b.cfg.Memory - b.MemoryLeft()
}

// upSince is when the first process began: there is nothing before it.
func (t *tool) upSince() time.Time {
	first := t.sh.sys.cfg.Now()
	for _, p := range t.processes() {
		if p.began.Before(first) {
			first = p.began
		}
	}
	return first
}

// free shows the memory of the command line, as if it were that of a computer.
func free(t *tool) int {
	opts, rest, bad := getopt(t.args, "bkmghtlwvs:c:", map[string]string{
		"bytes": "b", "kibi": "k", "mebi": "m", "gibi": "g", "kilo": "kilo", "mega": "mega", "giga": "giga", "human": "h", "total": "t", "wide": "w", "si": "si", "seconds=": "s", "count=": "c", "lohi": "l",
	})
	if bad != "" || len(rest) > 0 {
		return t.usage(1, "%s", bad)
	}
	unit, human, sum, wide := int64(1<<10), false, false, false
	for _, o := range opts {
		switch o.name {
		case "b":
			unit = 1
		case "k":
			unit = 1 << 10
		case "m":
			unit = 1 << 20
		case "g":
			unit = 1 << 30
		case "kilo":
			unit = 1e3
		case "mega":
			unit = 1e6
		case "giga":
			unit = 1e9
		case "h":
			human = true
		case "t":
			sum = true
		case "w":
			wide = true
		case "s", "c", "si":
			t.say("option %s is not here", rgOption(o.name))
			return 1
		}
	}
	show := func(n int64) string {
		if !human {
			return strconv.FormatInt(n/unit, 10)
		}
		if n < 1024 {
			return strconv.FormatInt(n, 10) + "B"
		}
		f := float64(n)
		for _, u := range []string{"Ki", "Mi", "Gi", "Ti"} {
			if f /= 1024; f < 1024 {
				if f < 10 {
					return fmt.Sprintf("%.1f%s", f, u)
				}
				return fmt.Sprintf("%d%s", int64(f), u)
			}
		}
		return strconv.FormatInt(n, 10)
	}
	row := func(name string, values ...int64) {
		fmt.Fprintf(t.out, "%-9s", name)
		for i, v := range values {
			if i > 0 {
				t.out.WriteByte(' ')
			}
			fmt.Fprintf(t.out, "%11s", show(v))
		}
		t.out.WriteByte('\n')
	}
	total, used := t.memory()
	if wide {
		t.out.WriteString("               total        used        free      shared     buffers       cache   available\n")
		row("Mem:", total, used, total-used, 0, 0, 0, total-used)
	} else {
		t.out.WriteString("               total        used        free      shared  buff/cache   available\n")
		row("Mem:", total, used, total-used, 0, 0, total-used)
	}
	row("Swap:", 0, 0, 0)
	if sum {
		row("Total:", total, used, total-used)
	}
	return 0
}

// upFor is how long it runs, in the words of uptime.
func upFor(d time.Duration) string {
	minutes := int(d.Minutes())
	text := ""
	if days := minutes / (24 * 60); days > 0 {
		text = fmt.Sprintf("%d days, ", days)
		if days == 1 {
			text = "1 day, "
		}
	}
	if hours := minutes / 60 % 24; hours > 0 {
		return text + fmt.Sprintf("%2d:%02d", hours, minutes%60)
	}
	return text + fmt.Sprintf("%d min", minutes%60)
}

func uptime(t *tool) int {
	opts, rest, bad := getopt(t.args, "psV", map[string]string{"pretty": "p", "since": "s"})
	if bad != "" || len(rest) > 0 {
		return t.usage(1, "%s", bad)
	}
	now, since := t.sh.sys.cfg.Now().In(t.sh.zone()), t.upSince()
	for _, o := range opts {
		switch o.name {
		case "p":
			minutes := int(now.Sub(since).Minutes())
			hours := ""
			if h := minutes / 60; h > 0 {
				hours = fmt.Sprintf("%d hours, ", h)
			}
			fmt.Fprintf(t.out, "up %s%d minutes\n", hours, minutes%60)
			return 0
		case "s":
			t.out.WriteString(since.In(t.sh.zone()).Format("2006-01-02 15:04:05") + "\n")
			return 0
		}
	}
	t.out.WriteString(" " + t.upLine(now, since) + "\n")
	return 0
}

func (t *tool) upLine(now, since time.Time) string {
	return fmt.Sprintf("%s up %s,  1 user,  load average: 0.00, 0.00, 0.00", now.Format("15:04:05"), upFor(now.Sub(since)))
}

// top shows the rows of ps, again and again.
func top(t *tool) int {
	opts, rest, bad := getopt(t.args, "bcHiSsn:d:p:u:U:o:w::E:e:1V", nil)
	if bad != "" || len(rest) > 0 {
		if bad == "" {
			bad = "unknown option " + quoteASCII(clip(rest[0]))
		}
		fmt.Fprintf(t.err, "top: %s\nUsage:\n  top -b -n number -d seconds -p pid -c\n", bad)
		return 1
	}
	batch, whole, times, pause, pids := false, false, 0, 3*time.Second, ""
	for _, o := range opts {
		switch o.name {
		case "b":
			batch = true
		case "c":
			whole = true
		case "n":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 1 {
				t.say("bad iterations argument %s", quoteASCII(clip(o.value)))
				return 1
			}
			times = n
		case "d":
			s, err := strconv.ParseFloat(o.value, 64)
			if err != nil || !(s >= 0 && s < 1e6) {
				t.say("bad delay interval %s", quoteASCII(clip(o.value)))
				return 1
			}
			pause = max(time.Duration(s*float64(time.Second)), 100*time.Millisecond)
		case "p":
			pids += "," + o.value
		case "u", "U":
			if o.value != userName && o.value != strconv.Itoa(userID) {
				t.say("Invalid user")
				return 1
			}
		}
	}
	if !batch {
		t.say("failed tty get")
		return 1
	}
	for n := 1; ; n++ {
		if n > 1 {
			_ = t.out.Flush()
			t.sh.pause(pause)
			t.out.WriteByte('\n')
		}
		t.topOnce(whole, pids)
		if n == times {
			return 0
		}
	}
}

func (t *tool) topOnce(whole bool, pids string) {
	const mib = 1 << 20
	now := t.sh.sys.cfg.Now().In(t.sh.zone())
	procs := t.processes()
	if pids != "" {
		kept := procs[:0]
		for _, p := range procs {
			if strings.Contains(pids+",", ","+strconv.Itoa(p.pid)+",") {
				kept = append(kept, p)
			}
		}
		procs = kept
	}
	view := psView{now, t.sh.zone(), t.self()}
	running := 0
	for _, p := range procs {
		if view.state(p) == "R" {
			running++
		}
	}
	total, used := t.memory()
	fmt.Fprintf(t.out, "top - %s\n", t.upLine(now, t.upSince()))
	fmt.Fprintf(t.out, "Tasks: %3d total, %3d running, %3d sleeping,   0 stopped,   0 zombie\n", len(procs), running, len(procs)-running)
	t.out.WriteString("%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st \n")
	fmt.Fprintf(t.out, "MiB Mem : %8.1f total, %8.1f free, %8.1f used, %8.1f buff/cache     \n", float64(total)/mib, float64(total-used)/mib, float64(used)/mib, 0.0)
	fmt.Fprintf(t.out, "MiB Swap: %8.1f total, %8.1f free, %8.1f used. %8.1f avail Mem \n\n", 0.0, 0.0, 0.0, float64(total-used)/mib)
	t.out.WriteString("    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n")
	for _, p := range procs {
		name := p.name()
		if whole {
			name = p.line()
		}
		fmt.Fprintf(t.out, "%7d %-8s  20   0       0      0      0 %s   0.0   0.0   0:00.00 %s\n", p.pid, userName, view.state(p), name)
	}
}
