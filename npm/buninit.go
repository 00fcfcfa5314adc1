package npm

import (
	"context"
	"fmt"
	"path"
	"strings"
)

// bunInit is `bun init -y`: it writes what a project lacks, and installs what
// editors need. That it cannot be fetched is told and no error, as in Bun.
func (cmd *command) bunInit(ctx context.Context, args []string) int {
	yes, minimal := false, false
	for _, a := range args {
		switch a {
		case "-y", "--yes":
			yes = true
		case "-m", "--minimal":
			yes, minimal = true, true
		default:
			return cmd.failed(fail("EUNSUPPORTED", "", "bun init %s is not supported here: bun init -y and -m are", cut(a, 40)))
		}
	}
	if !yes {
		return cmd.failed(fail("EUNSUPPORTED", "", "there is no terminal to answer questions: use bun init -y"))
	}
	dir := cmd.env.Dir
	name := packageNamed(dir)
	p := &project{files: cmd.env.Files, root: dir, here: dir}
	changed, err := p.bunManifest(name, minimal)
	if err != nil {
		return cmd.failed(diskError(err))
	}
	list := []struct{ name, text, note string }{
		{".gitignore", bunIgnore, ""}, {"index.ts", "console.log(\"Hello via Bun!\");\n", ""},
		{"tsconfig.json", bunTypes, " (for bun check and editor autocomplete)"},
		{"README.md", strings.ReplaceAll(bunReadme, "NAME", name), ""},
	}
	if minimal {
		list = list[2:3]
	}
	for _, f := range list {
		if at := path.Join(dir, f.name); !exists(p.files, at) {
			if err := p.write(at, []byte(f.text)); err != nil {
				return cmd.failed(diskError(err))
			}
			fmt.Fprintf(cmd.env.Stdout, " + %s%s\n", f.name, f.note)
			changed = true
		}
	}
	if !changed {
		return 0
	}
	if !minimal {
		fmt.Fprint(cmd.env.Stdout, "\nTo get started, run:\n\n    bun run index.ts\n\n")
	}
	cmd.install(ctx, flags{options: options{bun: true}})
	return 0
}

// bunManifest puts what `bun init` writes, and is not there, into package.json. It
// reports whether that changed.
func (p *project) bunManifest(name string, minimal bool) (bool, error) {
	file := path.Join(p.here, "package.json")
	d := newDocument()
	if exists(p.files, file) {
		var err error
		if d, err = readDocument(p.files, file); err != nil {
			return false, err
		}
		d.spread(d.ended)
	}
	text := strings.ReplaceAll(bunPackageJSON, "NAME", name)
	if minimal {
		text = bunMinimalJSON
	}
	wants, err := parseDocument([]byte(text))
	if err != nil {
		return false, err
	}
	changed := false
	for _, m := range wants.root.members {
		if d.root.get(m.key) == nil {
			d.root.set(m.key, m.value)
			changed = true
		}
	}
	if !changed {
		return false, nil
	}
	return true, saveDocument(p, p.here, d)
}

const bunMinimalJSON = `{ "devDependencies": { "@types/bun": "latest" } }`

const bunPackageJSON = `{
  "name": "NAME",
  "module": "index.ts",
  "type": "module",
  "private": true,
  "scripts": {
    "typecheck": "bun check"
  },
  "devDependencies": {
    "@types/bun": "latest"
  },
  "peerDependencies": {
    "typescript": "^7"
  }
}
`

const bunTypes = `{
  "compilerOptions": {
    // Environment setup & latest features
    "lib": ["ESNext"],
    "target": "ESNext",
    "module": "Preserve",
    "moduleDetection": "force",
    "jsx": "react-jsx",
    "allowJs": true,
    "types": ["bun"],

    // Bundler mode
    "moduleResolution": "bundler",
    "allowImportingTsExtensions": true,
    "verbatimModuleSyntax": true,
    "noEmit": true,

    // Best practices
    "strict": true,
    "skipLibCheck": true,
    "noFallthroughCasesInSwitch": true,
    "noUncheckedIndexedAccess": true,
    "noImplicitOverride": true,

    // Some stricter flags (disabled by default)
    "noUnusedLocals": false,
    "noUnusedParameters": false,
    "noPropertyAccessFromIndexSignature": false
  }
}
`

const bunIgnore = `# dependencies (bun install)
node_modules

# output
out
dist
*.tgz

# code coverage
coverage
*.lcov

# logs
logs
_.log
report.[0-9]_.[0-9]_.[0-9]_.[0-9]_.json

# dotenv environment variable files
.env
.env.development.local
.env.test.local
.env.production.local
.env.local

# caches
.eslintcache
.cache
*.tsbuildinfo

# IntelliJ based IDEs
.idea

# Finder (MacOS) folder config
.DS_Store
`

const bunReadme = `# NAME

To install dependencies:

` + "`" + `` + "`" + `` + "`" + `bash
bun install
` + "`" + `` + "`" + `` + "`" + `

To run:

` + "`" + `` + "`" + `` + "`" + `bash
bun run index.ts
` + "`" + `` + "`" + `` + "`" + `

To type check:

` + "`" + `` + "`" + `` + "`" + `bash
bun check
` + "`" + `` + "`" + `` + "`" + `

Run ` + "`" + `bun fmt` + "`" + ` to format the code.

This project was created using ` + "`" + `bun init` + "`" + ` in bun v1.4.5. [Bun](https://bun.com) is a fast all-in-one JavaScript runtime.
`
