package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/urfave/cli/v3"
	"go.uber.org/zap"

	"github.com/buntime/buntime/api"
	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/transform"
	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
	"github.com/buntime/buntime/wasmhost"
)

// How long a shutdown waits for programs that run, and then for responses.
const (
	finishPrograms  = 30 * time.Second
	finishResponses = 5 * time.Second
)

func serveCommand() *cli.Command {
	env := cli.EnvVars
	return &cli.Command{
		Name:  "serve",
		Usage: "serve the sessions API",
		Description: `Keys: the root key comes from BUNTIME_ROOT_KEY or --root-key-file; without
either, one is generated at the first start and printed once. The master key that
encrypts the data comes from BUNTIME_MASTER_KEY (64 hexadecimal digits) or
--key-file; without either it is made in the data folder.

SIGINT and SIGTERM stop the server: what runs may finish for up to 30 seconds, a
second signal cancels it. The exit code is 0 after such a stop, 2 if a flag makes
no sense, 125 if the server cannot start, or could not write what it held.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8000", Sources: env("BUNTIME_LISTEN"), Usage: "`ADDRESS` to listen on"},
			&cli.StringFlag{Name: "data", Value: "./data", Sources: env("BUNTIME_DATA_DIR"), Usage: "`FOLDER` of the encrypted state, made if missing"},
			&cli.StringFlag{Name: "key-file", Sources: env("BUNTIME_KEY_FILE"), Usage: "`FILE` of the master key, made (0600) for new data"},
			&cli.StringFlag{Name: "root-key-file", Sources: env("BUNTIME_ROOT_KEY_FILE"), Usage: "`FILE` of the root key, made (0600) if missing"},
			&cli.StringFlag{Name: "egress", Value: "public", Sources: env("BUNTIME_EGRESS"), Usage: "`WHAT` fetch may reach at most: public or none"},
			&cli.StringSliceFlag{Name: "egress-allow", Sources: env("BUNTIME_EGRESS_ALLOW"), Usage: "open exactly `HOST:PORT` or IP:PORT, private ones included; repeatable"},
			&cli.StringFlag{Name: "max-memory", Sources: env("BUNTIME_MAX_MEMORY"), DefaultText: "half of the machine's, or of the control group's", Usage: "memory of all guests together, `SIZE` or share (40%)"},
			&cli.BoolFlag{Name: "no-shared-memory", Sources: env("BUNTIME_NO_SHARED_MEMORY"), Usage: "let no program share a SharedArrayBuffer with its workers"},
			&cli.IntFlag{Name: "max-running", Sources: env("BUNTIME_MAX_RUNNING"), DefaultText: "256 for each processor", Usage: "executions under way at once, `N`; a tenant alone gets half"},
			&cli.IntFlag{Name: "max-queued", Value: 1024, Sources: env("BUNTIME_MAX_QUEUED"), Usage: "executions that may wait for one of those to end, `N`; more get a 503"},
			&cli.IntFlag{Name: "max-sessions", Value: 100, Sources: env("BUNTIME_MAX_SESSIONS"), Usage: "sessions of one tenant, `N`"},
			&cli.StringFlag{Name: "npm-registry", Sources: env("NPM_CONFIG_REGISTRY", "npm_config_registry"), DefaultText: "what .npmrc says, here or at home", Usage: "`URL` of the registry that packages are installed from"},
			&cli.DurationFlag{Name: "npm-min-release-age", Sources: env("BUNTIME_NPM_MIN_RELEASE_AGE"), Usage: "install no version published within this `TIME` (72h)"},
			&cli.StringFlag{Name: "package-store", Value: "2GB", Sources: env("BUNTIME_PACKAGE_STORE"), Usage: "disk for packages that sessions share, `SIZE`"},
			&cli.StringFlag{Name: "tls-cert", Sources: env("BUNTIME_TLS_CERT"), Usage: "certificate chain, `FILE` (PEM)"},
			&cli.StringFlag{Name: "tls-key", Sources: env("BUNTIME_TLS_KEY"), Usage: "private key, `FILE` (PEM)"},
			&cli.BoolFlag{Name: "insecure-http", Sources: env("BUNTIME_INSECURE_HTTP"), Usage: "plain HTTP on an address that is not loopback"},
			&cli.StringFlag{Name: "preview-base", Sources: env("BUNTIME_PREVIEW_BASE"), Usage: "`URL` under which previews will be served"},
			&cli.StringFlag{Name: "metrics-listen", Sources: env("BUNTIME_METRICS_LISTEN"), Usage: "`ADDRESS` that serves /metrics without a key"},
			&cli.StringFlag{Name: "log-level", Value: "info", Sources: env("BUNTIME_LOG_LEVEL"), Usage: "`LEVEL`: debug, info, warn or error"},
			&cli.StringFlag{Name: "log-format", Value: "auto", Sources: env("BUNTIME_LOG_FORMAT"), Usage: "`FORMAT`: console, json, or auto (console in a terminal)"},
			&cli.BoolFlag{Name: "no-wall", Sources: env("BUNTIME_NO_WALL"), Usage: "do not confine the process (Linux: Landlock, seccomp)"},
			&cli.BoolFlag{Name: "example", Usage: "print a command to try when ready"},
		},
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if err := noArguments(cmd); err != nil {
				return err
			}
			confined := ctx.Value(ownProcess{}) != nil && !cmd.Bool("no-wall")
			var trust sync.WaitGroup
			defer trust.Wait()
			if confined {
				// It takes a tenth of what opening the engine does, on another processor.
				trust.Go(readTrusted)
			}
			s, err := newServer(ctx, cmd)
			if err != nil {
				return err
			}
			if confined {
				trust.Wait()
				if err := raiseWall(cmd.String("data")); err != nil {
					s.log.Warn("the process is not confined as it could be", zap.Error(err))
				}
			}
			return s.run(ctx, cmd)
		},
	}
}

// hooks are what only a test sets: the store's clock and the sessions', and
// storage.Config.Plaintext, which the store refuses in any binary but a test's.
// They come in the context of run, where no flag or variable reaches.
type hooks struct {
	now       func() time.Time // nil: time.Now
	plaintext bool
}

type hooksKey struct{}

// server is what a running server consists of. Fields are set as they open, and
// close goes through them backwards.
type server struct {
	log       *zap.Logger
	listener  net.Listener
	metrics   net.Listener // nil: none
	registry  *prometheus.Registry
	api       *api.Server
	rootKey   string // generated by this start, or ""
	rootFile  string // holds the root key, or ""
	url       string
	toClose   []func() error // last opened first closed
	sessions  *session.Manager
	startedAt time.Time
}

// failed is a start-up failure: one line, and not the caller's mistake.
func failed(format string, args ...any) error {
	return &exitError{exitInternal, fmt.Errorf(format, args...)}
}

// processors is how many processors the process was given. Go gets one more, for
// requests: while guests, or work for them that nothing cuts, keep all turns, the
// system shares its processors between them and what a request has to do.
var processors = sync.OnceValue(func() int {
	n := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(n + 1)
	return n
})

func newServer(ctx context.Context, cmd *cli.Command) (_ *server, err error) {
	s := &server{startedAt: time.Now()}
	hooks, _ := ctx.Value(hooksKey{}).(hooks)
	defer func() {
		if err != nil {
			_ = s.close() // the first failure is the one to report
		}
	}()
	if s.log, err = newLogger(cmd.String("log-level"), cmd.String("log-format"), cmd.Root().ErrWriter); err != nil {
		return nil, err
	}
	ec := jsengine.Config{Log: s.log, Turns: processors(), NoSharing: cmd.Bool("no-shared-memory")}
	if size := cmd.String("max-memory"); size != "" {
		if ec.Budget, err = parseShare(size, wasmhost.UsableMemory()); err != nil {
			return nil, usage("--max-memory: %w", err)
		}
		if ec.Budget < 16<<20 {
			return nil, usage("--max-memory %s is less than 16MB", size)
		}
	}
	if err := notBlank(cmd, "egress", "key-file", "root-key-file"); err != nil {
		return nil, err
	}
	for _, name := range []string{"max-sessions", "max-running", "max-queued"} {
		if n := cmd.Int(name); n < 1 && cmd.IsSet(name) {
			return nil, usage("--%s %d is not positive", name, n)
		}
	}
	if base := cmd.String("preview-base"); base != "" {
		if u, err := url.Parse(base); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.TrimRight(base, "/") != u.Scheme+"://"+u.Host {
			return nil, usage("--preview-base %q is not a URL such as https://example.com", base)
		}
	}
	if _, err := hostfuncs.ServerPolicy(cmd.String("egress"), nil); err != nil {
		return nil, usage("--egress: %w", err)
	}
	policy, err := hostfuncs.ServerPolicy(cmd.String("egress"), cmd.StringSlice("egress-allow"))
	if err != nil {
		return nil, usage("--egress-allow: %w", err)
	}
	packages, err := packageConfig(cmd)
	if err != nil {
		return nil, err
	}
	parcels, err := parseSize(cmd.String("package-store"))
	if err != nil || parcels < 1<<20 {
		return nil, usage("--package-store %q is not a size from 1MB", cmd.String("package-store"))
	}
	tlsConfig, err := loadTLS(cmd)
	if err != nil {
		return nil, err
	}
	root, err := s.loadRootKey(cmd)
	if err != nil {
		return nil, err
	}
	master, err := masterKey("BUNTIME_MASTER_KEY")
	if err != nil {
		return nil, err
	}
	if s.listener, err = listen(ctx, "--listen", cmd.String("listen")); err != nil {
		return nil, err
	}
	s.toClose = append(s.toClose, s.listener.Close)
	if addr := cmd.String("metrics-listen"); addr != "" {
		if s.metrics, err = listen(ctx, "--metrics-listen", addr); err != nil {
			return nil, err
		}
		s.toClose = append(s.toClose, s.metrics.Close)
	}

	data := cmd.String("data")
	if data == "" {
		return nil, usage("--data is blank: name a FOLDER")
	}
	if master != nil && cmd.IsSet("key-file") {
		return nil, usage("--key-file and BUNTIME_MASTER_KEY exclude each other")
	}
	store, err := storage.Open(ctx, storage.Config{Dir: data, KeyFile: cmd.String("key-file"), MasterKey: master, ParcelBytes: parcels, Log: s.log, Now: hooks.now, Plaintext: hooks.plaintext})
	if err != nil {
		return nil, failed("%w", err)
	}
	s.toClose = append(s.toClose, store.Close)
	pool, err := transform.New(transform.Config{Workers: 4})
	if err != nil {
		return nil, failed("%w", err)
	}
	s.toClose = append(s.toClose, pool.Close)
	ec.Transformer = pool
	if ec.CacheKey, err = keyFile(filepath.Join(data, "engine.key")); err != nil {
		return nil, failed("key of the compilation cache: %w", err)
	}
	ec.CacheDir = filepath.Join(data, "engine")
	engine, err := jsengine.Open(ctx, ec)
	if err != nil {
		return nil, failed("start the engine: %w", err)
	}
	s.toClose = append(s.toClose, engine.Close)

	forget := func(scope string) {
		pool.Forget(scope)
		engine.Forget(scope)
	}
	s.sessions, err = session.New(session.Config{
		Store: store, Engine: engine, Policy: policy, Packages: packages,
		MaxSessions: cmd.Int("max-sessions"), Places: cmd.Int("max-running"), PlaceQueue: cmd.Int("max-queued"), Log: s.log, Now: hooks.now, Forget: forget,
	})
	if err != nil {
		return nil, failed("%w", err)
	}
	s.toClose = append(s.toClose, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), finishPrograms)
		defer cancel()
		return s.sessions.Close(ctx)
	})
	s.registry = prometheus.NewRegistry()
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	// A generated key is shown once, when the server is ready: nothing after this
	// may stop it.
	keys, generated, err := session.OpenKeys(ctx, store, root, hooks.now)
	if err != nil {
		return nil, failed("open the API keys: %w", err)
	}
	s.rootKey = generated
	s.api, err = api.New(api.Config{
		Sessions: s.sessions, Keys: keys, Store: store, Version: version, PreviewBase: strings.TrimRight(cmd.String("preview-base"), "/"),
		TLS: tlsConfig, Warm: warm(engine), Registry: s.registry, Log: s.log, Now: hooks.now,
	})
	if err != nil {
		return nil, failed("%w", err)
	}
	scheme := "http"
	if tlsConfig != nil {
		scheme = "https"
	}
	s.url = scheme + "://" + s.listener.Addr().String()
	return s, nil
}

// warm returns what reports whether the engine can run a program now.
func warm(engine *jsengine.Engine) func(context.Context) error {
	return func(ctx context.Context) error {
		res, err := engine.Run(ctx, &jsengine.Program{Code: "0", Language: "js", Limits: jsengine.Limits{Timeout: 5 * time.Second}})
		if err == nil && res.ExitCode != 0 {
			err = fmt.Errorf("an empty program ended with %d", res.ExitCode)
		}
		return err
	}
}

// close closes what is open, the last first.
func (s *server) close() error {
	var errs []error
	for i := len(s.toClose) - 1; i >= 0; i-- {
		if err := s.toClose[i](); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, context.DeadlineExceeded) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// run serves until a signal, and shuts down: programs that run may finish, and
// a second signal ends that wait.
func (s *server) run(ctx context.Context, cmd *cli.Command) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)

	served := make(chan error, 1)
	go func() { served <- s.api.Serve(s.listener) }()
	var metrics http.Server
	metricsDone := make(chan struct{})
	go func() {
		defer close(metricsDone)
		if s.metrics != nil {
			metrics.Handler = promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{})
			metrics.ReadHeaderTimeout = 10 * time.Second
			_ = metrics.Serve(s.metrics) // it ends by Close
		}
	}()
	out := cmd.Root().Writer
	if s.rootKey != "" {
		fmt.Fprintf(out, "root key (shown only now; keep it): %s\n", s.rootKey)
	}
	ready := fmt.Sprintf("buntime %s serves %s/api\n", version, s.url)
	if cmd.Bool("example") {
		ready += s.example()
	}
	fmt.Fprint(out, ready) // at once: who waits for the first line has it all
	s.log.Info("ready", zap.String("url", s.url), zap.Duration("after", time.Since(s.startedAt)))

	var err error
	ended := false
	select {
	case err = <-served:
		ended = true
		err = fmt.Errorf("serve: %w", errors.Join(err, errors.New("the listener closed")))
	case <-ctx.Done():
	case got := <-signals:
		s.log.Info("shutting down: programs that run may finish; signal again to cancel them", zap.Stringer("signal", got), zap.Duration("at most", finishPrograms))
	}
	// New work is refused from here on, and what runs may finish.
	grace, cancel := context.WithTimeout(context.Background(), finishPrograms)
	defer cancel()
	hurried := make(chan struct{})
	go func() {
		defer close(hurried)
		select {
		case <-signals:
			cancel()
		case <-grace.Done():
		}
	}()
	if cerr := s.sessions.Close(grace); cerr != nil {
		s.log.Warn("programs were cancelled")
	}
	responses, cancelResponses := context.WithTimeout(context.Background(), finishResponses)
	defer cancelResponses()
	if serr := s.api.Shutdown(responses); serr != nil {
		s.log.Warn("connections were cut", zap.Error(serr))
	}
	if !ended {
		<-served
	}
	_ = metrics.Close()
	<-metricsDone
	cancel()
	<-hurried
	if err = errors.Join(err, s.close()); err != nil {
		return &exitError{exitInternal, err}
	}
	s.log.Info("stopped")
	return nil
}

// listen opens a TCP listener.
func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		return ln, nil
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, failed("%s is in use: choose another address with %s, or stop what listens there", addr, flag)
	}
	return nil, failed("%s %s: %w", flag, addr, err)
}

// loadTLS reads the certificate, and refuses plain HTTP beyond loopback.
func loadTLS(cmd *cli.Command) (*tls.Config, error) {
	for _, name := range []string{"listen", "metrics-listen"} {
		if addr := cmd.String(name); addr != "" || name == "listen" {
			if _, _, err := net.SplitHostPort(addr); err != nil {
				return nil, usage("--%s %q is not HOST:PORT", name, addr)
			}
		}
	}
	if addr := cmd.String("metrics-listen"); addr != "" && !loopback(addr) && !cmd.Bool("insecure-http") {
		return nil, usage("--metrics-listen %s is not loopback, and it speaks plain HTTP: give --insecure-http if that is meant", addr)
	}
	cert, key := cmd.String("tls-cert"), cmd.String("tls-key")
	switch {
	case (cert == "") != (key == ""):
		return nil, usage("--tls-cert and --tls-key go together")
	case cert != "":
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, failed("load the certificate: %w", err)
		}
		return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}, nil
	case cmd.Bool("insecure-http"):
		return nil, nil
	}
	if !loopback(cmd.String("listen")) {
		return nil, usage("--listen %s is not loopback: give --tls-cert and --tls-key, or --insecure-http if something in front speaks TLS", cmd.String("listen"))
	}
	return nil, nil
}

// loopback is whether a listener's address is this machine's alone.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// rootKeyForm is what a root key looks like: one that people make up could be
// guessed.
var rootKeyForm = regexp.MustCompile(`^btk_[A-Za-z0-9_-]{43}$`)

// loadRootKey returns the root key that was configured, or "".
func (s *server) loadRootKey(cmd *cli.Command) (string, error) {
	if key, ok := os.LookupEnv("BUNTIME_ROOT_KEY"); ok {
		if strings.TrimSpace(key) == "" {
			return "", usage("BUNTIME_ROOT_KEY is set but blank: unset it to have a key generated")
		}
		if !rootKeyForm.MatchString(key) {
			return "", usage("BUNTIME_ROOT_KEY is not btk_ and 43 characters of A-Z, a-z, 0-9, - and _: unset it to have a key generated")
		}
		return key, nil
	}
	file := cmd.String("root-key-file")
	if file == "" {
		return "", nil
	}
	s.rootFile = file
	return rootKeyFile(file)
}

// rootKeyFile reads a root key, or makes one.
func rootKeyFile(path string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", failed("root key file: %w", err)
	}
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	key := "btk_" + base64.RawURLEncoding.EncodeToString(random[:])
	err := writePrivate(path, []byte(key+"\n"))
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, os.ErrExist) {
		return "", failed("make the root key file: %w", err)
	}
	text, err := readPrivate(path)
	if err != nil {
		return "", failed("read the root key file: %w", err)
	}
	if key = strings.TrimSpace(string(text)); !rootKeyForm.MatchString(key) {
		return "", failed("%s holds no root key: delete it to have one made", path)
	}
	return key, nil
}

// masterKey reads a master key from the environment; nil if it is not set.
func masterKey(name string) ([]byte, error) {
	text, ok := os.LookupEnv(name)
	if !ok {
		return nil, nil
	}
	key, err := storage.ParseMasterKey(text)
	if err != nil {
		return nil, usage("%s: %w", name, err)
	}
	return key, nil
}

// example is a command that makes a session and runs TypeScript in it.
func (s *server) example() string {
	key := "YOUR_ROOT_KEY"
	switch {
	case s.rootKey != "":
		key = s.rootKey
	case s.rootFile != "":
		if abs, err := filepath.Abs(s.rootFile); err == nil {
			key = "$(cat '" + strings.ReplaceAll(abs, "'", `'\''`) + "')"
		}
	}
	return strings.NewReplacer("URL", s.url+"/api", "ROOT_KEY", key).Replace(`
Try it in another terminal:

KEY=ROOT_KEY
SESSION=$(curl -sS -X POST URL/sessions/create -H "Authorization: Bearer $KEY" | sed 's/.*"sessionId":"\([^"]*\)".*/\1/')
curl -sS -w '\n' URL/execute -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' --data-binary @- <<END
{"sessionId": "$SESSION",
 "files": [{"path": "greet.ts", "content": "export const greet = (name: string): string => 'Hello, ' + name"}],
 "code": "import { greet } from './greet.ts'\nconst text: string = await Promise.resolve(greet('world'))\nawait Bun.write('hello.txt', text)\nconsole.log(text)"}
END
curl -sS "URL/files/read?sessionId=$SESSION&path=hello.txt" -H "Authorization: Bearer $KEY"; echo
`)
}
