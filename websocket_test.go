package buntime_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime"
)

func TestEventSource(t *testing.T) {
	connections := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections++
		w.Header().Set("Content-Type", "text/event-stream")
		if connections == 1 {
			io.WriteString(w, ": comment\nretry: 10\nid: 7\ndata: one\n\nevent: named\ndata: two\r\ndata: lines\r\n\r\n")
			return // it connects again, and says where it was
		}
		io.WriteString(w, "data: after "+r.Header.Get("Last-Event-ID")+"\n\n")
	}))
	defer server.Close()
	rt := open(t, buntime.Config{})
	res, err := rt.Run(t.Context(), buntime.Program{
		Source: `
			const es = new EventSource(import.meta.input);
			const got = [];
			await new Promise((done) => {
				es.onmessage = (e) => { got.push(e.type + ":" + e.data + ":" + e.lastEventId); if (got.length === 3) done(); };
				es.addEventListener("named", (e) => got.push(e.type + ":" + e.data));
			});
			es.close();
			export default [got, es.readyState];`,
		Language: "js", Input: server.URL,
		Allow: buntime.Allow{Net: []string{strings.TrimPrefix(server.URL, "http://")}}, Limits: buntime.Limits{Timeout: 20 * time.Second},
	})
	if err != nil {
		t.Fatalf("%v; %s", err, res.Stderr)
	}
	if got, want := string(res.Value), `[["message:one:7","named:two\nlines","message:after 7:7"],2]`; got != want {
		t.Errorf("got %s, want %s; stderr %s", got, want, res.Stderr)
	}
}

// A WebSocket is dialled by the rules of fetch (I7).
func TestWebSocketEgress(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	rt := open(t, buntime.Config{})
	for name, tt := range map[string]struct {
		allow []string
		url   string
	}{
		"nothing is granted":        {nil, "ws://" + address},
		"loopback is not public":    {[]string{"public"}, "ws://" + address},
		"another port":              {[]string{"127.0.0.1:1"}, "ws://" + address},
		"loopback in other letters": {[]string{"public"}, "ws://0x7f.1:" + strings.Split(address, ":")[1]},
		"not a WebSocket server":    {[]string{address}, "ws://" + address},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := rt.Run(t.Context(), buntime.Program{
				Source: `
					const w = new WebSocket(import.meta.input);
					export default await new Promise((done) => { const log = []; w.onopen = () => log.push("open"); w.onerror = () => log.push("error"); w.onclose = (e) => { log.push(e.code, e.wasClean); done(log); }; });`,
				Language: "js", Input: tt.url, Allow: buntime.Allow{Net: tt.allow}, Limits: buntime.Limits{Timeout: 20 * time.Second},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := string(res.Value), `["error",1006,false]`; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
