package meter

import (
	"bytes"
	"context"
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	r := newRuntime(t, false)
	var n, same, refused int
	reasons := map[string]int{}
	for _, p := range corpus(t) {
		b, _ := os.ReadFile(p)
		n++
		func() {
			defer func() {
				if e := recover(); e != nil {
					t.Logf("%s: wazero panics: %v", p, e)
				}
			}()
			m, err := Decode(b)
			var enc []byte
			if err == nil {
				enc = m.Encode()
				if bytes.Equal(enc, b) {
					same++
				}
				m2, err := Decode(enc)
				if err != nil {
					t.Errorf("%s: %v", p, err)
				} else if !bytes.Equal(m2.Encode(), enc) {
					t.Errorf("%s: no fixpoint", p)
				}
			} else {
				refused++
				reasons[err.Error()]++
			}
			c, werr := r.CompileModule(context.Background(), b)
			if werr == nil {
				c.Close(context.Background())
			}
			if (werr == nil) && err != nil {
				t.Errorf("%s: %v", p, err)
			}
			if err == nil {
				c, werr2 := r.CompileModule(context.Background(), enc)
				if werr2 == nil {
					c.Close(context.Background())
				}
				if (werr == nil) != (werr2 == nil) {
					t.Errorf("%s: plain %v, encoded %v", p, werr, werr2)
				}
			}
		}()
	}
	t.Log(n, same, refused, reasons)
}
