package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/buntime/buntime/storage"
)

func keysCommand() *cli.Command {
	remote := []cli.Flag{
		&cli.StringFlag{Name: "server", Value: "http://127.0.0.1:8000", Sources: cli.EnvVars("BUNTIME_SERVER"), Usage: "`URL` of the server"},
		&cli.StringFlag{Name: "root-key-file", Sources: cli.EnvVars("BUNTIME_ROOT_KEY_FILE"), Usage: "`FILE` of the root key (or BUNTIME_ROOT_KEY)"},
		&cli.BoolFlag{Name: "json", Usage: "print the server's JSON"},
	}
	with := func(more ...cli.Flag) []cli.Flag { return append(more, remote...) }
	return &cli.Command{
		Name:  "keys",
		Usage: "make, list, rotate and delete API keys; rotate the master key",
		Description: `create, list, delete and rotate ask a running server, as its root key's owner;
rotate-master works on the data of one that is stopped.`,
		Action: onlyCommands,
		Commands: []*cli.Command{
			{
				Name: "create", Usage: "make a key; its secret is printed once",
				Flags: with(
					&cli.StringFlag{Name: "name", Required: true, Usage: "`NAME`, for people"},
					&cli.StringFlag{Name: "tenant", DefaultText: "a new one", Usage: "`TENANT` it belongs to"},
					&cli.DurationFlag{Name: "expires-in", DefaultText: "never", Usage: "`DURATION`"}),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					if err := noArguments(cmd); err != nil {
						return err
					}
					body := map[string]any{"name": cmd.String("name")}
					if t := cmd.String("tenant"); t != "" {
						body["tenant"] = t
					}
					if d := cmd.Duration("expires-in"); cmd.IsSet("expires-in") {
						if d < time.Second {
							return usage("--expires-in %s is not at least a second", d)
						}
						body["expiresAt"] = time.Now().Add(d).UTC().Format(time.RFC3339)
					}
					return callKeys(ctx, cmd, http.MethodPost, "", body)
				},
			},
			{
				Name: "list", Usage: "list the keys", Flags: with(),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					if err := noArguments(cmd); err != nil {
						return err
					}
					return callKeys(ctx, cmd, http.MethodGet, "", nil)
				},
			},
			{
				Name: "delete", Usage: "revoke a key at once", ArgsUsage: "ID", Flags: with(),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					return callKey(ctx, cmd, http.MethodDelete, "", nil)
				},
			},
			{
				Name: "rotate", Usage: "give a key a new secret", ArgsUsage: "ID",
				Flags: with(&cli.DurationFlag{Name: "grace", Usage: "how long the old secret still works, `DURATION` up to 24h"}),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					d := cmd.Duration("grace")
					if d < 0 || d > 24*time.Hour || d%time.Second != 0 {
						return usage("--grace %s is not whole seconds up to 24h", d)
					}
					return callKey(ctx, cmd, http.MethodPost, "/rotate", map[string]any{"graceSeconds": int(d / time.Second)})
				},
			},
			{
				Name: "rotate-master", Usage: "replace the master key of a data folder, while no server uses it",
				Description: `With a key file (in the data folder, or --key-file) a new key is made and takes
its place. With keys from the environment, BUNTIME_MASTER_KEY is the old one and
BUNTIME_NEW_MASTER_KEY the new one.`,
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "data", Value: "./data", Sources: cli.EnvVars("BUNTIME_DATA_DIR"), Usage: "`FOLDER` of the encrypted state"},
					&cli.StringFlag{Name: "key-file", Sources: cli.EnvVars("BUNTIME_KEY_FILE"), Usage: "`FILE` of the master key"},
				},
				Action: rotateMaster,
			},
		},
	}
}

func rotateMaster(_ context.Context, cmd *cli.Command) error {
	if err := noArguments(cmd); err != nil {
		return err
	}
	if err := notBlank(cmd, "data", "key-file"); err != nil {
		return err
	}
	data := cmd.String("data")
	if _, err := os.Stat(data); err != nil {
		return failed("no data in %s: %w", data, err)
	}
	before, err := masterKey("BUNTIME_MASTER_KEY")
	if err != nil {
		return err
	}
	after, err := masterKey("BUNTIME_NEW_MASTER_KEY")
	if err != nil {
		return err
	}
	switch {
	case (before == nil) != (after == nil):
		return usage("BUNTIME_MASTER_KEY and BUNTIME_NEW_MASTER_KEY go together")
	case before != nil && cmd.IsSet("key-file"):
		return usage("--key-file and BUNTIME_MASTER_KEY exclude each other")
	case bytes.Equal(before, after) && before != nil:
		return usage("BUNTIME_NEW_MASTER_KEY is the old master key")
	case before != nil:
		err = storage.RotateMaster(data, before, after)
	default:
		err = storage.RotateKeyFile(data, cmd.String("key-file"))
	}
	if err != nil {
		return failed("rotate the master key of %s: %w", data, err)
	}
	fmt.Fprintln(cmd.Root().Writer, "the master key was replaced; the old one opens nothing now")
	return nil
}

