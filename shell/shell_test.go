package shell_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
	"github.com/buntime/buntime/wasmhost"
)

// turns has one turn, for all that the tests run.
var turns *wasmhost.Host

func TestMain(m *testing.M) {
	shell.TurnsAtOnce()
	var err error
	if turns, err = wasmhost.New(wasmhost.Config{Turns: 1}); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := turns.Close(); err != nil {
			panic(err)
		}
		os.Exit(code)
	}))
}

// working counts who holds the turn.
var working atomic.Int32

// worker takes turns, and sees that it is alone.
type worker struct {
	*wasmhost.Worker
	t     testing.TB
	holds bool
}

func (w *worker) Pause(ctx context.Context, owed time.Duration) error {
	w.leave() // Pause may give the turn to another
	if err := w.Worker.Pause(ctx, owed); err != nil {
		return err
	}
	w.holds = true
	if n := working.Add(1); n != 1 {
		w.t.Errorf("%d work in one turn", n)
	}
	return nil
}

func (w *worker) Release() { w.leave(); w.Worker.Release() }
func (w *worker) Close()   { w.leave(); w.Worker.Close() }

func (w *worker) leave() {
	if w.holds {
		w.holds = false
		working.Add(-1)
	}
}

// buffer is a standard output that is kept.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer // guarded by mu
}

func (b *buffer) WriteContext(_ context.Context, p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// input is a standard input that has all it will ever have.
type input struct{ r io.Reader }

func (in input) ReadContext(_ context.Context, p []byte) (int, error) { return in.r.Read(p) }

// system is a System on a workspace of its own.
type system struct {
	*shell.System
	t      testing.TB
	budget *shell.Budget
	files  *hostfuncs.Workspace
	config shell.BudgetConfig

	mu      sync.Mutex
	charged int64   // guarded by mu; of the host
	reports []error // guarded by mu
	failed  []error // guarded by mu
}

// newSystem returns a system that ends with ctx. When the test ends, it is
// closed and has given back all that it held.
func newSystem(ctx context.Context, t testing.TB, budget shell.BudgetConfig, change func(*shell.Config)) *system {
	t.Helper()
	s := &system{t: t, files: hostfuncs.NewWorkspace(hostfuncs.Config{Quota: hostfuncs.Quota{Bytes: 8 << 20, Tmp: 8 << 20, Entries: 5000}})}
	if budget.Memory == 0 {
		budget.Memory = 64 << 20
	}
	if budget.Fuel == 0 {
		budget.Fuel = 200_000_000 // what never ends, does
	}
	budget.Charge = func(n int64) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.charged += n
		return nil
	}
	budget.Worker = func() shell.Worker { return &worker{Worker: turns.Worker(t.Name()), t: t} }
	s.config = budget
	s.budget = shell.NewBudget(budget)
	cfg := shell.Config{
		Files: s.files, Budget: s.budget, Random: func(b []byte) { clear(b) },
		Report: func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.reports = append(s.reports, err)
		},
		Failed: func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.failed = append(s.failed, err)
		},
	}
	if change != nil {
		change(&cfg)
	}
	s.System = shell.NewSystem(ctx, cfg)
	return s
}

// close ends s and looks at what it leaves.
func (s *system) close() {
	s.t.Helper()
	s.Close()
	if left := s.budget.MemoryLeft(); left != s.config.Memory {
		s.t.Errorf("%d bytes of the budget were not given back", s.config.Memory-left)
	}
	if peak := s.budget.MemoryPeak(); peak > s.config.Memory {
		s.t.Errorf("%d bytes were held of %d", peak, s.config.Memory)
	}
	s.budget.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.charged != 0 {
		s.t.Errorf("%d bytes of the host were not given back", s.charged)
	}
	for _, err := range s.reports {
		s.t.Errorf("reported: %v", err)
	}
}

