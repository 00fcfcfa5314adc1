package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/buntime/buntime/session"
)

// decodeAny reads any JSON value with the decoder, as encoding/json would.
func decodeAny(d *decoder, path string) (any, error) {
	switch c := d.peek(); {
	case c == '{':
		m := map[string]any{}
		err := d.object(path, func(d *decoder, name string) (err error) {
			m[name], err = decodeAny(d, join(path, name))
			return err
		})
		return m, err
	case c == '[':
		a := []any{}
		err := d.array(path, func(d *decoder, at string) error {
			v, err := decodeAny(d, at)
			a = append(a, v)
			return err
		})
		return a, err
	case c == '"':
		return d.string(path)
	case c == 't' || c == 'f':
		return d.bool(path)
	case d.literal("null"):
		return nil, nil
	default:
		text, err := d.numberText(path, "a number")
		return json.Number(text), err
	}
}

func decodeWhole(body []byte) (any, error) {
	m := map[string]any{}
	err := (&decoder{buf: body}).request(func(d *decoder, name string) (err error) {
		m[name], err = decodeAny(d, name)
		return err
	})
	return m, err
}

func TestDecoderAccepts(t *testing.T) {
	for _, text := range []string{
		`{}`, ` { } `, `{"a":1}`, "\t{\r\n\"a\" : [ 1 , 2 ] }\n",
		`{"a":"\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"}`, `{"a":"é😀"}`, `{"":0}`,
		`{"a":-0,"b":0.5,"c":1e9,"d":-1.25E-3,"e":1e+2}`,
		`{"a":true,"b":false,"c":null,"d":{"a":{"a":[]}}}`,
		`{"a":"\u0000"}`, "{\"a\":\"\u007f\u2028\"}",
		`{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`,
	} {
		got, err := decodeWhole([]byte(text))
		if err != nil {
			t.Errorf("%.80s: %v", text, err)
			continue
		}
		var want any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%.80s: got %v, want %v", text, got, want)
		}
	}
}

// Wherever a string is cut into the pieces that it is read in, it is the same: with
// runs of backslashes, quotes and escapes there.
func TestDecoderLongStrings(t *testing.T) {
	for n := pauseEvery - 9; n <= pauseEvery+3; n++ {
		for _, tail := range []string{`\\`, `\"`, `\\\"`, `\\\\`, `\u00e9`, `\ud83d\ude00`, "é", `\n\"\n`, strings.Repeat(`\\`, pauseEvery/2) + `\"`, strings.Repeat(`\\`, pauseEvery)} {
			for _, head := range []string{"", `\t`, `\\`} {
				text := `{"a":"` + head + strings.Repeat("x", n-len(head)) + tail + `","b":"` + tail + `"}`
				got, err := decodeWhole([]byte(text))
				if err != nil {
					t.Fatalf("%q and %d bytes before %.20q: %v", head, n, tail, err)
				}
				var want any
				if err := json.Unmarshal([]byte(text), &want); err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("%q and %d bytes before %.20q: read otherwise than by encoding/json", head, n, tail)
				}
			}
		}
	}
}

// What a string's bytes are told apart by, against one look at each.
func TestSpecial(t *testing.T) {
	var s [19]byte
	for at := range s {
		for first := range 256 {
			for _, others := range []byte{' ', '!', '#', '[', ']', 0x7f, 0x80, 0xa0, 0xdc, 0xff} {
				for i := range s {
					s[i] = others
				}
				s[at] = byte(first)
				s[len(s)-1] = '"'
				want := 0
				for s[want] >= 0x20 && s[want] != '"' && s[want] != '\\' {
					want++
				}
				if got := special(s[:]); got != want {
					t.Fatalf("%q: %d, want %d", s, got, want)
				}
			}
		}
	}
	if got := special([]byte("0123456789")); got != 10 {
		t.Errorf("none: %d", got)
	}
}