func callKey(ctx context.Context, cmd *cli.Command, method, suffix string, body any) error {
	id := cmd.Args().First()
	if id == "" || cmd.Args().Len() != 1 {
		return usage("%s takes one key's ID", cmd.Name)
	}
	return callKeys(ctx, cmd, method, "/"+url.PathEscape(id)+suffix, body)
}

// callKeys asks the server and prints its answer.
func callKeys(ctx context.Context, cmd *cli.Command, method, suffix string, body any) error {
	root, from := strings.TrimSpace(os.Getenv("BUNTIME_ROOT_KEY")), "BUNTIME_ROOT_KEY"
	if file := cmd.String("root-key-file"); root == "" && file != "" {
		from = file
		text, err := readPrivate(file)
		if err != nil {
			return failed("read the root key file: %w", err)
		}
		root = strings.TrimSpace(string(text))
	}
	if root == "" {
		return usage("set BUNTIME_ROOT_KEY, or give --root-key-file")
	}
	if !rootKeyForm.MatchString(root) {
		return usage("%s holds no root key: one is btk_ and 43 characters of A-Z, a-z, 0-9, - and _", from)
	}
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return failed("%w", err)
		}
		payload = bytes.NewReader(text)
	}
	base, err := serverURL(cmd.String("server"))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, base+"/api/keys"+suffix, payload)
	if err != nil {
		return usage("--server: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+root)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	// The key goes to the server that was named, and nowhere else: by no proxy,
	// and to no place that an answer names.
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return failed("ask the server: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return failed("read the answer: %w", err)
	}
	if resp.StatusCode/100 == 3 {
		return failed("the server answered %s, and a key follows no redirect: give its own URL with --server", resp.Status)
	}
	if resp.StatusCode != http.StatusOK {
		var e struct{ Error struct{ Message string } }
		if json.Unmarshal(text, &e) != nil || e.Error.Message == "" {
			return failed("the server answered %s", resp.Status)
		}
		return failed("%s", e.Error.Message)
	}
	if cmd.Bool("json") {
		_, err := fmt.Fprintf(cmd.Root().Writer, "%s\n", bytes.TrimSpace(text))
		return err
	}
	return printKeys(cmd.Root().Writer, text)
}

// serverURL checks the address of a server, and returns it without a slash at
// the end.
func serverURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", usage("--server is not a URL such as http://127.0.0.1:8000")
	}
	return strings.TrimRight(s, "/"), nil
}

// printKeys prints one key, or a table of them.
func printKeys(w io.Writer, text []byte) error {
	type key struct {
		ID, Name, Tenant, Key string
		CreatedAt, ExpiresAt  *time.Time
		Deleted               bool
	}
	var list struct{ Keys []key }
	var one key
	if err := json.Unmarshal(text, &list); err != nil {
		return failed("the server's answer is not JSON: %w", err)
	}
	if err := json.Unmarshal(text, &one); err != nil {
		return failed("the server's answer is not JSON: %w", err)
	}
	switch {
	case one.Deleted:
		_, err := fmt.Fprintf(w, "deleted %s\n", one.ID)
		return err
	case one.Key != "":
		_, err := fmt.Fprintf(w, "%s (shown only now)\nid %s, tenant %q\n", one.Key, one.ID, one.Tenant)
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "ID\tNAME\tTENANT\tCREATED\tEXPIRES")
	day := func(t *time.Time) string {
		if t == nil || t.IsZero() {
			return "never"
		}
		return t.Format(time.RFC3339)
	}
	for _, k := range list.Keys {
		fmt.Fprintf(tw, "%s\t%q\t%q\t%s\t%s\n", k.ID, k.Name, k.Tenant, day(k.CreatedAt), day(k.ExpiresAt))
	}
	return tw.Flush()
}
