package buntime_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime"
)

// TestUpload: the body of a request is sent as its stream gives it, no faster than the server takes it.
func TestUpload(t *testing.T) {
	mux := http.NewServeMux()
	// Answers when it has the first piece, then says what came in all.
	mux.HandleFunc("/early", func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			panic(err)
		}
		first := make([]byte, 5)
		if _, err := io.ReadFull(r.Body, first); err != nil {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusOK)
		if err := http.NewResponseController(w).Flush(); err != nil {
			panic(err)
		}
		rest, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %v %d", first, rest, err, r.ContentLength)
	})
	mux.HandleFunc("/read", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, "%d %s", n, r.Header.Get("Content-Type"))
	})
	mux.HandleFunc("/refuse", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	})
	for _, status := range []int{303, 307} {
		mux.HandleFunc(fmt.Sprintf("/to%d", status), func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			http.Redirect(w, r, "/read", status)
		})
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	rt := open(t, buntime.Config{})
	const endless = `let pulls = 0, cancelled; const told = new Promise((y) => { cancelled = y; });
		const body = new ReadableStream({ pull(c) { pulls++; c.enqueue(new Uint8Array(32768)); }, cancel(r) { cancelled(r); } }, { highWaterMark: 0 });`
	for name, tt := range map[string]struct{ source, want string }{
		"streams": {`
			let more;
			const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("first")); more = c; } });
			const r = await fetch(url + "/early", { method: "POST", body, duplex: "half" });
			more.enqueue(new TextEncoder().encode("second"));
			more.close();
			export default [r.status, await r.text()];`, `[200,"first second <nil> -1"]`},
		"a Request": {`
			const body = new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(200000)); c.close(); } });
			const r = new Request(url + "/read", { method: "PUT", body, duplex: "half", headers: { "content-type": "x/y" } });
			export default [await (await fetch(r)).text(), r.bodyUsed];`, `["200000 x/y",true]`},
		"a length": {`
			const body = () => new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(10)); c.close(); } });
			const send = (n) => fetch(url + "/read", { method: "POST", body: body(), duplex: "half", headers: { "content-length": n } }).then((r) => r.text(), (e) => e.name);
			export default [await send("10"), await send("11"), await send("x")];`, `["10 ","TypeError","TypeError"]`},
		"aborted": {endless + `
			const c = new AbortController();
			const p = fetch(url + "/read", { method: "POST", body, duplex: "half", signal: c.signal });
			while (pulls < 5) await new Promise((y) => setTimeout(y));
			c.abort(new RangeError("enough"));
			export default [await p.catch((e) => e.message), (await told).message];`, `["enough","enough"]`},
		"the server wants none": {endless + `
			const r = await fetch(url + "/refuse", { method: "POST", body, duplex: "half" });
			await r.text();
			await told;
			export default [r.status];`, `[413]`},
		"the stream fails": {`
			const body = new ReadableStream({ pull(c) { c.error(new RangeError("mine")); } });
			export default await fetch(url + "/read", { method: "POST", body, duplex: "half" }).catch((e) => [e.name, e.message.includes("mine")]);`, `["TypeError",true]`},
		"no bytes": {`
			const body = new ReadableStream({ pull(c) { c.enqueue(7); } });
			export default await fetch(url + "/read", { method: "POST", body, duplex: "half" }).catch((e) => [e.name]);`, `["TypeError"]`},
		"redirects": {`
			const ask = (path) => fetch(url + path, { method: "POST", duplex: "half", body: new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(3)); c.close(); } }) }).then((r) => r.text(), (e) => e.name);
			export default [await ask("/to303"), await ask("/to307")];`, `["0 ","TypeError"]`},
		"it does not keep a program that ends": {endless + `
			fetch(url + "/read", { method: "POST", body, duplex: "half" }).catch(() => {});
			while (pulls < 5) await new Promise((y) => setTimeout(y));
			console.log("ends");
			process.exit(0);`, "null"},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := rt.Run(t.Context(), buntime.Program{
				Source: "const url = import.meta.input;" + tt.source, Language: "js", Input: server.URL,
				Allow: buntime.Allow{Net: []string{strings.TrimPrefix(server.URL, "http://")}}, Limits: buntime.Limits{Timeout: 60 * time.Second},
			})
			if err != nil {
				t.Fatalf("%v; %s", err, res.Stderr)
			}
			if got := string(res.Value); got != tt.want && !(got == "" && tt.want == "null") {
				t.Errorf("got %s, want %s; %s", got, tt.want, res.Stderr)
			}
		})
	}
}
