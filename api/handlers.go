package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
	"go.uber.org/zap"

	"github.com/buntime/buntime/session"
)

// runResult is the body of a 200 of /run and /execute, and the details of their
// 507. Times are in ms.
type runResult struct{ *session.Result }

// MarshalJSON writes what the contract has. A program's value was found to be JSON
// when it ended, which encoding/json would find out twice again.
func (r runResult) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 512+len(r.Stdout)+len(r.Stderr)+len(r.Value))
	b = appendText(append(b, `{"stdout":`...), r.Stdout)
	b = appendText(append(b, `,"stderr":`...), r.Stderr)
	b = strconv.AppendInt(append(b, `,"exitCode":`...), int64(r.ExitCode), 10)
	b = appendMs(append(b, `,"executionTime":`...), r.WallTime)
	b = appendMs(append(b, `,"cpuTime":`...), r.CPUTime)
	b = strconv.AppendInt(append(b, `,"memoryUsed":`...), r.MemoryPeak, 10) // beyond the image
	b = strconv.AppendBool(append(b, `,"timedOut":`...), r.TimedOut)
	b = append(b, `,"filesWritten":[`...)
	for i, name := range r.Written {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, name)
	}
	b = append(b, ']')
	if r.Value != nil {
		value := []byte(r.Value)
		if bytes.IndexByte(value, '\n') >= 0 || bytes.IndexByte(value, '\r') >= 0 { // a line of a stream has none
			var one bytes.Buffer
			if err := json.Compact(&one, value); err != nil {
				return nil, err
			}
			value = one.Bytes()
		}
		b = append(append(b, `,"result":`...), value...)
	}
	b = strconv.AppendInt(append(b, `,"fuel":`...), r.Fuel, 10)
	b = strconv.AppendBool(append(b, `,"truncated":{"stdout":`...), r.StdoutTruncated)
	b = strconv.AppendBool(append(b, `,"stderr":`...), r.StderrTruncated)
	b = append(b, `},"limit":`...)
	if r.Limit == nil {
		return append(b, "null}"...), nil
	}
	b = appendText(append(b, `{"kind":`...), r.Limit.Kind) // time (ms), fuel (units), memory or disk (bytes)
	b = strconv.AppendInt(append(b, `,"used":`...), r.Limit.Used, 10)
	b = strconv.AppendInt(append(b, `,"limit":`...), r.Limit.Limit, 10)
	return append(b, "}}"...), nil
}

// appendText appends s as JSON.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := encode(s) // of a string: cannot fail
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendMs(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, float64(d.Microseconds())/1000, 'f', -1, 64)
}

// run handles POST /run: a program in a fresh sandbox of which nothing is kept.
func (s *Server) run(rq *request) (*response, error) {
	r, err := decodeExecute(s.decoder(rq), true)
	if err != nil {
		return nil, err
	}
	tenant := rq.who.Tenant
	return s.execution(rq, &r, func(ctx context.Context) (*session.Result, error) {
		return s.cfg.Sessions.Run(ctx, tenant, &r.Execution, r.Limits, r.Egress)
	})
}

// execute handles POST /execute: a program in a session.
func (s *Server) execute(rq *request) (*response, error) {
	r, err := decodeExecute(s.decoder(rq), false)
	rq.session = r.SessionID
	if err != nil {
		return nil, err
	}
	sees := rq.who.Sees()
	return s.execution(rq, &r, func(ctx context.Context) (*session.Result, error) {
		return s.cfg.Sessions.Execute(ctx, sees, r.SessionID, &r.Execution)
	})
}

// execution answers what f does with r, at once or as a stream.
func (s *Server) execution(rq *request, r *executeRequest, f func(context.Context) (*session.Result, error)) (*response, error) {
	if r.Stream {
		return s.streamed(rq, &r.Execution, f)
	}
	res, err := whileThere(rq, f)
	if err != nil {
		return nil, err
	}
	return executed(res)
}

// executed tells how an execution ended.
func executed(res *session.Result) (*response, error) {
	body := runResult{res}
	if l := res.Limit; l != nil {
		switch l.Kind {
		case "memory":
			return nil, &Error{Code: CodeMemoryLimit, Message: fmt.Sprintf("the program needed more than its %d bytes of memory", l.Limit), Details: body}
		case "disk":
			return nil, &Error{Code: CodeDiskFull, Message: fmt.Sprintf("the program needed more than its %d bytes of disk", l.Limit), Details: body}
		}
	}
	return answered(body.MarshalJSON())
}

// resourceLimits are a session's limits as the contract writes them.
type resourceLimits struct {
	Memory  int     `json:"memory"`  // MB
	CPU     float64 `json:"cpu"`     // cores
	Timeout int     `json:"timeout"` // seconds
	Disk    int     `json:"disk"`    // MB
}

