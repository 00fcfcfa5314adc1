package jsengine

import (
	"encoding/json"
	"fmt"
	"testing"
)

// A program's value that is a text comes out as JSON.stringify has it.
func TestTextValues(t *testing.T) {
	const texts = `
const texts = ["", "a", "\"\\/", "é", "№ é", "\u2028", "😀", "\ud83d", "\ude00", "\ude00\ud83d", "x\ud83d", "\ud83d\ud83d\ude00", "\0\x01\x1f\x7f\x80\xff", "\b\t\n\f\r\v"];
for (let i = 0; i < 0x10000; i += 16) texts[14] = (texts[14] ?? "") + String.fromCharCode(...Array.from({ length: 16 }, (_, k) => i + k));
for (let i = 0; i < 256; i++) texts[15] = (texts[15] ?? "") + String.fromCharCode(i);
texts[16] = "a".repeat(100) + texts[14];
`
	for i := range 17 {
		code := fmt.Sprintf("%sconst text = texts[%d];\nprocess.stdout.write(JSON.stringify(text));\nexport default text", texts, i)
		r, want, stderr := run(t, Program{Code: code, Language: "js"})
		if stderr != "" || string(r.Value) != want {
			t.Errorf("text %d: %.200q, want %.200q; %s", i, r.Value, want, stderr)
		}
	}
}

// A value that a guest gives is JSON, or there is none.
func FuzzValue(f *testing.F) {
	for _, s := range []string{`""`, `"a"`, `"`, `"\"`, `"\""`, `"\\"`, `"\x"`, `"\u12"`, `"\u0012"`, `"a" `, `"a"b`, "\"\n\"", "\"\x00\"", "\"\xff\"", `"\/\b\f\n\r\t"`, `1`, `{"a":"b"}`, `{"a"`, ``, ` "a"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, want := validValue(b), json.Valid(b); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	})
}

func BenchmarkValue(b *testing.B) {
	var text []byte
	for range 300 {
		text = append(text, `abc\"efg`...)
	}
	text = append(append([]byte{'"'}, text...), '"')
	for name, valid := range map[string]func([]byte) bool{"ours": validValue, "encoding/json": json.Valid} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if !valid(text) {
					b.Fatal("not valid")
				}
			}
		})
	}
}
