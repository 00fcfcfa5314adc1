package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/buntime/buntime/internal/npmtest"
)

const rootKey = "btk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// server is a `buntime serve` of its own, on loopback, with data of its own.
type server struct {
	url      string
	data     string
	tmp      string // its folder for temporary files
	registry *npmtest.Registry
	cmd      *exec.Cmd
	logs     bytes.Buffer // read only after close
	accounts int          // how many times it gave its metrics
}

// slowPackage is one whose registry never answers.
const slowPackage = "slow"

// newRegistry starts a registry with what the programs install.
func newRegistry() *npmtest.Registry {
	r := npmtest.New()
	r.Add(
		npmtest.Package{Manifest: object{"name": "greet", "version": "1.0.0", "bin": "cli.js", "dependencies": object{"word": "^1.0.0"}}, Files: map[string]string{
			"index.js": "module.exports = n => require('word') + ' ' + n",
			"cli.js":   "console.log(require('./index.js')(process.argv[2]))",
		}},
		npmtest.Package{Manifest: object{"name": "word", "version": "1.0.0"}, Files: map[string]string{"index.js": "module.exports = 'hello'"}},
	)
	r.Intercept = func(_ http.ResponseWriter, req *http.Request) bool {
		if req.URL.Path != "/"+slowPackage {
			return false
		}
		<-req.Context().Done()
		return true
	}
	return r
}

var readyLine = regexp.MustCompile(`serves (\S+)/api`)

// startServer starts one and waits until it is ready. The caller must close it.
func startServer(ctx context.Context, binary string) (_ *server, err error) {
	data, err := os.MkdirTemp("", "soak")
	if err != nil {
		return nil, err
	}
	s := &server{data: data, tmp: filepath.Join(data, "tmp"), registry: newRegistry()}
	s.cmd = exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(data, "data"), "--npm-registry", s.registry.URL, "--log-level", "warn")
	s.cmd.Env = append(os.Environ(), "BUNTIME_ROOT_KEY="+rootKey, "TMPDIR="+s.tmp)
	s.cmd.Stderr = &s.logs
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = os.Mkdir(s.tmp, 0o700)
	}
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		s.registry.Close()
		return nil, errors.Join(fmt.Errorf("start the server (make build?): %w", err), os.RemoveAll(data))
	}
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() && ctx.Err() == nil {
		if m := readyLine.FindSubmatch(lines.Bytes()); m != nil {
			s.url = string(m[1])
		}
	}
	if s.url == "" {
		return nil, errors.Join(errors.New("the server did not start"), s.close())
	}
	go io.Copy(io.Discard, out) // ends with the server
	return s, nil
}

// close ends the server as SIGTERM does, and removes its data.
func (s *server) close() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	if werr := s.cmd.Wait(); werr != nil {
		err = errors.Join(err, fmt.Errorf("the server ended with %w", werr))
	}
	s.registry.Close()
	if logs := s.logs.String(); strings.Contains(logs, `"level":"error"`) || strings.Contains(logs, "panic") {
		err = errors.Join(err, fmt.Errorf("the server calls it its own fault: %.2000s", logs))
	}
	return errors.Join(err, os.RemoveAll(s.data))
}

// sample is what the server holds at one time.
type sample struct {
	memory      float64 // bytes of its own in use: no file's, and of Go's heap only what is in use
	heap        float64 // bytes of memory that are Go's objects, and the room between them
	files       float64 // bytes in memory of files it maps: the store's, its own binary
	goroutines  float64
	descriptors float64
	mappings    float64
	processes   float64 // children: those that transform TypeScript
	temporary   float64 // files in its folder for temporary ones
	metrics     map[string]float64
}

// measure looks at the server from outside, and at what it says of itself.
func (s *server) measure(ctx context.Context) (sample, error) {
	var m sample
	proc := filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid))
	maps, err := os.ReadFile(filepath.Join(proc, "maps"))
	if err != nil {
		return m, err
	}
	m.mappings = float64(bytes.Count(maps, []byte("\n")))
	children, err := filepath.Glob(filepath.Join(proc, "task", "*", "children"))
	if err != nil {
		return m, err
	}
	for _, name := range children {
		list, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // a thread that ended meanwhile
		} else if err != nil {
			return m, err
		}
		m.processes += float64(len(bytes.Fields(list)))
	}
	err = filepath.WalkDir(s.tmp, func(_ string, _ fs.DirEntry, err error) error {
		m.temporary++
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it ended meanwhile
		}
		return err
	})
	if err != nil {
		return m, err
	}
	m.temporary-- // the folder itself
	outside, files, err := resident(proc)
	if err != nil {
		return m, err
	}
	m.metrics, err = s.account(ctx)
	if err != nil {
		return m, err
	}
	m.heap = m.metrics["go_memstats_heap_inuse_bytes"]
	m.memory, m.files = outside+m.heap, files
	m.goroutines, m.descriptors = m.metrics["go_goroutines"], m.metrics["process_open_fds"]
	if m.memory <= 0 || m.files == 0 || m.goroutines == 0 || m.descriptors == 0 {
		return m, fmt.Errorf("the server tells of %.0f bytes of memory, %.0f of files, %.0f goroutines and %.0f descriptors", m.memory, m.files, m.goroutines, m.descriptors)
	}
	return m, nil
}

// account is what the server's metrics say, by their names without labels.
func (s *server) account(ctx context.Context) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", s.url+"/api/metrics", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+rootKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	s.accounts++
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server's metrics: status %d", resp.StatusCode)
	}
	metrics := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			name, _, _ = strings.Cut(name, "{") // labels are summed up
			metrics[name] += v
		}
	}
	return metrics, lines.Err()
}