func TestDecoderRefuses(t *testing.T) {
	tests := map[string]struct {
		text  string
		field any    // of the details
		part  string // of the message
	}{
		"not an object":       {`[]`, "", "must be an object"},
		"a string":            {`"a"`, "", "must be an object"},
		"null":                {`null`, "", "must be an object"},
		"cut":                 {`{"a":`, nil, "malformed"},
		"cut string":          {`{"a":"b`, nil, "does not end"},
		"cut escape":          {`{"a":"b\`, nil, "does not end"},
		"trailing":            {`{} {}`, nil, "after the end"},
		"trailing comma":      {`{"a":1,}`, nil, "a name in quotes"},
		"leading comma":       {`{,"a":1}`, nil, "a name in quotes"},
		"array comma":         {`{"a":[1,]}`, nil, "value was expected"},
		"no comma":            {`{"a":1 "b":2}`, nil, "comma or }"},
		"no colon":            {`{"a" 1}`, nil, "colon"},
		"bare name":           {`{a:1}`, nil, "name in quotes"},
		"single quotes":       {`{'a':1}`, nil, "name in quotes"},
		"comment":             {`{/**/}`, nil, "name in quotes"},
		"leading zero":        {`{"a":01}`, nil, "number is malformed"},
		"plus":                {`{"a":+1}`, nil, "malformed"},
		"hex":                 {`{"a":0x1}`, nil, "malformed"},
		"no fraction":         {`{"a":1.}`, nil, "after its point"},
		"no exponent":         {`{"a":1e}`, nil, "exponent"},
		"minus":               {`{"a":-}`, nil, "digits"},
		"NaN":                 {`{"a":NaN}`, nil, "malformed"},
		"Infinity":            {`{"a":-Infinity}`, nil, "malformed"},
		"control":             {"{\"a\":\"\n\"}", nil, "control character"},
		"control after esc":   {"{\"a\":\"\\n\n\"}", nil, "control character"},
		"NUL":                 {"\x00", "", "malformed"},
		"unknown escape":      {`{"a":"\x41"}`, nil, "escape is unknown"},
		"short escape":        {`{"a":"\u004"}`, nil, "four hexadecimal"},
		"lone high":           {`{"a":"\ud83d"}`, "a", "lone surrogate"},
		"lone low":            {`{"a":"\ude00"}`, "a", "lone surrogate"},
		"swapped":             {`{"a":"\ude00\ud83d"}`, "a", "lone surrogate"},
		"high, then a":        {`{"a":"\ud83da"}`, "a", "lone surrogate"},
		"high, then A":        {`{"a":"\ud83d\u0041"}`, "a", "lone surrogate"},
		"lone in a name":      {`{"\ud83d":1}`, "a name", "lone surrogate"},
		"lone in raw":         {`{"raw":[{"x":"\udc00"}]}`, "raw", "lone surrogate"},
		"bad UTF-8":           {"{\"a\":\"\xff\"}", "a", "UTF-8"},
		"bad UTF-8 after esc": {"{\"a\":\"\\n\xff\"}", "a", "UTF-8"},
		"surrogate in UTF-8":  {"{\"a\":\"\xed\xa0\xbd\"}", "a", "UTF-8"},
		"overlong":            {"{\"a\":\"\xc0\xaf\"}", "a", "UTF-8"},
		"byte order mark":     {"\ufeff{}", "", "malformed"},
		"twice":               {`{"a":1,"a":1}`, "a", "appears twice"},
		"twice, escaped":      {`{"a":1,"\u0061":1}`, "a", "appears twice"},
		"twice, inside":       {`{"a":{"b":1,"b":2}}`, "a.b", "appears twice"},
		"twice in raw":        {`{"raw":{"b":1,"b":2}}`, "raw.b", "appears twice"},
		"too deep":            {`{"a":` + strings.Repeat("[", maxDepth), nil, "deeper than 64"},
		"too deep in raw":     {`{"raw":` + strings.Repeat(`{"a":`, maxDepth), "raw", "deeper than 64"},
		"too many brackets":   {`{"raw":` + strings.Repeat("[", 1<<20), "raw", "deeper than 64"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := (&decoder{buf: []byte(tt.text)}).request(func(d *decoder, name string) (err error) {
				if name == "raw" {
					_, err = d.raw(name)
				} else {
					_, err = decodeAny(d, name)
				}
				return err
			})
			var e *Error
			if !errors.As(err, &e) || e.Code != CodeInvalidRequest {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(e.Message, tt.part) {
				t.Errorf("message %q lacks %q", e.Message, tt.part)
			}
			if d := e.Details.(map[string]any); tt.field != nil && d["field"] != nil && d["field"] != tt.field {
				t.Errorf("details name %q, want %q", d["field"], tt.field)
			}
		})
	}
}

// A value that is a program's is any JSON: encoding/json says which text is.
func TestAny(t *testing.T) {
	nested := func(n int, open, value, end string) string {
		return strings.Repeat(open, n) + value + strings.Repeat(end, n)
	}
	for _, text := range []string{
		`1`, `-0.5e3`, `"a\u00e9\n"`, `true`, `false`, `null`, `{}`, `[]`, `[ ]`, `{ }`, `[[],{}]`, `{"a":{},"b":[1 , 2]}`, `{"a":1,"a":2}`, `{"a":{"b":1,"b":[{"b":1}]}}`,
		nested(maxAnyDepth, "[", "", "]"), nested(maxAnyDepth, `{"a":`, "1", "}"), nested(maxAnyDepth/2, `[ {"a" : `, `"x"`, "} ]"),
		``, `[`, `{`, `]`, `}`, `[}`, `{]`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,"a":1}`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":[}`, `[{"a":1]`, `01`, `nul`, `"a`,
		nested(1<<20, "[", "", ""),
	} {
		d := &decoder{buf: []byte(`{"input":` + text + `}`)}
		var got []byte
		err := d.request(func(d *decoder, name string) (err error) {
			got, err = d.any(name)
			return err
		})
		if valid := json.Valid([]byte(text)); valid != (err == nil) || valid && string(got) != strings.TrimSpace(text) {
			t.Errorf("%.80s: %.80q, %v", text, got, err)
		}
	}
	for text, part := range map[string]string{
		nested(maxAnyDepth+1, "[", "", "]"): "input nests deeper than 10000 levels",
		`{"a":"\ud800"}`:                    "lone surrogate",
		"\"\xff\"":                          "UTF-8",
	} {
		err := (&decoder{buf: []byte(`{"input":` + text + `}`)}).request(func(d *decoder, name string) error { _, err := d.any(name); return err })
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, part) || e.Details.(map[string]any)["field"] != "input" {
			t.Errorf("%.80s: %v, want %q", text, err, part)
		}
	}
}

// Many names do not make the search for duplicates slow, nor blind.
func TestDecoderManyNames(t *testing.T) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range 100_000 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"n` + strings.Repeat("x", i%7) + json.Number(itoa(i)).String() + `":0`)
	}
	if _, err := decodeWhole(append(b.Bytes(), '}')); err != nil {
		t.Fatal(err)
	}
	b.WriteString(`,"n0":1}`)
	if _, err := decodeWhole(b.Bytes()); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Fatalf("got %v", err)
	}
}

func itoa(i int) string { b, _ := json.Marshal(i); return string(b) }

func TestDecoderNumbers(t *testing.T) {
	integer := func(text string) (int64, error) {
		d := &decoder{buf: []byte(text)}
		return d.integer("n", -10, 1<<53)
	}
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "-10": -10, "300.0": 300, "3e2": 300, "30000e-2": 300, "9007199254740992": 1 << 53,
	} {
		if got, err := integer(text); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"1.5", "-11", "9007199254740993", "1e400", "9223372036854775808", "-1e19", `"1"`, "true", "null", "{}", "[]", "1x"} {
		if got, err := integer(text); err == nil {
			t.Errorf("%s: accepted as %d", text, got)
		}
	}
	d := &decoder{buf: []byte("1e-400")}
	if f, err := d.number("n", -1, 1); err != nil && math.Abs(f) > 0 {
		t.Errorf("got %v, %v", f, err)
	}
}

// What the decoder accepts, encoding/json accepts and understands alike; and no
// request decoder fails on it other than with an *Error that names a known code.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{}`, ``, `{"a":[1,2.5e3,"\ud83d\ude00",null,true]}`, `{"a":{"b":{"c":"x"}}}`, "{\"a\":\"\xff\"}", `{"a":1,"a":2}`,
		`{"sessionId":"ses_a","code":"1","files":[{"path":"a","content":"eA==","encoding":"base64"}],"env":{"A":"b"},"timeout":3,"input":{"x":[]}}`,
		`{"ttl":300,"metadata":{"a":1},"resourceLimits":{"memory":16,"cpu":0.05},"egress":{"allow":["*.a.b:443"]}}`,
		`{"name":"n","tenant":"t","expiresAt":"2030-01-01T00:00:00Z"}`, `{"graceSeconds":1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		got, err := decodeWhole(body)
		if err == nil && len(bytes.TrimSpace(body)) > 0 {
			if !utf8.Valid(body) {
				t.Fatal("invalid UTF-8 accepted")
			}
			d := json.NewDecoder(bytes.NewReader(body))
			d.UseNumber()
			var want any
			if err := d.Decode(&want); err != nil {
				t.Fatalf("accepted what encoding/json refuses: %v", err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("got %#v, want %#v", got, want)
			}
		}
		for name, decode := range map[string]func([]byte) error{
			"create":  func(b []byte) error { _, err := decodeCreate(&decoder{buf: b}); return err },
			"update":  func(b []byte) error { _, err := decodeUpdate(&decoder{buf: b}); return err },
			"execute": func(b []byte) error { _, err := decodeExecute(&decoder{buf: b}, false); return err },
			"run":     func(b []byte) error { _, err := decodeExecute(&decoder{buf: b}, true); return err },
			"write":   func(b []byte) error { _, err := decodeWrite(&decoder{buf: b}); return err },
			"key":     func(b []byte) error { _, err := decodeKey(&decoder{buf: b}); return err },
			"rotate":  func(b []byte) error { _, err := decodeRotate(&decoder{buf: b}); return err },
		} {
			if err := decode(body); err != nil {
				var e *Error
				if !errors.As(err, &e) || e.Status() < 400 || e.Status() >= 500 {
					t.Fatalf("%s: %v", name, err)
				}
				if !json.Valid(e.body("id")) {
					t.Fatalf("%s: the error's body is no JSON: %s", name, e.body("id"))
				}
			}
		}
		if !bytes.Equal(body, before) {
			t.Fatal("the body was changed")
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("sessionId=a&path=b%20c&recursive=true")
	f.Add("a=1&a=2&%zz")
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw, "path", "limit")
		if err != nil {
			return
		}
		for name := range q {
			if name != "path" && name != "limit" {
				t.Fatalf("%q accepted", name)
			}
		}
	})
}

func FuzzRange(f *testing.F) {
	f.Add("bytes=0-1", int64(10))
	f.Add("bytes=-5", int64(3))
	f.Add("bytes=5-", int64(0))
	f.Fuzz(func(t *testing.T, spec string, size int64) {
		if size < 0 {
			return
		}
		off, n, err := parseRange(spec, size)
		if err == nil && (off < 0 || n <= 0 || off > size-n) {
			t.Fatalf("%q of %d: %d bytes from %d", spec, size, n, off)
		}
	})
}

func TestParseRange(t *testing.T) {
	tests := map[string]struct {
		off, n int64
		err    error
	}{
		"bytes=0-9":                    {0, 10, nil},
		"bytes=0-0":                    {0, 1, nil},
		"bytes=3-":                     {3, 7, nil},
		"bytes=9-9":                    {9, 1, nil},
		"bytes=-1":                     {9, 1, nil},
		"bytes=-10":                    {0, 10, nil},
		"bytes=-11":                    {0, 10, nil},
		"bytes=5-99":                   {5, 5, nil},
		"bytes=0-99999999999999999999": {0, 10, nil},
		"bytes=10-":                    {0, 0, errRangeOutside},
		"bytes=10-20":                  {0, 0, errRangeOutside},
		"bytes=99999999999999999999-":  {0, 0, errRangeOutside},
		"bytes=-0":                     {0, 0, errRangeOutside},
		"bytes=5-4":                    {0, 0, errRangeIgnored},
		"bytes=":                       {0, 0, errRangeIgnored},
		"bytes=-":                      {0, 0, errRangeIgnored},
		"bytes=a-b":                    {0, 0, errRangeIgnored},
		"bytes=+1-2":                   {0, 0, errRangeIgnored},
		"bytes=0-1,3-4":                {0, 0, errRangeIgnored},
		"lines=0-1":                    {0, 0, errRangeIgnored},
		"0-1":                          {0, 0, errRangeIgnored},
	}
	for spec, tt := range tests {
		off, n, err := parseRange(spec, 10)
		if off, n = offIf(off, err), offIf(n, err); off != tt.off || n != tt.n || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %d bytes from %d, %v", spec, n, off, err)
		}
	}
}

func offIf(n int64, err error) int64 {
	if err != nil {
		return 0
	}
	return n
}

// A long body is read in turns: it pauses wherever many values stand, and what the
// pause says ends it.
func TestLongBody(t *testing.T) {
	for name, body := range map[string]string{
		"members":  `{"input":{` + members(40_000) + `}}`,
		"objects":  `{"input":[` + strings.Repeat(`{"a":1},`, 40_000) + `0]}`,
		"elements": `{"input":[` + strings.Repeat("1,", 200_000) + `0]}`,
		"depth":    `{"input":[` + strings.Repeat(strings.Repeat("[", 60)+strings.Repeat("]", 60)+",", 4_000) + `0]}`,
		"text":     `{"input":"` + strings.Repeat("é", 200_000) + `"}`,
		"escapes":  `{"input":"` + strings.Repeat(`\n`, 200_000) + `"}`,
		"short":    `{"input":[` + strings.Repeat("1,", 1000) + `0]}`,
	} {
		for kind, value := range map[string]func(*decoder, string) ([]byte, error){"raw": (*decoder).raw, "any": (*decoder).any} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				began, pauses := 0, 0
				var fail error
				read := func() error {
					d := &decoder{buf: []byte(body), work: func(read func(func() error) error) error {
						began++
						return read(func() error { pauses++; return fail })
					}}
					return d.request(func(d *decoder, name string) error { _, err := value(d, name); return err })
				}
				if err := read(); err != nil {
					t.Fatal(err)
				}
				if len(body) < longText {
					if began != 0 {
						t.Error("it took a turn")
					}
					return
				}
				if began != 1 || pauses < len(body)/pauseEvery/2 {
					t.Errorf("%d bytes: began %d times, %d pauses", len(body), began, pauses)
				}
				pauses, fail = 0, session.ErrClosed
				if err := read(); !errors.Is(err, session.ErrClosed) || pauses != 1 {
					t.Errorf("%v after %d pauses, want the first one's", err, pauses)
				}
			})
		}
	}
}

// A string is read in pieces, wherever characters and escapes lie in them.
func TestTextPieces(t *testing.T) {
	for n := pauseEvery - 8; n <= pauseEvery+8; n++ {
		for _, tail := range []string{"é€😀", `\n`, `\u00e9\ud83d\ude00`, "\xff", "\xf0\x9f\x98", strings.Repeat("\x80", pauseEvery), `\ud83d`, "\x01", strings.Repeat("€", pauseEvery)} {
			text := `"` + strings.Repeat("a", n) + tail + `"`
			d := &decoder{buf: []byte(text)}
			got, err := d.string("s")
			var want string
			if wantErr := json.Unmarshal([]byte(text), &want); wantErr != nil || strings.Contains(want, "\ufffd") {
				if err == nil {
					t.Errorf("%d and %.10q: no error", n, tail)
				}
			} else if err != nil || got != want || d.pos != len(text) {
				t.Errorf("%d and %.10q: %d bytes, %v, at %d of %d", n, tail, len(got), err, d.pos, len(text))
			}
		}
	}
}

// What a request's text becomes counts beside the text, where it is not that text.
func TestContentCounts(t *testing.T) {
	full := &Error{Code: CodeOverloaded}
	for name, tt := range map[string]struct {
		file  string
		least int64 // that is counted
		most  int64
	}{
		"plain":   {`"content":"` + strings.Repeat("a", 100_000) + `"`, 0, 0},
		"escapes": {`"content":"` + strings.Repeat(`a\n`, 50_000) + `"`, 100_000, 150_000},
		"base64":  {`"encoding":"base64","content":"` + strings.Repeat("AAAA", 30_000) + `"`, 90_000, 90_003},
	} {
		var counted int64
		var fail error
		decode := func() (executeRequest, error) {
			counted = 0
			return decodeExecute(&decoder{buf: []byte(`{"code":"1","files":[{"path":"f",` + tt.file + `}]}`), room: func(n int64) error { counted += n; return fail }}, true)
		}
		r, err := decode()
		if err != nil || len(r.Files) != 1 || len(r.Files[0].Content) < 90_000 {
			t.Errorf("%s: %v", name, err)
		}
		if counted < tt.least || counted > tt.most {
			t.Errorf("%s: %d bytes counted, want %d to %d", name, counted, tt.least, tt.most)
		}
		fail = full
		if _, err := decode(); tt.most > 0 && !errors.Is(err, full) {
			t.Errorf("%s: %v where there is no room", name, err)
		}
	}
}

func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":0`, i)
	}
	return b.String()[1:]
}
