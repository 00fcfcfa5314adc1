// Package api is the HTTP front door of the sessions API: routes, keys at the
// door, limits, validation, errors, idempotency.
//
// It holds no business logic: handlers decode and check a request, call
// session.Manager or session.Keys, and write the answer.
package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"
	"go.uber.org/zap"

	"github.com/buntime/buntime/internal/share"
	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
)

// Config describes a Server. A zero field means its default.
type Config struct {
	Sessions *session.Manager // required
	Keys     *session.Keys    // required
	Store    *storage.Store   // keeps idempotency records; required
	Version  string           // what /api/health says; default "dev"

	// PreviewBase is the address under which previews are to be served: scheme,
	// host and port. A session's previewUrl puts its id before the host. Default
	// http://localhost with the port of the first listener.
	PreviewBase string
	// Warm reports whether the engine can run a program now; nil: yes.
	Warm func(ctx context.Context) error

	TLS *tls.Config // serve HTTPS, TLS 1.3 only; nil: plain HTTP

	MaxConns      int           // connections at once; one more is told to come back; default 4096
	MaxHeader     int           // bytes of a request's line and headers; default 16 KiB
	BodyMemory    int64         // bytes of request bodies in memory at once, over all requests, in the guests' budget; no tenant can take the last of it; default 1 GiB
	HeaderTimeout time.Duration // to send the headers; default 10 s
	BodyTimeout   time.Duration // to send a body of up to 1 MB; default 30 s
	LargeTimeout  time.Duration // to send a body of up to 100 MB; default 5 min
	WriteTimeout  time.Duration // to take a response; default 2 min
	IdleTimeout   time.Duration // between requests of a connection; default 2 min
	QuietTime     time.Duration // without an event, after which a stream says that it goes on, so that nothing between us and the client takes it for dead; default 15 s

	// Registry gets the server's metrics; default a new one with those of the Go
	// runtime and the process.
	Registry *prometheus.Registry
	Log      *zap.Logger      // default: none
	Now      func() time.Time // default time.Now
}

