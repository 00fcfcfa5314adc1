package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/transform"
	"github.com/buntime/buntime/session"
)

// maxProgram bounds the source read from standard input or given with -e.
const maxProgram = 10 << 20

func runCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "run one program in a sandbox",
		ArgsUsage: "FILE [arguments] | - [arguments] | -e CODE [arguments]",
		Description: `FILE's folder is the program's /workspace, read-only unless --write is given;
with - (standard input) or -e there is none unless --dir names it. Nothing else
of this machine can be reached: no files, no network, no environment. What
this command reads as standard input is the program's, if it is not its code.

Flags come before FILE: what follows FILE, -, or the first argument after -e
CODE is the program's, flags included (and so is all that follows --).

The exit code is the program's own; 124 if it ran out of time or fuel, 137 out
of memory or disk, 127 if FILE does not exist, 2 if the command makes no sense,
125 if something here failed, 128 + N after signal N.`,
		StopOnNthArg: intPtr(1),
		// A value of --env may hold a comma.
		DisableSliceFlagSeparator: true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "eval", Aliases: []string{"e"}, Usage: "run `CODE` instead of a file"},
			&cli.StringFlag{Name: "dir", Usage: "use `FOLDER` as /workspace (default: FILE's)"},
			&cli.BoolFlag{Name: "write", Usage: "let the program change its folder"},
			&cli.StringSliceFlag{Name: "allow-net", Usage: "let fetch reach `HOST:PORT` (or HOST, *.DOMAIN, IP:PORT); repeatable"},
			&cli.StringSliceFlag{Name: "env", Usage: "set `NAME=VALUE` in process.env (NAME alone: as it is in this environment, if it is); repeatable"},
			&cli.StringFlag{Name: "memory", Value: "256MB", Usage: "linear memory, `SIZE` in MB or with a unit"},
			&cli.DurationFlag{Name: "timeout", Value: 30 * time.Second, Usage: "wall clock, `DURATION`"},
			&cli.Int64Flag{Name: "fuel", DefaultText: "no limit but time", Usage: "`UNITS` of CPU, deterministic"},
			&cli.StringFlag{Name: "language", Value: "auto", Usage: "`LANGUAGE` of CODE and standard input: auto, js, ts, jsx or tsx"},
			&cli.StringFlag{Name: "input", Usage: "`JSON` for the program's import.meta.input"},
			&cli.BoolFlag{Name: "json", Usage: "print one JSON object at the end: result, output, exit code and accounting"},
		},
		Action: runProgram,
	}
}

func intPtr(n int) *int { return &n }

func runProgram(ctx context.Context, cmd *cli.Command) error {
	prog, folder, err := parseRun(cmd)
	if err != nil {
		return err
	}
	ctx, signalled := untilSignal(ctx)
	defer signalled()

	pool, err := transform.New(transform.Config{})
	if err != nil {
		return &exitError{exitInternal, err}
	}
	defer pool.Close()
	cacheDir, cacheKey := userCache()
	engine, err := jsengine.Open(ctx, jsengine.Config{Transformer: pool, CacheDir: cacheDir, CacheKey: cacheKey})
	if err != nil {
		return &exitError{exitInternal, err}
	}
	defer engine.Close()

	var files interface {
		jsengine.Files
		DiskRefused() (used, limit int64, hit bool)
	}
	if folder == "" {
		ws := hostfuncs.NewWorkspace(hostfuncs.Config{})
		defer ws.Release()
		files = ws
	} else {
		dir, err := hostfuncs.OpenDir(folder, hostfuncs.DirConfig{Writable: cmd.Bool("write")})
		if err != nil {
			var e *fs.PathError
			if cmd.IsSet("dir") && errors.As(err, &e) {
				err = fmt.Errorf("--dir %s: %w", folder, e.Err)
			}
			return &exitError{exitInternal, err}
		}
		defer dir.Close()
		files = dir
	}
	prog.Files = files
	policy, err := hostfuncs.Grants(cmd.StringSlice("allow-net"))
	if err != nil {
		return usage("--allow-net: %w", err)
	}
	prog.Loopback = &jsengine.Loopback{}
	fetcher := hostfuncs.NewFetcher(hostfuncs.FetcherConfig{Policy: policy, Loopback: prog.Loopback})
	defer fetcher.Close()
	prog.Net = fetcher

	var out, errs strings.Builder
	stdout, stderr := &checkedWriter{w: cmd.Root().Writer}, &checkedWriter{w: cmd.Root().ErrWriter}
	prog.Stdout, prog.Stderr = stdout, stderr
	if prog.Entry != "" || cmd.IsSet("eval") { // else it was the program itself
		prog.Stream = &standardInput{r: cmd.Root().Reader, got: make(chan piece, 1)}
	}
	if cmd.Bool("json") {
		prog.Stdout, prog.Stderr = &out, &errs
	}
	res, err := engine.Run(ctx, prog)
	if err != nil {
		if sig := signalled(); sig != 0 {
			return &exitError{128 + int(sig), nil} // as a shell says it
		}
		return &exitError{exitInternal, err}
	}
	if err := cmp.Or(stdout.err, stderr.err); err != nil {
		return &exitError{exitInternal, fmt.Errorf("output of the program is lost: %w", err)}
	}
	if used, limit, hit := files.DiskRefused(); hit && res.Limit == nil && res.UncaughtCode == "ENOSPC" {
		res.Limit = &jsengine.LimitError{Kind: "disk", Used: used, Limit: limit}
	}
	if cmd.Bool("json") {
		if err := printResult(cmd.Root().Writer, res, out.String(), errs.String()); err != nil {
			return &exitError{exitInternal, err}
		}
	}
	if l := res.Limit; l != nil {
		code := exitLimit
		if l.Kind == "memory" || l.Kind == "disk" {
			code = exitMemory
		}
		if cmd.Bool("json") {
			return &exitError{code, nil}
		}
		return &exitError{code, l}
	}
	if missing := res.UncaughtCode == "ERR_MODULE_NOT_FOUND" || res.UncaughtCode == "MODULE_NOT_FOUND"; missing && prog.Entry != "" && !cmd.IsSet("dir") && !cmd.Bool("json") {
		return &exitError{res.ExitCode & 0xff, fmt.Errorf("the program sees only the folder of %s: name a larger one with --dir, if what it imports is there", cmd.Args().First())}
	}
	if res.ExitCode&0xff != 0 { // what a parent process can see of it
		return &exitError{res.ExitCode & 0xff, nil}
	}
	return nil
}

