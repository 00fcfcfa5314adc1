package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// program is what sandboxes are given: an expression, the same text for each,
// and what String makes of its value.
type program struct{ name, text, want string }

// wrongError reports an answer that is not the program's.
type wrongError struct{ got, want string }

func (e *wrongError) Error() string {
	return fmt.Sprintf("a wrong answer: %.80q, not %.80q", e.got, e.want)
}

func (p *program) check(got string) error {
	if got != p.want {
		return &wrongError{got, p.want}
	}
	return nil
}

var onePlusOne = program{name: "1+1", text: "1+1", want: "2"}

// started keeps the hosts of one part.
type started map[*peer]*running

func (s started) stop() {
	for r := range maps.Values(s) {
		r.stop()
	}
}

// startAll starts a host for each peer that use picks and returns those that
// run; the others are failures.
func (b *bench) startAll(ctx context.Context, peers []*peer, what string, use func(*peer) []string) ([]*peer, started) {
	all, out := started{}, []*peer(nil)
	for _, p := range peers {
		argv := use(p)
		if argv == nil {
			continue
		}
		r, err := b.start(ctx, argv)
		if err != nil {
			b.failed(p, what, err)
			continue
		}
		all[p] = r
		out = append(out, p)
	}
	return out, all
}

// failed takes note of what could not be measured, once for each kind.
func (b *bench) failed(p *peer, what string, err error) {
	for _, f := range b.report.failures {
		if f.peer == p && f.what == what {
			return
		}
	}
	b.say("%s: %s: %v", p.name, what, err)
	b.report.failures = append(b.report.failures, failure{p, what, err})
}

