package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/rates"
	"github.com/buntime/buntime/jsengine"
)

// suite is a checkout and the engine that runs it.
type suite struct {
	dir     string
	engine  *jsengine.Engine
	harness map[string]string // by name; immutable
}

// test is a file of the suite, by its frontmatter.
type test struct {
	path     string // from the checkout's test folder, with slashes
	source   string
	includes []string
	flags    []string
	features []string
	phase    string // of the error that it must end with; "": none
	errType  string
}

func open(ctx context.Context, dir string) (*suite, error) {
	s := &suite{dir: dir, harness: map[string]string{}}
	root := filepath.Join(dir, "harness")
	names, err := rates.Find(root, ".", ".js", regexp.MustCompile(""))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		s.harness[name] = string(b)
	}
	s.engine, err = jsengine.Open(ctx, jsengine.Config{})
	return s, err
}

func (s *suite) close() { _ = s.engine.Close() } // nothing runs any more

// find lists the tests of folders.
func (s *suite) find(folders []string, match *regexp.Regexp) ([]*test, error) {
	root := filepath.Join(s.dir, "test")
	var list []*test
	for _, folder := range folders {
		names, err := rates.Find(root, folder, ".js", match)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if strings.Contains(path.Base(name), "_FIXTURE") {
				continue
			}
			b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			if err != nil {
				return nil, err
			}
			if t := parse(name, string(b)); !t.has("CanBlockIsFalse") { // here Atomics.wait blocks, as in Node
				list = append(list, t)
			}
		}
	}
	return list, nil
}

// parse reads a test's frontmatter, which is of a small part of YAML: keys with
// a text, a list in brackets or of lines with dashes, or keys that are indented.
func parse(p, source string) *test {
	t := &test{path: p, source: source}
	_, rest, found := strings.Cut(source, "/*---")
	head, _, ended := strings.Cut(rest, "---*/")
	if !found || !ended {
		return t
	}
	var list *[]string
	negative := false
	for line := range strings.Lines(strings.ReplaceAll(head, "\r", "\n")) {
		line = strings.TrimRight(line, " \n")
		text := strings.TrimSpace(line)
		if item, ok := strings.CutPrefix(text, "- "); ok && list != nil {
			*list = append(*list, strings.TrimSpace(item))
			continue
		}
		key, value, _ := strings.Cut(text, ":")
		value = strings.TrimSpace(value)
		if negative && line != text {
			switch key {
			case "phase":
				t.phase = value
			case "type":
				t.errType = value
			}
			continue
		}
		if line != text {
			continue // of a longer text
		}
		list, negative = nil, key == "negative"
		switch key {
		case "includes":
			list = &t.includes
		case "flags":
			list = &t.flags
		case "features":
			list = &t.features
		}
		if list != nil && strings.HasPrefix(value, "[") {
			for item := range strings.SplitSeq(strings.Trim(value, "[]"), ",") {
				if item = strings.TrimSpace(item); item != "" {
					*list = append(*list, item)
				}
			}
		}
	}
	return t
}

func (t *test) has(flag string) bool { return slices.Contains(t.flags, flag) }

// area is the folder that a test counts for: two levels.
func (t *test) area() string {
	parts := strings.Split(t.path, "/")
	return strings.Join(parts[:min(len(parts)-1, 2)], "/")
}

// run runs a test in each mode that it asks for, and returns "" or why it failed.
func (s *suite) run(ctx context.Context, t *test) string {
	if !t.has("onlyStrict") && !t.has("module") {
		if why := s.once(ctx, t, t.source); why != "" {
			return why
		}
	}
	if t.has("noStrict") || t.has("raw") || t.has("module") {
		if t.has("module") {
			return s.once(ctx, t, t.source)
		}
		return ""
	}
	if why := s.once(ctx, t, "\"use strict\";\n"+t.source); why != "" {
		return "strict: " + why
	}
	return ""
}

// outcome is what the program below prints in its last line.
type outcome struct {
	Phase string // of the error: "parse", "resolution", "runtime", or "" for none
	Name  string // its constructor's
	Text  string
	Done  string // what $DONE printed
}