// checkedWriter keeps the first error of w, which is no concern of the program's.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.err = cmp.Or(c.err, err)
	return n, err
}

// standardInput reads r once the program asks for it. A read of a terminal cannot
// be broken off, so it runs on a goroutine that may outlive the program: it ends
// with this process.
type standardInput struct {
	r       io.Reader
	got     chan piece
	reading bool
	last    piece
}

type piece struct {
	b   []byte
	err error
}

// ReadContext is for one goroutine at a time.
func (s *standardInput) ReadContext(ctx context.Context, p []byte) (int, error) {
	if len(s.last.b) == 0 && s.last.err == nil {
		if !s.reading {
			s.reading = true
			go func() {
				b := make([]byte, 64<<10)
				n, err := s.r.Read(b)
				s.got <- piece{b[:n], err}
			}()
		}
		select {
		case s.last = <-s.got:
			s.reading = false
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	n := copy(p, s.last.b)
	s.last.b = s.last.b[n:]
	if n == 0 {
		return 0, s.last.err
	}
	return n, nil
}

// untilSignal returns a context that ends with the first SIGINT or SIGTERM. The
// function undoes that, and returns the signal, or 0 if there was none. It may
// be called again.
func untilSignal(ctx context.Context) (context.Context, func() syscall.Signal) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	got := make(chan syscall.Signal, 1)
	go func() {
		select {
		case s := <-signals:
			sig, _ := s.(syscall.Signal)
			got <- sig
			cancel()
		case <-ctx.Done():
			got <- 0
		}
	}()
	return ctx, sync.OnceValue(func() syscall.Signal {
		signal.Stop(signals)
		cancel()
		return <-got
	})
}

// parseRun makes a Program of flags and arguments, and names the host's folder
// that is to be its workspace ("" for none).
func parseRun(cmd *cli.Command) (*jsengine.Program, string, error) {
	prog := &jsengine.Program{Language: cmd.String("language"), Env: map[string]string{}}
	folder := cmd.String("dir")
	if err := notBlank(cmd, "dir"); err != nil {
		return nil, "", err
	}
	args := cmd.Args().Slice()
	switch {
	case cmd.Count("eval") > 1:
		return nil, "", usage("-e is given %d times: one program runs, so give it once", cmd.Count("eval"))
	case cmd.IsSet("eval"):
		prog.Code, prog.Args = cmd.String("eval"), args
	case len(args) == 0:
		return nil, "", usage("name a FILE to run, - for standard input, or -e CODE")
	case args[0] == "-":
		code, err := io.ReadAll(io.LimitReader(cmd.Root().Reader, maxProgram+1))
		if err != nil {
			return nil, "", &exitError{exitInternal, fmt.Errorf("read standard input: %w", err)}
		}
		if len(code) > maxProgram {
			return nil, "", usage("standard input is longer than %d bytes", maxProgram)
		}
		prog.Code, prog.Args = string(code), args[1:]
	default:
		file, err := filepath.Abs(args[0])
		if err != nil {
			return nil, "", &exitError{exitInternal, err}
		}
		info, err := os.Stat(file)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return nil, "", &exitError{exitNotFound, fmt.Errorf("no file is called %s", args[0])}
		case err != nil:
			return nil, "", &exitError{exitInternal, err}
		case !info.Mode().IsRegular():
			return nil, "", usage("%s is not a regular file", args[0])
		}
		if folder == "" {
			folder = filepath.Dir(file)
		}
		base, err := filepath.Abs(folder)
		if err != nil {
			return nil, "", &exitError{exitInternal, err}
		}
		rel, err := filepath.Rel(base, file)
		if err != nil || !filepath.IsLocal(rel) {
			return nil, "", usage("%s is not in the folder that --dir names", args[0])
		}
		prog.Entry, prog.Args = "/workspace/"+filepath.ToSlash(rel), args[1:]
	}
	if prog.Code == "" && prog.Entry == "" {
		prog.Code = "\n" // an empty program does nothing, well
	}
	for _, e := range cmd.StringSlice("env") {
		name, value, ok := strings.Cut(e, "=")
		if name == "" || strings.ContainsRune(e, 0) {
			return nil, "", usage("--env wants NAME=VALUE or NAME")
		}
		if !session.ValidEnvName(name) {
			return nil, "", usage("--env %.128q is not a name of the form [A-Za-z_][A-Za-z0-9_]*", name)
		}
		if !ok {
			if value, ok = os.LookupEnv(name); !ok {
				continue
			}
		}
		prog.Env[name] = value
	}
	memory, err := parseSize(cmd.String("memory"))
	if err != nil {
		return nil, "", usage("--memory: %w", err)
	}
	if memory < 1<<20 || memory > 4000<<20 {
		return nil, "", usage("--memory %s is not between 1MB and 4000MB", cmd.String("memory"))
	}
	if cmd.Duration("timeout") <= 0 {
		return nil, "", usage("--timeout %s is not positive", cmd.Duration("timeout"))
	}
	if cmd.Int64("fuel") < 0 {
		return nil, "", usage("--fuel %d is negative", cmd.Int64("fuel"))
	}
	prog.Limits = jsengine.Limits{Memory: memory, Timeout: cmd.Duration("timeout"), Fuel: cmd.Int64("fuel"), Output: 1 << 30}
	switch prog.Language {
	case "auto", "js", "ts", "jsx", "tsx":
	default:
		return nil, "", usage("--language %q is none of auto, js, ts, jsx and tsx", prog.Language)
	}
	if cmd.Bool("json") {
		prog.Limits.Output = 0 // the default: it is kept in memory
	}
	if s := cmd.String("input"); cmd.IsSet("input") {
		if !json.Valid([]byte(s)) {
			return nil, "", usage("--input is not JSON")
		}
		prog.Input = json.RawMessage(s)
	}
	return prog, folder, nil
}