// Whoever waits holds no turn: with one turn for all, none of these waits for ever.
func TestTurns(t *testing.T) {
	const work = "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; "
	for _, line := range []string{
		"(until [ -f f ]; do sleep 0.001; done; seq 1 50000 | md5sum) | (" + work + "echo > f)",
		"(" + work + "echo > f; sleep 1000) & until [ -f f ]; do sleep 0.001; done; seq 1 50000 | md5sum; kill $!",
		work + "bash -c '" + work + "'; echo '" + work + "' > f; sh f; chmod +x f; ./f; env sh f; xargs -n1 sh f < /dev/null",
		`awk 'BEGIN { for (i = 0; i < 20000; i++) s += i; print s | "seq 1 50000 | md5sum"; close("seq 1 50000 | md5sum"); for (i = 0; i < 20000; i++) s += i; print s | "seq 1 50000 | md5sum" }'`,
		"seq 1 200000 | sort -n | tail -1",
		"yes | head -100000 | wc -l",
		"for i in 1 2 3; do (seq 1 30000 | md5sum) & done; wait; echo all",
		"for i in 1 2 3; do seq 1 30000 | md5sum > /dev/null & done; wait -n; wait; jobs",
		"cat <(seq 1 50000) <(seq 1 50000) | wc -l",
		"seq 1 50000 | while read -r x; do :; done; echo $(seq 1 50000 | tail -1)",
		`awk 'BEGIN { while (("seq 1 30000" | getline x) > 0) n++; print n; print x | "sort | wc -l"; close("sort | wc -l") }'`,
		"seq 1 200 | xargs -P 4 -n 20 sh -c 'seq 1 2000 | wc -l' x | wc -l",
		"i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; sleep 0.01; echo $i",
		"timeout 5 sh -c 'seq 1 20000 | sort | wc -l'; bash -c 'seq 1 20000 | wc -c'",
		"trap 'echo caught' USR1; (seq 1 20000 >/dev/null; kill -USR1 $$) & wait $!; seq 1 20000 | wc -l",
		"seq 1 100000 > f; grep -c 1 f; jq -s add f; gzip -k f; zcat f.gz | sha1sum; tar cf - f | tar tf -; diff f f",
		`coproc { while read -r l; do echo "$l"; done; }; seq 1 5000 >&${COPROC[1]} & for i in 1 2 3; do echo $i >&${COPROC[1]}; read -r x <&${COPROC[0]}; echo $x; done; seq 1 50000 | md5sum`,
		"seq 1 100000 | head -1; coproc cat 2>/dev/null; mkfifo p 2>/dev/null; echo over",
		`seq 20000 | tr '\n' ' ' > g; grep -coE '([0-9]+ ){3}9' g; sed -E 's/([0-9]) ([0-9])/\1\2/g' g | md5sum; awk '{ print gsub(/[0-9]+ 1/, "") }' g`,
		"for i in $(seq 20000); do a[i]=x; done; bash -c 'seq 1 50000 | md5sum'; (seq 1 50000 | md5sum); x=$(seq 1 50000 | md5sum)",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			if r := run(t, line); r.code != 0 {
				t.Errorf("exit %d; %s", r.code, r.stderr)
			}
		})
	}
}

// result is how a command line ended.
type result struct {
	stdout, stderr string
	code, signal   int
}

// start starts a program whose output is kept.
func (s *system) start(st shell.Start) (*shell.Process, *buffer, *buffer) {
	s.t.Helper()
	out, errs := &buffer{}, &buffer{}
	if st.Stdout == nil {
		st.Stdout = out
	}
	if st.Stderr == nil {
		st.Stderr = errs
	}
	if st.Env == nil {
		st.Env = []string{"HOME=/workspace", "PATH=/usr/local/bin:/usr/bin:/bin"}
	}
	p, err := s.Go(s.t.Context(), st)
	if err != nil {
		s.t.Fatal(err)
	}
	return p, out, errs
}

// run runs a command line to its end.
func (s *system) run(line string) result {
	s.t.Helper()
	p, out, errs := s.start(shell.Start{Line: line})
	<-p.Done()
	code, signal := p.Status()
	return result{out.String(), errs.String(), code, signal}
}

// run runs a command line in a system of its own.
func run(t *testing.T, line string) result {
	t.Helper()
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
	defer s.close()
	return s.run(line)
}

// rule is one rule of testdata/spec: a script, and how it ends.
type rule struct {
	name, script, stdout string
	code                 int
}

var ends = regexp.MustCompile(`(?m)^---(?: exit (\d+))?$`)

// rules reads a file of rules. Each begins with "### " and its name; the script
// ends at "---" or "--- exit N", after which comes what it prints.
func rules(t testing.TB, file string) []rule {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []rule
	for _, part := range strings.Split("\n"+string(text), "\n### ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		m := ends.FindStringSubmatchIndex(rest)
		if m == nil {
			t.Fatalf("%s: %q has no end", file, name)
		}
		r := rule{name: name, script: rest[:m[0]], stdout: strings.TrimLeft(rest[m[1]:], "\n")}
		if r.stdout != "" {
			r.stdout = strings.TrimRight(r.stdout, "\n") + "\n"
		}
		if m[2] >= 0 {
			r.code, _ = strconv.Atoi(rest[m[2]:m[3]])
		}
		all = append(all, r)
	}
	return all
}

// specs are the files of rules.
func specs(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/spec/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}

// The language is bash's, and awk and the tools are GNU's. Each rule was recorded with bash 5.2, GNU awk 5.2.1, coreutils 9.1 and sed 4.9.
func TestSpecification(t *testing.T) {
	for _, file := range specs(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			for _, r := range rules(t, file) {
				t.Run(r.name, func(t *testing.T) {
					t.Parallel()
					got := run(t, strings.TrimRight(r.script, "\n"))
					if got.stdout != r.stdout || got.code != r.code {
						t.Errorf("script:\n%s\nprinted:\n%.600s\nwant:\n%.600s\nexit %d, want %d; stderr:\n%s", r.script, got.stdout, r.stdout, got.code, r.code, got.stderr)
					}
				})
			}
		})
	}
}