// Where Go puts its heap on 64-bit Linux (runtime.mallocinit's first hint), and far
// more room than it takes here. Nothing else lies there: the kernel maps from the top.
const heapStart, heapEnd = 0xc0_0000_0000, 0xe0_0000_0000

// resident is what a process has in memory, in bytes: of its own outside Go's heap,
// and of files. In the heap lies what was freed and not returned, and how much of
// that the process ever touched nobody counts: what is in use there, Go says itself.
func resident(proc string) (outside, files float64, err error) {
	maps, err := os.ReadFile(filepath.Join(proc, "smaps"))
	if err != nil {
		return 0, 0, err
	}
	var heap, image bool
	for line := range strings.Lines(string(maps)) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasSuffix(name, ":") {
			first, _, _ := strings.Cut(name, "-")
			start, err := strconv.ParseUint(first, 16, 64)
			if err != nil {
				return 0, 0, fmt.Errorf("smaps: %q starts no mapping", line)
			}
			heap, image = start >= heapStart && start < heapEnd, strings.Contains(rest, " /memfd:")
			continue
		}
		if name != "Rss:" && name != "Pss:" && name != "Anonymous:" {
			continue
		}
		var kB float64
		if _, err := fmt.Sscanf(rest, "%f kB", &kB); err != nil {
			return 0, 0, fmt.Errorf("smaps: %q", line)
		}
		switch {
		case heap:
		case image: // of which each guest's mapping has its part
			if name == "Pss:" {
				outside += kB * 1024
			}
		case name == "Rss:":
			files += kB * 1024
		case name == "Anonymous:":
			outside += kB * 1024
			files -= kB * 1024
		}
	}
	return outside, files, nil
}

// idle measures the server when it has had nothing to do for a while, and when
// its collector has run since: without work Go lets two minutes pass before that.
func (s *server) idle(ctx context.Context) (sample, error) {
	http.DefaultClient.CloseIdleConnections()
	rested := time.Now().Add(rest)
	for {
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return sample{}, ctx.Err()
		}
		m, err := s.measure(ctx)
		if err != nil {
			return m, err
		}
		if m.metrics["go_memstats_last_gc_time_seconds"] >= float64(rested.Unix()) {
			return m, nil
		}
		if time.Since(rested) > 4*time.Minute {
			return m, errors.New("the server's collector does not run")
		}
	}
}

func median(list []sample) sample {
	middle := func(f func(sample) float64) float64 {
		var v []float64
		for _, s := range list {
			v = append(v, f(s))
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	return sample{
		memory: middle(func(s sample) float64 { return s.memory }), heap: middle(func(s sample) float64 { return s.heap }), files: middle(func(s sample) float64 { return s.files }), goroutines: middle(func(s sample) float64 { return s.goroutines }),
		descriptors: middle(func(s sample) float64 { return s.descriptors }), mappings: middle(func(s sample) float64 { return s.mappings }),
		processes: middle(func(s sample) float64 { return s.processes }), temporary: middle(func(s sample) float64 { return s.temporary }),
	}
}

// maxFiles is more than a server maps of files at a time, in bytes. They go up and
// down by their own clock: the store writes to a table of 16 MiB in a mapped log,
// keeps up to two of them that wait to be written out, and up to nine on its first
// level before a compaction makes little of them. On top come its index and the
// pages of the binary that ran.
const maxFiles = 256 << 20

// compare prints what the server held early and late, idle and loaded, and says
// what grew beyond what is noise: the phase of the collector.
func compare(w io.Writer, before, after, first, last sample) error {
	var errs []error
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tidle, early\tidle, late\tloaded, early\tloaded, late\t")
	for _, q := range []struct {
		name        string
		unit        float64
		of          func(sample) float64
		share, room float64 // what may be added
		most        float64 // instead, if not 0
	}{
		{"memory, MB", 1 << 20, func(s sample) float64 { return s.memory }, 0.1, 48 << 20, 0},
		{"of it Go's heap", 1 << 20, func(s sample) float64 { return s.heap }, 0.1, 48 << 20, 0},
		{"mapped files, MB", 1 << 20, func(s sample) float64 { return s.files }, 0, 0, maxFiles},
		{"goroutines", 1, func(s sample) float64 { return s.goroutines }, 0, 10, 0},
		{"descriptors", 1, func(s sample) float64 { return s.descriptors }, 0, 10, 0},
		{"mappings", 1, func(s sample) float64 { return s.mappings }, 0, 100, 0},
		{"processes", 1, func(s sample) float64 { return s.processes }, 0, 2, 0},
		{"temporary files", 1, func(s sample) float64 { return s.temporary }, 0, 2, 0},
	} {
		verdict := "steady"
		for _, pair := range [][2]sample{{before, after}, {first, last}} {
			a, b := q.of(pair[0]), q.of(pair[1])
			most := a*(1+q.share) + q.room
			if q.most > 0 {
				most = q.most
			}
			if b > most {
				verdict = "GREW"
				errs = append(errs, fmt.Errorf("%s grew from %.0f to %.0f", q.name, a/q.unit, b/q.unit))
			}
		}
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.0f\t%.0f\t%s\n", q.name, q.of(before)/q.unit, q.of(after)/q.unit, q.of(first)/q.unit, q.of(last)/q.unit, verdict)
	}
	return errors.Join(append(errs, t.Flush())...)
}
