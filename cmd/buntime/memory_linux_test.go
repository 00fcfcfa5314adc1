package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const mib = 1 << 20

// Programs that want 1 GB each, and what they may end as.
var hogs = []struct {
	name, code string
	ends       []string // as ended tells it
}{
	{"grows until it ends", `const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1))`,
		[]string{"503 overloaded"}},
	{"asks for all at once", `const a = new Uint8Array(1e9); for (let i = 0; i < a.length; i += 4096) a[i] = 1`,
		[]string{"503 overloaded"}},
	{"keeps what it got", `
		const a = []
		try { for (;;) a.push(new Uint8Array(1 << 20).fill(1)) } catch (e) { console.log(e.message) }
		await new Promise(done => setTimeout(done, 1000))`,
		[]string{"503 overloaded", "200 out of memory"}},
	{"keeps strings", `
		const a = []
		try { for (let i = 0; ; i++) a.push('x'.repeat(1e5) + i) } catch (e) { console.log(e.message) }
		await new Promise(done => setTimeout(done, 1000))`,
		[]string{"503 overloaded", "200 out of memory"}},
}

// I3: 500 sessions of five tenants that all try to take 1 GB find the budget's
// end: each ends as a type says, the process holds no more than it may, others are
// served meanwhile, and everything is given back.
func TestI3FiveHundredHogs(t *testing.T) {
	const (
		budget   = 256 * mib
		sessions = 100 // of each tenant

		// besides is what the process may hold beside the guests: Go's heap and
		// stacks for 500 requests, and the store's caches.
		besides = 160 * mib
	)
	s := startProcess(t, t.TempDir(), nil, "--max-memory", "256MB", "--log-level", "warn")
	honest := s.as("honest")
	home := honest.session(nil)
	type job struct {
		key, session string
		hog          int
	}
	// Those that take their time, by small pieces, are one in fifty.
	kind := func(i int) int {
		if i%50 == 0 {
			return 3
		}
		return i % 3
	}
	jobs := make([]job, 5*sessions)
	var made sync.WaitGroup
	for tenant := range 5 {
		hog := s.as(fmt.Sprintf("hog-%d", tenant))
		made.Go(func() {
			for i := tenant * sessions; i < (tenant+1)*sessions; i++ {
				var v struct{ SessionID string }
				if status, raw := s.post(hog.key, "/sessions/create", struct{}{}); status != 200 || json.Unmarshal(raw, &v) != nil {
					t.Errorf("create: %d %s", status, raw)
				}
				jobs[i] = job{hog.key, v.SessionID, kind(i)}
			}
		})
	}
	made.Wait()
	if t.Failed() {
		return
	}
	before := private(t, s.cmd.Process.Pid)

	var most atomic.Int64
	watched := make(chan struct{})
	over := make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most.Store(max(most.Load(), private(t, s.cmd.Process.Pid)))
			case <-over:
				return
			}
		}
	}()

	var running, hungry sync.WaitGroup
	began := time.Now()
	ends := make([]string, len(jobs))
	for i, j := range jobs {
		hungry.Go(func() {
			ends[i] = ended(s.post(j.key, "/execute", map[string]any{"sessionId": j.session, "code": hogs[j.hog].code, "timeout": 60}))
		})
	}
	done := make(chan struct{})
	var served []time.Duration
	running.Go(func() {
		// At least one request comes after all is over, so that it is seen that the
		// server still serves; those before are the point.
		for last := false; !last; {
			select {
			case <-done:
				last = true
			default:
			}
			start := time.Now()
			got := ended(s.post(honest.key, "/execute", map[string]any{"sessionId": home,
				"code": `console.log(JSON.parse('[1, 2, 39]').map(x => ({ x })).reduce((n, { x }) => n + x, 0))`}))
			if got != "200 42" {
				t.Errorf("an honest session: %s", got)
			}
			served = append(served, time.Since(start))
		}
	})
	hungry.Wait()
	took := time.Since(began)
	close(done)
	running.Wait()
	close(over)
	<-watched

	count := map[string]int{}
	for i, j := range jobs {
		if !slices.Contains(hogs[j.hog].ends, ends[i]) {
			t.Errorf("a program that %s ended with %s", hogs[j.hog].name, ends[i])
		}
		count[ends[i]]++
	}
	slices.Sort(served)
	t.Logf("%v in %v; served meanwhile %d, at most after %v; it held %d MiB, before %d MiB", count, took.Round(time.Millisecond),
		len(served)-1, served[len(served)-1].Round(time.Millisecond), most.Load()/mib, before/mib)
	if count["200 out of memory"] == 0 {
		t.Error("no program saw its growth refused")
	}
	if len(served) < 3 {
		t.Errorf("%d honest requests were served meanwhile", len(served)-1)
	}
	if grew := most.Load() - before; grew > budget+besides {
		t.Errorf("the process grew by %d MiB, the budget is %d", grew/mib, budget/mib)
	} else if grew < budget/2 {
		t.Errorf("the process grew by %d MiB: the budget of %d was never at stake", grew/mib, budget/mib)
	}
	_, metrics := s.raw("GET", "/metrics", nil)
	if want := "buntime_guest_memory_bytes{state=\"used\"} 0\n"; !strings.Contains(string(metrics), want) {
		t.Errorf("the metrics lack %q:\n%s", want, grep(string(metrics), "guest_memory"))
	}
	if faults := grep(s.logs.String(), "internal"); faults != "" {
		t.Errorf("the server calls it its own fault:\n%.2000s", faults)
	}
	s.end(os.Interrupt)
}

// post sends a request with key and returns status and body, or an error as a
// body. It may be called from any goroutine.
func (s *testServer) post(key, path string, body any) (int, []byte) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	req, err := http.NewRequest("POST", s.url+"/api"+path, bytes.NewReader(text))
	if err != nil {
		return 0, []byte(err.Error())
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return resp.StatusCode, raw
}

// ended says in short how an execution ended: its status, and its output or the
// code of the error.
func ended(status int, raw []byte) string {
	var v struct {
		Stdout   string
		ExitCode int
		Error    struct{ Code string }
	}
	if err := json.Unmarshal(raw, &v); err != nil || v.ExitCode != 0 {
		return fmt.Sprintf("%d %.300s", status, raw)
	}
	return fmt.Sprintf("%d %s", status, strings.TrimSpace(v.Error.Code+v.Stdout))
}

// private is how much memory a process has for itself, its page tables included.
// Pages of the image that guests only read are there once, but count in VmRSS for
// each guest.
func private(t testing.TB, pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Error(err)
		return 0
	}
	var sum int64
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && (f[0] == "RssAnon:" || f[0] == "VmPTE:") {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Error(err)
			}
			sum += kb << 10
		}
	}
	if sum == 0 {
		t.Error("the system does not tell what a process holds")
	}
	return sum
}

// grep returns the lines of text that contain part.
func grep(text, part string) string {
	var found strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			found.WriteString(line)
		}
	}
	return found.String()
}