// What a command line takes is its budget's, and the first limit ends all of it.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, line, kind string
		fuel, memory     int64
	}{
		{name: "a loop", line: `while :; do :; done`, kind: "fuel", fuel: 300_000},
		{name: "a loop of arithmetic", line: `for ((;;)); do ((i++)); done`, kind: "fuel", fuel: 300_000},
		{name: "a loop in the background", line: `while :; do :; done & wait`, kind: "fuel", fuel: 300_000},
		{name: "loops at both ends of a pipe", line: `while echo; do :; done | while read x; do :; done`, kind: "fuel", fuel: 300_000},
		{name: "a tool that never ends", line: `yes > /dev/null`, kind: "fuel", fuel: 300_000},
		{name: "a tool that reads without end", line: `cat /dev/zero | wc -c`, kind: "fuel", fuel: 300_000},
		{name: "a loop in a trap", line: `trap 'while :; do :; done' EXIT; exit`, kind: "fuel", fuel: 300_000},
		{name: "a filter of jq", line: `jq -n 'def f: f; f'`, kind: "fuel", fuel: 300_000},
		{name: "a script of sed", line: `echo a | sed ':a;ta;s/a/a/;ta;ba'`, kind: "fuel", fuel: 300_000},
		{name: "a pattern that tries everything", line: `x=$(printf 'a%.0s' {1..9000}); case $x in *a*a*a*a*a*a*a*a*b) ;; esac; [[ $x == +(+(+(a)))b ]]`, kind: "fuel", fuel: 300_000},
		{name: "a variable that doubles", line: `a=x; while :; do a=$a$a; done`, kind: "memory", memory: 2 << 20},
		{name: "a substitution without end", line: `x=$(yes)`, kind: "memory", memory: 2 << 20},
		{name: "braces", line: `echo {1..100000000}`, kind: "memory", memory: 2 << 20},
		{name: "braces that multiply", line: `echo {1..100}{1..100}{1..100}{1..100}`, kind: "memory", memory: 2 << 20},
		{name: "an array that grows", line: `while :; do a+=(xxxxxxxxxxxxxxxx); done`, kind: "memory", memory: 2 << 20},
		{name: "arguments that double", line: `set -- x; while :; do set -- "$@" "$@"; done`, kind: "memory", memory: 2 << 20},
		{name: "lines to sort", line: `yes | sort`, kind: "memory", memory: 2 << 20},
		{name: "a line without end", line: `tr '\0' a < /dev/zero | read x`, kind: "memory", memory: 2 << 20},
		{name: "a here-document that doubles", line: `a=xxxxxxxx; while :; do a=$(cat <<< "$a$a"); done`, kind: "memory", memory: 2 << 20},
		{name: "many texts to look for", line: `seq 1000000 1050000 > p; seq -s a 50000 | grep -Fc -f p`, kind: "fuel", fuel: 20_000_000},
		{name: "empty lines before", line: `tr '\0' '\n' < /dev/zero | grep -B 999999999 x`, kind: "memory", memory: 2 << 20},
		{name: "expressions that are wrong together", line: `c=$(printf '\pL%.0s' {1..2000}); for i in 1 2 3 4 5 6 7 8 9; do echo "$c"; done > p; rg -f p p`, kind: "fuel", fuel: 20_000_000},
		{name: "classes of characters", line: `rg "$(printf '\pL%.0s' {1..2000})" < /dev/null`, kind: "memory", memory: 4 << 20},
		{name: "rules that are for directories", line: `mkdir d; cd d; touch {1..300}; yes a/ | head -50000 > .ignore; rg --files | wc -l`, kind: "fuel", fuel: 20_000_000},
		{name: "what links lead to", line: `a=x; for i in {1..12}; do a=$a$a; done; for i in {1..300}; do ln -s ${a:1} l$i; done; tree`, kind: "memory", memory: 1 << 20},
		{name: "a dump of floats", line: `head -c 1000000 /dev/urandom | od -v -t f4 > /dev/null`, kind: "fuel", fuel: 20_000_000},
		{name: "a line of a dump", line: `{ printf '0: '; head -c 2000000 /dev/zero | tr '\0' 1; } | xxd -r > /dev/null`, kind: "memory", memory: 7 << 20},
		{name: "a large expression", line: `head -c 100000 /dev/zero | tr '\0' a | grep -cE '((a?){300}){3}b'`, kind: "fuel", fuel: 20_000_000},
		{name: "searches of lines", line: `yes 'the quick brown fox 12 jumps' | head -c 2000000 | grep -c '[0-9]z'`, kind: "fuel", fuel: 20_000_000},
		{name: "searches by sed", line: `yes 'the quick brown fox 12 jumps' | head -c 2000000 | sed -n '/\(q\|f\)[a-z]*z/p'`, kind: "fuel", fuel: 20_000_000},
		{name: "searches by awk", line: `yes 'the quick brown fox 12 jumps' | head -c 2000000 | awk '/.*z/'`, kind: "fuel", fuel: 20_000_000},
		{name: "searches by the shell", line: `x=$(yes 'the quick brown fox 12 jumps' | head -c 20000); for i in {1..120}; do y=${x//[0-9]z}; done`, kind: "fuel", fuel: 20_000_000},
		{name: "patterns", line: `p=$(printf 'a*b%.0s' {1..300}); x=b; for i in {1..100}; do y=${x%%$p}; done`, kind: "fuel", fuel: 20_000_000},
		{name: "searches of repetitions", line: `yes 'the quick brown fox 12 jumps' | head -c 200000 | rg -c '(.[^z]){40}z'`, kind: "fuel", fuel: 5_000_000},
		{name: "the states of a large expression", line: `head -c 100000 /dev/zero | tr '\0' a | sed -E "s/$(printf '(a)*%.0s' {1..1500})b//"`, kind: "memory", memory: 8 << 20},
		{name: "functions", line: `for i in $(seq 2000); do eval "f$i() { :; }"; done`, kind: "memory", memory: 4 << 20},
		{name: "functions that subshells keep", line: `b=$(for i in $(seq 2000); do echo ":;"; done); for i in $(seq 40); do eval "f() { $b }"; (sleep 100) & done; unset -f f`, kind: "memory", memory: 16 << 20},
		{name: "functions that calls keep", line: `b=$(for i in $(seq 2000); do echo ":;"; done); c='n=$((n+1)); if [ $n -lt 40 ]; then eval "f() { $c; $b }"; f; fi'; eval "f() { $c; $b }"; f`, kind: "memory", memory: 16 << 20},
		{name: "subshells of much", line: `for i in $(seq 3000); do alias a$i=x; done; for i in $(seq 300); do (:); done`, kind: "fuel", fuel: 20_000_000},
		{name: "patterns of a tool", line: `rg $(seq -f '--type-add=a:*%g' 5000) x`, kind: "memory", memory: 8 << 20},
		{name: "references to names", line: `a=x; for i in {1..14}; do a=$a$a; done; for i in {1..200}; do declare -n r$i=$a$i; done`, kind: "memory", memory: 2 << 20},
		{name: "references that are forgotten", line: `a=x; for i in {1..14}; do a=$a$a; done; for i in {1..1000}; do declare -n r=$a; unset -n r; done; for i in {1..8}; do a=$a$a; done`, kind: "memory", memory: 2 << 20},
		{name: "references of a loop", line: `a=x; for i in {1..14}; do a=$a$a; done; for i in {1..1000}; do declare -n r; for r in $a; do :; done; unset -n r; done; for i in {1..8}; do a=$a$a; done`, kind: "memory", memory: 2 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t.Context(), t, shell.BudgetConfig{Fuel: c.fuel, Memory: c.memory}, nil)
			defer s.close()
			r := s.run(c.line + "; echo went on")
			s.Close() // the process that failed may be another
			var limit *jsengine.LimitError
			if err := s.Err(); !errors.As(err, &limit) || limit.Kind != c.kind || limit.Used < limit.Limit {
				t.Errorf("ended by %v", err)
			}
			if len(s.failed) != 1 || s.failed[0] != s.Err() {
				t.Errorf("told of %v", s.failed)
			}
			if r.code != 137 || strings.Contains(r.stdout, "went on") {
				t.Errorf("%.300s", fmt.Sprintf("%+v", r))
			}
			// Each process bills in steps.
			if used := s.budget.FuelUsed(); c.fuel > 0 && used > 2*c.fuel {
				t.Errorf("%d units were spent of %d", used, c.fuel)
			}
			if _, err := s.Go(t.Context(), shell.Start{Line: "echo late"}); err != nil {
				t.Errorf("one more: %v", err)
			}
		})
	}
}