// program runs a test: its files are scripts of the global scope, but for a module.
const program = `import vm from "node:vm";
const { harness, source, file, async, run, agents } = JSON.parse(IN);
const { parse: json, stringify } = JSON;
// agentsOf is the suite's interface to other agents, which are workers: what one reports, and the buffers that all get, are messages.
const agentsOf = ({ Worker, MessageChannel, receiveMessageOnPort }) => {
  const all = [], ends = [];
  const nap = new Int32Array(new SharedArrayBuffer(4)), { wait } = Atomics, { now } = performance;
  const clock = { sleep(ms) { wait(nap, 0, 0, ms); }, monotonicNow: now.bind(performance) };
  const prelude = "(" + other + ")(require(\"node:worker_threads\"));\n";
  return {
    ...clock,
    start(script) {
      const { port1, port2 } = new MessageChannel();
      const w = new Worker(prelude + script, { eval: true, workerData: port2, transferList: [port2] });
      w.on("error", (e) => failed("agent", e));
      w.unref();
      all.push(w);
      ends.push(port1);
    },
    broadcast(buffer) { for (const w of all) w.postMessage(buffer); },
    getReport() {
      for (const port of ends) {
        const m = receiveMessageOnPort(port);
        if (m !== undefined) return m.message;
      }
      return null;
    },
  };
};
// other makes $262 in another agent. It is sent as text.
const other = ({ parentPort, workerData }) => {
  const nap = new Int32Array(new SharedArrayBuffer(4));
  globalThis.$262 = {
    agent: {
      receiveBroadcast(f) { parentPort.on("message", f); },
      report(v) { workerData.postMessage(String(v)); },
      sleep(ms) { Atomics.wait(nap, 0, 0, ms); },
      monotonicNow: () => performance.now(),
      leaving() { parentPort.close(); },
    },
  };
};
const write = process.stdout.write, out = process.stdout, call = Function.prototype.call, text = String, exit = process.exit;
const result = { Phase: "", Name: "", Text: "", Done: "" };
const say = call.bind(write, out);
const failed = (phase, e) => {
  result.Phase = phase;
  try { result.Name = text(e.constructor.name); } catch { result.Name = typeof e; }
  try { result.Text = text(e); } catch {}
};
const realm = (global, evaluate) => ({
  global,
  evalScript: evaluate,
  gc() {},
  detachArrayBuffer(b) { if (!b.detached) structuredClone(b, { transfer: [b] }); return null; },
  createRealm() {
    const context = vm.createContext();
    const inner = realm(vm.runInContext("globalThis", context), (code) => vm.runInContext(code, context));
    inner.global.$262 = inner;
    return inner;
  },
  agent: global === globalThis && agents ? agentsOf(process.getBuiltinModule("node:worker_threads")) : {},
});
const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
define("$262", realm(globalThis, (code) => vm.runInThisContext(code)));
const alive = async && agents ? setInterval(() => {}, 1000) : undefined; // who waits asynchronously does not keep a program alive
define("print", (s) => {
  if (!text(s).startsWith("Test262:")) return;
  result.Done = text(s);
  clearInterval(alive);
});
const { runInThisContext } = vm;
const Script = vm.Script;
process.on("unhandledRejection", () => {});
process.on("uncaughtException", (e) => failed("runtime", e));
process.on("exit", () => say(stringify(result) + "\n"));
let ready = false;
try {
  for (const h of harness ?? []) runInThisContext(h.source, { filename: h.name });
  ready = true;
} catch (e) {
  failed("harness", e);
}
if (!ready) ;
else if (run !== undefined) {
  try { await import(run); } catch (e) { failed("module", e); }
} else {
  let script;
  try { script = new Script(source, { filename: file, importModuleDynamically: undefined }); } catch (e) { failed("parse", e); }
  if (script !== undefined) {
    try { script.runInThisContext(); } catch (e) { failed("runtime", e); }
  }
}
`