// printResult prints the accounting, with the names of the HTTP API.
func printResult(w io.Writer, r *jsengine.Result, stdout, stderr string) error {
	type limit struct {
		Kind  string `json:"kind"`
		Used  int64  `json:"used"`
		Limit int64  `json:"limit"`
	}
	type truncated struct {
		Stdout bool `json:"stdout"`
		Stderr bool `json:"stderr"`
	}
	out := struct {
		Stdout        string          `json:"stdout"`
		Stderr        string          `json:"stderr"`
		ExitCode      int             `json:"exitCode"`
		Result        json.RawMessage `json:"result,omitempty"`
		ExecutionTime float64         `json:"executionTime"` // ms
		CPUTime       float64         `json:"cpuTime"`       // ms
		MemoryUsed    int64           `json:"memoryUsed"`    // bytes beyond the image
		TimedOut      bool            `json:"timedOut"`
		Fuel          int64           `json:"fuel"`
		Truncated     truncated       `json:"truncated"`
		Limit         *limit          `json:"limit"`
	}{
		Stdout: stdout, Stderr: stderr, ExitCode: r.ExitCode, Result: r.Value,
		ExecutionTime: float64(r.WallTime.Microseconds()) / 1000, CPUTime: float64(r.CPUTime.Microseconds()) / 1000,
		MemoryUsed: r.MemoryPeak, Fuel: r.Fuel, Truncated: truncated{r.StdoutTruncated, r.StderrTruncated},
	}
	if l := r.Limit; l != nil {
		out.Limit = &limit{l.Kind, l.Used, l.Limit}
		out.TimedOut = l.Kind == "time"
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}
