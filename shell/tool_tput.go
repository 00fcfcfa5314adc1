package shell

import (
	"strconv"
	"strings"
)

// tput answers what there is to say of a terminal where there is none: its size, as it
// is taken to be, and how many colours the kind of terminal has. What would change how
// it looks is nothing.
func tput(t *tool) int {
	opts, names, bad := getopt(t.args, "+ST:Vx", nil)
	if bad != "" {
		return t.usage(2, "%s", bad)
	}
	term, _ := t.sh.get("TERM")
	for _, o := range opts {
		switch o.name {
		case "T":
			term = o.value
		case "V":
			t.out.WriteString("ncurses 6.4.20221231\n")
			return 0
		}
	}
	if len(names) == 0 {
		t.say("what is asked for is missing: cols, lines or colors")
		return 2
	}
	size := func(name string, usual int) {
		n := usual
		if text, ok := t.sh.get(name); ok {
			if v, err := strconv.Atoi(text); err == nil && v > 0 {
				n = v
			}
		}
		t.out.WriteString(strconv.Itoa(n) + "\n")
	}
	switch names[0] {
	case "cols", "columns":
		size("COLUMNS", 80)
	case "lines":
		size("LINES", 24)
	case "colors":
		n := "8"
		switch {
		case term == "":
			t.say("No value for $TERM and no -T specified")
			return 2
		case strings.Contains(term, "256color"):
			n = "256"
		case term == "dumb" || strings.HasPrefix(term, "vt"):
			n = "-1"
		}
		t.out.WriteString(n + "\n")
	case "longname":
		t.out.WriteString(term)
	}
	return 0
}