// once runs a source; "" or why it failed.
func (s *suite) once(ctx context.Context, t *test, source string) string {
	type file struct {
		Name   string `json:"name"`
		Source string `json:"source"`
	}
	in := struct {
		Harness []file `json:"harness"`
		Source  string `json:"source"`
		File    string `json:"file"`
		Run     string `json:"run,omitempty"`
		Async   bool   `json:"async"`
		Agents  bool   `json:"agents"`
	}{Source: source, File: "/workspace/" + t.path, Async: t.has("async"), Agents: slices.Contains(t.includes, "atomicsHelper.js")}
	if !t.has("raw") {
		names := []string{"assert.js", "sta.js"}
		if t.has("async") {
			names = append(names, "doneprintHandle.js")
		}
		for _, name := range append(names, t.includes...) {
			h, ok := s.harness[name]
			if !ok {
				return "there is no harness file " + name
			}
			in.Harness = append(in.Harness, file{name, h})
		}
	}
	ws := hostfuncs.NewWorkspace(hostfuncs.Config{})
	if err := s.files(ws, t); err != nil {
		return err.Error()
	}
	if t.has("module") {
		in.Run = in.File
	}
	b, err := json.Marshal(in)
	if err != nil {
		return err.Error()
	}
	quoted, _ := json.Marshal(string(b)) // of a string: cannot fail
	var stdout bytes.Buffer
	r, err := s.engine.Run(ctx, &jsengine.Program{
		Code: strings.Replace(program, "IN", string(quoted), 1), Language: "js", Entry: "/workspace/" + path.Dir(t.path) + "/[test262].mjs", Node: true,
		Stdout: &stdout, Files: ws, Limits: jsengine.Limits{Timeout: 60 * time.Second, Memory: 256 << 20},
	})
	switch {
	case err != nil:
		return err.Error()
	case r.Limit != nil:
		return r.Limit.Error()
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	var o outcome
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &o); err != nil {
		return fmt.Sprintf("it printed %.200q and ended with %d", stdout.String(), r.ExitCode)
	}
	return o.judge(t)
}

// judge says why an outcome is not what a test wants, or "".
func (o outcome) judge(t *test) string {
	if o.Phase == "harness" {
		return "harness: " + o.Text
	}
	if t.phase != "" {
		if o.Phase == "" {
			return fmt.Sprintf("no error, but a %s of phase %s", t.errType, t.phase)
		}
		if o.Name != t.errType || (o.Phase == "parse") != (t.phase == "parse") && o.Phase != "module" {
			return fmt.Sprintf("%s of phase %s, not %s of phase %s: %.300s", o.Name, o.Phase, t.errType, t.phase, o.Text)
		}
		return ""
	}
	if o.Phase != "" {
		return fmt.Sprintf("%s: %.300s", o.Phase, o.Text)
	}
	if t.has("async") && o.Done != "Test262:AsyncTestComplete" {
		return fmt.Sprintf("not complete: %.300q", o.Done)
	}
	return ""
}

// imported finds the names that a module may import.
var imported = regexp.MustCompile("[\"']\\./([^\"']+)[\"']")

// files puts a test and what it may import into a workspace.
func (s *suite) files(ws *hostfuncs.Workspace, t *test) error {
	put := func(name string, data []byte) error {
		if err := ws.MkdirAll("/workspace/"+path.Dir(name), 0o777); err != nil {
			return err
		}
		return ws.WriteFile("/workspace/"+name, data, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o666)
	}
	if err := put("package.json", []byte("{\"type\":\"module\"}")); err != nil {
		return err
	}
	done := map[string]bool{}
	var add func(name string, data []byte) error
	add = func(name string, data []byte) error {
		if done[name] {
			return nil
		}
		done[name] = true
		if err := put(name, data); err != nil {
			return err
		}
		for _, m := range imported.FindAllSubmatch(data, -1) {
			other := path.Join(path.Dir(name), string(m[1]))
			b, err := os.ReadFile(filepath.Join(s.dir, "test", filepath.FromSlash(other)))
			if err != nil {
				continue // one that is not to be found
			}
			if err := add(other, b); err != nil {
				return err
			}
		}
		return nil
	}
	return add(t.path, []byte(t.source))
}