// A function that is made again, or that nobody has any more, is not held.
func TestFunctionsAreForgotten(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{Memory: 4 << 20}, nil)
	defer s.close()
	r := s.run(`for i in $(seq 2000); do eval "f() { echo $i; }"; eval "g$i() { :; }"; unset -f g$i; done; f; (f; f() { echo sub; }; f; unset -f f); f; h() { unset -f h; echo h; }; h; declare -F`)
	if want := "2000\n2000\nsub\n2000\nh\ndeclare -f f\n"; r.stdout != want || r.code != 0 {
		t.Errorf("%+v; %v", r, s.Err())
	}
}

// A list is gone through once, however it is used.
func TestListsAreReadOnce(t *testing.T) {
	for _, line := range []string{
		`for i in $(seq 5000); do :; done`,
		`xxd $(seq -f '-c %g' 5000) /dev/null`,
		`for i in 1 2 3 4 5 6 7 8 9; do sleep 9 & done; ps -p $(seq -s, 200000); kill $(jobs -p)`,
		`lsof -i ":$(printf '0-65535,%.0s' {1..200})0"`,
		`nc -z localhost 9223372036854775000-9223372036854775807`,
	} {
		t.Run(line, func(t *testing.T) {
			s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
			defer s.close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s.run(line)
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > 32<<20 {
				t.Errorf("it took %d bytes in all", n)
			}
		})
	}
}

// What nests is bounded, and fails in the script that nests.
func TestNesting(t *testing.T) {
	nest := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	for _, c := range []struct {
		name, line, stderr string
		code               int
	}{
		{"functions", `f() { f; }; f`, "maximum nesting level exceeded", 1},
		{"functions in subshells", `f() { (f); }; f`, "maximum nesting level exceeded", 1},
		{"eval", `x='eval "$x"'; eval "$x"`, "maximum nesting level exceeded", 1},
		{"source", `echo '. ./s' > s; . ./s`, "maximum nesting level exceeded", 1},
		{"traps", `trap 'false' ERR; f() { trap f ERR; false; f; }; f`, "maximum nesting level exceeded", 1},
		{"shells", `echo 'bash ./s' > s; bash s`, "deep", 126},
		{"brackets in the text", nest("(", "echo x", ")", 300), "open brackets", 2},
		{"brackets in an expression", "x=$(printf '(%.0s' {1..400})1$(printf ')%.0s' {1..400}); echo $((x))", "recursion level", 1},
		{"operators in an expression", "x=$(printf '!%.0s' {1..4000}); echo $((${x}1))", "recursion level", 1},
		{"expressions in a text", nest("$((1+", "1 2", "))", 120), "", 1},
		{"aliases", "shopt -s expand_aliases; for i in {1..20}; do alias a$i=\"a$((i + 1));a$((i + 1))\"; done\na1", "more than 512 aliases", 2},
		{"a text of more than 64 KiB", "echo " + strings.Repeat("x", 65<<10), "longer than", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := run(t, c.line)
			if r.code != c.code || !strings.Contains(r.stderr, c.stderr) || strings.Contains(r.stderr, "goroutine") {
				t.Errorf("exit %d, want %d; stderr %.300q", r.code, c.code, r.stderr)
			}
		})
	}
}

