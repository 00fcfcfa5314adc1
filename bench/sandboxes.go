package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
	"modernc.org/quickjs"

	"github.com/buntime/buntime/jsengine"
)

// hosts are the kinds of sandbox that this binary keeps itself; args come from
// the command line.
var hosts = map[string]func(args []string) (sandboxes, error){
	"buntime":             newBuntime,
	"goja":                func([]string) (sandboxes, error) { return &gojaVMs{}, nil },
	"modernc.org/quickjs": func([]string) (sandboxes, error) { return &moderncVMs{}, nil },
	"process":             newProcesses,
}

// buntimes runs programs in sandboxes of the engine, as the server does.
type buntimes struct{ engine *jsengine.Engine }

func newBuntime([]string) (sandboxes, error) {
	e, err := jsengine.Open(context.Background(), jsengine.Config{})
	return &buntimes{e}, err
}

func (b *buntimes) run(ctx context.Context, text string) (string, error) {
	var stderr bytes.Buffer
	r, err := b.engine.Run(ctx, &jsengine.Program{Code: "export default " + text, Language: "js", Stderr: &stderr})
	if err != nil {
		return "", err
	}
	if r.ExitCode != 0 {
		return "", errors.New(strings.TrimSpace(stderr.String()))
	}
	return asText(r.Value)
}

// asText is what a program gave as JSON, as JavaScript's String has it.
func asText(value json.RawMessage) (string, error) {
	if !bytes.HasPrefix(value, []byte{'"'}) {
		return string(value), nil
	}
	var s string
	err := json.Unmarshal(value, &s)
	return s, err
}

// keep leaves the program in its event loop, with a timer and after a call of
// the host.
func (b *buntimes) keep(ctx context.Context, text string) error {
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		r, err := b.engine.Run(ctx, &jsengine.Program{
			Code:     "export default " + text + "\nsetTimeout(() => {}, 3_000_000); await host.ready()",
			Language: "js",
			Limits:   jsengine.Limits{Timeout: time.Hour},
			Funcs: map[string]jsengine.HostFunc{"ready": func(context.Context, json.RawMessage) (json.RawMessage, error) {
				close(ready)
				return json.RawMessage("1"), nil
			}},
		})
		ended <- fmt.Errorf("a sandbox ended: %+v, %w", r, err)
	}()
	select {
	case <-ready:
		return nil
	case err := <-ended:
		return err
	}
}

// gojaVMs runs each program in a new goja runtime.
type gojaVMs struct {
	mu   sync.Mutex
	kept []*goja.Runtime // guarded by mu
}

func (g *gojaVMs) run(_ context.Context, text string) (string, error) {
	v, err := goja.New().RunString(text)
	if err != nil {
		return "", err
	}
	return v.String(), nil
}

func (g *gojaVMs) keep(_ context.Context, text string) error {
	vm := goja.New()
	_, err := vm.RunString(text)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kept = append(g.kept, vm)
	return err
}

// moderncVMs runs each program in a new VM of QuickJS translated to Go.
type moderncVMs struct {
	mu   sync.Mutex
	kept []*quickjs.VM // guarded by mu
}

func (m *moderncVMs) run(_ context.Context, text string) (_ string, err error) {
	vm, err := quickjs.NewVM()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, vm.Close()) }()
	v, err := vm.Eval("String("+text+")", quickjs.EvalGlobal)
	if err != nil {
		return "", err
	}
	s, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("it gave a %T", v)
	}
	return s, nil
}

func (m *moderncVMs) keep(_ context.Context, text string) error {
	vm, err := quickjs.NewVM()
	if err != nil {
		return err
	}
	_, err = vm.Eval(text, quickjs.EvalGlobal)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(m.kept, vm)
	return err
}

// processes starts a process for each program.
type processes struct {
	print []string       // the command for a program that prints
	time  []string       // and for peers/cpu.mjs, or a driver like it
	dir   string         // it runs in
	all   sync.WaitGroup // of those that run
}

// newProcesses takes two commands as JSON arrays, with PROGRAM for the text, or
// else it goes to standard input, and a working directory.
func newProcesses(args []string) (sandboxes, error) {
	if len(args) != 3 {
		return nil, fmt.Errorf("process wants 3 arguments, not %d", len(args))
	}
	p := &processes{dir: args[2]}
	return p, errors.Join(json.Unmarshal([]byte(args[0]), &p.print), json.Unmarshal([]byte(args[1]), &p.time))
}

func (p *processes) command(ctx context.Context, argv []string, text string) *exec.Cmd {
	argv = slices.Clone(argv)
	at := slices.Index(argv, "PROGRAM")
	if at >= 0 {
		argv[at] = text
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	if at < 0 {
		cmd.Stdin = strings.NewReader(text)
	}
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "DENO_NO_UPDATE_CHECK=1", "DENO_DIR=" + p.dir, "NO_COLOR=1"}
	return cmd
}

func (p *processes) output(ctx context.Context, argv []string, text string) (string, error) {
	p.all.Add(1)
	defer p.all.Done()
	out, err := p.command(ctx, argv, text).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

func (p *processes) run(ctx context.Context, text string) (string, error) {
	return p.output(ctx, p.print, "console.log(String("+text+"))")
}

func (p *processes) cpu(ctx context.Context, text string) (string, time.Duration, error) {
	out, err := p.output(ctx, p.time, text)
	if err != nil {
		return "", 0, err
	}
	var u used
	err = json.Unmarshal([]byte(out), &u)
	return u.Result, time.Duration(u.NS), err
}

func (p *processes) keep(ctx context.Context, text string) error {
	cmd := p.command(ctx, p.print, "console.log(String("+text+")); setTimeout(() => {}, 3_000_000)")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it has run the program
		return errors.Join(err, cmd.Wait())
	}
	p.all.Go(func() { _ = cmd.Wait() }) // ctx ends it
	return nil
}
