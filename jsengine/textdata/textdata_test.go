package textdata

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

func goOn() bool { return true }

func TestJSON(t *testing.T) {
	for name, tt := range map[string]struct {
		read func([]byte, Look) (*Value, error)
		in   string
		want string // JSON, or the end of the error's message after "!"
	}{
		"toml: dates":              {TOML, "a = 1979-05-27 07:32:00Z\nb = 07:32:00", `{"a":"1979-05-27 07:32:00Z","b":"07:32:00"}`},
		"toml: infinite":           {TOML, "a = -inf\nb = nan", `{"a":-1e999,"b":null}`},
		"toml: a table again":      {TOML, "[a]\n[a]", "!Cannot redefine table 'a'"},
		"toml: a closed table":     {TOML, "a = {b = 1}\na.c = 2", "!Cannot extend table 'a' with a dotted key"},
		"toml: a closed table's":   {TOML, "a = {b.c = 1}\n[a.b]\nd = 2", "!Cannot redefine key 'a'"},
		"toml: an array of values": {TOML, "a = [1]\n[[a]]", "!Cannot redefine key 'a'"},
		"toml: leading zeros":      {TOML, "a = 0777", "!Leading zeros are not allowed in numbers"},
		"toml: underscores":        {TOML, "a = 1__0", "!Underscores in numbers must be surrounded by digits"},
		"toml: too great":          {TOML, "a = 99999999999999999999", "!Integer is outside the 64-bit signed range"},
		"toml: lines":              {TOML, "a = \"\"\"x\\\n   y\"\"\"\"\"", `{"a":"xy\"\""}`},
		"toml: too deep":           {TOML, "a = " + strings.Repeat("[", 10000), "!nested too deep, at most 512"},
		"yaml: too many":           {YAML, strings.Repeat("-\n", MaxText/2), "!more than 524288 values"},
		"toml: too long":           {TOML, strings.Repeat(" ", MaxText+1), "!at most 1048576"},
		"yaml: an unfinished line": {YAML, "a: |\n  x", `{"a":"x\n"}`},
		"yaml: a version":          {YAML, "%YAML 1.2\n---\na: 1", `{"a":1}`},
		"yaml: a list as a key":    {YAML, "? [a, b]\n: c", `{"a,b":"c"}`},
		"yaml: merges":             {YAML, "a: {<<: [{x: 1}, {y: 2, x: 3}], z: 4}", `{"a":{"z":4,"x":1,"y":2}}`},
		"yaml: aliases":            {YAML, "a: &a [1]\nb: [*a, *a]", `{"a":[1],"b":[[1],[1]]}`},
		"yaml: a cycle":            {YAML, "a: &a [*a]", "!stand for more than 16 MiB"},
		"yaml: too deep":           {YAML, strings.Repeat("[", 100000), "!nested too deep, at most 512"},
		"yaml: deeper than we":     {YAML, strings.Repeat("- ", 600) + "x", "!nested too deep, at most 512"},
		"yaml: too long":           {YAML, strings.Repeat(" ", MaxText+1), "!at most 1048576"},
	} {
		v, err := tt.read([]byte(tt.in), goOn)
		var got []byte
		if err == nil {
			got, err = v.JSON()
		}
		var e *Error
		if want, refused := strings.CutPrefix(tt.want, "!"); refused {
			if !errors.As(err, &e) || !strings.HasSuffix(e.Message, want) {
				t.Errorf("%s: %.200s, %v, want an error that ends in %q", name, got, err, want)
			}
		} else if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, tt.want)
		}
	}
}

// Aliases and merges cost what they say, not what they stand for.
func TestBombs(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'z'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 10) + "]\n"
	}
	v, err := YAML([]byte(bomb), goOn)
	if err != nil {
		t.Fatal(err)
	}
	if w := v.Wire(); len(w) > 20000 {
		t.Errorf("%d bytes for the guest", len(w))
	}
	if _, err := v.JSON(); err == nil {
		t.Error("all of it fits")
	}
	merges := "a0: &a0 {" + strings.Repeat("k", 8) + ": 1}\n"
	for i := range 3000 {
		merges += "m" + strconv.Itoa(i+1) + ": &a" + strconv.Itoa(i+1) + " {<<: *a" + strconv.Itoa(i) + ", x" + strconv.Itoa(i) + ": 1}\n"
	}
	if _, err := YAML([]byte(merges), goOn); err == nil || !strings.Contains(err.Error(), "more than 524288 values") {
		t.Errorf("merges of merges: %v", err)
	}
}

// What is told to stop stops, within some kilobytes.
func TestStopped(t *testing.T) {
	for name, read := range map[string]func([]byte, Look) (*Value, error){"TOML": TOML, "YAML": YAML} {
		in := []byte(strings.Repeat("a = 1\n[[b]]\n", 30000))
		if name == "YAML" {
			in = []byte(strings.Repeat("- a\n", 100000))
		}
		looks := 0
		if _, err := read(in, func() bool { looks++; return looks < 5 }); !errors.Is(err, ErrStopped) {
			t.Errorf("%s: %v after %d looks", name, err, looks)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("[a]\nb = 1"))
	f.Add([]byte("a: &x [1, {b: *x}]"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, read := range []func([]byte, Look) (*Value, error){TOML, YAML} {
			v, err := read(in, goOn)
			var e *Error
			if err != nil {
				if !errors.As(err, &e) {
					t.Errorf("%v", err)
				}
				continue
			}
			v.Wire()
		}
	})
}

func BenchmarkYAML(b *testing.B) {
	in := []byte(strings.Repeat("- {name: one, list: [1, 2.5, true], text: 'quoted'}\n", 1000))
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		_, _ = YAML(in, goOn)
	}
}