// A tool that is ended closes what it opened.
func TestEndedToolsCloseFiles(t *testing.T) {
	for _, tool := range []string{
		"cat f", "head -n 90000 f", "tail -n 90000 f", "tail -f f", "nl f", "sort f", "tac f", "od -v f", "xxd f", "strings f", "gzip -c f", "base64 f", "sed p f", "sed 'r f' f", "awk 1 f",
		"awk '{ print > \"/dev/stdout\" }' f", "grep -n '' f", "rg '' f", "jq -R . f", "jq --rawfile a f -n '$a'", "dos2unix -O f", "fold f", "cut -c1 f", "paste f f", "comm f f", "join f f", "tee g < f",
		"diff f /dev/null", "cmp -l f g", "tar cO f", "zip -q - f", "unzip -p f.zip", "split --filter=cat f", "openssl base64 -in f", "envsubst < f", "xargs -a f echo", "find f f.zip -print",
		"tree -o /dev/stdout .", "xxd f /dev/stdout", "sort -o /dev/stdout f", "shred -n1 f", "iconv -f l1 f", "pr f", "column f", "uniq f",
	} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			files := hostfuncs.NewWorkspace(hostfuncs.Config{Files: 32, Quota: hostfuncs.Quota{Bytes: 8 << 20, Tmp: 8 << 20, Entries: 5000}})
			s := newSystem(t.Context(), t, shell.BudgetConfig{}, func(c *shell.Config) { c.Files = files })
			defer s.close()
			r := s.run(`seq 20000 > f; : > g; zip -q f.zip f
for i in {1..30}; do ` + tool + ` 2>/dev/null | true; done; exec 2>&1; cat f f f f f f f f f f f f f f f f f f f f f f | wc -l; for i in {3..24}; do eval "exec $i<f"; done; echo all`)
			if !strings.HasSuffix(r.stdout, "\nall\n") || strings.Contains(r.stdout, "Too many") {
				t.Errorf("%.300q %.300q", r.stdout, r.stderr)
			}
		})
	}
}

// No more than 64 processes run at once; who starts one more gets an error.
func TestTooManyProcesses(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
	defer s.close()
	r := s.run(`for i in {1..100}; do sleep 1000 & done; echo started`)
	if r.code != 254 || !strings.Contains(r.stderr, "Resource temporarily unavailable") || r.stdout != "" {
		t.Errorf("%+v", r)
	}
	// 63 of them run on: one more can be started, and another cannot.
	p, _, _ := s.start(shell.Start{Line: "sleep 1000"})
	if _, err := s.Go(t.Context(), shell.Start{Line: ":"}); !errors.Is(err, shell.ErrTooManyProcesses) {
		t.Errorf("got %v", err)
	}
	if !p.Signal(9) {
		t.Error("it is gone")
	}
	<-p.Done()
	if r := s.run(`echo again`); r.stdout != "again\n" {
		t.Errorf("after one ended: %+v", r)
	}
}

// closed is a standard output that nobody reads.
type closed struct{}

func (closed) WriteContext(context.Context, []byte) (int, error) { return 0, shell.ErrPipe }

// A program that writes where nobody reads ends by SIGPIPE; a script goes on
// with the command after it.
func TestClosedPipe(t *testing.T) {
	for line, want := range map[string]int{
		`yes`: 141, `echo x; while :; do echo y; done`: 141, `printf x`: 141, `seq 10 | cat`: 141, `(echo x); exit 3`: 3,
		`echo x >&2`: 0, `: > f; exit 4`: 4, `cat /dev/zero`: 141,
	} {
		t.Run(line, func(t *testing.T) {
			s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
			defer s.close()
			p, _, _ := s.start(shell.Start{Line: line, Stdout: closed{}})
			<-p.Done()
			if code, _ := p.Status(); code != want {
				t.Errorf("exit %d, want %d", code, want)
			}
		})
	}
}

