package wire

import (
	"bytes"
	"math"
	"math/big"
	"reflect"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	tests := map[string]struct{ in, out any }{
		"undefined":    {in: Undefined{}},
		"null":         {in: nil},
		"true":         {in: true},
		"int":          {in: 7, out: int32(7)},
		"large int":    {in: int64(1) << 40, out: float64(1 << 40)},
		"huge int":     {in: int64(math.MaxInt64), out: big.NewInt(math.MaxInt64)},
		"uint64":       {in: uint64(math.MaxUint64), out: new(big.Int).SetUint64(math.MaxUint64)},
		"float":        {in: 1.5},
		"negative big": {in: big.NewInt(-5)},
		"ascii":        {in: "abc"},
		"unicode":      {in: "aé€😀"},
		"not UTF-8":    {in: "a\xff", out: "a\uFFFD"},
		"bytes":        {in: []byte{0, 255}},
		"strings":      {in: []string{"a"}, out: []any{"a"}},
		"array":        {in: []any{nil, int32(1), []any{}}},
		"object":       {in: Object{{"b", int32(1)}, {"a", nil}}},
		"map":          {in: map[string]any{"b": true, "a": false}, out: Object{{"a", false}, {"b", true}}},
		"error":        {in: &Error{Name: "TypeError", Message: "m", Code: "C", Fields: Object{{"x", int32(1)}}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want := tt.out
			if want == nil {
				want = tt.in
			}
			b, err := Append(nil, tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Decode(b)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %#v, %v; want %#v", got, err, want)
			}
			for n := range b {
				if _, err := Decode(b[:n]); err == nil {
					t.Errorf("the first %d bytes decode", n)
				}
			}
		})
	}
}

func TestEngineStrings(t *testing.T) {
	tests := map[string]struct {
		data []byte
		want string
	}{
		"latin-1":         {[]byte{7, 2, 0, 0, 0, 'a', 0xe9}, "aé"},
		"utf-16":          {[]byte{8, 2, 0, 0, 0, 0x3d, 0xd8, 0x00, 0xde}, "😀"},
		"lone surrogate":  {[]byte{8, 2, 0, 0, 0, 0x3d, 0xd8, 'a', 0}, "\uFFFDa"},
		"last one lone":   {[]byte{8, 1, 0, 0, 0, 0x3d, 0xd8}, "\uFFFD"},
		"low before high": {[]byte{8, 2, 0, 0, 0, 0x00, 0xde, 0x3d, 0xd8}, "\uFFFD\uFFFD"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := Decode(tt.data); err != nil || got != tt.want {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	deep := any(nil)
	for range MaxDepth + 1 {
		deep = []any{deep}
	}
	if _, err := Append(nil, deep); err == nil {
		t.Error("too deep a value was encoded")
	}
	if _, err := Decode(bytes.Repeat([]byte{11, 1, 0, 0, 0}, 1000)); err == nil {
		t.Error("too deep a value was decoded")
	}
	if _, err := Decode([]byte{11, 0xff, 0xff, 0xff, 0x7f}); err == nil {
		t.Error("an array longer than its bytes was decoded")
	}
	if _, err := Append(nil, make(chan int)); err == nil {
		t.Error("a channel was encoded")
	}
}

// FuzzDecode holds Decode to this: what it accepts encodes to something it
// decodes to the same value.
func FuzzDecode(f *testing.F) {
	for _, v := range []any{nil, 1.5, "aé😀", []byte{1}, big.NewInt(-9), Object{{"a", []any{true}}}, &Error{Message: "m"}} {
		b, _ := Append(nil, v)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = DecodeArgs(data, nil)
		v, err := Decode(data)
		if err != nil {
			return
		}
		b, err := Append(nil, v)
		if err != nil {
			t.Fatalf("decoded %#v does not encode: %v", v, err)
		}
		again, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		b2, err := Append(nil, again)
		if err != nil || !bytes.Equal(b, b2) {
			t.Fatalf("%x encodes to %x (%v)", b, b2, err)
		}
	})
}
