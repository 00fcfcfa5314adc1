package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/buntime/buntime/jsengine/engine"
)

// git bundles the program of the command git.
func (b *builder) git(ctx context.Context) error {
	runtime := b.path("runtime")
	inputs, err := filesBelow(filepath.Join(runtime, "git"))
	if err != nil {
		return err
	}
	want, err := digestFiles(append(inputs, filepath.Join(runtime, "package-lock.json"), b.path("engine", "build", "git.go")))
	if err != nil {
		return err
	}
	file := b.path("engine", engine.GitFile)
	if b.fresh("git.stamp", want, file) {
		return nil
	}
	began := time.Now()
	bundle, err := bundleGit(runtime)
	if err != nil {
		return err
	}
	if err := writeWhole(file, bundle); err != nil {
		return err
	}
	b.say("git bundled in %.1f s, %d bytes", time.Since(began).Seconds(), len(bundle))
	return b.stamp("git.stamp", want)
}

// bundleGit bundles it into one module, with the host's compression and digests in
// place of the libraries' own.
func bundleGit(dir string) ([]byte, error) {
	native := func(name string) string { return filepath.Join(dir, "git", "native", name) }
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     dir,
		EntryPoints:       []string{filepath.Join("git", "main.ts")},
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ESNext,
		Platform:          api.PlatformNeutral,
		MainFields:        []string{"module", "main"},
		Conditions:        []string{"import"},
		External:          []string{"node:*"},
		Define:            map[string]string{"crypto.subtle": "undefined"}, // digests that are promises take longer than they do
		Alias:             map[string]string{"pako": native("pako.ts"), "sha.js/sha1.js": native("sha1.ts"), "crc-32": native("crc32.ts")},
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Charset:           api.CharsetUTF8,
		TreeShaking:       api.TreeShakingTrue,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New("bundle git:\n" + strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage}), ""))
	}
	return result.OutputFiles[0].Contents, nil
}