func limitsOf(l session.Limits) resourceLimits {
	return resourceLimits{Memory: l.MemoryMB, CPU: l.CPU, Timeout: l.TimeoutS, Disk: l.DiskMB}
}

// created is the body of a 200 of POST /sessions/create.
type created struct {
	SessionID      string          `json:"sessionId"`
	ExpiresAt      string          `json:"expiresAt"`
	PreviewURL     string          `json:"previewUrl"`
	CreatedAt      string          `json:"createdAt"`
	ResourceLimits resourceLimits  `json:"resourceLimits"`
	Metadata       json.RawMessage `json:"metadata"`
	Egress         json.RawMessage `json:"egress"`
}

// createSession handles POST /sessions/create.
func (s *Server) createSession(rq *request) (*response, error) {
	r, err := decodeCreate(s.decoder(rq))
	if err != nil {
		return nil, err
	}
	i, err := s.cfg.Sessions.Create(rq.ctx, session.CreateOptions{
		Tenant: rq.who.Tenant, TTL: r.TTL, Metadata: r.Metadata, Limits: r.Limits, Egress: r.Egress,
	})
	if err != nil {
		return nil, err
	}
	rq.session = i.ID
	return answer(created{
		SessionID: i.ID, ExpiresAt: isoTime(i.ExpiresAt), PreviewURL: s.previewURL(i.ID), CreatedAt: isoTime(i.CreatedAt),
		ResourceLimits: limitsOf(i.Limits), Metadata: object(i.Metadata), Egress: i.Egress,
	})
}

// object returns a session's metadata, {} if it has none.
func object(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("{}")
	}
	return raw
}

// sessionInfo is a session as GET, PATCH and the list show it.
type sessionInfo struct {
	SessionID       string          `json:"sessionId"`
	CreatedAt       string          `json:"createdAt"`
	ExpiresAt       string          `json:"expiresAt"`
	LastActive      string          `json:"lastActive"`
	State           session.State   `json:"state"`
	FilesCount      int             `json:"filesCount"`
	ActiveProcesses int             `json:"activeProcesses"`
	Metadata        json.RawMessage `json:"metadata"`
	PreviewURL      string          `json:"previewUrl"`
	ResourceLimits  resourceLimits  `json:"resourceLimits"`
	Egress          json.RawMessage `json:"egress"`
	Usage           usage           `json:"usage"`
}

type usage struct {
	CPUMs       float64 `json:"cpuMs"`
	Fuel        int64   `json:"fuel"`
	DiskBytes   int64   `json:"diskBytes"`
	MemoryBytes int64   `json:"memoryBytes"` // the most that an execution held
	Executions  int64   `json:"executions"`
}

func (s *Server) describe(i session.Info) sessionInfo {
	return sessionInfo{
		SessionID: i.ID, CreatedAt: isoTime(i.CreatedAt), ExpiresAt: isoTime(i.ExpiresAt), LastActive: isoTime(i.LastActive),
		State: i.State, FilesCount: i.Files, ActiveProcesses: i.Processes, Metadata: object(i.Metadata), PreviewURL: s.previewURL(i.ID),
		ResourceLimits: limitsOf(i.Limits), Egress: i.Egress,
		Usage: usage{i.Usage.CPUMs, i.Usage.Fuel, i.Usage.DiskBytes, i.Usage.MemoryBytes, i.Usage.Executions},
	}
}

// getSession handles GET /sessions/{id}.
func (s *Server) getSession(rq *request) (*response, error) {
	rq.session = rq.param
	if _, err := rq.query(); err != nil {
		return nil, err
	}
	i, err := s.cfg.Sessions.Get(rq.ctx, rq.who.Sees(), rq.param)
	if err != nil {
		return nil, err
	}
	return answer(s.describe(i))
}

// listSessions handles GET /sessions.
func (s *Server) listSessions(rq *request) (*response, error) {
	q, err := rq.query("limit", "offset")
	if err != nil {
		return nil, err
	}
	offset, limit, err := page(q)
	if err != nil {
		return nil, err
	}
	list, total, err := s.cfg.Sessions.List(rq.ctx, rq.who.Sees(), offset, limit)
	if err != nil {
		return nil, err
	}
	out := struct {
		Sessions []sessionInfo `json:"sessions"`
		Total    int           `json:"total"`
	}{make([]sessionInfo, len(list)), total}
	for i := range list {
		out.Sessions[i] = s.describe(list[i])
	}
	return answer(out)
}

// updateSession handles PATCH /sessions/{id}.
func (s *Server) updateSession(rq *request) (*response, error) {
	rq.session = rq.param
	r, err := decodeUpdate(s.decoder(rq))
	if err != nil {
		return nil, err
	}
	i, err := s.cfg.Sessions.Update(rq.ctx, rq.who.Sees(), rq.param, session.Update{TTL: r.TTL, Metadata: r.Metadata})
	if err != nil {
		return nil, err
	}
	return answer(s.describe(i))
}

