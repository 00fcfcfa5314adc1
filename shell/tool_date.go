package shell

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// zone is the time zone of TZ.
func (sh *shell) zone() *time.Location {
	tz, ok := sh.get("TZ")
	if !ok || tz == "" {
		return time.UTC
	}
	if loc, err := time.LoadLocation(strings.TrimPrefix(tz, ":")); err == nil {
		return loc
	}
	return time.UTC
}

// strftime formats a time as strftime(3) and date do.
func strftime(t time.Time, format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		pad := byte(0)
		upper := false
		for i+1 < len(format) && strings.IndexByte("-_0^#", format[i]) >= 0 {
			if format[i] == '^' {
				upper = true
			} else {
				pad = format[i]
			}
			i++
		}
		digits := ""
		for i+1 < len(format) && format[i] >= '0' && format[i] <= '9' && len(digits) < 2 {
			digits += format[i : i+1]
			i++
		}
		colons := 0
		for i+1 < len(format) && format[i] == ':' {
			colons++
			i++
		}
		num := func(n, width int, fill byte) {
			switch pad {
			case '-':
				width = 0
			case '_':
				fill = ' '
			case '0':
				fill = '0'
			}
			if w, err := strconv.Atoi(digits); err == nil {
				width = w
			}
			if fill == '0' {
				fmt.Fprintf(&b, "%0*d", width, n)
			} else {
				fmt.Fprintf(&b, "%*d", width, n)
			}
		}
		text := func(s string) {
			if upper {
				s = strings.ToUpper(s)
			}
			b.WriteString(s)
		}
		isoYear, isoWeek := t.ISOWeek()
		hour12 := (t.Hour()+11)%12 + 1
		switch format[i] {
		case 'Y':
			num(t.Year(), 4, '0')
		case 'C':
			num(t.Year()/100, 2, '0')
		case 'y':
			num(t.Year()%100, 2, '0')
		case 'm':
			num(int(t.Month()), 2, '0')
		case 'd':
			num(t.Day(), 2, '0')
		case 'e':
			num(t.Day(), 2, ' ')
		case 'H':
			num(t.Hour(), 2, '0')
		case 'k':
			num(t.Hour(), 2, ' ')
		case 'I':
			num(hour12, 2, '0')
		case 'l':
			num(hour12, 2, ' ')
		case 'M':
			num(t.Minute(), 2, '0')
		case 'S':
			num(t.Second(), 2, '0')
		case 'N':
			s := fmt.Sprintf("%09d", t.Nanosecond())
			if w, err := strconv.Atoi(digits); err == nil && w < 9 {
				s = s[:w]
			}
			b.WriteString(s)
		case 'j':
			num(t.YearDay(), 3, '0')
		case 'u':
			num((int(t.Weekday())+6)%7+1, 1, '0')
		case 'w':
			num(int(t.Weekday()), 1, '0')
		case 'V':
			num(isoWeek, 2, '0')
		case 'G':
			num(isoYear, 4, '0')
		case 'g':
			num(isoYear%100, 2, '0')
		case 'U':
			num((t.YearDay()+6-int(t.Weekday()))/7, 2, '0')
		case 'W':
			num((t.YearDay()+6-(int(t.Weekday())+6)%7)/7, 2, '0')
		case 'a':
			text(t.Format("Mon"))
		case 'A':
			text(t.Format("Monday"))
		case 'b', 'h':
			text(t.Format("Jan"))
		case 'B':
			text(t.Format("January"))
		case 'p':
			text(t.Format("PM"))
		case 'P':
			text(strings.ToLower(t.Format("PM")))
		case 'Z':
			text(t.Format("MST"))
		case 'z':
			switch colons {
			case 0:
				b.WriteString(t.Format("-0700"))
			case 1:
				b.WriteString(t.Format("-07:00"))
			default:
				b.WriteString(t.Format("-07:00:00"))
			}
		case 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case 'F':
			b.WriteString(t.Format("2006-01-02"))
		case 'T', 'X':
			b.WriteString(t.Format("15:04:05"))
		case 'D', 'x':
			b.WriteString(t.Format("01/02/06"))
		case 'R':
			b.WriteString(t.Format("15:04"))
		case 'r':
			b.WriteString(t.Format("03:04:05 PM"))
		case 'c':
			b.WriteString(t.Format("Mon Jan _2 15:04:05 2006"))
		case 'q':
			num((int(t.Month())+2)/3, 1, '0')
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case '%':
			b.WriteByte('%')
		default:
			b.WriteByte('%')
			b.WriteByte(format[i])
		}
	}
	return b.String()
}

