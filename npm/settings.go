package npm

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// configure is `npm config` and `npm get`: what holds for the project. What is
// secret is not shown.
func (cmd *command) configure(args []string) int {
	var words []string
	location := ""
	for i := 0; i < len(args); i++ {
		name, _, _ := strings.Cut(args[i], "=")
		switch {
		case name == "--location" || name == "-L":
			location = optionValue(args, &i)
		case name == "-g" || name == "--global":
			location = "global"
		case !strings.HasPrefix(name, "-"):
			words = append(words, args[i])
		}
	}
	if len(words) == 0 {
		return cmd.failed(fail("EUSAGE", "", "npm config get [key …] | set key=value … | delete key …"))
	}
	p, err := cmd.project()
	if err != nil {
		return cmd.failed(err)
	}
	set, err := loadSettings(cmd.c.cfg, cmd.env, p.root, options{})
	if err != nil {
		return cmd.failed(err)
	}
	keys := words[1:]
	switch words[0] {
	case "get":
		return cmd.configGet(set, keys)
	case "set", "delete":
		if len(keys) == 0 {
			return cmd.failed(fail("EUSAGE", "", "npm config %s takes keys", words[0]))
		}
		if location != "" && location != "project" {
			return cmd.failed(fail("EUNSUPPORTED", "", "there is only the project's .npmrc here: use --location=project"))
		}
		if words[0] == "set" && len(keys) == 2 && !strings.Contains(keys[0], "=") {
			keys = []string{keys[0] + "=" + keys[1]}
		}
		if err := editConfig(p, keys, words[0] == "delete"); err != nil {
			return cmd.failed(err)
		}
		return 0
	}
	return cmd.failed(fail("EUNSUPPORTED", "", "npm config %s is not supported here: get, set and delete are; settings are in .npmrc", cut(words[0], 40)))
}

// shownDefaults are the values that settings have if nothing sets them, of those
// that are asked for.
var shownDefaults = map[string]string{
	"save-prefix": "^", "save": "true", "save-exact": "false", "package-lock": "true", "legacy-peer-deps": "false", "strict-peer-deps": "false",
	"ignore-scripts": "true", "audit": "false", "fund": "false", "tag": "latest", "omit": "", "init-version": "1.0.0", "init-license": "ISC", "global": "false",
}

func (s *settings) value(key string) (string, bool) {
	switch {
	case key == "registry":
		return s.registry, s.registry != ""
	case key == "save-prefix" && s.saveExact:
		return "", true
	}
	if v, ok := s.said[key]; ok {
		return v, true
	}
	v, ok := shownDefaults[key]
	return v, ok
}

func (cmd *command) configGet(set *settings, keys []string) int {
	if len(keys) == 0 {
		return cmd.failed(fail("EUSAGE", "", "name the settings to get"))
	}
	for _, key := range keys {
		if strings.HasPrefix(key, "_") || strings.HasPrefix(key, "//") && strings.Contains(key, ":_") {
			return cmd.failed(fail("EUSAGE", "", "The %s option is protected, and can not be retrieved in this way", cut(key, 100)))
		}
		v, ok := set.value(key)
		if !ok {
			v = "undefined"
		}
		if len(keys) > 1 {
			v = key + "=" + v
		}
		fmt.Fprintln(cmd.env.Stdout, v)
	}
	return 0
}

// editConfig changes lines of the project's .npmrc, and leaves the others.
func editConfig(p *project, keys []string, remove bool) error {
	name := path.Join(p.root, ".npmrc")
	var lines []string
	if exists(p.files, name) {
		b, err := readFile(p.files, name, maxConfig)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(b)) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
			key = strings.TrimSpace(key)
			if key == "" || key[0] == ';' || key[0] == '#' {
				continue // npm keeps no comments
			}
			if ok {
				key += "=" + strings.TrimSpace(value)
			}
			lines = append(lines, key)
		}
	}
	for _, pair := range keys {
		key, value, _ := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		if key == "" || strings.ContainsAny(pair, "\r\n\x00") {
			return fail("EINVALIDCONFIG", "", "%q is no setting", cut(pair, 60))
		}
		at := slices.IndexFunc(lines, func(l string) bool { return l == key || strings.HasPrefix(l, key+"=") })
		line := key + "=" + value
		switch {
		case remove && at >= 0:
			lines = slices.Delete(lines, at, at+1)
		case remove:
		case at >= 0:
			lines[at] = line
		default:
			lines = append(lines, line)
		}
	}
	text := strings.Join(lines, "\n") + "\n"
	if len(text) > maxConfig {
		return fail("ELIMIT", "", ".npmrc is larger than %d bytes", maxConfig)
	}
	_, err := p.replace(name, []byte(text))
	return err
}

