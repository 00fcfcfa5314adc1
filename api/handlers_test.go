package api

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/session"
)

// What is written by hand is what encoding/json makes of it, on one line.
func TestRunResultIsJSON(t *testing.T) {
	tests := map[string]struct {
		r    session.Result
		want string
	}{
		"nothing": {
			want: `{"stdout":"","stderr":"","exitCode":0,"executionTime":0,"cpuTime":0,"memoryUsed":0,"timedOut":false,"filesWritten":[],"fuel":0,"truncated":{"stdout":false,"stderr":false},"limit":null}`,
		},
		"all": {
			r: session.Result{
				Stdout: "a\"\\\n\x00\x7f<é😀\u2028", Stderr: "plain <&>", StdoutTruncated: true, ExitCode: -124, Value: json.RawMessage("{\n \"a\\n<\" : [1,\r\n2.50]}"),
				WallTime: 1234567 * time.Nanosecond, CPUTime: time.Hour, MemoryPeak: 1 << 40, Fuel: 1<<63 - 1, TimedOut: true, Written: []string{"a", "b\t"},
				Limit: &jsengine.LimitError{Kind: "time", Used: 2, Limit: 1},
			},
			want: `{"stdout":"a\"\\\n\u0000` + "\x7f" + `<é😀\u2028","stderr":"plain <&>","exitCode":-124,"executionTime":1.234,"cpuTime":3600000,"memoryUsed":1099511627776,"timedOut":true,"filesWritten":["a","b\t"],"result":{"a\n<":[1,2.50]},"fuel":9223372036854775807,"truncated":{"stdout":true,"stderr":false},"limit":{"kind":"time","used":2,"limit":1}}`,
		},
	}
	for name, tt := range tests {
		b, err := runResult{&tt.r}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if string(b) != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, b, tt.want)
		}
		if again, err := encode(runResult{&tt.r}); err != nil || string(again) != string(b) {
			t.Errorf("%s: encoding/json writes %s, %v", name, again, err)
		}
	}
}