// A command line ends with its context, wherever it waits, and leaves nothing.
func TestCancelled(t *testing.T) {
	for _, line := range []string{
		`echo ready; sleep 1000`,
		`echo ready; while :; do :; done`,
		`echo ready; sleep 1000 | cat`,
		`echo ready; sleep 1000 & wait`,
		`echo ready; x=$(sleep 1000)`,
		`echo ready; cat <(sleep 1000)`,
		`echo ready; read x`,
		`echo ready; timeout 1000 sleep 1000`,
		`echo ready; yes | while :; do sleep 1000; done`,
		`trap 'while :; do :; done' EXIT TERM; echo ready; sleep 1000`,
		`echo ready; (sleep 1000 & sleep 1000); sleep 1000`,
		`echo ready; xargs -a /dev/zero echo`,
		`echo ready; time sleep 1000`,
	} {
		t.Run(line, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newSystem(ctx, t, shell.BudgetConfig{}, nil)
			defer s.close()
			in, out := shell.NewPipe(), shell.NewPipe()
			p, _, _ := s.start(shell.Start{Line: line, Stdin: in, Stdout: out})
			b := make([]byte, 6)
			if n, err := out.ReadContext(t.Context(), b); err != nil || string(b[:n]) != "ready\n" {
				t.Fatal(string(b[:n]), err)
			}
			cancel()
			<-p.Done()
			if code, signal := p.Status(); code == 0 || signal != 0 {
				t.Errorf("exit %d, signal %d", code, signal)
			}
			if err := s.Err(); err != nil {
				t.Errorf("no limit was reached, but %v", err)
			}
		})
	}
}

// A process ends by a signal that it does not handle.
func TestSignals(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
	defer s.close()
	ready := func(line string) (*shell.Process, *shell.Pipe) {
		out := shell.NewPipe()
		p, _, _ := s.start(shell.Start{Line: line, Stdout: out})
		b := make([]byte, 6)
		if n, err := out.ReadContext(t.Context(), b); err != nil || string(b[:n]) != "ready\n" {
			t.Fatal(string(b[:n]), err)
		}
		return p, out
	}
	p, _ := ready(`echo ready; sleep 1000`)
	if !p.Signal(0) || s.Find(p.PID()) != p || p.Parent() != 1 || p.Depth() != 0 || p.System() != s.System {
		t.Error("a process that runs is not found")
	}
	if !p.Signal(15) {
		t.Error("not sent")
	}
	<-p.Done()
	if code, signal := p.Status(); code != 143 || signal != 15 {
		t.Errorf("exit %d, signal %d", code, signal)
	}
	if p.Signal(0) || s.Find(p.PID()) != nil {
		t.Error("a process that ended is found")
	}
	p, out := ready(`trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.001; done`)
	p.Signal(15)
	<-p.Done()
	if code, signal := p.Status(); code != 3 || signal != 0 {
		t.Errorf("exit %d, signal %d", code, signal)
	}
	b := make([]byte, 16)
	if n, _ := out.ReadContext(t.Context(), b); string(b[:n]) != "caught\n" {
		t.Errorf("printed %q", b[:n])
	}
	p, _ = ready(`trap '' TERM; echo ready; sleep 1000`)
	p.Signal(15) // ignored
	p.Signal(9)
	<-p.Done()
	if code, signal := p.Status(); code != 137 || signal != 9 {
		t.Errorf("exit %d, signal %d", code, signal)
	}
	for name, want := range map[string]int{"TERM": 15, "SIGTERM": 15, "sigint": 2, "9": 9, "0": 0, "NOPE": -1, "99": -1, "-1": -1, "": -1} {
		if got := shell.SignalNumber(name); got != want {
			t.Errorf("%q is %d, want %d", name, got, want)
		}
	}
}

// Programs that the embedder gives are found by name, and get what a program gets.
func TestPrograms(t *testing.T) {
	var got *shell.Program
	var args []string
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, func(c *shell.Config) {
		c.Programs = map[string]func(context.Context, *shell.Program) int{
			"node": func(ctx context.Context, p *shell.Program) int {
				got, args = p, p.Args
				in := shell.Reader(p.Stdin)
				b := make([]byte, 100)
				n, _ := in.ReadContext(ctx, b)
				_, _ = p.Stdout.WriteContext(ctx, bytes.ToUpper(b[:n]))
				_, _ = p.Stderr.WriteContext(ctx, []byte("said\n"))
				return 5
			},
			"wait": nil,
			"hang": func(ctx context.Context, _ *shell.Program) int { <-ctx.Done(); return 1 },
		}
	})
	defer s.close()
	r := s.run(`mkdir d; cd d; export A=1; echo in | B=2 node a 'b c' 2> ../err; echo $?; cat ../err`)
	if r.stdout != "IN\n5\nsaid\n" || r.code != 0 {
		t.Errorf("%+v", r)
	}
	if fmt.Sprintf("%q", args) != `["node" "a" "b c"]` || got.Dir != "/workspace/d" || got.Process.Depth() != 1 {
		t.Errorf("args %q, dir %q, depth %d", args, got.Dir, got.Process.Depth())
	}
	env := strings.Join(got.Env, "\n") + "\n"
	for _, kv := range []string{"A=1\n", "B=2\n", "HOME=/workspace\n", "PWD=/workspace/d\n"} {
		if !strings.Contains(env, kv) {
			t.Errorf("%q is not in the environment", kv)
		}
	}
	for name, want := range map[string]string{"node": "/usr/local/bin/node", "ls": "/usr/bin/ls", "nosuch": "", "/usr/bin/ls": "/usr/bin/ls", "cd": ""} {
		if found := s.Which(name, "/workspace", "/usr/local/bin:/usr/bin"); found != want {
			t.Errorf("%s is at %q, want %q", name, found, want)
		}
	}
	if found := s.Which("ls", "/workspace", "/nowhere"); found != "" {
		t.Errorf("found at %q", found)
	}
	if r := s.run(`timeout 0.01 hang; echo $?; hang & kill $!; wait $!; echo $?`); r.stdout != "124\n143\n" {
		t.Errorf("%+v", r)
	}
}

