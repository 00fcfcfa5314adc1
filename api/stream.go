package api

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/valyala/fasthttp"
	"go.uber.org/zap"

	"github.com/buntime/buntime/session"
)

// events is the body of a streamed answer: server-sent events of what a program
// prints, each as {"text"}, and at the end one event, result or error, with what
// the body would be without a stream. The program never waits for its client: what
// is not read yet is kept, and counts in the budget of all guests. Who reads it is
// fasthttp.
type events struct {
	conn    net.Conn
	timeout time.Duration // of one write
	quiet   time.Duration // see Config.QuietTime
	held    *session.Holding
	client  *clientWatch // ends the program
	log     *zap.Logger
	start   time.Time
	sent    int64

	wake  chan struct{} // has one element if there may be something new
	ended chan struct{} // closed when the program ended

	mu    sync.Mutex
	queue []event // guarded by mu; not read yet
	buf   []byte  // guarded by mu; what is left of an event that was read in part
	any   bool    // guarded by mu; the answer is a stream
	none  bool    // guarded by mu; the answer is no stream
}

// eventSize is about what an event takes beside its text.
const eventSize = 96

// event is an event before it is written. Output that follows output of the same
// name is one event with it, so that what is kept is hardly more than what was printed.
type event struct {
	name string
	text []byte // printed; nil in the last one
	data []byte // of the last one: JSON, without line breaks
}

// streamed answers with events what f does, which runs on a goroutine of its own
// until the body is closed and gives a copy of what x prints. An error of f before
// the program printed anything is returned, and no stream begins, but for one that
// comes after QuietTime: by then the client has its headers.
func (s *Server) streamed(rq *request, x *session.Execution, f func(context.Context) (*session.Result, error)) (*response, error) {
	if len(rq.http.Request.Header.Peek(idempotencyHeader)) > 0 {
		return nil, invalidField("stream", "must be false in a request with an Idempotency-Key: a stream cannot be given again")
	}
	e := &events{
		conn: rq.http.Conn(), timeout: s.cfg.WriteTimeout, quiet: s.cfg.QuietTime, held: s.cfg.Sessions.Hold(rq.who.Tenant), log: rq.log, start: rq.start,
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	var ctx context.Context
	ctx, e.client = watched(rq)
	out, errs := &printed{e: e, name: "stdout"}, &printed{e: e, name: "stderr"}
	x.Stdout, x.Stderr = out, errs
	var failed error
	id, log := rq.id, rq.log
	go func() {
		defer close(e.ended)
		res, err := guarded(ctx, log, f)
		out.end()
		errs.end()
		if err != nil && e.refuse() {
			failed = err
			return
		}
		if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return // the client is gone: nobody reads how it ended
		}
		var rs *response
		if err == nil {
			rs, err = executed(res)
		}
		if err != nil {
			e.add(event{name: "error", data: errorResponse(translate(log, err), id).body})
			return
		}
		e.add(event{name: "result", data: rs.body})
	}()
	quiet := time.NewTimer(e.quiet)
	defer quiet.Stop()
	select {
	case <-e.wake: // it printed
		e.signal()
	case <-e.ended:
	case <-quiet.C:
		if !e.begin() {
			<-e.ended
		}
	}
	if !e.begin() {
		_ = e.Close()
		return nil, e.client.why(rq, failed)
	}
	rs := &response{status: fasthttp.StatusOK, stream: e, size: -1}
	rs.header(fasthttp.HeaderContentType, "text/event-stream")
	rs.header("X-Accel-Buffering", "no") // proxies pass it on at once
	return rs, nil
}

// guarded calls f, whose panic ends this answer and not the server: no handler's
// frame is above it that would recover.
func guarded(ctx context.Context, log *zap.Logger, f func(context.Context) (*session.Result, error)) (res *session.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, panicked(log, p)
		}
	}()
	return f(ctx)
}

// add puts an event behind the others.
func (e *events) add(v event) {
	e.mu.Lock()
	e.any = true
	if n := len(e.queue); n > 0 && v.data == nil && e.queue[n-1].name == v.name {
		e.queue[n-1].text = append(e.queue[n-1].text, v.text...)
	} else {
		e.queue = append(e.queue, v)
		e.held.Note(eventSize)
	}
	e.held.Note(int64(len(v.text) + len(v.data)))
	e.mu.Unlock()
	e.signal()
}

// take fills b with what is there. The caller holds mu.
func (e *events) take(b []byte) int {
	if len(e.buf) == 0 && len(e.queue) > 0 {
		v := e.queue[0]
		if e.queue = e.queue[1:]; len(e.queue) == 0 {
			e.queue = nil
		}
		kept := eventSize + int64(len(v.text)+len(v.data))
		if v.data == nil {
			v.data = append(appendText([]byte(`{"text":`), session.Text(v.text)), '}')
		}
		e.buf = slices.Concat([]byte("event: "), []byte(v.name), []byte("\ndata: "), v.data, []byte("\n\n"))
		e.held.Note(int64(len(e.buf)) - kept)
	}
	n := copy(b, e.buf)
	if e.buf = e.buf[n:]; len(e.buf) == 0 {
		e.buf = nil
	}
	e.held.Note(-int64(n))
	return n
}

// begin makes the answer a stream, unless refuse made it none.
func (e *events) begin() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.any = !e.none
	return e.any
}

// refuse makes the answer no stream, unless it is one.
func (e *events) refuse() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.none = !e.any
	return e.none
}

func (e *events) signal() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Read waits for events. It returns io.EOF behind the last one.
func (e *events) Read(b []byte) (int, error) {
	quiet := time.NewTimer(e.quiet)
	defer quiet.Stop()
	for {
		over := false
		select {
		case <-e.ended:
			over = true
		default:
		}
		e.mu.Lock()
		n := e.take(b)
		e.mu.Unlock()
		if n == 0 && over {
			return 0, io.EOF
		}
		if n == 0 {
			select {
			case <-e.wake:
				continue
			case <-e.ended:
				continue
			case <-quiet.C:
				n = copy(b, ": it goes on\n\n")
			}
		}
		// The server's bound is for the whole of an answer; this one has no end.
		_ = e.conn.SetWriteDeadline(time.Now().Add(e.timeout)) // fails if the connection is closed
		e.sent += int64(n)
		return n, nil
	}
}

// Close ends the program, if it still runs, and waits for it.
func (e *events) Close() error {
	e.client.cancel()
	e.client.stop()
	<-e.ended
	e.held.Release()
	e.log.Info("stream ended", zap.Int64("out", e.sent), zap.Float64("ms", float64(time.Since(e.start).Microseconds())/1000))
	return nil
}

// printed makes events of what a program prints to one of its outputs, as it
// writes it. A character of which only a part was written waits for the rest.
type printed struct {
	e    *events
	name string
	part []byte // at most 3 bytes
}

// Prompt reports that writing never waits.
func (p *printed) Prompt() bool { return true }

func (p *printed) Write(b []byte) (int, error) {
	text := append(p.part, b...)
	whole := len(text)
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if tail := text[len(text)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= i
			}
			break
		}
	}
	p.part = append([]byte(nil), text[whole:]...)
	p.send(text[:whole:whole])
	return len(b), nil
}

// end sends what waits.
func (p *printed) end() { p.send(p.part) }

func (p *printed) send(b []byte) {
	if len(b) > 0 {
		p.e.add(event{name: p.name, text: b})
	}
}
