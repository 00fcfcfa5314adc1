package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
)

const rootKey = "btk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// server is a `buntime serve` of its own, on loopback, with data of its own.
type server struct {
	url  string
	data string
	cmd  *exec.Cmd
	logs bytes.Buffer // read only after close
}

var readyLine = regexp.MustCompile(`serves (\S+)/api`)

// startServer starts one and waits until it is ready. The caller must close it.
func startServer(ctx context.Context, binary string) (_ *server, err error) {
	data, err := os.MkdirTemp("", "soak")
	if err != nil {
		return nil, err
	}
	s := &server{data: data, cmd: exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", data, "--log-level", "warn")}
	s.cmd.Env = append(os.Environ(), "BUNTIME_ROOT_KEY="+rootKey)
	s.cmd.Stderr = &s.logs
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
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
	if logs := s.logs.String(); strings.Contains(logs, `"level":"error"`) || strings.Contains(logs, "panic") {
		err = errors.Join(err, fmt.Errorf("the server calls it its own fault: %.2000s", logs))
	}
	return errors.Join(err, os.RemoveAll(s.data))
}

// sample is what the server holds at one time.
type sample struct {
	memory      float64 // bytes of RSS
	goroutines  float64
	descriptors float64
	mappings    float64
	metrics     map[string]float64
}

// measure looks at the server from outside, and at what it says of itself.
func (s *server) measure(ctx context.Context) (sample, error) {
	m := sample{metrics: map[string]float64{}}
	proc := filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid))
	maps, err := os.ReadFile(filepath.Join(proc, "maps"))
	if err != nil {
		return m, err
	}
	m.mappings = float64(bytes.Count(maps, []byte("\n")))
	req, err := http.NewRequestWithContext(ctx, "GET", s.url+"/api/metrics", nil)
	if err != nil {
		return m, err
	}
	req.Header.Set("Authorization", "Bearer "+rootKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return m, err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			name, _, _ = strings.Cut(name, "{") // labels are summed up
			m.metrics[name] += v
		}
	}
	m.memory, m.goroutines, m.descriptors = m.metrics["process_resident_memory_bytes"], m.metrics["go_goroutines"], m.metrics["process_open_fds"]
	if m.memory == 0 || m.goroutines == 0 || m.descriptors == 0 {
		return m, errors.New("the server's metrics lack what is to be measured")
	}
	return m, lines.Err()
}

// idle measures the server when it has had nothing to do for a while.
func (s *server) idle(ctx context.Context) (sample, error) {
	http.DefaultClient.CloseIdleConnections()
	select {
	case <-time.After(rest):
	case <-ctx.Done():
		return sample{}, ctx.Err()
	}
	return s.measure(ctx)
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
		memory: middle(func(s sample) float64 { return s.memory }), goroutines: middle(func(s sample) float64 { return s.goroutines }),
		descriptors: middle(func(s sample) float64 { return s.descriptors }), mappings: middle(func(s sample) float64 { return s.mappings }),
	}
}

// compare prints what the server held early and late, idle and loaded, and says
// what grew beyond what is noise: the collector's and the store's phase.
func compare(w io.Writer, before, after, first, last sample) error {
	var errs []error
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tidle, early\tidle, late\tloaded, early\tloaded, late\t")
	for _, q := range []struct {
		name        string
		unit        float64
		of          func(sample) float64
		share, room float64 // what may be added
	}{
		{"memory, MB", 1 << 20, func(s sample) float64 { return s.memory }, 0.1, 48 << 20},
		{"goroutines", 1, func(s sample) float64 { return s.goroutines }, 0, 10},
		{"descriptors", 1, func(s sample) float64 { return s.descriptors }, 0, 10},
		{"mappings", 1, func(s sample) float64 { return s.mappings }, 0, 100},
	} {
		verdict := "steady"
		for _, pair := range [][2]sample{{before, after}, {first, last}} {
			if a, b := q.of(pair[0]), q.of(pair[1]); b > a*(1+q.share)+q.room {
				verdict = "GREW"
				errs = append(errs, fmt.Errorf("%s grew from %.0f to %.0f", q.name, a/q.unit, b/q.unit))
			}
		}
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.0f\t%.0f\t%s\n", q.name, q.of(before)/q.unit, q.of(after)/q.unit, q.of(first)/q.unit, q.of(last)/q.unit, verdict)
	}
	return errors.Join(append(errs, t.Flush())...)
}
