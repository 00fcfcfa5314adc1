package shell

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// calLeap reports whether a year has 366 days: Great Britain took the calendar of
// Gregory in 1752, as cal has it.
func calLeap(year int) bool {
	if year <= 1752 {
		return year%4 == 0
	}
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

func calDays(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if calLeap(year) {
			return 29
		}
		return 28
	}
	return 31
}

// calWeekday is the day of the week of a day; 0 is Sunday.
func calWeekday(year int, month time.Month, day int) int {
	y := year - 1
	n := y*365 + y/4 + day
	for m := time.January; m < month; m++ {
		n += calDays(year, m)
	}
	if year > 1752 || year == 1752 && (month > time.September || month == time.September && day >= 14) {
		n += -11 // the days that were left out
		if y >= 1752 {
			n -= y/100 - 17 - (y/400 - 4)
		}
	}
	return (n + 5) % 7
}

// calMonth is a month as eight lines: its name, the days of the week, and six weeks.
func calMonth(year int, month time.Month, named bool) [8]string {
	const width = 20
	title := month.String()
	if named {
		title += " " + strconv.Itoa(year)
	}
	left := (width - len(title)) / 2
	lines := [8]string{strings.Repeat(" ", left) + title, "Su Mo Tu We Th Fr Sa"}
	row, column := 2, calWeekday(year, month, 1)
	lines[row] = strings.Repeat("   ", column)
	for day := 1; day <= calDays(year, month); day++ {
		if year == 1752 && month == time.September && day == 3 {
			day = 14
		}
		if column == 7 {
			row, column = row+1, 0
		}
		if lines[row] += fmt.Sprintf("%2d", day); column < 6 {
			lines[row] += " "
		}
		column++
	}
	for i, l := range lines {
		lines[i] = fmt.Sprintf("%-*s", width, l)
	}
	return lines
}

func cal(t *tool) int {
	opts, names, bad := getopt(t.args, "13yhm:A:B:d:b", nil)
	if bad != "" {
		t.say("%s", bad)
		fmt.Fprintf(t.err, "Usage: cal [-13hy] [-m month] [[month] year]\n")
		return 64
	}
	fail := func(format string, args ...any) int {
		t.say(format, args...)
		return 64
	}
	now := t.sh.sys.cfg.Now().In(t.sh.zone())
	year, month, before, after, whole := now.Year(), now.Month(), 0, 0, false
	monthOf := func(text string) bool {
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= 12 {
			month = time.Month(n)
			return true
		}
		for m := time.January; m <= time.December && len(text) >= 3; m++ {
			if len(text) <= len(m.String()) && strings.EqualFold(m.String()[:len(text)], text) {
				month = m
				return true
			}
		}
		return false
	}
	yearOf := func(text string) bool {
		n, err := strconv.Atoi(text)
		year = n
		return err == nil && n >= 1 && n <= 9999
	}
	count := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1200 {
			t.say("Argument to -A or -B must be a number up to 1200")
			panic(stopped{64})
		}
		return n
	}
	given := false
	for _, o := range opts {
		switch o.name {
		case "3":
			before, after = 1, 1
		case "1":
			before, after = 0, 0
		case "y":
			whole = true
		case "m":
			if !monthOf(o.value) {
				return fail("%s is neither a month number (1..12) nor a name", clip(o.value))
			}
			given = true
		case "A":
			after = count(o.value)
		case "B":
			before = count(o.value)
		case "d":
			y, m, _ := strings.Cut(o.value, "-")
			if !yearOf(y) || !monthOf(m) {
				return fail("not a valid month %s", clip(o.value))
			}
		}
	}
	switch len(names) {
	case 0:
	case 1:
		if !given && monthOf(names[0]) && !strings.Contains("0123456789", names[0][:1]) {
			break
		}
		if month = now.Month(); given {
			for _, o := range opts {
				if o.name == "m" {
					monthOf(o.value)
				}
			}
		}
		if !yearOf(names[0]) {
			return fail("not a valid year %s", clip(names[0]))
		}
		whole = whole || !given
	case 2:
		if !monthOf(names[0]) {
			return fail("%s is neither a month number (1..12) nor a name", clip(names[0]))
		}
		if !yearOf(names[1]) {
			return fail("not a valid year %s", clip(names[1]))
		}
	default:
		return fail("too many arguments")
	}
	if whole {
		month, before, after = time.January, 0, 11
	}
	first, last := max(year*12+int(month)-1-before, 12), year*12+int(month)-1+after // from January of 1
	if whole = first < last && first/12 == last/12; whole {                         // one title for all
		title := strconv.Itoa(year)
		t.out.WriteString(strings.Repeat(" ", (60-len(title))/2) + title + "\n")
	}
	for at := first; at <= last; at += 3 {
		t.sh.spend(2000)
		var lines [8]string
		for m := at; m < at+3 && m <= last; m++ {
			for i, l := range calMonth(m/12, time.Month(m%12+1), !whole) {
				lines[i] += l + "  "
			}
		}
		if at > first {
			t.out.WriteByte('\n')
		}
		for _, l := range lines {
			t.out.WriteString(l + "\n")
		}
	}
	return 0
}
