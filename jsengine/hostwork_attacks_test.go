package jsengine_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// I12: work that the host does for a program ends in a typed error, or with the
// program's fuel, memory or time; whatever it asks for, it takes no more.
func TestI12HostWorkAttacks(t *testing.T) { hostWorkAttacks(t, "hostwork", 1e8) }

// The same, of what Bun's own functions ask for.
func TestI12BunAttacks(t *testing.T) { hostWorkAttacks(t, "bun", 2e7) }

// The same, of keys, modes and digests that few programs use.
func TestI12CryptoAttacks(t *testing.T) { hostWorkAttacks(t, "crypto", 1e7) }

// I2, I3: a program's WebAssembly is bounded as its JavaScript is, and what it says of
// itself is believed of nothing.
func TestI3WasmAttacks(t *testing.T) { hostWorkAttacks(t, "wasm", 3e7) }

func hostWorkAttacks(t *testing.T, table string, fuel int64) {
	text, err := os.ReadFile("../testdata/attacks/" + table + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var attacks []struct {
		Name, Code, Error string
		Ends              string // "fuel", "limit" (of any kind), "any" (it ends, and not as it wants), "done" (it ends well, soon), or "" for an error
	}
	if err := json.Unmarshal(text, &attacks); err != nil {
		t.Fatal(err)
	}
	const prelude = `import crypto from "node:crypto"; import zlib from "node:zlib"; import http from "node:http"; import net from "node:net"; import dns from "node:dns"; import { promisify } from "node:util";
`
	for _, a := range attacks {
		t.Run(a.Name, func(t *testing.T) {
			var stdout bytes.Buffer
			fetcher := hostfuncs.NewFetcher(hostfuncs.FetcherConfig{})
			defer fetcher.Close()
			began := time.Now()
			r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{
				Code:     prelude + "try {\n" + a.Code + "\nconsole.log('done') } catch (e) { console.log('caught', e.code, e.message); process.exit(0) }",
				Language: "js", Stdout: &stdout, Net: fetcher,
				Limits: jsengine.Limits{Fuel: fuel, Memory: 96 << 20, Timeout: 2 * time.Minute},
			})
			if err != nil {
				t.Fatal(err)
			}
			if spent := time.Since(began); spent > 100*time.Second {
				t.Errorf("it took %v", spent)
			}
			out := stdout.String()
			if a.Ends == "done" {
				if !strings.HasSuffix(out, "done\n") {
					t.Errorf("printed %q, limit %v", out, r.Limit)
				}
				return
			}
			if a.Ends != "" {
				if a.Ends != "any" && r.Limit == nil || a.Ends == "fuel" && r.Limit.Kind != "fuel" || strings.Contains(out, "done") {
					t.Errorf("ended with limit %v, printed %q", r.Limit, out)
				}
				return
			}
			if !strings.HasPrefix(out, "caught") || !strings.Contains(out, a.Error) {
				t.Errorf("printed %q, limit %v; want an error %q", out, r.Limit, a.Error)
			}
		})
	}
}
