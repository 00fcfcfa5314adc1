package api

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
	"go.uber.org/zap"

	"github.com/buntime/buntime/storage"
)

const (
	idempotencyHeader = "Idempotency-Key"
	replayedHeader    = "Idempotency-Replayed" // on a response that is the first one again

	// recordTTL is how long a first response is given again.
	recordTTL = 24 * time.Hour

	// maxSecrets bounds the responses that are kept in memory only.
	maxSecrets = 1024
)

// onlyOnce knows which requests with an Idempotency-Key run and which have been
// answered.
type onlyOnce struct {
	store *storage.Store

	mu      sync.Mutex
	running map[storage.RecordKey]struct{} // guarded by mu
	// secrets are the responses that hold a key's secret: the server keeps those
	// nowhere else, so they are gone after a restart.
	secrets map[storage.RecordKey]secretRecord // guarded by mu
}

type secretRecord struct {
	data  []byte
	until time.Time
}

func newOnlyOnce(store *storage.Store) *onlyOnce {
	return &onlyOnce{store: store, running: make(map[storage.RecordKey]struct{}), secrets: make(map[storage.RecordKey]secretRecord)}
}

// begin reports whether the caller is the one to run the request; if so it must
// call end.
func (o *onlyOnce) begin(key storage.RecordKey) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.running[key]; ok {
		return false
	}
	o.running[key] = struct{}{}
	return true
}

func (o *onlyOnce) end(key storage.RecordKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.running, key)
}

// record returns what was kept under key, nil if nothing.
func (o *onlyOnce) record(key storage.RecordKey, secret bool, now time.Time) ([]byte, error) {
	if secret {
		o.mu.Lock()
		defer o.mu.Unlock()
		if r, ok := o.secrets[key]; ok && now.Before(r.until) {
			return r.data, nil
		}
		return nil, nil
	}
	data, err := o.store.Record(key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return data, err
}

// keep keeps data under key.
func (o *onlyOnce) keep(ctx context.Context, key storage.RecordKey, secret bool, session string, data []byte, now time.Time) error {
	if !secret {
		return o.store.PutRecord(ctx, key, session, data, recordTTL)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, r := range o.secrets {
		if now.After(r.until) || len(o.secrets) >= maxSecrets {
			delete(o.secrets, k)
		}
	}
	o.secrets[key] = secretRecord{data: data, until: now.Add(recordTTL)}
	return nil
}

// serveOnce has a request handled unless one with the same key was before.
func (s *Server) serveOnce(rq *request, keys [][]byte) *response {
	if len(keys) > 1 || !validIdempotencyKey(keys[0]) {
		return s.failed(rq, &Error{Code: CodeInvalidRequest, Message: idempotencyHeader + " must be 1 to 255 printable ASCII characters, once",
			Details: map[string]any{"field": idempotencyHeader, "limit": 255, "value": len(keys[0])}})
	}
	key := storage.RecordKey{Tenant: rq.who.Tenant, Route: rq.route.method + " " + pathOf(&rq.http.Request.Header), Key: string(keys[0])}
	conflict := &Error{Code: CodeConflict, Details: map[string]any{"field": idempotencyHeader}}
	if !s.once.begin(key) {
		conflict.Message = "the first request with this idempotency key still runs"
		return s.failed(rq, conflict)
	}
	defer s.once.end(key)

	hash := sha256.Sum256(rq.body)
	now := s.cfg.Now()
	old, err := s.once.record(key, rq.route.secret, now)
	if err != nil {
		return s.failed(rq, err)
	}
	if old != nil {
		r, ok := decodeRecord(old)
		if !ok {
			return s.failed(rq, errors.New("an idempotency record is malformed"))
		}
		if r.hash != hash {
			conflict.Message = "this idempotency key was used with another body"
			return s.failed(rq, conflict)
		}
		rs := &response{status: r.status, body: r.body}
		rs.header(fasthttp.HeaderContentType, jsonType)
		rs.header(replayedHeader, "true")
		return rs
	}

	rs := s.dispatch(rq)
	// A 429 is kept no more than a 5xx: both ask to try again.
	if rs.status >= 500 || rs.status == fasthttp.StatusTooManyRequests {
		return rs
	}
	// What a request got done holds something of its session, which may have
	// expired or been deleted since. A refused one may name a session that its
	// tenant does not see.
	bound := rq.session
	if bound != "" && rs.status >= 400 {
		if _, err := s.cfg.Sessions.Get(rq.ctx, rq.who.Sees(), bound); err != nil {
			bound = ""
		}
	}
	data := encodeRecord(record{hash: hash, status: rs.status, body: rs.body})
	if err := s.once.keep(rq.ctx, key, rq.route.secret, bound, data, now); err != nil && !errors.Is(err, storage.ErrNotFound) {
		rq.log.Warn("response not kept for its idempotency key", zap.String("cause", loggable(err.Error())))
	}
	return rs
}

func validIdempotencyKey(k []byte) bool {
	if len(k) == 0 || len(k) > 255 {
		return false
	}
	for _, c := range k {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// record is a response that is kept.
type record struct {
	hash   [sha256.Size]byte // of the request's body
	status int
	body   []byte
}

func encodeRecord(r record) []byte {
	b := make([]byte, 0, len(r.hash)+2+len(r.body))
	b = append(b, r.hash[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(r.status))
	return append(b, r.body...)
}

func decodeRecord(b []byte) (r record, ok bool) {
	if len(b) < len(r.hash)+2 {
		return r, false
	}
	b = b[copy(r.hash[:], b):]
	r.status = int(binary.BigEndian.Uint16(b))
	r.body = b[2:]
	return r, true
}
