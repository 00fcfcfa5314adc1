package hostfuncs

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
)

// I3: a message that is not whole is charged while it comes, and what there is no room
// for ends the connection.
func TestI3MessagesAreCharged(t *testing.T) {
	const part = 8 << 20
	finish := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		message, err := c.NextWriter(websocket.BinaryMessage)
		if err != nil {
			return
		}
		_, _ = io.Copy(message, io.LimitReader(zeros{}, part)) // in frames, of which none is the last
		<-finish
		_ = message.Close()
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	policy, err := Grants([]string{address})
	if err != nil {
		t.Fatal(err)
	}
	var held, limit atomic.Int64
	limit.Store(1 << 40)
	f := NewFetcher(FetcherConfig{Policy: policy, Charge: func(delta int64) error {
		if n := held.Add(delta); delta > 0 && n > limit.Load() {
			held.Add(-delta)
			return io.ErrShortBuffer
		}
		return nil
	}})
	defer f.Close()
	read := func() ([]byte, error) {
		s, err := f.DialWebSocket(t.Context(), "ws://"+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Release()
		_, data, err := s.Read()
		return data, err
	}
	go func() {
		for until := time.Now().Add(10 * time.Second); held.Load() < part && time.Now().Before(until); {
			time.Sleep(time.Millisecond)
		}
		if n := held.Load(); n < part {
			t.Errorf("%d bytes are held for a message of which %d came", n, part)
		}
		close(finish)
	}()
	if data, err := read(); err != nil || len(data) != part {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	limit.Store(part / 2)
	if data, err := read(); err == nil {
		t.Errorf("%d bytes came where there is room for %d", len(data), part/2)
	}
	if n := held.Load(); n != 0 {
		t.Errorf("%d bytes are left", n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
