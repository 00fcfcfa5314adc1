package main

import (
	"os"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"github.com/buntime/buntime/npm"
)

// packageConfig says where packages come from: the flag or the variables of npm,
// else the registry of a .npmrc in the working directory or at home. Nothing else
// is read of those files: their credentials are not for guests.
func packageConfig(cmd *cli.Command) (npm.Config, error) {
	c := npm.Config{Registry: cmd.String("npm-registry"), MinReleaseAge: cmd.Duration("npm-min-release-age")}
	if c.MinReleaseAge < 0 {
		return c, usage("--npm-min-release-age %s is negative", c.MinReleaseAge)
	}
	places := []string{".npmrc"}
	if home, err := os.UserHomeDir(); err == nil {
		places = append(places, filepath.Join(home, ".npmrc"))
	}
	for _, name := range places {
		if c.Registry != "" {
			break
		}
		data, err := os.ReadFile(name)
		if err != nil {
			continue // there is none
		}
		if c.Registry, err = npm.RegistryIn(data); err != nil {
			return c, usage("%s: %w", name, err)
		}
	}
	if c.Registry != "" {
		if err := npm.CheckRegistry(c.Registry); err != nil {
			return c, usage("--npm-registry: %w", err)
		}
	}
	return c, nil
}
