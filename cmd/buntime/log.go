package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"
)

// newLogger returns the logger of a server.
func newLogger(level, format string, w io.Writer) (*zap.Logger, error) {
	lvl, err := zapcore.ParseLevel(level)
	if err != nil || lvl > zapcore.ErrorLevel { // above it are those that end the process
		return nil, usage("--log-level %q is none of debug, info, warn and error", level)
	}
	if format == "auto" {
		format = "json"
		if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			format = "console"
		}
	}
	cfg := zap.NewProductionEncoderConfig()
	cfg.TimeKey = "time"
	cfg.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	cfg.EncodeDuration = zapcore.MillisDurationEncoder
	var enc zapcore.Encoder
	switch format {
	case "json":
		enc = zapcore.NewJSONEncoder(cfg)
	case "console":
		cfg.EncodeTime = zapcore.TimeEncoderOfLayout(time.TimeOnly)
		cfg.EncodeLevel = zapcore.CapitalLevelEncoder
		cfg.EncodeDuration = zapcore.StringDurationEncoder
		enc = zapcore.NewConsoleEncoder(cfg)
	default:
		return nil, usage("--log-format %q is none of console, json and auto", format)
	}
	return zap.New(zapcore.NewCore(enc, zapcore.Lock(oneLineWriter{zapcore.AddSync(w)}), lvl)), nil
}

// oneLineWriter keeps each record, which is one Write, on a line of its own, and
// from commanding a terminal: names and messages are not encoded in every
// format, and JSON leaves some separators of lines as they are. It escapes as
// JSON does, so JSON stays JSON.
type oneLineWriter struct{ zapcore.WriteSyncer }

func (w oneLineWriter) Write(p []byte) (int, error) {
	record := bytes.TrimSuffix(p, []byte("\n"))
	if bytes.IndexFunc(record, breaksLine) < 0 {
		return w.WriteSyncer.Write(p)
	}
	line := make([]byte, 0, len(p)+64)
	for len(record) > 0 {
		r, n := utf8.DecodeRune(record)
		if breaksLine(r) {
			line = fmt.Appendf(line, "\\u%04x", r)
		} else {
			line = append(line, record[:n]...)
		}
		record = record[n:]
	}
	if _, err := w.WriteSyncer.Write(append(line, '\n')); err != nil {
		return 0, err
	}
	return len(p), nil
}

// breaksLine is whether r is a control character, a tab excepted, that is, one
// of C0, C1 or DEL; a separator of lines; or no character.
func breaksLine(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == utf8.RuneError
}