// A program has the turn: whoever waits for it has none.
func TestProgramsTakeTurns(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, func(c *shell.Config) {
		c.Programs = map[string]func(context.Context, *shell.Program) int{
			"node": func(ctx context.Context, _ *shell.Program) int {
				w := &worker{Worker: turns.Worker("node"), t: t}
				defer w.Close()
				if err := w.Pause(ctx, 0); err != nil {
					return 1
				}
				return 0
			},
		}
	})
	defer s.close()
	if r := s.run("seq 1000 | md5sum; node && (seq 1000 | md5sum; node) && timeout 9 node && sh -c 'exec node' && env node; echo $?"); !strings.HasSuffix(r.stdout, "\n0\n") {
		t.Errorf("%+v", r)
	}
}

// A fault of ours ends one process, is reported, and is not shown to the guest.
func TestFault(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, func(c *shell.Config) {
		c.Programs = map[string]func(context.Context, *shell.Program) int{
			"fault": func(context.Context, *shell.Program) int { panic("a secret of the host") },
		}
	})
	r := s.run(`fault; echo $?`)
	if r.stdout != "134\n" || strings.Contains(r.stderr, "secret") {
		t.Errorf("%+v", r)
	}
	if len(s.reports) != 1 || !strings.Contains(s.reports[0].Error(), "a secret of the host") {
		t.Errorf("reported %v", s.reports)
	}
	s.reports = nil
	s.close()
}

// What cannot be started is an error of Go, before there is a process.
func TestStartErrors(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
	defer s.close()
	if r := s.run(`mkdir d; echo 'echo $1 from $0' > run.sh; cp run.sh plain; chmod +x run.sh`); r.code != 0 {
		t.Fatal(r)
	}
	for _, c := range []struct {
		st   shell.Start
		want error
	}{
		{shell.Start{Argv: []string{"nosuch"}}, shell.ErrNotFound},
		{shell.Start{Argv: []string{"./nosuch"}}, shell.ErrNotFound},
		{shell.Start{Argv: []string{"./plain"}}, shell.ErrPermission},
		{shell.Start{Argv: []string{"./d"}}, shell.ErrPermission},
		{shell.Start{Argv: []string{"/etc/passwd"}}, shell.ErrNotFound},
		{shell.Start{Argv: []string{"ls"}, Dir: "/nowhere"}, shell.ErrNotFound},
		{shell.Start{Line: ":", Dir: "/workspace/plain"}, shell.ErrNotFound},
		{shell.Start{Argv: []string{"ls"}, Env: []string{"PATH=/x"}}, shell.ErrNotFound},
		{shell.Start{Line: ":", Depth: 1000}, shell.ErrTooManyProcesses},
		{shell.Start{Argv: []string{""}}, shell.ErrNotFound},
	} {
		if c.st.Env == nil {
			c.st.Env = []string{"PATH=/usr/bin:/bin"}
		}
		p, err := s.Go(t.Context(), c.st)
		if !errors.Is(err, c.want) || p != nil {
			t.Errorf("%+v: %v, want %v", c.st, err, c.want)
		}
	}
	p, out, _ := s.start(shell.Start{Argv: []string{"zero", "one"}, File: "./run.sh"})
	<-p.Done()
	if out.String() != "one from ./run.sh\n" {
		t.Errorf("printed %q", out)
	}
}

// A program waits until it may begin, or until it is ended.
func TestReady(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
	defer s.close()
	gate := make(chan struct{})
	p, out, _ := s.start(shell.Start{Line: "echo ran", Ready: gate})
	if r := s.run("echo first"); r.stdout != "first\n" || out.String() != "" {
		t.Errorf("%+v, and the other printed %q", r, out)
	}
	close(gate)
	<-p.Done()
	if out.String() != "ran\n" {
		t.Errorf("printed %q", out)
	}
	p, out, _ = s.start(shell.Start{Line: "echo ran", Ready: make(chan struct{})})
	p.Signal(9)
	<-p.Done()
	if code, signal := p.Status(); code != 137 || signal != 9 || out.String() != "" {
		t.Errorf("exit %d, signal %d, printed %q", code, signal, out)
	}
}

// A shell gets its input, name and arguments from who starts it, and its clock
// and randomness from the embedder: nothing is the host's.
func TestStartIsAllThereIs(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, func(c *shell.Config) {
		c.Now = func() time.Time { return time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC) }
	})
	defer s.close()
	p, out, errs := s.start(shell.Start{
		Line: `cat; echo "$0 $1 $#"; date +%FT%T; echo $SECONDS $RANDOM; pwd; env; id -un; hostname; head -c 2 /dev/urandom | od -An -tx1`,
		Name: "name", Args: []string{"a", "b"}, Dir: "/tmp", Env: []string{"X=1", "X=2", "bad name=3", "PATH=/usr/bin"},
		Stdin: input{strings.NewReader("given\n")},
	})
	<-p.Done()
	want := "given\nname a 2\n2030-01-02T03:04:05\n0 0\n/tmp\nPATH=/usr/bin\nPWD=/tmp\nSHLVL=1\nX=2\nuser\nsandbox\n 00 00\n"
	if got := out.String(); got != want {
		t.Errorf("printed %q, want %q; stderr %q", got, want, errs)
	}
}