func date(t *tool) int {
	opts, names, bad := getopt(t.args, "d:uRr:I::s:f:", map[string]string{"date=": "d", "utc": "u", "universal": "u", "rfc-email": "R", "rfc-2822": "R", "reference=": "r", "iso-8601?": "I", "rfc-3339=": "rfc", "set=": "s", "file=": "f"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	loc := t.sh.zone()
	for _, o := range opts {
		if o.name == "u" {
			loc = time.UTC
		}
	}
	when := t.sh.sys.cfg.Now().In(loc)
	format := "%a %b %e %H:%M:%S %Z %Y"
	for _, o := range opts {
		switch o.name {
		case "d":
			w, ok := parseDate(o.value, when, loc)
			if !ok {
				t.say("invalid date %s", quoteName(o.value))
				return 1
			}
			when = w
		case "R":
			format = "%a, %d %b %Y %H:%M:%S %z"
		case "r":
			info, err := t.sh.stat(o.value)
			if err != nil {
				t.say("%s: %s", o.value, errText(err))
				return 1
			}
			when = info.ModTime().In(loc)
		case "I":
			switch o.value {
			case "", "d", "date":
				format = "%Y-%m-%d"
			case "h", "hours":
				format = "%Y-%m-%dT%H%:z"
			case "m", "min", "minutes":
				format = "%Y-%m-%dT%H:%M%:z"
			case "s", "sec", "seconds":
				format = "%Y-%m-%dT%H:%M:%S%:z"
			case "n", "ns":
				format = "%Y-%m-%dT%H:%M:%S,%N%:z"
			default:
				return t.usage(1, "invalid argument %s for %s", quoteName(o.value), quoteName("--iso-8601"))
			}
		case "rfc":
			format = map[string]string{"date": "%Y-%m-%d", "seconds": "%Y-%m-%d %H:%M:%S%:z", "ns": "%Y-%m-%d %H:%M:%S.%N%:z"}[o.value]
		case "s":
			t.say("cannot set date: Operation not permitted")
			return 1
		case "f":
			t.say("reading dates from a file is not supported")
			return 1
		}
	}
	for _, n := range names {
		f, ok := strings.CutPrefix(n, "+")
		if !ok {
			t.say("invalid date %s", quoteName(n))
			return 1
		}
		format = f
	}
	t.out.WriteString(strftime(when, format) + "\n")
	return 0
}

// duration reads what sleep and timeout take.
func duration(s string) (time.Duration, bool) {
	if s == "infinity" || s == "inf" {
		return 1 << 62, true
	}
	unit := time.Second
	if s != "" {
		switch s[len(s)-1] {
		case 's':
			s = s[:len(s)-1]
		case 'm':
			unit, s = time.Minute, s[:len(s)-1]
		case 'h':
			unit, s = time.Hour, s[:len(s)-1]
		case 'd':
			unit, s = 24*time.Hour, s[:len(s)-1]
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f != f {
		return 0, false
	}
	if f*float64(unit) >= 1<<62 {
		return 1 << 62, true
	}
	return time.Duration(f * float64(unit)), true
}

func sleep(t *tool) int {
	if len(t.args) == 0 {
		return t.usage(1, "missing operand")
	}
	var total time.Duration
	for _, a := range t.args {
		d, ok := duration(a)
		if !ok {
			return t.usage(1, "invalid time interval %s", quoteName(a))
		}
		total += d
		if total < 0 {
			total = 1 << 62
		}
	}
	t.sh.settle()
	t.sh.pause(total)
	return 0
}

func timeout(t *tool) int {
	opts, rest, bad := getopt(t.args, "+k:s:v", map[string]string{"kill-after=": "k", "signal=": "s", "preserve-status": "p", "foreground": "f", "verbose": "v"})
	if bad != "" {
		return t.usage(125, "%s", bad)
	}
	sig, preserve, verbose, foreground := sigTerm, false, false, false
	var after time.Duration
	for _, o := range opts {
		switch o.name {
		case "s":
			if sig = SignalNumber(o.value); sig < 0 {
				return t.usage(125, "%s: invalid signal", quoteName(o.value))
			}
		case "k":
			var ok bool
			if after, ok = duration(o.value); !ok {
				return t.usage(125, "invalid time interval %s", quoteName(o.value))
			}
		case "p":
			preserve = true
		case "f":
			foreground = true
		case "v":
			verbose = true
		}
	}
	if len(rest) < 2 {
		return t.usage(125, "missing operand")
	}
	d, ok := duration(rest[0])
	if !ok {
		return t.usage(125, "invalid time interval %s", quoteName(rest[0]))
	}
	sh := t.sh
	sh.whole = false // the signals are not for timeout itself
	alarm := &alarm{sig: sig, after: after, foreground: foreground}
	status := sh.inProcess(func(p *Process) int {
		c := sh.fork(p)
		defer c.release()
		c.whole = true // the process is the command's
		if d > 0 {
			alarm.start(p, d)
			defer alarm.stop()
		}
		return t.commandIn(c, rest[1:])
	})
	sent := alarm.stop()
	if verbose {
		for _, n := range sent {
			t.say("sending signal %s to command %s", signals[n], quoteName(rest[1]))
		}
	}
	if len(sent) == 0 || preserve || sent[len(sent)-1] == sigKill && status == 128+sigKill {
		return status // a kill could not be caught: that is told
	}
	return 124
}

// alarm sends signals to a process, and to those below it, when its time is over.
type alarm struct {
	sig        int
	after      time.Duration // until it is killed; 0: never
	foreground bool          // to the process alone

	mu    sync.Mutex
	timer *time.Timer // guarded by mu; nil: nothing is to be sent any more
	sent  []int       // guarded by mu
}

func (a *alarm) start(p *Process, d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer = time.AfterFunc(d, func() { a.ring(p) })
}

// ring sends the first signal, or after that the last.
func (a *alarm) ring(p *Process) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer == nil {
		return
	}
	sig := a.sig
	if len(a.sent) > 0 {
		sig = sigKill
	}
	sent := false
	if a.foreground {
		sent = p.Signal(sig)
	} else {
		sent = p.signalAll(sig)
	}
	if !sent {
		return
	}
	if a.sent = append(a.sent, sig); len(a.sent) == 1 && a.after > 0 {
		a.timer.Reset(a.after)
	}
}

// stop sends nothing from now on. It returns the signals that were sent.
func (a *alarm) stop() []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
	return a.sent
}

// wrapper is nohup, nice and the like: nothing of what they change is here.
func wrapper(t *tool) int {
	args := t.args
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		takes := args[0] == "-n" || args[0] == "-o" || args[0] == "-e" || args[0] == "-i"
		args = args[1:]
		if takes && len(args) > 0 {
			args = args[1:]
		}
	}
	if len(args) == 0 {
		if t.name == "nice" {
			t.out.WriteString("0\n")
			return 0
		}
		return t.usage(125, "missing operand")
	}
	began := t.sh.sys.cfg.Now()
	status := t.command(args)
	if t.name == "time" {
		fmt.Fprintf(t.err, "real %.2f\nuser 0.00\nsys 0.00\n", t.sh.sys.cfg.Now().Sub(began).Seconds())
	}
	return status
}
