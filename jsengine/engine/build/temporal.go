package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// temporalRules give temporal-polyfill what it would find out through Intl alone, by
// file: the time zones of the host (temporalDeps, which runtime/src/intl/temporal_deps.ts
// sets), and of calendars those that are computed. What is a Temporal object is exported, and
// does not depend on what a guest makes of WeakMap.prototype.
var temporalRules = map[string][]temporalRule{
	"chunks/internal.js": {
		{`const options = Object.create(null);
  return options.useGrouping = 0, n.toLocaleString("fullwide", options);`, `return String(BigInt(n));`, 1},
		{`new RawDateTimeFormat("en-u-hc-h23", {
    calendar: "iso8601",
    timeZone: upperNormId,
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric"
  })`, `temporalDeps.zone(normId)`, 1},
		{`id: normId,
    format: format,
    m: format.resolvedOptions().timeZone`, `id: format.id,
    format: format,
    m: format.inUse`, 1},
		{`((format => epochSec => {
      const intlParts = formatEpochMilliToPartsRecord(format, 1e3 * epochSec);
      return 86400 * isoPartsToEpochDays((intlParts => {
        const relatedYear = intlParts.relatedYear;
        if (void 0 !== relatedYear) {
          return parseInt(relatedYear);
        }
        const year = parseInt(intlParts.year);
        return void 0 !== intlParts.era && "bce" === normalizeEraName(intlParts.era) ? 1 - year : year;
      })(intlParts), parseInt(intlParts.month), parseInt(intlParts.day)) + 3600 * parseInt(intlParts.hour) + 60 * parseInt(intlParts.minute) + parseInt(intlParts.second) - epochSec;
    })(format), (timeZoneId`, `(format.offset, (timeZoneId`, 1},
	},
	"chunks/exoticCalendars.js": {
		{`new Map([ buddhistMeta, chineseMeta, copticMeta, dangiMeta, ethiopicMeta, ethiopicAmeteAlemMeta, hebrewMeta, indianMeta, japaneseMeta, islamicCivilMeta, islamicTabularMeta, islamicUmmAlQuraMeta, persianMeta, rocMeta ])`,
			`new Map([ buddhistMeta, copticMeta, ethiopicMeta, ethiopicAmeteAlemMeta, hebrewMeta, indianMeta, japaneseMeta, islamicCivilMeta, islamicTabularMeta, persianMeta, rocMeta ])`, 1},
	},
	"chunks/classApi-full.js": {
		{`/*@__PURE__*/ new WeakMap;`, `new temporalDeps.WeakMap;`, 8},
		{`export { DateTimeFormat, `, `export { getTemporalBrandingAndSlots, DateTimeFormat, `, 1},
	},
	"full/implementation.js": {
		{`export { IntlExtended as Intl, `, `export { getTemporalBrandingAndSlots as slotsOf, DateTimeFormat, `, 1},
	},
}

// temporalRule replaces a text that a file has so many times.
type temporalRule struct {
	old, new string
	times    int
}

// temporalPlugin bundles temporal-polyfill with temporalRules.
var temporalPlugin = api.Plugin{Name: "temporal-polyfill", Setup: func(b api.PluginBuild) {
	const folder = "/node_modules/temporal-polyfill/"
	b.OnLoad(api.OnLoadOptions{Filter: folder + `.*\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		data, err := os.ReadFile(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		text := string(data)
		_, name, _ := strings.Cut(filepath.ToSlash(a.Path), folder)
		for _, r := range temporalRules[name] {
			if n := strings.Count(text, r.old); n != r.times {
				return api.OnLoadResult{}, fmt.Errorf("temporal-polyfill/%s has %q %d times, not %d", name, r.old, n, r.times)
			}
			text = strings.ReplaceAll(text, r.old, r.new)
		}
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
	})
}}
