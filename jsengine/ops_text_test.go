package jsengine

import (
	"testing"

	"golang.org/x/text/transform"
)

// TestTextDecoders holds the decoders to the Encoding Standard, all at once and byte by byte.
func TestTextDecoders(t *testing.T) {
	gb := func(int64) (transform.Transformer, func() int64) { return gb18030{}, func() int64 { return 0 } }
	jp := func(state int64) (transform.Transformer, func() int64) {
		d := newISO2022JP(state)
		return d, d.state
	}
	tests := map[string]struct {
		new      func(int64) (transform.Transformer, func() int64)
		in, want string
	}{
		"gb two bytes":      {gb, "\x81\x40\xfe\xfe", "\u4e02\ue4c5"},
		"gb 2022":           {gb, "\xa6\xd9\xfe\x59\xa8\xbc", "\ufe10\u9fb4\u1e3f"},
		"gb four bytes":     {gb, "\x81\x35\xf4\x37\x90\x30\x81\x30\xe3\x32\x9a\x35", "\ue7c7\U00010000\U0010ffff"},
		"gb no such four":   {gb, "\xfe\x39\xfe\x39\x84\x31\xa5\x30", "\ufffd\ufffd"},
		"gb bad trail":      {gb, "\x81\x28\x81\xff\x80", "\ufffd(\ufffd€"},
		"gb third is none":  {gb, "\x81\x30\xff!", "\ufffd0\ufffd!"},
		"jp modes":          {jp, "a\x1b(J\\~\x1b(IP\x1b$B\x50\x50\x1b(Bz", "a¥‾\uff90\u4f69z"},
		"jp two escapes":    {jp, "\x1b(B\x1b(BP", "\ufffdP"},
		"jp escapes apart":  {jp, "\x1b(BP\x1b(BP", "PP"},
		"jp no escape":      {jp, "\x1b$P\x0e", "\ufffd$P\ufffd"},
		"jp half character": {jp, "\x1b$@P\x1b(Bx", "\ufffdx"},
		"jp bad trail":      {jp, "\x1b$@P \x50\x50", "\ufffd\u4f69"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d, _ := tt.new(0)
			if got, _, err := transform.String(d, tt.in); err != nil || got != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
			var got, left []byte
			state := int64(0)
			for i := range len(tt.in) {
				d, after := tt.new(state)
				left = append(left, tt.in[i])
				dst := make([]byte, 64)
				n, used, err := d.Transform(dst, left, i == len(tt.in)-1)
				if err != nil && err != transform.ErrShortSrc {
					t.Fatal(err)
				}
				got, left, state = append(got, dst[:n]...), left[used:], after()
			}
			if string(got) != tt.want {
				t.Errorf("byte by byte %q, want %q", got, tt.want)
			}
		})
	}
}
