package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// patternRules make urlpattern-polyfill what the standard became after it: regular
// expressions may be of sets (the flag v), and names are of code points.
var patternRules = [][2]string{
	{`return e&&e.ignoreCase?"ui":"u"}`, `return e&&e.ignoreCase?"ui":"u"}function setsRegExp(s,f){try{return new RegExp(s,f)}catch{return new RegExp(s,f.replace("u","v"))}}`},
	{`let i=e.substr(s,1);`, `let i=String.fromCodePoint(e.codePointAt(s));`},
	{`Ee.test(i)){f+=e[s++];continue}`, `Ee.test(i)){f+=i;s+=i.length;continue}`},
}

// patternPlugin bundles urlpattern-polyfill with patternRules.
var patternPlugin = api.Plugin{Name: "urlpattern-polyfill", Setup: func(b api.PluginBuild) {
	b.OnLoad(api.OnLoadOptions{Filter: `/node_modules/urlpattern-polyfill/dist/urlpattern\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		data, err := os.ReadFile(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		text := string(data)
		for _, r := range patternRules {
			if strings.Count(text, r[0]) != 1 {
				return api.OnLoadResult{}, fmt.Errorf("urlpattern-polyfill has not %q once", r[0])
			}
			text = strings.Replace(text, r[0], r[1], 1)
		}
		text = strings.ReplaceAll(text, "new RegExp(n,B(r))", "setsRegExp(n,B(r))")
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
	})
}}