func (c Config) withDefaults() Config {
	defDur := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	if c.MaxConns == 0 {
		c.MaxConns = 4096
	}
	if c.MaxHeader == 0 {
		c.MaxHeader = 16 << 10
	}
	if c.BodyMemory == 0 {
		c.BodyMemory = 1 << 30
	}
	defDur(&c.HeaderTimeout, 10*time.Second)
	defDur(&c.BodyTimeout, 30*time.Second)
	defDur(&c.LargeTimeout, 5*time.Minute)
	defDur(&c.WriteTimeout, 2*time.Minute)
	defDur(&c.IdleTimeout, 2*time.Minute)
	defDur(&c.QuietTime, 15*time.Second)
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Server is the HTTP server. It is safe for concurrent use.
type Server struct {
	cfg     Config // immutable after New
	http    *fasthttp.Server
	routes  *routes
	metrics *metrics
	once    *onlyOnce
	bodies  *share.Pool // of Config.BodyMemory
	preview atomic.Pointer[string]

	ctx    context.Context // of all requests; ends when they must
	cancel context.CancelFunc

	// admitted holds what was found out about a request from its headers until
	// its handler takes it: fasthttp has no better place. It is keyed by the
	// address of the header, which stays the same for one request.
	admittedMu sync.Mutex
	admitted   map[*fasthttp.RequestHeader]*request // guarded by admittedMu

	listenMu  sync.Mutex
	listeners []net.Listener // guarded by listenMu until down; those of Serve
	down      bool           // guarded by listenMu; Shutdown was called
}

// New returns a Server. Serve starts it, Shutdown ends it.
func New(cfg Config) (*Server, error) {
	if cfg.Sessions == nil || cfg.Keys == nil || cfg.Store == nil {
		return nil, errors.New("api: Config lacks Sessions, Keys or Store")
	}
	s := &Server{cfg: cfg.withDefaults(), admitted: make(map[*fasthttp.RequestHeader]*request)}
	if s.cfg.PreviewBase != "" {
		if !strings.HasPrefix(s.cfg.PreviewBase, "http://") && !strings.HasPrefix(s.cfg.PreviewBase, "https://") {
			return nil, fmt.Errorf("api: Config.PreviewBase is %q, not http://host or https://host", s.cfg.PreviewBase)
		}
		s.preview.Store(&s.cfg.PreviewBase)
	}
	if s.cfg.Registry == nil {
		s.cfg.Registry = newRegistry()
	}
	s.metrics = newMetrics(s.cfg.Registry, s.cfg.Sessions)
	s.once = newOnlyOnce(s.cfg.Store)
	s.bodies = share.NewPool(s.cfg.BodyMemory)
	s.routes = newRoutes()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = &fasthttp.Server{
		Handler:         s.handle,
		ErrorHandler:    s.handleError,
		HeaderReceived:  s.headerReceived,
		Logger:          fasthttpLog{s.cfg.Log},
		Concurrency:     2 * s.cfg.MaxConns, // the listener's limit comes first, and speaks better
		ReadBufferSize:  s.cfg.MaxHeader,
		ReadTimeout:     s.cfg.HeaderTimeout, // HeaderReceived sets that of the body
		WriteTimeout:    s.cfg.WriteTimeout,
		IdleTimeout:     s.cfg.IdleTimeout,
		CloseOnShutdown: true,

		MaxRequestBodySize:           largeBody,
		StreamRequestBody:            true, // read by our own rules, after the headers were checked
		DisablePreParseMultipartForm: true,
		NoDefaultServerHeader:        true,
		NoDefaultContentType:         true,
		SecureErrorLogMessage:        true,
	}
	return s, nil
}

// Serve answers requests that come in on ln until Shutdown, which makes it
// return nil. It closes ln. It may be called for several listeners.
func (s *Server) Serve(ln net.Listener) error {
	s.listenMu.Lock()
	if s.down {
		s.listenMu.Unlock()
		return ln.Close()
	}
	s.listeners = append(s.listeners, ln)
	s.listenMu.Unlock()
	scheme := "http"
	if s.cfg.TLS != nil {
		scheme = "https"
	}
	if _, port, err := net.SplitHostPort(ln.Addr().String()); err == nil {
		base := scheme + "://localhost:" + port
		s.preview.CompareAndSwap(nil, &base)
	}
	limited := newListener(ln, s.cfg.MaxConns, s.cfg.TLS == nil, s.cfg.Sessions.Busy, func(id string, remote net.Addr) {
		s.metrics.refused.Inc()
		s.cfg.Log.Warn("connection refused: too many", zap.String("requestId", id), zap.Stringer("remote", remote))
	}, func(err error) {
		s.cfg.Log.Warn("connections wait: the system has no room for another", zap.Error(err))
	})
	var l net.Listener = limited
	if s.cfg.TLS != nil {
		c := s.cfg.TLS.Clone()
		c.MinVersion = tls.VersionTLS13
		c.NextProtos = []string{"http/1.1"}
		l = tls.NewListener(limited, c)
	}
	err := s.http.Serve(l)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Shutdown stops accepting connections, lets requests under way finish until
// ctx ends, then cancels them, and waits for them a moment longer. It does not
// close the Manager. The error is ctx's if requests were cancelled.
func (s *Server) Shutdown(ctx context.Context) error {
	s.listenMu.Lock()
	s.down = true
	s.listenMu.Unlock()
	err := s.http.ShutdownWithContext(ctx)
	s.cancel()
	// fasthttp knows nothing of a listener whose Serve has only just begun.
	for _, ln := range s.listeners {
		_ = ln.Close() // most are closed
	}
	if err != nil && ctx.Err() != nil {
		// Cancelled programs end within a slice; their answers are short.
		last, done := context.WithTimeout(context.Background(), 2*time.Second)
		defer done()
		_ = s.http.ShutdownWithContext(last)
	}
	return err
}

// headerReceived is called by fasthttp when a request's headers are there. If a
// body is to follow, the request is admitted or refused now; a refused one
// loses its body, so that nothing of it is read.
func (s *Server) headerReceived(h *fasthttp.RequestHeader) (conf fasthttp.RequestConfig) {
	s.forget(h)
	n := h.ContentLength()
	if n == 0 || n == -2 {
		return conf
	}
	rq := s.admit(h)
	s.remember(h, rq)
	if rq.refused != nil {
		rq.close = true
		h.Del(fasthttp.HeaderExpect)
		h.SetContentLength(0)
		return conf
	}
	conf.ReadTimeout = s.cfg.BodyTimeout
	if rq.route.limit > smallBody && (n < 0 || n > smallBody) {
		conf.ReadTimeout = s.cfg.LargeTimeout
	}
	return conf
}

// remember keeps what is known of a request for its handler.
func (s *Server) remember(h *fasthttp.RequestHeader, rq *request) {
	s.admittedMu.Lock()
	defer s.admittedMu.Unlock()
	// A connection that breaks between headers and handler leaves its entry here
	// until fasthttp uses the header again, or until this.
	if len(s.admitted) > 2*s.cfg.MaxConns {
		old := time.Now().Add(-s.cfg.LargeTimeout - time.Minute)
		for h, rq := range s.admitted {
			if rq.start.Before(old) {
				delete(s.admitted, h)
			}
		}
	}
	s.admitted[h] = rq
}

func (s *Server) forget(h *fasthttp.RequestHeader) *request {
	s.admittedMu.Lock()
	defer s.admittedMu.Unlock()
	rq := s.admitted[h]
	delete(s.admitted, h)
	return rq
}

// handle answers one request. Its body is not read yet.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	h := &ctx.Request.Header
	rq := s.forget(h)
	if rq == nil {
		rq = s.admit(h)
	}
	s.metrics.inFlight.Inc()
	defer s.metrics.inFlight.Dec()
	defer s.finish(ctx, rq)
	defer func() {
		if p := recover(); p != nil {
			ctx.Response.Reset()
			s.failed(rq, panicked(rq.log, p)).write(ctx)
		}
	}()
	if rq.refused != nil {
		s.failed(rq, rq.refused).write(ctx)
		return
	}
	rq.http = ctx
	rq.ctx = session.WithLogger(s.ctx, rq.log)
	s.hold(rq, s.serve(rq)).write(ctx)
}

// handleError answers a request that fasthttp could not read.
func (s *Server) handleError(ctx *fasthttp.RequestCtx, err error) {
	h := &ctx.Request.Header
	rq := s.forget(h)
	if rq == nil {
		rq = s.newRequest(h)
	}
	rq.close = true
	defer s.finish(ctx, rq)
	ctx.Response.Reset()
	s.failed(rq, s.readError(err)).write(ctx)
}

// readError says in the contract's words why a request could not be read.
func (s *Server) readError(err error) *Error {
	var (
		small *fasthttp.ErrSmallBuffer
		net   net.Error
	)
	switch {
	case errors.As(err, &small):
		return &Error{Code: CodeHeadersTooLarge, Message: fmt.Sprintf("the request's line and headers must be at most %d bytes", s.cfg.MaxHeader), Details: map[string]any{"field": "headers", "limit": s.cfg.MaxHeader}}
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return &Error{Code: CodePayloadTooLarge, Message: "the request body is too large"}
	case errors.As(err, &net) && net.Timeout():
		return &Error{Code: CodeRequestTimeout, Message: "the request did not arrive in time"}
	}
	return &Error{Code: CodeInvalidRequest, Message: "the request is not valid HTTP"}
}

// finish sets what every response has, and writes the request's one line in the
// access log.
func (s *Server) finish(ctx *fasthttp.RequestCtx, rq *request) {
	rs := &ctx.Response
	rs.Header.Set(requestIDHeader, rq.id)
	rs.Header.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	rs.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	if rq.close || !rq.drained(ctx) {
		// What is left of the body must not be taken for the next request.
		ctx.SetConnectionClose()
		lingerOn(ctx.Conn())
	}
	status := rs.StatusCode()
	took := time.Since(rq.start)
	s.metrics.request(rq, string(ctx.Method()), status, took)

	level := zap.InfoLevel
	if status >= 500 && status != fasthttp.StatusInsufficientStorage {
		level = zap.ErrorLevel
	}
	if e := rq.log.Check(level, "request"); e != nil {
		fields := make([]zap.Field, 0, 10)
		fields = append(fields,
			zap.String("method", loggable(string(ctx.Method()))),
			zap.String("path", loggable(pathOf(&ctx.Request.Header))),
			zap.Int("status", status),
			zap.Float64("ms", float64(took.Microseconds())/1000),
			zap.Int64("in", rq.bodySize),
			zap.Int("out", responseSize(rs)),
			zap.Stringer("remote", ctx.RemoteAddr()))
		if rq.who.KeyID != "" {
			fields = append(fields, zap.String("key", rq.who.KeyID), zap.String("tenant", loggable(rq.who.Tenant)))
		}
		if rq.session != "" {
			fields = append(fields, zap.String("session", loggable(rq.session)))
		}
		if rq.code != "" {
			fields = append(fields, zap.String("error", rq.code))
		}
		e.Write(fields...)
	}
}

// responseSize returns the bytes of a response's body.
func responseSize(rs *fasthttp.Response) int {
	if rs.IsBodyStream() { // whose Body would read it
		return max(0, rs.Header.ContentLength())
	}
	return len(rs.Body())
}

// fasthttpLog takes what fasthttp has to say about connections. What concerns a
// request is in the access log already.
type fasthttpLog struct{ log *zap.Logger }

// The arguments stay out: an error quotes the request, its query included.
func (l fasthttpLog) Printf(format string, _ ...any) {
	l.log.Debug("http", zap.String("text", format))
}
