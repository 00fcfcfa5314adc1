package api

import (
	"encoding/json"
	"net/http"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
)

// The error codes of the HTTP contract.
const (
	CodeInvalidRequest   = "invalid_request"
	CodeUnauthorized     = "unauthorized"
	CodeForbidden        = "forbidden"
	CodeNotFound         = "not_found"
	CodeSessionNotFound  = "session_not_found"
	CodeFileNotFound     = "file_not_found"
	CodeMethodNotAllowed = "method_not_allowed"
	CodeRequestTimeout   = "request_timeout"
	CodeConflict         = "conflict"
	CodePayloadTooLarge  = "payload_too_large"
	CodeUnsupportedMedia = "unsupported_media_type"
	CodeRange            = "range_not_satisfiable"
	CodeHeadersTooLarge  = "headers_too_large"
	CodeRateLimit        = "rate_limit_exceeded"
	CodeQuota            = "quota_exceeded"
	CodeInternal         = "internal"
	CodeOverloaded       = "overloaded"
	CodeMemoryLimit      = "memory_limit_exceeded"
	CodeDiskFull         = "disk_full"
)

// statuses maps each code to its HTTP status.
var statuses = map[string]int{
	CodeInvalidRequest:   http.StatusBadRequest,
	CodeUnauthorized:     http.StatusUnauthorized,
	CodeForbidden:        http.StatusForbidden,
	CodeNotFound:         http.StatusNotFound,
	CodeSessionNotFound:  http.StatusNotFound,
	CodeFileNotFound:     http.StatusNotFound,
	CodeMethodNotAllowed: http.StatusMethodNotAllowed,
	CodeRequestTimeout:   http.StatusRequestTimeout,
	CodeConflict:         http.StatusConflict,
	CodePayloadTooLarge:  http.StatusRequestEntityTooLarge,
	CodeUnsupportedMedia: http.StatusUnsupportedMediaType,
	CodeRange:            http.StatusRequestedRangeNotSatisfiable,
	CodeHeadersTooLarge:  http.StatusRequestHeaderFieldsTooLarge,
	CodeRateLimit:        http.StatusTooManyRequests,
	CodeQuota:            http.StatusTooManyRequests,
	CodeInternal:         http.StatusInternalServerError,
	CodeOverloaded:       http.StatusServiceUnavailable,
	CodeMemoryLimit:      http.StatusInsufficientStorage,
	CodeDiskFull:         http.StatusInsufficientStorage,
}

// An Error is what a client is told when its request is not done.
type Error struct {
	Code    string        // one of the Code constants
	Message string        // for people; never host detail
	Details any           // an object: a map or a struct; nil stands for {}
	Retry   time.Duration // when trying again makes sense; 0: not said

	allow string // the Allow header of a 405
	size  int64  // of the file, in a 416
}

func (e *Error) Error() string { return "api: " + e.Code + ": " + e.Message }

// Status returns the HTTP status of e's code.
func (e *Error) Status() int { return statuses[e.Code] }

// body returns the JSON that tells a client of e.
func (e *Error) body(requestID string) []byte {
	type inner struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Details any    `json:"details"`
	}
	details := e.Details
	if details == nil {
		details = struct{}{}
	}
	b, err := json.Marshal(struct {
		Error     inner  `json:"error"`
		RequestID string `json:"requestId"`
	}{inner{e.Code, e.Message, details}, requestID})
	if err != nil { // a detail that is no JSON: a bug, and never a reason to say nothing
		return (&Error{Code: CodeInternal, Message: "the error could not be written"}).body(requestID)
	}
	return b
}

// panicked is what a client is told of a panic of ours; the log has the rest.
func panicked(log *zap.Logger, p any) *Error {
	log.Error("handler panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
	return &Error{Code: CodeInternal, Message: "internal error"}
}