// absent are npm's and Bun's commands that are not there, and what to do instead.
var absent = map[string]string{
	"audit":        "there is no advisory service here: npm outdated shows what has newer versions",
	"login":        "a registry's token goes into .npmrc: //host/:_authToken=${TOKEN}",
	"adduser":      "a registry's token goes into .npmrc: //host/:_authToken=${TOKEN}",
	"logout":       "a registry's token is in .npmrc",
	"whoami":       "no account is used here",
	"publish":      "nothing is published from here",
	"unpublish":    "nothing is published from here",
	"deprecate":    "nothing is published from here",
	"dist-tag":     "nothing is published from here: npm view NAME dist-tags shows the tags",
	"access":       "nothing is published from here",
	"owner":        "nothing is published from here",
	"token":        "a registry's token goes into .npmrc: //host/:_authToken=${TOKEN}",
	"pack":         "archives for a registry are not made here: tar makes archives",
	"link":         "there is nothing global here to link to: use a workspace, or a dependency file:../folder",
	"ln":           "there is nothing global here to link to: use a workspace, or a dependency file:../folder",
	"search":       "the registry is not searched from here: npm view NAME shows a package",
	"fund":         "npm view NAME funding shows it",
	"rebuild":      "no script of a package is ever run, and there is no native code",
	"edit":         "there is no editor here",
	"docs":         "there is no browser here: npm view NAME homepage shows the address",
	"home":         "there is no browser here: npm view NAME homepage shows the address",
	"repo":         "there is no browser here: npm view NAME repository.url shows the address",
	"bugs":         "there is no browser here: npm view NAME bugs.url shows the address",
	"star":         "no account is used here",
	"query":        "npm ls --all --json shows what is installed",
	"sbom":         "npm ls --all --json shows what is installed",
	"diff":         "versions are not compared here",
	"doctor":       "there is no installation to look at",
	"cache":        "the server keeps packages for all its sessions, and its store is not a session's",
	"shrinkwrap":   "rename package-lock.json to npm-shrinkwrap.json",
	"fmt":          "a formatter such as prettier runs with bunx",
	"check":        "types are not checked here: bunx tsc --noEmit does, if typescript is installed",
	"build":        "programs are not bundled here: bun FILE runs TypeScript as it is, and Bun.Transpiler makes JavaScript of it",
	"create":       "name a template: bun create vite my-app",
	"repl":         "there is no terminal for a prompt: use bun -e or bun -p",
	"upgrade":      "the runtime is the server's",
	"patch":        "packages stay as their registry has them: use overrides in package.json",
	"patch-commit": "packages stay as their registry has them: use overrides in package.json",
	"completions":  "the shell here completes nothing",
	"feedback":     "nothing is sent from here",
	"scan":         "there is no advisory service here: bun outdated shows what has newer versions",
	"trust":        "no script of a package is ever run",
	"migrate":      "bun install reads package-lock.json",
	"fetch":        "bun install fetches what is missing",
	"licenses":     "bun info NAME license shows one",
}

// refuse says why a command is not there.
func (cmd *command) refuse(name string) int {
	who := "npm"
	if cmd.bun {
		who = "bun"
	}
	why := absent[name]
	if why == "" {
		return cmd.failed(fail("EUNSUPPORTED", "", "Unknown command: %q: %s has install, ci, add, remove, update, ls, outdated, run and exec here, among others", cut(name, 60), who))
	}
	return cmd.failed(fail("EUNSUPPORTED", "", "%s %s is not supported here: %s", who, name, why))
}