// deleteSession handles DELETE /sessions/{id}.
func (s *Server) deleteSession(rq *request) (*response, error) {
	rq.session = rq.param
	if _, err := rq.query(); err != nil {
		return nil, err
	}
	if err := s.cfg.Sessions.Delete(rq.ctx, rq.who.Sees(), rq.param); err != nil {
		return nil, err
	}
	return answer(struct {
		Deleted   bool   `json:"deleted"`
		SessionID string `json:"sessionId"`
	}{true, rq.param})
}

// key is an API key as the contract shows it.
type key struct {
	ID        string  `json:"id"`
	Key       string  `json:"key,omitempty"` // the secret, once
	Name      string  `json:"name"`
	Tenant    string  `json:"tenant"`
	CreatedAt string  `json:"createdAt"`
	ExpiresAt *string `json:"expiresAt"` // null: never
	LastUsed  *string `json:"lastUsed"`  // null: never
}

func describeKey(k session.Key, secret string) key {
	at := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := isoTime(t)
		return &text
	}
	return key{ID: k.ID, Key: secret, Name: k.Name, Tenant: k.Tenant, CreatedAt: isoTime(k.CreatedAt), ExpiresAt: at(k.ExpiresAt), LastUsed: at(k.LastUsed)}
}

// createKey handles POST /keys.
func (s *Server) createKey(rq *request) (*response, error) {
	r, err := decodeKey(s.decoder(rq))
	if err != nil {
		return nil, err
	}
	k, secret, err := s.cfg.Keys.Create(rq.ctx, r.Name, r.Tenant, r.Expires)
	if err != nil {
		return nil, err
	}
	return answer(describeKey(k, secret))
}

// listKeys handles GET /keys.
func (s *Server) listKeys(rq *request) (*response, error) {
	if _, err := rq.query(); err != nil {
		return nil, err
	}
	list, err := s.cfg.Keys.List()
	if err != nil {
		return nil, err
	}
	out := struct {
		Keys []key `json:"keys"`
	}{make([]key, len(list))}
	for i := range list {
		out.Keys[i] = describeKey(list[i], "")
	}
	return answer(out)
}

// deleteKey handles DELETE /keys/{id}.
func (s *Server) deleteKey(rq *request) (*response, error) {
	if err := s.cfg.Keys.Delete(rq.ctx, rq.param); err != nil {
		return nil, err
	}
	return answer(struct {
		Deleted bool   `json:"deleted"`
		ID      string `json:"id"`
	}{true, rq.param})
}

// rotateKey handles POST /keys/{id}/rotate.
func (s *Server) rotateKey(rq *request) (*response, error) {
	grace, err := decodeRotate(s.decoder(rq))
	if err != nil {
		return nil, err
	}
	k, secret, err := s.cfg.Keys.Rotate(rq.ctx, rq.param, grace)
	if err != nil {
		return nil, err
	}
	return answer(describeKey(k, secret))
}

// health handles GET /health.
func (s *Server) health(*request) (*response, error) {
	return answer(struct {
		Status  string `json:"status"`
		Version string `json:"version"`
	}{"ok", s.cfg.Version})
}

// status is the body of the health checks.
type status struct {
	Status string `json:"status"`
}

// live handles GET /health/live: this process answers.
func (s *Server) live(*request) (*response, error) { return answer(status{"ok"}) }

// ready handles GET /health/ready: storage can be written and the engine can run.
func (s *Server) ready(rq *request) (*response, error) {
	ctx, cancel := context.WithTimeout(rq.ctx, 5*time.Second)
	defer cancel()
	err := s.cfg.Sessions.Ready(ctx)
	part := "storage"
	if err == nil && s.cfg.Warm != nil {
		part = "engine"
		err = s.cfg.Warm(ctx)
	}
	if errors.Is(err, session.ErrClosed) {
		return nil, err
	}
	if err != nil {
		rq.log.Warn("not ready", zap.String("part", part), zap.Error(err))
		return nil, &Error{Code: CodeOverloaded, Message: part + " is not ready", Retry: time.Second, Details: map[string]any{"part": part}}
	}
	return answer(status{"ok"})
}

// metricsText handles GET /metrics.
func (s *Server) metricsText(rq *request) (*response, error) {
	b, contentType, err := s.metrics.gather(string(rq.http.Request.Header.Peek(fasthttp.HeaderAccept)))
	if err != nil {
		return nil, err
	}
	rs := &response{status: fasthttp.StatusOK, body: b}
	rs.header(fasthttp.HeaderContentType, contentType)
	return rs, nil
}