// A file that does not fit fails its command, and the System knows.
func TestNoSpace(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
	defer s.close()
	if r := s.run(`echo x > f; cat f`); r.stdout != "x\n" || s.NoSpace() {
		t.Errorf("%+v", r)
	}
	r := s.run(`yes > g; echo $?`)
	if r.stdout != "1\n" || !strings.Contains(r.stderr, "No space left on device") || !s.NoSpace() {
		t.Errorf("%+v, no space %v", r, s.NoSpace())
	}
}

// A pipe holds 64 KiB; its ends wait for each other, and for nothing once the
// other is gone.
func TestPipe(t *testing.T) {
	ctx := t.Context()
	p := shell.NewPipe()
	if p.Readable() {
		t.Error("an empty pipe can be read")
	}
	if n, err := p.WriteContext(ctx, make([]byte, 64<<10)); n != 64<<10 || err != nil {
		t.Fatal(n, err)
	}
	short, cancel := context.WithCancel(ctx)
	wrote := make(chan int, 1)
	go func() {
		n, err := p.WriteContext(short, []byte("more"))
		if err == nil {
			n = -1
		}
		wrote <- n
	}()
	cancel()
	if n := <-wrote; n != 0 {
		t.Errorf("a full pipe took %d bytes", n)
	}
	b := make([]byte, 100<<10)
	if n, err := p.ReadContext(ctx, b); n != 64<<10 || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
	p.CloseWrite()
	if n, err := p.ReadContext(ctx, b); n != 0 || err != io.EOF || !p.Readable() {
		t.Errorf("read %d, %v at the end", n, err)
	}
	if _, err := p.WriteContext(ctx, []byte("x")); !errors.Is(err, shell.ErrPipe) {
		t.Errorf("a write after the end: %v", err)
	}
	p = shell.NewPipe()
	p.CloseRead()
	if _, err := p.WriteContext(ctx, []byte("x")); !errors.Is(err, shell.ErrPipe) {
		t.Errorf("a write that nobody reads: %v", err)
	}
	if _, err := shell.NewPipe().ReadContext(short, b); !errors.Is(err, context.Canceled) {
		t.Errorf("a read that was cancelled: %v", err)
	}
}

// A budget counts what is held and spent, and refuses what is over it.
func TestBudget(t *testing.T) {
	var charged int64
	full := errors.New("no room")
	var room int64 = 1 << 20
	b := shell.NewBudget(shell.BudgetConfig{Fuel: 100, Memory: 4 << 20, Charge: func(n int64) error {
		if charged+n > room {
			return full
		}
		charged += n
		return nil
	}})
	if err := b.Spend(100); err != nil {
		t.Error(err)
	}
	var limit *jsengine.LimitError
	if err := b.Spend(1); !errors.As(err, &limit) || limit.Kind != "fuel" || limit.Used != 101 || limit.Limit != 100 {
		t.Errorf("got %v", err)
	}
	if left, limited := b.FuelLeft(); left != 0 || !limited {
		t.Errorf("%d left, limited %v", left, limited)
	}
	if err := b.Hold(1 << 20); err != nil || charged != 1<<20 {
		t.Errorf("%v, charged %d", err, charged)
	}
	if err := b.Hold(1); !errors.Is(err, full) || b.MemoryLeft() != 3<<20 {
		t.Errorf("%v, %d left", err, b.MemoryLeft())
	}
	if err := b.Reserve(3 << 20); err != nil || charged != 1<<20 {
		t.Errorf("%v, charged %d", err, charged)
	}
	if err := b.Hold(1); !errors.As(err, &limit) || limit.Kind != "memory" {
		t.Errorf("got %v", err)
	}
	if err := errors.Join(b.Hold(-1<<20), b.Reserve(-3<<20)); err != nil || b.MemoryLeft() != 4<<20 || b.MemoryPeak() != 4<<20 {
		t.Errorf("%v, %d left, peak %d", err, b.MemoryLeft(), b.MemoryPeak())
	}
	b.Close()
	if charged != 0 {
		t.Errorf("%d are still charged", charged)
	}
}

// What jq says of a text that is not JSON is said in its own words, not in those of
// the library that reads it.
func TestJQWords(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":tru`: "parse error: Unfinished JSON term at EOF\n",
		`[1,2`:     "parse error: Unfinished JSON term at EOF\n",
		`xyz`:      "parse error: Invalid JSON text at byte 1\n",
		`{"a" 1}`:  "parse error: Invalid JSON text at byte 5\n",
		`\214`:     "parse error: Invalid JSON text at byte 1\n",
	} {
		r := run(t, "printf '"+text+"' | jq .")
		if r.stderr != want || r.code != 4 {
			t.Errorf("%s: exit %d, stderr %q, want %q", text, r.code, r.stderr, want)
		}
	}
}