// measureFresh times a sandbox that is made, evaluates 1+1, says what it gives,
// and is freed or reset, inside its host's process.
func (b *bench) measureFresh(ctx context.Context, peers []*peer) error {
	const what = "fresh sandbox in process"
	peers, hosts := b.startAll(ctx, peers, what, func(p *peer) []string {
		if !p.fresh {
			return nil
		}
		return p.host
	})
	defer hosts.stop()
	p50, p99, runs := map[*peer]series{}, map[*peer]series{}, map[*peer]int{}
	for round := range b.cfg.rounds.fresh {
		b.say("fresh: round %d of %d", round+1, b.cfg.rounds.fresh)
		err := shuffled(peers, func(p *peer) error {
			took, err := b.freshRuns(ctx, hosts[p])
			if err != nil {
				b.failed(p, what, err)
			}
			p50[p] = append(p50[p], quantile(took, 0.5))
			p99[p] = append(p99[p], quantile(took, 0.99))
			runs[p] += len(took)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	t := table{
		title: "Fresh sandbox in process",
		how: fmt.Sprintf("A sandbox is made, evaluates `1+1`, hands its value to the host as text, and is reset or freed; for processes, from the start to the exit. Each run is timed alone by the host's own clock: %d rounds of %v for each, in random order. µs; the ratio is its median to buntime's of the same round.",
			b.cfg.rounds.fresh, b.cfg.fresh),
		columns: []string{"sandbox", "median µs", "p99 µs", "runs", "its median ÷ buntime's"},
	}
	us := byName(peers, ours)
	for _, p := range peers {
		ratio := p50[p].over(p50[us])
		t.rows = append(t.rows, []string{p.name, p50[p].text(""), p99[p].text(""), thousands(int64(runs[p])), ratio.text("×")})
		b.report.compare("fresh sandbox in process", p, ratio)
	}
	b.report.tables = append(b.report.tables, t)
	b.report.aim("fresh sandbox + `1+1` + reset in process, median", "≤ 15 µs", p50[us], " µs", 15, atMost)
	b.report.aim("the same, p99", "≤ 60 µs", p99[us], " µs", 60, atMost)
	return nil
}

// freshRuns returns the microseconds of each run of one round.
func (b *bench) freshRuns(ctx context.Context, r *running) ([]float64, error) {
	got, err := r.post(ctx, "/run", onePlusOne.text)
	if err == nil {
		err = onePlusOne.check(string(got))
	}
	if err != nil {
		return nil, err
	}
	text, err := r.post(ctx, fmt.Sprintf("/fresh?ms=%d", b.cfg.fresh.Milliseconds()), onePlusOne.text)
	if err != nil {
		return nil, err
	}
	var took []float64
	if err := json.Unmarshal(text, &took); err != nil {
		return nil, err
	}
	for i := range took {
		took[i] /= 1e3
	}
	return took, nil
}

// load is one kind of load on one peer, and what each round measured.
type load struct {
	peer           *peer
	program        *program
	connections    int
	rate, p50, p99 series
}

// measureHTTP loads servers that run each request's program in a fresh sandbox.
func (b *bench) measureHTTP(ctx context.Context, peers []*peer) error {
	const what = "HTTP"
	document, err := b.readProgram("json")
	if err != nil {
		return err
	}
	bare := byName(peers, native)
	peers, hosts := b.startAll(ctx, peers, what, func(p *peer) []string {
		switch {
		case p.path == "":
			return nil
		case p.server != nil:
			return p.server
		}
		return p.host
	})
	defer hosts.stop()
	programs, connections := []*program{&onePlusOne, document}, []int{1, 8}
	var loads []*load
	var alone series
	for _, program := range programs {
		for _, n := range connections {
			for _, p := range peers {
				loads = append(loads, &load{peer: p, program: program, connections: n})
			}
		}
	}
	for round := range b.cfg.rounds.http {
		b.say("http: round %d of %d: %d loads", round+1, b.cfg.rounds.http, len(loads))
		err := shuffled(loads, func(l *load) error {
			got, err := b.oneLoad(ctx, hosts, l)
			if err != nil {
				b.failed(l.peer, what+", "+l.program.name, err)
				got = loaded{elapsed: 0} // its rate is NaN
			}
			us := make([]float64, len(got.took))
			for i, d := range got.took {
				us[i] = float64(d) / 1e3
			}
			l.rate = append(l.rate, got.rate())
			l.p50 = append(l.p50, quantile(us, 0.5))
			l.p99 = append(l.p99, quantile(us, 0.99))
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		if bare != nil {
			us, err := b.alone(ctx, document)
			if err != nil {
				b.failed(bare, what+", "+document.name, err)
				us = math.NaN()
			}
			alone = append(alone, us)
		}
	}
	find := func(name string, program *program, connections int) *load {
		for _, l := range loads {
			if l.peer.name == name && l.program == program && l.connections == connections {
				return l
			}
		}
		return &load{}
	}
	for _, program := range programs {
		for _, n := range connections {
			title := fmt.Sprintf("Fresh sandbox for each HTTP request: %s, %d connections", program.name, n)
			if n == 1 {
				title = strings.TrimSuffix(title, "s")
			}
			t := table{title: title, columns: []string{"sandbox", "requests/s", "p50 µs", "p99 µs", "buntime's rate ÷ its"}}
			us := find(ours, program, n)
			for _, p := range peers {
				l := find(p.name, program, n)
				ratio := us.rate.over(l.rate)
				t.rows = append(t.rows, []string{p.name, l.rate.text(""), l.p50.text(""), l.p99.text(""), ratio.text("×")})
				b.report.compare(title, p, ratio)
			}
			if program == programs[0] && n == 1 {
				t.how = fmt.Sprintf("Each request carries the program's text, and is answered with what it gives. Our own load generator, on loopback and on the same processors: connections stay open, each sends the next request when it has the answer, and each answer is checked. %d rounds of %v for each server, program and number of connections, in random order, after %v that do not count. A row's p50 and p99 are medians of its rounds' quantiles.",
					b.cfg.rounds.http, b.cfg.http, b.cfg.warm)
			}
			b.report.tables = append(b.report.tables, t)
			b.report.aim(fmt.Sprintf("requests/s, %s, %d connections, against workerd cold", program.name, n), "≥ 50×", us.rate.over(find(cold, program, n).rate), "×", 50, atLeast)
			b.report.aim(fmt.Sprintf("requests/s, %s, %d connections, against workerd warm", program.name, n), "≥ 2×", us.rate.over(find(warm, program, n).rate), "×", 2, atLeast)
		}
	}
	// each is the microseconds from request to request at this many times a rate.
	each := func(times float64, l *load) string {
		out := make(series, len(l.rate))
		for i, rate := range l.rate {
			out[i] = 1e6 / (times * rate)
		}
		return out.text("")
	}
	one := func(name string, program *program) *load { return find(name, program, 1) }
	b.report.tables = append(b.report.tables, table{
		title: "What the targets leave for json",
		how: fmt.Sprintf("At 1 connection, µs from request to request, client and HTTP included, beside what the program takes by itself: in native QuickJS-ng, without sandbox, HTTP and metering, compiled before, the mean of %d runs in one context in each round.",
			aloneRuns),
		columns: []string{"what", "µs"},
		rows: [][]string{
			{"at 50 times the rate of " + cold, each(50, one(cold, document))},
			{"at 2 times the rate of " + warm, each(2, one(warm, document))},
			{ours, each(1, one(ours, document))},
			{ours + ", `1+1`", each(1, one(ours, &onePlusOne))},
			{native + ", the program alone", alone.text("")},
		},
	})
	return nil
}

// aloneRuns is how often a program is run for what it takes by itself.
const aloneRuns = 2000

// alone returns the microseconds of processor time that native QuickJS-ng takes
// for a program that it has compiled.
func (b *bench) alone(ctx context.Context, program *program) (float64, error) {
	text, err := b.output(ctx, b.scratch, b.tools.native, program.text, strconv.Itoa(aloneRuns))
	if err != nil {
		return 0, err
	}
	var u used
	if err := json.Unmarshal([]byte(text), &u); err != nil {
		return 0, err
	}
	return float64(u.NS) / 1e3, program.check(u.Result)
}

// oneLoad is one load of one round.
func (b *bench) oneLoad(ctx context.Context, hosts started, l *load) (loaded, error) {
	r := hosts[l.peer]
	if l.peer.restart {
		r.stop()
		var err error
		if r, err = b.start(ctx, l.peer.host); err != nil {
			return loaded{}, err
		}
		hosts[l.peer] = r
	}
	requests, err := b.requests(ctx, r, l)
	if err != nil {
		return loaded{}, err
	}
	if _, err := drive(ctx, requests, l.connections, b.cfg.warm); err != nil {
		return loaded{}, err
	}
	return drive(ctx, requests, l.connections, b.cfg.http)
}

// requests makes the request of each connection, and tries it.
func (b *bench) requests(ctx context.Context, r *running, l *load) ([]request, error) {
	if !l.peer.own {
		want := []byte(l.program.want)
		return []request{{url: r.url + l.peer.path, body: l.program.text, check: func(body []byte) error {
			if !bytes.Equal(body, want) {
				return &wrongError{string(body), l.program.want}
			}
			return nil
		}}}, nil
	}
	header := map[string]string{"X-API-Key": rootKey, "Content-Type": "application/json"}
	sessions := []string{""}
	if l.peer.session {
		sessions = make([]string, l.connections)
	}
	var out []request
	for _, id := range sessions {
		if l.peer.session {
			text, err := r.do(ctx, "POST", "/sessions/create", "", header)
			if err != nil {
				return nil, err
			}
			var made struct{ SessionID string }
			if err := json.Unmarshal(text, &made); err != nil {
				return nil, err
			}
			id = made.SessionID
		}
		body, err := json.Marshal(struct {
			SessionID string `json:"sessionId,omitempty"`
			Code      string `json:"code"`
			Language  string `json:"language"`
		}{id, "export default " + l.program.text, "js"})
		if err != nil {
			return nil, err
		}
		// The first answer is decoded; the others must have the same bytes for it.
		text, err := r.do(ctx, "POST", l.peer.path, string(body), header)
		if err != nil {
			return nil, err
		}
		var answer struct{ Result json.RawMessage }
		if err := json.Unmarshal(text, &answer); err != nil {
			return nil, err
		}
		got, err := asText(answer.Result)
		if err == nil {
			err = l.program.check(got)
		}
		if err != nil {
			return nil, err
		}
		want := fmt.Appendf(nil, `"result":%s,`, answer.Result)
		out = append(out, request{url: r.url + l.peer.path, header: header, body: string(body), check: func(body []byte) error {
			if !bytes.Contains(body, want) {
				return &wrongError{string(body), l.program.want}
			}
			return nil
		}})
	}
	return out, nil
}

// readProgram reads one of bench/programs.
func (b *bench) readProgram(name string) (*program, error) {
	file := filepath.Join(b.root, "bench", "programs", name)
	text, err := os.ReadFile(file + ".js")
	if err != nil {
		return nil, err
	}
	want, err := os.ReadFile(file + ".want")
	return &program{name, string(text), string(want)}, err
}

// cpuPrograms reads the programs that the benchmark of metering also runs.
func (b *bench) cpuPrograms() ([]*program, error) {
	dir := filepath.Join(b.root, "jsengine", "testdata", "cpu")
	text, err := os.ReadFile(filepath.Join(dir, "want.json"))
	if err != nil {
		return nil, err
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		return nil, err
	}
	var out []*program
	for _, name := range slices.Sorted(maps.Keys(want)) {
		text, err := os.ReadFile(filepath.Join(dir, name+".js"))
		if err != nil {
			return nil, err
		}
		out = append(out, &program{name, string(text), want[name]})
	}
	return out, nil
}

// measureCPU runs programs that need nothing but the processor.
func (b *bench) measureCPU(ctx context.Context, peers []*peer) error {
	const what = "CPU"
	programs, err := b.cpuPrograms()
	if err != nil {
		return err
	}
	peers, hosts := b.startAll(ctx, peers, what, func(p *peer) []string {
		if !p.cpu {
			return nil
		}
		return p.host
	})
	defer hosts.stop()
	type job struct {
		peer    *peer
		program int
	}
	var jobs []job
	took := map[*peer][]series{} // milliseconds, by program
	for _, p := range peers {
		took[p] = make([]series, len(programs))
		for i := range programs {
			jobs = append(jobs, job{p, i})
		}
	}
	for round := range 1 + b.cfg.rounds.cpu {
		b.say("cpu: round %d of %d: %d programs in %d engines", round, b.cfg.rounds.cpu, len(programs), len(peers))
		err := shuffled(jobs, func(j job) error {
			ms, err := b.spent(ctx, hosts[j.peer], j.peer, programs[j.program])
			if err != nil {
				b.failed(j.peer, what+", "+programs[j.program].name, err)
				ms = math.NaN()
			}
			if round > 0 { // the first only warms
				took[j.peer][j.program] = append(took[j.peer][j.program], ms)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	us, bare := byName(peers, ours), byName(peers, native)
	// mean is each round's geometric mean of one engine's times to another's, over
	// the programs that both ran.
	mean := func(p, q *peer) series {
		if p == nil || q == nil {
			return nil
		}
		out := make(series, b.cfg.rounds.cpu)
		for r := range out {
			var ratios []float64
			for i := range programs {
				if x := took[p][i][r] / took[q][i][r]; !math.IsNaN(x) {
					ratios = append(ratios, x)
				}
			}
			out[r] = geomean(ratios)
		}
		return out
	}
	summary := table{
		title: "CPU suite",
		how: fmt.Sprintf("%d programs (`jsengine/testdata/cpu`) that need nothing but the processor, each in a fresh sandbox of a host that runs on; what they give is compared. Processor time of all threads of the process that runs them, the collector and the compiler included, and the making of the sandbox, but not the start of a process. %d rounds in random order after one that does not count; a row is the geometric mean over the programs.",
			len(programs), b.cfg.rounds.cpu),
		columns: []string{"engine", "its time ÷ buntime's", "its time ÷ native QuickJS-ng's", "programs", "buntime is faster in"},
	}
	detail := table{title: "CPU suite, each program", how: "Medians of the rounds, in ms of processor time.", columns: []string{"program"}}
	for _, p := range peers {
		ratio := mean(p, us)
		ran, won := 0, 0
		for i := range programs {
			if median := took[p][i].over(took[us][i]).median(); !math.IsNaN(median) {
				ran++
				if median > 1 {
					won++
				}
			}
		}
		faster := strconv.Itoa(won)
		if p == us {
			faster = "–"
		}
		summary.rows = append(summary.rows, []string{p.name, ratio.text("×"), mean(p, bare).text("×"), strconv.Itoa(ran), faster})
		b.report.compare("CPU suite", p, ratio)
		detail.columns = append(detail.columns, p.name)
	}
	for i, program := range programs {
		row := []string{program.name}
		for _, p := range peers {
			row = append(row, number(took[p][i].median()))
		}
		detail.rows = append(detail.rows, row)
	}
	b.report.tables = append(b.report.tables, summary, detail)
	b.report.aim("CPU suite against native QuickJS-ng", "≤ 2.2×", mean(us, bare), "×", 2.2, atMost)
	b.report.aim("CPU suite against QuickJS on V8's Wasm", "≤ 1×", mean(us, byName(peers, qjsWeb)), "×", 1, atMost)
	b.report.aim("CPU suite against goja", "≤ 1×", mean(us, byName(peers, inGoja)), "×", 1, atMost)
	return nil
}

// spent runs a program once and returns the milliseconds of processor time.
func (b *bench) spent(ctx context.Context, r *running, p *peer, program *program) (float64, error) {
	if p.outside {
		start, err := threadTime(r.pid)
		if err != nil {
			return 0, err
		}
		got, err := r.post(ctx, p.path, program.text)
		if err != nil {
			return 0, err
		}
		end, err := threadTime(r.pid)
		if err != nil {
			return 0, err
		}
		return float64(end-start) / 1e6, program.check(string(got))
	}
	text, err := r.post(ctx, "/cpu", program.text)
	if err != nil {
		return 0, err
	}
	var u used
	if err := json.Unmarshal(text, &u); err != nil {
		return 0, err
	}
	return float64(u.NS) / 1e6, program.check(u.Result)
}

// A benchmark's line says "1.234 metered/plain".
var meteredLine = regexp.MustCompile(`([0-9.]+) (metered|close-on-done)/plain`)

// measureMetering runs the engine's own benchmark of it.
func (b *bench) measureMetering(ctx context.Context, _ []*peer) error {
	var metered, closing series
	for range b.cfg.rounds.metering {
		out, err := b.output(ctx, b.root, "go", "test", "-run", "^$", "-bench", "^BenchmarkMetering$", "-benchtime", "1x", "./jsengine")
		if err != nil {
			return err
		}
		for _, m := range meteredLine.FindAllStringSubmatch(out, -1) {
			x, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				return err
			}
			if m[2] == "metered" {
				metered = append(metered, x)
			} else {
				closing = append(closing, x)
			}
		}
	}
	if len(metered) == 0 || len(closing) == 0 {
		return errors.New("the benchmark of metering reported nothing")
	}
	b.report.tables = append(b.report.tables, table{
		title: "Metering",
		how: fmt.Sprintf("The engine's module with our fuel counting and slices, and with wazero's own interruption, to the same module without either, in one process: geometric mean over the same programs, best rounds, processor time. `go test -bench '^BenchmarkMetering$' -benchtime 1x -v ./jsengine` prints each program; here it ran %d times, each with seven rounds.",
			b.cfg.rounds.metering),
		columns: []string{"way", "its time ÷ the plain module's"},
		rows: [][]string{
			{"metered, as sandboxes are", metered.text("×")},
			{"wazero's `WithCloseOnContextDone`", closing.text("×")},
		},
	})
	b.report.aim("metering", "≤ 1.07×", metered, "×", 1.07, atMost)
	return nil
}

// measureMemory holds many sandboxes at once.
func (b *bench) measureMemory(ctx context.Context, peers []*peer) error {
	const what = "memory"
	kb := map[*peer]series{}
	peers = slices.DeleteFunc(slices.Clone(peers), func(p *peer) bool { return !p.live })
	for round := range b.cfg.rounds.memory {
		b.say("memory: round %d of %d", round+1, b.cfg.rounds.memory)
		err := shuffled(peers, func(p *peer) error {
			got, err := b.held(ctx, p)
			if err != nil {
				b.failed(p, what, err)
				got = math.NaN()
			}
			kb[p] = append(kb[p], got/1024)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	t := table{
		title:   "Private memory of a live sandbox",
		how:     fmt.Sprintf("Anonymous memory (`/proc/PID/smaps_rollup`) of the host and its children, with many sandboxes that ran `1+1` and are kept, less the same with none, for each. Ours wait in their event loop for a timer and have called the host. What a collector can free is freed first where the host has a way. %d rounds, a new process each time. KB of 1,024 bytes.", b.cfg.rounds.memory),
		columns: []string{"sandbox", "KB each", "sandboxes held", "its ÷ buntime's"},
	}
	us := byName(peers, ours)
	for _, p := range peers {
		ratio := kb[p].over(kb[us])
		t.rows = append(t.rows, []string{p.name, kb[p].text(""), strconv.Itoa(p.keep), ratio.text("×")})
		b.report.compare("memory of a live sandbox", p, ratio)
	}
	b.report.tables = append(b.report.tables, t)
	b.report.aim("private memory of a live sandbox", "≤ 200 KB", kb[us], " KB", 200, atMost)
	return nil
}

// held is the bytes that one of many sandboxes takes.
func (b *bench) held(ctx context.Context, p *peer) (float64, error) {
	r, err := b.start(ctx, p.host)
	if err != nil {
		return 0, err
	}
	defer r.stop()
	got, err := r.post(ctx, p.path, onePlusOne.text) // what only the first needs
	if err == nil {
		err = onePlusOne.check(string(got))
	}
	if err != nil {
		return 0, err
	}
	var at [2]int64
	for i, n := range []int{0, p.keep} {
		if _, err := r.post(ctx, fmt.Sprintf("/live?n=%d", n), onePlusOne.text); err != nil {
			return 0, err
		}
		if at[i], err = anonymous(r.pid); err != nil {
			return 0, err
		}
	}
	return float64(at[1]-at[0]) / float64(p.keep), nil
}

// measureReady times servers from their start until they say that they are ready.
func (b *bench) measureReady(ctx context.Context, peers []*peer) error {
	const what = "ready time"
	type kind struct {
		name string
		peer *peer
		argv func(round int) []string
		ms   series
	}
	var kinds []*kind
	for _, p := range peers {
		if !p.ready {
			continue
		}
		if !p.own {
			kinds = append(kinds, &kind{name: p.name, peer: p, argv: func(int) []string { return p.host }})
			continue
		}
		at := slices.Index(p.server, "--data") + 1
		data := func(name string) []string {
			argv := slices.Clone(p.server)
			argv[at] = filepath.Join(b.scratch, name)
			return argv
		}
		r, err := b.start(ctx, data("warm")) // fills its cache
		if err != nil {
			b.failed(p, what, err)
			continue
		}
		r.stop()
		kinds = append(kinds,
			&kind{name: p.name + ", warm", peer: p, argv: func(int) []string { return data("warm") }},
			&kind{name: p.name + ", cold", peer: p, argv: func(round int) []string { return data(fmt.Sprint("cold", round)) }})
	}
	for round := range b.cfg.rounds.ready {
		b.say("ready: round %d of %d", round+1, b.cfg.rounds.ready)
		err := shuffled(kinds, func(k *kind) error {
			r, err := b.start(ctx, k.argv(round))
			if err != nil {
				b.failed(k.peer, what, err)
				k.ms = append(k.ms, math.NaN())
				return ctx.Err()
			}
			r.stop()
			k.ms = append(k.ms, float64(r.ready.Microseconds())/1e3)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	t := table{
		title:   "Ready time of a server",
		how:     fmt.Sprintf("From the start of the process until the first good answer to its health route, %d starts each in random order. Warm: with the data folder and the compilation cache of an earlier start; cold: with neither. The others' servers keep nothing between starts. ms.", b.cfg.rounds.ready),
		columns: []string{"server", "ms", "its ÷ buntime's, warm"},
	}
	if len(kinds) == 0 {
		return nil
	}
	for _, k := range kinds {
		ratio := k.ms.over(kinds[0].ms)
		t.rows = append(t.rows, []string{k.name, k.ms.text(""), ratio.text("×")})
		b.report.compare("ready time", k.peer, ratio)
	}
	b.report.tables = append(b.report.tables, t)
	b.report.aim("ready time, warm", "≤ 150 ms", kinds[0].ms, " ms", 150, atMost)
	b.report.aim("ready time, cold", "≤ 2 s", kinds[1].ms, " ms", 2000, atMost)
	return nil
}

func byName(peers []*peer, name string) *peer {
	for _, p := range peers {
		if p.name == name {
			return p
		}
	}
	return nil
}

// loadAverage is what the system says of the last minute.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}

// day is the form of dates in the results.
const day = time.DateOnly
