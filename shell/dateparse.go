package shell

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dateItem is one kind of what date -d is made of: an expression at the start of
// what is left, and what it says. read returns false if it makes no sense.
type dateItem struct {
	expr *regexp.Regexp
	read func(d *dateText, m []string) bool
}

// dateText is a text of date -d as far as it was read, by the rules of GNU's
// parser: the kinds of items may come in any order, and each but the moves once.
type dateText struct {
	year, month, day int
	hasYear          bool
	hour, min, sec   int
	nsec             int
	zone             *time.Location // nil: not given
	weekday, ordinal int
	dates, times     int
	weekdays, zones  int
	moves            int
	months, days     int
	seconds          int64
	last             [3]int64 // what the last move added: months, days, seconds
}

const (
	monthNames = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`
	dayNames   = `sun(?:day)?|mon(?:day)?|tue(?:s|sday)?|wed(?:nes|nesday)?|thur?(?:s|sday)?|fri(?:day)?|sat(?:urday)?`
	unitNames  = `years?|months?|fortnights?|weeks?|days?|hours?|minutes?|mins?|seconds?|secs?`
	ordinals   = `last|this|next|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth`
)

// ordinalOf is the number that a word stands for.
var ordinalOf = map[string]int{
	"last": -1, "this": 0, "next": 1, "first": 1, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
	"tenth": 10, "eleventh": 11, "twelfth": 12,
}

// zoneOf is the offset of an abbreviation, in hours.
var zoneOf = map[string]float64{
	"utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "jst": 9,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}

func dateExpr(s string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + s + `)`) }

func digits(s string) int {
	n, _ := strconv.Atoi(s) // of digits
	return n
}

var dateItems = []dateItem{
	{dateExpr(`(\d{4,6})-(\d{1,2})-(\d{1,2})(?:t(\d))?`), func(d *dateText, m []string) bool { return d.date(m[1], m[2], m[3]) }},
	{dateExpr(`(\d{4})/(\d{1,2})/(\d{1,2})\b`), func(d *dateText, m []string) bool { return d.date(m[1], m[2], m[3]) }},
	{dateExpr(`(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b`), func(d *dateText, m []string) bool { return d.date(m[3], m[1], m[2]) }},
	{dateExpr(`(\d{1,2})[ -]?(` + monthNames + `)\b\.?(?:,?[ -]?(\d{4})\b)?`), func(d *dateText, m []string) bool { return d.date(m[3], m[2], m[1]) }},
	{dateExpr(`(` + monthNames + `)\b\.?[ -]?(\d{1,2})\b(?:, *(\d{4})\b)?`), func(d *dateText, m []string) bool { return d.date(m[3], m[1], m[2]) }},
	{dateExpr(`(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?)? ?([ap])\.?m\b\.?`), (*dateText).time},
	{dateExpr(`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?()(?: ?([+-] ?\d{1,2}(?::?\d{2})?)\b)?`), (*dateText).time},
	{dateExpr(`(` + ordinals + `) +(` + dayNames + `)\b,?`), func(d *dateText, m []string) bool { return d.weekdayIs(ordinalOf[m[1]], m[2]) }},
	{dateExpr(`()(` + dayNames + `)\b[,.]?`), func(d *dateText, m []string) bool { return d.weekdayIs(0, m[2]) }},
	{dateExpr(`([+-]?) *(\d{1,10}) *(` + unitNames + `)\b`), func(d *dateText, m []string) bool { return d.move(m[1], digits(m[2]), m[3]) }},
	{dateExpr(`()(` + ordinals + `) +(` + unitNames + `)\b`), func(d *dateText, m []string) bool { return d.move("", ordinalOf[m[2]], m[3]) }},
	{dateExpr(`([+-]?) *()(` + unitNames + `)\b`), func(d *dateText, m []string) bool { return d.move(m[1], 1, m[3]) }},
	{dateExpr(`(yesterday|today|tomorrow|now)\b`), func(d *dateText, m []string) bool {
		return d.move("", map[string]int{"yesterday": -1, "tomorrow": 1}[m[1]], "day")
	}},
	{dateExpr(`ago\b`), (*dateText).ago},
	{dateExpr(`(?:utc|gmt)?([+-])(\d{2}):?(\d{2})?\b`), func(d *dateText, m []string) bool {
		offset := digits(m[2])*3600 + digits(m[3])*60
		if m[1] == "-" {
			offset = -offset
		}
		return d.zoneIs(offset)
	}},
	{dateExpr(`([a-z]{1,4})\b`), func(d *dateText, m []string) bool {
		hours, ok := zoneOf[m[1]]
		return ok && d.zoneIs(int(hours*3600))
	}},
	{dateExpr(`(\d{4})(\d{2})(\d{2})\b`), func(d *dateText, m []string) bool { return d.date(m[1], m[2], m[3]) }},
	{dateExpr(`(\d{1,2})(\d{2})?\b`), func(d *dateText, m []string) bool {
		if d.dates > 0 && m[2] != "" && !d.hasYear { // Mar 15 2024
			d.year, d.hasYear = digits(m[1]+m[2]), true
			return d.exists()
		}
		return d.time([]string{"", m[1], m[2], "", "", ""})
	}},
}

func (d *dateText) date(year, month, day string) bool {
	d.dates++
	if year != "" {
		d.hasYear = true
		d.year = digits(year)
		if len(year) == 2 {
			d.year += 1900
			if d.year < 1969 {
				d.year += 100
			}
		}
	}
	if i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", month[:min(3, len(month))]); month[0] > '9' {
		d.month = i/3 + 1
	} else {
		d.month = digits(month)
	}
	d.day = digits(day)
	return d.exists() || !d.hasYear && d.month == 2 && d.day == 29
}

// exists reports whether there is such a day.
func (d *dateText) exists() bool {
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	return d.month >= 1 && d.month <= 12 && t.Day() == d.day
}

// time reads hour, minute, second, fraction, a or p, and an offset.
func (d *dateText) time(m []string) bool {
	d.times++
	d.hour, d.min, d.sec, d.nsec = digits(m[1]), digits(m[2]), digits(m[3]), 0
	if m[4] != "" {
		d.nsec = digits((m[4] + "000000000")[:9])
	}
	if m[5] != "" {
		if d.hour < 1 || d.hour > 12 {
			return false
		}
		d.hour %= 12
		if m[5] == "p" {
			d.hour += 12
		}
	}
	if len(m) > 6 && m[6] != "" {
		hhmm := strings.NewReplacer(":", "", " ", "").Replace(m[6][1:])
		at := min(2, len(hhmm))
		if len(hhmm) == 3 {
			at = 1
		}
		offset := digits(hhmm[:at])*3600 + digits(hhmm[at:])*60
		if m[6][0] == '-' {
			offset = -offset
		}
		if !d.zoneIs(offset) {
			return false
		}
	}
	return d.hour < 24 && d.min < 60 && d.sec < 61
}

func (d *dateText) zoneIs(seconds int) bool {
	d.zones++
	d.zone = time.FixedZone("", seconds)
	return seconds > -86400 && seconds < 86400
}

func (d *dateText) weekdayIs(ordinal int, name string) bool {
	d.weekdays++
	d.ordinal = ordinal
	d.weekday = strings.Index("sunmontuewedthufrisat", name[:3]) / 3
	return true
}

func (d *dateText) move(sign string, n int, unit string) bool {
	d.moves++
	if sign == "-" {
		n = -n
	}
	d.last = [3]int64{}
	switch unit = strings.TrimSuffix(unit, "s"); unit {
	case "year":
		d.last[0] = 12 * int64(n)
	case "month":
		d.last[0] = int64(n)
	case "fortnight":
		d.last[1] = 14 * int64(n)
	case "week":
		d.last[1] = 7 * int64(n)
	case "day":
		d.last[1] = int64(n)
	case "hour":
		d.last[2] = 3600 * int64(n)
	case "min", "minute":
		d.last[2] = 60 * int64(n)
	default:
		d.last[2] = int64(n)
	}
	d.add(1)
	return true
}

func (d *dateText) add(times int64) {
	d.months += int(times * d.last[0])
	d.days += int(times * d.last[1])
	d.seconds += times * d.last[2]
}

// ago turns the move before it.
func (d *dateText) ago([]string) bool {
	d.add(-2)
	d.last = [3]int64{}
	return d.moves > 0
}

// parseDate reads what date -d and touch -d take.
func parseDate(s string, now time.Time, loc *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 200 {
		return now, false
	}
	if name, ok := strings.CutPrefix(s, `TZ="`); ok {
		name, rest, ok := strings.Cut(name, `"`)
		zone, err := time.LoadLocation(name)
		if !ok || err != nil {
			return now, false
		}
		t, ok := parseDate(rest, now, zone)
		return t.In(loc), ok
	}
	if sec, ok := strings.CutPrefix(s, "@"); ok {
		whole, frac, _ := strings.Cut(sec, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil || n > 1<<50 || n < -1<<50 {
			return now, false
		}
		ns, _ := strconv.Atoi((frac + "000000000")[:9])
		return time.Unix(n, int64(ns)).In(loc), true
	}
	now = now.In(loc)
	d := dateText{hour: now.Hour(), min: now.Minute(), sec: now.Second(), nsec: now.Nanosecond()}
	d.year, d.month, d.day = now.Year(), int(now.Month()), now.Day()
	for rest := strings.ToLower(s); rest != ""; {
		read := false
		for _, it := range dateItems {
			m := it.expr.FindStringSubmatch(rest)
			if m == nil {
				continue
			}
			if !it.read(&d, m) {
				return now, false
			}
			n := len(m[0])
			if it.expr == dateItems[0].expr && m[4] != "" { // a T, and the time after it
				n--
			}
			rest = strings.TrimLeft(rest[n:], " \t,")
			read = true
			break
		}
		if !read {
			return now, false
		}
	}
	if d.dates > 1 || d.times > 1 || d.weekdays > 1 || d.zones > 1 {
		return now, false
	}
	if max(d.months, -d.months) > 1<<24 || max(d.days, -d.days) > 1<<29 || max(d.seconds, -d.seconds) > 1<<40 {
		return now, false
	}
	if d.times == 0 && (d.moves == 0 || d.dates > 0 || d.weekdays > 0) {
		d.hour, d.min, d.sec, d.nsec = 0, 0, 0, 0
	}
	zone := loc
	if d.zone != nil {
		zone = d.zone
	}
	if d.weekdays > 0 && d.dates == 0 {
		today := int(now.Weekday())
		d.day += (d.weekday - today + 7) % 7
		if d.ordinal > 0 && today != d.weekday {
			d.ordinal--
		}
		d.day += 7 * d.ordinal
	}
	t := time.Date(d.year, time.Month(d.month+d.months), d.day+d.days, d.hour, d.min, d.sec, d.nsec, zone)
	return time.Unix(t.Unix()+d.seconds, int64(t.Nanosecond())).In(loc), true // more than a Duration has
}
